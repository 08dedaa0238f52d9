"""All sources of uses of code: which kinds there are, and which sources find each."""

from __future__ import annotations

from checker.collect.aws.code.addons import Addons, Pods
from checker.collect.aws.code.builds import Builds
from checker.collect.aws.code.documents import Documents
from checker.collect.aws.code.extensions import APPLICATIONS, Extensions
from checker.collect.aws.code.functions import Images, Layers
from checker.collect.aws.code.jobs import JobDefinitions
from checker.collect.aws.code.recipes import Recipes
from checker.collect.aws.code.sagemaker import COMPONENTS, ENDPOINTS, MODELS
from checker.collect.aws.code.services import APP_RUNNER
from checker.collect.aws.code.studio import STUDIO_APPS, StudioImages
from checker.collect.aws.code.tasks import Tasks
from checker.collect.aws.code.uses import BUILD, CONTAINER
from checker.collect.aws.code.volumes import Volumes
from checker.collect.aws.resources.kind import Source
from checker.collect.aws.resources.registries import KIND as REGISTRY

SOURCES: tuple[Source, ...] = (
    Layers(),
    Images(),
    Tasks(),
    JobDefinitions(),
    Builds(),
    MODELS,
    ENDPOINTS,
    COMPONENTS,
    StudioImages(),
    STUDIO_APPS,
    APP_RUNNER,
    Documents(),
    Extensions(),
    APPLICATIONS,
    Recipes(),
    Pods(),
    Addons(),
    Volumes(),
)
CODE = tuple(sorted({kind for source in SOURCES for kind in source.kinds}))
TOGETHER = {CONTAINER: (REGISTRY,), BUILD: (REGISTRY,)}
"""What cannot be judged alone: an own registry may fetch what it holds from another one."""
