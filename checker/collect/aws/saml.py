"""The entity id in SAML metadata, which an outsider wrote.

The standard library's expat suffices, as one attribute of one element is wanted: document type
declarations are refused, so no entity is ever declared, expanded or fetched, and reading stops
at the element. (defusedxml would forbid the same in a dependency more.)
"""

from __future__ import annotations

from contextlib import suppress
from xml.parsers import expat

_ENTITY = "urn:oasis:names:tc:SAML:2.0:metadata EntityDescriptor"
_LONGEST = 16 * 1024 * 1024  # IAM takes 10,000,000 characters


class _Done(Exception):  # noqa: N818  # it ends the reading, it is no error
    pass


def entity_id(metadata: str) -> str | None:
    """The `entityID` of the first EntityDescriptor, or None where there is none to be read."""
    found: list[str] = []

    def start(name: str, attributes: dict[str, str]) -> None:
        if name == _ENTITY:
            found.append(attributes.get("entityID", ""))
            raise _Done

    def refuse(*_: object) -> None:
        raise _Done

    parser = expat.ParserCreate("utf-8", namespace_separator=" ")
    parser.StartElementHandler = start
    parser.StartDoctypeDeclHandler = refuse
    parser.EntityDeclHandler = refuse
    with suppress(_Done, expat.ExpatError):
        parser.Parse(metadata[:_LONGEST].encode("utf-8", "replace"), True)
    return (found[0] or None) if found else None
