"""Files that come and take the place of what runs the gate, though nothing else changes: a module
that Python looks for there first, and a file that a program prefers to the one that there is."""

from __future__ import annotations

import re
import sys
from collections.abc import Collection, Iterator, Set

_ALSO = frozenset((
    "_yaml", "annotated_types", "boto3", "botocore", "checker", "click", "dateutil", "duckdb",
    "hcl2", "jmespath", "junit_xml", "lark", "msgspec", "psycopg", "pydantic", "pydantic_core",
    "regex", "s3transfer", "six", "sqlglot", "tabulate", "typing_extensions", "typing_inspection",
    "urllib3", "wcwidth", "yaml",
))  # fmt: skip
"""The gate's own, and what it imports."""
_NOT_IMPORTED = frozenset(
    ("test", "idlelib", "lib2to3", "turtledemo", "turtle", "tkinter", "this", "antigravity")
)
_MODULES = (frozenset(sys.stdlib_module_names) | _ALSO) - _NOT_IMPORTED
_MODULE = re.compile(r"(\w+)(?:\.py|\.pyc|(?:\.[\w-]+)*\.(?:so|pyd)|/__(?:init|main)__\.pyc?)")
_TASK = [f"{name}{kind}" for kind in (".yml", ".yaml", ".dist.yml", ".dist.yaml")
         for name in ("Taskfile", "taskfile")]  # fmt: skip
_FIRST = (
    ["GNUmakefile", "makefile", "Makefile"],
    _TASK,
    ["tox.ini", "tox.toml"],
    ["rakefile", "Rakefile", "rakefile.rb", "Rakefile.rb"],
    ["tasks/__init__.py", "tasks.py"],
    ["prek.toml", ".pre-commit-config.yaml"],
    ["compose.override.yaml", "compose.override.yml", "docker-compose.override.yml",
     "docker-compose.override.yaml", "compose.yaml", "compose.yml", "docker-compose.yml",
     "docker-compose.yaml"],
    ["mise.local.toml", "mise.toml", ".mise/config.toml", ".config/mise.toml"],
    *([f"{dot}lefthook-local.{kind}", f"{dot}lefthook.{kind}"] for dot in ("", ".")
      for kind in ("yml", "yaml", "toml", "json")),
)  # fmt: skip
"""The earlier ones come first, or are put over the later: https://www.gnu.org/software/make/manual/html_node/Makefile-Names.html,
https://taskfile.dev/usage/#supported-file-names, https://tox.wiki/en/latest/config.html#discovery-and-file-types,
https://mise.jdx.dev/configuration.html, https://lefthook.dev/configuration/#config-file-name"""


def modules_in_place(came: Collection[str], links: Collection[str]) -> Iterator[str]:
    """What `python -m checker` would import of files that came. `links`: those of them that are a
    link or a module of git, which may be a folder.
    https://docs.python.org/3/using/cmdline.html#cmdoption-m"""
    for path in sorted(came):
        found = _MODULE.fullmatch(path)
        name = found[1] if found else path if path in links else ""
        if name in _MODULES:
            yield path


def preferred(came: Set[str], before: Set[str], runs: Set[str]) -> Iterator[str]:
    """Of files that came, those that are preferred to one that runs the gate. `before`: all that
    there were."""
    for path in sorted(came):
        folder, _, name = path.rpartition("/")
        within = f"{folder}/" if folder else ""
        for order in _FIRST:
            several = [f"{within}{one}" for one in order]
            at = several.index(path) if name in order else len(several)
            if before.isdisjoint(several[:at]) and not runs.isdisjoint(several[at:]):
                yield path
                break
