"""What a bundle's README tells an auditor: what was looked at, what not, who listed whom, and since when."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any

import msgspec

from checker.evidence.changes import changes
from checker.evidence.readme import SHOWN, _commit, _files, _gaps, _history, _list, _scope, _since
from checker.evidence.statement import statement
from checker.report.model import SEVERITIES, EvaluationError, GapEntry, Settings
from checker.snapshot.records import Account, Organization
from tests.report.factory import finding, report
from tests.support.rows import rows

OWN, OTHER = "111111111111", "222222222222"


def bundle(**what: Any) -> Any:
    manifest = SimpleNamespace(accounts=what.pop("accounts", (Account(id=OWN),)), own_organizations=what.pop("organizations", ()),
                               regions=what.pop("regions", ("us-east-1",)), collected_at="2026-11-20T06:00:00Z")  # fmt: skip
    git = SimpleNamespace(allowlist=what.pop("commit", None), as_committed=what.pop("as_committed", True),
                          note=what.pop("note", None), history=what.pop("history", ()))  # fmt: skip
    since = what.pop("since", None)
    return SimpleNamespace(manifest=manifest, report=report(**what), git=git, since=since)


SCOPES: list[tuple[str, dict[str, Any], list[str], list[str]]] = [
    ("one account", {}, ["- Organization: none: single accounts", "- Accounts: 1 looked at, 0 left out on request", "- Regions: us-east-1"], ["shards", "Note", "Bent"]),
    ("an organization", {"organizations": (Organization(id="o-own1234567"), Organization(id="o-two1234567"))}, ["- Organization: o-own1234567, o-two1234567"], ["none: single"]),
    ("one left out", {"accounts": (Account(id=OWN), Account(id=OTHER, collected=False))}, ["- Accounts: 1 looked at, 1 left out on request"], ["shards"]),
    ("one of a shard that is missing", {"accounts": (Account(id=OWN), Account(id=OTHER, collected=False, shard="2"))}, ["- Accounts: 1 looked at, 0 left out on request, 1 of shards that are missing"], []),
    ("no region", {"regions": ()}, ["- Regions: none named"], []), ("a note", {"notes": ("something is odd",)}, ["- Note: something is odd"], ["Bent"]),
    ("a setting", {"settings": Settings(allow_gaps=True)}, ["- Bent: gaps in coverage are accepted"], ["Note"]),
]  # fmt: skip


@rows("why, what, said, unsaid", SCOPES)
def test_what_was_looked_at(
    why: str, what: dict[str, Any], said: list[str], unsaid: list[str]
) -> None:
    """Accounts that nobody looked at, told as looked at, are evidence of nothing."""
    text = "\n".join(_scope(bundle(**what)))
    assert [one for one in said if one not in text] == [], (why, text)
    assert [one for one in unsaid if one in text] == [], (why, text)


GAP = GapEntry(account=OWN, region=None, call="ec2:X", code="AccessDenied", message="m")


def test_gaps_and_what_could_not_be_evaluated() -> None:
    """`None` where there is neither, and only there."""
    assert "None: every call" in "\n".join(_gaps(bundle()))
    text = "\n".join(_gaps(bundle(gaps=(GAP,))))
    assert f"- {OWN} - ec2:X: AccessDenied" in text and "None:" not in text
    assert "What could not be looked at, and so may hold anything:" in text
    fields = dict.fromkeys(EvaluationError.__struct_fields__, "x")
    error = msgspec.convert(fields | {"policy": "p", "resource": "r"}, EvaluationError, strict=False)  # fmt: skip
    text = "\n".join(_gaps(bundle(errors=(error,))))
    assert "- p could not be evaluated on r" in text and "None:" not in text


def commit(**what: Any) -> Any:
    given = {"author": "A", "email": "a@x.example", "subject": "vet", "commit": "c" * 40, "date": "2026-11-19", "approvers": ()}  # fmt: skip
    return SimpleNamespace(**given | what)


def test_who_listed_whom() -> None:
    """With whoever approved, and whether the file is the one that was committed."""
    assert _commit(bundle()) == "none told (no git repository, or never committed)"
    whole = f"{'c' * 40} of 2026-11-19 by A <a@x.example>: vet"
    assert _commit(bundle(commit=commit())) == whole
    assert _commit(bundle(commit=commit(approvers=("B", "C")))) == f"{whole}, approved by B, C"
    for told in (False, None):
        assert _commit(bundle(commit=commit(), as_committed=told)) == f"{whole}; the file here differs from it"  # fmt: skip
    assert _history(commit(approvers=("B",))) == f"2026-11-19 {'c' * 12} A: vet, approved by B"


def test_what_is_written_of_the_bundle_before() -> None:
    """Rules of review that a change breaks, or what it lets in: left out, nobody looks again."""
    before: Any = SimpleNamespace(sha256="ab", evaluation=SimpleNamespace(evaluated_on="2026-01-01", tool="t"), report=report(), git=SimpleNamespace(allowlist="c"))  # fmt: skip
    names = {"allowlist": "changes", "breaks": "broken", "lets_in": "lets_in", "puts_out": "puts_out", "opened": "opens", "closed": "closes"}  # fmt: skip
    reviewed: Any = SimpleNamespace(**{name: [name] for name in names.values()})
    told = changes(bundle(history=("h",), note="cut"), before, reviewed)
    assert {key: told[key] for key in names} == {key: [name] for key, name in names.items()}
    assert (told["commits"], told["commits_note"]) == (("h",), "cut")
    assert told["since"] == {
        "manifest_sha256": "ab", "evaluated_on": "2026-01-01", "collected_at": "2026-11-20T06:00:00Z",
        "tool": "t", "verdict": "pass", "allowlist_commit": "c",
    }  # fmt: skip


def test_what_is_signed_says_the_verdict() -> None:
    """Gaps of which whoever reads the signature alone is not told."""
    given = bundle(gaps=(GAP, GAP), verdict="incomplete", evaluated_on="2026-11-20")
    told = json.loads(statement("e.zip", "ab", "cd", given))
    assert told["subject"] == [{"name": "e.zip", "digest": {"sha256": "ab"}}]
    assert told["predicate"] == {
        "tool": {"name": "vendorgate", "version": "0.1.0"}, "evaluated_on": "2026-11-20", "collected_at": "2026-11-20T06:00:00Z",
        "verdict": "incomplete", "open": dict.fromkeys(SEVERITIES, 0), "gaps": 2, "manifest_sha256": "cd",
    }  # fmt: skip


def test_what_changed_since_the_bundle_before() -> None:
    """Nothing is said where there was none; else commits, changes, what opened and what closed."""
    since = SimpleNamespace(evaluation=SimpleNamespace(evaluated_on="2026-01-01"), sha256="ab")
    reviewed: Any = SimpleNamespace(changes=(), opens=(finding(message="opened"),), closes=(finding(message="closed"), finding(message="gone")))  # fmt: skip
    assert list(_since(bundle(), reviewed)) == list(_since(bundle(since=since), None)) == []
    text = "\n".join(_since(bundle(since=since, history=(commit(),), note="cut"), reviewed))
    for said in ("## Since 2026-01-01", "`ab`", "Git: cut.", "Commits of the allowlist: 1", "Changes of the allowlist: 0", "Findings opened: 1", "Findings closed: 2",
                 "- high unvetted-account-trust: opened", f"- {_history(commit())}"):  # fmt: skip
        assert said in text, said
    text = "\n".join(_since(bundle(since=since, history=None), reviewed))
    assert "Git:" not in text and "Commits of the allowlist: not known" in text
    named = {True: since, False: None}
    assert [any("changes.json" in line for line in _files(bundle(since=one))) for one in named.values()] == [True, False]  # fmt: skip


NAMED = ["report.json", "snapshot/", "allowlist.yaml", "policies/", "evaluation.json", "third-parties.json", "waivers.json", "gaps.json", "control-map.json",
         "git.json", "oscal-assessment-results.json", "manifest-sha256.txt"]  # fmt: skip


def test_each_file_is_named() -> None:
    """Catches a name that no file of a bundle has: the README is all that an auditor is told."""
    lines = "\n".join(_files(bundle())).splitlines()
    assert [line.split("`")[1] for line in lines if line.startswith("- `")] == NAMED


def test_a_list_that_is_cut_says_so() -> None:
    """As many as are shown, and one more."""
    assert list(_list(["x"] * SHOWN, "f")) == ["- x"] * SHOWN
    assert list(_list(["x"] * (SHOWN + 1), "f"))[-1] == "- and 1 more: see f"
    assert list(_list(["<b>[x](y)"], "f")) == ["- &lt;b&gt;\\[x\\]\\(y\\)"]
