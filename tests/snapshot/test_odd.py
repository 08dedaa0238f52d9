"""What is odd about a snapshot is said, each in a sentence; and of a sound one, nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec

from checker.snapshot.code_uses import CodeUse
from checker.snapshot.files import CODE_USES, IMAGE_USES, PROVIDERS, RESOURCES, ROLES
from checker.snapshot.odd import FEW, Seen, Told, odd, unnamed
from checker.snapshot.records import (
    SCHEMA,
    Account,
    FileEntry,
    Gap,
    ImageUse,
    Location,
    Manifest,
    ProviderRecord,
    Role,
    Tool,
)
from checker.snapshot.resources import ResourceRecord
from checker.snapshot.twice import TwiceCounter
from tests.support.rows import rows

OWN, OTHER = "111111111111", "222222222222"
FILE = FileEntry(records=0, sha256="")


def manifest(*files: str, accounts: tuple[str, ...] = (OWN,), **more: Any) -> Manifest:
    """Of a snapshot of AWS, with roles and uses of images."""
    given: dict[str, Any] = {
        "schema": SCHEMA, "tool": Tool(name="vendorgate", version="1"), "collected_at": "2026-11-20T06:00:00Z",
        "partition": "aws", "accounts": tuple(Account(id=one) for one in accounts), "sources": ("aws",),
        "files": dict.fromkeys((ROLES, IMAGE_USES, *files), FILE),
    }  # fmt: skip
    return Manifest(**given | more)


def seen(roles: tuple[str, ...] = (OWN,), **more: Any) -> Seen:
    found = Seen("aws", accounts={ROLES: set(roles)})
    for name, value in more.items():
        setattr(found, name, value)
    return found


MANY = tuple(f"{number:012}" for number in range(FEW + 1))
FOUND: list[tuple[str, Manifest, Seen, list[str]]] = [
    ("a sound one", manifest(), seen(), []),
    ("no roles", manifest(files={IMAGE_USES: FILE}), seen(), [f"The manifest names no {ROLES}: no role was looked at."]),
    ("no images", manifest(files={ROLES: FILE}), seen(), [f"The manifest names no {IMAGE_USES}: no use of an image was looked at."]),
    ("another partition", manifest(), seen(foreign={ROLES: 2, PROVIDERS: 1}), ["Records that are not of the snapshot's partition aws: 3."]),
    ("nothing of another", manifest(), seen(foreign={ROLES: 0}), []),
    ("a doubted provider", manifest(), seen(doubted=["a/b"]), ["Identity providers of which files tell two issuers, and so none is believed: a/b."]),
    ("an account that is not listed", manifest(), seen((OWN, OTHER)), [f"Records of accounts that the manifest does not list: {OTHER}."]),
    ("an account without a role", manifest(accounts=(OWN, OTHER)), seen(), [f"Accounts that count as own and of which the snapshot holds not one role: {OTHER}. Every account has some."]),
    ("of which a gap tells", manifest(accounts=(OWN, OTHER), gaps=(Gap(account=OTHER, region=None, call="x", code="y", message="z"),)), seen(), []),
    ("a gap of nobody's account", manifest(accounts=(OWN, OTHER), gaps=(Gap(account=None, region=None, call="x", code="y", message="z"),)), seen(),
     [f"Accounts that count as own and of which the snapshot holds not one role: {OTHER}. Every account has some."]),
    ("one that was left out", msgspec.structs.replace(manifest(), accounts=(Account(id=OWN), Account(id=OTHER, collected=False))), seen(), []),
    ("one of code, which has none", manifest(accounts=(OWN, OTHER), sources=("terraform",)), seen(), []),
    ("where nobody looked for roles", manifest(accounts=(OWN, OTHER), files={IMAGE_USES: FILE}), seen(), [f"The manifest names no {ROLES}: no role was looked at."]),
    ("many", manifest(accounts=MANY), seen(MANY[:0]), [f"Accounts that count as own and of which the snapshot holds not one role: {', '.join(MANY[:FEW])} and 1 more. Every account has some."]),
    ("as many as are named", manifest(accounts=MANY[1:]), seen(MANY[:0]), [f"Accounts that count as own and of which the snapshot holds not one role: {', '.join(MANY[1:])}. Every account has some."]),
    ("told twice", manifest(), seen(repeated=TwiceCounter(1234)), ["Resources that are told twice, and judged each time: 1,234."]),
    ("resources of a kind that was asked for", manifest(RESOURCES, resource_kinds=("A", "B")), seen(kinds={"A"}), []),
    ("of one that was not", manifest(RESOURCES, resource_kinds=("A",)), seen(kinds={"A", "B"}), ["Resources of kinds that, by the manifest, nobody looked for: B."]),
    ("where nobody says for which", manifest(RESOURCES), seen(kinds={"A"}), ["The manifest does not say of which kinds resources were looked for."]),
    ("a file that is missing", manifest(resource_kinds=("A",)), seen(), [f"The manifest names no {RESOURCES}, and says that resources were looked for."]),
    ("where nobody looked", manifest(resource_kinds=()), seen(), []),
    ("code of one that was not", manifest(CODE_USES, code_kinds=("layer",)), seen(code={"layer", "snapshot"}), ["Uses of code of kinds that, by the manifest, nobody looked for: snapshot."]),
    ("code, where nobody says for which", manifest(CODE_USES), seen(code={"layer"}), ["The manifest does not say of which kinds uses of code were looked for."]),
]  # fmt: skip


@rows("why, told, found, expected", FOUND)
def test_what_is_odd_is_said(why: str, told: Manifest, found: Seen, expected: list[str]) -> None:
    """Records that are gone, or somebody else's, would pass in silence."""
    assert list(odd(told, found)) == expected, why


