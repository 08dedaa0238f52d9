"""How much a pattern leaves open: asked by inclusion of patterns, never by comparing with `*`.

`?*`, `**`, `["*", "D*"]` and `arn:aws:iam::*:role/*` all name nobody. So does one that names a
letter or two: whoever writes twenty-six of those has written `*`.
"""

from __future__ import annotations

import re

from checker.publishers.shared import EVERYBODY, anybody_publishes
from checker.trust import includes
from checker.vetting.entries import VettedScope
from checker.vetting.scope import vets_resources

TELLING = 3
"""Letters in a row that it takes to name something."""
LETTERS = 8
"""Of the sixteen with which most names begin, as many as leave half of them out."""
_WILD = re.compile(r"[*?]+")
_NOBODY = re.compile(r"[*?/:.,+@=_-]+")
"""Wildcards, and what stands between the parts of any name."""
_ANY = re.compile(r"latest|sha256|:v(?=[*?])")
"""What many an image has in the end, whoever's."""
_ANY_CODE = re.compile(
    r":(?:v?[0-9][0-9.]*(?:-[a-z]+)*|(?:(?:linux|amd64|arm64|nightly|nonroot"
    r"|(?:alma|rocky)linux|centos|debian|fedora|ubuntu|rhel|ubi|al2023|amazonlinux|windows"
    r"|bullseye|buster|focal|jammy|noble|trixie|bookworm|latest|stable|main|master|release|prod|production|dev|lts|edge|alpine|slim"
    r"|distroless|minimal|micro|nanoserver|windowsservercore|ltsc|mainline|debug|test|canary|beta|current|staging|develop|build|sha|gpu|cuda|fips|x86_64|aarch64|armv|bionic|stretch|jre|jdk|java|openjdk|temurin|corretto|python|py|node|rust|net|go|golang|ruby|php|dotnet|v|[0-9])[0-9.]*+(?:v8)?[-_]?)+)"
    r"(?=[*?]|$)"
    r"|(?:^|(?<=[*/:]))snap-0?[0-9a-f]?(?=[*?])"
    r"|(?<![\w-])(?:mcr\.microsoft|registry\.k8s|pkg\.dev|azurecr|sha256|lambda|layer|function|document|image|snapshot|component|application|extension"
    r"|ec2|ssm|imagebuilder|serverlessrepo|cloudformation|sagemaker|eks|stateMachine|task-definition|dkr|dkr-ecr|ecr|ecr-fips|amazonaws|on|aws|com|cn|https?|arn"
    r"|(?:public\.ecr|docker|(?:index|registry-1|registry)\.docker|quay|ghcr|gcr|registry)(?=[.*?]|$)"
    r"|io"
    r"|[a-z]{2,4}(?:-[a-z]+)+-[0-9])(?![\w-])",
    re.IGNORECASE,
)
"""The same of references to code: tags, kinds, regions, and the hosts of everybody's registry."""
_SCHEME = re.compile(r"^(?:https?|docker|oci)://", re.IGNORECASE)
_WORD = re.compile(rf"[a-z0-9]{{{TELLING}}}")
_CONTINENT = re.compile("africa|asia|australia|europe|northamerica|southamerica")
"""As Google's registries are called, by https://cloud.google.com/artifact-registry/docs/repositories/repo-locations"""
_SHARED = frozenset((
    "index.docker.io", "k8s.gcr.io", "mcr.microsoft.com", "registry-1.docker.io",
    "registry.docker.io", "registry.hub.docker.com", "registry.k8s.io",
))  # fmt: skip
"""Other hosts of these, and those that bring what many publish."""
_TELLS = re.compile(
    rf"(?=[0-9]*[A-Za-z])[A-Za-z0-9]{{{TELLING}}}|[0-9]{{12}}|(?:^|/)[A-Za-z][\w-]*(?=[:@]|$)"
)
_BEGINS = re.compile(rf"[^*?]{{{TELLING}}}")
_REGION = re.compile(r"[a-z]+-(gov-|iso[a-z]?-)?[a-z]{4,}")
_VERB = re.compile(r"BatchGet|Describe|Get|List|Select")
_PARTS = re.compile(r"/?([^/#:]*)([/#:]?)(.*)", re.DOTALL)
_PLAIN = ("sns", "sqs")
"""Services whose resources are written by their names alone; of others, KIND/NAME or KIND:NAME."""
_WITHIN = ("consumer", "index", "object", "stream", "table")
"""Kinds of what is within another resource, as in `table/NAME/stream/TIME`."""
Patterns = tuple[str, ...] | None


def blanket(resource: str) -> bool:
    """Whether an exception names no resource: its pattern fixes neither how a name begins nor a
    whole name, as `*ation*` and all of an account don't. For whom it is makes no difference, nor
    whether several exceptions share the work."""
    return bool(_WILD.search(resource)) and not any(map(_fixed, _names(resource)))


