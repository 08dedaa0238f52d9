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
    ("a blank at the end of a line", "gate.sh", "vendorgate check\n", "vendorgate check \n", False),
    ("another commit in one line", GATE, FLOW, FLOW.replace(A, B), False),
    ("a step that is skipped, in its one line", GATE, FLOW, FLOW.replace("}}", "}, if: false}"), True),
    ("one that may fail", GATE, FLOW, FLOW.replace("}}", "}, continue-on-error: true}"), True),
    ("told to fail for nothing", GATE, FLOW, FLOW.replace("snapshot: s", "fail-on: none"), True),
    ("both at once", GATE, FLOW, FLOW.replace(A, B).replace("snapshot: s", "fail-on: none"), True),
    ("what follows a comment's sign without a blank", GATE, BLOCK, BLOCK.replace(" # v4.1", "#x"), True),
    ("another commit in a list, with a comment", GATE, f"      - [{FLOW.strip()[2:]}] # v1\n", f"      - [{FLOW.strip()[2:].replace(A, B)}] # v2\n", False),
    ("another commit in quotes", GATE, f"      - uses: 'acme/vendorgate@{A}' # v1\n", f"      - uses: 'acme/vendorgate@{B}' # v2\n", False),
    ("what a script runs behind quotes with such a sign", GATE, f'      - run: echo "uses: acme/vendorgate@{A} # x"; vendorgate check\n', f'      - run: echo "uses: acme/vendorgate@{A} # x"; exit 0\n', True),
    ("what follows such a sign behind another blank", GATE, BLOCK, BLOCK.replace(" #", "\u00a0#"), True),
    ("later versions", PROJECT, project("2.0", "2.0"), project("2.1", "3.0"), False),
    ("one of them earlier", PROJECT, project("2.0", "2.0"), project("1.0", "3.0"), True),
    ("the other one", PROJECT, project("2.0", "2.0"), project("3.0", "1.0"), True),
    ("one gone, the other later", PROJECT, project("2.0", "2.1"), project("", "2.2"), True),
    ("one more", PROJECT, project("2.0", ""), project("2.0", "2.0"), False),
    ("one more, of a version between", PROJECT, project("1.0", "2.0"), project("1.0", "2.0") + 'h = ["vendorgate==1.5"]\n', True),
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
        '[[tool.uv.index]]\nurl = "https://evil.example.com"\n', '[tool.uv]\nconstraint-dependencies = ["vendorgate<1.0"]\n', '[tool.uv]\noverride-dependencies = ["boto3==0.1"]\n',
        '[tool.uv.sources]\nvendorgate = { path = "x" }\n', '[[tool.poetry.source]]\nname = "x"\n', '[tool.uv.pip]\nindex-url = "https://evil.example.com"\n')),
    ("a table of ours", PROJECT, 'g = ["vendorgate==1.2"]\n', 'g = ["vendorgate==1.2"]\n[tool.vendorgate]\nx = 1\n', False),
    ("a program that comes to it", PROJECT, 'g = ["vendorgate==1.2"]\n', 'g = ["vendorgate==1.2"]\nh = ["boto3==1.0"]\n', False),
    ("words that count", "package.json", '{"a": "vendorgate==1.2"}', '{"a": "vendorgate==1.2",\n"b": "vendorgate 1 of 3 gates"}', False),
    ("a script more that calls it", "package.json", '{"a": "vendorgate check"}', '{"a": "vendorgate check",\n"b": "vendorgate diff"}', False),
    ("a script that is told another limit", "package.json", '{"a": "uvx vendorgate==1.2 check --limit=5"}', '{"a": "uvx vendorgate==1.2 check --limit=500"}', True),
    *((why, "requirements.txt", pinned("1.2", "a"), after, widens) for why, after, widens in (
        ("a later version and its hash", pinned("1.3", "b"), False), ("another hash alone", pinned("1.2", "b"), True), ("a later version without one", "--require-hashes\nvendorgate==1.3\n", True),
        ("another program's hash", pinned("1.2", "a").replace("c" * 64, "d" * 64), False), ("a hash more is none of ours", pinned("1.2", "a").replace(" \\", f" --hash=sha256:{'e' * 64} \\", 1), True),
        ("hashes no longer asked for", pinned("1.2", "a").replace("--require-hashes\n", ""), True),
        ("another index", "--index-url https://evil.example.com\n" + pinned("1.2", "a"), True), ("one more index", "--extra-index-url https://evil.example.com\n" + pinned("1.2", "a"), True),
        ("a folder in place of hashes", pinned("1.2", "a").replace("--require-hashes", "--find-links ./x"), True), ("in short", "-i https://evil.example.com\n" + pinned("1.2", "a"), True), ("held to another file", "-c other.txt\n" + pinned("1.2", "a"), True), ("with another file", "-r other.txt\n" + pinned("1.2", "a"), True),
    )),
    ("a hash that it had not", "requirements.txt", "vendorgate==1.2\n", f"vendorgate==1.2 --hash=sha256:{'a' * 64}\n", False),
    *((why, "uv.lock", locked("1.2.0", "a"), after, widens) for why, after, widens in (
        ("locked later", locked("1.3.0", "b"), False), ("locked earlier", locked("1.1.0", "b"), True), ("another file of that version", locked("1.2.0", "b"), True), ("locked from another host", locked("1.3.0", "b", "evil.example.com"), True),
        ("locked from another registry", locked("1.2.0", "a").replace("https://x.example", "https://y.example", 1), True),
        ("of another program", locked("1.2.0", "a").replace("9.9.9", "1.0.0"), False), ("no longer locked", "", True),
    )),
]  # fmt: skip


