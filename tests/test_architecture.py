"""The shape of the house: imports go one way, and only the edge touches the outside."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

from tests.support.rows import rows

ROOT = Path(__file__).parent.parent / "checker"
LEVELS = {
    "cli": 9, "demo": 8, "evidence": 7, "review": 6, "explain": 6, "diff": 6, "check": 5, "collect": 5,
    "enforce": 4, "inventory": 4, "subjects": 4, "policy": 4, "report": 3, "resource_trust": 3, "role_trust": 3,
    "facts": 2, "images": 2, "usage": 1, "vetting": 1,
    "access": 1, "publishers": 1, "snapshot": 0, "trust": 0,
}  # fmt: skip
ALLOWED = {
    "access": {"trust"},
    "inventory": {"report"},
    "collect": {"access", "publishers", "resource_trust", "snapshot", "trust", "usage"},
    "publishers": set(),
    "report": set(),
    "snapshot": set(),
    "trust": set(),
}
QUESTIONS = ["texts", "document", "callers", "search", "proof", "answers"]
"""The folders of `checker/trust`, in the order in which they are read."""
MODULES = sorted(ROOT.rglob("*.py"))


Import = ast.Import | ast.ImportFrom


@cache
def imported(path: Path) -> list[tuple[Import, bool]]:
    """The imports of a module; whether each is made as the module itself is."""
    top = ast.parse(path.read_text()).body
    return [(node, node in top) for node in _statements(top) if isinstance(node, Import)]


def _statements(body: Iterable[ast.AST]) -> Iterator[ast.AST]:
    """With those within, wherever one may stand: no expression has any."""
    for node in body:
        yield node
        yield from _statements(
            one for one in ast.iter_child_nodes(node) if isinstance(one, _WITHIN)
        )


_WITHIN = (ast.stmt, ast.excepthandler, ast.match_case)


@cache
def imports(path: Path) -> set[str]:
    names = set()
    for node, _ in imported(path):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif node.module:
            names.add(node.module)
    return names


def package(name: str) -> str | None:
    parts = name.split(".")
    return parts[1] if parts[0] == "checker" and len(parts) > 1 and parts[1] in LEVELS else None


@rows("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_go_one_way(path: Path) -> None:
    """A lower floor that imports an upper one makes a knot that nobody can test apart."""
    own = path.relative_to(ROOT).parts[0]
    if own not in LEVELS:
        return
    for used in {package(name) for name in imports(path)} - {None, own}:
        assert used is not None
        assert LEVELS[used] <= LEVELS[own], f"{own} imports {used}"
        assert used in ALLOWED.get(own, LEVELS), f"{own} imports {used}"


@rows("path", sorted(ROOT.glob("trust/*/*.py")), ids=lambda path: str(path.relative_to(ROOT)))
def test_a_question_of_the_trust_analysis_asks_only_those_before_it(path: Path) -> None:
    """A parser that imports the search could not be read, or tested, before the search is."""
    own = QUESTIONS.index(path.parent.name)
    parts = [name.split(".") for name in imports(path) if name.startswith("checker.trust.")]
    later = {part[2] for part in parts if part[2] in QUESTIONS[own + 1 :]}
    assert not later, f"{path.parent.name} imports {later}"


def test_the_table_of_folders_has_them_all_with_what_they_import() -> None:
    """A folder that no reader is told of; an import that the table does not know."""
    text = (ROOT.parent / "ARCHITECTURE.md").read_text("utf-8")
    told = dict(re.findall(r"(?m)^\| `checker/(\w+)/` \|.*\|([^|]*)\|$", text))
    assert told.keys() == LEVELS.keys()
    for folder, allowed in told.items():
        used = {package(name) for path in ROOT.glob(f"{folder}/**/*.py") for name in imports(path)}
        missing = used - {None, folder, *allowed.replace(" ", "").split(",")}
        assert folder == "cli" or not missing, f"the row of {folder} lacks {missing}"


@rows("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_only_the_edge_touches_the_outside(path: Path) -> None:
    """boto3 in the core would make evaluation depend on a network; print would garble reports."""
    own = path.relative_to(ROOT).parts[0]
    roots = {name.split(".")[0] for name in imports(path)}
    if own not in ("collect", "demo"):
        assert not roots & {"boto3", "botocore", "requests", "urllib3", "socket"}
    if own != "cli":
        assert "click" not in roots or path.name == "text.py", "style only where text is made"


@rows("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_clock_in_the_core(path: Path) -> None:
    """A verdict that depends on when it is computed cannot be evaluated again by an auditor."""
    if path.relative_to(ROOT).parts[0] in ("cli", "collect", "demo"):
        return
    text = path.read_text()
    for clock in ("date.today", "datetime.now", "time.time(", "utcnow"):
        assert clock not in text


def test_there_is_no_cycle() -> None:
    """Two modules that import each other are one module in two files."""
    names = {p: ".".join(("checker", *p.relative_to(ROOT).with_suffix("").parts)) for p in MODULES}
    known = {n.removesuffix(".__init__") for n in names.values()}
    edges = {names[p].removesuffix(".__init__"): top_level(p, known) for p in MODULES}
    done: set[str] = set()

    def visit(module: str, path: tuple[str, ...]) -> None:
        assert module not in path, " -> ".join((*path, module))
        if module not in done:
            for used in sorted(edges[module] - {module}):
                visit(used, (*path, module))
            done.add(module)

    for module in sorted(edges):
        visit(module, ())


def top_level(path: Path, known: set[str]) -> set[str]:
    """What a module imports when it is imported: not what its functions import when called."""
    found = set()
    for node in (one for one, at_top in imported(path) if at_top):
        if isinstance(node, ast.ImportFrom) and node.module:
            below = {f"{node.module}.{alias.name}" for alias in node.names}
            found |= below & known or {node.module}
        elif isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
    return found & known
