"""Documents as code: what Terraform and CloudFormation would make of it is the document."""

from __future__ import annotations

import json
import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checker.collect.iac.budget import Budget
from checker.collect.iac.template import parse_template
from checker.collect.iac.terraform.expression import Evaluation
from checker.collect.iac.terraform.syntax import Block, Expression, parse_text
from checker.enforce.forms import as_cloudformation, as_terraform, named
from checker.enforce.header import comment, header
from checker.enforce.listed import listed
from checker.enforce.targets import Placed
from tests.enforce.support import TODAY, allowlist, vendor
from tests.enforce.test_rcp import LISTED, ONE, PLAIN, run
from tests.support.cli import vendorgate
from tests.trust.support import GITHUB, V

HOSTILE = ['a"b', "${var.x}", "%{ if true }x%{ endif }", "a\\b", "a\nb", "\x08\x0c\t", "\\${x}", "é\u2028", "𝒳",
           "'", "#", "$${x}", "\\b", "</script>", "012345670199"]  # fmt: skip

OPENED = re.compile(r"[$%]\{[^}]*$")
"""Escaped, too, python-hcl2 takes it for the beginning of a template that does not end."""


def value(expression: Expression) -> Any:
    scope = cast("Any", SimpleNamespace(budget=Budget("x.tf"), running=False, strict=False))
    return Evaluation(expression, scope, cast("Any", {})).value(expression.node)


def blocks(text: str, kind: str) -> list[Block]:
    root = parse_text(text, Path("x.tf"))
    return [one for one in root.blocks if one.labels and one.labels[0] == kind]


def contents(text: str) -> list[Any]:
    found = blocks(text, "aws_organizations_policy")
    return [json.loads(value(one.attributes["content"])) for one in found]


@given(st.lists(st.one_of(st.sampled_from(HOSTILE), st.text(max_size=6)), min_size=1, max_size=4))
def test_no_text_becomes_code(texts: list[str]) -> None:
    """A vendor's name or pattern that ends a string, or is a template, would be run by whoever
    applies it."""
    document = {"a": {"b": texts}, "c": [{"d": one} for one in texts]}
    policies = named("vendorgate-x", "RCP", "d", [Placed(("r-root",), document)])
    clean = [
        one for one in texts if one in HOSTILE or (one.isprintable() and not OPENED.search(one))
    ]
    if clean == texts:
        assert contents(as_terraform(policies)) == [document]
    template = parse_template(f"# x\n{as_cloudformation(policies)}".encode(), "x.yaml")
    made = template.section("Resources")["VendorgateXPolicy"]["Properties"]["Content"]
    assert made == document


def test_a_header_stays_a_comment() -> None:
    """Whoever names a vendor must not write a line of Terraform."""
    evil = vendor_named('x\nresource "aws_iam_user" "evil" {}')
    assert all(line.startswith("# ") for line in evil.splitlines()), evil


def vendor_named(name: str) -> str:
    found = listed(allowlist(vendor(name, accounts=[V])), TODAY)
    return comment(header(found, "x", TODAY, (name,)))


@pytest.mark.parametrize("form", ["terraform", "cloudformation"])
def test_code_makes_the_very_document(tmp_path: Path, form: str) -> None:
    """What was proven is what is attached, to the targets that were proven."""
    plain = json.loads(run(tmp_path / "a", ONE, roles=PLAIN).out)
    ran = run(tmp_path / "b", ONE, roles=PLAIN, options=["-f", form])
    assert ran.out.startswith("# Resource control policy") and "# allowlist: sha256 " in ran.out
    if form == "terraform":
        assert contents(ran.out) == [plain]
        (variable,) = [b for b in parse_text(ran.out, Path("x.tf")).blocks if b.type == "variable"]
        assert value(variable.attributes["default"]) == ["r-root"]
        assert blocks(ran.out, "aws_organizations_policy_attachment")
        return
    template = parse_template(ran.out.encode(), "x.yaml")
    properties = template.section("Resources")["VendorgateRcpPolicy"]["Properties"]
    assert properties["Content"] == plain and properties["Type"] == "RESOURCE_CONTROL_POLICY"
    assert properties["TargetIds"] == {"Ref": "VendorgateRcpTargets"}
    assert template.section("Parameters")["VendorgateRcpTargets"]["Default"] == "r-root"


def test_without_a_snapshot_the_targets_are_asked_for(tmp_path: Path) -> None:
    """A default that nobody chose would attach it where nothing was proven."""
    ran = run(tmp_path, ONE, options=["-f", "terraform"], **LISTED)
    (variable,) = [b for b in parse_text(ran.out, Path("x.tf")).blocks if b.type == "variable"]
    assert "default" not in variable.attributes


def test_allowed_amis_as_terraform(tmp_path: Path) -> None:
    """The criteria are blocks of the resource, and CloudFormation has none for them: said."""
    who = json.loads(json.dumps(ONE)) | {"scope": {"images": ["agent-*", "a'b"]}}
    (tmp_path / "allowlist.yaml").write_text(
        json.dumps({"version": 1, "vendors": [who], "image_aliases": ["amazon"], **LISTED})
    )
    fixed = ("--today", "2026-11-20", "--no-settings")
    ran = vendorgate("enforce", "allowed-amis", "-f", "terraform", *fixed, cwd=tmp_path)
    (made,) = blocks(ran.out, "aws_ec2_allowed_images_settings")
    found = [
        {k: value(v) for k, v in one.attributes.items()} for one in made.inner("image_criterion")
    ]
    assert value(made.attributes["state"]) == "audit-mode"
    assert found == [
        {"image_providers": ["amazon"]},
        {"image_providers": [V], "image_names": ["a'b", "agent-*"]},
    ]
    refused = vendorgate("enforce", "allowed-amis", "-f", "cloudformation", *fixed, cwd=tmp_path)
    assert refused.code == 2 and "enforce ec2-policy" in refused.err
    assert GITHUB not in ran.out
