"""A file of AWS's output on its way into the answers: its bytes, its pages, its place, what it cut."""

from __future__ import annotations

import codecs
import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from checker.collect.aws import eks, iam
from checker.collect.files.matched import NAMES, match
from checker.collect.files.read import Reading, Where
from checker.collect.files.text import LARGEST, decoded, values
from checker.collect.recorded.answers import Answers, Place
from checker.collect.recorded.client import SHARED
from checker.errors import InputError
from tests.collect.recorded.test_kinds import (
    EAST,
    FULL,
    GIVEN,
    ROLE,
    ROLES,
    SOUTH,
    WEST,
    A,
    B,
    C,
    placed,
    reading,
)
from tests.support.rows import rows

PATHS: list[tuple[str, Where, Where]] = [
    ("x.json", Where(), Where()), ("x.json", Where(A, EAST), Where(A, EAST)), (f"{A}/{EAST}/x.json", Where(B, WEST), Where(A, EAST)),
    (f"{A}/{EAST}/{B}/{WEST}/x.json", Where(), Where(B, WEST)), (f"{A}.json", Where(), Where(A)), (f"{A}.json.gz", Where(), Where(A)),
    (f"of-{A}/x.json", Where(), Where(A, None, guessed=True)), (f"of-{A}/x.json", Where(A), Where(A)), (f"x-{A}.json", Where(B), Where(A, None, guessed=True)),
    (f"of-{A}/{A}/x.json", Where(), Where(A)), (f"{A}/of-{B}/x.json", Where(), Where(B, None, guessed=True)),
    (f"ami-{A}a/x.json", Where(), Where()), (f"a{A}/x.json", Where(), Where()), (f"{A}1/x.json", Where(), Where()), (f"1{A}/x.json", Where(), Where()),
    ("202611261010/x.json", Where(), Where()), ("202613261010/x.json", Where(), Where("202613261010")), ("202611321010/x.json", Where(), Where("202611321010")),
    ("202611262410/x.json", Where(), Where("202611262410")), ("202611261060/x.json", Where(), Where("202611261060")), ("201611261010/x.json", Where(), Where("201611261010")),
    (f"{A}/202611261010/x.json", Where(), Where(A)),
    ("in-us-gov-west-1.json", Where(), Where(None, "us-gov-west-1")), ("eusc-de-east-1/x", Where(), Where(None, "eusc-de-east-1")), ("us-isob-east-1/x", Where(), Where(None, "us-isob-east-1")),
    ("xus-east-1/x", Where(), Where()), ("us-east-12/x", Where(), Where()), ("us-east-1a/x", Where(), Where()), ("us-middle-1/x", Where(), Where()),
    ("ap-southeast-2.json", Where(), Where(None, "ap-southeast-2")), ("US-EAST-1/x", Where(), Where()),
]  # fmt: skip


@rows("path, given, expected", PATHS)
def test_what_a_path_tells(path: str, given: Where, expected: Where) -> None:
    """A part of an id, or a day, as an account of ours; or a number that is only a part of a name."""
    assert Where.of(Path(path), given) == expected


GUESSES: list[tuple[str, Where, Any, dict[str, str], set[str]]] = [
    ("nothing but a name", Where(C, SOUTH, guessed=True), {"Images": []}, {C: "x.json"}, set()), ("a folder, or an option", GIVEN, {"Images": []}, {}, {C}),
    ("the item itself", Where(C, SOUTH, guessed=True), {"RoleDetailList": [FULL]}, {}, {A}),
]  # fmt: skip


@rows("why, where, content, guessed, sure", GUESSES)
def test_who_is_guessed(why: str, where: Where, content: Any, guessed: Any, sure: set[str]) -> None:
    """A vendor's number in a folder's name would make it one of ours."""
    answers = reading(content, where=where).answers
    assert (answers.guessed, answers.sure) == (guessed, sure)


