"""Who is own, vetted, expired or neither: the allowlist asked directly, each answer in a row."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from checker.errors import InputError
from checker.explain.party import _entry, identities_of
from checker.publishers import Publisher
from checker.snapshot.records import GUESTS, ProviderRecord
from checker.trust import Principal
from checker.vetting.accepted import inconsistent_gaps
from checker.vetting.allowlist import Allowlist
from checker.vetting.catalogue import Catalogue, Entry, VendorList, read_catalogue, read_vendor_file
from checker.vetting.community import parse_list
from checker.vetting.drafts import drafts_in, filled_in, left_empty
from checker.vetting.entrances import Entrances, account_of, entrances
from checker.vetting.entries import Federation, VettedScope
from checker.vetting.includes import fits
from checker.vetting.names import same_name
from checker.vetting.register import UNLISTED, Register, vets
from checker.vetting.scope import (
    access_beyond_scope,
    image_beyond_scope,
    over_privileged,
    trust_beyond_scope,
)
from checker.yamlfile import parse_yaml
from tests.support.rows import rows

OWN, TWO, STRANGER = "111111111111", "999999999998", "888888888888"
VENDOR, OLD = "999999999999", "777777777777"
ORG, OWN_ORG, OLD_ORG = "o-vendor12345", "o-own1234567", "o-old12345678"
LAST = date(2027, 5, 1)
POOL, COGNITO = "us-east-1:1", "cognito-identity.amazonaws.com"
ANCHOR = "arn:aws:rolesanywhere:us-east-1:111111111111:trust-anchor/a"


def ca(account: str) -> str:
    return f"arn:aws:acm-pca:us-east-1:{account}:certificate-authority/c"


def entry(name: str, ids: str, expires: str = "2027-05-01") -> str:
    dates = f"owner: o, reference: r, reviewed: 2026-05-01, expires: {expires}, evidence: []"
    return f"  - {{name: {name}, {ids}, vetting: {{{dates}}}}}\n"


LISTED = f"""version: 1
organization:
  ids: [{OWN_ORG}]
  accounts: ["{TWO}"]
  federation: [{{issuer: idp.example.com}}]
