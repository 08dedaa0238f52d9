"""Whose an image is, what it was made from, and whom its owner shares it with: asked directly."""

from __future__ import annotations

from typing import Any

from checker.images.origin import Origin, origin_of
from checker.images.publisher import MARKETPLACE, Publisher, publisher_of, standing_of
from checker.images.sharing import Grantee, outsiders
from checker.snapshot.records import Ancestor, Image
from checker.vetting.register import OWN as OURS
from checker.vetting.register import UNLISTED, Standing
from tests.support.rows import rows
from tests.vetting.test_register import OLD, ORG, OWN, OWN_ORG, STRANGER, TWO, VENDOR, register

SELLER = "679593333241"
BY_ACCOUNT, BY_PRODUCT = Standing("vetted", 0, "account"), Standing("vetted", 0, "product")
BY_ALIAS, EXPIRED = Standing("vetted", by="alias"), Standing("expired", 1, "account")
NOBODY = Publisher("unknown")


def image(**more: Any) -> Image:
    return Image(image_id="ami-1", account=OWN, region="r", **more)


PUBLISHED: list[tuple[str, Image | None, Publisher, Standing]] = [
    ("no record", None, NOBODY, UNLISTED),
    ("nothing is known", image(), NOBODY, UNLISTED),
    ("not even whether it is sold", image(product_codes=None), NOBODY, UNLISTED),
    ("ours", image(owner=OWN), Publisher("account", OWN, OWN), OURS),
    ("ours, by an alias", image(owner=OWN, alias="self"), Publisher("account", OWN, OWN, "self"), OURS),
    ("ours, made of what is sold", image(owner=OWN, product_codes=("else",)),
     Publisher("account", OWN, OWN), OURS),
    ("a vendor's", image(owner=VENDOR), Publisher("account", VENDOR, VENDOR), BY_ACCOUNT),
    ("a vendor's of old", image(owner=OLD), Publisher("account", OLD, OLD), EXPIRED),
    ("a stranger's", image(owner=STRANGER), Publisher("account", STRANGER, STRANGER), UNLISTED),
    ("a stranger's by an alias that is accepted", image(owner=STRANGER, alias="amazon"),
     Publisher("account", STRANGER, STRANGER, "amazon"), BY_ALIAS),
    ("an alias alone", image(alias="amazon"), Publisher("alias", "amazon", None, "amazon"), BY_ALIAS),
    ("an alias that nobody accepted", image(alias="x"), Publisher("alias", "x", None, "x"), UNLISTED),
    ("a vendor's of old, by the alias", image(owner=OLD, alias="amazon"),
     Publisher("account", OLD, OLD, "amazon"), BY_ALIAS),
    ("sold, and the product is vetted", image(owner=SELLER, product_codes=("p1",)),
     Publisher("marketplace", SELLER, SELLER), BY_PRODUCT),
    ("sold, and another product", image(owner=SELLER, alias=MARKETPLACE, product_codes=("else",)),
     Publisher("marketplace", SELLER, SELLER, MARKETPLACE), UNLISTED),
    ("sold, and nobody told which product", image(owner=SELLER, alias=MARKETPLACE, product_codes=None),
     Publisher("marketplace", SELLER, SELLER, MARKETPLACE), UNLISTED),
    ("sold, of old", image(owner=SELLER, product_codes=("p3",)),
     Publisher("marketplace", SELLER, SELLER), Standing("expired", 1, "product")),
    ("sold, by nobody that is told", image(product_codes=("p1",)),
     Publisher("marketplace", MARKETPLACE), BY_PRODUCT),
    ("sold by an account that is vetted", image(owner=VENDOR, product_codes=("else",)),
     Publisher("marketplace", VENDOR, VENDOR), BY_ACCOUNT),
    ("sold of old, by an account of old", image(owner=OLD, product_codes=("p3",)),
     Publisher("marketplace", OLD, OLD), EXPIRED),
    ("ours, as the marketplace has it", image(owner=OWN, alias=MARKETPLACE),
     Publisher("marketplace", OWN, OWN, MARKETPLACE), OURS),
]  # fmt: skip


@rows("why, seen, publisher, standing", PUBLISHED)
def test_who_published_it(
    why: str, seen: Image | None, publisher: Publisher, standing: Standing
) -> None:
    """Catches a stranger's image that is vetted by a product, an alias or an account not its own."""
    known = register()
    assert publisher_of(seen, known) == publisher, why
    assert standing_of(publisher, seen, known) == standing, why


def test_a_product_vets_what_is_sold_alone() -> None:
    """Catches an image that passes by a product code, though its publisher is an account."""
    seen = image(owner=STRANGER, product_codes=("p1",))
    assert standing_of(Publisher("account", STRANGER, STRANGER), seen, register()) == BY_PRODUCT
    old = Publisher("account", OLD, OLD)
    assert standing_of(old, image(owner=OLD, product_codes=("p1",)), register()) == EXPIRED
    assert standing_of(old, None, register()) == UNLISTED


def of(owner: str | None, **more: Any) -> Ancestor:
    return Ancestor(image_id=f"ami-{owner}", owner=owner, **more)


