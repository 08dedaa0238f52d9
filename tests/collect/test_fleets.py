"""Which fleets and Spot requests may still launch something, by each state and type of theirs."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import msgspec
import pytest

from checker.collect.aws import fleets
from checker.collect.aws.account_region import AccountRegion
from checker.collect.aws.configured import (
    Item,
    ItemTag,
    Reader,
    TemplateConfiguration,
    plain_document,
)
from checker.collect.aws.references import Reference

OWN = "111111111111"
SPECIFIED = {"ImageId": "ami-1"}
BY_TEMPLATE = [{"LaunchTemplateSpecification": {"LaunchTemplateId": "lt-1", "Version": "3"}}]


class Client:
    """One page with one item, whatever is asked."""

    offered, unreachable = True, False

    def __init__(self, key: str, item: dict[str, Any]) -> None:
        self.page = {key: [item]}

    def __call__(self, _service: str) -> Client:
        return self

    def pages(self, _method: str, _request: Mapping[str, Any]) -> Iterator[Any]:
        yield self.page


def found(
    look: Callable[[AccountRegion], Iterator[Reference]], key: str, item: dict[str, Any]
) -> list[Reference]:
    return list(look(AccountRegion(OWN, "aws", "us-east-1", Client(key, item))))


REQUESTS = [
    # state, type, whether it may launch
    ("open", "one-time", True), ("open", "persistent", True), ("open", None, True),
    ("active", "one-time", False), ("active", "persistent", True), ("active", None, True),
    ("disabled", "persistent", True), ("disabled", "one-time", True), (None, None, True),
    ("closed", "one-time", False), ("closed", "persistent", False),
    ("cancelled", "persistent", False), ("failed", "persistent", False),
]  # fmt: skip


@pytest.mark.parametrize(("state", "kind", "launches"), REQUESTS)
def test_spot_requests(state: str | None, kind: str | None, launches: bool) -> None:
    """One that waits, or launches again, vanishes with its image; what a one-time request has
    launched is among the instances."""
    item = {"SpotInstanceRequestId": "sir-1", "State": state, "Type": kind, "LaunchSpecification": SPECIFIED}  # fmt: skip
    uses = found(fleets.spot_requests, "SpotInstanceRequests", item)
    assert [(one.image, one.kind) for one in uses] == [("ami-1", "spot-request")] * launches


def test_a_spot_request_whose_image_is_not_told_is_there() -> None:
    """Its image is then unknown, and not none."""
    (use,) = found(fleets.spot_requests, "SpotInstanceRequests", {"SpotInstanceRequestId": "sir-1"})
    arn = f"arn:aws:ec2:us-east-1:{OWN}:spot-instances-request/sir-1"
    assert (use.resource, use.image) == (arn, "")


STATES = [
    ("submitted", True), ("active", True), ("modifying", True), (None, True),
    ("cancelled_running", True), ("cancelled_terminating", False), ("cancelled", False),
    ("failed", False), ("deleted", False), ("deleted_terminating", False),
    ("deleted_running", True),
]  # fmt: skip


@pytest.mark.parametrize(("state", "launches"), STATES)
def test_fleets_by_their_state(state: str | None, launches: bool) -> None:
    """What runs on though the fleet is cancelled may be replaced; what ends is none."""
    config = {"LaunchSpecifications": [SPECIFIED, SPECIFIED, {}], "LaunchTemplateConfigs": BY_TEMPLATE}  # fmt: skip
    spot = found(
        fleets.spot_fleets,
        "SpotFleetRequestConfigs",
        {
            "SpotFleetRequestId": "sfr-1",
            "SpotFleetRequestState": state,
            "SpotFleetRequestConfig": config,
        },
    )
    templates = [str(one.template) for one in spot if one.template]
    assert [one.image for one in spot if one.image] == ["ami-1"] * launches
    assert templates == ["launch template lt-1 version 3"] * launches
    item = {"FleetId": "fleet-1", "FleetState": state, "LaunchTemplateConfigs": BY_TEMPLATE}
    assert [
        (one.resource, str(one.template)) for one in found(fleets.ec2_fleets, "Fleets", item)
    ] == [
        (f"arn:aws:ec2:us-east-1:{OWN}:fleet/fleet-1", "launch template lt-1 version 3")
    ] * launches


def recorded(kind: str, configuration: Any, **more: Any) -> list[Any]:
    """What AWS Config's item of a kind is read as."""
    reader = Reader(AccountRegion(OWN, "aws", None, Client("", {})))
    item = {"account_id": OWN, "arn": "arn:x", "aws_region": "us-east-1"} | more
    return reader.records(kind, Item(configuration=configuration, **item))


TEMPLATES = [
    ({"DefaultVersionNumber": "2", "LatestVersionNumber": 5}, ("2", "5"), "both are told"),
    ({"DefaultVersionNumber": 2}, ("2", "2"), "the latest is not told"),
    ({"LatestVersionNumber": "5"}, ("1", "5"), "the default is not told"),
    ({}, ("1", "1"), "there is but one"),
]


