"""Lines of roles as we write them, taken apart by one pattern: most are never decoded.

A line that fits is one that decodes strictly to a role, and tells no key twice but maybe in its
tags, as long as what stands as its trust policy is JSON by itself; whoever reads it sees to both,
once for each text. Its ARN is of its account and of the snapshot's partition.
"""

from __future__ import annotations

import re
from typing import NamedTuple

_TEXT = rb'"[ !#-\[\]-~]*+"'
"""Without escapes, and in ASCII."""
_TAGS = rb"null|\{(?:%b:%b(?:,%b:%b)*+)?\}" % (_TEXT, _TEXT, _TEXT, _TEXT)
_KEYS = re.compile(rb'"([^"]*)":"[^"]*"')


class RoleLine(NamedTuple):
    """A line without its end, and parts of it as they stand there."""

    line: bytes
    account: bytes
    arn: bytes
    tags: bytes
    trust_policy: bytes


def form(partition: str) -> re.Pattern[bytes]:
    """Finds such lines among others."""
    arn = rb"arn:%b:iam::\2:role/[ !#-\[\]-~]*+" % re.escape(partition.encode())
    fields = {
        b"account": rb'"([0-9]{12})"',
        b"arn": rb'"(%b)"' % arn,
        b"last_used": rb"(?:null|%b)" % _TEXT,
        b"location": rb"null",
        b"name": _TEXT,
        b"path": rb"(?:null|%b)" % _TEXT,
        b"privilege": rb'(?:null|"(?:none|read|write|admin|unknown)")',
    }
    told = b",".join(b'"%b":%b' % field for field in fields.items())
    reads = rb'(?:"reads_data":(?:true|false|null),)?(?:"reads_secrets":(?:true|false|null),)?'
    whole = rb'\{%b,%b"tags":(%b),"trust_policy":(.*),"unresolved":null\}' % (told, reads, _TAGS)
    return re.compile(rb"(?m)^(%b)$" % whole)


def tells_once(tags: bytes) -> bool:
    """Whether no tag stands there twice."""
    keys = _KEYS.findall(tags)
    return len(set(keys)) == len(keys)
