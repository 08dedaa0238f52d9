"""Policies that let principals assume a role → whom each lets in, or the answer to one question."""

from __future__ import annotations

import json
import sys
from typing import Any, Literal

import msgspec

import checker.trust.answers.ask as ask
from checker.arns import account_of
from checker.cli.analyze_resources import SCHEMA
from checker.cli.documents import Document, documents, read_text
from checker.cli.grants_text import explain, verdict_text
from checker.errors import InputError
from checker.once import decoded_once, refuse_twice
from checker.trust import BLOCKING, Analysis, Grant, Provider, Scope, analyze
from checker.trust.answers.request import Unnamed
from checker.trust.document.notes import scalar

Format = Literal["text", "json", "jsonl"]


class Question(msgspec.Struct, frozen=True):
    """What of a policy is asked: of one principal, of one request, or everything."""

    who: str | None
    asked: str | None
    explained: bool


def tell_policies(file: str, scope: Scope, form: Format, question: Question) -> bool:
    """Whether an outsider is let in by one of the policies, each of which is told."""
    let_in, number = False, 0
    found, many = documents(read_text(file), file)
    for number, one in enumerate(found, 1):
        _refuse_another_account(one, scope.account, file)
        heading = one.name or (f"Document {number}" if many else None)
        if question.who is not None or question.asked is not None:
            answer = _answered(one, scope, question.who, question.asked, file)
            let_in |= answer.allowed is not False and not _ours(scope, answer.asked)
            told = verdict_text(answer, heading) if form == "text" else _json(answer, one.name)
        else:
            analysis = _analyzed(one, scope, file)
            let_in |= outsiders_in(analysis, scope)
            indent = 2 if form == "json" and not many else None
            told = (explain(analysis, heading, whole=question.explained) if form == "text"
                    else json.dumps(as_json(analysis, one.name), indent=indent) + "\n")  # fmt: skip
        sys.stdout.write(told)
    if number == 0:
        sys.stderr.write("note: there is no policy in it: nothing was looked at\n")
    return let_in


def _refuse_another_account(one: Document, account: str, path: str) -> None:
    named = account_of(one.name or "")
    if named is not None and named != account:
        hint = f"give --account {named}, and other own accounts with --own"
        raise InputError(f"{one.name} is no role of account {account}", path=path, hint=hint)


def outsiders_in(analysis: Analysis, scope: Scope) -> bool:
    """Whether somebody outside is let in, or may be, as the policy was not wholly understood.

    An AWS service that acts for nobody in particular, or for ourselves, is no outsider.
    """
    named = (one.principal for one in analysis.grants)
    ours = (None, scope.account, *scope.own, *scope.organizations)
    others = any(one.kind != "service" or one.source not in ours for one in named)
    return others or any(one.code in BLOCKING for one in analysis.problems)


def _ours(scope: Scope, name: str) -> bool:
    """Whether an account, the account of an ARN, or an organization is our own."""
    ours = {scope.account, *scope.own, *scope.organizations}
    account = account_of(name)
    return (name if account is None else account) in ours


def _answered(
    one: Document, scope: Scope, who: str | None, asked: str | None, file: str
) -> ask.Verdict:
    try:
        if who is not None:
            return ask.who(one.text, scope, who)
        return ask.request(one.text, scope, **_request(asked or ""))
    except Unnamed as error:
        hint = "give an account id, an ARN, o-…, a service such as ec2.amazonaws.com, or an issuer"
        raise InputError(f"{str(error)!r} names nobody that could call", hint=hint) from None
    except ValueError as error:
        raise InputError(str(error), path=file, line=one.line) from error


def _request(path: str) -> dict[str, Any]:
    """The principal, action and context of a request's file."""
    hint = 'write {"principal": "arn:…", "action": "sts:AssumeRole", "context": {"KEY": "VALUE"}}'
    try:
        found = decoded_once(read_text(path))
    except (ValueError, RecursionError) as error:
        raise InputError(f"not JSON: {error}", path=path, hint=hint) from error
    known = {"principal", "action", "resource", "context"}
    if not isinstance(found, dict) or not found.keys() <= known:
        raise InputError("is no request", path=path, hint=hint)
    principal, action = found.get("principal"), found.get("action", "sts:AssumeRole")
    context = found.get("context", {})
    if not (isinstance(principal, str) and isinstance(action, str) and isinstance(context, dict)):
        raise InputError("is no request", path=path, hint=hint)
    for key, value in context.items():
        if any(scalar(one) is None for one in _several(value)):
            raise InputError(f"{key} has no text or list of texts", path=path, hint=hint)
    return {"principal": principal, "action": action, "context": context}


def _several(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _json(answer: ask.Verdict, name: str | None) -> str:
    found: dict[str, Any] = {"role": name} if name else {}
    found |= {"allowed": answer.allowed, "statement": answer.statement, "reason": answer.reason}
    if answer.witness is not None:
        found["witness"] = msgspec.to_builtins(answer.witness)
    return json.dumps(found) + "\n"


def as_json(analysis: Analysis, name: str | None = None) -> dict[str, Any]:
    """The published form: each grant has all its keys, each principal only those it needs.

    `name` is the role's, where a list of roles was given.
    """
    return {
        "schema": SCHEMA,
        **({"role": name} if name else {}),
        "grants": [_grant(grant) for grant in analysis.grants],
        "problems": [msgspec.to_builtins(problem) for problem in analysis.problems],
        "statements": [msgspec.to_builtins(one) for one in analysis.statements],
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


def _analyzed(one: Document, scope: Scope, path: str) -> Analysis:
    analysis = analyze(one.text, scope)
    for problem in analysis.problems:
        if problem.code == "not-json":
            raise InputError(problem.message, path=path, line=one.line)
    return analysis


def providers_in(path: str | None) -> dict[str, Provider]:
    """Records of the account's identity providers, by ARN."""
    found = {}
    for at, line in enumerate(read_text(path).splitlines() if path else (), 1):
        if line.strip():
            try:
                record = msgspec.json.decode(line, type=Provider)
                refuse_twice(line)
            except (msgspec.MsgspecError, ValueError) as error:
                raise InputError(f"no provider record: {error}", path=path, line=at) from error
            found[record.arn] = record
    return found