image_aliases: [amazon]
vendors:
""" + "".join((
    entry("A", f'accounts: ["{VENDOR}"], organizations: [{ORG}], marketplace_products: [p1, p2], '
               "federation: [{issuer: idp.vendor.example, claims: {sub: [a/*, b]}}]"),
    entry("B", f'accounts: ["{OLD}"], organizations: [{OLD_ORG}], marketplace_products: [p3], '
               "federation: [{issuer: idp.vendor.example}]", "2026-11-01"),
))  # fmt: skip


def register(today: date = date(2026, 11, 20), **more: Any) -> Register:
    listed = Allowlist(parse_yaml(LISTED.encode(), "allowlist.yaml"))
    given = {"own_accounts": frozenset({OWN})} | more
    return Register(listed, today, **given)


def by(kind: str, **more: Any) -> Principal:
    return Principal(kind=kind, **more)  # type: ignore[arg-type]


def issued(provider: str = "idp.vendor.example", **claims: tuple[str, ...]) -> Principal:
    return by("federated", provider=provider, claims=claims or None)


STANDINGS = [
    (by("account", account=OWN), "own", "by the snapshot"),
    (by("account", account=TWO), "own", "by the allowlist"),
    (by("account", account=VENDOR), "vetted", "a vendor"),
    (by("principal", account=VENDOR, arn="x"), "vetted", "somebody of it"),
    (by("principal", account=STRANGER, arn="x"), "unlisted", "somebody of another's"),
    (by("account", account=OLD), "expired", "a vendor of old"),
    (by("account", account=STRANGER), "unlisted", "nobody listed it"),
    (by("account"), "unlisted", "no account at all"),
    (by("account", account=OWN, partition="aws-cn"), "unlisted", "another partition's has our number"),
    (by("account", account=VENDOR, partition="aws-cn"), "unlisted", "or the vendor's"),
    (by("account", account=VENDOR, partition="aws"), "vetted", "this partition, said"),
    (by("organization", organization=OWN_ORG), "own", "our organization"),
    (by("organization", organization=ORG), "vetted", "the vendor's"),
    (by("organization", organization=OLD_ORG), "expired", "of old"),
    (by("organization", organization="o-else"), "unlisted", "somebody's"),
    (by("organization"), "unlisted", "none that is told"),
    (by("anyone"), "unlisted", "everybody is nobody's vendor"),
    (by("anyone", account=VENDOR), "unlisted", "whatever else it says"),
    (by("unresolved", id="AROA1", account=VENDOR), "unlisted", "who cannot be told"),
    (by("service", service="s3.amazonaws.com"), "own", "AWS itself"),
    (by("service", service="s3.amazonaws.com", source=STRANGER), "unlisted", "acting for a stranger"),
    (by("service", service="s3.amazonaws.com", source=VENDOR), "vetted", "for the vendor"),
    (by("service", service="s3.amazonaws.com", source=ORG), "vetted", "for its organization"),
    (by("service", service="s3.amazonaws.com", source="o-else"), "unlisted", "for another one"),
    (by("service", service="s3.amazonaws.com", source="*"), "unlisted", "for outsiders"),
    (issued("idp.example.com"), "own", "our issuer"),
    (issued("idp.vendor.example", sub=("a/x",)), "vetted", "both entries fit: the one that holds"),
    (issued("idp.vendor.example", sub=("a/x", "b")), "vetted", "each value within one pattern"),
    (issued("idp.vendor.example", sub=("a/x", "c")), "expired", "one value beyond: the wider entry is over"),
    (issued("idp.vendor.example"), "expired", "no claim"),
    (issued("idp.else.example"), "unlisted", "another issuer"),
    (by("federated"), "unlisted", "no provider"),
    (issued(ca(VENDOR)), "vetted", "the vendor's private authority"),
    (issued(ca(OWN)), "own", "our own"),
    (issued(ca(STRANGER)), "unlisted", "a stranger's"),
    (issued(f"idp.example.org/a:b:acm-pca::{VENDOR}"), "unlisted", "an issuer called like an authority"),
    (issued(f"b:c:acm-pca::{VENDOR}:x"), "unlisted", "a name that is none"),
    (issued("idp.example.org/:acm-pca:"), "unlisted", "half of such a name"),
    (issued(ANCHOR), "unlisted", "an anchor of which no record tells"),
]  # fmt: skip


@rows("who, expected, why", STANDINGS)
def test_what_the_list_says_of_each(who: Principal, expected: str, why: str) -> None:
    """Catches whoever passes for own or vetted without being listed as that."""
    assert register().principal(who).status == expected, why


@rows("first, second", [("2026-11-01", "2027-05-01"), ("2027-05-01", "2026-11-01")])
def test_of_several_entries_one_that_holds_vets(first: str, second: str) -> None:
    """Catches a pipeline that is expired, as the entry that is over stands above the renewed one."""
    text = "version: 1\nvendors:\n" + "".join(
        entry(
            name, f"federation: [{{issuer: idp.vendor.example, claims: {{sub: [{name}, c]}}}}]", day
        )
        for name, day in (("a", first), ("b", second))
    )
    asked = Register(Allowlist(parse_yaml(text.encode(), "f")), date(2026, 11, 20))
    assert asked.principal(issued("idp.vendor.example", sub=("c",))).status == "vetted"


def test_an_entry_is_shown_at_its_line_beside_a_draft() -> None:
    """Catches a reader who is sent to another vendor's entry, as one above it vets nobody yet."""
    first = entry("D", f'accounts: ["{STRANGER}"]').replace("2026-05-01", "")
    text = "version: 1\nvendors:\n" + first + entry("A", f'accounts: ["{VENDOR}"]')
    listed = Allowlist(parse_yaml(text.encode(), "f"))
    assert [vendor.name for vendor in listed.file.vendors] == ["A"]
    assert listed.vendor_mark(0).line == 4


def test_an_entry_vets_until_its_day_is_over() -> None:
    """Catches a day more, which nobody reviewed, and a day less, which fails a build too early."""
    days = [register(LAST + timedelta(days=n)).account(VENDOR) for n in (-1, 0, 1)]
    assert [one.status for one in days] == ["vetted", "vetted", "expired"]
    assert {(one.vendor, one.by) for one in days} == {(0, "account")}


PRODUCTS = [
    ((), "unlisted"), (("p1",), "vetted"), (("p1", "p2"), "vetted"), (("p1", "else"), "unlisted"),
    (("p1", "p3"), "expired"), (("p3", "p1"), "expired"), (("p3", "else"), "unlisted"),
]  # fmt: skip


@rows("codes, expected", PRODUCTS)
def test_each_product_code_is_to_be_vetted(codes: tuple[str, ...], expected: str) -> None:
    """Catches a stranger's product that passes beside a vetted one."""
    assert register().product(codes).status == expected


