"""Files of a revision and of the working tree: which there are, what stands in them, what is refused."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from checker.cli import gitfile, githistory
from checker.cli.githistory import history
from checker.cli.tree import At, Here, policy_texts, tree_of
from checker.cli.wholetree import WholeHere, WholeRevision, texts_of
from checker.errors import InputError
from checker.evidence.model import Commit, Git
from checker.vetting.includes import Disk

LIST = b"version: 1\n"


def git(folder: Path, *arguments: str) -> str:
    who = ("-c", "user.name=x", "-c", "user.email=x@x.example", "-c", "protocol.file.allow=always")
    done = subprocess.run(
        ["git", *who, *arguments], cwd=folder, check=True, capture_output=True, text=True
    )
    return done.stdout.strip()


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder within a repository: files, a program, a link, a module, and what is not committed."""
    root = tmp_path_factory.mktemp("repository").resolve()
    here = root / "infra"
    (here / "policies/deep").mkdir(parents=True)
    for name, text in {
        "allowlist.yaml": LIST, "policies/a.yaml": b"a", "policies/b.yml": b"b", "policies/c.md": b"c",
        "policies/deep/d.yaml": b"d", "run.sh": b"vendorgate check\n", "it's.txt": b"Vendorgate",
    }.items():  # fmt: skip
        (here / name).write_bytes(text)
    (here / "run.sh").chmod(0o755)
    (here / "link.yaml").symlink_to("allowlist.yaml")
    (here / "folder").symlink_to("policies")
    (root / ".gitignore").write_text("ignored\n")
    git(root, "init", "-q", "-b", "main")
    git(root, "add", "-A")
    git(root, "update-index", "--add", "--cacheinfo", f"160000,{'1' * 40},module")
    git(root, "commit", "-qm", "first\n\nReviewed-by: Ann <a@x.example>\nACKED-BY: Bob")
    (root / "module").mkdir()
    (here / "ignored").write_text("x")
    (here / "new.txt").write_text("new")
    return root


