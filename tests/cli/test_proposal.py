"""An entry that is proposed names what was seen, and no more: a scope, an identity at a time."""

from __future__ import annotations

from typing import Any

import yaml

from checker.explain.proposal import LISTED, _aliases, _seen, entry
from checker.subjects.item import Sighted
from tests.support.rows import rows

VENDOR, OWN, OTHER = "999999999999", "111111111111", "222222222222"
MANY = [f"Role{number:02}" for number in range(LISTED + 1)]


def proposed(key: tuple[str, str] = ("accounts", VENDOR), **what: Any) -> dict[str, Any]:
    """The entry as YAML reads it."""
    given: dict[str, Any] = {"where": {OWN: ["seen"]}} | what
    (found,) = yaml.safe_load(entry(Sighted(key, **given)))  # type: ignore[arg-type]
    return found  # type: ignore[no-any-return]


KEYS = [
    (("accounts", VENDOR), {"accounts": [VENDOR]}),
    (("organizations", "o-vendor12345"), {"organizations": ["o-vendor12345"]}),
    (("marketplace_products", "p1"), {"marketplace_products": ["p1"]}),
    (("registries", "ghcr.io/acme"), {"registries": ["ghcr.io/acme"]}),
    (("federation", "idp.example.com"), {"federation": [{"issuer": "idp.example.com"}]}),
]


@rows("key, expected", KEYS)
def test_each_identity_has_its_key(key: tuple[str, str], expected: dict[str, Any]) -> None:
    """An issuer as an account, or the other way round, vets nobody."""
    found = proposed(key)
    listed = {name: found[name] for name in found if name not in ("name", "scope", "vetting")}
    assert listed == expected


def test_nobody_is_vetted_by_it() -> None:
    """The days are empty: what is proposed is a draft until a person has filled them in."""
    found = proposed()
    assert (found["vetting"]["reviewed"], found["vetting"]["expires"]) == (None, None)
    assert (found["name"], proposed(name="Acme")["name"]) == (f"Unknown {VENDOR}", "Acme")
    assert "compare" in entry(Sighted(("accounts", VENDOR), name="Acme"))
    assert "find out who" in entry(Sighted(("accounts", VENDOR)))


CLAIMS = [
    ([], [], [{"issuer": "idp"}], True, "no claim: any tenant"),
    ([{"sub": ["a/*", "b"]}], [], [{"issuer": "idp", "claims": {"sub": ["a/*", "b"]}}], False, "a tenant's"),
    ([{"aud": ["x"]}], [{"aud": ["x"]}], [{"issuer": "idp", "claims": {"aud": ["x"]}}], True, "a claim of no tenant"),
    ([{"sub": ["a"], "aud": ["x"]}, {"sub": ["b"]}], [{"sub": ["b"]}],
     [{"issuer": "idp", "claims": {"aud": ["x"], "sub": ["a"]}}, {"issuer": "idp", "claims": {"sub": ["b"]}}], True, "two trusts"),
    ([{"c" * 400: ["a"]}], [], [{"issuer": "idp", "claims": {"c" * 400: ["a"]}}], False, "a long name"),
]  # fmt: skip


@rows("claims, no_tenant, expected, remark, why", CLAIMS)
def test_claims_stand_as_they_were_seen(
    claims: Any, no_tenant: Any, expected: Any, remark: bool, why: str
) -> None:
    """An issuer without its claim would vet whoever has a login there: that is said."""
    found = proposed(("federation", "idp"), claims=claims, no_tenant=no_tenant)
    assert found["federation"] == expected, why
    text = entry(Sighted(("federation", "idp"), claims=claims, no_tenant=no_tenant))
    assert ("any tenant of it" in text) is remark, why


