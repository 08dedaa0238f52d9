"""Where one scope is wider than another, key by key; which files run the gate, by name and text."""

from __future__ import annotations

from typing import Any

from checker.cli.tomllines import lines_of
from checker.review.pipelines import pipeline_changes
from checker.review.places import called_by, is_manifest, is_pipeline, is_prose, is_script
from checker.review.scopes import differences
from checker.vetting.entries import UsageLimits, VettedScope
from tests.support.rows import rows

OWN, OTHER = "111111111111", "222222222222"


def scope(**what: Any) -> VettedScope:
    return VettedScope(**what)


def usage(**what: Any) -> VettedScope:
    return VettedScope(usage=UsageLimits(**what))


ANY = scope()
SCOPES: list[tuple[str, VettedScope, VettedScope, list[tuple[str, bool]]]] = [
    ("the same", scope(roles=("a",)), scope(roles=("a",)), []),
    ("a pattern more", scope(roles=("a",)), scope(roles=("a", "b")), [("roles now also b", True)]),
    ("one less", scope(roles=("a", "b")), scope(roles=("a",)), [("roles no longer b", False)]),
    ("one that holds another", scope(roles=("ab",)), scope(roles=("a*",)), [("roles now also a*", True)]),
    ("one within another", scope(roles=("a*",)), scope(roles=("ab",)), [("roles no longer a*", False)]),
    ("another one", scope(images=("a",)), scope(images=("b",)), [("images now also b", True), ("images no longer a", False)]),
    ("any", scope(principals=("a",)), ANY, [("principals now also any", True)]), ("some of any", ANY, scope(code=("a",)), [("code no longer any", False)]),
    ("an account more", scope(in_accounts=(OWN,)), scope(in_accounts=(OWN, OTHER)), [(f"in_accounts now also {OTHER}", True)]),
    ("no id required", scope(external_id="required"), scope(external_id="optional"), [("external_id required → optional", True)]),
    ("an id required", scope(external_id="optional"), scope(external_id="required"), [("external_id optional → required", False)]),
    ("pins let go", scope(pinned="required"), ANY, [("pinned required → unsaid", True)]), ("pins not asked for", ANY, scope(pinned="optional"), [("pinned unsaid → optional", True)]),
    ("pins required", scope(pinned="optional"), scope(pinned="required"), [("pinned optional → required", False)]),
    ("more privilege", scope(max_privilege="read"), scope(max_privilege="admin"), [("max_privilege read → admin", True)]),
    ("any privilege", scope(max_privilege="admin"), ANY, [("max_privilege admin → any", True)]), ("less", ANY, scope(max_privilege="write"), [("max_privilege any → write", False)]),
    ("data", scope(reads_data=False), scope(reads_data=True), [("reads_data false → true", True)]), ("data unsaid, which is accepted", scope(reads_data=True), ANY, [("reads_data true → unsaid", False)]),
    ("no data", ANY, scope(reads_data=False), [("reads_data unsaid → false", False)]), ("data unsaid", scope(reads_data=False), ANY, [("reads_data false → unsaid", True)]),
    ("secrets", ANY, scope(reads_secrets=True), [("reads_secrets unsaid → true", True)]), ("secrets unsaid", scope(reads_secrets=False), ANY, [("reads_secrets false → unsaid", True)]),
    ("no secrets", ANY, scope(reads_secrets=False), [("reads_secrets unsaid → false", False)]),
    ("resources at all", ANY, scope(resources=("arn:*",)), [("now also vetted for resources: resources arn:*; kinds any; max_access any", True)]),
    ("by kind", ANY, scope(kinds=("AWS::S3::Bucket",)), [("now also vetted for resources: resources any; kinds AWS::S3::Bucket; max_access any", True)]),
    ("by access", ANY, scope(max_access="read"), [("now also vetted for resources: resources any; kinds any; max_access read", True)]),
    ("no resources any more", scope(max_access="read"), ANY, [("no longer for resources", False)]),
    ("more of them", scope(resources=("a",)), scope(resources=("a", "b")), [("resources now also b", True)]),
    ("of any kind", scope(resources=("a",), kinds=("AWS::S3::Bucket",)), scope(resources=("a",)), [("kinds now also any", True)]),
    ("more access", scope(max_access="read"), scope(max_access="write"), [("max_access read → write", True)]), ("any access", scope(resources=("a",), max_access="write"), scope(resources=("a",)), [("max_access write → any", True)]),
    ("less access", scope(max_access="write"), scope(max_access="read"), [("max_access write → read", False)]),
    ("an action more", usage(actions=("ec2:a",)), usage(actions=("ec2:a", "ec2:b")), [("usage.actions now also ec2:b", True)]),
    ("an action denied", usage(), usage(denied=("ec2:a",)), [("usage.denied now also ec2:a", False)]), ("one denied no more", usage(denied=("ec2:a",)), usage(), [("usage.denied no longer ec2:a", True)]),
    ("more calls", usage(calls_per_hour=5), usage(calls_per_hour=6), [("usage.calls_per_hour 5 → 6", True)]), ("any calls", usage(calls_per_hour=5), usage(), [("usage.calls_per_hour 5 → any", True)]),
    ("fewer calls", usage(calls_per_hour=5), usage(calls_per_hour=4), [("usage.calls_per_hour 5 → 4", False)]), ("some calls of any", usage(), usage(calls_per_hour=5), [("usage.calls_per_hour any → 5", False)]),
    ("longer asleep", usage(dormant_after_days=5), usage(dormant_after_days=9), [("usage.dormant_after_days 5 → 9", True)]),
    ("more dollars", usage(), usage(usd_per_day=2), [("usage.usd_per_day 1 → 2", True)]), ("fewer", usage(usd_per_day=2.5), usage(), [("usage.usd_per_day 2.5 → 1", False)]),
    ("as many as unsaid", usage(), usage(usd_per_day=1), []), ("limits where there were none", ANY, usage(), []),
]  # fmt: skip


