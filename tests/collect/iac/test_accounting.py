"""Each resource is accounted for, and the lists behind it are those that AWS publishes."""

from __future__ import annotations

import re
from typing import Any

import pytest

from checker.collect.iac.accounting import Accounting
from checker.collect.iac.kinds import kinds
from checker.collect.iac.unknown import made, unresolved
from checker.snapshot.records import Tally
from tests.collect.iac import registry

OWN, STRANGER, ORGANIZATION = "222222222222", "888888888888", "o-own1234567"
CLOUDFORMATION = kinds("cloudformation")
BUCKET, KEY, TOPIC = "AWS::S3::BucketPolicy", "AWS::KMS::Key", "AWS::SNS::TopicPolicy"


def policy(principal: Any, **more: Any) -> Any:
    return {"Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Principal": principal}
                          | more]}  # fmt: skip


def told(key: str, value: Any, operator: str = "StringEquals") -> Any:
    return policy("*", Condition={operator: {key: value}})


ACCOUNTED = [
    ("a stranger in a bucket's policy", BUCKET, {"PolicyDocument": policy({"AWS": STRANGER})}, STRANGER),
    ("the same as text", BUCKET, {"PolicyDocument": '{"Statement": {"Effect": "Allow", "Principal": "*"}}'}, "*"),
    ("text that is no policy", BUCKET, {"PolicyDocument": "{"}, "{"),
    ("a policy that nothing tells", BUCKET, {"PolicyDocument": unresolved("P")}, "${P}"),
    ("Properties that nothing tells", BUCKET, unresolved("P"), "${P}"),
    ("a statement that nothing tells", BUCKET, {"PolicyDocument": {"Statement": [unresolved("P")]}}, "${P}"),
    ("everybody but one", BUCKET, {"PolicyDocument": {"Statement": {"Effect": "Allow", "NotPrincipal": {"AWS": OWN}}}}, "NotPrincipal"),
    ("an effect that nothing tells", BUCKET, {"PolicyDocument": policy("*", Effect=unresolved("E"))}, "*"),
    ("a Deny lets nobody in", BUCKET, {"PolicyDocument": policy("*", Effect="Deny")}, None),
    ("the own root", KEY, {"KeyPolicy": policy({"AWS": f"arn:aws:iam::{OWN}:root"})}, None),
    ("a service", KEY, {"KeyPolicy": policy({"Service": "logs.amazonaws.com"})}, None),
    ("a role that the template makes", KEY, {"KeyPolicy": policy({"AWS": [made("Role.Arn")]})}, None),
    ("one that a parameter names", KEY, {"KeyPolicy": policy({"AWS": [unresolved("Role")]})}, "${Role}"),
    ("an own name in a stranger's account", KEY, {"KeyPolicy": policy({"AWS": f"arn:aws:iam::{STRANGER}:role/{made('R')}"})}, f"arn:aws:iam::{STRANGER}:role/${{R}}"),
    ("the own distribution", BUCKET, {"PolicyDocument": policy({"AWS": f"arn:aws:iam::cloudfront:user/OAI {made('I')}"})}, None),
    ("anybody of the own organization", BUCKET, {"PolicyDocument": told("aws:PrincipalOrgID", ORGANIZATION)}, None),
    ("anybody of another one", BUCKET, {"PolicyDocument": told("aws:PrincipalOrgID", [ORGANIZATION, "o-other12345"])}, "*"),
    ("or of one that nothing tells", BUCKET, {"PolicyDocument": told("aws:PrincipalOrgID", unresolved("O"))}, "*"),
    ("not of the own account", TOPIC, {"PolicyDocument": told("AWS:SourceOwner", OWN, "StringNotEquals")}, "*"),
    ("the own account's topics", TOPIC, {"PolicyDocument": told("AWS:SourceOwner", OWN)}, None),
    ("a function that a stranger may call", "AWS::Lambda::Permission", {"Principal": STRANGER}, STRANGER),
    ("that Alexa may call", "AWS::Lambda::Permission", {"Principal": "alexa-appkit.amazon.com"}, None),
    ("an own topic alone", "AWS::SQS::QueuePolicy", {"PolicyDocument": told("aws:SourceArn", made("Topic"), "ArnEquals")}, None),
    ("a stranger's topic", "AWS::SQS::QueuePolicy", {"PolicyDocument": told("aws:SourceArn", f"arn:aws:sns:us-east-1:{STRANGER}:x", "ArnEquals")}, "*"),
    ("one that nothing tells", "AWS::SQS::QueuePolicy", {"PolicyDocument": told("aws:SourceArn", unresolved("T"), "ArnEquals")}, "*"),
    ("that a service may call", "AWS::Lambda::Permission", {"Principal": "s3.amazonaws.com"}, None),
    ("shares with an organization", "AWS::RAM::ResourceShare", {"Principals": [OWN, "arn:aws:organizations::333333333333:organization/o-x"]}, "organization/o-x"),
    ("a share with nobody", "AWS::RAM::ResourceShare", {}, None),
    ("a bucket that all may read", "AWS::S3::Bucket", {"AccessControl": "PublicRead"}, "PublicRead"),
    ("a private one", "AWS::S3::Bucket", {"AccessControl": "Private"}, None),
    ("a stranger's layer", "AWS::Lambda::Function", {"Layers": [f"arn:aws:lambda:us-east-1:{STRANGER}:layer:x:1"]}, STRANGER),
    ("an own image", "AWS::ECS::TaskDefinition", {"ContainerDefinitions": [{"Image": f"{OWN}.dkr.ecr.us-east-1.amazonaws.com/x"}]}, None),
    ("a stranger's vendor hook", "AWS::CloudFormation::CustomResource", {"ServiceToken": f"arn:aws:sns:us-east-1:{STRANGER}:x"}, STRANGER),
    ("a policy in OpenSearch's own form", "AWS::OpenSearchServerless::AccessPolicy", {"Policy": f'[{{"Rules": [], "Principal": ["arn:aws:iam::{STRANGER}:role/x"]}}]'}, STRANGER),
    ("the same of a type of its own", "Custom::Hook", {"ServiceToken": f"arn:aws:sns:us-east-1:{STRANGER}:x"}, STRANGER),
    ("a product's template", "AWS::ServiceCatalog::CloudFormationProduct", {"ProvisioningArtifactParameters": [{"Info": {"LoadTemplateFromURL": "https://x"}}]}, "a template that is not read"),
    ("an authority outside", "AWS::RolesAnywhere::TrustAnchor", {"Source": {"SourceData": {"X509CertificateData": "-----BEGIN CERTIFICATE-----"}}}, "whoever has a certificate of it"),
    ("a queue", "AWS::SQS::Queue", {"QueueName": STRANGER}, None),
]  # fmt: skip


