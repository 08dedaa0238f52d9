"""Pods as kubectl prints them: every container is a use of code, and what is not read is said."""

from __future__ import annotations

import gzip
import json
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from checker.collect.kubernetes import Cluster, Pods
from checker.errors import InputError
from tests.support.cli import vendorgate
from tests.support.rows import rows
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
    ("of a node's own", pod(ONE, metadata={"name": "agent-node-1", **owned("Node", "node-1")}), "web/Pod/agent"),
    ("which has no node's", pod(ONE, metadata=owned("Node", "node-1")), "web/Pod/app-7c9f-x2"),
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
    ("what is alone, and of a kind that nobody knows", {"apiVersion": "argoproj.io/v1alpha1", "kind": "Rollout", "metadata": {"name": "r"}, "spec": {"template": {"spec": {"containers": [ONE]}}}}, "Rollout default/r: neither"),
    ("a pod without containers", listed({"kind": "Pod", "spec": {}}), "has no containers"),
    ("no object", listed("x"), "something default/?: neither"),
    ("a list that goes on", listed(metadata={"continue": "x"}), "--chunk-size=0"),
]  # fmt: skip


@pytest.mark.parametrize(("why", "value", "said"), GAPS, ids=[row[0] for row in GAPS])
def test_what_is_not_read(why: str, value: Any, said: str) -> None:
    """What is no pod is no silence."""
    found = read(value)
    assert (found.uses, [said in gap.message for gap in found.gaps]) == ([], [True])


OTHER = "sha256:" + "0b" * 32


def owner(*owners: Any, name: str = "web-7c9f", labels: Any = None) -> dict[str, Any]:
    return pod(ONE, metadata={"name": name, "ownerReferences": list(owners), "labels": labels})


def running(status: Any, key: str = "containers") -> dict[str, Any]:
    return {"kind": "Pod", "spec": {"containers": [], key: [ONE]}, "status": status}


MOUNTING = ("csi-image.warm-metal.tech", "container-image.csi.k8s.io", "image.csi.k8s.io")


def csi(driver: str, attributes: Any) -> dict[str, Any]:
    return {"name": "v", "csi": {"driver": driver, "volumeAttributes": attributes}}


def told(image_id: Any, name: Any = "app") -> dict[str, Any]:
    return {"containerStatuses": [{"name": name, "imageID": image_id}]}


