"""The same input gives the same bytes: whatever the hash seed, and whatever was asked before."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.same_bytes import PATHED, proof_of

ROOT = Path(__file__).parents[1]
RUNS = [("1", ""), ("4", "backwards")]
"""Under these the old order of a set told otherwise of an issuer with a path."""


def run(seed: str, order: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "tests.same_bytes", order],
        cwd=ROOT,
        env=os.environ | {"PYTHONHASHSEED": seed},
        stdout=subprocess.PIPE,
        text=True,
    )


def test_answers_hang_neither_on_the_hash_seed_nor_on_what_was_asked_before() -> None:
    """Catches an order that is taken from a set, and a memory that answers for something else."""
    one, other = [made.communicate()[0].splitlines() for made in [run(*each) for each in RUNS]]
    assert len(one) > 400
    assert [pair for pair in zip(one, other, strict=True) if pair[0] != pair[1]] == []


@pytest.mark.parametrize("every", [False, True])
def test_an_issuer_that_is_spelled_in_two_ways_is_proved(tmp_path: Path, every: bool) -> None:
    """Catches a grant that is looked for under the other spelling of its claim: it is found again
    and again, until the proof is given up."""
    proof = proof_of(PATHED, tmp_path, every=every)
    assert proof.doubts == []
    assert {one.resource.rpartition("/")[2] for one in proof.closes} == {
        "any",
        "like",
        "within",
        "other",
    }
    assert [(one.resource, one.reason) for one in proof.left] == []
