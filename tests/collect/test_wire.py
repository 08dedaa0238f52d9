"""Every call × every fault on its way: what is silent fails.

Silent is a collection that is other than it should be, and says nothing of the call that was
harmed. `VENDORGATE_FAULTS=all` (`make faults`) tries the whole table, else a sample is drawn.
"""

from __future__ import annotations

import contextlib
import json
import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any
from unittest import mock

import pytest

from checker.cli.collect import command
from checker.collect.aws import ec2, sources
from checker.collect.aws.calls import Call
from checker.collect.aws.code.registry import CODE, SOURCES
from checker.collect.aws.permissions import declared
from checker.collect.aws.resources.registry import ALL, calls_of
from checker.collect.aws.resources.registry import SOURCES as RESOURCES
from checker.demo.server import replaced_environment
from checker.errors import InputError
from tests.collect.wirefaults import HARMLESS, LASTING, PAGES, PASSING
from tests.support.collected import SORTS, of_sources
from tests.support.modelled import OWN, Asked, Reply, World, paged
from tests.support.wire import Send, Server, Wire, serving

ALONE = ("--all-template-versions", "--all-image-permissions")
ORGANIZATION = (*ALONE, "--organization")
LISTED = (*ORGANIZATION, "--accounts", OWN)
AGGREGATOR = ("--from-aggregator", "all")
WHOLE = os.environ.get("VENDORGATE_FAULTS") == "all"
_SAMPLE = 20  # of each half
IDENTITY = "sts:GetCallerIdentity"
# A refusal that is said elsewhere than among the gaps, and where.
SAID = {
    "organizations:ListPolicies": "guardrails: null", "organizations:DescribePolicy": "guardrails: null",
    "organizations:ListTargetsForPolicy": "guardrails: null",
}  # fmt: skip


CODE_CALLS = tuple(
    sorted(
        {call.name for call in calls_of(CODE) if call.service != "ecr"}
        - {call.name for call in declared()}
    )
)
"""Those that only uses of code take."""
RESOURCE_CALLS = tuple(
    sorted(
        {call.name for call in calls_of(ALL)} - {call.name for call in declared()} - {*CODE_CALLS}
    )
)
"""Those that only resources take."""


LEAN = {call.name for call in calls_of(ALL) if call.lean}
EMPTY = ("hollow", "hidden", "another call's")
"""What AWS itself sends in the place of an empty list, for some calls."""


@dataclass(frozen=True)
class Row:
    """One call, one of its pages, one fault."""

    call: str
    page: int
    fault: str
    send: Send
    passing: bool = False

    def __str__(self) -> str:
        return f"{self.call}-{self.page}-{self.fault}{'-once' if self.passing else ''}".replace(
            " ", "_"
        )


def rows() -> Iterator[Row]:
    """The table."""
    for name in (IDENTITY, *(call.name for call in declared()), *CODE_CALLS, *RESOURCE_CALLS):
        pages = (1, 2) if two_pages(name) else (1,)
        lasting = {f: s for f, s in LASTING.items() if not (name in LEAN and f in EMPTY)}
        for page in pages:
            yield from (Row(name, page, fault, send) for fault, send in lasting.items())
            yield from (Row(name, page, fault, LASTING[fault], True) for fault in PASSING)
            yield from (Row(name, page, fault, send) for fault, send in HARMLESS.items())
        yield from (
            Row(name, on, fault, send) for fault, (on, send) in PAGES.items() if on in pages
        )


def two_pages(name: str) -> bool:
    return bool(paged(*name.split(":"))) and name not in (
        "organizations:ListRoots",
        "ec2:DescribeRegions",
    )


TABLE = list(rows())
OTHERS = [row for row in TABLE if row.call not in RESOURCE_CALLS]
OF_RESOURCES = [row for row in TABLE if row.call in RESOURCE_CALLS]
DRAWN = (
    TABLE
    if WHOLE
    else [row for part in (OTHERS, OF_RESOURCES) for row in Random(17).sample(part, _SAMPLE)]
)


