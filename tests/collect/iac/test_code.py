"""Code as people have it: folders, globs and standard input, bad files among good ones, what other
tools leave beside templates. Through the real command."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.collect.iac import plans
from tests.support.cli import Ran, real, vendorgate
from tests.support.snapshots import ALLOWLIST, STRANGER, vendor_role, write

ACCOUNT, OTHER = "222222222222", "777777777777"
CHECK = (
    "check",
    "--cloudformation",
    "--account",
    ACCOUNT,
    "--region",
    "us-east-1",
    "--today",
    "2026-11-20",
)
TRUST = "{Version: 2012-10-17, Statement: [{Effect: Allow, Action: sts:AssumeRole, Principal: {AWS: '%s'}}]}"
ROLE = (
    "Resources:\n  R: {Type: AWS::IAM::Role, Properties: {AssumeRolePolicyDocument: "
    + TRUST
    + "}}\n"
)
BAD = "Resources:\n  R: {Type: AWS::IAM::Role\n"


def check(folder: Path, *options: object, allowlist: str = ALLOWLIST) -> Ran:
    (folder / "allowlist.yaml").write_text(allowlist)
    return vendorgate(*CHECK, *options, "-f", "json", cwd=folder)


def report(ran: Ran) -> Any:
    assert ran.out, ran.err
    return json.loads(ran.out)


def strangers(ran: Ran) -> set[str]:
    return {
        f["principal"] for f in report(ran)["findings"] if f["policy"] == "unvetted-account-trust"
    }


def files(folder: Path, **texts: str) -> None:
    for name, text in texts.items():
        path = folder / name.replace("__", "/").replace("_", ".")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


PATHS = [
    ("a folder, at any depth", ("stacks",), {STRANGER, OTHER}),
    ("a glob", ("stacks/*.yaml",), {STRANGER}),
    ("one of any depth", ("stacks/**/*.yaml",), {STRANGER, OTHER}),
    ("several, each file once", ("stacks", "stacks/a.yaml"), {STRANGER, OTHER}),
]  # fmt: skip


@pytest.mark.parametrize(("why", "paths", "expected"), PATHS, ids=[row[0] for row in PATHS])
def test_paths(tmp_path: Path, why: str, paths: tuple[str, ...], expected: set[str]) -> None:
    """A hook and a person name what they have; what is no template is passed over, and counted."""
    files(tmp_path, stacks__a_yaml=ROLE % STRANGER, stacks__deep__b_yaml=ROLE % OTHER,
          stacks__deep__package_json="{}", stacks__venv__c_yaml=ROLE % "666666666666")  # fmt: skip
    ran = check(tmp_path, *paths)
    assert (strangers(ran), ran.code) == (expected, 1)
    notes = [note for note in report(ran)["notes"] if "passed over" in note]
    assert notes == (["Files that are no templates, passed over: 1."] if "stacks" in paths else [])


def test_standard_input(tmp_path: Path) -> None:
    """For hooks, and for whoever makes a template by a program."""
    (tmp_path / "allowlist.yaml").write_text(ALLOWLIST)
    text = (ROLE % STRANGER).encode()
    ran = real(*CHECK, "-", "-f", "json", cwd=tmp_path, stdin=text)
    assert strangers(ran) == {STRANGER}
    ran = real("collect", "cloudformation", "-", "--account", ACCOUNT, cwd=tmp_path, stdin=text)
    assert (ran.code, (tmp_path / "snapshot" / "manifest.json").is_file()) == (0, True)


def test_bad_files_among_good_ones(tmp_path: Path) -> None:
    """All bad ones are named in one run; the good ones are judged all the same."""
    files(tmp_path, good_yaml=ROLE % STRANGER, bad_yaml=BAD, worse_json='{"Resources": {\n"R": ]}')
    ran = check(tmp_path, "good.yaml", "bad.yaml", "worse.json")
    gaps = {gap["call"]: gap for gap in report(ran)["gaps"]}
    assert (strangers(ran), ran.code) == ({STRANGER}, 1)
    assert set(gaps) == {"bad.yaml:3", "worse.json:2"}
    assert "not valid JSON" in gaps["worse.json:2"]["message"]
    assert gaps["worse.json:2"]["location"] == {"file": "worse.json", "line": 2}
    files(tmp_path, good_yaml=ROLE % ACCOUNT)
    assert check(tmp_path, "good.yaml", "bad.yaml").code == 3
    quietly = ("collect", "cloudformation", "good.yaml", "bad.yaml", "--account", ACCOUNT, "-q")
    ran = vendorgate(*quietly, cwd=tmp_path)
    assert (ran.code, ran.err) == (3, "")


def test_what_is_not_known_of_a_resource_is_said(tmp_path: Path) -> None:
    """Catches a queue of which nobody can tell whom it lets in, and nothing on stderr."""
    queue = "Parameters: {P: {Type: String}}\nResources:\n  Q: {Type: AWS::SQS::QueuePolicy, Properties: {Queues: [x], PolicyDocument: {Statement: {Effect: Allow, Action: 'sqs:*', Resource: '*', Principal: {AWS: !Ref P}}}}}\n"
    files(tmp_path, t_yaml=queue)
    ran = vendorgate("collect", "cloudformation", "t.yaml", "--account", ACCOUNT, cwd=tmp_path)
    assert "  t.yaml:3: x: " in ran.err and "${P}" in ran.err


def test_bad_files_alone(tmp_path: Path) -> None:
    """Where nothing could be read there is nothing to judge: every file is named at once."""
    files(
        tmp_path,
        bad_yaml=BAD,
        other_yaml="service: x\nprovider: {name: aws}",
        plan_json='{"format_version": "1.2", "planned_values": {}}',
    )
    ran = check(tmp_path, "bad.yaml", "other.yaml", "plan.json", "gone.yaml")
    assert (ran.code, ran.err.count("\n"), "gone.yaml: no such file" in ran.err) == (2, 1, True)
    ran = check(tmp_path, "bad.yaml", "other.yaml", "plan.json")
    assert ran.code == 2
    lines = ran.err.splitlines()
    assert [line.split(":")[1].strip() for line in lines] == ["bad.yaml", "other.yaml", "plan.json"]
    assert "serverless package" in lines[1]
    assert "--terraform" in lines[2]


def test_a_nested_template_is_read_where_it_is_used(tmp_path: Path) -> None:
    """In a folder of both, the child has the parameters that its parent gives, and no others."""
    inner = "Parameters: {V: {Type: String}}\n" + (ROLE % "x").replace("'x'", "!Ref V")
    outer = f"Resources: {{N: {{Type: AWS::CloudFormation::Stack, Properties: {{TemplateURL: inner.yaml, Parameters: {{V: '{OTHER}'}}}}}}}}"
    files(tmp_path, t__inner_yaml=inner, t__outer_yaml=outer)
    ran = check(tmp_path, "t")
    assert (strangers(ran), report(ran)["summary"]["roles"]) == ({OTHER}, 1)


def test_a_bad_nested_template(tmp_path: Path) -> None:
    """The parent is judged; what it brings along is a gap on the child's line."""
    outer = (
        ROLE % STRANGER
        + "  N: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: inner.yaml}}"
    )
    files(tmp_path, outer_yaml=outer, inner_yaml=BAD)
    ran = check(tmp_path, "outer.yaml")
    assert strangers(ran) == {STRANGER}
    assert [gap["call"] for gap in report(ran)["gaps"]] == ["inner.yaml:3"]