SETS = {"kind": "ReplicaSet", "name": "web-7c9f"}
HASH = {"pod-template-hash": "7c9f"}
NEITHER, NONE_IN_IT = "neither a pod nor what makes pods", "has no containers"
PLAIN = ("default/Pod/?", "containers.app", "datadog/agent:7", None)
ITEMS: list[tuple[str, Any, Any]] = [
    ("a number", 7, f"something default/?: {NEITHER}"), ("of no kind", {"spec": {}}, f"None default/?: {NEITHER}"),
    ("of a kind that is none", {"kind": ["Pod"], "metadata": {"namespace": "n", "name": "x"}}, f"['Pod'] n/x: {NEITHER}"),
    ("a pod of no spec", {"kind": "Pod"}, f"Pod default/?: {NONE_IN_IT}"), ("whose spec is a list", {"kind": "Pod", "spec": []}, f"Pod default/?: {NONE_IN_IT}"),
    ("whose containers are one", {"kind": "Pod", "spec": {"containers": ONE}}, f"Pod default/?: {NONE_IN_IT}"),
    ("whose metadata is a list", {"kind": "Job", "metadata": ["x"], "spec": {"template": []}}, f"Job default/?: {NONE_IN_IT}"),
    ("a job that is cut", {"kind": "CronJob", "spec": {"jobTemplate": None}}, f"CronJob default/?: {NONE_IN_IT}"),
    ("a pod that runs nothing", {"kind": "Pod", "spec": {"containers": []}}, []), ("without a name", {"kind": "Pod", "spec": {"containers": [ONE]}}, [PLAIN]),
    ("a template", {"kind": "PodTemplate", "metadata": {"name": "t"}, **TEMPLATE}, [("default/PodTemplate/t", *PLAIN[1:])]),
    *((f"a {kind}", {"kind": kind, "metadata": {"name": "x", "namespace": "n"}, "spec": TEMPLATE}, [(f"n/{kind}/x", *PLAIN[1:])])
      for kind in ("DaemonSet", "StatefulSet", "ReplicaSet", "ReplicationController", "Job")),
    ("lists of one, and of none", {"kind": "Pod", "spec": {"containers": [], "initContainers": ONE, "ephemeralContainers": None, "volumes": {"name": "v", "image": {"reference": "d:1"}}}},
     [("default/Pod/?", "initContainers.app", "datadog/agent:7", None), ("default/Pod/?", "volumes.v", "d:1", None)]),
    ("volumes that are odd", {"kind": "Pod", "spec": {"containers": [], "volumes": ["x", {"name": "v", "image": "d:1"}, {"name": "w", "image": {}}, {"name": "u"}]}},
     [("default/Pod/?", "volumes.v", None, None), ("default/Pod/?", "volumes.w", None, None)]),
    ("images that a driver mounts", {"kind": "Pod", "spec": {"containers": [], "volumes": [csi(driver, {"image": "d:1"}) for driver in MOUNTING * 4]}}, [("default/Pod/?", "volumes.v", "d:1", None)] * 12),
    ("and does not tell", {"kind": "Pod", "spec": {"containers": [], "volumes": [csi(MOUNTING[0], None), csi(MOUNTING[0], {"image": 7})]}}, [("default/Pod/?", "volumes.v", None, None)] * 2),
    ("what others mount", {"kind": "Pod", "spec": {"containers": [], "volumes": [csi("rbd.csi.ceph.com", {"image": "d:1"}), {"name": "v", "csi": "x"}]}}, []),
    ("a container that is none", {"kind": "Pod", "spec": {"containers": ["x", {"name": "a", "image": 7}]}}, [("default/Pod/?", "containers.?", None, None), ("default/Pod/?", "containers.a", None, None)]),
    ("as the node tells", running(told(DIGEST)), [PLAIN]), ("by a registry's name", running(told(f"x@{DIGEST}")), [(*PLAIN[:3], DIGEST)]),
    ("more behind it", running(told(f"x@{DIGEST}0")), [PLAIN]), ("another container's", running(told(f"x@{DIGEST}", "b")), [PLAIN]),
    ("one that looks around", running({"ephemeralContainerStatuses": [{"name": "app", "imageID": f"x@{OTHER}"}]}, "ephemeralContainers"), [("default/Pod/?", "ephemeralContainers.app", "datadog/agent:7", OTHER)]),
    ("one of another list", running({"initContainerStatuses": [{"name": "app", "imageID": f"x@{OTHER}"}]}), [PLAIN]),
    *((f"a state of {status!r}", running(status), [PLAIN]) for status in ([], "x", {"containerStatuses": {"a": 1}}, {"containerStatuses": ["x"]})),
    ("of nobody", owner(), [("web/Pod/web-7c9f", *PLAIN[1:])]), ("of an owner that is none", owner("x"), [("web/Pod/web-7c9f", *PLAIN[1:])]),
    ("owners that are no list", pod(ONE, metadata={"ownerReferences": SETS}), [("web/Pod/app-7c9f-x2", *PLAIN[1:])]),
    ("the first of two", owner(SETS, {"kind": "Job", "name": "j"}, labels=HASH), [("web/Deployment/web", *PLAIN[1:])]),
    ("labels that are none", owner(SETS, labels=["x"]), [("web/ReplicaSet/web-7c9f", *PLAIN[1:])]),
    ("a hash that is none", owner(SETS, labels={"pod-template-hash": 7}), [("web/ReplicaSet/web-7c9f", *PLAIN[1:])]),
    ("another's hash", owner(SETS, labels={"pod-template-hash": "9f"}), [("web/ReplicaSet/web-7c9f", *PLAIN[1:])]),
    ("a set of pods that hash nothing", owner({**SETS, "kind": "Rollout"}, labels=HASH), [("web/Rollout/web-7c9f", *PLAIN[1:])]),
]  # fmt: skip


@rows("why, item, expected", ITEMS)
def test_each_item_is_uses_or_a_gap(why: str, item: Any, expected: Any) -> None:
    """An image that nobody reads, another workload's digest, or an item that is neither read nor told of."""
    found = read(listed(item))
    assert {(use.account, use.region, use.kind) for use in found.uses} <= {(OWN2, "eu-west-1", "container-image")}  # fmt: skip
    uses = [(use.resource.removeprefix(f"{ARN}/"), use.via, use.reference, use.digest) for use in found.uses]  # fmt: skip
    gaps = [(gap.account, gap.region, gap.call, gap.code, gap.message) for gap in found.gaps]
    if isinstance(expected, str):
        said = (OWN2, "eu-west-1", "kubernetes:prod", "Unread", f"pods.json: {expected}")
        assert (uses, gaps, found.looked_at) == ([], [said], 0)
    else:
        assert (uses, gaps, found.looked_at) == (expected, [], 1)


