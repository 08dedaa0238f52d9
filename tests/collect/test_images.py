"""Images as EC2 tells of them, in parts: which version, which parameter, whose, made from what."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from botocore.exceptions import ClientError
from msgspec.structs import replace

from checker.collect.aws import ec2, guardrails
from checker.collect.aws.account_region import AccountRegion, Options
from checker.collect.aws.aliases import resolve
from checker.collect.aws.ancestry import with_ancestry
from checker.collect.aws.configured_launches import Place as TemplatesOf
from checker.collect.aws.configured_launches import Templates
from checker.collect.aws.described import describe, public_images
from checker.collect.aws.images import _shared, images, settings
from checker.collect.aws.references import (
    Reference,
    TemplateConfig,
    TemplateOverride,
    TemplateRef,
    TemplateSpecification,
    launches,
    to_uses,
)
from checker.collect.aws.templates import follow, launch_templates
from checker.snapshot.records import Image, ImageCriterion, ImageUse
from tests.support.rows import rows

A, B, R = "111111111111", "222222222222", "us-east-1"
Answer = Callable[[str, dict[str, Any]], Any]
KEYS = {"describe_images": "Images", "describe_launch_template_versions": "LaunchTemplateVersions", "get_parameters": "Parameters",
        "describe_instance_image_metadata": "InstanceImageMetadata", "describe_regions": "Regions", "describe_instances": "Reservations",
        "describe_replace_root_volume_tasks": "ReplaceRootVolumeTasks", "list_policies": "Policies", "list_targets_for_policy": "Targets"}  # fmt: skip


class Told:
    """Answers by method; a text is an error's code."""

    offered, unreachable = True, False

    def __init__(self, answer: Answer) -> None:
        self.answer, self.asked = answer, list[tuple[str, dict[str, Any]]]()

    def __call__(self, _service: str, region: str = R) -> Any:
        self.region = region
        return self

    def call(self, method: str, request: dict[str, Any]) -> Any:
        self.asked.append((method, request))
        found = self.answer(method, dict(request) | {"region": self.region})
        if isinstance(found, str):
            raise ClientError({"Error": {"Code": found, "Message": "no"}}, method)
        return found

    def pages(self, method: str, request: dict[str, Any]) -> Any:
        yield {KEYS[method]: self.call(method, request)}


def account_region(answer: Answer, **options: bool) -> AccountRegion:
    return AccountRegion(A, "aws", R, Told(answer), options=Options(**options))


def version(
    number: int, image: str | None = None, template: str = "lt-1", *, default: bool = False
) -> dict[str, Any]:
    return {"LaunchTemplateId": template, "LaunchTemplateName": f"n-{template}", "VersionNumber": number, "DefaultVersion": default,
            "LaunchTemplateData": {"ImageId": image or f"ami-{number}"}}  # fmt: skip


def versions(_: str, request: dict[str, Any]) -> Any:
    wanted = request.get("Versions")
    if wanted == ["$Latest", "$Default"]:
        return [version(1, default=True), version(3)]
    key = request.get("LaunchTemplateId"), request.get("LaunchTemplateName")
    if key not in (("lt-1", None), (None, "n-lt-1")):
        return "InvalidLaunchTemplateId.NotFound"
    return [version(n) for n in (1, 2, 3) if not wanted or str(n) in wanted]


def named(key: str | None, number: str = "$Default") -> Reference:
    return Reference(resource="r", kind="k", template=TemplateRef(key, number) if key else None)


FOLLOWED = [
    (named("lt-1"), "ami-1"), (named("lt-1", "$Latest"), "ami-3"), (named("lt-1", "3"), "ami-3"), (named("n-lt-1", "1"), "ami-1"),
    (named("lt-1", "2"), "ami-2"), (named("n-lt-1", "2"), "ami-2"), (named("lt-9"), None), (named("lt-1", "9"), None), (named(None), None),
]  # fmt: skip


@rows("reference, image", FOLLOWED)
def test_which_image_a_template_launches(reference: Reference, image: str | None) -> None:
    """The image of another version; or one that cannot be told, and is told as none at all."""
    here = account_region(versions)
    *_, found = follow(here, [*launch_templates(here), reference])
    assert found.image == image
    assert len(to_uses(here, [found])) == (reference.template is not None) and here.gaps == []
    assert found.via == (str(reference.template) if reference.template else None)


