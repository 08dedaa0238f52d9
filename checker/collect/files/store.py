"""A store of iam-collect: a folder for each resource, a file for each thing that is known of it.

What has no file had nothing to be written, where the resource itself has a folder; where a whole
kind has none, it need not have been asked for. Of what runs it holds nothing.
https://github.com/cloud-copilot/iam-collect/blob/main/docs/Storage.md
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from checker.collect.aws import iam
from checker.collect.files.kinds import told_by_arn
from checker.collect.files.text import LARGEST, values
from checker.collect.iac.records import read_bytes
from checker.collect.recorded.answers import Answers, Place
from checker.collect.recorded.client import BESIDE
from checker.errors import InputError
from checker.snapshot.records import Gap, Input

_POLICIES = f"{iam.ROLES.name}/{BESIDE[iam.ROLES.name]}"


def is_store(folder: Path) -> bool:
    return any(folder.glob("aws/*/accounts"))


def read(folder: Path, answers: Answers) -> tuple[list[Input], list[datetime]]:
    """All accounts of a store; what it was made from, and when each was last written to. What
    cannot be read is a gap."""
    times: list[datetime] = []
    digest = hashlib.sha256()
    for partition in sorted(folder.glob("aws/*")):
        for account in sorted(_folders(partition / "accounts")):
            answers.partitions.add(partition.name)
            times.append(_Account(account, answers, digest).read())
        for file in sorted(partition.glob("organizations/*/accounts.json")):
            _Account(file.parent, answers, digest).organization(file)
    return [Input(name=folder.name, kind="iam-collect", sha256=digest.hexdigest())], times


def _folders(folder: Path) -> Iterator[Path]:
    yield from (one for one in folder.glob("*") if one.is_dir() and not one.is_symlink())


class _Account:
    def __init__(self, folder: Path, answers: Answers, digest: Any) -> None:
        self._folder, self._answers, self._digest = folder, answers, digest
        self._place = Place(folder.name)
        self._newest = 0.0

    def read(self) -> datetime:
        if self._place.account.isdigit():
            self._answers.given[self._place]  # there, even where it holds nothing
            self._each("iam/role", iam.ROLES.name, self._role)
            self._each("iam/policy", _POLICIES, self._policy)
            self._each("iam/aws/policy", _POLICIES, self._policy)
            self._each("iam/oidc-provider", iam.OIDC_PROVIDERS.name, self._provider)
            self._each("iam/saml-provider", iam.SAML_PROVIDERS.name, self._provider)
            self._each("iam/saml-provider", iam.SAML_PROVIDER.name, self._metadata)
        moment = self._newest or self._folder.stat().st_mtime
        return datetime.fromtimestamp(moment, UTC)

    def organization(self, file: Path) -> None:
        """Its accounts; AWS's own words for them are rebuilt from what is kept."""
        about = self._json(file.with_name("metadata.json")) or {}
        listed = self._json(file) or {}
        ours = {"Id": about.get("id") or file.parent.name}
        self._answers.organizations.append({**ours, "MasterAccountId": about.get("rootAccountId")})
        self._answers.members += [{"Id": id_} for id_ in sorted(listed)]

    def _each(self, kind: str, call: str, made: Any) -> None:
        folder = self._folder / kind
        if folder.is_dir():
            found = [made(one) for one in sorted(_folders(folder))]
            self._answers.add(self._place, call, [one for one in found if one is not None])

    def _role(self, folder: Path) -> Mapping[str, Any] | None:
        about, trust = self._about(folder), self._json(folder / "trust-policy.json")
        if about is None or trust is None:
            self._gap(iam.ROLES.name, "CutOutput", f"{folder.name}: no trust policy is kept")
            return None
        limit = about.get("permissionBoundary")
        tags = self._json(folder / "tags.json") or {}
        return {
            "Arn": about["arn"],
            "RoleName": about.get("name") or about["arn"].rpartition("/")[2],
            "Path": about.get("path") or "/",
            "AssumeRolePolicyDocument": trust,
            "Tags": [{"Key": key, "Value": value or ""} for key, value in tags.items()],
            "RolePolicyList": self._json(folder / "inline-policies.json") or [],
            "AttachedManagedPolicies": [
                {"PolicyArn": arn} for arn in self._json(folder / "managed-policies.json") or []
            ],
            **({"PermissionsBoundary": {"PermissionsBoundaryArn": limit}} if limit else {}),
        }

    def _policy(self, folder: Path) -> Mapping[str, Any] | None:
        about, document = self._about(folder), self._json(folder / "current-policy.json")
        version = {"Document": document, "IsDefaultVersion": True}
        return about and {"Arn": about["arn"], "PolicyVersionList": [version]}

    def _provider(self, folder: Path) -> Mapping[str, Any] | None:
        about = self._about(folder)
        return about and {"Arn": about["arn"]}

    def _metadata(self, folder: Path) -> Mapping[str, Any] | None:
        about = self._about(folder)
        if about is None or not about.get("metadata-document"):
            return None
        return {"Arn": about["arn"], "SAMLMetadataDocument": about["metadata-document"]}

    def _about(self, folder: Path) -> Mapping[str, Any] | None:
        """Its metadata, if that is of this account, or of AWS's own policies."""
        about = self._json(folder / "metadata.json")
        if not isinstance(about, Mapping) or not isinstance(about.get("arn"), str):
            self._gap("iam:*", "UnreadableFile", f"{folder.name}: no metadata.json with its ARN")
            return None
        told, _ = told_by_arn(about["arn"])
        if told not in (None, self._place.account):
            self._gap(
                "iam:*", "UnreadableFile", f"{folder.name}: {about['arn']} is of another account"
            )
            return None
        return about

    def _json(self, path: Path) -> Any:
        """None where there is no such file; what cannot be read is a gap, too."""
        if not path.is_file() or path.is_symlink():
            return None
        try:
            data = read_bytes(path, LARGEST)
            self._digest.update(data)
            self._newest = max(self._newest, path.stat().st_mtime)
            return values(data, path)[0]
        except InputError as error:
            self._gap("iam:*", "UnreadableFile", f"{path.parent.name}/{path.name}: {error.message}")
            return None

    def _gap(self, call: str, code: str, message: str) -> None:
        account = self._place.account if self._place.account.isdigit() else None
        self._answers.gaps.append(Gap(account=account, call=call, code=code, message=message))
