"""What the same code makes, within a policy: exact where it has a name, else as a value of its own.

A value that names somebody names us, whatever AWS will call it.
"""

from __future__ import annotations

from typing import Any

from checker.collect.iac.grants.arns import MARK, filled, is_arn
from checker.collect.iac.grants.model import Code
from checker.collect.iac.unknown import MADE, OPEN, PUBLIC, is_made, is_public

_ACCOUNTS = (
    "aws:sourceaccount", "aws:sourceowner", "aws:principalaccount", "kms:calleraccount",
    "s3:dataaccesspointaccount",
)  # fmt: skip
"""Keys of accounts."""
_ARNS = ("aws:sourcearn", "aws:principalarn", "s3:dataaccesspointarn")
_ORGANIZATIONS = (
    "aws:principalorgid", "aws:sourceorgid", "aws:principalorgpaths", "aws:sourceorgpaths",
)  # fmt: skip


class Filler:
    """Fills in what the same code makes: exact where it has a name, else as a value of its own."""

    def __init__(self, code: Code) -> None:
        self._code, self._target = code, code.target

    def policy(self, value: Any) -> Any:
        """A policy's values; conditions by what their keys name."""
        if isinstance(value, str):
            return filled(value, self._code)
        if isinstance(value, list):
            return [self.policy(one) for one in value]
        if not isinstance(value, dict):
            return value
        return {
            key: self._condition(one) if key == "Condition" else self.policy(one)
            for key, one in value.items()
        }

    def _condition(self, raw: Any) -> Any:
        if not isinstance(raw, dict):
            return self.policy(raw)
        return {
            operator: {key: self._values(key.lower(), one) for key, one in block.items()}
            if isinstance(block, dict) else self.policy(block)
            for operator, block in raw.items()
        }  # fmt: skip

    def _values(self, key: str, values: Any) -> Any:
        if isinstance(values, list):
            return [self._values(key, one) for one in values]
        if not isinstance(values, str):
            return values
        text = filled(values, self._code)
        if key in _ARNS and OPEN in text:
            text = self._begun(self._placed(text))
        return self._own(key, text) if is_made(text) and not is_public(text) else text

    def _placed(self, text: str) -> str:
        """In whichever region a source of the own account is, it is ours."""
        parts = text.split(":", 5)
        if len(parts) == 6 and parts[4] == self._target.account and OPEN in parts[3]:
            parts[3] = self._target.region or "us-east-1"
        return ":".join(parts)

    def _begun(self, text: str) -> str:
        """What begins with an ARN of what the same code makes is ours, whatever follows."""
        begins = MARK.match(text)
        if begins is None or not begins[1].startswith(MADE) or is_public(begins[0]):
            return text
        arn = self._arn(_plain(begins[1]))
        return text if arn is None else f"{arn}{text[begins.end() :]}"

    def _own(self, key: str, text: str) -> str:
        """A value that only AWS will tell, of what the same code makes."""
        if key in _ORGANIZATIONS:
            return text
        if key in _ACCOUNTS:
            return self._target.account
        if key in _ARNS and MARK.match(text):
            return text
        found = MARK.sub(lambda one: _plain(one[1]), text)
        parts = found.split(":", 5)
        if len(parts) == 6 and parts[0] == "arn" and OPEN in text.split(":", 5)[4]:
            parts[4] = self._target.account
        return ":".join(parts)

    def _arn(self, mark: str) -> str | None:
        """The ARN of what has none yet, by its service, in the own account."""
        made = self._code.maker(mark)
        if made is None or not is_arn(*made, self._code):
            return None
        kind = self._code.type_of(made[0])
        service = kind.lower().split("::" if "::" in kind else "_")[1]  # all of AWS's have one
        service = "execute-api" if made[1] == "execution_arn" else service
        return self._code.target_of(made[0]).arn(service, made[0])


def _plain(mark: str) -> str:
    return mark.removeprefix(MADE).removeprefix(PUBLIC)
