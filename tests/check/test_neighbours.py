"""What is found of a record hangs on nothing else that is in the snapshot.

Whole snapshots, drawn by chance, with null, nothing, empty and false in every fact that may lack,
are checked record by record, together, in another order, under other names, in a crowd that worker
processes share, in another account, organization and partition.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from copy import deepcopy
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

import checker.snapshot.ranges as ranges
import checker.workers as workers
from checker.check.engine import check
from checker.check.rules import PolicyOverrides, Rules
from checker.policy.load import load_policies
from checker.report.model import Finding
from checker.snapshot.read import Snapshot
from checker.vetting.read import read_allowlist
from tests import examples
from tests.support.principals import FORMS, SPARE
from tests.support.snapshots import (
    ALLOWLIST,
    ORGANIZATION,
    OWN,
    OWN2,
    STRANGER,
    VENDOR,
    allow,
    image,
    role,
    use,
    vendor_role,
    write,
)

EXAMPLES = examples(16)
TODAY = date(2026, 11, 20)
RULES = Rules(load_policies(None), PolicyOverrides())
ABSENCE = {"unobserved-vendor", "unused-exception"}
"""Policies about what is not there: a neighbour may remove what they find."""
GITHUB = "token.actions.githubusercontent.com"
PROVIDER = f"arn:aws:iam::{OWN2}:oidc-provider/{GITHUB}"
WEB = "sts:AssumeRoleWithWebIdentity"

TRUSTS: list[Any] = [
    allow({"AWS": f"arn:aws:iam::{VENDOR}:root"}, StringEquals={"sts:ExternalId": "customer-0001"}),
    allow({"AWS": f"arn:aws:iam::{VENDOR}:root"}, StringEquals={"sts:ExternalId": "customer-0002"}),
    allow({"AWS": f"arn:aws:iam::{VENDOR}:root"}),
    allow({"AWS": f"arn:aws:iam::{VENDOR}:role/agent"}),
    allow({"AWS": f"arn:aws:iam::{STRANGER}:root"}),
    allow({"AWS": f"arn:aws:iam::{STRANGER}:root"}, Bool={"aws:MultiFactorAuthPresent": "true"}),
    allow({"AWS": f"arn:aws:iam::{OWN}:root"}),
    allow("*"),
    allow("*", StringEquals={"aws:PrincipalOrgID": ORGANIZATION}),
    allow("*", StringEquals={"aws:PrincipalOrgID": "o-strange1234"}),
    allow("*", StringNotEquals={"aws:PrincipalAccount": STRANGER}),
    allow({"Service": "ec2.amazonaws.com"}),
    allow({"Service": "sns.amazonaws.com"}, StringEquals={"aws:SourceAccount": STRANGER}),
    allow({"Federated": PROVIDER}, WEB, StringLike={f"{GITHUB}:sub": "repo:acme/*"}),
    allow({"Federated": PROVIDER}, WEB, StringLike={f"{GITHUB}:sub": "repo:other/*"}),
    allow({"Federated": PROVIDER}, WEB),
    allow({"AWS": "AROAEXAMPLEEXAMPLE123"}),
    allow({"AWS": f"arn:aws:iam::{STRANGER}:root"}) | {"Resource": "*"},
    [allow("*"), allow("*") | {"Effect": "Deny"}],
    {},
    *([allow("*"), allow({"AWS": one}) | {"Effect": "Deny"}] for one in (STRANGER, SPARE)),
    *(allow({"AWS": one.format(OWN)}) for one in FORMS[-16:]),
]
VOID = [None, [], {}, "", 0, False]
SOME = {
    "tags": [None, {}, {"team": ""}, {"vendor": "acme"}],
    "last_used": [None, "2026-11-01T00:00:00Z", "2024-01-01T00:00:00Z"],
    "privilege": [None, "none", "read", "write", "admin", "unknown"],
    "unresolved": [None, [], ["the account of ${Vendor}"]],
    "path": [None, "/", "/service-role/"],
}
USED = {
    "name": [None, "", "web"],
    "state": [None, "", "running", "stopped"],
    "via": [None, "", "version 3", "resolve:ssm:/x/y"],
    "via_account": [None, STRANGER],
    "lookup_owners": [None, [], ["self"], ["*"], ["amazon"], [STRANGER]],
    "product_codes": [[], ["productcode1"], ["productcode9"]],
}
IDS = [None, "", *(f"ami-{n:08}" for n in range(9))]
IMAGES = [
    image("ami-00000000", owner=OWN2, ancestry=[], ancestry_complete=True),
    image("ami-00000001", owner=OWN2, ancestry=None, ancestry_complete=None),
    image("ami-00000002", owner=STRANGER, public=True, product_codes=[]),
    image("ami-00000003", owner=STRANGER, public=None, product_codes=None),
    image("ami-00000004", owner="137112412989", alias="amazon"),
    image("ami-00000005", owner=None, alias=None, state=None),
    image("ami-00000006", owner="679593333241", alias="aws-marketplace", product_codes=["productcode1"]),
    image("ami-00000007", owner=OWN2, ancestry_complete=False, ancestry=[{"image_id": "ami-1", "owner": STRANGER}],
          launch_permissions=[STRANGER]),
]  # fmt: skip
PROVIDERS = [{"account": OWN2, "arn": PROVIDER, "kind": "oidc", "issuer": GITHUB}]


def some_of(fields: dict[str, list[Any]]) -> st.SearchStrategy[dict[str, Any]]:
    """Some of the fields, each with one of its values."""
    return st.fixed_dictionaries({}, optional={k: st.sampled_from(v) for k, v in fields.items()})


def made_role(at: int, trust: Any, more: dict[str, Any]) -> dict[str, Any]:
    return role(f"R{at}", trust, account=(OWN, OWN2)[at % 2]) | more


def made_use(at: int, image_id: Any, more: dict[str, Any]) -> dict[str, Any]:
    return use(f"i-{at:017}", image_id) | more


roles = st.lists(st.tuples(st.sampled_from(TRUSTS), some_of(SOME)), min_size=2, max_size=6).map(
    lambda drawn: [made_role(at, *one) for at, one in enumerate(drawn)]
)
uses = st.lists(st.tuples(st.sampled_from(IDS), some_of(USED)), min_size=2, max_size=6).map(
    lambda drawn: [made_use(at, *one) for at, one in enumerate(drawn)]
)
quick = settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def found(
    roles: Iterable[Any] = (), uses: Iterable[Any] = (), allowlist: str = ALLOWLIST, **more: Any
) -> list[Finding]:
    """What a check of a snapshot of these finds, but what is about absence."""
    kinds = {"images": IMAGES, "providers": PROVIDERS} | more.pop("kinds", {})
    with TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "allowlist.yaml").write_text(allowlist)
        write(folder / "s", roles=list(roles), image_uses=list(uses), **kinds, **more)
        vetted = read_allowlist(folder / "allowlist.yaml")
        report = check(Snapshot(folder / "s"), vetted, RULES, TODAY)
    assert not report.errors
    return [one for one in report.findings if one.policy not in ABSENCE]


def told(findings: Iterable[Finding]) -> set[str]:
    """All that is said of each finding; which of the others is named first may differ."""
    return {
        json.dumps(
            [
                f.policy,
                f.severity,
                f.status,
                f.account,
                f.resource,
                f.principal,
                f.message,
                f.facts,
            ],
            sort_keys=True,
            default=str,
        )
        for f in findings
    }


@quick
@given(roles, uses)
def test_a_record_alone_has_the_findings_that_it_has_in_company(roles: Any, uses: Any) -> None:
    """Catches a memory that mixes up null and nothing, and a policy answered for its neighbour."""
    alone = [told(found([one])) for one in roles] + [told(found((), [one])) for one in uses]
    shared = told(found())  # of the images themselves
    assert told(found(roles, uses)) == shared.union(*alone)


@pytest.mark.parametrize("unlisted", ["000000000001", STRANGER])
def test_an_account_that_nobody_listed_is_own_to_itself_alone(unlisted: str) -> None:
    """Catches what one role's policy says of its own account, told of it in another: a stranger let
    in unseen, where its own role comes first."""
    trust = allow({"AWS": f"arn:aws:iam::{unlisted}:user/x"})
    mine, theirs = role("A", trust, account=OWN), role("B", trust, account=unlisted)
    alone, nothing = told(found([mine])), told(found())
    assert alone > nothing == told(found([theirs]))
    assert told(found([mine, theirs])) == told(found([theirs, mine])) == alone


@quick
@given(roles, uses, st.randoms(use_true_random=False))
def test_the_order_of_records_is_no_matter(roles: Any, uses: Any, chance: Any) -> None:
    """Catches an answer that the first of its like decides for all."""
    mixed = [deepcopy(roles), deepcopy(uses)]
    for one in mixed:
        chance.shuffle(one)
    assert told(found(roles, uses)) == told(found(*mixed))


def renamed(record: dict[str, Any]) -> dict[str, Any]:
    text = json.dumps(record)
    for at in range(6):
        text = text.replace(f"role/R{at}", f"role/Q{9 - at}").replace(f'"R{at}"', f'"Q{9 - at}"')
        text = text.replace(f"i-{at:017}", f"i-{999 - at:017}")
    return dict(json.loads(text))


@quick
@given(roles, uses)
def test_names_decide_nothing(roles: Any, uses: Any) -> None:
    """Catches an answer that hangs on how a resource is called, or on the order of its name."""
    named = {
        json.dumps(renamed(json.loads(one))) for one in map(as_object, told(found(roles, uses)))
    }
    others = {json.dumps(json.loads(one)) for one in map(as_object, told(
        found(map(renamed, roles), map(renamed, uses))))}  # fmt: skip
    assert named == others


def as_object(line: str) -> str:
    return json.dumps({"told": json.loads(line)})


@quick
@given(roles, uses, st.data())
def test_one_more_record_removes_nothing(roles: Any, uses: Any, data: Any) -> None:
    """Catches a neighbour that vouches for another: only policies about absence may say less."""
    fewer = data.draw(st.sets(st.integers(0, len(roles) - 1)))
    some = [one for at, one in enumerate(roles) if at in fewer]
    assert told(found(some, uses[:1])) <= told(found(roles, uses))


# what fails is not made smaller: each try starts worker processes
@settings(max_examples=2, phases=[Phase.reuse, Phase.generate], deadline=None, suppress_health_check=list(HealthCheck))  # fmt: skip
@given(drawn=roles)
def test_in_a_crowd_the_answer_is_the_same(monkeypatch: pytest.MonkeyPatch, drawn: Any) -> None:
    """Catches a role that worker processes lose, tell twice or pair with another's policy. Ranges
    are made small, so that a few roles fill the pool; the serial way is the other side."""
    crowd = [
        vendor_role(f"C{n}", VENDOR if n % 3 else STRANGER, f"id:{n}!") for n in range(24)
    ] + drawn
    # one text that says another thing in each account
    for n in range(8):
        elsewhere = allow("*", StringNotEquals={"aws:ResourceAccount": (OWN, OWN2)[n % 4 // 2]})
        crowd.append(role(f"B{n}", elsewhere, account=(OWN, OWN2)[n % 2]))
    monkeypatch.undo()
    serial = told(found(crowd))
    entered = []
    pool = workers.pool
    monkeypatch.setattr(workers, "pool", lambda *a: entered.append(1) or pool(*a))
    monkeypatch.setattr(workers.os, "cpu_count", lambda: 2)
    monkeypatch.setattr(workers, "LEAST", 2)
    monkeypatch.setattr(ranges, "RANGE", 3_000)
    assert told(found(crowd)) == serial
    assert entered, "the pool was entered"


OTHER = {OWN2: "333333333333", OWN: "444444444444", ORGANIZATION: "o-another12345"}


def elsewhere(text: str) -> str:
    for here, there in OTHER.items():
        text = text.replace(here, there)
    return text


@quick
@given(roles, uses)
def test_equal_text_elsewhere_is_judged_alike(roles: Any, uses: Any) -> None:
    """Catches an account or organization that is written into the code."""
    accounts = [{"id": OTHER[one], "name": name, "path": path, "state": "ACTIVE"}
                for one, name, path in ((OWN, "management", "Root"), (OWN2, "prod", "Root/Workloads"))]  # fmt: skip
    manifest = {"accounts": accounts,
                "organization": {"id": OTHER[ORGANIZATION], "management_account": OTHER[OWN]}}  # fmt: skip
    moved = [json.loads(elsewhere(json.dumps(part))) for part in (roles, uses, IMAGES, PROVIDERS)]
    there = found(
        moved[0], moved[1], elsewhere(ALLOWLIST), manifest=manifest,
        kinds={"images": moved[2], "providers": moved[3]},
    )  # fmt: skip
    assert {elsewhere(one) for one in told(found(roles, uses))} == told(there)


@quick
@given(roles)
def test_another_partition_is_judged_alike(roles: Any) -> None:
    """Catches `arn:aws:` written into the code: all that is trusted is of the partition itself."""

    def there(text: str) -> str:
        moved = text.replace("arn:aws:", "arn:aws-us-gov:")
        return moved.replace('"partition": "aws"', '"partition": "aws-us-gov"')

    regions = {"partition": "aws-us-gov", "regions": ["us-gov-west-1"]}
    moved = [json.loads(there(json.dumps(part))) for part in (roles, PROVIDERS)]
    kinds = {"images": [], "providers": moved[1]}
    here = found(roles, kinds={"images": []})
    assert {there(one) for one in told(here)} == told(
        found(moved[0], manifest=regions, kinds=kinds)
    )
