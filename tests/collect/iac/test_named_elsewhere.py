"""Whom code names where no table has it: in bodies, in types that nobody knows, anywhere."""

from __future__ import annotations

import gzip
import json
import re
from base64 import b64encode, encodebytes
from pathlib import Path
from textwrap import wrap
from typing import Any

import pytest

from checker.collect.iac.bodies import of_others
from checker.collect.iac.cloudformation import collect_templates
from checker.collect.iac.files import input_files
from checker.collect.iac.grants.arns import registry
from checker.collect.iac.mentions import Room, mentions, unpacked
from checker.collect.iac.pseudo import pseudo_parameters
from checker.collect.iac.records import Found
from checker.collect.iac.target import Target
from checker.collect.iac.template import MAX_BYTES
from checker.collect.iac.terraform.collect import collect_terraform
from checker.publishers import Owners, published
from tests.collect.iac.granted import OWN, plan, source, target, template
from tests.collect.iac.plans import plan as planned_file
from tests.collect.iac.plans import planned
from tests.support.cli import vendorgate
from tests.support.snapshots import STRANGER

LAMBDA = f"arn:aws:lambda:us-east-1:{STRANGER}:function:x"
GATEWAY = f"arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/{LAMBDA}/invocations"
EVIL = f"arn:aws:ssm:us-east-1:{STRANGER}:document/Evil"
OURS = f"arn:aws:lambda:us-east-1:{OWN}:function:x"
OTHER = "777777777777"
STEPS = {"StartAt": "A", "States": {"A": {"Type": "Task", "Resource": LAMBDA, "End": True}}}
RUN = {"mainSteps": [{"action": "aws:runDocument", "inputs": {"documentPath": EVIL}}]}
OPENAPI = {"paths": {"/x": {"get": {"x-amazon-apigateway-integration": {"uri": GATEWAY}}}}}
REMOTE = "arn:aws:ssm:${AWS::Region}::document/AWS-RunRemoteScript"
BUILD = "arn:aws:codebuild:${AWS::Region}:${AWS::AccountId}:project/x"
BODIES: list[tuple[str, str, dict[str, Any], str | None]] = [
    ("steps", "AWS::StepFunctions::StateMachine", {"Definition": STEPS}, LAMBDA),
    ("steps as text", "AWS::StepFunctions::StateMachine", {"DefinitionString": json.dumps(STEPS)}, LAMBDA),
    ("what is filled in", "AWS::Serverless::StateMachine", {"Definition": {"Resource": "${F}"}, "DefinitionSubstitutions": {"F": LAMBDA}}, LAMBDA),
    ("own steps", "AWS::StepFunctions::StateMachine", {"DefinitionString": json.dumps(STEPS).replace(STRANGER, OWN)}, None),
    ("a document in a document", "AWS::SSM::Document", {"Content": RUN}, EVIL),
    ("a document in YAML", "AWS::SSM::Document", {"Content": f"mainSteps:\n- inputs:\n    documentPath: {EVIL}\n"}, EVIL),
    ("a document that it requires", "AWS::SSM::Document", {"Content": {}, "Requires": [{"Name": EVIL}]}, EVIL),
    ("a component", "AWS::ImageBuilder::Component", {"Data": f"phases:\n- document: '{EVIL}'\n"}, EVIL),
    ("a component in S3", "AWS::ImageBuilder::Component", {"Uri": "s3://b/k"}, "whatever a file in S3 names"),
    ("what a document runs", "AWS::SSM::Association", {"Name": "AWS-RunDocument", "Parameters": {"sourceInfo": [json.dumps({"name": EVIL})]}}, STRANGER),
    ("an API's function", "AWS::ApiGateway::RestApi", {"Body": OPENAPI}, LAMBDA),
    ("an HTTP API's", "AWS::ApiGatewayV2::Api", {"Body": OPENAPI}, LAMBDA),
    ("a method's", "AWS::ApiGateway::Method", {"Integration": {"Uri": GATEWAY}}, LAMBDA),
    ("a method's own", "AWS::ApiGateway::Method", {"Integration": {"Uri": GATEWAY.replace(STRANGER, OWN)}}, None),
    ("SAM's authorizer", "AWS::Serverless::Api", {"Auth": {"Authorizers": {"A": {"FunctionArn": LAMBDA}}}}, LAMBDA),
    ("a rule of AWS's", "AWS::Config::ConfigRule", {"Source": {"SourceIdentifier": "S3_BUCKET_VERSIONING_ENABLED"}}, None),
    ("a rule of others", "AWS::Config::ConfigRule", {"Source": {"SourceIdentifier": LAMBDA}}, LAMBDA),
    ("an ARN of a region that is not known", "AWS::StepFunctions::StateMachine", {"DefinitionString": {"Fn::Sub": json.dumps(STEPS).replace("us-east-1", "${AWS::Region}")}}, STRANGER),
    ("one that Systems Manager fills in", "AWS::SSM::Document", {"Content": {"documentPath": f"arn:{{{{global:AWS_PARTITION}}}}:ssm:{{{{global:REGION}}}}:{STRANGER}:document/x"}}, STRANGER),
    ("a function by its name", "AWS::StepFunctions::StateMachine", {"Definition": {"FunctionName": f"{STRANGER}:function:x"}}, f"{STRANGER}:function:x"),
    ("a queue", "AWS::StepFunctions::StateMachine", {"Definition": {"QueueUrl": f"https://sqs.us-east-1.amazonaws.com/{STRANGER}/q"}}, f"{STRANGER}/q"),
    ("an API's queue", "AWS::ApiGateway::RestApi", {"Body": {"uri": f"arn:aws:apigateway:us-east-1:sqs:path/{STRANGER}/q"}}, f"{STRANGER}/q"),
    ("an image in YAML", "AWS::SSM::Document", {"Content": "mainSteps:\n- inputs:\n    image: evil/x\n"}, "runs evil/x"),
    ("an API in YAML", "AWS::ApiGateway::RestApi", {"Body": f"x-amazon-apigateway-policy:\n  Statement: {{Effect: Allow, Principal: {{AWS: '{STRANGER}'}}}}\n"}, STRANGER),
    ("an API that nobody reads", "AWS::ApiGateway::RestApi", {"Body": "{no"}, "a part of it names that is not known"),
    ("a bucket that is filled in", "AWS::Serverless::StateMachine", {"Definition": {"Resource": OURS}, "DefinitionSubstitutions": {"Bucket": "b"}}, None),
    ("an image that is made here", "AWS::StepFunctions::StateMachine", {"Definition": {"TrainingImage": {"Fn::Sub": "${Repo.RepositoryUri}:1"}}}, None),
    ("a picture by its name", "AWS::StepFunctions::StateMachine", {"Definition": {"image": "logo.png"}}, None),
    ("an image of AWS's in steps", "AWS::StepFunctions::StateMachine", {"Definition": {"Image": "public.ecr.aws/lambda/python:3.12"}}, None),
    ("a call on schedule", "AWS::Scheduler::Schedule", {"Target": {"Arn": "arn:aws:scheduler:::aws-sdk:batch:registerJobDefinition", "Input": json.dumps({"ContainerProperties": {"Image": "evil/x:1"}})}}, "runs evil/x:1"),
    ("a call that names a function", "AWS::Scheduler::Schedule", {"Target": {"Arn": "arn:aws:scheduler:::aws-sdk:lambda:invoke", "Input": json.dumps({"FunctionName": LAMBDA})}}, LAMBDA),
    ("a script on schedule", "AWS::Scheduler::Schedule", {"Target": {"Arn": "arn:aws:scheduler:::aws-sdk:ssm:sendCommand", "Input": json.dumps({"Parameters": {"sourceType": ["GitHub"]}})}}, "a script from GitHub"),
    ("a script that a rule runs", "AWS::Events::Rule", {"Targets": [{"Arn": {"Fn::Sub": REMOTE}, "Input": json.dumps({"sourceType": ["GitHub"]})}]}, "Targets runs a script from GitHub"),
    ("a script of ours that a rule runs", "AWS::Events::Rule", {"Targets": [{"Arn": REMOTE, "Input": json.dumps({"sourceType": ["S3"]})}]}, None),
    ("a build's image by a rule", "AWS::Events::Rule", {"Targets": [{"Arn": {"Fn::Sub": BUILD}, "Input": json.dumps({"imageOverride": "evil/x:1"})}]}, "Targets runs evil/x:1"),
    ("a build's image by a rule, of a project that is made here", "AWS::Events::Rule", {"Targets": [{"Arn": {"Fn::GetAtt": "Repo.Arn"}, "Input": json.dumps({"imageOverride": "evil/x:1"})}]}, "Targets runs evil/x:1"),
    ("what a rule tells what is made here", "AWS::Events::Rule", {"Targets": [{"Arn": {"Fn::GetAtt": "Repo.Arn"}, "Input": json.dumps({"image": "evil/x:1"})}]}, None),
    *((f"a definition that is not known, {how}", "AWS::StepFunctions::StateMachine", {"DefinitionString": {"Fn::Sub": text}}, "runs whatever it names") for how, text in (
        ("with a line end", "${AWS::StackName}\n"), ("in two parts", "${AWS::StackName}${AWS::NoValue}"), ("but for its start", '{"StartAt":"A",${AWS::StackName}}'), ("within braces", "{${AWS::StackName}}"))),
    ("what a rule tells a function", "AWS::Events::Rule", {"Targets": [{"Arn": OURS, "Input": json.dumps({"imageOverride": "evil/x:1"})}]}, None),
    ("an image of a batch of builds in a step", "AWS::StepFunctions::StateMachine", {"Definition": {"A": {"Parameters": {"BuildspecOverride": "batch:\n  build-list:\n  - env: {image: evil/x:1}\n"}}}}, "evil/x:1"),
    ("a build's image in a step", "AWS::StepFunctions::StateMachine", {"Definition": {"A": {"Parameters": {"ImageOverride": "evil/x:1"}}}}, "evil/x:1"),
    ("whatever is handed to a call", "AWS::Scheduler::Schedule", {"Target": {"Arn": "arn:aws:scheduler:::aws-sdk:sqs:sendMessage", "Input": {"Fn::ImportValue": "x"}}}, None),
    ("a function on schedule", "AWS::Scheduler::Schedule", {"Target": {"Arn": OURS, "Input": json.dumps({"image": "evil/x:1"})}}, None),
    ("words of another plug-in", "AWS::SSM::Association", {"Parameters": {"provider": ["GitHub"]}}, None),
    ("a script of ours", "AWS::SSM::Association", {"Name": "AWS-RunRemoteScript", "Parameters": {"sourceType": ["S3"], "sourceInfo": ['{"path": "https://s3.amazonaws.com/b/k"}']}}, None),
    *((f"an image in a list, of {why}", kind, properties, "runs evil/x:1") for why, kind, properties in (
        ("a document's parameters", "AWS::SSM::Association", {"Name": "AWS-RunDockerAction", "Parameters": {"action": ["Run"], "image": ["evil/x:1"]}}),
        ("a machine's", "AWS::EC2::Instance", {"SsmAssociations": [{"DocumentName": "AWS-RunDockerAction", "AssociationParameters": [{"Key": "image", "Value": ["evil/x:1"]}]}]}),
        ("a window's", "AWS::SSM::MaintenanceWindowTask", {"TaskArn": "AWS-RunDockerAction", "TaskInvocationParameters": {"MaintenanceWindowRunCommandParameters": {"Parameters": {"image": ["evil/x:1"]}}}}),
        ("a remediation's", "AWS::Config::RemediationConfiguration", {"TargetId": "AWS-RunDockerAction", "Parameters": {"image": {"StaticValue": {"Values": ["evil/x:1"]}}}}),
        ("a response's", "AWS::SSMIncidents::ResponsePlan", {"Actions": [{"SsmAutomation": {"DocumentName": "AWS-RunDockerAction", "Parameters": [{"Key": "image", "Values": ["evil/x:1"]}]}}]}),
        ("a rule's target", "AWS::Events::Rule", {"Targets": [{"Arn": "arn:aws:ssm:us-east-1::document/AWS-RunDockerAction", "Input": json.dumps({"image": ["evil/x:1"]})}]}),
        ("an automation that a rule starts", "AWS::Events::Rule", {"Targets": [{"Arn": "arn:aws:ssm:us-east-1::automation-definition/AWS-RunDockerAction:$DEFAULT", "Input": json.dumps({"image": ["evil/x:1"]})}]}),
        ("two", "AWS::SSM::Association", {"Name": "AWS-RunDockerAction", "Parameters": {"image": [f"{OWN}.dkr.ecr.us-east-1.amazonaws.com/x", "evil/x:1"]}}),
        ("a response's, beside a value that is null", "AWS::SSMIncidents::ResponsePlan", {"Actions": [{"SsmAutomation": {"DocumentName": "AWS-RunDockerAction", "Parameters": [{"Key": "image", "Value": None, "Values": ["evil/x:1"]}]}}]}),
        ("a step of a document", "AWS::SSM::Document", {"Content": {"mainSteps": [{"action": "aws:runCommand", "inputs": {"DocumentName": "AWS-RunDockerAction", "Parameters": {"image": ["evil/x:1"]}}}]}}),
        ("a step", "AWS::StepFunctions::StateMachine", {"Definition": {"A": {"Resource": "arn:aws:states:::aws-sdk:ssm:sendCommand", "Parameters": {"DocumentName": "AWS-RunDockerAction", "Parameters": {"image": ["evil/x:1"]}}}}}))),
    ("an image in CloudFormation's own form", "AWS::SSM::MaintenanceWindowTask", {"TaskArn": "AWS-RunDockerAction", "TaskParameters": {"image": {"Values": ["evil/x:1"]}}}, "runs evil/x:1"),
    *((f"an image, as {key}", "AWS::StepFunctions::StateMachine", {"Definition": {"A": {"Parameters": {key: "evil/x:1"}}}}, "runs evil/x:1")
      for key in ("ImageUri", "ImageIdentifier", "TrainingImage", "ContainerUri", "spark.kubernetes.executor.container.image")),
    ("a base whose name begins as a machine's id", "AWS::StepFunctions::StateMachine", {"Definition": {"A": {"Parameters": {"ParentImage": "amihub/x:1"}}}}, "runs amihub/x:1"),
    ("the second option of two", "AWS::StepFunctions::StateMachine", {"Definition": {"A": {"Parameters": {"SparkSubmitParameters": f"--conf spark.kubernetes.driver.container.image={OWN}.dkr.ecr.us-east-1.amazonaws.com/x --conf spark.kubernetes.executor.container.image=evil/x:1"}}}}, "runs evil/x:1"),
    ("an image beside an option", "AWS::StepFunctions::StateMachine", {"Definition": {"A": {"Parameters": {"Image": "evil/x:1", "Args": f"spark.kubernetes.container.image={OWN}.dkr.ecr.us-east-1.amazonaws.com/x"}}}}, "runs evil/x:1"),
    ("a tag called so", "AWS::StepFunctions::StateMachine", {"Definition": {"A": {"Parameters": {"Tags": [{"Key": "image", "Value": "golden"}]}}}}, None),
    ("an image of a chart's own registry", "AWS::SSM::Document", {"Content": {"image": {"repository": "agent", "tag": "1"}}}, None),
    ("an own image in a list", "AWS::SSM::Association", {"Name": "AWS-RunDockerAction", "Parameters": {"image": [f"{OWN}.dkr.ecr.us-east-1.amazonaws.com/x"]}}, None),
    ("a list of what is no image", "AWS::SSM::Document", {"Content": {"image": [{"url": "x"}]}}, None),
    ("a text that is no mapping", "AWS::SSM::Document", {"Content": f"- a\n- {LAMBDA}\n"}, LAMBDA),
    ("a script from elsewhere", "AWS::SSM::Association", {"Name": "AWS-RunRemoteScript", "Parameters": {"sourceType": ["GitHub"], "sourceInfo": ['{"owner": "evil", "tokenInfo": "hunter2"}']}}, "runs a script from GitHub"),
    ("a program from elsewhere", "AWS::SSM::Association", {"Name": "AWS-InstallApplication", "Parameters": {"source": ["https://u:hunter2@evil.example.com/x.msi"]}}, "runs a program from evil.example.com"),
    ("one that a document installs", "AWS::SSM::Document", {"Content": {"mainSteps": [{"action": "aws:applications", "inputs": {"source": "http://evil.example.com:8080/x.EXE?a=b"}}]}}, "runs a program from evil.example.com:8080"),
    ("a program of a bucket, which may be ours", "AWS::SSM::Association", {"Name": "AWS-InstallApplication", "Parameters": {"source": ["https://ours.s3.us-east-1.amazonaws.com/x.msi"]}}, None),
    ("a page", "AWS::SSM::Association", {"Name": "AWS-Other", "Parameters": {"source": ["https://acme.example/docs"]}}, None),
    ("an own name in a stranger's registry", "AWS::StepFunctions::StateMachine", {"Definition": {"Image": {"Fn::Sub": f"{STRANGER}.dkr.ecr.us-east-1.amazonaws.com/${{Repo}}"}}}, "is told when it runs"),
    ("everybody of an account in a type of tomorrow", "AWS::New::Thing", {"A": f"arn:aws:iam::{STRANGER}:*"}, STRANGER),
    ("a registry in one", "AWS::New::Thing", {"A": f"{STRANGER}.dkr.ecr.us-east-1.amazonaws.com/x"}, STRANGER),
    ("two in one text", "AWS::New::Thing", {"A": f"{OWN},{STRANGER}"}, STRANGER),
    ("a key of one", "AWS::New::Thing", {f"arn:aws:iam::{STRANGER}:root": "x"}, STRANGER),
    ("everybody in one, without a statement", "AWS::New::Thing", {"Principal": "*"}, "names *"),
    ("everybody in a list of principals", "AWS::New::Thing", {"AllowedPrincipals": ["*"]}, "names *"),
    ("a policy in a type of tomorrow", "AWS::New::Thing", {"Policy": {"Statement": [{"Effect": "Allow", "Principal": "*"}]}}, "*"),
    ("the same as text, within", "AWS::New::Thing", {"A": [{"B": json.dumps({"Statement": {"Effect": "Allow", "Principal": {"AWS": STRANGER}}})}]}, STRANGER),
    ("an account in one", "AWS::New::Thing", {"Accounts": [STRANGER]}, STRANGER),
    ("an account beside an ARN of another", "AWS::New::Thing", {"Role": f"arn:aws:iam::{OTHER}:role/x", "Accounts": [STRANGER]}, STRANGER),
    ("ourselves in one", "AWS::New::Thing", {"Accounts": [OWN], "Function": OURS}, None),
    ("nothing in one", "Their::Own::Thing", {"X": "y"}, None),
]  # fmt: skip


