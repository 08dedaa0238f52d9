"""Images of a plan: who uses them, who published them, and look-ups that anybody can answer."""

from __future__ import annotations

from typing import Any

from checker.collect.iac.image_names import Named, named, publish
from checker.collect.iac.records import Found
from checker.collect.iac.ssm import parameter_of, published
from checker.collect.iac.target import Target
from checker.collect.iac.terraform.block_locator import BlockLocator
from checker.collect.iac.terraform.elsewhere import recorded
from checker.collect.iac.terraform.ends import Branch, Ends
from checker.collect.iac.terraform.image_branches import (
    image_ids,
    is_other,
    known_images,
    names_another_thing,
    only_choose,
)
from checker.collect.iac.terraform.image_uses import (
    BEANSTALK,
    SHARED_WITH,
    USES,
    beanstalk_images,
    named_in,
)
from checker.collect.iac.terraform.lookups import by_owner, owners_of, unpinned
from checker.collect.iac.terraform.made import text_of
from checker.collect.iac.terraform.planned import Plan, Planned
from checker.collect.iac.terraform.references import References
from checker.collect.iac.unknown import is_made, is_unresolved, shown, wholly
from checker.snapshot.records import Ancestor, Image, ImageUse

_INSTANCES = ("aws_instance", "aws_spot_instance_request")


