"""How files name the gate."""

from __future__ import annotations

import re

OF_MODULE = r"(?<![\w-])-[a-z]*m[\s\"',]*checker\b|run_module\(\s*[\"']checker\b"
"""`python -Im checker`, in one word or in a list of several."""
IN_GREP = r"-[A-Za-z]*m[[:space:]\"',]*checker|run_module\([[:space:]]*.checker"
"""The same for git, a little wider."""
NAME = re.compile(rf"vendorgate|{OF_MODULE}", re.IGNORECASE)
"""By which a file may name the gate."""
OURS = re.compile(rf"(?<![\w-])vendorgate(?![-_]?[a-z])|{OF_MODULE}", re.IGNORECASE)
"""No other program that is called like it."""
OWN_TABLE = "tool.vendorgate"