def said(found: Found) -> list[str]:
    return [one.message for one in found.gaps]


@pytest.mark.parametrize(
    ("why", "kind", "properties", "expected"), BODIES, ids=[r[0] for r in BODIES]
)
def test_templates(
    tmp_path: Path, why: str, kind: str, properties: dict[str, Any], expected: str | None
) -> None:
    thing = {"Type": kind, "Properties": properties}
    both = {"R": thing, "Repo": {"Type": "AWS::ECR::Repository"}}
    found = template(tmp_path, json.dumps({"Resources": both}))
    assert [str(expected) in one for one in said(found)] == ([True] if expected else []), said(
        found
    )


def test_no_secret_is_shown_beside_an_account(tmp_path: Path) -> None:
    """Catches a parameter that is told whole, as a part of it names somebody."""
    text = f"curl -H token:hunter2 https://x; aws sts assume-role --role-arn arn:aws:iam::{STRANGER}:role/x"
    kinds = {
        "AWS::SSM::Association": {"Parameters": {"commands": [text]}},
        "AWS::FIS::ExperimentTemplate": {"Actions": {"a": {"Parameters": {"p": text}}}},
        "AWS::New::Thing": {"Accounts": [STRANGER], "Text": text},
        "AWS::Old::Thing": {"Statement": f"CREATE USER x IDENTIFIED BY 'hunter2' -- {STRANGER}"},
    }
    several = {kind[5:8]: {"Type": kind, "Properties": one} for kind, one in kinds.items()}
    told = said(template(tmp_path, json.dumps({"Resources": several})))
    assert len(told) == 4 and all(STRANGER in one and "hunter2" not in one for one in told)


TERRAFORM = [
    ("a rule's function", f'resource "aws_config_config_rule" "a" {{\n source {{\n owner = "CUSTOM_LAMBDA"\n source_identifier = "{LAMBDA}"\n }}\n}}', LAMBDA),
    ("a document in a document", f"resource \"aws_ssm_document\" \"a\" {{\n content = jsonencode({{ documentPath = \"{EVIL}\" }})\n}}", EVIL),
    ("a group of others", f'resource "aws_vpc_security_group_ingress_rule" "a" {{\n referenced_security_group_id = "{STRANGER}/sg-1"\n}}', STRANGER),
    ("a build's image by a rule", f'resource "aws_cloudwatch_event_target" "a" {{\n arn = "arn:aws:codebuild:us-east-1:{OWN}:project/x"\n input = jsonencode({{ imageOverride = "evil/x:1" }})\n}}', "arn runs evil/x:1"),
    ("a remediation's image", 'resource "aws_config_remediation_configuration" "a" {\n target_id = "AWS-RunDockerAction"\n parameter {\n name = "image"\n static_values = ["evil/x:1"]\n}\n}', "runs evil/x:1"),
    ("of the other provider", 'resource "awscc_config_remediation_configuration" "a" {\n target_id = "AWS-RunDockerAction"\n parameters = {\n image = {\n static_value = {\n values = ["evil/x:1"]\n}\n}\n}\n}', "runs evil/x:1"),
    ("a type of tomorrow", f'resource "aws_new_thing" "a" {{\n principals = ["{STRANGER}"]\n}}', STRANGER),
    ("a policy in one", 'resource "aws_new_thing" "a" {\n policy = jsonencode({ Statement = [{ Effect = "Allow", Principal = "*" }] })\n}', "names *"),
    ("ourselves in one", f'resource "aws_new_thing" "a" {{\n principals = ["{OWN}"]\n}}', None),
]  # fmt: skip


@pytest.mark.parametrize(("why", "text", "expected"), TERRAFORM, ids=[r[0] for r in TERRAFORM])
def test_terraform(tmp_path: Path, why: str, text: str, expected: str | None) -> None:
    found = source(tmp_path, text)
    assert [str(expected) in one for one in said(found)] == ([True] if expected else []), said(
        found
    )


NET = "Outside accounts that the code names where nothing here judges them: "
MENTIONED = [
    ("a value that nobody reads", f'value: "{STRANGER}"', True),
    ("without quotes", f"value: {STRANGER}", True),
    ("an ARN", f"value: arn:aws:iam::{STRANGER}:role/x", True),
    ("an image", f"value: {STRANGER}.dkr.ecr.us-east-1.amazonaws.com/x", True),
    ("its address", f"value: https://{STRANGER}.dkr.ecr.us-east-1.amazonaws.com/x", True),
    ("the end of a sentence", f"value: given to {STRANGER}.", True),
    ("a queue's address", f"value: https://sqs.us-east-1.amazonaws.com/{STRANGER}/q", True),
    ("a queue of an API", f"value: arn:aws:apigateway:us-east-1:sqs:path/{STRANGER}/q", True),
    ("logs of AWS's", f"value: arn:aws:s3:::b/AWSLogs/{STRANGER}/x", True),
    ("a group of others", f"value: {STRANGER}/sg-1", True),
    ("where one signs in", f"value: https://{STRANGER}.signin.aws.amazon.com", True),
    ("a comment", f"# {STRANGER}", False),
    ("ourselves", f'value: "{OWN}"', False),
    ("an account of AWS's", 'value: "127311923021"', False),
    ("a part of a name", f"value: x-{STRANGER}", False),
    ("of a path", f"value: a/{STRANGER}/b", False),
    ("of a number", f"value: {STRANGER}1", False),
    ("of a version", f"value: 1.{STRANGER}", False),
    ("a telephone", f'value: "+{STRANGER}"', False),
    ("a quantity", f"Threshold: {STRANGER}", False),
    ("more than a quantity", f"Threshold: arn:aws:iam::{STRANGER}:root", True),
    ("a part of an escaped path", f"value: a\\/{STRANGER}\\/b", False),
    ("an escaped path", f"value: arn:aws:apigateway:us-east-1:sqs:path\\/{STRANGER}\\/q", True),
]  # fmt: skip


@pytest.mark.parametrize(("why", "line", "expected"), MENTIONED, ids=[r[0] for r in MENTIONED])
def test_who_is_named_anywhere(tmp_path: Path, why: str, line: str, expected: bool) -> None:
    """Catches an account that no output tells of, wherever it stands."""
    text = f"Resources:\n  Q: {{Type: AWS::SQS::Queue}}\nOutputs:\n  X:\n    Value: x\n    {line}\n"
    told = [one for one in template(tmp_path, text).notes if one.startswith(NET)]
    assert told == ([f"{NET}{STRANGER} (t.yaml:6)."] if expected else [])


def test_several_are_told_in_order(tmp_path: Path) -> None:
    """Catches a report that hangs on the hash seed."""
    accounts = [f"{number}00000000000" for number in range(9, 4, -1)]
    text = f"echo {' '.join(accounts)}"
    plan_of_chaos = {"Actions": {"a": {"Parameters": {"p": text}}}}
    found = template(tmp_path, json.dumps(
        {"Resources": {"R": {"Type": "AWS::FIS::ExperimentTemplate", "Properties": plan_of_chaos}}}))  # fmt: skip
    (one,) = said(found)
    assert one.endswith(", ".join(sorted(accounts)))


def test_who_is_judged_is_not_told_twice(tmp_path: Path) -> None:
    text = f"Resources:\n  F: {{Type: AWS::Lambda::Permission, Properties: {{FunctionName: f, Action: 'lambda:*', Principal: '{STRANGER}'}}}}\n"
    assert [one for one in template(tmp_path, text).notes if one.startswith(NET)] == []


ELSEWHERE = f'resource "aws_ssm_parameter" "p" {{\n value = "{STRANGER}"\n}}\n'
ROOT = f"arn:aws:iam::{STRANGER}:root"
READ = {"Action": "sqs:*", "Resource": f"arn:aws:sqs:us-east-1:{OWN}:q"}
US_AND_THEM = {"StringNotEquals": {"aws:PrincipalAccount": [OWN, STRANGER]}}
POLICIES: list[tuple[str, list[dict[str, Any]], bool]] = [
    # why, the statements of a queue, whether who stands in them is told
    ("denied", [{"Effect": "Deny", "Principal": {"AWS": ROOT}, **READ}], True),
    ("allowed and denied", [{"Effect": e, "Principal": {"AWS": ROOT}, **READ} for e in ("Allow", "Deny")], True),
    ("all but them", [{"Effect": "Allow", "Principal": {"AWS": OWN}, **READ, "Condition": {"StringNotEquals": {"aws:PrincipalAccount": STRANGER}}}], True),
    ("anyone but them", [{"Effect": "Allow", "Principal": "*", **READ, "Condition": {"StringNotEquals": {"aws:PrincipalAccount": STRANGER}}}], True),
    ("allowed", [{"Effect": "Allow", "Principal": {"AWS": ROOT}, **READ}], False),
    ("allowed, and all others denied", [{"Effect": "Allow", "Principal": {"AWS": ROOT}, **READ}, {"Effect": "Deny", "Principal": "*", **READ, "Condition": US_AND_THEM}], False),
    ("a service for them", [{"Effect": "Allow", "Principal": {"Service": "sns.amazonaws.com"}, **READ, "Condition": {"StringEquals": {"aws:SourceAccount": STRANGER}}}], False),
    ("not understood", [{"Effect": "Deny", "Principal": {"AWS": ROOT}, **READ}, {"Effect": "Perhaps"}], True),
    ("allowed, and not all understood", [{"Effect": "Allow", "Principal": {"AWS": ROOT}, **READ}, {"Effect": "Perhaps"}], False),
]  # fmt: skip


@pytest.mark.parametrize(("why", "statements", "told"), POLICIES, ids=[r[0] for r in POLICIES])
def test_who_is_let_in_is_judged_and_nobody_else(
    tmp_path: Path, why: str, statements: list[dict[str, Any]], told: bool
) -> None:
    """Catches a Deny that hides an account wherever else code names it, and a note on one that is
    judged."""
    policy = json.dumps(json.dumps({"Version": "2012-10-17", "Statement": statements}))
    queue = f'resource "aws_sqs_queue" "q" {{\n name = "q"\n policy = {policy}\n}}\n'
    for text in (queue, queue + ELSEWHERE):
        assert bool(noted(source(tmp_path, text).notes)) is told
    made = planned("aws_sqs_queue", {"name": "q", "policy": json.loads(policy)})
    (tmp_path / "p").mkdir()
    assert bool(noted(plan(tmp_path / "p", planned_file(made)).notes)) is told


def test_a_role_that_keeps_somebody_out(tmp_path: Path) -> None:
    trust = {"Effect": "Deny", "Principal": {"AWS": ROOT}, "Action": "sts:AssumeRole"}
    policy = json.dumps(json.dumps({"Version": "2012-10-17", "Statement": [trust]}))
    role = f'resource "aws_iam_role" "r" {{\n name = "r"\n assume_role_policy = {policy}\n}}\n'
    told = [bool(noted(source(tmp_path, text).notes))
            for text in (role + ELSEWHERE, role, role.replace("Deny", "Allow") + ELSEWHERE)]  # fmt: skip
    assert told == [True, True, False]


THEM = f'"{STRANGER}"'
DESCRIBED = [
    # why, the code, where it names somebody
    ("a variable's description", f'variable "x" {{\n description = "not {STRANGER}"\n}}\n', None),
    ("what is said of a bad value", f'variable "x" {{\n validation {{\n condition = true\n error_message = "as {STRANGER}"\n }}\n}}\n', None),
    ("a size by default", f'variable "free_bytes" {{\n default = {STRANGER}\n}}\n', None),
    ("no size by default", f'variable "free_bytes" {{\n default = [{STRANGER}]\n}}\n', "main.tf:2"),
    ("a number of another name", f'variable "bytes_of" {{\n default = {STRANGER}\n}}\n', "main.tf:2"),
    ("an output's", f'output "x" {{\n description = "not {STRANGER}"\n value = 1\n}}\n', None),
    ("and the default", f'variable "x" {{\n description = "not {STRANGER}"\n default = {THEM}\n}}\n', "main.tf:3"),
    ("on one line", f'variable "x" {{ default = {THEM} }}\n', "main.tf:1"),
    ("behind a heredoc", f'variable "x" {{\n description = <<EOT\nnot {STRANGER}\nEOT\n default = {THEM}\n}}\n', "main.tf:5"),
    ("behind a heredoc with a blank", f'variable "x" {{\n description = <<EOT\nnot {STRANGER}\nEOT \n default = {THEM}\n}}\n', "main.tf:5"),
    ("a default of such a name", f'variable "x" {{\n default = {{\n description = {THEM}\n }}\n}}\n', "main.tf:3"),
    ("a resource's description", f'resource "aws_ssm_parameter" "x" {{\n description = {THEM}\n}}\n', "main.tf:2"),
    ("a local of such a name", f"locals {{\n description = {THEM}\n}}\n", "main.tf:2"),
]  # fmt: skip


@pytest.mark.parametrize(("why", "text", "where"), DESCRIBED, ids=[r[0] for r in DESCRIBED])
def test_what_describes_a_value_is_not_deployed(
    tmp_path: Path, why: str, text: str, where: str | None
) -> None:
    """Catches an example that is told, and a value that is taken for one."""
    assert noted(source(tmp_path, text).notes) == ({STRANGER: where} if where else {})


DESCRIBED_IN_JSON: list[tuple[str, dict[str, Any], bool]] = [
    ("a variable's", {"variable": {"x": {"description": STRANGER}}}, False),
    ("a comment", {"//": STRANGER, "resource": {"aws_ssm_parameter": {"x": {"//": STRANGER, "value": "a"}}}}, False),
    ("no comment, but a key", {"resource": {"aws_ssm_parameter": {"x": {"tags": {"//": STRANGER}}}}}, True),
    ("its default", {"variable": {"x": {"description": "a", "default": STRANGER}}}, True),
    ("what is said of a bad value", {"variable": {"x": {"validation": [{"condition": True, "error_message": STRANGER}]}}}, False),
    ("a default of such a name", {"variable": {"x": {"default": {"description": STRANGER}}}}, True),
    ("a part of a default of such a name", {"variable": {"x": {"default": {"error_message": STRANGER}}}}, True),
    ("a list of defaults behind it", {"variable": {"x": {"description": "a", "default": ["1", STRANGER]}}}, True),
    ("a resource of such a name", {"resource": {"aws_ssm_parameter": {"description": {"value": STRANGER}}}}, True),
    ("an argument of such a name", {"module": {"x": {"source": "./x", "description": STRANGER}}}, True),
    ("a key of a local", {"locals": {"x": {"description": STRANGER}}}, True),
    ("a variable of such a name", {"variable": {"description": {"default": STRANGER}}}, True),
]  # fmt: skip


@pytest.mark.parametrize("indent", [None, 1])
@pytest.mark.parametrize(
    ("why", "text", "told"), DESCRIBED_IN_JSON, ids=[r[0] for r in DESCRIBED_IN_JSON]
)
def test_what_describes_a_value_in_json(
    tmp_path: Path, why: str, text: dict[str, Any], told: bool, indent: int | None
) -> None:
    (tmp_path / "x.tf.json").write_text(json.dumps(text, indent=indent))
    assert bool(noted(source(tmp_path, "").notes)) is told


