"""The least version of each dependency that pyproject.toml allows, as a constraints file for pip."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

_LEAST = re.compile(r"([A-Za-z0-9_.-]+)(?:\[[^\]]*\])?>=([0-9.]+)")


def least() -> list[str]:
    """`boto3==1.42.94` and so on: of what users install, tools of ours aside."""
    project = tomllib.loads(Path("pyproject.toml").read_text())["project"]
    extras = project["optional-dependencies"]
    wanted = project["dependencies"] + extras["cloudtrail"] + extras["iac"] + extras["demo"]
    found = [_LEAST.fullmatch(one) for one in wanted]
    return [f"{match[1]}=={match[2]}" for match in found if match]


if __name__ == "__main__":
    print("\n".join(least()))
