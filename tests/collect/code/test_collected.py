"""Whose code runs, end to end: made through AWS's own calls, collected, and judged."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from checker.collect.aws.calls import Call
from checker.collect.aws.code.registry import CODE, SOURCES
from checker.collect.aws.resources.registry import calls_of
from checker.collect.aws.unshown import NOT_SHOWN
from checker.demo.server import ApiCall
from tests.collect.code.world import (
    ADDON,
    APP,
    APPLICATION,
    COMPONENT,
    DIGEST,
    ENDPOINT,
    FOREIGN_DOCUMENT,
    LAYER,
    MODEL_PACKAGE,
    PUBLISHER,
    REGISTRY,
    SECRET,
    SERVICE,
    STRANGER,
    STUDIO_IMAGE,
    VENDOR,
    answers,
    build,
)
from tests.collect.resources.replay import Harm, Recording, of, refused, replayed, whole
from tests.collect.resources.test_collected import HARMS, META
from tests.support.cli import vendorgate
from tests.support.collected import Snapshot, run
from tests.support.front import OWN, Calls, aws
from tests.support.rows import rows

REGION = ("--regions", "us-east-1")
ALLOWLIST = f"""\
version: 1
vendors:
  - name: Example Monitoring
    accounts: ["{VENDOR}"]
    registries: [docker.io/example]
    vetting: {{owner: sec@acme.example, reference: T-1, reviewed: 2026-05-01, expires: 2027-05-01, evidence: []}}