DESCRIBED_IN_TEMPLATES = [
    ("a template's", f"Description: {STRANGER}\n", None),
    ("a parameter's", f"Parameters:\n  P:\n    Type: String\n    Description: as {STRANGER}\n", None),
    ("of several lines", f"Parameters:\n  P:\n    Description: |\n      as\n      {STRANGER}\n    Type: String\n", None),
    ("what is said of a bad value", f"Parameters: {{P: {{Type: String, ConstraintDescription: 'as {STRANGER}'}}}}\n", None),
    ("no text", f"Parameters: {{P: {{Type: String, Description: {{A: '{STRANGER}'}}}}}}\n", "t.yaml:1"),
    ("an output's", f"Outputs: {{O: {{Value: a, Description: '{STRANGER}'}}}}\n", None),
    ("a default beside it", f"Parameters: {{P: {{Description: a, Type: String, Default: '{STRANGER}'}}}}\n", "t.yaml:1"),
    ("a list that begins beside it", f"Parameters: {{P: {{Type: String, AllowedValues: [a,\n '{STRANGER}'], Description: a}}}}\n", "t.yaml:2"),
    ("a size by default", f"Parameters:\n  FreeStorageThreshold:\n    Type: Number\n    Default: {STRANGER}\n", None),
    ("the same of another name", f"Parameters:\n  Threshold{{}}:\n    Type: Number\n    Default: {STRANGER}\n".replace("{}", "Account"), "t.yaml:4"),
    *((f"a size by default, {what}", f"Parameters:\n  FreeStorageThreshold:\n    Type: {kind}\n    Default: {value}\n", "t.yaml:4")
      for what, kind, value in (("in a text", "String", f"'{STRANGER}'"), ("as an ARN", "String", f"arn:aws:iam::{STRANGER}:root"))),
    ("a size by a key of a parameter", f"Parameters:\n  P:\n    Type: Number\n    Threshold: '{STRANGER}a {STRANGER}'\n", "t.yaml:4"),
    ("one that stands elsewhere, too", f"Description: &a '{STRANGER}'\nOutputs: {{O: {{Value: *a}}}}\n", "t.yaml:1"),
    ("a parameter of such a name", f"Parameters: {{Description: {{Type: String, Default: '{STRANGER}'}}}}\n", "t.yaml:1"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("why", "text", "where"), DESCRIBED_IN_TEMPLATES, ids=[r[0] for r in DESCRIBED_IN_TEMPLATES]
)
def test_what_describes_a_value_of_a_template(
    tmp_path: Path, why: str, text: str, where: str | None
) -> None:
    (tmp_path / "t.yaml").write_text(f"{text}Resources: {{Q: {{Type: AWS::SQS::Queue}}}}\n")
    files = input_files([str(tmp_path / "t.yaml")], ("",))
    found = collect_templates(files, target(tmp_path), {})
    assert noted(found.notes) == ({STRANGER: where} if where else {})


def test_a_property_that_is_included_describes_nothing(tmp_path: Path) -> None:
    """Catches a description of a resource that is taken for the template's."""
    (tmp_path / "x.yaml").write_text(f"Description: '{STRANGER}'\n")
    include = {"Fn::Transform": {"Name": "AWS::Include", "Parameters": {"Location": "x.yaml"}}}
    text = json.dumps({"Resources": {"P": {"Type": "AWS::SSM::Parameter", "Properties": include}}})
    assert noted(template(tmp_path, text).notes) == {STRANGER: "x.yaml:1"}


def test_json_with_tabs(tmp_path: Path) -> None:
    """Which YAML does not have: descriptions are found there, too, and nothing else."""
    said = {"Parameters": {"P": {"Type": "String", "Description": STRANGER}}}
    held = {"Resources": {"P": {"Type": "AWS::SSM::Parameter", "Properties": {"Value": OTHER}}}}
    text = json.dumps(said | held, indent="\t")
    assert noted(template(tmp_path, text).notes) == {OTHER: "t.yaml:12"}


def test_what_is_given_names_somebody(tmp_path: Path) -> None:
    """Catches an account that the deployment brings along."""
    things = {"P": {"Type": "AWS::SSM::Parameter", "Properties": {"Value": {"Ref": "V"}}}}
    text = json.dumps({"Parameters": {"V": {"Type": "String"}}, "Resources": things})
    assert noted(template(tmp_path, text, V=STRANGER).notes) == {STRANGER: "t.yaml:1"}
    odd = "Parameters:\r  V: {Type: String}\rResources:\r  Q: {Type: AWS::SQS::Queue}\r"
    assert noted(template(tmp_path, odd, V=STRANGER).notes) == {STRANGER: "t.yaml:2"}


def test_what_nothing_looks_at_is_included(tmp_path: Path) -> None:
    """Catches a file that a part of code brings along which nobody evaluates."""
    include = {"Fn::Transform": {"Name": "AWS::Include", "Parameters": {"Location": "x.yaml"}}}
    (tmp_path / "x.yaml").write_text(f"A: {STRANGER}\n")
    (tmp_path / "s.graphql").write_text(f'"{OTHER}"\n')
    (tmp_path / "code.zip").write_bytes(b"PK\xff\xfe\x00")
    (tmp_path / "o.yaml").write_text(f"A: {numbers(9)[-1]}\n")
    things = {"P": {"Type": "AWS::SSM::Parameter", "Properties": {"Value": include}},
              "S": {"Type": "AWS::AppSync::GraphQLSchema", "Properties": {"DefinitionS3Location": "s.graphql"}},
              "F": {"Type": "AWS::Serverless::Function", "Properties": {"CodeUri": "code.zip"}},
              "O": {"Type": "AWS::SSM::Parameter", "Properties": {"Value": "o.yaml"}}}  # fmt: skip
    found = noted(template(tmp_path, json.dumps({"Resources": things})).notes)
    assert found == {STRANGER: "x.yaml:1", OTHER: "s.graphql:1"}
    (tmp_path / "y.sh").write_text(f"export A={OTHER}\n")
    text = 'locals {\n x = yamldecode(templatefile("${path.module}/y.sh", {}))\n}\n'
    assert noted(source(tmp_path, text).notes) == {OTHER: "y.sh:1"}
    (tmp_path / "folder").mkdir()
    text = f'locals {{\n x = file("../{tmp_path.name}/y.sh")\n y = file("/etc/passwd")\n z = file("none")\n f = file("folder")\n}}\n'
    assert noted(source(tmp_path, text).notes) == {OTHER: "y.sh:1"}


def test_files_that_are_named_by_a_value(tmp_path: Path) -> None:
    """Catches a script whose name is made of others, and one of the root that a module reads."""
    (tmp_path / "y.sh").write_text(f"export A={OTHER}\n")
    (tmp_path / "z.sh").write_text(f"export A={STRANGER}\n")
    (tmp_path / "m").mkdir()
    (tmp_path / "m/m.tf").write_text('locals {\n z = file("${path.root}/z.sh")\n}\n')
    text = 'locals {\n f = "y.sh"\n}\nresource "aws_instance" "i" {\n ami = "ami-1"\n user_data = file(local.f)\n}\nmodule "m" {\n source = "./m"\n}\n'
    assert noted(source(tmp_path, text).notes) == {OTHER: "y.sh:1", STRANGER: "z.sh:1"}


@pytest.mark.parametrize("which", ['path.module, "d/*.json"', '"${path.module}/d", "*.json"', '"d", "x.*"'])  # fmt: skip
def test_files_of_a_set(tmp_path: Path, which: str) -> None:
    """Catches a policy whose name a loop makes; what is elsewhere is not looked through."""
    (tmp_path / "d").mkdir()
    (tmp_path / "d/x.json").write_text(json.dumps({"A": STRANGER}))
    text = f'resource "aws_iam_policy" "q" {{\n for_each = fileset({which})\n policy = file("${{path.module}}/d/${{each.value}}")\n}}\n'
    assert noted(source(tmp_path, text).notes) == {STRANGER: "d/x.json:1"}
    for no_set in ('"..", "*/d/*"', '"/", "**"', '".", "**x**"', '".", "../*"'):
        assert noted(source(tmp_path, f"locals {{\n x = fileset({no_set})\n}}\n").notes) == {}


def test_a_plan_names_somebody_beside_its_resources(tmp_path: Path) -> None:
    """Catches an account of a provider, a module's argument, a provisioner, a look-up, and of
    values that look like resources."""
    provider, argument, command, looked_up, action, given, answer, named = numbers(8)
    asked = planned("external", {"result": {"a": looked_up}}, mode="data")
    us = planned("aws_caller_identity", {"account_id": STRANGER}, mode="data", name="us")
    whole = planned_file(read=[asked, us], variables={
        "v": {"value": {"mode": "x", "values": given}}, "resource_changes": {"value": named}})  # fmt: skip
    whole["planned_values"]["outputs"] = {"o": {"value": {"mode": "x", "change": answer}}}
    whole["action_invocations"] = [{"address": "action.x.y", "config_values": {"a": action}}]
    whole["configuration"] = {
        "provider_config": {"datadog": {"expressions": {"role": {"constant_value": provider}}}},
        "root_module": {
            "resources": [{"mode": "managed", "type": "aws_x", "name": "r", "expressions": {"policy": {"constant_value": STRANGER}},
                           "provisioners": [{"expressions": {"command": {"constant_value": command}}}]}],
            "module_calls": {"m": {"expressions": {"peer": {"constant_value": argument}}, "module": {}}},
        },
    }  # fmt: skip
    assert noted(plan(tmp_path, whole).notes).keys() == {*numbers(8)}


def test_an_external_id_is_no_account(tmp_path: Path) -> None:
    """Catches an account that hides behind an external id of the same digits."""
    trust = {"Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{OTHER}:root"}, "Action": "sts:AssumeRole",
             "Condition": {"StringEquals": {"sts:ExternalId": STRANGER}}}  # fmt: skip
    policy = json.dumps(json.dumps({"Version": "2012-10-17", "Statement": [trust]}))
    role = f'resource "aws_iam_role" "r" {{\n name = "r"\n assume_role_policy = {policy}\n}}\n'
    assert noted(source(tmp_path, role + ELSEWHERE).notes).keys() == {STRANGER}


def test_a_key_of_others_is_no_judgement(tmp_path: Path) -> None:
    """Catches an account that is taken to be said, as a record keeps by which key it is shut."""
    key = f"arn:aws:kms:us-east-1:{STRANGER}:key/x"
    policy = json.dumps(
        json.dumps({"Statement": [{"Effect": "Allow", "Principal": {"AWS": OWN}, **READ}]})
    )
    queue = f'resource "aws_sqs_queue" "q" {{\n name = "q"\n kms_master_key_id = "{key}"\n policy = {policy}\n}}\n'
    assert f"{NET}{STRANGER} (main.tf:3)." in source(tmp_path, queue).notes


def test_a_name_is_no_judgement(tmp_path: Path) -> None:
    """Catches an account that is taken to be said, as a folder or a bucket has its number."""
    folder = tmp_path / STRANGER
    folder.mkdir()
    bucket = f'resource "aws_s3_bucket" "b" {{\n bucket = "logs-{STRANGER}"\n}}\n'
    policy = 'resource "aws_sqs_queue_policy" "q" {\n queue_url = "q"\n policy = "{}"\n}\n'
    text = f'{bucket}{policy}resource "aws_ssm_parameter" "p" {{\n value = "{STRANGER}"\n}}\n'
    assert any(one.startswith(f"{NET}{STRANGER}") for one in source(folder, text).notes)


def test_who_is_told_hides_nobody_whose_number_is_alike(tmp_path: Path) -> None:
    """Catches an account that goes unsaid, as a gap names another one, or a provider has its name."""
    first, second, third = numbers(3)
    machine = f'resource "aws_sfn_state_machine" "m" {{\n definition = jsonencode({{ Resource = "{LAMBDA.replace(STRANGER, first)}" }})\n}}\n'
    provider = f'resource "aws_iam_saml_provider" "s" {{\n name = "{third}"\n saml_metadata_document = "x"\n}}\n'
    found = source(tmp_path, f'{machine}{provider}locals {{\n a = "{second}"\n}}\n')
    assert any(first in one for one in said(found))
    assert noted(found.notes).keys() == {second, third}


def test_ours_are_not_told(tmp_path: Path) -> None:
    """By the allowlist, which `check` has: neither told, nor a gap; and however many, none is cut."""
    ours, others = f"3{STRANGER[1:]}", [f"7777777{number:05}" for number in range(30)]
    (tmp_path / "allowlist.yaml").write_text(
        f"version: 1\norganization:\n  accounts: ['{ours}']\nvendors: []\n"
    )
    machine = f'resource "aws_sfn_state_machine" "m" {{\n definition = jsonencode({{ Resource = "{LAMBDA.replace(STRANGER, ours)}" }})\n}}\n'
    (tmp_path / "main.tf").write_text(
        f"{machine}locals {{\n a = {json.dumps([ours, *others])}\n}}\n"
    )
    ran = vendorgate("check", "--terraform", ".", "--account", OWN, "-f", "json", cwd=tmp_path)
    report = json.loads(ran.out)
    told = " ".join(report["notes"])
    assert ours not in told and all(one in told for one in others)
    assert report["gaps"] == []
    to = ("-o", "snapshot", "-q", "--account", OWN)
    assert vendorgate("collect", "terraform", ".", *to, cwd=tmp_path).code == 3
    assert vendorgate("collect", "terraform", ".", *to, "--own", ours, cwd=tmp_path).code == 0
    again = json.loads(vendorgate("check", "snapshot", "-f", "json", cwd=tmp_path).out)
    assert (again["findings"], again["gaps"]) == (report["findings"], report["gaps"])
    assert ours not in " ".join(again["notes"]) and "left out" not in " ".join(again["notes"])
    wrong = vendorgate("check", "--terraform", ".", "--account", OWN, "--own", "acme", cwd=tmp_path)
    assert wrong.code == 2 and "acme" in wrong.err


def test_who_is_named_by_terraform(tmp_path: Path) -> None:
    """In a folder anywhere, in a plan by what it would leave behind."""
    text = f'locals {{\n them = "{STRANGER}"\n}}\nresource "aws_ssm_parameter" "p" {{\n value = local.them\n}}\n'
    (tmp_path / "x.auto.tfvars").write_text(f'them = "{OTHER}"\n')
    assert (
        f"{NET}{STRANGER} (main.tf:2), {OTHER} (x.auto.tfvars:1)." in source(tmp_path, text).notes
    )
    assert [one for one in said(source(tmp_path, text, strict=True)) if STRANGER in one]
    made = planned("aws_ssm_parameter", {"value": f"arn:aws:iam::{STRANGER}:role/x"})
    gone = planned("aws_ssm_parameter", {"value": OTHER}, name="s", actions=["delete"])
    (tmp_path / "p").mkdir()
    told = plan(tmp_path / "p", planned_file(made, deleted=[gone])).notes
    assert f"{NET}{STRANGER} (plan.json:1)." in told


@pytest.mark.parametrize(
    "text",
    [
        f"oci://{STRANGER}.dkr.ecr.us-east-1.amazonaws.com/charts",
        f"https://sqs.us-east-1.api.aws/{STRANGER}/q",
        f"https://sqs.eusc-de-east-1.amazonaws.eu/{STRANGER}/q",
        f"https://sqs.us-iso-east-1.c2s.ic.gov/{STRANGER}/q",
        f"codecommit::us-east-1://{STRANGER}@r",
        f"arn%3Aaws%3Aiam%3A%3A{STRANGER}%3Arole/x",
        f"https://sqs.${{AWS::Region}}.${{AWS::URLSuffix}}/{STRANGER}/q",
        f"https://sqs.us-east-1.${{data.aws_partition.p.dns_suffix}}/{STRANGER}",
        f"arn:aws:organizations::{OWN}:account/o-abc1234567/{STRANGER}",
        f"s3://b/AWSLogs/o-abc1234567/{STRANGER}/CloudTrail/",
        f"arn:aws:s3:::b/AWSLogs/{STRANGER}",
        f"https://sqs.us-east-1.amazonaws.com:443/{STRANGER}/q",
        f"https://SQS.us-east-1.AMAZONAWS.com/{STRANGER}/q",
        f"https://{STRANGER}.s3-control.us-east-1.amazonaws.com",
        f"https://{STRANGER}.ddb.us-east-1.amazonaws.com",
        f"https://x-{STRANGER}.d.codeartifact.us-east-1.amazonaws.com",
        f"https://x-{STRANGER}.s3-accesspoint.us-east-1.amazonaws.com",
        f"peers\\t{STRANGER}",
        f"\\u003e{STRANGER}\\r",
    ],
)
def test_an_address_names_an_account(tmp_path: Path, text: str) -> None:
    """Catches an account behind another scheme than https, or at another host of AWS's."""
    found = source(tmp_path, f'locals {{\n x = "{text}"\n}}\n')
    assert f"{NET}{STRANGER} (main.tf:2)." in found.notes


def test_what_code_includes_names_somebody(tmp_path: Path) -> None:
    """Catches a script that a machine runs; what others' modules include is theirs."""
    (tmp_path / "run.sh").write_text(f"#!/bin/sh\nexport A={STRANGER}\n")
    theirs = tmp_path / ".terraform" / "modules" / "m"
    theirs.mkdir(parents=True)
    (theirs / "x.sh").write_text(f"export A={OTHER}\n")
    for folder, name in ((tmp_path, "run.sh"), (theirs, "x.sh")):
        body = f'ami = "ami-1"\n user_data = file("${{path.module}}/{name}")\n'
        (folder / "i.tf").write_text(f'resource "aws_instance" "i" {{\n {body}}}\n')
    (theirs.parent / "modules.json").write_text(
        json.dumps({"Modules": [{"Key": "m", "Source": "x/y/z", "Dir": ".terraform/modules/m"}]})
    )
    found = source(tmp_path, 'module "m" {\n source = "x/y/z"\n}\n')
    assert f"{NET}{STRANGER} (run.sh:2)." in found.notes


RULE = "Resources: {{P: {{Type: AWS::ECR::PullThroughCacheRule, Properties: {{EcrRepositoryPrefix: v, UpstreamRegistryUrl: {0}}}}}}}"


@pytest.mark.parametrize(
    ("upstream", "reference"),
    [
        (f"{STRANGER}.dkr.ecr.us-east-1.amazonaws.com", f"{STRANGER}.dkr.ecr.us-east-1.amazonaws.com/v"),
        (f"{OWN}.dkr.ecr.us-east-1.amazonaws.com", None),
        ("registry-1.docker.io", None),
    ],
)  # fmt: skip
def test_a_cache_of_others_by_itself(tmp_path: Path, upstream: str, reference: str | None) -> None:
    """Catches a rule whose images run in another stack."""
    found = template(tmp_path, RULE.format(upstream))
    assert [one.reference for one in found.code_uses] == ([reference] if reference else [])


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-32"])
def test_in_whatever_encoding(tmp_path: Path, encoding: str) -> None:
    """Catches a template that is read, and whose accounts are not."""
    text = f"Resources:\n  Q: {{Type: AWS::SQS::Queue}}\nOutputs: {{X: {{Value: '{STRANGER}'}}}}\n"
    (tmp_path / "t.yaml").write_bytes(text.encode(encoding))
    found = collect_templates(input_files([str(tmp_path / "t.yaml")], ("",)), target(tmp_path), {})
    assert f"{NET}{STRANGER} (t.yaml:3)." in found.notes


