"""`collect steampipe`, from a real PostgreSQL and from what `steampipe query` writes."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from checker.collect.steampipe.tables import BY_NAME, TABLES
from tests.collect.recorded.test_files import TRUST, Told
from tests.support.cli import vendorgate
from tests.support.postgres import PASSWORD, Steampipe, server
from tests.support.snapshots import OWN, OWN2, VENDOR

pytest.importorskip("psycopg")
IMAGE, OTHER = "ami-0000000000000000a", "ami-0000000000000000b"
REGION = "us-east-1"
ROLES = "iam:GetAccountAuthorizationDetails"


def role(account: str = OWN2, name: str = "Vendor", **more: Any) -> dict[str, Any]:
    return {
        "name": name, "arn": f"arn:aws:iam::{account}:role/{name}", "assume_role_policy": TRUST,
        "path": "/", "inline_policies": None, "permissions_boundary_arn": None,
        "attached_policy_arns": ["arn:aws:iam::aws:policy/ReadOnlyAccess"],
        "role_last_used_date": "2026-11-01T08:00:00Z", "tags_src": [{"Key": "a", "Value": "b"}],
        "account_id": account, "partition": "aws", "region": "global",
    } | more  # fmt: skip


def instance(account: str = OWN2, region: str = REGION, image: str = IMAGE) -> dict[str, Any]:
    return {
        "instance_id": "i-1", "image_id": image, "instance_state": "running",
        "product_codes": None, "tags_src": None, "account_id": account, "partition": "aws",
        "region": region,
    }  # fmt: skip


def image(id_: str, owner: str, account: str = OWN2, **more: Any) -> dict[str, Any]:
    return {
        "image_id": id_, "owner_id": owner, "image_owner_alias": owner, "name": "n",
        "public": False, "state": "available", "product_codes": None, "account_id": account,
        "partition": "aws", "region": REGION,
    } | more  # fmt: skip


def region(name: str = REGION, account: str = OWN2, *, asked: bool = True) -> dict[str, Any]:
    return {"name": name, "opt_in_status": "opt-in-not-required", "steampipe_available": asked,
            "account_id": account, "partition": "aws"}  # fmt: skip


def account(id_: str = OWN2) -> dict[str, Any]:
    return {"account_id": id_, "partition": "aws", "organization_id": "o-own1234567",
            "organization_master_account_id": OWN}  # fmt: skip


@pytest.fixture(scope="module")
def database() -> Iterator[Steampipe]:
    with server() as url:
        yield Steampipe(url)


@pytest.fixture
def steampipe(database: Steampipe) -> Steampipe:
    """One connection, `aws_prod`, of an account in a region, with a row here and there."""
    database.clear()
    rows: dict[str, list[dict[str, Any]]] = {
        "aws_account": [account()], "aws_region": [region()], "aws_iam_role": [role()],
        "aws_ec2_instance": [instance()], "aws_ec2_ami_shared": [image(IMAGE, VENDOR)],
    }  # fmt: skip
    for table in TABLES:
        database.table("aws_prod", table.name, rows.get(table.name, []), table.columns)
    database.states({"name": "aws_prod"})
    return database


def collect(folder: Path, *words: str) -> Told:
    return Told(vendorgate("collect", "steampipe", *words, cwd=folder), folder)


def test_what_its_tables_hold(steampipe: Steampipe, tmp_path: Path) -> None:
    """Roles with their grade and last use, instances with who made their image."""
    told = collect(tmp_path, steampipe.url)
    assert told.ran.code == 3, told.ran.err
    (found,) = told["roles"]
    assert found["trust_policy"] == TRUST
    assert (found["privilege"], found["last_used"]) == ("read", "2026-11-01T08:00:00Z")
    assert found["tags"] == {"a": "b"}
    assert [(use["resource"], use["image_id"]) for use in told["image_uses"]] == [
        (f"arn:aws:ec2:{REGION}:{OWN2}:instance/i-1", IMAGE)
    ]
    assert [(one["image_id"], one["owner"]) for one in told["images"]] == [(IMAGE, VENDOR)]
    assert told.manifest["organization"] == {"id": "o-own1234567", "management_account": OWN}
    assert told.manifest["sources"] == ["aws", "steampipe"]


OF_CODE = {
    "aws_lambda_function": "layer", "aws_ssm_association": "ssm-document",
    "aws_cloudformation_stack": "serverless-application", "aws_codebuild_project": "build-image",
}  # fmt: skip
NOT_IN_STEAMPIPE = {
    "batch:DescribeComputeEnvironments", "codebuild:ListFleets", "ec2:DescribeReplaceRootVolumeTasks",
    "ec2:DescribeSpotInstanceRequests", "ec2:GetAllowedImagesSettings", "ec2:GetImageAncestry",
    "imagebuilder:ListImageRecipes", "pcs:ListClusters", "sagemaker:ListClusters",
}  # fmt: skip


def test_what_steampipe_has_no_table_of_is_said_once(steampipe: Steampipe, tmp_path: Path) -> None:
    """A gap each, of no account in particular; a table without rows is none."""
    told = collect(tmp_path, steampipe.url)
    gaps = told.manifest["gaps"]
    assert {(g["account"], g["region"], g["call"], g["code"]) for g in gaps} == {
        (None, None, call, "NotGiven") for call in NOT_IN_STEAMPIPE
    }
    assert any("ignore_error_codes" in note for note in told.manifest["notes"])


@pytest.mark.parametrize("table", [t for t in TABLES if t.calls], ids=lambda t: t.name)
def test_a_table_that_is_not_there(steampipe: Steampipe, tmp_path: Path, table: Any) -> None:
    """It is not the same as one that is empty; of code nobody looked then."""
    steampipe(f'DROP TABLE aws_prod."{table.name}"')
    told = collect(tmp_path, steampipe.url)
    if table.name in OF_CODE:
        lost = OF_CODE[table.name]
        assert set(told.manifest["code_kinds"]) == set(OF_CODE.values()) - {lost}
        return
    if table.name != "aws_cognito_user_pool":  # asked for where an identity pool trusts one
        assert told.gap(table.calls[0]) == [(None, None, "NotGiven")]


@pytest.mark.parametrize("table", [t for t in TABLES if t.calls], ids=lambda t: t.name)
def test_a_column_that_is_not_there(steampipe: Steampipe, tmp_path: Path, table: Any) -> None:
    """Without it a row says nothing: a role without a trust policy would trust nobody."""
    steampipe(f'ALTER TABLE aws_prod."{table.name}" DROP COLUMN "{table.needed[-1]}"')
    told = collect(tmp_path, steampipe.url)
    if table.name != "aws_cognito_user_pool":
        assert [gap[2] for gap in told.gap(table.calls[0])] == ["CutOutput"]


def failing(steampipe: Steampipe, schema: str, name: str, text: str) -> None:
    """As a foreign table that Steampipe's plugin cannot fill."""
    columns = ", ".join(f'NULL::text AS "{one}"' for one in BY_NAME[name].columns)
    steampipe(f'CREATE SCHEMA IF NOT EXISTS "{schema}"')
    steampipe(f'DROP TABLE IF EXISTS "{schema}"."{name}"')
    steampipe(
        f'CREATE OR REPLACE FUNCTION "{schema}".fail() RETURNS boolean LANGUAGE plpgsql AS '
        f"$$ BEGIN RAISE EXCEPTION '{text}'; END $$"
    )
    steampipe(f'CREATE VIEW "{schema}"."{name}" AS SELECT {columns} WHERE "{schema}".fail()')


