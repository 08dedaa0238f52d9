"""Files of the AWS command line's output → answers, each with its place.

Account and region are told by what an item holds, else by the folders and the name of its file,
else by options; where none tells, the file is refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from checker.collect.aws import eks, iam, templates
from checker.collect.aws.clients import TOKENS
from checker.collect.aws.configured import plain_document
from checker.collect.aws.described import IMAGES
from checker.collect.aws.organization import ACCOUNTS, ORGANIZATION
from checker.collect.files.kinds import ROLE_LIST, Kind, kind_of_items, kinds_of
from checker.collect.files.matched import NAMES, OF_ONE
from checker.collect.files.text import values
from checker.collect.recorded.answers import Answers, Place
from checker.collect.recorded.client import BESIDE, SHARED
from checker.errors import InputError
from checker.snapshot.records import Gap

_ACCOUNT = re.compile(r"(?<![0-9A-Za-z])[0-9]{12}(?![0-9A-Za-z])")  # no part of an id
_REGION = re.compile(
    r"(?<![a-z0-9])(?:[a-z]{2}|eusc)(?:-gov|-iso[a-z]?|-de)?"
    r"-(?:central|north|south|east|west|northeast|northwest|southeast|southwest)-[0-9](?![0-9a-z])"
)
_DAY = re.compile(r"20[2-9][0-9](0[1-9]|1[0-2])(0[1-9]|[12][0-9]|3[01])([01][0-9]|2[0-3])[0-5]")
"""How a day and time begin that are written as twelve digits."""
_INSTANCE = ("InstanceId", "ImageId", "State")
_WHAT = "the JSON output of aws iam, ec2, autoscaling, organizations and the like, a call each"
TRUNCATED, CUT = "Truncated", "CutOutput"


@dataclass(frozen=True)
class Where:
    """What the path of a file and the options tell of account and region. `guessed`: the account is
    a part of a longer name there, which may be any number, or somebody else's."""

    account: str | None = None
    region: str | None = None
    guessed: bool = False

    @classmethod
    def of(cls, path: Path, given: Where) -> Where:
        """The last of each in the path, before the options."""
        text = path.as_posix()
        accounts = [one for one in _ACCOUNT.findall(text) if not _DAY.match(one)]
        regions = _REGION.findall(text)
        names = (*path.parts, path.name.partition(".")[0])
        return cls(
            accounts[-1] if accounts else given.account,
            regions[-1] if regions else given.region,
            guessed=bool(accounts) and accounts[-1] not in {*names, given.account},
        )


class NotOurs(InputError):  # noqa: N818  # it is no error in a folder
    """Nothing that `collect files` knows."""