@pytest.mark.parametrize("more", [(), ("--own", "444444444444")])
def test_own_accounts_of_the_list_are_ours(tmp_path: Path, more: tuple[str, ...]) -> None:
    """Catches a gap for a type of tomorrow that names ourselves, whoever else is named as own."""
    thing = "Resources: {R: {Type: AWS::New::Thing, Properties: {Accounts: ['333333333333']}}}"
    files(tmp_path, t_yaml=thing)
    for own, code in (("organization: {accounts: ['333333333333']}\n", 0), ("", 3)):
        (tmp_path / "allowlist.yaml").write_text(f"version: 1\n{own}vendors: []\n")
        given = ("--cloudformation", "t.yaml", "--account", ACCOUNT, "--today", "2026-11-20", *more)
        assert vendorgate("check", *given, cwd=tmp_path).code == code


def test_a_collected_snapshot_stays(tmp_path: Path) -> None:
    """A template in a hook may not overwrite the collection of an organization."""
    write(tmp_path / "snapshot", roles=[vendor_role()])
    before = (tmp_path / "snapshot" / "manifest.json").read_bytes()
    files(tmp_path, t_yaml=ROLE % STRANGER)
    ran = vendorgate("collect", "cloudformation", "t.yaml", "--account", ACCOUNT, cwd=tmp_path)
    assert (ran.code, "check --cloudformation" in ran.err) == (2, True)
    assert check(tmp_path, "t.yaml").code == 1
    assert (tmp_path / "snapshot" / "manifest.json").read_bytes() == before
    again = ("collect", "cloudformation", "t.yaml", "--account", ACCOUNT, "-o", "code")
    assert [vendorgate(*again, cwd=tmp_path).code for _ in range(2)] == [0, 0]