@rows("why, before, after, expected", SCOPES)
def test_where_a_scope_is_wider(
    why: str, before: VettedScope, after: VettedScope, expected: list[tuple[str, bool]]
) -> None:
    """A scope that widens and is told as one that narrows is let through."""
    assert list(differences(before, after)) == expected, why


PLACES: list[tuple[str, str]] = [
    *((f".{name}/x/a.conf", "pipeline") for name in ["github", "gitlab", "gitea", "forgejo", "circleci", "buildkite", "semaphore", "woodpecker", "drone", "teamcity", "tekton", "harness", "azuredevops", "azure-pipelines", "bitbucket", "husky", "githooks", "hooks", "lefthook", "ci"]),
    ("ci/x.yml", "pipeline"), ("ci/x.yaml", "pipeline"), ("ci/x.sh", "pipeline script"), ("ci/x.groovy", "pipeline"), ("ci/x.md", "prose"), ("action.yml", "pipeline"), ("x/action.yml", ""), ("CODEOWNERS", "pipeline"), (".github/CODEOWNERS", "pipeline"),
    ("docs/CODEOWNERS", "pipeline"), ("x/CODEOWNERS", ""), ("x/.gitlab-ci.yml", "pipeline"), ("gitlab-ci-x.yaml", "pipeline"), ("azure-pipelines.yml", "pipeline"), ("Jenkinsfile.prod", "pipeline"),
    ("bitbucket-pipelines.yml", "pipeline"), ("buildspec.yml", "pipeline"), ("cloudbuild.json", "pipeline"), (".travis.yml", "pipeline"), ("appveyor.yml", "pipeline"), (".drone.star", "pipeline"), (".cirrus.yml", "pipeline"),
    (".woodpecker.yaml", "pipeline"), ("codefresh.yml", "pipeline"), ("screwdriver.yaml", "pipeline"), ("wercker.yml", "pipeline"), ("atlantis.yaml", "pipeline"), ("buildkite.yml", "pipeline"), (".pre-commit-config.yaml", "pipeline"),
    (".pre-commit-hooks.yaml", "pipeline"), ("prek.toml", "pipeline"), ("lefthook.yml", "pipeline"), (".huskyrc", "pipeline"), (".overcommit.yml", "pipeline"), (".simple-git-hooks.json", "pipeline"), (".lintstagedrc", "pipeline"),
    ("x/makefile", "pipeline script"), ("GNUmakefile", "pipeline script"), (".gitattributes", "pipeline"), (".gitmodules", "pipeline"),
    ("README.md", "prose"), ("a.RST", "prose"), ("a.html", "prose"), ("a.txt", "prose"), ("requirements.txt", "manifest"), ("x/requirements-dev.in", "manifest"), ("constraints.txt", "manifest"), ("package.json", "manifest"), ("pyproject.toml", "manifest"),
    ("setup.py", "manifest"), ("Pipfile", "manifest"), ("environment.yml", "manifest"), ("mise.toml", "manifest"), (".tool-versions", "manifest"), ("requirements/a.txt", "manifest"), ("uv.lock", "manifest"), ("package-lock.json", "manifest"),
    ("a.sh", "script"), ("a.ps1", "script"), ("a.mk", "script"), ("Makefile", "script"), ("x/Justfile", "script"), (".justfile", "script"), ("Rakefile", "script"), ("Earthfile", "script"), ("Dockerfile.dev", "script"), ("Containerfile", "script"), ("Taskfile.yml", "script"),
    ("tox.ini", "script"), ("noxfile.py", "script"), ("tasks.py", "script"), ("Procfile", "script"), ("a.nix", "script"), ("main.py", ""), ("a.json", ""), ("x.shx", ""),
]  # fmt: skip


