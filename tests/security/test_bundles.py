"""Bundles that somebody forged: each is refused by `evidence verify`, and the file at fault named."""

from __future__ import annotations

import io
import json
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from checker import __version__
from checker.report.escape import markdown
from tests.evidence.support import build, contents, organization
from tests.security.bundles import Entry, Files, changed, entries, mended, packed
from tests.support.cli import Ran, vendorgate

EVIL = b"version: 1\nvendors: []\n"
Forge = Callable[[Files], bytes]


@pytest.fixture(scope="module")
def honest(tmp_path_factory: pytest.TempPathFactory) -> Files:
    """What a bundle with a bundle before it holds."""
    folder = organization(tmp_path_factory.mktemp("organization"))
    build(folder, name="old.zip")
    return contents(build(folder, "--since", "old.zip"))


def verified(folder: Path, data: bytes, *options: str) -> Ran:
    (folder / "e.zip").write_bytes(data)
    return vendorgate("evidence", "verify", *options, "e.zip", cwd=folder)


def extra(kind: int, body: bytes) -> bytes:
    return struct.pack("<2H", kind, len(body)) + body


def unicode_path(name: bytes) -> bytes:
    return extra(0x7075, b"\x01\0\0\0\0" + name)


def words(files: Files, name: str, old: bytes, new: bytes) -> bytes:
    """Words replaced, with digests that fit."""
    assert old in files[name]
    return packed(entries(mended(files | {name: files[name].replace(old, new)})))


def of_another_version(files: Files, **doctored: bytes) -> Files:
    """As another version would have made it, and something else in it."""
    version = f'"{__version__}"'.encode()
    aged = {
        name: files[name].replace(version, b'"0.0.9"')
        for name in files
        if name.endswith(".json") and not name.startswith("since/")
    }
    changed_files = {name.replace("__", "."): data for name, data in doctored.items()}
    return mended(files | aged | changed_files)


def hidden(files: Files) -> bytes:
    """The directory names one allowlist, a reader of local headers finds another behind it."""
    local = packed([Entry(b"allowlist.yaml", EVIL)])
    return packed(changed(files, "allowlist.yaml", after=local[: local.index(b"PK\1\2")]))


FORGED: list[tuple[str, Forge, str]] = [
    ("bytes before the zip", lambda f: packed(entries(f), ahead=b"#!/bin/sh\nrm -rf /\n"), "README.md"),
    ("bytes between two entries", lambda f: packed(changed(f, "gaps.json", before=b"more")), "gaps.json"),
    ("a whole entry that the directory leaves out", hidden, "changes.json"),
    ("bytes behind the zip", lambda f: packed(entries(f)) + b"more", "e.zip"),
    ("a comment behind the zip", lambda f: packed(entries(f), comment=b"all is well"), "e.zip"),
    ("a comment on a file", lambda f: packed(changed(f, "gaps.json", comment=b"none")), "gaps.json"),
    ("bytes before the directory", lambda f: packed(changed(f, list(f)[-1], after=b"more")), "e.zip"),
    ("another name for sequential readers", lambda f: packed(changed(f, "gaps.json", local_name=b"gaps.jsox")), "gaps.json"),
    ("another size for sequential readers", lambda f: packed(changed(f, "gaps.json", local_data_size=1)), "gaps.json"),
    ("another checksum for sequential readers", lambda f: packed(changed(f, "gaps.json", local_crc=1)), "gaps.json"),
    ("other flags for sequential readers", lambda f: packed(changed(f, "gaps.json", local_flags=0x800)), "gaps.json"),
    ("an extra field that renames", lambda f: packed(changed(f, "gaps.json", extra=unicode_path(b"x.json"))), "gaps.json"),
    ("one that renames for sequential readers", lambda f: packed(changed(f, "gaps.json", local_extra=unicode_path(b"x.json"))), "gaps.json"),
    ("an extra field with a message", lambda f: packed(changed(f, "gaps.json", extra=extra(0xCAFE, b"hello"))), "gaps.json"),
    ("an extra field that runs over", lambda f: packed(changed(f, "gaps.json", local_extra=b"\x55\x54\xff\0x")), "gaps.json"),
    ("bytes behind what was deflated", lambda f: packed(changed(f, "gaps.json", deflated=True, padding=b"more")), "gaps.json"),
    ("two zips in a row", lambda f: packed(entries(f)) + packed(entries(f)), "README.md"),
    ("kinder words", lambda f: words(f, "README.md", b"FAIL", b"PASS"), "README.md"),
    ("a control that passed", lambda f: words(f, "control-map.json", b'"fail": 1', b'"fail": 0'), "control-map.json"),
    ("a finding dropped", lambda f: words(f, "report.json", b'"verdict": "fail"', b'"verdict": "pass"'), "report.json"),
    ("a waiver of another owner", lambda f: words(f, "waivers.json", b"o@x.example", b"b@x.example"), "waivers.json"),
    ("a laxer policy", lambda f: words(f, "policies/anyone-trust.yaml", b"severity: critical", b"severity: low"), "report.json"),
    ("a vendor more", lambda f: words(f, "allowlist.yaml", b'["999999999999"]', b'["999999999999", "888888888888"]'), "report.json"),
    ("a snapshot's file that no rule reads", lambda f: words(f, "snapshot/usage.jsonl", b'"calls":3', b'"calls":2'), "snapshot/usage.jsonl"),
    ("a bundle before that never was", lambda f: words(f, "since/report.json", b'"fail"', b'"pass"'), "since/report.json"),
    ("another version's, with kinder words",
     lambda f: packed(entries(of_another_version(f, README__md=f["README.md"].replace(b"FAIL", b"PASS")))), "README.md"),
    ("another version's, with an empty list of gaps",
     lambda f: packed(entries(of_another_version(f, gaps__json=b"[]\n"))), "gaps.json"),
]  # fmt: skip


