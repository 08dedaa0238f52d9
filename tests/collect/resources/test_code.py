"""Whose code runs here, as AWS tells it: each reference, and nothing silent."""

from __future__ import annotations

from typing import Any

import pytest

from checker.collect.aws.calls import Call
from checker.collect.aws.code.registry import KINDS, code_calls
from checker.publishers import Owners, published
from tests.collect.resources.replay import Recording, of, refused, replayed_uses, whole
from tests.collect.resources.test_collected import HARMS
from tests.collect.resources.world import IMAGE, VENDOR
from tests.collect.test_aws import Snapshot
from tests.support.front import OWN
from tests.support.rows import rows


@pytest.fixture(scope="package")
def calm(snapshot: Snapshot, recording: Recording) -> list[Any]:
    """From the emulator's answers, and canned ones of what it lacks."""
    found, gaps = replayed_uses(recording, whole)
    assert not gaps
    return found


def test_what_is_written(snapshot: Snapshot) -> None:
    """The task definition of a service, though it is not the latest; the latest of the others; and
    the manifest tells for which kinds somebody looked."""
    assert snapshot.manifest["code_kinds"] == list(KINDS)
    tasks = [
        u["resource"].rpartition("/")[2]
        for u in snapshot["code_uses"]
        if ":task-def" in u["resource"]
    ]
    assert sorted(tasks) == ["loose:1", "web:1"]


PUBLISHERS = {
    "layer": {("own", OWN)},
    "container-image": {
        ("own", OWN), ("account", VENDOR), ("aws", "763104351884"),
        ("registry", "public.ecr.aws/datadog"), ("registry", "public.ecr.aws/vendor")},
    "build-image": {("registry", "ghcr.io/vendor")},
    "ssm-document": {("account", VENDOR)},
    "cloudformation-type": {("publisher", "ab" * 20)},
    "serverless-application": {("account", VENDOR)},
    "snapshot": {("account", VENDOR), ("unknown", None)},
}  # fmt: skip


def test_each_reference_names_its_publisher(calm: list[Any]) -> None:
    """A form that nobody understands would be an unknown publisher, a finding about nothing."""
    owners = Owners(account=OWN, own=frozenset({OWN}))
    found: dict[str, set[Any]] = {}
    for use in calm:
        told = published(use.kind, use.reference or "", owners).publisher
        found.setdefault(use.kind, set()).add((told.kind, told.id))
    addon = found.pop("eks-addon")
    assert found == PUBLISHERS and addon
    (boxed,) = [use for use in calm if use.reference == IMAGE]
    assert boxed.digest == f"sha256:{'b' * 64}"


@rows("call", code_calls(), ids=lambda call: f"{call.name} {dict(call.request)}")
def test_no_harm_is_silent(calm: list[Any], recording: Recording, call: Call) -> None:
    """Code that nobody was told of, and that looks as if there were none."""
    for name, harm in HARMS.items():
        _, gaps = replayed_uses(recording, harm(call))
        assert {gap.call for gap in gaps} == {call.name}, name


@rows("call", [c for c in code_calls() if c.gone], ids=lambda call: call.name)
def test_what_is_gone_is_looked_for_again(
    calm: list[Any], recording: Recording, call: Call
) -> None:
    """What the listing still names is a gap."""
    (code,) = call.gone
    _, gaps = replayed_uses(recording, refused(call, code))
    assert {gap.call for gap in gaps} == {call.name}


def test_an_image_that_could_not_be_read_is_a_use_all_the_same(
    recording: Recording, calm: list[Any]
) -> None:
    """Its publisher is unknown then, and that is a finding."""
    (asked,) = [call for call in code_calls() if call.name == "lambda:GetFunction"]
    found, _ = replayed_uses(recording, refused(asked, "AccessDenied"))
    assert [use.reference for use in found if use.resource.endswith(":boxed")] == [None]
    assert of and len(found) == len(calm)
