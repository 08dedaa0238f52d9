"""Values at the border: what may change once it is made, and what takes no field too many."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import msgspec

ROOT = Path(__file__).parent.parent / "checker"
HOLDS = re.compile(r"Struct\b|^class .*\b(?:frozen|forbid_unknown_fields|kw_only)=", re.M)
FILLED = """
access.actions._Table access.policies.PolicyAccess access.squares.Square access.squares.Squares aws_accounts._Purpose
collect.cloudtrail.event._Anything collect.cloudtrail.records._Log collect.cloudtrail.shapes.Batch collect.iac.kinds._Published
enforce.found.Proof enforce.image_proof.ImageProof enforce.public_proof.PublicProof enforce.targets._Places enforce.tree.Node
report.json_report._Head resource_trust.noted.Noted snapshot.merge._Owned snapshot.odd.Seen snapshot.once._Named
subjects.code_use.rules._Settings subjects.code_use.sifted.Sort subjects.item.Sighted
trust.document.notes.Notes trust.proof.prover.Answer trust.search.grants.Merged trust.search.grants.Place
"""
"""Filled as something is read or proved, or made by the million and gone at once; no other is."""
STRICT = """
check.baseline.Entry check.baseline._File cli.analyze_resources._Line collect.aws.means.Actions collect.aws.means.Administrator
collect.aws.means.Existing collect.aws.means.Means collect.aws.means.Passing collect.cloudtrail.records._Log
evidence.model.Bend evidence.model.Commit evidence.model.Evaluation evidence.model.Git evidence.model._Part frameworks.Framework
snapshot.resources.ResourceRecord usage.costs.Cost usage.mapping.Group usage.mapping.Names usage.mapping.Several
usage.published.PassesRole usage.published.Published vetting.catalogue.Entry vetting.catalogue.VendorFile vetting.catalogue.VendorList
"""
"""A misspelt field of theirs is an error, and not one that is left out."""


def _structs() -> dict[str, type[msgspec.Struct]]:
    parts = [
        path.relative_to(ROOT).with_suffix("").parts
        for path in sorted(ROOT.rglob("*.py"))
        if HOLDS.search(path.read_text(encoding="utf-8"))
    ]
    names = (".".join(("checker", *part)).removesuffix(".__init__") for part in parts)
    modules = {import_module(name).__name__ for name in names}
    return {
        f"{one.__module__}.{one.__qualname__}".removeprefix("checker."): one
        for one in _below(msgspec.Struct)
        if one.__module__ in modules
    }


def _below(kind: type[msgspec.Struct]) -> Iterator[type[msgspec.Struct]]:
    for one in kind.__subclasses__():
        yield one
        yield from _below(one)


def test_values_do_not_change_and_files_have_no_field_too_many() -> None:
    """A value that two share and one changes, or that is no key any more; a typo that limits
    nothing."""
    made = {name: one.__struct_config__ for name, one in _structs().items()}
    assert {name for name, how in made.items() if not how.frozen} == set(FILLED.split())
    assert {name for name, how in made.items() if how.forbid_unknown_fields} == set(STRICT.split())
