"""Container images: of ECS, Batch, CodeBuild, SageMaker and App Runner.

Of what is described only images are read: environments may hold secrets.
"""

from __future__ import annotations

from collections.abc import Iterator

from checker.collect.aws.account_region import AccountRegion
from checker.collect.aws.calls import Call, CamelShape, Shape
from checker.collect.aws.code.source import Source, use
from checker.collect.aws.resources.reading import Reading
from checker.snapshot.code_uses import CodeUse

IMAGE = "container-image"
CLUSTERS = Call("ecs", "ListClusters", "clusterArns")
SERVICES = Call("ecs", "ListServices", "serviceArns", when="ECS cluster")
SERVICE = Call("ecs", "DescribeServices", "services", when="10 ECS services")
FAMILIES = Call("ecs", "ListTaskDefinitionFamilies", "families", {"status": "ACTIVE"})
TASK = Call(
    "ecs", "DescribeTaskDefinition", "taskDefinition",
    when="task definition of a service, and latest of each family",
)  # fmt: skip
_AT_ONCE = 10


class Service(CamelShape, frozen=True):
    service_arn: str
    task_definition: str | None = None


class Container(CamelShape, frozen=True):
    image: str | None = None
    name: str | None = None


class TaskDefinition(CamelShape, frozen=True):
    task_definition_arn: str
    container_definitions: tuple[Container, ...] = ()


def _tasks(here: AccountRegion) -> list[str]:
    """Those in use by services, whichever revision, and the latest of each family, by their names.
    Tasks that somebody started by hand of an older revision are not seen."""
    found: dict[str, None] = {}
    for cluster in here.texts(CLUSTERS):
        names = here.texts(SERVICES, cluster=cluster)
        for start in range(0, len(names), _AT_ONCE):
            part = names[start : start + _AT_ONCE]
            for one in here.items(SERVICE, Service, cluster=cluster, services=part):
                found |= {one.task_definition: None} if one.task_definition else {}
    families = {arn.rpartition("/")[2].rpartition(":")[0] for arn in found}
    return [*found, *(name for name in here.texts(FAMILIES) if name not in families)]


def _of_task(here: AccountRegion, name: str) -> Iterator[CodeUse]:
    task = Reading(here).get(TASK, TaskDefinition, taskDefinition=name)
    for one in task.container_definitions if task else ():
        via = f"containerDefinitions.{one.name}" if one.name else "containerDefinitions"
        yield use(here, task.task_definition_arn if task else name, IMAGE, one.image, via)


TASKS = Source(
    kinds=(IMAGE,), calls=(CLUSTERS, SERVICES, SERVICE, FAMILIES, TASK), items=_tasks, read=_of_task
)
JOBS = Call("batch", "DescribeJobDefinitions", "jobDefinitions", {"status": "ACTIVE"})


class TaskProperties(CamelShape, frozen=True):
    containers: tuple[Container, ...] = ()


class EcsProperties(CamelShape, frozen=True):
    task_properties: tuple[TaskProperties, ...] = ()


class PodProperties(CamelShape, frozen=True):
    containers: tuple[Container, ...] = ()
    init_containers: tuple[Container, ...] = ()


class EksProperties(CamelShape, frozen=True):
    pod_properties: PodProperties = PodProperties()


class NodeRange(CamelShape, frozen=True):
    container: Container | None = None
    ecs_properties: EcsProperties = EcsProperties()
    eks_properties: EksProperties = EksProperties()


class NodeProperties(CamelShape, frozen=True):
    node_range_properties: tuple[NodeRange, ...] = ()


class JobDefinition(CamelShape, frozen=True):
    job_definition_arn: str
    container_properties: Container | None = None
    ecs_properties: EcsProperties = EcsProperties()
    eks_properties: EksProperties = EksProperties()
    node_properties: NodeProperties = NodeProperties()


def _jobs(here: AccountRegion) -> list[JobDefinition]:
    return list(here.items(JOBS, JobDefinition))


