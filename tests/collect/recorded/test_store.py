"""A store of iam-collect, in its layout."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.collect.recorded.test_files import ROLES, TRUST, Told
from tests.support.cli import vendorgate
from tests.support.snapshots import OWN, OWN2

POLICY = f"arn:aws:iam::{OWN2}:policy/all"
ALL = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
SAML = f"arn:aws:iam::{OWN2}:saml-provider/idp"


def put(folder: Path, path: str, **files: Any) -> None:
    """A resource's folder below the account's, a file a thing."""
    at = folder / "aws" / "aws" / path
    at.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (at / f"{name.replace('_', '-')}.json").write_text(json.dumps(content))


def store(folder: Path) -> Path:
    mine = f"accounts/{OWN2}/iam"
    arn = f"arn:aws:iam::{OWN2}:role/Vendor"
    put(folder, f"{mine}/role/vendor", trust_policy=TRUST, managed_policies=[POLICY],
        tags={"a": "b"}, metadata={"arn": arn, "name": "Vendor", "path": "/"})  # fmt: skip
    put(folder, f"{mine}/policy/all", metadata={"arn": POLICY}, current_policy=ALL)
    put(folder, f"{mine}/oidc-provider/x", metadata={
        "arn": f"arn:aws:iam::{OWN2}:oidc-provider/token.example.com"})  # fmt: skip
    document = (
        '<EntityDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata" entityID="https://x/"/>'
    )
    put(folder, f"{mine}/saml-provider/idp", metadata={"arn": SAML, "metadata-document": document})
    put(folder, "organizations/o-own1234567", accounts={OWN: {"ou": "r-1"}, OWN2: {"ou": "r-1"}},
        metadata={"id": "o-own1234567", "rootAccountId": OWN})  # fmt: skip
    return folder


def collect(folder: Path) -> Told:
    return Told(vendorgate("collect", "files", "iam-data", cwd=folder), folder)


def test_what_a_store_holds(tmp_path: Path) -> None:
    """Roles with grades, providers with issuers, the organization; what it has no notion of is a
    gap, and so is an account of the organization that is not in it."""
    store(tmp_path / "iam-data")
    told = collect(tmp_path)
    assert told.ran.code == 3, told.ran.err
    (role,) = told["roles"]
    assert (role["trust_policy"], role["privilege"], role["tags"]) == (TRUST, "admin", {"a": "b"})
    assert {one["issuer"] for one in told["providers"]} == {"token.example.com", "https://x/"}
    assert told.manifest["organization"] == {"id": "o-own1234567", "management_account": OWN}
    assert told.gap("*") == [(OWN, None, "NotGiven")]
    assert told.gap("ec2:DescribeRegions") == [(None, None, "NotGiven")]
    assert told.gap(ROLES) == []
    assert [one["kind"] for one in told.manifest["inputs"]] == ["iam-collect"]


def test_what_a_store_lacks(tmp_path: Path) -> None:
    """A kind without a folder need not have been asked for; a role without its policy is none."""
    put(tmp_path / "iam-data", f"accounts/{OWN2}/iam/role/bare",
        metadata={"arn": f"arn:aws:iam::{OWN2}:role/Bare", "name": "Bare"})  # fmt: skip
    told = collect(tmp_path)
    assert told["roles"] == []
    assert {gap[2] for gap in told.gap(ROLES)} == {"CutOutput", "NothingListed"}
    assert told.gap("iam:ListSAMLProviders") == [(None, None, "NotGiven")]


def test_files_of_a_store_that_cannot_be_read(tmp_path: Path) -> None:
    """Each is a gap with its name; the rest is there."""
    folder = store(tmp_path / "iam-data")
    role = folder / f"aws/aws/accounts/{OWN2}/iam/role"
    for name, data in (
        ("cut", b'{"arn": '),
        ("alien", b'{"arn": "arn:aws:iam::%s:role/A"}' % OWN.encode()),
    ):
        (role / name).mkdir()
        (role / name / "metadata.json").write_bytes(data)
    told = collect(tmp_path)
    assert len(told["roles"]) == 1
    messages = [g["message"] for g in told.manifest["gaps"] if g["code"] == "UnreadableFile"]
    assert any(one.startswith("cut/metadata.json: not JSON") for one in messages)
    assert f"alien: arn:aws:iam::{OWN}:role/A is of another account" in messages
