"""Files that a script takes in as if they stood there: what they say, it runs.

https://pubs.opengroup.org/onlinepubs/9799919799/utilities/V3_chap02.html#dot,
https://www.gnu.org/software/make/manual/html_node/Include.html, https://just.systems/man/en/imports.html
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from itertools import islice

_SHELL = re.compile(r"(?:^|[;&|`(]|\brun:)[ \t]*(?:\.|source)[ \t]+[\"']?([\w./@+-]+)", re.M)
_MAKE = re.compile(r"^[ ]*[-s]?include[ \t]+([^#\n$]+)", re.M)
_JUST = re.compile(r"^(?:import|mod)\??[ \t]+(?:\w+[ \t]+)?[\"']([^\"'\n]+)", re.M)
_MOST = 1_000


def sourced(path: str, text: str) -> Iterator[str]:
    """From its folder, and from the root, where commands begin."""
    folder = path.rpartition("/")[0]
    told = (name for form in (_SHELL, _MAKE, _JUST) for found in form.findall(text)
            for name in found.split())  # fmt: skip
    for name in islice(told, _MOST):
        yield posixpath.normpath(posixpath.join(folder, name))
        yield posixpath.normpath(name)