class Once:
    """A fault of one page of one call; of the first attempt alone where it is passing."""

    def __init__(self, row: Row) -> None:
        self.row, self.hit = row, set[str]()

    def __call__(self, wire: Wire, reply: Reply) -> None:
        asked = reply.asked
        wanted = asked.name == self.row.call and asked.page == self.row.page
        if not wanted or (self.row.passing and str(asked) in self.hit):
            wire.send(reply)
            return
        self.hit.add(str(asked))
        self.row.send(wire, reply)


@contextlib.contextmanager
def environment(server: Server) -> Iterator[None]:
    """Only this server is known; no setting of the user's is read."""
    values: dict[str, str | None] = dict.fromkeys(
        name for name in os.environ if name.startswith("AWS_")
    )
    values |= {
        "AWS_CONFIG_FILE": os.devnull, "AWS_SHARED_CREDENTIALS_FILE": os.devnull, "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_ENDPOINT_URL": f"http://127.0.0.1:{server.server_port}", "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_ACCESS_KEY_ID": "AKIAOWN", "AWS_SECRET_ACCESS_KEY": "s", "AWS_MAX_ATTEMPTS": "2", "NO_PROXY": "127.0.0.1",
        "AWS_ENDPOINT_URL_S3_CONTROL": "http://s3-control.emulator",  # the account stands before it
        "HTTP_PROXY": f"http://127.0.0.1:{server.server_port}",
    }  # fmt: skip
    with replaced_environment(values):
        yield


@contextlib.contextmanager
def running() -> Iterator[Server]:
    with serving(World()) as server, environment(server):
        yield server


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with running() as server:
        yield server


@dataclass(frozen=True)
class Outcome:
    code: int
    files: dict[str, bytes]
    gaps: list[dict[str, Any]]
    guardrails: Any
    refused: str = ""

    def comparable(self) -> tuple[Any, ...]:
        return self.code, self.files, self.gaps, self.guardrails


def collected(folder: Path, *options: str) -> Outcome:
    """A collection through the command line."""
    words = ["aws", "-q", "-o", str(folder / "snapshot"), "--workers", "4", *options]
    words += [] if "--kinds" in options else ["--no-resources", "--no-code"]
    try:
        code = command.main(words, prog_name="vendorgate", standalone_mode=False) or 0
    except InputError as error:
        return Outcome(2, {}, [], None, str(error))
    files = {path.name: path.read_bytes() for path in (folder / "snapshot").iterdir()}
    manifest = json.loads(files.pop("manifest.json"))
    files["accounts"] = json.dumps(
        [manifest["accounts"], manifest["regions"], manifest["organization"]]
    ).encode()
    return Outcome(code, files, manifest["gaps"], manifest["guardrails"])


class Calm:
    """What is collected when nothing happens, where one call's listing has two pages."""

    def __init__(self, server: Server, folder: Path) -> None:
        self.server, self.folder = server, folder
        self._known: dict[str, tuple[World, Outcome]] = {}

    def of(self, call: str) -> Outcome:
        """And the server answers so from now on."""
        self.server.fault = None
        if call not in self._known:
            self.server.world = World(paged=call)
            with of_sources(*sources_of(call)):
                found = collected(self.folder / call, *options_of(call))
            self._known[call] = self.server.world, found
        self.server.world, outcome = self._known[call]
        return outcome


@pytest.fixture(scope="module")
def calm(server: Server, tmp_path_factory: pytest.TempPathFactory) -> Calm:
    return Calm(server, tmp_path_factory.mktemp("calm"))


def options_of(call: str) -> tuple[str, ...]:
    """The smallest collection that makes this call."""
    if call.startswith("config:"):
        return AGGREGATOR
    if call in CODE_CALLS or call in RESOURCE_CALLS:
        kinds = {
            kind
            for one in (*SOURCES, *RESOURCES)
            if call in {each.name for each in one.calls}
            for kind in one.kinds
        }
        return ("--kinds", ",".join(sorted(kinds)))
    if call.startswith("organizations:"):
        return LISTED
    return ORGANIZATION if call == "sts:AssumeRole" else ALONE


