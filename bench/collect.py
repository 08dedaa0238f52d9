"""`python -m bench.collect`: a simulated organization, collected over HTTP.

1,000 accounts in 3 regions, answers after 50 ms, 32 workers. The bound is calls x latency /
workers: what it would take if our own work cost nothing. The responder is a process of its own
and knows just enough of the protocols: canned answers, no emulator.

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
from urllib.parse import quote

ROLES, INSTANCES = 20, 5
REGIONS = (
    "us-east-1", "eu-west-1", "ap-southeast-2", "us-east-2", "us-west-1", "us-west-2",
    "ap-south-1", "ap-northeast-1", "ap-northeast-2", "ap-northeast-3", "ap-southeast-1",
    "ca-central-1", "eu-central-1", "eu-west-2", "eu-west-3", "eu-north-1", "sa-east-1",
)  # fmt: skip
"""Those of an account that has enabled none besides are all seventeen."""
AIM, AIM_MEMORY = 1.3, 400
_CREDENTIAL = re.compile(rb"Credential=([^/]+)/[^/]+/([^/]+)/([^/]+)/")
_TRUST = quote(
    json.dumps(
        {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Effect": "Allow",
                    "Principal": {"AWS": "arn:aws:iam::464622532012:root"},
                    "Action": "sts:AssumeRole",
                    "Condition": {"StringEquals": {"sts:ExternalId": "abc"}},
                }
            ],
        }
    )
)


def account_id(number: int) -> str:
    return f"{100_000_000_000 + number}"


def _wrapped(action: str, content: str) -> str:
    return (
        f"<{action}Response><{action}Result>{content}</{action}Result>"
        f"<ResponseMetadata><RequestId>r</RequestId></ResponseMetadata></{action}Response>"
    )


def _assume(body: str) -> str:
    account = re.search(r"iam%3A%3A(\d{12})", body)
    return (
        f"<Credentials><AccessKeyId>ASIA{account[1] if account else ''}</AccessKeyId>"
        "<SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken>"
        "<Expiration>2099-01-01T00:00:00Z</Expiration></Credentials>"
    )


def _roles(account: str) -> str:
    members = "".join(
        f"<member><Path>/</Path><RoleName>role-{n}</RoleName><RoleId>AROA</RoleId>"
        f"<Arn>arn:aws:iam::{account}:role/role-{n}</Arn>"
        "<CreateDate>2026-01-01T00:00:00Z</CreateDate>"
        f"<AssumeRolePolicyDocument>{_TRUST}</AssumeRolePolicyDocument>"
        "<Tags><member><Key>team</Key><Value>a</Value></member></Tags></member>"
        for n in range(ROLES)
    )
    return f"<IsTruncated>false</IsTruncated><RoleDetailList>{members}</RoleDetailList>"


def _instances() -> str:
    items = "".join(
        f"<item><instanceId>i-{n:017x}</instanceId><imageId>ami-{n:017x}</imageId>"
        "<instanceState><code>16</code><name>running</name></instanceState></item>"
        for n in range(INSTANCES)
    )
    return f"<reservationSet><item><instancesSet>{items}</instancesSet></item></reservationSet>"


def _metadata() -> str:
    items = "".join(
        f"<item><instanceId>i-{n:017x}</instanceId><imageMetadata><imageId>ami-{n:017x}</imageId>"
        "<imageOwnerId>137112412989</imageOwnerId>"
        "<imageOwnerAlias>amazon</imageOwnerAlias><name>al2023</name></imageMetadata></item>"
        for n in range(INSTANCES)
    )
    return f"<instanceImageMetadataSet>{items}</instanceImageMetadataSet>"


def answer(service: str, action: str, account: str, body: str, accounts: int) -> str:
    """A canned answer; an empty one to whatever is not known here."""
    if service == "organizations":
        return json.dumps(_organization(action, accounts))
    if action == "GetCallerIdentity":
        arn = f"arn:aws:iam::{account_id(0)}:user/bench"
        return _wrapped(action, f"<Account>{account_id(0)}</Account><Arn>{arn}</Arn>")
    if action == "AssumeRole":
        return _wrapped(action, _assume(body))
    if action == "GetAccountAuthorizationDetails":
        return _wrapped(action, _roles(account))
    if service == "ec2":
        content = {"DescribeInstances": _INSTANCES, "DescribeInstanceImageMetadata": _METADATA}
        inside = content.get(action, _NOTHING.get(action, ""))
        return f"<{action}Response><requestId>r</requestId>{inside}</{action}Response>"
    if service in _LISTS:
        return json.dumps({_LISTS[service]: []})
    return _wrapped(action, _NOTHING.get(action, "")) if action else "{}"


_INSTANCES, _METADATA = _instances(), _metadata()
# A list that is empty is there all the same: one that is missing would be a gap.
_NOTHING = {
    "DescribeFleets": "<fleetSet/>",
    "DescribeImages": "<imagesSet/>",
    "DescribeLaunchTemplateVersions": "<launchTemplateVersionSet/>",
    "DescribeSpotFleetRequests": "<spotFleetRequestConfigSet/>",
    "GetAllowedImagesSettings": "<state>disabled</state>",
    "DescribeAutoScalingGroups": "<AutoScalingGroups/>",
    "DescribeLaunchConfigurations": "<LaunchConfigurations/>",
    "ListOpenIDConnectProviders": "<OpenIDConnectProviderList/>",
    "ListSAMLProviders": "<SAMLProviderList/>",
    "DescribeSpotInstanceRequests": "<spotInstanceRequestSet/>",
    "DescribeReplaceRootVolumeTasks": "<replaceRootVolumeTaskSet/>",
}
_LISTS = {
    "batch": "computeEnvironments",
    "codebuild": "fleets",
    "cognito-identity": "IdentityPools",
    "eks": "clusters",
    "imagebuilder": "imageRecipeSummaryList",
    "pcs": "clusters",
    "rolesanywhere": "trustAnchors",
    "sagemaker": "ClusterSummaries",
}
"""Of services that speak JSON."""


def _organization(action: str, accounts: int) -> dict[str, object]:
    root = {"Id": "o-bench12345", "MasterAccountId": account_id(0)}
    members = [
        {"Id": account_id(n), "Name": f"account-{n}", "State": "ACTIVE",
         "Paths": [f"o-bench12345/r-1/{account_id(n)}/"]}
        for n in range(accounts)
    ]  # fmt: skip
    answers = {
        "DescribeOrganization": {"Organization": root},
        "ListAccounts": {"Accounts": members},
        "ListRoots": {"Roots": [{"Id": "r-1", "Name": "Root"}]},
        "ListOrganizationalUnitsForParent": {"OrganizationalUnits": []},
        "ListPolicies": {"Policies": []},
    }
    return answers.get(action, {})


class Responder(asyncio.Protocol):
    """Answers each request after the latency; counts them."""

    requests = sent = 0

    def __init__(self, accounts: int, latency: float) -> None:
        self.accounts, self.latency, self.buffer = accounts, latency, b""

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
        text = body.decode()
        signed = _CREDENTIAL.search(head)
        key, _, service = (part.decode() for part in signed.groups()) if signed else ("",) * 3
        target = re.search(rb"(?i)x-amz-target: *\S+\.(\w+)", head)
        query = re.search(r"(?:^|&)Action=(\w+)", text)
        action = target[1].decode() if target else query[1] if query else ""
        account = key[4:] if key.startswith("ASIA") else account_id(0)
        content = answer(service, action, account, text, self.accounts).encode()
        kind = b"application/x-amz-json-1.1" if content[:1] == b"{" else b"text/xml"
        Responder.sent += len(content)
        self.transport.write(
            b"HTTP/1.1 200 OK\r\nContent-Type: %s\r\nx-amzn-requestid: r\r\n"
            b"Content-Length: %d\r\n\r\n%s" % (kind, len(content), content)
        )


async def respond(accounts: int, latency: float) -> None:
    """Serves until stdin ends, then prints the number of requests."""
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Responder(accounts, latency), "127.0.0.1", 0)
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
    output: Path | None = None,
) -> Run:  # fmt: skip
    """A whole `vendorgate collect aws --organization`, process start included; `output`: where the
    snapshot stays."""
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
            sys.executable, "-m", "checker", "collect", "aws", "--no-resources", "--no-code",
            "--organization", "--regions", ",".join(REGIONS[:regions]), "--workers", str(workers),
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
        "AWS_ACCESS_KEY_ID": "bench",
        "AWS_SECRET_ACCESS_KEY": "bench",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
        "NO_PROXY": "127.0.0.1",
    }


def show(done: Run, latency: float, workers: int) -> None:
    bound = done.calls * latency / workers
    print(
        f"collect, {done.calls:,} calls   {done.seconds / bound:6.2f} x bound (aim {AIM})   "
        f"{done.seconds:.1f} s / {bound:.1f} s, CPU {done.cpu:.1f} s, "
        f"{done.memory:.0f} MB (aim {AIM_MEMORY}), load {os.getloadavg()[0]:.1f}, "
        f"{done.received / 1e6:,.0f} MB received, {done.written / 1e6:,.0f} MB written"
    )


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--accounts", type=int, default=1000)
    parser.add_argument("--latency", type=float, default=0.05)
    parser.add_argument("--workers", type=int, default=32)
    parser.add_argument("--regions", type=int, default=3)
    parser.add_argument("--shard", default="", metavar="I/N")
    parser.add_argument("--serve", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.serve:
        accounts, latency = given.serve.split(",")
        asyncio.run(respond(int(accounts), float(latency)))
    else:
        done = run(given.accounts, given.latency, given.workers, given.regions, given.shard)
        show(done, given.latency, given.workers)


if __name__ == "__main__":
    main()
