"""Expressions are checked against the facts before anything runs."""

from __future__ import annotations

import re
from typing import Literal

import pytest
from pydantic import BaseModel

from checker.policy.braces import template
from checker.policy.expression import truthy
from checker.policy.shapes import shape_of
from checker.policy.typed import ExpressionError, typed
from checker.subjects.role_trust.model import RoleTrust

SHAPE = shape_of(RoleTrust)

REFUSED = [
    ("principal.knd == 'x'", "principal has no key 'knd'", "did you mean 'kind'?"),
    ("prinzipal", "the facts has no key 'prinzipal'", "did you mean 'principal'?"),
    ("principal.kind == 'acount'", "it is never 'acount'", "did you mean 'account'?"),
    ("'acount' == principal.kind", "it is never 'acount'", "did you mean 'account'?"),
    ("role.arn.name", "role.arn is a text: it has no key 'name'", None),
    ("[principal.knd]", "no key 'knd'", "did you mean 'kind'?"),
    ("{a: principal.knd}", "no key 'knd'", "did you mean 'kind'?"),
    ("principal | knd", "no key 'knd'", "did you mean 'kind'?"),
    ("not_null(principal.nme)", "no key 'nme'", "did you mean 'name'?"),
    ("grant.actions[0].x", "is a text", None),
    ("grant.actions[?x == 'y']", "is a text", None),
    ("sort_by(grant.actions, &x)", "is a text", None),
    ("lenght(grant.actions)", "no function is called 'lenght'", "did you mean 'length'?"),
    ("length()", "length() takes 1 arguments, not 0", None),
    ("principal.kind[0]", "a text has no elements", None),
    ("vetting.days_left[?x]", "a number has no elements", None),
    ("grant.network_limited[*]", "a boolean has no elements", None),
    ("grant.actions[1].x", "is a text", None),
    ("!vetting.over_privileged", "is a boolean", "'!' binds tighter than '.': write !(a.b)"),
    ("grant.network_limited.x", "grant.network_limited is a boolean", ""),
    ("length(grant.actions).x", "is a number", ""),
    ("vetting.expires < '2027-01-01'", "only numbers have an order", "dates have days_left"),
    ("vetting.days_left == '3'", "a number never equals the text '3'", None),
    ("grant.network_limited == 'true'", "a boolean never equals the text", None),
    ("principal.kind ==", "not JMESPath", None),
    ("", "not JMESPath", None),
    ("(" * 3000 + "role" + ")" * 3000, "not JMESPath", None),
]  # fmt: skip


@pytest.mark.parametrize(("text", "message", "hint"), REFUSED, ids=[r[0][:40] for r in REFUSED])
def test_refused(text: str, message: str, hint: str | None) -> None:
    """JMESPath answers null for all of these: the policy would pass for ever, or never."""
    with pytest.raises(ExpressionError) as caught:
        typed(text, SHAPE)
    assert message in str(caught.value)
    assert hint is None or (caught.value.hint or "") == hint


class Inner(BaseModel):
    name: str


class Outer(BaseModel):
    rows: list[list[Inner]]
    flat: list[Inner]
    named: dict[str, Inner]
    kind: Literal["a", "b"]


OUTER = shape_of(Outer)
DEEP: list[tuple[str, str | None]] = [
    ("rows[].name", None),
    ("rows[].nme", "no key 'nme'"),
    ("rows[][].name", None),
    ("flat[].name", None),
    ("flat[].nme", "no key 'nme'"),
    ("rows[*].name", "a list: it has no key 'name'"),
    ("rows[0].name", "a list: it has no key 'name'"),
    ("rows[0][0].name", None),
    ("rows[0][0].nme", "no key 'nme'"),
    ("named.x.name", None),
    ("named.x.nme", "no key 'nme'"),
    ("named.*.name", None),
    ("named.*.nme", "no key 'nme'"),
    ("rows[0][0][0]", "an object has no elements"),
    ("rows[0:1][0].name", None),
    ("rows[0:1][0].nme", "no key 'nme'"),
    ("flat[0][0].name", "an object has no elements"),
    ("named[0].name", "a map has no elements"),
    ("named[*].name", "a map has no elements"),
    ("named[?name == 'x']", "a map has no elements"),
    ("flat.*.name", "a list has no names"),
    ("kind.*", "a text has no names"),
    ("@.*.name", None),
    ("flat[0:1].name", None),
    ("flat[0:1].nme", "no key 'nme'"),
    ("flat[0].name[0]", "a text has no elements"),
    ("values(named)[0].name", None),
    ("values(named)[0].nme", "no key 'nme'"),
    ("map(&name, flat)[0].x", "is a text"),
    ("map(&nme, flat)", "no key 'nme'"),
    ("map(&@, flat)[0].nme", "no key 'nme'"),
    ("max(flat[*].name) == `1`", "a text never equals the number 1"),
    ("not_null(flat, flat)[0].nme", "no key 'nme'"),
    ("not_null(flat, kind)[0].nme", None),
    ("to_array(flat)[0].nme", "no key 'nme'"),
    ("to_array(flat[0])[0].nme", "no key 'nme'"),
    ("to_array(flat[0])[0].name", None),
    ("sort_by(flat, &name)[0].nme", "no key 'nme'"),
    ("max_by(flat, &name).nme", "no key 'nme'"),
    ("keys(named)[0].x", "is a text"),
    ("flat[?name == 'x'].name", None),
    ("flat[?nme == 'x'].name", "no key 'nme'"),
    ("(flat || rows)[0].nme", None),
    ("(flat || flat)[0].nme", "no key 'nme'"),
    ("length(flat) > `1`", None),
    ("kind < `1`", "only numbers have an order"),
    ("kind == 'c'", "it is never 'c'"),
    ("kind != 'b'", None),
]


