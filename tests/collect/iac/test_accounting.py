"""Each resource is accounted for, and the lists behind it are those that AWS publishes."""

from __future__ import annotations

import re
from typing import Any

import pytest

from checker.aws_accounts import aws_accounts
from checker.collect.iac.accounting import Accounting
from checker.collect.iac.kinds import kinds
from checker.collect.iac.paths import values_at_path
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
    *((f"an image of {why}", "AWS::StepFunctions::StateMachine", {"DefinitionString": text}, expected) for why, text, expected in (
        ("a step's", '{"States": {"A": {"Parameters": {"TrainingImage": "evil/x"}}}}', "evil/x"),
        ("ours", f'{{"Image": "{OWN}.dkr.ecr.us-east-1.amazonaws.com/x"}}', None),
        ("a picture", '{"Image": {"S3Object": {}}}', None),
        ("its input's", '{"TrainingImage.$": "$.x"}', "an image that is told when it runs"),
        ("a part that is filled in later", '{"Seconds": ${N}, "Image": "evil/x"}', "evil/x"),
        ("no JSON", '{"Image": "evil/x"', "in a text that is no JSON"),
        ("a parameter", f'{{"Image": "{unresolved("P")}", "N": {unresolved("N")}}}', "an image that is told when it runs"),
        ("none", "{}", None),
    )),
    ("an image of a pipeline", "AWS::SageMaker::Pipeline", {"PipelineDefinition": {"PipelineDefinitionBody": '{"Steps": [{"ImageUri": {"Get": "P"}}]}'}}, "an image that is told when it runs"),
    ("a pipeline elsewhere", "AWS::SageMaker::Pipeline", {"PipelineDefinition": {"PipelineDefinitionS3Location": {"Bucket": "b", "Key": "k"}}}, "whatever a file in S3 names"),
    ("an artifact", "AWS::GreengrassV2::ComponentVersion", {"InlineRecipe": "Manifests:\n- Artifacts:\n  - URI: 'docker:evil/x:1'\n"}, "evil/x:1"),
    ("a component of ours", "AWS::GreengrassV2::ComponentVersion", {"InlineRecipe": "Manifests:\n- Artifacts:\n  - URI: s3://x/y\n"}, None),
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
    ("images of an own studio", "AWS::SageMaker::ImageVersion", {"BaseImage": f"{OWN}.dkr.ecr.us-east-1.amazonaws.com/x"}, None),
    ("a stranger's", "AWS::SageMaker::ImageVersion", {"BaseImage": f"{STRANGER}.dkr.ecr.us-east-1.amazonaws.com/x"}, f"runs code of {STRANGER}"),
    ("a stranger's, of a name that the code makes", "AWS::SageMaker::ImageVersion", {"BaseImage": f"{STRANGER}.dkr.ecr.us-east-1.amazonaws.com/{made('R')}"}, STRANGER),
    ("a platform of a stranger's", "AWS::ElasticBeanstalk::Environment", {"PlatformArn": f"arn:aws:elasticbeanstalk:us-east-1:{STRANGER}:platform/x/1.0.0"}, f"runs code of arn:aws:elasticbeanstalk:us-east-1:{STRANGER}"),
    ("and of a template of it", "AWS::ElasticBeanstalk::ConfigurationTemplate", {"PlatformArn": f"arn:aws:elasticbeanstalk:us-east-1:{STRANGER}:platform/x/1.0.0"}, f"runs code of arn:aws:elasticbeanstalk:us-east-1:{STRANGER}"),
    ("AWS's platform", "AWS::ElasticBeanstalk::Environment", {"PlatformArn": "arn:aws:elasticbeanstalk:us-east-1::platform/Docker running on 64bit Amazon Linux 2023/4.0.0"}, None),
    ("our own", "AWS::ElasticBeanstalk::Environment", {"PlatformArn": f"arn:aws:elasticbeanstalk:us-east-1:{OWN}:platform/x/1.0.0"}, None),
    ("a pipeline that works elsewhere", "AWS::CodePipeline::Pipeline", {"Stages": [{"Actions": [{"RoleArn": f"arn:aws:iam::{STRANGER}:role/x"}]}]}, f"hands over to arn:aws:iam::{STRANGER}"),
    ("one in an account that nothing tells", "AWS::CodePipeline::Pipeline", {"Stages": [{"Actions": [{"RoleArn": f"arn:aws:iam::{unresolved('Target')}:role/x"}]}]}, "${Target}"),
    ("one at home", "AWS::CodePipeline::Pipeline", {"RoleArn": made("Role.Arn"), "Stages": [{"Actions": [{"RoleArn": made("Role.Arn")}, {}]}]}, None),
    ("copies of backups elsewhere", "AWS::Backup::BackupPlan", {"BackupPlan": {"BackupPlanRule": [{"CopyActions": [{"DestinationBackupVaultArn": f"arn:aws:backup:us-east-1:{STRANGER}:backup-vault:x"}]}]}}, STRANGER),
    ("copies in another region", "AWS::Backup::BackupPlan", {"BackupPlan": {"BackupPlanRule": [{"CopyActions": [{"DestinationBackupVaultArn": f"arn:aws:backup:eu-west-1:{OWN}:backup-vault:x"}]}]}}, None),
    ("a service that acts for a stranger", "AWS::Lambda::Permission", {"Principal": "s3.amazonaws.com", "SourceAccount": STRANGER}, f"SourceAccount lets in {STRANGER}"),
    ("for a stranger's topic", "AWS::Lambda::Permission", {"Principal": "sns.amazonaws.com", "SourceArn": f"arn:aws:sns:us-east-1:{STRANGER}:x"}, STRANGER),
    ("for an account that nothing tells", "AWS::Lambda::Permission", {"Principal": "s3.amazonaws.com", "SourceAccount": unresolved("A")}, "${A}"),
    ("for an own bucket", "AWS::Lambda::Permission", {"Principal": "s3.amazonaws.com", "SourceAccount": OWN, "SourceArn": "arn:aws:s3:::x"}, None),
    ("for a topic of a parameter, as for anybody's", "AWS::Lambda::Permission", {"Principal": "sns.amazonaws.com", "SourceArn": unresolved("T")}, None),
    ("a policy with such a service", "AWS::SNS::TopicPolicy", {"PolicyDocument": policy({"Service": "s3.amazonaws.com"}, Condition={"StringEquals": {"aws:SourceAccount": STRANGER}})}, f"a service that acts for {STRANGER}"),
    ("for an account that nothing tells, in a policy", "AWS::SNS::TopicPolicy", {"PolicyDocument": policy({"Service": "s3.amazonaws.com"}, Condition={"ArnLike": {"aws:SourceArn": f"arn:aws:sns:us-east-1:{unresolved('A')}:x"}})}, "${A}"),
    ("for a bucket, whose ARN has no account", "AWS::SNS::TopicPolicy", {"PolicyDocument": policy({"Service": "s3.amazonaws.com"}, Condition={"ArnLike": {"aws:SourceArn": "arn:aws:s3:*:*:x"}})}, None),
    ("for all but a stranger", "AWS::SNS::TopicPolicy", {"PolicyDocument": policy({"Service": "s3.amazonaws.com"}, Condition={"StringNotEquals": {"aws:SourceAccount": STRANGER}})}, None),
    ("units of the own organization", BUCKET, {"PolicyDocument": told("aws:PrincipalOrgPaths", f"{ORGANIZATION}/r-ab12/*", "ForAnyValue:StringLike")}, None),
    ("units of another one", BUCKET, {"PolicyDocument": told("aws:PrincipalOrgPaths", "o-other12345/r-ab12/*", "ForAnyValue:StringLike")}, "*"),
    ("a function for all the world", "AWS::Lambda::Url", {"AuthType": "NONE"}, "lets anybody in: NONE"),
    ("one for those who sign", "AWS::Lambda::Url", {"AuthType": "AWS_IAM"}, None),
    ("one of which nothing tells", "AWS::Lambda::Url", {"AuthType": unresolved("A")}, "lets anybody in: ${A}"),
    ("builds for all to see", "AWS::CodeBuild::Project", {"Visibility": "PUBLIC_READ"}, "PUBLIC_READ"),
    ("a policy in an API's definition", "AWS::ApiGateway::RestApi", {"Body": {"paths": {}, "x-amazon-apigateway-policy": policy({"AWS": STRANGER})}}, STRANGER),
    ("a definition without one", "AWS::ApiGateway::RestApi", {"Body": {"paths": {"/x": {"AWS": STRANGER}}}}, None),
    ("a registry's copies elsewhere", "AWS::ECR::ReplicationConfiguration", {"ReplicationConfiguration": {"Rules": [{"Destinations": [{"RegistryId": STRANGER, "Region": "x"}]}]}}, STRANGER),
    ("a stranger's events", "AWS::Lambda::EventSourceMapping", {"EventSourceArn": f"arn:aws:sqs:us-east-1:{STRANGER}:x"}, "is another account's"),
    ("events that nothing tells", "AWS::Lambda::EventSourceMapping", {"EventSourceArn": unresolved("Q")}, None),
    ("deliveries from elsewhere", "AWS::Logs::DeliveryDestination", {"DeliveryDestinationPolicy": {"DeliveryDestinationPolicy": policy({"AWS": STRANGER})}}, STRANGER),
    ("members of a clean room", "AWS::CleanRooms::Collaboration", {"Members": [{"AccountId": OWN}, {"AccountId": STRANGER}]}, STRANGER),
    ("a load balancer's group, by an alias", "AWS::EC2::SecurityGroup", {"SecurityGroupIngress": [{"SourceSecurityGroupOwnerId": "amazon-elb"}]}, None),
    ("a stranger's group", "AWS::EC2::SecurityGroup", {"SecurityGroupIngress": [{"SourceSecurityGroupOwnerId": STRANGER}]}, STRANGER),
    ("everybody of the own organization", "AWS::Lambda::Permission", {"Principal": "*", "PrincipalOrgID": ORGANIZATION}, None),
    ("of another one", "AWS::Lambda::Permission", {"Principal": "*", "PrincipalOrgID": "o-other12345"}, "Principal lets in *"),
    ("of one that nothing tells", "AWS::Lambda::Permission", {"Principal": "*", "PrincipalOrgID": unresolved("O")}, "*"),
    ("a service for a stranger, within it", "AWS::Lambda::Permission", {"Principal": "s3.amazonaws.com", "PrincipalOrgID": ORGANIZATION, "SourceAccount": STRANGER}, STRANGER),
    ("a layer for the own organization", "AWS::Lambda::LayerVersionPermission", {"Principal": "*", "OrganizationId": ORGANIZATION}, None),
    ("a layer for all", "AWS::Lambda::LayerVersionPermission", {"Principal": "*"}, "*"),
    ("events of the own organization", "AWS::Events::EventBusPolicy", {"Principal": "*", "Condition": {"Type": "StringEquals", "Key": "aws:PrincipalOrgID", "Value": ORGANIZATION}}, None),
    ("events of anybody", "AWS::Events::EventBusPolicy", {"Principal": "*", "Condition": {"Type": "StringEquals", "Key": "aws:PrincipalOrgID", "Value": "o-other12345"}}, "*"),
    ("a stranger's topic starts a function", "AWS::Serverless::Function", {"Events": {"A": {"Type": "SNS", "Properties": {"Topic": f"arn:aws:sns:us-east-1:{STRANGER}:x"}}}}, STRANGER),
    ("an own one does", "AWS::Serverless::Function", {"Events": {"A": {"Type": "SNS", "Properties": {"Topic": made("T")}}, "B": {"Type": "Api"}}}, None),
    ("an API's own policy, at an event", "AWS::Serverless::Function", {"Events": {"A": {"Type": "Api", "Properties": {"Auth": {"ResourcePolicy": {"AwsAccountWhitelist": [STRANGER]}}}}}}, STRANGER),
    ("what a function answers goes elsewhere", "AWS::Lambda::EventInvokeConfig", {"DestinationConfig": {"OnSuccess": {"Destination": f"arn:aws:sns:us-east-1:{STRANGER}:x"}}}, STRANGER),
    ("a principal of an unknown form", BUCKET, {"PolicyDocument": policy({"AWS": {unresolved("K"): "x"}})}, "${K}"),
    ("no account at all as the caller's", BUCKET, {"PolicyDocument": told("aws:PrincipalAccount", "")}, "*"),
    ("no unit at all", BUCKET, {"PolicyDocument": told("aws:PrincipalOrgPaths", [""], "ForAnyValue:StringLike")}, "*"),
    ("a service for anybody is as one for nobody", TOPIC, {"PolicyDocument": policy({"Service": "s3.amazonaws.com"}, Condition={"StringLike": {"aws:SourceAccount": "*"}})}, None),
    ("a definition with a part that a transform brings", "AWS::ApiGateway::RestApi", {"Body": {unresolved("Transform"): ""}}, "a part of it names that is not known"),
    ("logins of somebody's issuer, by a pool", "AWS::Cognito::IdentityPool", {"OpenIdConnectProviderARNs": [f"arn:aws:iam::{OWN}:oidc-provider/idp.stranger.example"]}, "a login of idp.stranger.example"),
    ("logins of a public issuer", "AWS::Cognito::IdentityPool", {"SupportedLoginProviders": {"accounts.google.com": "app"}}, "a login of accounts.google.com"),
    ("logins of own users alone", "AWS::Cognito::IdentityPool", {"CognitoIdentityProviders": [{"ClientId": "x"}]}, None),
    ("who signs what a distribution shows", "AWS::CloudFront::Distribution", {"DistributionConfig": {"DefaultCacheBehavior": {"TrustedSigners": [STRANGER]}}}, STRANGER),
    ("whose users an API lets in", "AWS::ApiGateway::Authorizer", {"ProviderARNs": [f"arn:aws:cognito-idp:us-east-1:{STRANGER}:userpool/x"]}, STRANGER),
    ("who decides for an API", "AWS::ApiGateway::Authorizer", {"AuthorizerUri": f"arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/arn:aws:lambda:us-east-1:{STRANGER}:function:x/invocations"}, STRANGER),
    ("what decides at home", "AWS::ApiGateway::Authorizer", {"AuthorizerUri": f"arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/{made('F.Arn')}/invocations"}, None),
    ("a stranger's function at a login", "AWS::Cognito::UserPool", {"LambdaConfig": {"PreSignUp": f"arn:aws:lambda:us-east-1:{STRANGER}:function:x"}}, STRANGER),
    ("a stranger's hook", "AWS::CloudFormation::LambdaHook", {"LambdaFunction": f"arn:aws:lambda:us-east-1:{STRANGER}:function:x"}, STRANGER),
    ("a trail told elsewhere", "AWS::CloudTrail::Trail", {"SnsTopicName": f"arn:aws:sns:us-east-1:{STRANGER}:x"}, STRANGER),
    ("an alarm told elsewhere", "AWS::CloudWatch::Alarm", {"AlarmActions": [f"arn:aws:sns:us-east-1:{STRANGER}:x"]}, STRANGER),
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


