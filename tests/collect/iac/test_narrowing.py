"""Conditions with values that are not known: what still narrows, whom only those would name."""

from __future__ import annotations

from typing import Any

from checker.collect.iac.narrowing import Narrowing
from checker.collect.iac.unknown import made, public, unresolved
from tests.support.rows import rows

OWN, UNKNOWN, KEY = "111111111111", unresolved("Vendor"), made("Key")
GITHUB, IDP = "token.actions.githubusercontent.com", "idp.example.com"


def narrowed(raw: Any, provider: str | None = None, *, free_ids: bool = True) -> tuple[Any, Narrowing, list[str]]:  # fmt: skip
    notes: list[str] = []
    one = Narrowing(notes, free_ids=free_ids)
    return one.kept(raw, provider), one, [note.partition(" has a value")[0] for note in notes]


KEPT: list[tuple[str, Any, Any, list[str]]] = [
    ("all is known", {"StringEquals": {"aws:PrincipalOrgID": "o-1"}}, {"StringEquals": {"aws:PrincipalOrgID": "o-1"}}, []),
    ("nothing is known", UNKNOWN, {}, ["Condition"]),
    ("an operator is not", {UNKNOWN: {"a": "b"}}, {}, ["Condition ${Vendor}"]),
    ("a block is not", {"StringEquals": UNKNOWN}, {}, ["Condition StringEquals"]),
    ("a block that is none", {"StringEquals": "x"}, {"StringEquals": "x"}, []),
    ("no object at all", "x", "x", []), ("a list", [], [], []),
    ("a key is not", {"StringEquals": {UNKNOWN: "x"}}, {}, ["StringEquals ${Vendor}"]),
    ("a key that the code makes, which nobody has", {"StringEquals": {KEY: "x"}}, {}, []),
    ("one of two keys", {"StringEquals": {"aws:UserAgent": UNKNOWN, "aws:PrincipalTag/a": "b"}}, {"StringEquals": {"aws:PrincipalTag/a": "b"}}, ["StringEquals aws:UserAgent"]),
    ("a part of a value", {"StringEquals": {"aws:UserAgent": f"a-{UNKNOWN}"}}, {"StringLike": {"aws:UserAgent": ["a-*"]}}, []),
    ("a part, and the other operator holds the key", {"StringLike": {"aws:UserAgent": "x*"}, "StringEquals": {"aws:UserAgent": f"a-{UNKNOWN}"}},
     {"StringLike": {"aws:UserAgent": "x*"}}, ["StringEquals aws:UserAgent"]),
    ("one of two values", {"StringEquals": {"aws:UserAgent": ["a", UNKNOWN]}}, {}, ["StringEquals aws:UserAgent"]),
    ("a number", {"NumericLessThan": {"aws:MultiFactorAuthAge": UNKNOWN}}, {}, ["NumericLessThan aws:MultiFactorAuthAge"]),
    ("whether a key is there", {"Null": {"aws:PrincipalOrgID": UNKNOWN}}, {}, ["Null aws:PrincipalOrgID"]),
    ("all but what is not known", {"StringNotEquals": {"aws:PrincipalAccount": ["1", UNKNOWN]}}, {"StringNotEquals": {"aws:PrincipalAccount": ["1"]}}, ["StringNotEquals aws:PrincipalAccount"]),
    ("all but nothing that is known", {"StringNotEquals": {"aws:PrincipalAccount": UNKNOWN}}, {}, ["StringNotEquals aws:PrincipalAccount"]),
    ("all but an empty text", {"StringNotEquals": {"aws:PrincipalAccount": ""}}, {"StringNotEquals": {"aws:PrincipalAccount": [""]}}, []),
    ("a key in two spellings", {"StringEquals": {"aws:userAgent": UNKNOWN, "aws:UserAgent": "x"}}, {},
     ["StringEquals aws:userAgent, written in two ways,", "StringEquals aws:UserAgent, written in two ways,"]),
    ("two spellings that are known", {"StringEquals": {"aws:userAgent": "y", "aws:UserAgent": "x"}}, {"StringEquals": {"aws:userAgent": "y", "aws:UserAgent": "x"}}, []),
    ("two spellings, one empty", {"StringEquals": {"aws:userAgent": "", "aws:UserAgent": "x"}}, {},
     ["StringEquals aws:userAgent, written in two ways,", "StringEquals aws:UserAgent, written in two ways,"]),
]  # fmt: skip


