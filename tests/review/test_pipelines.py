"""Files that run the gate: what of a change may weaken it."""

from __future__ import annotations

from checker.review.pipelines import pipeline_changes
from tests.support.rows import rows

A, B = "a" * 40, "b" * 40
GATE, PROJECT = ".github/workflows/gate.yml", "pyproject.toml"
FLOW = f"      - {{uses: acme/vendorgate@{A}, with: {{snapshot: s}}}}\n"
BLOCK = f"      - uses: acme/vendorgate@{A} # v4.1\n"


def project(ci: str, dev: str) -> str:
    several = ((f'  "vendorgate=={one}",\n' if one else "") for one in (ci, dev))
    return "ci = [\n{}]\ndev = [\n{}]\n".format(*several)


CHANGES = [
    ("another commit", GATE, BLOCK, BLOCK.replace(A, B), False),
    ("another comment", GATE, BLOCK, BLOCK.replace("v4.1", "v5"), False),
    ("another commit in one line", GATE, FLOW, FLOW.replace(A, B), False),
    ("a step that is skipped, in its one line", GATE, FLOW, FLOW.replace("}}", "}, if: false}"), True),
    ("one that may fail", GATE, FLOW, FLOW.replace("}}", "}, continue-on-error: true}"), True),
    ("told to fail for nothing", GATE, FLOW, FLOW.replace("snapshot: s", "fail-on: none"), True),
    ("both at once", GATE, FLOW, FLOW.replace(A, B).replace("snapshot: s", "fail-on: none"), True),
    ("what follows a comment's sign without a blank", GATE, BLOCK, BLOCK.replace(" # v4.1", "#x"), True),
    ("later versions", PROJECT, project("2.0", "2.0"), project("2.1", "3.0"), False),
    ("one of them earlier", PROJECT, project("2.0", "2.0"), project("1.0", "3.0"), True),
    ("the other one", PROJECT, project("2.0", "2.0"), project("3.0", "1.0"), True),
    ("one gone, the other later", PROJECT, project("2.0", "2.1"), project("", "2.2"), True),
    ("one more", PROJECT, project("2.0", ""), project("2.0", "1.0"), False),
]  # fmt: skip


@rows("why, path, before, after, widens", CHANGES)
def test_whether_the_gate_still_runs(
    why: str, path: str, before: str, after: str, widens: bool
) -> None:
    """Catches what stands on the line of a pin, and one line that answers for two."""
    found = [*pipeline_changes({path: before.encode()}, {path: after.encode()})]
    assert [one.widens for one in found] == [widens], why
