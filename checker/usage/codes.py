"""Error codes that mean the same thing in the words of different services: of answers to us, and
of events in CloudTrail."""

from __future__ import annotations

# EC2 puts `Client.` before its codes:
# https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html
_DENIED = (
    "AccessDenied",
    "AccessDeniedException",
    "AuthorizationError",
    "AuthorizationErrorException",
    "Forbidden",
    "ForbiddenException",
    "NotAuthorized",
    "NotAuthorizedException",
    "UnauthorizedAccess",
    "UnauthorizedException",
    "UnauthorizedOperation",
)
_THROTTLED = (
    "BandwidthLimitExceeded",
    "CallRateLimitExceededException",
    "EC2ThrottledException",
    "PriorRequestNotComplete",
    "ProvisionedThroughputExceededException",
    "RateExceeded",
    "RequestLimitExceeded",
    "RequestThrottled",
    "RequestThrottledException",
    "SlowDown",
    "ThrottledException",
    "Throttling",
    "ThrottlingException",
    "TooManyRequestsException",
)


def _with_client(codes: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(sorted((*codes, *(f"Client.{code}" for code in codes))))


DENIED = _with_client(_DENIED)
"""The caller was not allowed to."""
THROTTLED = _with_client(_THROTTLED)
"""Requests came faster than the account's limits allow."""
