"""What plans and states hold: images, stacks, what the same plan makes, and what is missing."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from checker.collect.iac.kinds import kinds
from checker.collect.iac.terraform.cloud_control import _kinds
from checker.collect.iac.terraform.image_uses import BEANSTALK, MAKERS, USES
from checker.collect.iac.terraform.made import OIDC, SAML
from checker.collect.iac.terraform.stack_types import APPLICATIONS, INSTANCES, STACKS
from tests.collect.iac.hcl import PLACE, check, findings, report
from tests.collect.iac.plans import (
    DOCUMENT,
    STRANGERS,
    block,
    document,
    plan,
    planned,
    policy,
    refers,
    role,
)
from tests.support.cli import vendorgate
from tests.support.snapshots import STRANGER, VENDOR

AMI = "ami-1"
UNKNOWN = {("unknown-image-owner", None)}
UNVETTED = {("unvetted-account-trust", STRANGER)}


def judged(folder: Path, content: Any, *options: object) -> set[tuple[str, str | None]]:
    return findings(check(folder, {"plan.json": json.dumps(content, indent=1)}, *options, paths=("plan.json",)))  # fmt: skip


USED = [
    ("aws_instance", {"ami": AMI}),
    ("aws_autoscaling_group", {"mixed_instances_policy": [{"launch_template": [{"override": [{"image_id": AMI}]}]}]}),
    ("aws_ec2_fleet", {"launch_template_config": [{"override": [{"image_id": AMI}]}]}),
    ("aws_spot_fleet_request", {"launch_specification": [{"ami": AMI}]}),
    ("aws_batch_compute_environment", {"compute_resources": [{"image_id": AMI}]}),
    ("aws_batch_compute_environment", {"compute_resources": [{"ec2_configuration": [{"image_id_override": AMI}]}]}),
    ("aws_emr_cluster", {"custom_ami_id": AMI}),
    ("aws_emr_cluster", {"core_instance_fleet": [{"instance_type_configs": [{"custom_ami_id": AMI}]}]}),
    ("aws_imagebuilder_image_recipe", {"parent_image": AMI}),
    ("aws_imagebuilder_container_recipe", {"instance_configuration": [{"image": AMI}]}),
    ("aws_elastic_beanstalk_environment", {"setting": [{"namespace": "aws:autoscaling:launchconfiguration", "name": "ImageId", "value": AMI}]}),
    ("aws_elastic_beanstalk_configuration_template", {"setting": [{"name": "ImageId", "value": AMI}]}),
    ("aws_cloud9_environment_ec2", {"image_id": AMI}),
    ("aws_codebuild_fleet", {"image_id": AMI}),
    ("aws_opsworks_instance", {"ami_id": AMI}),
    ("aws_rds_custom_db_engine_version", {"source_image_id": AMI}),
    ("aws_ami_copy", {"source_ami_id": AMI}),
    ("awscc_ec2_instance", {"image_id": AMI}),
    ("awscc_ec2_launch_template", {"launch_template_data": {"image_id": AMI}}),
    ("awscc_ec2_spot_fleet", {"spot_fleet_request_config_data": {"launch_specifications": [{"image_id": AMI}]}}),
    ("awscc_ec2_ec2_fleet", {"launch_template_configs": [{"overrides": [{"image_id": AMI}]}]}),
    ("awscc_autoscaling_auto_scaling_group", {"mixed_instances_policy": {"launch_template": {"overrides": [{"image_id": AMI}]}}}),
    ("awscc_batch_compute_environment", {"compute_resources": {"ec_2_configuration": None, "image_id": AMI}}),
    ("awscc_emr_instance_fleet_config", {"instance_type_configs": [{"custom_ami_id": AMI}]}),
    ("awscc_imagebuilder_image_recipe", {"parent_image": AMI}),
    ("awscc_elasticbeanstalk_environment", {"option_settings": [{"namespace": "aws:autoscaling:launchconfiguration", "option_name": "ImageId", "value": AMI}]}),
    ("awscc_codebuild_fleet", {"image_id": AMI}),
]  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "values"), USED, ids=[f"{k}-{n}" for n, (k, _) in enumerate(USED)]
)
def test_images(tmp_path: Path, kind: str, values: Any) -> None:
    """Whatever runs an image, or builds upon it, runs what somebody published."""
    assert judged(tmp_path, plan(planned(kind, values))) == UNKNOWN


REFERS = {"attribute": "ami", "type_": "aws_instance"}
MACHINE = planned("aws_instance", {}, unknown={"ami": True})
COPY = planned(
    "aws_ami_copy",
    {"source_ami_id": "ami-2", "source_ami_region": "us-east-1"},
    unknown={"id": True},
    name="c",
)
SOURCE = planned("aws_ami", {"id": "ami-2", "owner_id": STRANGER, "owners": [STRANGER]}, mode="data", name="s")  # fmt: skip
A = planned("aws_ami", {"name": "x"}, unknown={"id": True}, name="a")
B = planned("aws_ami", {"name": "y"}, unknown={"id": True}, name="b")
EACH = planned("aws_ami", {"name": "z"}, unknown={"id": True}, name="each", index="k")
VENDORS = planned(
    "vendor_image",
    {"known": "v", "ami": "ami-0abc"},
    unknown={"id": True},
    mode="data",
    actions=["read"],
    name="b",
)
LOOPED = planned(
    "aws_ami", {"name": "l"}, unknown={"id": True}, name="inner", module='module.l["k"]'
)
INNER = planned("aws_ami", {"name": "i"}, unknown={"id": True}, name="inner", module="module.m")
SUBNET = planned("aws_subnet", {}, unknown={"id": True, "cidr_block": True}, name="s")
CALLED: Any = {"module_calls": {name: {"module": {"outputs": {
    "own": {"expression": {"references": ["aws_ami.inner.id", "aws_ami.inner"]}},
    "theirs": {"expression": {"references": ["local.inner"]}}, "known": {"expression": {"constant_value": True}}}}} for name in "ml"}}  # fmt: skip
CALLED["module_calls"]["n"] = {"module": {"outputs": {
    "own": {"expression": {"references": ["aws_ami.inner.id", "aws_ami.inner"]}},
    "where": {"expression": {"references": ["aws_subnet.s.id", "aws_subnet.s"]}},
    "known": {"expression": {"constant_value": True}}}}}  # fmt: skip
CALLED["module_calls"]["o"] = {"module": {"outputs": {
    "own": {"expression": {"references": ["aws_subnet.s.id", "aws_subnet.s", "aws_ami.inner.id", "aws_ami.inner"]}},
    "all": {"expression": {"references": ["aws_ami.inner"]}}}}}  # fmt: skip
CALLED["module_calls"]["p"] = {"module": {"outputs": {
    "own": {"expression": {"references": ["aws_ami.inner.id", "aws_ami.inner"]}},
    "theirs": {"expression": {"references": ["aws_ssm_parameter.s.value", "aws_ssm_parameter.s"]}}}}}  # fmt: skip
MIXED: Any = {"module_calls": {"n": {"expressions": {"image": {"constant_value": "ami-0abc"}}, "module": {"outputs": {
    "own": {"expression": {"references": ["aws_ami.inner.id", "aws_ami.inner"]}},
    "either": {"expression": {"references": ["var.image", "aws_subnet.s.id", "aws_subnet.s"]}}}}}}}  # fmt: skip
BOTH = [
    {**one, "address": f"module.{name}.{one['address']}", "module": f"module.{name}"}
    for name in "nop"
    for one in (
        SUBNET,
        planned("aws_ami", {"name": "i"}, unknown={"id": True}, name="inner"),
        planned("aws_ssm_parameter", {"name": "s"}, unknown={"value": True}, name="s"),
    )
]
VARIABLES = {"use": {"value": True}, "none": {"value": None}, "image": {"value": "ami-0abc"},
             "images": {"value": {"a": "resolve:ssm:/x", "b": 1}}}  # fmt: skip
BRANCHES: list[tuple[str, list[str], Any, Any]] = [
    ("a local", ["local.use", "aws_ami.a.id", "aws_ami.a", "local.other"], UNKNOWN, {}),
    ("a local that chooses another", ["local.use", "local.other", "aws_ami.a.id", "aws_ami.a"], UNKNOWN, {}),
    ("a local alone", ["local.other", "aws_ami.a.id", "aws_ami.a"], UNKNOWN, {}),
    ("a module", ["aws_ami.a.id", "aws_ami.a", "module.m.theirs", "module.m"], UNKNOWN, CALLED),
    ("a module that nobody sees", ["aws_ami.a.id", "aws_ami.a", "module.m.theirs", "module.m"], UNKNOWN, {}),
    ("what goes through a loop", ["aws_ami.a.id", "aws_ami.a", "each.value"], UNKNOWN, {}),
    ("what is not in the plan", ["aws_ami.a.id", "aws_ami.a", "data.vendor_image.gone.id", "data.vendor_image.gone"], UNKNOWN, {}),
    ("a third one", ["local.use", "aws_ami.a.id", "local.which", "aws_ami.b.id", "local.other"], UNKNOWN, {}),
    ("what another attribute of it says", ["aws_ami.a.tags", "aws_ami.a"], UNKNOWN, {}),
    ("another one of two, as a local says", ["local.use", "aws_ami.a.id", "aws_ami.a", "aws_ami.b.id", "aws_ami.b"], set(), {}),
    ("another one of two, as another provider says", ["data.vendor_image.b.id", "data.vendor_image.b", "aws_ami.a.id", "aws_ami.b.id"], UNKNOWN, {}),
    ("another one of two, as what is not in the plan says", ["data.vendor_image.gone.id", "data.vendor_image.gone", "aws_ami.a.id", "aws_ami.b.id"], UNKNOWN, {}),
    ("another one of two, as is known", ["data.vendor_image.b.known", "data.vendor_image.b", "aws_ami.a.id", "aws_ami.b.id"], set(), {}),
    ("another one of two, as a variable says", ["var.use", "aws_ami.a.id", "aws_ami.b.id"], set(), {}),
    ("another one of two, as a module says", ["module.m.known", "aws_ami.a.id", "aws_ami.b.id"], set(), CALLED),
    ("another one of the same", ["aws_ami.each", "local.key"], set(), {}),
    ("a local after one by an index", ["aws_ami.each", "local.key", "aws_ami.a.id", "local.other"], UNKNOWN, {}),
    ("a local, beside what is known", ["local.use", "var.use", "aws_ami.a.id", "aws_ami.a"], UNKNOWN, {}),
    ("a variable that is null", ["var.none", "aws_ami.a.id", "aws_ami.a"], set(), {}),
    ("a variable that nobody gives", ["var.gone", "aws_ami.a.id", "aws_ami.a"], UNKNOWN, {}),
    ("a module of a loop", ['module.l["k"].own', 'module.l["k"]', "module.l"], set(), CALLED),
    ("a module of a loop whose key is the name of another output", ['module.l["own"].theirs', 'module.l["own"]', "module.l"], UNKNOWN, CALLED),
    ("another one of the same, by the key of a loop", ["aws_ami.each", "each.key"], set(), {}),
    ("a module, of what it makes", ["aws_ami.a.id", "aws_ami.a", "module.m.own", "module.m"], set(), CALLED),
    ("no other one, and the path of the code", ["path.module", "aws_ami.a.id"], set(), {}),
    ("no other one, by the workspace", ["terraform.workspace", "aws_ami.a.id"], set(), {}),
    ("a local after one that has no index", ["aws_ami.a", "local.other"], UNKNOWN, {}),
    ("a module by a key: any of its outputs", ["module.n", "each.key"], set(), CALLED),
    ("a module by a local key", ["module.n", "local.key"], set(), CALLED),
    ("a module by a key, of which nobody knows an output", ["module.m", "each.key"], UNKNOWN, CALLED),
    ("a module of which nothing is known, by a key", ["module.gone", "each.key"], UNKNOWN, CALLED),
    ("a literal, as an attribute of a subnet says", ["aws_subnet.s.cidr_block", "aws_ami.a.id"], UNKNOWN, {}),
    ("a literal, as the name of a subnet says", ["aws_subnet.s.id", "aws_subnet.s", "aws_ami.a.id", "each.key"], UNKNOWN, {}),
    ("a literal of a module, as a subnet of it says", ["module.o.own", "module.o"], UNKNOWN, CALLED),
    ("a literal of a module by a key, as a subnet of it says", ["module.o", "each.key"], UNKNOWN, CALLED),
    ("a module by a key, of which an output is a parameter's", ["module.p", "each.key"], UNKNOWN, CALLED),
    ("a module by a key, of which an output may be an image that is known", ["module.n", "each.key"], UNKNOWN, MIXED),
    ("a module of which nothing is known, beside it", ["aws_ami.a.id", "aws_ami.a", "module.gone", "each.key"], UNKNOWN, {}),
    ("a local after one whose index is known", ['aws_ami.each["k"].id', 'aws_ami.each["k"]', "aws_ami.each", "local.other"], UNKNOWN, {}),
    ("an image that a variable has, as is known", ["var.use", "aws_ami.a.id", "aws_ami.a", "var.image"], set(), {}),
    ("an image that a variable has, as a local says", ["local.use", "aws_ami.a.id", "aws_ami.b.id", "var.image"], UNKNOWN, {}),
    ("an image of another provider's, as a local says", ["local.use", "aws_ami.a.id", "aws_ami.b.id", "data.vendor_image.b.ami"], UNKNOWN, {}),
    ("a parameter that a map has, as a local says", ["local.use", "aws_ami.a.id", "aws_ami.b.id", "var.images"], UNKNOWN, {}),
]  # fmt: skip
OWN_IMAGES = [
    ("a copy of a stranger's is the stranger's", plan(MACHINE, COPY, read=[SOURCE], configuration=refers("aws_ami_copy.c.id", "aws_ami_copy.c", **REFERS)),
     {("laundered-image", STRANGER), ("unvetted-image-owner", STRANGER)}),
    ("one that is made from a snapshot is ours", plan(MACHINE, planned("aws_ami", {"name": "x"}, unknown={"id": True}, name="a"), configuration=refers("aws_ami.a.id", "aws_ami.a", **REFERS)), set()),
    ("that, or one of another provider's", plan(MACHINE, planned("aws_ami", {"name": "x"}, unknown={"id": True}, name="a"), planned("vendor_image", {}, unknown={"id": True}, mode="data", actions=["read"], name="b"), configuration=refers("aws_ami.a.id", "aws_ami.a", "data.vendor_image.b.id", "data.vendor_image.b", **REFERS)), UNKNOWN),
    *((f"made here, or by {why}", plan(MACHINE, A, B, EACH, VENDORS, INNER, LOOPED, SUBNET, *BOTH, configuration=refers(*told, **REFERS, **more), variables=VARIABLES), expected) for why, told, expected, more in BRANCHES),
    ("one that is looked up by its owner while applying", plan(MACHINE, planned("aws_ami", {"owners": [STRANGER]}, unknown={"id": True}, mode="data", actions=["read"], name="d"), configuration=refers("data.aws_ami.d.id", "data.aws_ami.d", **REFERS)),
     {("unvetted-image-owner", STRANGER)}),
    ("a machine whose launch template has it: AWS fills it in", plan(planned("aws_instance", {"launch_template": [{"id": "lt-1"}]}, unknown={"ami": True}), configuration=refers("aws_launch_template.t.id", attribute="launch_template", type_="aws_instance")), set()),
    ("settings that AWS fills in", plan(planned("aws_elastic_beanstalk_environment", {"setting": []}, unknown={"all_settings": True})), set()),
    ("one that a variable names", plan(MACHINE, configuration=refers("var.image", **REFERS)), UNKNOWN),
    ("a launch permission", plan(planned("aws_ami_launch_permission", {"image_id": AMI, "account_id": STRANGER})), {("shared-image", STRANGER)}),
    ("to our own account", plan(planned("aws_ami_launch_permission", {"image_id": AMI, "account_id": "222222222222"})), set()),
    ("to all", plan(planned("aws_ami_launch_permission", {"image_id": AMI, "group": "all"})), {("public-image", "*")}),
    ("vouches for nobody's image", plan(planned("aws_instance", {"ami": AMI}), planned("aws_ami_launch_permission", {"image_id": AMI, "account_id": "222222222222"})), UNKNOWN),
]  # fmt: skip


@pytest.mark.parametrize(("why", "content", "expected"), OWN_IMAGES, ids=[r[0] for r in OWN_IMAGES])
def test_own_images(tmp_path: Path, why: str, content: Any, expected: Any) -> None:
    """What is made here is ours, as far as what it is made from is."""
    assert judged(tmp_path, content) == expected


def test_an_image_that_is_handed_to_a_module(tmp_path: Path) -> None:
    """By a variable, which is of what the same plan makes, or of what nobody knows; or null."""
    inside = {**MACHINE, "address": "module.m.aws_instance.r", "module": "module.m"}
    for given, expected in (("aws_ami.a.id", set()), ("local.other", UNKNOWN)):
        call = {"expressions": {"image": {"references": [given]}}, "module": refers("var.image", **REFERS)}  # fmt: skip
        content = plan(inside, A, configuration={"module_calls": {"m": call}})
        assert judged(tmp_path, content) == expected, given
    either = refers("var.image", "aws_ami.a.id", **REFERS)
    own = planned("aws_ami", {"name": "i"}, unknown={"id": True}, name="a", module="module.m")
    for handed in ({"constant_value": None}, None, {"references": ["var.none"]}):
        inner = {**either, "variables": {"image": {"default": None}}}
        call = {"expressions": {} if handed is None else {"image": handed}, "module": inner}
        content = plan(inside, own, configuration={"module_calls": {"m": call}}, variables={"none": {"value": None}})  # fmt: skip
        assert judged(tmp_path, content) == set(), handed


LOOPS = [
    ("its images", ["aws_ami.each"], set()),
    ("values of its images", ["aws_ami.a.id", "aws_ami.a"], set()),
    ("a module's", ["module.n"], set()),
    ("what is known", ["var.use"], UNKNOWN),
    ("an image that is known, or its own", ["var.images", "aws_ami.a.id"], set()),
    ("what nobody knows", ["local.machines"], UNKNOWN),
    ("what has no name", ["", "local.machines"], UNKNOWN),
    ("what nobody knows beside them", ["local.machines", "aws_ami.each"], UNKNOWN),
    ("machines of other images", ["aws_instance.other"], UNKNOWN),
    (
        "its images, or what another thing says",
        ["aws_ami.each", "aws_subnet.s.cidr_block", "aws_subnet.s"],
        UNKNOWN,
    ),
]


@pytest.mark.parametrize(("why", "loop", "expected"), LOOPS, ids=[row[0] for row in LOOPS])
def test_what_a_loop_goes_through(tmp_path: Path, why: str, loop: list[str], expected: Any) -> None:
    """`each.value` is one of that, here, and where it is handed to a module."""
    through = {"for_each_expression": {"references": loop}}
    own = refers("each.value.ami", "each.value", **REFERS, **CALLED)
    own["resources"][0] |= through
    more = (A, EACH, SUBNET, *BOTH, planned("aws_instance", {"ami": "resolve:ssm:/aws/service/ami-amazon-linux-latest/x"}, name="other", index="k"))  # fmt: skip
    given = {"configuration": own, "variables": VARIABLES}
    assert judged(tmp_path, plan(MACHINE, *more, **given)) == expected
    turn = {**MACHINE, "address": 'aws_instance.r["k"]', "index": "k"}
    assert judged(tmp_path, plan(turn, *more, **given)) == expected
    call = {"expressions": {"image": {"references": ["each.value.ami"]}}, "module": refers("var.image", **REFERS)}  # fmt: skip
    given["configuration"] = {"module_calls": {**CALLED["module_calls"], "i": call | through}}
    inside = {**MACHINE, "address": "module.i.aws_instance.r", "module": "module.i"}
    assert judged(tmp_path, plan(inside, *more, **given)) == expected


def test_loops_are_told_apart(tmp_path: Path) -> None:
    """Catches a machine of an image that nobody knows, as another loop goes through own ones."""
    inside = [{**MACHINE, "address": f"module.{n}.aws_instance.r", "module": f"module.{n}"} for n in "ij"]  # fmt: skip
    for other, expected in (("local.others", UNKNOWN), ("aws_ami.each", set())):
        calls = {
            name: {"expressions": {"image": {"references": ["each.value.ami"]}}, "module": refers("var.image", **REFERS), "for_each_expression": {"references": [loop]}}
            for name, loop in (("i", "aws_ami.each"), ("j", other))
        }  # fmt: skip
        for machines in (inside, inside[::-1]):
            content = plan(*machines, EACH, configuration={"module_calls": calls})
            assert judged(tmp_path, content) == expected, other


def test_a_loop_of_which_nothing_is_told(tmp_path: Path) -> None:
    """`csvdecode(file("x"))` refers to nothing, and is not known for that."""
    config = refers("aws_ami.a.id", "aws_ami.a", "each.value.ami", "each.value", **REFERS)
    for loop in ({}, {"references": []}):
        config["resources"][0] |= {"for_each_expression": loop}
        assert judged(tmp_path, plan(MACHINE, A, configuration=config)) == UNKNOWN


def test_modules_of_one_kind_are_told_apart(tmp_path: Path) -> None:
    """Each hands on what it is handed, and one of them is handed what nobody knows."""
    either = refers("aws_ami.own.id", "aws_ami.own", "var.image", **REFERS)
    handed = {"expressions": {"image": {"references": ["var.image"]}}, "module": either}
    places = {name: f"module.{name}.module.n" for name in "ij"}
    own = [planned("aws_ami", {"name": "o"}, unknown={"id": True}, name="own", module=where) for where in places.values()]  # fmt: skip
    machines = [{**MACHINE, "address": f"{where}.aws_instance.r", "module": where} for where in places.values()]  # fmt: skip
    for other, expected in (("local.other", UNKNOWN), ("aws_ami.a.id", set())):
        calls = {
            name: {"expressions": {"image": {"references": [given]}}, "module": {"module_calls": {"n": handed}}}
            for name, given in (("i", "aws_ami.a.id"), ("j", other))
        }  # fmt: skip
        content = plan(*machines, *own, A, configuration={"module_calls": calls})
        assert judged(tmp_path, content) == expected, other


def test_each_of_a_loop_runs_its_own(tmp_path: Path) -> None:
    """Catches as many uses as pairs: eight hundred machines of as many images are 640,000."""
    images = [
        planned("aws_ami", {"name": k}, unknown={"id": True}, name="e", index=k) for k in "ab"
    ]
    machines = [planned("aws_instance", {}, unknown={"ami": True}, index=k) for k in "abc"]
    config = refers("each.value.id", "each.value", **REFERS)
    config["resources"][0] |= {"for_each_expression": {"references": ["aws_ami.e"]}}
    judged(tmp_path, plan(*machines, *images, configuration=config))
    vendorgate("collect", "terraform", "plan.json", *PLACE, "-o", "s", cwd=tmp_path)
    told = map(json.loads, (tmp_path / "s/image_uses.jsonl").read_text().splitlines())
    used = {(one["name"], one["image_id"]) for one in told}
    assert used == {(f'aws_instance.r["{k}"]', f'aws_ami.e["{k}"]') for k in "ab"} | {
        ('aws_instance.r["c"]', f'aws_ami.e["{k}"]') for k in "ab"}  # fmt: skip
    config = refers("aws_ami.e", "local.key", **REFERS)
    judged(tmp_path, plan(*machines, *images, configuration=config))
    vendorgate("collect", "terraform", "plan.json", *PLACE, "-o", "s", cwd=tmp_path)
    told = map(json.loads, (tmp_path / "s/image_uses.jsonl").read_text().splitlines())
    assert sum(one["name"] == 'aws_instance.r["a"]' for one in told) == 2, "by another key"


def test_what_is_handed_on_by_many_modules(tmp_path: Path) -> None:
    """Each hands on four variables to the next: 4^12 ways, of which nobody asks twice."""
    names = [f"v{n}" for n in range(4)]
    handed = {name: {"references": [f"var.{one}" for one in names]} for name in names}
    inner: Any = {**refers("var.v0", **REFERS), "variables": {name: {} for name in names}}
    for _ in range(11):
        inner = {"module_calls": {"m": {"expressions": handed, "module": inner}}}
    first = {
        "expressions": {key: {"references": ["aws_ami.a.id"]} for key in names},
        "module": inner,
    }
    place = ".".join(["module.m"] * 12)
    inside = {**MACHINE, "address": f"{place}.aws_instance.r", "module": place}
    assert judged(tmp_path, plan(inside, A, configuration={"module_calls": {"m": first}})) == set()
    further: Any = refers("var.v0", **REFERS)
    for _ in range(20):  # more than are followed
        further = {"module_calls": {"m": {"expressions": handed, "module": further | {"variables": inner.get("variables", {})}}}}  # fmt: skip
    further["module_calls"]["m"]["expressions"] = first["expressions"]
    place = ".".join(["module.m"] * 20)
    deep = {**MACHINE, "address": f"{place}.aws_instance.r", "module": place}
    assert judged(tmp_path, plan(deep, A, configuration=further)) == UNKNOWN


def test_more_modules_than_are_followed_beside_an_own_image(tmp_path: Path) -> None:
    """Catches an image that comes through many modules and counts as ours, as another one is."""
    handed: Any = {"v": {"references": ["var.v"]}}
    further: Any = refers("var.v", "aws_ami.a.id", "aws_ami.a", **REFERS)
    for _ in range(20):
        further = {"module_calls": {"m": {"expressions": handed, "module": further | {"variables": {"v": {}}}}}}  # fmt: skip
    place = ".".join(["module.m"] * 20)
    deep, own = (
        {**one, "address": f"{place}.{one['address']}", "module": place} for one in (MACHINE, A)
    )
    assert judged(tmp_path, plan(deep, own, configuration=further)) == UNKNOWN


def test_what_may_choose_an_image_is_told(tmp_path: Path) -> None:
    """Nobody knows whether the local of `local.use ? a : b` is one of three, or chooses one of two:
    a note, and a gap for who wants to know it all."""
    chosen = refers("local.use", "aws_ami.a.id", "aws_ami.a", "aws_ami.b.id", **REFERS)
    content = plan(MACHINE, A, B, configuration=chosen)
    assert judged(tmp_path, content, "--strict") == {("untold", "plan.json")}
    either = refers(
        "aws_ami.each", "local.key", **REFERS
    )  # an index, or `coalesce(one(…[*].id), local.key)`
    assert judged(tmp_path, plan(MACHINE, EACH, configuration=either), "--strict") == {("untold", "plan.json")}  # fmt: skip
    keyed = plan(MACHINE, *BOTH, configuration=refers("module.n", "each.key", **REFERS, **CALLED))
    assert judged(tmp_path, keyed, "--strict") == {("untold", "plan.json")}
    for output, told in (("own", {("untold", "plan.json")}), ("theirs", UNKNOWN)):
        looped = refers(f"each.value.{output}", "each.value", **REFERS, **CALLED)
        looped["resources"][0] |= {"for_each_expression": {"references": ["module.m"]}}
        assert judged(tmp_path, plan(MACHINE, INNER, configuration=looped), "--strict") == told
    beside = refers("each.value.ami", "each.value", **REFERS)
    beside["resources"][0] |= {"for_each_expression": {"references": ["var.images", "aws_ami.a.id"]}}  # fmt: skip
    turn = {**MACHINE, "address": 'aws_instance.r["k"]', "index": "k"}
    looped = plan(turn, A, configuration=beside, variables=VARIABLES)
    assert judged(tmp_path, looped, "--strict") == {("untold", "plan.json")}
    judged(tmp_path, content)
    ran = check(tmp_path, {}, paths=("plan.json",))
    assert "aws_instance.r ami (plan.json:" in ran.out and ran.code == 0


THROUGH: list[tuple[str, Any, Any, bool]] = [
    ("its own", {"k": {"ami": AMI}}, "k", True),
    ("another's", {"k": {"ami": None}, "j": {"ami": AMI}}, "k", False),
    ("some, where nobody knows whose turn it is", {"j": {"ami": AMI}}, None, True),
    ("of a key that is not there", {"j": {"ami": AMI}}, "k", True),
    ("of another attribute", {"k": {"ami": "", "base": AMI}}, "k", False),
    ("of no such form", [[AMI], {"ami": AMI}, "x"], "k", True),
    ("for a key of no such form", {"k": {"ami": AMI}}, ["k"], True),
    ("nothing", None, "k", False),
]


@pytest.mark.parametrize(("why", "through", "key", "told"), THROUGH, ids=[r[0] for r in THROUGH])
def test_a_known_image_beside_an_own_one(
    tmp_path: Path, why: str, through: Any, key: Any, told: bool
) -> None:
    """`aws_ami.a.id == local.x ? aws_ami.a.id : each.value.ami` and `coalesce(…)` of both are one
    to a plan: a note, and a gap for who wants to know it all; by way of a module, too."""
    loop, expected = {"constant_value": through}, {("untold", "plan.json")} if told else set()
    config = refers("aws_ami.a.id", "aws_ami.a", "each.value.ami", "each.value", **REFERS)
    config["resources"][0] |= {"for_each_expression": loop}
    index = {} if key is None else {"index": key}
    content = plan({**MACHINE, **index}, A, configuration=config)
    assert judged(tmp_path, content) == set()
    assert judged(tmp_path, content, "--strict") == expected
    either = refers("aws_ami.a.id", "aws_ami.a", "var.image", **REFERS)
    call = {"expressions": {"image": {"references": ["each.value.ami"]}}, "module": either, "for_each_expression": loop}  # fmt: skip
    own = planned("aws_ami", {"name": "i"}, unknown={"id": True}, name="a", module="module.i")
    inside = {**MACHINE, "address": "module.i.aws_instance.r", "module": "module.i"}
    content = plan(inside, own, configuration={"module_calls": {"i": call}})
    anyone = told or why == "another's"  # as nobody knows whose turn it is
    assert bool(judged(tmp_path, content, "--strict")) is anyone


SETS = [
    ("named here", ["aws_cloudformation_stack_set.y.name"], set()),
    ("or one that nobody knows", ["aws_cloudformation_stack_set.y.name", "local.other"], {("nested", "plan.json")}),
]  # fmt: skip


@pytest.mark.parametrize(("why", "told", "expected"), SETS, ids=[row[0] for row in SETS])
def test_the_set_of_an_instance(tmp_path: Path, why: str, told: list[str], expected: Any) -> None:
    instance = planned("aws_cloudformation_stack_set_instance", {}, unknown={"stack_set_name": True})  # fmt: skip
    named = refers(*told, attribute="stack_set_name", type_="aws_cloudformation_stack_set_instance")
    known = planned("aws_cloudformation_stack_set", {"name": "y", "template_body": TEMPLATE, "parameters": {"T": "222222222222"}}, name="y")  # fmt: skip
    assert judged(tmp_path, plan(known, instance, configuration=named)) == expected


TEMPLATE = """Parameters: {T: {Type: String}}
Resources: {R: {Type: 'AWS::IAM::Role', Properties: {AssumeRolePolicyDocument: {Statement: [{Effect: Allow, Principal: {AWS: !Ref T}, Action: 'sts:AssumeRole'}]}}}}"""  # fmt: skip
SET = planned("aws_cloudformation_stack_set", {"name": "y", "parameters": {"T": "222222222222"}, "template_body": TEMPLATE}, name="y")  # fmt: skip
GIVEN = [{"parameter_key": "T", "parameter_value": STRANGER}]
STACKED = [
    ("a stack set as it is", plan(SET), set()),
    ("with overrides", plan(SET, planned("aws_cloudformation_stack_set_instance", {"stack_set_name": "y", "parameter_overrides": {"T": STRANGER}})), UNVETTED),
    ("with overrides for many", plan(SET, planned("aws_cloudformation_stack_instances", {"stack_set_name": "y", "parameter_overrides": {"T": STRANGER}})), UNVETTED),
    ("of another set", plan(SET, planned("aws_cloudformation_stack_set_instance", {"stack_set_name": "z", "parameter_overrides": {"T": STRANGER}})), {("nested", "plan.json")}),
    ("by reference", plan(SET, planned("aws_cloudformation_stack_set_instance", {"parameter_overrides": {"T": STRANGER}}, unknown={"stack_set_name": True}), configuration=refers("aws_cloudformation_stack_set.y.name", "aws_cloudformation_stack_set.y", attribute="stack_set_name", type_="aws_cloudformation_stack_set_instance")), UNVETTED),
    ("a stack of the other provider", plan(planned("awscc_cloudformation_stack", {"template_body": TEMPLATE, "parameters": {"T": STRANGER}})), UNVETTED),
    ("a stack set of it", plan(planned("awscc_cloudformation_stack_set", {"template_body": TEMPLATE, "parameters": GIVEN})), UNVETTED),
    ("with overrides in it", plan(planned("awscc_cloudformation_stack_set", {"template_body": TEMPLATE, "parameters": [{"parameter_key": "T", "parameter_value": "222222222222"}], "stack_instances_group": [{"parameter_overrides": GIVEN}]})), UNVETTED),
    ("an application of a third party", plan(planned("aws_serverlessapplicationrepository_cloudformation_stack", {"application_id": f"arn:aws:serverlessrepo:us-east-1:{STRANGER}:applications/F"})), {("application", "plan.json"), ("unvetted-extension-publisher", STRANGER)}),
    ("a template elsewhere", plan(planned("aws_cloudformation_stack", {"template_url": "https://x"})), {("nested", "plan.json")}),
    ("a template that is none", plan(planned("aws_cloudformation_stack", {"template_body": "- x"})), {("nested", "plan.json")}),
]  # fmt: skip


@pytest.mark.parametrize(("why", "content", "expected"), STACKED, ids=[row[0] for row in STACKED])
def test_stacks(tmp_path: Path, why: str, content: Any, expected: Any) -> None:
    """CloudFormation within Terraform is read with each set of values that it gets."""
    assert judged(tmp_path, content) == expected


def test_the_publisher_of_an_application_is_named(tmp_path: Path) -> None:
    """Its template is that account's business, today and tomorrow."""
    one = planned(APPLICATIONS[0], {"application_id": f"arn:aws:serverlessrepo:us-east-1:{STRANGER}:applications/F"})  # fmt: skip
    ran = check(tmp_path, {"plan.json": json.dumps(plan(one))}, paths=("plan.json",))
    assert f"of {STRANGER}, a third party" in report(ran)["findings"][0]["message"]
    assert "1 resource: 0 read, 0 without trust, 1 not read, 0 unknown." in report(ran)["notes"]


