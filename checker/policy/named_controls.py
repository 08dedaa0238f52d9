"""Controls as a policy file names them: by framework, each with the reason why it is supported.

A list names them without reasons. Frameworks that are not built in are the reader's own; a key that
looks like a misspelt one is refused unless it has a title, as its controls would be in no map.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import BeforeValidator, StringConstraints, WithJsonSchema

from checker.document import Document
from checker.frameworks import frameworks, meant
from checker.validation import FRAMEWORK_PATTERN

FrameworkKey = Annotated[str, StringConstraints(pattern=FRAMEWORK_PATTERN)]
_TEXT = {"type": "string", "minLength": 1}
_SCHEMA = {
    "anyOf": [
        {"type": "object", "additionalProperties": _TEXT, "description": "control: reason"},
        {"type": "array", "items": _TEXT},
    ]
}


def _with_reasons(value: Any) -> Any:
    """Raises ValueError in words for what is no text."""
    if isinstance(value, list):
        return {_text(one, "a control"): "" for one in value}
    if isinstance(value, dict):
        return {_text(key, "a control"): _text(why, f"why {key}") for key, why in value.items()}
    raise ValueError("must be controls, each with its reason, or a list of controls")


def _text(value: Any, what: str) -> str:
    if not isinstance(value, str):
        raise ValueError(f'{what} must be text: write "{value}"')
    if not value.strip() or len(value.splitlines()) > 1:
        raise ValueError(f"{what} must be one line of text")
    return value.strip()


Reasons = Annotated[dict[str, str], BeforeValidator(_with_reasons), WithJsonSchema(_SCHEMA)]
Controls = Annotated[
    dict[FrameworkKey, Reasons],
    WithJsonSchema(
        {
            "type": "object",
            "properties": {
                key: {"description": known.title, **_SCHEMA} for key, known in frameworks().items()
            },
            "additionalProperties": _SCHEMA,
            "propertyNames": {"pattern": FRAMEWORK_PATTERN},
        }
    ),
]


def check_frameworks(
    controls: Mapping[str, Mapping[str, str]], titles: Mapping[str, str], document: Document
) -> None:
    """Raises InputError for a misspelt framework, and for a title that names none of the file's
    own."""
    known = frameworks()
    for key in controls:
        near = meant(key) if key not in known and key not in titles else None
        if near:
            hint = f"did you mean {near!r}? If not, give it a title: frameworks: {{{key}: …}}"
            raise document.error(("controls", key), f"unknown framework {key!r}", hint)
    for key in titles:
        if key in known:
            text = f"{key!r} is built in, as {known[key].title}"
            raise document.error(("frameworks", key), text, "name your own otherwise")
        if key not in controls:
            raise document.error(("frameworks", key), f"no control of {key!r} is named")