def test_who_publishes_code() -> None:
    """Somebody who shares a host with a vendor, an account of another partition, a product that only
    sounds like an entry's registry."""
    text = "version: 1\nvendors:\n" + "".join((
        entry("R", "registries: [docker.io/acme, reg.example]"),
        entry("P", f'accounts: ["{VENDOR}"], marketplace_products: [prod, docker.io/sold]'),
        entry("O", "registries: [quay.io/old]", "2026-11-01"),
    ))  # fmt: skip
    asked = Register(Allowlist(parse_yaml(text.encode(), "f")), date(2026, 11, 20))
    table: list[tuple[Publisher, tuple[str, int | None, str | None], str]] = [
        (Publisher("own", "x"), ("own", None, "own"), "ours"),
        (Publisher("aws", "x"), ("own", None, "own"), "AWS itself"),
        (Publisher("account", VENDOR, account=VENDOR), ("vetted", 1, "account"), "an account"),
        (Publisher("account", VENDOR, account=VENDOR, partition="aws"), ("vetted", 1, "account"), "of this partition, as it says"),
        (Publisher("account", VENDOR, account=VENDOR, partition="aws-cn"), ("unlisted", None, None), "of another"),
        (Publisher("account", STRANGER, account=STRANGER), ("unlisted", None, None), "a stranger's"),
        (Publisher("registry", "docker.io/acme"), ("vetted", 0, "registry"), "a name at a host of everybody's"),
        (Publisher("registry", "docker.io/else"), ("unlisted", None, None), "another there"),
        (Publisher("registry", "reg.example/any"), ("vetted", 0, "registry"), "anybody at a host of one party"),
        (Publisher("registry", "reg.example"), ("vetted", 0, "registry"), "the host itself"),
        (Publisher("registry", "else.reg.example"), ("unlisted", None, None), "a host below it"),
        (Publisher("registry", "quay.io/old"), ("expired", 2, "registry"), "whose review is over"),
        (Publisher("marketplace", "prod"), ("vetted", 1, "product"), "a product"),
        (Publisher("publisher", "prod"), ("vetted", 1, "product"), "an extension that is sold"),
        (Publisher("registry", "docker.io/sold"), ("unlisted", None, None), "a registry that is called like a product"),
        (Publisher("marketplace", "docker.io/acme"), ("vetted", 0, "registry"), "one that is no product"),
        (Publisher("marketplace", "else"), ("unlisted", None, None), "neither"),
        (Publisher("unknown"), ("unlisted", None, None), "nobody knows"),
    ]  # fmt: skip
    for publisher, expected, why in table:
        told = asked.publisher(publisher)
        assert (told.status, told.vendor, told.by) == expected, why


def test_who_cannot_be_told_is_nobody_who_is_vetted() -> None:
    """An account or an organization without an id, and a claim without a name."""
    asked = register()
    assert asked.account(None) == asked.account(None, "aws") == UNLISTED
    assert asked.organization(None) == asked.organization("") == UNLISTED
    nameless = issued("idp.nameless.example", **{"": ("a",)})
    vetted = Federation(issuer="idp.nameless.example", claims={"sub": ("a",)})
    assert vets(vetted, issued("idp.nameless.example", SUB=("a",))) and not vets(vetted, nameless)
    assert not vets(Federation(issuer="idp.nameless.example"), by("federated"))


def test_names_are_those_of_the_catalogue_that_is_given() -> None:
    """A list that was synced, and names nobody."""
    known = Catalogue(
        [VendorList("l", "2026-11-20", "0" * 64, (Entry("Zeta", None, (STRANGER,)),))]
    )
    assert register(catalogue=known).catalogue.names(STRANGER) == ("Zeta",)
    assert register().catalogue.names(STRANGER) == ()
    own = register().catalogue.known("125523088429")
    assert [(one.entry.name, one.source) for one in own] == [("Fedora and CentOS", "built-in")]


def test_an_alias_vets_only_as_listed() -> None:
    """Catches an image without an alias, or with another, that passes as Amazon's."""
    told = [register().alias(one) for one in ("amazon", "aws-marketplace", "", None)]
    assert [one.status for one in told] == ["vetted", *["unlisted"] * 3]
    assert told[0].by == "alias" and told[0].vendor is None