OWN = planned("aws_iam_role", {"name": "o", "assume_role_policy": policy({"Service": "ec2.amazonaws.com"})}, name="o", unknown={"arn": True})  # fmt: skip
POOL = planned("aws_cognito_identity_pool", {}, name="p", unknown={"id": True})
IDS = {"statement": [{"principals": [{"identifiers": [True]}]}]}
ITS_ARN = ("aws_iam_role.o.arn", "aws_iam_role.o")


def written(*references: str) -> Any:
    """The policy document, whose principal refers to these."""
    ids = {"identifiers": {"references": list(references)}}
    one = {"mode": "data", "type": "aws_iam_policy_document", "name": "trust",
           "expressions": {"statement": [{"principals": [ids]}]}}  # fmt: skip
    outer = refers(*DOCUMENT)
    return {**outer, "resources": [*outer["resources"], one]}


def unresolved(text: str) -> Any:
    return {("unresolved-trust", f"${{{text}}}")}


MODULE = {"module": {"outputs": {"arn": {"expression": {"references": ["aws_iam_role.o.arn"]}}}}}
MADE = [
    ("a role, in a policy document", plan(role(), OWN, document(block([None]), unknown=IDS), configuration=written(*ITS_ARN)), set()),
    ("a role of a module", plan(role(), {**OWN, "address": "module.m.aws_iam_role.o", "module": "module.m"}, document(block([None]), unknown=IDS), configuration={**written("module.m.arn", "module.m"), "module_calls": {"m": MODULE}}), set()),
    ("its name may be a part of anybody's ARN", plan(role(), OWN, document(block([None]), unknown=IDS), configuration=written("aws_iam_role.o.name", "aws_iam_role.o")), unresolved("aws_iam_role.o.name")),
    ("beside a variable that names a stranger", plan(role(), OWN, document(block([None]), unknown=IDS), configuration=written(*ITS_ARN, "var.v"), variables={"v": {"value": STRANGER}}), UNVETTED),
    ("beside what nobody knows", plan(role(), OWN, document(block([None]), unknown=IDS), configuration=written(*ITS_ARN, "local.v")), unresolved("aws_iam_role.o.arn, local.v")),
    ("a role, in jsonencode", plan(role(), OWN, configuration=refers(*ITS_ARN)), set()),
    ("beside a stranger in a variable", plan(role(), OWN, configuration=refers(*ITS_ARN, "var.v"), variables={"v": {"value": f"arn:aws:iam::{STRANGER}:root"}}), UNVETTED),
    ("beside a local", plan(role(), OWN, configuration=refers(*ITS_ARN, "local.v")), unresolved("aws_iam_role.o.arn, local.v")),
    ("a resource of somebody else's provider", plan(role(), planned("vendor_thing", {}, name="x", unknown={"arn": True}), configuration=refers("vendor_thing.x.arn", "vendor_thing.x")), unresolved("vendor_thing.x.arn")),
    ("an identity pool, in jsonencode", plan(role(), POOL, configuration=refers("aws_cognito_identity_pool.p.id", "aws_cognito_identity_pool.p")), set()),
    ("a loop's key is an account", plan(role(index=STRANGER), OWN, configuration=refers(*ITS_ARN, "each.key")), UNVETTED),
    ("a loop's value is not known", plan(role(index="a"), OWN, configuration=refers(*ITS_ARN, "each.value")), unresolved("aws_iam_role.o.arn, each.value")),
]  # fmt: skip