def _of_job(here: AccountRegion, job: JobDefinition) -> Iterator[CodeUse]:
    own = NodeRange(job.container_properties, job.ecs_properties, job.eks_properties)
    for part in (own, *job.node_properties.node_range_properties):
        for one in _containers(part):
            yield use(here, job.job_definition_arn, IMAGE, one.image, "container")


def _containers(part: NodeRange) -> Iterator[Container]:
    if part.container:
        yield part.container
    for task in part.ecs_properties.task_properties:
        yield from task.containers
    yield from part.eks_properties.pod_properties.containers
    yield from part.eks_properties.pod_properties.init_containers


BATCH = Source(kinds=(IMAGE,), calls=(JOBS,), items=_jobs, read=_of_job)
PROJECTS = Call("codebuild", "ListProjects", "projects")
PROJECT = Call("codebuild", "BatchGetProjects", "projects", when="100 build projects")


class Project(CamelShape, frozen=True):
    arn: str
    environment: Container = Container()


def _projects(here: AccountRegion) -> list[Project]:
    names = here.texts(PROJECTS)
    parts = [names[start : start + 100] for start in range(0, len(names), 100)]
    return [one for part in parts for one in here.items(PROJECT, Project, names=part)]


def _of_project(here: AccountRegion, one: Project) -> Iterator[CodeUse]:
    yield use(here, one.arn, "build-image", one.environment.image, "environment.image")


BUILDS = Source(
    kinds=("build-image",), calls=(PROJECTS, PROJECT), items=_projects, read=_of_project
)
MODELS = Call("sagemaker", "ListModels", "Models", {"MaxResults": 100}, sparse=True)
MODEL = Call(
    "sagemaker", "DescribeModel", has="ModelArn", when="SageMaker model", sparse=True,
)  # fmt: skip


class Listed(Shape, frozen=True):
    model_name: str


class ModelContainer(Shape, frozen=True):
    image: str | None = None
    model_package_name: str | None = None


class Model(Shape, frozen=True):
    model_arn: str
    primary_container: ModelContainer = ModelContainer()
    containers: tuple[ModelContainer, ...] = ()


def _models(here: AccountRegion) -> list[Listed]:
    return list(here.items(MODELS, Listed))


def _of_model(here: AccountRegion, listed: Listed) -> Iterator[CodeUse]:
    model = Reading(here).get(MODEL, Model, ModelName=listed.model_name)
    for one in (model.primary_container, *model.containers) if model else ():
        arn = model.model_arn if model else ""
        if one.image:
            yield use(here, arn, IMAGE, one.image, "Image")
        if one.model_package_name:
            yield use(here, arn, "model-package", one.model_package_name, "ModelPackageName")


SAGEMAKER = Source(
    kinds=(IMAGE, "model-package"), calls=(MODELS, MODEL), items=_models, read=_of_model
)
RUNNERS = Call("apprunner", "ListServices", "ServiceSummaryList", sparse=True)
RUNNER = Call(
    "apprunner", "DescribeService", "Service", when="App Runner service", sparse=True,
    gone=frozenset({"ResourceNotFoundException"}),
)  # fmt: skip


class Running(Shape, frozen=True):
    service_arn: str


class Repository(Shape, frozen=True):
    image_identifier: str | None = None


class SourceConfiguration(Shape, frozen=True):
    image_repository: Repository | None = None


class Runner(Shape, frozen=True):
    service_arn: str
    source_configuration: SourceConfiguration = SourceConfiguration()


def _runners(here: AccountRegion) -> list[Running]:
    return list(here.items(RUNNERS, Running))


def _of_runner(here: AccountRegion, listed: Running) -> Iterator[CodeUse]:
    """One that App Runner builds of a repository of source has no image of anybody's."""
    found = Reading(here).get(RUNNER, Runner, ServiceArn=listed.service_arn)
    repository = found.source_configuration.image_repository if found else None
    if repository:
        yield use(here, listed.service_arn, IMAGE, repository.image_identifier, "ImageRepository")


APP_RUNNER = Source(kinds=(IMAGE,), calls=(RUNNERS, RUNNER), items=_runners, read=_of_runner)
