"""Images in use, as an explanation lists them and a proposal counts them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from checker.facts.plain import Facts
from checker.subjects.item import AllowlistKey, Item, Sighted

MARK, KEY, TITLE, ALWAYS = "origin", "images", "Images in use", True


def concerns(facts: Facts, ids: frozenset[str]) -> bool:
    return bool(ids & {facts["publisher"]["id"], *facts["image"]["product_codes"]})


def row(item: Item) -> Facts:
    image, vetting = item.facts["image"], item.facts["vetting"]
    return {
        "resource": item.where.resource,
        "account": item.where.account,
        "image": image["id"],
        "name": image["name"],
        "status": vetting["status"],
        "out_of_scope": vetting["out_of_scope"],
    }


def order(row: Facts) -> tuple[Any, ...]:
    return (row["resource"],)


def line(row: Facts) -> str:
    name = f" {row['name']}" if row["name"] else ""
    beyond = f"; {'; '.join(row['out_of_scope'])}" if row["out_of_scope"] else ""
    return f"{row['resource']} runs {row['image']}{name}: {row['status']}{beyond}"


def keys(facts: Facts) -> Iterator[tuple[AllowlistKey, Facts]]:
    publisher, image = facts["publisher"], facts.get("image") or {}
    kind = publisher.get("kind")
    if kind == "marketplace":
        for code in image.get("product_codes") or ():
            yield ("marketplace_products", code), publisher
    elif publisher.get("account"):
        yield ("accounts", publisher["account"]), publisher
    elif kind == "alias" and publisher.get("alias"):
        yield ("image_aliases", publisher["alias"]), publisher


def note(sighted: Sighted, account: str, facts: Facts, named: Facts) -> None:  # noqa: ARG001
    if image := facts.get("image"):
        sighted.at(account, f"image {image.get('name') or image.get('id')}")
