"""Templates of many small resources, each of which asks for a branch of its own.

What they come to stands in `golden.jsonl` (`conftest.py`): each resource there is a row with what
is told of it. Values that nobody knows (`U`, a part of one, what the code makes) stand wherever one
can, as that is where somebody could be let in unseen.
"""

from __future__ import annotations

import contextlib
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from checker.collect.iac.template import MAX_BYTES
from checker.errors import InputError
from tests.collect.iac import granted
from tests.collect.iac.granted import ORGANIZATION, OWN, template
from tests.collect.iac.hcl import write
from tests.support.snapshots import STRANGER

Json = dict[str, Any]
U, V = {"Ref": "U"}, {"Ref": "V"}
POOL, GUESTS, THEIRS = {"Ref": "Pool"}, {"Ref": "Guests"}, {"Ref": "Oidc"}
ROOT = f"arn:aws:iam::{STRANGER}:root"
GITHUB = f"arn:aws:iam::{OWN}:oidc-provider/token.actions.githubusercontent.com"
SUB, AUD = "token.actions.githubusercontent.com:sub", "cognito-identity.amazonaws.com:aud"
AMR = "cognito-identity.amazonaws.com:amr"
COGNITO = {"Federated": "cognito-identity.amazonaws.com"}


def sub(text: str) -> Json:
    return {"Fn::Sub": text}


PART = sub("arn:aws:iam::${U}:root")
NAME = sub(f"arn:aws:iam::{STRANGER}:role/${{U}}")
DECLARED = {
    "Parameters": {
        "U": {"Type": "String"}, "V": {"Type": "String"},
        "D": {"Type": "String", "Default": STRANGER},
        "E": {"Type": "String", "Default": "", "AllowedValues": ["", "a", "b"]},
        "L": {"Type": "CommaDelimitedList", "Default": f"{OWN}, {STRANGER}"},
        "M": {"Type": "List<String>"}, "N": {"Type": "Number", "Default": 5},
        "S": {"Type": "AWS::SSM::Parameter::Value<String>", "Default": "/a/b"},
        "B": {"Default": "x"}, "W": "x", "X": {"Type": "String", "Default": ["a"]},
    },
    "Mappings": {"Env": {"dev": {"Id": OWN, "Ids": [OWN, STRANGER]}, "prod": {"Id": STRANGER}},
                 "One": {"a": {"k": "v"}}},
}  # fmt: skip
MADE = {
    "Pool": {"Type": "AWS::Cognito::IdentityPool", "Properties": {"AllowUnauthenticatedIdentities": False}},
    "Guests": {"Type": "AWS::Cognito::IdentityPool", "Properties": {"AllowUnauthenticatedIdentities": True}},
    "Oidc": {"Type": "AWS::IAM::OIDCProvider", "Properties": {"Url": "https://idp.example.com/x"}},
    "Saml": {"Type": "AWS::IAM::SAMLProvider", "Properties": {"Name": "saml"}},
    "Nameless": {"Type": "AWS::IAM::SAMLProvider"},
    "Urls": {"Type": "Custom::AWSCDKOpenIdConnectProvider", "Properties": {"Url": U}},
    "Named": {"Type": "AWS::IAM::User", "Properties": {"UserName": "joe"}},
    "Unnamed": {"Type": "AWS::IAM::User", "Properties": {"UserName": U, "Path": "/p/"}},
    "Group": {"Type": "AWS::IAM::Group", "Properties": {"Path": "p"}},
    "Profile": {"Type": "AWS::IAM::InstanceProfile", "Properties": []},
    "Key": {"Type": "AWS::KMS::Key"},
    "Topic": {"Type": "AWS::SNS::Topic"},
    "Calls": {"Type": "AWS::CloudFormation::CustomResource"},
    "Their": {"Type": "Vendor::Thing::Type"},
    "Typeless": {"Properties": {}},
}  # fmt: skip
PRINCIPALS: dict[str, Any] = {
    "anybody": "*", "anybody of AWS": {"AWS": "*"}, "unknown": U, "an unknown account": {"AWS": U},
    "one of two unknown": {"AWS": [U, STRANGER]}, "anybody or unknown": {"AWS": ["*", U]},
    "a part": {"AWS": PART}, "a name in an account": {"AWS": NAME}, "ours": {"AWS": {"Fn::GetAtt": ["Named", "Arn"]}},
    "made here": {"AWS": {"Fn::GetAtt": "Key.Arn"}}, "a provider": {"Federated": GITHUB},
    "an unknown provider": {"Federated": U}, "two providers": {"Federated": [GITHUB, U]},
    "a pool's": COGNITO, "a provider made here": {"Federated": THEIRS}, "two, one made": {"Federated": [THEIRS, GITHUB]},
    "a service": {"Service": "ec2.amazonaws.com"}, "a service by region": {"Service": sub("logs.${AWS::Region}.${AWS::URLSuffix}")},
    "an odd service": {"Service": {"x": "y"}},
    "a null service": {"Service": None},
    "an unknown service": {"Service": [U, "ec2.amazonaws.com"]},
    "several kinds": {"AWS": [STRANGER, U], "Service": "ec2.amazonaws.com", "Federated": [GITHUB, "cognito-identity.amazonaws.com"]},
    "nobody": {"AWS": []}, "empty": {"AWS": ""}, "a transform": {"AWS": STRANGER, "Fn::Transform": {"Name": "M"}},
    "known and any": {"AWS": ["*", STRANGER], "Service": "sns.amazonaws.com"}, "of a kind unknown": {"Fn::If": ["C", {"AWS": OWN}, {"AWS": STRANGER}]},
}  # fmt: skip


def equal(key: str, values: Any, operator: str = "StringEquals") -> Json:
    return {operator: {key: values}}