def blanket_gap(account: str, region: str, call: str) -> bool:
    """Whether an accepted gap names no account, no region and no call: `-` names none, `ec2:*` and
    `*:Describe*` no call, and `us-*` no region."""
    operation = _VERB.sub("", call.partition(":")[2])
    whole = [part for part in (account, region) if part != "-" and not _WILD.search(part)]
    return not (whole or _REGION.match(region) or _BEGINS.match(operation))


def _fixed(name: str) -> bool:
    return bool(_BEGINS.match(_image(name)))


def _names(resource: str) -> list[str]:
    """The parts of the name that a pattern of resources gives, paths too; a last one that is whole
    counts however short it is."""
    parts = resource.split(":", 5)
    service, region, account = parts[2:5] if len(parts) == 6 else ("", "", "")
    kind, mark, name = _PARTS.fullmatch(parts[-1]).groups()  # type: ignore[union-attr]  # fits any text
    if service in _PLAIN or (service == "s3" and not region and not account):  # a bucket
        return [_counted(kind)]
    if not mark:
        return [] if _WILD.search(kind) else [_counted(kind)]
    *folders, last = re.split("[/:]", name)
    return [*(one for one in folders if one not in _WITHIN), _counted(last)]


def _counted(last: str) -> str:
    return last if not last or _WILD.search(last) else last.ljust(TELLING)


def unbounded(scope: VettedScope, accounts: frozenset[str] = frozenset()) -> bool:
    """Whether nothing is left that limits where and as whom a vendor may be trusted. `accounts`:
    all that there are, if they are known and several; a list of them all limits nothing."""
    limits = (scope.roles, scope.principals, scope.images)
    listed = scope.in_accounts
    anywhere = listed is None or (len(accounts) > 1 and accounts <= set(listed))
    free = all(map(limitless, limits)) and limitless_code(scope.code)
    return anywhere and (free or _any_resource(scope))


def limitless_code(patterns: Patterns) -> bool:
    """Whether a list of patterns of code leaves next to nothing out, as `*:latest`, `*:1*`, and
    `*:layer:*`, which names a kind alone, do not."""
    return limitless(patterns) or any(map(_names_no_code, patterns or ()))


def _names_no_code(pattern: str) -> bool:
    pattern = _SCHEME.sub("", pattern)
    first, mark, path = pattern.partition("/")
    if mark and not first.startswith("arn:"):
        if not _WILD.search(first):
            return _of_nobody(first.lower(), path)
        if _is_nameless(path) and _of_everybody(first.lower()):
            return True
    rest = _ANY_CODE.sub("", pattern)
    begins = rest.lstrip("/:.@-")[:1]
    return _TELLS.search(rest) is None and (begins in ("", "*", "?") or not rest.strip("*?/:.@-"))


def _is_nameless(path: str) -> bool:
    """Whether its first part, without a tag or digest, names nobody."""
    return not _NOBODY.sub("", re.split("[/:@]", path, maxsplit=1)[0])


def _of_nobody(host: str, path: str) -> bool:
    """Whether images of a registry are anybody's; a word without a dot is a publisher at
    Docker's."""
    return _is_nameless(path) and (host in _SHARED or anybody_publishes(host))


def _of_everybody(host: str) -> bool:
    """The same of a host with a wildcard: `*.icr.io`, `us*.pkg.dev`, `gh?r.io`."""
    if any(includes(host, one) for one in (*_SHARED, *EVERYBODY)):
        return True
    head, end = re.fullmatch(r"(.*)[*?]+(.*)", host).groups()  # type: ignore[union-attr]  # it has one
    anybody = any(anybody_publishes(f"{one}{end}") for one in ("", "a"))
    return anybody and _WORD.search(_CONTINENT.sub("", head)) is None


def _any_resource(scope: VettedScope) -> bool:
    """Whether it is vetted for resources, and neither these, their kinds nor who comes is bound."""
    limits = (scope.resources, scope.principals)
    return vets_resources(scope) and scope.kinds is None and all(map(limitless, limits))


def limitless(patterns: Patterns) -> bool:
    """Whether a list of patterns leaves out next to nothing: one names nothing, or together they
    begin with most letters that there are."""
    if patterns is None:
        return True
    names = [_name(p.split(":", 5)[-1]) if p.startswith("arn:") else _image(p) for p in patterns]
    if any(not _NOBODY.sub("", _ANY.sub("", name) if "*" in name else name) for name in names):
        return True
    return len({name[0].lower() for name in names if _opens(name)}) > LETTERS


def _opens(name: str) -> bool:
    """A first letter and hardly more."""
    return name[0] not in "*?" and includes(name, name[0] + "?" * 62)


def _name(resource: str) -> str:
    """What follows the kind, which every resource of it has: `role/`, `instance/i-`."""
    kind, mark, name = _PARTS.fullmatch(resource).groups()  # type: ignore[union-attr]  # fits any text
    if not mark:
        return "" if _WILD.sub("", kind) in ("", "root") else kind
    return _image(name)


def _image(name: str) -> str:
    return re.sub(r"^(ami|i|lt)-", "", name)
