"""An account in a region, as its sources see it: they ask, and what fails is a gap."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from threading import Lock
from typing import Any, TypeVar

import msgspec

from checker.collect.aws.breaker import CODE, UNANSWERED
from checker.collect.aws.calls import CALL_ERRORS, Call, Shape, clean, describe, invoke, pages
from checker.collect.aws.clients import Answering
from checker.snapshot.records import Gap

# How a region that is not enabled in the account refuses valid credentials.
# https://docs.aws.amazon.com/general/latest/gr/rande-manage.html
_SHUT = frozenset(
    {"AuthFailure", "InvalidClientTokenId", "OptInRequired", "UnrecognizedClientException"}
)
S = TypeVar("S", bound=Shape)
T = TypeVar("T")


@dataclass(frozen=True)
class Options:
    """What is looked at beyond the default, as it costs a call for each template or image;
    `components_are_code`: those of recipes are looked for as code, and not as images."""

    all_template_versions: bool = False
    all_image_permissions: bool = False
    components_are_code: bool = False


class Memo:
    """What several threads want to know of one account, and one of them asks."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._asked: dict[Hashable, tuple[Lock, list[Any]]] = {}

    def get(self, key: Hashable, ask: Callable[[], T]) -> T:
        with self._lock:
            lock, kept = self._asked.setdefault(key, (Lock(), []))
        with lock:
            if not kept:
                kept.append(ask())
            found: T = kept[0]
            return found


@dataclass(frozen=True)
class AccountRegion:
    """An account in a region, or its global part; failed calls end up in `gaps`, the names of
    those that were answered in `heard`. `memo`: what is asked once for several; `whole`: the
    account's global part, in whose gaps is what does not depend on the region."""

    account: str
    partition: str
    region: str | None
    client: Callable[..., Answering]
    gaps: list[Gap] = field(default_factory=list)
    options: Options = Options()
    heard: set[str] = field(default_factory=set)
    memo: Memo = field(default_factory=Memo)
    whole: AccountRegion | None = None

    def at(self, region: str) -> AccountRegion:
        """The same account in another region; what fails there is a gap of this region's."""
        if region == self.region:
            return self
        return replace(self, region=region, client=partial(self.client, region=region))

    @property
    def region_name(self) -> str:
        """As records have it: empty for what the account has once."""
        return self.region or ""

    @property
    def closed(self) -> bool:
        """The whole region is shut to the account: one gap tells it, and asking on is in vain."""
        return self.region is not None and any(
            gap.code in _SHUT and gap.region == self.region for gap in self.gaps
        )

    def items(self, call: Call, shape: type[S], **request: Any) -> Iterator[S]:
        """The items of all pages, up to the first page that fails."""
        for found in self._read(call, list[shape], request):  # type: ignore[valid-type]
            yield from found

    def texts(self, call: Call, **request: Any) -> list[str]:
        """The items of a listing of plain names, up to the first page that fails."""
        return [text for found in self._read(call, list[str], request) for text in found]

    def pages(self, call: Call, shape: type[S], **request: Any) -> Iterator[S]:
        """Whole pages, for an answer with more lists than the call's key."""
        yield from self._read(call, shape, request, whole=True)

    def _read(
        self, call: Call, shape: Any, request: Mapping[str, Any], *, whole: bool = False
    ) -> Iterator[Any]:
        if self.closed or not self.offers(call):
            return
        try:
            yield from self._pages(call, shape, request, whole=whole)
        except CALL_ERRORS as error:
            self.failed(call, error)

    def _pages(
        self, call: Call, shape: Any, request: Mapping[str, Any], *, whole: bool = False
    ) -> Iterator[Any]:
        for page in pages(self.client(call.service), call, {**call.request, **request}):
            self.heard.add(call.name)
            empty: list[Any] = []  # which AWS may leave out of a lean answer
            yield msgspec.convert(page if whole else page.get(call.key, empty), shape)

    def answers(self, call: Call, shape: Any, **request: Any) -> list[Any]:
        """The items of all pages; raises one of `CALL_ERRORS` where a page failed."""
        return [one for found in self._pages(call, list[shape], request) for one in found]

    def get(self, call: Call, shape: type[S], **request: Any) -> S | None:
        """The answer of an operation without pages; None when it failed."""
        if self.closed or not self.offers(call):
            return None
        try:
            return self.answer(call, shape, **request)
        except CALL_ERRORS as error:
            self.failed(call, error)
            return None

    def answer(self, call: Call, shape: type[S], **request: Any) -> S:
        """The same; raises one of `CALL_ERRORS` where it failed."""
        answer = invoke(self.client(call.service), call, {**call.request, **request})
        self.heard.add(call.name)
        return msgspec.convert(answer[call.key] if call.key else answer, shape)

    def offers(self, call: Call) -> bool:
        """Whether AWS has the service in this region at all: else nobody has anything in it."""
        return not call.sparse or self.client(call.service).offered

    def gap(self, call: str, code: str, message: str) -> None:
        """Note what could not be looked at, once however often it was asked."""
        gap = Gap(
            account=self.account,
            region=self.region,
            call=call,
            code=code,
            message=clean(message),
        )
        if gap not in self.gaps:
            self.gaps.append(gap)

    def failed(self, call: Call, error: BaseException) -> None:
        """Note what became of a call; once for all calls to what cannot be reached."""
        if isinstance(error, UNANSWERED) and self.client(call.service).unreachable:
            text = f"{call.service} does not answer here: nothing more was asked of it"
            self.gap(f"{call.service}:*", CODE, text)
            return
        code, message = describe(error)
        if code not in call.nothing:
            self.gap(call.name, code, message)
