"""What of a bundle is compared, counted and listed: the parts, without a bundle around them."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from checker import __version__
from checker.evidence.digests import compare, manifest, names
from checker.evidence.model import MANIFEST
from checker.evidence.tables import in_force, third_parties, waivers
from checker.evidence.verify import _notes
from checker.evidence.wording import reworded
from checker.vetting.read import read_allowlist
from tests.support.rows import rows

README, CHANGES = "README.md", "changes.json"
TEXT = b"On 2026-11-20 3 findings, FAIL: high, 1 waived, None open. Role A1b is new."


def as_json(**told: Any) -> bytes:
    return json.dumps(told).encode()


WORDS: list[tuple[str, str, bytes, bytes, bool]] = [
    ("the same facts", README, TEXT, b"2026-11-20: 3, FAIL, high; 1 waived, None open (A1b)", True),
    ("another day", README, TEXT, TEXT.replace(b"11-20", b"11-21"), False),
    ("another number", README, TEXT, TEXT.replace(b" 3 ", b" 4 "), False),
    ("another verdict", README, TEXT, TEXT.replace(b"FAIL", b"PASS"), False),
    ("another severity", README, TEXT, TEXT.replace(b"high", b"low"), False),
    *((f"the word {word}", README, word.encode(), b"different", False)
      for word in ("critical", "high", "medium", "low", "info", "open", "waived")),
    ("something where there is nothing", README, TEXT, TEXT.replace(b"None", b"Some"), False),
    ("another order", README, b"3 of 4", b"4 of 3", False),
    ("no text", README, b"\xff", b"a", False),
    ("settings in another form", "evaluation.json", b"{}", b"{ }", True),
    ("the list's history", "git.json", b"{}", b"{ }", True),
    ("a report, in words alone", "report.json", as_json(message="a"), as_json(message="b"), False),
    *((f"the words of {name}", name, as_json(reason="a"), as_json(reason="b"), False)
      for name in ("report.json", "waivers.json", "third-parties.json", "gaps.json", "vendorgate.toml", "allowlist.yaml", "x.json")),
    ("a list of gaps", "gaps.json", b"[]", b"[ ]", False),
    ("other words", CHANGES, as_json(message="3 roles"), as_json(message="3 of them"), True),
    ("another number in them", CHANGES, as_json(message="3 roles"), as_json(message="2 roles"), False),
    ("a value", CHANGES, as_json(vendor="a"), as_json(vendor="b"), False),
    *((f"the {key}", "oscal-assessment-results.json", as_json(**{key: "a"}), as_json(**{key: "b"}), False)
      for key in ("value", "name", "status", "href", "policy", "severity", "principal", "resource", "fingerprint", "owner", "source")),
    ("a key more", CHANGES, as_json(a=1), as_json(a=1, b=2), False),
    ("one less in a list", CHANGES, as_json(a=[{"title": "x"}] * 2), as_json(a=[{"title": "x"}]), False),
    *((f"words of {key}", CHANGES, as_json(**{key: "a"}), as_json(**{key: "b"}), True)
      for key in ("title", "description", "remarks", "message", "detail", "remediation", "reason", "asks")),
    ("words in a list", CHANGES, as_json(remarks=["a 1"]), as_json(remarks=["b 1"]), True),
    ("values in a list", CHANGES, as_json(ids=["a"]), as_json(ids=["b"]), False),
    ("words within a value", CHANGES, as_json(a={"title": "x"}), as_json(a={"title": "y"}), True),
    ("a number in place of words", CHANGES, as_json(title=1), as_json(title=2), False),
    ("ids that are made of words", "oscal-assessment-results.json", as_json(uuid="a"), as_json(uuid="b"), True),
    ("the name of one", "control-map.json", as_json(uuids="a"), as_json(uuids="b"), False),
    ("a key twice", CHANGES, b'{"title": "x", "a": 2, "a": 1}', as_json(title="x", a=1), False),
    ("no JSON", CHANGES, b"{", b"{}", False),
]  # fmt: skip


@rows("why, name, here, made, same", WORDS)
def test_what_another_version_may_word_otherwise(
    why: str, name: str, here: bytes, made: bytes, same: bool
) -> None:
    """`--accept-other-version` that lets a forged number, verdict or name by."""
    assert reworded(name, here, made) is same, why


def changed(old: str, new: str) -> Callable[[str], str]:
    return lambda text: text.replace(old, new)


LISTS: list[tuple[str, Callable[[str], str], list[str]]] = [
    ("as it was written", lambda text: text, []),
    ("another digest", changed("a", "b"), [MANIFEST]),
    ("turned round", lambda text: "\n".join(reversed(text.splitlines())) + "\n", [MANIFEST]),
    ("a line twice", lambda text: text + text, [MANIFEST]),
    ("without its last end", lambda text: text[:-1], [MANIFEST]),
    ("a comment", lambda text: "# all is well\n" + text, [MANIFEST]),
    ("itself", lambda text: text + f"{'0' * 64}  {MANIFEST}\n", [MANIFEST]),
    ("a file that is not here", lambda text: text + f"{'0' * 64}  z\n", ["z"]),
    ("a file less", lambda text: "".join(text.splitlines(keepends=True)[1:]), ["a"]),
    ("another file's digest", lambda text: "0" * 64 + text[64:], ["a"]),
]  # fmt: skip


@rows("why, edit, named", LISTS)
def test_the_list_of_digests(
    tmp_path: Path, why: str, edit: Callable[[str], str], named: list[str]
) -> None:
    """A file that is not held against its digest, or a list that two programs read otherwise."""
    for name in ("a", "sub/b"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(name)
    (tmp_path / MANIFEST).write_bytes(manifest(tmp_path))
    text = (tmp_path / MANIFEST).read_text()
    if why == "another digest":
        edit = changed(text[:64], text[:64].upper())
    (tmp_path / MANIFEST).write_text(edit(text))
    assert [name for name, _ in compare(tmp_path)] == named, why
    assert names(tmp_path) == ["a", MANIFEST, "sub/b"]
    (tmp_path / MANIFEST).unlink()
    assert [*compare(tmp_path)] == [(MANIFEST, "is missing")]


TODAY = date(2026, 11, 20)
LIST = """\
version: 1
vendors:
  - name: V
    accounts: ["999999999999"]
    organizations: [o-theirs12345]
    federation: [{issuer: idp.example.com}]
    marketplace_products: [code1]
    vetting: {owner: o, reference: T-1, reviewed: 2026-05-01, expires: 2027-05-01, evidence: []}
