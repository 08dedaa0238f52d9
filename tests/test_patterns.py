"""checker/patterns.py: regular expressions that are compiled at their first use."""

from __future__ import annotations

import re
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

import checker
from checker.patterns import pattern

HOME = Path(checker.__file__).parent
LATE = sorted(
    ".".join(("checker", *path.relative_to(HOME).with_suffix("").parts))
    for path in HOME.rglob("*.py")
    if "from checker.patterns import" in path.read_text()
)


@pytest.mark.parametrize("module", LATE)
def test_each_pattern_compiles(module: str) -> None:
    """Catches one that breaks at its first use, which may be a rare branch."""
    late = [one for one in vars(import_module(module)).values() if type(one) is type(pattern(""))]
    assert late or module.endswith("tenancy")  # whose table holds them in functions
    assert all(re.compile(one.pattern, one.flags & ~re.UNICODE) for one in late)


def test_a_pattern_is_compiled_when_it_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    """Catches one that is compiled as its module is imported, and one that is compiled each time."""
    compiled = []
    plain = re.compile

    def compile_(*given: Any) -> Any:
        compiled.append(given)
        return plain(*given)

    monkeypatch.setattr(re, "compile", compile_)
    form = pattern(r"(a+)b", re.IGNORECASE)
    assert compiled == []
    assert [form.fullmatch(text) is not None for text in ("aAb", "AB", "b", "ac")] == [
        True,
        True,
        False,
        False,
    ]
    assert compiled == [(r"(a+)b", re.IGNORECASE)]
    assert form.sub(r"<\1>", "xaab") == "x<aa>"
    assert pattern(rb"[0-9]").findall(b"1a2") == [b"1", b"2"]


def test_what_does_not_compile_says_so_at_its_first_use() -> None:
    """Catches an error that is swallowed: a pattern that never matches would pass for one that did
    not."""
    with pytest.raises(re.error):
        pattern("(").match("x")
