"""What people give on the command line, without one: files, folders, stores of iam-collect, tables."""

from __future__ import annotations

import csv
import gzip
import hashlib
import json
import os
import shutil
from contextlib import nullcontext
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from checker.collect.files.collect import recording_of as of_files
from checker.collect.files.collect import shown
from checker.collect.files.read import Where
from checker.collect.iac.files import InputFile
from checker.collect.recorded.answers import Place
from checker.collect.steampipe import collect as steampipe
from checker.collect.steampipe import files
from checker.collect.steampipe.collect import FILTERED, MEND
from checker.collect.steampipe.collect import recording_of as of_tables
from checker.collect.steampipe.files import rows_of
from checker.errors import BadInputsError, InputError
from checker.snapshot.records import Gap
from tests.collect.recorded.test_kinds import EAST, FULL, ROLE, ROLES, A, B, C, placed
from tests.collect.recorded.test_tables import DOCUMENT
from tests.support.rows import rows

NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)
OLD = 1_790_000_000
WHEN = "2026-09-21T14:13:20Z"
IMAGES = {"Images": []}


@pytest.fixture(autouse=True)
def here(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def put(name: str, content: Any, when: int = OLD) -> str:
    path = Path(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())
    os.utime(path, (when, when))
    return name


def refused(made: Any) -> list[str]:
    with pytest.raises((InputError, BadInputsError)) as caught:
        made()
    errors = caught.value.errors if isinstance(caught.value, BadInputsError) else [caught.value]
    return [f"{one.path}: {one.message}" for one in errors]


# Output of AWS


def test_files_are_told_with_what_they_hold() -> None:
    """In order, with their digests; the oldest says of when all is, unless somebody says it."""
    put("b.json", {"RoleDetailList": [FULL]}, OLD + 60)
    put("a.json", [{"RoleDetailList": []}, {"UserPools": []}])
    told = of_files(["b.json", "a.json"], Where(A, EAST), ("r",), NOW)
    digests = [hashlib.sha256(Path(name).read_bytes()).hexdigest() for name in ("a.json", "b.json")]
    assert [(one.name, one.kind, one.sha256) for one in told.inputs] == [
        ("a.json", f"cognito-idp:ListUserPools, {ROLES}", digests[0]), ("b.json", ROLES, digests[1])]  # fmt: skip
    assert (told.source, told.regions, told.collected_at) == ("files", ("r",), WHEN)
    dated = of_files(["b.json"], Where(A, EAST), (), NOW, dated=True)
    assert dated.collected_at == "2026-11-26T12:00:00Z"
    put("c.json", {"RoleDetailList": [FULL]}, int(NOW.timestamp()) + 999)
    assert of_files(["c.json"], Where(), (), NOW).collected_at == "2026-11-26T12:00:00Z"


def test_a_folder_that_holds_more() -> None:
    """Named files are refused, and of a folder they are passed over, or gaps; nothing is no answer."""
    put("dump/a.json", {"RoleDetailList": [FULL]})
    for number in range(5):
        put(f"dump/other-{number}.json", {"x": 1})
    put("dump/cut.json", b"{")
    put("dump/note.txt", b"")
    told = of_files(["dump"], Where(), (), NOW)
    passed = "Files that are no output of AWS, passed over: 5 (other-0.json, other-1.json, other-2.json and 2 more)."  # fmt: skip
    assert passed in told.answers.notes and [one.name for one in told.inputs] == ["dump/a.json"]
    assert [(gap.call, gap.code, gap.account) for gap in told.answers.gaps if gap.call.startswith("dump")] == [("dump/cut.json", "UnreadableFile", None)]  # fmt: skip
    for number in (3, 4):
        Path(f"dump/other-{number}.json").unlink()
    few = of_files(["dump"], Where(), (), NOW).answers.notes
    assert "Files that are no output of AWS, passed over: 3 (other-0.json, other-1.json, other-2.json)." in few  # fmt: skip
    assert refused(lambda: of_files(["dump/cut.json", "dump/other-0.json"], Where(), (), NOW)) == [
        "dump/cut.json: not JSON: Expecting property name enclosed in double quotes", "dump/other-0.json: is no output that is known here"]  # fmt: skip
    assert refused(lambda: of_files(["dump/cut.json"], Where(), (), NOW)) == ["dump/cut.json: not JSON: Expecting property name enclosed in double quotes"]  # fmt: skip
    put("more/a.json", IMAGES)
    assert refused(lambda: of_files(["more"], Where(), (), NOW)) == ["more/a.json: ec2:DescribeImages: tells no account"]  # fmt: skip
    put("none/a.json", {"x": 1})
    assert refused(lambda: of_files(["none"], Where(), (), NOW)) == ["None: nothing of an account was given"]  # fmt: skip


def test_endings_of_files() -> None:
    """Of a folder those alone; packed, too."""
    for name in ("a.json", "b.json.gz", "c.jsonl", "d.txt", "e.gz"):
        data = json.dumps({"RoleDetailList": [FULL]}).encode()
        put(f"dump/{name}", gzip.compress(data) if name.endswith("gz") else data)
    told = of_files(["dump"], Where(), (), NOW)
    assert [one.name for one in told.inputs] == ["dump/a.json", "dump/b.json.gz", "dump/c.jsonl"]


def test_names_that_are_shown(here: Path) -> None:
    """Below the current folder; of a file elsewhere its name alone."""
    put("a/b.json", IMAGES)
    assert [shown(Path(one)) for one in ("a/b.json", str(here / "a/b.json"), "../x/c.json", "/d.json", "-")] == ["a/b.json", "a/b.json", "c.json", "d.json", "-"]  # fmt: skip


# A store of iam-collect


def account(path: str, id_: str = A, partition: str = "aws") -> str:
    return f"store/aws/{partition}/accounts/{id_}/iam/{path}"


def kept(path: str, **files: Any) -> None:
    for name, content in files.items():
        put(f"{path}/{name.replace('_', '-')}.json", content)


def store() -> dict[str, Any]:
    """What is in the answers of all that is in the store, and the gaps."""
    told = of_files(["store"], Where(), (), NOW)
    gaps = [(gap.account, gap.call, gap.code, gap.message) for gap in told.answers.gaps]
    return {"given": placed(told.answers), "gaps": gaps, "told": told}


def iam(what: str) -> str:
    return f"arn:aws:iam::{A}:{what}"


WHOLE_ROLE = {
    "Arn": iam("role/p/r"), "RoleName": "R", "Path": "/p/", "AssumeRolePolicyDocument": DOCUMENT, "Tags": [{"Key": "a", "Value": "b"}, {"Key": "c", "Value": ""}],
    "RolePolicyList": [{"PolicyName": "i"}], "AttachedManagedPolicies": [{"PolicyArn": "arn:m"}], "PermissionsBoundary": {"PermissionsBoundaryArn": "arn:b"},
}  # fmt: skip
BARE_ROLE = {
    "Arn": iam("role/s"), "RoleName": "s", "Path": "/", "AssumeRolePolicyDocument": DOCUMENT, "Tags": [], "RolePolicyList": [], "AttachedManagedPolicies": [],
}  # fmt: skip


def test_all_that_a_store_holds() -> None:
    """Each thing in AWS's own words; the organization; of when the newest of it is."""
    kept(account("role/r"), metadata={"arn": iam("role/p/r"), "name": "R", "path": "/p/", "permissionBoundary": "arn:b"}, trust_policy=DOCUMENT,
         tags={"a": "b", "c": None}, inline_policies=[{"PolicyName": "i"}], managed_policies=["arn:m"])  # fmt: skip
    kept(account("role/s"), metadata={"arn": iam("role/s")}, trust_policy=DOCUMENT)
    kept(account("policy/p"), metadata={"arn": iam("policy/p")}, current_policy=DOCUMENT)
    kept(account("aws/policy/q"), metadata={"arn": "arn:aws:iam::aws:policy/q"}, current_policy=DOCUMENT)  # fmt: skip
    kept(account("oidc-provider/o"), metadata={"arn": iam("oidc-provider/o")})
    kept(account("saml-provider/s"), metadata={"arn": iam("saml-provider/s"), "metadata-document": "<x/>"})  # fmt: skip
    kept(account("saml-provider/t"), metadata={"arn": iam("saml-provider/t")})
    Path(f"store/aws/aws-cn/accounts/{B}").mkdir(parents=True)
    kept("store/aws/aws/organizations/o-1", accounts={B: {}, A: {}}, metadata={"id": "o-1", "rootAccountId": C})  # fmt: skip
    put(account("role/s/metadata.json"), {"arn": iam("role/s")}, OLD + 60)
    os.utime(f"store/aws/aws-cn/accounts/{B}", (OLD + 99, OLD + 99))
    found = store()
    versions = [{"Document": DOCUMENT, "IsDefaultVersion": True}]
    assert found["given"] == {
        Place(A): {
            ROLES: [WHOLE_ROLE, BARE_ROLE], f"{ROLES}/Policies": [{"Arn": iam("policy/p"), "PolicyVersionList": versions}, {"Arn": "arn:aws:iam::aws:policy/q", "PolicyVersionList": versions}],
            "iam:ListOpenIDConnectProviders": [{"Arn": iam("oidc-provider/o")}], "iam:ListSAMLProviders": [{"Arn": iam("saml-provider/s")}, {"Arn": iam("saml-provider/t")}],
            "iam:GetSAMLProvider": [{"Arn": iam("saml-provider/s"), "SAMLMetadataDocument": "<x/>"}],
        },
        Place(B): {},
    }  # fmt: skip
    answers = found["told"].answers
    assert (answers.organizations, answers.members) == ([{"Id": "o-1", "MasterAccountId": C}], [{"Id": A}, {"Id": B}])  # fmt: skip
    assert (answers.partitions, found["gaps"], answers.unjudged) == ({"aws", "aws-cn"}, [], set())
    assert found["told"].collected_at == "2026-09-21T14:14:20Z"
    ((name, kind),) = [(one.name, one.kind) for one in found["told"].inputs]
    assert (name, kind) == ("store", "iam-collect")


def test_a_store_s_digest_is_of_all_that_was_read() -> None:
    """Not of what is beside it."""
    kept(account("role/s"), metadata={"arn": iam("role/s")}, trust_policy=DOCUMENT)
    first = store()["told"].inputs[0].sha256
    kept(account("role/s"), other={})
    assert store()["told"].inputs[0].sha256 == first
    kept(account("role/s"), tags={"a": "b"})
    assert store()["told"].inputs[0].sha256 != first


NO_ARN = "no metadata.json with its ARN"
LACKS: list[tuple[str, str, dict[str, Any], list[tuple[str, str, str]]]] = [
    ("no trust policy", "role/s", {"metadata": {"arn": iam("role/s")}}, [(ROLES, "CutOutput", "s: no trust policy is kept")]),
    ("no metadata", "role/s", {"trust_policy": DOCUMENT}, [("iam:*", "UnreadableFile", f"s: {NO_ARN}"), (ROLES, "CutOutput", "s: no trust policy is kept")]),
    ("metadata of no ARN", "oidc-provider/o", {"metadata": {"arn": 7}}, [("iam:*", "UnreadableFile", f"o: {NO_ARN}")]), ("that are a list", "oidc-provider/o", {"metadata": []}, [("iam:*", "UnreadableFile", f"o: {NO_ARN}")]),
    ("of another account", "oidc-provider/o", {"metadata": {"arn": iam("oidc-provider/o").replace(A, B)}}, [("iam:*", "UnreadableFile", f"o: {iam('oidc-provider/o').replace(A, B)} is of another account")]),
    ("a policy that is cut", "policy/p", {"metadata": {"arn": iam("policy/p")}, "current_policy": b"{"},
     [("iam:*", "UnreadableFile", "p/current-policy.json: not JSON: Expecting property name enclosed in double quotes")]),
]  # fmt: skip


@rows("why, path, files, gaps", LACKS, ids=[row[0] for row in LACKS])
def test_what_a_store_lacks(why: str, path: str, files: Any, gaps: list[tuple[str, str, str]]) -> None:  # fmt: skip
    """A gap of its account, and no answer that says less than it seems."""
    shutil.rmtree("store", ignore_errors=True)
    kept(account(path), **files)
    found = store()
    assert found["gaps"] == [(A, *gap) for gap in gaps]
    kind = {"role": ROLES, "oidc-provider": "iam:ListOpenIDConnectProviders", "policy": f"{ROLES}/Policies"}[path.partition("/")[0]]  # fmt: skip
    policies = [{"Arn": iam("policy/p"), "PolicyVersionList": [{"Document": None, "IsDefaultVersion": True}]}]  # fmt: skip
    assert found["given"] == {Place(A): {kind: policies if "policy" in path else []}}


def test_what_leads_out_of_a_store(here: Path) -> None:
    """A link, to a file or a folder, is not followed; a folder that is no account's is looked over."""
    kept("elsewhere", metadata={"arn": iam("role/x")}, trust_policy=DOCUMENT)
    kept(account("role/s"), metadata={"arn": iam("role/s")}, trust_policy=DOCUMENT)
    Path(account("role/link")).symlink_to(here / "elsewhere")
    Path(account("role/s/tags.json")).symlink_to(here / "elsewhere/metadata.json")
    put("store/aws/aws/accounts/file", b"")
    Path("store/aws/aws/accounts/none").mkdir()
    found = store()
    assert (found["given"], found["gaps"]) == ({Place(A): {ROLES: [BARE_ROLE]}}, [])


def test_an_organization_of_little() -> None:
    """Called by its folder, where nothing else tells."""
    kept(account("role/s"), metadata={"arn": iam("role/s")}, trust_policy=DOCUMENT)
    kept("store/aws/aws/organizations/o-2", accounts={})
    answers = store()["told"].answers
    assert (answers.organizations, answers.members) == ([{"Id": "o-2", "MasterAccountId": None}], [])  # fmt: skip


# Files of tables


ROW = {"arn": ROLE["Arn"], "name": "r", "assume_role_policy": "{}", "account_id": A}
CSV = 'arn,public,default_version,steampipe_available,allow_unauthenticated_identities,tags,name\na,true,false,true,x,"{""k"": 1}",[1\n,<null>,,"",false,[1],true\n'
CELLS = [
    {"arn": "a", "public": True, "default_version": False, "steampipe_available": True, "allow_unauthenticated_identities": "x", "tags": {"k": 1}, "name": "[1"},
    {"arn": None, "public": None, "default_version": None, "steampipe_available": None, "allow_unauthenticated_identities": False, "tags": [1], "name": "true"},
]  # fmt: skip
READ: list[tuple[str, str, Any, str, set[str], list[dict[str, Any]]]] = [
    ("an array", "aws_iam_role.json", [ROW], "aws_iam_role", set(ROW), [ROW]), ("columns of all rows", "aws_iam_policy.json", [{"arn": 1}, {"policy": 2}], "aws_iam_policy", {"arn", "policy"}, [{"arn": 1}, {"policy": 2}]),
    ("with its columns", "aws_iam_policy.json", {"columns": [{"name": "arn"}, 7], "rows": [{"arn": 1}]}, "aws_iam_policy", {"arn"}, [{"arn": 1}]),
    ("with a row of nothing", "aws_iam_policy.json", {"columns": [{"name": "arn"}], "rows": [{}]}, "aws_iam_policy", {"arn"}, [{}]), ("an empty list in a cell", "aws_ec2_ami.csv", b"image_id,launch_permissions\na,[]\n", "aws_ec2_ami", {"image_id", "launch_permissions"}, [{"image_id": "a", "launch_permissions": []}]),
    ("without a row", "aws_iam_policy.json", {"columns": [{"name": "arn"}], "rows": None}, "aws_iam_policy", {"arn"}, []), ("null", "aws_iam_policy.json", None, "aws_iam_policy", set(), []), ("nothing", "aws_iam_policy.json", [], "aws_iam_policy", set(), []),
    ("rows of columns that are none", "aws_iam_policy.json", {"columns": [], "rows": [{"arn": 1}]}, "aws_iam_policy", {"arn"}, [{"arn": 1}]),
    ("by its columns", "machines.json", [{"instance_id": 1, "instance_state": 2}], "aws_ec2_instance", {"instance_id", "instance_state"}, [{"instance_id": 1, "instance_state": 2}]),
    ("in capitals", "My-AWS_IAM_Role.JSON", [ROW], "aws_iam_role", set(ROW), [ROW]), ("the longer name", "aws_ec2_ami_shared.json", [{"image_id": 1}], "aws_ec2_ami_shared", {"image_id"}, [{"image_id": 1}]),
    ("CSV", "aws_iam_policy.csv", CSV.encode(), "aws_iam_policy", {*CELLS[0]}, CELLS), ("packed", "aws_iam_policy.CSV.gz", gzip.compress(CSV.encode()), "aws_iam_policy", {*CELLS[0]}, CELLS),
    ("in another form", "aws_iam_policy.csv", b"\xef\xbb\xbfarn,name\r\n\"a\nb\",c\r\n", "aws_iam_policy", {"arn", "name"}, [{"arn": "a\nb", "name": "c"}]), ("of no row", "aws_iam_policy.csv", b"arn\n", "aws_iam_policy", {"arn"}, []),
]  # fmt: skip


@rows("why, name, content, table, columns, expected", READ, ids=[row[0] for row in READ])
def test_a_file_of_a_table(why: str, name: str, content: Any, table: str, columns: set[str], expected: Any) -> None:  # fmt: skip
    """Both wrappings of JSON, and CSV, whose cells hold JSON, words and nothing."""
    put(name, content)
    found = rows_of(InputFile(Path(name)), Where())
    assert (found.table.name, found.columns, found.rows) == (table, columns, expected)
    assert (found.name, found.covers, found.account, found.guessed) == (name, None, None, False)
    assert found.sha256 == hashlib.sha256(Path(name).read_bytes()).hexdigest()


def test_whose_a_file_of_a_table_is() -> None:
    """As its path tells; it covers that account."""
    told = []
    for folder, where in ((A, Where()), (f"of-{A}", Where()), ("x", Where(B))):
        one = rows_of(InputFile(Path(put(f"{folder}/aws_iam_role.json", [ROW]))), where)
        told.append((one.covers, one.account, one.guessed))
    assert told == [(frozenset({A}), A, False), (frozenset({A}), A, True), (frozenset({B}), B, False)]  # fmt: skip


NO_OUTPUT = "is no output of a query of Steampipe"
BAD: list[tuple[str, str, Any, str]] = [
    ("an object", "a.json", {"x": 1}, NO_OUTPUT), ("columns alone", "a.json", {"columns": []}, NO_OUTPUT), ("rows alone", "a.json", {"rows": []}, NO_OUTPUT), ("columns of no list", "a.json", {"columns": {}, "rows": []}, NO_OUTPUT),
    ("rows that are none", "a.json", [1], NO_OUTPUT), ("among others", "a.json", [{}, 1], NO_OUTPUT), ("two values", "a.json", b"[] []", NO_OUTPUT), ("two nulls", "a.json", b"null null", NO_OUTPUT), ("a number", "a.json", 7, NO_OUTPUT),
    ("no table's name, no column", "a.json", [], "is empty, and tells no table"), ("columns of none", "a.json", [{"bucket": 1}], "has columns of no table that is read"), ("the name of another", "aws_iam_policy.json", [{"name": 1}], "is called as aws_iam_policy, and has none of its columns"),
    ("columns of two", "a.json", [{"instance_id": 1, "instance_state": 2, "organization_id": 3, "account_id": 4}], "has columns of no table that is read"), ("columns that many have", "aws_ec2_instance.json", [{"arn": 1, "region": 2}], "is called as aws_ec2_instance, and has none of its columns"),
    ("columns twice", "aws_iam_role.csv", b"b,a,b,a\n1,2,3,4\n", "two columns are called 'a'"), ("a row that is short", "aws_iam_role.csv", b"arn,name\na\n", "a row has not as many columns as the first line"),
    ("a row that is long", "aws_iam_role.csv", b"arn,name\na,b,c\n", "a row has not as many columns as the first line"),
]  # fmt: skip


@rows("why, name, content, said", BAD, ids=[row[0] for row in BAD])
def test_a_file_that_is_none(why: str, name: str, content: Any, said: str) -> None:
    """Refused by its name."""
    put(name, content)
    assert refused(lambda: rows_of(InputFile(Path(name)), Where())) == [f"{name}: {said}"]


def test_a_cell_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """A quotation mark that nobody closes takes the rest of the file; a document may be long."""
    before = csv.field_size_limit()
    monkeypatch.setattr(files, "LARGEST", 200_000)
    try:
        assert len(files._content(b"arn\n" + b"a" * 200_000, Path("a.csv"))[1][0]["arn"]) == 200_000
        said = ["a.csv: no CSV: field larger than field limit (200000)"]
        assert refused(lambda: files._content(b'arn\n"' + b"a" * 200_001, Path("a.csv"))) == said
    finally:
        csv.field_size_limit(before)


def test_tables_of_files() -> None:
    """In order, as old as the oldest; what a query left out, no file tells."""
    put("b/aws_iam_role.json", [ROW], OLD + 60)
    put("a/aws_iam_role.json", [ROW])
    told = of_tables(["b", "a/aws_iam_role.json"], (), Where(), ("r",), NOW)
    assert [(one.name, one.kind) for one in told.inputs] == [("a/aws_iam_role.json", "aws_iam_role"), ("b/aws_iam_role.json", "aws_iam_role")]  # fmt: skip
    assert (told.source, told.collected_at, told.regions, told.mend) == ("steampipe", WHEN, ("r",), MEND)  # fmt: skip
    assert FILTERED in told.answers.notes and list(told.answers.given) == [Place(A)]
    odd = put("password=aws_iam_role.json", [ROW])
    assert [one.name for one in of_tables([odd], (), Where(), (), NOW).inputs] == [odd]
    put("c/aws_iam_role.json", [ROW], int(NOW.timestamp()) + 9)
    assert of_tables(["c"], (), Where(), (), NOW).collected_at == "2026-11-26T12:00:00Z"


SOURCES: list[tuple[str, list[str], list[str], list[str]]] = [
    ("a connection of no endpoint", ["a"], ["aws"], ["None: --connection goes with postgres://…"]), ("a file that is not there", ["gone"], [], ["gone: no such file or folder, and no glob that matches"]), ("no account", ["n"], [], ["None: tells of no account"]), ("two that are bad", ["x"], [], ["x/a.json: is empty, and tells no table", "x/b.json: is empty, and tells no table"]),
    ("one that is bad", ["x/a.json"], [], ["x/a.json: is empty, and tells no table"]),
    *((f"a secret in {text}", [text], [], ["None: one of the sources is no file, and no URL of an endpoint"])
      for text in ("mysql://u:p@h", "postgres:/u:p@h/d", "host=h password = p", "PASSWORD=p")),
]  # fmt: skip


@rows("why, sources, connections, said", SOURCES, ids=[row[0] for row in SOURCES])
def test_sources_that_are_refused(why: str, sources: list[str], connections: list[str], said: list[str]) -> None:  # fmt: skip
    """All that is wrong at once, and no password in it."""
    put("a/aws_iam_role.json", [ROW])
    put("n/aws_iam_policy.json", [])
    put("x/a.json", [])
    put("x/b.json", [])
    assert refused(lambda: of_tables(sources, connections, Where(), (), NOW)) == said


def test_an_endpoint_and_files(monkeypatch: pytest.MonkeyPatch) -> None:
    """Both are read; that a member may not list the organization is no gap where another did."""
    asked: list[Any] = []
    monkeypatch.setattr(steampipe.postgres, "opened", lambda url: nullcontext(url))

    def read(database: Any, wanted: Any, answers: Any) -> list[Any]:
        asked.append((database, wanted))
        answers.gaps += [Gap(call=f"steampipe:a.{name}", code="x", message="") for name in ("aws_organizations_account", "aws_iam_role")]  # fmt: skip
        return []

    monkeypatch.setattr(steampipe.postgres, "read", read)
    put("a/aws_iam_role.json", [ROW])
    urls = ["postgres://h", "postgresql://h"]
    told = of_tables([*urls, "a"], ["c"], Where(), (), NOW)
    assert asked == [(url, ["c"]) for url in urls]
    both = ["steampipe:a.aws_organizations_account", "steampipe:a.aws_iam_role"]
    assert [gap.call for gap in told.answers.gaps if gap.code == "x"] == both * 2
    put("m/aws_organizations_account.json", [{"id": A, "account_id": A}])
    told = of_tables([urls[0], "a", "m"], (), Where(), (), NOW)
    assert [gap.call for gap in told.answers.gaps if gap.code == "x"] == both[1:]


def test_a_folder_of_broken_files_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing of an account was given, and the reader is told which file may be why."""
    monkeypatch.chdir(tmp_path)
    Path("a.json").write_text('{"Roles": [')
    Path("b.json").write_text("{}")
    said = refused(lambda: of_files(["."], Where(), (), NOW))
    assert ["a.json" in one for one in said] == [True, False]
    assert "nothing of an account was given" in said[-1]
