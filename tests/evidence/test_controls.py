"""The control map and the settings of a bundle: counted, and written so that they are read as meant."""

from __future__ import annotations

import tomllib
from types import SimpleNamespace
from typing import Any

from checker.evidence.controls import control_map
from checker.evidence.settings import render
from tests.report.factory import STRANGER, VENDOR, evaluated, finding, policy, report


def test_what_each_policy_said_of_a_control() -> None:
    """A control whose only policy failed, shown as passed; or a policy that is left out of it."""
    one, other = (
        policy("a", controls={"soc2": ("CC6.1", "CC9.2")}),
        policy(
            "b",
            severity="low",
            controls={"soc2": ("CC6.1",), "own": ("X",)},
            frameworks={"own": "Ours"},
        ),
    )
    rows = (
        evaluated("a", VENDOR, "pass", resources=6),
        evaluated("a", STRANGER, "fail"),
        evaluated("a", None, "error"),
        evaluated("b", VENDOR, "waived", resources=2),
    )
    findings = (
        finding(policy="a"),
        finding(policy="a", resource="r", status="waived"),
        finding(policy="a", resource="s"),
    )
    made = control_map(report(*findings, policies=(one, other), evaluated=rows))
    assert list(made["frameworks"]) == ["own", "soc2"] and list(made["frameworks"]["soc2"]) == [
        "CC6.1",
        "CC9.2",
    ]
    supported = made["frameworks"]["soc2"]["CC6.1"]["supported_by"]
    assert [entry["policy"] for entry in supported] == ["a", "b"]
    assert (
        supported[0]["results"] == {"pass": 1, "fail": 1, "waived": 0, "error": 1}
        and supported[0]["resources"] == 8
    )
    assert (
        supported[0]["findings"] == {"open": 2, "waived": 1} and supported[0]["severity"] == "high"
    )
    assert supported[1]["results"] == {"pass": 0, "fail": 0, "waived": 1, "error": 0} and supported[
        1
    ]["findings"] == {"open": 0, "waived": 0}
    assert made["titles"]["own"] == {
        "title": "Ours",
        "version": None,
        "published": None,
        "source": None,
    }
    assert made["titles"]["soc2"]["version"] and made["titles"]["soc2"]["source"]


def said(**more: Any) -> Any:
    given: dict[str, Any] = {
        "builtin_policies": True,
        "fail_on": "high",
        "allow_gaps": False,
        "max_age": None,
        "severity": {},
        "disabled": {},
    }
    return SimpleNamespace(**(given | more))


def test_settings_give_the_same_report() -> None:
    """A bundle whose reader runs `check` under other rules than those that it was made by."""
    plain = {
        "snapshot": "snapshot",
        "policies": "policies",
        "builtin": True,
        "fail-on": "high",
        "allow-gaps": False,
    }
    assert tomllib.loads(render(said())) == plain
    assert tomllib.loads(render(said(max_age=0))) == plain | {"max-age": 0}
    odd = 'a "b" \\ \x7f ü'
    bends = {name: SimpleNamespace(level="low", reason="r") for name in "cab"}
    lines = render(said(severity=bends, disabled=dict.fromkeys("zyx", "r"))).splitlines()
    assert [line[1] for line in lines if line.startswith('"')] == [*"abcxyz"]  # as in any order
    text = render(said(builtin_policies=False, allow_gaps=True, max_age=3, fail_on="low", disabled={"q": odd, "a.b": "r"},
                       severity={"p": SimpleNamespace(level="low", reason=odd)}))  # fmt: skip
    assert tomllib.loads(text) == plain | {
        "builtin": False, "allow-gaps": True, "max-age": 3, "fail-on": "low", "severity": {"p": {"level": "low", "reason": odd}},
        "disabled": {"q": odd, "a.b": "r"},
    }  # fmt: skip
