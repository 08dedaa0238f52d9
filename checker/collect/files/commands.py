"""The commands whose output `collect files` reads, as a shell script: what `collect aws` calls."""

from __future__ import annotations

import shlex
from collections.abc import Iterator

import botocore

from checker.collect.aws import ec2, images, templates
from checker.collect.aws.calls import Call
from checker.collect.aws.described import IMAGES
from checker.collect.aws.permissions import member_calls
from checker.collect.aws.references import DEFAULT, LATEST
from checker.collect.files.kinds import SUMMARY, TEMPLATES
from checker.collect.recorded import code

_SCRIPT = """\
#!/bin/sh
# What `vendorgate collect files dump` reads, of one account: run it with credentials of each.
# A call that is refused, or whose service is not in a region, leaves no file; that is a gap.
account=$(aws sts get-caller-identity --query Account --output text) || exit 1
region=
ask() {
  file=dump/$1.json
  shift
  aws "$@" ${region:+--region "$region"} --output json > "$file" || rm -f "$file"
}
names() {
  aws "$@" ${region:+--region "$region"} --output text | tr '\\t' '\\n' | grep -v '^None$'
}
mkdir -p "dump/$account"
ask "$account/organizations-describe-organization" organizations describe-organization
ask "$account/organizations-list-accounts" organizations list-accounts
@ONCE@
for arn in $(names iam list-saml-providers --query 'SAMLProviderList[].Arn'); do
  ask "$account/iam-get-saml-provider-${arn##*/}" iam get-saml-provider --saml-provider-arn "$arn"
done
for region in $(region='' names ec2 describe-regions --query 'Regions[].RegionName'); do
  at=$account/$region
  mkdir -p "dump/$at"
@REGION@
  for image in $(names ec2 describe-images --owners self --query 'Images[].ImageId'); do
    ask "$at/ec2-image-permissions-$image" ec2 describe-image-attribute --image-id "$image" \\
      --attribute launchPermission
    ask "$at/ec2-image-ancestry-$image" ec2 get-image-ancestry --image-id "$image"
  done
  for template in $(names ec2 describe-launch-templates \\
      --query 'LaunchTemplates[].LaunchTemplateId'); do
    ask "$at/ec2-versions-$template" ec2 describe-launch-template-versions \\
      --launch-template-id "$template"
    for image in $(names ec2 describe-launch-template-versions --launch-template-id "$template" \\
        --query 'LaunchTemplateVersions[].LaunchTemplateData.ImageId' | grep '^ami-'); do
      ask "$at/ec2-image-$image" ec2 describe-images --filters "Name=image-id,Values=$image"
    done
  done
  for project in $(names codebuild list-projects --query 'projects[]'); do
    ask "$at/codebuild-batch-get-projects-$project" codebuild batch-get-projects --names "$project"
  done
  for cluster in $(names eks list-clusters --query 'clusters[]'); do
    ask "$at/eks-list-nodegroups-$cluster" eks list-nodegroups --cluster-name "$cluster"
    for group in $(names eks list-nodegroups --cluster-name "$cluster" --query 'nodegroups[]'); do
      ask "$at/eks-describe-nodegroup-$cluster-$group" eks describe-nodegroup \\
        --cluster-name "$cluster" --nodegroup-name "$group"
    done
  done
done
"""
_PAGES = ("MaxResults", "MaxItems", "MaxRecords")
_MORE: dict[str, list[str]] = {
    IMAGES.name: ["--owners", "self"],
    templates.VERSIONS.name: ["--versions", LATEST, DEFAULT],
    "cognito-identity:ListIdentityPools": ["--max-results", "60"],
    "cognito-idp:ListUserPools": ["--max-results", "60"],
}
"""What a command needs that the source adds to the call, or botocore's paging."""


def script() -> str:
    """For a POSIX shell and the AWS command line."""
    once = [call for call in (*_listings(), SUMMARY) if _once(call)]
    there = [call for call in (*_listings(), TEMPLATES) if not _once(call)]
    lines = {
        "@ONCE@": "\n".join(f'ask "$account/{_line(call)}' for call in once),
        "@REGION@": "\n".join(f'  ask "$at/{_line(call)}' for call in there),
    }
    text = _SCRIPT
    for mark, replaced in lines.items():
        text = text.replace(mark, replaced)
    return text


def _listings() -> Iterator[Call]:
    """Those that need no name of anything."""
    extra = (images.METADATA, ec2.REPLACED_ROOTS)
    yield from (call for call in member_calls() if not call.when or call in extra)
    yield from (call for call in code.calls() if not call.when)


def _once(call: Call) -> bool:
    return call.service == "iam" or call == ec2.REGIONS


def _line(call: Call) -> str:
    command = botocore.xform_name(call.operation, "-")
    words = [call.service, command, *_arguments(call)]
    return f'{call.service}-{command}" {shlex.join(words)}'


def _arguments(call: Call) -> Iterator[str]:
    for name, value in call.request.items():
        option = f"--{botocore.xform_name(name, '-')}"
        if value is True:
            yield option
        elif name not in (*_PAGES, "Filters"):  # instances that are gone are left out later
            yield from (option, *(value if isinstance(value, list) else [str(value)]))
    yield from _MORE.get(call.name, ())
