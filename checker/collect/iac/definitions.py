"""Definitions of APIs and state machines that stand in a file of their own.

A file beside the template is read as one that it includes: so `sam deploy` and
`aws cloudformation package` bring it along. What stands elsewhere is not known, then.
https://docs.aws.amazon.com/cli/latest/reference/cloudformation/package.html
"""

from __future__ import annotations

from typing import Any

_BROUGHT = {
    "AWS::ApiGateway::RestApi": ("BodyS3Location", "Body"),
    "AWS::ApiGatewayV2::Api": ("BodyS3Location", "Body"),
    "AWS::Serverless::Api": ("DefinitionUri", "DefinitionBody"),
    "AWS::Serverless::HttpApi": ("DefinitionUri", "DefinitionBody"),
    "AWS::Serverless::StateMachine": ("DefinitionUri", "Definition"),
    "AWS::StepFunctions::StateMachine": ("DefinitionS3Location", "Definition"),
}
"""Type → what names the file, and where it may stand in the template instead."""


def with_definition(kind: str, properties: Any) -> Any:
    """The properties, with what the file holds."""
    named, body = _BROUGHT.get(kind, ("", ""))
    if not isinstance(properties, dict) or named not in properties or body in properties:
        return properties
    include = {"Name": "AWS::Include", "Parameters": {"Location": properties[named]}}
    return {**properties, body: {"Fn::Transform": include}}
