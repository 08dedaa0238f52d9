"""`enforce diff` and the policy guardrail-drift: what is attached against what the list says."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from checker.enforce.listed import listed
from checker.enforce.roles import made
from tests.enforce.support import (
    MANIFEST,
    MORE,
    OTHER,
    ROOT,
    TODAY,
    UNIT,
    allowlist,
    snapshot,
    vendor,
)
from tests.support.cli import Ran, vendorgate
from tests.support.snapshots import write
from tests.trust.support import GITHUB, M, N, V, W

A, B = vendor("A", accounts=[V]), vendor("B", accounts=[W])
GONE = vendor("B", accounts=[W], expires="2026-11-01")
TOKENS = vendor("G", federation=[{"issuer": GITHUB, "claims": {"sub": ["repo:acme/*"]}}])

OTHERS = vendor("G", federation=[{"issuer": GITHUB, "claims": {"sub": ["repo:other/*"]}}])
ORG = vendor("O", organizations=["o-ext1234567"])


def document(tmp_path: Path, *vendors: Any) -> dict[str, Any]:
    """As `enforce rcp` writes it."""
    there = snapshot(tmp_path / "made", [])
    (part,) = made(listed(allowlist(*vendors), TODAY), there).plan.parts
    return part.document


def live(tmp_path: Path, policy: Any, targets: Any = (ROOT,), settings: Any = ()) -> Path:
    guardrails = [{"id": "p-ours", "name": "ours", "targets": list(targets), "document": policy}]
    manifest = MANIFEST | {"guardrails": guardrails if policy else []}
    kinds = {"image_settings": list(settings)} if settings else {}
    return write(tmp_path / "live", manifest=manifest, roles=[], image_uses=[], **kinds)


def run(tmp_path: Path, where: Path, *vendors: Any) -> tuple[Ran, Any]:
    (tmp_path / "list.yaml").write_text(json.dumps({"version": 1, "vendors": vendors}))
    fixed = ("--today", "2026-11-20", "--no-settings", "-f", "json")
    ran = vendorgate("enforce", "diff", where, tmp_path / "list.yaml", *fixed)
    return ran, json.loads(ran.out) if ran.out else None


def changed(policy: dict[str, Any], **fields: Any) -> dict[str, Any]:
    first, *others = policy["Statement"]
    return policy | {"Statement": [first | fields, *others]}


def shuffled(policy: dict[str, Any]) -> dict[str, Any]:
    return policy | {"Statement": list(reversed(policy["Statement"]))}


ROWS: list[tuple[str, Any, Any, Any, dict[str, Any]]] = [
    ("as the list says", [A, B], [A, B], None, {}),
    ("in another order", [A, B], [B, A], shuffled, {}),
    ("a vendor was added", [A], [A, B], None, {"lacks": [W]}),
    ("a vetting ended", [A, B], [A, GONE], None, {"holds": [W]}),
    ("both", [B], [A], None, {"lacks": [V], "holds": [W]}),
    ("a tenant was added", [A], [A, TOKENS], None,
     {"changed": ["it lacks the statement VettedTenants1"]}),
    ("another tenant", [TOKENS], [OTHERS], None, {"lacks": ["repo:other/*"], "holds": ["repo:acme/*"]}),
    ("the first account", [ORG], [ORG, A], None, {"lacks": [V]}),
    ("a statement of somebody's own", [A], [A],
     lambda p: p | {"Statement": [*p["Statement"], {"Sid": "Mine", "Effect": "Deny", "Condition": {"Bool": {"a": "true"}}}]},
     {"changed": ["its statement Mine is not of the list"]}),
    ("a statement that refuses less", [A], [A], lambda p: changed(p, NotResource=["x"]),
     {"changed": ["it says otherwise what the list says"]}),
    ("a statement that is gone", [A], [A], lambda p: p | {"Statement": p["Statement"][:1]},
     {"changed": ["it lacks the statement VettedSources"]}),
]  # fmt: skip


@pytest.mark.parametrize(("why", "then", "now", "how", "differs"), ROWS, ids=[r[0] for r in ROWS])
def test_a_policy_that_is_attached_is_held_against_the_list(
    tmp_path: Path, why: str, then: Any, now: Any, how: Any, differs: dict[str, Any]
) -> None:
    """One that lacks a vendor stops it, one that names a former one lets it in."""
    policy = document(tmp_path, *then)
    ran, found = run(tmp_path, live(tmp_path, how(policy) if how else policy), *now)
    (one,) = found["guardrails"]
    got = {key: one[key] for key in ("lacks", "holds", "changed") if key in one}
    assert got == differs and ran.code == bool(differs), (why, found)


def test_below_a_unit_those_alone_who_are_vetted_there(tmp_path: Path) -> None:
    """A list that was split would otherwise differ in each of its parts."""
    here = vendor("B", accounts=[W], scope={"in_accounts": [MORE]})
    fits = document(tmp_path, A)
    ran, found = run(tmp_path, live(tmp_path, fits, [UNIT]), A, here)
    assert "lacks" not in found["guardrails"][0] and found["unbound"] == [MORE] and ran.code == 1
    _, found = run(tmp_path, live(tmp_path, fits, [OTHER]), A, here)
    assert found["guardrails"][0]["lacks"] == [W] and found["unbound"] == [M, N]


def test_what_others_made_is_not_compared(tmp_path: Path) -> None:
    """A perimeter of somebody else's own is no drift of ours; that it was not compared is said."""
    theirs = {"Version": "2012-10-17", "Statement": [{"Sid": "X", "Effect": "Deny"}]}
    _, found = run(tmp_path, live(tmp_path, theirs), A)
    assert found["guardrails"] == [] and found["others"] == ["p-ours"]
    assert found["unbound"] == [M, N, MORE]


