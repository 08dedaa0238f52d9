"""Image Builder: the components that run when own images and containers are built, and from which
container these are made. Which machine images recipes name is looked at where images are.

https://docs.aws.amazon.com/imagebuilder/latest/userguide/manage-components.html
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from checker.collect.aws.account_region import AccountRegion
from checker.collect.aws.calls import Call, CamelShape
from checker.collect.aws.code.uses import COMPONENT, CONTAINER, code_use
from checker.collect.aws.imagebuilder import (
    Component,
    Listed,
    is_nobodys,
    pipelines,
    recipes_in_use,
    wanted_recipes,
)
from checker.snapshot.code_uses import CodeUse

CONTAINERS = Call(
    "imagebuilder", "ListContainerRecipes", "containerRecipeSummaryList", {"owner": "Self"},
    sparse=True,
)  # fmt: skip
OF_CONTAINER = Call(
    "imagebuilder", "GetContainerRecipe", "containerRecipe", sparse=True,
    when="container recipe that is the latest or in a pipeline",
)  # fmt: skip


class ContainerRecipe(CamelShape, frozen=True):
    """Its Dockerfile may hold anything, and is not read."""

    arn: str
    parent_image: str | None = None
    components: tuple[Component, ...] = ()


@dataclass(frozen=True)
class Recipes:
    """Image recipes and pipelines are asked for anyway, where images are looked at."""

    kinds: ClassVar = (COMPONENT, CONTAINER)
    calls: ClassVar = (CONTAINERS, OF_CONTAINER)
    once: ClassVar = False

    def records(self, here: AccountRegion, wanted: frozenset[str]) -> Iterator[CodeUse]:
        if not wanted & {*self.kinds}:
            return
        if COMPONENT in wanted:
            for recipe in recipes_in_use(here):
                yield from _components(here, recipe.arn, recipe.components)
        for container in _containers(here):
            if COMPONENT in wanted:
                yield from _components(here, container.arn, container.components)
            if CONTAINER in wanted:
                yield from _parent(here, container)


def _containers(here: AccountRegion) -> Iterator[ContainerRecipe]:
    listed = [one.arn for one in here.items(CONTAINERS, Listed)]
    if not listed:
        return
    built = [one.container_recipe_arn or "" for one in pipelines(here)]
    for arn in wanted_recipes(listed, built):
        recipe = here.get(OF_CONTAINER, ContainerRecipe, containerRecipeArn=arn)
        if recipe is not None:
            yield recipe


def _components(
    here: AccountRegion, recipe: str, components: tuple[Component, ...]
) -> Iterator[CodeUse]:
    for one in components:
        yield code_use(here, COMPONENT, recipe, one.component_arn, "component")


def _parent(here: AccountRegion, recipe: ContainerRecipe) -> Iterator[CodeUse]:
    """What Image Builder publishes itself, or an own image of it, is named by its ARN."""
    parent = recipe.parent_image
    if parent and not is_nobodys(parent, here.account):
        yield code_use(here, CONTAINER, recipe.arn, parent, "parent image")