BALANCERS, LAYERS = "access logs of load balancers", "layers of AWS"
OF_AWS = [
    ("access logs, by the account", BUCKET, {"PolicyDocument": policy({"AWS": "127311923021"})}, BALANCERS),
    ("by its root", BUCKET, {"PolicyDocument": policy({"AWS": "arn:aws:iam::054676820928:root"})}, BALANCERS),
    ("audit logs", BUCKET, {"PolicyDocument": policy({"AWS": "arn:aws:iam::193672423079:user/logs"})}, "audit logs of Redshift"),
    ("a layer", "AWS::Lambda::Function", {"Layers": ["arn:aws:lambda:us-east-1:017000801446:layer:AWSLambdaPowertoolsPythonV3:1"]}, LAYERS),
    ("an image of a step", "AWS::StepFunctions::StateMachine", {"DefinitionString": '{"ImageUri": "683313688378.dkr.ecr.us-east-1.amazonaws.com/x"}'}, "images of SageMaker"),
]  # fmt: skip


@pytest.mark.parametrize(("why", "kind", "properties", "use"), OF_AWS, ids=[r[0] for r in OF_AWS])
def test_aws_itself(why: str, kind: str, properties: Any, use: str) -> None:
    """Accounts that AWS publishes are no outsiders, and are told."""
    accounting = Accounting(CLOUDFORMATION, frozenset({OWN}), aws=aws_accounts())
    assert not accounting.add(kind, properties)
    assert accounting.told == (f"AWS's own accounts are named, which is no gap: {use}.",)