@pytest.mark.parametrize(("why", "content", "expected"), MADE, ids=[row[0] for row in MADE])
def test_what_the_same_plan_makes(tmp_path: Path, why: str, content: Any, expected: Any) -> None:
    """It is ours, by reference; what stands beside it is not."""
    assert judged(tmp_path, content) == expected


@pytest.mark.parametrize(
    ("type_", "key", "text"),
    [
        ("aws_lambda_permission", "principal", "module.m.who"),
        ("aws_vpc_endpoint_service", "allowed_principals", "[module.m.who]"),
    ],
)
def test_an_output_may_be_more_than_it_refers_to(
    tmp_path: Path, type_: str, key: str, text: str
) -> None:
    """Catches a module that nobody reads, whose output counts as the role that its name has: it may
    be a stranger's of the same name."""
    source = (
        f'resource "{type_}" "r" {{\n {key} = {text}\n}}\nmodule "m" {{\n source = "x/m/aws"\n}}\n'
    )
    values = {"function_name": "f", "action": "lambda:InvokeFunction"}
    one = planned(type_, values, unknown={key: True})
    inner = {**OWN, "address": "module.m.aws_iam_role.o", "module": "module.m"}
    who = {"expression": {"references": ["aws_iam_role.o.name", "aws_iam_role.o"]}}
    calls = {"m": {"module": {"outputs": {"who": who}}}}
    configuration = refers("module.m.who", "module.m", attribute=key, type_=type_, module_calls=calls)  # fmt: skip
    files = {"plan.json": json.dumps(plan(one, inner, configuration=configuration)), "main.tf": source}  # fmt: skip
    found = findings(check(tmp_path, files, paths=("plan.json",)))
    assert found == {("unvetted-resource-access", "${module.m.who}")}


