"""`vendorgate explain`: a policy, a third party, a finding."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from checker.explain import proposal
from checker.explain import text as explanation
from checker.policy.load import load_policies
from tests.check.test_resources import BUCKET, S3, opened
from tests.cli.test_init import sighting
from tests.support.cli import Ran, vendorgate
from tests.support.gate import AMI, TODAY
from tests.support.hostile import HOSTILE, harmless
from tests.support.rows import rows
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

ROLES = [
    vendor_role(),
    vendor_role("NoId", external_id=None),
    role("Shared", allow({"AWS": [f"arn:aws:iam::{STRANGER}:root", f"arn:aws:iam::{OWN2}:root"]})),
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    uses, images = [use("i-1", AMI)], [image(AMI, owner=VENDOR, name="agent")]
    write(tmp_path / "snapshot", roles=ROLES, image_uses=uses, images=images)
    (tmp_path / "allowlist.yaml").write_text(ALLOWLIST)
    return tmp_path


def explain(folder: Path, *arguments: object) -> Ran:
    return vendorgate("explain", *arguments, "--today", TODAY, cwd=folder)


def as_json(folder: Path, *arguments: object) -> Any:
    return json.loads(explain(folder, *arguments, "-f", "json").out)


def fingerprint(folder: Path, policy: str) -> str:
    report = json.loads(vendorgate("check", "--today", TODAY, "-f", "json", cwd=folder).out)
    return next(f["fingerprint"] for f in report["findings"] if f["policy"] == policy)


@pytest.mark.parametrize("policy", ["anyone-trust", "unused-exception", "collection-gap"])
def test_a_policy_needs_neither_snapshot_nor_allowlist(tmp_path: Path, policy: str) -> None:
    """Somebody who reads a report, anywhere, asks what a policy means."""
    ran = explain(tmp_path, policy)
    assert (ran.code, ran.out.startswith(f"# {policy}\n")) == (0, True)
    assert as_json(tmp_path, policy)["in_force"]["id"] == policy


def test_every_policy_says_supports_and_never_satisfies(tmp_path: Path) -> None:
    """No tool satisfies a control alone, and an auditor will say so."""
    from checker.policy.page import render

    for policy in load_policies(None).policies:
        text = render(policy)
        assert "It supports these" in text
        assert "12.9" not in text


def test_a_vendor(folder: Path) -> None:
    """By account, or by name: its entry with the line, every trust and image, every finding."""
    found = as_json(folder, VENDOR)
    assert (found["entry"]["name"], found["entry"]["line"]) == ("Example Monitoring", 6)
    assert [t["resource"].rsplit("/")[-1] for t in found["trusts"]] == ["Monitoring", "NoId"]
    assert [(i["image"], i["name"], i["status"]) for i in found["images"]] == [(AMI, "agent", "vetted")]  # fmt: skip
    assert [f["policy"] for f in found["findings"]] == ["missing-external-id"]
    assert as_json(folder, "example monitoring")["trusts"] == found["trusts"]
    for today, said in (("2027-05-01", "until"), ("2027-05-02", "expired on")):
        text = vendorgate("explain", VENDOR, "--today", today, cwd=folder).out
        assert f"allowlist.yaml:6: Example Monitoring, {said} 2027-05-01" in text


def test_a_stranger_comes_with_a_proposed_entry(folder: Path) -> None:
    """What to write, if it turns out to be somebody that is wanted."""
    text = explain(folder, STRANGER).out
    assert "on no entry of the allowlist" in text and f'accounts: ["{STRANGER}"]' in text
    assert "reviewed:  # TODO" in text


def test_a_product_comes_with_what_was_found_of_it(tmp_path: Path) -> None:
    """Findings of images whose publisher is another id than what an entry would name."""
    uses, images = [use("i-1", AMI)], [image(AMI, owner=STRANGER, product_codes=["prod-abc"])]
    write(tmp_path / "snapshot", roles=ROLES[:1], image_uses=uses, images=images)
    (tmp_path / "allowlist.yaml").write_text(ALLOWLIST)
    found = as_json(tmp_path, "prod-abc")
    assert [one["principal"] for one in found["findings"]] == [STRANGER]
    assert 'marketplace_products: ["prod-abc"]' in found["proposal"]


def test_who_was_never_seen_and_who_is_own(folder: Path) -> None:
    """An id that is not in the snapshot has an answer, not an error; an own one says so."""
    assert "published by Datadog" in explain(folder, "464622532012").out
    assert as_json(folder, OWN2)["own"] is True
    assert as_json(folder, "123456789012")["trusts"] == []


LISTED = ALLOWLIST.replace("organization:\n", 'organization:\n  accounts: ["333333333333"]\n')
WHOSE = [
    (OWN2, True, "an account that was collected"),
    ("333333333333", True, "an account of the allowlist's"),
    (STRANGER, False, "one that is let in, and nobody says is ours"),
]


@rows("name, own, why", WHOSE)
def test_each_word_that_an_id_is_ours_counts(folder: Path, name: str, own: bool, why: str) -> None:
    """An own account that is explained as an outsider, for want of one source; or the reverse."""
    (folder / "allowlist.yaml").write_text(LISTED)
    assert as_json(folder, name)["own"] is own, why


def test_without_a_snapshot_the_allowlist_says_what_is_ours(tmp_path: Path) -> None:
    """Nothing was collected yet: an own account is no stranger for that."""
    (tmp_path / "allowlist.yaml").write_text(LISTED)
    assert as_json(tmp_path, "333333333333")["own"] is True
    assert as_json(tmp_path, OWN2)["own"] is False


def test_an_account_without_a_snapshot(tmp_path: Path) -> None:
    """Before anything was collected, the catalogue and the allowlist still know."""
    ran = explain(tmp_path, "464622532012")
    assert (ran.code, "There is no snapshot here" in ran.out) == (0, True)


def test_a_finding_says_what_to_change(folder: Path) -> None:
    """The statement as it is and as it should be, by the beginning of the fingerprint."""
    found = as_json(folder, fingerprint(folder, "missing-external-id")[:8])
    (statement,) = found["trust_policy"]
    assert "Condition" not in statement["now"]
    assert "sts:ExternalId" in statement["mended"]["Condition"]["StringEquals"]
    assert found["allowlist"] == {"file": "allowlist.yaml", "line": 6, "entry": None}
    assert found["witness"]["action"] == "sts:AssumeRole"

    found = as_json(folder, fingerprint(folder, "unvetted-account-trust"))
    assert found["trust_policy"][0]["mended"]["Principal"] == {"AWS": [f"arn:aws:iam::{OWN2}:root"]}
    assert f'accounts: ["{STRANGER}"]' in found["allowlist"]["entry"]
    text = explain(folder, found["finding"]["fingerprint"][:6]).out
    for said in ("A request that gets in", "statement 0 of the trust policy is", "change it to"):
        assert said in text


OWN_POLICY = """\
id: no-mfa
title: t
severity: medium
applies_to: role_trust
assert: principal.kind == 'federated'
message: "{principal.id}"
rationale: r
remediation: r
MEND
tests:
  - {name: a, expect: fail, facts: {}}
  - {name: b, expect: pass, facts: {principal: {kind: federated}}}
