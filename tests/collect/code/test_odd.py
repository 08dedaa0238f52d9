"""Uses of code whose answers are odd, as the emulator never makes them: all that is told, and asked.

Each row says what AWS answers; `odd.jsonl` what becomes of it. Whoever changes a line on purpose
writes it anew (UPDATE_GOLDEN=1) and reads the difference.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from checker.collect.aws.code.registry import SOURCES
from tests.collect.odd import OWN, Answers, golden, looked
from tests.support.rows import rows

GOLDEN = Path(__file__).with_name("odd.jsonl")
GONE, DENIED = "ResourceNotFoundException", "AccessDenied"
DIGEST, OTHER = "sha256:" + "0a" * 32, "sha256:" + "0b" * 32
CONTAINER = "container-image"


def arn(service: str, rest: str) -> str:
    return f"arn:aws:{service}:us-east-1:{OWN}:{rest}"


def by(**of: Any) -> Any:
    """What is answered, by the value of something that is asked."""

    def answer(request: dict[str, Any]) -> Any:
        return next((found for name, found in of.items() if name in map(str, request.values())), "NotThere")  # fmt: skip

    return answer


def version(name: str, number: str = "$LATEST", **more: Any) -> dict[str, Any]:
    behind = "" if number == "$LATEST" else f":{number}"
    return {"FunctionArn": arn("lambda", f"function:{name}{behind}"), "FunctionName": name, "Version": number, **more}  # fmt: skip


def image(name: str, number: str, code: str | None = None) -> dict[str, Any]:
    return version(name, number, PackageType="Image", CodeSha256=code)


def layers(*names: str) -> dict[str, Any]:
    return {"Layers": [{"Arn": name} for name in names]}


LAMBDA: list[tuple[str, tuple[str, ...], Answers]] = [
    ("layers of many versions", ("layer",), {"lambda.list_functions": [
        version("f", **layers("a", "b")), *(version("f", str(n), **layers("a")) for n in (1, 2, 10, 11, 12)), version("g", "7", **layers("a")), version("h"), version("i", "odd", **layers("c"))]}),
    ("images of versions", (CONTAINER,), {
        "lambda.list_functions": [image("f", "$LATEST", "x"), image("f", "1", "x"), image("f", "2", "y"), image("g", "3"), image("g", "4"), version("zip", "5", PackageType="Zip", CodeSha256="z")],
        "lambda.get_function": lambda asked: {"ImageUri": f"i:{asked['Qualifier']}", **({"ResolvedImageUri": f"i@{DIGEST}"} if asked["Qualifier"] != "3" else {})}}),
    ("an image that is refused", (CONTAINER,), {"lambda.list_functions": [image("f", "1"), image("g", "1")], "lambda.get_function": by(**{
        arn("lambda", "function:f"): DENIED, arn("lambda", "function:g"): {"ImageUri": "i", "ResolvedImageUri": ""}})}),
    ("functions that are gone", (CONTAINER,), {"lambda.list_functions": [image("f", "1")], "lambda.get_function": GONE}),
    ("functions are refused", (CONTAINER, "layer"), {"lambda.list_functions": DENIED}),
]  # fmt: skip


def definition(name: str, *containers: tuple[str | None, str | None]) -> dict[str, Any]:
    return {"taskDefinitionArn": arn("ecs", f"task-definition/{name}"),
            "containerDefinitions": [{"name": one, "image": which} for one, which in containers]}  # fmt: skip


def service(name: str, *definitions: str | None, sets: tuple[str, ...] = ()) -> dict[str, Any]:
    first, *others = (arn("ecs", f"task-definition/{one}") if one else None for one in definitions)
    return {"serviceArn": name, "taskDefinition": first, "deployments": [{"taskDefinition": one} for one in others],
            "taskSets": [{"taskDefinition": arn("ecs", f"task-definition/{one}")} for one in sets]}  # fmt: skip


def task(name: str, of: str, *containers: tuple[str, str | None, str | None], group: str | None = None) -> dict[str, Any]:  # fmt: skip
    return {"taskArn": name, "taskDefinitionArn": arn("ecs", f"task-definition/{of}"), "group": group,
            "containers": [{"name": one, "image": which, "imageDigest": digest} for one, which, digest in containers]}  # fmt: skip


def ecs(definitions: dict[str, Any], services: list[Any], tasks: list[Any], **more: Any) -> Answers:
    """One cluster; each family's latest by its name, others by their ARNs."""
    known = {arn("ecs", f"task-definition/{name}"): found for name, found in definitions.items()}
    found = {
        "list_clusters": ["c"], "list_services": [one["serviceArn"] for one in services], "list_tasks": [one["taskArn"] for one in tasks],
        "describe_services": lambda asked: [one for one in services if one["serviceArn"] in asked["services"]],
        "describe_tasks": lambda asked: [one for one in tasks if one["taskArn"] in asked["tasks"]],
        "list_task_definition_families": [name for name in definitions if ":" not in name],
        "describe_task_definition": lambda asked: known.get(asked["taskDefinition"]) or definitions.get(asked["taskDefinition"], "ClientException"),
    } | more  # fmt: skip
    return {f"ecs.{method}": answer for method, answer in found.items()}