@rows(
    "record, expected",
    [
        ("idp.example.com", "own"),
        (ca(VENDOR), "vetted"),
        (ca(STRANGER), "unlisted"),
        ("x509-sha256:ab", "unlisted"),
        (None, "unlisted"),
    ],
)
def test_an_anchor_is_whoever_its_authority_is(record: str | None, expected: str) -> None:
    """Catches a trust anchor that stands for nobody, or for us because it is in our account."""
    known = entrances([ProviderRecord(account=OWN, arn=ANCHOR, kind="trust-anchor", issuer=record)])
    assert register(entrances=known).principal(issued(ANCHOR)).status == expected


US, GUEST = ("authenticated",), ("unauth*",)
POOLS = [
    ((), {"aud": (POOL,)}, True, False, "our own users alone"),
    ((), {"AUD": (POOL,)}, True, False, "a name in capitals"),
    ((), {}, False, False, "no pool is named"),
    ((), {"aud": (POOL, "us-east-1:2")}, False, False, "another pool beside it"),
    ((GUESTS,), {"aud": (POOL,)}, False, True, "whoever asks"),
    ((GUESTS,), {"aud": (POOL,), "amr": US}, True, False, "who logs in alone"),
    ((GUESTS,), {"aud": (POOL,), "amr": GUEST}, False, True, "a pattern that fits a guest"),
    ((GUESTS,), {"aud": (POOL,), "amr": (*US, GUESTS)}, False, True, "guests too"),
    ((GUESTS,), {"Aud": (POOL,), "AMR": GUEST}, False, True, "whoever asks, by names in capitals"),
    (("idp.else.example",), {"aud": (POOL,), "amr": US}, False, False, "who logs in elsewhere"),
    (("idp.else.example", GUESTS), {"aud": (POOL,), "amr": US}, False, False, "both"),
    (("idp.else.example", GUESTS), {"aud": (POOL,)}, False, True, "both, and guests"),
]  # fmt: skip


@rows("logins, claims, own, guests, why", POOLS)
def test_an_own_pool_is_ours_where_nobody_else_logs_in(
    logins: tuple[str, ...], claims: Any, own: bool, guests: bool, why: str
) -> None:
    """Catches a pool that hands tokens to anybody, and passes as our own."""
    record = ProviderRecord(account=OWN, arn="a", kind="identity-pool", issuer=POOL, logins=logins)
    found = register(entrances=entrances([record]))
    principal = by("federated", provider=COGNITO, claims=claims or None)
    assert (found.principal(principal).status, found.takes_guests(principal)) == (
        "own" if own else "unlisted",
        guests,
    ), why
    elsewhere = by("federated", provider="else.example", claims=claims or None)
    assert found.principal(elsewhere).status == "unlisted" and not found.takes_guests(elsewhere)


def test_only_what_was_read_is_known_of() -> None:
    """Catches a record of one kind that answers for another, and one without a name."""
    kinds: Any = ("trust-anchor", "identity-pool", "oidc", "saml")
    made = [ProviderRecord(account=OWN, arn=k, kind=k, issuer=k.upper()) for k in kinds]
    found = entrances([*made, ProviderRecord(account=OWN, arn="z", kind="identity-pool")])
    assert found == Entrances({"trust-anchor": "TRUST-ANCHOR"}, {"IDENTITY-POOL": ()})
    assert [account_of(one) for one in (None, "", ANCHOR, "x" * 31 + ":acm-pca:", "a.example/:acm-pca:", "arn:aws:acm-pca:us-east-1:x:y")] == [None] * 6  # fmt: skip
    assert (
        account_of("arn:aws-us-gov:acm-pca:us-gov-west-1:999999999999:certificate-authority/c")
        == "999999999999"
    )