"""
MENDS = [
    ("mend: require-external-id", "a condition", {"AWS": f"arn:aws:iam::{VENDOR}:root"}),
    ("mend: remove-principal", "nobody is left", None),
    ("", "nobody said how", None),
]


@pytest.mark.parametrize(("mend", "why", "left"), MENDS, ids=[row[1] for row in MENDS])
def test_a_policy_says_how_its_findings_are_mended(
    folder: Path, mend: str, why: str, left: Any
) -> None:
    """A policy of one's own about external ids was mended by removing the vendor."""
    (folder / "policies").mkdir()
    (folder / "policies/no-mfa.yaml").write_text(OWN_POLICY.replace("MEND", mend))
    mended = as_json(folder, fingerprint(folder, "no-mfa"))["trust_policy"][0]["mended"]
    assert (mended and mended["Principal"]) == left, why
    assert bool(mended and mended["Condition"]["StringEquals"]["sts:ExternalId"]) is bool(left)


MIXED = role(
    "Mixed",
    [
        allow({"AWS": f"arn:aws:iam::{STRANGER}:root"}),
        allow("*", StringEquals={"aws:PrincipalOrgID": ORGANIZATION}),
        allow({"AWS": VENDOR}),
        allow({"AWS": VENDOR}) | {"Effect": "Deny"},
    ],
)
TYPO = role("Typo", [allow({"AWS": "9999-9999-9999"}), allow({"AWS": OWN2})])