WEB = {"web": definition("web:2", ("main", "i:2"), ("side", "s")), "web:1": definition("web:1", ("main", "i:1"))}  # fmt: skip
ECS: list[tuple[str, tuple[str, ...], Answers]] = [
    ("a service and its family", (CONTAINER,), ecs(WEB, [service("s", "web:2")], [])),
    ("one that is deployed", (CONTAINER,), ecs(WEB, [service("s", "web:2", "web:1", "web:2"), service("t", None, None, sets=("web:1",))], [])),
    ("a family that nothing runs", (CONTAINER,), ecs(WEB, [], [])), ("a family that is gone", (CONTAINER,), ecs({"web": "ClientException"}, [], [])),
    ("a revision that is refused", (CONTAINER,), ecs({"web": DENIED}, [service("s", "web:9")], [])),
    ("a revision that is gone", (CONTAINER,), ecs({}, [service("s", "web:9")], [])),
    ("tasks of a service tell digests", (CONTAINER,), ecs(WEB, [service("s", "web:2")], [
        task("1", "web:2", ("main", "i:2", DIGEST), ("side", "s", DIGEST), group="service:s"), task("2", "web:2", ("main", "i:2", DIGEST), ("side", "s", OTHER), group="service:s")])),
    ("tasks of nobody's", (CONTAINER,), ecs(WEB, [], [
        task("1", "web:2", ("main", "i:2", DIGEST), group="family:web-service"), task("2", "job:1", ("main", "j", None), ("none", None, None)), task("3", "job:1", ("main", "j", OTHER), ("odd", "", None))])),
    ("a container without an image", (CONTAINER,), ecs({"web": definition("web:1", ("a", None), (None, "i"))}, [service("s", "web:1")], [])),
    ("one image with its digest and without", (CONTAINER,), ecs({"web": definition("web:1", ("a", f"i@{DIGEST}"), ("b", "i"))}, [service("s", "web:1")], [])),
    ("services that the answer leaves out", (CONTAINER,), ecs(WEB, [service("s", "web:2"), service("t", "web:1")], [], describe_services=[service("s", "web:2")])),
    ("services that are refused", (CONTAINER,), ecs(WEB, [service("s", "web:2")], [task("1", "job:1", ("main", "j", None))], describe_services=DENIED)),
    ("tasks that are refused", (CONTAINER,), ecs(WEB, [service("s", "web:2")], [task("1", "job:1", ("main", "j", None))], describe_tasks=DENIED)),
    ("a cluster that is gone", (CONTAINER,), ecs(WEB, [], [], list_services="ClusterNotFoundException")),
    ("listings that are refused", (CONTAINER,), ecs(WEB, [], [], list_services=DENIED, list_tasks=DENIED, list_task_definition_families=DENIED)),
    ("eleven services, and a hundred and one tasks", (CONTAINER,), ecs(WEB, [service(f"s{n}", "web:1") for n in range(11)], [task(f"t{n}", "job:1") for n in range(101)])),
]  # fmt: skip


def job(revision: int, name: str = "j", **more: Any) -> dict[str, Any]:
    return {"jobDefinitionArn": arn("batch", f"job-definition/{name}:{revision}"), "revision": revision, **more}  # fmt: skip


def pod(*images: str, first: str | None = None) -> dict[str, Any]:
    initial = [{"image": first}] if first else []
    return {"podProperties": {"containers": [{"image": one} for one in images], "initContainers": initial}}  # fmt: skip


def of_tasks(*images: str) -> dict[str, Any]:
    return {"taskProperties": [{"containers": [{"image": one}]} for one in images]}