def test_an_image_of_no_name_is_in_use() -> None:
    """Dropped, what runs it would run none that anybody looks at."""
    (use,) = to_uses(account_region(versions), [Reference(resource="r", kind="k", image="")])
    assert use.image_id is None


def test_versions_that_are_looked_at() -> None:
    """A version that nobody names yet, where that was asked for; each one once."""
    for every, expected in ((False, ["1", "3"]), (True, ["1", "3", "2"])):
        found = list(launch_templates(account_region(versions, all_template_versions=every)))
        assert [(one.via or "").split()[1] for one in found] == expected
    for latest, asked in ((1, 1), (2, 2)):
        found = [version(n, default=n == 1) for n in range(1, latest + 1)]
        here = account_region(lambda *_, found=found: found, all_template_versions=True)
        assert len(list(launch_templates(here))) == latest and len(here.client.asked) == asked  # type: ignore[attr-defined]
    one = next(launch_templates(account_region(versions)))
    assert set(one.defines) == {
        TemplateRef(key, number) for key in ("lt-1", "n-lt-1") for number in ("1", "$Default")
    }


def test_what_a_group_launches() -> None:
    """An override that puts another image, or another template, in the place of what stands there."""

    def of(key: str) -> TemplateSpecification:
        return TemplateSpecification(launch_template_name=key)

    config = TemplateConfig(
        launch_template_specification=of("a"),
        overrides=(TemplateOverride(image_id="ami-9"), TemplateOverride(launch_template_specification=of("b")), TemplateOverride(launch_template_specification=of("a"))),
    )  # fmt: skip
    found = list(launches(named(None), config))
    assert [(one.template and one.template.key, one.image, one.via) for one in found] == [
        ("a", None, None),
        (None, "ami-9", "override"),
        ("b", None, None),
    ]
    assert list(launches(named(None), TemplateConfig())) == []


def use(image: str | None, kind: str = "instance", via: str | None = None) -> ImageUse:
    return ImageUse(resource="r", kind=kind, account=A, region=R, image_id=image, via=via)


SHARED = f"arn:aws:ssm:{R}:{B}:parameter/x"
PARAMETERS = {"own": "ami-1", "own:3": "ami-3", "/aws/p": "ami-2", SHARED: "ami-4", "text": "none"}


def parameters(_: str, request: dict[str, Any]) -> Any:
    names = request["Names"]
    assert len(names) <= 10
    if "denied" in names or "lost" in names:
        return "AccessDeniedException" if "denied" in names else "InternalError"
    found = [(name, PARAMETERS[name]) for name in names if name in PARAMETERS]
    return [{"Name": "x" if name == SHARED else name.split(":")[0], "Value": value, "ARN": SHARED if name == SHARED else None,
             "Selector": ":3" if name.endswith(":3") else None} for name, value in found]  # fmt: skip


ALIASES: list[tuple[str | None, str | None, str | None, int]] = [
    ("ami-9", "ami-9", None, 0), (None, None, None, 0), ("resolve:ssm:own", "ami-1", None, 0), ("resolve:ssm:own:3", "ami-3", None, 0),
    ("resolve:ssm:/aws/p", "ami-2", None, 0), (f"resolve:ssm:{SHARED}", "ami-4", B, 0), ("resolve:ssm:text", None, None, 0),
    ("resolve:ssm:gone", None, None, 0), ("resolve:ssm:denied", None, None, 0), ("resolve:ssm:lost", None, None, 1),
]  # fmt: skip


@rows("image, expected, owner, gaps", ALIASES)
def test_which_image_a_parameter_names(
    image: str | None, expected: str | None, owner: str | None, gaps: int
) -> None:
    """Another account decides what runs here, and nobody says so; or an image that cannot be told
    reads as one that is not used."""
    here = account_region(parameters)
    found, *_ = resolve(here, [use(image, via="v"), use("resolve:ssm:own")])
    assert (found.image_id, found.via_account, len(here.gaps)) == (expected, owner, gaps)
    assert found.via == (f"v, {image}" if image and image.startswith("resolve") else "v")
    apart = account_region(parameters)
    told = resolve(
        apart, [use("resolve:ssm:/aws/p"), use("resolve:ssm:denied"), use("resolve:ssm:own")]
    )
    assert [one.image_id for one in told] == ["ami-2", None, "ami-1"] and apart.gaps == [], (
        "AWS's own are permitted apart"
    )
    many = resolve(
        account_region(parameters),
        [use(f"resolve:ssm:{n}") for n in range(25)] + [use("resolve:ssm:own")],
    )
    assert many[-1].image_id == "ami-1"


