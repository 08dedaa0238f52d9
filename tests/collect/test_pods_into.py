"""`collect kubernetes --into`: pods in a snapshot in which their cluster was a gap."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from checker.collect.aws.code.addons import PODS, hidden
from tests.collect.test_kubernetes import DIGEST, container, listed, owned, pod
from tests.support.cli import vendorgate
from tests.support.rows import rows
from tests.support.snapshots import OWN, write

CLUSTER = f"arn:aws:eks:eu-west-1:{OWN}:cluster/prod"
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


def put(folder: Path, value: Any, account: str = OWN) -> Any:
    (folder / "pods.json").write_text(json.dumps(value))
    return vendorgate("collect", "kubernetes", folder / "pods.json", "--cluster", "prod",
                      "--account", account, "--region", "eu-west-1", "--into", folder / "snapshot")  # fmt: skip


def told(path: Path) -> tuple[dict[str, Any], set[tuple[str, str, str | None]]]:
    uses = [json.loads(line) for line in (path / "code_uses.jsonl").read_text().splitlines()]
    found = {(u["resource"].rpartition(":")[2], u["reference"], u.get("digest")) for u in uses}
    return json.loads((path / "manifest.json").read_text()), found


def test_pods_take_the_place_of_their_gap(tmp_path: Path) -> None:
    """The other cluster's gap stays, and so does all else; what was there of this cluster goes."""
    path = snapshot(tmp_path)
    assert put(tmp_path, listed(pod(container("gone:1")))).code == 0
    status = {"containerStatuses": [{"name": "app", "imageID": f"x@{DIGEST}"}]}
    ran = put(
        tmp_path, listed(pod(container("nginx"), metadata=owned("DaemonSet", "w"), status=status))
    )
    assert ran.code == 0, ran.err
    manifest, found = told(path)
    assert found == {("f", "x", None), ("cluster/prod/web/DaemonSet/w", "nginx", DIGEST)}
    assert [gap["message"] for gap in manifest["gaps"]] == [hidden("prod2")]
    assert (manifest["sources"], manifest["notes"]) == (
        ["aws", "kubernetes"], [f"Pods of {CLUSTER}: 1, as kubectl listed them."]
    )  # fmt: skip


NOT_ALL = [
    (listed(pod(container("nginx")), metadata={"continue": "more"}), 3, "a list that goes on"),
    (listed({"kind": "Pod", "spec": {}}, pod(container("nginx"))), 3, "one that was not read"),
    (listed(pod(container("nginx"), kind="ReplicaSet") | {"spec": {"template": {"spec": {
        "containers": [container("nginx")]}}}}), 0, "what makes pods, and no pod"),
]  # fmt: skip


@rows("value, code, why", NOT_ALL)
def test_the_gap_stays_where_not_all_pods_were_read(
    tmp_path: Path, value: Any, code: int, why: str
) -> None:
    """Catches a cluster that counts as looked at, as somebody saw a part of it."""
    path = snapshot(tmp_path)
    ran = put(tmp_path, value)
    manifest, found = told(path)
    assert (ran.code, {one[1] for one in found}) == (code, {"x", "nginx"}), why
    assert hidden("prod") in {gap["message"] for gap in manifest["gaps"]}, why


WRONG = [
    ({}, "222222222222", "not of account"),
    ({"code_kinds": ["layer"]}, OWN, "nobody looked for container images"),
]


@rows("manifest, account, said", WRONG)
def test_where_it_does_not_belong(tmp_path: Path, manifest: Any, account: str, said: str) -> None:
    """Catches pods of which no report tells, or that stand for all images of an account."""
    path = snapshot(tmp_path, **manifest)
    before = (path / "manifest.json").read_bytes()
    ran = put(tmp_path, listed(), account)
    assert (ran.code, said in ran.err) == (2, True)
    assert (path / "manifest.json").read_bytes() == before
