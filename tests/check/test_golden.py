"""All that the gate sees and says of one rich snapshot, in a file.

The other tests ask for one thing each; this holds still every fact of every subject, the findings,
the third parties and the notes. Whoever changes a line on purpose writes it anew (UPDATE_GOLDEN=1)
and reads the difference.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import msgspec
import pytest

from checker.check.engine import check
from checker.check.rules import PolicyOverrides, Rules
from checker.policy.load import load_policies
from checker.snapshot.read import Snapshot
from checker.subjects.item import Item
from checker.vetting.read import read_allowlist
from tests.check.test_neighbours import IDS, IMAGES, PROVIDERS, SOME, TRUSTS, USED
from tests.check.test_neighbours import made_role as made
from tests.check.test_usage import WINDOW, by, call
from tests.support.snapshots import (
    ALLOWLIST,
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

GOLDEN = Path(__file__).with_name("golden.jsonl")
GITHUB = "token.actions.githubusercontent.com"
ANYWHERE = f"arn:aws:rolesanywhere:us-east-1:{OWN2}:trust-anchor/ta-1"
DATES = "vetting: {owner: o@example.com, reference: T-2, reviewed: 2026-05-01, expires: %s, evidence: []}"
LISTED = ALLOWLIST.replace("federation: [{issuer: idp.example.com}]", "accounts: ['555555555555']").replace(
    "scope: {external_id: required}",
    "scope: {external_id: required, max_privilege: read, roles: ['R*', Monitoring], in_accounts: "
    f"['{OWN2}'], principals: ['arn:aws:iam::{VENDOR}:*'], images: ['agent-*'], usage: {{actions: "
    "['ec2:*'], denied: ['iam:*'], calls_per_hour: 100, dormant_after_days: 30, usd_per_day: 1}}",
).replace("image_aliases", f"""\
  - name: Soon Over
    accounts: ['777777777771']
    {DATES % '2026-12-01'}
  - name: Over
    accounts: ['777777777772']
    {DATES % '2026-11-19'}
  - name: Last Day
    accounts: ['777777777773']
    {DATES % '2026-11-20'}
  - name: Draft
    accounts: ['777777777774']
    vetting: {{owner: o@example.com, reference: T-2, reviewed: , expires: , evidence: []}}
  - name: Not Yet
    accounts: ['777777777776']
    {(DATES % '2027-05-01').replace('2026-05-01', '2026-11-21')}
  - name: Evidence Over
    accounts: ['777777777775']
    vetting: {{owner: o@example.com, reference: T-2, reviewed: 2026-05-01, expires: 2027-05-01,
      evidence: [{{kind: SOC 2, url: 'https://example.com/x', expires: 2026-11-01}}]}}
exceptions:
  - {{policy: missing-external-id, principal: '{VENDOR}', resource: 'arn:aws:iam::{OWN2}:role/R*',
      reason: r, owner: o@example.com, expires: 2027-01-31}}
  - {{policy: anyone-trust, principal: '*', resource: 'arn:aws:iam::{OWN2}:role/R7', reason: r,
      owner: o@example.com, expires: 2026-11-19}}
  - {{policy: unvetted-account-trust, principal: '{STRANGER}', resource: 'arn:aws:iam::{OWN2}:role/None*',
      reason: r, owner: o@example.com, expires: 2026-11-20}}