def ami(id_: str, owner: str = A, **more: Any) -> dict[str, Any]:
    return {"ImageId": id_, "OwnerId": owner, "Public": False, "State": "available"} | more


def ec2_of(
    own: list[Any],
    others: list[Any],
    metadata: Any = (),
    chain: Any = "AuthFailure",
    permissions: Any = "AccessDenied",
) -> Answer:
    def answer(method: str, request: dict[str, Any]) -> Any:
        if method == "describe_instance_image_metadata":
            return (
                metadata
                if isinstance(metadata, str)
                else [{"ImageMetadata": one} for one in metadata]
            )
        if method == "describe_images":
            if "Owners" in request:
                return own
            ids = [value for one in request["Filters"] for value in one["Values"]]
            assert len(ids) <= 200
            return [one for one in [*own, *others] if one["ImageId"] in ids]
        found = chain if method == "get_image_ancestry" else permissions
        return found(request) if callable(found) else found

    return answer


def looked(answer: Answer, *uses: ImageUse, **options: bool) -> dict[str, Image]:
    here = account_region(answer, **options)
    found = list(images(here, uses))
    assert len({one.image_id for one in found}) == len(found), "one image, told twice"
    return {one.image_id: one for one in found}


def test_whose_the_images_in_use_are() -> None:
    """An image without an owner, taken for one's own; what instances know of it counts first."""
    meta = [
        {
            "ImageId": "ami-3",
            "OwnerId": B,
            "ImageOwnerAlias": B,
            "Name": "gone",
            "IsPublic": True,
            "State": "deregistered",
        }
    ]
    answer = ec2_of([ami("ami-1")], [ami("ami-2", B, ProductCodes=[{"ProductCodeId": "c"}])], meta)
    found = looked(answer, use("ami-1"), use("ami-2"), use("ami-3"), use("ami-4"), use(None))
    assert {id_: one.owner for id_, one in found.items()} == {
        "ami-1": A,
        "ami-2": B,
        "ami-3": B,
        "ami-4": None,
    }
    assert (
        found["ami-2"].product_codes,
        found["ami-3"].product_codes,
        found["ami-1"].product_codes,
    ) == (("c",), None, ())
    assert (
        found["ami-3"].alias,
        found["ami-3"].name,
        found["ami-3"].public,
        found["ami-3"].state,
    ) == (None, "gone", True, "deregistered")
    both = looked(
        ec2_of(
            [],
            [ami("ami-2", B, Public=True)],
            [{"ImageId": "ami-2", "OwnerId": A, "IsPublic": False}],
        ),
        use("ami-2"),
    )
    assert (both["ami-2"].owner, both["ami-2"].public) == (A, False)
    denied = account_region(ec2_of([], [], "UnauthorizedOperation"))
    list(images(denied, [use("ami-1")]))
    assert [gap.call for gap in denied.gaps] == ["ec2:DescribeInstanceImageMetadata"]
    none = account_region(ec2_of([], [], "UnauthorizedOperation"))
    list(images(none, [use("ami-1", "launch-template")]))
    assert none.gaps == [], "no instance, nothing to ask"


def test_own_images_that_nobody_uses() -> None:
    """An image that is open to everybody, in an account where nothing runs."""
    answer = ec2_of(
        [ami("ami-1", Public=True), ami("ami-2")],
        [],
        permissions={"LaunchPermissions": [{"UserId": B}, {"Group": "all"}, {}]},
    )
    assert {id_: one.launch_permissions for id_, one in looked(answer).items()} == {
        "ami-1": ("all",)
    }
    assert list(looked(answer, use("ami-1"))) == ["ami-1"]
    every = looked(answer, all_image_permissions=True)
    assert {id_: one.launch_permissions for id_, one in every.items()} == {
        "ami-1": ("all",),
        "ami-2": (B, "all"),
    }
    assert looked(answer, use("ami-2"))["ami-2"].launch_permissions == (B, "all")


