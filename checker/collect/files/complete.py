"""What others tell of how much there is, held against what was given: a page that is missing, a
role that is told twice and otherwise, a version of a template that nobody gave."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from checker.collect.aws import iam, templates
from checker.collect.aws.described import IMAGES
from checker.collect.files.kinds import SUMMARY, TEMPLATES
from checker.collect.files.matched import OF_ONE, match
from checker.collect.files.read import TRUNCATED
from checker.collect.recorded.answers import Answers, Item, Place
from checker.collect.recorded.client import SHARED
from checker.errors import BadInputsError, InputError
from checker.snapshot.records import Gap

_FEW = 3
_TRUST = "AssumeRolePolicyDocument"
FILTERS = (
    "What a file leaves out by a filter (--filters, --path-prefix, --image-ids, --starting-token, "
    "…), no file tells: each listing was taken to be whole."
)
NO_POLICIES = (
    "Roles of which nothing given tells the policies: {}. What they may do is not graded "
    "(list-roles does not tell; get-account-authorization-details does)."
)
NO_LATEST = (
    "Of launch templates the highest version that was given is taken to be the latest; the output "
    "of describe-launch-templates would tell."
)


def complete(answers: Answers) -> None:
    """Adds gaps and notes; takes those gaps away that turn out to be none. Raises InputError for
    roles that are told otherwise twice."""
    _prefer_details(answers)
    match(answers)
    counted(answers)
    answers.notes.append(FILTERS)
    wanted = {templates.VERSIONS.name, TEMPLATES.name}
    if any(wanted & calls.keys() == {templates.VERSIONS.name} for calls in answers.given.values()):
        answers.notes.append(NO_LATEST)


def counted(answers: Answers) -> None:
    """The same of what is no matter of files. Raises InputError."""
    errors = [error for place in answers.given for error in _contradictions(answers, place)]
    if errors:
        raise BadInputsError(errors) if len(errors) > 1 else errors[0]
    for place in list(answers.given):
        answers.gaps += _of_one(answers, place)
        _count(answers, place)
        answers.gaps += _versions(answers, place)
    if answers.unjudged:
        answers.notes.append(NO_POLICIES.format(len(answers.unjudged)))


def _prefer_details(answers: Answers) -> None:
    """A role that has its policies in one file needs none of another; that both tell the same
    trust is seen later."""
    for calls in answers.given.values():
        answer = calls.get(iam.ROLES.name)
        if answer is None:
            continue
        full = {one["Arn"]: one for one in answer.items if "AttachedManagedPolicies" in one}
        answer.items = [
            one
            for one in answer.items
            if "AttachedManagedPolicies" in one or not _same_trust(one, full.get(one["Arn"]))
        ]
        answers.unjudged -= full.keys()


def _same_trust(one: Item, other: Item | None) -> bool:
    return other is not None and one.get(_TRUST) == other.get(_TRUST)


def _contradictions(answers: Answers, place: Place) -> Iterator[InputError]:
    """Of what is the same thing, and decides; of the rest both are judged, or `Recorded` asks."""
    told: list[tuple[str, Any]] = [
        (str(one["Arn"]), one) for one in answers.items(place, iam.ROLES.name) or ()
    ]
    told += [(str(one["ImageId"]), _decisive(one)) for one in _images(answers, place)]
    told += [(f"the summary of {place.account}", one) for one in _summaries(answers, place)]
    seen: dict[str, Any] = {}
    for name, one in told:
        if seen.setdefault(name, one) != one:
            yield InputError(
                f"{name} is told twice, and not the same", hint="give the newer of the files alone"
            )


def _images(answers: Answers, place: Place) -> Iterator[Item]:
    """Those that tell whether they are open to all."""
    for call in (IMAGES.name, SHARED):
        told = answers.items(place, call) or ()
        yield from (one for one in told if one.get("Public") is not None)


def _decisive(image: Item) -> tuple[Any, ...]:
    """Whose it is and whether it is open to all, not when it was last launched."""
    return image.get("OwnerId"), image.get("Public")


def _summaries(answers: Answers, place: Place) -> Iterator[Any]:
    for one in answers.items(place, SUMMARY.name) or ():
        yield one.get("Roles")


def _count(answers: Answers, place: Place) -> None:
    """IAM counts its roles: pages that add up to that are all there are."""
    summary = answers.items(place, SUMMARY.name)
    roles = answers.items(place, iam.ROLES.name)
    if not summary or roles is None:
        return
    told = int(summary[-1]["Roles"])
    cut = [gap for gap in answers.gaps if _is_cut(gap, place)]
    if told == len(roles):
        answers.gaps[:] = [gap for gap in answers.gaps if gap not in cut]
    elif not cut:
        text = f"{len(roles)} roles were given, and IAM counts {told}"
        answers.gaps.append(
            Gap(account=place.account, call=iam.ROLES.name, code="IncompleteListing", message=text)
        )


def _is_cut(gap: Gap, place: Place) -> bool:
    return (gap.account, gap.call, gap.code) == (place.account, iam.ROLES.name, TRUNCATED)


def _of_one(answers: Answers, place: Place) -> Iterator[Gap]:
    """Versions of one template at a time are those of all where all templates are listed."""
    calls = answers.given[place]
    alone = calls.pop(OF_ONE, None)
    if alone is None:
        return
    if not {templates.VERSIONS.name, TEMPLATES.name} & calls.keys():
        yield Gap(
            account=place.account,
            region=place.region,
            call=templates.VERSIONS.name,
            code="IncompleteListing",
            message="versions of single templates alone: give describe-launch-templates, too",
        )
    answers.add(place, templates.VERSIONS.name, alone.items)


def _versions(answers: Answers, place: Place) -> Iterator[Gap]:
    """The default and the latest version of each template that is listed."""
    versions = answers.items(place, templates.VERSIONS.name)
    listed = answers.items(place, TEMPLATES.name)
    if versions is None or listed is None:
        return
    known = {(one["LaunchTemplateId"], one["VersionNumber"]) for one in versions}
    lacking = sorted(
        f"{one['LaunchTemplateId']} version {number}"
        for one in listed
        for number in {one["DefaultVersionNumber"], one["LatestVersionNumber"]}
        if (one["LaunchTemplateId"], number) not in known
    )
    if lacking:
        more = f" and {len(lacking) - _FEW} more" if len(lacking) > _FEW else ""
        yield Gap(
            account=place.account,
            region=place.region,
            call=templates.VERSIONS.name,
            code="IncompleteListing",
            message=f"not given: {', '.join(lacking[:_FEW])}{more}",
        )