exceptions:
  - {policy: p, principal: "999999999999", resource: "arn:aws:iam::*:role/A*", reason: r, owner: o, expires: 2026-11-20}
  - {policy: p, principal: "*", resource: "*", reason: r, owner: o, expires: 2026-11-19}
  - {policy: p, principal: "https://idp.example.com/", resource: "*", reason: r, owner: o, expires: 2026-11-21}
"""


def bundle(folder: Path, findings: list[Any], parties: list[Any], policies: list[str]) -> Any:
    (folder / "a.yaml").write_text(LIST)
    report = SimpleNamespace(
        findings=findings,
        third_parties=parties,
        policies=[SimpleNamespace(id=one) for one in policies],
    )
    return SimpleNamespace(
        report=report,
        allowlist=read_allowlist(folder / "a.yaml"),
        evaluation=SimpleNamespace(today=TODAY),
    )


def waived(fingerprint: str, **more: Any) -> Any:
    waiver = {"owner": "o", "reason": "r", "expires": "2026-11-20"}
    told = {"policy": "p", "principal": "999999999999", "resource": "arn:aws:iam::1:role/A1", "fingerprint": fingerprint,
            "waiver": SimpleNamespace(**(waiver | more.pop("waiver", {})))}  # fmt: skip
    return SimpleNamespace(**(told | more))


def test_waivers_with_the_findings_that_each_covers(tmp_path: Path) -> None:
    """A waiver of another entry's findings, or one that has ended and is told as in force."""
    findings = [
        waived("its own"), waived("of another policy", policy="q"), waived("of another principal", principal="888888888888"),
        waived("of another resource", resource="arn:aws:iam::1:role/B"), waived("of another owner", waiver={"owner": "b"}),
        waived("for another reason", waiver={"reason": "x"}), waived("of the second", waiver={"expires": "2026-11-19"}, principal=None),
        waived("of an issuer, spelled otherwise", principal="idp.example.com", waiver={"expires": "2026-11-21"}),
        waived("of another issuer", principal="idp.example.org", waiver={"expires": "2026-11-21"}),
        SimpleNamespace(waiver=None),
    ]  # fmt: skip
    first, second, third = waivers(bundle(tmp_path, findings, [], []))
    assert (first["findings"], first["in_force"], first["days_left"]) == (["its own"], True, 0)
    assert (second["findings"], second["in_force"], second["days_left"]) == (
        ["of the second"],
        False,
        -1,
    )
    assert (third["findings"], third["days_left"]) == (["of an issuer, spelled otherwise"], 1)
    assert {k: v for k, v in first.items() if k not in ("findings", "in_force", "days_left")} == {
        "policy": "p", "principal": "999999999999", "resource": "arn:aws:iam::*:role/A*", "owner": "o", "reason": "r",
        "expires": "2026-11-20"}  # fmt: skip
    assert in_force(read_allowlist(tmp_path / "a.yaml"), TODAY) == 2


