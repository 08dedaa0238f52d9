"""What went wrong, said to a person: where, what, and how to mend it."""

from __future__ import annotations


class InputError(Exception):
    """Input that cannot be used (exit code 2).

    `line` and `column` count from 1; `hint` says how to mend it. Its text is one line:
    `allowlist.yaml:12:15: account ids must be quoted; write "012345670123"`.
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

    def __str__(self) -> str:
        place = ":".join(
            str(part) for part in (self.path, self.line, self.column) if part is not None
        )
        text = f"{place}: {self.message}" if place else self.message
        return f"{text}; {self.hint}" if self.hint else text