"""


@pytest.fixture(scope="module")
def calls() -> Calls:
    return Calls()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("code")


@pytest.fixture(scope="module")
def recording() -> Recording:
    return Recording()


@pytest.fixture(scope="module")
def snapshot(folder: Path, calls: Calls, recording: Recording) -> Iterator[Snapshot]:
    with aws(calls, answers), recording.listening():
        build()
        calls.seen.clear()
        yield run(folder, "--code", *REGION)


def _arn(service: str, rest: str) -> str:
    return f"arn:aws:{service}:us-east-1:{OWN}:{rest}"


USES = {
    (_arn("lambda", "function:ingest"), "layer", LAYER, "layer of $LATEST and version 1"),
    (_arn("lambda", "function:render"), "container-image", f"{REGISTRY}/quay/evil/app:1", "image of $LATEST"),
    (_arn("ecs", "service/main/web"), "container-image", "datadog/agent:7", "container main of web, revision 2"),
    (_arn("ecs", "service/main/old"), "container-image", "example/agent:7", "container main of web, revision 1"),
    (_arn("ecs", "task-definition/job"), "container-image", "redis", "container main of job, revision 1"),
    (_arn("ecs", "task-definition/mirrored"), "container-image", f"{REGISTRY}/hub/nginx:1",
     "container main of mirrored, revision 1"),
    (_arn("ecs", "task-definition/own"), "container-image", f"{REGISTRY}/team/app:1", "container main of own, revision 1"),
    (_arn("ecs", "task-definition/adhoc"), "container-image", "busybox", "container shell of adhoc, revision 9"),
    (ENDPOINT, "container-image", "nvcr.io/nim/ocr:1", "variant blue"),
    (APP, "container-image", STUDIO_IMAGE, "application KernelGateway"),
    (f"{ENDPOINT}/part", "container-image", f"{REGISTRY}/part:1", "container"),
    (_arn("batch", "job-definition/nightly"), "container-image", "ghcr.io/acme/job:1", "revisions 2, 1"),
    (_arn("batch", "job-definition/nightly"), "container-image", "ghcr.io/acme/job:2", "revision 3"),
    (_arn("codebuild", "project/app"), "build-image", "golang:1.25", "environment"),
    (_arn("sagemaker", "model/ocr"), "container-image", f"{STRANGER}.dkr.ecr.us-east-1.amazonaws.com/ocr:1", "container 1"),
    (_arn("sagemaker", "model/bought"), "model-package", MODEL_PACKAGE, "container 2"),  # the emulator's first is empty
    (_arn("sagemaker", "image/lab"), "container-image", f"{REGISTRY}/lab:1", "version 1"),
    (SERVICE, "container-image", "public.ecr.aws/a1b2c3d4/front:1", "source"),
    (_arn("ssm", "association/a-1"), "ssm-document", FOREIGN_DOCUMENT, "association install"),
    (_arn("ssm", "association/a-2"), "ssm-document", "AWS-RunPatchBaseline", "association"),
    (_arn("ssm", "association/a-3"), "ssm-document", "Ours", "association"),
    (_arn("ssm", "association/a-4"), "ssm-document", "arn:aws:ssm:us-east-1::document/Falcon-Deploy", "association"),  # whose account nobody knows
    (_arn("ssm", "association/a-5"), "ssm-document", f"arn:aws:ssm:us-east-1:{STRANGER}:document/Theirs", "association"),
    (_arn("ssm", "association/a-6"), "ssm-document", "Of-Amazon", "association"),
    (_arn("ssm", "association/a-7"), "ssm-document", "Ours", "association"),
    (_arn("imagebuilder", "container-recipe/base/1.0.0"), "image-builder-component", COMPONENT, "component"),
    (_arn("imagebuilder", "container-recipe/base/1.0.0"), "container-image", "alpine:3", "parent image"),
}  # fmt: skip


def test_each_reference_is_found_where_it_stands(snapshot: Snapshot) -> None:
    """A service that is not asked, or whose answer is read at another place; a gap for nothing."""
    assert (snapshot.gaps, snapshot.code) == ([], 0)
    assert any(note.startswith("Pods of arn:aws:eks:") for note in snapshot.manifest["notes"])
    uses = snapshot["code_uses"]
    assert {one["account"] for one in uses} == {OWN} and {one["region"] for one in uses} == {
        "us-east-1"
    }
    plain = {(u["resource"], u["kind"], u["reference"], u["via"]) for u in uses
             if u["kind"] not in ("serverless-application", "snapshot") and u["reference"][0] != "{"}  # fmt: skip
    assert plain == USES
    (application,) = (one for one in uses if one["kind"] == "serverless-application")
    assert (application["reference"], application["via"]) == (
        APPLICATION,
        "stack rotation, version 1.2.3",
    )


def test_what_aws_describes_is_told_as_it_is_described(snapshot: Snapshot) -> None:
    """The ARN of an activated extension is our own: without a publisher it must not stand there."""
    told = {one["resource"]: json.loads(one["reference"]) for one in snapshot["code_uses"]
            if one["reference"].startswith("{")}  # fmt: skip
    assert told[_arn("cloudformation", "type/resource/Org-Svc-Thing")]["PublisherId"] == PUBLISHER
    assert told[_arn("cloudformation", "type/hook/Some-Hook-Here")] == {
        "TypeName": "Some::Hook::Here"
    }
    assert told[ADDON] == {
        "addonName": "scan",
        "addonArn": ADDON,
        "owner": "aws-marketplace",
        "publisher": "scanco",
    }
    (volume,) = (one for resource, one in told.items() if ":volume/" in resource)
    assert volume["OwnerId"] == OWN


def test_what_ran_is_told_where_somebody_knows(snapshot: Snapshot) -> None:
    digests = {one["resource"]: one["digest"] for one in snapshot["code_uses"] if one["digest"]}
    assert digests[_arn("sagemaker", "image/lab")] == DIGEST
    assert digests[_arn("ecs", "service/main/web")] == digests[ENDPOINT] == DIGEST
    assert _arn("ecs", "task-definition/adhoc") not in digests, "the tag has moved: two of it run"
    assert digests[_arn("lambda", "function:render")].startswith("sha256:")


def test_the_manifest_says_what_was_looked_for(snapshot: Snapshot) -> None:
    """An own registry's images cannot be judged without its rules: these are asked for, too."""
    manifest = snapshot.manifest
    assert {one["kind"] for one in snapshot["code_uses"]} <= set(manifest["code_kinds"])
    assert manifest["resource_kinds"] == ["AWS::ECR::RegistryPolicy"]
    (registry,) = snapshot["resources"]
    assert registry["settings"]["pull_through"] == [
        {"prefix": "hub", "upstream": "registry-1.docker.io", "upstream_prefix": "library"},
        {"prefix": "quay", "upstream": "quay.io", "upstream_prefix": "ROOT"},
    ]


