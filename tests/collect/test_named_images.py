"""What stands in the place of an image: a parameter's name, a recipe's parent, a version with an x."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from checker.collect.aws.account_region import AccountRegion
from checker.collect.aws.aliases import _batches, resolve
from checker.collect.aws.imagebuilder import (
    Component,
    Recipe,
    _image,
    _references,
    is_nobodys,
    is_published,
    published,
    wanted_recipes,
)
from checker.snapshot.records import ImageUse
from tests.support.rows import rows

OWN, OTHER = "111111111111", "222222222222"
THEIRS = f"arn:aws:ssm:us-east-1:{OTHER}:parameter/golden"


class Store:
    """Parameters by name; each name that was asked for, and in which company."""

    offered, unreachable = True, False

    def __init__(self, **known: dict[str, str]) -> None:
        self.known, self.asked = known, list[list[str]]()

    def __call__(self, _service: str) -> Store:
        return self

    def _answer(self, request: Mapping[str, Any]) -> dict[str, Any]:
        self.asked.append(list(request["Names"]))
        return {"Parameters": [self.known[one] for one in request["Names"] if one in self.known]}

    def pages(self, _method: str, request: Mapping[str, Any]) -> Iterator[Any]:
        yield self._answer(request)

    def call(self, _method: str, request: Mapping[str, Any]) -> Any:
        return self._answer(request)


def use(image: str | None, via: str | None = None) -> ImageUse:
    return ImageUse(resource="r", kind="instance", account=OWN, region="us-east-1", image_id=image, via=via)  # fmt: skip


def resolved(image: str | None, via: str | None = None, **known: dict[str, str]) -> ImageUse:
    (found,) = resolve(AccountRegion(OWN, "aws", "us-east-1", Store(**known)), [use(image, via)])
    return found


AMI = {"Name": "golden", "Value": "ami-1"}
ALIASES: list[tuple[str, ImageUse, tuple[str | None, str | None, str | None]]] = [
    ("an id", resolved("ami-9"), ("ami-9", None, None)), ("none", resolved(None), (None, None, None)),
    ("a parameter", resolved("resolve:ssm:golden", golden=AMI), ("ami-1", "resolve:ssm:golden", None)),
    ("behind a template", resolved("resolve:ssm:golden", "launch template t", golden=AMI), ("ami-1", "launch template t, resolve:ssm:golden", None)),
    ("one that is not there", resolved("resolve:ssm:golden"), (None, "resolve:ssm:golden", None)),
    ("one that names no image", resolved("resolve:ssm:golden", golden={"Name": "golden", "Value": "secret-ami-1"}), (None, "resolve:ssm:golden", None)),
    ("another account's", resolved(f"resolve:ssm:{THEIRS}", **{THEIRS: {"Name": "golden", "Value": "ami-1", "ARN": THEIRS}}), ("ami-1", f"resolve:ssm:{THEIRS}", OTHER)),
    ("our own by its ARN", resolved(f"resolve:ssm:arn:aws:ssm:us-east-1:{OWN}:parameter/g"), (None, f"resolve:ssm:arn:aws:ssm:us-east-1:{OWN}:parameter/g", None)),
    ("AWS's own", resolved("resolve:ssm:/aws/service/x", **{"/aws/service/x": {"Name": "/aws/service/x", "Value": "ami-2", "ARN": "arn:aws:ssm:us-east-1::parameter/aws/service/x"}}), ("ami-2", "resolve:ssm:/aws/service/x", None)),
    ("a version", resolved("resolve:ssm:golden:3", **{"golden:3": {"Name": "golden", "Value": "ami-3", "Selector": ":3"}}), ("ami-3", "resolve:ssm:golden:3", None)),
]  # fmt: skip


@rows("why, found, expected", ALIASES)
def test_a_parameter_in_the_place_of_an_image(why: str, found: ImageUse, expected: Any) -> None:
    """Whoever owns it decides what runs; what names no image, or a secret, is never told."""
    assert (found.image_id, found.via, found.via_account) == expected, why


def test_in_which_company_parameters_are_asked_for() -> None:
    """Another account's alone, AWS's public ones apart, ours ten at a time."""
    own = [f"p{number:02}" for number in range(11)]
    assert list(_batches([*own, THEIRS, "/aws/a", "aws/b"])) == [[THEIRS], ["/aws/a", "aws/b"], own[:10], own[10:]]  # fmt: skip
    store = Store(golden=AMI)
    here = AccountRegion(OWN, "aws", "us-east-1", store)
    found = resolve(here, [use("resolve:ssm:golden"), use("resolve:ssm:gone"), use("ami-1")])
    assert [one.image_id for one in found] == ["ami-1", None, "ami-1"]
    assert store.asked == [["golden", "gone"]]
    store = Store()
    assert [one.image_id for one in resolve(AccountRegion(OWN, "aws", "us-east-1", store), [use("resolve:ssm:a"), use("resolve:ssm:b")])] == [None, None]  # fmt: skip
    assert store.asked == [["a", "b"], ["a"], ["b"]]  # one that is not permitted fails all
    store = Store()
    resolve(AccountRegion(OWN, "aws", "us-east-1", store), [use("ami-1")])
    assert store.asked == []


def recipe(name: str, version: str) -> str:
    return f"arn:aws:imagebuilder:us-east-1:{OWN}:image-recipe/{name}/{version}"


WANTED: list[tuple[str, list[str], list[str], list[str]]] = [
    ("none", [], [], []), ("the latest", [recipe("a", "1.9.0"), recipe("a", "1.10.0")], [], [recipe("a", "1.10.0")]),
    ("of each name", [recipe("a", "1.0.0"), recipe("b", "2.0.0")], [], [recipe("a", "1.0.0"), recipe("b", "2.0.0")]),
    ("and what a pipeline builds", [recipe("a", "1.0.0"), recipe("a", "2.0.0"), recipe("a", "3.0.0")], [recipe("a", "1.0.0")], [recipe("a", "1.0.0"), recipe("a", "3.0.0")]),
    ("with any part", [recipe("a", "1.0.0"), recipe("a", "1.2.0"), recipe("a", "2.0.0")], [recipe("a", "1.x.x")], [recipe("a", "1.0.0"), recipe("a", "1.2.0"), recipe("a", "2.0.0")]),
    ("of another name", [recipe("a", "1.0.0"), recipe("a", "2.0.0")], [recipe("ab", "1.0.0"), ""], [recipe("a", "2.0.0")]),
]  # fmt: skip


@rows("why, listed, built, expected", WANTED)
def test_which_recipes_are_looked_at(
    why: str, listed: list[str], built: list[str], expected: list[str]
) -> None:
    """One that a pipeline still builds is in use, however old."""
    assert wanted_recipes(listed, built) == expected, why


AWS_S, MARKET = (f"arn:aws:imagebuilder:us-east-1:{who}:image/x/1.0.0" for who in ("aws", "aws-marketplace"))  # fmt: skip
OURS, THEIR_IMAGE = (f"arn:aws:imagebuilder:us-east-1:{who}:image/x/1.0.0" for who in (OWN, OTHER))
NAMES: list[tuple[str, str, bool, str | None]] = [
    ("ami-1", "ami-1", False, None), ("ssm:/a/b", "resolve:ssm:/a/b", False, None), ("prod-abcdef", "", False, None), ("x-ami-1", "", False, None), (AWS_S, AWS_S, True, None), (OURS, OURS, True, OWN),
    (THEIR_IMAGE, THEIR_IMAGE, False, OTHER), (MARKET, MARKET, False, None),
]  # fmt: skip


@rows("name, image, nobodys, owner", NAMES)
def test_what_a_recipe_names(name: str, image: str, nobodys: bool, owner: str | None) -> None:
    """Our own and AWS's are no third party's; a product tells no publisher."""
    assert _image(name) == image
    assert is_nobodys(name, OWN) is nobodys
    if is_published(name):
        found = published(AccountRegion(OWN, "aws", "us-east-1", Store()), name)
        assert (found.owner, found.alias, found.region) == (owner, "aws-marketplace" if name == MARKET else None, "us-east-1")  # fmt: skip


def test_the_references_of_a_recipe() -> None:
    """Its parent and its components, but for ours and AWS's."""
    parts = tuple(Component(component_arn=f"arn:aws:imagebuilder:us-east-1:{who}:component/c/1.0.0/1") for who in (OWN, OTHER, "aws"))  # fmt: skip
    made = Recipe(arn="arn:r", name="n", parent_image="prod-abcdef", components=parts)
    found = [(one.resource, one.name, one.image, one.via) for one in _references(made, parts, OWN)]
    assert found == [("arn:r", "n", "", "parent image prod-abcdef"), ("arn:r", "n", parts[1].component_arn, "component")]  # fmt: skip
    assert [one.image for one in _references(Recipe(arn="a", parent_image=AWS_S), (), OWN)] == []