@pytest.mark.parametrize(
    ("why", "kind", "properties", "named"), ACCOUNTED, ids=[r[0] for r in ACCOUNTED]
)
def test_doors(why: str, kind: str, properties: Any, named: str | None) -> None:
    """What nobody reads yet is named where it lets somebody in, and is silent where it does not."""
    accounting = Accounting(CLOUDFORMATION, frozenset({OWN, ORGANIZATION}))
    said = accounting.add(kind, properties)
    assert accounting.tally == (Tally(not_read=1) if named else Tally(without_trust=1))
    assert [named in one for one in said] == ([True] if named else [])


def test_a_type_that_no_list_has() -> None:
    """It is counted by name; where one asks to be strict, each is a gap."""
    for strict in (False, True):
        accounting = Accounting(CLOUDFORMATION, frozenset({OWN}), strict=strict)
        said = accounting.add("Vendor::Monitor::Hook", {})
        assert (accounting.tally, bool(said)) == (
            Tally(unknown={"Vendor::Monitor::Hook": 1}),
            strict,
        )


def test_what_is_read_has_doors_too() -> None:
    """A function whose role is read may still run a stranger's layer."""
    accounting = Accounting(CLOUDFORMATION, frozenset({OWN}))
    assert accounting.add(
        "AWS::Serverless::Function",
        {"Layers": [f"arn:aws:lambda:us-east-1:{STRANGER}:layer:x:1"]},
        read=True,
    )
    assert not accounting.add("AWS::Serverless::Function", {}, read=True)
    assert accounting.tally == Tally(read=1, not_read=1)


