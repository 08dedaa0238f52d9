"""What a guardrail is held to leave, asked directly: whom, of which role, and where nobody knows."""

from __future__ import annotations

from typing import Any

import msgspec

from checker.role_trust.guardrails import Guardrails, overlap
from checker.snapshot.records import Account, Guardrail, Manifest, Organization, Role, Tool
from checker.snapshot.write import encode_document
from checker.trust.model import Principal
from tests.role_trust.test_shapes import SCOPES, P
from tests.support.rows import rows
from tests.support.snapshots import allow
from tests.trust.support import EXT, GITHUB, OWN, M, N, V, W, deny, role, root
from tests.vetting.test_register import by

ALL = by("anyone")
ACCOUNT, ROLE, USER = (
    by("account", account=V),
    by("principal", account=V, arn="r"),
    by("principal", account=V, arn="u"),
)
OTHER, OTHERS = by("account", account=W), by("principal", account=W, arn="r")
MEMBERS, OTHER_ORG = (
    by("organization", organization=EXT),
    by("organization", organization="o-two7654321"),
)
HUB, IDP = by("federated", provider=GITHUB), by("federated", provider="idp")
SNS, SQS = by("service", service="sns"), by("service", service="sqs")
ID, OTHER_ID = by("unresolved", id="AROA1"), by("unresolved", id="AROA2")
EVERY = {"anyone": ALL, "account": ACCOUNT, "role": ROLE, "user": USER, "other": OTHER, "others": OTHERS,
         "members": MEMBERS, "other-org": OTHER_ORG, "hub": HUB, "idp": IDP, "sns": SNS, "sqs": SQS,
         "id": ID, "other-id": OTHER_ID}  # fmt: skip
MAY_BE = {
    # who is asked for: who else, being left, may be it, beside itself and anyone
    "anyone": "account role user other others members other-org",
    "account": "role user members other-org",
    "role": "account members other-org",
    "user": "account members other-org",
    "other": "others members other-org",
    "others": "other members other-org",
    "members": "account role user other others",
    "other-org": "account role user other others",
    "hub": "", "idp": "", "sns": "", "sqs": "", "id": "", "other-id": "",
}  # fmt: skip


@rows("asked, others", MAY_BE.items(), ids=MAY_BE)
def test_who_may_be_what_is_left(asked: str, others: str) -> None:
    """Catches a refusal that is told of somebody whom another grant lets in."""
    found = {name for name, left in EVERY.items() if overlap(EVERY[asked], left)}
    assert found == {"anyone", asked, *others.split()}


def guard(*statements: Any, targets: tuple[str, ...] = ("ou-1",)) -> Guardrail:
    document = msgspec.Raw(encode_document({"Version": "2012-10-17", "Statement": [*statements]}))
    return Guardrail(id="p-1", targets=targets, document=document)


ACCOUNTS = (Account(id=M, units=("r-1",)), Account(id=N, units=("r-1", "ou-1")), Account(id=P))
BARE = Manifest(
    schema="vendorgate/snapshot/v1", tool=Tool(name="vendorgate", version="test"),
    collected_at="2026-11-20T06:00:00Z", accounts=ACCOUNTS,
    organization=Organization(id=OWN, management_account=M),
)  # fmt: skip
OPEN = {"Version": "2012-10-17", "Statement": [allow({"AWS": root(V)})]}
NOBODY = guard(deny("*", Resource="*"))
LINKED = "/aws-service-role/x.amazonaws.com/"


def refusing(*guardrails: Guardrail) -> Manifest:
    return msgspec.structs.replace(BARE, guardrails=guardrails)


def trusting(document: Any, account: str = N, name: str = "r", **more: Any) -> Role:
    text = msgspec.Raw(encode_document(document))
    return Role(account=account, arn=role(account, name), name=name, trust_policy=text, **more)


