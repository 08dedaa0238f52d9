"""Image Builder: what the recipes of own images are made from.

A recipe names its parent image and the components that run in the build, each of which may be
another account's; whoever publishes it decides what is in the images that are built.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from fnmatch import fnmatchcase

from checker.collect.aws.account_region import AccountRegion
from checker.collect.aws.calls import Call, CamelShape
from checker.collect.aws.references import Reference
from checker.snapshot.records import Image

RECIPES = Call(
    "imagebuilder", "ListImageRecipes", "imageRecipeSummaryList", {"owner": "Self"}, sparse=True
)
PIPELINES = Call(
    "imagebuilder",
    "ListImagePipelines",
    "imagePipelineList",
    when="region with an image recipe",
    sparse=True,
)
RECIPE = Call(
    "imagebuilder",
    "GetImageRecipe",
    "imageRecipe",
    when="image recipe that is the latest or in a pipeline",
    sparse=True,
)
_PUBLISHED = re.compile(r"arn:[a-z-]+:imagebuilder:[^:]*:([^:]+):")
_AWS = re.compile(r"aws(-cn|-us-gov|-iso.*)?")
_MARKETPLACE = ("aws-marketplace", "third-party")


class Listed(CamelShape, frozen=True):
    arn: str


class Pipeline(CamelShape, frozen=True):
    image_recipe_arn: str | None = None
    container_recipe_arn: str | None = None


class Component(CamelShape, frozen=True):
    component_arn: str


class Recipe(CamelShape, frozen=True):
    arn: str
    name: str | None = None
    parent_image: str | None = None
    components: tuple[Component, ...] = ()


def image_recipes(account_region: AccountRegion) -> Iterator[Reference]:
    """What recipes name; the components where nobody looks for these as code."""
    as_code = account_region.options.components_are_code
    for recipe in recipes_in_use(account_region):
        components = () if as_code else recipe.components
        yield from dict.fromkeys(_references(recipe, components, account_region.account))


def recipes_in_use(account_region: AccountRegion) -> list[Recipe]:
    """The latest version of each recipe, and those that a pipeline builds; asked once."""
    key = RECIPES.name, account_region.region
    return account_region.memo.get(key, lambda: list(_recipes(account_region)))


def pipelines(account_region: AccountRegion) -> list[Pipeline]:
    """Asked once, for recipes of images and of containers."""
    key = PIPELINES.name, account_region.region
    return account_region.memo.get(key, lambda: list(account_region.items(PIPELINES, Pipeline)))


def _recipes(account_region: AccountRegion) -> Iterator[Recipe]:
    listed = [one.arn for one in account_region.items(RECIPES, Listed)]
    if not listed:
        return
    built = [one.image_recipe_arn or "" for one in pipelines(account_region)]
    for arn in wanted_recipes(listed, built):
        recipe = account_region.get(RECIPE, Recipe, imageRecipeArn=arn)
        if recipe is not None:
            yield recipe


def published(account_region: AccountRegion, reference: str) -> Image:
    """An image or component that is named by its ARN, which tells whose it is."""
    found = _PUBLISHED.match(reference)
    owner = found[1] if found else ""
    return Image(
        image_id=reference,
        account=account_region.account,
        region=account_region.region_name,
        owner=owner if owner.isdigit() else None,
        alias="aws-marketplace" if owner in _MARKETPLACE else None,
    )


def is_published(reference: str) -> bool:
    return bool(_PUBLISHED.match(reference))


def wanted_recipes(listed: list[str], built: Iterable[str]) -> list[str]:
    """A pipeline may say `x` for a part of the version: any."""
    latest: dict[str, str] = {}
    for arn in sorted(listed, key=_version):
        latest[arn.rpartition("/")[0]] = arn
    patterns = [_any_version(arn) for arn in built]
    return [
        arn
        for arn in sorted(listed)
        if arn in latest.values() or any(fnmatchcase(arn, one) for one in patterns)
    ]


def _any_version(arn: str) -> str:
    name, _, version = arn.rpartition("/")
    return f"{name}/{'.'.join('*' if part == 'x' else part for part in version.split('.'))}"


def _version(arn: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"[0-9]+", arn.rpartition("/")[2]))


def _references(
    recipe: Recipe, components: tuple[Component, ...], account: str
) -> Iterator[Reference]:
    parent = recipe.parent_image or ""
    named = [(parent, "parent image"), *((c.component_arn, "component") for c in components)]
    for name, via in named:
        image = _image(name)
        if not (is_published(name) and is_nobodys(name, account)):
            yield Reference(
                resource=recipe.arn,
                kind="image-recipe",
                name=recipe.name,
                image=image,
                via=via if image else f"{via} {name}",
            )


def _image(name: str) -> str:
    """An image's id, the ARN of what Image Builder publishes, or a parameter; empty for what tells
    no publisher, such as a product of the marketplace.
    https://docs.aws.amazon.com/imagebuilder/latest/APIReference/API_CreateImageRecipe.html"""
    if name.startswith("ssm:"):
        return f"resolve:{name}"
    return name if name.startswith("ami-") or is_published(name) else ""


def is_nobodys(name: str, account: str) -> bool:
    """The account's own, whose recipe is looked at itself, and AWS's: no third party's."""
    found = _PUBLISHED.match(name)
    return found is not None and (found[1] == account or bool(_AWS.fullmatch(found[1])))
