"""How files name the gate."""

from __future__ import annotations

import re

_FLAGS = "[bBdEiIOPqsSuvx]{0,6}"
"""Python's own, of one letter: https://docs.python.org/3/using/cmdline.html"""
OF_MODULE = (
    rf"(?<![\w-])-{_FLAGS}m(?:\s*checker(?=[\s\"'`;&|)\]]|$)|[\"']\s*,?\s*[\"']checker[\"'])"
    r"|run_module\(\s*[\"']checker\b"
)
"""`python -Im checker`, in one word or in a list of several."""
IN_GREP = (
    f"-{_FLAGS}m([[:space:]]*checker([[:space:]\"'`;&|)]|$)|[\"'][[:space:]]*,?[[:space:]]*[\"']checker[\"'])"
    "|run_module\\([[:space:]]*.checker"
)
"""The same for git, a little wider."""
NAME = re.compile(rf"vendorgate|{OF_MODULE}", re.IGNORECASE)
"""By which a file may name the gate."""
OURS = re.compile(rf"(?<![\w-])vendorgate(?![-_]?[a-z])|{OF_MODULE}", re.IGNORECASE)
"""No other program that is called like it."""
OWN_TABLE = "tool.vendorgate"
