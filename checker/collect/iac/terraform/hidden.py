"""What a plan does not show of a value: a part of it is known only after apply.

Its source tells all of it. Where that is not here, the plan still names what the expression refers
to, and not what stands around that: `aws_x.y.id` may be a part of a longer name, or one item of
several. So only what is nobody else's, however it goes on, tells who is let in; what a setting is
of is taken to be what is referred to, which is said.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from checker.collect.iac.code.rows import RUNS
from checker.collect.iac.grants.rows import ROWS
from checker.collect.iac.target import Target
from checker.collect.iac.terraform.block_locator import BlockLocator
from checker.collect.iac.terraform.elsewhere import home
from checker.collect.iac.terraform.planned import Json, Plan, Planned
from checker.collect.iac.terraform.recognized import Recognized
from checker.collect.iac.terraform.references import References, longest
from checker.collect.iac.unknown import is_made, is_unresolved, unresolved, wholly

_WHOLE = re.compile(r"[0-9]{12}|arn:[\w-]+:.*|o-[a-z0-9]{10,32}|\*", re.DOTALL)
_ENDINGS = ("arn", "url")
_IDS = ("aws_kms_", "aws_ebs_snapshot", "aws_organizations_", "aws_cognito_", "aws_ami")
"""Types whose ids AWS makes: no name of somebody else's holds one."""
_INDEX = re.compile(r'\[(?:\d+|"(?:[^"\\]|\\.)*")\]')
_TAKEN = ("the plan does not show {key}, which was taken to be what it refers to: "
          "give its sources with --source-dir")  # fmt: skip


class Hidden:
    """`say`: takes what a reader must know of a resource."""

    def __init__(
        self, plan: Plan, target: Target, locator: BlockLocator, say: Callable[[Planned, str], None]
    ) -> None:
        self._plan, self._target, self._locator, self._say = plan, target, locator, say
        self._references = References(plan, target)
        self._recognized = Recognized(plan, target)

    def told(self, planned: Planned, values: Json) -> Json:
        """The values with what they hide, as far as anything tells it."""
        if planned.written:  # there is no plan
            return values
        return {key: self._value(planned, key, value) for key, value in values.items()}

    def _value(self, planned: Planned, key: str, value: Any) -> Any:
        if not _hides(value):
            return value
        written = self._locator.written(planned, key)
        mark = wholly(written)
        if written is not None and (mark is None or is_made(written)):
            marked = self._recognized.marked(self._known(planned, key, written))
            return _filled(value, home(marked, planned.account, self._target))
        references = longest(self._plan.references(planned, key))
        if mark is not None and _bare(mark) not in map(_bare, references):
            return value  # its source says that it is more than that
        exact = mark is not None and not mark.startswith("module.")
        told = self._referring(planned, key, value, references, exact=exact)
        return home(told, planned.account, self._target)

    def _known(self, planned: Planned, key: str, written: Any) -> Any:
        """Items of a list that its source calls alone by what only the plan knows."""
        if not isinstance(written, list):
            return written
        named = {_bare(one): one for one in longest(self._plan.references(planned, key))}
        found: list[Any] = []
        for one in written:
            mark = wholly(one)
            reference = named.get(_bare(mark)) if mark and not is_made(one) else None
            told = self._referred(planned, [reference]) if reference else []
            exact = mark is not None and not mark.startswith("module.")
            found += [other for other in told if exact or _is_whole(other)] or [one]
        return found

    def _referring(
        self, planned: Planned, key: str, value: Any, references: list[str], *, exact: bool
    ) -> Any:
        """`exact`: there is nothing else in the expression."""
        found = self._referred(planned, references)
        several = value if isinstance(value, list) else [value]
        hidden = [one for one in several if _hides(one)]
        named = key in _targets(planned)
        if not (exact or named):
            untold = unresolved(", ".join(references))
            found = [one if _is_whole(one) else untold for one in found]
        if _is_list(planned, key) and not isinstance(value, list):
            return [*found, unresolved(", ".join(references))] if found else value
        if len(found) != len(hidden) or any(wholly(one) is None for one in hidden):
            return value
        if named and not exact:
            self._say(planned, _TAKEN.format(key=key))
        filled = iter(found)
        whole = [next(filled) if _hides(one) else one for one in several]
        return whole if isinstance(value, list) else whole[0]

    def _referred(self, planned: Planned, references: list[str]) -> list[Any]:
        """What the references of an expression stand for; nothing where one cannot be told."""
        told = self._references.values(references, planned.module, planned.index)
        if told is not None:
            return told
        named = [self._references.planned(one, planned.module) for one in references]
        if any(len(one) != 1 or one[0].mode != "managed" for one in named):
            return []
        return [unresolved(f"{one[0].address}.{text.rpartition('.')[2]}")
                for one, text in zip(named, references, strict=True)]  # fmt: skip


def _hides(value: Any) -> bool:
    """Whether a part of it is not known, and nothing tells that it is made here."""
    if isinstance(value, list):
        return any(map(_hides, value))
    if isinstance(value, dict):
        return any(map(_hides, value.values()))
    return is_unresolved(value) and not is_made(value)


def _filled(value: Any, written: Any) -> Any:
    """What is known stays; all else as its source has it."""
    if isinstance(value, dict) and isinstance(written, dict):
        return {key: _filled(one, written[key]) if key in written else one
                for key, one in value.items()}  # fmt: skip
    if isinstance(value, list) and isinstance(written, list):
        if len(value) == len(written):
            return [_filled(one, other) for one, other in zip(value, written, strict=True)]
        return [*(one for one in value if not _hides(one)), *written]
    return written if _hides(value) else value


def _targets(planned: Planned) -> set[str]:
    """The attributes that name what it is of."""
    row = ROWS.get(planned.type)
    return {*row.naming()} if row else set()


def _is_list(planned: Planned, key: str) -> bool:
    row, runs = ROWS.get(planned.type), RUNS.get(planned.type)
    paths = [*(row.keys.values() if row else ()), *(runs.every() if runs else ())]
    return f"{key}.*" in paths


def _is_whole(value: Any) -> bool:
    """Whether it is nobody else's, whatever stands around it."""
    mark = wholly(value)
    if mark is None:
        return isinstance(value, str) and bool(_WHOLE.fullmatch(value))
    kind, _, attribute = (*_bare(mark).split(".")[-3:], "", "")[:3]
    return attribute.endswith(_ENDINGS) or (kind.startswith(_IDS) and "id" in attribute)


def _bare(reference: str) -> str:
    return _INDEX.sub("", reference)
