"""Which tests answer for which folder, nearest first."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import PurePosixPath

# the quick ones first: what falls over them need not wait for the others
QUICK = ("privilege", "managed", "saml", "sources", "aws", "listings", "shut", "permissions",
         "aggregator", "shapes", "account_region", "survey", "carry", "images", "answers", "pace", "config_hint", "since_changes", "verbs",
         "calls", "odd", "account", "parts", "faults", "reach", "fleets", "unfinished", "named_images", "shards", "shard_examples", "doors", "content", "since", "wire")  # fmt: skip
COLLECTOR = tuple(f"tests/collect/test_{name}.py" for name in QUICK)
VERBS = tuple(f"tests/cli/test_{name}.py" for name in ("explain", "diff", "waive", "validate"))
VALUES = "tests/test_values.py"
COUNTS = ("tests/test_counts.py",)
DOCS = "tests/test_docs.py"
SESSIONS = "tests/cli/test_transcripts.py"
TESTS: dict[str, tuple[str, ...]] = {
    "checker/trust": (
        "tests/trust",
        "tests/check/test_guardrails.py",
        "tests/check/test_judged.py",
    ),
    "checker/check": ("tests/check", "tests/policy", "tests/vetting", *VERBS),
    "checker/policy": (
        "tests/policy",
        "tests/test_compiled.py",
        "tests/check",
        "tests/cli/test_policy.py",
        "tests/cli/test_validate.py",
        DOCS,
    ),
    "checker/subjects": (
        "tests/subjects",
        "tests/snapshot/test_ranges.py",
        "tests/check",
        "tests/policy",
        *VERBS,
        DOCS,
        *COUNTS,
    ),
    "checker/facts": ("tests/facts", "tests/subjects", "tests/check", "tests/policy", DOCS),
    "checker/resource_trust": ("tests/resource_trust", "tests/access", "tests/check", *COUNTS),
    "checker/role_trust": ("tests/role_trust", "tests/check", "tests/subjects", *COUNTS),
    "checker/explain": (
        "tests/cli/test_explained_text.py",
        "tests/cli/test_explained_roles.py",
        "tests/cli/test_resources.py",
        "tests/cli/test_proposal.py",
        "tests/cli/test_explain.py",
        "tests/cli/test_init.py",
        SESSIONS,
        "tests/subjects",
    ),
    "checker/inventory": (
        "tests/inventory",
        "tests/report/test_fit.py",
        "tests/report/test_whole.py",
        SESSIONS,
    ),
    "checker/enforce": ("tests/enforce",),
    "checker/diff": ("tests/cli/test_diff_terms.py", "tests/cli/test_diff.py", SESSIONS),
    "checker/vetting": ("tests/vetting", "tests/check", "tests/cli/test_vendors.py", *VERBS, DOCS),
    "checker/access": ("tests/access", "tests/check/test_problem_codes.py"),
    "checker/publishers": ("tests/publishers",),
    "checker/images": ("tests/images", "tests/check", "tests/subjects"),
    "checker/usage": ("tests/usage", "tests/check/test_usage.py"),
    "checker/report": ("tests/report", SESSIONS, DOCS),
    "checker/review": ("tests/review", "tests/security"),
    "checker/evidence": ("tests/evidence", "tests/cli/test_includes.py"),
    "checker/snapshot": ("tests/snapshot", "tests/security", "tests/cli/test_diff.py", DOCS),
    "checker/cli": (
        "tests/cli",
        "tests/check",
        "tests/review",
        "tests/trust/test_cli_analyze.py",
        "tests/collect/test_verbs.py",
        "tests/collect/test_config_hint.py",
        "tests/collect/test_since.py",
        "tests/collect/test_kubernetes.py",
        "tests/collect/test_analyzer.py",
        "tests/collect/test_store.py",
        "tests/collect/recorded/test_files.py",
        "tests/collect/iac/test_code.py",
        "tests/snapshot/test_merge.py",
        "tests/publishers",
        "tests/enforce",
        "tests/evidence",
        "tests/security",
        "tests/test_readme.py",
        DOCS,
    ),
    "checker/collect/aws/code": ("tests/collect/code", *COLLECTOR),
    "checker/collect/aws/resources": ("tests/collect/resources", *COLLECTOR),
    "checker/collect/aws": (*COLLECTOR, "tests/security/test_journal.py"),
    "checker/collect/analyzer": (
        "tests/collect/test_analyzer.py",
        "tests/collect/test_calls.py",
        "tests/check/test_cross_check.py",
    ),
    "checker/collect/kubernetes": (
        "tests/collect/test_kubernetes.py",
        "tests/collect/test_kubernetes_add.py",
    ),
    "checker/collect/iac": ("tests/collect/iac",),
    "checker/collect/cloudtrail": (
        "tests/collect/cloudtrail",
        "tests/collect/test_since.py",
        "tests/usage/test_unjudged.py",
        "tests/usage/test_engines.py",
        "tests/usage/test_lake.py",
        "tests/usage/test_among.py",
    ),
    "checker/collect/store": (
        "tests/collect/test_store_parts.py",
        "tests/collect/test_store.py",
        "tests/collect/test_calls.py",
    ),
    "checker/collect/files": ("tests/collect/recorded",),
    "checker/collect/recorded": ("tests/collect/recorded",),
    "checker/collect/steampipe": ("tests/collect/recorded",),
    "checker/collect": ("tests/collect/test_download.py", "tests/cli/test_vendors.py"),
    "checker/demo": ("tests/demo",),
    "checker": (
        "tests/test_pieces.py",
        "tests/test_yamlfile.py",
        "tests/test_workers.py",
        "tests/test_usercache.py",
        "tests/test_remembered.py",
        "tests/trust/test_principals.py",
        "tests/role_trust/test_names.py",
        "tests/cli",
        "tests/check",
        "tests/security",
    ),
    "policies": ("tests/policy", "tests/check", DOCS),
}


def tests_of(folder: str) -> tuple[str, ...]:
    """Those of a folder, and the one of the values of all."""
    return (*TESTS[folder], VALUES)


def runs(folders: Iterable[str]) -> list[list[str]]:
    """What to run so that each test of theirs runs once: folders alone, files with their like."""
    named = sorted({one for folder in folders for one in tests_of(folder)})
    found: dict[str, list[str]] = {}
    for one in named:
        if not any(within(one, (other,)) for other in named if other != one):
            place = PurePosixPath(one)
            found.setdefault(str(place.parent) if place.suffix else f"{place}/", []).append(one)
    return list(found.values())


def within(test: str, places: Iterable[str]) -> bool:
    """Is a test, a file or a folder in one of these?"""
    file = PurePosixPath(test.split("::")[0])
    return any(file.is_relative_to(place) for place in places)


def folder_of(path: str) -> str:
    """The innermost folder that has tests of its own."""
    for parent in map(str, PurePosixPath(path).parents):
        if parent in TESTS:
            return parent
    raise KeyError(path)