DENIED = "operation error IAM: ListRoles, StatusCode: 403, AccessDenied: AKIAIOSFODNN7EXAMPLE no"


def test_a_table_that_fails(steampipe: Steampipe, tmp_path: Path) -> None:
    """One gap, of the connection's account, with the reason and without any key."""
    failing(steampipe, "aws_prod", "aws_iam_role", DENIED)
    told = collect(tmp_path, steampipe.url)
    assert told.gap(ROLES) == [(OWN2, None, "SteampipeError")]
    (message,) = [g["message"] for g in told.manifest["gaps"] if g["call"] == ROLES]
    assert "aws_prod.aws_iam_role: operation error IAM: ListRoles" in message
    assert "AKIAIOSFODNN7EXAMPLE" not in message


def test_every_connection_is_asked(steampipe: Steampipe, tmp_path: Path) -> None:
    """An unqualified name would be the first connection's alone; an aggregator would tell each
    account again, or lack one that failed."""
    for name, rows in {
        "aws_account": [account(OWN)], "aws_iam_role": [role(OWN)], "aws_region": [region()],
    }.items():  # fmt: skip
        steampipe.table("aws_dev", name, rows, BY_NAME[name].columns)
        steampipe("CREATE SCHEMA IF NOT EXISTS aws_all")
        steampipe(f"CREATE VIEW aws_all.{name} AS TABLE aws_dev.{name}")
    steampipe("DROP SCHEMA steampipe_internal CASCADE")
    steampipe.states({"name": "aws_prod"}, {"name": "aws_dev"},
                     {"name": "aws_all", "type": "aggregator"},
                     {"name": "aws_lost", "state": "error", "error": f"no creds {PASSWORD}"})  # fmt: skip
    told = collect(tmp_path, steampipe.url)
    assert {one["account"] for one in told["roles"]} == {OWN, OWN2}
    assert told.gap("steampipe:aws_lost") == [(None, None, "ConnectionError")]
    assert PASSWORD not in json.dumps(told.manifest) + told.ran.err
    assert not any("aws_all." in one["name"] for one in told.manifest["inputs"])
    told = collect(tmp_path, steampipe.url, "--connection", "aws_dev")
    assert {one["account"] for one in told["roles"]} == {OWN}