@pytest.mark.parametrize("theirs", [[], "text", {"Statement": "x"}, {"Statement": {"Sid": "X"}}])
def test_what_is_no_policy_is_not_ours(tmp_path: Path, theirs: Any) -> None:
    """A collector keeps what AWS answered, whatever that is."""
    guardrail = {"id": "p-1", "targets": [ROOT], "document": theirs}
    where = write(tmp_path / "x", manifest=MANIFEST | {"guardrails": [guardrail]}, roles=[])
    _, found = run(tmp_path, where, A)
    assert found["others"] == ["p-1"]


def test_without_guardrails_nothing_is_the_same(tmp_path: Path) -> None:
    """That nobody could look is no "as the list says"."""
    where = write(tmp_path / "live", manifest=MANIFEST | {"guardrails": None}, roles=[])
    ran, found = run(tmp_path, where, A)
    assert ran.code == 3 and not found["told"]


def setting(state: str, criteria: Any, managed_by: str | None = "account") -> dict[str, Any]:
    made = {"account": M, "region": "us-east-1", "allowed_images": state, "managed_by": managed_by}
    return made if criteria is None else made | {"criteria": criteria}


def allow(*providers: str, **more: Any) -> dict[str, Any]:
    return {"providers": list(providers), **more}


SCOPED = vendor("S", accounts=[W], scope={"images": ["agent-*"], "in_accounts": [N]})
AMIS: list[tuple[str, Any, Any, dict[str, Any]]] = [
    ("as the list says", setting("enabled", [allow(V)]), [A], {}),
    ("in several criteria", setting("enabled", [allow(V), allow(W)]), [A, B], {}),
    ("a vendor is missing", setting("audit-mode", [allow(V)]), [A, B], {"lacks": [W]}),
    ("a former one", setting("enabled", [allow(V, W)]), [A, GONE], {"holds": [W]}),
    ("an own account more", setting("enabled", [allow(V, N)]), [A], {}),
    ("one of its images alone", setting("enabled", [allow(V, names=["x-*"])]), [A],
     {"lacks": [V], "holds": [f"{V} (x-*)"]}),
    ("more than was asked", setting("enabled", [allow(V, more=True)]), [A],
     {"changed": [f"it asks for more than the list does of {V}"]}),
    ("vetted for another account", setting("enabled", [allow(V)]), [A, SCOPED], {}),
    ("by a policy of the whole organization", setting("enabled", [allow(V)], "declarative-policy"),
     [A, SCOPED], {"lacks": [f"{W} (agent-*)"]}),
    ("by nobody knows whom", setting("enabled", [allow(V), allow(W, names=["agent-*"])], None),
     [A, SCOPED], {"holds": [f"{W} (agent-*)"]}),
]  # fmt: skip


