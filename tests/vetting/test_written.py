"""What people write and what comes of it: two forms of the same keys."""

from __future__ import annotations

from datetime import date
from typing import Any

import msgspec
import pytest

from checker.vetting import entries, written
from checker.vetting.written import entries_of
from checker.yamlfile import parse_yaml

PAIRS = {
    "AllowlistFile": "Entries",
    **{name: name for name in ("Federation", "UsageLimits", "VettedScope", "Evidence", "Own",
                               "Review", "Vendor", "ExceptionEntry", "AcceptedGap")},
}  # fmt: skip


@pytest.mark.parametrize(("of_file", "plain"), PAIRS.items())
def test_both_forms_have_the_same_keys(of_file: str, plain: str) -> None:
    """A key that may be written and is then forgotten: a limit that limits nothing."""
    model, struct = getattr(written, of_file), getattr(entries, plain)
    fields = {f.name: f.required for f in msgspec.structs.fields(struct)}
    assert {k: f.is_required() for k, f in model.model_fields.items()} == fields
    for field in msgspec.structs.fields(struct):
        if not field.required and field.default is not msgspec.NODEFAULT:
            default = model.model_fields[field.name].get_default(call_default_factory=True)
            assert msgspec.to_builtins(field.default) == _plain(default), field.name


def test_every_form_is_held() -> None:
    """A form that is new, and that the table above does not know."""
    models = {k for k, v in vars(written).items() if _is(v, written.Strict)} - {"Strict"}
    assert models == set(PAIRS)
    assert {k for k, v in vars(entries).items() if _is(v, msgspec.Struct)} == set(PAIRS.values())


def test_everything_that_is_written_arrives() -> None:
    """Every key, with a value that is not its default, is there as it was written."""
    said = entries_of(parse_yaml(EVERYTHING.encode(), "f"))
    (vendor,) = said.vendors
    assert vendor.vetting.reviewed == date(2026, 1, 2) and vendor.scope.usage is not None
    untouched = [
        f"{type(one).__name__}.{field.name}"
        for one in (said, said.organization, *said.exceptions, *said.gaps, vendor, vendor.scope,
                    vendor.scope.usage, vendor.vetting, *vendor.vetting.evidence)
        for field in msgspec.structs.fields(type(one))
        if not field.required and getattr(one, field.name) == field.default
    ]  # fmt: skip
    assert untouched == []


def _is(value: Any, kind: type) -> bool:
    return isinstance(value, type) and issubclass(value, kind)


def _plain(value: Any) -> Any:
    return msgspec.to_builtins(value.model_dump() if hasattr(value, "model_dump") else value)


EVERYTHING = """\
version: 1
include: [more.yaml]
organization:
  ids: [o-acmecorp42]
  accounts: ["210987654321"]
  federation: [{issuer: i, claims: {sub: repo:acme/*}}]
  evidence: [{kind: k, url: "https://e.example/x", expires: 2026-02-03}]
vendors:
  - name: V
    accounts: ["111122223333"]
    organizations: [o-vendor12345]
    federation: [{issuer: i}]
    marketplace_products: [p]
    registries: [docker.io/vendor]
    scope:
      roles: R
      principals: ["arn:aws:iam::111122223333:role/x"]
      in_accounts: ["210987654321"]
      images: i
      resources: ["arn:aws:s3:::acme-*"]
      kinds: ["AWS::S3::Bucket"]
      max_access: read
      code: c
      pinned: required
      external_id: required
      max_privilege: read
      reads_data: true
      reads_secrets: false
      usage: {actions: "s3:*", denied: "iam:*", calls_per_hour: 3, usd_per_day: 0.5,
              dormant_after_days: 9}
    vetting: {owner: o, reference: r, reviewed: 2026-01-02, expires: 2027-01-02,
              evidence: [{kind: k, url: "https://e.example/x", expires: 2026-02-03}]}
image_aliases: [a]
exceptions: [{policy: p, principal: p, resource: r, reason: r, owner: o, expires: 2026-09-09}]
gaps: [{account: "*", region: "*", call: "ec2:*", reason: r, owner: o, expires: 2026-09-09}]
"""