def test_one_step_says_what_two_say(tmp_path: Path) -> None:
    """The same findings as a collection and its check, and the same bytes on the same day."""
    files(tmp_path, t_yaml=ROLE % STRANGER, allowlist_yaml=ALLOWLIST)
    vendorgate(
        "collect",
        "cloudformation",
        "t.yaml",
        "--account",
        ACCOUNT,
        "--region",
        "us-east-1",
        cwd=tmp_path,
    )
    two = vendorgate("check", "--today", "2026-11-20", "-f", "json", cwd=tmp_path)
    one, again = check(tmp_path, "t.yaml"), check(tmp_path, "t.yaml")
    assert report(one)["findings"] == report(two)["findings"]
    assert one.out == again.out


def test_plans_in_one_step(tmp_path: Path) -> None:
    """The same of Terraform."""
    (tmp_path / "plan.json").write_text(json.dumps(plans.plan(plans.role(plans.STRANGERS))))
    (tmp_path / "allowlist.yaml").write_text(ALLOWLIST)
    ran = vendorgate(
        "check", "--terraform", "plan.json", "--account", ACCOUNT, "-f", "json", cwd=tmp_path
    )
    assert (strangers(ran), ran.code) == ({STRANGER}, 1)


USAGE = [
    ("no account", ("--cloudformation", "t.yaml"), "--account"),
    ("no path", ("--cloudformation", "--account", ACCOUNT), "no path is given"),
    ("two snapshots", ("a", "b"), "--cloudformation or --terraform"),
    ("code's options for a snapshot", ("a", "--parameters", "A=b"), "--cloudformation or --terraform"),
    ("a template for a snapshot", ("t.yaml", "--account", ACCOUNT), "--cloudformation or --terraform"),
    ("no such file", ("--cloudformation", "gone/*.yaml", "--account", ACCOUNT), "gone/*.yaml"),
]  # fmt: skip


@pytest.mark.parametrize(("why", "options", "said"), USAGE, ids=[row[0] for row in USAGE])
def test_usage(tmp_path: Path, why: str, options: tuple[str, ...], said: str) -> None:
    """A slip is said in a line, with its mend."""
    files(tmp_path, t_yaml=ROLE % STRANGER, allowlist_yaml=ALLOWLIST)
    ran = vendorgate("check", *options, cwd=tmp_path)
    assert (ran.code, ran.err.count("\n"), said in ran.err) == (2, 1, True), ran.err


def test_code_is_silent_of_who_is_not_seen(tmp_path: Path) -> None:
    """A template need not name every vendor, nor hold what every exception is for."""
    exception = f"exceptions:\n  - {{policy: missing-external-id, principal: '{OTHER}', resource: '*', reason: x, owner: x, expires: 2027-01-01}}\n"
    files(tmp_path, t_yaml=ROLE % ACCOUNT)
    assert report(check(tmp_path, "t.yaml", allowlist=ALLOWLIST + exception))["findings"] == []