POLICY = {"Arn": f"arn:aws:iam::{A}:policy/p", "PolicyVersionList": []}
INSTANCE = {"InstanceId": "i-1", "ImageId": "ami-1", "State": {"Name": "running"}}
REFUSED: list[tuple[str, Any, Where, str]] = [
    ("no account", {"Images": []}, Where(None, EAST), "ec2:DescribeImages: tells no account"), ("no region", {"Images": []}, Where(A), "ec2:DescribeImages: tells no region"),
    ("no account of an item", {"Roles": [ROLE, ROLE | {"Arn": "x"}]}, Where(), "iam:ListRoles: tells no account"), ("a number", 7, GIVEN, "is no output that is known here"),
    ("null", None, GIVEN, "is no output that is known here"), ("another's", {"Buckets": []}, GIVEN, "is no output that is known here"),
    ("an empty list", [], GIVEN, "is an empty list"), ("a list of keys", ["Roles"], GIVEN, "is a list of what is not known here"), ("a list of numbers", [7], GIVEN, "is a list of what is not known here"), ("a list of others", [{"Bucket": 1}], GIVEN, "is a list of what is not known here"),
    ("an output beside another's", [{"Images": []}, {"Buckets": []}], GIVEN, "is no output that is known here"),
    ("an instance without its state", [{"InstanceId": "i-1", "ImageId": "ami-1"}], GIVEN, "is a list of what is not known here"),
    ("instances of nobody", [INSTANCE], Where(None, EAST), "ec2:DescribeInstances: tells no account"),
]  # fmt: skip


@rows("why, content, where, said", REFUSED)
def test_what_is_refused(why: str, content: Any, where: Where, said: str) -> None:
    """And nothing of it is in the answers."""
    one = Reading(Answers(), Path("x.json"), where)
    with pytest.raises(InputError) as caught:
        one.read(json.dumps(content).encode())
    assert (caught.value.message, str(caught.value.path), placed(one.answers)) == (
        said,
        "x.json",
        {},
    )


def images(*owners: str, **more: Any) -> list[dict[str, Any]]:
    return [{"ImageId": f"ami-{n}", "OwnerId": one, "Public": False} | more for n, one in enumerate(owners)]  # fmt: skip


def version(template: Any, number: int) -> dict[str, Any]:
    return {"LaunchTemplateId": template, "VersionNumber": number, "DefaultVersion": True, "LaunchTemplateData": {}}  # fmt: skip


HERE, IMAGES, VERSIONS = Place(C, SOUTH), "ec2:DescribeImages", "ec2:DescribeLaunchTemplateVersions"
OTHER_ROLE = FULL | {"Arn": f"arn:aws-cn:iam::{B}:role/r"}
TAKEN: list[tuple[str, str, Any, dict[Place, dict[str, list[Any]]]]] = [
    ("one's own images, and others", "x", {"Images": images(C, B)}, {HERE: {IMAGES: images(C, B)}}), ("others' alone", "x", {"Images": images(B)}, {HERE: {SHARED: images(B)}}),
    ("by an id, so it is called", "ami-0", {"Images": images(C)}, {HERE: {SHARED: images(C)}}), ("none", "x", {"Images": []}, {HERE: {IMAGES: []}}),
    ("none of an id", "ami-0", {"Images": []}, {HERE: {SHARED: []}}), ("versions of two", "x", {"LaunchTemplateVersions": [version("a", 1), version("b", 1)]},
     {HERE: {VERSIONS: [version("a", 1), version("b", 1)]}}), ("of none", "x", {"LaunchTemplateVersions": []}, {HERE: {VERSIONS: []}}),
    ("names of groups", "x", {"nodegroups": ["a", "b"]}, {HERE: {NAMES: [{"nodegroups": ["a", "b"]}]}}), ("no name of a group", "x", {"nodegroups": []}, {HERE: {NAMES: [{"nodegroups": []}]}}),
    ("pages in a list", "x", [{"UserPools": [{"Id": "eu-west-1_a"}]}, {"UserPools": [{"Id": "us-east-1_a"}]}],
     {Place(C, WEST): {"cognito-idp:ListUserPools": [{"Id": "eu-west-1_a"}]}, Place(C, EAST): {"cognito-idp:ListUserPools": [{"Id": "us-east-1_a"}]}}),
    ("instances alone", "x", [INSTANCE], {HERE: {"ec2:DescribeInstances": [{"OwnerId": C, "Instances": [INSTANCE]}]}}),
    ("roles of two, with policies of the first", "x", {"RoleDetailList": [FULL, OTHER_ROLE], "Policies": [POLICY, 7, {"Arn": None}]},
     {Place(A): {ROLES: [FULL], f"{ROLES}/Policies": [POLICY]}, Place(B): {ROLES: [OTHER_ROLE]}}),
    ("two outputs in one", "x", {"UserPools": [{"Id": "eu-west-1_a"}], "IdentityPools": []},
     {Place(C, WEST): {"cognito-idp:ListUserPools": [{"Id": "eu-west-1_a"}]}, HERE: {"cognito-identity:ListIdentityPools": []}}),
    ("names and descriptions of fleets", "x", {"fleets": ["a"], "nodegroups": ["b"]}, {HERE: {"codebuild:ListFleets": ["a"], NAMES: [{"nodegroups": ["b"]}]}}),
]  # fmt: skip


