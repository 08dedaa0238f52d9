"""What `explain` says, line by line, of facts that are given: nothing is left unsaid, nothing made up."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any

import msgspec
import pytest

from checker.explain.finding import _in_allowlist, _mended, _of_resource, _statements
from checker.explain.text import (
    ROLE_TRUST,
    SHOWN,
    _entry,
    _flat,
    _mend,
    _names,
    _role,
    _section,
    _short,
    render,
)
from checker.snapshot.resources import ResourceRecord
from checker.subjects import registry
from tests.report.factory import finding, report
from tests.support.rows import rows

NOBODY = {
    "kind": "account", "id": "999999999999", "own": False, "known": [], "entry": None,
    "snapshot": None, "proposal": None, "roles": [], "findings": [],
}  # fmt: skip
TRUSTS = registry.explained()[ROLE_TRUST].KEY
REVIEW = {"owner": "me", "reference": "TPRM-1", "expires": "2027-05-01"}
ENTRY = {
    "file": "a.yaml",
    "line": 7,
    "name": "Acme",
    "draft": False,
    "expired": False,
    "vetting": REVIEW,
}
PARTIES: list[tuple[str, dict[str, Any], list[str], list[str]]] = [
    ("a stranger without a snapshot", {}, ["on no entry", "nobody that the catalogue knows", "There is no snapshot here"], ["own.", "Findings"]),
    ("our own", {"own": True}, ["It is the organization's own."], ["on no entry"]),
    ("one that is listed", {"entry": ENTRY}, ["a.yaml:7: Acme, until 2027-05-01, owner me, TPRM-1"], ["on no entry", "draft"]),
    ("a draft", {"entry": ENTRY | {"draft": True}}, ["Acme, a draft, which vets nobody"], ["until 2027"]),
    ("one that is over", {"entry": ENTRY | {"expired": True}}, ["Acme, expired on 2027-05-01, owner me"], ["until"]),
    ("one that a list knows", {"known": [{"name": "Acme", "enabled": True, "source": "acme.example", "list": "community"}]},
     ["published by Acme (acme.example; community): a hint"], ["nobody that", "disabled", "no page"]),
    ("where it is disabled", {"known": [{"name": "Acme", "enabled": False, "source": None, "list": "community"}]},
     ["published by Acme (no page named; community, disabled there): a hint"], []),
    ("in a snapshot", {"snapshot": "s"}, ["Findings: 0"], ["There is no snapshot", "Other roles", "To vet it"]),
    ("whom other roles mean alone", {"snapshot": "s", TRUSTS: [], "roles": [{"resource": "arn:r", "allowed": None, "statement": 1, "organization": None, "reason": "why"}]},
     ["Other roles whose trust policies mean it: 1", "arn:r may let it in: why (statement 1)"], []),
    ("one to be vetted", {"snapshot": "s", "proposal": "- name: x"}, ["To vet it, review it", "- name: x"], []),
    ("one that is listed already", {"snapshot": "s", "proposal": "- name: x", "entry": ENTRY}, ["Acme"], ["To vet it", "- name: x"]),
]  # fmt: skip


@rows("why, more, said, unsaid", PARTIES)
def test_a_third_party(why: str, more: dict[str, Any], said: list[str], unsaid: list[str]) -> None:
    """An entry of another, or a stranger told as ours, is vetted by mistake."""
    text = render(NOBODY | more)
    assert [one for one in said if one not in text] == [], text
    assert [one for one in unsaid if one in text] == [], text


ROLES: list[tuple[bool | None, int | None, str | None, str]] = [
    (True, 0, None, "arn:r lets it in: why (statement 0)"),
    (False, None, None, "arn:r does not let it in: why"),
    (None, 2, "o-1", "arn:r may let it in as a member of o-1: why (statement 2)"),
]


@pytest.mark.parametrize(("allowed", "statement", "organization", "said"), ROLES)
def test_what_a_role_does_for_it(
    allowed: bool | None, statement: int | None, organization: str | None, said: str
) -> None:
    """`may` where it cannot be told: neither the one nor the other."""
    role = {"resource": "arn:r", "allowed": allowed, "statement": statement, "organization": organization, "reason": "why"}  # fmt: skip
    assert _role(role) == said


FLAT: list[tuple[Any, list[str]]] = [
    ({"a": {"b": 1}, "c": "x"}, ["a.b = 1", 'c = "x"']),
    ({"a": None, "b": [], "c": {}, "d": {"e": None}}, []),
    ({"a": 0, "b": False, "c": ""}, ["a = 0", "b = false", 'c = ""']),
    ({"a": ["é"]}, ['a = ["é"]']),
]


@pytest.mark.parametrize(("value", "lines"), FLAT)
def test_facts_are_a_line_each(value: Any, lines: list[str]) -> None:
    """What is not known is left out; zero, false and an empty text are known."""
    assert list(_flat(value)) == lines


@pytest.mark.parametrize(("count", "last"), [(0, "x: 0"), (SHOWN, "  • l"), (SHOWN + 1, "  and 1 more: see -f json"), (SHOWN + 2000, "  and 2,000 more: see -f json")])  # fmt: skip
def test_a_long_list_says_how_much_is_not_shown(count: int, last: str) -> None:
    """Cut, and said."""
    told = list(_section("x", ["l"] * count))
    assert told[0] == f"x: {count}"
    assert told[-1] == last
    assert len(told) == 1 + min(count, SHOWN) + (count > SHOWN)


@pytest.mark.parametrize(("baseline", "state"), [(True, "known"), (False, "open")])
def test_a_finding_in_a_line(baseline: bool, state: str) -> None:
    """One that the baseline knows is no new one."""
    finding = {"baseline": baseline, "status": "open", "fingerprint": "a" * 64, "severity": "high", "policy": "p", "message": "m"}  # fmt: skip
    assert _short(finding).endswith(f"high p ({state}): m")


NOW = {"Effect": "Allow"}
MENDS: list[tuple[str, dict[str, Any], list[str], list[str]]] = [
    ("of a trust policy", {"trust_policy": [{"index": 1, "now": NOW, "mended": {"Effect": "Deny"}}]},
     ["statement 1 of the trust policy is", '{"Effect": "Allow"}', "change it to", '{"Effect": "Deny"}'], ["narrow", "entry"]),
    ("that nobody can mend", {"trust_policy": [{"index": 1, "now": NOW, "mended": None}]}, ["narrow it as said above, or remove it"], ["change it to"]),
    ("of a resource", {"resource_policy": [{"index": 0, "now": NOW, "mended": None}]}, ["statement 0 of the resource's policy is"], ["trust policy"]),
    ("in several statements of it", {"resource_policy": [{"index": n, "now": NOW, "mended": None} for n in (0, 2)]}, ["statement 0 of the resource's", "statement 2 of the resource's"], []),
    ("by an entry that is there", {"allowlist": {"file": "a.yaml", "line": 3, "entry": None}}, ["its entry stands at a.yaml:3"], ["or review"]),
    ("by one to be added", {"allowlist": {"file": "a.yaml", "line": None, "entry": "- name: x"}},
     ["or review the third party, then add to a.yaml under vendors:", "- name: x"], ["stands at"]),
]  # fmt: skip


@rows("why, more, said, unsaid", MENDS)
def test_how_a_finding_is_mended(
    why: str, more: dict[str, Any], said: list[str], unsaid: list[str]
) -> None:
    """The change to make, of the document that it is made in."""
    given = {"finding": {"remediation": "do"}, "trust_policy": [], "allowlist": {"file": "a.yaml", "line": None, "entry": None}}  # fmt: skip
    text = "\n".join(_mend(given | more))
    assert [one for one in said if one not in text] == [], text
    assert [one for one in unsaid if one in text] == [], text


FOUND: dict[str, Any] = {
    "kind": "finding", "policy": None, "witness": None, "statements": [], "trust_policy": [],
    "allowlist": {"file": "a.yaml", "line": None, "entry": None},
    "finding": {"severity": "high", "policy": "p", "status": "open", "message": "m", "facts": {"a": 1},
                "fingerprint": "f", "resource": "r", "location": None, "remediation": "do", "waiver": None, "baseline": False},
}  # fmt: skip
FINDINGS: list[tuple[str, dict[str, Any], list[str], list[str]]] = [
    ("alone", {}, ["HIGH p (open)", "fingerprint f", "resource r", "Facts: 1", "a = 1"], ["at ", "Why", "A request", "Statements"]),
    ("that is known", {"finding": FOUND["finding"] | {"baseline": True}}, ["HIGH p (known)"], ["(open)"]),
    ("that is waived", {"finding": FOUND["finding"] | {"status": "waived", "waiver": {"owner": "me", "expires": "2027-01-31", "reason": "why"}}},
     ["HIGH p (waived)", "waived by me until 2027-01-31: why"], ["(open)"]),
    ("of a file", {"finding": FOUND["finding"] | {"location": {"file": "t.yaml", "line": 4}}}, ["at t.yaml:4"], []),
    ("of a known policy", {"policy": {"rationale": "because"}}, ["Why", "because"], []),
    ("with a witness", {"witness": {"action": "sts:AssumeRole"}}, ["A request that gets in", 'action = "sts:AssumeRole"'], []),
    ("with statements", {"statements": [{"index": 0, "effect": None, "outcome": "inert", "reason": "why"}]},
     ["Statements of the trust policy, counted from 0: 1", "0 (neither Allow nor Deny, inert): why"], []),
]  # fmt: skip


@rows("why, more, said, unsaid", FINDINGS)
def test_a_finding(why: str, more: dict[str, Any], said: list[str], unsaid: list[str]) -> None:
    """Where it is, why it is one, and who gets in."""
    text = render(FOUND | more)
    assert [one for one in said if one not in text] == [], text
    assert [one for one in unsaid if one in text] == [], text


def test_entries_and_names_of_nobody() -> None:
    """A line each, so that who reads knows that it was looked up."""
    assert [len(list(_entry(None))), len(list(_names([])))] == [1, 1]


def test_roles_and_resources() -> None:
    """Each with its place, whom it lets in, and what was found."""
    role = {"arn": "arn:r", "location": {"file": "t", "line": 2}, "trusts": [], "statements": [], "findings": []}  # fmt: skip
    text = render({"kind": "role", "roles": [role, role | {"arn": "arn:s", "location": None}]})
    assert text.count("Lets in from outside: 0") == text.count("Findings: 0") == 2
    assert (text.count("at t:2"), text.count("Role arn:r"), text.count("Role arn:s")) == (1, 1, 1)
    resource = {"kind": "resource", "id": "b", "type": "AWS::S3::Bucket", "location": None, "access": [], "findings": []}  # fmt: skip
    text = render(resource)
    assert "Resource b (AWS::S3::Bucket)" in text and "at " not in text
    assert "at t:3" in render(resource | {"location": {"file": "t", "line": 3}})


STATEMENTS: list[tuple[str, Any, list[int] | None, list[int]]] = [
    ("one of two", {"Statement": [{"a": 1}, {"b": 2}]}, [1], [1]), ("two of three", {"Statement": [{"a": 1}, {"b": 2}, {"c": 3}]}, [0, 2], [0, 2]), ("alone, and no list", {"Statement": {"a": 1}}, [0], [0]),
    ("none is named", {"Statement": [{}]}, None, []), ("behind the last", {"Statement": [{}]}, [0, 1, 2], [0]),
]  # fmt: skip


@rows("why, document, wanted, shown", STATEMENTS)
def test_statements_behind_a_finding(
    why: str, document: Any, wanted: list[int] | None, shown: list[int]
) -> None:
    """Those that a grant names, as far as they are there."""
    given = finding(facts={"grant": {"statements": wanted}} if wanted else {})
    told = _statements(given, json.dumps(document), None)
    listed = document["Statement"]
    every = listed if isinstance(listed, list) else [listed]
    assert told == [{"index": n, "now": every[n], "mended": None} for n in shown]


def test_of_which_file_and_resource_a_finding_is() -> None:
    """An entry of a file that the list includes, looked for in the list; the policy of another kind
    of resource that has the same ARN."""
    place = _in_allowlist(finding(entry_file="parts/a.yaml", entry_line=3), report())
    assert (place["file"], place["line"]) == ("parts/a.yaml", 3)
    assert _in_allowlist(finding(), report())["file"] == "allowlist.yaml"
    same = [ResourceRecord(account="1" * 12, arn="arn:r", kind=kind, document=msgspec.Raw(b'{"Statement": [{"Sid": "%b"}]}' % kind.encode()))
            for kind in "kl"]  # fmt: skip
    facts = {"target": {"kind": "l"}, "grant": {"via": "policy", "statements": [0]}}
    found = finding(resource="arn:r", facts=facts)
    told = _of_resource(found, SimpleNamespace(resources=lambda: same), None)  # type: ignore[arg-type]
    assert [one["now"] for one in told["resource_policy"]] == [{"Sid": "l"}]


@rows("status, proposed", [("unlisted", True), ("expired", False), ("out-of-scope", False)])
def test_who_has_an_entry_gets_no_other(status: str, proposed: bool) -> None:
    """Catches a second entry of a vendor, which the list refuses, where the review is over."""
    facts = finding().facts | {
        "role": {"name": "R"},
        "principal": {"kind": "account", "account": "9" * 12, "id": "9" * 12, "name": None, "claims": None},
        "grant": {"external_id": "none", "open_federation": False},
        "vetting": {"status": status},
    }  # fmt: skip
    found = finding(facts=facts)
    assert bool(_in_allowlist(found, report(found))["entry"]) is proposed


ASKED = {"StringEquals": {"sts:ExternalId": "THE ID THAT THE VENDOR GAVE YOU"}}
PRINCIPAL = {"AWS": ["arn:aws:iam::1:root", "2"], "Service": "s"}
MENDED: list[tuple[str, str | None, Any, str, Any]] = [
    ("an id is asked for", "require-external-id", {"a": 1}, "2", {"a": 1, "Condition": ASKED}),
    ("beside what is asked", "require-external-id", {"Condition": {"Bool": {"m": "true"}, "StringEquals": {"k": "v"}}}, "2",
     {"Condition": {"Bool": {"m": "true"}, "StringEquals": {"k": "v", **ASKED["StringEquals"]}}}),
    ("somebody is taken out", "remove-principal", {"Principal": PRINCIPAL}, "1", {"Principal": PRINCIPAL | {"AWS": ["2"]}}),
    ("nobody would be left", "remove-principal", {"Principal": {"AWS": ["2"]}}, "2", None), ("one alone", "remove-principal", {"Principal": {"AWS": "2"}}, "2", None),
    ("everybody", "remove-principal", {"Principal": "*"}, "*", None), ("no principal", "remove-principal", {}, "2", None),
    ("no statement", "remove-principal", "x", "2", None), ("no way is known", None, {"Principal": PRINCIPAL}, "2", None),
]  # fmt: skip


@rows("why, mend, statement, principal, expected", MENDED)
def test_a_statement_mended(
    why: str, mend: Any, statement: Any, principal: str, expected: Any
) -> None:
    """Lines that somebody copies into a trust policy: another condition must not be lost by it."""
    assert _mended(statement, finding(principal=principal), mend) == expected