def sources_of(call: str) -> list[Any]:
    """Those that are asked for it: of kinds none beside, else whoever is in the call's own module,
    with instances, whose images lead on; all of them for what several lead to."""
    if call in CODE_CALLS or call in RESOURCE_CALLS:
        return []
    every = [source for sort in SORTS for source in getattr(sources, sort)]
    own = [source for source in every if call in declared_in(source.__module__)]
    return [*{ec2.instances, *own}] if own else every


def declared_in(module: str) -> set[str]:
    return {one.name for one in vars(sys.modules[module]).values() if isinstance(one, Call)}


@pytest.mark.parametrize("row", DRAWN, ids=str)
def test_no_fault_is_silent(server: Server, calm: Calm, tmp_path: Path, row: Row) -> None:
    """The same as without the fault, or the call that was harmed is named, and the exit code is
    not 0. What only passes, or harms nothing, leaves no trace."""
    quiet = calm.of(row.call)
    wrong = judged(row, *harmed(server, tmp_path, row), quiet)
    assert not wrong, wrong


def harmed(server: Server, folder: Path, row: Row) -> tuple[Outcome, bool]:
    """What is collected under a fault, and whether that was met at all."""
    server.fault = fault = Once(row)
    sparing = of_sources(*sources_of(row.call))
    with sparing, mock.patch("checker.collect.aws.retry._BASE", 0.001):
        found = collected(folder, *options_of(row.call))
    server.fault = None
    return found, bool(fault.hit)


def judged(row: Row, found: Outcome, hit: bool, quiet: Outcome) -> str:
    """What is wrong with it, if anything."""
    if not hit:
        return "nobody made this call"
    if found.comparable() == quiet.comparable():
        return ""
    if row.passing or row.fault in HARMLESS:
        return f"a trace: {found.gaps} {found.refused}"
    return "" if told(found, quiet, row) else f"silent: {found.code} {found.gaps} {found.refused}"


def told(found: Outcome, quiet: Outcome, row: Row) -> bool:
    if found.refused:
        return True
    if found.guardrails is None and quiet.guardrails is not None and row.call in SAID:
        return True
    new = [gap for gap in found.gaps if gap not in quiet.gaps]
    return found.code == 3 and any(gap["call"] == row.call for gap in new)


def test_without_a_fault_there_is_no_gap(server: Server, tmp_path: Path) -> None:
    """What the models let AWS answer is understood, all of it; and something is found of each."""
    server.world = World()
    whole, config = (collected(tmp_path / o[0], *o) for o in (ORGANIZATION, AGGREGATOR))
    assert (whole.code, whole.gaps) == (0, [])
    files = whole.files | {"guardrails": whole.guardrails}
    assert not [name for name, data in files.items() if not data]
    assert (config.code, config.gaps) == (0, [])


def test_every_kind_comes_over_the_wire(server: Server, tmp_path: Path) -> None:
    """Each is listed and read by unchanged clients, from whatever its service's model lets it
    answer; nothing of it is a gap."""
    server.world = World()
    found = collected(tmp_path, "--kinds", ",".join(ALL))
    assert (found.code, found.gaps) == (0, [])
    lines = found.files["resources.jsonl"].splitlines()
    assert {json.loads(line)["kind"] for line in lines} == set(ALL)


@pytest.mark.parametrize("seed", range(2, 40 if WHOLE else 5))
def test_whatever_the_models_allow_is_understood(server: Server, tmp_path: Path, seed: int) -> None:
    """Other answers, as random."""
    server.world = World(seed)
    found = collected(tmp_path, *ORGANIZATION)
    assert (found.code, found.gaps) == (0, [])


def test_the_table_is_whole() -> None:
    """Each call that any module declares, and that any kind of resource takes; many faults each."""
    known = {IDENTITY, *(call.name for call in declared()), *CODE_CALLS, *RESOURCE_CALLS}
    assert {row.call for row in TABLE} == known
    assert len(OTHERS) >= 1300 and len(OF_RESOURCES) >= 60 * len(RESOURCE_CALLS)
    assert len({str(row) for row in TABLE}) == len(TABLE)


def test_what_is_asked_is_understood() -> None:
    """The server's own reading of requests."""
    assert Asked("1", "r", "ec2", "DescribeImages", {}, "t").page == 2
