"""What holds no call, and is passed over and counted: told by the keys that AWS documents."""

from __future__ import annotations

from collections.abc import Callable

from checker.collect.cloudtrail.decoding import Fields, fields_of, is_event, items_of, string_of


def passed_over(fields: Fields) -> str | None:
    """Digests, Insights and what else holds no call, as AWS documents them."""
    for kind, needed, fits in _NO_CALLS:
        if all(name in fields for name in needed) and fits(fields):
            return kind if HOLDERS.difference(needed).isdisjoint(fields) else None
    return None


HOLDERS = frozenset(
    {"Records", "Events", "events", "logEvents", "QueryResultRows", "result", "results", "hits"}
)
"""What holds events: never two in one object, and none in what is passed over."""


def _is_control(fields: Fields) -> bool:
    messages = (fields_of(item).get("message") for item in items_of(fields["logEvents"]))
    of_control = (string_of(fields["messageType"]) == "CONTROL_MESSAGE",
                  *(not (string_of(text) or "").startswith("{") for text in messages))  # fmt: skip
    return all(of_control)


def _says(name: str, text: str) -> Callable[[Fields], bool]:
    return lambda fields: string_of(fields[name]) == text


def _any(_fields: Fields) -> bool:
    return True


_NO_CALLS: tuple[tuple[str, tuple[str, ...], Callable[[Fields], bool]], ...] = (
    # https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-log-file-validation-digest-file-structure.html
    ("digests", ("digestS3Bucket", "logFiles"), _any),
    # https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-insights-fields-trails.html
    ("Insights events", ("eventType",), _says("eventType", "AwsCloudTrailInsight")),
    ("Insights events", ("eventCategory",), _says("eventCategory", "Insight")),
    # https://docs.aws.amazon.com/config/latest/developerguide/example-s3-snapshot.html
    ("files of AWS Config", ("configurationItems", "fileVersion"), _any),
    # beside the files of Security Lake: https://iceberg.apache.org/spec/#table-metadata-fields
    ("files of Iceberg", ("format-version", "table-uuid"), _any),
    # https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/SubscriptionFilters.html
    ("control messages", ("messageType", "logEvents"), _is_control),
    # https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-results-file-validation-sign-file-structure.html
    ("signatures of CloudTrail Lake", ("hashSignature", "publicKeyFingerprint", "files"), _any),
    # https://docs.aws.amazon.com/eventbridge/latest/ref/events-structure.html
    ("events of other services", ("detail-type", "detail"), lambda f: not _of_cloudtrail(f)),
)


def _of_cloudtrail(fields: Fields) -> bool:
    named = (string_of(fields["detail-type"]) or "").endswith("via CloudTrail")
    return named or is_event(fields_of(fields["detail"]))
