"""What a resource control policy is given credit for: in doubt, none."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.support.gate import check, pipeline, rcp
from tests.support.snapshots import ORGANIZATION, OWN, OWN2, STRANGER, VENDOR, allow, role

S = f"arn:aws:iam::{OWN2}:role/S"
TIED = {"StringNotEquals": {"aws:PrincipalTag/a": "${aws:PrincipalTag/b}"}}
NOT_OURS = {"StringNotEqualsIfExists": {"aws:PrincipalOrgID": ORGANIZATION}}
THEIRS = {"StringEquals": {"aws:PrincipalOrgID": "o-strange1234"}}
NOBODY = rcp() | {"document": {"Version": "2012-10-17"}}
LIST = rcp() | {"document": []}


def single(**more: Any) -> dict[str, Any]:
    """A guardrail of one statement that stands in no list."""
    made = rcp(**more)
    return made | {"document": made["document"] | {"Statement": made["document"]["Statement"][0]}}


def old(made: dict[str, Any]) -> dict[str, Any]:
    return made | {"document": {"Statement": made["document"]["Statement"]}}


ACCOUNT = role("S", allow({"AWS": STRANGER}))
NAMED = role("S", allow({"AWS": f"arn:aws:iam::{STRANGER}:role/a"}))
MEMBERS = role("S", allow("*", **THEIRS))
WEB = pipeline("repo:evil/app:*")
ACTING = role("S", allow({"Service": "sns.amazonaws.com"}, StringEquals={"aws:SourceAccount": STRANGER}))  # fmt: skip
BARE = role("S", allow({"AWS": STRANGER}))
BARE["trust_policy"]["Statement"] = BARE["trust_policy"]["Statement"][0]
OLD = role("S", allow({"AWS": STRANGER}))
del OLD["trust_policy"]["Version"]
ONLY_STRANGER = {"StringEquals": {"aws:PrincipalAccount": STRANGER}}
ONLY_VENDOR = {"StringEquals": {"aws:PrincipalAccount": VENDOR}}
ROWS: list[tuple[str, Any, Any, bool | None]] = [
    ("a statement that stands alone", single(), ACCOUNT, False),
    ("a trust policy's that stands alone", rcp(), BARE, False),
    ("no statement at all", NOBODY, ACCOUNT, True),
    ("no policy", LIST, ACCOUNT, True),
    ("a resource of both kinds", rcp(Resource=S, NotResource="x"), ACCOUNT, True),
    ("a resource with a variable", rcp(Resource=f"arn:aws:iam::{OWN2}:role/${{aws:username}}"), ACCOUNT, True),
    ("one resource of two", rcp(Resource=["arn:aws:s3:::b", S]), ACCOUNT, False),
    ("not two others", rcp(NotResource=["arn:aws:s3:::b", "arn:aws:iam::*:role/T"]), ACCOUNT, False),
    ("not it, nor another", rcp(NotResource=["arn:aws:s3:::b", S]), ACCOUNT, True),
    ("a variable beside a policy of the older language", rcp(TIED), OLD, True),
    ("no variable beside one", rcp(), OLD, False),
    ("an older guardrail beside a newer policy", old(rcp()), ACCOUNT, False),
    ("of a role alone", rcp(), NAMED, False),
    ("of a role, where its account is refused", rcp(ONLY_STRANGER), NAMED, False),
    ("of a role, where another account is refused", rcp(ONLY_VENDOR), NAMED, True),
    ("of an organization", rcp(NOT_OURS), MEMBERS, False),
    ("of an organization, where one account is refused", rcp(ONLY_STRANGER), MEMBERS, True),
    ("of a pipeline", rcp(), WEB, False),
    ("of a service that acts for somebody", rcp(), ACTING, False),
    ("of a service, where accounts are refused", rcp(NOT_OURS | {"Bool": {"aws:PrincipalIsAWSService": "false"}}),
     ACTING, True),
]  # fmt: skip


@pytest.mark.parametrize(("why", "guard", "record", "expected"), ROWS, ids=[r[0] for r in ROWS])
def test_a_guardrail_gets_credit(
    tmp_path: Path, why: str, guard: Any, record: Any, expected: bool | None
) -> None:
    """Catches a refusal that is told where the role can be taken, and one that nobody is told of."""
    accounts = [{"id": OWN, "units": ["r-root"]}, {"id": OWN2, "units": ["r-root", "ou-prod"]}]
    ran = check(tmp_path, roles=[record], manifest={"guardrails": [guard], "accounts": accounts})
    found = [f["facts"]["grant"]["effective"] for f in json.loads(ran.out)["findings"]
             if "grant" in f["facts"]]  # fmt: skip
    assert found and set(found) == {expected}, (why, ran.out[:300], ran.err)


def test_each_role_is_under_its_own(tmp_path: Path) -> None:
    """Catches what one role is refused, told of another one with the same trust policy."""
    guards = [rcp(ONLY_STRANGER, Resource=S), rcp(ONLY_VENDOR, NotResource=S) | {"id": "p-2"}]
    accounts = [{"id": OWN, "units": ["r-root"]}, {"id": OWN2, "units": ["r-root", "ou-prod"]}]
    records = [role(name, allow({"AWS": STRANGER})) for name in ("S", "T")]
    ran = check(tmp_path, roles=records, manifest={"guardrails": guards, "accounts": accounts})
    found = {f["resource"].rpartition("/")[2]: f["facts"]["grant"]["effective"]
             for f in json.loads(ran.out)["findings"] if "grant" in f["facts"]}  # fmt: skip
    assert found == {"S": False, "T": True}
