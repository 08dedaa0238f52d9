"""Whose images may be launched, as Allowed AMIs say it: an image is allowed that fits all that one
criterion says.

An account's own images are allowed whatever is said; those of other own accounts are not.
https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-allowed-amis.html
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

import msgspec

from checker.enforce.limits import CRITERIA, NAMES, PRODUCTS, PROVIDERS, Document
from checker.enforce.listed import Entry, Listed
from checker.errors import InputError

ALIASES = ("amazon", "aws-marketplace", "aws-backup-vault")
"""Those that Allowed AMIs know. `amazon` stands for verified partners, too."""
_NAME = re.compile(r"[A-Za-z0-9()\[\]./\-'@_*? ]{1,128}")
_NAMES = "letters, digits, ()[]./-'@_*? and blanks, 128 at most"
_PRODUCT = re.compile(r"[A-Za-z0-9]{1,25}")


class Criterion(msgspec.Struct, frozen=True):
    """Empty: says nothing of it."""

    providers: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    products: tuple[str, ...] = ()


def criteria(
    found: Listed, entries: Sequence[Entry], publishers: Iterable[str]
) -> tuple[Criterion, ...]:
    """`publishers`: own accounts whose images others of ours launch. Raises InputError for what
    Allowed AMIs cannot say: dropping it would stop what is vetted."""
    check(entries)
    plain = {*publishers, *(one for one in found.aliases if one in ALIASES)}
    plain |= {i for one in entries if one.scope.images is None for i in one.accounts}
    products = {i for one in entries if one.scope.images is None for i in one.products}
    return (
        *(Criterion(providers=some) for some in _each(sorted(plain), PROVIDERS)),
        *(Criterion(products=some) for some in _each(sorted(products), PRODUCTS)),
        *_named(entries),
    )


def _named(entries: Iterable[Entry]) -> Iterator[Criterion]:
    """Vendors of whom some images were vetted; those of the same names together."""
    accounts: dict[tuple[str, ...], set[str]] = {}
    products: dict[tuple[str, ...], set[str]] = {}
    for one in entries:
        if one.scope.images:
            names = tuple(sorted(set(one.scope.images)))
            accounts.setdefault(names, set()).update(one.accounts)
            products.setdefault(names, set()).update(one.products)
    for names in sorted(accounts):
        for some in _each(names, NAMES):
            for these in _each(sorted(accounts[names]), PROVIDERS):
                yield Criterion(providers=these, names=some)
            for these in _each(sorted(products[names]), PRODUCTS):
                yield Criterion(names=some, products=these)


def _each(values: Sequence[str], most: int) -> Iterator[tuple[str, ...]]:
    """In pieces: one criterion more allows what the others don't, so nothing is lost."""
    for at in range(0, len(values), most):
        yield tuple(values[at : at + most])


def check(entries: Iterable[Entry]) -> None:
    """Raises InputError for a name or a product code that AWS does not take."""
    for one in entries:
        for name in one.scope.images or ():
            if not _NAME.fullmatch(name) or ("?" in name and len(name) < 3):
                raise _unsaid(one, f"the image name {name!r}", _NAMES)
        for code in one.products:
            if not _PRODUCT.fullmatch(code):
                raise _unsaid(one, f"the product code {code!r}", "letters and digits, 25 at most")


def _unsaid(one: Entry, what: str, form: str) -> InputError:
    return InputError(
        f"Allowed AMIs do not take {what} of {one.name!r}",
        path=one.path,
        line=one.line,
        hint=f"AWS takes {form}",
    )


def excess(document: Document) -> str | None:
    """Whether there are more criteria than AWS takes."""
    number = len(document["ImageCriteria"])
    return f"takes {number} criteria, and AWS takes {CRITERIA}" if number > CRITERIA else None


def as_api(some: Iterable[Criterion]) -> Document:
    """The input of ReplaceImageCriteriaInAllowedImagesSettings."""
    return {"ImageCriteria": [_api(one) for one in some]}


def _api(one: Criterion) -> Document:
    said = {
        "ImageProviders": one.providers,
        "ImageNames": one.names,
        "MarketplaceProductCodes": one.products,
    }
    return {key: list(values) for key, values in said.items() if values}


def as_policy(some: Iterable[Criterion], state: str) -> Document:
    """The declarative policy, which spells aliases with `_`.
    https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_declarative_syntax.html
    """
    listed = {f"criteria_{n}": _declared(one) for n, one in enumerate(some, 1)}
    settings = {"state": {"@@assign": state}, "image_criteria": listed}
    return {"ec2_attributes": {"allowed_images_settings": settings}}


def _declared(one: Criterion) -> Document:
    said = {
        "allowed_image_providers": [alias.replace("-", "_") for alias in one.providers],
        "image_names": list(one.names),
        "marketplace_product_codes": list(one.products),
    }
    return {key: {"@@assign": values} for key, values in said.items() if values}


def of_policy(document: Document) -> list[Document]:
    """The criteria of a declarative policy of ours."""
    found: Document = document["ec2_attributes"]["allowed_images_settings"]["image_criteria"]
    return list(found.values())
