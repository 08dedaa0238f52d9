"""Files that run the gate: what of a change may weaken it."""

from __future__ import annotations

from checker.review.pipelines import pipeline_changes
from tests.support.rows import rows

A, B = "a" * 40, "b" * 40
GATE, PROJECT = ".github/workflows/gate.yml", "pyproject.toml"
FLOW = f"      - {{uses: acme/vendorgate@{A}, with: {{snapshot: s}}}}\n"
BLOCK = f"      - uses: acme/vendorgate@{A} # v4.1\n"


def project(ci: str, dev: str) -> str:
    several = ((f'  "vendorgate=={one}",\n' if one else "") for one in (ci, dev))
    return "ci = [\n{}]\ndev = [\n{}]\n".format(*several)


def pinned(version: str, digit: str) -> str:
    """Requirements with their hashes."""
    return f"--require-hashes\nvendorgate=={version} \\\n    --hash=sha256:{digit * 64}\nboto3==1.0 \\\n    --hash=sha256:{'c' * 64}\n"


def locked(version: str, digit: str, host: str = "files.example.com") -> str:
    url = f"https://{host}/{digit * 8}/vendorgate-{version}.tar.gz"
    gate = f'name = "vendorgate"\nversion = "{version}"\nsource = {{ registry = "https://x.example" }}\nsdist = {{ url = "{url}", hash = "sha256:{digit * 64}" }}\n'
    return f'[[package]]\n{gate}\n[[package]]\nname = "x"\nversion = "9.9.9"\nsource = {{ registry = "https://x.example" }}\n'