def test_an_aggregator_with_a_dead_part(steampipe: Steampipe, tmp_path: Path) -> None:
    """It shows no row of it, and no error."""
    steampipe("CREATE SCHEMA aws_all")
    for name in ("aws_account", "aws_iam_role", "aws_region"):
        steampipe(f"CREATE VIEW aws_all.{name} AS TABLE aws_prod.{name}")
    steampipe("DROP SCHEMA steampipe_internal CASCADE")
    parts = ["aws_prod", "aws_l*"]
    steampipe.states({"name": "aws_prod"}, {"name": "aws_lost", "state": "error", "error": "no creds"},
                     {"name": "aws_all", "type": "aggregator", "connections": parts})  # fmt: skip
    told = collect(tmp_path, steampipe.url, "--connection", "aws_all")
    assert told.gap("steampipe:aws_lost") == [(None, None, "ConnectionError")]
    assert told.gap("steampipe:aws_prod") == []


def test_members_may_not_list_the_organization(steampipe: Steampipe, tmp_path: Path) -> None:
    """Where the management account did, that is no gap; where nobody did, it is."""
    name, arn = "aws_organizations_account", f"arn:aws:organizations::{OWN}:account/o-own1234567/"
    failing(steampipe, "aws_prod", name, "AccessDeniedException")
    call = f"steampipe:aws_prod.{name}"
    assert collect(tmp_path, steampipe.url).gap(call) == [(None, None, "SteampipeError")]
    rows = [
        {"id": one, "arn": arn + one, "status": "ACTIVE", "account_id": OWN} for one in (OWN, OWN2)
    ]
    steampipe.table("aws_root", name, rows)
    steampipe.table("aws_root", "aws_account", [account(OWN)])
    told = collect(tmp_path, steampipe.url)
    assert told.gap(call) == []
    assert len(told.manifest["accounts"]) == 2


def test_regions_that_nobody_asked(steampipe: Steampipe, tmp_path: Path) -> None:
    """Steampipe asks one region unless it is told more; `aws_region` tells which."""
    steampipe("DELETE FROM aws_prod.aws_region")
    steampipe("DROP TABLE aws_prod.aws_region")
    rows = [region(), region("eu-west-1", asked=False)]
    steampipe.table("aws_prod", "aws_region", rows)
    told = collect(tmp_path, steampipe.url)
    assert told.gap("*") == [(OWN2, "eu-west-1", "NotGiven")]
    told = collect(tmp_path, steampipe.url, "--regions", REGION)
    assert told.gap("*") == []


ROLE_GAPS: list[tuple[str, dict[str, list[dict[str, Any]]], list[tuple[Any, ...]]]] = [
    ("no role: denied, or passed over", {"aws_iam_role": []}, [(OWN2, None, "NothingListed")]),
    ("fewer than IAM counts",
     {"aws_iam_account_summary": [{"roles": 5, "account_id": OWN2, "partition": "aws"}]},
     [(OWN2, None, "IncompleteListing")]),
    ("as many as IAM counts",
     {"aws_iam_account_summary": [{"roles": 1, "account_id": OWN2, "partition": "aws"}]}, []),
    ("one whose policy is empty", {"aws_iam_role": [role(), role(name="R", assume_role_policy=None)]},
     [(None, None, "CutOutput")]),
]  # fmt: skip


