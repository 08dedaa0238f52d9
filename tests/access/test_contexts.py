"""What a key's policy says by an encryption context: for whom a service uses the key."""

from __future__ import annotations

from typing import Any

from tests.access.support import KEY, KMS, QUEUE, SQS, VENDOR, allow, asked, name, policy, told
from tests.support.rows import rows
from tests.trust.support import M, V

TRAIL, LOGS = "kms:EncryptionContext:aws:cloudtrail:arn", "kms:EncryptionContext:aws:logs:arn"
CLOUDTRAIL = {"Service": "cloudtrail.amazonaws.com"}
IN_REGION = {"Service": "logs.eu-west-1.amazonaws.com"}
BY_V = "cloudtrail.amazonaws.com@999999999999 write"
ANYBODYS = ["cloudtrail.amazonaws.com@*"]


def trail(account: str) -> str:
    return f"arn:aws:cloudtrail:*:{account}:trail/*"


def group(account: str, rest: str = "*") -> str:
    return f"arn:aws:logs:eu-west-1:{account}:{rest}"


def to(principal: Any, *conditions: tuple[str, str, Any], effect: str = "Allow") -> dict[str, Any]:
    told = {operator: {} for operator, _, _ in conditions}
    for operator, key, value in conditions:
        told[operator][key] = value
    return allow(principal, "kms:GenerateDataKey*", "*", Condition=told) | {"Effect": effect}


SOURCE = "aws:SourceArn"
ONE = "arn:aws:cloudtrail:eu-west-1:{}:trail/t"
CONTEXTS = [
    # statements, who, deputies, why
    ([to(CLOUDTRAIL, ("StringLike", TRAIL, trail(V)))], [BY_V], [], "how AWS says to let others"),
    ([to(CLOUDTRAIL, ("StringLike", TRAIL, [trail(M), trail(V)]))], [BY_V], [], "beside our own"),
    ([to(CLOUDTRAIL, ("StringLike", TRAIL, trail(M)))], [], [], "our own alone"),
    ([to(CLOUDTRAIL, ("StringLike", TRAIL, trail("*")))], [], ANYBODYS, "anybody's trail"),
    ([to(CLOUDTRAIL, ("Null", TRAIL, "false"))], [], ANYBODYS, "of no account"),
    ([to(CLOUDTRAIL)], [], ANYBODYS, "without a context"),
    ([to(CLOUDTRAIL, ("StringLikeIfExists", TRAIL, trail(V)))], [BY_V], ANYBODYS, "or without one"),
    ([to(CLOUDTRAIL), to(CLOUDTRAIL, ("StringLike", TRAIL, trail(V)))], [BY_V], ANYBODYS,
     "beside whoever asks, it is named all the same"),
    ([to({"Service": ["x.amazonaws.com", *CLOUDTRAIL.values()]}, ("StringLike", TRAIL, trail(M)))],
     [], ["x.amazonaws.com@*"], "of another service the context tells nothing"),
    ([to(CLOUDTRAIL), to("*", ("StringNotLike", TRAIL, trail(M)), effect="Deny")], [], [],
     "what a Deny leaves are our own trails"),
    ([to(CLOUDTRAIL, ("StringEquals", SOURCE, ONE.format(V)), ("StringLike", TRAIL, trail(V)))],
     [BY_V], [], "told twice"),
    ([to(CLOUDTRAIL, ("StringEquals", SOURCE, ONE.format(M)), ("StringLike", TRAIL, trail(M)))],
     [], [], "told twice of our own"),
    ([to(CLOUDTRAIL, ("StringEquals", SOURCE, ONE.format(M)), ("StringLike", TRAIL, trail(V)))],
     [], [], "of two trails, which none can be: by its source"),
    ([to(IN_REGION, ("ArnEquals", SOURCE, group(V, "log-group:x:*")),
         ("ArnEquals", LOGS, group(V, "log-group:x")))],
     ["logs.eu-west-1.amazonaws.com@999999999999 write"], [], "in two spellings of one group"),
    ([to(IN_REGION), to("*", ("ArnNotEquals", SOURCE, group(M, "log-group:x:*")),
                        ("ArnNotEquals", LOGS, group(M, "log-group:x")), effect="Deny")],
     [], ["logs.eu-west-1.amazonaws.com@*"], "a Deny that asks for both, gets no credit"),
    ([to(IN_REGION, ("ArnLike", LOGS, group(V)))],
     ["logs.eu-west-1.amazonaws.com@999999999999 write"], [], "a stranger's log groups"),
    ([to(IN_REGION, ("ArnLike", LOGS, group(M)))], [], [], "our own log groups"),
    ([to(IN_REGION, ("StringLike", TRAIL, trail(M)))], [], ["logs.eu-west-1.amazonaws.com@*"],
     "the context of another service"),
    ([to(VENDOR, ("StringLike", TRAIL, trail(M)))], [f"{V} write"], [],
     "who is no service sends what they like"),
    ([to("*", ("StringLike", TRAIL, trail(V)))], ["anyone write"], [], "nor does anyone"),
]  # fmt: skip


@rows("statements, who, deputies, why", CONTEXTS)
def test_for_whom_a_service_uses_a_key(
    statements: list[Any], who: list[str], deputies: list[str], why: str
) -> None:
    """Catches another account's trail that is let use our key and is named nowhere, and our own
    that is taken for anybody's."""
    found = asked(KMS, KEY, document=policy(*statements))
    assert (told(found), [name(one) for one in found.deputies]) == (who, deputies), why
    assert found.problems == (), why


def test_the_request_has_the_context() -> None:
    """A request without it would be refused."""
    found = asked(KMS, KEY, document=policy(to(CLOUDTRAIL, ("StringLike", TRAIL, trail(V)))))
    (sent,) = (one.witness.context for one in found.grants if one.witness)
    assert sent[TRAIL] == sent[SOURCE]
    assert f":{V}:" in str(sent[TRAIL])


def test_the_context_is_a_keys() -> None:
    """At another service's door no request has it."""
    statement = allow(
        CLOUDTRAIL, "sqs:SendMessage", "*", Condition={"StringLike": {TRAIL: trail(V)}}
    )
    found = asked(SQS, QUEUE, document=policy(statement))
    assert (told(found), found.deputies) == ([], ())
