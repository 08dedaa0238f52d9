"""What was recorded, in parts: what answers in AWS's place, and what is known to be missing."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError
from msgspec import UNSET

from checker.collect.aws import iam, templates
from checker.collect.aws.aliases import PARAMETERS
from checker.collect.aws.described import IMAGES
from checker.collect.files.complete import FILTERS, NO_LATEST, complete
from checker.collect.files.kinds import SUMMARY, TEMPLATES
from checker.collect.files.matched import NAMES, OF_ONE
from checker.collect.files.read import TRUNCATED
from checker.collect.recorded.answers import Answers, Place
from checker.collect.recorded.client import _SELECT, NOT_GIVEN, SHARED, TWICE, Recorded
from checker.collect.recorded.collect import (
    NOTHING,
    Recording,
    _certain,
    _judged,
    _said_once,
    snapshot_of,
)
from checker.collect.recorded.ours import known
from checker.errors import BadInputsError, InputError
from checker.snapshot.records import Gap, Input, Role
from tests.support.rows import rows

A, B, C = "111111111111", "222222222222", "333333333333"
HOME, HERE = Place(A), Place(A, "us-east-1")


def answers(**places: Any) -> Answers:
    """`HOME` and `HERE`: call → items."""
    made = Answers()
    for name, calls in places.items():
        for call, items in calls.items():
            made.add({"home": HOME, "here": HERE}[name], call, items)
    return made


def told_role(name: str, **more: Any) -> dict[str, Any]:
    return {"Arn": f"arn:aws:iam::{A}:role/{name}", "RoleName": name} | more


FULL: dict[str, Any] = {"AttachedManagedPolicies": []}
CUT = Gap(account=A, call=iam.ROLES.name, code=TRUNCATED, message="")
COUNTS: list[tuple[str, list[Any], int | None, list[Gap], list[str]]] = [
    ("as many as are counted", [told_role("a")], 1, [], []), ("nobody counts", [told_role("a")], None, [], []),
    ("one is missing", [told_role("a")], 2, [], ["IncompleteListing"]), ("one too many", [told_role("a"), told_role("b")], 1, [], ["IncompleteListing"]),
    ("a page that follows is here", [told_role("a")], 1, [CUT], []), ("and is not", [told_role("a")], 2, [CUT], [TRUNCATED]),
    ("another account's is not", [told_role("a")], 1, [Gap(account=B, call=iam.ROLES.name, code=TRUNCATED, message="")], [TRUNCATED]),
    ("another listing is cut", [told_role("a")], 1, [Gap(account=A, call="x:y", code=TRUNCATED, message="")], [TRUNCATED]),
]  # fmt: skip


@rows("why, roles, count, gaps, codes", COUNTS)
def test_roles_are_counted(
    why: str, roles: list[Any], count: int | None, gaps: list[Gap], codes: list[str]
) -> None:
    """A page of roles that nobody gave; or a gap that stays though it was given."""
    calls = {iam.ROLES.name: roles} | ({} if count is None else {SUMMARY.name: [{"Roles": count}]})
    one = answers(home=calls)
    one.gaps = list(gaps)
    complete(one)
    assert [gap.code for gap in one.gaps] == codes, why


def test_a_role_with_its_policies_is_better_told() -> None:
    """One listing without policies beside the one with them, and nothing is graded; or two that say
    two things."""
    one = answers(home={iam.ROLES.name: [told_role("a"), told_role("a", **FULL), told_role("b")]})
    one.unjudged = {told_role("a")["Arn"], told_role("b")["Arn"]}
    complete(one)
    assert one.items(HOME, iam.ROLES.name) == [told_role("a", **FULL), told_role("b")]
    assert one.unjudged == {told_role("b")["Arn"]} and any(
        "not graded" in note and "policies: 1." in note for note in one.notes
    )
    both = answers(home={iam.ROLES.name: [told_role("a"), told_role("a", **FULL)]})
    both.given = {HERE: {}, **both.given}
    complete(both)
    assert both.items(HOME, iam.ROLES.name) == [told_role("a", **FULL)]
    two = answers(
        home={iam.ROLES.name: [told_role("a"), told_role("a", Path="/x/"), told_role("b")]}
    )
    with pytest.raises(InputError, match=r"role/a is told twice"):
        complete(two)
    three = answers(home={iam.ROLES.name: [told_role(n, Path=p) for n in "ab" for p in "12"]})
    with pytest.raises(BadInputsError):
        complete(three)


def version(number: int, template: str = "lt-1", **more: Any) -> dict[str, Any]:
    return {"LaunchTemplateId": template, "VersionNumber": number} | more


LISTED = {"LaunchTemplateId": "lt-1", "DefaultVersionNumber": 1, "LatestVersionNumber": 3}
VERSIONS: list[tuple[str, dict[str, Any], list[str]]] = [
    ("all that are launched", {TEMPLATES.name: [LISTED], templates.VERSIONS.name: [version(1), version(3)]}, []),
    ("the latest is missing", {TEMPLATES.name: [LISTED], templates.VERSIONS.name: [version(1)]}, ["not given: lt-1 version 3"]),
    ("of another template", {TEMPLATES.name: [LISTED], templates.VERSIONS.name: [version(1), version(3, "lt-2")]}, ["not given: lt-1 version 3"]),
    ("versions of one alone", {OF_ONE: [version(1)]}, ["versions of single templates alone"]),
    ("of one, beside the list", {TEMPLATES.name: [LISTED], OF_ONE: [version(1), version(3)]}, []),
    ("of one, beside all", {templates.VERSIONS.name: [version(1)], OF_ONE: [version(2)]}, []),
    ("many", {TEMPLATES.name: [LISTED | {"LaunchTemplateId": f"lt-{n}"} for n in range(2)], templates.VERSIONS.name: []},
     ["not given: lt-0 version 1, lt-0 version 3, lt-1 version 1 and 1 more"]),
]  # fmt: skip


@rows("why, calls, said", VERSIONS)
def test_versions_of_templates(why: str, calls: dict[str, Any], said: list[str]) -> None:
    """A template whose latest version, which is launched, nobody gave."""
    one = answers(here=calls)
    complete(one)
    assert len(one.gaps) == len(said) and all(
        part in gap.message for part, gap in zip(said, one.gaps, strict=True)
    ), one.gaps
    assert all(
        (gap.account, gap.region, gap.code) == (A, "us-east-1", "IncompleteListing")
        for gap in one.gaps
    )


def image(**more: Any) -> dict[str, Any]:
    return {"ImageId": "ami-1", "OwnerId": A, "Public": False} | more


TOLD_TWICE: list[tuple[str, dict[str, Any], dict[str, Any], str | None]] = [
    ("an image, when it was launched", {IMAGES.name: [image(), image(LastLaunchedTime="x")]}, {}, None), ("another owner", {IMAGES.name: [image(), image(OwnerId=B)]}, {}, "ami-1"),
    ("open to all since", {IMAGES.name: [image(), image(Public=True)]}, {}, "ami-1"), ("as another's", {IMAGES.name: [image()], SHARED: [image(Public=True)]}, {}, "ami-1"),
    ("another's, twice", {SHARED: [image(), image(Public=True)]}, {}, "ami-1"), ("which does not tell", {IMAGES.name: [image(), image(Public=None, OwnerId=B)]}, {}, None), ("another image", {IMAGES.name: [image(), image(ImageId="ami-2", Public=True)]}, {}, None),
    ("a summary", {}, {SUMMARY.name: [{"Roles": 1}, {"Roles": 2}]}, f"the summary of {A}"), ("of something else", {}, {SUMMARY.name: [{"Roles": 1, "Users": 1}, {"Roles": 1, "Users": 2}]}, None),
    ("two trusts of a role", {}, {iam.ROLES.name: [told_role("a", AssumeRolePolicyDocument="x"), told_role("a", AssumeRolePolicyDocument="y", **FULL)]}, told_role("a")["Arn"]),
    ("one trust, with policies and without", {}, {iam.ROLES.name: [told_role("a", AssumeRolePolicyDocument="x", Path="/"), told_role("a", AssumeRolePolicyDocument="x", **FULL)]}, None),
]  # fmt: skip


@rows("why, here, home, name", TOLD_TWICE)
def test_what_is_told_twice(why: str, here: Any, home: Any, name: str | None) -> None:
    """Of two days nobody can tell which holds, where it decides."""
    one = answers(here=here, home=home)
    if name is None:
        complete(one)
    else:
        with pytest.raises(InputError) as caught:
            complete(one)
        assert caught.value.message == f"{name} is told twice, and not the same"


def test_what_is_noted() -> None:
    """That filters are not told, and that the latest version is guessed where no list has it."""
    listed: list[tuple[dict[str, Any], list[str]]] = [
        ({}, [FILTERS]), ({templates.VERSIONS.name: []}, [FILTERS, NO_LATEST]), ({TEMPLATES.name: []}, [FILTERS]), ({TEMPLATES.name: [], templates.VERSIONS.name: []}, [FILTERS]),
    ]  # fmt: skip
    for calls, notes in listed:
        one = answers(here=calls)
        complete(one)
        assert one.notes == notes
    one = answers(here={"eks:ListClusters": ["c"], NAMES: [{"nodegroups": []}]})
    complete(one)
    assert one.items(HERE, "eks:ListNodegroups") == [{"clusterName": "c", "nodegroups": []}]


def asked(one: Answers, service: str, method: str, place: Place = HERE, **request: Any) -> Any:
    client = Recorded(one, place, service)
    try:
        (page,) = client.pages(method, request)
        return next(iter(page.values()))
    except ClientError as error:
        return error.response["Error"]["Code"]


OWN, OTHER = {"ImageId": "ami-1", "OwnerId": A}, {"ImageId": "ami-2", "OwnerId": B}
BY_ID = [{"Name": "image-id", "Values": ["ami-2", "ami-3"]}]


def test_images_that_are_asked_for() -> None:
    """Somebody else's image as one's own; or one that was given, and is told as gone."""
    one = answers(here={IMAGES.name: [OWN, OTHER], SHARED: [{"ImageId": "ami-3", "OwnerId": B}]})
    assert asked(one, "ec2", "describe_images", Owners=["self"]) == [OWN]
    assert [image["ImageId"] for image in asked(one, "ec2", "describe_images", Filters=BY_ID)] == [
        "ami-2",
        "ami-3",
    ]
    alone = answers(here={SHARED: [{"ImageId": "ami-3", "OwnerId": B}]})
    assert asked(alone, "ec2", "describe_images", Owners=["self"]) == NOT_GIVEN, (
        "nobody listed own ones"
    )
    assert len(asked(alone, "ec2", "describe_images", Filters=BY_ID)) == 1
    assert asked(answers(home={"x": []}), "ec2", "describe_images", Filters=BY_ID) == NOT_GIVEN


def test_versions_that_are_asked_for() -> None:
    """A version that is never launched, or the default one left out."""
    given = [version(n, t, DefaultVersion=n == 2) for t in ("lt-1", "lt-2") for n in (1, 2, 3)]
    one = answers(here={templates.VERSIONS.name: given})

    def found(**request: Any) -> list[Any]:
        return [
            (v["LaunchTemplateId"], v["VersionNumber"])
            for v in asked(one, "ec2", "describe_launch_template_versions", **request)
        ]

    assert found() == [("lt-1", 2), ("lt-1", 3), ("lt-2", 2), ("lt-2", 3)]
    assert found(LaunchTemplateId="lt-1") == [("lt-1", 1), ("lt-1", 2), ("lt-1", 3)]
    assert (
        found(LaunchTemplateId="lt-1", Versions=["1"]) == [("lt-1", 1)]
        and found(LaunchTemplateId="lt-1", Versions=["4"]) == found(LaunchTemplateName="x") == []
    )


def test_what_nobody_recorded_fails() -> None:
    """A call without an answer, taken for one that found nothing."""
    one = answers(
        home={iam.ROLES.name: []}, here={PARAMETERS.name: [{"Name": "p", "Value": "ami-1"}]}
    )
    assert asked(one, "iam", "get_account_authorization_details") == []
    (page,) = Recorded(one, HOME, "iam").pages("get_account_authorization_details", {})
    assert page == {"RoleDetailList": [], "Policies": []}
    beside = answers(home={iam.ROLES.name: [], f"{iam.ROLES.name}/Policies": [{"Arn": "arn:p"}]})
    (page,) = Recorded(beside, HOME, "iam").pages("get_account_authorization_details", {})
    assert page == {"RoleDetailList": [], "Policies": [{"Arn": "arn:p"}]}
    assert asked(one, "iam", "list_open_id_connect_providers") == NOT_GIVEN
    assert asked(one, "ec2", "describe_instances") == NOT_GIVEN
    assert asked(one, "ec2", "describe_instance_image_metadata") == "NotImplemented"
    assert asked(one, "ssm", "get_parameters", Names=["p"]) == [{"Name": "p", "Value": "ami-1"}]
    assert asked(one, "ssm", "get_parameters", Names=["q"]) == NOT_GIVEN, "of this one nobody asked"
    one.failures = {
        (None, "ec2:DescribeInstances"): ("AccessDenied", "m"),
        (A, "ec2:DescribeInstances"): ("Odd", "m"),
    }
    assert asked(one, "ec2", "describe_instances") == "Odd"
    assert asked(one, "ec2", "describe_instances", Place(B, "us-east-1")) == "AccessDenied"
    one.add(HERE, "ec2:DescribeImageAttribute", [])
    with pytest.raises(ClientError, match=NOT_GIVEN):
        Recorded(one, HERE, "ec2").call("describe_image_attribute", {"ImageId": "ami-1"})


def member(id_: str, state: str = "ACTIVE", **more: Any) -> dict[str, Any]:
    return {"Id": id_, "State": state} | more


def test_who_is_ours() -> None:
    """An account that nobody looked at, told as looked at; or one that cannot be, told as a gap."""
    one = answers(home={iam.ROLES.name: []})
    one.members = [member(A), member(B), member(C, "SUSPENDED", Name="old")]
    ours = known(one)
    assert [(a.id, a.collected, a.state) for a in ours.accounts] == [
        (A, True, "ACTIVE"),
        (B, True, "ACTIVE"),
        (C, False, "SUSPENDED"),
    ]
    assert (ours.listed, ours.gaps, ours.notes, ours.accounts[2].name) == (True, (), (), "old")
    many = [f"{n:012}" for n in range(12)]
    one.members = [member(id_) for id_ in many[::-1]]
    assert [account.id for account in known(one).accounts] == sorted([*many, A])
    one.members = [member(B, Arn=f"arn:aws:organizations::{C}:account/o-own1234567/{B}")]
    cut = known(one)
    assert cut.organization and (cut.organization.id, cut.organization.management_account) == (
        "o-own1234567",
        C,
    )
    assert [gap.message.split(":")[0] for gap in cut.gaps] == [f"{A}, {C}"]
    one.members = []
    nobody = known(one)
    assert nobody.listed is False and nobody.gaps == () and A in nobody.notes[0]
    one.organizations = [{"Id": "o-1", "MasterAccountId": A}, {"Id": "o-2"}]
    with pytest.raises(InputError, match="the organizations o-1 and o-2"):
        known(one)
    one.organizations = []
    one.members = [member(id_, Arn=f"arn:aws:organizations::{C}:account/o-{n}/{id_}") for n, id_ in enumerate((A, B))]  # fmt: skip
    with pytest.raises(InputError, match="the organizations o-0 and o-1"):
        known(one)
    one.members = [member(A, "SUSPENDED")]
    assert [account.collected for account in known(one).accounts] == [True], "it was looked at"
    one.organizations, one.members = [], [member(A), member(B)]
    one.guessed, one.sure = {A: "a.json", C: "c.json"}, {C}
    assert [account.id for account in known(one).accounts] == [A, B]
    one.sure = set()
    with pytest.raises(InputError, match=f"only its name tells of the account {C}"):
        known(one)
    one.guessed |= {"444444444444": "d.json"}
    with pytest.raises(BadInputsError):
        known(one)
    one.guessed = {}
    one.members = [member("12")]
    with pytest.raises(InputError, match="is called '12'"):
        known(one)


def test_roles_beside_one_that_is_not_graded() -> None:
    """The lowest grade, for want of policies; a role that may act as such a one has none either."""

    def roles(*grades: Any) -> list[Role]:
        return [
            Role(
                account=A,
                arn=f"r{n}",
                name="n",
                privilege=grade,
                reads_data=True,
                reads_secrets=True,
            )
            for n, grade in enumerate(grades)
        ]

    one = Answers(unjudged={"r0"})
    found = [*_judged(roles("read", "admin", "write"), one)]
    assert [role.privilege for role in found if isinstance(role, Role)] == [None, "admin", None]
    assert [(role.reads_data, role.reads_secrets) for role in found if isinstance(role, Role)] == [
        (UNSET, UNSET), (True, True), (UNSET, UNSET)], "nor does anybody know what they read"  # fmt: skip
    assert [
        role.privilege
        for role in _judged(roles("read", "admin"), Answers())
        if isinstance(role, Role)
    ] == ["read", "admin"]
    assert not _certain(roles("admin")[0], one)


def made(one: Answers, *regions: str) -> tuple[Any, dict[str, list[Any]]]:
    given = (Input(name="i", kind="k", sha256="0" * 64),)
    return snapshot_of(Recording(source="files", answers=one, collected_at="2026-11-20T06:00:00Z", regions=regions, inputs=given, mend="give it"))  # fmt: skip


def gaps_of(manifest: Any, *calls: str) -> list[tuple[str | None, str | None, str, str]]:
    return [(g.account, g.region, g.call, g.code) for g in manifest.gaps if g.call in calls]


def test_what_was_recorded_is_a_snapshot() -> None:
    """A region, an account or a gap that is lost; records of nobody."""
    one = answers(home={iam.ROLES.name: [told_role("a", **FULL)], "ec2:DescribeRegions": [{"RegionName": "eu-west-1"}]}, here={"ec2:DescribeInstances": [
        {"Instances": [{"InstanceId": "i", "State": {"Name": "running"}, "ImageId": "ami-1"}]}]})  # fmt: skip
    one.members = [member(A), member(B), member(C, "SUSPENDED")]
    one.notes, one.gaps = ["n", "n"], [CUT]
    manifest, records = made(one)
    assert manifest.regions == ("eu-west-1", "us-east-1") and manifest.sources == ("aws", "files")
    assert (manifest.partition, manifest.collected_at, manifest.notes) == ("aws", "2026-11-20T06:00:00Z", ("n",))  # fmt: skip
    assert [(a.id, a.collected) for a in manifest.accounts] == [(A, True), (B, True), (C, False)]
    assert gaps_of(manifest, "*") == [(A, "eu-west-1", "*", NOT_GIVEN), (B, None, "*", NOT_GIVEN)]
    assert {g.message for g in manifest.gaps if g.call == "*"} == {"nothing given is of this region: give it", "nothing given is of this account: give it"}  # fmt: skip
    assert gaps_of(manifest, iam.ROLES.name) == [(A, None, iam.ROLES.name, TRUNCATED)]
    assert gaps_of(manifest, "iam:ListSAMLProviders", "ec2:DescribeFleets") == [(None, None, "ec2:DescribeFleets", NOT_GIVEN), (None, None, "iam:ListSAMLProviders", NOT_GIVEN)]  # fmt: skip
    assert [role.name for role in records["roles.jsonl"]] == ["a"] and [use.resource.rpartition("/")[2] for use in records["image_uses.jsonl"]] == ["i"]  # fmt: skip
    (piece,) = manifest.pieces
    assert (piece.organization, piece.listed, piece.asked, piece.regions) == (None, True, "", ())
    assert [given.name for given in manifest.inputs] == ["i"]
    some, _ = made(one, "us-east-1", "eu-north-1")
    assert some.regions == ("eu-north-1", "us-east-1")
    assert gaps_of(some, "*") == [(A, "eu-north-1", "*", NOT_GIVEN), (B, None, "*", NOT_GIVEN)]
    assert (some.pieces[0].asked, some.pieces[0].regions) == ("--regions us-east-1,eu-north-1", ("eu-north-1", "us-east-1"))  # fmt: skip


def test_a_list_of_nothing_is_not_believed() -> None:
    """An account without a role, or without a region, which there is not: the file was cut."""
    one = answers(home={iam.ROLES.name: [], "ec2:DescribeRegions": [], iam.OIDC_PROVIDERS.name: [
        {"Arn": f"arn:aws:iam::{A}:oidc-provider/idp.example"}]})  # fmt: skip
    manifest, _ = made(one)
    assert gaps_of(manifest, iam.ROLES.name, "ec2:DescribeRegions") == [
        (A, None, "ec2:DescribeRegions", NOTHING), (A, None, iam.ROLES.name, NOTHING)]  # fmt: skip
    assert gaps_of(made(answers(home={"x": []}))[0], iam.ROLES.name) == [(None, None, iam.ROLES.name, NOT_GIVEN)]  # fmt: skip
    assert gaps_of(made(one, "us-east-1")[0], "ec2:DescribeRegions") == []
    one.partitions = {"aws-cn"}
    assert made(one)[0].partition == "aws-cn"
    one.partitions = {"aws-cn", "aws"}
    with pytest.raises(InputError, match="holds accounts of aws and aws-cn"):
        made(one)


def test_lists_that_differ_are_refused() -> None:
    """Who has left since, told as ours by the older list; two pages of one list differ, and may."""
    for listings, said in (
        ([{A: "ACTIVE"}, {B: "ACTIVE"}], None), ([{A: "ACTIVE", B: "ACTIVE"}] * 2, None), ([{A: "ACTIVE"}, {A: "SUSPENDED"}], f"differ: {A}"),
        ([{A: "x", B: "x"}, {C: "x"}, {A: "x"}], f"differ: {B}"), ([{str(n): "x" for n in range(7)}, {"0": "x"}], "differ: 1, 2, 3, 4, 5 and 1 more"),
    ):  # fmt: skip
        one = answers(home={"x": []})
        one.listings, one.members = listings, [member(A)]
        if said is None:
            assert known(one).gaps == ()
        else:
            with pytest.raises(InputError, match=said):
                known(one)


def test_an_answer_that_is_no_listing() -> None:
    """The first of two that differ, believed; or an answer whose list is not where it is looked for."""
    one = answers(here={"ssm:GetThing": [], "ec2:GetAllowedImagesSettings": [{"State": "a"}], "eks:DescribeNodegroup": [
        {"clusterName": "c", "nodegroupName": "n"}, {"clusterName": "c", "nodegroupName": "m", "x": 1}, {"clusterName": "c", "nodegroupName": "m", "x": 2}]})  # fmt: skip
    client = Recorded(one, HERE, "ec2")
    assert client.call("get_allowed_images_settings", {}) == {"State": "a"} and client.offered and not client.unreachable  # fmt: skip
    with pytest.raises(ClientError, match=NOT_GIVEN):
        client.call("get_allowed_images_settings", {"x": 1})
    eks = Recorded(one, HERE, "eks")
    asked_for = {"clusterName": "c", "nodegroupName": "n"}
    assert eks.call("describe_nodegroup", asked_for) == {"nodegroup": asked_for}
    for name, code in (("m", TWICE), ("o", NOT_GIVEN)):
        with pytest.raises(ClientError, match=code):
            eks.call("describe_nodegroup", asked_for | {"nodegroupName": name})


def test_a_call_that_nothing_tells_is_one_gap() -> None:
    """A gap of each account and region for a table that there is not; or one for all where another
    account has it."""
    gaps = [Gap(account=A, region="r", call=call, code=code, message="m")
            for call, code in (("a:b", NOT_GIVEN), ("c:d", NOT_GIVEN), ("*", NOT_GIVEN), ("a:b", "Odd"))]  # fmt: skip
    found = _said_once(gaps, answers(home={"c:d": []}))
    assert [gap.account for gap in found] == [None, A, A, A] and found[0].region is None


FLEETS = [{"name": "a", "arn": "x"}, {"name": "b", "arn": "y"}]
VERSIONED = [{"Name": "p", "ARN": "arn:p", "Selector": ":3"}, {"Name": "p", "ARN": "arn:p"}]
NODES = [{"clusterName": "c", "nodegroups": ["n"]}, {"clusterName": "d", "nodegroups": []}]
GROUPS = [{"clusterName": "c", "nodegroupName": "n"}, {"clusterName": "d", "nodegroupName": "n"}]
CHAINS = [
    {"ImageAncestryEntries": [{"ImageId": "ami-1"}, {"ImageId": "ami-2"}]},
    {"ImageAncestryEntries": []},
]
SELECTED: list[tuple[str, list[Any], dict[str, Any], list[Any] | None]] = [
    ("codebuild:BatchGetFleets", FLEETS, {"names": ["a", "y"]}, FLEETS), ("codebuild:BatchGetFleets", FLEETS, {"names": ["y"]}, FLEETS[1:]),
    ("codebuild:BatchGetFleets", FLEETS, {"names": ["a", "z"]}, None), ("codebuild:BatchGetProjects", FLEETS, {"names": ["z"]}, []),
    *(("ssm:GetParameters", VERSIONED, {"Names": [name]}, found)
      for name, found in (("p:3", VERSIONED[:1]), ("arn:p:3", VERSIONED[:1]), ("p", VERSIONED[1:]), ("p:4", None))),
    ("eks:ListNodegroups", NODES, {"clusterName": "c"}, ["n"]), ("eks:ListNodegroups", NODES, {"clusterName": "d"}, []),
    ("eks:ListNodegroups", NODES, {"clusterName": "e"}, None),
    ("eks:DescribeNodegroup", GROUPS, {"clusterName": "d", "nodegroupName": "n"}, GROUPS[1:]),
    ("ec2:GetImageAncestry", CHAINS, {"ImageId": "ami-1"}, CHAINS[:1]), ("ec2:GetImageAncestry", CHAINS, {"ImageId": "ami-2"}, []),
    ("iam:GetSAMLProvider", [{"Arn": "a"}, {"Arn": "b"}], {"SAMLProviderArn": "b"}, [{"Arn": "b"}]),
    ("cognito-identity:DescribeIdentityPool", [{"IdentityPoolId": "a"}], {"IdentityPoolId": "b"}, []),
    ("pcs:ListComputeNodeGroups", [{"clusterId": "a"}], {"clusterIdentifier": "a"}, [{"clusterId": "a"}]),
    ("pcs:ListComputeNodeGroups", [{"clusterId": "a"}], {"clusterIdentifier": "b"}, None),
    *((call, [{key: "a"}, {key: "b"}], {asked: "b"}, [{key: "b"}]) for call, key, asked in (
        ("ec2:DescribeImageAttribute", "ImageId", "ImageId"), ("imagebuilder:GetImageRecipe", "arn", "imageRecipeArn"), ("sagemaker:DescribeCluster", "ClusterName", "ClusterName"),
        ("pcs:GetComputeNodeGroup", "id", "computeNodeGroupIdentifier"), ("cognito-identity:DescribeIdentityPool", "IdentityPoolId", "IdentityPoolId"))),
    ("ec2:GetImageAncestry", [{"ImageAncestryEntries": ["odd"]}, *CHAINS], {"ImageId": "ami-1"}, CHAINS[:1]),
]  # fmt: skip


@rows("call, items, request_, expected", SELECTED)
def test_what_a_request_selects(
    call: str, items: list[Any], request_: dict[str, Any], expected: list[Any] | None
) -> None:
    """Another one's answer; or an answer of nothing where nobody recorded that one."""
    assert _SELECT[call](items, request_, HERE) == expected


def test_what_would_tell_is_said() -> None:
    """A command that makes something else, or none, for a gap that anybody could close."""
    one = answers(home={"x": []})
    for method, command in (
        ("describe_images", "aws ec2 describe-images --owners self"),
        ("describe_instances", "aws ec2 describe-instances"),
    ):
        with pytest.raises(ClientError) as caught:
            list(Recorded(one, HERE, "ec2").pages(method, {}))
        assert str(caught.value).endswith(f"holds it: {command}")
    one.means = {"ec2:DescribeInstances": "the table aws_ec2_instance"}
    for method, means in (
        ("describe_instances", "the table aws_ec2_instance"),
        ("describe_images", "none of its tables does"),
    ):
        with pytest.raises(ClientError) as caught:
            list(Recorded(one, HERE, "ec2").pages(method, {}))
        assert str(caught.value).endswith(f"holds it: {means}")
