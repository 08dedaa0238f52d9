"""`python -m bench.collect`: a simulated organization, collected over HTTP.

1,000 accounts in 3 regions, answers after 50 ms, 32 workers, roles and instances alone; with
`--resources` 100 middling accounts (bench/account.py) with all that there is to be looked at, in
one region. The bound is calls x latency / workers: what it would take if our own work cost nothing.
The responder is a process of its own: canned answers in AWS's protocols, no emulator.

`--accounts 10000 --regions 17 --latency 0.1 --workers 64 --shard 1/16`: one shard of a large one,
as one of sixteen machines would collect it (`bench.shards` merges and checks all of them).
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

from moto.core.model import OperationModel

from bench.account import CONTENT, account_id, organization
from bench.answering import Asked, NoneError, Router, empty, services, written
from checker.collect.aws.permissions import central_calls, member_calls
from checker.collect.aws.resources.registry import EVERY, calls_of

REGIONS = (
    "us-east-1", "eu-west-1", "ap-southeast-2", "us-east-2", "us-west-1", "us-west-2",
    "ap-south-1", "ap-northeast-1", "ap-northeast-2", "ap-northeast-3", "ap-southeast-1",
    "ca-central-1", "eu-central-1", "eu-west-2", "eu-west-3", "eu-north-1", "sa-east-1",
)  # fmt: skip
"""Those of an account that has enabled none besides are all seventeen."""
AIM, AIM_RESOURCES, AIM_MEMORY = 1.3, 1.15, 400
Written = tuple[int, str, bytes]
_CREDENTIAL = re.compile(rb"Credential=([^/]+)/[^/]+/([^/]+)/([^/]+)/")


class Answers:
    """What is answered to whom; the same to all is written once."""

    def __init__(self, accounts: int) -> None:
        calls = [*central_calls(), *member_calls(), *calls_of(EVERY)]
        self._calls = {(call.service, call.operation): call for call in calls}
        self._router = Router(services(call.service for call in calls))
        self._accounts = accounts
        self._same: dict[tuple[str, str], Written] = {}

    def of(self, head: bytes, body: bytes) -> Written:
        signed = _CREDENTIAL.search(head)
        key, region, name = (part.decode() for part in signed.groups()) if signed else ("",) * 3
        account = key[4:] if key.startswith("ASIA") else account_id(0)
        model, path = self._operation(name, head, body)
        if model is None:
            return 404, "text/xml", b"<Error><Code>UnknownOperation</Code></Error>"
        asked = Asked(model.service_model.service_name, model.name, account, region,
                      _parameters(body), path)  # fmt: skip
        if (asked.service, asked.operation) not in CONTENT and asked.service != "organizations":
            key = asked.service, asked.operation
            if key not in self._same:
                self._same[key] = written(model, self._nothing(model, asked))
            return self._same[key]
        return written(model, self._content(model, asked))

    def _operation(
        self, signed: str, head: bytes, body: bytes
    ) -> tuple[OperationModel | None, tuple[str, ...]]:
        target = re.search(rb"(?i)x-amz-target: *\S+\.(\w+)", head)
        action = target or re.search(rb"(?:^|&)Action=(\w+)", body)
        if action:
            return self._router.named(signed, action[1].decode()), ()
        if signed == "s3express":  # S3's own, of directory buckets
            return self._router.named("s3", "ListDirectoryBuckets"), ()
        method, where = head.split(b" ", 2)[:2]
        path = re.sub(r"^http://[^/]+", "", where.decode())  # of a proxy all is asked
        return self._router.routed(signed, method.decode(), path) or (None, ())

    def _content(self, model: OperationModel, asked: Asked) -> Any:
        if asked.service == "organizations":
            found = organization(asked.operation, self._accounts)
            return empty(model) if found is None else found
        try:
            return CONTENT[asked.service, asked.operation](asked)
        except NoneError as error:
            return error

    def _nothing(self, model: OperationModel, asked: Asked) -> Any:
        """An empty list, or the code of an absence."""
        call = self._calls.get((asked.service, asked.operation))
        if call is not None and call.nothing and not call.key:
            return NoneError(min(call.nothing))
        return empty(model)


def _parameters(body: bytes) -> dict[str, Any]:
    if body[:1] == b"{":
        found: dict[str, Any] = json.loads(body)
        return found
    return {name: values[0] for name, values in parse_qs(body.decode()).items()}


class Responder(asyncio.Protocol):
    """Answers each request after the latency; counts them."""

    requests = sent = 0

    def __init__(self, answers: Answers, latency: float) -> None:
        self.answers, self.latency, self.buffer = answers, latency, b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        head, end, rest = self.buffer.partition(b"\r\n\r\n")
        length = re.search(rb"(?i)content-length: *(\d+)", head)
        size = int(length[1]) if length else 0
        if end and len(rest) >= size:
            self.buffer = rest[size:]
            asyncio.get_running_loop().call_later(self.latency, self._answer, head, rest[:size])

    def _answer(self, head: bytes, body: bytes) -> None:
        Responder.requests += 1
        status, kind, content = self.answers.of(head, body)
        Responder.sent += len(content)
        self.transport.write(
            b"HTTP/1.1 %d OK\r\nContent-Type: %s\r\nx-amzn-requestid: r\r\n"
            b"Content-Length: %d\r\n\r\n%s" % (status, kind.encode(), len(content), content)
        )


async def respond(accounts: int, latency: float) -> None:
    """Serves until stdin ends, then prints the number of requests."""
    loop = asyncio.get_running_loop()
    answers = Answers(accounts)
    server = await loop.create_server(lambda: Responder(answers, latency), "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await loop.run_in_executor(None, sys.stdin.read)
    print(Responder.requests, Responder.sent, flush=True)


@dataclass(frozen=True)
class Run:
    calls: int
    seconds: float
    cpu: float
    memory: float
    received: int
    written: int


def run(
    accounts: int, latency: float, workers: int, regions: int = 3, shard: str = "",
    output: Path | None = None, *, resources: bool = False,
) -> Run:  # fmt: skip
    """A whole `vendorgate collect aws --organization`, process start included; `output`: where the
    snapshot stays; `resources`: these and uses of code are collected, too."""
    serving = [sys.executable, "-m", "bench.collect", "--serve", f"{accounts},{latency}"]
    with (
        tempfile.TemporaryDirectory() as folder,
        subprocess.Popen(
            serving, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        ) as server,
    ):
        assert server.stdout and server.stdin
        port = server.stdout.readline().strip()
        snapshot = output or Path(folder, "snapshot")
        command = [
            sys.executable, "-m", "checker", "collect", "aws",
            *(() if resources else ("--no-resources", "--no-code")), "--organization",
            "--regions", ",".join(REGIONS[:regions]), "--workers", str(workers),
            "-o", str(snapshot), *(("--shard", shard) if shard else ()),
        ]  # fmt: skip
        start = time.perf_counter()
        process = subprocess.Popen(command, env=_environment(port))
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - start
        if os.waitstatus_to_exitcode(status):
            raise SystemExit("the collection failed")
        server.stdin.close()
        calls, received = map(int, server.stdout.readline().split())
        written = sum(path.stat().st_size for path in snapshot.iterdir())
    cpu, memory = usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024
    return Run(calls, seconds, cpu, memory, received, written)


def _environment(port: str) -> dict[str, str]:
    kept = {k: v for k, v in os.environ.items() if not k.startswith("AWS_")}
    return kept | {
        "AWS_ENDPOINT_URL": f"http://127.0.0.1:{port}",
        # its hosts begin with an account, which no address of this machine does
        "AWS_ENDPOINT_URL_S3_CONTROL": "http://s3-control.emulator",
        "HTTP_PROXY": f"http://127.0.0.1:{port}",
        "http_proxy": f"http://127.0.0.1:{port}",
        "AWS_ACCESS_KEY_ID": "bench",
        "AWS_SECRET_ACCESS_KEY": "bench",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
        "NO_PROXY": "127.0.0.1",
    }


def show(done: Run, latency: float, workers: int, aim: float) -> None:
    bound = done.calls * latency / workers
    print(
        f"collect, {done.calls:,} calls   {done.seconds / bound:6.2f} x bound (aim {aim})   "
        f"{done.seconds:.1f} s / {bound:.1f} s, CPU {done.cpu:.1f} s, "
        f"{done.memory:.0f} MB (aim {AIM_MEMORY}), load {os.getloadavg()[0]:.1f}, "
        f"{done.received / 1e6:,.0f} MB received, {done.written / 1e6:,.0f} MB written"
    )


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--resources", action="store_true")
    parser.add_argument("--accounts", type=int)
    parser.add_argument("--latency", type=float, default=0.05)
    parser.add_argument("--workers", type=int, default=32)
    parser.add_argument("--regions", type=int)
    parser.add_argument("--shard", default="", metavar="I/N")
    parser.add_argument("--serve", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.serve:
        accounts, latency = given.serve.split(",")
        asyncio.run(respond(int(accounts), float(latency)))
    else:
        accounts, regions = (100, 1) if given.resources else (1000, 3)
        done = run(
            given.accounts or accounts, given.latency, given.workers, given.regions or regions,
            given.shard, resources=given.resources,
        )  # fmt: skip
        show(done, given.latency, given.workers, AIM_RESOURCES if given.resources else AIM)


if __name__ == "__main__":
    main()