def test_with_whom_an_image_is_shared() -> None:
    """Not told, taken for with nobody; or asked of what is another's."""
    mine = Image(image_id="ami-1", account=A, region=R, owner=A)
    here = account_region(ec2_of([], []))
    assert _shared(here, mine).launch_permissions is None and [gap.call for gap in here.gaps] == [
        "ec2:DescribeImageAttribute"
    ]
    for other in (replace(mine, owner=B), replace(mine, state="deregistered")):
        assert _shared(account_region(ec2_of([], [])), other) == other
    by_organization = {
        "LaunchPermissions": [{"OrganizationArn": "o"}, {"OrganizationalUnitArn": "u"}]
    }
    assert _shared(
        account_region(ec2_of([], [], permissions=by_organization)), mine
    ).launch_permissions == ("o", "u")


def step(
    id_: str, source: str | None = None, region: str | None = None, alias: str | None = None
) -> dict[str, Any]:
    return {
        "ImageId": id_,
        "SourceImageId": source,
        "SourceImageRegion": region,
        "ImageOwnerAlias": alias,
    }


def test_what_an_image_was_made_from() -> None:
    """A copy of a stranger's image that reads as one's own, from another region or by a circle."""
    chains = {
        "ami-1": [step("ami-1", "ami-2"), step("ami-2", "ami-3", "eu-west-1"), step("ami-3")],
        "ami-5": [step("ami-5", "ami-6"), step("ami-6", "ami-5")],
    }

    def chain(request: dict[str, Any]) -> Any:
        found = chains.get(request["ImageId"])
        return {"ImageAncestryEntries": found} if found else "InvalidAMIID.NotFound"

    def answer(method: str, request: dict[str, Any]) -> Any:
        others = (
            [ami("ami-2", B)]
            if request["region"] == R
            else [ami("ami-3", "333333333333", Name="base")]
        )
        return ec2_of([], others, chain=chain)(method, request)

    given = [Image(image_id=id_, account=A, region=R, owner=owner, public=public)
             for id_, owner, public in (("ami-1", A, False), ("ami-5", A, False), ("ami-4", A, False), ("ami-7", B, True))]  # fmt: skip
    found = {one.image_id: one for one in with_ancestry(account_region(answer), given, {})}
    told = [
        (one.image_id, one.region, one.owner, one.name) for one in found["ami-1"].ancestry or ()
    ]
    assert told == [("ami-2", R, B, None), ("ami-3", "eu-west-1", "333333333333", "base")]
    assert found["ami-1"].ancestry_complete is True
    assert [one.image_id for one in found["ami-5"].ancestry or ()] == ["ami-6"] and not found[
        "ami-5"
    ].ancestry_complete
    assert found["ami-4"].ancestry is None and found["ami-7"] == given[3]


def test_all_ids_are_asked_for() -> None:
    """The two hundred and first image, of which nobody hears; and accounts likewise."""
    every = [ami(f"ami-{n:03}") for n in range(401)]
    assert (
        len(describe(account_region(ec2_of([], every)), [one["ImageId"] for one in every])) == 401
    )

    def owned(_: str, request: dict[str, Any]) -> Any:
        assert len(request["Owners"]) <= 200 and request["ExecutableUsers"] == ["all"]
        return [ami(f"ami-{one}", one) for one in request["Owners"]]

    assert len(public_images(account_region(owned), [f"{n:012}" for n in range(401)])) == 401


def test_regions_that_are_enabled() -> None:
    """A region that is not looked at, though the account can use it."""
    told = [{"RegionName": "a"}, {"RegionName": "b", "OptInStatus": "opted-in"}, {"RegionName": "c", "OptInStatus": "not-opted-in"}, {"RegionName": "a"},
            {"RegionName": "d", "OptInStatus": "opt-in-not-required"}]  # fmt: skip
    assert ec2.regions(account_region(lambda _, __: told)) == ["a", "b", "d"]


