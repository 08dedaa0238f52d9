"""What is known of an image, from whichever account: the same for all that see it."""

from __future__ import annotations

import tracemalloc
from collections.abc import Iterator
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from checker.images.publisher import Publisher
from checker.snapshot.records import Ancestor, Image, ImageSettings, ImageUse, Location
from checker.subjects.image_use.images import Images
from checker.subjects.image_use.items import _party

ACCOUNTS, IDS = ("111111111111", "222222222222", "333333333333"), ("ami-1", "ami-2")
UNKNOWN, STRANGERS = Ancestor(image_id="ami-9"), Ancestor(image_id="ami-9", owner="888888888888")
ANCESTRIES = (None, (), (UNKNOWN,), (STRANGERS,), (UNKNOWN, STRANGERS), (STRANGERS, UNKNOWN))
IMAGES = st.lists(
    st.builds(
        Image,
        account=st.sampled_from(ACCOUNTS),
        region=st.just("r"),
        image_id=st.sampled_from(IDS),
        owner=st.sampled_from((None, "111111111111", "999999999999")),
        name=st.sampled_from((None, "a")),
        ancestry=st.sampled_from(ANCESTRIES),
        ancestry_complete=st.sampled_from((None, False, True)),
        public=st.booleans(),
        launch_permissions=st.sampled_from((None, (), ("999999999999",))),
    ),
    max_size=6,
)


def used(account: str, image_id: str) -> ImageUse:
    return ImageUse(resource="x", kind="instance", account=account, region="r", image_id=image_id)


def told(images: list[Image], account: str, image_id: str) -> Image | None:
    return Images(iter(images)).of(used(account, image_id))


@given(IMAGES, st.randoms(use_true_random=False), st.sampled_from(IDS))
def test_all_that_see_an_image_are_told_the_same_in_any_order(
    images: list[Image], order: Random, image_id: str
) -> None:
    """Catches an account that speaks for the others by where it stands in the file."""
    first = told(images, ACCOUNTS[0], image_id)
    order.shuffle(images)
    assert [told(images, account, image_id) for account in ACCOUNTS] == [first] * len(ACCOUNTS)


@given(IMAGES, st.sampled_from(IDS))
def test_what_anybody_knows_of_an_image_is_known(images: list[Image], image_id: str) -> None:
    """Catches an owner, a permission or an ancestor that one of several sees, and goes unsaid; and
    an ancestry that ends where who sees less of it says so."""
    sights = [one for one in images if one.image_id == image_id]
    found = told(images, ACCOUNTS[0], image_id)
    assert (found is None) is (not sights)
    if found is None:
        return
    for name in ("owner", "name", "public", "launch_permissions", "ancestry"):
        assert (getattr(found, name) is None) is all(getattr(one, name) is None for one in sights)
    by_owner = {one for one in sights if one.owner == one.account}
    if len(by_owner) == 1:  # whose sight of its own image counts before any other
        (best,) = by_owner
        said = {
            name: getattr(best, name) for name in ("owner", "name", "public", "launch_permissions")
        }
        assert {name: getattr(found, name) for name, one in said.items() if one is not None} == {name: one for name, one in said.items() if one is not None}  # fmt: skip
    chains = [one.ancestry for one in sights if one.ancestry is not None]
    assert len(found.ancestry or ()) == max(map(len, chains), default=0)
    for at, ancestor in enumerate(found.ancestry or ()):
        known = [chain[at].owner for chain in chains if len(chain) > at]
        assert ancestor.owner in known and (ancestor.owner is None) is (set(known) == {None})
    ends = {one.ancestry_complete for one in sights if one.ancestry is not None and len(one.ancestry) == len(found.ancestry or ())}  # fmt: skip
    assert not chains or found.ancestry_complete is (
        True if True in ends else False if False in ends else None
    )


def test_an_image_that_code_makes_is_its_own_accounts() -> None:
    """Catches images of two accounts' code, which are called alike, taken for one."""
    place = Location(file="main.tf", line=1)
    made = [
        Image(image_id="aws_ami.x", account=account, region="r", owner=account, location=place)
        for account in ACCOUNTS[:2]
    ]
    for account in ACCOUNTS[:2]:
        found = told(made, account, "aws_ami.x")
        assert found is not None and found.owner == account


@given(IMAGES)
def test_what_its_owner_shares_is_kept(images: list[Image]) -> None:
    """Each image with launch permissions, as its owner sees it, in the order of the file."""
    shares = [i for i in images if i.owner == i.account and (i.public or i.launch_permissions)]
    assert Images(iter(images)).shared == shares


def test_memory_does_not_grow_with_the_accounts() -> None:
    """Three thousand accounts that run two images of AWS's: ten thousand would need gigabytes."""

    def seen() -> Iterator[Image]:
        for number in range(3_000):
            for image_id in IDS:
                yield Image(image_id=image_id, account=f"{number:012}", region="r", owner="1" * 12)

    tracemalloc.start()
    Images(seen())
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 100_000


def test_what_a_use_tells_beside_its_image() -> None:
    """Products that only the instance tells of, and where Allowed AMIs are on."""
    plain, coded = used(ACCOUNTS[0], "ami-1"), replace(used(ACCOUNTS[0], "ami-1"), product_codes=("p",))  # fmt: skip
    bare = Image(image_id="ami-1", account=ACCOUNTS[0], region="r")
    owned = replace(bare, account="", owner="1", name="n")
    sold = replace(owned, product_codes=("q",))
    settings = [ImageSettings(account=ACCOUNTS[0], region="r", allowed_images="enabled"), ImageSettings(account=ACCOUNTS[0], region="s", allowed_images="disabled")]  # fmt: skip
    table: list[tuple[list[Image], ImageUse, Image | None]] = [
        ([], plain, None), ([], coded, replace(bare, product_codes=("p",))), ([owned], plain, owned),
        ([owned], coded, replace(owned, product_codes=("p",))), ([sold], coded, sold), ([sold], plain, sold),
        ([], replace(coded, image_id=None), replace(bare, image_id="", product_codes=("p",))),
    ]  # fmt: skip
    for images, use, expected in table:
        assert Images(images, settings).of(use) == expected
    allowed = [Images([], settings).allowed(replace(plain, **where)) for where in ({}, {"region": "s"}, {"region": "t"}, {"account": ACCOUNTS[1]})]  # fmt: skip
    assert allowed == ["enabled", "disabled", None, None]


PARTIES = [
    (Publisher("marketplace", "679593333241", "679593333241"), ("a", "b"), ("marketplace", "a b")),
    (Publisher("marketplace", "679593333241", "679593333241"), (), ("account", "679593333241")),
    (Publisher("account", "999999999999", "999999999999"), ("a",), ("account", "999999999999")),
    (Publisher("alias", "amazon", None), ("a",), ("alias", "amazon")),
    (Publisher("unknown", None, None), (), ("unknown", "")),
]  # fmt: skip


@pytest.mark.parametrize(("publisher", "codes", "expected"), PARTIES)
def test_who_is_behind_an_image(
    publisher: Publisher, codes: tuple[str, ...], expected: tuple[str, str]
) -> None:
    """A stranger's image as a product of the marketplace that the list vets, as its owner said so."""
    made = Image(account="1" * 12, region="r", image_id="ami-1", product_codes=codes)
    assert _party(publisher, made) == expected