def test_annotations_of_gaps(tmp_path: Path) -> None:
    """On the line where it is written; what GitHub would cut is counted, findings and gaps."""
    names = range(12)
    stack = "{Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: 'https://x'}}"
    files(
        tmp_path,
        t_yaml=ROLE % STRANGER + "".join(f"  S{n}: {stack}\n" for n in names),
        allowlist_yaml=ALLOWLIST,
    )
    lines = vendorgate(*CHECK, "t.yaml", "-f", "github", cwd=tmp_path).out.splitlines()
    assert lines[0].startswith("::error file=t.yaml,line=2,")
    assert lines[1].startswith(
        "::warning file=t.yaml,line=3,title=gap%3A nested::could not be looked at: S0"
    )
    assert sum(line.startswith("::") for line in lines) == 10
    assert "and 3 more findings and gaps" in lines[10]


def account_of(ran: Ran) -> str:
    (note,) = [note for note in report(ran)["notes"] if "resource" in note and "read" in note]
    return str(note)


SHARE = "AWS::ServiceCatalog::PortfolioShare"


def test_each_resource_is_accounted_for(tmp_path: Path) -> None:
    """The report says what was read and what was not; an unknown type is a gap when one is strict."""
    text = ROLE % ACCOUNT
    text += f"  P: {{Type: {SHARE}, Properties: {{AccountId: '{OTHER}'}}}}\n"
    text += "  Q: {Type: AWS::EC2::VPC}\n  V: {Type: Vendor::X::Y}\n"
    files(tmp_path, t_yaml=text)
    ran = check(tmp_path, "t.yaml")
    assert account_of(ran) == "4 resources: 1 read, 1 without trust, 1 not read, 1 unknown."
    (gap,) = report(ran)["gaps"]
    assert (gap["call"], gap["code"]) == ("t.yaml:3", SHARE)
    assert f"AccountId lets in {OTHER}" in gap["message"]
    assert len(report(check(tmp_path, "t.yaml", "--strict"))["gaps"]) == 2


def test_nothing_to_judge_is_no_gap_in_code(tmp_path: Path) -> None:
    """A template of queues alone was looked at, whole."""
    files(tmp_path, t_yaml="Resources: {Q: {Type: AWS::SQS::Queue}}")
    ran = check(tmp_path, "t.yaml")
    assert (ran.code, report(ran)["verdict"]) == (0, "pass")


MACROS = [
    ("AWS's own for secrets", "AWS::SecretsManager-2024-09-16", 0),
    ("for deployments", "AWS::CodeDeployBlueGreen", 0),
    ("several of them", "[AWS::LanguageExtensions, AWS::Serverless-2016-10-31]", 0),
    ("what is included", "{Name: AWS::Include, Parameters: {Location: s3://x}}", 3),
    ("somebody's", "Mine", 3),
]


@pytest.mark.parametrize(("why", "transform", "code"), MACROS, ids=[row[0] for row in MACROS])
def test_macros(tmp_path: Path, why: str, transform: str, code: int) -> None:
    """What AWS itself adds lets nobody in from outside; what others add, nobody knows."""
    files(tmp_path, t_yaml=f"Transform: {transform}\nResources: {{Q: {{Type: AWS::SQS::Queue}}}}")
    assert check(tmp_path, "t.yaml").code == code


INCLUDE = "Fn::Transform: {Name: AWS::Include, Parameters: {Location: s3://b/k}}"
OWN = "{Effect: Allow, Action: sts:AssumeRole, Principal: {Service: ec2.amazonaws.com}}"
TRANSFORMS = [
    ("the whole policy", f"Properties: {{AssumeRolePolicyDocument: {{{INCLUDE}}}}}"),
    ("beside statements", f"Properties: {{AssumeRolePolicyDocument: {{Version: 2012-10-17, {INCLUDE}, Statement: [{OWN}]}}}}"),
    ("in a statement", f"Properties: {{AssumeRolePolicyDocument: {{Version: 2012-10-17, Statement: [{OWN[:-1]}, {INCLUDE}}}]}}}}"),
    ("in a principal", f"Properties: {{AssumeRolePolicyDocument: {{Version: 2012-10-17, Statement: [{OWN.replace('{Service', '{' + INCLUDE + ', Service')}]}}}}"),
    ("beside the type", f"{INCLUDE}, Properties: {{AssumeRolePolicyDocument: {{Version: 2012-10-17, Statement: [{OWN}]}}}}"),
]  # fmt: skip


