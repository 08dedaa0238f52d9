"""SageMaker: the images of models, and of what endpoints run by them.

https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ContainerDefinition.html
https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DeployedImage.html
"""

from __future__ import annotations

from collections.abc import Iterator

from checker.collect.aws.account_region import AccountRegion
from checker.collect.aws.calls import Call, Shape
from checker.collect.aws.code.uses import CONTAINER, PACKAGE, Ask, Uses, code_use, digest_of
from checker.collect.aws.resources.reading import own_arn
from checker.snapshot.code_uses import CodeUse

# a name that does not exist is a mistake in the request, as so much else
GONE = frozenset({"ValidationException", "ResourceNotFound"})


class ModelName(Shape, frozen=True):
    model_name: str


class Container(Shape, frozen=True):
    """One of a model package has its image there."""

    image: str | None = None
    model_package_name: str | None = None
    container_hostname: str | None = None


class Model(Shape, frozen=True):
    model_arn: str
    primary_container: Container | None = None
    containers: tuple[Container, ...] = ()


class EndpointName(Shape, frozen=True):
    endpoint_name: str


class Deployed(Shape, frozen=True):
    specified_image: str | None = None
    resolved_image: str | None = None


class Variant(Shape, frozen=True):
    variant_name: str
    deployed_images: tuple[Deployed, ...] = ()


class Endpoint(Shape, frozen=True):
    endpoint_arn: str
    production_variants: tuple[Variant, ...] = ()
    shadow_production_variants: tuple[Variant, ...] = ()


class ComponentName(Shape, frozen=True):
    inference_component_name: str


class ComponentContainer(Shape, frozen=True):
    deployed_image: Deployed = Deployed()


class Specification(Shape, frozen=True):
    container: ComponentContainer = ComponentContainer()


class Component(Shape, frozen=True):
    inference_component_arn: str
    specification: Specification = Specification()
    specifications: tuple[Specification, ...] = ()


def _of_model(here: AccountRegion, model: Model) -> Iterator[CodeUse]:
    primary = [model.primary_container] if model.primary_container else []
    for number, one in enumerate([*primary, *model.containers], 1):
        via = f"container {one.container_hostname or number}"
        if one.image:
            yield code_use(here, CONTAINER, model.model_arn, one.image, via)
        if one.model_package_name:
            name = _package(here, one.model_package_name)
            yield code_use(here, PACKAGE, model.model_arn, name, via)


def _package(here: AccountRegion, name: str) -> str:
    """A plain name is of an own one."""
    return name if ":" in name else own_arn(here, "sagemaker", f"model-package/{name}")


def _of_endpoint(here: AccountRegion, endpoint: Endpoint) -> Iterator[CodeUse]:
    for variant in (*endpoint.production_variants, *endpoint.shadow_production_variants):
        for one in variant.deployed_images:
            via = f"variant {variant.variant_name}"
            yield from _deployed(here, endpoint.endpoint_arn, one, via)


def _of_component(here: AccountRegion, component: Component) -> Iterator[CodeUse]:
    for one in (component.specification, *component.specifications):
        image = one.container.deployed_image
        yield from _deployed(here, component.inference_component_arn, image, "container")


def _deployed(here: AccountRegion, arn: str, one: Deployed, via: str) -> Iterator[CodeUse]:
    named = one.specified_image or one.resolved_image
    if named:
        yield code_use(here, CONTAINER, arn, named, via, digest_of(one.resolved_image))


MODELS = Uses(
    kinds=(CONTAINER, PACKAGE),
    listing=Call("sagemaker", "ListModels", "Models", {"MaxResults": 100}, sparse=True),
    item=ModelName,
    ask=Ask(
        Call("sagemaker", "DescribeModel", has="ModelArn", when="model", gone=GONE, sparse=True),
        Model, lambda one: {"ModelName": one.model_name},
    ),
    named=_of_model,
)  # fmt: skip
ENDPOINTS = Uses(
    kinds=(CONTAINER,),
    listing=Call("sagemaker", "ListEndpoints", "Endpoints", {"MaxResults": 100}, sparse=True),
    item=EndpointName,
    ask=Ask(
        Call("sagemaker", "DescribeEndpoint", has="EndpointArn", when="endpoint", gone=GONE,
             sparse=True),
        Endpoint, lambda one: {"EndpointName": one.endpoint_name},
    ),
    named=_of_endpoint,
)  # fmt: skip
COMPONENTS = Uses(
    kinds=(CONTAINER,),
    listing=Call("sagemaker", "ListInferenceComponents", "InferenceComponents",
                 {"MaxResults": 100}, sparse=True),
    item=ComponentName,
    ask=Ask(
        Call("sagemaker", "DescribeInferenceComponent", has="InferenceComponentArn",
             when="inference component", gone=GONE, sparse=True),
        Component, lambda one: {"InferenceComponentName": one.inference_component_name},
    ),
    named=_of_component,
)  # fmt: skip
