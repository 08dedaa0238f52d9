"""The roles of one range of a snapshot's file that anybody must look at, found in a worker process.

Most trust nobody outside. Of the others come back the records, and what their policies say, each
thing once; the allowlist is not known here.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable

import msgspec

from checker.errors import InputError
from checker.role_trust.answers import Answer, Answers
from checker.role_trust.glance import without_account, without_home, without_id
from checker.role_trust.plain import plain
from checker.role_trust.scopes import Scopes
from checker.role_trust.shapes import STAND_IN
from checker.role_trust.sifted import Found, Said, Sifted
from checker.room import room
from checker.snapshot.odd import Seen
from checker.snapshot.ranges import Range
from checker.snapshot.read import RecordFile, file_of
from checker.snapshot.records import Role
from checker.snapshot.role_lines import RoleLine, form, tells_once
from checker.trust.model import Principal
from checker.workers import begin

_Told = tuple[Said, dict[str, str]] | None
"""What a policy says, and the names that its witnesses show; None where nobody must look."""


_UNLIKE: _Told = Said(None, b""), {}


class Sieve:
    """Remembers what policies say from one range to the next."""

    def __init__(self, scopes: Scopes) -> None:
        self._answers, self._partition = Answers(scopes), scopes.partition
        self._plain = plain(scopes.partition)
        self._ours = {None, *scopes.own, *scopes.organizations}
        self._form = form(scopes.partition)
        self._tags: dict[bytes, None] = {}
        self._scopes, self._own = scopes, {account.encode() for account in scopes.own}
        self._known: dict[object, _Told] = {}
        self._by_id: dict[object, tuple[Said, dict[str, str]]] = {}
        self._by_home: dict[object, tuple[Said, dict[str, str]]] = {}
        self._quiet: dict[object, None] = {}
        self._said: dict[object, Said] = {}

    def sift(self, part: Range) -> Sifted:
        """What is wrong with a record is said by who reads the range again."""
        seen = Seen(self._partition)
        file = file_of(part, Role, seen)
        found = Found()
        with contextlib.suppress(InputError):
            for lines in file.lines(part):
                self._look(lines, file, found)
            return found.sifted(file.sum())
        return Sifted(None)

    def _look(self, lines: bytes, file: RecordFile[Role], found: Found) -> None:
        fitting = self._form.findall(lines)
        if len(fitting) == lines.count(b"\n") + (lines[-1:] != b"\n"):
            self._fitting(fitting, file, found)
        else:
            for line in filter(None, lines.split(b"\n")):
                if not self._fitting(self._form.findall(line), file, found):
                    self._odd(line, file, found)

    def _fitting(self, lines: list[RoleLine], file: RecordFile[Role], found: Found) -> bool:
        """Whether there are any."""
        if not lines:
            return False
        every, accounts, arns, tags, policies = zip(*lines, strict=True)
        self._check_tags(tags)
        file.follow(accounts, arns)
        known, foreign = self._known, set(accounts) - self._own
        for at, text in enumerate(policies):
            account = accounts[at]
            try:  # what a text says in an own account, it says in each: else it is known by both
                told = known[text if account not in foreign else (account.decode(), text)]
            except KeyError:
                told = self._uncached(every[at], account.decode(), text, file)
            if told is not None:
                found.add(every[at], *told)
        return True

    def _check_tags(self, tags: Iterable[bytes]) -> None:
        for one in set(tags) - self._tags.keys():
            if not tells_once(one):
                raise InputError("a tag twice")
            room(self._tags)[one] = None

    def _odd(self, line: bytes, file: RecordFile[Role], found: Found) -> None:
        """A line of another form than ours."""
        for role in file.decode(line):
            told = self._of(role.account, bytes(role.trust_policy))
            if told is not None:
                found.add(line, *told)

    def _uncached(self, line: bytes, account: str, text: bytes, file: RecordFile[Role]) -> _Told:
        """Of a policy that is not known by its text. Where none that is like it is known either,
        its line is read strictly."""
        if (account, text) in self._known:
            return self._known[account, text]
        own = account in self._scopes.own
        if own and (told := self._glance(account, text)) is not _UNLIKE:
            return told
        (role,) = file.checked(line)
        return self._of(account, bytes(role.trust_policy))

    def _glance(self, account: str, text: bytes) -> _Told:
        """Of a policy, in an own account, that differs from a known one in one name; _UNLIKE where
        it is like none."""
        if b'"sts:ExternalId"' in text:
            like, own_id = without_id(text) or (None, "")
            if like in self._by_id:
                said, names = self._by_id[like]
                return said, names | {STAND_IN: own_id}
        elif b'"Federated"' in text:
            home = without_home(text, account, self._scopes)
            if home in self._by_home:
                said, names = self._by_home[home]
                return self._keep((account, text), (said, names | {str(said.account): account}))
        elif without_account(text, self._own) in self._quiet:
            return self._keep(text, None)
        return _UNLIKE

    def _of(self, account: str, text: bytes) -> _Told:
        """Of a policy that was read strictly."""
        if (account, text) in self._known:
            return self._known[account, text]
        answer = self._answers.of(account, text)
        told = self._told(account, answer)
        if told is not None and answer.shape.home in answer.late:
            if home := without_home(text, account, self._scopes):
                room(self._by_home)[home] = told
        elif not answer.bound:
            self._note(text, told)
        return self._keep((account, text) if answer.bound else text, told)

    def _note(self, text: bytes, told: _Told) -> None:
        """That all policies like one, in an own account, are answered as it is."""
        if told is not None and STAND_IN in told[1] and (found := without_id(text)):
            room(self._by_id)[found[0]] = told
        elif told is None and self._plain.fullmatch(text):
            # in any other, an account may meet a pattern, a number or a tag that tells it apart
            room(self._quiet)[without_account(text, self._own) or text] = None

    def _keep(self, key: object, told: _Told) -> _Told:
        room(self._known)[key] = told
        return told

    def _is_ours(self, principal: Principal) -> bool:
        """Whether it is AWS itself, or a service that acts for us, whatever an allowlist says."""
        return principal.kind == "service" and principal.source in self._ours

    def _told(self, account: str, answer: Answer) -> _Told:
        general = answer.general
        if not general.problems and all(self._is_ours(one.principal) for one in general.grants):
            return None
        key = answer.key(account)
        said = self._said.get(key)
        if said is None:
            bound = answer.home(account) if answer.bound else None
            said = room(self._said)[key] = Said(bound, _encode(answer.own))
        return said, answer.late


_encode = msgspec.msgpack.Encoder().encode
_worker: list[Sieve] = []


def start(scopes: Scopes) -> None:
    """In a worker."""
    begin()
    _worker[:] = [Sieve(scopes)]


def sift(part: Range) -> bytes:
    """In a worker."""
    return _encode(_worker[0].sift(part))
