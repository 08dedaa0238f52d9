"""`vendorgate init`: what it writes works at once, vets nobody, and overwrites nothing."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from checker.explain import proposal
from checker.subjects.item import Sighted
from checker.vetting.allowlist import Allowlist
from checker.yamlfile import parse_yaml
from tests.support.cli import Ran, vendorgate
from tests.support.gate import AMI, GITHUB, TODAY, pipeline
from tests.support.hostile import HOSTILE, harmless
from tests.support.snapshots import OWN2, STRANGER, allow, image, role, use, vendor_role, write

DATADOG = "464622532012"
ROLES = [
    vendor_role("Metrics", DATADOG),
    vendor_role("Metrics2", "865078226113"),
    vendor_role("S", STRANGER, external_id=None),
    role("Open", allow("*")),
    role("Org", allow("*", StringEquals={"aws:PrincipalOrgID": "o-stranger123"})),
    pipeline("repo:partner/app:*"),
]
IMAGES = [
    image(AMI, owner=STRANGER, name="agent"),
    image("ami-2", owner="679593333241", alias="aws-marketplace", product_codes=["code1"]),
    image("ami-3", owner=None, alias="aws-backup-vault"),
]


def run(folder: Path, *arguments: object) -> Ran:
    return vendorgate(*arguments, cwd=folder, XDG_CACHE_HOME=str(folder / "cache"))


@pytest.fixture
def proposed(tmp_path: Path) -> Path:
    uses = [use(f"i-{n}", name) for n, name in enumerate((AMI, "ami-2", "ami-3", "ami-4"))]
    write(tmp_path / "snapshot", roles=ROLES, image_uses=uses, images=IMAGES)
    assert run(tmp_path, "init", "--from", "snapshot").code == 0
    return tmp_path


def test_a_bare_init_is_ready_for_use(tmp_path: Path) -> None:
    """What a newcomer gets must be valid, tested, and able to check a snapshot."""
    write(tmp_path / "snapshot", roles=[vendor_role()])
    assert run(tmp_path, "init").code == 0
    assert run(tmp_path, "validate").code == 0
    assert run(tmp_path, "policy", "test").code == 0
    assert run(tmp_path, "check", "--today", TODAY, "-q").code == 1
    workflow = yaml.safe_load((tmp_path / ".github/workflows/vendorgate.yml").read_text())
    assert set(workflow["jobs"]) == {"validate", "check"}
    for name in ("allowlist.yaml", "policies/role-without-owner.yaml"):
        path = tmp_path / name
        schema = path.parent / re.match(r"# yaml-language-server: \$schema=(\S+)", path.read_text())[1]  # type: ignore[index]  # fmt: skip
        assert json.loads(schema.read_text())["properties"]


def test_a_proposal_is_complete(proposed: Path) -> None:
    """A third party that is not in the proposal is one that nobody will look at."""
    text = (proposed / "allowlist.yaml").read_text()
    vendors = {v["name"]: v for v in yaml.safe_load(text)["vendors"]}
    assert set(vendors) == {
        "Datadog", f"Unknown {STRANGER}", "Unknown o-stranger123", f"Unknown {GITHUB}", "Unknown code1",
    }  # fmt: skip
    assert vendors["Datadog"]["accounts"] == [DATADOG, "865078226113"]
    assert vendors["Datadog"]["scope"] == {
        "roles": ["Metrics", "Metrics2"], "in_accounts": [OWN2], "external_id": "required",
    }  # fmt: skip
    assert "external_id" not in vendors[f"Unknown {STRANGER}"]["scope"]
    assert vendors[f"Unknown {GITHUB}"]["federation"][0]["claims"]["sub"] == ["repo:partner/app:*"]
    assert f"# {STRANGER} seen in {OWN2}: image agent, role S\n" in text
    assert "# the alias aws-backup-vault in 222222222222: " in text


def test_a_proposal_vets_nobody(proposed: Path) -> None:
    """A file that a tool has written must not let anybody in that no person has looked at."""
    ran = run(proposed, "check", "--today", TODAY, "-f", "json")
    assert ran.code == 1
    assert {p["status"] for p in json.loads(ran.out)["third_parties"]} == {"unlisted"}
    ran = run(proposed, "validate", "allowlist.yaml")
    line = (proposed / "allowlist.yaml").read_text()[:-1].split("reviewed:")[0].count("\n")
    assert ran.code == 2 and re.match(r"error: allowlist\.yaml:\d+:\d+: the vendor '.*' is a draft, which vets nobody; ", ran.err)  # fmt: skip
    assert line


def test_a_proposal_vets_when_filled_in(proposed: Path) -> None:
    """An entry that its reader completes, and that then does not fit what was seen."""
    path = proposed / "allowlist.yaml"
    text = re.sub(r"reviewed: .*", "reviewed: 2026-05-01", path.read_text())
    path.write_text(re.sub(r"expires: .*", "expires: 2027-05-01", text))
    assert run(proposed, "validate").code == 0
    ran = run(proposed, "check", "--today", TODAY, "-f", "json")
    left = {f["policy"] for f in json.loads(ran.out)["findings"]}
    assert left == {
        "anyone-trust", "unvetted-image-owner", "unknown-image-owner", "role-without-owner",
    }  # fmt: skip


def test_nothing_is_overwritten(proposed: Path) -> None:
    """Somebody's allowlist, replaced by a tool."""
    before = {p: p.read_bytes() for p in proposed.rglob("*") if p.is_file()}
    assert run(proposed, "init").out.count("kept as it is") == 5
    ran = run(proposed, "init", "--from", "snapshot")
    assert (ran.code, ran.err.count("\n"), "is there already" in ran.err) == (2, 1, True)
    assert before == {p: p.read_bytes() for p in proposed.rglob("*") if p.is_file()}
    (proposed / "other").mkdir()
    (proposed / "other/allowlist.yaml").symlink_to(proposed / "elsewhere")
    assert run(proposed, "init", "other").code == 0
    assert not (proposed / "elsewhere").exists()


def sighting(kind: str, name: str) -> Sighted:
    made = Sighted((kind, name or "x"), name or None, roles=[name], claims=[{name: [name]}])
    made.at(name, f"role {name}")
    return made


@pytest.mark.parametrize("name", HOSTILE.values(), ids=HOSTILE)
def test_hostile_names_add_no_line_and_no_key(name: str) -> None:
    """A name that ends its comment or quotes, and vets somebody of its own."""
    for kind in ("marketplace_products", "federation"):
        entry = proposal.entry(sighting(kind, name))
        assert harmless(entry)
        value: Any = yaml.safe_load("vendors:\n" + entry)
        assert [set(v) for v in value["vendors"]] == [{"name", kind, "scope", "vetting"}]
        assert value["vendors"][0]["vetting"]["reviewed"] is None
        parse_yaml(("vendors:\n" + entry).encode(), "a.yaml")


def test_the_proposal_of_nobody_is_valid(tmp_path: Path) -> None:
    """An organization that trusts nobody gets an allowlist all the same."""
    write(tmp_path / "snapshot", roles=[role("N", allow({"Service": "ec2.amazonaws.com"}))])
    assert run(tmp_path, "init", "--from", "snapshot").code == 0
    path = tmp_path / "allowlist.yaml"
    assert Allowlist(parse_yaml(path.read_bytes(), str(path))).file.vendors == ()
    assert run(tmp_path, "check", "--today", TODAY, "-q").code == 0
