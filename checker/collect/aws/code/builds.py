"""CodeBuild: the image in which each project builds. What a buildspec names is not shown.

https://docs.aws.amazon.com/codebuild/latest/APIReference/API_ProjectEnvironment.html
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from checker.collect.aws.account_region import AccountRegion
from checker.collect.aws.calls import Call, CamelShape
from checker.collect.aws.code.batches import described
from checker.collect.aws.code.uses import BUILD, code_use
from checker.snapshot.code_uses import CodeUse

PROJECTS = Call("codebuild", "ListProjects", "projects", sparse=True)
PROJECT = Call("codebuild", "BatchGetProjects", "projects", when="100 build projects", sparse=True)


class Environment(CamelShape, frozen=True):
    image: str | None = None


class Project(CamelShape, frozen=True):
    name: str
    arn: str
    environment: Environment = Environment()


@dataclass(frozen=True)
class Builds:
    kinds: ClassVar = (BUILD,)
    calls: ClassVar = (PROJECTS, PROJECT)
    once: ClassVar = False

    def records(self, here: AccountRegion, wanted: frozenset[str]) -> Iterator[CodeUse]:
        if BUILD not in wanted:
            return
        found = described(
            here, lambda one: one.texts(PROJECTS), PROJECT, Project, "names", lambda one: one.name
        )
        for project in found:
            if project.environment.image:
                yield code_use(here, BUILD, project.arn, project.environment.image, "environment")