def noted(notes: list[str]) -> dict[str, str]:
    """Of each account that a note tells, where it is named."""
    told = "".join(one.removeprefix(NET) for one in notes if one.startswith(NET))
    return dict(re.findall(r"([0-9]{12}) \(([^)]*)\)", told))


def numbers(count: int) -> list[str]:
    return [f"8888888888{number:02}" for number in range(count)]


def test_a_comment_behind_a_mark(tmp_path: Path) -> None:
    """Of the order of bytes, as editors write it, and of a block of text."""
    (tmp_path / "main.tf").write_bytes(f"\ufeff# {STRANGER}\n".encode())
    files = [str(tmp_path / "main.tf")]
    assert noted(collect_terraform(input_files(files, (".tf",)), target(tmp_path)).notes) == {}
    text = f"Resources:\n  Q: {{Type: AWS::SQS::Queue}}\nMetadata:\n  A: | # {STRANGER}\n    {OTHER} # {OTHER}\n"
    assert noted(template(tmp_path, text).notes) == {OTHER: "t.yaml:5"}


def test_comments_in_terraform(tmp_path: Path) -> None:
    """Catches somebody who was there once, and a text that is taken for a comment."""
    text = """/* {0}
 {1} */ locals {{ a = "{2}" }} // {3}
locals {{ # {4}
  b = "x # {5}"
  c = <<-EOT
    a # {6}
  EOT
  d = "${{lookup({{}}, "a # {7}", "b /* {8} */")}}" # {9}
  e = [/* x */"{10}"]
}}
"""
    found = noted(source(tmp_path, text.format(*numbers(11))).notes)
    where = {
        2: "main.tf:2",
        5: "main.tf:4",
        6: "main.tf:6",
        7: "main.tf:8",
        8: "main.tf:8",
        10: "main.tf:9",
    }
    assert found == {numbers(11)[at]: place for at, place in where.items()}


def test_a_comment_of_a_form_that_is_not_known(tmp_path: Path) -> None:
    """Catches a part of a text that is taken for a comment, as it would be one in HCL."""
    (tmp_path / "x.conf").write_text(f"a = 1 # {STRANGER}\n")
    text = 'resource "aws_instance" "i" {\n ami = "ami-1"\n user_data = file("x.conf")\n}\n'
    assert noted(source(tmp_path, text).notes) == {STRANGER: "x.conf:1"}


FORMS = [
    ("x.vtl", f"#set($r = '{STRANGER}')", True),
    ("Dockerfile", f"# syntax={STRANGER}.dkr.ecr.us-east-1.amazonaws.com/a", True),
    ("x.h", f"#define A {STRANGER}", True),
    ("x", f"// {STRANGER}", True),
    ("x.sh", f"# {STRANGER}", False),
    ("x.sh", f"  # {STRANGER}", False),
    *(
        (f"x.sh{ending}", f"# {STRANGER}", False)
        for ending in (".tpl", ".tftpl", ".tmpl", ".template", ".j2")
    ),
    ("x.tftpl", f"#cloud-config\n# {STRANGER}", False),
    ("x", f"#!/bin/sh\n# {STRANGER}", False),
    ("x.sh", f"// {STRANGER}", True),
    ("x.js", f"// {STRANGER}", False),
    ("x.js", f"# {STRANGER}", True),
    ("x.yaml", f"a: b # {STRANGER}", False),
    ("x.yml", f"a: |\n  #set($r = '{STRANGER}')", True),
    ("x.tpl", f"#cloud-config\nwrite_files:\n- content: |\n    #set($r = '{STRANGER}')", True),
    ("Dockerfile", f"FROM a\n# {STRANGER}", False),
    ("x.vtl", f"## {STRANGER}", False),
    ("x.sh", f"cat > a <<E\n E\n# {STRANGER}\nE", True),
    ("x.sh", f"cat <<A; cat <<B\nA\n# {STRANGER}\nB", True),
    ("x.sh", f"X='\n# {STRANGER}\n'", True),
    ("x.sh", f"echo don\\'t\n# {STRANGER}", True),
    ("x.rb", f"a = %q{{\n# {STRANGER}\n}}", True),
    *(
        ("x.sh", f"cat {mark} > a\n# {STRANGER}\n{end}", True)
        for mark, end in (
            ("<<\\EOF", "EOF"),
            ("<<!", "!"),
            ("<<''", ""),
            ("<<---", "---"),
            ("<<$E", "$E"),
            ("<<'END OF'", "END OF"),
            ("<<E'O'F", "EOF"),
        )
    ),
    ("x.sh", f"cat <<-E\n  E\n# {STRANGER}\nE", True),
    ("x.sh", f'X=\'a"b\' Y="c\n# {STRANGER}\n"', True),
    ("x.sh", f"X=$'a\\'\n# {STRANGER}\n'", True),
    ("x.sh", f"X=${{Y:-\n# {STRANGER}\n}}", True),
    ("x.sh", f'Y="${{X:-"\n# {STRANGER}\n"}}"', True),
    ("x.py", f's = """ "\n# {STRANGER}\n"""', True),
    ("x.py", f's = """Say "a" b\n# {STRANGER}\n"""', True),
    ("x.rb", f"x = 1\n__END__\n# {STRANGER}", True),
    ("x.rb", f"x = %<\n# {STRANGER}\n>", True),
    ("x.rs", f'let x = r#" " \n// {STRANGER}\n"#;', True),
    ("x.js", f"const x = <p>\n// {STRANGER}\n</p>", True),
    ("x.pl", f"# {STRANGER}\nprint qq~", False),
    ("x.pl", f"print qq~\n# {STRANGER}\n~;", True),
    ("x.vtl", f"#[[\n## {STRANGER}\n]]#", True),
    ("x.cfg", f"## template: jinja\n#cloud-config\nwrite_files: |\n  # {STRANGER}", True),
    ("x.sh", f'echo "usage: cat <<E | x"\ncat > a <<X\nE\n# {STRANGER}\nX', True),
    ("x.sh", f"x=$((1<<n))\ncat > a <<X\nn\n# {STRANGER}\nX", True),
    ("x.sh", f"x=$((1\n<<n))\ncat > a <<X\nn\n# {STRANGER}\nX", True),
    ("x.sh", f"let x=1<<n\ncat > a <<X\nn\n# {STRANGER}\nX", True),
    ("x.sh", f"#!/usr/bin/env node\nclass A {{\n  #role = {STRANGER};\n}}", True),
    ("x.rb", f'a = b.gsub(/"/, "\n# {STRANGER}\n")', True),
    ("x.js", f'a = b.replace(/"/, "\n// {STRANGER}\n")', True),
    ("x.js", f"let a = '/*'; let b = `\n// {STRANGER}\n`", True),
    ("x.py", f'"""Says\n "it"."""\nX = "%d" % 1 << 2\n# {STRANGER}', False),
    ("x.py", f"X = (1\n# {STRANGER}", True),
    ("x.env", f"A=1\n# {STRANGER}", False),
    ("x.env", f"A='1\n# {STRANGER}\n'", True),
    ("Dockerfile", f"RUN <<E\n# {STRANGER}\nE", True),
    ("Dockerfile", f"# syntax={STRANGER}.dkr.ecr.us-east-1.amazonaws.com/a", True),
    ("x.sh", f"cat > a <<E\nfoo\\\nE\n# {STRANGER}\nE", True),
    ("x.sh", f"true;# <<A\ncat > a <<B\nA\n# {STRANGER}\nB", True),
    ("x.sh", f"tee <<A \\\nA\n# {STRANGER}\nA", True),
    ("x.sh", f"cat > a <<E\r\nb\nE\n# {STRANGER}\nE\r\n", True),
    ("x.js", f"/*\n*/ let a = `\n*/\n// {STRANGER}\n`", True),
    ("x.ps1", f"$a = \u201cb\n# {STRANGER}\n\u201d", True),
    ("x.ps1", f"<#\n#> $role = '{STRANGER}'", True),
    ("x.ps1", f"<# a\n b\n#> $role = 1\n# {STRANGER}", True),
    ("x.py", f'x = f"""{{"""\n# {STRANGER}\n"""}}"""', True),
    ("x.py", "x = " + "-" * 100_000 + f"1\n# {STRANGER}", True),
    ("x.rb", f'a = [?", "\n# {STRANGER}\n"]', True),
    ("x.sh", f"x=$(( 1 <<n\n))\ncat > a <<X\nn\n# {STRANGER}\nX", True),
    ("x.cfg", f"# {STRANGER}\na = 1", False),
    ("x.js", f"/*\n*/ let a = `\n// {STRANGER}\n`", True),
    ("x.conf", f"user nginx;\n# {STRANGER}", False),
    ("x.conf", f"a: |\n  # {STRANGER}", True),
    ("x.conf", f"a 'b\n# {STRANGER}\n'", True),
    ("x.js", f"#!/usr/bin/env node\n// {STRANGER}", False),
    ("x.ps1", f"#!/usr/bin/env pwsh\n# {STRANGER}", False),
    ("x.rb", f"#!/usr/bin/env node\n# {STRANGER}", True),
    ("x", f"#!/usr/bin/env python3\n# {STRANGER}", False),
    ("x", f"#!/usr/bin/env node\nclass A {{\n  #role = {STRANGER};\n}}", True),
    ("x.rb", f"a = 'b' \\\n# {STRANGER}", True),
    ("x.cs", f'var a = @$"\n// {STRANGER}"', True),
    ("x.sh", f"cat > Dockerfile <<E\n# syntax={STRANGER}\nE", True),
    ("x.py", f'a = """\n# {STRANGER}\n"""', True),
    ("x.toml", f"a = '''\n# {STRANGER}\n'''", True),
    ("x.sh", f"set -euo pipefail\nA=1; cd /tmp/x\n\n  # b\n# {STRANGER}", False),
    ("app.Dockerfile", f"FROM a:1.2\nRUN b -c d=e\n# {STRANGER}", False),
    ("x.go", f"package main\n\nconst x = 1\n// {STRANGER}", False),
    ("x.rb", f"x = /a\n# {STRANGER}\n/", True),
    ("x.sh", f'x="$(cat <<EOF)"\n# {STRANGER}\nEOF', True),
    ("x.sh", f'x="$(echo a # b)"\n)"\n# {STRANGER}', True),
    ("x.sh", f"x=$[1 <<x ]\ncat <<A\nx\n# {STRANGER}\nA", True),
    ("x.sh", f'echo @(#"\n# {STRANGER}\n")', True),
    ("x.rs", f'let a = 1; /*\n" */ let s = "\n// {STRANGER}\n";', True),
    ("x.rb", f"x = $'; y = '\n# {STRANGER}\n'", True),
    ("x.conf", f"a: | # text\n  # {STRANGER}", True),
    ("x.sh.j2", f"{{# a\n#}}export ROLE={STRANGER}", True),
    ("x.sh.tftpl", f"role=%{{ if true ~}}\n#{STRANGER}", True),
    ("x.pl", f"print q =\n# {STRANGER}\n=;", True),
    ("x.pl", f"format =\n # {STRANGER}\n.", True),
    ("x.pl", f"\n# {STRANGER}", False),
    ("x.sh.tftpl", f'# ${{"\\n"}}aws {STRANGER}', True),
    ("x.py", f"# -*- coding: utf-7 -*-\n# {STRANGER}", True),
    ("x.py", f"# -*- coding: utf-8 -*-\n# {STRANGER}", False),
    ("x.js", f"a = `\n// {STRANGER}\n`", True),
    ("x.json", f'{{"a": "b",\n# {STRANGER}\n}}', True),
]


@pytest.mark.parametrize(("name", "text", "told"), FORMS)
def test_comments_of_a_file_that_code_brings(
    tmp_path: Path, name: str, text: str, told: bool
) -> None:
    """Catches a text that is taken for a comment, as it would be one in another language."""
    (tmp_path / name).write_text(text)
    found = noted(source(tmp_path, f'locals {{\n x = file("{name}")\n}}\n').notes)
    at = text[: text.index(STRANGER)].count("\n") + 1
    assert found == ({STRANGER: f"{name}:{at}"} if told else {})
    api = {"Type": "AWS::AppSync::Resolver", "Properties": {"RequestMappingTemplateS3Location": name}}  # fmt: skip
    assert bool(noted(template(tmp_path, json.dumps({"Resources": {"R": api}})).notes)) is told


HELD: list[tuple[str, bytes, bool]] = [
    ("a zero", f"#!/bin/sh\nA={STRANGER}\n\0".encode(), True),
    ("UTF-16", f"A={STRANGER}\n".encode("utf-16"), True),
    ("packed", gzip.compress(f"A={STRANGER}\n".encode()), True),
    ("packed in two parts", gzip.compress(b"a\n") + bytes(3) + gzip.compress(f"A={STRANGER}\n".encode()), True),
    ("packed, with more behind it", gzip.compress(f"A={STRANGER}\n".encode()) + b"\x1f\x8bno", True),
    ("an archive", b"PK\x03\x04\0" + STRANGER.encode(), False),
    *((f"a text that begins as {begins!r}", begins + f"=1\nA={STRANGER}\n".encode(), True) for begins in (b"OTTO", b"wOF", b"%PDF", b"GIF8")),
]  # fmt: skip


@pytest.mark.parametrize(("why", "data", "told"), HELD, ids=[row[0] for row in HELD])
def test_bytes_of_a_file_that_code_brings(
    tmp_path: Path, why: str, data: bytes, told: bool
) -> None:
    """Catches one that hides itself by a byte that is no text."""
    (tmp_path / "x.sh").write_bytes(data)
    found = noted(source(tmp_path, 'locals {\n x = filebase64("x.sh")\n}\n').notes)
    assert bool(found) is told


def test_a_file_that_a_template_names_and_is_too_large(tmp_path: Path) -> None:
    """Is said; an archive of code is none of ours."""
    for name, begin in (("x.vtl", b"a\0"), ("x.zip", b"PK\x03\x04\0")):
        (tmp_path / name).write_bytes(begin + b"\n" * MAX_BYTES)
    (tmp_path / "x.gz").write_bytes(gzip.compress(b"\n" * (MAX_BYTES + 1), mtime=0))
    long = {"LogoUri": "data:image/png;base64," + "a" * 5_000, "OtherUri": "b" * 300}
    things = {
        "R": {"Type": "AWS::AppSync::Resolver", "Properties": {"RequestMappingTemplateS3Location": "x.vtl", "ResponseMappingTemplateS3Location": "x.gz"}},
        "F": {"Type": "AWS::Serverless::Function", "Properties": {"CodeUri": "x.zip", "PolicyUri": "loop"}},
        "C": {"Type": "AWS::Cognito::UserPoolClient", "Properties": long},
    }  # fmt: skip
    (tmp_path / "loop").symlink_to("loop")
    found = template(tmp_path, json.dumps({"Resources": things}))
    assert [one for one in found.notes if "not looked through" in one] == [
        "Files that the code reads, and that were not looked through: 2 (x.gz (x.gz:1), x.vtl (x.vtl:1))."]  # fmt: skip
    strict = template(tmp_path, json.dumps({"Resources": things}), strict=True)
    assert "x.vtl:1" in [one.call for one in strict.gaps if one.code == "not-read"]


def test_the_first_places_are_told(tmp_path: Path) -> None:
    """Catches a report that hangs on the hash seed."""
    names = [f"{letter}.yaml" for letter in "hgfedcba"]
    things = {}
    for name in names:
        (tmp_path / name).write_text(f"Role: '{STRANGER}'\n")
        include = {"Name": "AWS::Include", "Parameters": {"Location": name}}
        things[name[0].upper()] = {
            "Type": "AWS::Lambda::Function",
            "Properties": {"Fn::Transform": include},
        }
    found = template(tmp_path, json.dumps({"Resources": things}))
    assert noted(found.notes) == {STRANGER: "a.yaml:1, b.yaml:1, c.yaml:1, …"}


def test_comments_in_a_template(tmp_path: Path) -> None:
    text = """Resources: # {0}
  Q:
    Type: AWS::SQS::Queue # {1}
    # {2}
    Properties: {{QueueName: "\u00e9 # {3}"}}
  F:
    Type: AWS::Lambda::Function
    Properties:
      Code: {{ZipFile: 'a # {4}'}}
      Description: |
        \u00e9
        x # {5}
      Handler: a#{6}
"""
    found = noted(template(tmp_path, text.format(*numbers(7))).notes)
    where = {3: "t.yaml:5", 4: "t.yaml:9", 5: "t.yaml:12", 6: "t.yaml:13"}
    assert found == {numbers(7)[at]: place for at, place in where.items()}


def test_what_a_template_brings_along_names_somebody(tmp_path: Path) -> None:
    """Catches an account in an included file, a definition, and a nested template."""
    include = {"Fn::Transform": {"Name": "AWS::Include", "Parameters": {"Location": "inc.yaml"}}}
    things = {
        "F": {"Type": "AWS::Lambda::Function", "Properties": include},
        "M": {"Type": "AWS::Serverless::StateMachine", "Properties": {"DefinitionUri": "m.json"}},
        "N": {"Type": "AWS::CloudFormation::Stack", "Properties": {"TemplateURL": "n.yaml"}},
    }
    first, second, third = numbers(3)
    (tmp_path / "inc.yaml").write_text(f"Role: x\nEnvironment: {{Variables: {{A: '{first}'}}}}\n")
    (tmp_path / "m.json").write_text(json.dumps({"States": {"A": {"Parameters": {"A": second}}}}))
    (tmp_path / "n.yaml").write_text(
        f"Resources: {{Q: {{Type: AWS::SQS::Queue}}}}\nOutputs: {{A: {{Value: '{third}'}}}}\n"
    )
    found = template(tmp_path, json.dumps({"Resources": things}))
    assert noted(found.notes) == {first: "inc.yaml:2", second: "m.json:1", third: "n.yaml:2"}


