"""Batch: the images of job definitions, each of whose active revisions can be run.

https://docs.aws.amazon.com/batch/latest/APIReference/API_JobDefinition.html
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from checker.collect.aws.account_region import AccountRegion
from checker.collect.aws.calls import Call, CamelShape
from checker.collect.aws.code.uses import CONTAINER, code_use, few
from checker.snapshot.code_uses import CodeUse

DEFINITIONS = Call("batch", "DescribeJobDefinitions", "jobDefinitions", {"status": "ACTIVE"})


class Container(CamelShape, frozen=True):
    """A node that runs on EKS or by ECS's properties has an image there."""

    image: str | None = None
    name: str | None = None


class Task(CamelShape, frozen=True):
    containers: tuple[Container, ...] = ()


class Tasks(CamelShape, frozen=True):
    task_properties: tuple[Task, ...] = ()


class Pod(CamelShape, frozen=True):
    containers: tuple[Container, ...] = ()
    init_containers: tuple[Container, ...] = ()


class Pods(CamelShape, frozen=True):
    pod_properties: Pod = Pod()


class Node(CamelShape, frozen=True):
    container: Container = Container()
    ecs_properties: Tasks = Tasks()
    eks_properties: Pods = Pods()

    def containers(self) -> Iterator[Container]:
        pod = self.eks_properties.pod_properties
        yield self.container
        for task in self.ecs_properties.task_properties:
            yield from task.containers
        yield from (*pod.containers, *pod.init_containers)


class Nodes(CamelShape, frozen=True):
    node_range_properties: tuple[Node, ...] = ()


class Definition(CamelShape, frozen=True):
    job_definition_arn: str
    revision: int
    container_properties: Container = Container()
    ecs_properties: Tasks = Tasks()
    eks_properties: Pods = Pods()
    node_properties: Nodes = Nodes()

    @property
    def name(self) -> str:
        """The ARN without the revision."""
        return self.job_definition_arn.rpartition(":")[0]

    def containers(self) -> Iterator[Container]:
        yield from Node(
            container=self.container_properties,
            ecs_properties=self.ecs_properties,
            eks_properties=self.eks_properties,
        ).containers()
        for node in self.node_properties.node_range_properties:
            yield from node.containers()


@dataclass(frozen=True)
class JobDefinitions:
    """Revisions that name the same image are told together."""

    kinds: ClassVar = (CONTAINER,)
    calls: ClassVar = (DEFINITIONS,)
    once: ClassVar = False

    def records(self, here: AccountRegion, wanted: frozenset[str]) -> Iterator[CodeUse]:
        if CONTAINER not in wanted:
            return
        found: dict[tuple[str, str], set[int]] = {}
        for one in here.items(DEFINITIONS, Definition):
            for image in (each.image for each in one.containers()):
                if image:
                    found.setdefault((one.name, image), set()).add(one.revision)
        for (name, image), revisions in found.items():
            yield code_use(here, CONTAINER, name, image, few("revision", revisions))
