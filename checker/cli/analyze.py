"""`vendorgate analyze`: one policy document, or many → whom each lets in, with a witness."""

from __future__ import annotations

import sys
from datetime import UTC, date, datetime
from typing import Any

import click

from checker.access import Ours, Resource
from checker.cli.analyze_code import answers, pull_through
from checker.cli.analyze_policies import Format, Question, providers_in, tell_policies
from checker.cli.analyze_resources import one_policy, records, tell
from checker.cli.documents import read_text
from checker.publishers import KINDS, Owners
from checker.trust import Scope
from checker.trust.texts.keys import ORGANIZATION


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
            providers=providers_in(providers),
            all_providers=providers is not None,
            live=not template,
        )
        let_in = tell_policies(file, scope, form, Question(who, asked, explained))
    if failing and let_in:
        raise click.exceptions.Exit(1)


def _resources(file: str, account: str | None, one: Resource | None) -> list[Resource]:
    """Those of a file; it is the policy of `one`, if that is given."""
    text = read_text(file)
    return records(text, file, account) if one is None else [one_policy(text, file, one)]