def test_a_plan_names_somebody(tmp_path: Path) -> None:
    """Catches an account among variables and outputs, behind a tab, as a number, and in what the
    plan hides where its source tells it; and one of what is left out on request."""
    given, answered, tab, number, hidden = numbers(5)
    made = planned("aws_lambda_function", {"role": "r", "description": f"a\t{tab}", "timeout": int(number)},
                   unknown={"environment": [{"variables": {"A": True}}]})  # fmt: skip
    whole = planned_file(made, variables={"v": {"value": [{"x": given}]}})
    whole["planned_values"]["outputs"] = {"o": {"value": answered}}
    (tmp_path / "main.tf").write_text(
        f'resource "aws_lambda_function" "{made["name"]}" {{\n environment {{\n variables = {{ A = "{hidden} ${{aws_x.y.arn}}" }}\n }}\n}}\n'
    )
    found = noted(plan(tmp_path, whole).notes)
    assert found.keys() == {given, answered, tab, number, hidden}
    assert not {given, answered} & noted(plan(tmp_path, whole, changes_only=True).notes).keys()


def test_what_describes_a_value_of_a_plan(tmp_path: Path) -> None:
    """Is no account of anybody, nor is a number of bytes; a module, a provider and an argument may
    be called like what describes."""
    described, size, given, argument, answered, default = numbers(6)
    call = {"source": "./m", "expressions": {"description": {"constant_value": argument}},
            "module": {"outputs": {"o": {"description": described, "expression": {"constant_value": answered}}}}}  # fmt: skip
    root = {"module_calls": {"variables": call}, "resources": [], "variables": {
        "a": {"description": described}, "description": {"default": default}, "size_bytes": {"default": size}}}  # fmt: skip
    alarm = planned("aws_cloudwatch_metric_alarm", {"threshold": int(size), "alarm_name": given})
    whole = planned_file(alarm, configuration=root, variables={"size_bytes": {"value": int(size)}})
    told = noted(plan(tmp_path, whole).notes)
    assert told.keys() == {given, argument, answered, default}


LINED = encodebytes(b"a\n" * 24 + f"export A={STRANGER}\n".encode() + b"b\n" * 40).decode()
LINES_OF_64 = "\n".join(wrap(LINED.replace("\n", ""), 64))
PACKED = b64encode(gzip.compress(b"a", mtime=0)).decode().rstrip("=")
PACKED_LINES = encodebytes(gzip.compress(f"{[*range(60)]} export A={STRANGER}\n".encode(), mtime=0)).decode()  # fmt: skip
IN_BASE64 = [
    ("behind what is large", f"{b64encode(gzip.compress(b'#' * (2 << 20), mtime=0)).decode()} {b64encode(gzip.compress(f'export A={STRANGER}'.encode(), mtime=0)).decode()}", True),
    ("with a mark of order", b64encode(f"$a = '{STRANGER}' ; b".encode("utf-16")).decode(), True),
    ("user data", b64encode(f"#!/bin/sh\nexport A={STRANGER}\n".encode()).decode(), True),
    ("packed", b64encode(gzip.compress(f"export A={STRANGER}\n".encode(), mtime=0)).decode(), True),
    *((f"in lines, {how}", text, True) for how, text in (
        ("as base64 has them", LINED), ("as a text of JSON has them", json.dumps(LINED)), ("indented", LINED.replace("\n", "\n    ")), ("of 64", LINES_OF_64), ("of DOS", LINED.replace("\n", "\r\n")),
        ("packed", encodebytes(gzip.compress(bytes(range(256)) + f"export A={STRANGER}\n".encode(), mtime=0)).decode()))),
    *((f"behind a long path, {how}", f"{'/opt/acme' * 7}{blank}{b64encode(f'#!/bin/sh A={STRANGER} b'.encode() * 2).decode()}", True) for how, blank in (("in its line", " "), ("on a line before", "\n"))),
    *((f"packed, in lines behind {why}", f"{before}{PACKED_LINES}", True) for why, before in (
        ("a digest, on a line before", f"sha256 {'0a' * 32}\n"), ("a digest in its line", f"{'0a' * 32} "), ("a path", f"{'/opt/acme' * 7} "), ("a word of their length", f"{'a' * 76} "), ("one of another length, on a line before", f"{'a' * 70}\n"), ("others that are packed", f"{PACKED} "))),
    ("packed, in lines of any length, with words behind", f"{PACKED_LINES[:20]}\n{PACKED_LINES[20:]}\nEOF", True),
    ("packed in two parts", b64encode(gzip.compress(b"a\n", mtime=0) + gzip.compress(f"A={STRANGER}\n".encode(), mtime=0)).decode(), True),
    ("packed, and cut", b64encode(gzip.compress(f"export A={STRANGER}\n".encode(), mtime=0)[:-8]).decode(), True),
    ("packed, and broken", b64encode(b"\x1f\x8b" + b"a" * 30).decode(), False),
    ("no text", b64encode(bytes(range(128, 160))).decode(), False),
    ("no base64", "a" * 41, False),
    ("of an odd character", b64encode(f"# caf\xe9\nexport A={STRANGER}\n".encode("latin-1")).decode(), True),
    ("of PowerShell", b64encode(f"$a = '{STRANGER}' ; b".encode("utf-16-le")).decode(), True),
    ("without padding", b64encode(f"export A= {STRANGER} \n".encode()).decode().rstrip("="), True),
    ("packed, with an odd character", b64encode(gzip.compress(f"# \xe9\nexport A={STRANGER}\n".encode("latin-1"), mtime=0)).decode(), True),
]  # fmt: skip


def test_what_is_packed_is_not_unpacked_for_ever(tmp_path: Path) -> None:
    """A few bytes may stand for as many as somebody likes: a line of each, and of all lines."""
    packed = b64encode(gzip.compress(b"a" * (1 << 20), mtime=0)).decode()
    room = Room()
    room.left = 2 << 20
    assert [[*mentions(f'"{packed}"', room)] for _ in range(3)] == [[], [], []]
    assert room.left == 0
    assert room.cut
    first, second = (gzip.compress(b"a" * many, mtime=0) for many in (11, 1 << 20))
    assert len(unpacked(first + second, 10)) == 11
    text = f'locals {{\n a = "{packed}"\n b = "{STRANGER}"\n}}\n'
    found = source(tmp_path, text)
    assert noted(found.notes) == {STRANGER: "main.tf:3"}
    assert not [one for one in found.notes if "looked through in part" in one]


def test_what_is_packed_and_too_large_is_told(tmp_path: Path) -> None:
    """Catches an account behind more than is unpacked, of which nothing is said: of one text, and
    of many that leave no room for it."""
    more = b64encode(gzip.compress(b"#" * (1 << 20) + STRANGER.encode(), mtime=0)).decode()
    whole = b64encode(gzip.compress(b"#" * (1 << 20), mtime=0)).decode()
    last = b64encode(gzip.compress(f"A={STRANGER}".encode(), mtime=0)).decode()
    many = [f' l{n} = "{whole}"\n' for n in range(16)]
    for lines, line in (([f' a = "{more}"\n'], 2), ([*many, f' z = "{last}"\n'], 18)):
        text = f"locals {{\n{''.join(lines)}}}\n"
        told = [one for one in source(tmp_path, text).notes if "looked through in part" in one]
        assert told == [
            f"What is packed was looked through in part, as it is large: main.tf:{line}."
        ]
        gaps = source(tmp_path, text, strict=True).gaps
        assert [(one.code, one.call) for one in gaps] == [("not-read", f"main.tf:{line}")]
    each = "".join(f'locals {{\n l{n} = "{more}"\n}}\n' for n in range(5))
    assert len(source(tmp_path, each, strict=True).gaps) == 5


SIZES = [
    ("threshold = 107374182400", False), ("bytes_scanned_cutoff_per_query = 214748364800", False),
    ("log.retention.ms=157680000000", False), ("object_size_greater_than = 322122547200", False),
    ("TargetValue: 999999999999", False), ("partner_ms = 999999999999", True), ("query = 999999999999", True),
]  # fmt: skip


@pytest.mark.parametrize(("text", "told"), SIZES)
def test_sizes(text: str, told: bool) -> None:
    assert bool([*mentions(text)]) is told


@pytest.mark.parametrize(("why", "text", "told"), IN_BASE64, ids=[row[0] for row in IN_BASE64])
def test_what_stands_in_base64(tmp_path: Path, why: str, text: str, told: bool) -> None:
    """Catches an account in the user data of a launch template, which a plan has in base64."""
    made = planned("aws_launch_template", {"image_id": "ami-1", "user_data": text})
    assert set(noted(plan(tmp_path, planned_file(made)).notes)) == ({STRANGER} if told else set())
    things = {"T": {"Type": "AWS::EC2::LaunchTemplate", "Properties": {"LaunchTemplateData": {"UserData": text}}}}  # fmt: skip
    assert bool(noted(template(tmp_path, json.dumps({"Resources": things})).notes)) is told
    (tmp_path / "w").mkdir()
    written = noted(source(tmp_path / "w", f"locals {{\n l = <<EOT\n{text}\nEOT\n}}\n").notes)
    line = 4 if why.endswith("a line before") else 3
    assert written == ({STRANGER: f"main.tf:{line}"} if told else {})


def test_a_file_that_cannot_be_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Catches an error of ours where there is a gap already."""
    (tmp_path / "shut.tf").write_text("")
    opened = Path.open

    def refusing(path: Path, *how: Any, **more: Any) -> Any:
        if path.name == "shut.tf":
            raise PermissionError(13, "Permission denied")
        return opened(path, *how, **more)

    monkeypatch.setattr(Path, "open", refusing)
    assert ["Permission denied" in one for one in said(source(tmp_path, ""))] == [True]


def test_a_folder_that_cannot_be_listed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Catches a module that ends the run, with all that was found."""
    (tmp_path / "shut").mkdir()
    listed = Path.iterdir

    def refusing(path: Path) -> Any:
        if path.name == "shut":
            raise PermissionError(13, "Permission denied")
        return listed(path)

    monkeypatch.setattr(Path, "iterdir", refusing)
    found = source(tmp_path, 'module "m" {\n source = "./shut"\n}\n')
    assert [one.message for one in found.gaps] == ["the folder cannot be listed: Permission denied"]


