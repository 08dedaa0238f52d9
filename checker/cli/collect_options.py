"""What `collect aws` can be told, and what of it makes no sense."""

from __future__ import annotations

import re
from collections.abc import Callable
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, TypeVar

import click

from checker.cli.ids import check_account, check_region
from checker.cli.stored import read_object
from checker.errors import InputError
from checker.snapshot.shards import MOST, parse_shard

if TYPE_CHECKING:  # boto3 takes a third of a second to import: only when something is collected
    from checker.collect.aws.listing import Listing
    from checker.collect.aws.survey import Request
    from checker.snapshot.shards import Shard

F = TypeVar("F", bound=Callable[..., Any])
DEFAULT_ROLE = "vendorgate-collector"
_ROLE_NAME = re.compile(r"[\w+=,.@/-]{1,512}", re.ASCII)
_EXTERNAL_ID = re.compile(r"[\w+=,.@:/-]{2,1224}", re.ASCII)
_AGGREGATOR = re.compile(r"[\w-]{1,256}", re.ASCII)
_OPTIONS = [
    click.option("--profile", help="Profile of the AWS configuration; default: environment's."),
    click.option("--accounts", multiple=True, metavar="A,B", help="Each is entered by a role."),
    click.option("--organization", is_flag=True, help="Every account of the caller's."),
    click.option("--ou", "units", multiple=True, metavar="PATH",
                 help="Only below a unit: Root/Prod, or its id."),
    click.option("--include-inactive", is_flag=True,
                 help="Ask suspended, closed and pending accounts, too."),
    click.option("--exclude-account", "excluded", multiple=True, metavar="A", help="Leave out."),
    click.option(
        "--from-aggregator", "aggregator", metavar="NAME",
        help="Read an AWS Config aggregator of the caller's instead of entering accounts.",
    ),
    click.option(
        "--stale-after", type=click.IntRange(1), default=30, show_default=True, metavar="DAYS",
        help="Say of what AWS Config last saw longer ago.",
    ),
    click.option("--role-name", metavar="NAME", help=f"To assume; default: {DEFAULT_ROLE}."),
    click.option("--external-id", metavar="ID", help="External id for assuming the role."),
    click.option("--regions", multiple=True, metavar="A,B", help="Default: all enabled regions."),
    click.option("--all-template-versions", is_flag=True, help="Not only default and latest ones."),
    click.option("--all-image-permissions", is_flag=True, help="Of own images not in use too."),
    click.option("--resources/--no-resources", default=True,
                 help="What lets others in beside roles: buckets, keys, …; default: look."),
    click.option("--code/--no-code", default=True,
                 help="Whose code runs: layers, containers, documents, …; default: look."),
    click.option("--kinds", multiple=True, metavar="A,B",
                 help="Resources of these CloudFormation types, code of these kinds, alone."),
    click.option("--redact-external-ids", "redact", is_flag=True,
                 help="Stand-ins for external ids in policies; whom they let in stays the same."),
    click.option("--shard", metavar="I/N",
                 help="Only the accounts of the I-th of N shards, by a hash of their ids."),
    click.option("--listing", metavar="FILE",
                 help="The organization as --write-listing wrote it, instead of listing it anew."),
    click.option("--workers", type=click.IntRange(1, 256), default=16, show_default=True),
]  # fmt: skip