@pytest.mark.parametrize(("why", "body"), TRANSFORMS, ids=[row[0] for row in TRANSFORMS])
def test_transforms_in_roles(tmp_path: Path, why: str, body: str) -> None:
    """What an include brings may let anybody in: it is a gap of that role, wherever it stands."""
    files(tmp_path, t_yaml=f"Resources:\n  R: {{Type: AWS::IAM::Role, {body}}}")
    ran = check(tmp_path, "t.yaml")
    assert [gap["code"] for gap in report(ran)["gaps"]] == ["Transform"]
    policies = {f["policy"] for f in report(ran)["findings"]} - {"collection-gap"}
    assert policies == ({"unreadable-trust-policy"} if why == "the whole policy" else set())


APPLICATIONS = [
    ("a stranger's", f"{{ApplicationId: 'arn:aws:serverlessrepo:us-east-1:{OTHER}:applications/x'}}", f"of {OTHER}, a third party"),
    ("AWS's own", "{ApplicationId: 'arn:aws:serverlessrepo:us-east-1:297356227824:applications/x'}", "of 297356227824, AWS's own (rotation of Secrets Manager),"),
    ("one that nobody tells", "{ApplicationId: !Ref X}", "of a publisher who is not known"),
    ("an own one", f"{{ApplicationId: 'arn:aws:serverlessrepo:us-east-1:{ACCOUNT}:applications/x'}}", "of the own account"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("why", "location", "said"), APPLICATIONS, ids=[r[0] for r in APPLICATIONS]
)
def test_applications(tmp_path: Path, why: str, location: str, said: str) -> None:
    """Whoever publishes an application decides what it brings, and nobody here has read it."""
    files(
        tmp_path,
        t_yaml=f"Resources: {{A: {{Type: AWS::Serverless::Application, Properties: {{Location: {location}}}}}}}",
    )
    ran = check(tmp_path, "t.yaml")
    (gap,) = report(ran)["gaps"]
    assert said in gap["message"]
    assert "1 not read" in account_of(ran)


def test_a_key_that_stands_twice(tmp_path: Path) -> None:
    """The last one is what would be deployed; that there were two is said, with its line."""
    twice = f'{{"Resources": {{"R": {{"Type": "AWS::SQS::Queue"}},\n"R": {{"Type": "AWS::IAM::Role", "Properties": {{"AssumeRolePolicyDocument": {json.dumps(json.loads(json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"AWS": STRANGER}}]})))}}}}}}}}}'
    files(
        tmp_path,
        j_json=twice,
        y_yaml="Resources:\n  R: {Type: AWS::SQS::Queue}\n" + (ROLE % OTHER).partition("\n")[2],
    )
    ran = check(tmp_path, "j.json", "y.yaml")
    assert strangers(ran) == {STRANGER, OTHER}
    said = [note.split(": the key")[0] for note in report(ran)["notes"] if "twice" in note]
    assert said == ["j.json:2", "y.yaml:3"]


JSONS = [
    ("a pair of surrogates", '{"Description": "\\ud83d\\ude80", "Resources": {"Q": {"Type": "AWS::SQS::Queue"}}}'),
    ("half of one", '{"Description": "\\ud83d", "Resources": {"Q": {"Type": "AWS::SQS::Queue"}}}'),
    ("tabs, and a mark of order", '\ufeff{\n\t"Resources": {\n\t\t"Q": {"Type": "AWS::SQS::Queue"}}}'),
    ("a solidus that is escaped", '{"Resources": {"Q": {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": "a\\/b"}}}}'),
    ("YAML that begins like JSON", "{Resources: {Q: {Type: AWS::SQS::Queue}}}"),
]  # fmt: skip


@pytest.mark.parametrize(("why", "text"), JSONS, ids=[row[0] for row in JSONS])
def test_json(tmp_path: Path, why: str, text: str) -> None:
    """JSON is read as JSON, which YAML's readers do not do in every corner."""
    (tmp_path / "t.json").write_text(text, encoding="utf-8")
    assert check(tmp_path, "t.json").code == 0


def test_lines_of_json(tmp_path: Path) -> None:
    """A finding stands on the line of its resource, also behind text that looks like keys."""
    role = {
        "Type": "AWS::IAM::Role",
        "Properties": {
            "AssumeRolePolicyDocument": {
                "Version": "2012-10-17",
                "Statement": [
                    {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"AWS": STRANGER}}
                ],
            }
        },
    }
    text = '{"Description": "a \\" : {\\n", \n"Resources": {\n\n"R": ' + json.dumps(role) + "}}"
    files(tmp_path, t_json=text)
    (finding,) = report(check(tmp_path, "t.json"))["findings"]
    assert finding["location"] == {"file": "t.json", "line": 4}