def statements(folder: Path, policy: str) -> list[tuple[str, str]]:
    found = as_json(folder, fingerprint(folder, policy))["statements"]
    assert [one["index"] for one in found] == list(range(len(found)))
    return [(one["outcome"], one["reason"]) for one in found]


def test_a_finding_says_what_each_statement_does(tmp_path: Path) -> None:
    """Catches a statement of the role's policy that nobody accounts for, and one that is held to
    grant though a Deny refuses it."""
    write(tmp_path / "snapshot", roles=[MIXED])
    (tmp_path / "allowlist.yaml").write_text(ALLOWLIST)
    assert statements(tmp_path, "unvetted-account-trust") == [
        ("grants", f"it lets in account {STRANGER}"),
        ("inert", "no outsider whom it names can fulfil StringEquals on aws:PrincipalOrgID"),
        ("denied", "what it lets in is refused by the Deny in statement 3"),
        ("denied", "it refuses requests that an Allow would let in"),
    ]
    text = explain(tmp_path, fingerprint(tmp_path, "unvetted-account-trust")).out
    assert "Statements of the trust policy, counted from 0: 4" in text
    assert "2 (Allow, denied): what it lets in is refused by the Deny in statement 3" in text


def test_a_policy_that_was_not_understood_says_which_statement_and_why(tmp_path: Path) -> None:
    """Catches a finding that sends its reader to search the whole policy."""
    write(tmp_path / "snapshot", roles=[TYPO])
    (tmp_path / "allowlist.yaml").write_text(ALLOWLIST)
    assert statements(tmp_path, "unreadable-trust-policy")[1] == (
        "inert",
        "it names nobody outside",
    )
    found = as_json(tmp_path, fingerprint(tmp_path, "unreadable-trust-policy"))
    assert "was not understood: statement 0: " in found["finding"]["message"]
    assert "an account id is 12 digits" in found["finding"]["message"]
    assert (
        "Statements of the trust policy" in explain(tmp_path, found["finding"]["fingerprint"]).out
    )


def test_a_policy_that_is_no_object(tmp_path: Path) -> None:
    """Catches an error of ours: a list has no statements."""
    write(tmp_path / "snapshot", roles=[TYPO | {"trust_policy": [1]}])
    (tmp_path / "allowlist.yaml").write_text(ALLOWLIST)
    found = as_json(tmp_path, fingerprint(tmp_path, "unreadable-trust-policy"))
    assert found["trust_policy"] == []


BY_ORGANIZATION = role("Org", allow("*", StringEquals={"aws:PrincipalOrgID": "o-ext1234567"}))
OWN_ORGANIZATION = role("Own", allow("*", StringEquals={"aws:PrincipalOrgID": ORGANIZATION}))


def test_an_account_is_told_which_roles_mean_it(tmp_path: Path) -> None:
    """Catches an account that comes in with everybody, or with its organization, and is said to
    be trusted nowhere; and a role that names it, of which nobody says why it doesn't let it in."""
    roles = [MIXED, BY_ORGANIZATION, OWN_ORGANIZATION, role("Open", allow("*")), vendor_role()]
    (tmp_path / "allowlist.yaml").write_text(ALLOWLIST)
    hidden = json.dumps({"Statement": [allow("*")]}).replace("*", "\\u002a")
    roles += [role("Escaped", []) | {"trust_policy": hidden}]
    roles += [role("Encoded", []) | {"trust_policy": quote(hidden)}]
    write(tmp_path / "snapshot", roles=roles)
    found = {
        one["resource"].rpartition("/")[2]: (one["allowed"], one["statement"], one["organization"])
        for one in as_json(tmp_path, VENDOR)["roles"]
    }
    assert found == {
        "Encoded": (True, 0, None),
        "Escaped": (True, 0, None),
        "Mixed": (False, 3, None),
        "Open": (True, 0, None),
        "Org": (True, 0, "o-ext1234567"),
    }
    text = explain(tmp_path, VENDOR).out
    assert "Other roles whose trust policies mean it: 5" in text
    assert "role/Org lets it in as a member of o-ext1234567: this statement" in text
    assert "role/Mixed does not let it in: the Deny in statement 3 refuses" in text
    assert as_json(tmp_path, OWN2)["roles"] == []