LEFT: list[tuple[str, Manifest, Role, Principal, bool | None]] = [
    ("nobody could look", BARE, trusting(OPEN), ACCOUNT, None),
    ("nor at a service's own role", BARE, trusting(OPEN, path=LINKED), ACCOUNT, None),
    ("there are none", refusing(), trusting(OPEN), ACCOUNT, True),
    ("all is refused", refusing(NOBODY), trusting(OPEN), ACCOUNT, False),
    ("all is refused to a role whose path is not told", refusing(NOBODY), trusting(OPEN, path=None), ACCOUNT, False),
    ("a service's own role", refusing(NOBODY), trusting(OPEN, path=LINKED), ACCOUNT, True),
    ("the management account", refusing(guard(deny("*", Resource="*"), targets=("r-1",))),
     trusting(OPEN, M), ACCOUNT, True),
    ("an account whose place is not known", refusing(NOBODY), trusting(OPEN, P), ACCOUNT, None),
    ("attached to other units", refusing(guard(deny("*", Resource="*"), targets=("ou-2",))),
     trusting(OPEN), ACCOUNT, True),
    ("of two, the second", refusing(guard(deny({"AWS": W}, Resource="*")), NOBODY), trusting(OPEN), ACCOUNT, False),
    ("somebody else is refused", refusing(guard(deny({"AWS": W}, Resource="*"))), trusting(OPEN), ACCOUNT, True),
    ("another is left", refusing(guard(deny({"AWS": V}, Resource="*"))),
     trusting(OPEN | {"Statement": [allow({"AWS": [V, W]})]}), ACCOUNT, False),
    ("it is left beside another", refusing(guard(deny({"AWS": W}, Resource="*"))),
     trusting(OPEN | {"Statement": [allow({"AWS": [V, W]})]}), ACCOUNT, True),
    ("other roles", refusing(guard(deny("*", Resource=role(N, "s")))), trusting(OPEN), ACCOUNT, True),
    ("this role by a pattern", refusing(guard(deny("*", Resource=role(N, "?")))), trusting(OPEN), ACCOUNT, False),
    ("all but other roles", refusing(guard(deny("*", NotResource=role(N, "s")))), trusting(OPEN), ACCOUNT, False),
    ("all but this role", refusing(guard(deny("*", NotResource=role(N, "r")))), trusting(OPEN), ACCOUNT, True),
    ("named both ways", refusing(guard(deny("*", Resource="*", NotResource="x"))), trusting(OPEN), ACCOUNT, True),
    ("a variable in a resource", refusing(guard(deny("*", Resource=[role(N, "r"), role(N, "${aws:username}")]))),
     trusting(OPEN), ACCOUNT, True),
    ("a variable in what is not meant", refusing(guard(deny("*", NotResource="${aws:username}"))),
     trusting(OPEN), ACCOUNT, True),
    ("a trust policy that is none", refusing(NOBODY), trusting([]), ACCOUNT, None),
    ("or has no statement", refusing(NOBODY), trusting({}), ACCOUNT, None),
    ("or one that is no object", refusing(NOBODY), trusting({"Statement": "x"}), ACCOUNT, None),
    ("its statement alone", refusing(NOBODY), trusting(OPEN | {"Statement": OPEN["Statement"][0]}), ACCOUNT, False),
    ("a guardrail that is no policy", refusing(Guardrail(id="p", targets=("ou-1",), document=msgspec.Raw(b"[]"))),
     trusting(OPEN), ACCOUNT, True),
    ("one that allows, which grants nothing", refusing(guard(allow("*") | {"Resource": "*"})),
     trusting({"Statement": []}), ACCOUNT, True),
]  # fmt: skip


@rows("why, manifest, asked, principal, expected", LEFT)
def test_whom_guardrails_leave(
    why: str, manifest: Manifest, asked: Role, principal: Principal, expected: bool | None
) -> None:
    """Catches a refusal that is told where the role can be taken, or where nobody could look."""
    known = Guardrails(manifest, SCOPES)
    assert [known.lets(asked, principal) for _ in range(2)] == [expected] * 2, why


def test_what_is_refused_one_role_is_not_refused_another() -> None:
    """Catches an answer that is kept for all roles with equal policies, or of an account."""
    known = Guardrails(refusing(guard(deny("*", Resource=role(N, "s")))), SCOPES)
    asked = [trusting(OPEN, name=name) for name in ("r", "s", "r")]
    assert [known.lets(one, ACCOUNT) for one in asked] == [True, False, True]
    other = trusting(OPEN | {"Statement": [allow({"AWS": W})]}, name="s")
    assert [known.lets(one, OTHER) for one in (other, asked[1])] == [False, False]