UNTOLD = "Code of an owner that is not known before deployment, not judged: "
FILLED = json.dumps({"States": {"A": {"Resource": "${F}", "Parameters": {"TableName": "${T}"}}}})
CALLS: list[tuple[str, dict[str, Any], bool]] = [
    ("aws-sdk:ecs:updateService", {"TaskDefinition": {"Ref": "P"}}, True),
    ("aws-sdk:ecs:updateService", {"Service": {"Ref": "P"}}, False),
    ("aws-sdk:lambda:updateFunctionConfiguration", {"FunctionName": "a", "Layers": [{"Ref": "P"}]}, True),
    ("aws-sdk:lambda:updateFunctionConfiguration", {"FunctionName.$": "$.f"}, False),
    ("aws-sdk:ssm:createAssociation", {"Name": {"Ref": "P"}}, True),
    ("aws-sdk:ssm:createActivation", {"Name": {"Ref": "P"}}, False),
    ("aws-sdk:ec2:runInstances", {"ImageId.$": "$.i"}, True),
    ("aws-sdk:ec2:describeImages", {"ImageId.$": "$.i"}, False),
    ("lambda:invoke", {"FunctionName": {"Fn::Sub": "${P}:function:x"}}, True),
    ("lambda:invoke.waitForTaskToken", {"FunctionName.$": "$.f"}, True),
    ("states:startExecution", {"StateMachineArn.$": "$$.StateMachine.Id", "Input": {"FunctionName.$": "$.f"}}, False),
    ("states:startExecution", {"StateMachineArn": "{% $states.context.StateMachine.Id %}"}, False),
    ("states:startExecution.sync:2", {"StateMachineArn.$": "$.m"}, True),
    ("sns:publish", {"Message": {"StateMachineArn.$": "$$.StateMachine.Id", "documentName.$": "$.d"}}, False),
    ("sqs:sendMessage", {"MessageBody": {"documentName.$": "$.d"}}, False),
    ("dynamodb:putItem", {"Item": {"taskDefinition.$": "$.x"}}, False),
    ("batch:submitJob.sync", {"JobDefinition.$": "$.j"}, True),
    ("aws-sdk:ssm:createAssociationBatch", {"Entries": [{"Name": {"Ref": "P"}}]}, True),
    ("aws-sdk:ssm:updateAssociation", {"Name": {"Ref": "P"}}, True),
    ("aws-sdk:ssm:registerTaskWithMaintenanceWindow", {"TaskArn": {"Ref": "P"}}, True),
    ("aws-sdk:apprunner:createService", {"SourceConfiguration": {"ImageRepository": {"ImageIdentifier": {"Ref": "P"}}}}, True),
    ("aws-sdk:ec2:requestSpotFleet", {"SpotFleetRequestConfig": {"LaunchSpecifications": [{"ImageId": {"Ref": "P"}}]}}, True),
    ("aws-sdk:ec2:createFleet", {"LaunchTemplateConfigs": [{"Overrides": [{"ImageId.$": "$.i"}]}]}, True),
    ("aws-sdk:ec2:createReplaceRootVolumeTask", {"ImageId.$": "$.i"}, True),
    ("ecs:deregisterTaskDefinition", {"TaskDefinition.$": "$.t"}, False),
    ("http:invoke", {"RequestBody": {"functionName.$": "$.f"}}, False),
    ("bedrock:invokeModel", {"Body": {"functionName.$": "$.f"}}, False),
    ("batch:submitJob.sync", {"JobDefinition": {"Fn::Sub": "arn:aws:batch:us-east-1:${AWS::AccountId}:job-definition/x"}, "Parameters": {"documentName.$": "$.d"}}, False),
    ("aws-sdk:ssm:updateMaintenanceWindowTask", {"TaskArn": {"Ref": "P"}}, True),
    ("aws-sdk:ec2:copyImage", {"SourceImageId.$": "$.i"}, True),
    ("aws-sdk:ec2:modifyFleet", {"LaunchTemplateConfigs": [{"Overrides": [{"ImageId.$": "$.i"}]}]}, True),
    ("aws-sdk:imagebuilder:createImageRecipe", {"ParentImage": {"Ref": "P"}}, True),
    ("aws-sdk:lambda:createEventSourceMapping", {"FunctionName": {"Ref": "P"}}, True),
    ("aws-sdk:s3:putBucketNotificationConfiguration", {"NotificationConfiguration": {"LambdaFunctionConfigurations": [{"LambdaFunctionArn": {"Ref": "P"}}]}}, True),
    ("elasticmapreduce:createCluster", {"CustomAmiId.$": "$.i"}, True),
    *((f"aws-sdk:cloudformation:{one}", {"StackName.$": "$.s", "TemplateURL.$": "$.u"}, True) for one in ("createStack", "updateStack", "createChangeSet", "createStackSet", "updateStackSet")),
    ("aws-sdk:cloudformation:createStack", {"StackName.$": "$.s", "TemplateBody": "{}"}, False),
    ("aws-sdk:cloudformation:describeStacks", {"TemplateURL.$": "$.s"}, False),
    *((f"aws-sdk:{one}", {"Definition.$": "$.d"}, True) for one in ("sfn:updateStateMachine", "sfn:createStateMachine")),
    ("aws-sdk:ssm:createDocument", {"Name.$": "$.n", "Content.$": "$.c"}, True),
    ("aws-sdk:ssm:updateDocument", {"Content": {"Ref": "P"}}, True),
    ("aws-sdk:imagebuilder:createContainerRecipe", {"ParentImage": {"Ref": "P"}}, True),
    ("aws-sdk:imagebuilder:createContainerRecipe", {"Components": [{"ComponentArn": {"Ref": "P"}}]}, True),
    ("aws-sdk:imagebuilder:createImage", {"ImageRecipeArn": {"Ref": "P"}}, True),
    ("aws-sdk:imagebuilder:createImage", {"ImageRecipeArn": "x", "Workflows": [{"WorkflowArn": {"Ref": "P"}}]}, True),
    ("aws-sdk:imagebuilder:createImageRecipe", {"Components.$": "$.c"}, True),
    ("aws-sdk:ec2:createLaunchTemplateVersion", {"LaunchTemplateData.$": "$.d"}, True),
    ("aws-sdk:ec2:createLaunchTemplateVersion", {"LaunchTemplateId.$": "$.d", "LaunchTemplateData": {"InstanceType.$": "$.t"}}, False),
    ("aws-sdk:apprunner:createService", {"SourceConfiguration.$": "$.s"}, True),
    ("aws-sdk:cloudformation:activateType", {"TypeName": "x", "PublisherId.$": "$.p"}, True),
    ("aws-sdk:serverlessapplicationrepository:createCloudFormationTemplate", {"ApplicationId.$": "$.a"}, True),
    ("aws-sdk:serverlessapplicationrepository:createCloudFormationChangeSet", {"ApplicationId": {"Fn::Sub": "arn:aws:serverlessrepo:us-east-1:${P}:applications/x"}}, True),
    ("aws-sdk:sagemaker:createModel", {"PrimaryContainer.$": "$.c"}, True),
    ("aws-sdk:sagemaker:createModel", {"ModelName.$": "$.m", "Containers": []}, False),
    ("sagemaker:createTrainingJob.sync", {"AlgorithmSpecification": {"AlgorithmName.$": "$.a"}}, True),
    ("aws-sdk:ssm:createAssociation", {"Name": "AWS-ConfigureAWSPackage", "Parameters": {"name": [{"Ref": "P"}], "action": ["Install"]}}, True),
    ("aws-sdk:ssm:createAssociation", {"Name": "AWS-RunDocument", "Parameters": {"sourceType": ["SSMDocument"], "sourceInfo.$": "$.i"}}, True),
    ("aws-sdk:ssm:createAssociation", {"Name": "AWS-RunPatchBaseline", "Parameters": {"name": [{"Ref": "P"}]}}, False),
    ("aws-sdk:eventbridge:putTargets", {"Rule": "r", "Targets": [{"Id": "1", "Arn.$": "$.a"}]}, True),
    ("aws-sdk:eventbridge:putTargets", {"Rule.$": "$.r", "Targets": [{"Id.$": "$.i", "Arn": {"Fn::GetAtt": "F.Arn"}, "Input.$": "$.x", "DeadLetterConfig": {"Arn.$": "$.q"}}]}, False),
    ("aws-sdk:eventbridge:putEvents", {"Entries": [{"Detail.$": "$.d"}]}, False),
    ("aws-sdk:scheduler:createSchedule", {"Name.$": "$.n", "Target": {"Arn.$": "$.a"}}, True),
    ("aws-sdk:scheduler:updateSchedule", {"Target.$": "$.t"}, True),
    ("aws-sdk:scheduler:createSchedule", {"Name.$": "$.n", "Target": {"Arn": {"Fn::GetAtt": "F.Arn"}, "RoleArn.$": "$.r"}}, False),
    ("aws-sdk:scheduler:updateSchedule", {"Target": {"Arn": {"Ref": "P"}, "SqsParameters": {"MessageGroupId": "a"}}}, False),
    *((f"aws-sdk:{call}", {key: "$.x"}, True) for call, key in (
        ("config:putConfigRule", "ConfigRule.$"), ("s3:putBucketNotificationConfiguration", "NotificationConfiguration.$"), ("iot:createTopicRule", "TopicRulePayload.$"), ("ec2:createFleet", "LaunchTemplateConfigs.$"),
        ("config:putRemediationConfigurations", "RemediationConfigurations.$"), ("config:putConformancePack", "TemplateS3Uri.$"), ("ssm:startChangeRequestExecution", "Runbooks.$"), ("bedrockagent:createAgentActionGroup", "ActionGroupExecutor.$"),
        ("imagebuilder:createComponent", "Data.$"), ("cognitoidentityprovider:updateUserPool", "LambdaConfig.$"), ("cloudwatchlogs:putSubscriptionFilter", "DestinationArn.$"), ("sns:subscribe", "Endpoint.$"))),
    ("aws-sdk:cognitoidentityprovider:updateUserPool", {"UserPoolId.$": "$.p", "LambdaConfig": {"PreSignUp": {"Ref": "P"}}}, True),
    ("aws-sdk:cognitoidentityprovider:updateUserPool", {"UserPoolId.$": "$.p", "Policies.$": "$.x"}, False),
    ("sagemaker:createTrainingJob.sync", {"AlgorithmSpecification.$": "$.a"}, True),
    ("aws-sdk:sns:subscribe", {"TopicArn.$": "$.t", "Protocol": "lambda", "Endpoint.$": "$.e"}, True),
    ("aws-sdk:sns:subscribe", {"TopicArn.$": "$.t", "Protocol": "email", "Endpoint.$": "$.e"}, False),
    ("aws-sdk:apigateway:putIntegration", {"Type": "HTTP_PROXY", "Uri.$": "$.u"}, False),
    ("aws-sdk:apigateway:putIntegration", {"Type": "AWS_PROXY", "Uri.$": "$.u"}, True),
    ("aws-sdk:apigatewayv2:createIntegration", {"IntegrationType": "HTTP_PROXY", "IntegrationUri": {"Ref": "P"}}, False),
    ("aws-sdk:config:putConfigRule", {"ConfigRule": {"Source": {"Owner": "AWS", "SourceIdentifier.$": "$.f"}}}, False),
    ("aws-sdk:ssm:registerTaskWithMaintenanceWindow", {"TaskArn": "AWS-RunRemoteScript", "TaskInvocationParameters.$": "$.t"}, True),
    ("aws-sdk:ssm:registerTaskWithMaintenanceWindow", {"TaskArn": "AWS-RunRemoteScript", "TaskInvocationParameters": {"RunCommand": {"Parameters": {"sourceType.$": "$.t"}}}}, True),
    ("aws-sdk:ssm:sendCommand", {"DocumentName": "AWS-RunRemoteScript", "Targets.$": "$.t", "Parameters": {"sourceType": ["S3"]}}, False),
    ("aws-sdk:ssm:registerTaskWithMaintenanceWindow", {"TaskArn": "own", "TaskInvocationParameters.$": "$.t"}, False),
    ("aws-sdk:pipes:createPipe", {"Source.$": "$.s", "Target.$": "$.t"}, True),
    ("aws-sdk:pipes:updatePipe", {"Enrichment": {"Ref": "P"}}, True),
    ("aws-sdk:apigateway:putIntegration", {"Uri": {"Ref": "P"}}, True),
    ("aws-sdk:apigatewayv2:createIntegration", {"IntegrationUri": {"Ref": "P"}}, True),
    ("aws-sdk:config:putConfigRule", {"ConfigRule": {"Source": {"Owner": "CUSTOM_LAMBDA", "SourceIdentifier.$": "$.f"}}}, True),
    ("aws-sdk:secretsmanager:rotateSecret", {"RotationLambdaARN.$": "$.f"}, True),
    ("aws-sdk:iot:createTopicRule", {"TopicRulePayload": {"Actions": [{"Lambda": {"FunctionArn.$": "$.f"}}]}}, True),
    ("aws-sdk:imagebuilder:createImagePipeline", {"ContainerRecipeArn.$": "$.r"}, True),
    ("aws-sdk:cloudformation:activateType", {"PublicTypeArn": {"Ref": "P"}}, True),
    ("aws-sdk:eks:createAddon", {"ClusterName": {"Ref": "P"}, "AddonName": "x"}, False),
    ("aws-sdk:eks:createAddon", {"AddonName": {"Ref": "P"}}, True),
    ("aws-sdk:ecs:registerTaskDefinition", {"Family.$": "$.f", "ContainerDefinitions.$": "$.c"}, True),
    ("aws-sdk:ecs:registerTaskDefinition", {"Family.$": "$.f", "ContainerDefinitions": [{"Name.$": "$.n"}]}, False),
    ("aws-sdk:sagemaker:createModel", {"PrimaryContainer": {"ModelPackageName.$": "$.i"}}, True),
    ("aws-sdk:serverlessapplicationrepository:createCloudFormationChangeSet", {"ApplicationId": {"Ref": "P"}}, True),
    ("aws-sdk:ssm:sendCommand", {"DocumentName": "AWS-RunRemoteScript", "Parameters": {"sourceType.$": "$.t"}}, True),
    ("aws-sdk:ssm:sendCommand", {"DocumentName": "AWS-RunRemoteScript", "Parameters.$": "$.p"}, True),
    ("aws-sdk:ssm:sendCommand", {"DocumentName": "own", "Parameters.$": "$.p"}, False),
    ("aws-sdk:ssm:sendCommand", {"DocumentName": "arn:aws:ssm:us-east-1::document/AWS-RunDocument", "Parameters": {"documentPath": [{"Ref": "P"}]}}, True),
    *((f"aws-sdk:sfn:{verb}StateMachine", {"Definition": {"Fn::Sub": json.dumps({"States": {"A": {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "Parameters": {key: "${P}"}}}})}}, told) for verb, key, told in (("update", "FunctionName", True), ("create", "TableName", False))),
    ("aws-sdk:ssm:sendCommand", {"DocumentName": "AWS-RunRemoteScript", "Parameters": {"sourceType": [{"Ref": "P"}]}}, True),
    ("aws-sdk:ssm:sendCommand", {"DocumentName": "AWS-RunRemoteScript", "Parameters": {"sourceType": ["S3"], "x": [{"Ref": "P"}], "functionName": {"Ref": "P"}}}, False),
]  # fmt: skip
STEPS: list[tuple[dict[str, Any], bool]] = [
    ({"action": "aws:executeAwsApi", "inputs": {"Service": "lambda", "Api": "GetFunction", "FunctionName": "{{ F }}"}}, False),
    ({"action": "aws:executeAwsApi", "inputs": {"Service": "lambda", "Api": "TagResource", "Resource": "{{ F }}"}}, False),
    ({"action": "aws:executeAwsApi", "inputs": {"Service": "lambda", "Api": "Invoke", "FunctionName": "{{ F }}"}}, True),
    ({"action": "aws:executeAwsApi", "inputs": {"Service": "ec2", "Api": "run_instances", "ImageId": "{{ F }}"}}, True),
    *(({"action": "aws:executeAwsApi", "inputs": {"Service": service, "Api": api, **given}}, True) for service, api, given in (
        ("events", "PutTargets", {"Targets": [{"Arn": "{{ F }}"}]}), ("stepfunctions", "CreateStateMachine", {"definition": "{{ F }}"}), ("serverlessrepo", "CreateCloudFormationChangeSet", {"ApplicationId": "{{ F }}"}),
        ("cognito-idp", "UpdateUserPool", {"LambdaConfig": {"PreSignUp": "{{ F }}"}}), ("logs", "put_subscription_filter", {"destinationArn": "{{ F }}"}))),
    ({"action": "aws:executeScript", "inputs": {"InputPayload": {"FunctionName": "{{ F }}"}}}, False),
    ({"action": "aws:invokeLambdaFunction", "inputs": {"FunctionName": "{{ F }}"}}, True),
    ({"action": "aws:runInstances", "inputs": {"ImageId": "{{ F }}"}}, True),
    ({"action": "aws:copyImage", "inputs": {"SourceImageId": "{{ F }}"}}, True),
    ({"action": "aws:runInstances", "inputs": {"ImageId": "{{ssm:/aws/service/ami-amazon-linux-latest/x}}"}}, False),
    ({"action": "aws:runInstances", "inputs": {"ImageId": "{{ssm:/own/image}}"}}, True),
    ({"action": "aws:runInstances", "inputs": {"ImageId": "{{ F }}{{ssm:/aws/service/ami-amazon-linux-latest/x}}"}}, True),
    ({"action": "aws:executeAutomation", "inputs": {"DocumentName": "{{ F }}"}}, True),
    ({"action": "aws:createStack", "inputs": {"TemplateURL": "{{ F }}"}}, True),
    ({"action": "aws:runCommand", "inputs": {"DocumentName": "AWS-RunRemoteScript", "Parameters": {"sourceType": "{{ F }}"}}}, True),
    ({"action": "aws:runCommand", "inputs": {"DocumentName": "own", "Parameters": {"commands": ["{{ F }}"]}}}, False),
    ({"action": "aws:downloadContent", "inputs": {"sourceType": "SSMDocument", "sourceInfo": '{"name": "{{ F }}"}'}}, True),
    ({"action": "aws:downloadContent", "inputs": {"sourceType": "SSMDocument", "sourceInfo": {"name": "{{ F }}"}}}, True),
    ({"action": "aws:downloadContent", "inputs": {"sourceType": "SSMDocument", "sourceInfo": '{"name": "own"}'}}, False),
    ({"action": "aws:downloadContent", "inputs": {"sourceType": "SSMDocument", "sourceInfo": "{{ F }}"}}, True),
    ({"action": "aws:configurePackage", "inputs": {"name": "{{ F }}", "action": "Install"}}, True),
    ({"action": "aws:configurePackage", "inputs": {"name": "AmazonCloudWatchAgent", "action": "{{ F }}"}}, False),
    ({"action": "aws:runCommand", "inputs": {"DocumentName": "AWS-ConfigureAWSPackage", "Parameters": {"action": "Install", "name": "{{ F }}"}}}, True),
    ({"action": "aws:runCommand", "inputs": {"DocumentName": "AWS-RunDocument", "Parameters": {"sourceType": "SSMDocument", "sourceInfo": '{"name": "{{ F }}"}'}}}, True),
    ({"action": "aws:runCommand", "inputs": {"DocumentName": "AWS-RunPatchBaseline", "Parameters": {"name": "{{ F }}"}}}, False),
    ({"action": "aws:executeAwsApi", "inputs": {"Service": "ssm", "Api": "CreateDocument", "Content": '{"mainSteps": [{"action": "aws:executeAutomation", "inputs": {"DocumentName": "{{ F }}"}}]}'}}, True),
    ({"action": "aws:executeAwsApi", "inputs": {"Service": "{{ S }}", "Api": "x", "TemplateURL": "{{ F }}"}}, True),
    ({"action": "aws:downloadContent", "inputs": {"sourceType": "S3", "sourceInfo": '{"name": "{{ F }}"}'}}, False),
    ({"action": "aws:createStack", "inputs": {"StackName": "{{ F }}", "TemplateURL": "https://b.s3.amazonaws.com/t"}}, False),
    ({"action": "aws:executeAwsApi", "inputs": {"Service": "lambda", "Api": "{{ A }}", "FunctionName": "{{ F }}"}}, True),
    ({"action": "aws:executeAwsApi", "inputs": {"Service": "{{ S }}", "Api": "RunInstances", "ImageId": "{{ F }}"}}, True),
    ({"action": "aws:executeAwsApi", "inputs": {"Service": "{{ S }}", "Api": "RunInstances", "InstanceId": "{{ F }}"}}, False),
]  # fmt: skip
NOT_KNOWN: list[tuple[str, str, dict[str, Any], str | None]] = [
    # why, type, properties, the property that is told
    ("a document", "AWS::SSM::MaintenanceWindowTask", {"TaskArn": {"Ref": "P"}}, "TaskArn"),
    ("a function that rotates", "AWS::SecretsManager::RotationSchedule", {"RotationLambdaARN": {"Ref": "P"}}, "RotationLambdaARN"),
    ("its account", "AWS::SecretsManager::RotationSchedule", {"RotationLambdaARN": {"Fn::Sub": "arn:aws:lambda:us-east-1:${P}:function:x"}}, "RotationLambdaARN"),
    ("our account", "AWS::SecretsManager::RotationSchedule", {"RotationLambdaARN": {"Fn::Sub": "arn:aws:lambda:us-east-1:${AWS::AccountId}:function:${P}"}}, None),
    ("what is made here", "AWS::SecretsManager::RotationSchedule", {"RotationLambdaARN": {"Fn::GetAtt": "F.Arn"}}, None),
    ("a name of ours", "AWS::SecretsManager::RotationSchedule", {"RotationLambdaARN": {"Fn::Sub": "rotate-${P}"}}, None),
    ("a step", "AWS::StepFunctions::StateMachine", {"Definition": {"States": {"A": {"Type": "Task", "Resource": {"Ref": "P"}}}}}, "Definition"),
    ("a step's function", "AWS::StepFunctions::StateMachine", {"Definition": {"States": {"A": {"Parameters": {"FunctionName": {"Ref": "P"}}}}}}, "Definition"),
    ("a step's table", "AWS::StepFunctions::StateMachine", {"Definition": {"States": {"A": {"Parameters": {"TableName": {"Ref": "P"}}}}}}, None),
    ("an account in a step", "AWS::StepFunctions::StateMachine", {"Definition": {"A": {"Fn::Sub": "arn:aws:lambda:us-east-1:${P}:function:x"}}}, "Definition"),
    ("a step that is filled in", "AWS::StepFunctions::StateMachine", {"DefinitionString": FILLED, "DefinitionSubstitutions": {"F": {"Ref": "P"}, "T": "t"}}, "DefinitionString"),
    ("a step's table that is", "AWS::Serverless::StateMachine", {"Definition": json.loads(FILLED), "DefinitionSubstitutions": {"F": {"Fn::GetAtt": "F.Arn"}, "T": {"Ref": "P"}}}, None),
    ("a step of what is made here", "AWS::StepFunctions::StateMachine", {"DefinitionString": FILLED, "DefinitionSubstitutions": {"F": {"Fn::GetAtt": "F.Arn"}, "T": "t"}}, None),
    ("a function that the input names", "AWS::StepFunctions::StateMachine", {"Definition": {"A": {"Parameters": {"FunctionName.$": "$.f"}}}}, "Definition"),
    ("one that an expression names", "AWS::StepFunctions::StateMachine", {"Definition": {"A": {"Arguments": {"FunctionName": "{% $f %}"}}}}, "Definition"),
    ("a table that the input names", "AWS::StepFunctions::StateMachine", {"Definition": {"A": {"Parameters": {"TableName.$": "$.f"}}}}, None),
    ("a branch that is filled in", "AWS::StepFunctions::StateMachine", {"DefinitionString": json.dumps({"Branches": [{"Resource": "${F}"}]}), "DefinitionSubstitutions": {"F": {"Ref": "P"}}}, "DefinitionString"),
    ("one of several", "AWS::SecurityAgent::AgentSpace", {"AwsResources": {"LambdaFunctionArns": [OURS, {"Ref": "P"}]}}, "AwsResources.LambdaFunctionArns"),
    ("an integration of AWS's", "AWS::StepFunctions::StateMachine", {"Definition": {"A": {"Resource": "arn:aws:states:::sns:publish"}, "B": {"Resource": "arn:aws:states:::lambda:invoke", "Parameters": {"FunctionName": {"Fn::GetAtt": "F.Arn"}}}}}, None),
    ("an integration, and a function", "AWS::StepFunctions::StateMachine", {"Definition": {"A": {"Resource": "arn:aws:states:::lambda:invoke", "Parameters": {"FunctionName": {"Ref": "P"}}}}}, "Definition"),
    ("a topic in a step", "AWS::StepFunctions::StateMachine", {"Definition": {"A": {"Fn::Sub": "arn:aws:sns:us-east-1:${P}:x"}}}, None),
    ("a document in a step", "AWS::SSM::Document", {"Content": {"x": {"Fn::Sub": "arn:aws:ssm:us-east-1:${P}:document/x"}}}, "Content"),
    ("a parameter in a step", "AWS::SSM::Document", {"Content": {"x": {"Fn::Sub": "arn:aws:ssm:us-east-1:${P}:parameter/x"}}}, None),
    ("another state machine", "AWS::StepFunctions::StateMachine", {"Definition": {"A": {"Parameters": {"StateMachineArn": {"Ref": "P"}}}}}, "Definition"),
    ("a task", "AWS::StepFunctions::StateMachine", {"Definition": {"A": {"Parameters": {"TaskDefinition.$": "$.t"}}}}, "Definition"),
    ("a job", "AWS::StepFunctions::StateMachine", {"Definition": {"A": {"Arguments": {"JobDefinition": {"Ref": "P"}}}}}, "Definition"),
    ("what a function is handed", "AWS::StepFunctions::StateMachine", {"Definition": {"A": {"Parameters": {"Payload": {"FunctionName": {"Ref": "P"}, "uri.$": "$.u"}}}}}, None),
    ("a call that runs nothing", "AWS::StepFunctions::StateMachine", {"Definition": {"A": {"Resource": "arn:aws:states:::aws-sdk:lambda:getFunction", "Parameters": {"FunctionName": {"Ref": "P"}}}}}, None),
    ("a call that runs nothing within a loop", "AWS::StepFunctions::StateMachine", {"Definition": {"A": {"Parameters": {"FunctionName": {"Ref": "P"}}, "Iterator": {"Resource": "arn:aws:states:::aws-sdk:lambda:getFunction"}}}}, "Definition"),
    ("a call that does", "AWS::StepFunctions::StateMachine", {"Definition": {"A": {"Resource": "arn:aws:states:::aws-sdk:lambda:invoke", "Parameters": {"FunctionName": {"Ref": "P"}}}}}, "Definition"),
    ("a document's function", "AWS::SSM::Document", {"Content": {"mainSteps": [{"inputs": {"FunctionName": "{{ F }}"}}]}}, "Content"),
    ("a script's source", "AWS::SSM::Document", {"Content": {"mainSteps": [{"inputs": {"sourceType": "{{ S }}"}}]}}, "Content"),
    ("a script's source, by a parameter", "AWS::SSM::Association", {"Name": "AWS-RunRemoteScript", "Parameters": {"sourceType": [{"Ref": "P"}]}}, "Parameters"),
    ("a script of S3's", "AWS::SSM::Association", {"Name": "AWS-RunRemoteScript", "Parameters": {"sourceType": ["S3"]}}, None),
    ("a call on schedule", "AWS::Scheduler::Schedule", {"Target": {"Arn": "arn:aws:scheduler:::aws-sdk:lambda:invoke", "Input": {"Fn::Sub": '{"FunctionName":"${P}"}'}}}, "Target"),
    ("whatever is called on schedule", "AWS::Scheduler::Schedule", {"Target": {"Arn": "arn:aws:scheduler:::aws-sdk:lambda:invoke", "Input": {"Ref": "P"}}}, "Target"),
    ("our function on schedule", "AWS::Scheduler::Schedule", {"Target": {"Arn": "arn:aws:scheduler:::aws-sdk:lambda:invoke", "Input": json.dumps({"FunctionName": OURS})}}, None),
    *((f"a call of {one} on schedule", "AWS::Scheduler::Schedule", {"Target": {"Arn": f"arn:aws:scheduler:::aws-sdk:{one}:x", "Input": {"Ref": "P"}}}, "Target")
      for one in ("batch", "codebuild", "ecs", "emr", "emrserverless", "sagemaker", "sfn", "ssm")),
    ("some call on schedule, and what it is handed", "AWS::Scheduler::Schedule", {"Target": {"Arn": {"Fn::Sub": "arn:aws:scheduler:::aws-sdk:${P}"}, "Input": {"Ref": "P"}}}, "Target"),
    ("the second of two targets", "AWS::Events::Rule", {"Targets": [{"Arn": OURS, "Input": "{}"}, {"Arn": {"Fn::Sub": REMOTE}, "Input": {"Ref": "P"}}]}, "Targets"),
    ("a message on schedule", "AWS::Scheduler::Schedule", {"Target": {"Arn": "arn:aws:scheduler:::aws-sdk:sqs:sendMessage", "Input": {"Ref": "P"}}}, None),
    ("a function on schedule, of some account", "AWS::Scheduler::Schedule", {"Target": {"Arn": {"Fn::Sub": "arn:aws:lambda:us-east-1:${P}:function:f"}}}, "Target.Arn"),
    ("a target of a rule", "AWS::Events::Rule", {"Targets": [{"Arn": {"Fn::Sub": "arn:aws:lambda:us-east-1:${P}:function:f"}}]}, "Targets.*.Arn"),
    ("a queue of some account", "AWS::Events::Rule", {"Targets": [{"Arn": {"Fn::Sub": "arn:aws:sqs:us-east-1:${P}:q"}}]}, None),
    ("whatever a rule sends to", "AWS::Events::Rule", {"Targets": [{"Arn": {"Ref": "P"}}]}, None),
    ("an API's function", "AWS::ApiGateway::RestApi", {"Body": {"paths": {"uri": {"Fn::Sub": "arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/${P}/invocations"}}}}, "Body"),
    ("a stream's function", "AWS::ElasticLoadBalancingV2::TargetGroup", {"Targets": [{"Id": {"Fn::Sub": "arn:aws:lambda:us-east-1:${P}:function:x"}}]}, "Targets.*.Id"),
    ("a target by its address", "AWS::ElasticLoadBalancingV2::TargetGroup", {"Targets": [{"Id": {"Ref": "P"}}]}, None),
    ("a document of ours", "AWS::SSM::MaintenanceWindowTask", {"TaskArn": {"Ref": "D"}}, None),
    ("a version that SAM makes", "AWS::SecretsManager::RotationSchedule", {"RotationLambdaARN": {"Ref": "S.Version"}}, None),
    ("no version that SAM makes", "AWS::SecretsManager::RotationSchedule", {"RotationLambdaARN": {"Ref": "F.Version"}}, "RotationLambdaARN"),
    ("a rule of AWS's own", "AWS::Config::ConfigRule", {"Source": {"Owner": "AWS", "SourceIdentifier": {"Ref": "P"}}}, None),
    ("a rule of ours", "AWS::Config::ConfigRule", {"Source": {"Owner": "CUSTOM_LAMBDA", "SourceIdentifier": {"Ref": "P"}}}, "Source.SourceIdentifier"),
    ("a server by its address", "AWS::ApiGateway::Method", {"Integration": {"Type": "HTTP_PROXY", "Uri": {"Ref": "P"}}}, None),
    ("an HTTP API's server", "AWS::ApiGatewayV2::Integration", {"IntegrationType": "HTTP_PROXY", "IntegrationUri": {"Ref": "P"}}, None),
    ("an HTTP API's function", "AWS::ApiGatewayV2::Integration", {"IntegrationType": "AWS_PROXY", "IntegrationUri": {"Ref": "P"}}, "IntegrationUri"),
    *((f"a step that calls {call}", "AWS::StepFunctions::StateMachine", {"Definition": {"A": {"Type": "Task", "Resource": f"arn:aws:states:::{call}", "Parameters": handed}}}, "Definition" if told else None)
      for call, handed, told in CALLS),
    ("what a function of ours is handed", "AWS::StepFunctions::StateMachine", {"Definition": {"A": {"Resource": OURS, "Parameters": {"functionName.$": "$.f"}}}}, None),
    *((f"what {kind} passes on", "AWS::StepFunctions::StateMachine", {"Definition": {"A": {"Type": kind, "Parameters": {"functionName.$": "$.f"}}}}, None) for kind in ("Map", "Parallel")),
    *((f"a step's {key}", "AWS::StepFunctions::StateMachine", {"Definition": {"A": {"Type": "Task", "Resource": OURS, key: {"documentName.$": "$.f"}}}}, None) for key in ("ResultSelector", "Assign", "Output", "ItemSelector")),
    *((f"whatever {call} is handed", "AWS::StepFunctions::StateMachine", {"Definition": {"A": {"Type": "Task", "Resource": f"arn:aws:states:::{call}", **handed}}}, "Definition" if told else None)
      for call, handed, told in (
          ("lambda:invoke", {}, True), ("emr-containers:startJobRun.sync", {}, True), ("aws-sdk:ecs:runTask", {}, True), ("states:startExecution", {"Arguments": "{% $states.input %}"}, True), ("ec2:runInstances", {}, True),
          *((f"aws-sdk:{one}", {}, False) for one in ("sfn:sendTaskSuccess", "batch:terminateJob", "ssm:putParameter", "ssm:sendAutomationSignal")),
          ("lambda:invoke", {"Arguments": {}}, False), ("lambda:invoke", {"Parameters": "no expression"}, False), ("sns:publish", {}, False), ("lambda:getFunction", {}, False), ("glue:startJobRun", {}, False))),
    *((f"on schedule, {call} by what it is handed", "AWS::Scheduler::Schedule", {"Target": {"Arn": f"arn:aws:scheduler:::aws-sdk:{call}", "Input": {"Fn::Sub": json.dumps(handed)}}}, "Target" if told else None)
      for call, handed, told in (
          ("ec2:runInstances", {"ImageId": "${P}"}, True), ("lambda:updateFunctionConfiguration", {"FunctionName": "f", "Layers": ["${P}"]}, True), ("ssm:createAssociation", {"Name": "${P}"}, True),
          ("lambda:putFunctionConcurrency", {"FunctionName": "${P}"}, False), ("ecs:describeTasks", {"TaskDefinition": "${P}"}, False))),
    *((f"a state named {name}", "AWS::StepFunctions::StateMachine", {"Definition": {"States": {name: {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "Parameters": {"FunctionName": {"Ref": "P"}}}}}}, "Definition")
      for name in ("Output", "Input", "Result", "Payload", "Body", "Assign")),
    ("a state within a map", "AWS::StepFunctions::StateMachine", {"Definition": {"States": {"A": {"Type": "Map", "ItemProcessor": {"States": {"Item": {"Resource": {"Ref": "P"}}}}}}}}, "Definition"),
    ("a state of a branch", "AWS::StepFunctions::StateMachine", {"Definition": {"States": {"A": {"Type": "Parallel", "Branches": [{"States": {"Item": {"Resource": {"Ref": "P"}}}}]}}}}, "Definition"),
    *((f"a text of which a part is told, {part}", "AWS::StepFunctions::StateMachine", {"DefinitionString": {"Fn::Sub": text}}, "DefinitionString" if told else None)
      for part, text, told in (
          ("its states", '{"StartAt":"A","States":${P}}', True), ("a state", '{"StartAt":"A","States":{"A":${P}}}', True), ("some states", '{"StartAt":"A","States":{${P}}}', True),
          ("what it is handed", '{"States":{"A":{"Resource":"arn:aws:states:::lambda:invoke","Parameters":${P}}}}', True),
          ("a message", '{"States":{"A":{"Resource":"arn:aws:states:::sns:publish","Parameters":${P}}}}', False),
          ("a number", '{"TimeoutSeconds":${P},"States":{"A":{"Type":"Succeed"}}}', False))),
    *((f"a step of a call of which nobody knows {part}", "AWS::StepFunctions::StateMachine", {"Definition": {"A": {"Type": "Task", "Resource": {"Fn::Sub": f"arn:aws:states:::{call}"}, "Parameters": {key: {"Ref": "P"}}}}}, "Definition" if told else None)
      for part, call, key, told in (("what", "${P}", "FunctionName", True), ("which", "aws-sdk:ec2:${P}", "ImageId", True), ("the service", "aws-sdk:${P}", "TaskDefinition", True), ("what it does", "${P}", "TableName", False), ("the end", "lambda:in${P}", "FunctionName", True), ("what it is of Lambda's", "aws-sdk:lambda:${P}", "Layers", True), ("the end of the image's", "aws-sdk:ec2:run${P}", "ImageId", True))),
    *((f"whatever a call is handed of which nobody knows which, {why}", "AWS::StepFunctions::StateMachine", {"Definition": {"A": {"Type": "Task", "Resource": {"Fn::Sub": "arn:aws:states:::${P}"}, **handed}}}, "Definition")
      for why, handed in (("nothing", {}), ("its input", {"Parameters.$": "$"}), ("an expression", {"Arguments": "{% $states.input %}"}))),
    *((f"a step of which nobody knows {part}", "AWS::StepFunctions::StateMachine", {"Definition": {"A": {"Type": "Task", "Resource": {"Fn::Sub": text}, "Parameters": {"FunctionName.$": "$.f"}}}}, "Definition" if told else None)
      for part, text, told in (("all but the partition", "arn:${AWS::Partition}:states:${P}", True), ("the service", "arn:aws:${P}:::lambda:invoke", True), ("the partition alone, of another call", "arn:${P}:states:::sns:publish", False))),
    *((f"on schedule, a call of which nobody knows {part}", "AWS::Scheduler::Schedule", {"Target": {"Arn": {"Fn::Sub": f"arn:aws:scheduler:::aws-sdk:{call}"}, "Input": {"Fn::Sub": '{"FunctionName":"${P}"}'}}}, "Target")
      for part, call in (("what", "${P}"), ("which", "lambda:${P}"), ("the end", "lambda:in${P}"))),
    ("a schedule of no call", "AWS::Scheduler::Schedule", {"Target": {"Arn": "arn:aws:scheduler:::aws-sdk:lambda", "Input": {"Ref": "P"}}}, None),
    ("what a step passes on", "AWS::StepFunctions::StateMachine", {"Definition": {"A": {"Type": "Pass", "Parameters": {"functionName.$": "$.f"}}}}, None),
    *((f"a document that does {step['action']} {step['inputs'].get('Api', n)}", "AWS::SSM::Document", {"Content": {"mainSteps": [step]}}, "Content" if told else None)
      for n, (step, told) in enumerate(STEPS)),
    *((f"a loop over {step['action']} {n}", "AWS::SSM::Document", {"Content": {"mainSteps": [{"action": "aws:loop", "inputs": {"LoopCondition": {}, "Steps": [step]}}]}}, "Content" if told else None)
      for n, (step, told) in enumerate(STEPS)),
    *((f"an image of {action}", "AWS::SSM::Document", {"Content": {"mainSteps": [{"name": "mk", "action": action}, {"name": "run", "action": "aws:runInstances", "inputs": {"ImageId": "{{ mk.ImageId }}"}}]}}, "Content" if told else None)
      for action, told in (("aws:createImage", False), ("aws:copyImage", True), ("aws:executeScript", True))),
    *((f"an image that is made and copied, {why}", "AWS::SSM::Document", {"Content": {"mainSteps": [
        {"name": "mk", "action": "aws:executeAwsApi", "inputs": {"Service": "ec2", "Api": "CreateImage", "InstanceId": "i-1"}},
        {"name": "cp", "action": "aws:copyImage", "inputs": {"SourceImageId": f"{{{{ {source} }}}}"}},
        {"name": "run", "action": "aws:runInstances", "inputs": {"ImageId": f"{{{{ {image} }}}}"}}]}}, "Content" if told else None)
      for why, source, image, told in (("by its steps", "mk.ImageId", "cp.ImageId", False), ("by another name", "mk.Id", "cp.Id", False), ("of somebody's", "P", "cp.ImageId", True), ("of another step", "x.ImageId", "cp.ImageId", True), ("run as it was", "mk.ImageId", "mk.ImageId", False))),
    ("an image that a loop makes", "AWS::SSM::Document", {"Content": {"mainSteps": [{"action": "aws:loop", "inputs": {"Steps": [{"name": "mk", "action": "aws:createImage"}, {"name": "run", "action": "aws:runInstances", "inputs": {"ImageId": "{{ mk.ImageId }}"}}]}}]}}, None),
    ("what a function is handed beside its input", "AWS::StepFunctions::StateMachine", {"Definition": {"A": {"Resource": "arn:aws:states:::lambda:invoke", "Parameters": {"FunctionName": {"Fn::GetAtt": "F.Arn"}, "ClientContext": {"functionName.$": "$.f"}}}}}, None),
    ("a bucket's function", "AWS::S3::Bucket", {"NotificationConfiguration": {"LambdaConfigurations": [{"Function": {"Ref": "P"}}]}}, "NotificationConfiguration.LambdaConfigurations.*.Function"),
    ("a bucket's queue", "AWS::S3::Bucket", {"NotificationConfiguration": {"QueueConfigurations": [{"Queue": {"Ref": "P"}}]}}, None),
    ("a function of some account, as Lambda names it", "AWS::SecretsManager::RotationSchedule", {"RotationLambdaARN": {"Fn::Sub": "${P}:function:x"}}, "RotationLambdaARN"),
    *((f"on schedule, {call}", "AWS::Scheduler::Schedule", {"Target": {"Arn": f"arn:aws:scheduler:::aws-sdk:{call}", "Input": {"Ref": "P"}}}, "Target" if told else None)
      for call, told in (("emrcontainers:startJobRun", True), ("ec2:runInstances", True), ("ec2:stopInstances", False), ("ecs:describeTasks", False))),
    *((f"a rule's {why}", "AWS::Events::Rule", {"Targets": [{"Arn": {"Fn::Sub": arn}, **told}]}, path)
      for why, arn, told, path in (
          ("script", REMOTE, {"Input": {"Fn::Sub": '{"sourceType":["${P}"]}'}}, "Targets"),
          ("script of S3's", REMOTE, {"Input": {"Fn::Sub": '{"sourceType":["S3"],"sourceInfo":["${P}"]}'}}, None),
          ("script, by its event", REMOTE, {"InputTransformer": {"InputTemplate": '{"sourceType":[<s>]}'}}, "Targets"),
          ("script, by its event in quotes", REMOTE, {"InputTransformer": {"InputTemplate": '{"sourceType":["<s>"]}'}}, "Targets"),
          ("script, by all of an event", REMOTE, {"InputPath": "$.detail"}, "Targets"),
          ("script, by the event", REMOTE, {}, "Targets"),
          ("commands, by the event", REMOTE.replace("RemoteScript", "ShellScript"), {}, None),
          ("script, by a value", REMOTE, {"Input": {"Ref": "P"}}, "Targets"),
          ("commands", REMOTE.replace("RemoteScript", "ShellScript"), {"InputTransformer": {"InputTemplate": '{"commands":[<s>]}'}}, None),
          ("commands by a value", REMOTE.replace("RemoteScript", "ShellScript"), {"Input": {"Ref": "P"}}, None),
          ("build", BUILD, {"Input": {"Ref": "P"}}, "Targets"),
          ("build's image", BUILD, {"InputTransformer": {"InputTemplate": '{"imageOverride":<s>}'}}, None),
          ("build's variables", BUILD, {"InputTransformer": {"InputTemplate": '{"environmentVariablesOverride":[{"name":"A","value":<s>}]}'}}, None),
          ("function", "arn:aws:lambda:us-east-1:${AWS::AccountId}:function:x", {"Input": {"Ref": "P"}}, None))),
    *((f"a package of version 1.2, {why}", "AWS::SSM::Document", {"Content": {"schemaVersion": "1.2", "runtimeConfig": {plugin: {"properties": [{"name": "{{ F }}", "id": "{{ F }}"}]}}}}, path)
      for why, plugin, path in (("by name", "aws:configurePackage", "Content"), ("no package", "aws:runPowerShellScript", None))),
    *((f"a step of {what}", "AWS::StepFunctions::StateMachine", {"Definition": {"States": {"A": {"Type": "Task", "Resource": {"Fn::Sub": f"arn:aws:states:{arn}"}}}}}, path)
      for what, arn, path in (("an own activity", "${P}:${AWS::AccountId}:activity:x", None), ("somebody's activity", "us-east-1:${P}:activity:x", "Definition"), ("some call", "${P}:lambda:invoke", "Definition"))),
    ("an experiment's duration", "AWS::FIS::ExperimentTemplate", {"Actions": {"a": {"Parameters": {"duration": {"Ref": "P"}}}}}, None),
]  # fmt: skip