UNSEEN = "unobserved-vendor"
OBSERVED: list[tuple[str, list[str], list[tuple[str, str]], list[str], bool]] = [
    ("the policy found it", [UNSEEN], [(UNSEEN, "allowlist.yaml#V")], [], True),
    ("it found another", [UNSEEN], [(UNSEEN, "allowlist.yaml#W")], [], False),
    ("another policy did", [UNSEEN], [("expired-vetting", "allowlist.yaml#V")], [], False),
    ("disabled, and nobody is there", [], [], ["888888888888"], True),
    ("disabled, and its account is", [], [], ["999999999999"], False),
    ("its organization", [], [], ["o-theirs12345"], False),
    ("its issuer", [], [], ["idp.example.com"], False),
    ("its product", [], [], ["code1"], False),
]  # fmt: skip


@rows("why, policies, findings, there, listed", OBSERVED)
def test_who_is_on_the_list_alone(
    tmp_path: Path, why: str, policies: list[str], findings: list[tuple[str, str]],
    there: list[str], listed: bool,
) -> None:  # fmt: skip
    """An auditor who is told that a vendor is gone who is there, or of a stranger nothing."""
    found = [SimpleNamespace(policy=policy, resource=resource) for policy, resource in findings]
    parties = [
        SimpleNamespace(id=one, status=status)
        for one in there
        for status in ("unlisted", "vetted", "expired", "out-of-scope")
    ]
    told = third_parties(bundle(tmp_path, found, parties, policies))
    assert told["observed_but_not_listed"] == [one for one in parties if one.status == "unlisted"]
    vendor = {"name": "V", "identities": ["999999999999", "code1", "idp.example.com", "o-theirs12345"], "owner": "o",
              "reference": "T-1", "expires": "2027-05-01"}  # fmt: skip
    assert told["listed_but_not_observed"] == ([vendor] if listed else []), why


def test_what_is_said_of_another_version() -> None:
    """“Tampered with”, of a bundle that another version worded otherwise; or nothing of it at all."""

    def notes(version: str, accepted: list[str], failed: bool) -> list[str]:
        made: Any = SimpleNamespace(evaluation=SimpleNamespace(tool=SimpleNamespace(version=version)))  # fmt: skip
        return list(_notes(made, accepted, failed))

    assert notes(__version__, ["a"], True) == []
    first = f"The bundle was made by vendorgate 0.0.1; this is {__version__}."
    assert notes("0.0.1", [], False) == [first]
    assert notes("0.0.1", ["a", "b"], False) == [first, "Accepted, though made again they differ: a, b."]  # fmt: skip
    assert notes("0.0.1", [], True)[1].startswith("Another version may judge or word otherwise: only vendorgate 0.0.1")  # fmt: skip