@pytest.mark.parametrize(("text", "message"), DEEP, ids=[row[0] for row in DEEP])
def test_what_stands_deep_is_looked_up_too(text: str, message: str | None) -> None:
    """Catches a misspelt key behind a list, of which JMESPath makes nothing at all."""
    if message is None:
        typed(text, OUTER)
        return
    with pytest.raises(ExpressionError, match=re.escape(message)):
        typed(text, OUTER)


READS = [
    ("principal.kind == 'account'", {("principal", "kind")}),
    ("role.tags.team == 'x'", {("role", "tags", "team")}),
    ("principal", {("principal",)}),
    ("@", {()}),
    ("principal.claims.sub[0]", {("principal", "claims", "sub")}),
    ("contains(grant.actions, 'a') && !(grant.network_limited)",
     {("grant", "actions"), ("grant", "network_limited")}),
    ("principal.claims.*[] | [0]", {("principal", "claims")}),
    ("grant.witness.context.\"sts:ExternalId\"", {("grant", "witness", "context", "sts:ExternalId")}),
    ("principal.name || role.name", {("principal", "name"), ("role", "name")}),
]  # fmt: skip


@pytest.mark.parametrize(("text", "reads"), READS, ids=[r[0] for r in READS])
def test_what_an_expression_reads(text: str, reads: set[tuple[str, ...]]) -> None:
    """A path left out would make the gate reuse the answer of other facts: a wrong verdict."""
    assert set(typed(text, SHAPE).reads) == reads


READS_DEEP: list[tuple[str, set[str]]] = [
    ("flat[?name == 'x']", {"flat"}), ("flat[*].name", {"flat"}), ("rows[]", {"rows"}),
    ("rows[].name", {"rows"}), ("named.*.name", {"named"}), ("flat[0:1]", {"flat"}),
    ("[kind, flat]", {"kind", "flat"}), ("{a: kind, b: flat}", {"kind", "flat"}),
    ("kind == flat[0].name", {"kind", "flat"}), ("flat[0].name == kind", {"kind", "flat"}),
    ("!(kind)", {"kind"}), ("kind | @", {"kind"}), ("kind && flat", {"kind", "flat"}),
    ("kind || flat", {"kind", "flat"}), ("sort_by(flat, &name)", {"flat"}),
    ("map(&name, flat)", {"flat"}), ("max_by(flat, &name).name", {"flat"}),
    ("join(kind, flat[].name)", {"kind", "flat"}), ("flat[?name == 'x'] | [0].name", {"flat"}),
    ("`1`", set()), ("'x'", set()), ("length(rows[0])", {"rows"}), ("rows[0][0].name", {"rows"}),
    ("flat[?name == 'x'] == rows[0]", {"flat", "rows"}),
]  # fmt: skip


@pytest.mark.parametrize(("text", "reads"), READS_DEEP, ids=[row[0] for row in READS_DEEP])
def test_what_is_read_wherever_it_stands(text: str, reads: set[str]) -> None:
    """Catches an operand that is looked up, and not noted: its change would change no answer."""
    assert set(typed(text, OUTER).reads) == {(name,) for name in reads}