CLUSTER = planned("aws_eks_cluster", {"name": "c"}, name="c", unknown={"identity": True})
EKS = planned("aws_iam_openid_connect_provider", {}, name="p", unknown={"url": True, "arn": True})
GITHUB = planned("aws_iam_openid_connect_provider", {"url": "https://token.actions.githubusercontent.com"}, name="p", unknown={"arn": True})  # fmt: skip
WEB = {"actions": ["sts:AssumeRoleWithWebIdentity"], "effect": "Allow",
       "condition": [{"test": "StringEquals", "variable": None, "values": ["system:serviceaccount:a:b"]}],
       "principals": [{"type": "Federated", "identifiers": [None]}]}  # fmt: skip
KEY = {"statement": [{"principals": [{"identifiers": [True]}], "condition": [{"variable": True}]}]}
PROVIDERS = [
    ("a cluster's", plan(role(), CLUSTER, EKS, document(WEB, unknown=KEY), configuration=written("aws_iam_openid_connect_provider.p.arn")), set()),
    ("the only one that it can be", plan(role(), EKS, document(WEB, unknown=KEY), configuration=refers(*DOCUMENT)), set()),
    ("GitHub's is not ours, whoever makes the provider", plan(role(), GITHUB, document(WEB, unknown=KEY), configuration=written("aws_iam_openid_connect_provider.p.arn")),
     {("open-federation", "token.actions.githubusercontent.com"), ("unvetted-federation", "token.actions.githubusercontent.com")}),
    ("nobody makes one", plan(role(), document(WEB, unknown=KEY), configuration=refers(*DOCUMENT)), unresolved("data.aws_iam_policy_document.trust")),
]  # fmt: skip