GITHUB_RUN = by("federated", provider="token.actions.githubusercontent.com")
SCOPES = [
    ({}, by("account", account=VENDOR), 0, "nothing was said"),
    ({"roles": ("R*",)}, by("account", account=VENDOR), 0, "by name"),
    ({"roles": ("S*", "R")}, by("account", account=VENDOR), 0, "one of two"),
    ({"roles": ("S*",)}, by("account", account=VENDOR), 1, "another name"),
    ({"roles": ()}, by("account", account=VENDOR), 1, "none"),
    ({"roles": (f"arn:aws:iam::{OWN}:role/p/R",)}, by("account", account=VENDOR), 0, "by ARN"),
    ({"roles": (f"arn:aws:iam::{TWO}:role/p/R",)}, by("account", account=VENDOR), 1, "another account's"),
    ({"in_accounts": (OWN,)}, by("account", account=VENDOR), 0, "there"),
    ({"in_accounts": (TWO,)}, by("account", account=VENDOR), 1, "elsewhere"),
    ({"in_accounts": ()}, by("account", account=VENDOR), 1, "nowhere"),
    ({"in_accounts": (TWO,), "roles": ("S",)}, by("account", account=VENDOR), 2, "each is said"),
    ({"principals": ("arn:x/a*",)}, by("principal", account=VENDOR, arn="arn:x/ab"), 0, "who was vetted"),
    ({"principals": ("arn:x/a*",)}, by("principal", account=VENDOR, arn="arn:x/*"), 1, "more than that"),
    ({"principals": ("arn:x/a*",), "roles": ("R",)}, by("principal", account=VENDOR, arn="arn:x/b"), 1, "another of its roles, in the role that was vetted"),
    ({"roles": (f"arn:*:iam::{OWN}:role/p/R",)}, by("account", account=VENDOR), 0, "by ARN, of any partition"),
    ({"principals": ("arn:x/a*",)}, by("account", account=VENDOR), 1, "the whole account"),
    ({"principals": (f"arn:aws:iam::{VENDOR}:root",)}, by("account", account=VENDOR), 1, "of which its first user is one"),
    ({"principals": (f"arn:aws:iam::{VENDOR}:*",)}, by("account", account=VENDOR), 0, "which was vetted"),
    ({"principals": (f"arn:aws:iam::{VENDOR}:*",)}, by("account", account=VENDOR, partition="aws-cn"), 1,
     "in another partition"),
    ({"principals": (f"arn:aws:iam::{VENDOR}:*",)}, by("organization", organization=ORG), 1, "all its accounts"),
    ({"principals": ("arn:aws:iam::*:*",)}, by("organization", organization=ORG), 0, "all accounts were vetted"),
    ({"principals": ("arn:x",)}, GITHUB_RUN, 0, "a pipeline has no ARN"),
]  # fmt: skip


@rows("scope, who, beyond, why", SCOPES)
def test_what_goes_beyond_a_scope(scope: Any, who: Principal, beyond: int, why: str) -> None:
    """Catches a vendor that was let in further than it was vetted for."""
    said = trust_beyond_scope(VettedScope(**scope), who, role_name="R",
                              role_arn=f"arn:aws:iam::{OWN}:role/p/R", account=OWN)  # fmt: skip
    assert len(list(said)) == beyond, why


RESOURCE_SCOPES = [
    ({}, 1), ({"max_privilege": "admin"}, 1), ({"roles": ("*",)}, 1), ({"code": ("*",)}, 1),
    ({"max_access": "read"}, 0), ({"kinds": ("AWS::S3::Bucket",)}, 0), ({"resources": ("arn:x",)}, 0),
]  # fmt: skip


@rows("scope, beyond", RESOURCE_SCOPES)
def test_which_scopes_vet_resources(scope: Any, beyond: int) -> None:
    """Catches an entry of before resources were judged, which vets what nobody thought of."""
    said = access_beyond_scope(VettedScope(**scope), by("account", account=VENDOR), arn="arn:x",
                               kind="AWS::S3::Bucket", account=OWN)  # fmt: skip
    assert len(list(said)) == beyond


IMAGE_SCOPES = [
    ({}, "n", "ami-1", 0), ({"images": ("n*",)}, "n", "ami-1", 0), ({"images": ("ami-1",)}, "n", "ami-1", 0),
    ({"images": ("x", "ami-1")}, None, "ami-1", 0), ({"images": ("m",)}, "n", "ami-1", 1),
    ({"images": ("*",)}, None, None, 1), ({"images": ()}, "n", "ami-1", 1), ({"in_accounts": (OWN,)}, "n", "ami-1", 0),
    ({"in_accounts": (TWO,)}, "n", "ami-1", 1), ({"in_accounts": ()}, "n", "ami-1", 1),
]  # fmt: skip


@rows("scope, name, number, beyond", IMAGE_SCOPES)
def test_what_image_goes_beyond_a_scope(
    scope: Any, name: str | None, number: str | None, beyond: int
) -> None:
    """Catches an image of a vendor that nobody vetted, or that has no name to be vetted by."""
    said = image_beyond_scope(VettedScope(**scope), image_name=name, image_id=number, account=OWN)
    assert len(list(said)) == beyond


GRADES = [
    (None, "admin", None), ("read", "none", False), ("read", "read", False), ("read", "write", True),
    ("write", "write", False), ("write", "admin", True), ("admin", "admin", False), ("admin", None, True),
    ("admin", "unknown", True),
]  # fmt: skip


