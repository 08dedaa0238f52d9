"""`vendorgate analyze`: one policy document, or many → whom each lets in, with a witness."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Literal
from urllib.parse import unquote

import click
import msgspec

from checker.cli.grants_text import explain
from checker.errors import InputError
from checker.trust import Analysis, Grant, Provider, Scope, analyze
from checker.trust.decode import NotJSON, decode, is_encoded

SCHEMA = "vendorgate/analysis/v1"
Format = Literal["text", "json", "jsonl"]
_SPACE = re.compile(r"[\s,]*")


class _Day(click.ParamType[date]):
    name = "YYYY-MM-DD"

    def convert(self, value: Any, param: Any, ctx: Any) -> date:
        try:
            return value if isinstance(value, date) else date.fromisoformat(value)
        except ValueError:
            self.fail(f"{value!r} is no date; write it as 2026-11-20", param, ctx)


class _Account(click.ParamType[str]):
    name = "ID"

    def convert(self, value: Any, param: Any, ctx: Any) -> str:
        if len(value) != 12 or not value.isascii() or not value.isdecimal():
            self.fail(f"{value!r} is no account id; it has twelve digits", param, ctx)
        return str(value)


@click.command("analyze")
@click.argument("file", metavar="FILE|-")
@click.option("--account", required=True, type=_Account(), help="The policy's own account.")
@click.option("--organization", multiple=True, metavar="ID", help="An own organization.")
@click.option("--own", multiple=True, type=_Account(), help="A further own account.")
@click.option("--partition", default="aws", show_default=True, help="aws, aws-cn or aws-us-gov.")
@click.option("--today", type=_Day(), help="The day to judge dates by (default: today).")
@click.option("--providers", metavar="FILE", help="The account's identity providers, JSON Lines.")
@click.option("--template", is_flag=True, help="Not from the live API: AROA… ids aren't deleted.")
@click.option(
    "-f", "--format", "form", type=click.Choice(["text", "json", "jsonl"]), default="text"
)
def command(
    file: str,
    account: str,
    organization: tuple[str, ...],
    own: tuple[str, ...],
    partition: str,
    today: date | None,
    providers: str | None,
    template: bool,
    form: Format,
) -> None:
    """Tell whom a trust policy lets in, and prove it.

    Reads one policy as JSON (URL-encoded too), an array of them, or one a line.
    """
    scope = Scope(
        account=account,
        today=today or datetime.now(UTC).date(),
        organizations=frozenset(organization),
        own=frozenset((account, *own)),
        partition=partition,
        providers=_providers(providers),
        all_providers=providers is not None,
        live=not template,
    )
    found, many = documents(_read(file), file)
    for number, (line, document) in enumerate(found, 1):
        analysis = analyze(document, scope)
        _refuse_what_is_no_json(analysis, file, line)
        if form == "text":
            sys.stdout.write(explain(analysis, number if many else None))
        else:
            indent = 2 if form == "json" and not many else None
            sys.stdout.write(json.dumps(as_json(analysis), indent=indent) + "\n")


def as_json(analysis: Analysis) -> dict[str, Any]:
    """The published form: each grant has all its keys, each principal only those it needs."""
    return {
        "schema": SCHEMA,
        "grants": [_grant(grant) for grant in analysis.grants],
        "problems": [msgspec.to_builtins(problem) for problem in analysis.problems],
    }


def _grant(grant: Grant) -> dict[str, Any]:
    return {
        "principal": msgspec.to_builtins(grant.principal),
        "actions": list(grant.actions),
        "external_id": grant.external_id,
        "network_limited": grant.network_limited,
        "statements": list(grant.statements),
        "witness": msgspec.to_builtins(grant.witness),
    }


def _read(file: str) -> str:
    try:
        data = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
        return data.decode("utf-8-sig")
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror}", path=file) from error
    except UnicodeDecodeError as error:
        raise InputError("is not UTF-8 text", path=file) from error


def documents(text: str, path: str) -> tuple[Iterator[tuple[int | None, str]], bool]:
    """The text of each document and its line, and whether there are several.

    One document on many lines, an array, or one document a line; each may be URL-encoded.
    """
    if is_encoded(text) and len(text.split()) == 1:
        text = unquote(text)
    try:
        whole = json.loads(text, parse_int=str)
    except RecursionError:
        return iter([(None, text)]), False  # the analysis reports it
    except ValueError as error:
        return _lines(text, path, error)
    if isinstance(whole, list):
        return _elements(text), True
    return iter([(None, text)]), False


def _elements(text: str) -> Iterator[tuple[None, str]]:
    """The elements of an array, as text: only there duplicate keys can be seen."""
    decoder = json.JSONDecoder(parse_int=str)
    at = text.index("[") + 1
    while (start := _SPACE.match(text, at).end()) < len(text) and text[start] != "]":  # type: ignore[union-attr]
        _, at = decoder.raw_decode(text, start)
        yield None, text[start:at]


def _lines(
    text: str, path: str, error: ValueError
) -> tuple[Iterator[tuple[int | None, str]], bool]:
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
    return iter(lines), len(lines) > 1


def _refuse_what_is_no_json(analysis: Analysis, path: str, line: int | None) -> None:
    for problem in analysis.problems:
        if problem.code == "not-json":
            raise InputError(problem.message, path=path, line=line)


def _providers(path: str | None) -> dict[str, Provider]:
    """Records of the account's identity providers, by ARN."""
    found = {}
    for at, line in enumerate(_read(path).splitlines() if path else (), 1):
        if line.strip():
            try:
                record = msgspec.json.decode(line, type=Provider)
            except (msgspec.MsgspecError, UnicodeEncodeError) as error:
                raise InputError(f"no provider record: {error}", path=path, line=at) from error
            found[record.arn] = record
    return found
