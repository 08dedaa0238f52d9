"""Many bugs in one run of pytest: each in a fork of it, where a function gets other code.

A plugin of pytest. With `VENDORGATE_ORDERS=FILE` it plants each of the bugs that stand there and
runs its tests, in order, up to the first that fails; everything was imported once. A bug that no
function holds, or whose function runs when modules are imported, is for `__main__`, which plants
it in the file.
"""

from __future__ import annotations

import ast
import contextlib
import json
import os
import signal
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from tests.mutants.live import forget, plant

ORDERS = "VENDORGATE_ORDERS"
_ENDS = {0: "survived", 1: "killed"}


class Forks:
    """Runs the orders in place of the tests, and appends an outcome for each to a file."""

    def __init__(self, path: str) -> None:
        self.path = Path(path)

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        items = {item.nodeid: item for item in session.items}
        orders = json.loads(self.path.read_text())
        with self.path.with_suffix(".outcomes").open("w") as file:
            for order in orders:
                file.write(json.dumps(self._tried(session, items, order)) + "\n")
                file.flush()
        return True

    def _tried(self, session: Any, items: dict[str, pytest.Item], order: dict[str, Any]) -> str:
        child = os.fork()
        if child == 0:
            code = 3
            try:
                os.setsid()
                if plant(order["path"], ast.parse(order["planted"]), order["first"]):
                    forget()
                    code = self._ran(session, [items[one] for one in order["tests"]])
            finally:
                os._exit(code)
        code = _waited(child, order["seconds"])
        return "timeout" if code is None else _ENDS.get(code, "")

    def _ran(self, session: Any, items: list[pytest.Item]) -> int:
        for item, after in zip(items, [*items[1:], None], strict=True):
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=after)
            if session.testsfailed:
                return 1
        return 0


def _waited(child: int, seconds: float) -> int | None:
    """Its exit code; None for one that takes too long. Whatever it started ends with it."""
    end = time.monotonic() + seconds
    code: int | None = None
    while code is None and time.monotonic() < end:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            code = os.waitstatus_to_exitcode(status)
        else:
            time.sleep(0.01)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(child, signal.SIGKILL)
    if code is None:
        os.waitpid(child, 0)
    return code


def keep_devices(event: str, told: tuple[Any, ...]) -> None:
    """A hook: no bug removes or replaces what others on this machine use. Where root runs them, one
    in how reports are written made a plain file of /dev/null."""
    for place in told[: 2 if event == "os.rename" else event in ("os.remove", "os.rmdir")]:
        if isinstance(place, str | bytes | os.PathLike) and os.fsdecode(place).startswith("/dev/"):
            raise PermissionError(f"{event} of {os.fsdecode(place)}: left alone")


def pytest_configure(config: pytest.Config) -> None:
    sys.addaudithook(keep_devices)
    if orders := os.environ.get(ORDERS):
        config.pluginmanager.register(Forks(orders))
