"""A change in a sentence."""

from __future__ import annotations

from checker.review.model import Change

_SENTENCES = {
    "vendor-added": "{vendor} is new: {detail}",
    "vendor-removed": "{vendor} is removed",
    "vendor-renamed": "{detail}",
    "account-added": "{vendor} gets the account {detail}{known}",
    "organization-added": "{vendor} gets the whole organization {detail}",
    "federation-added": "{vendor} gets the identity provider {detail}",
    "product-added": "{vendor} gets the marketplace product {detail}",
    "scope-widened": "{vendor} may do more: {detail}",
    "scope-narrowed": "{vendor} may do less: {detail}",
    "expiry-extended": "{vendor} stays vetted for longer: {detail}",
    "expiry-shortened": "{vendor} is vetted for less long: {detail}",
    "vetting-changed": "the review of {vendor}: {detail}",
    "exception-added": "a waiver of {detail}",
    "exception-extended": "a waiver is longer: {detail}",
    "exception-shortened": "a waiver is shorter: {detail}",
    "exception-removed": "no more waiver of {detail}",
    "own-account-added": "{detail} counts as our own, which needs no vetting{known}",
    "own-organization-added": "the organization {detail} counts as our own, which needs no vetting",
    "own-federation-added": "the identity provider {detail} counts as our own",
    "image-alias-added": "images of the alias {detail} are accepted, whoever stands behind it",
}
_REMOVED = "{vendor} loses {detail}"


def said(change: Change) -> str:
    """One sentence, with what the catalogue knows of an account."""
    default = _REMOVED if change.vendor else "{kind}: {detail}"
    moved = change.kind.endswith("-moved")
    sentence = "{detail}" if moved else _SENTENCES.get(change.kind, default)
    return sentence.format(
        vendor=change.vendor, detail=change.detail, kind=change.kind, known=_known(change)
    )


def _known(change: Change) -> str:
    if change.known_as is None:
        return " (which the public catalogue does not know)"
    if change.name_matches is False:
        return f" (which the public catalogue knows as {change.known_as})"
    return f" (known as {change.known_as})"