@rows("limit, grade, over", GRADES)
def test_more_than_was_vetted(limit: Any, grade: str | None, over: bool | None) -> None:
    """Catches a grade that is one too high, and a role that nobody could grade."""
    assert over_privileged(VettedScope(max_privilege=limit), grade) is over


GAPS = [
    (["1/us-east-1/ec2:*"], [], "a service"), (["*/*/ec2:*"], [], "a service anywhere"), (["*/*/*"], ["every"], "all"),
    (["-/-/*"], ["every"], "no place is no name"), (["1/*/*"], [], "an account"), (["*/us-*/*"], [], "a region"),
    (["*/*/e*:*"], ["more than one"], "of several services"), (["*/*/?c2:Describe"], ["more than one"], "by ?"),
    (["1/*/e*:*"], [], "of one account"), (["*/us-*/e*:*"], [], "of a region"), (["*/*/*:Describe"], ["more than one"], "any"),
    (["1/-/x", "1/-/x"], ["same gaps"], "twice"), (["1/-/x", "2/-/x"], [], "of two accounts"),
]  # fmt: skip


@rows("places, said, why", GAPS)
def test_gaps_that_nobody_could_account_for(places: list[str], said: list[str], why: str) -> None:
    """Catches a line that accepts whatever was not looked at."""
    document = parse_yaml(b"gaps: [{call: a}, {call: b}]\n", "f")
    found = [str(one) for one in inconsistent_gaps(places, document)]
    assert len(found) == len(said), why
    assert all(text in one for text, one in zip(said, found, strict=True)), why


def vendors(*entries: Entry) -> Catalogue:
    return Catalogue([VendorList("l", "2026-11-20", "0" * 64, entries)])


def test_whom_a_catalogue_finds() -> None:
    """Catches a name that is found under another's, and a search that finds everybody."""
    catalogue = vendors(
        Entry("Zeta Works", None, (VENDOR, TWO)),
        Entry("acme-zeta", None, (STRANGER,)),
        Entry("Orcinus Cloud", None, (OLD,)),
        Entry("Gone Zeta", None, (OWN,), enabled=False),
        Entry("Works Council", None, ("666666666666",)),
    )
    assert [k.entry.name for k in catalogue.find("Zeta Works")] == ["Zeta Works"]
    assert [k.entry.name for k in catalogue.find("zetaworks")] == ["Zeta Works"]
    assert [k.entry.name for k in catalogue.find("ZETA")] == [
        "acme-zeta",
        "Gone Zeta",
        "Zeta Works",
    ]
    assert [k.entry.name for k in catalogue.find("Orcinus Security")] == ["Orcinus Cloud"]
    assert (
        catalogue.find("") == catalogue.find("日本") == () and catalogue.find("none of them") == ()
    )
    assert catalogue.accounts("zeta works") == {VENDOR, TWO}
    assert catalogue.accounts("Gone Zeta") == catalogue.accounts("Zeta") == frozenset()


MISMATCHES = [
    ("Zeta", (VENDOR,), [], "its own"),
    ("Zeta", (VENDOR, OWN), [], "one more that nobody knows"),
    ("Zeta", (OWN,), [f"the name Zeta is known of {VENDOR}, {TWO} alone".replace(f"{VENDOR}, {TWO}", f"{TWO}, {VENDOR}")],
     "another account under a known name"),
    ("Zeta", (), [], "a vendor without accounts"),
    ("Other", (STRANGER,), [f"{STRANGER} is known as Acme"], "another name"),
    ("Other", (OWN,), [], "neither is known"),
]  # fmt: skip


@rows("name, accounts, said, why", MISMATCHES)
def test_what_a_catalogue_says_against_an_entry(
    name: str, accounts: tuple[str, ...], said: list[str], why: str
) -> None:
    """Catches a stranger's account listed under a known vendor's name, unsaid."""
    catalogue = vendors(Entry("Zeta", None, (VENDOR, TWO)), Entry("Acme", None, (STRANGER,)))
    assert list(catalogue.mismatches(name, accounts)) == said, why


def test_a_partition_has_its_own_names() -> None:
    """Catches a vendor's number of another partition that lends its name to a stranger here."""
    catalogue = vendors(
        Entry("Here", None, (VENDOR,)), Entry("China", None, (VENDOR, OLD), partition="aws-cn")
    )
    assert catalogue.within("aws").names(VENDOR) == ("Here",)
    assert catalogue.within("aws").known(OLD) == ()
    assert catalogue.within("aws-cn").names(VENDOR) == ("China",)