@pytest.mark.parametrize(
    ("why", "kind", "properties", "path"), NOT_KNOWN, ids=[r[0] for r in NOT_KNOWN]
)
def test_code_of_an_owner_that_is_not_known(
    tmp_path: Path, why: str, kind: str, properties: dict[str, Any], path: str | None
) -> None:
    """Catches code that nobody judges, and nobody is told of, as its owner comes with a value."""
    things = {
        "R": {"Type": kind, "Properties": properties},
        "F": {"Type": "AWS::Lambda::Function"},
        "D": {"Type": "AWS::SSM::Document", "Properties": {"Content": {}}},
        "S": {"Type": "AWS::Serverless::Function"},
    }
    text = json.dumps({"Parameters": {"P": {"Type": "String"}}, "Resources": things})
    found = template(tmp_path, text)
    assert found.untold == ([f"R {path} (t.yaml:1)"] if path else [])
    assert [one for one in found.told() if one.startswith(UNTOLD)] == [
        f"{UNTOLD}{one}." for one in found.untold]  # fmt: skip
    files = input_files([str(tmp_path / "t.yaml")], ("",))
    strict = collect_templates(files, target(tmp_path), {}, strict=True)
    assert [one.code for one in strict.gaps if one.code == "untold"] == ["untold"] * bool(path)


