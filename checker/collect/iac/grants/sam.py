"""The permissions of functions that nobody writes: SAM and the aws provider make them."""

from __future__ import annotations

from collections.abc import Iterator

from checker.collect.iac.grants.model import Given, Json, Said
from checker.collect.iac.grants.readers import policy_of, url

_ALEXA = "alexa-appkit.amazon.com"
_PUBLIC_URL = (
    {"Effect": "Allow", "Principal": "*", "Action": "lambda:InvokeFunctionUrl",
     "Condition": {"StringEquals": {"lambda:FunctionUrlAuthType": "NONE"}}},
    {"Effect": "Allow", "Principal": "*", "Action": "lambda:InvokeFunction",
     "Condition": {"Bool": {"lambda:InvokedViaFunctionUrl": "true"}}},
)  # fmt: skip


def opened_url(given: Given) -> Iterator[Said]:
    """The aws provider and SAM write the permissions of a URL without a login themselves.

    https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html
    """
    for one in url(given):
        public = one.settings["urls"][0]["AuthType"] == "NONE"
        yield Said(document=policy_of(*_PUBLIC_URL) if public else None, settings=one.settings,
                   qualifier=one.qualifier)  # fmt: skip


def sam_function(given: Given) -> Iterator[Said]:
    """The permissions that SAM writes for a URL and for events. Those of APIs, rules, logs and
    pools name a source of the own account, so they let nobody in.

    https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-specification-generated-resources-function.html
    """
    yield from opened_url(given) if given.every("auth") else [Said()]
    events = given.one("_events")
    for event in events.values() if isinstance(events, dict) else ():
        if isinstance(event, dict) and (statement := _of_event(event, given)):
            yield Said(document=policy_of(statement))


def _of_event(event: Json, given: Given) -> Json | None:
    raw = event.get("Properties")
    values = raw if isinstance(raw, dict) else {}
    kind, condition = event.get("Type"), {}
    if kind == "SNS":
        service = "sns.amazonaws.com"
        condition = {"ArnLike": {"aws:SourceArn": values.get("Topic")}}
    elif kind == "S3":
        service = "s3.amazonaws.com"
        condition = {"StringEquals": {"aws:SourceAccount": given.target.account}}
    elif kind == "AlexaSkill":
        service = _ALEXA
        if skill := values.get("SkillId"):
            condition = {"StringEquals": {"lambda:EventSourceToken": skill}}
    else:
        return None
    return {"Effect": "Allow", "Principal": {"Service": service},
            "Action": "lambda:InvokeFunction", "Condition": condition}  # fmt: skip