@pytest.mark.parametrize(("why", "content", "expected"), PROVIDERS, ids=[r[0] for r in PROVIDERS])
def test_providers_of_the_same_plan(tmp_path: Path, why: str, content: Any, expected: Any) -> None:
    """Who issues the tokens decides, not who wrote the provider down."""
    assert judged(tmp_path, content) == expected


TRUSTING = {"mode": "managed", "type": "aws_iam_role", "name": "r", "provider": "provider"}
VALUES = {"name": "Vendor", "path": "/", "assume_role_policy": STRANGERS}
STATES = [
    ("as it is shown", {"format_version": "1.0", "terraform_version": "1.9.8", "values": {"root_module": {"resources": [{**TRUSTING, "address": "aws_iam_role.r", "values": VALUES}]}}}),
    ("as it is stored", {"version": 4, "terraform_version": "1.9.8", "resources": [{**TRUSTING, "instances": [{"attributes": VALUES}]}]}),
    ("as OpenTofu stores it, in a module, for each", {"version": 4, "terraform_version": "1.8.0", "resources": [{**TRUSTING, "module": "module.m", "instances": [{"index_key": "a", "attributes": VALUES}]}]}),
]  # fmt: skip


@pytest.mark.parametrize(("why", "content"), STATES, ids=[row[0] for row in STATES])
def test_states(tmp_path: Path, why: str, content: Any) -> None:
    """What is there already is known whole."""
    files = {"terraform.tfstate": json.dumps(content)}
    assert findings(check(tmp_path, files, paths=("terraform.tfstate",))) == UNVETTED
    assert findings(check(tmp_path, {})) == UNVETTED  # in a folder too