def role(account: str, arn: str) -> Role:
    return Role(account=account, arn=arn, name="r", trust_policy=msgspec.Raw(b"{}"))


def arn(account: str = OWN, partition: str = "aws") -> str:
    return f"arn:{partition}:iam::{account}:role/r"


def test_a_record_of_another_account_than_it_says() -> None:
    """The first of them; those of another partition are counted."""
    found = Seen("aws")
    assert found.look(ROLES, Role, [role(OWN, arn()), role(OWN, arn(OTHER)), role(OTHER, arn())]) == 1  # fmt: skip
    assert found.look(ROLES, Role, [role(OTHER, arn(OTHER, "aws-cn")), role(OTHER, arn(OTHER))]) is None  # fmt: skip
    assert (found.foreign, found.accounts) == ({ROLES: 1}, {ROLES: {OWN, OTHER}})
    provider = ProviderRecord(account=OWN, arn=f"arn:aws:iam::{OTHER}:saml-provider/p", kind="saml")
    use = ImageUse(resource=f"arn:aws:ec2:us-east-1:{OTHER}:instance/i", kind="instance", account=OWN, region="us-east-1", image_id=None)  # fmt: skip
    assert found.look(PROVIDERS, ProviderRecord, [provider]) == 0
    assert found.look(IMAGE_USES, ImageUse, [use]) == 0


def resource(account: str, name: str, line: int | None = None) -> ResourceRecord:
    place = Location(file="t.yaml", line=line) if line else None
    return ResourceRecord(account=account, region=None, arn=f"arn:aws:s3:::{name}", kind="AWS::S3::Bucket", name=name, location=place)  # fmt: skip


def test_resources_that_are_told_twice() -> None:
    """Within an account, however many blocks its lines come in; in code, by their places."""
    found = Seen("aws")
    found.look(RESOURCES, ResourceRecord, [resource(OWN, "a"), resource(OWN, "b")])
    found.look(RESOURCES, ResourceRecord, [resource(OWN, "a"), resource(OTHER, "b"), resource(OTHER, "b")])  # fmt: skip
    assert (found.twice, found.kinds) == (2, {"AWS::S3::Bucket"})
    found.begin_resources()
    found.look(RESOURCES, ResourceRecord, [resource(OTHER, "b", 1), resource(OTHER, "b", 2)])
    assert found.twice == 0
    for name, twice in (("c", 0), ("d", 0), ("c", 1)):
        found.look(RESOURCES, ResourceRecord, [resource(OTHER, name)])
        assert found.twice == twice


USES: list[tuple[str, str | None, set[str]]] = [
    ("container-image", f"{OWN}.dkr.ecr.us-east-1.amazonaws.com/a", {f"{OWN}.dkr.ecr.us-east-1.amazonaws.com"}),
    ("build-image", f"{OWN}.DKR-ECR.us-east-1.on.aws/a", {f"{OWN}.dkr-ecr.us-east-1.on.aws"}),
    ("container-image", "nginx", set()), ("container-image", None, set()),
    ("container-image", f"x/{OWN}.dkr.ecr.us-east-1.amazonaws.com/a", set()),
    ("layer", f"{OWN}.dkr.ecr.us-east-1.amazonaws.com/a", set()),
]  # fmt: skip


@rows("kind, reference, hosts", USES)
def test_registries_of_accounts_that_images_are_of(
    kind: str, reference: str | None, hosts: set[str]
) -> None:
    """Whatever is read before and after them, and elsewhere."""
    found = Seen("aws")
    for each in ("grafana/a", reference, "nginx"):
        use = CodeUse(account=OWN, region="us-east-1", resource="r", kind=kind, reference=each)
        found.look(CODE_USES, CodeUse, [use])
    assert (found.hosts, found.code) == (hosts, {kind})
    other = Seen("aws", hosts={"x"})
    other.add(CODE_USES, found.of(CODE_USES))
    assert other.hosts == hosts | {"x"}


def test_what_lies_beside_the_snapshot(tmp_path: Path) -> None:
    """A file that the manifest does not name is read by nobody: that is said."""
    for name in ("manifest.json", ROLES, IMAGE_USES):
        (tmp_path / name).touch()
    assert unnamed(tmp_path, manifest()) is None
    (tmp_path / "old.jsonl").touch()
    assert unnamed(tmp_path, manifest()) == "The folder holds what the manifest does not name: old.jsonl."  # fmt: skip
    for name in "hdbgeacf":
        (tmp_path / name).write_text("")
    said = ", ".join([*"abcdefgh", "old.jsonl"][:FEW])
    assert said in str(unnamed(tmp_path, manifest()))


def test_what_two_records_tell_otherwise() -> None:
    """The first of them; what is not known contradicts nothing."""
    told: Told[Any] = Told(lambda one: (one[0],), lambda one: one[1])
    told.look([("a", "x"), ("a", None), ("b", None), ("b", "y"), ("a", "x")])
    assert told.twice is None
    told.look([("b", "z"), ("a", "w")])
    assert told.twice == "b"