def kept(
    number: Any = 0, there: Any = 0, owner: str = "Deployment", kind: str = "ReplicaSet"
) -> Any:
    return {"kind": kind, "metadata": {"name": "web-7c9f", **owned(owner, "web")},
            "spec": {"replicas": number, **TEMPLATE}, "status": {"replicas": there}}  # fmt: skip


def job(*conditions: Any) -> dict[str, Any]:
    return {"kind": "Job", "metadata": {"name": "j"}, "spec": TEMPLATE, "status": {"conditions": list(conditions)}}  # fmt: skip


OVER: list[tuple[str, Any, bool]] = [
    *((f"a pod that {phase}", pod(ONE, status={"phase": phase}), phase in ("Succeeded", "Failed"))
      for phase in ("Pending", "Running", "Succeeded", "Failed", "Unknown", "succeeded", ["Failed"], None)),
    ("a pod of no containers that ended", {"kind": "Pod", "status": {"phase": "Failed"}}, True),
    ("a job that is complete", job({"type": "Complete", "status": "True"}), True), ("that failed", job("x", {"type": "Failed", "status": "True"}), True),
    ("that is not", job({"type": "Complete", "status": "False"}, {"type": "Complete"}, {"status": "True"}), False), ("that waits", job({"type": "Suspended", "status": "True"}), False),
    ("whose pods still end", job({"type": "SuccessCriteriaMet", "status": "True"}, {"type": "FailureTarget", "status": "True"}), False),
    ("a job of no state", {**job(), "status": None}, False), ("whose state is odd", {**job(), "status": {"conditions": {"type": "Failed"}}}, False),
    ("a job's phase", {**job(), "status": {"phase": "Failed"}}, False), ("a pod's condition", pod(ONE, status={"conditions": [{"type": "Failed", "status": "True"}]}), False),
    *((f"a job that failed, with pods {what}", {**job(), "status": {"conditions": [{"type": "Failed", "status": "True"}], what: number}}, number == 0)
      for what, number in (("active", 1), ("ready", 1), ("terminating", 1), ("active", 0))),
    ("a set whose last pods end", {**kept(), "status": {"replicas": 0, "terminatingReplicas": 1}}, False),
    ("a set to roll back to", kept(), True), ("that runs", kept(2, 2), False), ("that ends", kept(0, 1), False), ("that begins", kept(1, 0), False),
    ("of a number not told", kept(None), False), ("nor of what is there", kept(0, None), False), ("of no number", kept(False), False),
    ("a set of its own, scaled to none", kept(owner="Rollout"), False), ("of another kind", kept(kind="StatefulSet"), False),
    ("a deployment scaled to none", {"kind": "Deployment", "spec": {"replicas": 0, **TEMPLATE}, "status": {"replicas": 0}}, False),
]  # fmt: skip


@rows("why, item, over", OVER)
def test_what_has_ended_runs_nothing(why: str, item: Any, over: bool) -> None:
    """An old image of which a gate says that it runs, or one that runs and is dropped; and either in silence."""
    found = read(listed(item, pod(container("b:1"))))
    ended = " Left out, as nothing of them runs any more: 1."
    assert ([use.reference for use in found.uses], found.gaps, found.over, found.looked_at) == (
        ["b:1"] if over else ["datadog/agent:7", "b:1"], [], over, 2 - over)  # fmt: skip
    assert (
        found.said == f"{2 - over} and their makers, as kubectl listed them.{ended if over else ''}"
    )
    assert found.snapshot("2026")[0].notes[0].endswith(found.said)


LISTS: list[tuple[str, Any, list[str] | None]] = [
    ("a list of pods, who have no kind there", {"kind": "PodList", "apiVersion": "v1", "items": [{"spec": {"containers": [ONE]}}]}, ["default/Pod/?"]),
    ("and one that has", {"kind": "PodList", "apiVersion": "v1", "items": [pod(ONE, kind="Job", spec={"template": {"spec": {"containers": [ONE]}}})]}, ["web/Job/app-7c9f-x2"]),
    ("what is in it is none", {"kind": "PodList", "apiVersion": "v1", "items": ["x"]}, []), ("a list that ends", listed(metadata={"continue": ""}), []),
    ("a list of lists", listed(metadata=["continue"]), []), ("a kind that begins so", {"kind": "Listing", "apiVersion": "v1", "items": []}, []),
    ("no version", {"kind": "List", "items": []}, None), ("a version that is none", {"kind": "List", "apiVersion": 1, "items": []}, None),
    ("a kind that is none", {"kind": 1, "apiVersion": "v1", "items": []}, None), ("items that are none", {"kind": "List", "apiVersion": "v1", "items": {}}, None),
]  # fmt: skip


