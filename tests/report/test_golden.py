"""Every format of the small report, byte for byte.

`UPDATE_GOLDEN=1 pytest tests/report/test_golden.py` writes the files anew: read the difference.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from checker.report.formats import FORMATS, render
from tests.report import factory

GOLDEN = Path(__file__).parent / "golden"
ROOT = Path(__file__).parents[2]
VARIANTS = [
    *((name, f"small.{name}", {}) for name in FORMATS),
    ("sarif", "small-suppressed.sarif", {"include_suppressed": True}),
    ("text", "small-color.text", {"color": True}),
]
"""Of the small report, of which each format says all."""
LONG = [
    *((name, f"rich.{name}", {}) for name in FORMATS
      if name not in ("json", "asff", "ocsf", "oscal")),  # which leave nothing out
    ("sarif", "rich-suppressed.sarif", {"include_suppressed": True}),
]  # fmt: skip
"""Of one that is longer than most formats show."""


@pytest.mark.parametrize(("name", "file", "options"), VARIANTS, ids=[row[1] for row in VARIANTS])
def test_a_format_keeps_its_bytes(name, file, options):
    """A change of what people and scripts read that nobody meant."""
    text = render(factory.small(), name, **options)
    if os.environ.get("UPDATE_GOLDEN"):
        (GOLDEN / file).write_bytes(text.encode())
    assert text.encode() == (GOLDEN / file).read_bytes()


@pytest.mark.parametrize(("name", "file", "options"), LONG, ids=[row[1] for row in LONG])
def test_a_format_says_what_it_leaves_out(name, file, options):
    """What is left out without a word, and what is shown of so much that nobody finds anything."""
    text = render(factory.rich(), name, **options)
    if os.environ.get("UPDATE_GOLDEN"):
        (GOLDEN / file).write_bytes(text.encode())
    assert text.encode() == (GOLDEN / file).read_bytes()


@pytest.mark.parametrize("name", FORMATS)
def test_a_clean_report_passes_in_every_format(name):
    """A format that needs a finding, and crashes on the day all is well. ASFF has calls alone, and
    Security Hub refuses one without findings."""
    assert bool(render(factory.report(), name)) is (name != "asff")


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_tells_what_was_found_and_what_was_not_looked_at(name):
    """A new format that renders, and says nothing: its golden file would hold just that."""
    small = factory.small()
    text = render(small, name).replace("\\", "").replace("&#8203;", "").replace("\u200b", "")
    (gap,) = small.gaps
    wanted = {gap.call, factory.STRANGER, "anyone-trust", "unvetted-account-trust"}
    assert [word for word in wanted if word not in text] == []


def test_bytes_do_not_depend_on_the_hash_seed():
    """Order taken from a set, which differs from run to run."""
    code = (
        "from checker.report.formats import FORMATS, render; from tests.report import factory;"
        "import sys; report = factory.small();"
        "sys.stdout.buffer.write(chr(0).join(render(report, n) for n in FORMATS).encode())"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env=os.environ | {"PYTHONHASHSEED": "1"},
        capture_output=True,
        check=True,
    )
    expected = b"\0".join((GOLDEN / f"small.{name}").read_bytes() for name in FORMATS)
    assert done.stdout == expected


def test_naming_the_formats_imports_none():
    """A start that pays for tabulate, junit-xml or click's styles when JSON was asked for."""
    code = (
        "import sys, checker.report.formats;"
        "heavy = 'tabulate', 'junit_xml', 'click', 'pydantic', 'boto3';"
        "print([name for name in heavy if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert done.stdout == "[]\n"


def test_an_unknown_format_is_bad_input():
    """A KeyError's traceback for a typing error."""
    with pytest.raises(Exception, match="unknown format 'yaml'; use one of text, json"):
        render(factory.report(), "yaml")