def test_nothing_secret_comes_along(snapshot: Snapshot) -> None:
    """Environments, commands, Dockerfiles, the link to a function's code."""
    everything = b"".join(snapshot.files.values())
    assert SECRET.encode() not in everything
    assert b"X-Amz-" not in everything and b"PASSWORD" not in everything


MUTABLE, CONTAINER = "mutable-third-party-code", "unvetted-container-publisher"
FINDINGS = {
    (MUTABLE, "endpoint/ocr"), (CONTAINER, "endpoint/ocr"),
    (MUTABLE, "app/d-1/ann/kernelgateway/gpu"), (CONTAINER, "app/d-1/ann/kernelgateway/gpu"),
    (MUTABLE, "task-definition/adhoc"), (CONTAINER, "task-definition/adhoc"),
    (MUTABLE, "service/main/web"), (CONTAINER, "service/main/web"), (MUTABLE, "service/main/old"),
    (MUTABLE, "task-definition/job"), (CONTAINER, "task-definition/job"),
    (MUTABLE, "task-definition/mirrored"), (CONTAINER, "task-definition/mirrored"),
    (MUTABLE, "function:render"), (CONTAINER, "function:render"),
    (MUTABLE, "job-definition/nightly"), (CONTAINER, "job-definition/nightly"),
    (MUTABLE, "project/app"), (CONTAINER, "project/app"),
    (MUTABLE, "model/ocr"), (CONTAINER, "model/ocr"), (CONTAINER, "model/bought"),
    (MUTABLE, "container-recipe/base/1.0.0"), (CONTAINER, "container-recipe/base/1.0.0"),
    ("unvetted-document-owner", "container-recipe/base/1.0.0"),
    ("unknown-code-publisher", "service/front/1"),
    ("unvetted-document-owner", "association/a-1"),
    ("unvetted-document-owner", "association/a-5"),
    ("unknown-code-publisher", "association/a-4"),
    ("unvetted-extension-publisher", "type/resource/Org-Svc-Thing"),
    ("unknown-code-publisher", "type/hook/Some-Hook-Here"),
    ("unvetted-extension-publisher", "addon/prod/scan/1"),
}  # fmt: skip


def test_what_is_collected_is_judged(snapshot: Snapshot, folder: Path) -> None:
    """A vendor's layer passes, as do own images and AWS's documents; an own mirror is its upstream."""
    path = folder / "allowlist.yaml"
    path.write_text(ALLOWLIST)
    ran = vendorgate("check", folder / "snapshot", "--allowlist", path, "-f", "json")
    found = {(one["policy"], one["resource"].split(":", 5)[5]) for one in json.loads(ran.out)["findings"]
             if one["resource"].startswith("arn:")}  # fmt: skip
    stacks = {one for one in found if one[1].startswith("stack/rotation/")}
    assert {policy for policy, _ in stacks} == {"unvetted-extension-publisher"}
    assert found - stacks == FINDINGS


CALLS = [call for call in calls_of(CODE) if call.service != "ecr"]  # its registry is a resource


def replay(recording: Recording, harm: Harm) -> tuple[list[Any], set[str]]:
    """The uses of code, and the calls of all gaps but that of the cluster."""
    found, gaps = replayed(recording, harm, SOURCES, CODE)
    return found, {gap.call for gap in gaps if gap.code != NOT_SHOWN}


@pytest.fixture(scope="module")
def calm(snapshot: Snapshot, recording: Recording) -> list[Any]:
    found, gaps = replay(recording, whole)
    assert not gaps
    assert len(found) == len(snapshot["code_uses"])
    return found


UNRECORDED = {"ecs:ListTaskDefinitionFamilies": {"ecs:DescribeTaskDefinition"}}
"""What nobody asked in this form when nothing was harmed: by ARNs, where no family is known."""