def test_a_change_without_planned_values(tmp_path: Path) -> None:
    """A plan that was cut is a gap, and what is left of it is judged."""
    content = plan(role(STRANGERS)) | {"planned_values": {}}
    assert judged(tmp_path, content) == UNVETTED | {("incomplete", "plan.json")}
    gone = plan(deleted=[role(STRANGERS, actions=["delete"])]) | {"planned_values": {}}
    assert judged(tmp_path, gone) == set()


def test_a_bad_file_among_good_ones(tmp_path: Path) -> None:
    """Both bad ones are named at once, the good one is judged; alone, they are bad input."""
    files = {"a.json": "{", "b.json": "[]", "plan.json": json.dumps(plan(role(STRANGERS)))}
    ran = check(tmp_path, files, paths=("a.json", "b.json", "plan.json"))
    assert findings(ran) == UNVETTED | {("unreadable", "a.json"), ("unreadable", "b.json")}
    ran = vendorgate("collect", "terraform", "a.json", "b.json", *PLACE, cwd=tmp_path)
    assert (ran.code, "a.json" in ran.err, "b.json" in ran.err) == (2, True, True)


def test_a_service_of_the_serverless_framework(tmp_path: Path) -> None:
    """It is no plan; what it packages can be read."""
    (tmp_path / "serverless.yml").write_text("service: x\nprovider: {name: aws}\n")
    ran = vendorgate("collect", "terraform", "serverless.yml", *PLACE, cwd=tmp_path)
    assert (ran.code, "serverless package" in ran.err) == (2, True)