@rows("path, kinds", PLACES)
def test_what_a_file_is_by_its_name(path: str, kinds: str) -> None:
    """A workflow that is taken for prose may be changed without a word."""
    found = {"pipeline": is_pipeline, "prose": is_prose, "manifest": is_manifest, "script": is_script}  # fmt: skip
    assert {name for name, asked in found.items() if asked(path)} == set(kinds.split())


CALLED = [
    ("tools/gate.sh", "tools/gate.sh"), ("gate.sh", "./gate.sh"), ("gate/action.yml", "./gate"), ("x/gate/action.yaml", "x/gate"), ("x/gate.py", "x/gate.py"), ("gate", "./gate"), ("x/gate.mjs", "x/gate.mjs"),
    ("package.json", None), ("setup.py", None), ("requirements/base", None), ("a.md", None), ("a.json", None), ("Makefile", "./Makefile"), ("x/a.rb", "x/a.rb"),
]  # fmt: skip


@rows("path, expected", CALLED)
def test_how_others_call_it(path: str, expected: str | None) -> None:
    """An action by its folder."""
    assert called_by(path) == expected


RUN, PIN = "uses: acme/x@" + "a" * 40, "uses: acme/x@" + "b" * 40
FILES: list[tuple[str, str, str | None, str | None, tuple[str, bool] | None]] = [
    ("nothing", ".github/a.yml", "vendorgate check\n", "vendorgate check\n", None),
    ("a step is gone", ".github/a.yml", "vendorgate check\nx\n", "x\n", ("− vendorgate check", True)),
    ("the file is gone", ".github/a.yml", "vendorgate check\n", None, ("the file is gone", True)),
    ("a new file", ".github/a.yml", None, "vendorgate check\n", ("the file is new", False)),
    ("a link", ".github/a.yml", None, "(a link to) x\n", ("the file is new (a link to) x", False)),
    ("that never ran it", ".github/a.yml", "x\n", "y\n", ("− x; + y", False)),
    ("another pin", ".github/a.yml", f"vendorgate check\n{RUN} # v1\n", f"vendorgate check\n{PIN} # v2\n", (f"− {RUN} # v1; + {PIN} # v2", False)),
    ("a branch for a pin", ".github/a.yml", f"vendorgate check\n{RUN}\n", "vendorgate check\nuses: acme/x@main\n", (f"− {RUN}; + uses: acme/x@main", True)),
    ("a comment", ".github/a.yml", "vendorgate check\n", "# why\nvendorgate check\n", ("comments alone", False)),
    ("what is commented out", ".github/a.yml", "vendorgate check\n", "# vendorgate check\n", ("− vendorgate check", True)),
    ("another order", ".github/a.yml", "vendorgate check\nx\n", "x\nvendorgate check\n", ("the order of its lines", True)),
    ("it names the list", ".github/a.yml", "cat allowlist.yaml\n", "x\n", ("− cat allowlist.yaml; + x", True)),
    ("another shell", "a.sh", "#!/bin/sh\nvendorgate\n", "#!/bin/true\nvendorgate\n", ("− #!/bin/sh; + #!/bin/true", True)),
    ("a program that runs it", "run.py", "run('vendorgate check')\n", "pass\n", ("− run('vendorgate check'); + pass", True)),
    ("one that names it alone", "run.py", "x = 'vendorgate'\n", "x = 1\n", ("− x = 'vendorgate'; + x = 1", False)),
    ("the list in a script", "a.sh", "cat allowlist.yaml\n", "x\n", ("− cat allowlist.yaml; + x", False)),
    ("as a module", "run.py", "python -m checker check\n", "x\n", ("− python -m checker check; + x", True)),
    ("prose", "a.md", "vendorgate check\n", "vendorgate check twice\n", ("− vendorgate check; + vendorgate check twice", False)),
    ("prose that keeps it", "a.md", "vendorgate check\nx\n", "vendorgate check\ny\n", None),
    ("a manifest without it", "requirements.txt", "vendorgate==1.2\n", "", ("− vendorgate==1.2", True)),
    ("a later version", "requirements.txt", "vendorgate==1.9\n", "vendorgate==1.10\n", ("− vendorgate==1.9; + vendorgate==1.10", False)),
    ("an earlier one", "requirements.txt", "vendorgate==1.10\n", "vendorgate==1.9\n", ("− vendorgate==1.10; + vendorgate==1.9", True)),
    ("no version any more", "requirements.txt", "vendorgate==1.10\n", "vendorgate\n", ("− vendorgate==1.10; + vendorgate", True)),
    ("another program's line", "requirements.txt", "vendorgate==1\nx==1\n", "vendorgate==1\nx==2\n", ("− x==1; + x==2", False)),
    ("the head of a section", "pyproject.toml", "[tool.vendorgate]\nx = 1\n", "x = 1\n", ("− [tool.vendorgate]", False)),
    ("five lines", ".github/a.yml", "vendorgate check\n", "vendorgate check\na\nb\nc\nd\ne\n", ("+ a; + b; + c; + d … and 1 lines more", True)),
    ("four lines", ".github/a.yml", "vendorgate check\n", "vendorgate check\na\nb\nc\nd\n", ("+ a; + b; + c; + d", True)),
    ("a long line", ".github/a.yml", "vendorgate check\n", f"vendorgate check\n{'x' * 161}\n", (f"+ {'x' * 160}…", True)),
]  # fmt: skip


