"""Saves what the AWS command line would print of an account, call by call."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import botocore

from checker.collect.aws.calls import Call
from checker.collect.aws.permissions import member_calls
from checker.collect.files.kinds import SUMMARY, TEMPLATES

GLOBAL = ("iam",)
EVERYWHERE = {"ec2:DescribeRegions"}
LATER = {"ec2:DescribeInstanceImageMetadata", "ec2:DescribeReplaceRootVolumeTasks"}
"""Calls that `collect aws` makes where there is something, and that need no name of it."""


def dump(folder: Path, client: Callable[..., Any], account: str, regions: tuple[str, ...]) -> None:
    """All listings of an account into `ACCOUNT/call.json` and `ACCOUNT/REGION/call.json`; of its
    images each one's permissions and ancestry, of its SAML providers each one's metadata."""
    client = cache(client)
    for call in (*member_calls(), SUMMARY, TEMPLATES):
        if call.when and call.name not in LATER:
            continue
        once = call.service in GLOBAL or call.name in EVERYWHERE
        for region in ("us-east-1",) if once else regions:
            at = folder / account if once else folder / account / region
            name = f"{call.service}-{botocore.xform_name(call.operation, '-')}.json"
            save(at / name, ask(client, call, account, region))
    for region in regions:
        _of_clusters(folder / account / region, client("eks", account, region))
        _of_templates(folder / account / region, client("ec2", account, region))
        _of_images(folder / account / region, client("ec2", account, region))


def ask(client: Callable[..., Any], call: Call, account: str, region: str) -> Mapping[str, Any]:
    """All pages in one, as the command line puts them together."""
    service = client(call.service, account, region)
    method = botocore.xform_name(call.operation)
    request = dict(call.request)
    if call.operation == "DescribeImages":
        request |= {"Owners": ["self"]}
        request.pop("MaxResults")
    if call.operation == "DescribeLaunchTemplateVersions":
        request |= {"Versions": ["$Latest", "$Default"]}
    if not service.can_paginate(method):
        return getattr(service, method)(**request)
    return service.get_paginator(method).paginate(**request).build_full_result()


def save(path: Path, output: Any) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    output.pop("ResponseMetadata", None)
    path.write_text(json.dumps(output, default=_shown, indent=4))


def _shown(value: Any) -> str:
    assert isinstance(value, datetime)
    return value.isoformat()


def _of_clusters(folder: Path, eks: Any) -> None:
    for cluster in eks.list_clusters()["clusters"]:
        names = eks.list_nodegroups(clusterName=cluster)
        for name in names["nodegroups"]:
            one = eks.describe_nodegroup(clusterName=cluster, nodegroupName=name)
            save(folder / f"nodegroup-{cluster}-{name}.json", one)
        save(folder / f"nodegroups-{cluster}.json", names)


def _of_templates(folder: Path, ec2: Any) -> None:
    for one in ec2.describe_launch_templates()["LaunchTemplates"]:
        id_ = one["LaunchTemplateId"]
        versions = ec2.describe_launch_template_versions(LaunchTemplateId=id_)
        save(folder / f"versions-{one['LaunchTemplateName']}.json", versions)


def _of_images(folder: Path, ec2: Any) -> None:
    for image in ec2.describe_images(Owners=["self"])["Images"]:
        id_, name = image["ImageId"], image["Name"]
        asked = {"ImageId": id_, "Attribute": "launchPermission"}
        save(folder / f"permissions-{name}.json", ec2.describe_image_attribute(**asked))
        save(folder / f"ancestry-{name}.json", ec2.get_image_ancestry(ImageId=id_))