def test_the_sentence() -> None:
    """All four are said, also those that are none: a reader must see what was not looked at."""
    both = Tally(read=38, without_trust=371) + Tally(not_read=2, unknown={"A": 1})
    assert both.sentence() == "412 resources: 38 read, 371 without trust, 2 not read, 1 unknown"
    assert Tally(read=1).sentence() == "1 resource: 1 read, 0 without trust, 0 not read, 0 unknown"


def test_the_types_are_the_published_ones() -> None:
    """A list that nobody makes anew grows old: what is new would be unknown for ever."""
    shipped = (registry.KINDS / "cloudformation.json").read_text()
    if registry.published_on() in shipped:
        assert shipped == registry.text(list(registry.schemas())), (
            "python -m tests.collect.iac.registry"
        )
    assert len(CLOUDFORMATION.known - registry.schemas().keys()) < 50


def test_doors_are_properties_of_the_registry() -> None:
    """A misspelt path would shut a door for ever."""
    schemas = registry.schemas()
    for kind, doors in CLOUDFORMATION.doors.items():
        there = set(registry.paths(schemas[kind]))
        assert {".".join(path) for _, path in doors} <= there, kind


POLICY = re.compile(
    r"(^|\.)(\w*PolicyDocument|PolicyText|\w*ResourcePolicy|KeyPolicy|Access(Policy|Policies)"
    r"|FileSystemPolicy|Repository\w*PolicyText|Policy|DestinationPolicy)$"
)
NO_DOORS = {
    "AWS::IAM::": "what identities may do, which names nobody",
    "AWS::IoT::Policy": "what devices of the own account may do",
    "AWS::SSO::": "what people may do",
    "AWS::EC2::V": "what may leave through an endpoint",
    "AWS::EC2::ClientVpnEndpoint": "which devices may connect",
    "AWS::NetworkManager::CoreNetwork": "routes",
    "AWS::Logs::AccountPolicy": "data protection and subscriptions",
    "AWS::EKS::AccessEntry": "what the principal may do, who is a door",
    "AWS::EKS::PodIdentityAssociation": "what a pod may do",
    "AWS::ODB::OdbNetwork": "what the network may reach",
    "AWS::Config::": "a rule's text",
    "AWS::CleanRooms::": "which analyses are allowed",
    "AWS::BedrockAgentCore::Policy": "what agents may do, in Cedar",
    "AWS::OpenSearchServerless::": "networks and encryption",
    "AWS::IVS::Channel": "a switch",
    "AWS::ResilienceHub::": "targets of recovery",
    "AWS::SES::": "filters and reputation",
    "AWS::Transfer::": "what a user may do",
    "AWS::SecurityHub::": "which controls are on",
    "AWS::Serverless::Function": "of the role that is read",
    "AWS::Serverless::Api": "lists of accounts, which are doors",
}


def test_no_policy_of_the_registry_is_forgotten() -> None:
    """A new type with a resource policy must be decided by somebody, not passed over."""
    for kind, schema in registry.schemas().items():
        doors = {".".join(path) for _, path in CLOUDFORMATION.doors.get(kind, ())}
        found = {p for p in registry.paths(schema) if POLICY.search(p)}
        found = {p for p in found if not any(f"{p}." in d or d == p for d in doors)}
        assert not found or kind.startswith(tuple(NO_DOORS)), (kind, found)