@dataclass
class Reading:
    """One file's content on its way into the answers. `calls`: those that it held."""

    answers: Answers
    path: Path
    where: Where
    calls: set[str] = field(default_factory=set)

    def read(self, data: bytes) -> None:
        """Raises InputError; nothing of the file is in the answers then."""
        pages = [page for value in values(data, self.path) for page in self._pages(value)]
        placed = [(page, self._placed(page)) for page in pages]
        for page, items in placed:
            self._take(page, items)

    def _pages(self, value: Any) -> Iterator[_Page]:
        if isinstance(value, list) and any(isinstance(v, Mapping) and kinds_of(v) for v in value):
            for one in value:  # pages that somebody put into a list
                yield from self._pages(one)
        elif isinstance(value, list):
            yield self._bare(value)
        elif isinstance(value, Mapping) and (found := kinds_of(value)):
            if len(found) > 1 and not any(items for _, items in found):
                found = [self._named([kind for kind, _ in found])]
            for kind, items in found:
                names = [{key: items for key in [kind.key] if key}]
                yield _Page(kind, names if kind.call == eks.NODE_GROUPS else items, value)
        else:
            raise NotOurs("is no output that is known here", path=self.path, hint=f"give {_WHAT}")

    def _bare(self, items: list[Any]) -> _Page:
        if all(isinstance(i, Mapping) and set(_INSTANCE) <= i.keys() for i in items):
            items = [{"OwnerId": self.where.account, "Instances": [one]} for one in items]
        kind = kind_of_items(items)
        if kind is None:
            what = "is an empty list" if not items else "is a list of what is not known here"
            hint = "give whole output, without --query" if items else "give it with its key"
            raise NotOurs(what, path=self.path, hint=hint)
        return _Page(kind, items, {})

    def _named(self, kinds: list[Kind]) -> tuple[Kind, list[Any]]:
        """An empty list that may be of several calls is of the one whose service its file names.
        Raises InputError where it names none."""
        words = re.split(r"[^a-z]+", self.path.name.lower())
        named = [kind for kind in kinds if kind.call.service in words]
        if not named:
            calls = " or ".join(kind.call.name for kind in kinds)
            hint = f"put the service into its name, such as {kinds[0].call.service}-….json"
            raise NotOurs(f"is empty, and may be of {calls}", path=self.path, hint=hint)
        return named[0], []

    def _placed(self, page: _Page) -> list[tuple[Place, list[Any]]]:
        """Items by their places; an empty list has that of its file."""
        if page.kind.call in (ACCOUNTS, ORGANIZATION):
            return []
        found: dict[Place, list[Any]] = {}
        for item in page.items:
            found.setdefault(self._place(page.kind, item), []).append(item)
        return [*found.items()] or [(self._place(page.kind, {}), [])]

    def _place(self, kind: Kind, item: Any) -> Place:
        account, region = kind.told(item) if isinstance(item, Mapping) else (None, None)
        told, region = account or self.where.account, region or self.where.region
        if told is None:
            raise self._unplaced("account", "--account ID, or a folder of that name", kind)
        if account is None and self.where.guessed:
            self.answers.guessed.setdefault(told, self.path.as_posix())
        else:
            self.answers.sure.add(told)
        account = told
        if not kind.regional:
            return Place(account)
        if region is None:
            raise self._unplaced("region", "--region NAME, or a folder of that name", kind)
        return Place(account, region)

    def _unplaced(self, what: str, how: str, kind: Kind) -> InputError:
        hint = f"say which: {how}"
        return InputError(f"{kind.call.name}: tells no {what}", path=self.path, hint=hint)

    def _take(self, page: _Page, placed: list[tuple[Place, list[Any]]]) -> None:
        kind = page.kind
        self.calls.add(kind.call.name)
        if kind.call in (ACCOUNTS, ORGANIZATION):
            self._of_organization(kind, page.items)
        for place, items in placed:
            self._add(kind, place, items)
        if page.more:
            places: list[Place | None] = [place for place, _ in placed]
            for at in places or [None]:
                text = f"{self.path.name} is one page, and nobody can tell whether all are there"
                self._gap(kind, at, TRUNCATED, f"{text}: let the command page to the end")
        beside = BESIDE.get(kind.call.name)
        if beside and placed:
            policies = [
                p for p in _objects(page.output.get(beside)) if isinstance(p.get("Arn"), str)
            ]
            place = placed[0][0]
            self.answers.add(place, f"{kind.call.name}/{beside}", map(_policy, policies))

    def _of_organization(self, kind: Kind, items: list[Any]) -> None:
        told = self.answers.members if kind.call == ACCOUNTS else self.answers.organizations
        whole = [one for one in items if isinstance(one, Mapping) and not kind.lacks(one)]
        told += whole
        if kind.call == ACCOUNTS:
            states = {str(one["Id"]): one.get("State") or one.get("Status") for one in whole}
            self.answers.listings.append(states)
        if any(kind.lacks(one) for one in items):
            self._gap(kind, None, CUT, f"{self.path.name}: items without {', '.join(kind.needed)}")

    def _add(self, kind: Kind, place: Place, items: list[Any]) -> None:
        whole = [one for one in items if not kind.lacks(one)]
        lacking = sorted({key for one in items for key in kind.lacks(one)})
        if kind.call == ROLE_LIST:
            self.answers.unjudged |= {str(one["Arn"]) for one in whole}
        if kind.call == iam.ROLES and set(lacking) <= _POLICIES:
            bare = [one for one in items if set(kind.lacks(one)) <= _POLICIES]
            self.answers.unjudged |= {str(one["Arn"]) for one in bare if kind.lacks(one)}
            whole = bare
        self.answers.add(
            place, _recorded_as(kind, place, whole, self.path), map(_plain(kind), whole)
        )
        self._note_partitions(whole)
        if len(whole) < len(items):
            text = f"{self.path.name}: {len(items) - len(whole)} items without {', '.join(lacking)}"
            self._gap(kind, place, CUT, f"{text}: give whole output, without --query")

    def _note_partitions(self, items: Iterable[Any]) -> None:
        for one in items:
            arn = str(one.get("Arn", "")) if isinstance(one, Mapping) else ""
            if arn.startswith("arn:"):
                self.answers.partitions.add(arn.split(":")[1])

    def _gap(self, kind: Kind, place: Place | None, code: str, message: str) -> None:
        account, region = place or (None, None)
        call = iam.ROLES.name if kind.call == ROLE_LIST else kind.call.name
        self.answers.gaps.append(
            Gap(account=account, region=region, call=call, code=code, message=message)
        )


