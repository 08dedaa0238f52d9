"""How an allowlist names who publishes images: who is taken, and what names nobody, or everybody."""

from __future__ import annotations

from checker.vetting.registries import registry_id

ECR = "111111111111.dkr.ecr.us-east-1.amazonaws.com"
EVERYBODY = "!anybody publishes at {0}: name who, as in {0}/NAME"
NO_HOST = "!names no host: write docker.io/"
NONE = "!is no HOST/NAME of a registry, such as docker.io/datadog"
WILD = "!who publishes is named without * and ?: narrow it with scope.code"
DEEP = "!write HOST/NAME alone, and name its images under scope.code: [PATTERN]"
ACCOUNTS = "!a registry of ECR is its account's: name it under accounts"
NAMED = {
    "docker.io/datadog": "docker.io/datadog",  # a host and who publishes there
    "DOCKER.io/datadog": "docker.io/datadog",  # hosts have no case
    "index.docker.io/datadog": "docker.io/datadog",  # another name of the same host
    "reg.example:5000/x": "reg.example:5000/x",
    "localhost/x": "localhost/x",
    "public.ecr.aws/datadog": "public.ecr.aws/datadog",  # ECR's public gallery is nobody's account
    "reg.example": "reg.example",  # one party has all of it
    "mcr.microsoft.com": "mcr.microsoft.com",
    "reg.example:5000": "reg.example:5000",
    "localhost": "localhost",
    "localhost:5000": "localhost:5000",
    "docker.io": EVERYBODY.format("docker.io"),
    "quay.io": EVERYBODY.format("quay.io"),
    "public.ecr.aws": EVERYBODY.format("public.ecr.aws"),
    "datadog": f"{NO_HOST}datadog",
    "data~dog": f"{NO_HOST}data~dog",
    "": NO_HOST,
    "0" * 40: "0" * 40,  # a publisher of CloudFormation's
    "0" * 39: NO_HOST + "0" * 39,
    "f" * 41: NO_HOST + "f" * 41,
    ECR: ACCOUNTS,
    f"{ECR}/x": ACCOUNTS,
    "ghcr.io/*": WILD,
    "ghcr.io/a?": WILD,
    "*.example": WILD,
    "ghcr.io/a/b": DEEP,
    **{
        one: EVERYBODY.format(one)
        for one in (
            "proxy.replicated.com/proxy",
            "registry.opensuse.org/home",
            "m.daocloud.io/docker.io",
        )
    },  # the name behind these is the first that is somebody's
    "m.daocloud.io": EVERYBODY.format("m.daocloud.io"),
    "proxy.replicated.com/proxy/app": "proxy.replicated.com/proxy/app",
    "registry.opensuse.org/home/a/b": DEEP,
    "registry.opensuse.org/opensuse": "registry.opensuse.org/opensuse",
    "a.example/b/c/d": DEEP,
    "/x": NONE,
    "x.example/": NONE,
    "docker.io/UPPER": NONE,
    "a b.example": NONE,
}


def said(text: str) -> str:
    try:
        return registry_id(text)
    except ValueError as error:
        return f"!{error}"


def test_who_publishes_is_named() -> None:
    """A host of everybody's, or somebody's account, that would vet whoever publishes there."""
    assert {text: said(text) for text in NAMED} == NAMED
