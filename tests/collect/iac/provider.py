"""The schemas of Terraform's aws provider, as CDK for Terraform's package carries them: a source
for development.

`make kinds` fetches the package and has `python -m tests.collect.iac.provider FOLDER` write the
types into `checker/collect/iac/kinds/`, and hold the doors beside them, which are kept by hand,
against the provider's attributes.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path

KINDS = Path(__file__).parents[3] / "checker" / "collect" / "iac" / "kinds"
NOT_IN_PACKAGE = {
    # gone from the provider, and still in people's code and states
    "aws_": "db_security_group elasticache_security_group redshift_security_group "
    "macie_member_account_association macie_s3_bucket_association alb alb_listener alb_listener_certificate alb_listener_rule alb_target_group "
    "alb_target_group_attachment s3_bucket_object elastictranscoder_pipeline "
    "elastictranscoder_preset opsworks_application opsworks_custom_layer "
    "opsworks_ecs_cluster_layer opsworks_ganglia_layer opsworks_haproxy_layer opsworks_instance "
    "opsworks_java_app_layer opsworks_memcached_layer opsworks_mysql_layer "
    "opsworks_nodejs_app_layer opsworks_permission opsworks_php_app_layer "
    "opsworks_rails_app_layer opsworks_rds_db_instance opsworks_stack opsworks_static_web_layer "
    "opsworks_user_profile simpledb_domain worklink_fleet "
    "worklink_website_certificate_authority_association"
}
_KIND = re.compile(r'tfResourceType = "(aws_\w+)"')
_ATTRIBUTES = re.compile(r"synthesizeAttributes\(\) \{\s*return \{(.*?)\n        \};", re.DOTALL)
_STRUCT = re.compile(r"function (\w+)ToTerraform\(struct\) \{.*?return \{(.*?)\n    \};", re.DOTALL)
_ONE = re.compile(r"^\s*(\w+): (.*),?$", re.MULTILINE)
_NESTED = re.compile(r"(?<![.\w])(\w+)ToTerraform")


def resources(package: Path) -> dict[str, set[str]]:
    """Type → the paths of its attributes, `*` for each item of a list or set."""
    found: dict[str, set[str]] = {}
    for path in sorted((package / "lib").glob("*/index.js")):
        text = path.read_text()
        kind = _KIND.search(text)
        if kind and not path.parent.name.startswith("data-aws-"):
            found[kind[1]] = set(_paths(text, path.parent))
    return found


def _paths(text: str, folder: Path) -> Iterator[str]:
    more = folder / "index-structs"
    whole = "".join(one.read_text() for one in sorted(more.glob("*.js"))) if more.is_dir() else ""
    structs = dict(_STRUCT.findall(whole + text))
    top = _ATTRIBUTES.search(text)
    if top:
        yield from _inner(top[1], structs, (), 0)


def _inner(body: str, structs: dict[str, str], at: tuple[str, ...], depth: int) -> Iterator[str]:
    for name, expression in _ONE.findall(body):
        here = (*at, name)
        nested = [one for one in _NESTED.findall(expression) if one in structs]
        yield ".".join(here)
        if nested and depth < 8:
            yield from _inner(structs[nested[0]], structs, (*here, "*"), depth + 1)


def text(kinds: list[str], version: str) -> str:
    """The file that the product ships."""
    ends = {kind.removeprefix("aws_") for kind in kinds} | set(NOT_IN_PACKAGE["aws_"].split())
    source = f"Terraform's aws provider, from @cdktf/provider-aws {version}"
    types = {"aws_": " ".join(sorted(ends))}
    return json.dumps({"source": source, "types": types}, indent=1) + "\n"


def strays(found: dict[str, set[str]]) -> list[str]:
    """Doors that no attribute of the provider is."""
    listed = json.loads((KINDS / "doors-terraform.json").read_text())
    return [
        f"{kind}: {path}"
        for by_type in listed.values()
        for kind, paths in by_type.items()
        for path in paths.split()
        if kind in found and not _there(path.split("."), found[kind])
    ]


def _there(path: list[str], found: set[str]) -> bool:
    """Whether it is an attribute, or goes on within the text of one."""
    whole = ".".join(path)
    if whole in found:
        return True
    outer = next((path[:n] for n in range(len(path), 0, -1) if ".".join(path[:n]) in found), None)
    return outer is not None and not any(one.startswith(f"{'.'.join(outer)}.") for one in found)


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    attributes = resources(folder)
    version = json.loads((folder / "package.json").read_text())["version"]
    (KINDS / "terraform.json").write_text(text(list(attributes), version))
    if wrong := strays(attributes):
        sys.exit("\n".join(wrong))
