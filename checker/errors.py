"""What went wrong, said to a person: where, what, and how to mend it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence


class InputError(Exception):
    """Input that cannot be used (exit code 2).

    `line` and `column` count from 1; `hint` says how to mend it. Its text is one line:
    `allowlist.yaml:12:15: account ids must be quoted; write "012345670123"`. `others`: what else is
    wrong with the same input.
    """

    def __init__(
        self,
        message: str,
        *,
        path: object = None,
        line: int | None = None,
        column: int | None = None,
        hint: str | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.path = None if path is None else str(path)
        self.line = line
        self.column = column
        self.hint = hint
        self.others: tuple[InputError, ...] = ()

    def __str__(self) -> str:
        place = ":".join(
            str(part) for part in (self.path, self.line, self.column) if part is not None
        )
        text = f"{place}: {self.message}" if place else self.message
        return f"{text}; {self.hint}" if self.hint else text


class BadInputsError(InputError):
    """Several at once, each a line of its text."""

    def __init__(self, errors: Sequence[InputError]) -> None:
        super().__init__("\n".join(str(error) for error in errors))
        self.errors = tuple(errors)


def first_of(errors: Sequence[InputError]) -> InputError:
    """The first, which knows the others; of at least one."""
    errors[0].others = tuple(errors[1:])
    return errors[0]


def did_you_mean(name: str, known: Iterable[str], otherwise: str | None = None) -> str | None:
    """The hint for a name that is not known: the nearest one that is, if one is near."""
    import difflib  # only when something is wrong

    close = difflib.get_close_matches(name, sorted(known), 1)
    return f"did you mean {close[0]!r}?" if close else otherwise
