"""Buckets and access points: ACLs, and the switches that shut them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from checker.collect.iac.grants.model import Given, Json, Said, written
from checker.collect.iac.unknown import is_made, is_unresolved, shown
from checker.trust.document.decode import as_list

_CANONICAL = re.compile(r"[0-9a-f]{64}")
_GROUPS = "http://acs.amazonaws.com/groups/"
_ALL, _USERS = _GROUPS + "global/AllUsers", _GROUPS + "global/AuthenticatedUsers"
_DELIVERY = _GROUPS + "s3/LogDelivery"
_CANNED = {
    "publicread": ((_ALL, "READ"),),
    "publicreadwrite": ((_ALL, "READ"), (_ALL, "WRITE")),
    "authenticatedread": ((_USERS, "READ"),),
    "logdeliverywrite": ((_DELIVERY, "WRITE"), (_DELIVERY, "READ_ACP")),
}
"""https://docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html#canned-acl"""
_OWNERS = ("private", "bucketownerread", "bucketownerfullcontrol", "awsexecread")
"""Those that let in nobody outside: of the owner, and of EC2."""
SWITCHES = ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets")


def bucket(given: Given) -> Iterator[Said]:
    """Its ACL, its switches, and a policy, where there is one."""
    acl = [*_canned(given.every("acl")), *_granted(given.every("grants"))]
    settings: Json = {}
    if (on := switches(given)) is not None:
        settings["bpa"] = on
    owner = given.one("_owner")
    if isinstance(owner, str) and _CANONICAL.fullmatch(owner):  # a bucket is of who makes it
        settings["canonical"] = {owner: given.target.account}
    ownership = given.one("ownership")
    if isinstance(ownership, str):
        settings["ownership"] = ownership
    yield Said(document=written(given.one("policy")), acl=acl or None, settings=settings)


def switches(given: Given) -> Json | None:
    """Block Public Access: what is not surely on is off."""
    found = given.one("bpa")
    if found is None:
        return None
    inner = found[0] if isinstance(found, list) and found else found
    told = {str(key).replace("_", "").lower(): one for key, one in inner.items()} if isinstance(
        inner, dict) else {}  # fmt: skip
    return {one: str(told.get(one.lower())).lower() == "true" for one in SWITCHES}


def own_switches(given: Given) -> Iterator[Said]:
    """A resource of Terraform that is the switches of a bucket."""
    told = {one: given.one(one) for one in SWITCHES}
    on = {one: str(value).lower() == "true" for one, value in told.items()}
    yield Said(settings={"bpa": on})


def _canned(values: list[Any]) -> Iterator[list[str]]:
    for one in values:
        word = str(one).replace("-", "").lower()
        if is_unresolved(one):
            yield ["Unknown", str(shown(one)), "FULL_CONTROL"]
        elif word in _CANNED:
            yield from (["Group", group, right] for group, right in _CANNED[word])
        elif word not in _OWNERS:
            yield ["Unknown", str(one), "FULL_CONTROL"]


def _granted(values: list[Any]) -> Iterator[list[str]]:
    """Grants in Terraform's two forms: of a bucket, and of an ACL."""
    for one in values:
        if not isinstance(one, dict):
            yield ["Unknown", str(shown(one)), "FULL_CONTROL"]
            continue
        raw = one.get("grantee", one)
        grantee = raw[0] if isinstance(raw, list) and raw else raw
        who = grantee if isinstance(grantee, dict) else {"id": grantee}
        name = who.get("uri") or who.get("id") or who.get("email_address")
        rights = one.get("permissions", one.get("permission"))
        several = as_list(rights)
        if not is_made(name):  # else of what the same code makes, or looks up of the own account
            form = "Group" if who.get("uri") else "CanonicalUser"
            yield from ([form, str(shown(name)), str(shown(right))] for right in several)


def access_point(given: Given) -> Iterator[Said]:
    """With the bucket that it is one of."""
    settings: Json = {"origin": "VPC" if given.one("vpc") else "Internet"}
    if (on := switches(given)) is not None:
        settings["bpa"] = on
    document = written(given.one("policy"))
    yield Said(document=document, settings=settings, bucket=given.one("bucket"))