@dataclass(frozen=True)
class _Page:
    kind: Kind
    items: list[Any]
    output: Mapping[str, Any]

    @property
    def more(self) -> bool:
        """Whether AWS, or its command line, says that there is more."""
        return self.output.get("IsTruncated") is True or any(map(self.output.get, TOKENS))


def _recorded_as(kind: Kind, place: Place, items: list[Any], path: Path) -> str:
    """Where there are images, and none is the account's own, they were asked for by their ids, or
    as somebody else's: own ones there may be all the same. So they may where a file is called after
    an image."""
    if kind.call == IMAGES:
        own = not items or any(one.get("OwnerId") == place.account for one in items)
        return IMAGES.name if own and "ami-" not in path.name else SHARED
    if kind.call == eks.NODE_GROUPS:
        return NAMES
    if kind.call == templates.VERSIONS and len({i.get("LaunchTemplateId") for i in items}) == 1:
        return OF_ONE
    return iam.ROLES.name if kind.call == ROLE_LIST else kind.call.name


_POLICIES = {"RolePolicyList", "AttachedManagedPolicies"}


def _plain(kind: Kind) -> Any:
    return _role if kind.call in (iam.ROLES, ROLE_LIST) else lambda one: one


def _role(role: Mapping[str, Any]) -> Mapping[str, Any]:
    """With policies that are policies: AWS's own answers have them encoded as in a URL, which its
    command line undoes."""
    listed = role.get("RolePolicyList")
    inline = [
        {"PolicyDocument": plain_document(one.get("PolicyDocument") if _is_object(one) else one)}
        for one in (listed if isinstance(listed, list) else [])
    ]
    trust = plain_document(role.get("AssumeRolePolicyDocument"))
    return {**role, "AssumeRolePolicyDocument": trust, "RolePolicyList": inline}


def _policy(policy: Mapping[str, Any]) -> Mapping[str, Any]:
    versions = [
        {**one, "Document": plain_document(one.get("Document"))}
        for one in _objects(policy.get("PolicyVersionList"))
    ]
    return {**policy, "PolicyVersionList": versions}


def _objects(value: Any) -> list[Mapping[str, Any]]:
    """What is none is left out: of managed policies one that is missing is not known."""
    return list(filter(_is_object, value)) if isinstance(value, list) else []


def _is_object(value: Any) -> bool:
    return isinstance(value, Mapping)