image_aliases""")  # fmt: skip


def turns(values: dict[str, list[Any]], at: int) -> dict[str, Any]:
    """Of each key the next of its values; each third time it is left out."""
    return {
        key: some[(at + place) % len(some)]
        for place, (key, some) in enumerate(values.items())
        if (at + place) % 3
    }


SERVICE_FOR = {"StringEquals": {"aws:SourceAccount": "777777777772"}}
ROLES = [
    *(made(at, trust, turns(SOME, at)) for at, trust in enumerate(TRUSTS)),
    *(vendor_role(f"R{50 + n}", f"77777777777{n}", None, privilege="read") for n in range(1, 7)),
    vendor_role(privilege="write"),
    # policies that differ in the external id alone are analysed once
    vendor_role("R60", external_id="customer-0060", privilege="read"),
    vendor_role("R61", external_id="customer-0061", privilege="read"),
    vendor_role("R62", STRANGER, external_id="customer-0062"),
    vendor_role("R63", STRANGER, external_id="customer-0063"),
    # texts that say another thing in each account, which is here the first, there the second
    *(role(f"Bound{n}", allow("*", StringNotEquals={"aws:ResourceAccount": (OWN, OWN2)[n // 2]}),
           account=(OWN, OWN2)[n % 2]) for n in range(4)),
    vendor_role("Elsewhere", privilege="admin"),
    vendor_role("Ours", "555555555555"),
    role("Organization", allow("*", StringEquals={"aws:PrincipalOrgID": "o-vendor12345"})),
    role("AWSReservedSSO_x", allow({"Federated": f"arn:aws:iam::{OWN2}:saml-provider/AWSSSO_1_DO_NOT_DELETE"},
         "sts:AssumeRoleWithSAML"), path="/aws-reserved/sso.amazonaws.com/"),
    role("Saml", allow({"Federated": f"arn:aws:iam::{OWN2}:saml-provider/Okta"}, "sts:AssumeRoleWithSAML")),
    role("Acting", allow({"Service": "sns.amazonaws.com"}, **SERVICE_FOR)),
    role("Anchored", allow({"Service": "rolesanywhere.amazonaws.com"}, ArnEquals={"aws:SourceArn": ANYWHERE})),
    role("Patterned", allow("*", ArnLike={"aws:PrincipalArn": f"arn:aws:iam::{VENDOR}:role/a*"})),
    role("Several", [allow({"AWS": [VENDOR, STRANGER]}), allow("*") | {"Effect": "Deny"} | {
         "Condition": {"StringEquals": {"aws:PrincipalAccount": STRANGER}}}]),
    role("Filled", allow({"AWS": "arn:aws:iam::${Vendor}:root"}), unresolved=["Vendor"]),
]  # fmt: skip
USES = [
    *(use(f"i-{at:017}", IDS[at % len(IDS)]) | turns(USED, at) for at in range(22)),
    use("i-gone", "ami-00000002", state="terminated"),
    *(
        use(f"i-{name}", f"ami-{name}")
        for name in ("copy", "lost", "own", "seen", "shared", "market")
    ),
    use("i-there", "ami-own", account=OWN, region="eu-west-1"),
]
ROOT = {"image_id": "ami-r", "owner": VENDOR, "name": "agent-1"}
KNOWN = [
    *IMAGES,
    image("ami-copy", owner=OWN2, ancestry=[ROOT], ancestry_complete=True, name="golden"),
    image("ami-lost", owner=OWN2, ancestry=[{"image_id": "ami-q"}], ancestry_complete=False),
    # one account sees the owner, another the ancestry
    image("ami-own", owner=OWN2), image("ami-own", account=OWN, owner=OWN2, ancestry=[ROOT], ancestry_complete=True),
    image("ami-own", account=OWN, region="eu-west-1", owner=OWN),
    image("ami-seen", owner=None), image("ami-seen", account=OWN, owner=STRANGER, name="theirs", public=True),
    image("ami-shared", owner=OWN2, ancestry=[], ancestry_complete=True, public=True,
          launch_permissions=["all", VENDOR, STRANGER, OWN, "x", "arn:aws:organizations::1:organization/o-own1234567",
              "arn:aws:organizations::1:organization/o-vendor12345", "arn:aws:organizations::1:ou/o-x/ou-1"]),
    image("ami-open", owner=OWN2, public=True, launch_permissions=[STRANGER]),
    image("ami-bare", owner=OWN2, public=True),
    image("ami-closed", owner=OWN2, public=False, launch_permissions=[]),
    image("ami-outer", account=STRANGER, owner=STRANGER, launch_permissions=[VENDOR]),
    image("ami-market", owner="679593333241", alias="aws-marketplace", product_codes=["productcode1", "other"]),
    image("ami-theirs", owner=STRANGER, public=True, launch_permissions=[VENDOR]),
]  # fmt: skip
USAGE = [
    call(),
    call(name="iam:CreateUser", calls=3),
    call(name="kms:Decrypt", peak_per_hour=500, errors={"ThrottlingException": 4}, calls=900_000),
    call(STRANGER, errors={"AccessDenied": 10}),
    call(None),
    call(caller=by(service="ec2.amazonaws.com")),
    call(caller=by(issuer=GITHUB), role=f"arn:aws:iam::{OWN2}:role/R13"),
    call(caller=by(arn="*")),
    call("777777777772", role=f"arn:aws:iam::{OWN2}:role/R52"),
    call(OWN),
    call(role=f"arn:aws:iam::{OWN2}:role/Gone"),
    call("666666666666", role=f"arn:aws:iam::{OWN2}:role/Organization"),
]
GAPS = [{"account": OWN2, "region": "eu-west-1", "call": "ec2:DescribeInstances", "code": "AccessDenied",
         "message": "no"}]  # fmt: skip
DENY = {"Effect": "Deny", "Principal": "*", "Action": "sts:*", "Resource": "*",
        "Condition": {"StringEquals": {"aws:PrincipalAccount": STRANGER}}}  # fmt: skip
MANIFEST = {
    "usage": WINDOW,
    "accounts": [
        {"id": OWN, "name": "management", "path": "Root", "state": "ACTIVE", "units": ["r-1"]},
        {"id": OWN2, "name": "prod", "path": "Root/Work", "state": "ACTIVE", "units": ["r-1"]},
        {"id": "333333333333", "name": "closed", "path": "Root", "state": "SUSPENDED", "collected": False},
        {"id": "444444444444", "name": "new", "path": "Root", "state": "ACTIVE", "collected": False},
    ],
    "guardrails": [{"id": "p-1", "name": "x", "targets": ["r-1"],
                    "document": {"Version": "2012-10-17", "Statement": [DENY]}}],
}  # fmt: skip


def said(folder: Path) -> Iterator[tuple[str, Any]]:
    """Each fact, finding, third party, row and note, with what tells it from the others."""
    (folder / "allowlist.yaml").write_text(LISTED)
    write(folder / "s", roles=ROLES, image_uses=USES, images=KNOWN, providers=PROVIDERS, usage=USAGE,
          gaps=GAPS, manifest=MANIFEST)  # fmt: skip
    seen: list[tuple[str, Any]] = []

    def watch(item: Item) -> None:
        told = {k: v for k, v in msgspec.to_builtins(item.where).items() if v}
        name = f"{item.subject} {item.where.resource} {item.where.exact}"
        seen.append((name, {"facts": item.facts, "where": told}))

    vetted = read_allowlist(folder / "allowlist.yaml")
    report = check(Snapshot(folder / "s"), vetted, Rules(load_policies(None), PolicyOverrides()),
                   date(2026, 11, 20), watch=watch)  # fmt: skip
    yield from sorted(seen, key=lambda one: (one[0], json.dumps(one[1], default=str)))
    for one in report.findings:
        told = msgspec.to_builtins(one)
        del told["facts"], told["remediation"]  # facts are above, and texts the policy's
        yield f"finding {one.policy} {one.fingerprint}", told
    for name in ("third_parties", "evaluated", "notes", "gaps", "errors", "summary", "verdict"):
        part = msgspec.to_builtins(getattr(report, name))
        yield from ((name, one) for one in (part if isinstance(part, list | tuple) else [part]))


def test_all_that_is_seen_and_said_is_as_it_was(tmp_path: Path) -> None:
    """Catches a fact that changes while no policy's answer does, and an answer that nobody asked."""
    lines = [json.dumps([*one], sort_keys=True, default=str) for one in said(tmp_path)]
    if os.environ.get("UPDATE_GOLDEN"):
        GOLDEN.write_text("\n".join(lines) + "\n")
    assert lines == GOLDEN.read_text().splitlines()


@pytest.mark.parametrize(
    "subject",
    ["role_trust", "trust_policy", "image_use", "image", "vendor", "exception", "role_usage"],
)
def test_each_subject_is_there(subject: str) -> None:
    """Catches a snapshot that has grown poor."""
    assert sum(line.startswith(f'["{subject} ') for line in GOLDEN.read_text().splitlines()) > 2