CHANGES = [
    ("another commit", GATE, BLOCK, BLOCK.replace(A, B), False),
    ("another comment", GATE, BLOCK, BLOCK.replace("v4.1", "v5"), False),
    ("another commit in one line", GATE, FLOW, FLOW.replace(A, B), False),
    ("a step that is skipped, in its one line", GATE, FLOW, FLOW.replace("}}", "}, if: false}"), True),
    ("one that may fail", GATE, FLOW, FLOW.replace("}}", "}, continue-on-error: true}"), True),
    ("told to fail for nothing", GATE, FLOW, FLOW.replace("snapshot: s", "fail-on: none"), True),
    ("both at once", GATE, FLOW, FLOW.replace(A, B).replace("snapshot: s", "fail-on: none"), True),
    ("what follows a comment's sign without a blank", GATE, BLOCK, BLOCK.replace(" # v4.1", "#x"), True),
    ("later versions", PROJECT, project("2.0", "2.0"), project("2.1", "3.0"), False),
    ("one of them earlier", PROJECT, project("2.0", "2.0"), project("1.0", "3.0"), True),
    ("the other one", PROJECT, project("2.0", "2.0"), project("3.0", "1.0"), True),
    ("one gone, the other later", PROJECT, project("2.0", "2.1"), project("", "2.2"), True),
    ("one more", PROJECT, project("2.0", ""), project("2.0", "2.0"), False),
    ("one more, of a version between", PROJECT, project("1.0", "2.0"), project("1.0", "2.0") + 'h = ["vendorgate==1.5"]\n', False),
    ("more than are told apart", "requirements.txt", "vendorgate==1.2\n" * 1_001, "vendorgate\n" * 1_001, True),
    ("a version with what calls it behind", "Pipfile", 'vendorgate = "==1.2"  # for "vendorgate check"\n', 'vendorgate = "==0.1"  # for "vendorgate check"\n', True),
    ("an earlier one with a zero before it", "requirements.txt", "vendorgate==1.9\n", "vendorgate==1.08\n", True),
    ("one where none was", "requirements.txt", "boto3==1.0\n", "boto3==1.0\nvendorgate==1.2\n", False),
    ("one more, of an earlier version", PROJECT, project("2.0", ""), project("2.0", "1.0"), True),
    *(("what is " + why, PROJECT, f"g = [\n  {before},\n]\n", f"g = [\n  {after},\n]\n", widens) for why, before, after, widens in (
        ("beside it later", '"boto3==1.0", "vendorgate==1.2"', '"boto3==2.0", "vendorgate==1.2"', False),
        ("beside it earlier", '"boto3==2.0", "vendorgate==1.2"', '"boto3==1.0", "vendorgate==1.2"', False),
        ("beside it later, and it earlier", '"boto3==1.0", "vendorgate==1.2"', '"boto3==2.0", "vendorgate==0.1"', True),
        ("told as a range", '"vendorgate>=1.2,<2"', '"vendorgate>=1.2,<3"', False),
        ("told as a range that begins earlier", '"vendorgate>=1.2,<2"', '"vendorgate>=1.1,<2"', True),
        ("one that anything may be", '"vendorgate==1.2"', '"vendorgate>=1.2"', True),
        ("with an extra", '"vendorgate==1.2"', '"vendorgate[iac]==1.2"', False),
        ("for other machines alone", '"vendorgate==1.2"', '"vendorgate==1.2; python_version>\'9.9\'"', True),
        ("for later machines alone", '"vendorgate==1.2; python_version>\'3.9\'"', '"vendorgate==1.2; python_version>\'9.9\'"', True),
        ("from another host", '"vendorgate @ https://10.0.0.1/vendorgate-1.2.whl"', '"vendorgate @ https://99.0.0.1/vendorgate-1.2.whl"', True),
        ("a later archive", '"vendorgate @ https://x.example/vendorgate/archive/v1.2.0.zip"', '"vendorgate @ https://x.example/vendorgate/archive/v1.3.0.zip"', False),
        ("named beside its table", '"vendorgate==1.2",  # see [tool.vendorgate]', '"vendorgate==0.1",  # see [tool.vendorgate]', True),
        ("two ranges, each later", '"vendorgate>=2,<5", "vendorgate>=1,<9"', '"vendorgate>=3,<6", "vendorgate>=2,<9"', False),
        ("another commit", f'"vendorgate @ git+https://x.example/vendorgate@{A}"', f'"vendorgate @ git+https://x.example/vendorgate@{B}"', True),
        ("another commit of digits", '"vendorgate @ git+https://x.example/vendorgate@' + '1' * 40 + '"', '"vendorgate @ git+https://x.example/vendorgate@' + '2' * 40 + '"', True),
        ("of other words", '"vendorgate==1.2"', '"vendorgate2==1.3"', True),
    )),
    *(("from where it comes: " + more, PROJECT, 'g = ["vendorgate==1.2"]\n', 'g = ["vendorgate==1.2"]\n' + more, True) for more in (
        '[[tool.uv.index]]\nurl = "https://evil.example.com"\n', 'constraint-dependencies = ["vendorgate<1.0"]\n', 'override-dependencies = ["boto3==0.1"]\n',
        '[tool.uv.sources]\nvendorgate = { path = "x" }\n', '[[tool.poetry.source]]\nname = "x"\n', 'index-url = "https://evil.example.com"\n')),
    ("a table of ours", PROJECT, 'g = ["vendorgate==1.2"]\n', 'g = ["vendorgate==1.2"]\n[tool.vendorgate]\nx = 1\n', False),
    ("a program that comes to it", PROJECT, 'g = ["vendorgate==1.2"]\n', 'g = ["vendorgate==1.2"]\nh = ["boto3==1.0"]\n', False),
    ("words that count", "package.json", '"a": "vendorgate==1.2",', '"a": "vendorgate==1.2",\n"b": "vendorgate 1 of 3 gates",', False),
    ("a script more that calls it", "package.json", '"a": "vendorgate check",', '"a": "vendorgate check",\n"b": "vendorgate diff",', False),
    ("a script that is told another limit", "package.json", '"a": "uvx vendorgate==1.2 check --limit=5",', '"a": "uvx vendorgate==1.2 check --limit=500",', True),
    *((why, "requirements.txt", pinned("1.2", "a"), after, widens) for why, after, widens in (
        ("a later version and its hash", pinned("1.3", "b"), False), ("another hash alone", pinned("1.2", "b"), True), ("a later version without one", "--require-hashes\nvendorgate==1.3\n", True),
        ("another program's hash", pinned("1.2", "a").replace("c" * 64, "d" * 64), False), ("a hash more is none of ours", pinned("1.2", "a").replace(" \\", f" --hash=sha256:{'e' * 64} \\", 1), True),
        ("hashes no longer asked for", pinned("1.2", "a").replace("--require-hashes\n", ""), True),
        ("another index", "--index-url https://evil.example.com\n" + pinned("1.2", "a"), True), ("one more index", "--extra-index-url https://evil.example.com\n" + pinned("1.2", "a"), True),
        ("a folder in place of hashes", pinned("1.2", "a").replace("--require-hashes", "--find-links ./x"), True), ("in short", "-i https://evil.example.com\n" + pinned("1.2", "a"), True), ("held to another file", "-c other.txt\n" + pinned("1.2", "a"), True), ("with another file", "-r other.txt\n" + pinned("1.2", "a"), False),
    )),
    ("a hash that it had not", "requirements.txt", "vendorgate==1.2\n", f"vendorgate==1.2 --hash=sha256:{'a' * 64}\n", False),
    *((why, "uv.lock", locked("1.2.0", "a"), after, widens) for why, after, widens in (
        ("locked later", locked("1.3.0", "b"), False), ("locked earlier", locked("1.1.0", "b"), True), ("another file of that version", locked("1.2.0", "b"), True), ("locked from another host", locked("1.3.0", "b", "evil.example.com"), True),
        ("locked from another registry", locked("1.2.0", "a").replace("https://x.example", "https://y.example", 1), True),
        ("of another program", locked("1.2.0", "a").replace("9.9.9", "1.0.0"), False), ("no longer locked", "", True),
    )),
]  # fmt: skip


@rows("why, path, before, after, widens", CHANGES)
def test_whether_the_gate_still_runs(
    why: str, path: str, before: str, after: str, widens: bool
) -> None:
    """Catches what stands on the line of a pin, and one line that answers for two."""
    found = [*pipeline_changes({path: before.encode()}, {path: after.encode()})]
    assert [one.widens for one in found] == [widens], why