SYNCED: dict[str, Any] = {
    "schema": "vendorgate/vendors/v1",
    "lists": [{"source": "s", "synced_on": "2026-11-20", "sha256": "0" * 64,
               "entries": [{"name": "Zeta", "source": None, "accounts": [VENDOR]}]}],
}  # fmt: skip


def test_without_a_file_the_built_in_names_are_known() -> None:
    """Catches a check without a catalogue that knows nobody, or ends in a fault."""
    assert read_catalogue(None).name_of("099720109477") == "Canonical"
    assert read_catalogue(None).path is None


def test_a_synced_file_is_read_whole_or_refused(tmp_path: Path) -> None:
    """Catches keys that nobody understands, at each depth, and a file of another kind."""
    path = tmp_path / "vendors.json"
    path.write_text(json.dumps(SYNCED))
    found = read_catalogue(path)
    assert (found.name_of(VENDOR), found.path, len(found.sha256)) == ("Zeta", str(path), 64)
    text = json.dumps(SYNCED)
    for bad, said in (
        (text.replace('"name"', '"extra": 1, "name"'), "unknown field"),
        (text.replace('"source": "s"', '"extra": 1, "source": "s"'), "unknown field"),
        (text.replace('"lists"', '"extra": 1, "lists"'), "unknown field"),
        (text.replace('"name"', '"name": "Other", "name"'), "is no list of vendors"),
        (text.replace("vendors/v1", "vendors/v2"), "has schema"),
        ("[" * 10_000, "is no list of vendors"),
    ):
        path.write_text(bad)
        with pytest.raises(InputError, match=said) as caught:
            read_vendor_file(path)
        assert "vendors sync" in str(caught.value)
    with pytest.raises(InputError, match="cannot be read"):
        read_vendor_file(tmp_path)


TAKEN = f"- {{name: ' A ', accounts: ['{VENDOR}', ' {TWO} ', '{VENDOR}'], enabled: false}}\n"


@rows(
    "text, kept, left",
    [
        (TAKEN, [("A", (VENDOR, TWO), False)], 0),
        (f"- {{name: B, accounts: [{VENDOR}, 012345678901]}}\n", [("B", (VENDOR, "012345678901"), True)], 0),
        (TAKEN + "- x\n- {name: C}\n- {accounts: []}\n- {name: ' ', accounts: [a]}\n- {name: 3, accounts: [a]}\n"
                 "- {name: D, accounts: a}\n", [("A", (VENDOR, TWO), False)], 6),
        (TAKEN + f"- {{name: E, accounts: ['1{VENDOR}', 99999999999, null, x]}}\n", [("A", (VENDOR, TWO), False)], 4),
        (TAKEN + f"- {{name: F, accounts: ['{OLD}'], enabled: }}\n",
         [("A", (VENDOR, TWO), False), ("F", (OLD,), True)], 0),
    ],
)  # fmt: skip
def test_a_community_list_is_taken_entry_by_entry(text: str, kept: list[Any], left: int) -> None:
    """Catches one bad entry that takes the good ones with it, and one that is left out unsaid."""
    found, left_out = parse_list(text.encode(), "l", "2026-11-20")
    assert [(one.name, one.accounts, one.enabled) for one in found.entries] == kept
    assert len(left_out) == left and all(line.startswith("line ") for line in left_out)


@rows(
    "text, said",
    [
        ("a: 1\n", "is no list of vendors"),
        ("[]\n", "is no list of vendors"),
        ("- x\n", "names no account"),
        ("- {name: A, accounts: []}\n", "names no account"),
    ],
)
def test_what_is_no_list_is_refused(text: str, said: str) -> None:
    """Catches a wrong file that is taken for one that names nobody."""
    with pytest.raises(InputError, match=said) as caught:
        parse_list(text.encode(), "l", "2026-11-20")
    assert "CloudMapper" in str(caught.value)


@rows(
    "identity",
    [
        f'accounts: ["{VENDOR}"]',
        f"organizations: [{ORG}]",
        "federation: [{issuer: i.example}]",
        "marketplace_products: [p]",
    ],
)
def test_one_identity_is_enough(identity: str) -> None:
    """Catches a vendor that has no account, and cannot be listed at all."""
    text = "version: 1\nvendors:\n" + entry("A", identity)
    assert len(Allowlist(parse_yaml(text.encode(), "f")).file.vendors) == 1