SERVICE = "/aws/service/"
PUBLISHERS = [
    ("Amazon's deep learning", f"'{{{{resolve:ssm:{SERVICE}deeplearning/ami/x86_64/base/latest/ami-id}}}}'", None),
    ("Canonical", f"'{{{{resolve:ssm:{SERVICE}canonical/ubuntu/server/24.04/stable/current/amd64/hvm/ebs-gp3/ami-id}}}}'", "099720109477"),
    ("Debian", f"'resolve:ssm:{SERVICE}debian/release/12/latest/amd64'", "136693071363"),
    ("a product of the marketplace", f"'resolve:ssm:{SERVICE}marketplace/prod-abc/latest'", "prod-abc"),
    ("nobody we know", f"'resolve:ssm:{SERVICE}suse/sles/15/latest'", None),
    ("a stranger's parameter", f"'resolve:ssm:arn:aws:ssm:us-east-1:{OTHER}:parameter/x'", OTHER),
    ("an own image", "!GetAtt Built.ImageId", None),
]  # fmt: skip
POLICIES = {
    "Canonical": {"unvetted-image-owner"}, "Debian": {"unvetted-image-owner"},
    "a product of the marketplace": {"unvetted-marketplace-image"},
    "nobody we know": {"unknown-image-owner"},
    "a stranger's parameter": {"unvetted-image-parameter", "unknown-image-owner"},
}  # fmt: skip


@pytest.mark.parametrize(("why", "image", "who"), PUBLISHERS, ids=[row[0] for row in PUBLISHERS])
def test_publishers_of_images(tmp_path: Path, why: str, image: str, who: str | None) -> None:
    """A public parameter tells its publisher, a stranger's parameter its owner, and what the same
    template builds is ours."""
    files(
        tmp_path,
        t_yaml=f"Resources:\n  Built: {{Type: AWS::ImageBuilder::Image, Properties: {{}}}}\n  I: {{Type: AWS::EC2::Instance, Properties: {{ImageId: {image}}}}}",
    )
    found = report(check(tmp_path, "t.yaml"))
    assert {f["policy"] for f in found["findings"]} == POLICIES.get(why, set())
    if who:
        assert who in {party["id"] for party in found["third_parties"]}


