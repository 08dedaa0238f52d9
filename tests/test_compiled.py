"""The built-in policies as the package has them beside their texts.

Not among the tests of policies: it fails for each change of a policy, and would hide from
`make mutants` that no other test does.
"""

from __future__ import annotations

import os

import msgspec
import pytest

from checker.policy import compiled
from checker.policy.load import BUILTIN, load_policies, parse

TEXTS = {str(path): path.read_bytes() for path in sorted(BUILTIN.glob("*.yaml"))}


def test_they_are_what_the_texts_say() -> None:
    """A policy that was changed, and is checked as it was before."""
    said = parse(TEXTS, False)
    if os.environ.get("UPDATE_README"):
        compiled.FILE.write_bytes(compiled.compile_policies(TEXTS, said))
    assert compiled.FILE.read_bytes() == compiled.compile_policies(TEXTS, said), "make docs"
    assert compiled.compiled(TEXTS) == said == parse(TEXTS, True)


def test_they_say_it_in_the_order_of_the_texts() -> None:
    """A report that lists a policy's controls in one order, and in another where somebody has
    policies of their own: two dictionaries are equal whatever their order."""
    said = [policy.file for policy in parse(TEXTS, False)]
    kept = [policy.file for policy in compiled.compiled(TEXTS) or ()]
    assert msgspec.json.encode(kept) == msgspec.json.encode(said)


@pytest.mark.parametrize(
    ("harm", "why"),
    [
        (lambda data: data[:-2], "a line that is cut"),
        (lambda data: data.replace(b'"high"', b'"awful"', 1), "a severity that there is not"),
        (lambda data: data[: data.rfind(b"\n", 0, -1) + 1], "a policy that is missing"),
        (lambda _: b"", "an empty file"),
        (lambda data: b"{" + data, "no JSON"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_damaged_is_not_believed(harm, why, tmp_path, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    """A policy fewer, or another one, where the texts themselves are there to be read."""
    (tmp_path / "c").write_bytes(harm(compiled.FILE.read_bytes()))
    monkeypatch.setattr(compiled, "FILE", tmp_path / "c")
    assert compiled.compiled(TEXTS) is None, why


def test_another_text_is_read_itself() -> None:
    """A clone whose policies were edited, or have one more, must not be checked with the old."""
    path = next(iter(TEXTS))
    assert compiled.compiled({**TEXTS, path: TEXTS[path] + b"# x\n"}) is None
    assert compiled.compiled({p: t for p, t in TEXTS.items() if p != path}) is None
    assert compiled.compiled(dict(reversed(TEXTS.items()))) is None


def test_a_check_reads_them() -> None:
    """What is compiled and then parsed all the same would be slow, and nobody would know."""
    assert compiled.compiled(TEXTS) is not None
    assert [p.id for p in load_policies(None).policies] == [
        p.file.id for p in compiled.compiled(TEXTS) or ()
    ]