@pytest.mark.parametrize(("forge", "named"), [f[1:] for f in FORGED], ids=[f[0] for f in FORGED])
def test_a_forged_bundle_is_refused(
    tmp_path: Path, honest: Files, forge: Forge, named: str
) -> None:
    """An auditor would read, or another tool unpack, something else than what was verified."""
    ran = verified(tmp_path, forge(honest))
    assert ran.code == 1, (ran.out, ran.err)
    assert f"{named}: " in ran.out, ran.out
    assert "The bundle holds" not in ran.out


class Unseekable(io.BytesIO):
    """A pipe: whoever packs into it tells sizes behind the content."""

    def seekable(self) -> bool:
        return False

    def seek(self, *_: object) -> int:
        raise io.UnsupportedOperation

    def tell(self) -> int:
        raise io.UnsupportedOperation


def streamed(files: Files) -> bytes:
    out = Unseekable()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return out.getvalue()


def large(files: Files) -> bytes:
    """With the sizes of ZIP64, as for a snapshot beyond 4 GiB."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in files.items():
            with archive.open(name, "w", force_zip64=True) as sink:
                sink.write(data)
    return out.getvalue()


def with_large_end(files: Files, **lies: int) -> bytes:
    """ZIP64's end records before the last one, telling the truth but for the lies."""
    plain = packed(entries(files))
    end = plain[-22:]
    count, size, at = struct.unpack("<HLL", end[10:20])
    told = {"count": count, "size": size, "at": at, "start": at + size} | lies
    record = struct.pack(
        "<4sQ2H2L4Q",
        b"PK\6\6",
        44,
        45,
        45,
        0,
        0,
        told["count"],
        told["count"],
        told["size"],
        told["at"],
    )
    return plain[:-22] + record + struct.pack("<4sLQL", b"PK\6\7", 0, told["start"], 1) + end


@pytest.mark.parametrize("lie", [{"count": 1}, {"size": 5}, {"at": 3}, {"start": 0}])
def test_a_large_end_that_lies_is_refused(
    tmp_path: Path, honest: Files, lie: dict[str, int]
) -> None:
    """Readers that believe the one record unpack other files than those that believe the other."""
    assert verified(tmp_path, with_large_end(honest)).code == 0
    ran = verified(tmp_path, with_large_end(honest, **lie))
    assert ran.code in (1, 2) and "The bundle holds" not in ran.out


@pytest.mark.parametrize("junk", [b"x" * 76, b"PK\6\6" + b"x" * 72])
def test_bytes_where_a_large_end_would_stand_are_refused(
    tmp_path: Path, honest: Files, junk: bytes
) -> None:
    """Seventy-six bytes that no reader of ours looks at."""
    plain = packed(entries(honest))
    assert verified(tmp_path, plain[:-22] + junk + plain[-22:]).code in (1, 2)