@pytest.fixture(autouse=True)
def _there(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(repository / "infra")
    gitfile._root.cache_clear()


def said(function: Callable[..., object], *arguments: object) -> str:
    with pytest.raises(InputError) as error:
        function(*arguments)
    return str(error.value)


def test_names_of_files_and_of_revisions() -> None:
    """A file that is called like a revision's is no file of the base."""
    for name, found in {
        "allowlist.yaml": (None, "allowlist.yaml"), "main:a.yaml": ("main", "a.yaml"),
        "./a:b.yaml": (None, "./a:b.yaml"), "/a:b": (None, "/a:b"), ".\\a:b": (None, ".\\a:b"),
        "C:\\a.yaml": (None, "C:\\a.yaml"), "C:/a.yaml": (None, "C:/a.yaml"), "c:a": ("c", "a"),
        "a:b:c": ("a", "b:c"), ":a": ("", "a"),
    }.items():  # fmt: skip
        assert gitfile.parts(name) == found
    assert said(gitfile.parts, "main:") == "'main:' names no file; write main:allowlist.yaml"


def test_paths_from_the_root(repository: Path) -> None:
    """What leads out of the repository is none of its files."""
    for path, found in {
        "a.yaml": "infra/a.yaml", "./policies/../a": "infra/a", "..": "", "../x": "x", ".": "infra",
        "../..": None, "/etc/passwd": None, str(repository): "", str(repository / "x"): "x",
        f"{repository}2/x": None,
    }.items():  # fmt: skip
        assert gitfile.inside(path, repository) == found, path


def test_files_of_a_revision() -> None:
    """Of a revision that there is, each file as it was; a link of a pull request leads anywhere."""
    assert gitfile.read("main:allowlist.yaml") == gitfile.read("allowlist.yaml") == LIST
    assert said(gitfile.read, "main:new.txt") == "new.txt is not in main; check the path"
    assert said(gitfile.read, "main:/etc/passwd") == "/etc/passwd is not in main; check the path"
    refused = "is no regular file in main; commit the file"
    assert said(gitfile.read, "main:link.yaml") == f"link.yaml {refused}"
    assert said(gitfile.read, "main:../module") == f"../module {refused}"
    for name in ("nothing", "", "--all", "main:allowlist.yaml"):
        assert said(gitfile.Revision, name).startswith(
            f"neither a file nor a revision of git: {name!r}"
        )
    revision = gitfile.Revision("main")
    assert (len(revision.commit), revision.name, gitfile.Revision(revision.commit).commit) == (
        40, "main", revision.commit,
    )  # fmt: skip
    assert revision.names("policies") == ["a.yaml", "b.yml", "c.md"]
    assert revision.below("policies") == ["a.yaml", "b.yml", "c.md", "deep/d.yaml"]
    assert (revision.names("policies/deep"), revision.names("none"), revision.names("/etc")) == (
        ["d.yaml"], None, None,
    )  # fmt: skip
    assert revision.below("..")[:2] == [".gitignore", "infra/allowlist.yaml"]
    for folder in ("folder", "../module", "allowlist.yaml"):
        assert said(revision.below, folder) == f"{folder} is no folder in main; commit the files"
    assert revision.marks()["infra/run.sh"].split()[0] == "100755"


def test_what_is_beside_a_file() -> None:
    """What a revision's list includes is of that revision, whatever stands here."""
    base, here = gitfile.beside("main:policies/a.yaml"), gitfile.beside("policies/a.yaml")
    assert (base.read("b.yml"), base.names("deep"), base.read("new.txt")) == (
        b"b",
        ["d.yaml"],
        None,
    )
    assert isinstance(here, Disk)
    assert gitfile.beside("main:allowlist.yaml").names("policies") == ["a.yaml", "b.yml", "c.md"]


def test_a_list_that_the_head_adds() -> None:
    """A misspelt path is no new list: all of it would be refused, or nothing compared."""
    for base, head, new in (
        ("main:new.txt", "new.txt", True), ("main:new.txt", "./new.txt", True),
        ("main:new.txt", "allowlist.yaml", False), ("main:allowlist.yaml", "allowlist.yaml", False),
        ("new.txt", "new.txt", False), ("main:new.txt", "HEAD:new.txt", True),
    ):  # fmt: skip
        assert gitfile.adds(base, head) is new, (base, head)


def test_links_are_refused(repository: Path, tmp_path: Path) -> None:
    """A file of a pull request may be a link to a secret of whoever reviews it."""
    for path in (
        "allowlist.yaml",
        "policies",
        "none.yaml",
        "/etc/passwd",
        str(tmp_path),
        "new.txt",
    ):
        gitfile.refuse_link(path)
    os.mkfifo(repository / "infra/pipe")
    for path in ("link.yaml", "folder", "folder/a.yaml", "pipe"):
        assert said(gitfile.refuse_link, path).startswith(
            f"{path}: is a link, or no regular file; "
        )
    (repository / "infra/pipe").unlink()


def test_what_git_tracks(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A folder with one file of the change is part of it; outside of a repository nothing is."""
    for path, found in (("policies", True), ("allowlist.yaml", True), ("new.txt", False),
                        ("ignored", False), ("none", False)):  # fmt: skip
        assert gitfile.tracked(Path(path)) is found, path
    monkeypatch.chdir(tmp_path)
    assert (gitfile.tracked(Path()), gitfile.repository()) == (False, tmp_path)


def test_git_that_fails_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    """Rules of the base that could not be read are not rules that nobody has."""
    failed = "git cannot give all of the revision: "
    hint = "; fetch it whole: actions/checkout with fetch-depth: 0 and no filter"
    assert said(gitfile.told, "cat-file", "blob", "0" * 40).startswith(failed + "fatal: ")
    assert gitfile.told("grep", "nothing-like-it", "main", none=1) == b""
    assert said(gitfile.told, "grep", "nothing-like-it", "main") == f"{failed}no reason{hint}"
    monkeypatch.setenv("PATH", "/nowhere")
    assert said(gitfile.git, "status") == "git is not installed; give two files instead"


def test_the_whole_of_both_sides(repository: Path) -> None:
    """A mode, a link or a module that changes, changes what runs; what git ignores does not."""
    base, here = WholeRevision(gitfile.Revision("main")), WholeHere()
    names = {
        ".gitignore", "module", *(f"infra/{name}" for name in (
            "allowlist.yaml", "it's.txt", "link.yaml", "folder", "policies/a.yaml", "policies/b.yml",
            "policies/c.md", "policies/deep/d.yaml", "run.sh")),
    }  # fmt: skip
    assert base.paths() == names
    assert here.paths() == names | {"infra/new.txt"}
    assert {path: here.mark(path) for path in names} == {path: base.mark(path) for path in names}
    assert here.mark("infra/new.txt") == "100644 3e5126c4e761fd09582fc517918a1601b218dff0"
    assert (here.mark("none"), base.mark("none"), here.mark("infra/ignored")) == (None,) * 3
    wanted = ["infra/run.sh", "infra/link.yaml", "module", "infra/policies/a.yaml", "none"]
    for side in (base, here):
        assert texts_of(side, wanted) == {
            "infra/run.sh": b"(a program)\nvendorgate check\n", "infra/link.yaml": b"(a link to) allowlist.yaml",
            "module": b"(a module at) " + b"1" * 40, "infra/policies/a.yaml": b"a",
        }  # fmt: skip
    assert base.naming(["vendorgate"]) == {"infra/run.sh", "infra/it's.txt"}
    assert base.naming(["nothing-like-it", "VERSION: 1"]) == {"infra/allowlist.yaml"}
    assert base.naming(["nothing-like-it"]) == frozenset()
    git(repository, "config", "core.fileMode", "false")  # as where a disk has no modes
    (repository / "infra/run.sh").chmod(0o644)
    assert {path: WholeHere().mark(path) for path in names} == {
        path: base.mark(path) for path in names
    }
    git(repository, "config", "core.fileMode", "true")
    (repository / "infra/run.sh").chmod(0o644)
    assert (here.mark("infra/run.sh") or "")[:6] == "100644"
    (repository / "infra/run.sh").chmod(0o755)


def test_trees(repository: Path) -> None:
    """Here and at a revision, the same; what lies outside is read where it is."""
    outside = repository.parent / "outside.yaml"
    outside.write_text("far")
    for tree, shown in ((tree_of(None), "{}"), (tree_of("main"), "main:{}")):
        assert tree.read("allowlist.yaml") == LIST
        assert (tree.read("none"), tree.names("none"), tree.read("policies/none")) == (None,) * 3
        assert tree.shown("allowlist.yaml") == shown.format("allowlist.yaml")
        assert policy_texts(tree, "policies") == {
            shown.format("policies/a.yaml"): b"a", shown.format("policies/b.yml"): b"b",
        }  # fmt: skip
        assert policy_texts(tree, "none") is None
        assert tree.read(str(outside)) == b"far"
        assert tree.shown(str(outside)) == str(outside)
        assert "outside.yaml" in (tree.names(str(outside.parent)) or [])
    assert isinstance(tree_of("main"), At)
    assert said(tree_of, "").startswith("neither a file nor a revision of git: ''")
    assert Here().read("link.yaml") == LIST
    assert said(Here(links=False).read, "link.yaml").startswith("link.yaml: is a link")
    assert said(Here(links=False).names, "folder").startswith("folder: is a link")
    assert said(tree_of("main").names, "folder") == "folder is no folder in main; commit the files"


def test_the_history_of_a_list(repository: Path, tmp_path: Path) -> None:
    """Who changed it since the last bundle; where that cannot be told, why."""
    path = repository / "infra/allowlist.yaml"
    first = history(path, {"allowlist.yaml": LIST}, None)
    commit = first.allowlist
    assert commit is not None
    assert first == Git(allowlist=commit, as_committed=True, history=None, note=None)
    assert (commit.author, commit.email, commit.subject) == ("x", "x@x.example", "first")
    assert commit.approvers == ("Ann <a@x.example>", "Bob")
    assert history(path, {"allowlist.yaml": b"other"}, None).as_committed is False
    assert history(path, {"allowlist.yaml": LIST, "new.txt": b"new"}, None).as_committed is False
    assert (
        history(path, {"allowlist.yaml": LIST, "policies/a.yaml": b"a"}, None).as_committed is True
    )
    nowhere = "no repository here, so no history can be told"
    (tmp_path / "a.yaml").write_bytes(LIST)
    assert history(tmp_path / "a.yaml", {"a.yaml": LIST}, None) == Git(note=None)
    assert history(tmp_path / "a.yaml", {"a.yaml": LIST}, first) == Git(note=nowhere)
    unnamed = (None, "the bundle before names no commit, so no history can be told")
    assert githistory._since(path, Git(), []) == unnamed
    for text in ("HEAD", "a" * 41, "--all", "A" * 40):
        other = Commit(commit=text, author="", email="", date="", subject="", approvers=())
        assert githistory._since(path, Git(allowlist=other), []) == unnamed
    for size in (40, 64):
        gone = Commit(commit="a" * size, author="", email="", date="", subject="", approvers=())
        said = f"the commit {'a' * size} of the bundle before is no ancestor of this one"
        assert githistory._since(path, Git(allowlist=gone), []) == (None, said)
    assert githistory._since(path, first, ["allowlist.yaml"]) == ((), None)
    for text in ("second", "third"):
        (repository / "infra/new.txt").write_text(text)
        git(repository, "add", "infra/new.txt")
        git(repository, "commit", "-qm", text)
    told = history(path, {"allowlist.yaml": LIST, "new.txt": b"third"}, first)
    assert [one.subject for one in told.history or ()] == ["second", "third"]
    assert (told.as_committed, told.note) == (True, None)
    assert told.allowlist is not None and told.allowlist.subject == "third"
    assert githistory._since(path, first, ["allowlist.yaml"]) == ((), None)


def test_a_name_that_is_no_text_and_a_folder_that_became_a_link(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file that runs the gate, passed over for its name; one that a link leads to, as our own."""
    odd = os.fsdecode(b"caf\xe9.sh")
    for name in ("d/x.sh", "e/x.sh", odd):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("vendorgate check")
    git(tmp_path, "init", "-q", "-b", "main")
    git(tmp_path, "add", "-A")
    git(tmp_path, "commit", "-qm", "x")
    monkeypatch.chdir(tmp_path)
    gitfile._root.cache_clear()
    base = WholeRevision(gitfile.Revision("main"))
    assert base.naming(["vendorgate"]) == base.paths() == {"d/x.sh", "e/x.sh", odd}
    assert WholeHere().mark(odd) == base.mark(odd)
    (tmp_path / "d/x.sh").unlink()
    (tmp_path / "d").rmdir()
    (tmp_path / "d").symlink_to("e")
    here = WholeHere()
    assert here.paths() == {"d", "e/x.sh", odd} and here.mark("d/x.sh") is None
    assert (here.mark("d") or "").startswith("120000 ") and here.content("d") == b"e"
