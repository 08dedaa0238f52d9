"""`vendorgate enforce ec2-policy` and `allowed-amis`: whose images may be launched."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from checker.cli.enforce_options import Given, enforce_options, given, say, verdict, write_report
from checker.cli.main import PASS
from checker.cli.output import write_text
from checker.errors import InputError

if TYPE_CHECKING:
    from checker.enforce.image_proof import ImageProof
    from checker.enforce.images import MadeImages
    from checker.snapshot.records import Image, ImageUse

_ENFORCED = click.option(
    "--enforced", is_flag=True,
    help="Stop what is not allowed; without it AWS's audit mode only marks it.",
)  # fmt: skip
EC2 = "Declarative policy for EC2: whose images may be launched"
_THEN = "then: aws ec2 enable-allowed-images-settings --allowed-images-settings-state {}"
AMIS = "Allowed AMIs: whose images may be launched"


@click.command("ec2-policy")
@enforce_options
@_ENFORCED
def ec2_policy(
    allowlist: Path | None, against: Path | None, form: Any, report: Path | None, today: Any,
    no_settings: bool, redact: bool, enforced: bool,
) -> int:  # fmt: skip
    """The organization's declarative policy of EC2 that allows the images of vetted publishers, our
    own, and the aliases that the list accepts.

    Exit codes: 0 · 1 it would stop launches of what is vetted: nothing is written · 2 bad usage or
    input · 3 a part of the snapshot could not be judged
    """
    from checker.enforce.forms import named, rendered
    from checker.enforce.header import comment, header
    from checker.enforce.images import ec2_policy as made

    read = given(allowlist, against, today, no_settings=no_settings, report=report, redact=redact)
    seen = _uses(read)
    done = made(read.found, read.snapshot, seen, enforced=enforced)
    head = header(read.found, EC2, read.today, done.notes)
    say(head)
    code = _proven(read, done, seen, report, exact=False)
    if code != 1:
        policies = named("vendorgate-ec2", "DECLARATIVE_POLICY_EC2", EC2, done.plan.parts)
        write_text(rendered(form, policies, comment(head)), None)
    return code


@click.command("allowed-amis")
@enforce_options
@_ENFORCED
def allowed_amis(
    allowlist: Path | None, against: Path | None, form: Any, report: Path | None, today: Any,
    no_settings: bool, redact: bool, enforced: bool,
) -> int:  # fmt: skip
    """The same as settings of each account and region: as JSON the input of
    ReplaceImageCriteriaInAllowedImagesSettings.

    Exit codes: 0 · 1 it would stop launches of what is vetted: nothing is written · 2 bad usage or
    input · 3 a part of the snapshot could not be judged
    """
    from checker.enforce.forms import as_json
    from checker.enforce.header import comment, header
    from checker.enforce.images import allowed_amis as made
    from checker.enforce.terraform_images import as_terraform

    if form == "cloudformation":
        raise InputError(
            "CloudFormation has no resource for the Allowed AMIs of an account",
            hint="write -f terraform, or enforce ec2-policy for the organization",
        )
    read = given(allowlist, against, today, no_settings=no_settings, report=report, redact=redact)
    seen = _uses(read)
    done = made(read.found, read.snapshot, seen)
    head = header(read.found, AMIS, read.today, done.notes)
    say(head)
    code = _proven(read, done, seen, report, exact=True)
    if code != 1:
        parts, state = done.plan.parts, "enabled" if enforced else "audit-mode"
        if form == "json":
            say([_THEN.format(state)])
            write_text(as_json(parts), None)
        else:
            write_text(f"{comment(head)}\n{as_terraform(parts, state)}", None)
    return code


def _uses(read: Given) -> list[tuple[ImageUse, Image | None]]:
    """Each use of an image with what is known of it; terminated instances don't count."""
    from checker.subjects.image_use.images import Images

    if read.snapshot is None:
        return []
    images = Images(read.snapshot.images(), read.snapshot.image_settings())
    uses = (use for use in read.snapshot.image_uses() if use.state != "terminated")
    return [(use, images.of(use)) for use in uses]


def _proven(
    read: Given, done: MadeImages, seen: Iterable[tuple[ImageUse, Image | None]],
    report: Path | None, *, exact: bool,
) -> int:  # fmt: skip
    from checker.enforce.images import prove_images
    from checker.enforce.text import of_images

    if read.snapshot is None:
        return PASS
    register = read.register(read.snapshot)
    proof: ImageProof = prove_images(done, read.snapshot, register, seen, exact=exact)
    say(of_images(proof))
    write_report("allowed-amis" if exact else "ec2-policy", read, proof, report)
    return verdict(cuts=bool(proof.cuts), doubts=bool(proof.doubts))