@rows("call", CALLS, ids=lambda call: f"{call.name} {dict(call.request)}")
def test_no_harm_is_silent(calm: list[Any], recording: Recording, call: Call) -> None:
    """A service whose answer was refused or cut, and that looks as if it ran nothing."""
    for name, harm in HARMS.items():
        found, told = replay(recording, harm(call))
        assert told - UNRECORDED.get(call.name, set()) == {call.name}, (name, told)
        assert len(found) <= len(calm)


@rows("call", [c for c in CALLS if c.gone], ids=lambda call: call.name)
def test_what_is_gone_is_looked_for_again(
    calm: list[Any], recording: Recording, call: Call
) -> None:
    """Still listed: a gap, as somebody answered what is not so."""
    for code in call.gone:
        found, told = replay(recording, refused(call, code))
        assert told == {call.name}
        assert len(found) < len(calm) or call.name in ("ecs:ListTasks", "ecs:DescribeTasks")


PARENTS = {
    "apprunner:DescribeService": "apprunner:ListServices", "lambda:GetFunction": "lambda:ListFunctions",
    "cloudformation:DescribeType": "cloudformation:ListTypes", "ecs:ListServices": "ecs:ListClusters",
    "ecs:DescribeServices": "ecs:ListClusters", "ecs:ListTasks": "ecs:ListClusters",
    "ecs:DescribeTasks": "ecs:ListClusters", "eks:ListAddons": "eks:ListClusters",
    "eks:DescribeAddon": "eks:ListAddons", "sagemaker:DescribeModel": "sagemaker:ListModels",
    "sagemaker:DescribeEndpoint": "sagemaker:ListEndpoints",
    "sagemaker:DescribeInferenceComponent": "sagemaker:ListInferenceComponents",
    "sagemaker:ListImageVersions": "sagemaker:ListImages",
    "sagemaker:DescribeImageVersion": "sagemaker:ListImageVersions",
    "ssm:DescribeDocument": "ssm:ListAssociations",
}  # fmt: skip
"""What lists each thing that may be gone; a task definition in use cannot be."""
BY_NAME = {call.name: call for call in CALLS}


def gone_meanwhile(name: str, code: str) -> Harm:
    """Refused by the code, and no longer listed when it is looked for again."""
    listing, refuse = BY_NAME[PARENTS[name]], refused(BY_NAME[name], code)
    seen = list[Any]()

    def once(pages: list[Any]) -> list[Any]:
        empty = [{listing.key: [], "ResponseMetadata": META}]
        return empty if len(seen) else pages

    def harm(asked: Any, pages: list[Any]) -> list[Any]:
        try:
            return refuse(asked, of(listing, once)(asked, pages))
        except Exception:
            seen.append(asked)
            raise

    return harm


@rows("name", sorted(PARENTS))
def test_what_was_deleted_meanwhile_is_no_gap(
    calm: list[Any], recording: Recording, name: str
) -> None:
    """The listing no longer names it: nobody is told to mend what is not there."""
    for code in BY_NAME[name].gone:
        found, told = replay(recording, gone_meanwhile(name, code))
        assert (told, len(found) < len(calm)) == (set(), True)


def test_what_an_answer_for_many_leaves_out(calm: list[Any], recording: Recording) -> None:
    """A project, a service that the answer does not tell of, and that is listed all the same."""
    for name in ("codebuild:BatchGetProjects", "ecs:DescribeServices", "ecs:DescribeTasks"):
        call = BY_NAME[name]
        empty = [{call.key: [], "ResponseMetadata": META}]
        _, told = replay(recording, of(call, lambda _, pages=empty: pages))
        assert told == {name}


def test_what_several_sources_list_is_asked_once(tmp_path: Path) -> None:
    """Catches a listing that resources, code and images each make: of a large account, many pages."""
    asked: list[str] = []

    def heard(call: ApiCall) -> None:
        path = call.path.partition("?")[0]
        asked.append(f"{call.service} {path.rstrip('/')}")

    with aws(heard):
        assert run(tmp_path, "--code", "--resources", *REGION).gaps == []
    once = {"eks /clusters", "lambda /2015-03-31/functions", "imagebuilder /ListImageRecipes"}
    assert {name for name in asked if name in once} == once
    assert [name for name in once if asked.count(name) > 1] == []
