"""Policies that AWS answers in a form of their own → as all others are written."""

from __future__ import annotations

from typing import Any

import msgspec

from checker.access.model import Resource
from checker.access.statements import decoded
from checker.trust.document.decode import as_list

_API = "AWS::ApiGateway::RestApi"
_APPLICATIONS = ("AWS::Serverless::Application", "AWS::ServerlessRepo::Application")


def as_policy(resource: Resource) -> Resource:
    """The resource with its policy as IAM writes one.

    A REST API's is escaped once more (https://docs.aws.amazon.com/apigateway/latest/api/API_RestApi.html),
    that of an application names principals, organizations and actions without a service
    (https://docs.aws.amazon.com/goto/WebAPI/serverlessrepo-2017-09-08/ApplicationPolicyStatement).
    """
    document = resource.document
    if resource.kind == _API and isinstance(document, str):
        if document.lstrip().startswith('{\\"'):
            document = document.replace('\\"', '"').replace("\\/", "/")
    elif resource.kind in _APPLICATIONS and isinstance(decoded(document), dict):
        told = decoded(document)
        if isinstance(told.get("Statements"), list) and "Statement" not in told:
            listed = [_shared(one) for one in told["Statements"]]
            document = {"Version": "2012-10-17", "Statement": listed}
    if document is resource.document:
        return resource
    return msgspec.structs.replace(resource, document=document)


def _shared(one: Any) -> Any:
    """A statement of an application; another form stays as it is, for the parser to refuse."""
    if not isinstance(one, dict) or not one.keys() <= {
        "Actions", "Principals", "PrincipalOrgIDs", "StatementId",
    }:  # fmt: skip
        return one
    actions = one.get("Actions")
    listed = as_list(actions)
    made: dict[str, Any] = {
        "Effect": "Allow",
        "Principal": {"AWS": one.get("Principals")},
        "Action": [f"serverlessrepo:{name}" for name in listed],
        "Resource": "*",
    }
    if one.get("PrincipalOrgIDs"):
        made["Condition"] = {"StringEquals": {"aws:PrincipalOrgID": one["PrincipalOrgIDs"]}}
    return made