@rows("why, raw, expected, dropped", KEPT)
def test_what_still_narrows(why: str, raw: Any, expected: Any, dropped: list[str]) -> None:
    """A value that is not known narrows nothing, and that is said; what is known narrows on."""
    kept, _, notes = narrowed(raw)
    known = {operator: block for operator, block in kept.items() if block} if isinstance(kept, dict) else kept  # fmt: skip
    assert (known, notes) == (expected, dropped), why


IDS: list[tuple[str, Any, bool, Any]] = [
    ("one that is not known", {"StringEquals": {"sts:ExternalId": UNKNOWN}}, True, ["unresolved-Vendor"]),
    ("one that is empty", {"StringEquals": {"sts:ExternalId": ""}}, True, ["unresolved-"]),
    ("in part", {"StringEquals": {"sts:ExternalId": f"a-{UNKNOWN}"}}, True, ["unresolved-a--Vendor"]),
    ("beside one that is", {"StringEquals": {"sts:ExternalId": ["a", UNKNOWN]}}, True, ["a", "unresolved-Vendor"]),
    ("by likeness", {"StringLike": {"sts:ExternalId": UNKNOWN}}, True, None),
    ("where it is not free", {"StringEquals": {"sts:ExternalId": UNKNOWN}}, False, None),
    ("asked for twice", {"StringEquals": {"sts:ExternalId": UNKNOWN}, "StringLike": {"sts:ExternalId": "a*"}}, True, None),
    ("asked for twice, spelled otherwise", {"StringEquals": {"sts:ExternalId": UNKNOWN}, "StringLike": {"sts:externalid": "a*"}}, True, None),
]  # fmt: skip


@rows("why, raw, free, expected", IDS)
def test_an_external_id_that_is_not_known(why: str, raw: Any, free: bool, expected: Any) -> None:
    """An exact one, whatever it will be, is one; a pattern is none."""
    kept, _, notes = narrowed(raw, free_ids=free)
    assert kept.get("StringEquals", {}).get("sts:ExternalId") == expected, why
    assert bool(notes) == (expected is None), why


UNNAMED: list[tuple[str, Any, str | None, dict[str, list[str]], set[str]]] = [
    ("an account", {"StringEquals": {"aws:PrincipalAccount": UNKNOWN}}, None, {"AWS": ["${Vendor}"]}, {"AWS"}),
    ("an organization", {"StringEquals": {"aws:PrincipalOrgID": UNKNOWN}}, None, {"AWS": ["${Vendor}"]}, {"AWS"}),
    ("a part of one", {"StringEquals": {"aws:PrincipalOrgID": f"o-{UNKNOWN}"}}, None, {"AWS": ["o-${Vendor}"]}, {"AWS"}),
    ("a path in a known organization", {"ForAnyValue:StringLike": {"aws:PrincipalOrgPaths": f"o-own1234567/{UNKNOWN}"}}, None, {}, set()),
    ("a path of nobody knows whom", {"ForAnyValue:StringLike": {"aws:PrincipalOrgPaths": f"{UNKNOWN}/r-1/"}}, None, {"AWS": ["${Vendor}/r-1/"]}, {"AWS"}),
    ("an ARN of a known account", {"ArnLike": {"aws:PrincipalArn": f"arn:aws:iam::{OWN}:role/{UNKNOWN}"}}, None, {}, set()),
    ("an ARN of nobody knows whom", {"ArnLike": {"aws:PrincipalArn": f"arn:aws:iam::{UNKNOWN}:role/x"}}, None, {"AWS": ["arn:aws:iam::${Vendor}:role/x"]}, {"AWS"}),
    ("beside one that is known", {"StringEquals": {"aws:PrincipalAccount": [OWN, UNKNOWN]}}, None, {"AWS": ["${Vendor}"]}, set()),
    ("an empty one", {"StringEquals": {"aws:PrincipalAccount": ""}}, None, {"AWS": ["aws:PrincipalAccount of no value"]}, {"AWS"}),
    ("for whom a service acts", {"StringEquals": {"aws:SourceAccount": UNKNOWN}}, None, {"Service": ["${Vendor}"]}, {"Service"}),
    ("for which organization", {"StringEquals": {"aws:SourceOrgID": UNKNOWN}}, None, {"Service": ["${Vendor}"]}, {"Service"}),
    ("a tenant", {"StringEquals": {f"{GITHUB}:sub": UNKNOWN}}, GITHUB, {"Federated": ["${Vendor}"]}, {"Federated"}),
    ("a tenant's repository", {"StringLike": {f"{GITHUB}:sub": f"repo:acme/{UNKNOWN}:*"}}, GITHUB, {}, set()),
    ("a tenant of another issuer", {"StringEquals": {f"{GITHUB}:sub": UNKNOWN}}, IDP, {}, set()),
    ("a claim that names no tenant", {"StringEquals": {f"{GITHUB}:aud": UNKNOWN}}, GITHUB, {}, set()),
    ("a tenant that another claim tells", {"StringEquals": {f"{GITHUB}:sub": UNKNOWN, f"{GITHUB}:repository_owner": "acme"}}, GITHUB, {}, set()),
    ("nobody", {"StringEquals": {"aws:UserAgent": UNKNOWN}}, None, {}, set()),
]  # fmt: skip


