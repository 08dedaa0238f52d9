"""A default within a map or a list decides no more than one that stands alone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.collect.iac.hcl import check, document, findings, report, role
from tests.support.snapshots import OWN2, STRANGER

ON = 'variable "on" { default = false }\n'
ENV = 'variable "env" { default = "dev" }\n'
S, O = f'"{STRANGER}"', f'"{OWN2}"'  # noqa: E741
UNVETTED = {("unvetted-account-trust", STRANGER)}
NOBODY: set[tuple[str, str | None]] = set()


def partners(flag: str = "var.on", more: str = "") -> str:
    return (
        ON
        + f"""
locals {{
  m = {{
    ours   = {{ who = {O}, on = true{", env = " + O if more else ""} }}
    vendor = {{ who = {S}, on = {flag}{", env = " + more if more else ""} }}
  }}
}}
"""
    )


def each(loop: str, principal: str = "each.value.who", more: str = "") -> str:
    inner = role(f"{{ AWS = {principal} }}")
    return inner.replace('  name = "', f'  for_each = {loop}\n  {more}\n  name = "', 1)


def listed(principal: str) -> str:
    return role(f"{{ AWS = {principal} }}")


KEPT = "{ for n, one in local.m : n => one if one.on }"
NOT = KEPT.replace("one.on", "%s")
WHEN = "var.on = true"
FLAGS = [
    ("for each that is on", partners() + each(KEPT), UNVETTED, WHEN),
    ("a list of those that are on", partners() + listed("[for one in local.m : one.who if one.on]"), UNVETTED, WHEN),
    ("with their keys", partners() + listed("[for n, one in local.m : one.who if one.on]"), UNVETTED, WHEN),
    ("turned round", partners("!var.on") + each(NOT % "!one.on"), UNVETTED, "var.on"),
    ("off is on", partners() + each(NOT % "!(!one.on)"), UNVETTED, WHEN),
    ("compared", partners() + each(NOT % "one.on == true"), UNVETTED, WHEN),
    ("and something else", partners() + each(NOT % "one.on && one.who != null"), UNVETTED, WHEN),
    ("looked up", partners() + each(NOT % 'lookup(one, "on", false)'), UNVETTED, WHEN),
    ("tried", partners() + each(NOT % "try(one.on, false)"), UNVETTED, WHEN),
    ("the first that is not null", partners() + each(NOT % "coalesce(one.on, false)"), UNVETTED, WHEN),
    ("by a word", ENV + partners("true", "var.env") + each(NOT % 'one.env != "dev"'), UNVETTED, "var.env is not dev"),
    ("one of several words", ENV + partners("true", "var.env") + each(NOT % 'contains(["prod"], one.env)'), UNVETTED, "var.env = prod"),
    ("by a condition", ENV + partners('var.env == "prod"') + each(KEPT), UNVETTED, 'var.env == "prod"'),
    ("by a choice", ENV + partners('var.env == "prod" ? true : false') + each(KEPT), UNVETTED, 'var.env == "prod" ?'),
    ("a conditional over each", partners() + each("local.m", f"each.value.on ? each.value.who : {O}"), UNVETTED, WHEN),
    ("a list within", partners() + each("local.m", f"[for w in [each.value] : w.on ? w.who : {O}]"), UNVETTED, WHEN),
    ("a loop over a loop", partners() + listed("[for one in [for two in local.m : two if two.on] : one.who]"), UNVETTED, WHEN),
    ("a loop within a loop", ON + f"locals {{ l = [{{ on = var.on, who = [{S}] }}] }}\n" + listed(f"concat([{O}], flatten([for one in local.l : [for w in one.who : w if one.on]]))"), UNVETTED, WHEN),
    ("of a list of maps", ON + f"locals {{ l = [{{ who = {O}, on = true }}, {{ who = {S}, on = var.on }}] }}\n" + listed("[for one in local.l : one.who if one.on]"), UNVETTED, WHEN),
    ("how many there are", ON + "locals { l = [{ on = var.on }] }\n" + listed(f"length([for one in local.l : one if one.on]) > 0 ? {S} : {O}"), UNVETTED, WHEN),
    ("whether it is among them", ON + 'locals { l = { a = var.on } }\n' + listed(f'contains([for k, v in local.l : k if v], "a") ? {S} : {O}'), UNVETTED, WHEN),
    ("whether a map has it", partners() + f"locals {{ f = {KEPT} }}\n" + listed(f'contains(keys(local.f), "vendor") ? {S} : {O}'), UNVETTED, WHEN),
    ("what a map has of it", partners() + f"locals {{ f = {KEPT} }}\n" + listed(f'lookup(local.f, "vendor", null) != null ? {S} : {O}'), UNVETTED, WHEN),
    ("of what a map has left", partners() + f"locals {{ f = {KEPT} }}\n" + listed("[for one in local.f : one.who]"), UNVETTED, WHEN),
    ("how many a map has left", partners() + f"locals {{ f = {KEPT} }}\n" + listed(f"length(local.f) > 1 ? {S} : {O}"), UNVETTED, WHEN),
    ("what is known of those left", partners() + each(KEPT, f'each.value.who == {O} ? each.value.who : {O}'), NOBODY, None),
    ("a dynamic block", partners() + document('dynamic "principals" {\n for_each = [for one in local.m : one if one.on]\n content {\n type = "AWS"\n identifiers = [principals.value.who]\n}\n}'), UNVETTED, WHEN),
    ("within a dynamic block", partners() + document(f'dynamic "principals" {{\n for_each = local.m\n content {{\n type = "AWS"\n identifiers = [principals.value.on ? principals.value.who : {O}]\n}}\n}}'), UNVETTED, WHEN),
    ("what is off for good", partners("false") + each(KEPT), NOBODY, None),
    ("what is on for good", partners("true") + each(KEPT), UNVETTED, None),
    ("a key tells", partners() + each("local.m", f'each.key == "ours" ? {O} : {O}'), NOBODY, None),
    ("a value that a default lists", f'variable "l" {{ default = [{O}, ""] }}\n' + listed('[for one in var.l : one if one != ""]'), NOBODY, None),
    ("one of some that a default lists", f'variable "l" {{ default = {{ a = {{ who = {O}, kind = "x" }}, b = {{ who = {O}, kind = "y" }} }} }}\n' + each('{ for n, one in var.l : n => one if one.kind == "x" }'), NOBODY, None),
    ("one that is not empty", 'variable "v" { default = "" }\n' + listed(f'concat([{O}], [for one in [var.v] : one if one != ""])'), {("unresolved-trust", "${var.v}")}, None),
    ("each that is not empty", 'variable "v" { default = "" }\n' + each('{ for k, v in { a = var.v } : k => v if v != "" }', "each.value"), {("unresolved-trust", "${var.v}")}, None),
    ("each, or ours", 'variable "v" { default = "" }\n' + each("{ a = var.v }", f'each.value != "" ? each.value : {O}'), {("unresolved-trust", "${var.v}")}, None),
    ("a default of the whole map", f'variable "m" {{ default = {{ a = {{ who = {S}, on = false }}, b = {{ who = {O}, on = true }} }} }}\n' + each(KEPT.replace("local.m", "var.m")), UNVETTED, "one.on of"),
]  # fmt: skip


@pytest.mark.parametrize(("why", "text", "expected", "when"), FLAGS, ids=[r[0] for r in FLAGS])
def test_flags_of_items(tmp_path: Path, why: str, text: str, expected: Any, when: str | None) -> None:  # fmt: skip
    """Who is left out by a default is judged, and marked."""
    ran = check(tmp_path, {"main.tf": text})
    assert findings(ran) == expected
    for one in report(ran)["findings"]:
        if one["policy"] == "unvetted-account-trust":
            assert (when or "") in one["resource"].partition(" (if ")[2]
            assert ("(if " in one["resource"]) == bool(when)


INNER = 'variable "who" {}\nvariable "on" {}\n'
CALLED = [
    ("counted inside", "local.m", each('var.on ? toset(["x"]) : toset([])', "var.who")),
    ("by a count", "local.m", listed("var.who").replace('  name = "', '  count = var.on ? 1 : 0\n  name = "', 1)),
    ("by a condition", "local.m", listed(f"var.on ? var.who : {O}")),
    ("called for those that are on", KEPT, listed("var.who")),
]  # fmt: skip


@pytest.mark.parametrize(("why", "loop", "inner"), CALLED, ids=[row[0] for row in CALLED])
def test_flags_that_modules_are_given(tmp_path: Path, why: str, loop: str, inner: str) -> None:
    call = f'module "p" {{\n source = "./p"\n for_each = {loop}\n who = each.value.who\n on = each.value.on\n}}\n'  # fmt: skip
    ran = check(tmp_path, {"main.tf": partners() + call, "p/main.tf": INNER + inner})
    assert findings(ran) == UNVETTED
    assert "(if var.on = true)" in ran.out


def test_what_is_given_tells_flags(tmp_path: Path) -> None:
    text = {"main.tf": partners() + each(KEPT)}
    off = check(tmp_path / "a", text | {"terraform.tfvars": "on = false\n"})
    assert findings(off) == NOBODY
    on = check(tmp_path / "b", text | {"terraform.tfvars": "on = true\n"})
    assert findings(on) == UNVETTED
    assert "(if " not in on.out


def test_loops_over_a_default_are_said(tmp_path: Path) -> None:
    """Whom a deployment would add by another value is in nobody's hands here."""
    listed_by = 'variable "l" { default = ["a"] }\n' + f"locals {{ m = {{ a = {O}, b = {S} }} }}\n"
    ran = check(tmp_path, {"main.tf": listed_by + each("toset(var.l)", "local.m[each.key]")})
    assert any("the default of var.l" in note for note in report(ran)["notes"])