def made(owner: str, **more: Any) -> Image:
    """An ancestor as an image of the account that asks."""
    return Image(
        **{"image_id": f"ami-{owner}", "account": OWN, "region": "", "owner": owner} | more
    )


STRANGE, OF_VENDOR = (Publisher("account", one, one) for one in (STRANGER, VENDOR))
ORIGINS: list[tuple[str, Image | None, Origin]] = [
    ("no record", None, Origin()),
    ("nobody looked", image(owner=OWN), Origin()),
    ("nobody looked, and the chain has no end", image(owner=OWN, ancestry_complete=False), Origin()),
    ("made of nothing", image(ancestry=(), ancestry_complete=True), Origin()),
    ("an end that nobody told of", image(ancestry=()), Origin()),
    ("no end", image(ancestry=(), ancestry_complete=False), Origin(unresolved=True)),
    ("of ours", image(ancestry=(of(OWN), of(TWO)), ancestry_complete=True), Origin()),
    ("of ours, and no end", image(ancestry=(of(OWN),), ancestry_complete=False), Origin(unresolved=True)),
    ("of somebody unknown", image(ancestry=(of(None),), ancestry_complete=True), Origin(unresolved=True)),
    ("of a stranger", image(ancestry=(of(STRANGER),), ancestry_complete=False),
     Origin(made(STRANGER), STRANGE, UNLISTED)),
    ("the nearest one answers", image(ancestry=(of(OWN), of(VENDOR), of(STRANGER))),
     Origin(made(VENDOR), OF_VENDOR, BY_ACCOUNT)),
    ("a stranger behind somebody unknown", image(ancestry=(of(None), of(OWN), of(STRANGER))),
     Origin(made(STRANGER), STRANGE, UNLISTED, unresolved=True)),
    ("all that is told of it",
     image(ancestry=(of(STRANGER, region="eu-west-1", alias="amazon", name="n", product_codes=("p1",)),)),
     Origin(made(STRANGER, region="eu-west-1", alias="amazon", name="n", product_codes=("p1",)),
            Publisher("marketplace", STRANGER, STRANGER, "amazon"), BY_PRODUCT)),
]  # fmt: skip


@rows("why, seen, expected", ORIGINS)
def test_what_it_was_made_from(why: str, seen: Image | None, expected: Origin) -> None:
    """Catches a stranger's work that a copy makes ours, and a gap in the chain that goes unsaid."""
    assert origin_of(seen, register(organizations=frozenset())) == expected, why


ARN = "arn:aws:organizations::999999999999:"
UNLISTED_ORG = "o-else1234567"
SHARED: list[tuple[str, Image, list[Grantee]]] = [
    ("with nobody", image(owner=OWN), []),
    ("nobody could tell", image(owner=OWN, launch_permissions=None, public=None), []),
    ("another's image", image(owner=STRANGER, public=True, launch_permissions=(VENDOR,)), []),
    ("of nobody who is told", image(launch_permissions=("all",)), []),
    ("public, and no more is told", image(owner=OWN, public=True), [Grantee("anyone", "*")]),
    ("public by its permissions", image(owner=OWN, launch_permissions=("all",)), [Grantee("anyone", "*")]),
    ("both, said once", image(owner=OWN, public=True, launch_permissions=("all",)), [Grantee("anyone", "*")]),
    ("public beside an account", image(owner=OWN, public=True, launch_permissions=(STRANGER,)),
     [Grantee("anyone", "*"), Grantee("account", STRANGER)]),
    ("ours are left out", image(owner=OWN, launch_permissions=(TWO, VENDOR, OWN)),
     [Grantee("account", VENDOR, standing=BY_ACCOUNT)]),
    ("twelve letters, and a number too short", image(owner=OWN, launch_permissions=("a" * 12, "1" * 11)),
     [Grantee("unknown", "a" * 12), Grantee("unknown", "1" * 11)]),
    ("an organization of old, and one of a stranger", image(owner=OWN, launch_permissions=(
        f"{ARN}organization/{ORG}", f"{ARN}organization/{UNLISTED_ORG}")),
     [Grantee("organization", ORG, standing=Standing("vetted", 0)), Grantee("organization", UNLISTED_ORG)]),
    ("our organization and a unit of it", image(owner=OWN, launch_permissions=(
        f"{ARN}organization/{OWN_ORG}", f"{ARN}ou/{OWN_ORG}/ou-1")), []),
    ("a unit of another's", image(owner=OWN, launch_permissions=(f"{ARN}ou/{UNLISTED_ORG}/ou-1",)),
     [Grantee("organization", UNLISTED_ORG, "ou-1")]),
    ("no id behind it", image(owner=OWN, launch_permissions=("organization", f"{ARN}ou", f"{ARN}x/{OWN_ORG}")),
     [Grantee("unknown", "organization"), Grantee("unknown", f"{ARN}ou"), Grantee("unknown", f"{ARN}x/{OWN_ORG}")]),
]  # fmt: skip


@rows("why, seen, expected", SHARED)
def test_whom_an_own_image_is_shared_with(why: str, seen: Image, expected: list[Grantee]) -> None:
    """Catches an outsider who may launch our image and is not listed, or is taken for ours."""
    assert list(outsiders(seen, register())) == expected, why