@rows("why, name, content, expected", TAKEN, ids=[row[0] for row in TAKEN])
def test_what_is_taken(why: str, name: str, content: Any, expected: Any) -> None:
    """As what it was asked: somebody else's images say nothing of one's own, nor one template's
    versions of the others'."""
    answers = reading(content, f"{name}.json").answers
    assert (placed(answers), answers.gaps) == (expected, [])


def test_partitions_of_arns() -> None:
    """Those that are ARNs, each once."""
    content = {"RoleDetailList": [FULL, OTHER_ROLE], "Policies": [POLICY | {"Arn": "arn:aws-us-gov:x"}]}  # fmt: skip
    assert reading(content).answers.partitions == {"aws", "aws-cn"}
    assert reading({"nodegroups": ["arn:x:y"]}).answers.partitions == set()
    assert reading({"Roles": [ROLE | {"Arn": "x"}]}).answers.partitions == set()


MORE: list[tuple[str, dict[str, Any], bool]] = [
    ("nothing said", {}, False), ("IAM's word", {"IsTruncated": True}, True), ("that it is whole", {"IsTruncated": False}, False), ("no yes", {"IsTruncated": "true"}, False),
    *((name, {name: "x"}, True) for name in ("NextToken", "nextToken", "Marker", "NextContinuationToken")), ("an empty token", {"NextToken": "", "Marker": None}, False),
]  # fmt: skip


@rows("why, more, cut", MORE)
def test_a_page_of_several(why: str, more: dict[str, Any], cut: bool) -> None:
    """Of each place that it tells, or of the organization: of nobody's."""
    text = "x.json is one page, and nobody can tell whether all are there: let the command page to the end"  # fmt: skip
    for content, places, call in (
        ({"RoleDetailList": [FULL, OTHER_ROLE]}, [Place(A), Place(B)], ROLES), ({"Images": []}, [HERE], IMAGES),
        ({"Roles": [ROLE]}, [Place(A)], ROLES),
        ({"Accounts": [{"Id": A, "Arn": "a"}]}, [(None, None)], "organizations:ListAccounts"),
    ):  # fmt: skip
        gaps = reading(content | more).answers.gaps
        told = [(gap.account, gap.region, gap.call, gap.code, gap.message) for gap in gaps]
        assert told == [(*place, call, "Truncated", text) for place in places if cut]


def test_accounts_of_the_organization() -> None:
    """Those that are whole, with their state; another is a gap, and so is what is none."""
    accounts = [{"Id": A, "Arn": "a", "State": "ACTIVE", "Status": "x"}, {"Id": B, "Arn": "b", "Status": "SUSPENDED"}, {"Id": C}]  # fmt: skip
    answers = reading({"Accounts": accounts}).answers
    assert answers.members == accounts[:2]
    assert answers.listings == [{A: "ACTIVE", B: "SUSPENDED"}]
    assert [(gap.call, gap.code) for gap in answers.gaps] == [("organizations:ListAccounts", "CutOutput")]  # fmt: skip
    whole = reading({"Organization": {"Id": "o-1", "MasterAccountId": A}}).answers
    assert (whole.organizations, whole.listings, whole.gaps) == ([{"Id": "o-1", "MasterAccountId": A}], [], [])  # fmt: skip


def test_all_that_items_lack() -> None:
    """In an order that does not change from run to run."""
    items = [{"LaunchTemplateId": "lt-1"}, {"VersionNumber": 1}]
    ((gap,),) = [reading({"LaunchTemplateVersions": items}).answers.gaps]
    lacking = "DefaultVersion, LaunchTemplateData, LaunchTemplateId, VersionNumber"
    assert gap.message == f"x.json: 2 items without {lacking}: give whole output, without --query"


def less(*keys: str, **more: Any) -> dict[str, Any]:
    return {key: value for key, value in (FULL | more).items() if key not in keys}


BARE: list[tuple[str, list[Any], list[str], set[str], int]] = [
    ("whole ones", [FULL], ["r"], set(), 0), ("one without its policies", [FULL, less("RolePolicyList", Arn=f"{ROLE['Arn']}2", RoleName="s")], ["r", "s"], {f"{ROLE['Arn']}2"}, 0),
    ("neither kind of policies", [less("RolePolicyList", "AttachedManagedPolicies")], ["r"], {ROLE["Arn"]}, 0), ("no trust policy", [FULL, less("AssumeRolePolicyDocument", RoleName="s")], ["r"], set(), 1),
    ("no trust policy, nor policies", [FULL, less("AssumeRolePolicyDocument", "RolePolicyList", RoleName="s")], ["r"], set(), 1), ("one each", [less("AssumeRolePolicyDocument"), less("RolePolicyList")], [], set(), 2),
]  # fmt: skip


