"""The part of a CloudTrail event that is read.

https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html
"""

from __future__ import annotations

import secrets
from typing import Annotated

import msgspec

from checker.usage.sql import ASSUMPTIONS, OTHER_CATEGORIES

SALT = secrets.token_bytes(16)


Text = Annotated[str, msgspec.Meta(min_length=1)]


class Shape(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True, gc=False):
    """Without cycles, so the collector need not look at millions of them."""


class Issuer(Shape, frozen=True):
    arn: str | None = None


class WebProvider(Shape, frozen=True):
    federated_provider: str | None = None


class SessionContext(Shape, frozen=True):
    session_issuer: Issuer | None = None
    web_id_federation_data: WebProvider | None = None


class Delegate(Shape, frozen=True):
    account_id: str | None = None


class Identity(Shape, frozen=True):
    type: str | None = None
    arn: str | None = None
    account_id: str | None = None
    access_key_id: str | None = None
    invoked_by: str | None = None
    identity_provider: str | None = None
    invoked_by_delegate: Delegate | None = None
    session_context: SessionContext | None = None


NULL = msgspec.Raw(b"null")


class Asked(Shape, frozen=True):
    role_arn: str | None = None
    principal_arn: str | None = None


asked_of = msgspec.json.Decoder(Asked | None).decode


class Event(Shape, frozen=True):
    """Whole only with what tells it apart from anything else: a row of some table, with columns of
    an event's names, has no identity in it. Insights have no source, and are told before."""

    event_id: Text = msgspec.field(name="eventID")
    event_time: Text
    event_source: Text
    event_name: Text
    user_identity: Identity | None
    aws_region: str | None = None
    source_ip_address: str | None = msgspec.field(name="sourceIPAddress", default=None)
    error_code: str | None = None
    request_id: str | None = msgspec.field(name="requestID", default=None)
    request_parameters: msgspec.Raw = NULL
    response_elements: msgspec.Raw = NULL
    additional_event_data: msgspec.Raw = NULL
    recipient_account_id: str | None = None
    shared_event_id: str | None = msgspec.field(name="sharedEventID", default=None)
    event_category: str | None = None

    @property
    def counts(self) -> bool:
        return self.event_category not in OTHER_CATEGORIES

    @property
    def role(self) -> str | None:
        """The role whose session called."""
        context = self.user_identity and self.user_identity.session_context
        return context.session_issuer.arn if context and context.session_issuer else None

    @property
    def account(self) -> str | None:
        """In which it was recorded."""
        who = self.user_identity
        return self.recipient_account_id or (who.account_id if who else None)

    @property
    def is_switch(self) -> bool:
        """In the console, by whom `additionalEventData.SwitchFrom` names.
        https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-aws-console-sign-in-events.html"""
        return self.event_name == "SwitchRole" and self.event_source == "signin.amazonaws.com"

    @property
    def is_assumption(self) -> bool:
        if self.event_name in ASSUMPTIONS:
            return self.event_source == "sts.amazonaws.com"
        return self.is_switch

    @property
    def target(self) -> str | None:
        """The role that is to be assumed."""
        if self.is_switch:
            return self.role
        asked = asked_of(self.request_parameters)
        return asked.role_arn if asked else None


class _Anything(msgspec.Struct, gc=False):
    """An object; what is in it is looked through, and not kept."""


class Glimpse(Shape, frozen=True):
    """What must be known of an event that nothing is wanted of, to count it."""

    event_id: Text = msgspec.field(name="eventID")
    event_time: Text
    event_source: Text
    event_name: Text
    user_identity: _Anything | None
    event_category: str | None = None


def _spellings(*shapes: type[msgspec.Struct]) -> dict[str, str]:
    fields = (field for shape in shapes for field in msgspec.structs.fields(shape))
    return {field.encode_name.lower(): field.encode_name for field in fields}


SPELLED = _spellings(Event, Identity, SessionContext, Issuer, WebProvider, Delegate)
"""The names that are read, by what they are in lower case."""