HONEST: list[tuple[str, Forge]] = [
    ("by hand", lambda f: packed(entries(f))),
    ("deflated", lambda f: packed([Entry(n.encode(), d, deflated=True) for n, d in f.items()])),
    ("into a pipe", streamed),
    ("with large sizes", large),
    ("in another order", lambda f: packed(entries(dict(reversed(f.items()))))),
    ("with times, as Info-ZIP packs",
     lambda f: packed(changed(f, "gaps.json", extra=extra(0x5455, b"\x01\0\0\0\0"), local_extra=extra(0x5455, b"\x03" + b"\0" * 8)))),
]  # fmt: skip


@pytest.mark.parametrize("make", [h[1] for h in HONEST], ids=[h[0] for h in HONEST])
def test_an_honest_bundle_packed_anew_holds(tmp_path: Path, honest: Files, make: Forge) -> None:
    """A false alarm for whoever unpacked a bundle and packed it again."""
    ran = verified(tmp_path, make(honest))
    assert (ran.code, ran.err) == (0, ""), ran.out


def test_another_version_is_accepted_when_asked(tmp_path: Path) -> None:
    """Whoever knows that wording changed between versions says so; the report must hold anyway."""
    honest = contents(build(organization(tmp_path)))
    other = honest["README.md"].replace(b"which outside parties", b"whom from outside")
    other = other.replace(__version__.replace(".", "\\.", 1).encode(), rb"0\.0.9")
    data = packed(entries(of_another_version(honest, README__md=other)))
    refused = verified(tmp_path, data)
    assert refused.code == 1 and "--accept-other-version" in refused.err
    ran = verified(tmp_path, data, "--accept-other-version")
    assert ran.code == 0, ran.out
    assert "README.md" in ran.err and "made by vendorgate 0.0.9" in ran.err
    report = honest["report.json"].replace(b'"verdict": "fail"', b'"verdict": "pass"')
    report = report.replace(f'"{__version__}"'.encode(), b'"0.0.9"')
    data = packed(entries(of_another_version(honest, report__json=report)))
    ran = verified(tmp_path, data, "--accept-other-version")
    assert ran.code == 1 and "report.json: " in ran.out


DOCTORED = [
    ("README.md", lambda _: b"# PASS: nothing to see\n"),
    ("README.md", lambda old: old.replace(b"FAIL", b"PASS")),
    ("gaps.json", lambda _: b"[]\n"),
    ("waivers.json", lambda _: b"[]\n"),
    ("third-parties.json", lambda old: old.replace(b"777777777777", b"999999999999")),
    ("third-parties.json", lambda _: b"[]\n"),
    ("control-map.json", lambda old: old.replace(b'"fail": 1', b'"fail": 0')),
    ("vendorgate.toml", lambda old: old.replace(b'"high"', b'"critical"')),
    ("oscal-assessment-results.json", lambda old: old.replace(b"777777777777", b"999999999999")),
    ("changes.json", lambda _: b"{}\n"),
    ("README.md", lambda old: old.replace(b"or above high", b"or above low")),
    (
        "control-map.json",
        lambda old: old.replace(b'"frameworks"', b'"frameworks": {}, "frameworks"'),
    ),
]


@pytest.mark.parametrize(("name", "doctor"), DOCTORED)
def test_another_version_has_no_other_facts(
    tmp_path: Path, honest: Files, name: str, doctor: Callable[[bytes], bytes]
) -> None:
    """What the option lets through is what an auditor reads: lists, counts and verdicts too."""
    files = of_another_version(honest)
    data = packed(entries(mended(files | {name: doctor(files[name])})))
    assert doctor(files[name]) != files[name]
    ran = verified(tmp_path, data, "--accept-other-version")
    assert ran.code == 1 and f"{name}: " in ran.out, ran.out


def test_a_form_of_another_version_is_accepted(tmp_path: Path, honest: Files) -> None:
    """Keys in another order, or without a space: a false alarm for every older bundle."""
    files = of_another_version(honest)
    older = json.dumps(json.loads(files["evaluation.json"]), sort_keys=True).encode()
    readme = files["README.md"].replace(markdown(__version__).encode(), rb"0\.0.9")
    data = packed(entries(mended(files | {"evaluation.json": older, "README.md": readme})))
    ran = verified(tmp_path, data, "--accept-other-version")
    assert "evaluation.json" not in ran.out and "evaluation.json" in ran.err, ran.out


def test_our_own_version_cannot_be_accepted_away(tmp_path: Path, honest: Files) -> None:
    """The option is for bundles of another version alone."""
    ran = verified(tmp_path, words(honest, "README.md", b"FAIL", b"PASS"), "--accept-other-version")
    assert ran.code == 1 and "README.md: " in ran.out
