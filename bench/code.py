"""A synthetic snapshot of a million uses of code, and its check.

60 % of own registries (the account's own and twelve for all), 20 % of AWS's own, 8 % layers of
vendors, 6 % of vendors at public registries, 4 % of vendors' own registries, most of both pinned,
2 % of strangers; nearly each reference is another one, and each share is written in several ways.
The floor is one core that parses the same bytes.
"""

from __future__ import annotations

import hashlib
import random
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bench.generate import ACCOUNTS, VENDORS, write_files
from bench.measure import DATA, VENDORGATE, measure, parse_floor, show

COUNT = 1_000_000
REGIONS = ("us-east-1", "eu-west-1", "eu-central-1", "ap-southeast-2")
SHARES = (
    ["own"] * 30 + ["aws"] * 10 + ["layer"] * 4 + ["public"] * 3 + ["vendor"] * 2 + ["stranger"]
)
HUBS = ("docker.io", "ghcr.io", "quay.io", "registry.gitlab.com")
PUBLIC = [f"{HUBS[n % 4]}/vendor{n}" for n in range(len(VENDORS))]
_ECR = (
    "{0}.dkr.ecr.{1}.amazonaws.com",
    "{0}.dkr.ecr.{1}.amazonaws.com",
    "{0}.dkr.ecr.{1}.amazonaws.com",
    "{0}.dkr-ecr.{1}.on.aws",
    "{0}.dkr.ecr-fips.{1}.amazonaws.com",
)
_TEAMS = ("payments", "shop/front", "data_platform", "infra/base-images/java", "ml")
_VIA = ("task definition", "container app", "layer", "init container", "build environment")


def uses(count: int) -> Iterator[dict[str, Any]]:
    pick = random.Random(11)
    shared = pick.sample(ACCOUNTS, 12)
    for number in range(count):
        account = ACCOUNTS[number * len(ACCOUNTS) // count]
        region = REGIONS[pick.randrange(len(REGIONS))]
        home = pick.choice([account, *shared])
        kind, reference = _reference(SHARES[number * 7 % len(SHARES)], number, region, home)
        ran = f"sha256:{_hex(number)}" if kind == "container-image" and number % 3 else None
        yield {
            "account": account, "region": region, "resource": _resource(number, account, region),
            "kind": kind, "reference": reference, "digest": ran,
            "via": f"{_VIA[number % 5]} {number % 7}", "location": None,
        }  # fmt: skip


def _resource(number: int, account: str, region: str) -> str:
    if number % 3:
        return f"arn:aws:ecs:{region}:{account}:service/cluster-{number % 40}/app-{number}"
    return f"arn:aws:lambda:{region}:{account}:function:f-{number}"


def _reference(share: str, number: int, region: str, home: str) -> tuple[str, str]:
    """`home`: the account whose registry an own image is from."""
    if share == "own":
        return _image(_host(home, region, number), number, pinned=number // 17 % 2 == 0)
    if share == "aws":
        return _of_aws(number, region)
    vendor = VENDORS[number % len(VENDORS)]
    if share == "layer":
        return "layer", f"arn:aws:lambda:{region}:{vendor}:layer:Agent-{number % 977}:{number}"
    if share == "public":
        return _image(PUBLIC[number % len(PUBLIC)], number, pinned=number % 9 > 0)
    if share == "vendor":
        return _image(_host(vendor, region, number), number, pinned=number % 9 > 0)
    return _of_stranger(number, region)


def _of_aws(number: int, region: str) -> tuple[str, str]:
    forms = (
        ("container-image", f"public.ecr.aws/lambda/python:3.{number % 13}.{number}"),
        ("container-image", f"602401143452.dkr.ecr.{region}.amazonaws.com/eks/coredns:v{number}"),
        ("layer", f"arn:aws:lambda:{region}:580247275435:layer:LambdaInsightsExtension:{number}"),
        ("build-image", f"aws/codebuild/standard:{number % 8}.0"),
        ("ssm-document", f"AWS-RunPatchBaseline{number}"),
    )
    return forms[number // 7 % len(forms)]


def _of_stranger(number: int, region: str) -> tuple[str, str]:
    forms = (
        _image(_host(f"8{number % 20000:011d}", region, number), number),
        ("layer", f"arn:aws:lambda:{region}:8{number % 20000:011d}:layer:x:{number}"),
        _image(f"docker.io/user{number % 5000}", number),
        ("container-image", f"user{number % 5000}/tool:{number}"),
    )
    return forms[number // 7 % len(forms)]


def _host(account: str, region: str, number: int) -> str:
    return _ECR[number // 11 % len(_ECR)].format(account, region)


def _image(where: str, number: int, *, pinned: bool = False) -> tuple[str, str]:
    name = f"{where}/{_TEAMS[number // 13 % 5]}/service-{number % 20011}"
    tag = f":v{number}" if number % 4 else ""
    return "container-image", f"{name}{tag}{f'@sha256:{_hex(number)}' if pinned else ''}"


def _hex(number: int) -> str:
    return hashlib.sha256(str(number).encode()).hexdigest()


def write_allowlist(path: Path) -> None:
    """Half of the vendors are vetted for code of certain names alone."""
    code = 'code: ["*/service-*", "arn:aws:lambda:*:layer:Agent-*"]'
    entries = "".join(
        f"""  - name: Vendor {number}
    accounts: ["{account}"]
    registries: ["{PUBLIC[number]}"]
    scope: {{{code if number % 2 else ""}}}
    vetting: {{owner: security@example.com, reference: R-{number}, reviewed: 2026-01-01,
              expires: 2027-06-01, evidence: []}}
"""
        for number, account in enumerate(VENDORS)
    )
    path.write_text(f"version: 1\nvendors:\n{entries}")


def data(count: int) -> Path:
    folder = DATA / f"code-{count}"
    if not (folder / "snapshot" / "manifest.json").exists():
        kinds = ["build-image", "container-image", "layer", "ssm-document"]
        files = {"roles.jsonl": iter(()), "image_uses.jsonl": iter(()),
                 "code_uses.jsonl": uses(count)}  # fmt: skip
        write_files(folder / "snapshot", files, code_kinds=kinds)
        write_allowlist(folder / "allowlist.yaml")
    return folder


def check(folder: Path, out: Path) -> list[str]:
    return [*VENDORGATE, "check", str(folder / "snapshot"), "-a", str(folder / "allowlist.yaml"),
            "--today", "2026-11-20", f"--format=json={out / 'json'}"]  # fmt: skip


def run(count: int = COUNT) -> None:
    folder = data(count)
    floor = measure(parse_floor(folder / "snapshot" / "code_uses.jsonl"), 3)
    with tempfile.TemporaryDirectory() as name:
        timing = measure(check(folder, Path(name)), 3)
    show(f"check, {count:,} uses", timing, floor, "parse", 3.0)


if __name__ == "__main__":
    import sys

    run(int(sys.argv[1]) if len(sys.argv) > 1 else COUNT)