TAKEN = [
    ("length(flat) == 'x'", "a number never equals"), ("abs(`1`) == 'x'", "a number never equals"),
    ("avg(`[1]`) == 'x'", "a number never equals"), ("ceil(`1`) == 'x'", "a number never equals"),
    ("floor(`1`) == 'x'", "a number never equals"), ("sum(`[1]`) == 'x'", "a number never equals"),
    ("to_number(kind) == 'x'", "a number never equals"),
    ("contains(kind, 'a') == 'x'", "a boolean never equals"),
    ("starts_with(kind, 'a') == 'x'", "a boolean never equals"),
    ("ends_with(kind, 'a') == 'x'", "a boolean never equals"),
    ("(kind == 'a') == 'x'", "a boolean never equals"), ("(!(kind)) == 'x'", "a boolean never equals"),
    ("join(',', keys(named)) == `1`", "a text never equals"),
    ("to_string(flat) == `1`", "a text never equals"), ("type(flat) == `1`", "a text never equals"),
    ("keys(named)[0] == `1`", "a text never equals"), ("flat[0].name == `1`", "a text never equals"),
    ("max(flat[*].name) == `1`", "a text never equals"), ("min(flat[*].name) == `1`", "a text never equals"),
    ("min_by(flat, &name).nme", "no key 'nme'"), ("reverse(flat)[0].nme", "no key 'nme'"),
    ("sort(flat)[0].nme", "no key 'nme'"), ("kind <= `1`", "only numbers"), ("kind > `1`", "only numbers"),
    ("kind >= `1`", "only numbers"), ("`1` < kind", "only numbers"),
    ("contains(kind)", "takes 2 arguments, not 1"), ("length(kind, kind)", "takes 1 arguments, not 2"),
    ("not_null()", "takes 1 arguments, not 0"), ("rows[0][0] | nme", "no key 'nme'"),
    ("[flat[0].nme]", "no key 'nme'"), ("flat[?name == 'x' && nme == 'y']", "no key 'nme'"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "message"), TAKEN, ids=[row[0] for row in TAKEN])
def test_what_a_function_answers_is_known(text: str, message: str) -> None:
    """A number compared with a text is never equal, and a policy on it never fires."""
    with pytest.raises(ExpressionError, match=re.escape(message)):
        typed(text, OUTER)


HOLDS = [
    "not_null(kind, kind, kind) == 'a'", "merge(named, named)", "kind == `null`", "`null` == kind",
    "length(flat) == `1`", "length(flat) < length(rows)", "to_number(kind) >= `1`", "@ == `{}`",
    "values(@)", "flat[0] == `{}`", "to_array(kind)[0] == 'a'", "map(&@, rows)[0][0].name",
    "max_by(flat, &name).name == 'x'", "reverse(flat)[0].name == 'x'", "kind == flat[0].name",
]  # fmt: skip


@pytest.mark.parametrize("text", HOLDS)
def test_what_may_be_true_is_let_be(text: str) -> None:
    """A check that is too strict would refuse a policy that says what it means."""
    typed(text, OUTER)


TRUTHS = [(None, False), (False, False), ("", False), ([], False), ({}, False), (0, True),
          (0.0, True), (True, True), ("0", True), ([None], True), ({"a": None}, True)]  # fmt: skip


@pytest.mark.parametrize(("value", "true"), TRUTHS, ids=map(repr, TRUTHS))
def test_what_counts_as_true(value: object, true: bool) -> None:
    """As JMESPath has it, where zero is a value like any other."""
    assert truthy(value) is true


MESSAGES = [
    ("{role.arn} by {principal.name || 'unknown'}", "A by unknown"),
    ("{{literal}} {role.arn}", "{literal} A"),
    ("{principal.name}", "none"),
    ("{grant.actions}", "a, b"),
    ("{'}'}{role.arn}", "}A"),
    ("{to_string({x: role.arn})}", '{"x":"A"}'),
]


@pytest.mark.parametrize(("text", "shown"), MESSAGES, ids=[m[0] for m in MESSAGES])
def test_messages(text: str, shown: str) -> None:
    """A message that shows the wrong value sends somebody to the wrong role."""
    facts = {"role": {"arn": "A"}, "principal": {"name": None}, "grant": {"actions": ["a", "b"]}}
    assert template(text, SHAPE).render(facts) == shown


@pytest.mark.parametrize("text", ["{role.arn", "role.arn}", "{}", "{role.name.x}"])
def test_messages_refused(text: str) -> None:
    """A broken message found only when a finding is due would hide the finding."""
    with pytest.raises(ExpressionError):
        template(text, SHAPE)
