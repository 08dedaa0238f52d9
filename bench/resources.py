"""A synthetic snapshot of half a million resources with policies of their own, and its check.

60 % for our own (or nobody), 30 % for services, 8 % for vendors, 2 % for strangers and the public.
The floor is one core that parses the same bytes with orjson.
"""

from __future__ import annotations

import random
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bench.generate import ACCOUNTS, VENDORS, statement, write_allowlist, write_files
from bench.measure import DATA, VENDORGATE, measure, parse_floor, show

COUNT = 500_000
KINDS = {
    "AWS::S3::Bucket": ("arn:aws:s3:::acme-{n}", "s3:GetObject", "/*"),
    "AWS::SQS::Queue": ("arn:aws:sqs:us-east-1:{a}:jobs-{n}", "sqs:SendMessage", ""),
    "AWS::SNS::Topic": ("arn:aws:sns:us-east-1:{a}:news-{n}", "sns:Publish", ""),
    "AWS::KMS::Key": ("arn:aws:kms:us-east-1:{a}:key/k-{n}", "kms:Decrypt", ""),
    "AWS::SecretsManager::Secret": (
        "arn:aws:secretsmanager:us-east-1:{a}:secret:s-{n}-AbCdEf", "secretsmanager:GetSecretValue",
        ""),
    "AWS::Lambda::Function": ("arn:aws:lambda:us-east-1:{a}:function:f-{n}",
                              "lambda:InvokeFunction", ""),
}  # fmt: skip
SHARES = ["own"] * 300 + ["service"] * 150 + ["vendor"] * 40 + ["stranger"] * 8 + ["public"] * 2
_SWITCHES = ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets")


def resources(count: int) -> Iterator[dict[str, Any]]:
    pick = random.Random(7)
    names = list(KINDS)
    for number in range(count):
        account = ACCOUNTS[number * len(ACCOUNTS) // count]
        kind, share = names[number % len(names)], SHARES[number * 7 % len(SHARES)]
        form, action, suffix = KINDS[kind]
        arn = form.format(a=account, n=f"{number:07d}")
        one = _statement(share, number, account, pick)
        made = one | {"Sid": share, "Action": action, "Resource": arn + suffix}
        found = [made, _root(account, arn)] if kind == "AWS::KMS::Key" else [made]
        yield {
            "account": account, "region": "us-east-1", "arn": arn, "kind": kind,
            "location": None, "name": arn.rpartition(":")[2],
            "tags": {"team": f"team-{number % 50}"},
            "document": {"Statement": found, "Version": "2012-10-17"},
            "settings": _settings(kind),
        }  # fmt: skip


def _root(account: str, arn: str) -> dict[str, Any]:
    return statement({"AWS": f"arn:aws:iam::{account}:root"}, "kms:*") | {"Resource": arn}


def _settings(kind: str) -> dict[str, Any]:
    off = dict.fromkeys(_SWITCHES, False)
    return {"bpa": off, "ownership": "BucketOwnerEnforced"} if kind.startswith("AWS::S3") else {}


def _statement(share: str, number: int, account: str, pick: random.Random) -> dict[str, Any]:
    if share == "own":
        return statement({"AWS": f"arn:aws:iam::{pick.choice(ACCOUNTS)}:role/app-{number % 200}"})
    if share == "service":
        source = f"arn:aws:sns:us-east-1:{account}:topic-{number}"
        return statement({"Service": "sns.amazonaws.com"}, ArnEquals={"aws:SourceArn": source})
    if share == "vendor":
        return statement({"AWS": f"arn:aws:iam::{VENDORS[number % len(VENDORS)]}:role/collector"})
    if share == "stranger":
        return statement({"AWS": f"arn:aws:iam::8{number:011d}:root"})
    return statement("*")


def check(folder: Path, out: Path) -> list[str]:
    return [*VENDORGATE, "check", str(folder / "snapshot"), "-a", str(folder / "allowlist.yaml"),
            "--today", "2026-11-20", f"--format=json={out / 'json'}"]  # fmt: skip


def run(count: int = COUNT) -> None:
    folder = DATA / f"resources-{count}"
    if not (folder / "snapshot" / "manifest.json").exists():
        files = {"roles.jsonl": iter(()), "image_uses.jsonl": iter(()),
                 "resources.jsonl": resources(count)}  # fmt: skip
        write_files(folder / "snapshot", files, resource_kinds=sorted(KINDS))
        write_allowlist(folder / "allowlist.yaml")
    path = folder / "snapshot" / "resources.jsonl"
    floor = measure(parse_floor(path), 3)
    with tempfile.TemporaryDirectory() as name:
        timing = measure(check(folder, Path(name)), 3)
    show(f"check, {count:,} resources", timing, floor, "parse", 3.0)


if __name__ == "__main__":
    import sys

    run(int(sys.argv[1]) if len(sys.argv) > 1 else COUNT)