IN = "pyproject.toml"
LISTED = 'dependencies = ["vendorgate==1.1"]\n'
POETRY = '[tool.poetry.dependencies]\nvendorgate = "{}"\n'
CONDA = "- conda: https://conda.example/noarch/vendorgate-{}-py_0.conda\n  sha256: {}\n- conda: https://conda.example/x-1.0.conda\n"
POETRY_LOCK = '[[package]]\nname = "vendorgate"\nversion = "{}"\n\n[package.source]\ntype = "legacy"\nurl = "https://git.example/api/{}/simple"\nreference = "x"\n'
PIPENV = """{{"_meta": {{"sources": []}}, "default": {{"vendorgate": {{
 "hashes": ["sha256:{2}"], "index": "pypi", "markers": "python_version >= '{0}'", "version": "=={1}"
}}}}}}"""
PIXI = '[feature.ci.dependencies]\nvendorgate = "1.2.*"\n'
MISE = '[tasks.gate]\nrun = "vendorgate check"\n'
CONDA_ENV = "channels:\n  - a\ndependencies:\n  - vendorgate=1.2\n  - pip:\n    - x\n"
NPM = '{{"scripts": {{"gate": "vendorgate check", "ci": "{}", "lint": "eslint check"{}}}}}'
POE = '[tool.poe.tasks]\ngate = "vendorgate check"\nlint = "ruff check"\nci = {}\n'
PDM = '[tool.pdm.scripts]\ngate = "vendorgate check"\nci = {{composite = ["{}"]}}\n'
SETUP = """from setuptools import setup
VERSION = "1.0"
setup(name="x", version=VERSION, install_requires=["boto3", "vendorgate==1.2"], classifiers=["a"])
"""
CALLED = (
    SETUP.replace("from setuptools import setup", "import setuptools")
    .replace("setup(", "setuptools.setup(")
    .replace("=VERSION", '="1.0"')
)
TWICE = 'f("vendorgate==1.2", x)\ng("vendorgate==1.4", x)\n'
CHANGED = 'code = x(["vendorgate==1.2"])\nsetup(install_requires=code)\ncode.clear()\n'
BOTH = 'code = []\nA = code = ["vendorgate==1.2"]\nsetup(install_requires=code)\n'
REQUIRED = 'code = ["vendorgate==1.2"]\nsetup(install_requires=code)\n'
COMPUTED = 'V = "1.2"\nsetup(install_requires=["vendorgate==" + V])\n'
WITHIN = 'if __name__ == "__main__":\n    setup(name="x", version="1", install_requires=["vendorgate==1.2"])\n'
GROUPED = '[tool.poetry.group.ci.dependencies]\nvendorgate = "^1.1"\n'
INCLUDED = '[dependency-groups]\nsec = ["vendorgate==1.1"]\nci = [{include-group = "sec"}, "pytest"]\n[project.optional-dependencies]\nsec = ["vendorgate"]\nci = ["x[sec]"]\n'
PIPFILE = '[packages]\nvendorgate = "==1.2"\n'
TASKS = [
    *((f"a script that calls the gate's, {why}", "package.json", NPM.format("npm run gate && npm test", ""), after, widens) for why, after, widens in (
        ("no more", NPM.format("npm test", ""), True), ("and lets it fail", NPM.format("npm run gate || true", ""), True), ("beside a new one", NPM.format("npm run gate && npm test", ', "nightly": "npm run gate"'), False),
        ("beside another that changes", NPM.format("npm run gate && npm test", "").replace("eslint", "tsc"), False), ("with what runs before it", NPM.format("npm run gate && npm test", ', "preci": "evil"'), True))),
    *((f"a script that runs {text}", "package.json", NPM.format(text, ""), NPM.format("true", ""), True) for text in (
        "nx run web:gate", "concurrently yarn:gate pnpm:x", "turbo run web#gate", "npx --yes wsrun gate", "deno task gate", "node --run gate", "npx npm@9 run gate", "NODE_ENV=ci npm run gate", "just gate")),
    *((f"tasks of {table}", IN, f'[{table}]\ngate = "vendorgate check"\nci = {before}\n', f'[{table}]\ngate = "vendorgate check"\nci = "true"\n', True) for table, before in (
        ("tool.taskipy.tasks", '"task gate"'), ("tool.rye.scripts", '{chain = ["gate"]}'), ("tool.pyprojectx.aliases", '"@gate"'), ("tool.poe.groups.a.tasks", '["gate"]'), ("tool.hatch.envs.ci.scripts", '"hatch run ci:gate"'))),
    ("a script that calls the one that calls it", "package.json", NPM.format("yarn gate", ', "all": "run-s ci"'), NPM.format("yarn gate", ', "all": "true"'), True),
    ("scripts by a pattern", "package.json", '{"scripts": {"gate:a": "vendorgate check", "ci": "run-p gate:*"}}', '{"scripts": {"gate:a": "vendorgate check", "ci": "true"}}', True),
    ("a script named like a command of others", "package.json", '{"scripts": {"check": "vendorgate check", "ci": "eslint check"}}', '{"scripts": {"check": "vendorgate check", "ci": "eslint all"}}', False),
    ("a script of wireit", "package.json", '{"scripts": {"gate": "wireit"}, "wireit": {"gate": {"command": "vendorgate check"}}}', '{"scripts": {"gate": "true"}, "wireit": {"gate": {"command": "vendorgate check"}}}', True),
    ("what runs a target of Nx", "package.json", '{"nx": {"targets": {"gate": {"executor": "nx:run-commands", "options": {"command": "vendorgate check"}}}}}', '{"nx": {"targets": {"gate": {"executor": "nx:noop", "options": {"command": "vendorgate check"}}}}}', True),
    *((f"tasks of Poe, {why}", IN, POE.format('["gate", "test"]'), after, widens) for why, after, widens in (
        ("without the gate's", POE.format('["test"]'), True), ("that may fail", POE.format('{sequence = ["gate", "test"], ignore_fail = true}'), True), ("of others", POE.format('["gate", "test"]').replace("ruff check", "ruff x"), False))),
    ("a composite of PDM", IN, PDM.format("gate"), PDM.format("lint"), True),
    ("what PDM runs before", IN, PDM.format("gate"), PDM.format("gate") + 'pre_gate = "evil"\n', True),
    ("a script of Hatch", IN, '[tool.hatch.envs.ci.scripts]\ngate = "vendorgate check"\nci = ["gate --strict", "t"]\n', '[tool.hatch.envs.ci.scripts]\ngate = "vendorgate check"\nci = ["t"]\n', True),
    *((f"tasks of mise, {why}", "mise.toml", f"{MISE}[tasks.ci]\n{before}\n", f"{MISE}[tasks.ci]\n{after}\n", widens) for why, before, after, widens in (
        ("that depend on nothing", 'depends = ["gate"]', "depends = []", True), ("that run another", 'run = "mise run gate"', 'run = "true"', True), ("that are described", 'description = "a"\nrun = "mise run gate"', 'description = "a"\nrun = "true"', True), ("called like it", 'run = "true"', 'run = "true"\nalias = "gate"', True), ("called otherwise", 'run = "true"', 'run = "true"\nalias = "g"', False))),
    ("a script that calls it by a runner's path", "package.json", NPM.format("node_modules/.bin/run-s lint gate", ""), NPM.format("node_modules/.bin/run-s lint", ""), True),
    ("a task of pixi for one system", "pixi.toml", '[tasks]\ngate = "vendorgate check"\n[target.linux.tasks]\nci = {depends-on = ["gate"]}\n', '[tasks]\ngate = "vendorgate check"\n[target.linux.tasks]\nci = {depends-on = ["x"]}\n', True),
    ("a task of pixi", "pixi.toml", '[tasks]\ngate = "vendorgate check"\nci = {depends-on = ["gate"]}\n', '[tasks]\ngate = "vendorgate check"\nci = {depends-on = ["x"]}\n', True),
    *((f"one more from {why}", path, before, before + after, widens) for why, path, before, after, widens in (
        ("another source", IN, POETRY.format(">=1.2"), '[tool.poetry.group.dev.dependencies]\nvendorgate = {version = ">=1.2", source = "evil"}\n', True), ("another index", "Pipfile", PIPFILE, '[dev-packages]\nvendorgate = {version = "==9.0", index = "evil"}\n', True),
        ("a folder", "Pipfile", PIPFILE, '[dev-packages]\nvendorgate = {path = "evil"}\n', True), ("where the first is from", "Pipfile", PIPFILE, '[dev-packages]\nvendorgate = {version = "==9.0"}\n', False), ("all sources", "Pipfile", PIPFILE, "[pipenv]\ninstall_search_all_sources = true\n", True))),
    *((f"the project itself {why}", path, before, after, widens) for why, path, before, after, widens in (
        ("is called so", IN, f'[project]\nname = "x"\n{LISTED}', f'[project]\nname = "vendorgate"\n{LISTED}', True), ("is called otherwise", IN, f'[project]\nname = "x"\n{LISTED}', f'[project]\nname = "y"\n{LISTED}', False),
        ("has a module called so", IN, LISTED, f'{LISTED}[tool.setuptools]\npy-modules = ["vendorgate"]\n', True), ("is called so in setup.cfg", "setup.cfg", "[metadata]\nname = x\n[options]\ninstall_requires = vendorgate==1.2\n", "[metadata]\nname = vendorgate\n[options]\ninstall_requires = vendorgate==1.2\n", True))),
    *((f"a group that is optional, {why}", IN, GROUPED, f"{GROUPED}[tool.poetry.group.{name}]\noptional = true\n", widens) for why, name, widens in (("the gate's", "ci", True), ("another", "docs", False))),
    *((f"a group of requirements {why}", IN, INCLUDED, INCLUDED.replace(old, new), widens) for why, old, new, widens in (
        ("without the gate's", '{include-group = "sec"}, ', "", True), ("with another program", '"pytest"', '"pytest", "x"', False), ("whose extra goes", '"x[sec]"', '"x"', True))),
    *((f"a setting of {path}, {more.strip()}", path, before, before + more, widens) for path, before, more, widens in (
        ("mise.toml", MISE, "[settings]\njobs = 4\n", False), ("mise.toml", MISE, '[env]\nPYTHONUNBUFFERED = "1"\n', False), ("mise.toml", MISE, '[plugins]\npipx = "https://evil.example"\n', True), ("mise.toml", MISE, "[env]\nX = \"{{exec(command='evil')}}\"\n", True),
        (IN, LISTED, '[tool.uv]\nconstraint-dependencies = ["urllib3>=2.2"]\n', False), (IN, LISTED, '[tool.uv.sources]\nmylib = {path = "../lib"}\n', False), (IN, LISTED, '[project]\nkeywords = ["vendorgate"]\n', False),
        (".npmrc", "", "registry=https://evil.example\n", True), ("pip.conf", "[global]\n", "index-url = https://evil.example\n", True))),
    ("what tox does with a failure", IN, '[tool.tox.env.gate]\ncommands = [["vendorgate", "check"]]\n', '[tool.tox.env.gate]\ncommands = [["vendorgate", "check"]]\nignore_outcome = true\n', True),
    *((f"a comment, {why}", path, f"{before}vendorgate check\n{after}", f"{now}vendorgate check\n{later}", widens) for why, path, before, after, now, later, widens in (
        ("of a script's requirements", "gate.sh", '# /// script\n# dependencies = ["vendorgate==1.4"]\n# ///\n', "", '# /// script\n# dependencies = ["vendorgate==0.1"]\n# ///\n', "", True), ("of Docker's", "Dockerfile", "", "", "# syntax=evil.example/x\n", "", True),
        ("that ends one", "gate.ps1", "<#\n#>\n", "", "<#\n", "#>\n", True), ("that tells the coding", "gate.sh", "", "", "# coding: utf-7\n", "", True), ("that is a directive", "gate.sh", "", "", "#MISE depends=[\"evil\"]\n", "", True),
        ("that ends a text", "gate.sh", ': <<"#"\n#\n', "", ': <<"#"\n', "#\n", True), ("like all others", "gate.sh", "", "", "# why\n#\n#### more\n", "", False))),
    *((f"a text of a shell's, {why}", path, f"{run}cat <<EOF\n{run}EOF\n{run}vendorgate check\n", f"{run}cat <<EOF\n{run}EOF{end}\n{run}vendorgate check\n", True) for path, run in (("gate.sh", ""), (GATE, "  ")) for why, end in ((f"with a blank in {path}", " "),)),
    ("ends of lines that a shell does not take", "gate.sh", "set -e\nvendorgate check\n", "set -e\r\nvendorgate check\n", True),
    ("ends of lines that YAML takes", "gate.yml", "a: b\nc: vendorgate check\n", "a: b\r\nc: vendorgate check\r\n", False),
    ("a blank at a line's end", "gate.sh", "set -e\nvendorgate check\n", "set -e \nvendorgate check\n", False),
    *((f"words in {why}", path, before, after, False) for why, path, before, after in (
        ("a comment of a workflow", GATE, BLOCK, f"#TODO: hi\n{BLOCK}"), ("a comment about coding", "gate.sh", "a\nb\nvendorgate check\n", "a\nb\n# base64 encoding: see docs\nvendorgate check\n"), ("a comment about a check", "gate.sh", "vendorgate check\n", "# check = all\nvendorgate check\n"))),
    ("a task of another name", "package.json", '{"scripts": {"check": "vendorgate check", "format:check": "prettier .", "ci": "npm run format:check"}}', '{"scripts": {"check": "vendorgate check", "format:check": "prettier .", "ci": "npm run x"}}', False),
    ("a program that npm runs", "package.json", '{"scripts": {"check": "vendorgate check", "ci": "npm exec prettier check"}}', '{"scripts": {"check": "vendorgate check", "ci": "npm exec prettier x"}}', False),
    *((f"a message, {text}", "tools/x.sh", f"{text}\n", f"{text} || true\n", False) for text in ('git commit -m "checker: x"', "the anti-spam checker", "java -jar x.jar -m checker.cfg")),
    *((f"what is no comment in {path}", path, "#if true\nvendorgate check\n#endif\n", "#if false\nvendorgate check\n#endif\n", True) for path in ("build.cs", "gate.swift", "gate.php", "gate.cpp")),
    ("a command of CMake's", "CMakeLists.txt", "add_custom_target(gate COMMAND vendorgate check)\n", "add_custom_target(gate COMMAND true)\n", True),
    ("a comment within a text of TOML", "mise.toml", '[tasks.gate]\nrun = """\nvendorgate check snapshot \\\n  > out\n"""\n', '[tasks.gate]\nrun = """\nvendorgate check snapshot # x\n  > out\n"""\n', True),
    ("a comment of TOML", IN, LISTED, f"# why\n{LISTED}", False),
    *((f"setup.py, {why}", "setup.py", before, after, widens) for why, before, after, widens in (
        ("a switch", 'W = True\nr = ["a"]\nif W:\n    r.append("vendorgate==1.4")\nsetup(install_requires=r)\n', 'W = False\nr = ["a"]\nif W:\n    r.append("vendorgate==1.4")\nsetup(install_requires=r)\n', True),
        ("a key", 'K = "g"\nE = {"g": ["vendorgate==1.4"], "n": []}\nsetup(install_requires=E[K])\n', 'K = "n"\nE = {"g": ["vendorgate==1.4"], "n": []}\nsetup(install_requires=E[K])\n', True),
        ("an address with its version", 'V = "1"\nsetup(url=f"https://x/{V}", install_requires=["vendorgate==1.4"])\n', 'V = "2"\nsetup(url=f"https://x/{V}", install_requires=["vendorgate==1.4"])\n', False))),
    ("a line that is joined within a text", "gate.yml", "a: >\n  echo\n\n  vendorgate check\n", "a: >\n  echo\n  vendorgate check\n", True),
    ("a comment behind a text that is joined", "gate.yml", "a: >\n  vendorgate check\nb: c\n", "a: >\n  vendorgate check\n# why\nb: c\n", False),
    ("a comment behind the pin that ends", GATE, BLOCK, BLOCK.replace(" # v4.1", " # v5\r        if: false"), True),
    *((f"setup.py, {why}", "setup.py", SETUP, SETUP.replace(old, new), widens) for why, old, new, widens in (
        ("its own version", '"1.0"', '"1.1"', False), ("later", "1.2", "1.3", False), ("earlier", "1.2", "1.1", True), ("classifiers", '"a"', '"a", "b"', False), ("another requirement", '"boto3"', '"boto3>=1"', False), ("formatted", ", install", ",\n  install", False),
        ("that does more", "VERSION =", "os.system('x')\nVERSION =", True), ("of another class", "classifiers=", "cmdclass={'install': X}, classifiers=", True), ("cut", '.2"]', '.2"][:1]', True), ("called so", '"x"', '"vendorgate"', True), ("of another function", "setup(", "setup = print\nsetup(", True))),
    *((f"setup.py's values, {why}", "setup.py", before, before.replace(old, new), widens) for why, before, old, new, widens in (
        ("later", REQUIRED, "1.2", "1.3", False), ("earlier", REQUIRED, "1.2", "1.1", True), ("told again", REQUIRED, "\nsetup", "\ncode = []\nsetup", True), ("emptied", REQUIRED, "\nsetup", "\ncode.clear()\nsetup", True), ("computed", COMPUTED, "1.2", "1.1", True),
        ("of a project within a condition", WITHIN, '"1"', '"2"', False), ("earlier within it", WITHIN, "1.2", "1.1", True), ("under another condition", WITHIN, "if _", "if 0 and _", True), ("by names of several parts", REQUIRED, "code", 'X = {"vendorgate": {("a", 1): 2}}\ncode', True))),
    *((f"setup.py, {why}", "setup.py", before, after, widens) for why, before, after, widens in (
        ("a list that is told too late", REQUIRED, 'code = []\nsetup(install_requires=code)\ncode = ["vendorgate==1.2"]\n', True), ("another value before it", REQUIRED, "X = 1\n" + REQUIRED, False),
        ("two that change places", 'setup(a=[V, "vendorgate==1.4"], b=g("vendorgate==1.0"))\n', 'setup(a=[V, "vendorgate==1.0"], b=g("vendorgate==1.4"))\n', True), ("one that moves elsewhere", 'setup(a=[V, "vendorgate==1.4"], b=[V, ""])\n', 'setup(a=[V, ""], b=[V, "vendorgate==1.4"])\n', True),
        ("an extra's digit", 'V = "1.2"\nsetup(a=["vendorgate[a1]==" + V])\n', 'V = "0.1"\nsetup(a=["vendorgate[a1]==" + V])\n', True), ("a version put in", 'V = "2"\nsetup(a=["vendorgate==1.%s" % V])\n', 'V = "0"\nsetup(a=["vendorgate==1.%s" % V])\n', True),
        ("a name that is joined", 'N = "vendorgate"\nV = "==1.2"\nsetup(a=[N + V])\n', 'N = "vendorgate"\nV = "==1.1"\nsetup(a=[N + V])\n', True), ("a text about it", '"""vendorgate and more"""\n' + REQUIRED, '"""More"""\n' + REQUIRED, False))),
    *((f"setup.py that calls, {why}", "setup.py", before, after, widens) for why, before, after, widens in (
        ("by its module, another version of its own", CALLED, CALLED.replace('n="1.0"', 'n="1.1"'), False), ("by its module, an earlier one", CALLED, CALLED.replace("1.2", "1.1"), True), ("several, the second earlier", TWICE, TWICE.replace("1.4", "1.3"), True),
        ("several, the first computed", 'V = "1.2"\nf("vendorgate==" + V)\ng("vendorgate==1.0", x)\n', 'V = "1.1"\nf("vendorgate==" + V)\ng("vendorgate==1.0", x)\n', True), ("in another order", CHANGED, "".join([CHANGED.splitlines(True)[one] for one in (0, 2, 1)]), True),
        ("what two names stand for", BOTH, BOTH.replace("A = code", "A = x"), True), ("deeper than Python reads", REQUIRED, f"{REQUIRED}x = {'-' * 100_000}1\n", True))),
    ("a text of old Python", "setup.py", "print 'a'\n" + REQUIRED, "print 'b'\n" + REQUIRED, True),
]  # fmt: skip
FORMS = [
    *((f"a list {why}", IN, LISTED, after, True) for why, after in (
        ("behind a comment", 'dependencies = [] # "vendorgate==1.1"\n'), ("of another group", LISTED.replace("dependencies", "other")), ("of another table", "[x]\n" + LISTED))),
    ("a list in several lines", IN, LISTED, 'dependencies = [\n  "vendorgate==1.1",\n]\n', False),
    *((f"a call {why}", "setup.py", '    install_requires=["vendorgate==1.0"],\n', f"    install_requires={after},\n", True) for why, after in (
        ("of nothing", '["vendorgate==1.0"] if 0 else []'), ("cut", '["vendorgate==1.0"][1:]'), ("changed", '["vendorgate==1.0".replace("1.0", "0.1")]'), ("joined", '["evil" "vendorgate==1.0"]'))),
    ("a script of another name", "package.json", '{"gate": "uvx vendorgate@1.0 check"}', '{"x": "uvx vendorgate@1.0 check", "gate": "true"}', True),
    *((f"a requirement of Poetry, {why}", IN, POETRY.format("^1.1"), after, widens) for why, after, widens in (
        ("later", POETRY.format("^1.2"), False), ("earlier", POETRY.format("^1.0"), True), ("any", POETRY.format("*"), True), ("in another group", POETRY.replace("dependencies", "group.dev.dependencies").format("^1.1"), True))),
    *((f"a table of its own, {why}", IN, '[tool.poetry.dependencies.vendorgate]\nversion = "1.1"\n', f"[tool.poetry.dependencies.vendorgate]\n{after}\n", widens) for why, after, widens in (
        ("later", 'version = "1.2"', False), ("earlier", 'version = "1.0"', True), ("from elsewhere", 'git = "https://evil.example"', True))),
    *((f"an option, {why}", "requirements.txt", "vendorgate==1.0\n", f"{option}\nvendorgate==1.0\n", True) for why, option in (
        ("attached", "-ihttps://evil.example"), ("shortened", "--extra-index https://evil.example"), ("of any build", "--pre"))),
    ("the order of indexes", "requirements.txt", "--index-url https://a\n--index-url https://b\nvendorgate==1.0\n", "--index-url https://b\n--index-url https://a\nvendorgate==1.0\n", True),
    ("a comment behind an index", "requirements.txt", "-i https://a\nvendorgate==1.0\n", "-i https://a # ours\nvendorgate==1.0\n", False),
    ("another program that begins so", "requirements.txt", "vendorgate==1.0\nvendorgate-plugins==2.0\n", "vendorgate==1.0\nvendorgate-plugins==1.0\n", False),
    ("a hash fewer", "requirements.txt", f"vendorgate==1.0 --hash=sha256:{'a' * 64} --hash=sha256:{'b' * 64}\n", f"vendorgate==1.0 --hash=sha256:{'a' * 64}\n", False),
    *((f"a setting of uv, {why}", IN, LISTED, f"{LISTED}[tool.uv]\n{after}\n", widens) for why, after, widens in (
        ("an index", 'index = [{ url = "https://evil.example", default = true }]', True), ("what is overridden", 'override-dependencies = [\n  "boto3==0.1",\n]', True), ("what is left out", 'exclude-dependencies = ["vendorgate"]', True),
        ("the lowest", 'resolution = "lowest"', True), ("that is its own package", "package = true", False), ("what developers need", 'package = true\ndev-dependencies = ["x"]', False))),
    *((f"a page, {why}", IN, LISTED, f"{LISTED}[{table}]\n{line}\n", False) for why, table, line in (("of the project", "project.urls", 'url = "https://acme.example"'), ("a default", "tool.x", 'default = "1"'))),
    ("a compiler's option", "package.json", '{"a": "vendorgate check",\n"b": "tsc -c a"}', '{"a": "vendorgate check",\n"b": "tsc -c b"}', False),
    ("a program of that name", IN, 'dependencies = ["vendorgate"]\n', 'dependencies = ["vendorgate"]\n[project.scripts]\nvendorgate = "evil:main"\n', True),
    *((f"one more, {why}", "requirements.txt", "vendorgate>=1.2\n", f"vendorgate>=1.2\n{line}\n", True) for why, line in (
        ("by its address", "vendorgate @ https://evil.example/vendorgate-2.0-py3-none-any.whl"), ("of a repository", "git+https://evil.example/vendorgate"), ("of a folder", "./x/vendorgate-2.0-py3-none-any.whl"), ("of sources", "-e ./vendorgate"))),
    ("a table of uv that is first now", IN, f'{LISTED}[[tool.uv.index]]\nurl = "https://a"\n[[tool.uv.index]]\nurl = "https://b"\n', f'{LISTED}[[tool.uv.index]]\nurl = "https://b"\n[[tool.uv.index]]\nurl = "https://a"\n', True),
    *((f"a lock of {path}", path, before, before.replace("1.2.0", "0.1.0"), True) for path, before in (
        ("conda-lock.yml", "- name: vendorgate\n  version: 1.2.0\n  manager: pip\n"), ("pnpm-lock.yaml", "  vendorgate@1.2.0:\n    resolution: {integrity: sha512-a}\n"), ("yarn.lock", 'vendorgate@^1.2.0:\n  version "1.2.0"\n'))),
    *((f"a lock's index, {why}", "poetry.lock", POETRY_LOCK.format("1.0.0", "projects/1"), after, widens) for why, after, widens in (
        ("of another project", POETRY_LOCK.format("1.0.1", "projects/2"), True), ("of a later version", POETRY_LOCK.format("1.0.1", "projects/1"), False))),
    *((f"a requirement {why}", "requirements.txt", before, after, widens) for why, before, after, widens in (
        ("mended after", "vendorgate==1.1.0\n", "vendorgate==1.1.0.post1\n", False), ("before the mending", "vendorgate==1.1.0.post1\n", "vendorgate==1.1.0\n", True), ("tried out", "vendorgate==1.1.0\n", "vendorgate==1.2.0rc1\n", False),
        ("as it was tried out", "vendorgate==1.2.0\n", "vendorgate==1.2.0rc1\n", True), ("of a later trial", "vendorgate==1.2.0rc9\n", "vendorgate==1.2.0rc10\n", False), ("of an earlier trial", "vendorgate==1.2.0rc1\n", "vendorgate==1.2.0b2\n", True),
        ("with another comment", "vendorgate==1.2  # pinned\n", "vendorgate==1.3  # by a bot\n", False), ("behind a sign", "vendorgate==1.2\n", "boto3 # vendorgate==1.2\n", True), ("with a sign in its address", "git+https://a/x#egg=vendorgate\n", "git+https://b/x#egg=vendorgate\n", True))),
    *((f"a requirement of conda, {why}", "environment.yml", "dependencies:\n  - vendorgate=1.2=py311_0\n", f"dependencies:\n  - vendorgate={after}\n", widens) for why, after, widens in (
        ("later", "1.3=py312_1", False), ("of another build", "1.2=evil_1", True), ("earlier", "1.1=py311_0", True))),
    *((f"a script {why}", "package.json", '{"scripts": {\n"gate": "vendorgate check"\n}}', after, True) for why, after in (
        ("behind one that runs before it", '{"scripts": {\n"pregate": "evil",\n"gate": "vendorgate check"\n}}'), ("before one that runs after it", '{"scripts": {\n"gate": "vendorgate check",\n"postgate": "exit 0"\n}}'), ("of a name that comes again", '{"scripts": {\n"gate": "vendorgate check",\n"gate": "true"\n}}'))),
    ("a script before another", "package.json", '{"scripts": {\n"gate": "vendorgate check"\n}}', '{"scripts": {\n"gate": "vendorgate check",\n"prebuild": "x"\n}}', False),
    ("a version that is left out", "requirements.txt", "vendorgate!=1.0\n", "vendorgate!=1.1\n", True),
    ("the same version in short", "requirements.txt", "vendorgate==1.2.0\n", "vendorgate==1.2\n", False),
    ("a sign in place of a version", "requirements.txt", "vendorgate==1.2\n", "vendorgate==#\n", True),
    ("a channel", "environment.yml", "channels:\n  - a\ndependencies:\n  - vendorgate=1.0\n", "channels:\n  - evil\n  - a\ndependencies:\n  - vendorgate=1.0\n", True),
    *((f"a lock of another format, {why}", "pixi.lock", CONDA.format("1.2.0", "a" * 64), after, widens) for why, after, widens in (
        ("later", CONDA.format("1.3.0", "b" * 64), False), ("earlier", CONDA.format("1.0.0", "b" * 64), True), ("from another host", CONDA.format("1.3.0", "b" * 64).replace("https://conda", "https://evil", 1), True), ("another file", CONDA.format("1.2.0", "b" * 64), True))),
    ("a lock in one line", "Pipfile.lock", '{"default": {"vendorgate": {"version": "==1.2"}}}', '{"default": {"vendorgate": {"version": "==1.0"}}}', True),
    ("a second entry", "uv.lock", locked("1.2.0", "a"), locked("1.2.0", "a") + locked("9.0.0", "b"), True),
    ("what a lock overrides", "uv.lock", locked("1.2.0", "a"), locked("1.2.0", "a") + '\n[manifest]\noverrides = [{ name = "vendorgate", specifier = "==0.1" }]\n', True),
    *((f"a Pipfile.lock, {why}", "Pipfile.lock", PIPENV.format("3.8", "1.2.0", "a" * 64), PIPENV.format(*after), widens) for why, after, widens in (
        ("earlier behind a marker", ("3.9", "0.1.0", "a" * 64), True), ("later", ("3.8", "1.3.0", "b" * 64), False), ("another file", ("3.8", "1.2.0", "b" * 64), True))),
    *((f"the same in TOML, {why}", IN, LISTED, f"{before}{LISTED}{after}", True) for why, before, after in (
        ("by a dotted key", 'tool.uv.index = [{ url = "https://evil.example" }]\n', ""), ("by a quoted table", "", '["tool".uv]\nindex = [{ url = "https://evil.example" }]\n'), ("by a table with blanks", "", '[ tool.uv ] # c\nindex = [{ url = "https://evil.example" }]\n'), ("by an escape", "", 'x = ["\\u0076endorgate @ https://evil.example/x.whl"]\n'),
        ("a group of none", "", "[tool.uv]\ndefault-groups = []\n"), ("what PDM leaves out", "", '[tool.pdm.resolution]\nexcludes = ["vendorgate"]\n'), ("a variable", "", '[tool.hatch.envs.default.env-vars]\nPIP_INDEX_URL = "https://evil.example"\n'))),
    ("a line within a text", IN, LISTED, f'x = """\n{LISTED}"""\n', True),
    ("a task that may fail", IN, '[tool.poe.tasks.gate]\ncmd = "vendorgate check"\n', '[tool.poe.tasks.gate]\ncmd = "vendorgate check"\nignore_fail = true\n', True),
    *((f"beside it {line}", "requirements.txt", "vendorgate==1.2\n", f"vendorgate==1.2\n{line}\n", widens) for line, widens in (
        ("HTTPS://evil.example/x.whl", True), ("tools/evil", True), ("evil.tgz", True), ("evil.tar.bz2", True), ("evil-1.2+a-py3-none-any.WHL", True), ("file:./evil", True), ("${HOME}/evil", True), ("..", True),
        ("boto3", False), ("boto3[crt]>=1.0; python_version > '3'", False), ("a.b-c_d==1", False), ("zip==1", False), ("tar", False))),
    *((f"a setting that decides: {more.strip()}", path, before, before + more, True) for path, before, more in (
        ("pixi.toml", PIXI, '[feature.ci]\nchannels = ["evil"]\n'), ("pixi.toml", PIXI, '[activation]\nscripts = ["evil.sh"]\n'), ("pixi.toml", PIXI, '[workspace]\nchannel-priority = "disabled"\n'),
        (IN, LISTED, '[tool.uv]\nexclude-newer = "2020-01-01"\n'), ("mise.toml", MISE, '[env]\nPYTHONPATH = "evil"\n'), ("mise.toml", MISE, '[env]\n_.source = "evil.sh"\n'), ("mise.toml", MISE, '[hooks]\npostinstall = "evil"\n'),
        ("mise.toml", MISE, '[env]\nPATH = "evil"\n'), (IN, LISTED, '[tool.poe]\ninclude = "evil.toml"\n'), (IN, LISTED, '[[tool.pdm.source]]\nname = "x"\n'), (IN, LISTED, '[tool.hatch.envs.ci]\npost-install-commands = ["evil"]\n'),
        ("environment.yml", CONDA_ENV, "variables:\n  PYTHONPATH: evil\n"), ("environment.yml", CONDA_ENV, "    - tools/evil\n"))),
    ("a lock of lines", "requirements.lock", "-e file:.\nboto3==1.0\nvendorgate==1.2\n", "-e file:.\nboto3==1.1\nvendorgate==1.2\n", False),
    ("an alias", "environment.yml", "x: &a [b]\n" + CONDA_ENV + "y: *a\n", "x: &a [b]\n" + CONDA_ENV + "y: *a\nz: *a\n", False),
    ("aliases that double", "environment.yml", CONDA_ENV, "x: &a [b]\ny: &c [*a, *a]\n" + CONDA_ENV, True),
    ("a key without a value that goes on", "setup.cfg", "[options]\ninstall_requires = vendorgate==1.2\n", "[options]\ninstall_requires = vendorgate==1.2\n[a]\nx\n  y\n", True),
    ("a key without a value", "setup.cfg", "[a]\nx\n[options]\ninstall_requires = vendorgate==1.2\n", "[a]\nx\n[options]\ninstall_requires = vendorgate==1.3\n", False),
    ("a line that only Python breaks", "package.json", '{"a": "vendorgate check", "d": "x\u2028y"}', '{"a": "vendorgate check", "d": "x\u2028z"}', False),
    ("names that nobody reads", IN, LISTED, LISTED + f"[{'a' * 2_000}]\nb = 1\n", True),
    ("an option behind a comment that a backslash stands before", "requirements.txt", "boto3\nvendorgate==1.2\n", "boto3 \\ # c\n--index-url https://evil.example\nvendorgate==1.2\n", True),
    ("a text that looks like an entry", "uv.lock", locked("1.2.0", "a"), locked("1.2.0", "a") + 'description = "{vendorgate"\n', True),
    ("what reads as another form", IN, LISTED, 'dependencies: ["vendorgate==1.1"]\n', True),
    ("what nobody can read", IN, LISTED, f"{LISTED}[x\n", True),
    *((f"pixi's tables, {why}", IN, '[tool.pixi.pypi-dependencies]\nvendorgate = "==1.2"\n', after, widens) for why, after, widens in (
        ("later", '[tool.pixi.pypi-dependencies]\nvendorgate = "==1.3"\nboto3 = "*"\n[tool.pixi.tasks]\nlint = "ruff"\n', False), ("earlier", '[tool.pixi.pypi-dependencies]\nvendorgate = "==1.1"\n', True))),
    *((f"a tag of its repository, {why}", IN, '[tool.uv.sources]\nvendorgate = { git = "https://x.example/vendorgate.git", tag = "v1.2" }\n', f'[tool.uv.sources]\nvendorgate = {{ git = "https://{host}/vendorgate.git", tag = "{tag}" }}\n', widens) for why, host, tag, widens in (
        ("later", "x.example", "v1.3", False), ("earlier", "x.example", "v1.1", True), ("of another", "evil.example", "v1.3", True))),
    *((f"beside it {why}", "requirements.txt", "vendorgate==1.2\n", f"{line}\nvendorgate==1.2\n", widens) for why, line, widens in (
        ("a distribution without a name", "git+https://evil.example/x", True), ("a file", "https://evil.example/x.whl", True), ("a folder", "./x", True), ("another one by its name", "x @ https://a.example/x.whl", False), ("an index behind a mark", "\ufeff-i https://evil.example", True))),
    *((f"as {after}", "requirements.txt", "vendorgate>=1.2\n", f"{after}\n", widens) for after, widens in (("VendorGate >= 1.2", False), ("vendorgate==1.5", False), ("vendorgate==1.1", True), ("vendorgate<=1.2", True))),
    *((f"an environment, {why}", "environment.yml", CONDA_ENV, after, widens) for why, after, widens in (
        ("an option of pip", CONDA_ENV + "    - -i https://evil.example\n", True), ("a folder", CONDA_ENV + "    - ./evil\n", True), ("another channel in quotes", CONDA_ENV.replace("channels:", '"channels":').replace("- a", "- evil"), True), ("of another list", CONDA_ENV.replace("dependencies", "variables"), True), ("another program", CONDA_ENV + "    - boto3\n", False))),
    ("a requirement of tests alone", "setup.cfg", "[options]\ninstall_requires =\n  vendorgate==1.2\n", "[options]\ntests_require =\n  vendorgate==1.2\n", True),
    ("a program in its place", "package.json", '{"devDependencies": {"vendorgate": "^1.2.0"}}', '{"devDependencies": {"vendorgate": "^1.2.0"}, "resolutions": {"vendorgate": "npm:evil@1.0"}}', True),
    ("scripts that nobody runs", "package.json", '{"scripts": {"gate": "vendorgate check"}}', '{"x-scripts": {"gate": "vendorgate check"}}', True),
    ("a script that loses its comma", "package.json", '{"a": "vendorgate check", "b": "x"}', '{"b": "x", "a": "vendorgate check"}', False),
    ("a lock in another order", "uv.lock", locked("1.2.0", "a"), locked("1.2.0", "a").replace('name = "vendorgate"\nversion = "1.2.0"', 'version = "0.1.0"\nname = "vendorgate"'), True),
    ("a lock for other machines", "uv.lock", locked("1.2.0", "a") + 'dependencies = [{ name = "vendorgate" }]\n', locked("1.2.0", "a") + "dependencies = [{ name = \"vendorgate\", marker = \"sys_platform == 'win32'\" }]\n", True),
    *((f"a tool of mise, {why}", ".mise.toml", '[tools]\n"pipx:acme/vendorgate" = "1.2.0"\n', after, widens) for why, after, widens in (
        ("later", '[tools]\n"pipx:acme/vendorgate" = "1.3.0"\n', False), ("earlier", '[tools]\n"pipx:acme/vendorgate" = "0.1.0"\n', True), ("one more", '[tools]\n"pipx:acme/vendorgate" = "1.2.0"\n"ubi:evil/vendorgate" = "9.0.0"\n', True), ("by another path", '[tools]\n"pipx:acme/vendorgate" = "1.2.0"\n[env]\n_.path = ["./evil"]\n', True))),
    *((f"a file beside, {path}", path, before, after, widens) for path, before, after, widens in (
        ("uv.toml", "", '[[index]]\nurl = "https://evil.example"\n', True), ("pip.conf", "[global]\nindex-url = https://a\n", "[global]\nindex-url = https://b\n", True), (".npmrc", "", "registry=https://evil.example\n", True), ("uv.toml", "native-tls = true\n", "[[index\n", True), ("requirements-ci.txt", "-r requirements.txt\n", "boto3==1.0\n", True), ("constraints-ci.txt", "", "vendorgate==0.1\n", True),
        *((".tool-versions", "vendorgate 1.2.0\n", f"vendorgate {one}\n", one == "0.1.0") for one in ("1.3.0", "0.1.0")), ("conda-ci.yml", "dependencies:\n  - vendorgate=1.2\n", "dependencies:\n  - vendorgate=0.1\n", True),
        (".config/mise/config.toml", '[tools]\n"pipx:acme/vendorgate" = "1.2.0"\n', '[tools]\n"pipx:acme/vendorgate" = "0.1.0"\n', True), ("mise.local.toml", "", '[env]\n_.path = ["./evil"]\n', True))),
    *((f"a list within a list, {why}", IN, f"[tool.x]\n{before}\n", f"[tool.x]\n{after}\n", True) for why, before, after in (
        ("of commands", 'runs = [["vendorgate", "check"], ["ruff"]]', 'runs = [["vendorgate", "--help"], ["ruff"]]'), ("told in words", 'cmd = ["uvx", "vendorgate", "check"]', 'cmd = ["uvx", "vendorgate", "--help"]'), ("of another entry", 'g = [{ name = "ci", needs = ["vendorgate==1.1"] }]', 'g = [{ name = "docs", needs = ["vendorgate==1.1"] }]'))),
    ("what a shell runs may fail", IN, '[tool.x.gate]\nshell = "vendorgate check"\n', '[tool.x.gate]\nshell = "vendorgate check"\nkeep-going = true\n', True),
    ("what runs it is switched off", IN, '[tool.x.gate]\ncmd = "vendorgate check"\n', '[tool.x.gate]\ncmd = "vendorgate check"\nenabled = false\n', True),
    ("what executes it may fail", IN, '[tool.x.gate]\nexec = "vendorgate check"\n', '[tool.x.gate]\nexec = "vendorgate check"\nkeep-going = true\n', True),
    *((f"an environment {why}", "environment.yml", "dependencies:\n  - vendorgate=1.2\n", after, True) for why, after in (
        ("that nobody can read", "dependencies:\n  - vendorgate=1.2\nx: [\n"),)),
    ("what nobody could read before, either", "environment.yml", "dependencies:\n  - vendorgate=1.2\nx: [\n", "dependencies:\n  - vendorgate=1.2\ny: [\n", True),
    *((f"a lock that is neither TOML nor JSON, {why}", "bun.lock", '{"packages": {"vendorgate": ["vendorgate@1.2.0", "sha512-a"],}}', f'{{"packages": {{"vendorgate": ["vendorgate@{version}", "sha512-b"],}}}}', widens) for why, version, widens in (("earlier", "0.1.0", True), ("later", "1.3.0", False))),
    ("the last of several", "setup.cfg", "[options]\ninstall_requires =\n  a\n  b\n  vendorgate==1.2\n", "[options]\ninstall_requires =\n  a\n  b\n  vendorgate==0.1\n", True),
    ("lists deeper than anybody reads", "package.json", '{"a": "vendorgate"}', "[" * 50_000, True),
    ("what nobody can read, and that does not name it", IN, LISTED, "[x\n", True),
    *((f"beside it, too, {why}", "requirements.txt", "vendorgate==1.2\n", f"{line}\nvendorgate==1.2\n", True) for why, line in (
        ("what is called like it", "git+https://evil.example/vendorgate-x"), ("a file of a folder", "x/evil.whl"), ("a folder from the root", "/opt/evil"))),
    ("the file that an option goes on with", "requirements.txt", "-r \\\n  a.txt\nvendorgate==1.2\n", "-r \\\n  b.txt\nvendorgate==1.2\n", True),
    ("links of a package", "setup.py", '    install_requires=["vendorgate==1.0"],\n', '    install_requires=["vendorgate==1.0"],\n    dependency_links=["https://evil.example"],\n', True),
    ("a variable of uv's", IN, LISTED, f'{LISTED}[tool.hatch.envs.default.env-vars]\nUV_INDEX_URL = "https://evil.example"\n', True),
    ("channels of all environments", ".condarc", "channels:\n  - a\n", "channels:\n  - evil\n", True),
    ("one more in a standard lock", "pylock.toml", '[[packages]]\nname = "vendorgate"\nversion = "1.2"\n', '[[packages]]\nname = "vendorgate"\nversion = "1.2"\n[[packages]]\nname = "vendorgate"\nversion = "9.0"\n', True),
    *((why, "requirements.txt", "vendorgate==1.2\n" * before, "vendorgate==1.3\n" * after, True) for why, before, after in (("two, and one later one", 2, 1), ("more that come than are told apart", 1, 1_001))),
    ("a line longer than anybody looks into", "requirements.txt", f"vendorgate==1.2; {'x' * 2_000}\n", f"vendorgate==1.3; {'x' * 2_000}\n", True),
    ("locked for developers alone", "Pipfile.lock", '{"default": {"vendorgate": {"version": "==1.2"}}}', '{"develop": {"vendorgate": {"version": "==1.2"}}}', True),
    ("locked for other machines alone", "Pipfile.lock", '{"default": {"vendorgate": {"version": "==1.2"}}}', '{"default": {"vendorgate": {"version": "==1.2", "markers": "sys_platform == \'win32\'"}}}', True),
    ("later ones in another order", "requirements.txt", "vendorgate==1.0\nvendorgate==2.0\n", "vendorgate==2.5\nvendorgate==1.5\n", False),
    ("a later archive behind another line", "requirements.txt", "vendorgate>=1.0\nvendorgate @ https://x.example/vendorgate/archive/v1.2.0.zip\n", "vendorgate>=1.0\nvendorgate @ https://x.example/vendorgate/archive/v1.3.0.zip\n", False),
    *((f"lines that go on, {why}", "requirements.txt", "boto3\nvendorgate>=1.2\n", f"boto3{after}\nvendorgate>=1.2\n", True) for why, after in (
        ("within an address", "\nhtt\\\nps://evil.example/x.whl"), ("within its name", "\nvend\\\norgate @ file:x"), ("up to a comment", " \\\n# c\n-i https://evil.example"), ("up to a blank line", " \\\n\n-i https://evil.example"))),
    *((f"a command that goes on, {why}", path, "vendorgate check \\\n  --fail-on high\n", f"vendorgate check {after}\n  --fail-on high\n", widens) for why, path, after, widens in (
        ("up to a comment", "gate.sh", "\\\n  # why", True), ("up to a blank line", "gate.sh", "\\\n", True), ("not behind a blank", "gate.sh", "\\ ", True), ("beyond a comment, as Docker reads it", "Dockerfile", "\\\n  # why", False))),
    *((f"a manifest called {path}", path, "vendorgate==1.2\n", "vendorgate==0.1\n", True) for path in ("dev-requirements.txt", "ci.requirements.in", "reqs.txt")),
    ("a standard lock", "pylock.toml", '[[packages]]\nname = "vendorgate"\nversion = "1.2"\n', '[[packages]]\nname = "vendorgate"\nversion = "1.0"\n', True),
    ("the sources of a lock", "Pipfile.lock", '{"_meta": {"sources": [{\n "url": "https://a"\n}]},\n"vendorgate": {\n "version": "==1.2"\n}}', '{"_meta": {"sources": [{\n "url": "https://evil.example"\n}]},\n"vendorgate": {\n "version": "==1.2"\n}}', True),
]  # fmt: skip


@rows("why, path, before, after, widens", [*CHANGES, *TASKS, *FORMS])
def test_whether_the_gate_still_runs(
    why: str, path: str, before: str, after: str, widens: bool
) -> None:
    """Catches what stands on the line of a pin, and one line that answers for two."""
    found = [*pipeline_changes({path: before.encode()}, {path: after.encode()})]
    assert [one.widens for one in found] == [widens], why
