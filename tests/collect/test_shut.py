"""What the organization itself denies: a region is one gap, not one for each call."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.support.collected import make_role, run
from tests.support.front import OWN, aws, client, deny

SCP = "User: x is not authorized to perform: y with an explicit deny in a service control policy"
CODES = {"ec2": "UnauthorizedOperation", "autoscaling": "AccessDenied"}


def shut(region: str, message: str = SCP, *, but: str = "-", silent: tuple[str, ...] = ()) -> Any:
    """Refuses all of a region, but for one call; some services don't say why."""

    def intercept(call: Any) -> Any:
        if (
            call.region != region
            or call.service in ("iam", "sts", "organizations")
            or call.action == but
        ):
            return None
        said = "not authorized" if call.service in silent else message
        return deny(call.action, CODES.get(call.service, "AccessDeniedException"), said)(call)

    return intercept


ONE = [(OWN, "eu-west-1", "*", "RegionDenied")]
CASES = [
    ("all of it", shut("eu-west-1"), ONE),
    ("with the policy's ARN", shut("eu-west-1", f"{SCP}: arn:aws:organizations::1:policy/o-1/p-1"), ONE),
    ("some services don't say why", shut("eu-west-1", silent=("batch", "eks")), ONE),
]  # fmt: skip


@pytest.mark.parametrize(("reason", "denial", "gaps"), CASES, ids=[row[0] for row in CASES])
def test_a_region_that_is_shut_is_one_gap(
    tmp_path: Path, reason: str, denial: Any, gaps: Any
) -> None:
    """And the other regions are looked at."""
    with aws(denial):
        make_role("mine")
        snapshot = run(tmp_path, "--regions", "us-east-1,eu-west-1")
    assert (snapshot.gaps, snapshot.code) == (gaps, 3), reason
    assert "service control policy" in snapshot.manifest["gaps"][0]["message"]


OPEN = [
    ("one call is answered", shut("eu-west-1", but="DescribeInstances")),
    ("nobody says that it is the organization's", shut("eu-west-1", "not authorized")),
    ("the role's own policy", shut("eu-west-1", "because no identity-based policy allows it")),
]


@pytest.mark.parametrize(("reason", "denial"), OPEN, ids=[row[0] for row in OPEN])
def test_calls_that_are_refused_one_by_one_stay_so(
    tmp_path: Path, reason: str, denial: Any
) -> None:
    """What a person can mend call by call is told call by call."""
    with aws(denial):
        snapshot = run(tmp_path, "--regions", "eu-west-1")
    assert len(snapshot.gaps) > 5, reason
    assert "*" not in {gap[2] for gap in snapshot.gaps}


def test_a_parameter_that_may_not_be_read_is_unresolved(tmp_path: Path) -> None:
    """No gap, as permission is optional; the image's owner is unknown, which is a finding. What is
    permitted beside it is read."""

    def only_public(call: Any) -> Any:
        names = call.parameters.get("Names", [])
        if call.action != "GetParameters" or "/secret" not in names:
            return None
        return deny("GetParameters", "AccessDeniedException", status=400)(call)

    with aws(only_public):
        for name, parameter in (("a", "/secret"), ("b", "/golden")):
            client("ssm").put_parameter(Name=parameter, Value="ami-11111111", Type="String")
            data = {"ImageId": f"resolve:ssm:{parameter}"}
            client("ec2").create_launch_template(LaunchTemplateName=name, LaunchTemplateData=data)
        snapshot = run(tmp_path, "--regions", "us-east-1")
    assert (snapshot.code, snapshot.gaps) == (0, [])
    assert {use["name"]: use["image_id"] for use in snapshot["image_uses"]} == {
        "a": None,
        "b": "ami-11111111",
    }
