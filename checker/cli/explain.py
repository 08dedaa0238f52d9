"""`vendorgate explain`: a policy, a third party or a finding, in full."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import click

from checker.cli.inputs import Inputs, evaluate, evaluation_options, inputs_of
from checker.cli.output import write_text
from checker.cli.stored import is_remote, opened
from checker.errors import InputError

if TYPE_CHECKING:
    from checker.explain.party import Watcher
    from checker.policy.load import PolicySet
    from checker.report.model import Finding, Report
    from checker.role_trust.scopes import Scopes
    from checker.snapshot.read import Snapshot
    from checker.vetting.allowlist import Allowlist

_FINGERPRINT = re.compile(r"[0-9a-f]{4,32}\Z")
_AROUND = " \t\n`'\"()[]#…"
"""What is copied along from a page or a message."""
_ACCOUNT = re.compile(r"[0-9]{12}\Z")
_SCHEMA = "vendorgate/explanation/v1"


@click.command("explain")
@click.argument("name")
@evaluation_options
@click.option("-f", "--format", "shape", type=click.Choice(["text", "json"]), default="text")
def command(name: str, shape: str, **given: Any) -> None:
    """Explain NAME: the id of a policy; an account id, organization, issuer, vendor or draft (who
    it is, its entry, every trust, resource, image and finding); the fingerprint of a finding, or
    how it begins (its facts, a request that gets in, the lines to change); the ARN or name of a
    role (whom it lets in, what each statement does, its findings); or the ARN of a resource.
    """
    from checker.policy.load import load_policies

    inputs = inputs_of(**given)
    policies = load_policies(inputs.policies, builtin=inputs.builtin)
    if name in policies.ids:
        write_text(_policy(name, policies, inputs, shape), None)
    else:
        write_text(_shown(_explained(name, inputs, policies), shape), None)


def _policy(name: str, policies: PolicySet, inputs: Inputs, shape: str) -> str:
    """The engine's own policy has no file: what reports say of it must do."""

    import msgspec

    from checker.check.rules import Rules
    from checker.policy.page import render
    from checker.report.escape import lines
    from checker.report.json_report import pretty

    found = next((p for p in policies.policies if p.id == name), None)
    info = next((i for i in Rules(policies, inputs.settings.overrides).infos if i.id == name), None)
    if shape == "json":
        said = msgspec.to_builtins(found.file) | {"tests": found.tests} if found else {}
        what = {"id": name, **said}
        value = {"schema": _SCHEMA, "kind": "policy", "in_force": info, "policy": what}
        return pretty(value)
    if found is None:
        assert info is not None, name  # noqa: S101  the engine's own are always in force
        return lines(f"# {name}\n\n{info.title}.\n\n{info.rationale}\n\n{info.remediation}") + "\n"
    return lines(f"{render(found)}\nFrom {found.path}") + "\n"


def _explained(name: str, inputs: Inputs, policies: PolicySet) -> dict[str, Any]:
    """Whoever is known here by this name; else the finding, role or resource that it names."""
    from checker.check.engine import register_of
    from checker.explain import party, statements
    from checker.role_trust.scopes import scopes_of
    from checker.vetting.catalogue import read_catalogue

    allowlist, names = _vetted(inputs), read_catalogue(inputs.catalogue)
    seen = party.Watcher(party.identities_of(name, allowlist), name)
    account = _ACCOUNT.match(name) is not None
    if account and not (is_remote(inputs.snapshot) or inputs.snapshot.exists()):
        own = party.own_ids(allowlist, None)
        return party.party(name, allowlist, names, own, seen, None, today=inputs.today)
    report, snapshot = evaluate(inputs, watch=seen), opened(inputs.snapshot)
    own = party.own_ids(allowlist, snapshot)
    names = names.within(snapshot.manifest.partition)
    scopes = scopes_of(register_of(snapshot, allowlist, inputs.today), snapshot)
    if not (seen.rows or names.known(name) or _is_listed(name, allowlist, seen)):
        told = _thing(name, report, snapshot, scopes, seen, policies)
        if told is None and not account:
            said = f"{name!r} is no policy, third party, finding, role or resource here"
            raise InputError(said, hint=_HINT)
        if told is not None:
            return told
    asks = account and name not in own
    trusting = {trust["resource"] for trust in seen.rows.get("trusts", ())}
    roles = statements.asked(name, snapshot, scopes, trusting) if asks else ()
    return party.party(name, allowlist, names, own, seen, report, roles, today=inputs.today)


def _vetted(inputs: Inputs) -> Allowlist:
    """The allowlist of the day; one that vets nobody where there is none."""
    from checker.vetting.allowlist import empty_allowlist
    from checker.vetting.read import read_allowlist

    there = inputs.allowlist.exists()
    written = read_allowlist(inputs.allowlist) if there else empty_allowlist()
    return written.as_of(inputs.today)


def _is_listed(name: str, allowlist: Allowlist, seen: Watcher) -> bool:
    """Whether an entry or a draft names it."""
    from checker.vetting.registries import usual

    entries = (*allowlist.file.vendors, *(vendor for _, vendor in allowlist.drafted))
    listed = any(name.casefold() == v.name.casefold() or name in v.ids for v in entries)
    return listed or bool(seen.ids - {name, usual(name)})


def _thing(
    name: str, report: Report, snapshot: Snapshot, scopes: Scopes, seen: Watcher,
    policies: PolicySet,
) -> dict[str, Any] | None:  # fmt: skip
    """The finding, role or resource that is called so."""
    from checker.explain import party
    from checker.explain.finding import explain_finding

    if found := finding_of(name, report):
        mends = {policy.id: policy.file.mend for policy in policies.policies}
        return explain_finding(found, report, snapshot, scopes, mends.get(found.policy))
    roles = party.roles(name, snapshot, scopes, seen, report)
    return roles or party.resource(name, snapshot, seen, report)


_HINT = (
    "give an id from the report, the ARN of a role or resource, or at least 4 characters of a "
    "fingerprint"
)


def finding_of(name: str, report: Report) -> Finding | None:
    """The finding whose fingerprint this is, or begins so. Raises InputError for several."""
    name = name.strip(_AROUND).lower()
    if not _FINGERPRINT.match(name):
        return None
    found = [f for f in report.findings if f.fingerprint.startswith(name)]
    if len(found) > 1:
        raise InputError(f"{name!r} begins {len(found)} fingerprints", hint="give more of it")
    return found[0] if found else None


def _shown(explained: dict[str, Any], shape: str) -> str:

    from checker.explain import text as explanation
    from checker.report.json_report import pretty

    if shape == "text":
        return explanation.render(explained)
    return pretty({"schema": _SCHEMA, **explained})
