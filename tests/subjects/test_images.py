"""What is known of an image, from whichever account: kept once, and answered as if kept for each."""

from __future__ import annotations

import tracemalloc
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from checker.images.publisher import Publisher
from checker.snapshot.records import Ancestor, Image, ImageSettings, ImageUse
from checker.subjects.image_use.images import Images
from checker.subjects.image_use.items import _party

ACCOUNTS, IDS = ("111111111111", "222222222222", "333333333333"), ("ami-1", "ami-2")
ANCESTRIES = (None, (), (Ancestor(image_id="ami-9"),))
IMAGES = st.lists(
    st.builds(
        Image,
        account=st.sampled_from(ACCOUNTS),
        region=st.just("r"),
        image_id=st.sampled_from(IDS),
        owner=st.sampled_from((None, "111111111111", "999999999999")),
        name=st.sampled_from((None, "a")),
        ancestry=st.sampled_from(ANCESTRIES),
        public=st.booleans(),
        launch_permissions=st.sampled_from((None, (), ("999999999999",))),
    ),
    max_size=6,
)


def used(account: str, image_id: str) -> ImageUse:
    return ImageUse(resource="x", kind="instance", account=account, region="r", image_id=image_id)


def expected(images: list[Image], account: str, image_id: str) -> Image | None:
    """Read slowly: the account's own (last) sight; another's (first) where that lacks the owner,
    or has none; and anybody's ancestry."""
    sights = [one for one in images if one.image_id == image_id]
    mine = [one for one in sights if one.account == account]
    found = mine[-1] if mine else None
    if found is None or found.owner is None:
        found = next((one for one in sights if one.owner is not None), found)
    if found is None or found.ancestry is not None:
        return found
    walked = next((one for one in sights if one.ancestry is not None), found)
    return replace(found, ancestry=walked.ancestry, ancestry_complete=walked.ancestry_complete)


@given(IMAGES)
def test_keeping_less_answers_the_same(images: list[Image]) -> None:
    """Of every account and image, all but the account in whose name it was seen."""
    known = Images(iter(images))
    for account in ACCOUNTS:
        for image_id in IDS:
            found, right = known.of(used(account, image_id)), expected(images, account, image_id)
            assert (found and replace(found, account="")) == (right and replace(right, account=""))


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
    owned = replace(bare, owner="1", name="n")
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