def test_aws_beside_a_stranger() -> None:
    """Whoever stands beside AWS is named, and AWS is not."""
    accounting = Accounting(CLOUDFORMATION, frozenset({OWN}), aws=aws_accounts())
    principals = {"AWS": ["127311923021", STRANGER]}
    said = accounting.add(BUCKET, {"PolicyDocument": policy(principals)})
    assert said == (f"PolicyDocument lets in {STRANGER}",)


def test_a_type_that_no_list_has() -> None:
    """It is counted by name; where one asks to be strict, each is a gap."""
    for strict in (False, True):
        accounting = Accounting(CLOUDFORMATION, frozenset({OWN}), strict=strict)
        said = accounting.add("Vendor::Monitor::Hook", {})
        assert (accounting.tally, bool(said)) == (
            Tally(unknown={"Vendor::Monitor::Hook": 1}),
            strict,
        )
        (said,) = accounting.add(
            "Vendor::Monitor::Hook", {"RoleArn": f"arn:aws:iam::{STRANGER}:role/x"}
        )
        assert STRANGER in said


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
    for kind, doors in CLOUDFORMATION.doors.items():
        assert {".".join(path) for _, path in doors} <= registry.paths(kind), kind


POLICY = re.compile(
    r"(^|\.)(\w*PolicyDocument|PolicyText|\w*ResourcePolicy|KeyPolicy|Access(Policy|Policies)"
    r"|FileSystemPolicy|Repository\w*PolicyText|Policy|\w*DestinationPolicy|\w*GroupPolicy"
    r"|ModelPolicy|CustomStatements)$"
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
    "AWS::Serverless::Function": "of the role that is read, and lists of accounts, which are doors",
    "AWS::Serverless::StateMachine": "lists of accounts, which are doors",
    "AWS::Serverless::Api": "lists of accounts, which are doors",
}