def test_instances_and_their_replaced_roots() -> None:
    """An instance that runs another image since its root volume was replaced."""

    def instance(id_: str, state: str = "running") -> dict[str, Any]:
        return {
            "InstanceId": id_,
            "ImageId": "ami-1",
            "State": {"Name": state},
            "Tags": [{"Key": "x", "Value": "y"}, {"Key": "Name", "Value": id_}],
        }

    def task(id_: str, image: str | None, start: str, state: str = "succeeded") -> dict[str, Any]:
        return {"InstanceId": id_, "ImageId": image, "TaskState": state, "StartTime": start}

    tasks = [
        task("i-1", "ami-3", "2"),
        task("i-1", "ami-2", "1"),
        task("i-2", "ami-9", "1", "failed"),
        task("i-3", "ami-1", "1"),
        task("i-4", None, "1"),
        task("i-9", "ami-5", "1"),
    ]
    alive = [
        instance("i-1"),
        instance("i-2", "stopped"),
        instance("i-3"),
        instance("i-4"),
        instance("i-5", "terminated"),
    ]

    def answer(method: str, _: Any) -> Any:
        return tasks if "root" in method else [{"Instances": alive[:2]}, {"Instances": alive[2:]}]

    found = [(one.name, one.image, one.via) for one in ec2.instances(account_region(answer))]
    assert found == [
        ("i-1", "ami-1", None),
        ("i-2", "ami-1", None),
        ("i-3", "ami-1", None),
        ("i-4", "ami-1", None),
        ("i-1", "ami-3", "replaced root volume"),
    ]


def test_settings_of_images() -> None:
    """A region that hides images, told as one that shows all."""
    (one,) = settings(account_region(lambda _, __: {"State": "enabled", "ManagedBy": "account"}))
    assert (one.allowed_images, one.managed_by, one.region) == ("enabled", "account", R)
    criteria = [{"ImageProviders": ["b", "a"]}, {"ImageNames": ["x*"], "CreationDateCondition": {
        "MaximumDaysSinceCreated": 300}}]  # fmt: skip
    answer = {"State": "enabled", "ImageCriteria": criteria}
    (asked,) = settings(account_region(lambda _, __: answer))
    assert asked.criteria == (
        ImageCriterion(providers=("a", "b")),
        ImageCriterion(names=("x*",), more=True),
    )
    denied = account_region(lambda _, __: "UnauthorizedOperation")
    assert not list(settings(denied)) and len(denied.gaps) == 1


def test_resource_control_policies() -> None:
    """A policy that could not be read, by which a trust seems refused to nobody, or to all."""

    def answers(policy: Any, targets: Any = ()) -> Answer:
        listed = [
            {"Id": "p-2", "Name": "b"},
            {"Id": "p-1", "Name": "a"},
            {"Id": "p-0", "AwsManaged": True},
        ]
        return lambda method, _: {
            "list_policies": listed,
            "describe_policy": policy,
            "list_targets_for_policy": targets,
        }[method]

    whole = account_region(
        answers({"Policy": {"Content": '{"a": 1}'}}, [{"TargetId": "r-2"}, {"TargetId": "r-1"}])
    )
    found = guardrails.resource_control_policies(whole) or ()
    assert [(one.id, one.name, bytes(one.document), one.targets) for one in found] == [
        ("p-1", "a", b'{"a":1}', ("r-1", "r-2")),
        ("p-2", "b", b'{"a":1}', ("r-1", "r-2")),
    ]
    for code, gaps in (("AccessDeniedException", 0), ("InternalError", 1)):
        here = account_region(answers(code))
        assert guardrails.resource_control_policies(here) is None and len(here.gaps) == gaps
    odd = (
        guardrails.resource_control_policies(
            account_region(answers({"Policy": {"Content": "no json"}}))
        )
        or ()
    )
    assert bytes(odd[0].document) == b'"no json"'


RECORDED: list[tuple[str, str, str | None]] = [
    ("lt-1", "3", "ami-1"), ("n", "$Latest", "ami-1"), ("n", "$Default", "ami-1"), ("lt-1", "2", ""),
    ("lt-2", "$Default", None), ("lt-3", "1", ""), ("lt-9", "1", ""), ("lt-7", "1", "ami-7"),
]  # fmt: skip


@rows("key, number, image", RECORDED)
def test_which_image_a_template_that_config_recorded_launches(
    key: str, number: str, image: str | None
) -> None:
    """A version of which nothing is known, told as one that launches no image: no gap, and a pass."""
    known, here = Templates(), TemplatesOf(A, R)
    known.template(here, ["lt-1", "n", None], "ami-1", ("3", "3"))
    known.template(here, ["lt-2"], None, ("1", "1"))
    known.template(here, ["lt-3"], "ami-3", ("1", "2"))
    made = Reference(resource="t", kind="k", image="ami-7", defines=(TemplateRef("lt-7", "1"),))
    assert known.followed(here, made) is made and known.uncertain == 1
    found = known.followed(here, named(key, number))
    assert (found.image, found.via) == (image, str(TemplateRef(key, number)))
    assert known.followed(TemplatesOf(B, R), named(key, number)).image == ""
