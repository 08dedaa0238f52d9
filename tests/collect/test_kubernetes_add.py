"""`collect kubernetes` into a snapshot that is there, which said that nobody looked at pods."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from checker.collect.aws.unshown import pods_unseen
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


def snapshot(folder: Path, **manifest: Any) -> Path:
    """Of an account with two clusters, and an image of a function."""
    use = {"account": OWN, "region": "eu-west-1", "resource": f"arn:aws:lambda:eu-west-1:{OWN}:function:f",
           "kind": "container-image", "reference": "x"}  # fmt: skip
    told = {
        "accounts": [{"id": OWN, "state": "ACTIVE"}], "sources": ["aws"], "code_kinds": ["container-image"],
        "notes": [pods_unseen(CLUSTER), pods_unseen(CLUSTER + "2")],
    } | manifest  # fmt: skip
    uses = [b"", use]  # a blank line is no record, wherever it stands
    return write(folder / "snapshot", manifest=told, roles=[], image_uses=[], code_uses=uses)


def add(folder: Path, *pods: Any, cluster: str = CLUSTER) -> Any:
    (folder / "pods.json").write_bytes(listed(*pods))
    return vendorgate("collect", "kubernetes", folder / "pods.json", "--cluster", cluster,
                      "-o", folder / "snapshot")  # fmt: skip


def test_pods_take_the_place_of_the_note_that_nobody_looked(tmp_path: Path) -> None:
    """Each image of a workload once, by its digest where there is one; what is said of the other cluster stays,
    and so does all else; what was there of this cluster goes. Nothing secret comes along."""
    path = snapshot(tmp_path)
    assert add(tmp_path, pod("old", "gone:1")).code == 0
    ran = add(tmp_path, pod("w-1", "nginx", owner=("DaemonSet", "w"), digest=DIGEST),
              pod("w-2", "nginx", owner=("DaemonSet", "w"), digest=DIGEST),
              pod("m-1", "redis", owner=("StatefulSet", "m"), digest=DIGEST),
              pod("m-2", "redis", owner=("StatefulSet", "m"), digest=OTHER))  # fmt: skip
    assert (ran.code, "pods and their makers: 4, images: 2, gaps: 0" in ran.err) == (0, True)
    uses = [json.loads(line) for line in (path / "code_uses.jsonl").read_text().splitlines()]
    assert {(u["resource"].rpartition(":")[2], u["reference"], u.get("digest")) for u in uses} == {
        ("f", "x", None), ("cluster/prod/shop/DaemonSet/w", "nginx", DIGEST),
        ("cluster/prod/shop/StatefulSet/m", "redis", DIGEST), ("cluster/prod/shop/StatefulSet/m", "redis", OTHER),
    }  # fmt: skip
    manifest = json.loads((path / "manifest.json").read_text())
    assert manifest["notes"] == [
        pods_unseen(CLUSTER + "2"), f"Pods of {CLUSTER}: 4 and their makers, as kubectl listed them.",
    ]  # fmt: skip
    assert manifest["sources"] == ["aws", "kubernetes"]
    assert list(manifest["files"]) == ["code_uses.jsonl", "image_uses.jsonl", "roles.jsonl"]
    assert SECRET not in (path / "code_uses.jsonl").read_text()


WRONG = [
    ({}, "arn:aws:eks:eu-west-1:1:cluster/prod", "not the ARN"),
    ({}, CLUSTER.replace(OWN, "222222222222"), "not of account"),
    ({}, CLUSTER.replace("arn:aws:", "arn:aws-cn:"), "of the partition aws, the cluster of aws-cn"),
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


def test_what_was_told_of_this_cluster_goes_and_no_more(tmp_path: Path) -> None:
    """Catches another cluster's gap, or its pods, that go with this one's, and a gap that stays though it is closed."""

    def gap(call: str, account: str = OWN) -> dict[str, Any]:
        return {"account": account, "region": "eu-west-1", "call": call, "code": "Unread", "message": "m"}  # fmt: skip

    others = [gap("kubernetes:prod2"), gap("kubernetes:prod", "222222222222"), gap("ec2:DescribeImages")]  # fmt: skip
    given = {"name": "i", "kind": "pods", "sha256": "0" * 64}
    path = snapshot(tmp_path, gaps=[gap("kubernetes:prod"), *others], inputs=[given], notes=["n"], sources=["kubernetes", "aws"],
                    accounts=[{"id": OWN, "state": "ACTIVE"}, {"id": "222222222222", "collected": False}])  # fmt: skip
    assert add(tmp_path, pod("w", "nginx"), cluster=CLUSTER + "2").code == 0
    assert add(tmp_path, {"kind": "Pod"}, pod("w", "redis")).code == 3
    manifest = json.loads((path / "manifest.json").read_text())
    assert [(one["account"], one["call"], one["message"]) for one in manifest["gaps"]] == [
        ("222222222222", "kubernetes:prod", "m"), (OWN, "ec2:DescribeImages", "m"),
        (OWN, "kubernetes:prod", "pods.json: Pod default/?: has no containers"),
    ]  # fmt: skip
    assert [one["name"] for one in manifest["inputs"]] == ["i", "pods.json", "pods.json"]
    assert manifest["sources"] == ["aws", "kubernetes"] and "n" in manifest["notes"]
    uses = [json.loads(line) for line in (path / "code_uses.jsonl").read_text().splitlines()]
    assert [(u["resource"].rpartition(":")[2], u["reference"]) for u in uses] == [
        ("cluster/prod2/shop/Pod/w", "nginx"), ("cluster/prod/shop/Pod/w", "redis"), ("f", "x"),
    ]  # fmt: skip
    theirs = add(tmp_path, cluster=CLUSTER.replace(OWN, "222222222222"))
    assert (theirs.code, "not of account 222222222222" in theirs.err) == (2, True), (
        "it was not looked at"
    )


def test_pods_alone_are_merged_with_nothing(tmp_path: Path) -> None:
    """Catches a newer snapshot of one cluster that takes the place of all that an account has."""
    snapshot(tmp_path)
    (tmp_path / "pods.json").write_bytes(listed(pod("w", "nginx")))
    for arguments in (("collect", "kubernetes", "pods.json", "--cluster", CLUSTER, "-o", "alone"),
                      ("merge", "snapshot", "alone", "-o", "both")):  # fmt: skip
        ran = vendorgate(*arguments, cwd=tmp_path)
    assert (ran.code, "nothing of its account but what pods run" in ran.err) == (2, True), ran.err
