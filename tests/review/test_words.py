"""What each kind of change is told as."""

from __future__ import annotations

from typing import Any

from checker.review.model import Change
from checker.review.words import sentence

TOLD = {
    "vendor-added": "V is new: D",
    "vendor-removed": "V is removed",
    "vendor-renamed": "D",
    "vendor-reworded": "V is written otherwise, and means the same",
    "vendor-drafted": "V is a draft, which vets nobody yet: D",
    "draft-removed": "the draft V is removed",
    "account-added": "V gets the account D (which the public catalogue does not know)",
    "organization-added": "V gets the whole organization D",
    "federation-added": "V gets the identity provider D",
    "product-added": "V gets the marketplace product D",
    "registry-added": "V gets all that D publishes",
    "scope-widened": "V may do more: D",
    "scope-narrowed": "V may do less: D",
    "expiry-extended": "V stays vetted for longer: D",
    "expiry-shortened": "V is vetted for less long: D",
    "exception-added": "a waiver of D",
    "exception-extended": "a waiver is longer: D",
    "exception-shortened": "a waiver is shorter: D",
    "exception-changed": "a waiver is explained otherwise: D",
    "exception-removed": "no more waiver of D",
    "gap-accepted": "what could not be looked at is accepted: D",
    "gap-extended": "what could not be looked at is accepted for longer: D",
    "gap-shortened": "what could not be looked at is accepted for less long: D",
    "gap-changed": "an accepted gap is explained otherwise: D",
    "gap-removed": "no longer accepted: D",
    "include-added": "the allowlist includes D: who may change that decides whom we trust",
    "include-removed": "the allowlist no longer includes D",
    "own-account-added": "D counts as our own, which needs no vetting (which the public catalogue does not know)",
    "own-organization-added": "the organization D counts as our own, which needs no vetting",
    "own-issuer-added": "the identity provider D counts as our own, which needs no vetting",
    "image-alias-added": "images of the alias D are accepted, whoever stands behind it",
    "own-account-removed": "D no longer counts as our own",
    "own-organization-removed": "the organization D no longer counts as our own",
    "own-issuer-removed": "the identity provider D no longer counts as our own",
    "image-alias-removed": "images of the alias D are no longer accepted as a kind",
    "policy-disabled": "the policy P is disabled: D",
    "policy-enabled": "the policy P is in force again",
    "policy-removed": "the policy P is removed: D",
    "policy-added": "the policy P is new: D",
    "policy-replaced": "the policy P is another one: D",
    "severity-lowered": "the policy P counts for less: D",
    "severity-raised": "the policy P counts for more: D",
    "setting-changed": "D",
    "baseline-grown": "more findings are known, and fail nothing: D",
    "baseline-shrunk": "fewer findings are known: D",
    "account-removed": "V loses D",
    "registry-removed": "V loses D",
    "account-moved": "D",
    "include-moved": "D",
}  # fmt: skip
OF_VENDORS = ("vendor-", "draft-", "account-", "organization-", "federation-", "product-", "registry-", "scope-", "expiry-")  # fmt: skip


def told(kind: str, vendor: str | None, **more: Any) -> str:
    return sentence(Change(kind=kind, vendor=vendor, detail="D", line=None, widens=False, policy="P", **more))  # fmt: skip


def test_each_kind_has_its_sentence() -> None:
    """What a vendor gets, told as what it loses; or a kind that is shown by its bare name."""
    vendors = {kind: "V" if kind.startswith(OF_VENDORS) else None for kind in TOLD}
    assert {kind: told(kind, vendor) for kind, vendor in vendors.items()} == TOLD


def test_what_is_not_always_told_alike() -> None:
    """A review of ours, which is nobody's loss; and what the catalogue knows of an account."""
    assert told("vetting-changed", "V") == "the review of V: D"
    assert told("vetting-changed", None) == "D"
    assert told("odd", None) == "odd: D"
    assert told("scope-odd", "V") == "V loses D"
    for kind, words in (("account-added", "V gets the account D"), ("own-account-added", "D counts as our own, which needs no vetting")):  # fmt: skip
        assert told(kind, "V", known_as="Acme") == f"{words} (known as Acme)"
        assert told(kind, "V", known_as="Acme", name_matches=True) == f"{words} (known as Acme)"
        assert told(kind, "V", known_as="Acme", name_matches=False) == f"{words} (which the public catalogue knows as Acme)"  # fmt: skip