@rows("why, roles, names, unjudged, cut", BARE)
def test_roles_without_policies(why: str, roles: list[Any], names: list[str], unjudged: set[str], cut: int) -> None:  # fmt: skip
    """They have a trust that is judged, and no grade; without a trust they are none."""
    answers = reading({"RoleDetailList": roles}).answers
    assert [one["RoleName"] for one in answers.items(Place(A), ROLES) or ()] == names
    assert (answers.unjudged, [gap.message.split()[1] for gap in answers.gaps]) == (unjudged, [str(cut)] * bool(cut))  # fmt: skip
    bare = reading({"Roles": [ROLE, ROLE | {"RoleName": 7}]}).answers
    assert bare.unjudged == {ROLE["Arn"]}


ENCODED = "%7B%22Version%22%3A%20%222012-10-17%22%2C%20%22Statement%22%3A%20%5B%5D%7D"
DOCUMENT = {"Version": "2012-10-17", "Statement": []}


def test_documents_are_documents() -> None:
    """As AWS sends them, encoded as in a URL, in a trust policy, in a role's own and in managed ones."""
    inline = [{"PolicyName": "a", "PolicyDocument": ENCODED}, {"PolicyDocument": DOCUMENT}, {}, "x"]
    policy = POLICY | {"PolicyVersionList": [{"Document": ENCODED, "IsDefaultVersion": True}, 7]}
    content = {"RoleDetailList": [FULL | {"AssumeRolePolicyDocument": ENCODED, "RolePolicyList": inline}], "Policies": [policy, POLICY | {"PolicyVersionList": 7}]}  # fmt: skip
    answers = reading(content).answers
    ((role,), policies) = answers.items(Place(A), ROLES) or [], answers.items(Place(A), f"{ROLES}/Policies")  # fmt: skip
    assert role["AssumeRolePolicyDocument"] == DOCUMENT
    assert role["RolePolicyList"] == [{"PolicyDocument": one} for one in (DOCUMENT, DOCUMENT, None, "x")]  # fmt: skip
    assert policies == [
        POLICY | {"PolicyVersionList": [{"Document": DOCUMENT, "IsDefaultVersion": True}]},
        POLICY | {"PolicyVersionList": []},
    ]
    assert reading({"Policies": 7, "RoleDetailList": [FULL]}).answers.items(Place(A), f"{ROLES}/Policies") == []  # fmt: skip


TEXT = '{"é": 1}'
CODED: list[tuple[str, bytes]] = [
    ("UTF-8", TEXT.encode()), ("with a mark", codecs.BOM_UTF8 + TEXT.encode()), ("UTF-16, little end first", codecs.BOM_UTF16_LE + TEXT.encode("utf-16-le")),
    ("big end first", codecs.BOM_UTF16_BE + TEXT.encode("utf-16-be")), ("without a mark", TEXT.encode("utf-16-le")), ("packed", gzip.compress(TEXT.encode())),
]  # fmt: skip


@rows("why, data", CODED)
def test_texts(why: str, data: bytes) -> None:
    """However the shell wrote it."""
    assert decoded(data, "x") == TEXT
    assert decoded(b"[\\0]\\0".replace(b"\\0", b"\0"), "x") == "[]"


def test_a_text_that_is_too_large(monkeypatch: pytest.MonkeyPatch) -> None:
    """Packed small: exactly as much as may be is read."""
    assert LARGEST >> 20 == 512
    monkeypatch.setattr("checker.collect.files.text.LARGEST", 1 << 20)
    assert len(decoded(gzip.compress(b"a" * (1 << 20)), "x")) == 1 << 20
    with pytest.raises(InputError) as caught:
        decoded(gzip.compress(b"a" * ((1 << 20) + 1)), "x")
    assert caught.value.message == "holds more than 1 MiB"


