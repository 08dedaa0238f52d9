"""Expressions are checked against the facts before anything runs."""

from __future__ import annotations

import pytest

from checker.policy.expression import Expression, ExpressionError
from checker.policy.shapes import shape_of
from checker.policy.template import Template
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
    ("!vetting.over_privileged", "is a boolean", "'!' binds tighter than '.': write !(a.b)"),
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
        Expression(text, SHAPE)
    assert message in str(caught.value)
    assert hint is None or caught.value.hint == hint


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
    assert Expression(text, SHAPE).reads == reads


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
    assert Template(text, SHAPE).render(facts) == shown


@pytest.mark.parametrize("text", ["{role.arn", "role.arn}", "{}", "{role.name.x}"])
def test_messages_refused(text: str) -> None:
    """A broken message found only when a finding is due would hide the finding."""
    with pytest.raises(ExpressionError):
        Template(text, SHAPE)
