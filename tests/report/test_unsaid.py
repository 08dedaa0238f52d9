"""What must not go unsaid, in every format: each says it, or stands here with why it cannot."""

from __future__ import annotations

import html
import re
from functools import cache

import pytest
from msgspec.structs import replace

from checker.report.formats import FORMATS, render
from checker.report.model import (
    DisabledPolicy,
    EvaluationError,
    FileInput,
    Filters,
    Finding,
    GapEntry,
    Place,
    Report,
    Settings,
    SeverityOverride,
    Waiver,
)
from checker.report.stand_ins import unjudged
from tests.report import factory
from tests.report.factory import OWN, finding, policy

SETTINGS = Settings(
    fail_on="critical", allow_gaps=True, builtin_policies=False, replaced=("p-replaced",), max_age=31,
    severity=(SeverityOverride(policy="p-milder", severity="low", was="high", reason="why-milder"),),
    disabled=(DisabledPolicy(policy="p-off", reason="why-off"),), rules_from="some-branch", no_settings=True,
    filters=Filters(accounts=(OWN,), left_out={"critical": 41}, gaps=43),
)  # fmt: skip
WAIVER = Waiver(owner="waiver-owner", reason="waiver-reason", expires="2027-03-04")


def gap(name: str, **more: object) -> tuple[GapEntry, Finding]:
    """With its finding."""
    entry = GapEntry(
        account=OWN, region=None, call=f"x:{name}", code="Denied", message="no", **more
    )  # type: ignore[arg-type]
    where = f"{OWN}/-/{entry.call}"
    return entry, finding(policy="collection-gap", resource=where, principal=None, message=f"{where} was refused")  # fmt: skip


@cache
def everything() -> Report:
    """Incomplete by an error and a gap that no option accepts, with one of each that bends it."""
    gaps = gap("Accepted"), gap("Firm", acceptable=False), gap("Placed", location=Place(file="a.tf", line=3))  # fmt: skip
    found = (
        finding(message="an-open-one"),
        finding(resource="k", message="a-known-one", severity="critical", baseline=True),
        finding(resource="w", message="a-waived-one", status="waived", waiver=WAIVER),
        *(found for _, found in gaps),
    )
    error = EvaluationError(policy="p-erred", account=OWN, resource="arn:erred", principal=None, message="odd")  # fmt: skip
    made = factory.report(
        *found, verdict="incomplete", gaps=tuple(entry for entry, _ in gaps), errors=(error,),
        policies=(policy("unvetted-account-trust"), policy("p-erred")), notes=("a-note: a draft vets nobody",), settings=SETTINGS,
        evaluated=(factory.evaluated("p-erred", None, "error"),),
    )  # fmt: skip
    return replace(made, inputs=replace(made.inputs, baseline=FileInput(path="known.json", sha256="")))  # fmt: skip


@cache
def said(name: str) -> str:
    """Without the escapes of any format, and what of a page is no text."""
    text = render(everything(), name)
    text = html.unescape(re.sub("<[^>]*>", " ", text) if name == "html" else text)
    return re.sub(r"[\\`]", "", text)


SAID = {
    "the verdict": "(?i)incomplete",
    "an open finding": "an-open-one",
    "a known finding": "a-known-one|1 known finding",
    "a waived finding": r"waiver-owner|1 waived|\*1\* waived",
    "whose waiver it is, until when and why": "(?=.*waiver-owner)(?=.*2027-03-04).*waiver-reason",
    "a gap that was accepted": "x:Accepted",
    "one that no option accepts": "x:Firm",
    "one with a place": "x:Placed|a.tf.*could not be looked at",
    "that not all gaps are accepted": r"2 accepted\)|but for 1 gap",
    "what could not be evaluated": "arn:erred|1 evaluation error",
    "a note": "a-note",
    "a milder severity": "p-milder: severity low instead of high: why-milder",
    "a disabled policy": "p-off: disabled: why-off",
    "a replaced one": "p-replaced: replaced",
    "no built-in ones": "--no-builtin",
    "the threshold": "--fail-on",
    "accepted gaps": "--allow-gaps",
    "a filter": "--account",
    "how much it leaves out": "41 critical.* and 43 gaps",
    "an old snapshot": "31 days old",
    "another's rules": "some-branch",
    "no settings": "--no-settings",
    "a baseline": "known.json",
}
_FINDINGS = "a list of findings, which has no place for it"
UNSAID = {
    **{(name, what): _FINDINGS for name in ("csv", "gitlab", "asff", "ocsf") for what in
       ("the verdict", "that not all gaps are accepted", "a note")},
    ("gitlab", "a waived finding"): "GitLab knows no accepted issue: it would stand as a new one",
    ("gitlab", "whose waiver it is, until when and why"): "as above",
    ("sarif", "whose waiver it is, until when and why"): "with --sarif-include-suppressed alone",
    ("github", "whose waiver it is, until when and why"): "the job summary, beside it, says so",
    ("github", "a note"): "the job summary, beside it, says so",
    ("slack", "whose waiver it is, until when and why"): "a message has room for their number",
    ("oscal", "a note"): "OSCAL's remarks are of the assessment, not of its reader",
}  # fmt: skip