@pytest.mark.parametrize(("why", "rows", "gaps"), ROLE_GAPS, ids=[row[0] for row in ROLE_GAPS])
def test_roles_that_are_missing(
    steampipe: Steampipe, tmp_path: Path, why: str, rows: dict[str, Any], gaps: list[Any]
) -> None:
    """What was passed over in silence shows elsewhere."""
    for name, several in rows.items():
        steampipe(f'DROP TABLE aws_prod."{name}"')
        steampipe.table("aws_prod", name, several, BY_NAME[name].columns)
    assert collect(tmp_path, steampipe.url).gap(ROLES) == gaps


def test_policies_that_nobody_told(steampipe: Steampipe, tmp_path: Path) -> None:
    """Where no role of an account has a policy, the column was passed over: no grade, not `none`."""
    steampipe("UPDATE aws_prod.aws_iam_role SET attached_policy_arns = NULL")
    assert [one["privilege"] for one in collect(tmp_path, steampipe.url)["roles"]] == [None]


def test_an_account_of_the_organization_without_a_connection(
    steampipe: Steampipe, tmp_path: Path
) -> None:
    """Ours, and nobody looked at it."""
    steampipe("DROP TABLE aws_prod.aws_organizations_account")
    arn = f"arn:aws:organizations::{OWN}:account/o-own1234567/"
    rows = [{"id": one, "name": "n", "arn": arn + one, "status": "ACTIVE", "account_id": OWN2}
            for one in (OWN, OWN2)]  # fmt: skip
    steampipe.table("aws_prod", "aws_organizations_account", rows)
    assert collect(tmp_path, steampipe.url).gap("*") == [(OWN, None, "NotGiven")]


GARBLED = (
    "postgres://u:s3cr3t@[x/",
    "postgres://u:7/s3cr3t@127.0.0.1:1/db",
    "postgres://u:pa/s3cr3t@127.0.0.1:1/db",
    "postgres://s3/s3cr3t@127.0.0.1:1/db",
    "postgres://u:pa@s3cr3t@127.0.0.1:1/db",
    "POSTGRES://u:s3cr3t@127.0.0.1:1/db",
    "postgresql+psycopg://u:s3cr3t@127.0.0.1:1/db",
    "postgres:/u:s3cr3t@127.0.0.1:1/db",
    "'postgres://u:s3cr3t@127.0.0.1:1/db'",
    "host=127.0.0.1 port=1 Password=s3cr3t",
)
"""As people write them: special characters as they are, another library's form, quotes."""


