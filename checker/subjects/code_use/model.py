"""The published facts of a use of code."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from checker.facts.base import AccountFacts, Facts, Subject, VettingFacts

CodeKind = Literal[
    "layer", "container-image", "build-image", "ssm-document", "cloudformation-type", "snapshot",
    "image-builder-component", "serverless-application", "model-package", "eks-addon",
    "image-snapshot",
]  # fmt: skip


class CodeFacts(Facts):
    kind: str = Field("container-image", description=f"one of {', '.join(CodeKind.__args__)}")  # type: ignore[attr-defined]  # a Literal has them
    reference: str | None = Field(
        "nginx:1", description="as it is written; null where it could not be told"
    )
    name: str = Field("nginx:1", description="what findings call it")
    digest: str | None = Field(None, description="of what ran by it, where somebody told")
    via: str | None = None
    mutable: bool = Field(
        True, description="whether its publisher can put other code behind the same reference"
    )


class CodePublisherFacts(Facts):
    """Who can change what a reference brings: `own`, an `account`, `aws` itself, who publishes at a
    `registry`, a `publisher` of extensions, the `marketplace`, or `unknown`."""

    kind: Literal["own", "account", "aws", "registry", "publisher", "marketplace", "unknown"] = (
        "registry"
    )
    id: str | None = Field("docker.io/library", description="account, HOST/NAME, or the publisher")
    name: str | None = None
    named_by: Literal["allowlist", "catalogue", "aws", "registry"] | None = None
    account: str | None = None
    partition: str | None = Field(None, description="of an account of another partition")


class CodeVettingFacts(VettingFacts):
    by: Literal["own", "account", "product", "registry"] | None = Field(
        None, description="what of the publisher the allowlist vets"
    )
    pinned: Literal["required", "optional"] | None = Field(
        None, description="scope.pinned; null where it is absent"
    )


class CodeUseSubject(Subject):
    """One reference to code by one resource."""

    account: AccountFacts = Field(default_factory=AccountFacts)
    region: str | None = "us-east-1"
    code: CodeFacts = Field(default_factory=CodeFacts)
    publisher: CodePublisherFacts = Field(default_factory=CodePublisherFacts)
    vetting: CodeVettingFacts = Field(default_factory=CodeVettingFacts)


SUBJECT = CodeUseSubject