SCOPES: list[tuple[dict[str, Any], dict[str, Any], str]] = [
    ({}, {"in_accounts": [OWN]}, "where it was seen"),
    ({"where": {OTHER: ["x"], OWN: ["y"], "-": ["z"]}}, {"in_accounts": [OWN, OTHER]}, "an account that is not told is none"),
    ({"roles": ["B", "A", "B"]}, {"roles": ["A", "B"], "in_accounts": [OWN]}, "each role once"),
    ({"roles": MANY[1:]}, {"roles": MANY[1:], "in_accounts": [OWN]}, "as many as are listed"),
    ({"roles": MANY}, {"in_accounts": [OWN]}, "too many: for a person to narrow"),
    ({"external_ids": {"required"}}, {"in_accounts": [OWN], "external_id": "required"}, "all ask for one"),
    ({"external_ids": {"required", "none"}}, {"in_accounts": [OWN]}, "one asks for none"),
    ({"external_ids": {"pattern"}}, {"in_accounts": [OWN]}, "a pattern is no value"),
    ({"resources": {"arn:b": ("AWS::S3::Bucket", "read"), "arn:a": ("AWS::SQS::Queue", "admin")}},
     {"in_accounts": [OWN], "resources": ["arn:a", "arn:b"], "kinds": ["AWS::S3::Bucket", "AWS::SQS::Queue"], "max_access": "admin"}, "the gravest"),
    ({"resources": {"arn:b": ("AWS::S3::Bucket", "read"), "arn:a": ("AWS::S3::Bucket", "write")}},
     {"in_accounts": [OWN], "resources": ["arn:a", "arn:b"], "kinds": ["AWS::S3::Bucket"], "max_access": "write"}, "each kind once"),
    ({"resources": {"arn:b": ("AWS::Acme::Thing", "read")}}, {"in_accounts": [OWN], "resources": ["arn:b"], "max_access": "read"}, "a kind that no list takes"),
    ({"resources": {"arn:a": ("AWS::S3::Bucket", "read"), "arn:b": ("AWS::Acme::Thing", "read")}}, {"in_accounts": [OWN], "resources": ["arn:a", "arn:b"], "max_access": "read"}, "such a kind beside one of the list's"),
    ({"resources": {f"arn:{one}": ("AWS::S3::Bucket", "read") for one in reversed(MANY[1:])}},
     {"in_accounts": [OWN], "resources": [f"arn:{one}" for one in MANY[1:]], "kinds": ["AWS::S3::Bucket"], "max_access": "read"}, "in their order"),
    ({"resources": {f"arn:{one}": ("AWS::S3::Bucket", "read") for one in MANY}},
     {"in_accounts": [OWN], "kinds": ["AWS::S3::Bucket"], "max_access": "read"}, "too many resources"),
]  # fmt: skip


@rows("what, expected, why", SCOPES)
def test_the_scope_is_what_was_seen(
    what: dict[str, Any], expected: dict[str, Any], why: str
) -> None:
    """A scope that is wider than what is there vets what nobody looked at."""
    assert proposed(**what)["scope"] == expected, why


def test_what_is_cut_is_said() -> None:
    """How many roles, resources and sights there are more than are listed."""
    assert f"# {LISTED + 1} roles: narrow" in entry(Sighted(("accounts", VENDOR), roles=MANY))
    many = {f"arn:{one}": ("AWS::S3::Bucket", "read") for one in MANY}
    assert f"# {LISTED + 1} resources: narrow" in entry(Sighted(("accounts", VENDOR), resources=many))  # fmt: skip
    assert (_seen(MANY[1:]).count("and"), _seen(MANY).endswith("Role11 and 1 more")) == (0, True)
    assert _seen(["b", "a"]) == "a, b"
    sighted = Sighted(("accounts", VENDOR), where={OTHER: ["x"], OWN: ["y"]})
    assert entry(sighted).splitlines()[:2] == [f"  # {VENDOR} seen in {OWN}: y", f"  # {VENDOR} seen in {OTHER}: x"]  # fmt: skip


def test_an_alias_is_no_vendor() -> None:
    """It stands in a comment, for a person to accept; without one there is nothing to accept."""
    assert list(_aliases([])) == ["image_aliases: []"]
    told = list(_aliases([Sighted(("image_aliases", "amazon"), where={OTHER: ["x"], OWN: ["y"]})]))
    assert told == [f"# the alias amazon in {OWN}: y", f"# the alias amazon in {OTHER}: x",
                    "image_aliases: []  # add an alias to accept its images as a kind"]  # fmt: skip


def test_a_sight_is_told_once() -> None:
    """Of each account, in the order in which it came."""
    sighted = Sighted(("accounts", VENDOR))
    for account, what in ((OWN, "a"), (OWN, "b"), (OWN, "a"), (OTHER, "a")):
        sighted.at(account, what)
    assert sighted.where == {OWN: ["a", "b"], OTHER: ["a"]}
