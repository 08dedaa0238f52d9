"""Whatever goes wrong on the way: waited out, renewed, or a gap; never less without saying so."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NoReturn

import pytest

from checker.__main__ import run as begin
from checker.collect.aws.journal import Journal
from checker.demo import images
from checker.demo.server import ApiCall
from checker.errors import InputError
from tests.support.collected import OTHER, REGIONS, Snapshot, launch, make_role, names, run
from tests.support.front import OWN, Calls, Expiry, Faults, aws, circle, deny

THIRD = "333333333333"
ACCOUNTS = ("--accounts", f"{OWN},{OTHER},{THIRD}")


def build() -> None:
    """Two roles and an instance in each of three accounts."""
    for account in (OWN, OTHER, THIRD):
        for name in ("vendor", "other"):
            make_role(name, account)
        launch("web", "ami-11111111", account)


def comparable(snapshot: Snapshot) -> dict[str, Any]:
    manifest = {k: v for k, v in snapshot.manifest.items() if k != "collected_at"}
    return snapshot.files | {"manifest.json": manifest}


@pytest.mark.parametrize("seed", [1, 2])
def test_random_faults_leave_no_trace(tmp_path: Path, seed: int) -> None:
    """With 15 % of the calls throttled or failing, the snapshot is the same bytes."""
    faults = Faults(0.15, seed)
    with aws(faults, images.describe_instance_image_metadata):
        build()
        calm = run(tmp_path / "calm", *ACCOUNTS, *REGIONS)
        faults.armed = True
        stormy = run(tmp_path / "stormy", *ACCOUNTS, *REGIONS, attempts=8)
    assert len(faults.seen) == 4
    assert (calm.gaps, comparable(stormy)) == ([], comparable(calm))


@pytest.mark.usefixtures("few")
@pytest.mark.parametrize("kind", ["throttle", "500", "502", "reset"])
def test_each_fault_without_end_is_a_gap(tmp_path: Path, kind: str) -> None:
    """Repetitions are bounded; the gap tells what happened."""
    codes = {"throttle": "RequestLimitExceeded", "500": "InternalFailure", "502": "502",
             "reset": "ConnectionClosedError"}  # fmt: skip
    faults = Faults(1.0, 1)
    faults.armed = True
    faults.random.choice = lambda _: kind  # type: ignore[method-assign,assignment]

    def one(call: ApiCall) -> Any:
        return faults(call) if call.action == "DescribeInstances" else None

    with aws(one):
        snapshot = run(tmp_path, "--regions", "us-east-1", attempts=3)
    assert snapshot.gaps == [(OWN, "us-east-1", "ec2:DescribeInstances", codes[kind])]
    assert faults.seen == {kind: 3}


@pytest.mark.usefixtures("few")
def test_one_account_that_throttles_for_ever_harms_no_other(tmp_path: Path) -> None:
    """The others' requests are neither slowed down nor given up."""
    blocker = deny("DescribeInstances", "RequestLimitExceeded", account=OTHER, status=503)
    with aws(blocker, images.describe_instance_image_metadata):
        build()
        snapshot = run(tmp_path, *ACCOUNTS, "--regions", "us-east-1", attempts=4)
    assert snapshot.gaps == [(OTHER, "us-east-1", "ec2:DescribeInstances", "RequestLimitExceeded")]
    assert {use["account"] for use in snapshot["image_uses"]} == {OWN, THIRD}
    assert len(snapshot["roles"]) == 6


@pytest.mark.usefixtures("few")
def test_no_account_is_seen_with_another_s_eyes(tmp_path: Path) -> None:
    """All accounts share clients; every record is of the account that it is said to be of."""
    accounts = [f"{number:012d}" for number in range(100000000001, 100000000013)]
    with aws():
        for account in accounts:
            make_role(f"role-of-{account}", account)
        snapshot = run(tmp_path, "--accounts", ",".join(accounts), *REGIONS, "--workers", "8")
    found = {role["account"]: (role["name"], role["arn"]) for role in snapshot["roles"]}
    assert found == {
        a: (f"role-of-{a}", f"arn:aws:iam::{a}:role/team/role-of-{a}") for a in accounts
    }


@pytest.mark.usefixtures("few")
@pytest.mark.parametrize(
    ("markers", "reason"),
    [(("a",), "the same at once"), (("a", "b"), "in turn"), (("a", "b", "c"), "a wide circle")],
)
def test_a_listing_that_goes_round_is_a_gap(
    tmp_path: Path, markers: tuple[str, ...], reason: str
) -> None:
    """Neither an endless loop nor an end without a word."""
    with aws(circle(*markers)):
        snapshot = run(tmp_path, "--regions", "us-east-1")
    gap = (OWN, None, "iam:GetAccountAuthorizationDetails", "UnexpectedResponse")
    assert snapshot.gaps == [gap], reason
    assert len(snapshot["roles"]) == len(markers) + 1, "what came before is kept"