SM = ("container-image", "model-package")
MORE: list[tuple[str, tuple[str, ...], Answers]] = [
    ("jobs of each sort", (CONTAINER,), {"batch.describe_job_definitions": [
        job(1, containerProperties={"image": "a"}), job(3, containerProperties={"image": "a"}), job(2, ecsProperties=of_tasks("b", "c")), job(4, eksProperties=pod("d", "e", first="f")), job(5),
        job(1, "k", nodeProperties={"nodeRangeProperties": [{"container": {"image": "g"}}, {"ecsProperties": of_tasks("h")}, {"eksProperties": pod("i", first="j")}, {}]}), job(6, containerProperties={"image": ""})]}),
    ("projects", ("build-image",), {"codebuild.list_projects": ["a", "b", "c", "d"], "codebuild.batch_get_projects": [
        {"name": "d", "arn": "arn:d", "environment": {"image": "aws/codebuild/standard:7.0"}},
        {"name": "a", "arn": "arn:a", "environment": {"image": "i"}}, {"name": "b", "arn": "arn:b"}]}),
    ("a hundred and one projects, of which one is not told", ("build-image",), {"codebuild.list_projects": [f"p{n}" for n in range(101)], "codebuild.batch_get_projects": lambda asked: (
        DENIED if "p100" in asked["names"] else [{"name": n, "arn": n, "environment": {"image": "i"}} for n in asked["names"][:1]] + [{"name": n, "arn": n} for n in asked["names"][1:] if n != "p7"])}),
    ("models", SM, {"sagemaker.list_models": [{"ModelName": n} for n in ("a", "b", "gone", "gone2", "deny")], "sagemaker.describe_model": by(
        a={"ModelArn": "arn:a", "PrimaryContainer": {"Image": "i", "ModelPackageName": "p"}, "Containers": [{"Image": "j", "ContainerHostname": "h"}, {"ModelPackageName": "arn:x:p"}, {}]},
        b={"ModelArn": "arn:b"}, gone="ValidationException", gone2="ResourceNotFound", deny=DENIED)}),
    ("models, for their packages alone", ("model-package",), {"sagemaker.list_models": [{"ModelName": "a"}], "sagemaker.describe_model": {"ModelArn": "arn:a", "PrimaryContainer": {"Image": "i", "ModelPackageName": "p"}}}),
    ("endpoints", SM, {"sagemaker.list_endpoints": [{"EndpointName": n} for n in ("a", "gone")], "sagemaker.describe_endpoint": by(gone="ValidationException", a={
        "EndpointArn": "arn:a", "ProductionVariants": [{"VariantName": "v", "DeployedImages": [{"SpecifiedImage": "i", "ResolvedImage": f"i@{DIGEST}"}, {"ResolvedImage": f"k@{OTHER}"}, {"ResolvedImage": "l:1"}, {}]}, {"VariantName": "w"}],
        "ShadowProductionVariants": [{"VariantName": "s", "DeployedImages": [{"SpecifiedImage": "j"}]}]})}),
    ("components of inference", SM, {"sagemaker.list_inference_components": [{"InferenceComponentName": n} for n in ("a", "gone")], "sagemaker.describe_inference_component": by(gone="ValidationException", a={
        "InferenceComponentArn": "arn:a", "Specification": {"Container": {"DeployedImage": {"SpecifiedImage": "i"}}}, "Specifications": [{"Container": {"DeployedImage": {"ResolvedImage": f"j@{DIGEST}"}}}, {}]})}),
    ("images of Studio", (CONTAINER,), {
        "sagemaker.list_images": [{"ImageName": n} for n in ("a", "gone", "deny")],
        "sagemaker.list_image_versions": by(a=[{"Version": n, "ImageVersionStatus": state} for n, state in enumerate(("CREATED", "DELETE_FAILED", "CREATING", "CREATE_FAILED", "DELETING", "CREATED", "CREATED", None))], gone="ResourceNotFound", deny=DENIED),
        "sagemaker.describe_image_version": lambda asked: {0: {"ImageArn": "arn:a", "BaseImage": "b", "ContainerImage": f"c@{DIGEST}"}, 1: {"ImageArn": "arn:a", "ContainerImage": f"c@{OTHER}"},
                                                           5: {"ImageArn": "arn:a"}, 6: "ResourceNotFound", 7: {"ImageArn": "arn:a", "BaseImage": "d"}}[asked["Version"]]}),
    ("applications of Studio", (CONTAINER,), {"sagemaker.list_apps": [
        {"DomainId": "d", "UserProfileName": "u", "AppType": "JupyterServer", "AppName": "n", "Status": "InService", "ResourceSpec": {"SageMakerImageArn": "arn:i", "SageMakerImageVersionArn": "arn:v"}},
        {"DomainId": "d", "SpaceName": "s", "AppType": "CodeEditor", "AppName": "n", "ResourceSpec": {"SageMakerImageArn": "arn:i"}}, {"AppName": "bare"}, {"AppName": "default", "ResourceSpec": {}},
        *({"AppName": "over", "Status": state, "ResourceSpec": {"SageMakerImageArn": "arn:i"}} for state in ("Deleted", "Deleting", "Failed")), {"AppName": "begins", "Status": "Pending", "ResourceSpec": {"SageMakerImageArn": "arn:i"}}]}),
    ("applications that nobody may list", (CONTAINER,), {"sagemaker.list_apps": DENIED}),
    ("services of App Runner", (CONTAINER,), {
        "apprunner.list_services": [{"ServiceArn": n, "Status": state} for n, state in (("a", "RUNNING"), ("b", "PAUSED"), ("c", "DELETED"), ("d", "CREATE_FAILED"), ("gone", None))],
        "apprunner.describe_service": by(a={"ServiceArn": "a", "SourceConfiguration": {"ImageRepository": {"ImageIdentifier": "i"}}}, b={"ServiceArn": "b"}, gone=GONE)}),
    ("associations", ("ssm-document",), {"ssm.list_associations": [{"AssociationId": "1", "Name": "d", "AssociationName": "n"}, {"AssociationId": "2", "Name": "e"}, {"AssociationId": "3"}]}),
    ("documents of no more than a name", ("ssm-document",), {
        "ssm.list_associations": [{"AssociationId": name, "Name": name} for name in ("acme-x", "own-x", "a.b", "of-nobody", "null", "gone", "refused")],
        "ssm.describe_document": by(**{"acme-x": {"Document": {"Owner": "Acme"}}, "own-x": {"Document": {"Owner": OWN}}, "a.b": {"Document": {"Owner": "222222222222"}}, "of-nobody": {"Document": {}}, "null": {"Document": {"Owner": None}}, "gone": "InvalidDocument", "refused": DENIED})}),
    ("extensions", ("cloudformation-type",), {
        "cloudformation.list_types": lambda asked: {"RESOURCE": [
            {"TypeArn": "arn:a", "TypeName": "A::B::C", "Type": "RESOURCE", "PublisherId": "p", "PublisherIdentity": "i", "PublisherName": "n", "OriginalTypeName": "o"},
            {"TypeArn": "arn:b", "TypeName": "B", "Type": "RESOURCE", "PublisherName": "n"}, {"TypeArn": "arn:c"}, {"TypeArn": "arn:gone"}, {"TypeArn": "arn:deny"}]}.get(asked["Type"], [{"TypeArn": f"arn:{asked['Type']}", "Type": asked["Type"], "PublisherId": "q"}]),
        "cloudformation.describe_type": by(**{"arn:b": {"Arn": "arn:b", "PublisherId": "r", "OriginalTypeArn": "arn:o"}, "arn:c": {"Arn": "arn:c", "OriginalTypeArn": "arn:o"}, "arn:gone": "TypeNotFoundException", "arn:deny": DENIED})}),
    ("stacks", ("serverless-application",), {"cloudformation.describe_stacks": [
        {"StackId": "1", "StackName": "s", "StackStatus": "CREATE_COMPLETE", "Tags": [{"Key": "serverlessrepo:applicationId", "Value": "app"}, {"Key": "serverlessrepo:semanticVersion", "Value": "1.0"}]},
        {"StackId": "2", "StackName": "t", "Tags": [{"Key": "serverlessrepo:applicationId", "Value": "app"}]}, {"StackId": "3", "Tags": [{"Key": "serverlessrepo:semanticVersion", "Value": "1.0"}]},
        *({"StackId": state, "StackStatus": state, "Tags": [{"Key": "serverlessrepo:applicationId", "Value": "app"}]} for state in ("REVIEW_IN_PROGRESS", "ROLLBACK_COMPLETE", "DELETE_COMPLETE", "DELETE_FAILED", "UPDATE_ROLLBACK_COMPLETE"))]}),
    ("clusters of EKS", (CONTAINER,), {"eks.list_clusters": ["a", "b"]}),
    ("add-ons", ("eks-addon",), {
        "eks.list_clusters": ["c", "gone", "deny"], "eks.list_addons": by(c=["x", "y", "gone", "deny"], gone=GONE, deny=DENIED),
        "eks.describe_addon": lambda asked: {"x": {"addonName": "x", "addonArn": "arn:x", "addonVersion": "v", "owner": "o", "publisher": "p"}, "y": {"addonName": "y", "addonArn": "arn:y"}, "gone": GONE, "deny": DENIED}[asked["addonName"]]}),
    ("volumes", ("snapshot",), {
        "ec2.describe_volumes": [{"VolumeId": "v1", "SnapshotId": "s1"}, {"VolumeId": "v2", "SnapshotId": "s1"}, {"VolumeId": "v3", "SnapshotId": ""}, {"VolumeId": "v4"}, {"VolumeId": "v5", "SnapshotId": "s2"}, {"VolumeId": "v6", "SnapshotId": "s3"}],
        "ec2.describe_snapshots": [{"SnapshotId": "s1", "OwnerId": "1", "OwnerAlias": "amazon"}, {"SnapshotId": "s2", "OwnerId": "2"}]}),
    ("volumes of two hundred and one snapshots", ("snapshot",), {
        "ec2.describe_volumes": [{"VolumeId": f"v{n}", "SnapshotId": f"s{n:03}"} for n in range(201)],
        "ec2.describe_snapshots": lambda asked: [{"SnapshotId": one, "OwnerId": "1"} for one in asked["Filters"][0]["Values"][-1:]]}),
]  # fmt: skip
RECIPE = arn("imagebuilder", "container-recipe/r/")
IMAGE = arn("imagebuilder", "image-recipe/m/")
ALIEN, AWS = "arn:aws:imagebuilder:us-east-1:222222222222:component/c/1.0.0/1", "arn:aws:imagebuilder:us-east-1:aws:image/x/x.x.x"  # fmt: skip


