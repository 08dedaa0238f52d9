"""The demo's organization is what `checker.demo` says it is."""

from __future__ import annotations

import json
import os
import re
import shutil
from pathlib import Path
from typing import Any

import pytest

from checker.cli import demo
from checker.demo import server
from tests.support.cli import vendorgate
from tests.support.demo import HOSTILE, said
from tests.support.demo import demo as made

SHOWN = """
vendorgate check {0}/snapshot -a {0}/allowlist.yaml


vendorgate inventory {0}/snapshot -a {0}/allowlist.yaml

"""
NEXT = """
The reports are in out: report.json, junit.xml, vendorgate.sarif, report.md, report.html.
Next: vet somebody in out/allowlist.yaml, then
  vendorgate check out/snapshot -a out/allowlist.yaml
or look at your own account:
  vendorgate collect aws
  vendorgate check
"""


def test_what_it_says_it_does(tmp_path_factory: pytest.TempPathFactory) -> None:
    """People learn the commands from it."""
    begun, asked, collected, more = said(tmp_path_factory).split("\n", 3)
    assert re.fullmatch(
        r"an AWS for the demo at http://127\.0\.0\.1:\d+: building an organization", begun
    )
    assert asked == (
        "vendorgate collect aws --organization --external-id acme-vendorgate "
        "--regions us-east-1,eu-west-1 -o demo-out/snapshot"
    )
    assert collected.startswith("demo-out/snapshot: accounts: 4, regions: 2, roles: ")
    assert more.endswith(SHOWN.format("demo-out"))


