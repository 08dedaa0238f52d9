"""Whom a grant to a role is of: the kind of third party, our own, and what is not ours after all."""

from __future__ import annotations

import msgspec
import pytest

from checker.facts.build import grant_facts
from checker.facts.naming import key_of
from checker.role_trust.trustees import Trustees, exact, identity_center, party_kind
from checker.snapshot.records import GUESTS, ProviderRecord
from checker.trust import Grant, Principal, Witness
from checker.vetting.entrances import entrances
from checker.vetting.register import Register, Standing
from tests.support.rows import rows
from tests.vetting.test_register import (
    COGNITO,
    ORG,
    OWN,
    OWN_ORG,
    POOL,
    STRANGER,
    VENDOR,
    by,
    issued,
    register,
)


def granted(principal: Principal, witness: Witness | None = None) -> Grant:
    return Grant(principal=principal, actions=("sts:AssumeRole",), witness=witness)


S3, GITHUB = "s3.amazonaws.com", "token.actions.githubusercontent.com"
SIGN_IN = f"arn:aws:iam::{OWN}:saml-provider/AWSSSO_0123456789abcdef_DO_NOT_DELETE"
ENTITY = "https://eu-west-1.signin.aws.amazon.com/platform/saml/d-1"
PARTIES = [
    (by("principal", account=VENDOR, arn="x"), "account", "a role is its account's"),
    (by("account", account=VENDOR), "account", "an account"),
    (by("service", service=S3, source=VENDOR), "account", "a service that acts for one"),
    (by("service", service=S3, source=ORG), "organization", "for an organization"),
    (by("service", service=S3), "service", "for whoever asks it"),
    (by("service", service=S3, source="*"), "service", "for outsiders, whoever they are"),
    (by("organization", organization=ORG), "organization", "an organization"),
    (by("federated", provider=GITHUB), "federated", "an issuer"),
    (by("anyone"), "anyone", "everybody"),
    (by("unresolved", id="AROA1"), "unresolved", "who cannot be told"),
]


@rows("principal, kind, why", PARTIES)
def test_the_kind_of_third_party(principal: Principal, kind: str, why: str) -> None:
    """Catches a vendor counted twice, as an account and as its role or what acts for it."""
    assert party_kind(principal) == kind, why


NAMED = [
    (by("account", account=VENDOR), ("accounts", VENDOR), "an account"),
    (by("principal", account=VENDOR, arn="x"), ("accounts", VENDOR), "a role's"),
    (by("organization", organization=ORG), ("organizations", ORG), "an organization"),
    (by("federated", provider=GITHUB), ("federation", GITHUB), "an issuer"),
    (by("service", service=S3, source=VENDOR), ("accounts", VENDOR), "whom a service acts for"),
    (by("service", service=S3, source=ORG), ("organizations", ORG), "or which organization"),
    (by("service", service=S3), None, "for whoever asks it"),
    (by("service", service=S3, source="*"), None, "for outsiders, whoever they are"),
    (by("anyone"), None, "everybody"),
    (by("account"), None, "an account that is not told"),
    (by("unresolved", id="AROA1"), None, "who cannot be told"),
]


@rows("principal, key, why", NAMED)
def test_how_an_allowlist_would_name_it(
    principal: Principal, key: tuple[str, str] | None, why: str
) -> None:
    """Catches a proposed entry that `validate` refuses, or that vets somebody else."""
    assert key_of(msgspec.structs.asdict(principal)) == key, why


THIRD = [
    (by("account", account=OWN), False, "our account"),
    (by("organization", organization=OWN_ORG), False, "our organization"),
    (by("service", service=S3), False, "AWS itself"),
    (by("account", account=VENDOR), True, "a vendor, though it is vetted"),
    (by("account", account=STRANGER), True, "a stranger"),
    (by("service", service=S3, source=STRANGER), True, "what acts for a stranger"),
    (by("anyone"), True, "everybody"),
    (issued("idp.example.com"), False, "our issuer"),
    (issued("idp.else.example"), True, "another's"),
]


@rows("principal, third, why", THIRD)
def test_only_our_own_fall_away(principal: Principal, third: bool, why: str) -> None:
    """Catches an outsider who is passed over as if ours, and ourselves as a third party."""
    found = Trustees(register()).trust(granted(principal), OWN)
    assert (found is not None) is third, why
    assert found is None or (found.who.principal, found.who.exact) == (principal, exact(principal))
    assert found is None or found.facts == grant_facts(granted(principal))


class Ours(Register):
    """A list on which everybody is our own."""

    guests = False

    def principal(self, principal: Principal) -> Standing:  # noqa: ARG002
        return Standing("own")

    def takes_guests(self, principal: Principal) -> bool:  # noqa: ARG002
        return self.guests


def test_what_is_ours_but_open_to_others_stays() -> None:
    """Catches a shared issuer that passes as our own while it lets in whoever signs up there."""
    ours = Ours(register().allowlist, register().today)
    told = [(issued("idp.example.com"), False), (issued(GITHUB), True),
            (issued(GITHUB, sub=("repo:acme/*",)), False)]  # fmt: skip
    for principal, stays in told:
        assert (Trustees(ours).trust(granted(principal), OWN) is not None) is stays, principal
        ours.guests = True
        assert Trustees(ours).trust(granted(principal), OWN) is not None, principal
        ours.guests = False


@pytest.mark.parametrize("guests", [False, True])
def test_guests_of_an_own_pool_are_anybody(guests: bool) -> None:
    """Catches a pool of ours that hands tokens to anybody, told of as a login of somebody's."""
    logins = (GUESTS,) if guests else ()
    record = ProviderRecord(account=OWN, arn="a", kind="identity-pool", issuer=POOL, logins=logins)
    pool = by("federated", provider=COGNITO, claims={"aud": (POOL,)})
    found = Trustees(register(entrances=entrances([record]))).trust(granted(pool), OWN)
    assert (found is not None) is guests
    assert found is None or (found.facts["guests"], found.facts["open_federation"]) == (True, True)


def test_each_principal_is_looked_up_once() -> None:
    """Catches a look-up for each of a million roles that trust the same vendor."""
    known = Trustees(register())
    vendor = by("account", account=VENDOR)
    assert known.of(vendor) is known.of(by("account", account=VENDOR))
    assert known.of(vendor) is not known.of(by("account", account=STRANGER))


CENTER = [
    (ENTITY, SIGN_IN, True, "the request shows by which provider"),
    (ENTITY, f"arn:aws:iam::{OWN}:saml-provider/Okta", False, "another provider of ours"),
    (SIGN_IN, None, True, "without a request, the provider's own name"),
    (ENTITY, None, False, "which an entity id does not tell"),
    (SIGN_IN.replace(OWN, STRANGER), None, False, "that of another account"),
    (None, None, False, "no provider"),
]


@rows("provider, sent, center, why", CENTER)
def test_what_identity_center_makes_for_itself(
    provider: str | None, sent: str | None, center: bool, why: str
) -> None:
    """Catches anybody's provider taken for AWS's own sign-in."""
    shown = None if sent is None else Witness(sent, "sts:AssumeRoleWithSAML", {})
    grant = granted(by("federated", provider=provider), shown)
    assert identity_center(grant, OWN) is center, why


@pytest.mark.parametrize("letter", ["x", "\ud800"])
def test_what_tells_a_principal_from_another(letter: str) -> None:
    """Catches one vendor that is two, and a crash over what JSON may hold and no text can."""
    sub, aud = (letter,), ("y",)
    assert (
        exact(issued(sub=sub, aud=aud)) == exact(issued(aud=aud, sub=sub)) != exact(issued(sub=sub))
    )