FORMATS_OF_WORDS = [one for one in FORMATS if one != "json"]  # which is read back


@pytest.mark.parametrize("name", FORMATS_OF_WORDS)
def test_nothing_goes_unsaid(name: str) -> None:
    """A gap, a waiver or a setting that one format leaves out: a clean bill to whoever reads it."""
    silent = {what for what, words in SAID.items() if not re.search(words, said(name), re.DOTALL)}
    assert silent == {what for format_, what in UNSAID if format_ == name}


@pytest.mark.parametrize("name", FORMATS_OF_WORDS)
def test_that_there_was_nothing_to_judge_is_said(name: str) -> None:
    """A report on an empty snapshot that reads like one of a clean organization."""
    nothing = factory.summary((), roles=0, image_uses=0)
    given = factory.report(verdict="incomplete", summary=nothing)
    assert [one.severity for one in unjudged(given)] == ["high"]  # as a gap is
    told = render(given, name)
    assert re.search("(?i)no role and no image use was looked at", told)


def test_that_nothing_changed_is_no_doubt() -> None:
    """A plan of which all stays, on request: it passes, and no format says that it was not judged."""
    nothing = factory.summary((), roles=0, image_uses=0)
    assert unjudged(factory.report(verdict="pass", summary=nothing)) == []


MANY = {"open": 61, "known": 223, "waived": 227, "gap": 229, "error": 233, "note": 34}
"""Of each another number, so that the number of what is left out is its own."""


@cache
def crowd() -> Report:
    gaps = [gap(f"gap-{n}.") for n in range(MANY["gap"])]
    found = [finding(resource=f"o{n}", message=f"open-{n}. {'x' * 400}") for n in range(MANY["open"])]  # fmt: skip
    found += [finding(resource=f"k{n}", message=f"known-{n}.", severity="critical", baseline=True) for n in range(MANY["known"])]  # fmt: skip
    found += [finding(resource=f"w{n}", message="w", status="waived", waiver=replace(WAIVER, reason=f"waived-{n}.")) for n in range(MANY["waived"])]  # fmt: skip
    errors = [EvaluationError(policy="p", account=OWN, resource="r", principal=None, message=f"error-{n}.") for n in range(MANY["error"])]  # fmt: skip
    made = factory.report(
        *found, *(one for _, one in gaps), gaps=tuple(one for one, _ in gaps), errors=tuple(errors),
        notes=tuple(f"note-{n}." for n in range(MANY["note"])),
    )  # fmt: skip
    return replace(made, inputs=replace(made.inputs, baseline=FileInput(path="known.json", sha256="")))  # fmt: skip


@pytest.mark.parametrize("name", ["text", "markdown", "html", "github", "slack", "sarif"])
def test_what_finds_no_room_is_counted(name: str) -> None:
    """A list that ends, and looks whole. The other formats leave nothing out."""
    told = re.sub(r"[\\`]", "", render(crowd(), name, include_suppressed=True))
    for what, count in MANY.items():
        left = count - len(set(re.findall(rf"\b{what}-[0-9]+\.", told)))
        counted = rf"(?<![0-9]){left} more|(?<![0-9]){count} (known|waived|gap|evaluation error)"
        assert not left or re.search(counted, told) or (name, f"a {what}") in UNSAID, what
