"""Files that a script takes in as if they stood there: what they say, it runs.

https://pubs.opengroup.org/onlinepubs/9799919799/utilities/V3_chap02.html#dot,
https://www.gnu.org/software/make/manual/html_node/Include.html, https://just.systems/man/en/imports.html
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from itertools import islice

_BEFORE = r"""(?:^|[;&|`({@"']|^\s*-|\b(?:run|command|RUN|then|if|do|else|builtin|sh|script):?)"""
_FOLDER = r"""(?:["']*\$(?:\((?:[^()]|\([^()]*\))*\)|\{[^}]*\}|\w+)["']*[/\\])"""
"""What nobody here knows, mostly the folder of the script."""
_SHELL = re.compile(
    rf"""{_BEFORE}[ \t]*["']?(?:\\?\.|source)[ \t]+["']?({_FOLDER}?)([\w./\\@+-]+)""", re.M
)
_MAKE = re.compile(rf"^[ ]*[-s]?include[ \t]+({_FOLDER}?)([^#\n$]+)", re.M)
_JUST = re.compile(r"^(?:import|mod)\??[ \t]+(?:\w+[ \t]+)?[\"']()([^\"'\n]+)", re.M)
_MOST = 1_000
ANYWHERE = "**/"


def sourced(path: str, text: str) -> Iterator[str]:
    """From its folder, and from the root, where commands begin; `ANYWHERE` where nobody knows."""
    folder, joined = path.rpartition("/")[0], text.replace("\\\n", " ")
    told = ((unknown, name) for form in (_SHELL, _MAKE, _JUST)
            for unknown, several in form.findall(joined) for name in several.split())  # fmt: skip
    for unknown, name in islice(told, _MOST):
        plain = posixpath.normpath(name.replace("\\", "/"))
        yield posixpath.normpath(posixpath.join(folder, plain))
        yield plain
        if unknown or "*" in plain:
            yield f"{ANYWHERE}{plain.lstrip('./')}"