@rows("why, raw, provider, unnamed, emptied", UNNAMED)
def test_whom_only_unknown_values_would_name(
    why: str, raw: Any, provider: str | None, unnamed: dict[str, list[str]], emptied: set[str]
) -> None:
    """Nobody can tell who is let in: told as unresolved, and not as anyone, nor as nobody."""
    _, found, _ = narrowed(raw, provider)
    assert (found.unnamed, found.emptied) == (unnamed, emptied), why


def test_what_the_same_code_makes_is_ours() -> None:
    """But for a pool of identities that lets guests in: that keeps nobody out, and is said."""
    claim = "cognito-identity.amazonaws.com:aud"
    for pool, ours, said in ((made("Pool"), True, False), (public("Pool"), False, True)):
        _, found, notes = narrowed({"StringEquals": {claim: pool}}, "cognito-identity.amazonaws.com")  # fmt: skip
        assert (found.ours, any("guests" in note for note in notes)) == (ours, said), pool
    login = {"ForAnyValue:StringLike": {"cognito-identity.amazonaws.com:amr": "authenticated"}}
    _, found, notes = narrowed({"StringEquals": {claim: public("Pool")}} | login, "cognito-identity.amazonaws.com")  # fmt: skip
    assert (found.ours, notes) == (True, [])


LOOSE: list[tuple[str, Any, str, Any]] = [
    ("of this kind", {"StringLike": {"aws:PrincipalAccount": ["1"]}}, "AWS", {"StringLike": {"aws:PrincipalAccount": ["1"]}}),
    ("of anybody, which is the same", {"StringLike": {"aws:PrincipalAccount": ["1"]}}, "*", {"StringLike": {"aws:PrincipalAccount": ["1"]}}),
    ("of another kind", {"StringLike": {"aws:PrincipalAccount": ["1"]}}, "Service", {}),
    ("beside another key", {"StringLike": {"aws:PrincipalAccount": ["1"], "a": "b"}}, "Service", {"StringLike": {"a": "b"}}),
    ("no object", "x", "Service", "x"),
]  # fmt: skip


@rows("why, kept, kind, expected", LOOSE)
def test_what_half_known_values_narrow(why: str, kept: Any, kind: str, expected: Any) -> None:
    """A list of which a part is known names those; for other principals it says nothing."""
    _, found, _ = narrowed({"StringEquals": {"aws:PrincipalAccount": ["1", UNKNOWN]}})
    assert found.loose(kept, kind) == expected, why
    _, whole, _ = narrowed({"StringEquals": {"aws:PrincipalAccount": ["1"]}})
    assert whole.loose(kept, kind) == kept, why


def test_a_tenant_that_one_claim_tells_is_narrowed_by_no_half_known_one() -> None:
    """A list of which a part is known would shut out whom the rest of it lets in."""
    claims = {f"{GITHUB}:sub": ["repo:acme/a:*", UNKNOWN], f"{GITHUB}:repository_owner": "acme"}
    kept, found, _ = narrowed({"StringEquals": claims}, GITHUB)
    told = {key for block in kept.values() for key in block}
    assert (told, found.unnamed, found.emptied) == ({f"{GITHUB}:repository_owner"}, {}, set())
    kept, found, _ = narrowed({"StringEquals": {f"{GITHUB}:sub": claims[f"{GITHUB}:sub"]}}, GITHUB)
    assert (kept["StringLike"], found.unnamed) == ({f"{GITHUB}:sub": ["repo:acme/a:*"]}, {"Federated": ["${Vendor}"]})  # fmt: skip
