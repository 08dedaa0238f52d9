"""Names that an outsider chose, and a report full of them."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from msgspec.structs import replace

from checker.report.cross_check import Told
from checker.report.model import (
    DisabledPolicy,
    EvaluationError,
    GapEntry,
    Place,
    Settings,
    Waiver,
)
from tests.report import factory
from tests.support.rows import rows

HOSTILE = {
    "ansi": "\x1b[31mred\x1b[0m\x1b]8;;https://evil.example\x07click\x1b]8;;\x07",
    "c1": "\x9b31m and \x85 next line",
    "script": "</script><script>alert(1)</script>",
    "image": '"><img src=x onerror=alert(1)>',
    "cdata": "]]>",
    "comment": "<!-- -->",
    "formula": "=cmd|' /C calc'!A0",
    "formula at": "@SUM(1+1)",
    "formula tab": "\t=1+1",
    "formula wide": "＝1+1",
    "command": "::error::boo",
    "command, indented": "  ::add-mask::a",
    "command, later": "x\n::error file=a,line=1::boo",
    "command, old": "a ##[add-mask]secret ##vso[task.setvariable variable=x]y",
    "command, properties": "a,line=9%0A::b:c",
    "table": "| a | b |\n|---|---|",
    "table, escaped": "a \\| b \\",
    "ticks": "`` ` ``` x",
    "bidi": "abc\u202egnp.exe\u2066x\u2069",
    "zero width": "ab\u200bcd\ufeff\u3164",
    "surrogates": "a\ud800b\udfffc",
    "nul": "a\x00b",
    "newlines": "a\r\nb\nc\u2028d",
    "noncharacter": "a\ufffe\uffff",
    "long": "A" * 10_000,
    "link": "[x](javascript:alert(1))",
    "sarif link": "[see here](1)",
    "autolink": "https://evil.example www.evil.example",
    "placeholder": "{0} {1} {{x}}",
    "mention": "@everyone #1 org/repo#2",
    "astral": "🙂 Ω é",
    "empty": "",
    "format": "%s %(x)s %d",
}


@cache
def hostile_report(name: str) -> Any:
    waiver = Waiver(owner=name, reason=name, expires=name)
    place = Place(file=name, line=3)
    common = {"account_name": name, "region": name, "principal": name, "message": name}
    common |= {"facts": {name: [name, {"x": name}]}, "remediation": name}
    found = (
        factory.finding(resource=name, **common),
        factory.finding(resource=name, location=place, **common),
        factory.finding(resource=name, status="waived", waiver=waiver, severity="low", **common),
        factory.finding(resource=name, policy="anyone-trust", severity="critical", baseline=True, **common),
    )  # fmt: skip
    told = Told(account=name, region=name, resource=name, kind=name, principal=name, actions=(name,),
                condition={name: name}, why=name)  # fmt: skip
    gap = GapEntry(account=name, region=name, call=name, code=name, message=name)
    error = EvaluationError(
        policy="x", account=name, resource=name, principal=name, message=name or "empty"
    )
    return factory.report(
        *found,
        gaps=(gap,),
        errors=(error,),
        third_parties=(factory.party(name, name=name),),
        evaluated=(factory.evaluated("other-policy", name, "pass", account=name),),
        inputs=factory.allowlist(name),
        settings=Settings(disabled=(DisabledPolicy(policy="y", reason=name),)),
        notes=(name,),
        cross_check=replace(factory._crossed(), missed=(told,), unreadable=(name,), uncovered={name: 1}),
    )  # fmt: skip


def every_name(test):
    return rows("name", HOSTILE.values(), ids=HOSTILE)(test)


def harmless(text: str) -> bool:
    """Whether text for a terminal or a build log does nothing but say something."""
    started = [line.lstrip()[:2] for line in text.split("\n")]
    printable = text.replace("\n", "").isprintable() and not re.search("[\u3164\u200b]", text)
    return printable and "::" not in started and not re.search(r"##(\[|vso)", text)