MADE_HERE = 'resource "aws_lambda_function" "f" {\n function_name = var.x\n}\nresource "aws_ecs_task_definition" "t" {\n family = var.x\n}\nresource "aws_batch_job_definition" "j" {\n name = var.x\n}\n'
MADE = [
    ("aws_lambda_function.f.function_name", False),
    ("aws_lambda_function.f.response_streaming_invoke_arn", False),
    ("aws_ecs_task_definition.t.family", False),
    ("aws_ecs_task_definition.t.arn_without_revision", False),
    ('replace(aws_ecs_task_definition.t.arn, "/:\\\\d+$/", "")', False),
    ('trimsuffix(aws_ecs_task_definition.t.arn, ":1")', False),
    ('trimprefix(aws_ecs_task_definition.t.arn, "arn:")', False),
    ('replace(aws_ecs_task_definition.t.arn, "1", "2")', True),
    ('trimsuffix("${var.x}${aws_ecs_task_definition.t.arn}", ":1")', True),
    ('trimsuffix(var.x, ":1")', True),
    ("aws_batch_job_definition.j.name", False),
    ("aws_batch_job_definition.j.arn_prefix", False),
    ("aws_lambda_function.f.description", True),
]  # fmt: skip
IMAGES: list[tuple[str, Any, bool]] = [
    ("aws:copyImage", {"SourceImageId": "ami-0123456789abcdef0"}, True),
    ("aws:runInstances", {"ImageId": "ami-0123456789abcdef0"}, True),
    (
        "aws:executeAwsApi",
        {"Service": "ec2", "Api": "RunInstances", "ImageId": "ami-0123456789abcdef0"},
        True,
    ),
    (
        "aws:executeAwsApi",
        {"Service": "ec2", "Api": "DescribeImages", "ImageId": "ami-0123456789abcdef0"},
        False,
    ),
    ("aws:runInstances", {"ImageId": "{{ssm:/aws/service/x}}"}, False),
    ("aws:runInstances", {"Each": [{"ImageId": "ami-0123456789abcdef0"}]}, True),
]


@pytest.mark.parametrize(("action", "inputs", "told"), IMAGES)
def test_the_machine_image_that_a_step_starts(
    tmp_path: Path, action: str, inputs: Any, told: bool
) -> None:
    """Catches a machine of somebody's image, that no instance of the code shows."""
    content = {"mainSteps": [{"action": action, "inputs": inputs}]}
    things = {"D": {"Type": "AWS::SSM::Document", "Properties": {"Content": content}}}
    found = said(template(tmp_path, json.dumps({"Resources": things})))
    assert found == ["D: Content runs the image ami-0123456789abcdef0 of an unknown owner"] * told


def test_the_machine_image_that_a_schedule_starts(tmp_path: Path) -> None:
    for call, told in (("ec2:runInstances", True), ("ec2:describeImages", False)):
        called = {"Arn": f"arn:aws:scheduler:::aws-sdk:{call}", "Input": json.dumps({"ImageId": "ami-0123456789abcdef0"})}  # fmt: skip
        things = {"S": {"Type": "AWS::Scheduler::Schedule", "Properties": {"Target": called}}}
        found = said(template(tmp_path, json.dumps({"Resources": things})))
        assert found == ["S: Target runs the image ami-0123456789abcdef0 of an unknown owner"] * told  # fmt: skip


TO_TERRAFORM = [
    *((f"{attribute} of what is made here", f'resource "aws_sfn_state_machine" "s" {{\n definition = jsonencode({{ A = {{ FunctionName = {attribute} }} }})\n}}\n{MADE_HERE}', told) for attribute, told in MADE),
    *((f"a rule's script, {why}", f'resource "aws_cloudwatch_event_target" "t" {{\n arn = "arn:aws:ssm:us-east-1::document/AWS-RunRemoteScript"\n {told}\n}}', is_told) for why, told, is_told in (
        ("by its event", 'input_transformer {\n input_paths = { s = "$.s" }\n input_template = "{\\"sourceType\\":[<s>]}"\n }', True),
        ("of S3's", 'input_transformer {\n input_paths = { s = "$.s" }\n input_template = "{\\"sourceType\\":[\\"S3\\"],\\"x\\":[<s>]}"\n }', False),
        ("by a variable", 'input = jsonencode({ sourceType = [var.x] })', True), ("by all of an event", 'input_path = "$.detail"', True))),
    ("a pool's function", 'resource "aws_cognito_user_pool" "p" {\n lambda_config {\n pre_sign_up = var.x\n }\n}', True),
    ("a pool's key", 'resource "aws_cognito_user_pool" "p" {\n lambda_config {\n kms_key_id = var.x\n }\n}', False),
    ("a bucket's function", 'resource "aws_s3_bucket_notification" "n" {\n lambda_function {\n lambda_function_arn = var.x\n }\n}', True),
    ("a server", 'resource "aws_api_gateway_integration" "i" {\n type = "HTTP_PROXY"\n uri = var.x\n}', False),
    ("a function", 'resource "aws_api_gateway_integration" "i" {\n type = "AWS_PROXY"\n uri = var.x\n}', True),
    ("an HTTP API's server", 'resource "aws_apigatewayv2_integration" "i" {\n integration_type = "HTTP_PROXY"\n integration_uri = var.x\n}', False),
    ("a function that is looked up", 'resource "aws_secretsmanager_secret_rotation" "r" {\n rotation_lambda_arn = data.aws_lambda_function.f.arn\n}\ndata "aws_lambda_function" "f" {\n function_name = "x"\n}', False),
    ("its address", 'resource "aws_api_gateway_integration" "i" {\n type = "AWS_PROXY"\n uri = data.aws_lambda_function.f.invoke_arn\n}', False),
    ("its address, made of its ARN", 'resource "aws_api_gateway_integration" "i" {\n type = "AWS_PROXY"\n uri = "arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/${data.aws_lambda_function.f.arn}/invocations"\n}', False),
    ("another look-up", 'resource "aws_secretsmanager_secret_rotation" "r" {\n rotation_lambda_arn = data.aws_ssm_parameter.f.value\n}', True),
    ("a rule of AWS's own", 'resource "aws_config_config_rule" "r" {\n source {\n owner = "AWS"\n source_identifier = var.x\n }\n}', False),
    ("a rule of ours", 'resource "aws_config_config_rule" "r" {\n source {\n owner = "CUSTOM_LAMBDA"\n source_identifier = var.x\n }\n}', True),
]  # fmt: skip


@pytest.mark.parametrize(("why", "text", "told"), TO_TERRAFORM, ids=[r[0] for r in TO_TERRAFORM])
def test_code_that_terraform_names_of_some_owner(
    tmp_path: Path, why: str, text: str, told: bool
) -> None:
    assert bool(source(tmp_path, f'{text}\nvariable "x" {{}}\n').untold) is told


def test_code_of_an_owner_that_is_not_known_to_terraform(tmp_path: Path) -> None:
    task = (
        'resource "aws_ssm_maintenance_window_task" "t" {\n task_arn = var.d\n}\nvariable "d" {}\n'
    )
    assert source(tmp_path, task).untold == [
        "aws_ssm_maintenance_window_task.t task_arn (main.tf:1)"
    ]


@pytest.mark.parametrize("function", ["jsonencode", "yamlencode"])
def test_a_document_that_terraform_encodes(tmp_path: Path, function: str) -> None:
    """Catches a gap where every word is known; JSON is YAML."""
    step = '{ schemaVersion = "2.2", mainSteps = [{ action = "aws:runShellScript" }] }'
    text = f'resource "aws_ssm_document" "d" {{\n name = "d"\n content = {function}({step})\n}}\n'
    assert said(source(tmp_path, text)) == []


def test_what_code_includes_is_not_passed_over(tmp_path: Path) -> None:
    (tmp_path / "trust.json").write_text(json.dumps({"Statement": []}))
    (tmp_path / "other.json").write_text("{}")
    text = (
        'resource "aws_iam_role" "r" {\n name = "r"\n assume_role_policy = file("trust.json")\n}\n'
    )
    (tmp_path / "allowlist.yaml").write_text("version: 1\nvendors: []\n")
    (tmp_path / "main.tf").write_text(text)
    ran = vendorgate("check", "--terraform", ".", "--account", OWN, "-f", "json", cwd=tmp_path)
    assert "Files that are no plans, passed over: 1." in json.loads(ran.out)["notes"]


def test_a_partition_has_its_suffix() -> None:
    """Catches an own registry that is taken for a stranger's host."""
    there = Target(account=OWN, partition="aws-eusc", region="eusc-de-east-1")
    assert pseudo_parameters(there)["AWS::URLSuffix"] == "amazonaws.eu"
    assert registry(there) == f"{OWN}.dkr.ecr.eusc-de-east-1.amazonaws.eu/"
    assert [*of_others({"image": f"{registry(there)}x"}, lambda one: one == OWN)] == []


@pytest.mark.parametrize("name", ["D", "Do", "Doc"])
def test_an_own_document_by_whatever_name(tmp_path: Path, name: str) -> None:
    """Catches a name in code that is shorter than AWS takes: the document would be nobody's."""
    things = {
        name: {"Type": "AWS::SSM::Document", "Properties": {"Content": {}}},
        "A": {"Type": "AWS::SSM::Association", "Properties": {"Name": {"Ref": name}}},
    }
    (use,) = template(tmp_path, json.dumps({"Resources": things})).code_uses
    found = published("ssm-document", use.reference or "", Owners(OWN, frozenset({OWN})))
    assert found.publisher.kind == "own"


def test_half_a_character(tmp_path: Path) -> None:
    """Catches an error of ours, as JSON of a plan may have what UTF-8 has not."""
    statement = {"Effect": "Deny", "Principal": {"AWS": OTHER}, "Action": "sts:AssumeRole"}
    role = planned("aws_iam_role", {"name": "r\ud800", "assume_role_policy": json.dumps(
        {"Version": "2012-10-17", "Statement": [statement]})})  # fmt: skip
    made = planned("aws_ssm_parameter", {"value": f"\ud800 {STRANGER}"}, name="s")
    whole = planned_file(role, made, variables={"a\ud800": {"value": "\ud800"}})
    (tmp_path / "plan.json").write_text(json.dumps(whole))
    (tmp_path / "allowlist.yaml").write_text("version: 1\nvendors: []\n")
    given = ("--account", OWN, "-f", "json")
    ran = vendorgate("check", "--terraform", "plan.json", *given, cwd=tmp_path)
    assert noted(json.loads(ran.out)["notes"]).keys() == {STRANGER, OTHER}


INSIDE: list[tuple[str, str, Any, list[str]]] = [
    # why, type, the property, images that would run
    ("Amplify's build image", "AWS::Amplify::App", [{"Name": "_CUSTOM_IMAGE", "Value": "evil/x:1"}, {"Name": "A", "Value": "b"}], ["evil/x:1"]),
    ("a branch's", "AWS::Amplify::Branch", [{"Name": "_CUSTOM_IMAGE", "Value": f"{STRANGER}.dkr.ecr.us-east-1.amazonaws.com/x"}], [f"{STRANGER}.dkr.ecr.us-east-1.amazonaws.com/x"]),
    ("Amplify's own", "AWS::Amplify::App", [{"Name": "_CUSTOM_IMAGE", "Value": "amplify:al2023"}], []),
    ("Spark's", "AWS::EMRContainers::JobTemplate", {"C": [{"Properties": {"spark.kubernetes.driver.container.image": "evil/x:1"}}]}, ["evil/x:1"]),
    ("Spark's, as an option", "AWS::EMRContainers::JobTemplate", {"P": "--conf spark.kubernetes.container.image=evil/x:1 --conf a=b"}, ["evil/x:1"]),
    ("our Spark's", "AWS::EMRContainers::JobTemplate", {"P": f"--conf spark.kubernetes.container.image={OWN}.dkr.ecr.us-east-1.amazonaws.com/x"}, [f"{OWN}.dkr.ecr.us-east-1.amazonaws.com/x"]),
    ("no image", "AWS::EMRContainers::JobTemplate", {"P": "--conf a=b"}, []),
]  # fmt: skip


@pytest.mark.parametrize(("why", "kind", "value", "images"), INSIDE, ids=[r[0] for r in INSIDE])
def test_images_among_settings(
    tmp_path: Path, why: str, kind: str, value: Any, images: list[str]
) -> None:
    """Catches an image that is named in a variable or an option, whoever publishes it."""
    named = "JobTemplateData" if "EMR" in kind else "EnvironmentVariables"
    found = template(
        tmp_path, json.dumps({"Resources": {"R": {"Type": kind, "Properties": {named: value}}}})
    )
    assert ([one.reference for one in found.code_uses], found.gaps) == (images, [])


def test_images_among_settings_of_terraform(tmp_path: Path) -> None:
    app = 'resource "aws_amplify_app" "a" {\n name = "a"\n auto_branch_creation_config {\n environment_variables = { _CUSTOM_IMAGE = "evil/x:1" }\n }\n}\n'
    job = 'resource "aws_emrcontainers_job_template" "j" {\n name = "j"\n job_template_data {\n job_driver {\n spark_submit_job_driver {\n spark_submit_parameters = "--conf spark.kubernetes.container.image=evil/y:1"\n }\n }\n }\n}\n'
    found = source(tmp_path, app + job)
    assert [one.reference for one in found.code_uses] == ["evil/x:1", "evil/y:1"]


@pytest.mark.parametrize("end", ["\r", "\x85", "\u2028", "\u2029"])
@pytest.mark.parametrize("before", ["  # c", "  Q: {Type: AWS::SQS::Queue} # c"])
def test_a_comment_ends_where_yaml_ends_it(tmp_path: Path, end: str, before: str) -> None:
    """Catches a value that seems to stand in a comment, and is none to whoever deploys it."""
    text = f"Resources:\n  P: {{Type: AWS::SQS::Queue}}\n{before}{end}  V: {{Type: AWS::SSM::Parameter, Properties: {{Value: '{STRANGER}'}}}}\n"
    (tmp_path / "t.yaml").write_bytes(text.encode())
    found = collect_templates(input_files([str(tmp_path / "t.yaml")], ("",)), target(tmp_path), {})
    assert noted(found.notes).keys() == {STRANGER}