def dates(reviewed: Any, expires: Any) -> dict[str, Any]:
    return {"name": "x", "vetting": {"owner": "o", "reviewed": reviewed, "expires": expires}}


def test_which_entries_are_drafts() -> None:
    """Catches an entry without a review that vets, and a shape that is none and ends in a fault."""
    done = dates("2026-01-01", "2027-01-01")
    listed = [done, dates(None, "2027-01-01"), dates("2026-01-01", None), dates(None, None),
              {"vetting": {}}, {"vetting": None}, "x", {}]  # fmt: skip
    assert drafts_in({"vendors": listed}) == {1, 2, 3}
    shapeless: list[Any] = [
        {},
        {"vendors": None},
        {"vendors": {"vetting": {}}},
        [],
        None,
        "vendors",
    ]
    for value in shapeless:
        assert drafts_in(value) == frozenset() and filled_in(value) is value
    told = [left_empty({"vendors": listed}, index) for index in range(4)]
    assert told == [None, "reviewed", "expires", "reviewed"]
    filled = filled_in({"version": 1, "vendors": listed})
    assert (
        filled["version"] == 1
        and filled["vendors"][0] is done
        and filled["vendors"][4:] == listed[4:]
    )
    assert drafts_in(filled) == frozenset() and listed[3]["vetting"]["reviewed"] is None  # type: ignore[index]
    assert filled["vendors"][3]["vetting"]["owner"] == "o"


def test_one_vendor_may_say_a_thing_twice() -> None:
    """Catches a list that is refused, as one entry repeats itself and contradicts nobody."""
    text = "version: 1\nvendors:\n" + entry("A", f'accounts: ["{VENDOR}", "{VENDOR}"]')
    assert Allowlist(parse_yaml(text.encode(), "f")).file.vendors[0].accounts == (VENDOR, VENDOR)


def test_hidden_files_are_included_by_their_dot_alone() -> None:
    """Catches an editor's copy that vets, as it lies beside the list."""
    asked = [
        (".a.yaml", "*.yaml"),
        (".a.yaml", ".*"),
        ("a.yaml", "*."),
        (".a.", "*."),
        ("[a].yaml", "[a]*"),
    ]
    assert [fits(*one) for one in asked] == [False, True, False, False, True]


DRAFT = entry("D", f'accounts: ["{STRANGER}"]').replace("2026-05-01", "").replace("2027-05-01", "")


def test_an_entry_is_explained_by_name_and_by_id() -> None:
    """Catches a vendor of whom nobody finds the entry, and a draft that shows a day of review."""
    listed = Allowlist(parse_yaml((LISTED + DRAFT).encode(), "f"))
    for asked, draft, name in (
        ("a", False, "A"),
        (VENDOR, False, "A"),
        ("d", True, "D"),
        (STRANGER, True, "D"),
    ):
        found = _entry(asked, listed, LAST)
        assert found and (found["name"], found["draft"]) == (name, draft), asked
        assert (
            (found["vetting"]["reviewed"] is None) == (found["vetting"]["expires"] is None) == draft
        )
    assert _entry("e", listed, LAST) is None


@rows("name", ["https://idp.vendor.example", "idp.vendor.example/", VENDOR, "a"])
def test_a_vendor_is_meant_by_each_of_its_names(name: str) -> None:
    """Catches an issuer of a vendor's, as a provider spells it, that is explained as a stranger."""
    listed = Allowlist(parse_yaml(LISTED.encode(), "f"))
    assert VENDOR in identities_of(name, listed)


EVERYBODYS = (
    "the and for inc llc ltd gmbh corp company group labs aws amazon cloud web security service services platform saas"
    " software systems data technologies monitoring backup agent logs account accounts production prod"
)


@rows(
    "one, other, expected",
    [
        ("Box", "Boxer", True),
        ("Bo", "Boxer", False),
        ("", "", False),
        ("Acme Box", "Box Tools", True),
        ("Acme Bo", "Tools Bo", False),
        ("Cloud Agent", "Agent Cloudy", False),
        ("AC-ME", "acme", True),
        *((f"Acme {word}", f"{word} of Globex", False) for word in EVERYBODYS.split()),
    ],
)
def test_names_that_are_short(one: str, other: str, expected: bool) -> None:
    """Catches two letters in common, or a word that everybody has, for one vendor."""
    assert (same_name(one, other), same_name(other, one)) == (expected, expected)