def test_each_type_that_is_read_is_a_type() -> None:
    """A slip in a name would read nothing, and say nothing."""
    read = {"aws_iam_role", *USES, *BEANSTALK, *MAKERS, *STACKS, *INSTANCES, *APPLICATIONS}
    read |= {kind for kind in (*OIDC, *SAML) if kind.startswith("aws_")}
    read.add("aws_ami_launch_permission")
    assert read <= kinds("terraform").known


def test_the_other_provider_has_the_types_of_cloudformation() -> None:
    """No two of them may be called alike once their words run together."""
    known = [kind for kind in kinds("cloudformation").known if kind.startswith("AWS::")]
    assert len({k for k in _kinds().values() if k.startswith("AWS::")}) == len(known)
    assert _kinds()["iamoidcprovider"] == "AWS::IAM::OIDCProvider"


DOORS = [
    ("a block of which there is one", "aws_s3control_access_grant", {"grantee": {"grantee_identifier": f"arn:aws:iam::{STRANGER}:root"}}, True),
    ("the same in a list", "aws_s3control_access_grant", {"grantee": [{"grantee_identifier": f"arn:aws:iam::{STRANGER}:root"}]}, True),
    ("what the plan leaves to AWS", "aws_kms_key", {}, False),
    ("null", "aws_db_snapshot", {"shared_accounts": None}, False),
    ("a step with a stranger's role", "aws_codepipeline", {"role_arn": "arn:aws:iam::222222222222:role/p", "stage": [{"action": [{"role_arn": f"arn:aws:iam::{STRANGER}:role/x"}]}]}, True),
    ("a stranger's role for all of it", "aws_codepipeline", {"role_arn": f"arn:aws:iam::{STRANGER}:role/x"}, True),
    ("steps with our own", "aws_codepipeline", {"role_arn": "arn:aws:iam::222222222222:role/p", "stage": [{"action": [{"role_arn": None}]}]}, False),
    ("backups in a stranger's vault", "aws_backup_plan", {"rule": [{"copy_action": [{"destination_vault_arn": f"arn:aws:backup:us-east-1:{STRANGER}:backup-vault:v"}]}]}, True),
    ("in ours, elsewhere", "aws_backup_plan", {"rule": [{"copy_action": [{"destination_vault_arn": "arn:aws:backup:eu-west-1:222222222222:backup-vault:v"}]}]}, False),
    ("events of a stranger", "aws_cloudwatch_event_target", {"arn": f"arn:aws:events:us-east-1:{STRANGER}:event-bus/x"}, True),
    ("a stranger's snapshot", "aws_db_instance", {"snapshot_identifier": f"arn:aws:rds:us-east-1:{STRANGER}:snapshot:s"}, True),
    ("a policy in the definition of an interface", "aws_api_gateway_rest_api", {"body": json.dumps({"x-amazon-apigateway-policy": json.loads(policy({"AWS": STRANGER}))})}, True),
    ("a registry that is copied to a stranger", "aws_ecr_replication_configuration", {"replication_configuration": [{"rule": [{"destination": [{"registry_id": STRANGER, "region": "x"}]}]}]}, True),
]  # fmt: skip


