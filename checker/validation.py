"""From a parsed YAML document to a frozen model, with errors that a person can act on."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, TypeVar, get_args

from pydantic import (
    BaseModel,
    ConfigDict,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    ValidationError,
)
from pydantic_core import core_schema

from checker.document import Document, Location, Mark
from checker.errors import did_you_mean, first_of

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

    from checker.errors import InputError

M = TypeVar("M", bound="Strict")


ACCOUNT_PATTERN = r"^[0-9]{12}$"
ORGANIZATION_PATTERN = r"^o-[a-z0-9]{10,32}$"
POLICY_ID_PATTERN = r"^[a-z0-9]+(-[a-z0-9]+)*$"
GAP_ACCOUNT_PATTERN = r"^([0-9*?]{1,12}|-)$"
FRAMEWORK_PATTERN = r"^[A-Za-z][A-Za-z0-9_.-]{0,63}$"
_PATTERNS = {
    GAP_ACCOUNT_PATTERN: "is no pattern of account ids (12 digits, with * or ?; - is none)",
    FRAMEWORK_PATTERN: "is not a framework's key (a letter, then letters, digits, _ . -)",
    ACCOUNT_PATTERN: "is not an account id of 12 digits",
    ORGANIZATION_PATTERN: "is not an organization id (o-, then 10 to 32 letters or digits)",
    POLICY_ID_PATTERN: "is not a policy id (lower-case words with hyphens between)",
}


class Strict(BaseModel):
    """A frozen model that knows each of its keys."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)


class OneOrMany:
    """Metadata of a list of texts of which one may be written alone: the schema for editors says
    so too, as a schema that refuses what we take is believed."""

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> core_schema.CoreSchema:
        return core_schema.no_info_before_validator_function(_listed, handler(source))

    def __get_pydantic_json_schema__(
        self, schema: core_schema.CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        many = handler(schema)
        return {"anyOf": [many["items"], many]}


def _listed(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


def build(model: type[M], document: Document) -> M:
    """The model that the document holds.

    Raises the first InputError, in order of the file; the others are in its `others`.
    """
    try:
        return model.model_validate(document.value)
    except ValidationError as error:
        raise first_of(errors_of(error, model, document)) from None


def errors_of(error: ValidationError, model: type[Strict], document: Document) -> list[InputError]:
    """All errors: unknown keys first, as one misspelt makes another missing; then in the order of
    the file."""
    details = sorted(error.errors(include_url=False), key=lambda e: e["type"] != "extra_forbidden")
    found = [_explain(e, model, document) for e in details]
    unknown = sum(e["type"] == "extra_forbidden" for e in details)
    return sorted(found[:unknown], key=_place) + sorted(found[unknown:], key=_place)


def _place(error: InputError) -> tuple[int, int]:
    return error.line or 0, error.column or 0


def _explain(error: ErrorDetails, model: type[Strict], document: Document) -> InputError:
    location, kind = error["loc"], error["type"]
    name = str(location[-1]) if location else "the file"
    mark = document.mark(location)
    if kind == "extra_forbidden":
        return document.error(location, f"unknown key {name!r}", _nearest(name, location, model))
    if kind == "missing":
        return document.error(location, f"the key {name!r} is missing", f"add {name!r}")
    if kind == "string_type" and mark.text is not None and location in document.marks:
        return document.error(location, *_unquoted(mark))
    if kind in ("model_type", "dict_type"):
        return document.error(location, f"{_dotted(location)} must be keys with values")
    if kind == "tuple_type":
        return document.error(location, f"{_dotted(location)} must be a list", "write [] for none")
    if kind == "string_pattern_mismatch":
        return document.error(location, f"{error['input']!r} {_PATTERNS[error['ctx']['pattern']]}")
    return document.error(location, f"{_dotted(location)}: {_first_lower(error['msg'])}")


def _unquoted(mark: Mark) -> tuple[str, str]:
    if (mark.text or "").isdigit():
        return (
            "account ids and other numbers here must be quoted, as YAML reads "
            f"{mark.text} as a number",
            f'write "{mark.text}"',
        )
    return f"{mark.text!r} must be text", f'write "{mark.text}"'


def _nearest(name: str, location: Location, model: type[Strict]) -> str:
    known = _keys_at(model, location[:-1])
    return did_you_mean(name, known) or f"known here: {', '.join(sorted(known))}"


def _keys_at(model: type[BaseModel], location: Location) -> list[str]:
    for step in location:
        if isinstance(step, str) and step in model.model_fields:
            model = next(_models_in(model.model_fields[step].annotation), model)
    return [f.alias or name for name, f in model.model_fields.items()]


def _models_in(annotation: object) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for argument in get_args(annotation):
        yield from _models_in(argument)


def _dotted(location: Location) -> str:
    return ".".join(str(step) for step in location) or "the file"


def _first_lower(text: str) -> str:
    return text[:1].lower() + text[1:]