def test_no_policy_of_the_registry_is_forgotten() -> None:
    """A new type with a resource policy must be decided by somebody, not passed over."""
    for kind in registry.schemas():
        doors = {".".join(path) for _, path in CLOUDFORMATION.doors.get(kind, ())}
        found = {p for p in registry.paths(kind) if POLICY.search(p)}
        found = {p for p in found if not any(f"{p}." in d or d == p for d in doors)}
        assert not found or kind.startswith(tuple(NO_DOORS)), (kind, found)


FUNCTION = re.compile(
    r"(^|\.)(\w*Lambda\w*A(rn|RN)|\w*LambdaFunctionArns|\w*Function(Arn|ARN)|Lambda|\w*LambdaFunctionName"
    r"|(\w*Lambda|Lambdas\.\*)\.(%\.)?(Lambda|Function|Resource)?(Arn|ARN|Uri)|AuthorizerUri)$"
)
NO_FUNCTIONS = {
    "AWS::CloudFront::": "functions of CloudFront's own, which are the account's",
    "AWS::Lambda::": "of the own account",
    "AWS::Bedrock::FlowVersion": "what its flow says, which is a door",
    "AWS::AppSync::FunctionConfiguration.FunctionArn": "what it is called itself",
}


def test_no_function_of_others_is_forgotten() -> None:
    """What runs a function takes its ARN, and so somebody else's code."""
    for kind in registry.schemas():
        doors = {".".join(path) for _, path in CLOUDFORMATION.doors.get(kind, ())}
        every = registry.paths(kind)
        found = {p for p in every - doors if FUNCTION.search(p)}
        ends = {p for p in found if not any(one.startswith(f"{p}.") for one in every)}
        assert not [p for p in ends if not f"{kind}.{p}".startswith(tuple(NO_FUNCTIONS))], kind


WITHIN = [
    ("each of a list in text, as decoders take it", '[{"image": "a"}, {"Image": "b"}]', ("image",), ["a", "b"]),
    ("keys in whatever case", '{"image": "a", "IMAGE": "b"}', ("Image",), ["a", "b"]),
    ("no list where there is no text", [{"image": "a"}], ("image",), []),
    ("what a key may bring that is not known", {unresolved("P"): "a"}, ("image",), [unresolved("P")]),
]  # fmt: skip


@pytest.mark.parametrize(("why", "value", "path", "found"), WITHIN, ids=[r[0] for r in WITHIN])
def test_values_in_texts(why: str, value: Any, path: tuple[str, ...], found: list[str]) -> None:
    """Catches all but the first of several, which nobody looks at then."""
    assert [*values_at_path(value, path)] == found, why