LIST = f"locals {{ a = [{O}, {O}, {S}] }}\n"


def numbered(count: str, principal: str = "local.a[count.index]") -> str:
    inner = role(f"{{ AWS = {principal} }}")
    return LIST + inner.replace('  name = "', f'  count = {count}\n  name = "', 1)


CALLED = """
module "m" {
  source = "./m"
  count  = %s
  who    = %s
}
"""
INDEX = ("unresolved-trust", "${count.index}")
COUNTS = [
    ("given", numbered("3"), UNVETTED, ""),
    ("fewer", numbered("2"), NOBODY, ""),
    ("nobody tells", 'variable "n" {}\n' + numbered("var.n"), {INDEX}, "${count.index}"),
    ("none by default", 'variable "n" { default = 0 }\n' + numbered("var.n"), {INDEX}, "${count.index}"),
    ("two by default", 'variable "n" { default = 2 }\n' + numbered("var.n"), NOBODY, "the default of var.n"),
    ("of what is looked up", 'data "aws_regions" "x" {}\n' + numbered("length(data.aws_regions.x.names)"),
     {INDEX}, "${count.index}"),
    ("nobody tells, but all are alike", 'variable "n" {}\n' + numbered("var.n", O), NOBODY, ""),
    ("nobody tells, and all are strangers", 'variable "n" {}\n' + numbered("var.n", S), UNVETTED, ""),
    ("a module, as often as nobody tells", 'variable "n" {}\n' + LIST + CALLED % ("var.n", "local.a[count.index]"),
     {INDEX}, "${count.index}"),
    ("a module, twice by default", 'variable "n" { default = 2 }\n' + LIST + CALLED % ("var.n", "local.a[count.index]"),
     NOBODY, "the default of var.n"),
    ("a module, as often as nobody tells, always alike", 'variable "n" {}\n' + CALLED % ("var.n", O), NOBODY, ""),
]  # fmt: skip


@pytest.mark.parametrize(("why", "text", "expected", "said"), COUNTS, ids=[r[0] for r in COUNTS])
def test_a_count_that_nobody_tells(
    tmp_path: Path, why: str, text: str, expected: Any, said: str
) -> None:
    """Catches the third instance, the stranger's, that nobody is told of as only the first two,
    or the first, are looked at."""
    inner = 'variable "who" {}\n' + role("{ AWS = var.who }")
    files = {"main.tf": text} | ({"m/main.tf": inner} if "module" in text else {})
    ran = check(tmp_path, files)
    assert findings(ran) == expected
    assert said in ran.out
