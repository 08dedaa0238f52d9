"""ECS: the images of what runs: of services, of tasks beside them, and of task definitions that
would run next.

Of a family that nothing runs the latest active revision is looked at, as whoever starts it on a
schedule names the family; older revisions are not.
https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_definition_parameters.html
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain
from typing import ClassVar, TypeAlias

from checker.collect.aws.account_region import AccountRegion
from checker.collect.aws.calls import Call, CamelShape
from checker.collect.aws.code.batches import described
from checker.collect.aws.code.uses import CONTAINER, code_use
from checker.collect.aws.resources.kind import surviving
from checker.collect.aws.resources.reading import Reading
from checker.snapshot.code_uses import CodeUse

_NO_CLUSTER = frozenset({"ClusterNotFoundException"})
CLUSTERS = Call("ecs", "ListClusters", "clusterArns", {"maxResults": 100})
SERVICES = Call(
    "ecs", "ListServices", "serviceArns", {"maxResults": 100}, when="cluster", gone=_NO_CLUSTER
)
SERVICE = Call("ecs", "DescribeServices", "services", when="10 services", gone=_NO_CLUSTER)
TASKS = Call("ecs", "ListTasks", "taskArns", {"maxResults": 100}, when="cluster", gone=_NO_CLUSTER)
TASK = Call("ecs", "DescribeTasks", "tasks", when="100 tasks", gone=_NO_CLUSTER)
FAMILIES = Call(
    "ecs", "ListTaskDefinitionFamilies", "families", {"status": "ACTIVE", "maxResults": 100}
)
# one that does not exist is a mistake of the caller's, as so much else
DEFINITION = Call(
    "ecs", "DescribeTaskDefinition", "taskDefinition", gone=frozenset({"ClientException"}),
    when="family of task definitions, and revision that a service runs",
)  # fmt: skip


class Deployment(CamelShape, frozen=True):
    """Of a service, or a task set of one."""

    task_definition: str | None = None


class Service(CamelShape, frozen=True):
    service_arn: str
    task_definition: str | None = None
    deployments: tuple[Deployment, ...] = ()
    task_sets: tuple[Deployment, ...] = ()

    @property
    def definitions(self) -> list[str]:
        """Each once: while it is deployed, a service runs several."""
        others = [one.task_definition for one in (*self.deployments, *self.task_sets)]
        return list(dict.fromkeys(one for one in (self.task_definition, *others) if one))


class Ran(CamelShape, frozen=True):
    name: str | None = None
    image: str | None = None
    image_digest: str | None = None


class Task(CamelShape, frozen=True):
    task_arn: str
    task_definition_arn: str
    group: str | None = None
    containers: tuple[Ran, ...] = ()

    @property
    def of_service(self) -> bool:
        return (self.group or "").startswith("service:")


class Container(CamelShape, frozen=True):
    name: str | None = None
    image: str | None = None


class Definition(CamelShape, frozen=True):
    task_definition_arn: str
    container_definitions: tuple[Container, ...] = ()


Found: TypeAlias = tuple[str, str, Container | Ran]
"""What runs it, the ARN of its task definition, and itself."""


@dataclass
class Running:
    """What runs in a region, by the ARNs of task definitions."""

    services: dict[str, list[str]] = field(default_factory=dict)
    tasks: dict[str, list[Ran]] = field(default_factory=dict)
    ran: dict[tuple[str, str | None], set[str]] = field(default_factory=dict)

    def digest(self, definition: str, container: str | None) -> str | None:
        """None where a tag has moved since, and several run by it."""
        found = self.ran.get((definition, container), set())
        return next(iter(found)) if len(found) == 1 else None


@dataclass(frozen=True)
class Tasks:
    kinds: ClassVar = (CONTAINER,)
    calls: ClassVar = (CLUSTERS, SERVICES, SERVICE, TASKS, TASK, FAMILIES, DEFINITION)
    once: ClassVar = False

    def records(self, here: AccountRegion, wanted: frozenset[str]) -> Iterator[CodeUse]:
        if CONTAINER not in wanted:
            return
        running = Running()
        for cluster in surviving(here, lambda one: one.texts(CLUSTERS), _cluster):
            _add(running, cluster)
        latest = list(surviving(here, lambda one: one.texts(FAMILIES), _latest))
        known = {one.task_definition_arn: one for one in latest if one}
        yield from _uses(here, running, known)


def _cluster(here: AccountRegion, cluster: str) -> tuple[list[Service], list[Task]]:
    return (
        list(described(here, lambda one: _texts(one, SERVICES, cluster), SERVICE, Service,
                       "services", lambda one: one.service_arn, 10, cluster=cluster)),
        list(described(here, lambda one: _texts(one, TASKS, cluster), TASK, Task,
                       "tasks", lambda one: one.task_arn, cluster=cluster)),
    )  # fmt: skip


def _texts(here: AccountRegion, call: Call, cluster: str) -> list[str]:
    return Reading(here).texts(call, cluster=cluster) or []


def _latest(here: AccountRegion, family: str) -> Definition | None:
    return Reading(here).get(DEFINITION, Definition, taskDefinition=family)


def _add(running: Running, found: tuple[list[Service], list[Task]]) -> None:
    services, tasks = found
    for service in services:
        for arn in service.definitions:
            running.services.setdefault(arn, []).append(service.service_arn)
    for task in tasks:
        for one in task.containers:
            if one.image_digest:
                key = task.task_definition_arn, one.name
                running.ran.setdefault(key, set()).add(one.image_digest)
        if not task.of_service:
            running.tasks.setdefault(task.task_definition_arn, []).extend(task.containers)


def _uses(here: AccountRegion, running: Running, known: dict[str, Definition]) -> Iterator[CodeUse]:
    """Each image once for a service; of a family, where nothing of it runs that image already."""
    told: set[tuple[str, str]] = set()
    found = chain(_of_services(here, running, known), _of_tasks(running), _of_families(known))
    for resource, arn, one in found:
        if one.image and (resource, one.image) not in told:
            told |= {(resource, one.image), (family(arn), one.image)}
            yield _use(here, running, resource, arn, one)


def _of_services(
    here: AccountRegion, running: Running, known: dict[str, Definition]
) -> Iterator[Found]:
    for arn, services in running.services.items():
        definition = known.get(arn) or _deployed(here, arn)
        for one in definition.container_definitions if definition else ():
            yield from ((service, arn, one) for service in services)


def _of_tasks(running: Running) -> Iterator[Found]:
    for arn, ran in running.tasks.items():
        yield from ((family(arn), arn, one) for one in ran)


def _of_families(known: dict[str, Definition]) -> Iterator[Found]:
    for arn, definition in known.items():
        yield from ((family(arn), arn, one) for one in definition.container_definitions)


def _deployed(here: AccountRegion, arn: str) -> Definition | None:
    """A revision that a service runs cannot be gone."""
    found: Iterable[Definition | None] = surviving(here, lambda _: [arn], _latest)
    return next(iter(found), None)


def _use(
    here: AccountRegion, running: Running, resource: str, arn: str, one: Container | Ran
) -> CodeUse:
    name, _, revision = arn.rpartition(":")
    via = f"container {one.name} of {name.rpartition('/')[2]}, revision {revision}"
    digest = running.digest(arn, one.name)
    return code_use(here, CONTAINER, resource, str(one.image), via, digest)


def family(arn: str) -> str:
    """The ARN of a task definition without its revision."""
    return arn.rpartition(":")[0]