@pytest.mark.parametrize("name", ["nobody-knows", "abcdef", "zz", "o-unknown1234"])
def test_what_is_nothing_is_bad_usage(folder: Path, name: str) -> None:
    """A typing error that explains nothing and exits 0."""
    ran = explain(folder, name)
    assert (ran.code, ran.err.count("\n")) == (2, 1)


def test_a_prefix_of_two_fingerprints_is_refused(tmp_path: Path) -> None:
    """The wrong finding, explained with confidence."""
    roles = [vendor_role(f"R{n}", STRANGER) for n in range(1, 900)]
    write(tmp_path / "snapshot", roles=roles)
    (tmp_path / "allowlist.yaml").write_text(ALLOWLIST)
    report = json.loads(vendorgate("check", "--today", TODAY, "-f", "json", cwd=tmp_path).out)
    heads = Counter(f["fingerprint"][:4] for f in report["findings"])
    twice = next(head for head, count in heads.items() if count == 2)  # by their number, always
    assert "begins 2 fingerprints" in explain(tmp_path, twice).err


def hostile(name: str) -> dict[str, Any]:
    trust = dict.fromkeys(("resource", "principal", "external_id", "privilege", "status"), name)
    entry = proposal.entry(sighting("federation", name))
    found = {"fingerprint": name, "severity": "high", "policy": name, "baseline": False}
    found |= {"status": name, "message": name, "resource": name, "remediation": name}
    found |= {"facts": {"role": {"tags": {"a": name}}}, "location": None}
    found |= {"waiver": dict.fromkeys(("owner", "reason", "expires"), name)}
    return {
        "kind": "third-party", "id": name, "own": False, "snapshot": name, "entry": None,
        "known": [{"name": name, "source": name, "list": name, "enabled": True}],
        "trusts": [trust | {"actions": [name], "out_of_scope": [name]}],
        "images": [{"resource": name, "image": name, "name": name, "status": name, "out_of_scope": []}],
        "findings": [found], "proposal": entry,
        "finding": found, "policy": {"rationale": name}, "witness": {"principal": name},
        "allowlist": {"file": name, "line": 1, "entry": entry},
        "trust_policy": [{"index": 0, "now": {"Sid": name}, "mended": {"Sid": name}}],
        "statements": [{"index": 0, "effect": name, "outcome": name, "reason": name}],
        "roles": [{"resource": name, "allowed": True, "statement": 0, "reason": name, "organization": name}],
    }  # fmt: skip


@pytest.mark.parametrize("kind", ["third-party", "finding"])
@pytest.mark.parametrize("name", HOSTILE.values(), ids=HOSTILE)
def test_hostile_names_stay_text(name: str, kind: str) -> None:
    """A role's name that clears the terminal, or speaks to the runner of a build."""
    assert harmless(explanation.render(hostile(name) | {"kind": kind}))


@pytest.mark.parametrize("form", ["text", "markdown", "html", "junit"])
def test_what_a_report_shows_of_a_fingerprint_can_be_asked(folder: Path, form: str) -> None:
    """A finding that its reader must look up in another format before anything can be done."""
    shown = vendorgate("check", "--today", TODAY, "-f", form, cwd=folder).out
    for policy in ("missing-external-id", "unvetted-account-trust"):
        whole = fingerprint(folder, policy)
        assert whole[:12] in shown
        assert as_json(folder, whole[:12])["finding"]["policy"] == policy


@pytest.mark.parametrize("asked", ["Shared", f"arn:aws:iam::{OWN2}:role/Shared"])
def test_a_role(folder: Path, asked: str) -> None:
    """The name that stands in every message: whom it lets in, why, what is found of it."""
    (told,) = as_json(folder, asked)["roles"]
    assert [t["principal"] for t in told["trusts"]] == [STRANGER]
    assert [f["policy"] for f in told["findings"]] == ["unvetted-account-trust"]
    assert [s["outcome"] for s in told["statements"]] == ["grants"]
    out = explain(folder, asked).out
    assert out.startswith(f"Role arn:aws:iam::{OWN2}:role/Shared\n")
    assert "Lets in from outside: 1" in out and "0 (Allow, grants)" in out