@rows("why, value, expected", LISTS)
def test_what_a_list_holds(why: str, value: Any, expected: list[str] | None) -> None:
    """A list of nothing, in silence, where something stood that is read otherwise."""
    if expected is None:
        with pytest.raises(InputError, match="no output of kubectl"):
            read(value)
    else:
        found = [use.resource.removeprefix(f"{ARN}/") for use in read(value).uses]
        assert found == expected


def test_all_that_was_given_is_one_snapshot() -> None:
    """A second file, or a second list in one, of which nothing is told; a gap told twice."""
    found = Pods(CLUSTER)
    cut = json.dumps(listed(7, pod(ONE), metadata={"continue": "x"})).encode()
    found.add(Path("a/pods.json"), cut + b"\n" + cut)
    found.add(Path("more.json"), json.dumps(pod(container("b:1"))).encode())
    manifest, records = found.snapshot("2026-11-20T06:00:00Z")
    told = ("Unread: pods.json: something default/?: neither a pod nor what makes pods",
            "Truncated: pods.json: the list goes on: make it with --chunk-size=0")  # fmt: skip
    assert [f"{gap.code}: {gap.message}" for gap in manifest.gaps] == [*told]
    found.add(Path("last.json"), json.dumps(listed(8)).encode())
    assert [gap.message for gap in found.snapshot("2026")[0].gaps][2:] == [
        "last.json: something default/?: neither a pod nor what makes pods"]  # fmt: skip
    assert len(found.gaps) == 5 and found.said == "3 and their makers, as kubectl listed them."
    assert records == {"code_uses.jsonl": found.uses}  # of no role or machine anybody looked
    assert [use.reference for use in found.uses] == ["datadog/agent:7"] * 2 + ["b:1"]
    assert (manifest.collected_at, manifest.partition, manifest.regions, manifest.sources, manifest.code_kinds) == (
        "2026-11-20T06:00:00Z", "aws", ("eu-west-1",), ("kubernetes",), ("container-image",))  # fmt: skip
    assert [account.id for account in manifest.accounts] == [OWN2]
    assert manifest.inputs and [(one.name, one.kind, one.sha256) for one in manifest.inputs] == [
        ("pods.json", "pods", sha256(cut + b"\n" + cut).hexdigest()),
        ("more.json", "pods", sha256(json.dumps(pod(container("b:1"))).encode()).hexdigest())]  # fmt: skip


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


def test_files_of_one_name(tmp_path: Path) -> None:
    """Those of two folders are two, and one that is named twice is one."""
    for name, image in (("a", "datadog/agent:7"), ("b", IMAGE)):
        (tmp_path / name).mkdir()
        (tmp_path / name / "pods.json").write_text(json.dumps(listed(pod(container(image)))))
    ran = vendorgate("collect", "kubernetes", "a/pods.json", "b/pods.json", "a/pods.json", "--cluster", ARN, cwd=tmp_path)  # fmt: skip
    assert (ran.code, "pods and their makers: 2, images: 2" in ran.err) == (0, True), ran.err


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


def test_what_has_ended_is_told(tmp_path: Path) -> None:
    """Catches pods that are left out in silence."""
    (tmp_path / "p.json").write_text(json.dumps(listed(pod(ONE, status={"phase": "Failed"}))))
    where = ("--account", OWN2, "--region", "eu-west-1", "--cluster", "prod")
    ran = vendorgate("collect", "kubernetes", "p.json", *where, cwd=tmp_path)
    assert (ran.code, "makers: 0, ended, and left out: 1, images: 0, gaps: 0" in ran.err) == (0, True)  # fmt: skip


def test_a_cluster_of_another_region_keeps_its_gaps(tmp_path: Path) -> None:
    """Catches what could not be looked at, and is forgotten as a cluster of the same name is added."""
    odd = listed({"kind": "Rollout", "metadata": {"name": "r"}})
    for region, content in (("eu-west-1", odd), ("us-east-1", listed(pod(container(IMAGE))))):
        (tmp_path / "p.json").write_text(json.dumps(content))
        where = ("--account", OWN2, "--region", region, "--cluster", "prod", "-o", "snapshot")
        vendorgate("collect", "kubernetes", "p.json", *where, cwd=tmp_path)
    manifest = json.loads((tmp_path / "snapshot/manifest.json").read_text())
    assert [gap["region"] for gap in manifest["gaps"]] == ["eu-west-1"]