@rows("why, path, before, after, expected", FILES)
def test_what_became_of_a_file(
    why: str, path: str, before: str | None, after: str | None, expected: tuple[str, bool] | None
) -> None:
    """Every change of a file that runs the gate widens, but for a pin and comments."""
    old, new = ({path: text.encode()} if text is not None else {} for text in (before, after))
    changes = [(one.detail, one.widens, one.gates) for one in pipeline_changes(old, new)]
    assert changes == ([(f"{path}: {expected[0]}", expected[1], expected[1])] if expected else []), why  # fmt: skip


def test_each_file_is_told_in_order() -> None:
    """One that is as it was, or prose, ends nothing."""
    before = {"a.yml": b"x", ".github/b.yml": b"vendorgate check", "c.md": b"x", ".github/z.yml": b"vendorgate check"}  # fmt: skip
    after = {"a.yml": b"x", "c.md": b"y", ".github/z.yml": b"true", "d.sh": b"true"}
    assert [one.detail for one in pipeline_changes(before, after)] == [
        ".github/b.yml: the file is gone", ".github/z.yml: − vendorgate check; + true", "d.sh: the file is new",
    ]  # fmt: skip


def test_what_calls_the_gate_counts_as_it_does() -> None:
    """Whatever stands in it."""
    for path in ("a.sh", ".github/a.yml", "run.py"):
        (change,) = pipeline_changes({path: b"tools/gate.sh\n"}, {path: b"true\n"}, {path})
        assert change.widens, path


TOML = """
top = 1
[tool.vendorgate]
fail_on = "high"
"a b".c = 2
[[tool.x]]
y = 1
[[tool.x]]
y = 2
  # z = 3
[tool . 'q']
w=1
"""


def test_the_lines_of_a_settings_file() -> None:
    """Of each table and key; of one that is there twice, the first."""
    found = lines_of(TOML)
    assert found[("top",)] == 2 and found[("tool",)] == found[("tool", "vendorgate")] == 3
    assert found[("tool", "vendorgate", "fail_on")] == 4
    assert found[("tool", "vendorgate", "a b")] == found[("tool", "vendorgate", "a b", "c")] == 5
    assert (found[("tool", "x")], found[("tool", "x", "y")], found[("tool", "q", "w")]) == (6, 7, 12)  # fmt: skip
    assert not any("z" in path for path in found)