CONDITIONS: dict[str, Any] = {
    "a known organization": equal("aws:PrincipalOrgID", ORGANIZATION),
    "an unknown one": equal("aws:PrincipalOrgID", U),
    "one of two": equal("aws:PrincipalOrgID", [ORGANIZATION, U]),
    "an empty one": equal("aws:PrincipalOrgID", ""), "a list of empty": equal("aws:PrincipalOrgID", [""]),
    "empty among others": equal("aws:PrincipalOrgID", ["", ORGANIZATION]),
    "an unknown account": equal("aws:PrincipalAccount", U),
    "an ARN by name": equal("aws:PrincipalArn", NAME, "ArnLike"),
    "an ARN by account": equal("aws:PrincipalArn", [PART, NAME], "StringLike"),
    "paths": equal("aws:PrincipalOrgPaths", [sub(f"{ORGANIZATION}/r-1/${{U}}/*"), sub("${U}/r-1/*")], "ForAnyValue:StringLike"),
    "exact paths": equal("aws:PrincipalOrgPaths", U, "ForAnyValue:StringEquals"),
    "of all values": equal("aws:PrincipalOrgPaths", U, "ForAllValues:StringLike"),
    "an external id": equal("sts:ExternalId", U), "a part of one": equal("sts:ExternalId", [sub("x-${U}"), "known"]),
    "one like": equal("sts:ExternalId", U, "StringLike"),
    "two of them": equal("sts:ExternalId", U) | equal("sts:ExternalId", V, "StringLike"),
    "an empty id": equal("sts:ExternalId", ""),
    "not an unknown one": equal("aws:PrincipalAccount", U, "StringNotEquals"),
    "not one of two": equal("aws:PrincipalAccount", [U, STRANGER], "StringNotLike"),
    "not an empty one": equal("aws:PrincipalAccount", "", "StringNotEquals"),
    "null": equal("aws:PrincipalOrgID", U, "Null"), "a switch": equal("aws:MultiFactorAuthPresent", U, "Bool"),
    "if it exists": equal("aws:PrincipalOrgID", U, "StringEqualsIfExists"),
    "ignoring case": equal("aws:PrincipalOrgID", [U], "StringEqualsIgnoreCase"),
    "a date": equal("aws:CurrentTime", U, "DateLessThan"), "an address": equal("aws:SourceIp", [U, "192.0.2.0/24"], "IpAddress"),
    "unknown whole": U, "an unknown block": {"StringEquals": U}, "an unknown operator": {"Fn::Transform": {"Name": "M"}, "StringEquals": {"aws:PrincipalOrgID": ORGANIZATION}},
    "no block": {"StringEquals": "x"}, "no block beside one": {"StringLike": "x", "StringEquals": {"aws:PrincipalTag/a": sub("y-${U}"), SUB: [sub("repo:org/${U}:*"), U]}}, "one beside no block": {"StringEquals": "x", "ArnLike": 5, "StringLike": {"aws:PrincipalOrgPaths": sub("o-own1234567/${U}/*"), SUB: [sub("repo:org/${U}:*"), U]}}, "no condition": "x", "an empty block": {"StringEquals": {}},
    "an unknown key": {"StringEquals": {"Fn::Transform": {"Name": "M"}, "aws:PrincipalOrgID": ORGANIZATION}},
    "twice": {"StringEquals": {"aws:PrincipalOrgID": U, "AWS:principalorgid": ORGANIZATION}},
    "twice known": {"StringEquals": {"aws:PrincipalOrgID": "o-a", "AWS:principalorgid": ORGANIZATION}},
    "alike there already": {"StringLike": {"aws:PrincipalTag/a": "x"}, "StringEquals": {"aws:PrincipalTag/a": sub("y-${U}")}},
    "a tag by part": equal("aws:PrincipalTag/a", [sub("y-${U}"), "z"]), "a tag unknown": equal("aws:PrincipalTag/a", ["z", U]),
    "a repository by part": equal(SUB, sub("repo:org/${U}:*"), "StringLike"),
    "a repository unknown": equal(SUB, sub("repo:${U}:*"), "StringLike"),
    "one of two repositories": equal(SUB, ["repo:org/a:*", U], "StringLike"),
    "an owner beside it": {"StringLike": {SUB: [U]}, "StringEquals": {"token.actions.githubusercontent.com:repository_owner": "org"}},
    "an audience": equal("token.actions.githubusercontent.com:aud", U),
    "a pool made here": equal(AUD, POOL), "a pool and another": equal(AUD, [POOL, U]),
    "guests": equal(AUD, GUESTS), "guests that log in": equal(AUD, GUESTS) | equal(AMR, "authenticated", "ForAnyValue:StringLike"),
    "a known pool": equal(AUD, "us-east-1:1"), "an unknown pool": equal(AUD, U),
    "a source account": equal("aws:SourceAccount", U), "a source": equal("aws:SourceArn", U, "ArnLike"),
    "a source of a known account": equal("aws:SourceArn", sub(f"arn:aws:sns:*:{STRANGER}:${{U}}"), "ArnLike"),
    "a source of an unknown account": equal("aws:SourceArn", sub("arn:aws:sns:*:${U}:t"), "ArnEquals"),
    "a bucket": equal("aws:SourceArn", sub("arn:aws:s3:::${U}"), "ArnLike"),
    "a source and its account": equal("aws:SourceArn", U, "ArnLike") | equal("aws:SourceAccount", STRANGER),
    "a source and a tag": equal("aws:SourceArn", U, "ArnLike") | equal("aws:PrincipalTag/a", "x"),
    "a source and no account": equal("aws:SourceArn", U, "ArnLike") | equal("aws:SourceAccount", ""),
    "a source and another unknown": equal("aws:SourceArn", [U, V], "ArnLike") | equal("aws:SourceAccount", U, "StringLike"),
    "a source of an account made here": equal("aws:SourceArn", sub("arn:aws:sns:us-east-1:${Key.Arn}:t"), "ArnLike"),
    "a tag made here": equal("aws:PrincipalTag/a", sub(f"arn:aws:sns:us-east-1:{STRANGER}:${{Key.Arn}}")),
    "a source organization": equal("aws:SourceOrgID", U), "a source owner": equal("AWS:SourceOwner", [U, STRANGER]),
    "a source made here": equal("aws:SourceArn", {"Ref": "Topic"}, "ArnLike"),
    "an account made here": equal("aws:SourceAccount", {"Fn::GetAtt": "Key.Arn"}),
    "a caller of a key": equal("kms:CallerAccount", U), "a point's account": equal("s3:DataAccessPointAccount", [U, STRANGER]),
    "a point": equal("s3:DataAccessPointArn", sub(f"arn:aws:s3:us-east-1:{STRANGER}:accesspoint/${{U}}"), "StringLike"),
    "a part of a source made here": equal("aws:SourceArn", {"Fn::Select": ["3", {"Fn::Split": [":", {"Fn::GetAtt": "Key.Arn"}]}]}, "ArnLike"), "a part of an account made here": equal("aws:SourceAccount", {"Fn::Select": ["4", {"Fn::Split": [":", {"Fn::GetAtt": "Key.Arn"}]}]}),
    "a source and a tag that tells nobody": {"ArnLike": {"aws:SourceArn": U}, "StringLike": {"aws:PrincipalTag/a": "x", "aws:SourceAccount": U}},
    "two keys": {"StringEquals": {"aws:PrincipalOrgID": U, "aws:PrincipalAccount": STRANGER}},
    "two keys, both in part": {"StringEquals": {"aws:PrincipalOrgID": [U, ORGANIZATION], "aws:SourceAccount": [U, STRANGER]}},
}  # fmt: skip
SOME = (
    "anybody of AWS",
    "one of two unknown",
    "a service",
    "a provider",
    "a pool's",
    "several kinds",
)
FEW = ("an unknown one", "one of two", "a known organization", "a repository by part", "a source account", "two keys, both in part")  # fmt: skip


def statements() -> Iterator[tuple[str, Json]]:
    """Each principal under some conditions, each condition for some principals; then the others."""
    allow = {"Effect": "Allow", "Action": "sts:AssumeRole"}
    for who, principal in PRINCIPALS.items():
        yield who, {**allow, "Principal": principal}
        for told in FEW:
            yield (
                f"{who} by {told}",
                {**allow, "Principal": principal, "Condition": CONDITIONS[told]},
            )
    for told, condition in CONDITIONS.items():
        for who in SOME:
            yield (
                f"{told} for {who}",
                {**allow, "Principal": PRINCIPALS[who], "Condition": condition},
            )
    for effect in ("Allow", "Deny", U, None):
        for key, value in (("Action", U), ("Action", ["a:B", U]), ("NotAction", U), ("NotAction", ["a:B", U]),
                           ("NotPrincipal", {"AWS": U}), ("NotPrincipal", {"AWS": OWN}), ("Principal", {"AWS": [U, STRANGER]}),
                           ("Principal", U), ("Condition", CONDITIONS["an unknown one"]), ("Condition", CONDITIONS["a known organization"]),
                           ("Resource", U), ("Resource", ["arn:aws:s3:::b/*", U]), ("NotResource", U), ("NotResource", ["arn:aws:s3:::b", U])):  # fmt: skip
            base: Json = {
                "Effect": effect,
                "Action": "s3:GetObject",
                "Principal": {"AWS": STRANGER},
                "Resource": "*",
            }
            gone = {
                "NotAction": "Action",
                "NotPrincipal": "Principal",
                "NotResource": "Resource",
            }.get(key)
            yield (
                f"{effect}: {key} {value}",
                {k: v for k, v in base.items() if k != gone} | {key: value},
            )


def roles(*policies: Any) -> Json:
    return {f"R{n}": {"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": one}}
            for n, one in enumerate(policies)}  # fmt: skip