USES = [
    ("AWS::EMR::Cluster", "{CustomAmiId: ami-1, Instances: {MasterInstanceFleet: {InstanceTypeConfigs: [{CustomAmiId: ami-2}]}, TaskInstanceGroups: [{CustomAmiId: ami-3}]}}", 3),
    ("AWS::EMR::InstanceGroupConfig", "{CustomAmiId: ami-1}", 1),
    ("AWS::EMR::InstanceFleetConfig", "{InstanceTypeConfigs: [{CustomAmiId: ami-1}, {}]}", 1),
    ("AWS::ImageBuilder::ImageRecipe", "{ParentImage: ami-1}", 1),
    ("AWS::ImageBuilder::ContainerRecipe", "{InstanceConfiguration: {Image: ami-1}}", 1),
    ("AWS::ElasticBeanstalk::Environment", "{OptionSettings: [{Namespace: aws:autoscaling:launchconfiguration, OptionName: ImageId, Value: ami-1}, {Namespace: x, OptionName: y, Value: z}]}", 1),
    ("AWS::ElasticBeanstalk::ConfigurationTemplate", "{OptionSettings: [{Namespace: aws:autoscaling:launchconfiguration, OptionName: !Ref N, Value: ami-1}]}", 1),
    ("AWS::Batch::ComputeEnvironment", "{ComputeResources: {ImageId: ami-1, Ec2Configuration: [{ImageIdOverride: ami-2}]}}", 2),
    ("AWS::Cloud9::EnvironmentEC2", "{ImageId: ami-1}", 1),
    ("AWS::CodeBuild::Fleet", "{ImageId: ami-1}", 1),
    ("AWS::OpsWorks::Instance", "{AmiId: ami-1}", 1),
    ("AWS::EC2::SpotFleet", "{SpotFleetRequestConfigData: {LaunchSpecifications: [{ImageId: ami-1}], LaunchTemplateConfigs: [{Overrides: [{ImageId: ami-2}]}]}}", 2),
    ("AWS::EC2::EC2Fleet", "{LaunchTemplateConfigs: [{Overrides: [{ImageId: ami-1}]}]}", 1),
    ("AWS::AutoScaling::AutoScalingGroup", "{MixedInstancesPolicy: {LaunchTemplate: {Overrides: [{ImageId: ami-1}]}}}", 1),
    ("AWS::EC2::LaunchTemplate", f"{{LaunchTemplateData: {{InstanceType: x, {INCLUDE}}}}}", 1),
    ("AWS::EC2::LaunchTemplate", "{LaunchTemplateData: {InstanceType: x}}", 0),
    ("AWS::ImageBuilder::ImageRecipe", "{ParentImage: 'arn:aws:imagebuilder:us-east-1:aws:image/amazon-linux-2023-x86/x.x.x'}", 0),
    ("AWS::Cloud9::EnvironmentEC2", "{ImageId: amazonlinux-2023-x86_64}", 0),
]  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "properties", "count"), USES, ids=[f"{r[0]} {r[2]} {n}" for n, r in enumerate(USES)]
)
def test_uses_of_images(tmp_path: Path, kind: str, properties: str, count: int) -> None:
    """Whatever starts machines from an image is found, wherever the image is named."""
    files(tmp_path, t_yaml=f"Resources: {{X: {{Type: '{kind}', Properties: {properties}}}}}")
    found = [
        f
        for f in report(check(tmp_path, "t.yaml"))["findings"]
        if f["policy"] == "unknown-image-owner"
    ]
    assert len(found) == count


def test_launch_permissions(tmp_path: Path) -> None:
    """An own image that a pipeline shares with a stranger."""
    given = f"{{Distributions: [{{Region: x, AmiDistributionConfiguration: {{LaunchPermissionConfiguration: {{UserIds: ['{OTHER}', '{ACCOUNT}'], UserGroups: [all]}}}}}}]}}"
    files(
        tmp_path,
        t_yaml=f"Resources:\n  D: {{Type: AWS::ImageBuilder::DistributionConfiguration, Properties: {given}}}",
    )
    found = report(check(tmp_path, "t.yaml"))["findings"]
    assert {(f["policy"], f["principal"]) for f in found} == {
        ("shared-image", OTHER),
        ("public-image", "*"),
    }
    assert {f["location"]["line"] for f in found} == {2}


def test_a_snapshot_that_cannot_be_read_stays_too(tmp_path: Path) -> None:
    """Of a later version, or half repaired: it may be the collection of an organization."""
    (tmp_path / "snapshot").mkdir()
    (tmp_path / "snapshot" / "manifest.json").write_text('{"schema": "vendorgate/snapshot/v9"}')
    files(tmp_path, t_yaml=ROLE % STRANGER)
    ran = vendorgate("collect", "cloudformation", "t.yaml", "--account", ACCOUNT, cwd=tmp_path)
    assert (ran.code, "cannot be read is here" in ran.err) == (2, True), ran.err
    assert "v9" in (tmp_path / "snapshot" / "manifest.json").read_text()
