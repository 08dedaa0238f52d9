"""`vendorgate vendors` and `vendors sync`, with small samples of the two community formats."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

from checker.collect import download
from checker.errors import InputError
from checker.vetting.catalogue import community
from tests.support.cli import Ran, vendorgate
from tests.support.gate import TODAY, findings
from tests.support.hostile import HOSTILE, harmless
from tests.support.snapshots import ALLOWLIST, STRANGER, VENDOR, vendor_role, write

KNOWN = """\
# Format
- name: 'Acme'
  source: ['https://acme.example/a','https://acme.example/b']
  accounts: ['888888888888', '012345670123']
- name: 'Aws logs'
  type: 'aws'
  source: ['https://docs.example']
  accounts: ['777777777777']
- name: 'Gone'
  source: ['https://gone.example']
  accounts: ['666666666666']
  enabled: false
- name: 'No source'
  accounts: [017663287629, 'not-an-id', '12345', '555555555555']
- accounts: ['444444444444']
"""
CLOUDMAPPER = """\
- name: 'Acme Old'
  source: 'https://old.example'
  accounts: ['888888888888']
- name: 'Other'
  source: 'https://other.example'
  accounts: ['888888888888']
"""


def run(folder: Path, *arguments: object) -> Ran:
    return vendorgate(*arguments, cwd=folder, XDG_CACHE_HOME=str(folder / "cache"))


@pytest.fixture
def synced(tmp_path: Path) -> Path:
    (tmp_path / "known.yaml").write_text(KNOWN)
    (tmp_path / "mapper.yaml").write_text(CLOUDMAPPER)
    for name in ("known.yaml", "mapper.yaml", "mapper.yaml"):
        assert run(tmp_path, "vendors", "sync", name).code == 0
    return tmp_path


def names(folder: Path, account: str) -> list[tuple[str, bool, str]]:
    (found,) = json.loads(run(folder, "vendors", account, "-f", "json").out)["accounts"]
    return [(v["name"], v["enabled"], v["list"]) for v in found["vendors"]]


def test_both_formats_are_read_as_the_data_is(synced: Path) -> None:
    """Ids listed twice, a disabled entry, an id without quotes: each has an answer."""
    assert names(synced, STRANGER) == [
        ("Acme", True, "known.yaml"), ("Acme Old", True, "mapper.yaml"), ("Other", True, "mapper.yaml"),
    ]  # fmt: skip
    assert names(synced, "666666666666") == [("Gone", False, "known.yaml")]
    assert names(synced, "017663287629") == [
        ("New Relic", True, community().source), ("No source", True, "known.yaml"),
    ]  # fmt: skip
    assert names(synced, "000000000001") == []
    text = run(synced, "vendors", STRANGER, "666666666666", "000000000001").out
    assert "Gone  (disabled in that list)" in text and "nobody that the catalogue knows" in text
    assert "https://acme.example/a  [known.yaml, of 20" in text


def test_what_is_left_out_is_said_with_its_line(tmp_path: Path) -> None:
    """An entry that vanishes without a word."""
    (tmp_path / "known.yaml").write_text(KNOWN)
    ran = run(tmp_path, "vendors", "sync", "known.yaml", "-o", "vendors.json")
    assert ran.err.splitlines()[:3] == [
        "left out: known.yaml: line 14: 'not-an-id' is no account id of 12 digits",
        "left out: known.yaml: line 14: '12345' is no account id of 12 digits",
        "left out: known.yaml: line 15: no entry with name and accounts",
    ]
    (one,) = json.loads((tmp_path / "vendors.json").read_text())["lists"]
    assert (one["source"], len(one["sha256"]), len(one["entries"])) == ("known.yaml", 64, 4)


def test_a_check_uses_the_file_that_it_is_given_and_never_the_cache(synced: Path) -> None:
    """A name from one person's cache would make a report that nobody else can reproduce."""
    write(synced / "snapshot", roles=[vendor_role("S", STRANGER), vendor_role()])
    (synced / "allowlist.yaml").write_text(ALLOWLIST)
    check = ("check", "--today", TODAY, "-f", "json")
    party = {p["id"]: p for p in json.loads(run(synced, *check).out)["third_parties"]}[STRANGER]
    assert party["name"] is None
    run(synced, "vendors", "sync", "known.yaml", "-o", "vendors.json")
    ran = run(synced, *check, "--catalogue", "vendors.json")
    report = json.loads(ran.out)
    party = {p["id"]: p for p in report["third_parties"]}[STRANGER]
    assert (ran.code, party["name"], party["named_by"], party["status"]) == (1, "Acme", "catalogue", "unlisted")  # fmt: skip
    assert report["inputs"]["catalogue"]["path"] == "vendors.json"
    (synced / "vendorgate.toml").write_text('catalogue = "vendors.json"\n')
    assert json.loads(run(synced, *check).out) == report
    (synced / "allowlist.yaml").write_text(ALLOWLIST.replace(VENDOR, STRANGER))
    assert ("mismatched-vendor-name", "allowlist.yaml#Example Monitoring", STRANGER) in findings(
        run(synced, *check)
    )


