"""The demo's organization, built through AWS's own API calls."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any
from unittest import mock

from checker.demo import code, doors, images, resources
from checker.demo.lacking import empty_listings
from checker.demo.server import Answer, ApiCall, failure, serve

MANAGEMENT = "111111111111"
PRODUCTION = "222222222222"
DEVELOPMENT = "333333333333"
ACQUIRED = "444444444444"
ORGANIZATION = "o-acme1234567"
REGIONS = ("us-east-1", "eu-west-1")
COLLECTOR = "vendorgate-collector"
EXTERNAL_ID = "acme-vendorgate"
_GITHUB = "token.actions.githubusercontent.com"
# What roles may do that do more than read.
_WRITES = {
    "Administrators": ["*"],
    "LegacyDataExport": ["s3:*"],
    "github-deploy": ["ecs:*", "ecr:*"],
}
_SAML_AUD = {"StringEquals": {"SAML:aud": "https://signin.aws.amazon.com/saml"}}


@contextmanager
def serve_organization() -> Iterator[str]:
    """The address of an AWS for the demo: one account in it refuses the collector."""
    from moto.organizations import utils

    # moto draws an id for the management account too, and drops it
    ids = [MANAGEMENT, PRODUCTION, DEVELOPMENT, ACQUIRED]
    with (
        mock.patch.object(utils, "make_random_org_id", return_value=ORGANIZATION),
        mock.patch.object(utils, "make_random_account_id", side_effect=ids),
        serve(
            refuse_collector,
            code.mirror(PRODUCTION),
            doors.entries(PRODUCTION),
            empty_listings,
            *images.LACKING,
            *resources.LACKING,
            *code.LACKING,
        ) as endpoint,
    ):
        yield endpoint


def refuse_collector(call: ApiCall) -> Answer | None:
    """An interceptor: the acquired company's account has no role for us, and the others ask for
    the external id; moto would let us in."""
    role = str(call.parameters.get("RoleArn", ""))
    if call.action != "AssumeRole" or not role.endswith(f":role/{COLLECTOR}"):
        return None
    known = call.parameters.get("ExternalId") == EXTERNAL_ID
    if known and role != f"arn:aws:iam::{ACQUIRED}:role/{COLLECTOR}":
        return None
    caller = f"arn:aws:sts::{MANAGEMENT}:assumed-role/demo/demo"
    message = f"User: {caller} is not authorized to perform: sts:AssumeRole on resource: {role}"
    return failure(call, "AccessDenied", message)


def build_organization(endpoint: str) -> None:
    """Accounts, roles, providers and instances: what `checker.demo` describes."""
    _accounts(_client(endpoint, MANAGEMENT, "organizations"))
    for account in (PRODUCTION, DEVELOPMENT):
        _roles(
            _client(endpoint, account, "iam"),
            {COLLECTOR: _aws(MANAGEMENT, external_id=EXTERNAL_ID)},
        )
    _management(_client(endpoint, MANAGEMENT, "iam"))
    _production(_client(endpoint, PRODUCTION, "iam"))
    _development(_client(endpoint, DEVELOPMENT, "iam"))
    _instances(endpoint)
    production = partial(_client, endpoint, PRODUCTION)
    code.use_code(production, PRODUCTION)
    doors.open_doors(production, PRODUCTION)


def _accounts(organizations: Any) -> None:
    organizations.create_organization(FeatureSet="ALL")
    root = organizations.list_roots()["Roots"][0]["Id"]

    def unit(parent: str, name: str) -> str:
        answer = organizations.create_organizational_unit(ParentId=parent, Name=name)
        return str(answer["OrganizationalUnit"]["Id"])

    workloads = unit(root, "Workloads")
    for name, parent in (
        ("acme-production", unit(workloads, "Production")),
        ("acme-development", unit(workloads, "Development")),
        ("acme-acquired", unit(root, "Acquired")),
    ):
        made = organizations.create_account(AccountName=name, Email=f"{name}@acme.example")
        account = made["CreateAccountStatus"]["AccountId"]
        organizations.move_account(
            AccountId=account, SourceParentId=root, DestinationParentId=parent
        )
    _name_management_account()


def _name_management_account() -> None:
    """moto calls it "master", and Organizations has no call to rename it."""
    from moto.organizations.models import organizations_backends

    for account in organizations_backends[MANAGEMENT]["aws"].accounts:
        if account.id == MANAGEMENT:
            account.name = "acme-management"


def _management(iam: Any) -> None:
    sso = _saml(iam, "acme-sso", "https://sso.acme.example/saml")
    _roles(iam, {"Administrators": _federated(sso, "sts:AssumeRoleWithSAML", _SAML_AUD)})


def _production(iam: Any) -> None:
    github = _oidc(iam)
    deploy = {
        "StringEquals": {f"{_GITHUB}:aud": "sts.amazonaws.com"},
        "StringLike": {f"{_GITHUB}:sub": "repo:acme/orders:*"},
    }
    _roles(
        iam,
        {
            "DatadogIntegration": _aws("464622532012", external_id="acme-datadog"),
            "BackupVendor": _aws("777777777777"),
            "CostReports": _aws("454464851268", external_id="acme-cost"),
            "Migration2019": _aws("888888888888"),
            "FormerContractor": _allow({"AWS": "AIDACKCEVSQ6C2EXAMPLE"}, "sts:AssumeRole"),
            "github-deploy": _federated(github, "sts:AssumeRoleWithWebIdentity", deploy),
            "ci-deployer": _aws(DEVELOPMENT),
            "lambda-orders": _allow({"Service": "lambda.amazonaws.com"}, "sts:AssumeRole"),
            "ec2-web": _allow({"Service": "ec2.amazonaws.com"}, "sts:AssumeRole"),
        },
    )


def _development(iam: Any) -> None:
    github = _oidc(iam)
    anyone_at_github = {"StringEquals": {f"{_GITHUB}:aud": "sts.amazonaws.com"}}
    partner = _saml(iam, "partner", "https://idp.partner.example/saml")
    _roles(
        iam,
        {
            "LegacyDataExport": _allow({"AWS": "*"}, "sts:AssumeRole"),
            "DatadogIntegration": _aws("464622532012", external_id="acme-datadog"),
            "OldAnalytics": _aws("666666666666", external_id="acme-analytics"),
            "LegacyAuditor": _aws("555555555555"),
            "github-preview": _federated(github, "sts:AssumeRoleWithWebIdentity", anyone_at_github),
            "PartnerSupport": _federated(partner, "sts:AssumeRoleWithSAML", _SAML_AUD),
        },
    )


def _instances(endpoint: str) -> None:
    for account in (PRODUCTION, DEVELOPMENT):
        for region in REGIONS:
            images.publish(account, region)
    production = _client(endpoint, PRODUCTION, "ec2")
    _run(production, "web-1", images.AMAZON_LINUX.id)
    _run(production, "firewall-1", images.FIREWALL.id)
    _run(production, "api-1", images.LOOK_ALIKE.id)
    _run(production, "backup-1", images.BACKUP_AGENT.id)
    own = production.register_image(Name="acme-orders-42")["ImageId"]
    _run(production, "orders-1", own)
    production.stop_instances(InstanceIds=[_run(production, "orders-2", own)])
    old = _run(production, "api-0", images.LOOK_ALIKE.id)
    production.terminate_instances(InstanceIds=[old])

    development = _client(endpoint, DEVELOPMENT, "ec2")
    _run(development, "vpn-1", images.VPN.id)
    _run(development, "preview-1", development.register_image(Name="acme-preview-7")["ImageId"])
    _run(_client(endpoint, DEVELOPMENT, "ec2", "eu-west-1"), "cron-3", images.FORGOTTEN)


def _run(ec2: Any, name: str, image: str) -> str:
    tags = [{"ResourceType": "instance", "Tags": [{"Key": "Name", "Value": name}]}]
    made = ec2.run_instances(ImageId=image, MinCount=1, MaxCount=1, TagSpecifications=tags)
    return str(made["Instances"][0]["InstanceId"])


def _roles(iam: Any, trusts: dict[str, dict[str, Any]]) -> None:
    for name, trust in trusts.items():
        iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(trust))
        actions = _WRITES.get(name, ["ec2:Describe*", "cloudwatch:Get*", "cloudwatch:List*"])
        may = {"Effect": "Allow", "Action": actions, "Resource": "*"}
        policy = json.dumps({"Version": "2012-10-17", "Statement": [may]})
        iam.put_role_policy(RoleName=name, PolicyName="work", PolicyDocument=policy)


def _oidc(iam: Any) -> str:
    made = iam.create_open_id_connect_provider(
        Url=f"https://{_GITHUB}", ClientIDList=["sts.amazonaws.com"], ThumbprintList=["0" * 40]
    )
    return str(made["OpenIDConnectProviderArn"])


def _saml(iam: Any, name: str, entity_id: str) -> str:
    metadata = (
        '<?xml version="1.0"?>'
        '<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata"'
        f' entityID="{entity_id}">'
        "<md:IDPSSODescriptor"
        ' protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol"/>'
        f"</md:EntityDescriptor><!-- {'demo ' * 200}-->"  # IAM wants 1,000 characters at least
    )
    made = iam.create_saml_provider(Name=name, SAMLMetadataDocument=metadata)
    return str(made["SAMLProviderArn"])


def _aws(account: str, *, external_id: str | None = None) -> dict[str, Any]:
    condition = {"StringEquals": {"sts:ExternalId": external_id}} if external_id else None
    return _allow({"AWS": f"arn:aws:iam::{account}:root"}, "sts:AssumeRole", condition)


def _federated(provider: str, action: str, condition: dict[str, Any]) -> dict[str, Any]:
    return _allow({"Federated": provider}, action, condition)


def _allow(
    principal: dict[str, str], action: str, condition: dict[str, Any] | None = None
) -> dict[str, Any]:
    statement = {"Effect": "Allow", "Principal": principal, "Action": action}
    if condition:
        statement["Condition"] = condition
    return {"Version": "2012-10-17", "Statement": [statement]}


def _client(endpoint: str, account: str, service: str, region: str = REGIONS[0]) -> Any:
    """A client of an account, whatever the environment says."""
    import boto3

    def client(service: str, key: str, secret: str, token: str | None = None) -> Any:
        return boto3.Session(key, secret, token).client(
            service, region_name=region, endpoint_url=endpoint
        )

    role = f"arn:aws:iam::{account}:role/demo"
    answer = client("sts", "demo", "demo").assume_role(RoleArn=role, RoleSessionName="demo")
    made = answer["Credentials"]
    return client(service, made["AccessKeyId"], made["SecretAccessKey"], made["SessionToken"])