def policy(*several: Any) -> Json:
    return {"Version": "2012-10-17", "Statement": list(several)}


def trusting(*values: Any) -> Json:
    """A role that trusts each of these values."""
    return roles(*(policy({"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"AWS": one}})
                   for one in values))  # fmt: skip


DENY = {"Effect": "Deny", "Principal": "*", "Action": "sts:AssumeRole", "Condition": equal("aws:PrincipalAccount", OWN, "StringNotEquals")}  # fmt: skip
BY_ID = {"Effect": "Deny", "Principal": "*", "Action": "*", "Condition": equal("sts:ExternalId", "x", "StringNotEquals")}  # fmt: skip
BESIDE = [policy(one, other) for _, one in [*statements()][::9] for other in (DENY, BY_ID)]
WHOLE = [
    None, U, "", "x", [], [1], 5, {"Statement": U}, {"Statement": []}, {"Statement": ["x", U]},
    {"Fn::Transform": {"Name": "M"}, "Statement": []}, json.dumps(policy(DENY)), '{"a": 1, "a": 2}',
    {"Fn::ToJsonString": policy({"Effect": "Allow", "Principal": {"AWS": U}, "Action": "*"})},
    sub('{"Statement": {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"AWS": "${D}"}}}'),
    {"Statement": {"Effect": "Allow", "Principal": {"AWS": STRANGER}, "Action": "*"}},
]  # fmt: skip
VALUES: list[Any] = [
    {"Ref": one} for one in ("U", "D", "E", "L", "M", "N", "S", "B", "W", "X", "Named", "Unnamed", "Group", "Profile",
                             "Oidc", "Saml", "Nameless", "Urls", "Key", "Topic", "Calls", "Their", "Typeless", "Nothing",
                             "AWS::AccountId", "AWS::Region", "AWS::Partition", "AWS::NoValue", "AWS::StackName", "AWS::StackId",
                             "AWS::URLSuffix", "AWS::NotificationARNs", "AWS::Other")
]  # fmt: skip
VALUES += [{"Fn::GetAtt": one} for one in (
    "Named.Arn", "Unnamed.Arn", "Group.Arn", "Profile.Arn", "Oidc.Arn", "Saml.Arn", "Nameless.Arn", "Urls.Arn", "Key.Arn", "Pool.Id",
    "Guests.Id", "Calls.Arn", "Their.Arn", "Typeless.Arn", "Nothing.Arn", "Named", ["Named", "Arn"], ["Named", U], [], 5,
    ["Named", "UserId"], "Topic.TopicArn", "Pool.", ".Arn",
)]  # fmt: skip
VALUES += [
    sub("${U}"), sub("${ D }"), sub("a-${U}-${D}"), sub("${!Literal} ${D}"), sub("${Named.Arn}"), sub("${Nothing}"), sub("${AWS::AccountId}"),
    {"Fn::Sub": ["${A}-${D}", {"A": "x"}]}, {"Fn::Sub": ["${A}", {"A": U}]}, {"Fn::Sub": ["${A}", {"A": ["x"]}]}, {"Fn::Sub": ["${D}"]},
    sub("${L}"), sub("{{resolve:ssm:/x}}"), sub("a {{resolve:secretsmanager:x}} b"), "{{resolve:ssm:/x}}", {"Fn::Sub": 5},
    {"Fn::Join": ["", ["arn:aws:iam::", {"Ref": "D"}, ":root"]]}, {"Fn::Join": [",", {"Ref": "L"}]}, {"Fn::Join": [",", U]}, {"Fn::Join": [",", "x"]},
    {"Fn::Join": ["-", [U, {"Ref": "AWS::NoValue"}, "x"]]}, {"Fn::Join": ["-", [["x"], "y"]]}, {"Fn::Join": ["x"]}, {"Fn::Join": ["-", POOL]},
    {"Fn::Split": [",", "a,b"]}, {"Fn::Split": [",", U]}, {"Fn::Split": [":", {"Fn::GetAtt": "Key.Arn"}]}, {"Fn::Split": [",", ["x"]]}, {"Fn::Split": [5, "x"]},
    {"Fn::Select": ["0", {"Ref": "L"}]}, {"Fn::Select": [1, ["a", STRANGER]]}, {"Fn::Select": ["1", ["a", STRANGER]]}, {"Fn::Select": ["5", ["a"]]},
    {"Fn::Select": [U, ["a"]]}, {"Fn::Select": ["0", U]}, {"Fn::Select": ["0", POOL]}, {"Fn::Select": ["0", "x"]}, {"Fn::Select": ["x", ["a"]]},
    {"Fn::Select": ["4", {"Fn::Split": [":", f"arn:aws:iam::{STRANGER}:root"]}]}, {"Fn::Select": ["4", {"Fn::Split": [":", PART]}]},
    {"Fn::FindInMap": ["Env", "prod", "Id"]}, {"Fn::FindInMap": ["Env", U, "Id"]}, {"Fn::FindInMap": ["Env", {"Ref": "E"}, "Id"]},
    {"Fn::FindInMap": ["Env", "dev", "Ids"]}, {"Fn::FindInMap": ["Env", "none", "Id"]}, {"Fn::FindInMap": ["None", "dev", "Id"]},
    {"Fn::FindInMap": ["Env", "none", "Id", {"DefaultValue": STRANGER}]}, {"Fn::FindInMap": ["Env", U, "Id", {"DefaultValue": STRANGER}]},
    {"Fn::FindInMap": ["Env", "prod", "Id", {"DefaultValue": OWN}]}, {"Fn::FindInMap": ["Env", "none", "Id", {"Other": OWN}]}, {"Fn::FindInMap": ["One", "a", "k"]},
    {"Fn::FindInMap": ["Env", "dev"]}, {"Fn::FindInMap": ["Env", {"Ref": "D"}, "Id"]}, {"Fn::FindInMap": [sub("${E}"), "a", "k"]},
    {"Fn::Base64": "x"}, {"Fn::Base64": U}, {"Fn::ImportValue": "X"}, {"Fn::ImportValue": sub("${U}-x")}, {"Fn::ToJsonString": {"a": U}},
    {"Fn::Length": ["a", "b"]}, {"Fn::Length": {"Ref": "L"}}, {"Fn::Length": U}, {"Fn::GetAZs": ""}, {"Fn::Cidr": ["10.0.0.0/8"]}, {"Fn::None": "x"},
    {"Fn::Transform": {"Name": "AWS::Include", "Parameters": {"Location": "none.yaml"}}}, {"Fn::Transform": {"Name": "M"}},
    {"Fn::If": ["C", STRANGER, OWN]}, {"Fn::If": ["C", OWN, STRANGER]}, {"Fn::If": ["C", STRANGER, STRANGER]}, {"Fn::If": ["C", STRANGER, {"Ref": "AWS::NoValue"}]},
    {"Fn::If": ["None", STRANGER, OWN]}, {"Fn::If": ["Both", STRANGER, OWN]}, {"Fn::If": ["Either", STRANGER, OWN]}, {"Fn::If": ["Sure", STRANGER, OWN]},
    {"Fn::If": ["Unsure", STRANGER, OWN]}, {"Fn::If": ["C"]}, [STRANGER, {"Fn::If": ["Not", U, {"Ref": "AWS::NoValue"}]}], {"Ref": ["x"]}, {"Ref": "D", "Other": "x"},
    {"Fn::Select": ["0", [U, STRANGER]]}, {"Fn::Select": ["1", [U, STRANGER]]}, {"Fn::Select": ["-1", ["a", "b"]]}, {"Fn::Select": ["1"]}, {"Fn::Select": "x"}, {"Fn::Split": ["-", [U]]}, {"Fn::Join": [U, ["a", "b"]]}, {"Fn::FindInMap": [["x"], "dev", "Id"]},
]  # fmt: skip
IFS = {
    "C": {"Fn::Equals": [{"Ref": "E"}, "a"]}, "Not": {"Fn::Not": [{"Condition": "C"}]},
    "Other": {"Fn::Equals": ["b", sub("${E}")]}, "Both": {"Fn::And": [{"Condition": "C"}, {"Fn::Equals": [U, "x"]}]},
    "Either": {"Fn::Or": [{"Condition": "Other"}, {"Condition": "Sure"}]}, "Sure": {"Fn::Equals": ["x", "x"]},
    "Never": {"Fn::Equals": [{"Ref": "AWS::Region"}, "eu-west-1"]}, "Unsure": {"Fn::Equals": [U, V]},
    "Cycle": {"Condition": "Cycle"}, "Odd": {"Fn::Not": [{"Condition": "C"}, {"Condition": "C"}]}, "Empty": {"Fn::And": []},
    "Two": {"Fn::Equals": ["x"], "Fn::Not": []}, "List": {"Fn::Equals": [{"Ref": "L"}, "x"]},
    "Map": {"Fn::Equals": [{"Fn::FindInMap": ["Env", {"Ref": "E"}, "Id"]}, STRANGER]},
    "Defaulted": {"Fn::Equals": [sub("${D}-${E}"), f"{STRANGER}-"]}, "Secret": {"Fn::Equals": [{"Ref": "E"}, "{{resolve:ssm:x}}"]},
    "Nor": {"Fn::Not": [{"Fn::Or": [{"Condition": "Never"}, {"Condition": "None"}]}]}, "Text": "x", "Named": {"Condition": ["C"]},
}  # fmt: skip
CONDITIONED = {
    f"If{name}": {"Type": "AWS::IAM::Role", "Condition": name,
                  "Properties": {"RoleName": name, "AssumeRolePolicyDocument": policy({"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"AWS": {"Fn::If": [name, STRANGER, U]}}})}}
    for name in [*IFS, "None"]
} | {
    "Neither": {"Type": "AWS::IAM::Role", "Condition": ["C"], "Properties": {"Fn::If": ["C", {"AssumeRolePolicyDocument": policy({"Effect": "Allow", "Action": "*", "Principal": {"AWS": STRANGER}})}, U]}},
    "Bucket": {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": {"Fn::If": ["C", "one", {"Ref": "D"}]}, "AccessControl": {"Fn::If": ["Other", "PublicRead", "Private"]}}},
    "Policy": {"Type": "AWS::S3::BucketPolicy", "Condition": "Not", "Properties": {"Bucket": {"Ref": "Bucket"}, "PolicyDocument": policy({"Effect": "Allow", "Action": "s3:*", "Resource": "*", "Principal": {"AWS": {"Ref": "D"}}})}},
    "Machine": {"Type": "AWS::EC2::Instance", "Properties": {"ImageId": {"Fn::If": ["C", "ami-1", {"Fn::If": ["Other", "ami-2", {"Ref": "S"}]}]}}},
    "Lambda": {"Type": "AWS::Lambda::Function", "Condition": "Other", "Properties": {"FunctionName": U, "Layers": [{"Fn::If": ["C", f"arn:aws:lambda:us-east-1:{STRANGER}:layer:l:1", {"Ref": "AWS::NoValue"}]}, sub(f"arn:aws:lambda:us-east-1:{STRANGER}:layer:${{U}}")]}},
}  # fmt: skip
ODD: Json = {
    "A": None, "B": "x", "C": [], "D": {"Type": 5}, "E": {"Type": "AWS::IAM::Role"}, "F": {"Type": "AWS::IAM::Role", "Properties": []},
    "G": {"Type": "AWS::IAM::Role", "Properties": U}, "H": {"Type": "AWS::IAM::Role", "Properties": {"Path": "x/", "RoleName": U, "AssumeRolePolicyDocument": policy()}},
    "I": {"Type": "AWS::IAM::Role", "Properties": {"Path": "/p/q/", "RoleName": "", "AssumeRolePolicyDocument": U}}, "J": {"Type": "A::B::C::MODULE"},
    "K": {"Type": "Custom::Thing", "Properties": {"ServiceToken": f"arn:aws:lambda:us-east-1:{STRANGER}:function:f"}}, "L": {"Type": "Nobody::Knows::It"},
    "M": {"Type": "AWS::S3::Bucket", "Properties": {"Fn::Transform": {"Name": "M"}, "BucketName": "b"}}, "Fn::Transform": {"Name": "M"},
    "N": {"Type": "AWS::CloudFormation::Stack", "Properties": {"TemplateURL": "https://x.example.com/t.yaml"}}, "O": {"Type": "AWS::Serverless::Application", "Properties": {"Location": {"ApplicationId": f"arn:aws:serverlessrepo:us-east-1:{STRANGER}:applications/a", "SemanticVersion": "1"}}},
    "P": {"Type": "AWS::CloudFormation::StackSet", "Properties": {"TemplateBody": json.dumps({"Parameters": {"A": {"Type": "String", "Default": OWN}}, "Resources": trusting({"Ref": "A"})}), "Parameters": [{"ParameterKey": "A", "ParameterValue": U}, 5],
          "StackInstancesGroup": [{"ParameterOverrides": [{"ParameterKey": "A", "ParameterValue": STRANGER}]}, {"ParameterOverrides": []}, 5]}},
    "Q": {"Type": "AWS::CloudFormation::Stack", "Properties": {"TemplateBody": {"Resources": trusting(STRANGER)}, "Parameters": {"A": ["x", "y"]}}, "Condition": "C"},
    "S": {"Type": "AWS::IAM::OIDCProvider", "Properties": {"Url": U}}, "T": {"Type": "AWS::IAM::SAMLProvider", "Properties": {"Name": U, "SamlMetadataDocument": '<EntityDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata" entityID="https://idp.example.com"/>'}},
    "V": {"Type": "AWS::CloudFormation::Stack", "Properties": {"TemplateBody": "no: [template"}}, "W": {"Type": "AWS::CloudFormation::Stack", "Properties": {"TemplateURL": U}},
    "X": {"Type": "AWS::Serverless::Application", "Properties": {"Location": {"ApplicationId": U}}}, "Y": {"Type": "AWS::Serverless::Application", "Properties": {"Location": {"ApplicationId": f"arn:aws:serverlessrepo:us-east-1:{OWN}:applications/a"}}},
    "Z": {"Type": "AWS::CloudFormation::Stack", "Properties": {}}, "ZA": {"Type": "AWS::CloudFormation::Stack", "Properties": {"TemplateURL": {"ApplicationId": "x:y:z:w:5"}}}, "ZB": {"Type": "AWS::Serverless::Application", "Properties": {"Location": "none.yaml"}},
    "ZC": {"Type": "AWS::Serverless::Application", "Properties": {"Location": {"ApplicationId": "a:b:c:d"}}}, "ZD": {"Type": "AWS::Serverless::Application", "Properties": {"Location": {"ApplicationId": "arn:aws:serverlessrepo:us-east-1:x:applications/a"}}}, "ZE": {"Type": "AWS::Serverless::Application", "Properties": {"Location": {}}},
    "AA": {"Type": "AWS::Lambda::ResourcePolicy", "Properties": {"FunctionArn": "f", "Policy": "x"}},
    "AB": {"Type": "AWS::Lambda::ResourcePolicy", "Properties": {"FunctionArn": "f", "Policy": {"Statement": [5, {"Effect": "Allow", "Principal": "*", "Action": "*", "NotResource": "x"}]}}},
    "AC": {"Type": "AWS::Batch::JobDefinition", "Properties": {"ContainerProperties": {"Image": sub("docker.io/x/y@sha256:${P}")}}},
    "AD": {"Type": "AWS::ECS::TaskDefinition", "Properties": {"ContainerDefinitions": [{"Image": sub(one)} for one in (
        "docker.io/x/y@sha256:${P}", "docker.io/x/y:${P}", "y:${P}", "${P}/y:1", "docker.io/${P}/y:1", "docker.io/x/${P}", "localhost:5000/x/${P}", "host:${P}/x", f"{STRANGER}.dkr.ecr.us-east-1.amazonaws.com/${{P}}", f"{OWN}.dkr.ecr.us-east-1.amazonaws.com/${{P}}:1", "${P}", "x/${P}", "${AWS::AccountId}.dkr.ecr.${AWS::Region}.${AWS::URLSuffix}/x:${P}")]}},
    "AE": {"Type": "AWS::Lambda::Function", "Properties": {"Layers": [sub(one) for one in (f"arn:aws:lambda:us-east-1:{STRANGER}:layer:l:${{P}}", "arn:aws:lambda:us-east-1:${P}:layer:l:1", f"arn:aws:lambda:${{P}}:{STRANGER}:layer:l:1", "${P}", f"arn:aws:lambda:us-east-1:{STRANGER}:layer:${{P}}:1")]}},
}  # fmt: skip
ROLES = {"trust": roles(*(policy(one) for _, one in statements())), "beside": roles(*BESIDE), "whole": roles(*WHOLE),
         "values": trusting(*VALUES), "conditions": CONDITIONED, "odd": ODD}  # fmt: skip


def of_resources() -> Json:
    """The same statements, of a bucket with a name and one without, of a topic, a queue and a key."""
    found: Json = {}
    named = {
        "Resource": [
            {"Fn::GetAtt": "Bare.Arn"},
            sub("${Bare.Arn}/*"),
            sub("arn:aws:s3:::${U}/*"),
            "arn:aws:s3:::b/*",
        ]
    }
    for n, (_, one) in enumerate([*statements()][::2]):
        raw = {"Resource": "arn:aws:s3:::b/*", **one}
        found[f"B{n}"] = {
            "Type": "AWS::S3::BucketPolicy",
            "Properties": {"Bucket": "b", "PolicyDocument": policy(raw)},
        }
    for n, (_, one) in enumerate([*statements()][1::6]):
        raw = {**one, **named}
        found[f"C{n}"] = {
            "Type": "AWS::S3::BucketPolicy",
            "Properties": {"Bucket": {"Ref": "Bare"}, "PolicyDocument": policy(raw)},
        }
    for n, (_, one) in enumerate([*statements()][-56:]):
        raw = (
            {**one, "Resource": {"Ref": "Topic"}}
            if "Resource" in one and one["Resource"] == "*"
            else one
        )
        found[f"D{n}"] = {
            "Type": "AWS::SNS::TopicPolicy",
            "Properties": {"Topics": [{"Ref": "Topic"}], "PolicyDocument": policy(raw, DENY)},
        }
    for n, one in enumerate(WHOLE):
        found[f"E{n}"] = {
            "Type": "AWS::SQS::QueuePolicy",
            "Properties": {
                "Queues": [U, sub("https://sqs.us-east-1.amazonaws.com/222222222222/q")],
                "PolicyDocument": one,
            },
        }
    return found | {"Bare": {"Type": "AWS::S3::Bucket"}}


@pytest.mark.parametrize("name", ROLES)
def test_what_a_template_comes_to(tmp_path: Path, name: str) -> None:
    """Catches a principal or condition that is lost, or taken for known, in any of its places."""
    resources = {**MADE, **ROLES[name]} if name != "odd" else ROLES[name]
    found = template(
        tmp_path,
        json.dumps({**DECLARED, "Conditions": IFS, "Resources": resources}, indent=0),
        strict=True,
    )
    assert found.tally.total() >= len(ROLES[name])


def test_what_resources_come_to(tmp_path: Path) -> None:
    """Catches the same of resource policies."""
    resources = {**MADE, **of_resources()}
    found = template(
        tmp_path, json.dumps({**DECLARED, "Conditions": IFS, "Resources": resources}, indent=0)
    )
    assert found.tally.total() >= len(resources)


GIVEN: list[dict[str, str]] = [
    {"E": "a"}, {"E": "b", "D": OWN}, {"U": OWN, "V": OWN}, {"L": "111122223333", "M": "1,2"}, {"S": "/aws/service/canonical/ubuntu/x", "N": "7"},
    {"X": "x", "B": "y"},
]  # fmt: skip


@pytest.mark.parametrize("given", GIVEN, ids=[",".join(one) for one in GIVEN])
def test_what_is_given_decides(tmp_path: Path, given: dict[str, str]) -> None:
    """Catches a value that is given and does not count, and a condition that is decided wrongly."""
    resources = {**MADE, **CONDITIONED, **trusting(*VALUES[::5])}
    found = template(
        tmp_path,
        json.dumps({**DECLARED, "Conditions": IFS, "Resources": resources}, indent=0),
        **given,
    )
    assert found.tally.total() == len(resources)


SAM = {
    "Globals": {
        "Function": {"Layers": [f"arn:aws:lambda:us-east-1:{STRANGER}:layer:g:1"], "FunctionUrlConfig": {"AuthType": "NONE"}, "Tags": {"a": "x"}, "Environment": {"Fn::If": ["C", {}, {}]}},
        "SimpleTable": "x", "StateMachine": {"Role": U}, "Api": {"Auth": {}},
    },
    "Resources": {
        "A": {"Type": "AWS::Serverless::Function"},
        "B": {"Type": "AWS::Serverless::Function", "Properties": {"Role": U, "Layers": [f"arn:aws:lambda:us-east-1:{STRANGER}:layer:l:1"], "FunctionUrlConfig": {"AuthType": "AWS_IAM"}, "Tags": {"a": "y", "b": "z"}}},
        "C": {"Type": "AWS::Serverless::Function", "Properties": {"Role": {"Fn::If": ["C", U, {"Ref": "AWS::NoValue"}]}, "FunctionUrlConfig": {"Ref": "AWS::NoValue"}, "Layers": {"Fn::If": ["C", [], [U]]}}},
        "D": {"Type": "AWS::Serverless::Function", "Properties": {"AssumeRolePolicyDocument": policy({"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"AWS": STRANGER}}), "FunctionUrlConfig": {"AuthType": U}, "ImageUri": f"{STRANGER}.dkr.ecr.us-east-1.amazonaws.com/x:${{U}}"}},
        "E": {"Type": "AWS::Serverless::Function", "Properties": {"FunctionName": "named", "Role": {"Fn::If": ["Unsure", U, V]}, "Events": {
            "S": {"Type": "SNS", "Properties": {"Topic": U}}, "T": {"Type": "SNS", "Properties": {"Topic": {"Ref": "Topic"}}}, "B": {"Type": "S3"}, "A": {"Type": "AlexaSkill"}, "K": {"Type": "AlexaSkill", "Properties": {"SkillId": U}}, "X": 5, "Y": {"Type": U}, "Z": {"Type": "Api"}}}},
        "F": {"Type": "AWS::Serverless::Function", "Properties": 5, "Condition": "C"},
        "M": {"Type": "AWS::Serverless::StateMachine", "Properties": {"Role": {"Ref": "AWS::NoValue"}, "Events": {"S": {"Type": "Schedule"}, "A": {"Type": "Api"}, "V": {"Type": "ScheduleV2"}, "R": {"Type": "EventBridgeRule"}, "W": {"Type": "CloudWatchEvent"}, "O": {"Type": "Other"}, "D": {"Type": {"a": "b"}}, "L": {"Type": ["Api"]}, "X": 5}}},
        "N": {"Type": "AWS::Serverless::StateMachine", "Properties": {"Role": f"arn:aws:iam::{OWN}:role/x"}},
        "T": {"Type": "AWS::Serverless::SimpleTable"}, "G": {"Type": "AWS::Serverless::Api", "Properties": {"Auth": {"DefaultAuthorizer": "NONE"}, "DefinitionBody": {"x-amazon-apigateway-policy": policy({"Effect": "Allow", "Action": "*", "Principal": "*"})}}},
        "L": {"Type": "AWS::Serverless::LayerVersion", "Properties": {"LayerName": "l"}}, "P": {"Type": "AWS::Lambda::LayerVersionPermission", "Properties": {"LayerVersionArn": {"Ref": "L"}, "Principal": STRANGER, "Action": "lambda:GetLayerVersion"}},
        "Q": {"Type": "AWS::Lambda::Permission", "Properties": {"FunctionName": {"Ref": "A"}, "Principal": "*", "Action": "lambda:InvokeFunction"}}, "Topic": {"Type": "AWS::SNS::Topic"},
        "Mine": {"Type": "AWS::Serverless::Function"}, "MineRole": {"Type": "AWS::IAM::Role", "Properties": {"RoleName": "mine", "AssumeRolePolicyDocument": policy()}}, "Odd": {"Type": "AWS::Serverless::Function"}, "OddRole": {"Type": "AWS::SQS::Queue"},
        "RoleRole": {"Type": "AWS::IAM::Role", "Properties": {"RoleName": "x"}},
        **trusting(*({"Fn::GetAtt": one} for one in ("MineRole.Arn", "OddRole.Arn", "MineRole.RoleId", "ARole.Arn", "ARole.RoleId", "ARole", "BRole.Arn", "XRole.Arn", "MRole.Arn", "MSRole.Arn", "RoleRole.Arn", "TRole.Arn", "Role.Arn", "A.Arn", "A.Role")), {"Ref": "ARole"}, sub("${ARole.Arn}")),
    },
}  # fmt: skip
ONE = policy(
    {
        "Effect": "Allow",
        "Action": "sts:AssumeRole",
        "Principal": {"AWS": [{"Ref": "X"}, sub("${X}-&{X}"), {"Fn::GetAtt": ["X", "Arn"]}]},
    }
)
BODY = {
    "R${X}": {
        "Type": "AWS::IAM::Role",
        "Properties": {"RoleName": sub("r-${X}"), "AssumeRolePolicyDocument": ONE},
    }
}
LOOPS = {
    "Transform": ["AWS::LanguageExtensions", {"Name": "AWS::Include"}, {"Name": "Other"}, "More", 5, {}, None],
    "Conditions": {"Fn::ForEach::C": ["X", ["a", "b"], {"If${X}": {"Fn::Equals": [{"Ref": "E"}, {"Ref": "X"}]}}], "Fn::ForEach::D": ["X", {"Fn::If": ["Ifa", ["c"], ["d"]]}, {"Or${X}": {"Condition": "Ifa"}}], "Text": "x"},
    "Outputs": {"Fn::ForEach::O": ["X", ["a"], {"Out${X}": {"Value": {"Ref": "X"}}}], "None": 5},
    "Resources": {
        "Fn::ForEach::One": ["X", ["a", "b-c", STRANGER], BODY], "Fn::ForEach::Two": ["X", {"Ref": "L"}, {"L&{X}": BODY["R${X}"]}], "Fn::ForEach::Three": ["X", {"Ref": "M"}, {"M${X}": BODY["R${X}"]}],
        "Fn::ForEach::Four": ["Y", ["a", "b"], {"Fn::ForEach::Inner": ["X", [sub("${Y}1"), {"Ref": "Y"}], {"N${Y}${X}": BODY["R${X}"]}], "Fn::ForEach::Bad": ["X", 5]}], "Fn::ForEach::Five": ["X", ["a"]], "Fn::ForEach::Six": ["X", ["a"], 5], "Fn::ForEach::Seven": [["X"], ["a"], BODY], "Fn::ForEach::Eight": 5,
        "Fn::ForEach::Nine": ["X", {"Fn::FindInMap": ["Env", {"Ref": "D"}, "Ids"]}, {"P${X}": BODY["R${X}"]}], "Fn::ForEach::Ten": ["X", [], {"T${X}": BODY["R${X}"]}], "Fn::ForEach::Eleven": ["X", [["a"], {"Ref": "U"}], {"U${X}": BODY["R${X}"]}], "Fn::ForEach::Twelve": ["X", "one", {"V${X}": BODY["R${X}"]}],
        "Fn::ForEach::Map": {"a": "x", "b": ["y"], "c": {}}, "Fn::ForEach::Text": "abc",
        "Fn::ForEach::Not": ["X", ["z"], {"If${X}": {"Type": "AWS::IAM::Role", "Condition": "If${X}", "Properties": {"AssumeRolePolicyDocument": ONE}}, "If2${X}": {"Type": "AWS::IAM::Role", "Condition": "Ifa", "Properties": {"AssumeRolePolicyDocument": ONE}}}],
        "Within": {"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": {"Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Fn::ForEach::K": ["X", ["AWS"], {"${X}": STRANGER}]}, "Condition": {"StringEquals": {"Fn::ForEach::K": ["X", ["a", "b"], {"aws:PrincipalTag/${X}": {"Ref": "X"}}]}}}]}}},
    },
}  # fmt: skip


def nested(depth: int) -> Json:
    inner = trusting(STRANGER)
    for _ in range(depth):
        inner = {
            "S": {
                "Type": "AWS::CloudFormation::Stack",
                "Properties": {"TemplateBody": {"Resources": inner}},
            }
        }
    return inner


OTHERS: dict[str, Json] = {
    "sam": SAM, "loops": LOOPS, "eight deep": {"Resources": nested(8)}, "nine deep": {"Resources": nested(9)},
    "included": {"Resources": {"R": {"Type": "AWS::IAM::Role", "Properties": {"Fn::Transform": {"Name": "AWS::Include", "Parameters": "x"}, **trusting(STRANGER)["R0"]["Properties"]}}, "S": {"Type": "AWS::IAM::Role", "Properties": {"Fn::Transform": 5, **trusting(STRANGER)["R0"]["Properties"]}}}},
    "a transform at the top": {"Fn::Transform": {"Name": "M"}, "Resources": trusting(STRANGER)},
}  # fmt: skip


@pytest.mark.parametrize("name", OTHERS)
def test_other_templates(tmp_path: Path, name: str) -> None:
    """Catches what SAM writes, what loops make and what stacks bring, lost or taken for another."""
    whole = {**DECLARED, "Conditions": IFS, **OTHERS[name]}
    found = template(tmp_path, json.dumps(whole, indent=0))
    assert found.tally.total() > 0


WRITTEN = """
Parameters: {U: {Type: String}, T: {Type: String, Default: yes}}
x: &trust {Version: 2012-10-17, Statement: [{Effect: Allow, Action: sts:AssumeRole, Principal: {AWS: 012345678901}}]}
Resources:
  A: {Type: AWS::IAM::Role, Properties: {AssumeRolePolicyDocument: *trust}}
  B:
    Type: AWS::IAM::Role
    Properties: {<<: {RoleName: merged, Path: /a/}, Path: /b/, AssumeRolePolicyDocument: *trust}
  C:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Statement:
          - {Effect: Allow, Action: sts:AssumeRole, Principal: {AWS: [!Ref U, !GetAtt A.Arn, !GetAtt [A, Arn], !Sub "${U}", !Join ["", [a, !Ref U]], !Select [0, [x, y]], ! yes, yes, no, ~, null, true, "true", 0x10, 1e3, !!str true, !Unknown x, !If [None, a, b]]}}
  F: {Type: AWS::IAM::Role}
  F: {Type: AWS::SQS::Queue}
  D: {Type: AWS::IAM::Role, Type: AWS::SQS::Queue}
  E:
    <<: [{Type: AWS::IAM::Role}, 5]
    Properties: {AssumeRolePolicyDocument: !Transform {Name: AWS::Include, Parameters: {Location: s3://x/y}}}
"""
ESCAPED = '{"Resources": {\n"R\\u0031": {"Type": "AWS::IAM::Role",\n"Properties": {"AssumeRolePolicyDocument": {"Statement": [{"Effect": "Allow", "Action": "*", "Principal": {"AWS": "888888888888"}}]}}},\n"a": {}, "R1": {"Type": "AWS::SQS::Queue", "Type": "AWS::SNS::Topic", "x": "\\ud800 é", "y": [true, false, null, 1.50, NaN]}}}'  # fmt: skip


@pytest.mark.parametrize("text", [WRITTEN, ESCAPED], ids=["yaml", "json"])
def test_how_it_is_written(tmp_path: Path, text: str) -> None:
    """Catches a scalar, an alias, a merge or a line that is told otherwise."""
    assert template(tmp_path, text).tally.total() > 1


def arns(*others: str) -> list[Any]:
    """A resource by its ARN, each part of which may be unknown, or be of another's."""
    return [
        *(sub(one) for one in ("arn:${U}:s3:::b/*", "arn:aws:${U}:::b/*", "arn:aws:s3:${U}::b/*", "arn:aws:s3::${U}:b", "arn:aws:s3:::${U}", "arn:aws:s3:::b${U}", "arn:aws:s3:::b/${U}", "arn:aws:s3:::b-${U}/x",
                               "${U}:x", "${U}/x", "${U}*", "x${U}", "arn:aws:s3:::c/${U}", "arn:aws:s3:::*/${U}", "*${U}", "${Bare}", "${Bare.Arn}", "${Bare.Arn}/x*", "arn:aws:s3:::${Bare}/*", "arn:aws:s3:::${Bare}-x", "arn:aws:s3:::x${Bare}")),
        "arn:aws:s3:::b", "arn:aws:s3:::b*", "arn:aws:s3:::b/x", "arn:aws:s3:::bb", "arn:aws:s3:::b:x", "arn:aws:s3:::*", "arn:aws:s3:::*/x", "*", "b", "", U, 5, {}, [], ["x"], {"a": "b"}, {"Ref": "Bare"}, {"Fn::GetAtt": ["Bare", "DomainName"]}, *others,
    ]  # fmt: skip


REGIONS = (f"arn:aws:sqs:eu-west-1:{OWN}:q", f"arn:aws:sqs:us-east-1:{OWN}:q", f"arn:aws:sqs:us-east-1:{STRANGER}:q", f"arn:aws-cn:sqs:us-east-1:{OWN}:q", f"arn:aws:sqs:us-east-1:{OWN}", f"arn:aws:sns:eu-west-1:{OWN}:q", f"arn:aws:sqs:*:{OWN}:q*")  # fmt: skip
OF_WHOM: list[tuple[str, str, Json]] = [
    ("b", "AWS::S3::BucketPolicy", {"Bucket": "b"}), ("n", "AWS::S3::BucketPolicy", {"Bucket": {"Ref": "Bare"}}), ("u", "AWS::S3::BucketPolicy", {"Bucket": sub("b${U}")}),
    ("q", "AWS::SQS::QueuePolicy", {"Queues": [f"https://sqs.us-east-1.amazonaws.com/{OWN}/q"]}), ("k", "AWS::SQS::QueuePolicy", {"Queues": [{"Ref": "Line"}]}),
]  # fmt: skip


@pytest.mark.parametrize(("name", "kind", "of"), OF_WHOM, ids=[row[0] for row in OF_WHOM])
def test_which_resources_a_statement_means(tmp_path: Path, name: str, kind: str, of: Json) -> None:
    """Catches an Allow that is taken for another resource's, and a Deny that is taken for this
    one's, wherever something of a name is not known."""
    found: Json = {}
    for n, one in enumerate(arns(*REGIONS, sub("arn:aws:sqs:${U}:222222222222:q"), sub("${Line.Arn}"), sub("arn:aws:sqs:*:*:${Line.QueueName}"))):  # fmt: skip
        base = {"Effect": "Allow", "Principal": {"AWS": STRANGER}, "Action": "*"}
        denied = {**base, "Effect": "Deny", "Principal": [{"AWS": STRANGER}, "*"][n % 2]}
        several = [{**base, "Resource": one}, {**base, "NotResource": one}, {**base, "Resource": [one, "arn:aws:s3:::other/*"]},
                   {**denied, "Resource": one}, {**denied, "NotResource": one}, {**denied, "Resource": ["x", one]}]  # fmt: skip
        found[f"{name.upper()}{n}"] = {"Type": kind, "Properties": {**of, "PolicyDocument": policy(*several)}}  # fmt: skip
    made = {"Bare": {"Type": "AWS::S3::Bucket"}, "Line": {"Type": "AWS::SQS::Queue"}}
    told = template(tmp_path, json.dumps({**DECLARED, "Resources": {**made, **found}}, indent=0))
    assert told.tally.total() == len(found) + 2


HELD = [
    ("serverless.yml", "service: x\nprovider: {name: aws}\nresources: {Resources: {R: {Type: AWS::IAM::Role}}}\n"), ("serverless.yaml", "service: x\nprovider: {name: aws}\n"), ("sub/serverless.json", '{"service": "x", "resources": {"Resources": {"R": {"Type": "AWS::SQS::Queue"}}}}'), ("samconfig.toml", "version = 0.1\n"),
    ("notes.yaml", "Resources and AWS:: in a text\n"), ("list.yaml", "- Resources\n- AWS::\n"), ("data.json", '{"a": 1}'), ("broken.json", '{"Resources": {"R": {"Type": "AWS::IAM::Role"'),
    ("text.yaml", "Resources: AWS::IAM::Role\n"), ("none.yaml", "AWSTemplateFormatVersion: x\nResources: {}\n"), ("numbers.json", '{"Resources": {"R": {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": 5}}}}'),
    ("alias.yaml", "Resources: {R: {Type: AWS::SQS::Queue, Properties: *gone}}\n"), ("key.yaml", "Resources: {[a]: {Type: AWS::SQS::Queue}}\n"), ("two.yaml", "Resources: {R: {Type: AWS::SQS::Queue}}\n---\nResources: {}\n"), ("tab.yaml", "Resources:\n\tR: {Type: AWS::SQS::Queue}\n"),
    ("deep.yaml", f"Resources: {{R: {{Type: AWS::IAM::Role, Properties: {'[' * 70}{']' * 70}}}}}\n"), ("deep.json", f'{{"Resources": {{"R": {{"Type": "AWS::IAM::Role", "Properties": {"[" * 5000}{"]" * 5000}}}}}}}'),
    ("cycle.yaml", "Resources: &r {R: {Type: AWS::SQS::Queue, Properties: *r}}\n"), ("outer.yaml", "Resources: {N: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: ./inner.yaml, Parameters: {V: '888888888888'}}}, M: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: data.json}}, O: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: alias.yaml}}}\n"),
    ("inner.yaml", json.dumps({"Parameters": {"V": {"Type": "String"}}, "Resources": trusting({"Ref": "V"}), "Outputs": {"W": {"Value": {"Ref": "V"}}}})), ("readme.txt", "Resources: of the team\n"), ("plain.txt", json.dumps({"Resources": trusting(STRANGER)})),
    ("flow.yaml", '{"Resources": {R: {Type: AWS::SQS::Queue}}, # not JSON\n}\n'), ("params.yaml", "Parameters: x\nResources: {R: {Type: AWS::SQS::Queue}}\n"), ("conditions.yaml", "Conditions: [x]\nResources: {R: {Type: AWS::SQS::Queue}}\n"),
]  # fmt: skip


def test_a_folder_of_all_sorts(tmp_path: Path) -> None:
    """Catches a file that is taken for none, or for a template, and one that goes unsaid."""
    write(tmp_path, dict(HELD))
    found = granted.templates(tmp_path, str(tmp_path))
    assert found.tally.total() and found.gaps


@pytest.mark.parametrize("name", [name for name, _ in HELD])
def test_each_by_its_name(tmp_path: Path, name: str) -> None:
    """Catches the same where somebody asks for this very file: it is read, or refused."""
    write(tmp_path, dict(HELD))
    with contextlib.suppress(InputError):
        granted.templates(tmp_path, str(tmp_path / name))


def of_conditions() -> Json:
    """Each condition for some, on a bucket and on a queue."""
    found: Json = {}
    for n, condition in enumerate(CONDITIONS.values()):
        for at, who in enumerate(("anybody of AWS", "a service", "one of two unknown")):
            one = {"Effect": "Allow", "Principal": PRINCIPALS[who], "Action": "*", "Resource": "*", "Condition": condition}  # fmt: skip
            kind, of = ("AWS::S3::BucketPolicy", {"Bucket": f"b{n}-{at}"}) if (n + at) % 2 else ("AWS::SQS::QueuePolicy", {"Queues": [f"q{n}-{at}"]})  # fmt: skip
            found[f"R{n}x{at}"] = {"Type": kind, "Properties": {**of, "PolicyDocument": policy(one)}}  # fmt: skip
    return found


def choice(*names: str) -> Json:
    return {"Fn::Join": ["", [{"Fn::If": [name, "a", "b"]} for name in names]]}


MANY = [f"Q{n}" for n in range(14)]
ONE_OF_TWO = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"AWS": STRANGER}}
OUTER = {"Out": {"Value": {"Fn::GetAtt": ["Other", "Outputs.Out"]}}}
MORE: dict[str, Json] = {
    "conditions of resources": {"Resources": of_conditions()},
    "choices": {
        "Parameters": {name: {"Type": "String", "Default": ""} for name in MANY}, "Conditions": {name: {"Fn::Equals": [{"Ref": name}, "x"]} for name in MANY},
        "Resources": {
            "A": {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": choice(*MANY[:7]), "AccessControl": {"Fn::If": [MANY[7], "PublicRead", {"Fn::If": [MANY[8], "PublicReadWrite", "Private"]}]}, "OwnershipControls": {"Rules": [{"ObjectOwnership": choice(*MANY[9:])}]}}},
            "B": {"Type": "AWS::IAM::Role", "Properties": {"RoleName": choice(*MANY[:7]), "AssumeRolePolicyDocument": policy({**ONE_OF_TWO, "Principal": {"AWS": [{"Fn::If": [name, STRANGER, OWN]} for name in MANY]}})}},
            "C": {"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": policy(ONE_OF_TWO, ONE_OF_TWO, {"Fn::If": ["Q0", {**ONE_OF_TWO, "Principal": "*"}, ONE_OF_TWO]}, {"Fn::If": ["Q1", {**ONE_OF_TWO, "Sid": "x"}, {"Ref": "AWS::NoValue"}]})}},
            "D": {"Type": "AWS::EC2::Instance", "Properties": {"ImageId": choice(*MANY)}}, "E": {"Type": "AWS::Lambda::Function", "Properties": {"FunctionName": choice(*MANY), "Layers": [choice(*MANY[:3]), {"Fn::If": ["Q0", f"arn:aws:lambda:us-east-1:{STRANGER}:layer:l:1", {"Ref": "AWS::NoValue"}]}]}},
        },
    },
    "beside": {"Resources": {
        "F": {"Type": "AWS::Lambda::Function", "Properties": {"FunctionName": "f"}}, "U1": {"Type": "AWS::Lambda::Url", "Properties": {"TargetFunctionArn": {"Ref": "F"}, "AuthType": "NONE"}}, "U2": {"Type": "AWS::Lambda::Url", "Properties": {"TargetFunctionArn": {"Ref": "F"}, "AuthType": "AWS_IAM"}},
        "U3": {"Type": "AWS::Lambda::Url", "Properties": {"TargetFunctionArn": "f", "AuthType": "NONE", "Qualifier": "prod"}}, "P": {"Type": "AWS::Lambda::Permission", "Properties": {"FunctionName": "f", "Principal": "*", "Action": "lambda:InvokeFunctionUrl", "FunctionUrlAuthType": "NONE"}},
        "O1": {"Type": "AWS::IAM::OIDCProvider", "Properties": {"Url": ""}}, "O2": {"Type": "AWS::IAM::OIDCProvider", "Properties": {"Url": "https://x.example.com/"}}, "R": trusting({"Ref": "O1"}, {"Fn::GetAtt": "O1.Arn"}, {"Ref": "O2"})["R0"],
        **{f"T{n}": {"Type": "Custom::Thing", "Properties": {"ServiceToken": one}} for n, one in enumerate((f"urn:aws:lambda:us-east-1:{OWN}:function:f", f"arn:aws:lambda:us-east-1:{OWN}:function:f", f"a:b:c:d:{STRANGER}:f", "f", "", U))},
        "B1": {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": "b1", "AccessControl": "PublicRead"}}, "B2": {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": "b1", "AccessControl": "PublicRead", "PublicAccessBlockConfiguration": {"IgnorePublicAcls": True, "BlockPublicAcls": "TRUE", "BlockPublicPolicy": "x"}}},
        "B3": {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": "b3", "AccessControl": "PublicRead", "OwnershipControls": {"Rules": [{"ObjectOwnership": U}]}, "PublicAccessBlockConfiguration": {}}}, "B4": {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": "b4", "AccessControl": "PublicRead", "PublicAccessBlockConfiguration": U}},
    }},
    "outputs": {"Resources": {
        "N": {"Type": "AWS::CloudFormation::Stack", "Properties": {"TemplateBody": {"Resources": trusting({"Ref": "V"}), "Parameters": {"V": {"Type": "String", "Default": STRANGER}}, "Outputs": {"A": {"Value": {"Ref": "V"}}, "B": {"Value": {"Fn::GetAtt": ["R0", "Arn"]}}, "C": {}, "D": "x"}}, "Parameters": {"V": {"Fn::GetAtt": ["M", "Outputs.Out"]}}}},
        "M": {"Type": "AWS::CloudFormation::Stack", "Properties": {"TemplateBody": {"Resources": {"Other": {"Type": "AWS::CloudFormation::Stack", "Properties": {"TemplateBody": {"Resources": {}, "Outputs": OUTER}}}}, "Outputs": OUTER}, "Parameters": {"V": {"Fn::GetAtt": ["N", "Outputs.A"]}}}},
        **trusting(*({"Fn::GetAtt": ["N", f"Outputs.{one}"]} for one in ("A", "B", "C", "D", "E")), {"Fn::GetAtt": ["M", "Outputs.Out"]}, {"Fn::GetAtt": ["N", "Other"]}),
    }},
}  # fmt: skip


@pytest.mark.parametrize("name", MORE)
def test_what_hangs_together(tmp_path: Path, name: str) -> None:
    """Catches one of several that speak of the same and is lost, and a choice that hides another."""
    whole = {key: {**DECLARED.get(key, {}), **MORE[name].get(key, {})} for key in ("Parameters", "Mappings", "Conditions", "Resources")}  # fmt: skip
    assert template(tmp_path, json.dumps(whole, indent=0)).tally.total() > 2


def test_what_is_piped_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Catches `-` taken for a file's name, and one that is too large."""
    for text in (json.dumps({"Resources": trusting(STRANGER)}), "x" * (MAX_BYTES + 1)):
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(text.encode())))
        with contextlib.suppress(InputError):
            assert len(granted.templates(tmp_path, "-").roles) == 1