VALUES: list[tuple[str, bytes, list[Any] | tuple[str, int | None, int | None]]] = [
    ("one", b'{"a": 1}', [{"a": 1}]), ("pages", b' \n[1]\n\n{"a": 2} 3\n', [[1], {"a": 2}, 3]), ("side by side", b"[][]", [[], []]), ("null", b"null", [None]), ("nothing", b" \n", ("is empty", None, None)),
    ("cut", b'[1]\n {"a": ', ("not JSON: Expecting value", 2, 8)), ("a key twice", b'{"a": 1}\n{"a": 1, "a": 2}', ("tells 'a' twice in one object", None, None)),
    ("too deep", b"[" * 100_000, ("nested too deep", None, None)), ("no text", b"\xff\xfe\xff", ("is no text in UTF-8 or UTF-16", None, None)), ("cut gzip", gzip.compress(b"[]")[:-5], ("is cut, or no gzip", None, None)),
    ("no gzip", b"\x1f\x8bnothing", ("is cut, or no gzip", None, None)), ("a gzip of garbage", gzip.compress(b"[]")[:10] + b"\xff" * 20, ("is cut, or no gzip", None, None)),
    ("an error", b"\nAn error occurred (AccessDenied) when calling the ListRoles operation: no", ("holds an error: ListRoles was AccessDenied", None, None)),
]  # fmt: skip


@rows("why, data, expected", VALUES, ids=[row[0] for row in VALUES])
def test_values_of_a_file(why: str, data: bytes, expected: Any) -> None:
    """All of them, or the line where it breaks."""
    if isinstance(expected, list):
        assert values(data, "x") == expected
    else:
        with pytest.raises(InputError) as caught:
            values(data, "x")
        error = caught.value
        assert (error.message, error.line, error.column, error.path) == (*expected, "x")


def test_an_error_further_down() -> None:
    """A text in a long output that looks like one is none."""
    said = "An error occurred (AccessDenied) when calling the ListRoles operation"
    assert values(json.dumps([" " * 1000, said]).encode(), "x") == [[" " * 1000, said]]


def nodes(*clusters: str, lists: list[list[str]], **described: list[str]) -> list[Any] | None:
    """What `match` makes of clusters, lists of names, and descriptions by cluster."""
    one = Answers()
    one.add(HERE, eks.CLUSTERS.name, clusters)
    if lists:
        one.add(HERE, NAMES, [{"nodegroups": names} for names in lists])
    groups = [{"clusterName": at, "nodegroupName": n} for at, names in described.items() for n in names]  # fmt: skip
    one.add(HERE, eks.NODE_GROUP.name, groups)
    match(one)
    found = one.items(HERE, eks.NODE_GROUPS.name)
    return found and [(item["clusterName"], item["nodegroups"]) for item in found]


def test_whose_a_list_of_groups_is() -> None:
    """The cluster's of which just these were described; another's may have more that nobody gave."""
    assert nodes("a", lists=[["n", "m"]], a=["m", "n"]) == [("a", ["m", "n"])]
    assert nodes("a", lists=[["n", "m"]], a=["m"]) is nodes("a", lists=[], a=["m"]) is None
    assert nodes("a", "b", lists=[["n"], []], b=["n"]) == [("a", []), ("b", ["n"])]
    assert nodes("a", "b", lists=[["n"]], a=["n"], b=["n"]) == [("a", ["n"])]
    assert nodes("a", "b", lists=[[]]) == [("a", [])]
    assert nodes(lists=[["n"]], a=["n"]) is None


def saml(documents: list[Any], listed: list[Any]) -> list[Any] | None:
    one = Answers()
    for call, items in ((iam.SAML_PROVIDER.name, documents), (iam.SAML_PROVIDERS.name, listed)):
        if items:
            one.add(HERE, call, items)
    match(one)
    return one.items(HERE, iam.SAML_PROVIDER.name)


FIRST, LATER = {"CreateDate": "1", "ValidUntil": "2"}, {"CreateDate": "1", "ValidUntil": "3"}


def test_whose_metadata_it_is() -> None:
    """The provider's that was made and ends then; of two such, or of no time, nobody's."""
    assert saml([FIRST], [LATER | {"Arn": "l"}, FIRST | {"Arn": "f"}]) == [FIRST | {"Arn": "f"}]
    assert saml([FIRST, LATER], [LATER | {"Arn": "l"}]) == [FIRST, LATER | {"Arn": "l"}]
    assert saml([FIRST], [FIRST | {"Arn": "a"}, FIRST | {"Arn": "b"}]) == [FIRST]
    assert saml([{"x": 1}], [{"Arn": "a"}]) == [{"x": 1}]
    assert saml([{"CreateDate": "1"}], [{"Arn": "a", "CreateDate": "1"}]) == [{"CreateDate": "1", "Arn": "a"}]  # fmt: skip
    assert saml([FIRST], []) == [FIRST]
    assert saml([], [FIRST | {"Arn": "a"}]) is None