@pytest.fixture(scope="module")
def output(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made(tmp_path_factory)


def records(output: Path, kind: str) -> list[dict[str, Any]]:
    return [
        json.loads(line)
        for line in (output / "snapshot" / f"{kind}.jsonl").read_text().splitlines()
    ]


def test_the_accounts(output: Path) -> None:
    """Four accounts, one of which lets nobody in."""
    manifest = json.loads((output / "snapshot" / "manifest.json").read_text())
    assert {account["id"]: account["path"] for account in manifest["accounts"]} == {
        "111111111111": "Root",
        "222222222222": "Root/Workloads/Production",
        "333333333333": "Root/Workloads/Development",
        "444444444444": "Root/Acquired",
    }
    assert manifest["organization"]["id"] == "o-acme1234567"
    (gap,) = manifest["gaps"]
    assert (gap["account"], gap["call"]) == ("444444444444", "sts:AssumeRole")


def test_the_instances(output: Path) -> None:
    """Each instance's image has the owner that its finding needs."""
    owners = {
        (image["account"], image["image_id"]): image["owner"] for image in records(output, "images")
    }
    assert {
        use["name"]: owners[use["account"], use["image_id"]]
        for use in records(output, "image_uses")
    } == {
        "web-1": "137112412989",
        "firewall-1": "679593333241",
        "api-1": "313131313131",
        "backup-1": "777777777777",
        "orders-1": "222222222222",
        "orders-2": "222222222222",
        "vpn-1": "679593333241",
        "preview-1": "333333333333",
        "cron-3": None,
    }


def test_the_table_names_roles_that_exist(output: Path) -> None:
    """The module's text about expected findings is checked against what was built."""
    from checker import demo as package

    named = {
        (words[-2], words[-1].removeprefix("role/"))
        for line in (package.__doc__ or "").splitlines()
        if line.startswith("| ") and " role/" in line
        for words in [line.split("|")[2].split()]
    }
    assert len(named) > 8
    assert named <= {(role["account"], role["name"]) for role in records(output, "roles")}


def test_a_changed_allowlist_stays(output: Path) -> None:
    """The demo invites the user to change it."""
    (output / "allowlist.yaml").write_text("changed")
    demo._write_allowlist(output / "allowlist.yaml")
    assert (output / "allowlist.yaml").read_text() == "changed"


def test_no_setting_of_the_user_is_read_or_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    """A demo that builds its organization in somebody's production, or leaves their shell's
    settings another."""
    monkeypatch.setattr(server, "sign_in", lambda account: {"AWS_ACCESS_KEY_ID": account})
    for name, value in HOSTILE.items():
        monkeypatch.setenv(name, value)
    before = dict(os.environ)
    with server.aws_environment("http://127.0.0.1:1", "111111111111"):
        during = dict(os.environ)
    assert during["HTTP_PROXY"] == during["AWS_ENDPOINT_URL"] == "http://127.0.0.1:1"
    assert not {"AWS_PROFILE", "AWS_ENDPOINT_URL_EC2"} & during.keys()
    assert dict(os.environ) == before


def test_the_findings_are_exactly_those_that_it_deserves(output: Path) -> None:
    """The table in `checker.demo` against the whole job: a miss or a false alarm of the gate."""
    from checker import demo as package

    names = {u["resource"]: u["name"] for u in _lines(output, "image_uses")}
    drawn = ("AWS::KMS::Key", "AWS::EC2::Snapshot")
    resources = _lines(output, "resources")
    names |= {r["arn"]: r["kind"] if r["kind"] in drawn else r["name"] for r in resources}
    report = json.loads((output / "report.json").read_text())
    found = {
        (
            f["policy"] + (", waived" if f["status"] == "waived" else ""),
            names.get(f["resource"]) or f["resource"].rpartition("/")[2],
            f["principal"] or "null",
        )
        for f in report["findings"]
    }
    assert found == _table(package.__doc__ or "")
    assert report["verdict"] == "fail"


def test_what_comes_with_the_wheel_is_what_is_collected(output: Path) -> None:
    """Without the emulator people see the same organization; `make docs` records it anew."""
    fresh, recorded = output / "snapshot", Path(demo.__file__).parents[1] / "demo" / "recorded"
    if os.environ.get("UPDATE_README"):
        shutil.copytree(fresh, recorded, dirs_exist_ok=True)
    assert _timeless(fresh) == _timeless(recorded)


def test_without_the_emulator(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`uvx vendorgate demo`: the whole job but the collection, of which it says that it is left
    out; the snapshot is of today, as an old one would be incomplete."""
    monkeypatch.setattr(demo, "find_spec", lambda name: name != "flask")
    ran = vendorgate("demo", "-o", "out", cwd=tmp_path)
    assert ran.code == 0, ran.err
    assert ran.err == (
        "out/snapshot: nothing was collected, as the AWS emulator is not installed: this is the "
        "snapshot of it that comes with vendorgate, dated now\n"
        "to see it collected: uvx 'vendorgate[demo]' demo, or pip install 'vendorgate[demo]'\n"
        + SHOWN.format("out")
    )
    assert ran.out.endswith(NEXT)
    assert {path.name for path in (tmp_path / "out").iterdir()} == {
        "snapshot", "allowlist.yaml", "report.json", "junit.xml", "vendorgate.sarif", "report.md",
        "report.html",
    }  # fmt: skip
    report = json.loads((tmp_path / "out" / "report.json").read_text())
    assert [gap["call"] for gap in report["gaps"]] == ["sts:AssumeRole"]
    assert report["verdict"] == "fail"
    assert vendorgate("check", "out/snapshot", "-a", "out/allowlist.yaml", cwd=tmp_path).code == 1
    assert vendorgate("demo", "-o", "out", cwd=tmp_path).code == 0, "a second time, over the first"


def _timeless(snapshot: Path) -> dict[str, Any]:
    """All of a snapshot but the times, the ids that the emulator draws (which depend on what else
    this process has asked of it), and the digests that rest on them."""
    manifest = json.loads((snapshot / "manifest.json").read_text())
    files = {name: entry["records"] for name, entry in manifest.pop("files").items()}
    texts = {name: (snapshot / name).read_text() for name in files}
    del manifest["collected_at"]
    return {"manifest": manifest, "files": files} | {
        name: sorted(_undrawn(text).splitlines()) for name, text in texts.items()
    }


def _undrawn(text: str) -> str:
    plain = re.sub(r'"last_used":"[^"]+"', '"last_used":"then"', text)
    plain = re.sub(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "drawn", plain)
    return re.sub(r"-[0-9a-f]{17}\b", "-drawn", plain)


def _lines(output: Path, kind: str) -> list[dict[str, Any]]:
    text = (output / "snapshot" / f"{kind}.jsonl").read_text()
    return [json.loads(line) for line in text.splitlines()]


def _table(text: str) -> set[tuple[str, str, str]]:
    """Policy, the last word of the resource, the first word of the principal."""
    rows = [line.strip("| ").split(" | ") for line in text.splitlines() if line.startswith("| ")][
        1:
    ]
    return {
        (policy, re.findall(r'[^/"]+', resource)[-1].strip(), principal.split(" ")[0])
        for policy, resource, principal in rows
    }