@pytest.mark.parametrize(("why", "kind", "values", "open_"), DOORS, ids=[row[0] for row in DOORS])
def test_doors(tmp_path: Path, why: str, kind: str, values: Any, open_: bool) -> None:
    """Trust that nothing reads yet is a gap which names it; no trust is none."""
    ran = check(tmp_path, {"plan.json": json.dumps(plan(planned(kind, values)))}, paths=("plan.json",))  # fmt: skip
    assert len(findings(ran)) == open_, ran.out
    assert not open_ or STRANGER in ran.out


def made_from(value: Any, *more: Any, references: tuple[str, ...] = ()) -> Any:
    known = {"source_instance_id": value} if value else {}
    one = planned("aws_ami_from_instance", {"name": "x", **known}, unknown={"source_instance_id": not value})  # fmt: skip
    written_as = refers(*references, attribute="source_instance_id", type_="aws_ami_from_instance")
    return plan(one, *more, configuration=written_as)


INSTANCE = planned("aws_instance", {"ami": "resolve:ssm:/aws/service/ami-amazon-linux-latest/x"}, name="s", unknown={"id": True})  # fmt: skip
SOURCES = [
    ("of the plan", made_from(None, INSTANCE, references=("aws_instance.s.id",)), set()),
    ("there already", made_from("i-0123456789abcdef0"), {("aws_ami_from_instance", "plan.json")}),
    ("of the same state", made_from("i-1", {**INSTANCE, "values": {**INSTANCE["values"], "id": "i-1"}, "unknown": {}}), set()),
    ("of another provider", made_from(None, INSTANCE, planned("vendor_instance", {}, unknown={"id": True}, name="v"), references=("vendor_instance.v.id",)), {("aws_ami_from_instance", "plan.json")}),
    ("of the plan, or another", made_from(None, INSTANCE, references=("aws_instance.s.id", "local.other")), {("aws_ami_from_instance", "plan.json")}),
    ("looked up", made_from("i-1", planned("aws_instance", {"id": "i-1", "ami": "ami-0feed"}, name="s", mode="data"), references=("data.aws_instance.s.id",)), {("unknown-image-owner", None)}),
]  # fmt: skip


@pytest.mark.parametrize(("why", "content", "expected"), SOURCES, ids=[row[0] for row in SOURCES])
def test_an_image_of_an_instance(tmp_path: Path, why: str, content: Any, expected: Any) -> None:
    """What it is made from is told by the instance, or a gap."""
    assert judged(tmp_path, content) == expected


MACHINES = 'output "own" {\n value = aws_instance.i.id\n}\noutput "other" {\n value = aws_lightsail_instance.l.id\n}\nresource "aws_instance" "i" {\n ami = "resolve:ssm:/aws/service/ami-amazon-linux-latest/x"\n}\nresource "aws_lightsail_instance" "l" {\n name = "l"\n blueprint_id = "b"\n}\n'  # fmt: skip


@pytest.mark.parametrize("output", ["own", "other"])
def test_an_image_of_an_instance_of_a_module(tmp_path: Path, output: str) -> None:
    """What nobody looks for an image of is no instance whose image is told."""
    made = f'module "m" {{\n source = "./m"\n}}\nresource "aws_ami_from_instance" "a" {{\n name = "a"\n source_instance_id = module.m.{output}\n}}\n'  # fmt: skip
    (tmp_path / "m").mkdir()
    found = findings(check(tmp_path, {"main.tf": made, "m/m.tf": MACHINES}))
    assert found == (set() if output == "own" else {("aws_ami_from_instance", "main.tf")})


def test_each_door_belongs_to_a_type() -> None:
    """The doors are kept by hand; `make kinds` holds their paths against the provider."""
    listed = kinds("terraform")
    published = {kind for kind in listed.known if kind.startswith("aws_")}
    assert set(listed.doors) <= published
    assert len(published) > 1_500


def test_vendors_are_vetted_in_plans_too(tmp_path: Path) -> None:
    """The same allowlist, the same answer."""
    statement = policy({"AWS": VENDOR}, StringEquals={"sts:ExternalId": "abc"})
    assert judged(tmp_path, plan(role(statement))) == set()
