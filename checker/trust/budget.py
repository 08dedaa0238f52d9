"""One budget of steps for each policy: where a search would explode, it stops, and that is said."""

from __future__ import annotations

POLICY_STEPS = 18_000
KEY_STEPS = 10_000
PROOF_STEPS = 16_000


class Spent(Exception):  # noqa: N818
    """There are no steps left; the caller over-approximates."""


class Budget:
    """Steps are charged by the input alone, so the same policy always stops at the same place."""

    def __init__(self, steps: int = POLICY_STEPS, whole: Budget | None = None) -> None:
        self.steps = steps
        self.whole = whole

    def charge(self, steps: int) -> None:
        self.steps -= steps
        if self.whole is not None:
            self.whole.charge(steps)
        if self.steps < 0:
            raise Spent

    def part(self) -> Budget:
        """A budget for one key, which is also charged to the whole."""
        return Budget(KEY_STEPS, self)
