"""`vendorgate analyze`: one policy document, or many → whom each lets in, with a witness."""

from __future__ import annotations

import json
import sys
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Literal

import click
import msgspec

import checker.trust.answers.ask as ask
from checker.access import Ours, Resource
from checker.arns import account_of
from checker.bounded import MADE, read_bytes, unreadable
from checker.cli.analyze_code import answers, pull_through
from checker.cli.analyze_resources import SCHEMA, one_policy, records, tell
from checker.cli.documents import Document, documents
from checker.cli.grants_text import explain, verdict_text
from checker.errors import InputError
from checker.once import refuse_twice
from checker.publishers import KINDS, Owners
from checker.trust import BLOCKING, Analysis, Grant, Provider, Scope, analyze
from checker.trust.answers.request import Unnamed
from checker.trust.document.notes import scalar
from checker.trust.texts.keys import ORGANIZATION

Format = Literal["text", "json", "jsonl"]


def _misused(
    given: tuple[str, ...],
    account: str | None,
    rules: str | None,
    kind: str | None,
    arn: str | None,
    listed: bool,
    who: str | None,
    asked: str | None,
) -> str | None:
    """What is wrong with the options together."""
    if rules is not None:
        return "--pull-through goes with --code"
    if (kind is None) != (arn is None):
        return "--kind and --arn go together"
    if listed and kind is not None:
        return "give --resources or --kind, not both"
    if who is not None and asked is not None:
        return "give --who or --request, not both"
    if (listed or kind is not None) and (who is not None or asked is not None):
        return "--who and --request ask trust policies, not resources"
    if account is None and not listed:
        return "give --account, the policy's own account"
    return "give one FILE" if len(given) > 1 else None


class _Day(click.ParamType):  # type: ignore[type-arg]  # no generic before click 8.4
    name = "YYYY-MM-DD"

    def convert(self, value: Any, param: Any, ctx: Any) -> date:
        try:
            return value if isinstance(value, date) else date.fromisoformat(value)
        except ValueError:
            self.fail(f"{value!r} is no date; write it as 2026-11-20", param, ctx)


class _Account(click.ParamType):  # type: ignore[type-arg]  # no generic before click 8.4
    name = "ID"

    def convert(self, value: Any, param: Any, ctx: Any) -> str:
        if len(value) != 12 or not value.isascii() or not value.isdecimal():
            self.fail(f"{value!r} is no account id; it has twelve digits", param, ctx)
        return str(value)


class _Organization(click.ParamType):  # type: ignore[type-arg]  # no generic before click 8.4
    name = "ID"

    def convert(self, value: Any, param: Any, ctx: Any) -> str:
        if not ORGANIZATION.fullmatch(value):
            self.fail(f"{value!r} is no organization id, such as o-a1b2c3d4e5", param, ctx)
        return str(value)


