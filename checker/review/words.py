"""A change in a sentence."""

from __future__ import annotations

from checker.review.model import Change

_SENTENCES = {
    "vendor-added": "{vendor} is new: {detail}",
    "vendor-removed": "{vendor} is removed",
    "vendor-renamed": "{detail}",
    "vendor-reworded": "{vendor} is written otherwise, and means the same",
    "vendor-drafted": "{vendor} is a draft, which vets nobody yet: {detail}",
    "draft-removed": "the draft {vendor} is removed",
    "account-added": "{vendor} gets the account {detail}{known}",
    "organization-added": "{vendor} gets the whole organization {detail}",
    "federation-added": "{vendor} gets the identity provider {detail}",
    "product-added": "{vendor} gets the marketplace product {detail}",
    "registry-added": "{vendor} gets all that {detail} publishes",
    "scope-widened": "{vendor} may do more: {detail}",
    "scope-narrowed": "{vendor} may do less: {detail}",
    "expiry-extended": "{vendor} stays vetted for longer: {detail}",
    "expiry-shortened": "{vendor} is vetted for less long: {detail}",
    "exception-added": "a waiver of {detail}",
    "exception-extended": "a waiver is longer: {detail}",
    "exception-shortened": "a waiver is shorter: {detail}",
    "exception-changed": "a waiver is explained otherwise: {detail}",
    "exception-removed": "no more waiver of {detail}",
    "gap-accepted": "what could not be looked at is accepted: {detail}",
    "gap-extended": "what could not be looked at is accepted for longer: {detail}",
    "gap-shortened": "what could not be looked at is accepted for less long: {detail}",
    "gap-changed": "an accepted gap is explained otherwise: {detail}",
    "gap-removed": "no longer accepted: {detail}",
    "include-added": "the allowlist includes {detail}: who may change that decides whom we trust",
    "include-removed": "the allowlist no longer includes {detail}",
    "own-account-added": "{detail} counts as our own, which needs no vetting{known}",
    "own-organization-added": "the organization {detail} counts as our own, which needs no vetting",
    "own-issuer-added": "the identity provider {detail} counts as our own, which needs no vetting",
    "image-alias-added": "images of the alias {detail} are accepted, whoever stands behind it",
    "own-account-removed": "{detail} no longer counts as our own",
    "own-organization-removed": "the organization {detail} no longer counts as our own",
    "own-issuer-removed": "the identity provider {detail} no longer counts as our own",
    "image-alias-removed": "images of the alias {detail} are no longer accepted as a kind",
    "policy-disabled": "the policy {policy} is disabled: {detail}",
    "policy-enabled": "the policy {policy} is in force again",
    "policy-removed": "the policy {policy} is removed: {detail}",
    "policy-added": "the policy {policy} is new: {detail}",
    "policy-replaced": "the policy {policy} is another one: {detail}",
    "severity-lowered": "the policy {policy} counts for less: {detail}",
    "severity-raised": "the policy {policy} counts for more: {detail}",
    "setting-changed": "{detail}",
    "baseline-grown": "more findings are known, and fail nothing: {detail}",
    "baseline-shrunk": "fewer findings are known: {detail}",
}
_REMOVED = "{vendor} loses {detail}"


def sentence(change: Change) -> str:
    """One sentence, with what the catalogue knows of an account."""
    default = _REMOVED if change.vendor else "{kind}: {detail}"
    if change.kind == "vetting-changed":
        default = "the review of {vendor}: {detail}" if change.vendor else "{detail}"
    moved = change.kind.endswith("-moved")
    template = "{detail}" if moved else _SENTENCES.get(change.kind, default)
    return template.format(
        vendor=change.vendor, detail=change.detail, kind=change.kind, policy=change.policy,
        known=_known(change),
    )  # fmt: skip


def _known(change: Change) -> str:
    if change.known_as is None:
        return " (which the public catalogue does not know)"
    if change.name_matches is False:
        return f" (which the public catalogue knows as {change.known_as})"
    return f" (known as {change.known_as})"
