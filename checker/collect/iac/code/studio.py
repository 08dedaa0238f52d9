"""Where SageMaker Studio is told in which image its applications run: paths, as templates have
them, and as the aws provider does.

https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ResourceSpec.html
"""

from __future__ import annotations

import re
from collections.abc import Iterable

_SHARED = ("JupyterLab", "JupyterServer", "KernelGateway")
_OWN = ("CodeEditor", *_SHARED)
_WORD = re.compile(r"(?<=[a-z])(?=[A-Z])|^R(?=S[a-z])")


def _defaults(settings: str, apps: Iterable[str]) -> list[str]:
    return [f"{settings}.{app}AppSettings.DefaultResourceSpec" for app in apps]


def _images(specs: Iterable[str]) -> tuple[str, str]:
    """The image, and the version of it, that each of them names."""
    paths = [f"{one}.SageMakerImage{of}Arn" for one in specs for of in ("", "Version")]
    return " ".join(paths), " ".join(map(_snake, paths))


def _snake(path: str) -> str:
    """Each block of Terraform's is a list."""
    words = [_WORD.sub(lambda found: f"{found[0]}_", one).lower() for one in path.split(".")]
    return ".*.".join(words).replace("sage_maker", "sagemaker")


APP = _images(["ResourceSpec"])
SPACE = _images(_defaults("SpaceSettings", _OWN))
PROFILE = _images(_defaults("UserSettings", _OWN))
DOMAIN = _images([
    *_defaults("DefaultUserSettings", (*_OWN, "RSession")),
    *_defaults("DefaultSpaceSettings", _SHARED),
    "DomainSettings.RStudioServerProDomainSettings.DefaultResourceSpec",
])  # fmt: skip
