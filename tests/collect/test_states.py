"""What a collector passes over by its state: of all the states that AWS has, nothing that is there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import botocore.session
import msgspec

from checker.collect.aws import batch, clusters, codebuild, fleets
from checker.collect.aws.code.extensions import APPLICATIONS, Stack
from checker.collect.aws.code.services import APP_RUNNER, Listed
from checker.collect.aws.code.studio import _OVER as OVER_APPS
from checker.collect.aws.code.studio import _UNMADE
from checker.collect.aws.resources.more import AUTHORITIES, Authority
from checker.collect.aws.resources.more_shares import (
    ATTACHMENTS,
    PEERINGS,
    Attachment,
    DataShare,
    Peering,
    Status,
)
from checker.collect.aws.resources.shares import _OVER as OVER_SHARES
from tests.support.rows import rows

SESSION = botocore.session.Session()


def environment(state: str) -> bool:
    told = {"computeEnvironmentArn": "a", "computeEnvironmentName": "n", "status": state, "computeResources": {"imageId": "ami-1"}}  # fmt: skip
    return bool([*batch.of_environment(msgspec.convert(told, batch.Environment))])


def consumed(state: str) -> bool:
    told = {"DataShareArn": "a", "DataShareAssociations": [{"ConsumerIdentifier": "1", "Status": state}]}  # fmt: skip
    return bool(msgspec.convert(told, DataShare).consumers)


PASSED: list[tuple[str, str, Callable[[Any], bool], str]] = [
    ("acm-pca", "CertificateAuthorityStatus", lambda state: AUTHORITIES.keep(Authority(arn="a", status=state)), "DELETED"),
    ("apprunner", "ServiceStatus", lambda state: APP_RUNNER.keep(Listed(service_arn="a", status=state)), "DELETED CREATE_FAILED"),
    ("batch", "CEStatus", environment, "DELETED"),
    ("cloudformation", "StackStatus", lambda state: APPLICATIONS.keep(Stack(stack_id="a", stack_status=state)), "REVIEW_IN_PROGRESS ROLLBACK_COMPLETE DELETE_COMPLETE"),
    ("codebuild", "FleetStatusCode", lambda state: state not in codebuild._OVER, "DELETING PENDING_DELETION CREATE_FAILED"),
    ("ec2", "BatchState", lambda state: state not in fleets._OVER, "cancelled cancelled_terminating failed"),
    ("ec2", "FleetStateCode", lambda state: state not in fleets._OVER, "deleted deleted_terminating failed"),
    ("ec2", "SpotInstanceState", lambda state: state not in fleets._OVER, "cancelled closed failed"),
    ("ec2", "TransitGatewayAttachmentState", lambda state: ATTACHMENTS.keep(Attachment(transit_gateway_attachment_id="a", state=state)), "deleted deleting failed rejected"),
    ("ec2", "VpcPeeringConnectionStateReasonCode", lambda state: PEERINGS.keep(Peering(vpc_peering_connection_id="a", status=Status(code=state))), "deleted rejected expired failed"),
    ("pcs", "ComputeNodeGroupStatus", lambda state: state not in clusters._OVER, "DELETING DELETED CREATE_FAILED"),
    ("ram", "ResourceShareStatus", lambda state: state not in OVER_SHARES, "DELETED DELETING FAILED"),
    ("redshift", "DataShareStatus", consumed, "PENDING_AUTHORIZATION DEAUTHORIZED REJECTED"),
    ("sagemaker", "AppStatus", lambda state: state not in OVER_APPS, "Deleted Deleting Failed"),
    ("sagemaker", "ImageVersionStatus", lambda state: state not in _UNMADE, "CREATING CREATE_FAILED DELETING"),
]  # fmt: skip


@rows("service, name, kept, over", PASSED)
def test_what_is_passed_over_is_not_there(
    service: str, name: str, kept: Callable[[Any], bool], over: str
) -> None:
    """Catches what waits, changes or is switched off, and passes for gone; or a state misspelt."""
    states = SESSION.get_service_model(service).shape_for(name).enum
    assert {state for state in states if not kept(state)} == set(over.split())
    assert kept("A_STATE_OF_TOMORROW")