def aws_options(command: F) -> F:
    """Adds the options that make a request."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def request_of(
    *, accounts: tuple[str, ...], excluded: tuple[str, ...], regions: tuple[str, ...],
    role_name: str | None, all_template_versions: bool, all_image_permissions: bool,
    shard: str | None, listing: str | None, resources: bool, code: bool, kinds: tuple[str, ...],
    **given: Any,
) -> Request:  # fmt: skip
    """What was asked for. Raises InputError where that makes no sense."""
    from checker.collect.aws.account_region import Options
    from checker.collect.aws.code.uses import COMPONENT
    from checker.collect.aws.survey import Request

    if listing and not given["organization"]:
        raise InputError("--listing goes with --organization")

    looked = _kinds(kinds, resources=resources, code=code, aggregator=bool(given["aggregator"]))
    request = Request(
        accounts=_ids("--accounts", accounts),
        excluded=_ids("--exclude-account", excluded),
        regions=_listed("--regions", regions),
        role_name=role_name or DEFAULT_ROLE,
        options=Options(
            all_template_versions=all_template_versions,
            all_image_permissions=all_image_permissions,
            components_are_code=COMPONENT in looked,
        ),
        kinds=looked,
        shard=_shard(shard),
        listing=_listing(listing),
        **given,
    )
    _validate(request, role_given=bool(role_name or request.external_id))
    return request


def _shard(text: str | None) -> Shard | None:
    if text is None:
        return None
    shard = parse_shard(text)
    if shard is None:
        raise InputError(f"--shard: {text!r} is none", hint=f"I/N, as 2/4; N is {MOST} at most")
    return shard


def _kinds(
    texts: tuple[str, ...], *, resources: bool, code: bool, aggregator: bool
) -> tuple[str, ...]:
    """Of resources and of code, with what must be known to judge them; an aggregator has neither.
    Raises InputError for names that are none, all at once, with those that may be meant."""
    from checker.collect.aws.code.registry import CODE
    from checker.collect.aws.resources.registry import ALL, with_needed

    known = () if aggregator else (*(ALL if resources else ()), *(CODE if code else ()))
    named = _listed("--kinds", texts)
    for option, every in (("--resources", ALL), ("--code", CODE)):
        if {*named} & {*every} - {*known}:
            raise InputError(f"--kinds goes with {option}, and not with an aggregator")
    wrong = [one for one in named if one not in known]
    if wrong:
        lower = {kind.lower(): kind for kind in known}
        near = [lower[found] for one in wrong
                for found in get_close_matches(one.lower(), lower, 1)]  # fmt: skip
        hint = f"such as {', '.join(dict.fromkeys(near) or (*ALL[:2], *CODE[:2]))}"
        raise InputError(f"--kinds: {', '.join(map(repr, wrong))} is not looked for", hint=hint)
    return with_needed(named or known)


def _listing(place: str | None) -> Listing | None:
    from checker.bounded import WRITTEN
    from checker.collect.aws.listing import read_listing

    return read_listing(read_object(place, WRITTEN), place) if place else None


def _validate(request: Request, *, role_given: bool) -> None:
    members = request.accounts or request.organization
    if request.shard and not members:
        raise InputError("--shard goes with --accounts or --organization")
    if request.aggregator:
        _validate_aggregator(request, role_given=role_given)
    if request.units and not request.organization:
        raise InputError("--ou goes with --organization")
    if role_given and not members:
        raise InputError("--role-name and --external-id go with --accounts or --organization")
    if not _ROLE_NAME.fullmatch(request.role_name):
        raise InputError(f"{request.role_name!r} is no role name", hint="give its name, no ARN")
    if request.external_id and not _EXTERNAL_ID.fullmatch(request.external_id):
        raise InputError("--external-id: AWS takes letters, digits and _+=,.@:/- (2 to 1224)")
    check_regions(request.regions, "--regions")


def _validate_aggregator(request: Request, *, role_given: bool) -> None:
    if not _AGGREGATOR.fullmatch(request.aggregator or ""):
        raise InputError("--from-aggregator takes the aggregator's name, no ARN")
    if request.accounts or role_given:
        raise InputError(
            "--from-aggregator enters no account",
            hint="leave --accounts, --role-name and --external-id out",
        )
    if request.shard or request.listing:
        raise InputError("an aggregator is read at once", hint="leave --shard and --listing out")


def listed_regions(texts: tuple[str, ...], option: str = "--regions") -> tuple[str, ...]:
    """What an option names. Raises InputError for what is no region."""
    found = _listed(option, texts)
    check_regions(found, option)
    return found


def check_regions(names: tuple[str, ...], option: str) -> None:
    for region in names:
        check_region(region, option)


def _ids(option: str, texts: tuple[str, ...]) -> tuple[str, ...]:
    ids = sorted(_listed(option, texts))
    for account in ids:
        check_account(account, option)
    return tuple(ids)


def _listed(option: str, texts: tuple[str, ...]) -> tuple[str, ...]:
    """What an option names, with commas or by repeating it, each once. Raises InputError for one
    that names nothing, as a variable of the shell that is not set does: nobody meant the default.
    """
    parts = [[part.strip() for part in text.split(",")] for text in texts]
    if not all(any(some) for some in parts):
        raise InputError(f"{option}: names nothing", hint="leave it out, or name what is meant")
    return tuple(dict.fromkeys(part for some in parts for part in some if part))