def recipe(name: str, parent: str | None = None, *components: str) -> dict[str, Any]:
    return {"arn": name, "parentImage": parent, "components": [{"componentArn": one} for one in components]}  # fmt: skip


def built(**of: Any) -> Answers:
    return {
        "imagebuilder.list_image_recipes": [{"arn": f"{IMAGE}{n}"} for n in ("1.0.0", "2.0.0", "10.0.0")],
        "imagebuilder.list_container_recipes": [{"arn": f"{RECIPE}{n}"} for n in ("1.0.0", "1.2.0", "1.10.0")],
        "imagebuilder.list_image_pipelines": [{"imageRecipeArn": f"{IMAGE}1.0.0"}, {"containerRecipeArn": f"{RECIPE}1.2.x"}, {}],
        "imagebuilder.get_image_recipe": lambda asked: recipe(asked["imageRecipeArn"], "ami-1", ALIEN),
        "imagebuilder.get_container_recipe": lambda asked: recipe(asked["containerRecipeArn"], "alpine", ALIEN, ALIEN),
    } | {f"imagebuilder.{method}": answer for method, answer in of.items()}  # fmt: skip


BOTH = (CONTAINER, "image-builder-component")
RECIPES: list[tuple[str, tuple[str, ...], Answers]] = [
    ("recipes", BOTH, built()), ("recipes for images alone", (CONTAINER,), built()), ("for components alone", ("image-builder-component",), built()),
    *((f"a container made of {parent}", (CONTAINER,), built(list_image_recipes=[], get_container_recipe=lambda asked, parent=parent: recipe(asked["containerRecipeArn"], parent)))
      for parent in (None, "", AWS, arn("imagebuilder", "image/own/1.0.0"), ALIEN)),
    ("recipes that are refused", BOTH, built(get_image_recipe=DENIED, get_container_recipe=DENIED)), ("no recipes", BOTH, built(list_image_recipes=[], list_container_recipes=[])),
    ("pipelines are refused", BOTH, built(list_image_pipelines=DENIED)),
]  # fmt: skip
ROWS = [*LAMBDA, *ECS, *MORE, *RECIPES]