def test_a_role_of_a_name_that_several_accounts_have(tmp_path: Path) -> None:
    """All of them, as a name alone tells none from the other; one that trusts nobody outside, and
    one that cannot be read, too."""
    roles = [vendor_role(), vendor_role() | {"account": OWN, "arn": f"arn:aws:iam::{OWN}:role/Monitoring", "trust_policy": "{"},
             role("Ours", allow({"AWS": OWN2}))]  # fmt: skip
    write(tmp_path / "snapshot", roles=roles)
    (tmp_path / "allowlist.yaml").write_text(ALLOWLIST)
    told = as_json(tmp_path, "Monitoring")["roles"]
    assert [(r["account"], len(r["trusts"]), len(r["statements"])) for r in told] == [(OWN, 0, 0), (OWN2, 1, 1)]  # fmt: skip
    assert [f["policy"] for f in told[0]["findings"]] == ["unreadable-trust-policy"]
    assert "Lets in from outside: 0" in explain(tmp_path, "Ours").out


DRAFT = """\
  - name: Second Look
    accounts: ["888888888888"]
    vetting: {owner: me, reference: T-9, reviewed: , expires: , evidence: []}
"""


@pytest.mark.parametrize("asked", ["Second Look", "second look", STRANGER])
def test_a_draft(folder: Path, asked: str) -> None:
    """By the name that its proposer gave it: what it would be vetted for."""
    text = ALLOWLIST.replace("image_aliases", f"{DRAFT}image_aliases")
    (folder / "allowlist.yaml").write_text(text)
    told = as_json(folder, asked)
    assert (told["entry"]["draft"], told["entry"]["name"]) == (True, "Second Look")
    assert [t["resource"].rsplit("/")[-1] for t in told["trusts"]] == ["Shared"]
    assert "Second Look, a draft, which vets nobody" in explain(folder, asked).out
    (folder / "allowlist.yaml").write_text(text.replace("reviewed: ,", "reviewed: 2026-05-01,"))
    vetting = as_json(folder, asked)["entry"]["vetting"]
    assert (vetting["reviewed"], vetting["expires"]) == (None, None)


def test_an_entry_comes_before_what_is_called_alike(tmp_path: Path) -> None:
    """A vendor that a role, a finding or a resource is called like: its entry, unseen as it is,
    and not a role that somebody else made."""
    bucket = opened(BUCKET, {"AWS": STRANGER}, S3)
    write(tmp_path / "snapshot", roles=ROLES, image_uses=[], resources=[bucket],
          manifest={"resource_kinds": [bucket["kind"]]})  # fmt: skip
    (tmp_path / "allowlist.yaml").write_text(ALLOWLIST)
    called = ("Shared", ROLES[2]["arn"], BUCKET, fingerprint(tmp_path, "missing-external-id")[:12])
    kinds = [as_json(tmp_path, name)["kind"] for name in called]
    assert kinds == ["role", "role", "resource", "finding"]
    for name in called:
        for days in ("reviewed: 2026-05-01, expires: 2027-05-01", "reviewed: , expires: "):
            entry = f'  - {{name: "{name}", accounts: ["777777777777"], vetting: {{owner: o, reference: r, {days}, evidence: []}}}}\n'
            text = ALLOWLIST.replace("image_aliases", f"{entry}image_aliases")
            (tmp_path / "allowlist.yaml").write_text(text)
            told = as_json(tmp_path, name)
            assert (told["kind"], told["entry"]["name"]) == ("third-party", name)


SPELLED = [
    ("docker.io/acme", True), ("index.docker.io/acme", True), ("DOCKER.IO/acme", True), ("registry-1.docker.io:443/acme", True),
    ("docker.io/acme/agent", False), ("index.docker.io/other", False), ("Index.Docker.io", False),
]  # fmt: skip


@rows("name, known", SPELLED)
def test_a_registry_however_spelled(tmp_path: Path, name: str, known: bool) -> None:
    """Catches who publishes an image and is not found by the name that an allowlist may have, and nobody who is."""
    use = {"account": OWN2, "region": "us-east-1", "resource": f"arn:aws:lambda:us-east-1:{OWN2}:function:f",
           "kind": "container-image", "reference": "acme/agent:1"}  # fmt: skip
    write(
        tmp_path / "snapshot",
        manifest={"code_kinds": ["container-image"]},
        roles=ROLES,
        code_uses=[use],
    )
    (tmp_path / "allowlist.yaml").write_text(ALLOWLIST)
    ran = explain(tmp_path, name)
    assert (ran.code, "acme/agent:1" in ran.out) == ((0, True) if known else (2, False)), ran.err