def test_the_password_is_nowhere(
    steampipe: Steampipe, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not in the snapshot, nor in what is said, whatever goes wrong."""
    told = collect(tmp_path, steampipe.url)
    written = b"".join(one.read_bytes() for one in (tmp_path / "snapshot").iterdir()).decode()
    wrong = steampipe.url.replace("s3cr3t", "wr0ng")
    closed = steampipe.url.replace("127.0.0.1", "127.0.0.2")
    said = [collect(tmp_path, one).ran for one in (wrong, closed, *GARBLED)]
    assert {one.code for one in said} == {2}
    everything = written + told.ran.err + "".join(one.err + one.out for one in said)
    for secret in (PASSWORD, "s3cr3t", "wr0ng", "%2Fp%40ss"):
        assert secret not in everything
    assert all(len(one.err.splitlines()) == 1 for one in said)
    assert "postgres://127.0.0.1:" in said[0].err


def test_a_database_without_such_tables(database: Steampipe, tmp_path: Path) -> None:
    """Refused, with what to do."""
    database.clear()
    ran = collect(tmp_path, database.url).ran
    assert (ran.code, "has no table of Steampipe's AWS plugin" in ran.err) == (2, True)


def write(folder: Path, name: str, rows: list[dict[str, Any]], form: str) -> str:
    path = folder / name
    columns = list(dict.fromkeys(key for row in rows for key in row))
    if form == "csv":
        text = io.StringIO()
        writer = csv.writer(text)
        writer.writerow(columns)
        writer.writerows([[_cell(row.get(key)) for key in columns] for row in rows])
        path = path.with_suffix(".csv")
        path.write_text(text.getvalue())
    elif form == "rows":
        named = [{"name": key, "data_type": "text"} for key in columns]
        path.write_text(json.dumps({"columns": named, "rows": rows, "metadata": {}}))
    else:
        path.write_text(json.dumps(rows))
    return path.name


def _cell(value: Any) -> str:
    if isinstance(value, bool | dict | list):
        return json.dumps(value)
    return "" if value is None else str(value)


@pytest.mark.parametrize("form", ["array", "rows", "csv"])
def test_files_say_what_the_endpoint_says(steampipe: Steampipe, tmp_path: Path, form: str) -> None:
    """Both wrappings of JSON, and CSV; with names of tables, and by columns alone."""
    there = collect(tmp_path, steampipe.url)
    live = [there[kind] for kind in ("roles", "image_uses", "images")]
    files = [
        write(tmp_path, "aws_iam_role.json", [role()], form),
        write(tmp_path, "machines.json", [instance()], form),
        write(tmp_path, "aws_ec2_ami_shared.json", [image(IMAGE, VENDOR)], form),
        write(tmp_path, "aws_region.json", [region()], form),
    ]
    told = collect(tmp_path, *files)
    assert told.ran.code == 3, told.ran.err
    assert [told[kind] for kind in ("roles", "image_uses", "images")] == live


BAD = [
    ("empty.json", b"[]", "is empty, and tells no table; call it as the table"),
    ("other.json", b'[{"bucket": "x"}]', "has columns of no table that is read"),
    ("aws_iam_role.json", b'[{"bucket": "x"}]', "is called as aws_iam_role, and has none of its"),
    ("text.json", b"+---+\n| arn |", "not JSON: "),
    ("report.json", b'{"schema": "vendorgate/report/v1"}', "is no output of a query of Steampipe"),
    ("empty.csv", b"", "is empty, and tells no table; call it as the table"),
    ("role.csv", b"arn,name\nx", "a row has not as many columns as the first line"),
    ("aws_iam_role.csv", b"arn,name,assume_role_policy,name\na,b,c,d", "two columns are called 'name'"),
    ("aws_ec2_instance.json", b'[{"instance_id": "i", "image_id": "a", "instance_state": "s",'
     b'"account_id": 2.2e11}]', "account_id 220000000000.0 is none; an account id is text"),
    ("aws_iam_role.json", b'[{"name": "R", "arn": "R", "assume_role_policy": {}}]',
     "a row tells no account_id"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "data", "said"), BAD, ids=[row[2][:30] for row in BAD])
def test_bad_files(tmp_path: Path, name: str, data: bytes, said: str) -> None:
    """One line with the file and what to do."""
    (tmp_path / name).write_bytes(data)
    ran = collect(tmp_path, name).ran
    (line,) = ran.err.splitlines()
    assert (ran.code, name in line, said in line) == (2, True, True), line


def test_an_empty_file_of_one_of_two_accounts(tmp_path: Path) -> None:
    """Nobody can tell whose fleets a file without rows would show: of both it is a gap."""
    both = [role(OWN), role()]
    files = [write(tmp_path, "aws_iam_role.json", both, "array"),
             write(tmp_path, "aws_ec2_fleet.json", [], "rows"),
             write(tmp_path, "aws_ec2_instance.json", [instance(OWN), instance()], "array")]  # fmt: skip
    told = collect(tmp_path, *files)
    assert told.gap("ec2:DescribeFleets") == [(None, None, "NotGiven")]


def test_a_number_in_the_name_of_a_file(tmp_path: Path) -> None:
    """It makes nobody one of ours, and an empty table says nothing of whom nothing else tells."""
    (tmp_path / f"of-{VENDOR}").mkdir()
    files = [write(tmp_path, "aws_iam_role.json", [role()], "array"),
             f"of-{VENDOR}/" + write(tmp_path / f"of-{VENDOR}", "aws_ec2_fleet.json", [], "rows")]  # fmt: skip
    told = collect(tmp_path, *files)
    assert [one["id"] for one in told.manifest["accounts"]] == [OWN2]
    rows = [instance() | {"account_id": None}]
    files[1] = f"of-{VENDOR}/" + write(
        tmp_path / f"of-{VENDOR}", "aws_ec2_instance.json", rows, "rows"
    )
    told = collect(tmp_path, *files)
    assert (told.ran.code, f"tells of the account {VENDOR}" in told.ran.err) == (2, True)


def test_an_empty_file_of_the_only_account(tmp_path: Path) -> None:
    """Where all is of one account, a file without rows found nothing there."""
    files = [write(tmp_path, "aws_iam_role.json", [role()], "array"),
             write(tmp_path, "aws_ec2_fleet.json", [], "rows"),
             write(tmp_path, "aws_ec2_instance.json", [instance()], "array")]  # fmt: skip
    told = collect(tmp_path, *files)
    assert told.gap("ec2:DescribeFleets") == []
    (message,) = [g["message"] for g in told.manifest["gaps"] if g["call"] == "eks:ListClusters"]
    assert message == "nothing that was given holds it: aws_eks_node_group"
