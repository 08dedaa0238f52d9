"""Policy documents as people have them, and what a comparison of guardrails says: each form whole."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

from checker.cli.documents import documents
from checker.cli.enforce_diff import _text
from checker.enforce.compare import Comparison
from checker.enforce.drift import Drift
from tests.support.rows import rows

ONE = '{"Statement": []}'
ROLE: dict[str, Any] = {"Arn": "arn:r", "RoleName": "r", "AssumeRolePolicyDocument": {"a": "x"}}
OTHER: dict[str, Any] = {"RoleName": "s", "AssumeRolePolicyDocument": '{"b": 2}'}
DEEP = "[" * 20_000 + "]" * 20_000
FORMS: list[tuple[str, str, list[tuple[str, int | None, str | None]], bool]] = [
    ("one", ONE, [(ONE, None, None)], False),
    ("one in an address's form", quote(ONE), [(ONE, None, None)], False),
    ("too deep to be read here", DEEP, [(DEEP, None, None)], False),
    ("an array", f"[{ONE}, 1,\n{ONE} ]", [(ONE, None, None), ("1", None, None), (ONE, None, None)], True),
    ("an empty one", "[ ]", [], True),
    ("one a line", f"{ONE}\n\n{{", [(ONE, 1, None), ("{", 3, None)], True),
    ("a single line of those", f"{ONE} \n ", [(f"{ONE} \n ", None, None)], False),
    ("a role", json.dumps(ROLE), [('{"a": "x"}', None, "arn:r")], False),
    ("get-role", json.dumps({"Role": OTHER}), [('{"b": 2}', None, "s")], False),
    ("list-roles of one", json.dumps({"Roles": [ROLE]}), [('{"a": "x"}', None, "arn:r")], True),
    ("list-roles of none", json.dumps({"Roles": []}), [], True),
    ("details of two", json.dumps({"RoleDetailList": [ROLE, OTHER]}), [('{"a": "x"}', None, "arn:r"), ('{"b": 2}', None, "s")], True),
    ("details of one", json.dumps({"RoleDetailList": [ROLE]}), [('{"a": "x"}', None, "arn:r")], False),
]  # fmt: skip


@rows("why, text, expected, several", FORMS)
def test_each_form_is_read(
    why: str, text: str, expected: list[tuple[str, int | None, str | None]], several: bool
) -> None:
    """A policy that is left out, or that is told as another role's."""
    found, many = documents(text, "p")
    assert [(one.text, one.line, one.name) for one in found] == expected, why
    assert many is several, why


def test_what_a_comparison_says() -> None:
    """Somebody whom a guardrail still lets in, of whom the text says nothing."""
    rcp = Drift(kind="rcp", id="p-1", targets=("r", "ou"), state="off", lacks=("a", "b"), holds=("c",), changed=("d",))  # fmt: skip
    told = Comparison(True, (rcp, Drift(kind="allowed-amis", id="1/r")), ("1", "2"), ("1/r",), ())
    assert _text(told).splitlines()[:8] == [
        "rcp p-1 on r, ou (off): differs", "  lacks a", "  lacks b", "  still lets in c", "  d",
        "allowed-amis 1/r: as the list", "no RCP of ours binds 1, 2", "Allowed AMIs are disabled in 1/r",
    ]  # fmt: skip
    nothing = Comparison(False, (), (), (), ())
    assert _text(nothing).splitlines()[0] == (
        "the snapshot tells of no RCPs: nobody could look whether there are any"
    )