@pytest.mark.parametrize(("numbers", "expected", "why"), TEMPLATES)
def test_the_versions_of_a_recorded_template(
    numbers: dict[str, Any], expected: tuple[str, str], why: str
) -> None:
    """Config has the content of one: another one's image is not taken for it."""
    assert msgspec.convert(numbers, TemplateConfiguration).versions == expected, why


RECORDED = [
    ("AWS::EC2::Instance", {"imageId": "ami-1", "state": {"name": "running"}}, ["ami-1"]),
    ("AWS::EC2::Instance", {"imageId": "ami-1", "state": {"name": "stopped"}}, ["ami-1"]),
    ("AWS::EC2::Instance", {"imageId": "ami-1"}, ["ami-1"]),
    ("AWS::EC2::Instance", {"imageId": "ami-1", "state": {"name": "terminated"}}, []),
    ("AWS::EC2::Instance", {"imageId": "", "state": {"name": "running"}}, [None]),
    ("AWS::EC2::LaunchTemplate", {"LaunchTemplateData": {"ImageId": "ami-1"}}, ["ami-1"]),
    ("AWS::EC2::LaunchTemplate", {"LaunchTemplateData": {}}, []),
]


@pytest.mark.parametrize(("kind", "configuration", "images"), RECORDED)
def test_images_that_config_recorded(kind: str, configuration: Any, images: list[Any]) -> None:
    """A terminated instance uses none, and an image that is not told is unknown."""
    assert [one.image_id for one in recorded(kind, configuration)] == images


def test_names_that_config_recorded() -> None:
    """An instance is called by its tag, of whatever other tags it has; a template by itself."""
    tags = ({"key": "Team", "value": "x"}, {"key": "Name", "value": "web"})
    item = {"tags": tuple(ItemTag(**tag) for tag in tags)}
    (use,) = recorded("AWS::EC2::Instance", {"imageId": "ami-1"}, **item)
    template = {"LaunchTemplateData": {"ImageId": "ami-1"}}
    (by_itself,) = recorded("AWS::EC2::LaunchTemplate", template | {"LaunchTemplateName": "t"}, resource_name="r")  # fmt: skip
    (by_config,) = recorded("AWS::EC2::LaunchTemplate", template, resource_name="r")
    assert [use.name, by_itself.name, by_config.name] == ["web", "t", "r"]
    (unnamed,) = recorded("AWS::EC2::Instance", {}, arn="", resource_id="i-1")
    assert unnamed.resource == f"arn:aws:ec2:us-east-1:{OWN}:instance/i-1"


PROVIDERS = [
    ("AWS::IAM::OIDCProvider", {}, f"arn:aws:iam::{OWN}:oidc-provider/idp.example.com/a", "idp.example.com/a"),
    ("AWS::IAM::OIDCProvider", {}, f"arn:aws:iam::{OWN}:oidc-provider/", None),
    ("AWS::IAM::SAMLProvider", {}, f"arn:aws:iam::{OWN}:saml-provider/a", None),
    ("AWS::IAM::SAMLProvider", {"SamlMetadataDocument": '<EntityDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata" entityID="https://idp.example.com/x"/>'},
     f"arn:aws:iam::{OWN}:saml-provider/a", "https://idp.example.com/x"),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "configuration", "arn", "issuer"), PROVIDERS)
def test_providers_that_config_recorded(
    kind: str, configuration: Any, arn: str, issuer: str | None
) -> None:
    """Whose word is believed: of a provider without metadata, nobody knows."""
    (record,) = recorded(kind, configuration, arn=arn)
    assert (record.issuer, record.arn) == (issuer, arn)


DOCUMENTS = [
    ("%7B%22Version%22%3A%222012-10-17%22%7D", {"Version": "2012-10-17"}, "as in a URL"),
    ('{"Version": "2012-10-17"}', {"Version": "2012-10-17"}, "plain"),
    ({"Version": "2012-10-17"}, {"Version": "2012-10-17"}, "an object"),
    ("%7Bno", "%7Bno", "what cannot be read stays what it is"),
    ("[" * 100_000, "[" * 100_000, "nor what is nested too deep"),
    (None, None, "nothing"),
]


@pytest.mark.parametrize(("value", "expected", "why"), DOCUMENTS, ids=range(len(DOCUMENTS)))
def test_documents_that_config_recorded(value: Any, expected: Any, why: str) -> None:
    """A text that is no policy is told as one that cannot be read, and never left out."""
    assert plain_document(value) == expected, why


PLACES = [
    ("us-east-1", "arn:aws:ec2:us-east-1:1:instance/i", True),
    ("global", "arn:aws:ec2:us-east-1:1:instance/i", False),
    ("us-east-1", "arn:aws:iam::1:role/r", False),
]


@pytest.mark.parametrize(("region", "arn", "regional"), PLACES)
def test_what_config_recorded_in_a_region(region: str, arn: str, regional: bool) -> None:
    """What is global is recorded in whichever region records it."""
    assert Item(account_id=OWN, arn=arn, aws_region=region).regional == regional