@pytest.mark.parametrize(("why", "there", "now", "differs"), AMIS, ids=[r[0] for r in AMIS])
def test_allowed_amis_are_held_against_the_list(
    tmp_path: Path, why: str, there: Any, now: Any, differs: dict[str, Any]
) -> None:
    """A region whose criteria are of last year lets in whoever was vetted then."""
    _, found = run(tmp_path, live(tmp_path, None, settings=[there]), *now)
    (one,) = found["guardrails"]
    got = {key: one[key] for key in ("lacks", "holds", "changed") if key in one}
    assert got == differs and one["id"] == f"{M}/us-east-1", (why, found)


def test_what_is_off_or_unknown_is_told(tmp_path: Path) -> None:
    """Neither is what the list says."""
    off = setting("disabled", None)
    unknown = setting("enabled", None) | {"region": "eu-west-1"}
    policy = document(tmp_path, A)
    ran, found = run(tmp_path, live(tmp_path, policy, settings=[unknown, off]), A)
    assert found["off"] == [f"{M}/us-east-1"] and found["unknown"] == [f"{M}/eu-west-1"]
    assert ran.code == 3
    ran = vendorgate("check", "live", "-a", "list.yaml", "--today", "2026-11-20", "--no-settings",
                     cwd=tmp_path)  # fmt: skip
    assert f"is not held against the list: 1 ({M}/eu-west-1)" in ran.out


def test_drift_is_a_finding_of_check(tmp_path: Path) -> None:
    """Nobody runs diff each day; the gate runs."""
    where = live(tmp_path, document(tmp_path, A), settings=[setting("enabled", [allow(V, W)])])
    (tmp_path / "list.yaml").write_text(json.dumps({"version": 1, "vendors": [A, B]}))
    fixed = ("--today", "2026-11-20", "--no-settings", "-f", "json")
    ran = vendorgate("check", where, "-a", tmp_path / "list.yaml", *fixed)
    found = [f for f in json.loads(ran.out)["findings"] if f["policy"] == "guardrail-drift"]
    assert [(f["resource"], f["severity"]) for f in found] == [("p-ours", "medium")]
    assert found[0]["message"] == f"the resource control policy p-ours lacks {W}"


def test_drift_of_allowed_amis_is_a_finding_of_check(tmp_path: Path) -> None:
    """A region that allows whoever was vetted last year, told where diff is run alone."""
    where = live(tmp_path, None, settings=[setting("enabled", [allow(V, W)])])
    (tmp_path / "list.yaml").write_text(json.dumps({"version": 1, "vendors": [A]}))
    fixed = ("--today", "2026-11-20", "--no-settings", "-f", "json")
    ran = vendorgate("check", where, "-a", tmp_path / "list.yaml", *fixed)
    (found,) = [f for f in json.loads(ran.out)["findings"] if f["policy"] == "guardrail-drift"]
    assert (found["resource"], found["account"], found["region"]) == (
        f"{M}/us-east-1",
        M,
        "us-east-1",
    )
    assert W in found["message"]


def test_no_guardrail_is_no_finding(tmp_path: Path) -> None:
    """They are a choice: an organization without them must not get a finding for each region."""
    where = live(
        tmp_path,
        None,
        settings=[setting("disabled", None), setting("enabled", None) | {"region": "x"}],
    )
    (tmp_path / "list.yaml").write_text(json.dumps({"version": 1, "vendors": [A]}))
    fixed = ("--today", "2026-11-20", "--no-settings", "-f", "json")
    ran = vendorgate("check", where, "-a", tmp_path / "list.yaml", *fixed)
    assert not [f for f in json.loads(ran.out)["findings"] if f["policy"] == "guardrail-drift"]
