"""Pods as kubectl prints them: every container is a use of code, and what is not read is said."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from checker.collect.kubernetes import Cluster, Pods
from checker.errors import InputError
from tests.support.cli import vendorgate
from tests.support.snapshots import ALLOWLIST, OWN2, STRANGER

CLUSTER = Cluster(OWN2, "eu-west-1", "prod")
ARN = f"arn:aws:eks:eu-west-1:{OWN2}:cluster/prod"
IMAGE = f"{STRANGER}.dkr.ecr.eu-west-1.amazonaws.com/agent:1"
DIGEST = "sha256:" + "a" * 64


def pod(*containers: Any, kind: str = "Pod", status: Any = None, **more: Any) -> dict[str, Any]:
    metadata = {"namespace": "web", "name": "app-7c9f-x2", **more.pop("metadata", {})}
    spec = {"containers": list(containers), **more.pop("spec", {})}
    return {"kind": kind, "apiVersion": "v1", "metadata": metadata, "spec": spec,
            "status": status or {}, **more}  # fmt: skip


def container(image: Any, name: str = "app") -> dict[str, Any]:
    return {"name": name, "image": image}


def listed(*items: Any, **more: Any) -> dict[str, Any]:
    return {"kind": "List", "apiVersion": "v1", "items": list(items), **more}


def read(value: Any) -> Pods:
    found = Pods(CLUSTER)
    found.add(Path("pods.json"), json.dumps(value).encode())
    return found


def owned(kind: str, name: str, **labels: str) -> dict[str, Any]:
    return {"ownerReferences": [{"kind": kind, "name": name}], "labels": labels}


ONE = container("datadog/agent:7")
TEMPLATE = {"template": {"spec": {"containers": [ONE]}}}
WORKLOADS = [
    ("a pod of its own", pod(ONE), "web/Pod/app-7c9f-x2"),
    ("of a deployment", pod(ONE, metadata=owned("ReplicaSet", "app-7c9f", **{"pod-template-hash": "7c9f"})), "web/Deployment/app"),
    ("of a set that nobody deploys", pod(ONE, metadata=owned("ReplicaSet", "app-7c9f")), "web/ReplicaSet/app-7c9f"),
    ("of a daemon", pod(ONE, metadata=owned("DaemonSet", "agent")), "web/DaemonSet/agent"),
    ("a deployment", {"kind": "Deployment", "apiVersion": "apps/v1", "metadata": {"name": "d"}, "spec": TEMPLATE}, "default/Deployment/d"),
    ("a job by the clock", {"kind": "CronJob", "apiVersion": "batch/v1", "metadata": {"name": "c"}, "spec": {"jobTemplate": {"spec": TEMPLATE}}}, "default/CronJob/c"),
]  # fmt: skip


@pytest.mark.parametrize(("why", "item", "name"), WORKLOADS, ids=[row[0] for row in WORKLOADS])
def test_what_runs_it(why: str, item: Any, name: str) -> None:
    """A finding names what outlives the pod: the next one has another name."""
    (use,) = read(listed(item)).uses
    assert (use.resource, use.reference) == (f"{ARN}/{name}", "datadog/agent:7")


def test_every_list_of_containers() -> None:
    """An image that only prepares, or that somebody put in to look around, runs all the same."""
    status = {"containerStatuses": [{"name": "app", "imageID": f"docker-pullable://x@{DIGEST}"}],
              "initContainerStatuses": [{"name": "app", "imageID": DIGEST}]}  # fmt: skip
    spec = {"initContainers": [container("a:1")], "ephemeralContainers": [container("b:1", "e")],
            "volumes": [{"name": "v", "image": {"reference": "d:1"}}, {"name": "w", "emptyDir": {}}]}  # fmt: skip
    found = {(use.via, use.reference, use.digest) for use in read(pod(container(IMAGE), spec=spec, status=status)).uses}  # fmt: skip
    assert found == {("containers.app", IMAGE, DIGEST), ("initContainers.app", "a:1", None),
                     ("ephemeralContainers.e", "b:1", None), ("volumes.v", "d:1", None)}  # fmt: skip


GAPS = [
    ("a service", listed({"kind": "Service", "metadata": {"name": "s"}}), "Service default/s: neither"),
    ("a pod without containers", listed({"kind": "Pod", "spec": {}}), "has no containers"),
    ("no object", listed("x"), "something default/?: neither"),
    ("a list that goes on", listed(metadata={"continue": "x"}), "--chunk-size=0"),
]  # fmt: skip


@pytest.mark.parametrize(("why", "value", "said"), GAPS, ids=[row[0] for row in GAPS])
def test_what_is_not_read(why: str, value: Any, said: str) -> None:
    """What is no pod is no silence."""
    found = read(value)
    assert (found.uses, [said in gap.message for gap in found.gaps]) == ([], [True])


def test_an_image_that_is_no_text() -> None:
    """Whatever it is, it is not known: nobody is guessed."""
    assert [use.reference for use in read(pod(container(None), "x", container(""))).uses] == [
        None
    ] * 3


BAD = [("text", "pods"), ("another's JSON", {"Items": []}), ("no items", {"kind": "PodList", "apiVersion": "v1"}), ("a list", [])]  # fmt: skip


@pytest.mark.parametrize(("why", "value"), BAD, ids=[row[0] for row in BAD])
def test_what_is_no_output_of_kubectl(why: str, value: Any) -> None:
    """Refused with the mend."""
    with pytest.raises(InputError, match="no output of kubectl") as error:
        read(value)
    assert "kubectl get pods -A -o json" in str(error.value.hint)


def test_the_command(tmp_path: Path) -> None:
    """A stranger's image is a finding of its workload; the snapshot is judged as any other."""
    (tmp_path / "pods.json.gz").write_bytes(
        gzip.compress(json.dumps(listed(pod(container(IMAGE)))).encode())
    )
    (tmp_path / "allowlist.yaml").write_text(ALLOWLIST)
    where = ("--account", OWN2, "--region", "eu-west-1", "--cluster", "prod")
    ran = vendorgate("collect", "kubernetes", "pods.json.gz", *where, cwd=tmp_path)
    assert (ran.code, "images: 1, gaps: 0" in ran.err) == (0, True), ran.err
    ran = vendorgate("check", "snapshot", "--today", "2026-11-26", "-f", "json", cwd=tmp_path)
    (finding,) = [f for f in json.loads(ran.out)["findings"] if f["policy"] == "unvetted-container-publisher"]  # fmt: skip
    assert (ran.code, finding["principal"], finding["resource"]) == (
        1,
        STRANGER,
        f"{ARN}/web/Pod/app-7c9f-x2",
    )


WRONG = [
    ("no region", ("--region", "x"), "--region"),
    ("no account", ("--account", "1"), "account"),
    ("no name", ("--cluster", "a/b"), "--cluster"),
]  # fmt: skip


@pytest.mark.parametrize(("why", "option", "said"), WRONG, ids=[row[0] for row in WRONG])
def test_options(tmp_path: Path, why: str, option: tuple[str, str], said: str) -> None:
    """A misspelt place would make findings of a cluster that there is not."""
    (tmp_path / "p.json").write_text(json.dumps(listed()))
    where = {"--account": OWN2, "--region": "eu-west-1", "--cluster": "prod"} | dict([option])
    ran = vendorgate("collect", "kubernetes", "p.json", *sum(where.items(), ()), cwd=tmp_path)
    assert (ran.code, said in ran.err) == (2, True)
