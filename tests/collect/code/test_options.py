"""`--code` and `--kinds`: what is looked for, and what that takes."""

from __future__ import annotations

import json
from typing import Any

import pytest
from click.testing import CliRunner

from checker.cli.collect import command
from checker.cli.collect_options import request_of
from checker.collect.aws.account_region import AccountRegion
from checker.collect.aws.asked import asked
from checker.collect.aws.code.registry import CODE
from checker.collect.aws.code.uses import code_use, few
from checker.collect.aws.resources.registry import ALL
from checker.collect.aws.survey import Request
from checker.errors import InputError
from tests.support.rows import rows

REGISTRY = "AWS::ECR::RegistryPolicy"


def request(*, resources: bool = True, code: bool = True, kinds: tuple[str, ...] = (), **more: Any) -> Request:  # fmt: skip
    plain = {"profile": None, "organization": False, "units": (), "include_inactive": False, "external_id": None,
             "workers": 4, "aggregator": None, "stale_after": 30, "redact": False}  # fmt: skip
    return request_of(
        accounts=(), excluded=(), regions=(), role_name=None, all_template_versions=False,
        all_image_permissions=False, shard=None, listing=None, resources=resources, code=code, kinds=kinds,
        **(plain | more),
    )  # fmt: skip


LOOKED = [
    ({}, ALL, CODE, "everything, unless somebody says otherwise"),
    ({"resources": False}, (REGISTRY,), CODE, "own images need their registry's rules"),
    ({"code": False}, ALL, (), "resources alone"),
    ({"resources": False, "code": False}, (), (), "neither"),
    ({"kinds": ("layer,snapshot",)}, (), ("layer", "snapshot"), "these alone"),
    ({"kinds": ("build-image",)}, (REGISTRY,), ("build-image",), "and what it needs"),
    ({"kinds": ("AWS::SQS::Queue",)}, ("AWS::SQS::Queue",), (), "a resource alone"),
    ({"kinds": ("layer", "AWS::SQS::Queue")}, ("AWS::SQS::Queue",), ("layer",), "of both"),
    ({"aggregator": "all"}, (), (), "AWS Config knows of neither"),
]


@rows("given, resources, code, why", LOOKED)
def test_what_is_looked_for(given: Any, resources: Any, code: Any, why: str) -> None:
    """Catches kinds that somebody asked for, or needs, and that nobody looks for."""
    found = request(**given)
    assert (found.resource_kinds, found.code_kinds) == (resources, code), why
    assert found.options.components_are_code == ("image-builder-component" in code), why


REFUSED = [
    ({"kinds": ("layers",)}, "'layers'", "layer"),
    ({"kinds": ("layer",), "code": False}, "goes with --code", ""),
    ({"kinds": (REGISTRY,), "resources": False}, "goes with --resources", ""),
    ({"kinds": ("nothing",), "code": False, "resources": False}, "'nothing'", "build-image"),
    ({"kinds": ("layer",), "aggregator": "all"}, "not with an aggregator", ""),
]


@rows("given, said, hint", REFUSED)
def test_what_is_not_looked_for_is_refused(given: Any, said: str, hint: str) -> None:
    """Catches a misspelt kind that passes for one of which there is none."""
    with pytest.raises(InputError, match=said) as refused:
        request(**given)
    assert hint in (refused.value.hint or "")


def test_what_was_asked_is_told() -> None:
    """Catches two collections that are taken for the same though one did not look at code."""
    assert asked(request()) == "--resources --code"
    assert asked(request(code=False)) == "--resources"
    assert asked(request(kinds=("layer",))) == "--kinds layer"


def test_what_it_takes_is_permitted() -> None:
    """Catches a permission that somebody who looks for no image has to give, and one that lacks."""

    def actions(*options: str) -> set[str]:
        words = ["aws", "--permissions", "member", *options]
        ran = CliRunner().invoke(command, words, catch_exceptions=False)
        return {one for each in json.loads(ran.stdout)["Statement"] for one in each["Action"]}

    assert {"lambda:GetFunction", "ecs:DescribeTasks", "ssm:ListAssociations"} <= actions()
    assert "lambda:GetFunction" not in actions("--kinds", "layer")
    assert not {one for one in actions("--no-resources", "--no-code") if one.startswith("lambda:")}


TOLD = [
    ([3], "version 3"), ([1, 2, 3], "versions 3, 2, 1"), ([1, 10, 9], "versions 10, 9, 1"), ([*range(1, 31)], "versions 30, 29, 28 and 27 more"),
]  # fmt: skip


@rows("numbers, told", TOLD)
def test_versions_are_told_together(numbers: list[int], told: str) -> None:
    """Catches the oldest of a hundred versions told in the place of the newest."""
    assert few("version", numbers) == told


def test_a_use_of_no_region_is_of_none() -> None:
    """Catches an account's own part that is written as no text."""
    here = AccountRegion("111111111111", "aws", None, lambda _: None)  # type: ignore[arg-type]
    assert code_use(here, "layer", "r", "l").region == ""
