"""`vendorgate analyze --resources`, and `--kind`: resources → whom each lets in."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from datetime import date
from typing import Any

import msgspec

from checker.access import (
    NAMED_KINDS,
    UNREAD,
    Access,
    AccessGrant,
    Ours,
    Resource,
    analyze_resource,
)
from checker.access.limits import with_keys
from checker.access.own_things import OwnThings
from checker.errors import InputError, did_you_mean, first_of
from checker.trust import Principal
from checker.trust.document.decode import NotJSON, TooDeep, decode

SCHEMA = "vendorgate/analysis/v1"


class _Line(Resource, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A line of `resources.jsonl`: a member that nobody knows could be what matters."""

    unresolved: tuple[str, ...] = ()


def records(text: str, path: str, account: str | None) -> list[Resource]:
    """All records of JSON Lines.

    Raises:
        InputError: lines that are none, all of them at once.
    """
    found: list[Resource] = []
    wrong: list[InputError] = []
    for at, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        try:
            one: Resource = msgspec.json.decode(line, type=_Line)
        except (msgspec.DecodeError, RecursionError) as error:
            hint = "write a line of resources.jsonl: arn, kind, and document, acl, grants or share"
            wrong.append(InputError(f"is no resource: {error}", path=path, line=at, hint=hint))
            continue
        given = {} if one.account else {"account": account}
        found.append(msgspec.structs.replace(one, **given))
    if wrong:
        raise first_of(wrong)
    return found


def one_policy(text: str, path: str, resource: Resource) -> Resource:
    """A resource with a file's text as its policy. Raises InputError for what is no JSON."""
    try:
        decode(text)
    except (NotJSON, TooDeep) as error:
        raise InputError(str(error), path=path, hint="give the policy as JSON") from error
    return msgspec.structs.replace(resource, document=text)


def tell(resources: list[Resource], ours: Ours, today: date, form: str) -> bool:
    """Whether an outsider is let in by one of the resources, each of which is told."""
    let_in = False
    if not resources:
        sys.stderr.write("note: there is no resource in it: nothing was looked at\n")
    for kind in dict.fromkeys(one.kind for one in resources if one.kind not in NAMED_KINDS):
        sys.stderr.write(f"note: {_unknown(kind)}\n")
    for one, access in analyzed(resources, ours, today):
        let_in |= outsiders_in(access)
        indent = 2 if form == "json" else None
        written = json.dumps(as_json(access, one.arn), indent=indent) + "\n"
        sys.stdout.write(in_words(access) if form == "text" else written)
    return let_in


def _unknown(kind: str) -> str:
    """What is judged of a kind that may only be misspelt."""
    hint = did_you_mean(kind, NAMED_KINDS, "kinds are CloudFormation types, as AWS::S3::Bucket")
    return f"{kind!a:.80} is no kind that is known, and was judged by its policy alone; {hint}"


def analyzed(
    resources: list[Resource], ours: Ours, today: date
) -> Iterator[tuple[Resource, Access]]:
    """Each resource with whom it lets in, in order; every record tells what else is our own."""
    things = OwnThings()
    for one in resources:
        things.look(one)
    known = with_keys(resources, things.added_to(ours), today)
    for one in resources:
        yield one, analyze_resource(things.with_points(one), known, today)


def outsiders_in(access: Access) -> bool:
    """Whether somebody outside is let in, or may be, as not all was understood."""
    open_ = any(one.effective is not False for one in access.grants)
    return open_ or any(one.code in UNREAD for one in access.problems)


def in_words(access: Access) -> str:
    """One line for each grant, for each of AWS's own, for each problem."""
    lines = [_line(one) for one in access.grants]
    lines += [f"AWS's own: {_name(one)}" for one in access.aws]
    lines += [f"for whoever asks it: {_name(one)}" for one in access.deputies]
    lines += [f"problem: {one.message} ({one.code})" for one in access.problems]
    return "\n".join(lines or ["Nobody outside is let in."]) + "\n"


def _line(one: AccessGrant) -> str:
    shut = {True: "", None: f"; not known: {one.guardrail}", False: f"; shut by {one.guardrail}"}
    witness = f", such as {one.witness.action} on {one.witness.resource}" if one.witness else ""
    return f"{_name(one.principal)}: {one.access} by its {one.via}{witness}{shut[one.effective]}"


def _name(one: Principal) -> str:
    name = one.arn or one.account or one.organization or one.provider or one.service or one.id
    source = f", for {one.source if one.source != '*' else 'anybody'}" if one.source else ""
    return f"{one.kind} {name}{source}" if name else one.kind


def as_json(access: Access, arn: str | None = None) -> dict[str, Any]:
    """The published form."""
    named = {"arn": arn} if arn else {}
    return {"schema": SCHEMA, **named, **msgspec.to_builtins(access)}
