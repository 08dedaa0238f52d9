"""`collect kubernetes`: what kubectl tells of pods, in a snapshot in which it was a gap."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from checker.collect.aws.code.addons import PODS, hidden
from checker.collect.kubernetes.pods import pods_of
from checker.errors import InputError
from tests.support.cli import vendorgate
from tests.support.rows import rows
from tests.support.snapshots import OWN, write

CLUSTER = f"arn:aws:eks:eu-west-1:{OWN}:cluster/prod"
SECRET, DIGEST, OTHER = "hunter2", "sha256:" + "0a" * 32, "sha256:" + "0b" * 32


def pod(name: str, *images: str, owner: tuple[str, str] | None = None, phase: str = "Running",
        digest: str = "", labels: Any = None, **spec: Any) -> dict[str, Any]:  # fmt: skip
    owners = [{"kind": owner[0], "name": owner[1], "controller": True}] if owner else []
    containers = [{"name": f"c{n}", "image": image, "env": [{"name": "P", "value": SECRET}], "args": [SECRET]}
                  for n, image in enumerate(images)]  # fmt: skip
    return {
        "apiVersion": "v1", "kind": "Pod",
        "metadata": {"name": name, "namespace": "shop", "ownerReferences": owners, "labels": labels},
        "spec": {"containers": containers, **spec},
        "status": {"phase": phase, "containerStatuses": [
            {"name": "c0", "imageID": f"docker-pullable://x@{digest}" if digest else ""}]},
    }  # fmt: skip


def listed(*pods: Any, **more: Any) -> bytes:
    return json.dumps({"apiVersion": "v1", "kind": "List", "items": list(pods)} | more).encode()


WORKLOADS = [
    (pod("web-7d9c-x1", "a", owner=("ReplicaSet", "web-7d9c"), labels={"pod-template-hash": "7d9c"}),
     "shop/deployment/web", "its deployment, whose replica sets come and go"),
    (pod("bare-1", "a", owner=("ReplicaSet", "bare")), "shop/replicaset/bare", "one that no deployment made"),
    (pod("log-1", "a", owner=("DaemonSet", "log")), "shop/daemonset/log", "as it is"),
    (pod("nightly-29381200-z", "a", owner=("Job", "nightly-29381200")), "shop/cronjob/nightly", "the time is cut off"),
    (pod("once-z", "a", owner=("Job", "once-1")), "shop/job/once-1", "a job of its own"),
    (pod("proxy", "a", owner=("Node", "ip-10-0-0-1")), "shop/pod/proxy", "what the node starts itself"),
    (pod("debug", "a"), "shop/pod/debug", "nobody's"),
]  # fmt: skip


@rows("one, workload, why", WORKLOADS)
def test_what_made_a_pod(one: Any, workload: str, why: str) -> None:
    """Catches a finding that is another one after each start of a pod."""
    (found,) = pods_of(listed(one), "pods.json")
    assert found.workload == workload, why


def test_every_place_of_an_image() -> None:
    """Catches a container that starts, or looks into, a pod and is not looked at; what is over runs
    nothing."""
    more = {"initContainers": [{"name": "init", "image": "b"}], "ephemeralContainers": [{"name": "dbg", "image": "c"}],
            "volumes": [{"name": "v", "image": {"reference": "d"}}, {"name": "w", "emptyDir": {}}]}  # fmt: skip
    (found,) = pods_of(
        listed(pod("one", "a", digest=DIGEST, **more), pod("done", "e", phase="Succeeded")), "f"
    )
    assert [*found.images()] == [
        ("a", "container c0", DIGEST), ("b", "container init", None), ("c", "container dbg", None),
        ("d", "volume v", None),
    ]  # fmt: skip


REFUSED = [
    (b"{", "no list of pods"), (b"[]", "no list of pods"), (b"{}", "something else"),
    (json.dumps(pod("a", "b")).encode(), "'Pod'"),
    (listed({"kind": "Deployment"}), "'Deployment'"), (listed({"kind": "Pod"}), "no list of pods"),
    (listed(pod("a", "b"), metadata={"continue": "more"}), "first part"),
]  # fmt: skip


@rows("text, said", REFUSED)
def test_what_is_no_whole_list_is_refused(text: bytes, said: str) -> None:
    """Catches a part of the pods, or something else, that closes the gap."""
    with pytest.raises(InputError, match=said):
        pods_of(text, "pods.json")


GAP = {"account": OWN, "region": "eu-west-1", "call": PODS, "code": "NotShown"}


def snapshot(folder: Path, **manifest: Any) -> Path:
    """Of an account with two clusters, and an image of a function."""
    use = {"account": OWN, "region": "eu-west-1", "resource": f"arn:aws:lambda:eu-west-1:{OWN}:function:f",
           "kind": "container-image", "reference": "x"}  # fmt: skip
    told = {
        "accounts": [{"id": OWN, "state": "ACTIVE"}], "sources": ["aws"], "code_kinds": ["container-image"],
        "gaps": [{**GAP, "message": hidden(name)} for name in ("prod", "prod2")],
    } | manifest  # fmt: skip
    return write(folder / "snapshot", manifest=told, roles=[], image_uses=[], code_uses=[use])


def add(folder: Path, *pods: Any, cluster: str = CLUSTER) -> Any:
    (folder / "pods.json").write_bytes(listed(*pods))
    return vendorgate("collect", "kubernetes", folder / "pods.json", "--cluster", cluster,
                      "-o", folder / "snapshot")  # fmt: skip


def test_pods_take_the_place_of_their_gap(tmp_path: Path) -> None:
    """Each image of a workload once, by its digest where there is one; the other cluster's gap stays,
    and so does all else; what was there of this cluster goes. Nothing secret comes along."""
    path = snapshot(tmp_path)
    assert add(tmp_path, pod("old", "gone:1")).code == 0
    ran = add(tmp_path, pod("w-1", "nginx", owner=("DaemonSet", "w"), digest=DIGEST),
              pod("w-2", "nginx", owner=("DaemonSet", "w"), digest=DIGEST),
              pod("m-1", "redis", owner=("StatefulSet", "m"), digest=DIGEST),
              pod("m-2", "redis", owner=("StatefulSet", "m"), digest=OTHER))  # fmt: skip
    assert (ran.code, "4 in 1 namespace," in ran.err) == (0, True)
    uses = [json.loads(line) for line in (path / "code_uses.jsonl").read_text().splitlines()]
    assert {(u["resource"].rpartition(":")[2], u["reference"], u.get("digest")) for u in uses} == {
        ("f", "x", None), ("cluster/prod/shop/daemonset/w", "nginx", DIGEST),
        ("cluster/prod/shop/statefulset/m", "redis", None),
    }  # fmt: skip
    manifest = json.loads((path / "manifest.json").read_text())
    assert [gap["message"] for gap in manifest["gaps"]] == [hidden("prod2")]
    assert manifest["sources"] == ["aws", "kubernetes"] and len(manifest["notes"]) == 1
    assert SECRET not in (path / "code_uses.jsonl").read_text()


WRONG = [
    ({}, "arn:aws:eks:eu-west-1:1:cluster/prod", "not the ARN"),
    ({}, CLUSTER.replace(OWN, "222222222222"), "not of account"),
    ({"code_kinds": ["layer"]}, CLUSTER, "nobody looked for container images"),
]


@rows("manifest, cluster, said", WRONG)
def test_where_it_does_not_belong(tmp_path: Path, manifest: Any, cluster: str, said: str) -> None:
    """Catches pods of which no report tells, or that stand for all images of an account."""
    path = snapshot(tmp_path, **manifest)
    before = (path / "manifest.json").read_bytes()
    ran = add(tmp_path, cluster=cluster)
    assert (ran.code, said in ran.err) == (2, True)
    assert (path / "manifest.json").read_bytes() == before