@click.command("analyze")
@click.argument("given", metavar="FILE|-|REFERENCE…", nargs=-1, required=True)
@click.option("--account", type=_Account(), help="The policy's own account.")
@click.option("--organization", multiple=True, type=_Organization(), help="An own organization.")
@click.option("--own", multiple=True, type=_Account(), help="A further own account.")
@click.option(
    "--partition",
    type=click.Choice(["aws", "aws-cn", "aws-us-gov", "aws-iso", "aws-iso-b", "aws-eusc"]),
    default="aws",
    show_default=True,
    show_choices=False,
    help="aws, aws-cn or aws-us-gov.",
)
@click.option("--today", type=_Day(), help="The day to judge dates by (default: today).")
@click.option("--providers", metavar="FILE", help="The account's identity providers, JSON Lines.")
@click.option(
    "--who", metavar="NAME", help="Is it let in: account, ARN, organization, service, issuer."
)
@click.option(
    "--request", "asked", metavar="FILE", help="Is this request let in: principal, action, context."
)
@click.option(
    "--explain", "explained", is_flag=True, help="Of each statement, for whom it does what."
)
@click.option(
    "--code", "code", type=click.Choice(KINDS), help="Who publishes these references to code."
)
@click.option(
    "--pull-through", "rules", metavar="JSON", help="With --code: rules of own registries' caches."
)
@click.option("--kind", metavar="AWS::…", help="FILE is the policy of a resource of this kind.")
@click.option("--arn", metavar="ARN", help="With --kind: the resource's ARN.")
@click.option("--resources", "listed", is_flag=True, help="FILE holds records, as resources.jsonl.")
@click.option("--fail", "failing", is_flag=True, help="Exit 1 when an outsider is let in.")
@click.option("--template", is_flag=True, help="Not from the live API: AROA… ids aren't deleted.")
@click.option(
    "-f", "--format", "form", type=click.Choice(["text", "json", "jsonl"]), default="text"
)
def command(
    given: tuple[str, ...],
    account: str | None,
    organization: tuple[str, ...],
    own: tuple[str, ...],
    partition: str,
    today: date | None,
    providers: str | None,
    template: bool,
    form: Format,
    who: str | None,
    asked: str | None,
    explained: bool,
    failing: bool,
    code: str | None,
    rules: str | None,
    kind: str | None,
    arn: str | None,
    listed: bool,
) -> None:
    """Tell whom a trust policy lets in, and prove it.

    Reads one policy as JSON (URL-encoded too), an array of them, or one a line; or what aws iam
    get-role and list-roles print. With --who or --request it answers that one question. With --code
    it tells who publishes each REFERENCE, with --resources whom each resource of FILE lets in: a
    line of JSON for each, whatever the format. With --kind FILE is one resource's policy.
    """
    ours = frozenset(filter(None, (account, *own)))
    if code is not None:
        if who or asked or kind or arn or listed or providers or explained or failing:
            others = "--account, --own, --partition and --pull-through"
            raise click.UsageError(f"--code takes {others} alone")
        owners = Owners(account, ours, partition, pull_through(rules))
        sys.stdout.writelines(answers(code, given, owners))
        return
    misused = _misused(given, account, rules, kind, arn, listed, who, asked)
    if misused:
        raise click.UsageError(misused)
    (file,) = given
    day = today or datetime.now(UTC).date()
    if listed or kind is not None:
        known = Ours(accounts=ours, organizations=frozenset(organization), partition=partition)
        one = Resource(arn=arn or "", kind=kind, account=account) if kind is not None else None
        let_in = tell(_resources(file, account, one), known, day, "jsonl" if listed else form)
    else:
        scope = Scope(
            account=account or "",
            today=day,
            organizations=frozenset(organization),
            own=ours,
            partition=partition,
            providers=_providers(providers),
            all_providers=providers is not None,
            live=not template,
        )
        let_in = _tell_policies(file, scope, form, _Question(who, asked, explained))
    if failing and let_in:
        raise click.exceptions.Exit(1)


def _resources(file: str, account: str | None, one: Resource | None) -> list[Resource]:
    """Those of a file; it is the policy of `one`, if that is given."""
    text = _read(file)
    return records(text, file, account) if one is None else [one_policy(text, file, one)]


class _Question(msgspec.Struct, frozen=True):
    """What of a policy is asked: of one principal, of one request, or everything."""

    who: str | None
    asked: str | None
    explained: bool


def _tell_policies(file: str, scope: Scope, form: Format, question: _Question) -> bool:
    """Whether an outsider is let in by one of the policies, each of which is told."""
    let_in, number = False, 0
    found, many = documents(_read(file), file)
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
        text = _read(path)
        found = json.loads(text)
        refuse_twice(text)
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


def _read(file: str) -> str:
    try:
        data = sys.stdin.buffer.read() if file == "-" else read_bytes(Path(file), MADE)
        return data.decode("utf-8-sig")
    except OSError as error:
        raise unreadable(error, file) from error
    except UnicodeDecodeError as error:
        raise InputError("is not UTF-8 text", path=file) from error


def _analyzed(one: Document, scope: Scope, path: str) -> Analysis:
    analysis = analyze(one.text, scope)
    for problem in analysis.problems:
        if problem.code == "not-json":
            raise InputError(problem.message, path=path, line=one.line)
    return analysis


def _providers(path: str | None) -> dict[str, Provider]:
    """Records of the account's identity providers, by ARN."""
    found = {}
    for at, line in enumerate(_read(path).splitlines() if path else (), 1):
        if line.strip():
            try:
                record = msgspec.json.decode(line, type=Provider)
                refuse_twice(line)
            except (msgspec.MsgspecError, ValueError) as error:
                raise InputError(f"no provider record: {error}", path=path, line=at) from error
            found[record.arn] = record
    return found