def test_expired_credentials_are_renewed(tmp_path: Path) -> None:
    """In the middle of an account, by assuming the role again: nothing is lost. Threads share keys
    that are good for three calls: one thread may find several of them used up in a row."""
    expiry, calls = Expiry(3), Calls()
    with aws(expiry, calls, images.describe_instance_image_metadata):
        build()
        calm = run(tmp_path / "calm", *ACCOUNTS, *REGIONS)
        expiry.armed, expiry.used = True, type(expiry.used)()
        calls.seen.clear()
        stormy = run(tmp_path / "stormy", *ACCOUNTS, *REGIONS, attempts=8)
    assert comparable(stormy) == comparable(calm)
    assert calls.seen["sts:AssumeRole"] > 2


def test_the_caller_s_own_credentials_expire(tmp_path: Path) -> None:
    """Nothing can go on: said, nothing overwritten, and resumed after signing in."""
    expiry = Expiry(9, account=OWN)
    with aws(expiry, images.describe_instance_image_metadata):
        build()
        options = (*ACCOUNTS, "--regions", "us-east-1", "--workers", "1")
        before = run(tmp_path, "--regions", "us-east-1").files
        expiry.armed = True
        with pytest.raises(InputError, match="--resume"):
            run(tmp_path, *options)
        assert Snapshot(tmp_path / "snapshot", 0).files == before
        expiry.armed = False
        resumed = run(tmp_path, *options, "--resume")
    assert (resumed.gaps, len(resumed["roles"])) == ([], 6)


@pytest.mark.parametrize("code", ["AuthFailure", "OptInRequired", "UnrecognizedClientException"])
def test_a_disabled_region_is_one_gap(tmp_path: Path, code: str) -> None:
    """Asked for by name, but not enabled in the account: everything else there is not tried."""
    calls = Calls()

    def closed(call: ApiCall) -> Any:
        return deny(call.action, code, region="eu-west-1", status=401)(call)

    with aws(calls, closed):
        launch("web", "ami-11111111")
        calls.seen.clear()
        snapshot = run(tmp_path, *REGIONS)
    ((account, region, _, found),) = snapshot.gaps
    assert (account, region, found) == (OWN, "eu-west-1", code)
    assert names(snapshot["image_uses"]) == ["web"]


class Killer:
    """Kills a process at the nth call that it makes."""

    def __init__(self) -> None:
        self.at = -1
        self.process: Fork | None = None
        self.entered: list[str] = []

    def __call__(self, call: ApiCall) -> None:
        if call.action == "AssumeRole":
            self.entered.append(str(call.parameters["RoleArn"]).split(":")[4])
        self.at -= 1
        if self.process and self.at == 0:
            self.process.kill()


_WORDS = ("collect", "aws", "--no-resources", "--no-code")


def start(folder: Path, *arguments: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "checker", *_WORDS, "-o", str(folder / "snapshot")]
    return subprocess.Popen([*command, *arguments], stderr=subprocess.PIPE, preexec_fn=_heeding)


class Fork:
    """The same as a fork of this process, for whom is killed anyway: what takes a process half a
    second to load is there. Its calls are seen here."""

    def __init__(self, folder: Path, *arguments: str) -> None:
        self.returncode: int | None = None
        self._pid = os.fork()
        if not self._pid:
            _as_started(folder, *arguments)

    def kill(self) -> None:
        os.kill(self._pid, signal.SIGKILL)

    def wait(self) -> None:
        self.returncode = os.waitstatus_to_exitcode(os.waitpid(self._pid, 0)[1])


def _as_started(folder: Path, *arguments: str) -> NoReturn:
    """Never returns, as what called it is the parent's."""
    code: Any = 70
    try:
        for stream in (1, 2):
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream)
        sys.stdout = sys.stderr = os.fdopen(1, "w")
        sys.argv = ["vendorgate", *_WORDS, "-o", str(folder / "snapshot"), *arguments]
        begin()
        code = 0
    except SystemExit as ended:
        code = ended.code or 0
    finally:
        os._exit(code)


