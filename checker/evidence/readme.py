"""README.md of a bundle: for an auditor who has never heard of us."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from checker.evidence import tables
from checker.evidence.evaluate import Bundle
from checker.evidence.model import Commit
from checker.report import view
from checker.report.escape import markdown
from checker.report.model import Finding
from checker.review.model import Review
from checker.review.words import sentence

SHOWN = 50
_FILES = {
    "report.json": "the verdict, every evaluation (passes included), findings, third parties",
    "snapshot/": "what was collected from AWS, whole",
    "allowlist.yaml": "whom the organization has vetted, for what, until when",
    "policies/": "what is required: one file a policy, its rationale and tests inside",
    "evaluation.json": "the day, the threshold and the settings; vendorgate.toml says them again",
    "third-parties.json": "observed but not listed, and listed but not observed",
    "waivers.json": "each waiver with owner, reason and expiry",
    "gaps.json": "what could not be looked at",
    "control-map.json": "framework, control, the policies that support it, what they said",
    "git.json": "the allowlist's last commit and author, as the machine that built this told",
    "oscal-assessment-results.json": "the same results in NIST's OSCAL",
    "manifest-sha256.txt": "the SHA-256 of every other file",
}

_MEANING = (
    "\n## What this shows, and what it does not\n",
    "The steps show that the report follows from the inputs. That the inputs are what AWS and",
    "git said, and who built this when, they cannot show: for that, check the signature that",
    "the organization's pipeline put on FILE.intoto.json, which names the SHA-256 of FILE.zip.",
    "What git.json tells cannot be made again from here; compare it with the repository.",
    "The policies support controls (control-map.json); no control is met by them alone.",
)


def render(bundle: Bundle, reviewed: Review | None) -> str:
    lines = ["# Evidence: which outside parties an AWS organization trusts"]
    lines += [*_scope(bundle), *_gaps(bundle), *_verdict(bundle), *_since(bundle, reviewed)]
    lines += [*_steps(bundle), *_MEANING, *_files(bundle)]
    return "\n".join(lines) + "\n"


def _scope(bundle: Bundle) -> Iterator[str]:
    manifest, report = bundle.manifest, bundle.report
    out = sum(not one.collected and not one.shard for one in manifest.accounts)
    waiting = sum(bool(one.shard) for one in manifest.accounts)
    ours = ", ".join(one.id for one in manifest.own_organizations)
    whose = ours or "none: single accounts"
    yield "\n## Scope\n"
    yield f"- Organization: {markdown(whose)}"
    seen = len(manifest.accounts) - out - waiting
    missing = f", {waiting} of shards that are missing" if waiting else ""
    yield f"- Accounts: {seen} looked at, {out} left out on request{missing}"
    yield f"- Regions: {markdown(', '.join(manifest.regions) or 'none named')}"
    yield f"- Collected at {markdown(manifest.collected_at)}, evaluated as of {report.evaluated_on}"
    yield f"- Looked at: {view.looked_at(report)}"
    yield from (f"- Note: {markdown(note)}" for note in report.notes)
    yield from (f"- Bent: {markdown(bend)}" for bend in view.bends(report))


def _gaps(bundle: Bundle) -> Iterator[str]:
    report = bundle.report
    gaps = [f"{g.account or '-'} {g.region or '-'} {g.call}: {g.code}" for g in report.gaps]
    errors = [f"{e.policy} could not be evaluated on {e.resource}" for e in report.errors]
    yield "\n## Gaps\n"
    if not gaps and not errors:
        yield "None: every call of the collector was answered, every policy could be evaluated."
    else:
        yield "What could not be looked at, and so may hold anything:\n"
    yield from _list(gaps + errors, "gaps.json and report.json")


def _verdict(bundle: Bundle) -> Iterator[str]:
    report, today = bundle.report, bundle.evaluation.today
    parties = tables.third_parties(bundle)
    yield "\n## Verdict\n"
    yield f"**{markdown(view.verdict(report))}**\n"
    yield f"- Third parties observed but not listed: {len(parties['observed_but_not_listed'])}"
    yield f"- Listed but not observed: {len(parties['listed_but_not_observed'])}"
    yield f"- Waivers in force: {tables.in_force(bundle.allowlist, today)}"
    yield f"- The allowlist's last commit: {markdown(_commit(bundle))}"


def _commit(bundle: Bundle) -> str:
    commit = bundle.git.allowlist
    if commit is None:
        return "none told (no git repository, or never committed)"
    also = "" if bundle.git.as_committed else "; the file here differs from it"
    who = f"{commit.author} <{commit.email}>: {commit.subject}{_approved(commit)}"
    return f"{commit.commit} of {commit.date} by {who}{also}"


def _since(bundle: Bundle, reviewed: Review | None) -> Iterator[str]:
    if bundle.since is None or reviewed is None:
        return
    yield f"\n## Since {bundle.since.evaluation.evaluated_on} (the bundle before)\n"
    yield f"Its manifest-sha256.txt has the SHA-256 `{bundle.since.sha256}`.\n"
    if bundle.git.note:
        yield f"Git: {markdown(bundle.git.note)}.\n"
    commits = bundle.git.history
    yield f"Commits of the allowlist: {'not known' if commits is None else len(commits)}\n"
    yield from _list(map(_history, commits or ()), "git.json")
    yield f"\nChanges of the allowlist: {len(reviewed.changes)}\n"
    yield from _list(map(sentence, reviewed.changes), "changes.json")
    for title, findings in (("opened", reviewed.opens), ("closed", reviewed.closes)):
        yield f"\nFindings {title}: {len(findings)}\n"
        yield from _list(map(_finding, findings), "changes.json")


def _history(commit: Commit) -> str:
    text = f"{commit.author}: {commit.subject}{_approved(commit)}"
    return f"{commit.date} {commit.commit[:12]} {text}"


def _approved(commit: Commit) -> str:
    return ", approved by " + ", ".join(commit.approvers) if commit.approvers else ""


def _finding(finding: Finding) -> str:
    return f"{finding.severity} {finding.policy}: {finding.message}"


def _list(items: Iterable[str], where: str) -> Iterator[str]:
    listed = list(items)
    yield from (f"- {markdown(item)}" for item in listed[:SHOWN])
    if len(listed) > SHOWN:
        yield f"- and {len(listed) - SHOWN:,} more: see {where}"


def _steps(bundle: Bundle) -> Iterator[str]:
    evaluation = bundle.evaluation
    yield "\n## Verify by hand\n"
    yield "Unpack the zip into an empty folder and go there. Nothing below needs the network,"
    yield "the organization, or our help.\n"
    yield "1. Every file is what it was, and no file was added (both print no difference):\n"
    yield "```sh\nsha256sum -c --quiet manifest-sha256.txt"
    yield "find . -type f ! -path ./manifest-sha256.txt | cut -c3- | LC_ALL=C sort > ../files"
    yield "cut -c67- manifest-sha256.txt | diff - ../files\n```\n"
    version = markdown(evaluation.tool.version)
    yield f"2. With vendorgate {version} installed, the same inputs give the"
    yield "same report, to the byte (check exits 0, 1 or 3 with the verdict):\n"
    today = evaluation.evaluated_on
    yield f"```sh\nvendorgate check --today {today} -q -f json=../again.json || true"
    yield "cmp report.json ../again.json\n```\n"
    yield "3. Both steps at once, and the other files made again too, on the zip itself:"
    yield "`vendorgate evidence verify FILE.zip`"


def _files(bundle: Bundle) -> Iterator[str]:
    yield "\n## Files\n"
    yield from (f"- `{name}`: {what}" for name, what in _FILES.items())
    if bundle.since:
        yield "- `changes.json`: what changed since the bundle before, whose parts are in `since/`"
    yield "\nThe zip is reproducible: files in order, dated 1980-01-01, mode 0644, not compressed"
    yield "(stored, level 0), as compressors differ from one system to the next."
