"""The part of a CloudTrail event that is read, and the row that the engine is given of it.

https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html
Of an answer with credentials nothing is read but the access key id, which no row holds: a keyed
hash stands in its place, whose key is of this process and its workers.
"""

from __future__ import annotations

import hashlib
import secrets

import msgspec

from checker.usage.sql import ASSUMPTIONS, OTHER_CATEGORIES

SALT = secrets.token_bytes(16)


class Shape(msgspec.Struct, frozen=True, rename="camel", kw_only=True, omit_defaults=True):
    pass


class Issuer(Shape, frozen=True, kw_only=True):
    arn: str | None = None


class WebProvider(Shape, frozen=True, kw_only=True):
    federated_provider: str | None = None


class SessionContext(Shape, frozen=True, kw_only=True):
    session_issuer: Issuer | None = None
    web_id_federation_data: WebProvider | None = None


class Delegate(Shape, frozen=True, kw_only=True):
    account_id: str | None = None


class Identity(Shape, frozen=True, kw_only=True):
    type: str | None = None
    arn: str | None = None
    account_id: str | None = None
    access_key_id: str | None = None
    invoked_by: str | None = None
    identity_provider: str | None = None
    invoked_by_delegate: Delegate | None = None
    session_context: SessionContext | None = None


NULL = msgspec.Raw(b"null")


class Event(Shape, frozen=True, kw_only=True):
    """Events of categories that are passed over have no source, and do not count."""

    event_id: str = msgspec.field(name="eventID", default="")
    event_time: str = ""
    event_source: str = ""
    event_name: str = ""
    user_identity: Identity | None = None
    aws_region: str | None = None
    source_ip_address: str | None = msgspec.field(name="sourceIPAddress", default=None)
    error_code: str | None = None
    request_id: str | None = msgspec.field(name="requestID", default=None)
    request_parameters: msgspec.Raw = NULL
    response_elements: msgspec.Raw = NULL
    recipient_account_id: str | None = None
    shared_event_id: str | None = msgspec.field(name="sharedEventID", default=None)
    event_category: str | None = None

    @property
    def counts(self) -> bool:
        return self.event_category not in OTHER_CATEGORIES

    @property
    def whole(self) -> bool:
        return bool(self.event_id and self.event_time and self.event_source and self.event_name)

    @property
    def role(self) -> str | None:
        """The role whose session called."""
        context = self.user_identity and self.user_identity.session_context
        return context.session_issuer.arn if context and context.session_issuer else None

    @property
    def is_assumption(self) -> bool:
        return self.event_source == "sts.amazonaws.com" and self.event_name in ASSUMPTIONS

    @property
    def target(self) -> str | None:
        """The role that is to be assumed."""
        asked = _asked.decode(self.request_parameters)
        return asked.role_arn if asked else None


class _Credentials(Shape, frozen=True, kw_only=True):
    access_key_id: str | None = None


class _Assumed(Shape, frozen=True, kw_only=True):
    credentials: _Credentials | None = None
    issuer: str | None = None


class _Asked(Shape, frozen=True, kw_only=True):
    role_arn: str | None = None
    principal_arn: str | None = None


class Row(Shape, frozen=True, kw_only=True):
    """A row of the table `trail`: Athena's columns, whose names know no case."""

    event_id: str = msgspec.field(name="eventID")
    event_time: str
    event_source: str
    event_name: str
    user_identity: Identity | None = None
    aws_region: str | None = None
    source_ip_address: str | None = msgspec.field(name="sourceIPAddress", default=None)
    error_code: str | None = None
    request_id: str | None = msgspec.field(name="requestID", default=None)
    request_parameters: str | None = None
    response_elements: str | None = None
    recipient_account_id: str | None = None
    shared_event_id: str | None = msgspec.field(name="sharedEventID", default=None)
    event_category: str | None = None


_encode = msgspec.json.Encoder().encode
_assumed = msgspec.json.Decoder(_Assumed | None)
_asked = msgspec.json.Decoder(_Asked | None)


def row(event: Event, *, parameters: bool, salt: bytes) -> Row:
    """`parameters`: keep what was asked for, not just whose role. Raises msgspec.DecodeError where
    an assumption does not tell of itself as CloudTrail would."""
    asked = event.request_parameters
    given = event.response_elements
    return Row(
        event_id=event.event_id,
        event_time=event.event_time,
        event_source=event.event_source,
        event_name=event.event_name,
        user_identity=_identity(event.user_identity, salt),
        aws_region=event.aws_region,
        source_ip_address=event.source_ip_address,
        error_code=event.error_code,
        request_id=event.request_id,
        request_parameters=_parameters(event, asked, whole=parameters),
        response_elements=_session(given, salt) if event.is_assumption else None,
        recipient_account_id=event.recipient_account_id,
        shared_event_id=event.shared_event_id,
        event_category=event.event_category,
    )


def _parameters(event: Event, asked: msgspec.Raw, *, whole: bool) -> str | None:
    if whole:
        return None if bytes(asked) == b"null" else bytes(asked).decode()
    return _encode(_asked.decode(asked)).decode() if event.is_assumption else None


def _session(given: msgspec.Raw, salt: bytes) -> str:
    """The answer of an assumption, its access key id as a token."""
    found = _assumed.decode(given) or _Assumed()
    key = found.credentials and found.credentials.access_key_id
    if key:
        token = _Credentials(access_key_id=_token(key, salt))
        found = msgspec.structs.replace(found, credentials=token)
    return _encode(found).decode()


def _identity(found: Identity | None, salt: bytes) -> Identity | None:
    if found is None or not found.access_key_id:
        return found
    return msgspec.structs.replace(found, access_key_id=_token(found.access_key_id, salt))


def _token(key: str, salt: bytes) -> str:
    return hashlib.blake2b(key.encode(), digest_size=16, key=salt).hexdigest()