def told(kinds: tuple[str, ...], answers: Answers) -> dict[str, Any]:
    wanted = frozenset(kinds)
    only = {service.partition(".")[0] for service in answers}
    sources = [one for one in SOURCES if wanted & {*one.kinds} and only & {call.service for call in one.calls}]  # fmt: skip
    found = looked(lambda here: [use for one in sources for use in one.records(here, wanted)], answers)  # fmt: skip
    for use in found.get("records", ()):
        assert use.pop("kind") in wanted
    return found


@cache
def held() -> dict[str, Any]:
    return golden(GOLDEN, lambda: {why: told(*row) for why, *row in ROWS})


def test_the_file_is_of_these_rows() -> None:
    """Catches a row whose answer nobody holds still."""
    assert list(held()) == [why for why, *_ in ROWS]


@rows("why, kinds, answers", ROWS)
def test_what_is_odd_is_told_as_it_was(why: str, kinds: tuple[str, ...], answers: Answers) -> None:
    """Catches an image, a publisher or a gap that is lost, and code that nobody runs."""
    assert told(kinds, answers) == held()[why]


def test_nobody_looks_for_what_nobody_wants() -> None:
    """Catches calls, and permissions, for a kind that was not asked for."""
    for source in SOURCES:
        found = looked(lambda here, source=source: source.records(here, frozenset()), {})
        assert found == {}, source.kinds