def _heeding() -> None:
    """Ctrl-C is heard, though these tests run in the background, where a shell has it ignored."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def finished(folder: Path) -> set[str]:
    return {run.stem for run in folder.glob(".snapshot.unfinished/*.run")}


def kills() -> Iterator[int]:
    yield from (1, 5, 20, 24, 30, 12)


def test_killed_again_and_again(tmp_path: Path) -> None:
    """The old snapshot stays whole; what is finished is not repeated; the end is the same."""
    killer = Killer()
    options = (*ACCOUNTS, "--regions", "us-east-1", "--workers", "2")
    with aws(killer, images.describe_instance_image_metadata):
        build()
        expected = comparable(run(tmp_path / "whole", *options))
        before = run(tmp_path, "--regions", "us-east-1").files
        for calls in kills():
            done = finished(tmp_path)
            killer.entered.clear()
            killer.at = calls
            killer.process = Fork(tmp_path, *options, "--resume")
            killer.process.wait()
            assert not done & set(killer.entered)
            if killer.process.returncode == 0:
                break
            assert done <= finished(tmp_path)
            assert Snapshot(tmp_path / "snapshot", 0).files == before
        killer.process = None
        resumed = run(tmp_path, *options, "--resume")
    assert comparable(resumed) == expected
    assert sorted(path.name for path in tmp_path.iterdir()) == ["snapshot", "whole"]


def cut(folder: Path, killer: Killer, *options: str) -> None:
    """A collection that is killed after an account or two."""
    killer.at, killer.process = 34, Fork(folder, *options)
    killer.process.wait()
    killer.process = None
    assert finished(folder)


CUT = (*ACCOUNTS, "--regions", "us-east-1", "--workers", "1")


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (CUT, "dropped the unfinished collection"),
        ((*CUT, "--resume", "--workers", "3"), "going on with the unfinished collection"),
    ],
)
def test_what_becomes_of_an_unfinished_collection(
    tmp_path: Path, options: tuple[str, ...], said: str, capfd: pytest.CaptureFixture[str]
) -> None:
    """It is said; nothing stays beside the snapshot."""
    killer = Killer()
    with aws(killer):
        build()
        cut(tmp_path, killer, *CUT)
        snapshot = run(tmp_path, *options)
    assert said in capfd.readouterr().err
    assert (snapshot.gaps, len(snapshot["roles"])) == ([], 6)
    assert [path.name for path in tmp_path.iterdir()] == ["snapshot"]


def test_another_request_is_not_resumed(tmp_path: Path) -> None:
    """Parts of two different collections make no snapshot; the journal stays for the right one."""
    killer = Killer()
    with aws(killer):
        build()
        cut(tmp_path, killer, *CUT)
        done = finished(tmp_path)
        for other in (("--regions", "eu-west-1"), ("--external-id", "abc"), ()):
            arguments = (*ACCOUNTS, *(other or ("--regions", "us-east-1,eu-west-1")), "--resume")
            with pytest.raises(InputError, match="other options"):
                run(tmp_path, *arguments)
        assert finished(tmp_path) == done


def test_an_old_journal_is_dropped(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """A snapshot must not show together what never was together."""
    killer = Killer()
    with aws(killer):
        build()
        cut(tmp_path, killer, *CUT)
        journal = Journal(tmp_path / "snapshot")
        journal._begin("any", "2020-01-01T00:00:00Z")  # under our own seal
        for path in journal.runs():
            path.unlink()
        snapshot = run(tmp_path, *CUT, "--resume")
    assert "older than a day" in capfd.readouterr().err
    assert snapshot.manifest["collected_at"] > "2026"


def test_no_credential_is_in_the_journal(tmp_path: Path) -> None:
    """Nor the external id: the request is kept as a digest."""
    killer, calls = Killer(), Calls()
    with aws(killer, calls):
        build()
        secrets = [os.environ[f"AWS_{name}"] for name in ("SECRET_ACCESS_KEY", "SESSION_TOKEN")]
        cut(tmp_path, killer, *CUT, "--external-id", "an-external-id")
        everything = b"".join(
            path.read_bytes() for path in (tmp_path / ".snapshot.unfinished").iterdir()
        ).decode()
    keys = {key for key in calls.keys if key.startswith(("AKIA", "ASIA"))}
    assert not [secret for secret in (*secrets, *keys, "an-external-id") if secret in everything]


def test_two_collections_to_one_place(tmp_path: Path) -> None:
    """The second is refused: it would drop the first one's journal under its hands."""
    second: list[Any] = []

    def meanwhile(call: ApiCall) -> None:
        if call.action == "ListSAMLProviders" and not second:
            second.append(None)
            second[0] = start(tmp_path, "--regions", "us-east-1").communicate()[1]

    with aws(meanwhile):
        build()
        snapshot = run(tmp_path, "--regions", "us-east-1")
    assert b"another collection" in second[0]
    assert (snapshot.gaps, len(snapshot["roles"])) == ([], 2)


def test_bad_input_leaves_nothing_behind(tmp_path: Path) -> None:
    """A journal without a finished account is none."""
    with aws(), pytest.raises(InputError, match="in no organization"):
        run(tmp_path, "--organization")
    assert list(tmp_path.iterdir()) == []
