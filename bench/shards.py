"""`python -m bench.shards`: the shards of a large organization, merged and checked.

10,000 accounts x 17 regions, as `bench.collect` collects them: 20 roles an account, 5 instances a
region, with their images. They are written here, not collected, as that takes two hours.

`--collect --accounts 200 --shards 1 4 16`: collected one shard after another, each as it would be
on a machine of its own (100 ms an answer, 64 workers), then merged and checked.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import msgspec

from bench.account import INSTANCES, ORGANIZATION, ROLES, account_id
from bench.collect import REGIONS, Run, run
from checker.snapshot.records import (
    SCHEMA,
    Account,
    Image,
    ImageSettings,
    ImageUse,
    Manifest,
    Organization,
    Piece,
    Role,
    Tool,
)
from checker.snapshot.shards import Shard, shard_of
from checker.snapshot.write import encode_record, write_sorted

TRUST = msgspec.Raw(
    json.dumps(
        {
            "Statement": [
                {
                    "Action": "sts:AssumeRole",
                    "Condition": {"StringEquals": {"sts:ExternalId": "abc"}},
                    "Effect": "Allow",
                    "Principal": {"AWS": "arn:aws:iam::464622532012:root"},
                }
            ],
            "Version": "2012-10-17",
        }
    ).encode()
)


def records(accounts: list[str]) -> dict[str, Iterator[msgspec.Struct]]:
    places = [(account, region) for account in accounts for region in REGIONS]
    return {
        "roles.jsonl": (
            Role(account=a, arn=f"arn:aws:iam::{a}:role/role-{n}", name=f"role-{n}",
                 trust_policy=TRUST, tags={"team": "a"}, privilege="none")
            for a in accounts for n in range(ROLES)
        ),
        "providers.jsonl": iter(()),
        "image_uses.jsonl": (
            ImageUse(resource=f"arn:aws:ec2:{r}:{a}:instance/i-{n:017x}", kind="instance",
                     state="running", account=a, region=r, image_id=f"ami-{n:017x}")
            for a, r in places for n in range(INSTANCES)
        ),
        "images.jsonl": (
            Image(image_id=f"ami-{n:017x}", account=a, region=r, owner="137112412989",
                  alias="amazon", name="al2023", product_codes=None)
            for a, r in places for n in range(INSTANCES)
        ),
        "image_settings.jsonl": (
            ImageSettings(account=a, region=r, allowed_images="disabled") for a, r in places
        ),
    }  # fmt: skip


def write(folder: Path, shard: Shard, ids: list[str], now: str) -> None:
    accounts = []
    for one in ids:
        theirs = shard_of(one, shard.count)
        more = {} if theirs == shard else {"collected": False, "shard": str(theirs)}
        path = {"path": "Root", "units": ("r-1",)}
        accounts.append(Account(id=one, name=one, state="ACTIVE", **path, **more))
    manifest = Manifest(
        schema=SCHEMA, tool=Tool(name="vendorgate", version="bench"), collected_at=now,
        organization=Organization(id=ORGANIZATION, management_account=account_id(0)),
        accounts=tuple(accounts), regions=tuple(sorted(REGIONS)), sources=("aws",), guardrails=(),
        pieces=(Piece(organization=ORGANIZATION, listed=True, shard=str(shard)),),
    )  # fmt: skip
    found = records([one for one in ids if shard.holds(one)])
    write_sorted(folder, manifest, ((n, sorted(map(encode_record, r))) for n, r in found.items()))


def timed(name: str, *command: str) -> None:
    start = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "checker", *command], stdout=subprocess.DEVNULL, stderr=sys.stderr
    )
    _, status, usage = os.wait4(process.pid, 0)
    seconds, cpu = time.perf_counter() - start, usage.ru_utime + usage.ru_stime
    code = os.waitstatus_to_exitcode(status)
    print(
        f"{name:<24}{seconds:8.1f} s, CPU {cpu:.1f} s, {usage.ru_maxrss / 1024:.0f} MB, "
        f"exit {code}, load {os.getloadavg()[0]:.1f}",
        flush=True,
    )


LATENCY, WORKERS = 0.1, 64
ALLOWLIST = """\
version: 1
image_aliases: [amazon]
vendors:
  - name: Datadog
    accounts: ["464622532012"]
    scope: {external_id: required}
    vetting:
      owner: a@example.com
      reference: R-1
      reviewed: 2026-05-01
      expires: 2027-05-01
      evidence: []
"""
"""Passes: two hundred thousand findings are no report that anybody could read."""


def collect(accounts: int, names: list[Path]) -> None:
    """Each of the shards; the longest is what a set of them takes side by side."""
    count, runs = len(names), list[Run]()
    for index, name in enumerate(names, 1):
        shard = f"{index}/{count}"
        runs.append(run(accounts, LATENCY, WORKERS, len(REGIONS), shard, name))
    print(
        f"{f'{count} collected':<24}{max(r.seconds for r in runs):8.1f} s the longest, "
        f"{sum(r.seconds for r in runs):.1f} s all, {sum(r.calls for r in runs):,} calls, "
        f"CPU {sum(r.cpu for r in runs):.1f} s, {max(r.memory for r in runs):.0f} MB, "
        f"{sum(r.received for r in runs) / 1e6:,.1f} MB received, "
        f"{sum(r.written for r in runs) / 1e6:,.1f} MB written, load {os.getloadavg()[0]:.1f}",
        flush=True,
    )


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--accounts", type=int, default=10_000)
    parser.add_argument("--shards", type=int, nargs="+", default=[4, 16])
    parser.add_argument("--collect", action="store_true")
    given = parser.parse_args()
    ids = [account_id(n) for n in range(given.accounts)]
    now = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "allowlist.yaml").write_text(ALLOWLIST)
        for count in given.shards:
            names = [Path(folder) / f"{index}-{count}" for index in range(1, count + 1)]
            if given.collect:
                collect(given.accounts, names)
            else:
                for index, name in enumerate(names, 1):
                    write(name, Shard(index, count), ids, now)
            merged = f"{folder}/merged-{count}"
            timed(f"merge of {count}", "merge", *map(str, names), "-o", merged, "-q")
            size = sum(path.stat().st_size for path in Path(merged).iterdir())
            print(f"{'':<24}{size / 1e6:8,.1f} MB", flush=True)
            options = ("-a", f"{folder}/allowlist.yaml", "-q", "--today", now[:10])
            timed(f"check of {count} merged", "check", merged, *options)


if __name__ == "__main__":
    main()
