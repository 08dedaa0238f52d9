"""Policy documents as people have them: alone, in an array, one a line, or from the AWS CLI."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import msgspec

from checker.bounded import MADE, read_bytes, unreadable
from checker.errors import InputError
from checker.trust.document.decode import NotJSON, decode, is_encoded

PAGE = "let the AWS CLI page to the end: without --no-paginate and --max-items"
_SPACE = re.compile(r"[\s,]*")


class Document(msgspec.Struct, frozen=True):
    """One policy's text; its line in a file of many, and the role that has it, where known."""

    text: str
    line: int | None = None
    name: str | None = None


def documents(text: str, path: str) -> tuple[Iterator[Document], bool]:
    """Each document, and whether there are several.

    One document on many lines, an array, or one document a line; each may be URL-encoded. Of what
    `aws iam get-role` and `list-roles` print, the trust policies.
    """
    if is_encoded(text) and len(text.split()) == 1:
        text = unquote(text)
    try:
        whole = json.loads(text, parse_int=str)
    except RecursionError:
        return iter([Document(text)]), False  # the analysis reports it
    except ValueError as error:
        return _lines(text, path, error)
    if isinstance(whole, list):
        return _elements(text), True
    if isinstance(whole, dict) and (roles := _roles(whole)) is not None:
        _refuse_what_is_not_whole(text, whole, path)
        return (_policy(one, path) for one in roles), len(roles) != 1 or "Roles" in whole
    return iter([Document(text)]), False


def _roles(whole: dict[str, Any]) -> list[Any] | None:
    """The roles in the output of `aws iam get-role`, `list-roles` or `get-account-authorization-…`.

    https://docs.aws.amazon.com/cli/latest/reference/iam/get-role.html
    """
    if "Statement" in whole:
        return None
    for key in ("Role", "Roles", "RoleDetailList"):
        found = whole.get(key)
        if isinstance(found, dict | list):
            return found if isinstance(found, list) else [found]
    return [whole] if "AssumeRolePolicyDocument" in whole else None


def _refuse_what_is_not_whole(text: str, whole: dict[str, Any], path: str) -> None:
    _, twice = decode(text)
    if twice:
        raise InputError(f"{twice[0]} is given twice in one object", path=path)
    if any(whole.get(name) for name in ("IsTruncated", "NextToken", "Marker")):
        raise InputError("is cut: there are more roles than it shows", path=path, hint=PAGE)


def _policy(role: Any, path: str) -> Document:
    policy = role.get("AssumeRolePolicyDocument") if isinstance(role, dict) else None
    name = (
        str(role.get("Arn") or role.get("RoleName") or "a role") if isinstance(role, dict) else ""
    )
    if policy is None:
        hint = "give the whole output of aws iam get-role or list-roles, or a policy alone"
        raise InputError(f"{name or 'a role'} has no trust policy", path=path, hint=hint)
    return Document(policy if isinstance(policy, str) else json.dumps(policy), name=name)


def _elements(text: str) -> Iterator[Document]:
    """The elements of an array, as text: only there duplicate keys can be seen."""
    decoder = json.JSONDecoder(parse_int=str)
    at = text.index("[") + 1
    while (start := _SPACE.match(text, at).end()) < len(text) and text[start] != "]":  # type: ignore[union-attr]
        _, at = decoder.raw_decode(text, start)
        yield Document(text[start:at])


def _lines(text: str, path: str, error: ValueError) -> tuple[Iterator[Document], bool]:
    lines = [(at, line) for at, line in enumerate(text.split("\n"), 1) if line.strip()]
    if not lines:
        raise InputError("is empty", path=path, hint="give a policy document as JSON")
    try:
        decode(lines[0][1])
    except NotJSON:
        place = error if isinstance(error, json.JSONDecodeError) else None
        raise InputError(
            f"not JSON: {place.msg if place else error}",
            path=path,
            line=place.lineno if place else None,
            column=place.colno if place else None,
        ) from error
    return (Document(line, at) for at, line in lines), len(lines) > 1


def read_text(file: str) -> str:
    """A file's, or that of standard input (`-`). Raises InputError, in words."""
    try:
        data = sys.stdin.buffer.read() if file == "-" else read_bytes(Path(file), MADE)
        return data.decode("utf-8-sig")
    except OSError as error:
        raise unreadable(error, file) from error
    except UnicodeDecodeError as error:
        raise InputError("is not UTF-8 text", path=file) from error