class PlannedImages:
    def __init__(
        self, plan: Plan, target: Target, found: Found, locator: BlockLocator, *, strict: bool
    ) -> None:
        self._plan, self._target, self._found, self._locator = plan, target, found, locator
        self._strict = strict
        references = References(plan, target)
        self._ends = Ends(plan, references, names_another_thing)
        self._instances = Ends(plan, references)

    def _at(self, planned: Planned) -> Target:
        return recorded(self._target, planned.account)

    def uses(self, planned: Planned) -> None:
        """Each image once, unmarked where some default names it."""
        seen: list[Any] = []
        for one in planned.outcomes():
            kind, found = self._named(one)
            for key, value in [pair for pair in found if pair not in seen]:
                self._use(one, kind, key, value)
            seen += found

    def _named(self, planned: Planned) -> tuple[str, list[tuple[str, Any]]]:
        """The kind of use, and the attributes that name an image."""
        if planned.type in BEANSTALK:
            kind, values = "beanstalk", list(beanstalk_images(self._plan.written(planned)))
        else:
            kind, keys = USES[planned.type]
            values = list(named_in(self._plan.written(planned), keys))
        found = [(key, value) for key, value in values if value]
        if not found and "ami" in USES.get(planned.type, ("", ()))[1]:
            found = [] if planned.values.get("launch_template") else [("ami", None)]
        return kind, found

    def _use(self, planned: Planned, kind: str, key: str, value: Any) -> None:
        if value is None or is_unresolved(value):
            references = self._plan.references(planned, key) or [wholly(value) or ""]
            if self._made(planned, kind, key, references):
                return
            via = references[0] or None
        else:
            via = None
        image = named(value, self._at(planned).account)
        if image.image_id is None and via and not parameter_of(str(value)):
            image = Named(None, via)
        publish(self._found, self._at(planned), image)
        self._record(planned, kind, image)

    def _made(self, planned: Planned, kind: str, key: str, references: list[str]) -> bool:
        """Whether the same plan makes it, or looks it up by its owner: called by its address then,
        as nobody can tell its id yet. What else the expression may come to is an image as well."""
        branches = self._ends.branches(references, planned)
        made = [image for one in branches for end in one.ends or () for image in image_ids(*end)]
        for image_id in dict.fromkeys(made):
            self._record(planned, kind, Named(image_id, references[0]))
        if made:
            self._others(planned, kind, key, branches)
        return bool(made)

    def _others(self, planned: Planned, kind: str, key: str, branches: list[Branch]) -> None:
        """What it may come to beside what is made here."""
        target = self._at(planned)
        others, known = [one for one in branches if is_other(one.ends)], known_images(branches)
        chosen = only_choose(branches)
        if not chosen:
            for one in others:
                self._record(planned, kind, Named(None, one.text))
        if chosen or (known and not others):
            place = self._locator.place(planned)
            self._found.untold_code(target, place, planned.address, [key], strict=self._strict)
        for text in known if chosen else ():
            image = named(text, target.account)
            publish(self._found, target, image)
            self._record(planned, kind, image)

    def _record(
        self, planned: Planned, kind: str, image: Named, owners: tuple[str, ...] | None = None
    ) -> None:
        target = self._at(planned)
        self._found.image_uses.append(
            ImageUse(
                resource=planned.if_(target.arn("ec2", f"{kind}/{planned.address}")),
                kind=kind,
                name=planned.address,
                account=target.account,
                region=target.region or "",
                image_id=image.image_id,
                via=image.via,
                via_account=image.via_account,
                lookup_owners=owners,
                location=self._locator.place(planned),
            )
        )

    def data(self, data: Planned) -> None:
        """What was looked up while planning tells who published it."""
        if data.type == "aws_ami":
            self._looked_up(data)
        elif data.type == "aws_ssm_parameter":
            value = text_of(data.values.get("value")) or text_of(data.values.get("insecure_value"))
            publisher = published(text_of(data.values.get("name")) or "")
            publish(self._found, self._at(data), Named(value, publisher=publisher))

    def _looked_up(self, data: Planned) -> None:
        self.image(data)
        image_id = text_of(data.values.get("id"))
        if unpinned(data.values):
            self._record(data, "image-lookup", Named(image_id, data.address), ())
        elif image_id is None:
            for owner in owners_of(data.values):
                account = self._own(data) if owner == "self" else owner
                word = "owner" if owner == "self" or owner.isdigit() else "alias"
                known: dict[str, Any] = {word: account}
                self._publish(data, by_owner(data.address, owner), **known)

    def _own(self, planned: Planned) -> str | None:
        """The account that it stands in; None where nobody can tell."""
        return None if is_unresolved(planned.account) else self._at(planned).account

    def image(self, planned: Planned) -> None:
        """An image whose id and owner are known already, or one that is made here."""
        values = planned.values
        image_id, owner = text_of(values.get("id")), text_of(values.get("owner_id"))
        alias = text_of(values.get("image_owner_alias"))
        made = planned.mode != "data"
        if not image_id and not made:
            return
        self._publish(
            planned,
            image_id or planned.address,
            owner=owner or (self._own(planned) if made else None),
            alias=alias if alias != owner else None,
            name=text_of(values.get("name")),
            public=values.get("public") if isinstance(values.get("public"), bool) else None,
            state=text_of(values.get("state")),
            product_codes=_codes(values.get("product_codes")),
            ancestry=self._ancestry(planned),
        )

    def _ancestry(self, planned: Planned) -> tuple[Ancestor, ...] | None:
        """What a copy is made from, and who owns that, where the plan tells."""
        source = text_of(planned.values.get("source_ami_id"))
        if source is None:
            return None
        known = [one for one in self._plan.data if one.values.get("id") == source]
        owner = text_of(known[0].values.get("owner_id")) if known else None
        region = text_of(planned.values.get("source_ami_region"))
        return (Ancestor(image_id=source, region=region, owner=owner),)

    def from_instance(self, planned: Planned) -> bool:
        """Whether the image of the instance that an image is made from is told: the instance is
        judged where it stands, one that was looked up is judged here."""
        source = planned.values.get("source_instance_id")
        references = self._plan.references(planned, "source_instance_id") or [wholly(source) or ""]
        branches = self._instances.branches(references, planned)
        told_by = [end for one in branches for end, _ in one.ends or ()]
        known = text_of(source)
        here = [one for one in self._plan.resources if known and one.values.get("id") == known]
        found = [one for one in (*told_by, *here) if one.type in _INSTANCES]
        for one in found:
            if one.mode == "data" and (image_id := text_of(one.values.get("ami"))):
                self._record(planned, "image-from-instance", Named(image_id, one.address))
        told = all(one.mode != "data" or text_of(one.values.get("ami")) for one in found)
        others = any(one.ends is None and not one.keyed for one in branches) or len(told_by) > len(
            found
        )
        made = is_made(source) and any(f"{kind}." in (wholly(source) or "") for kind in _INSTANCES)
        return made or (bool(found) and told and not (others and not known))

    def permission(self, planned: Planned) -> None:
        """An image that is shared, called by the address of the sharing too: that does not vouch
        for what runs the image elsewhere."""
        values = planned.values
        image_id = text_of(values.get("image_id")) or "an image that is not known"
        given = [str(shown(values[key])) for key in SHARED_WITH if values.get(key)]
        self._publish(
            planned,
            f"{image_id} ({planned.address})",
            owner=self._own(planned),
            launch_permissions=tuple(given) or ("an account that is not known",),
            location=self._locator.place(planned),
        )

    def _publish(self, planned: Planned, image_id: str, **known: Any) -> None:
        target = self._at(planned)
        self._found.images.append(
            Image(
                image_id=image_id,
                account=target.account,
                region=target.region or "",
                **known,
            )
        )


def _codes(value: Any) -> tuple[str, ...] | None:
    if not isinstance(value, list):
        return None
    found = (one.get("product_code_id") for one in value if isinstance(one, dict))
    return tuple(sorted(code for code in found if isinstance(code, str)))