BAD = [
    ("plain http", "http://x.example/list", "only https is fetched"),
    ("another scheme", "ftp://x.example/list", "only https is fetched"),
    ("credentials", "https://user:secret@x.example/l", "a URL with credentials"),
    ("nobody there", "https://127.0.0.1:9/list", "cannot be fetched"),
    ("a name that does not resolve", "https://no.invalid/list", "cannot be fetched"),
    ("no file", "nowhere.yaml", "cannot be read"),
    ("a map", "map.yaml", "is no list of vendors"),
    ("no entry of use", "empty.yaml", "names no account of any vendor"),
    ("no text", "binary.yaml", "not UTF-8"),
]


@pytest.mark.parametrize(("why", "source", "message"), BAD, ids=[b[0] for b in BAD])
def test_bad_sources(tmp_path: Path, why: str, source: str, message: str) -> None:
    """What cannot be read is one line, and leaves no list behind."""
    (tmp_path / "map.yaml").write_text("a: 1")
    (tmp_path / "empty.yaml").write_text("- name: x\n  accounts: []\n")
    (tmp_path / "binary.yaml").write_bytes(b"\xff\xfe\x00")
    ran = run(tmp_path, "vendors", "sync", source)
    assert (ran.code, message in ran.err, ran.err.count("\n")) == (2, True, 1), ran.err
    assert "secret" not in ran.err
    assert not (tmp_path / "cache").exists()


def test_a_redirect_away_from_https_is_refused() -> None:
    """A list that somebody on the way can change names accounts as it likes."""
    request = download.request.Request("https://x.example/a")
    with pytest.raises(InputError, match="not https"):
        download._HttpsOnly().redirect_request(
            request, io.BytesIO(), 302, "", {}, "http://x.example/b"
        )


def test_a_list_without_end_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that never stops sending."""
    monkeypatch.setattr(download, "MAX_BYTES", 1 << 20)
    with pytest.raises(InputError, match="larger than 1 MiB"):
        download.read_source("/dev/zero")


@pytest.mark.parametrize("name", HOSTILE.values(), ids=HOSTILE)
def test_hostile_names_stay_text(tmp_path: Path, name: str) -> None:
    """A community list is written by strangers: a name must do nothing to a terminal."""
    from checker.cli.vendor_rows import as_text
    from checker.vetting.catalogue import Catalogue, Entry, VendorList

    entry = Entry(name, name, (STRANGER,))
    catalogue = Catalogue([VendorList(name, name, "", (entry,))])
    assert harmless(as_text(catalogue, (STRANGER, name)))


@pytest.mark.parametrize("given", ["12345", "12345678901x", "1234567890123", "", "-"])
def test_ids_must_be_ids(tmp_path: Path, given: str) -> None:
    """Too few digits, or a letter among them, is bad usage and not an unknown vendor."""
    ran = run(tmp_path, "vendors", "who", "--", given)
    assert (ran.code, "not an account id" in ran.err) == (2, True)


FOUND = [
    ("acme", ["Acme", "Acme Old"], "part of a name, in any case"),
    ("ACME-old", ["Acme Old"], "signs don't count"),
    ("Old Acme Inc", ["Acme", "Acme Old"], "a telling word, where nothing else fits"),
    ("site24x7", ["site24x7"], "digits in a name"),
    ("nobody at all", [], "no vendor"),
]


@pytest.mark.parametrize(("given", "expected", "why"), FOUND)
def test_names_are_found(synced: Path, given: str, expected: list[str], why: str) -> None:
    """Whoever has a vendor's name, and wants its accounts, read the whole list."""
    ran = run(synced, "vendors", given, "-f", "json")
    (shown,) = json.loads(ran.out)["names"]
    assert (ran.code, [v["name"] for v in shown["vendors"]]) == (0, expected), why
    text = run(synced, "vendors", given).out
    assert ("nobody that the catalogue knows" in text) == (not expected)
    if expected == ["Acme Old"]:
        assert text.startswith("888888888888  Acme Old  https://old.example  [mapper.yaml, of 20")


def test_names_and_ids_together(synced: Path) -> None:
    """One answer for a question of both kinds."""
    text = run(synced, "vendors", "acme old", "666666666666").out
    assert text.index("Acme Old") < text.index("Gone")


@pytest.mark.parametrize("home", ["", "home"])
def test_a_user_without_a_home_is_answered(
    tmp_path: Path, home: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A container whose user the system does not know, or a home that is relative, and so would be
    the working tree."""

    def nowhere() -> Path:
        raise RuntimeError("Could not determine home directory.")

    if not home:
        monkeypatch.setattr(Path, "home", nowhere)
    (tmp_path / "known.yaml").write_text(KNOWN)
    plain = {"cwd": tmp_path, "XDG_CACHE_HOME": "", "HOME": home}
    named = vendorgate("vendors", "464622532012", **plain)
    assert (named.code, "Datadog" in named.out) == (0, True)
    kept = vendorgate("vendors", "sync", "known.yaml", **plain)
    assert (kept.code, "there is no home" in kept.err) == (2, True), kept.err
    assert vendorgate("vendors", "sync", "known.yaml", "-o", "l.json", **plain).code == 0
    assert sorted(p.name for p in tmp_path.iterdir()) == ["known.yaml", "l.json"]
