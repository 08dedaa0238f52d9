"""The settings of add-ons: which images they name, and what of them nobody can tell."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from checker.collect.iac.body_images import OF_CHART
from checker.collect.iac.chart_images import chart_images
from checker.collect.iac.unknown import unresolved
from tests.collect.iac.granted import source, template

HUB, NOBODY, CHART = "docker.io/stranger/a", unresolved("var.x"), unresolved(OF_CHART)
SETTINGS: list[tuple[str, Any, list[str]]] = [
    ("as it is", {"image": HUB}, [HUB]),
    ("part by part", {"image": {"registry": "docker.io", "repository": "stranger/a", "tag": 1}}, [f"{HUB}:1"]),
    ("by a repository with its host", {"image": {"repository": HUB, "tag": "1"}}, [f"{HUB}:1"]),
    ("of the chart's own registry", {"image": {"repository": "agent", "tag": "1"}}, []),
    ("by a registry alone", {"image": {"registry": "evil.example.com"}}, [f"evil.example.com/{CHART}"]),
    ("by a name", {"autoscaler": {"image": {"name": "stranger/a", "tag": "2"}}}, ["stranger/a:2"]),
    ("under another name", {"initImage": HUB}, [HUB]),
    ("in a list", {"images": [HUB, "x"]}, [HUB]),
    ("in a map", {"images": {"a": HUB}}, [HUB]),
    ("of a container beside", {"initContainers": {"a": {"repository": HUB, "tag": "1"}}}, [f"{HUB}:1"]),
    ("of one in a list", {"sidecars": [{"repository": HUB}]}, [HUB]),
    ("of the second in a list", {"sidecars": [{"repository": "agent"}, {"repository": HUB}]}, [HUB]),
    ("beside the main one", {"image": HUB, "initImage": "quay.io/other/b"}, [HUB, "quay.io/other/b"]),
    ("of a registry by its port", {"initImage": "localhost:5000/a"}, ["localhost:5000/a"]),
    ("by a digest", {"initImage": f"stranger/a@sha256:{'a' * 64}"}, [f"stranger/a@sha256:{'a' * 64}"]),
    ("under names", {"imageNames": [HUB]}, [HUB]),
    ("its repository alone", {"imageRepository": HUB, "imageTag": "1"}, [HUB]),
    ("the registry of all", {"global": {"imageRegistry": "evil.example.com"}}, [f"evil.example.com/{CHART}"]),
    ("AWS's own way", {"image": {"repository": "agent", "repositoryDomainMap": {"public": "evil.example.com/x"}}}, [f"evil.example.com/x/{CHART}"]),
    ("AWS's own way, of two", {"image": {"repository": "agent", "repositoryDomainMap": {"public": "public.ecr.aws/x", "private": "evil.example.com/x"}}}, [f"public.ecr.aws/x/{CHART}", f"evil.example.com/x/{CHART}"]),
    ("of which nothing is known", {"image": {"repository": NOBODY, "tag": "1"}}, [f"{NOBODY}:1"]),
    ("of an unknown registry", {"image": {"registry": NOBODY, "repository": "a"}}, [f"{NOBODY}/a"]),
    ("in YAML", f"image:\n  repository: {HUB}\n", [HUB]),
    ("in a line of it", f"image: {HUB}", [HUB]),
    ("in a line of it, part by part", f"image: {{repository: {HUB}}}", [HUB]),
    ("where it runs", {"tolerations": [{"key": "image", "value": "gpu"}], "nodeSelector": {"image": "al2023"}}, []),
    ("what it is called", {"podLabels": {"image": "x"}, "labels": [{"name": "image", "value": "x"}]}, []),
    ("when it is pulled", {"imagePullPolicy": "Always", "imagePullSecrets": ["docker.io/x"], "imageTag": "1"}, []),
    ("of a whole account of ECR", {"image": {"account": "999999999999", "region": "eu-west-1", "tag": "1"}}, [f"999999999999.dkr.ecr.eu-west-1.amazonaws.com/{CHART}"]),
    ("in place of the chart's", {"image": {"override": HUB}}, [HUB]),
    ("of a hub", {"hub": "docker.io/stranger", "proxy": {"image": "a"}}, [HUB, f"docker.io/stranger/{CHART}"]),
    ("by a repository and a name", {"driver": {"repository": "docker.io/stranger", "image": "a", "version": "1"}}, [f"{HUB}:1"]),
    ("of a registry beside", {"operator": {"image": "stranger/a", "registry": "docker.io/"}}, [HUB]),
    ("without a host, under another name", {"initImage": "stranger/a:1"}, ["stranger/a:1"]),
    ("of another registry by default", {"image": {"defaultRegistry": "docker.io", "repository": "stranger/a"}}, [HUB]),
    ("in an argument", {"args": [f"--init-image={HUB}", "--image=x"]}, [HUB]),
    ("of a container told as text", {"extraContainers": f"- name: a\n  image: '{HUB}'\n"}, [HUB]),
    ("which others are left out", {"excludedImages": [HUB], "containerExclude": f"image:{HUB}", "logoImage": "https://docker.io/x.png"}, []),
    ("where backups, charts and code are", {"backup": {"repository": "s3:s3.amazonaws.com/b", "tag": "1"}, "chart": {"repository": "https://charts.example/x", "version": "1"}, "git": {"repository": "docker.io/x/y", "branch": "main"}}, []),
    ("labels of another name", {"commonLabels": {"image": "x"}, "extraVolumeTags": {"image": "x"}, "podAnnotations": {"image": "x"}}, []),
    *((f"told later: {why}", settings, [told]) for why, settings, told in (
        ("under another name", {"initImage": NOBODY}, NOBODY), ("in a list", {"images": [NOBODY]}, NOBODY), ("beside", {"sidecars": {"a": {"repository": NOBODY}}}, NOBODY),
        ("the registry of all", {"imageRegistry": NOBODY}, f"{NOBODY}/{CHART}"), ("a hub", {"hub": NOBODY}, f"{NOBODY}/{CHART}"), ("in place of the chart's", {"image": {"override": NOBODY}}, NOBODY),
        ("its account", {"image": {"account": NOBODY, "region": "us-east-1"}}, f"{NOBODY}.dkr.ecr.us-east-1.amazonaws.com/{CHART}"), ("an argument", {"args": [f"--x-image={NOBODY}"]}, NOBODY))),
    ("of an account alone", {"image": {"account": 999999999999}}, [f"999999999999.dkr.ecr.us-east-1.amazonaws.com/{CHART}"]),
    ("of nothing", {"image": "", "initImage": ""}, []),
    ("where something is reached", {"exporter": {"url": NOBODY}, "alerts": {"url": "hooks.example.com/services/x"}, "dns": {"override": "a.example.com/x"}, "sts": {"account": "999999999999", "region": "us-east-1"}}, []),
    ("of a bill's account", {"billing": {"account": "999999999999"}}, []),
    ("of AWS's account, elsewhere", {"image": {"account": "602401143452", "domain": "evil.example.com", "region": "us-west-2"}}, [f"602401143452.dkr.ecr.us-west-2.evil.example.com/{CHART}"]),
    ("of the registry of a container", {"image": {"containerRegistry": "docker.io", "repository": "stranger/a"}}, [HUB]),
    ("in place of the chart's, of Docker's", {"image": {"override": "stranger/a:1"}}, ["stranger/a:1"]),
    ("as ingress-nginx is told", {"controller": {"image": {"registry": "registry.k8s.io", "image": "ingress-nginx/controller", "tag": "v1", "digest": "sha256:0"}}}, ["registry.k8s.io/ingress-nginx/controller:v1@sha256:0"]),
    ("of Crossplane", {"provider": {"packages": ["xpkg.upbound.io/stranger/p:v1"]}}, ["xpkg.upbound.io/stranger/p:v1"]),
    ("of a namespace", {"imageRegistry": "quay.io", "imageNamespace": "jetstack"}, [f"quay.io/jetstack/{CHART}"]),
    ("of an operator's", {"env": [{"name": "RELATED_IMAGE_COLLECTOR", "value": HUB}]}, [HUB]),
    ("of neither host nor tag", {"enterpriseImage": "stranger/a", "backgroundImage": "img/a.png", "pullImage": "true"}, ["stranger/a"]),
    *((f"by {scheme}", {"image": {"url": f"{scheme}://{HUB}:1"}}, [f"{HUB}:1"]) for scheme in ("oci", "docker")),
    ("of an account, among several", {"images": {"agent": {"account": "999999999999", "region": "eu-west-1"}}}, [f"999999999999.dkr.ecr.eu-west-1.amazonaws.com/{CHART}"]),
    *((f"of the registry of all, called {key}", {key: "evil.example.com"}, [f"evil.example.com/{CHART}"]) for key in ("registryUrl", "ociRegistry", "systemDefaultRegistry", "dockerRegistry", "registryHost")),
    ("of a hub's user", {"global": {"hub": "stranger"}, "image": "a"}, ["stranger/a", f"stranger/{CHART}"]),
    ("by a digest that is its version", {"driver": {"repository": "docker.io/stranger", "image": "a", "version": "sha256:0"}}, [f"{HUB}@sha256:0"]),
    ("of Docker's, in a map", {"images": {"a": "stranger/a"}}, ["stranger/a"]),
    ("of Docker's, in a text", {"extra": "- name: a\n  image: stranger/a:1\n"}, ["stranger/a:1"]),
    ("of Docker's, in an argument", {"args": ["--sidecar-image=stranger/a:1"]}, ["stranger/a:1"]),
    ("of two hubs", {"a": {"hub": "docker.io/stranger"}, "b": {"hub": "quay.io/other"}, "c": {"image": "a"}}, [HUB, "quay.io/other/a", f"docker.io/stranger/{CHART}", f"quay.io/other/{CHART}"]),
    ("by a name, and again without its repository", {"driver": {"repository": "docker.io/stranger", "image": "a"}, "b": {"image": "a"}}, ["a", HUB]),
    ("by its address", {"image": {"url": HUB}}, [HUB]),
    ("of a page", {"logoImage": HUB}, []),
    *((f"from elsewhere, {why}, beside an image", settings, images) for why, settings, images in (
        ("by a registry", {"registry": "evil.example.com", "image": {"repository": "x"}}, [f"evil.example.com/{CHART}"]), ("by a registry of images", {"imageRegistry": "evil.example.com", "image": {"repository": "x", "tag": "1"}}, [f"evil.example.com/{CHART}"]),
        ("as Istio's", {"pilot": {"hub": "docker.io/stranger", "image": "a"}}, [HUB, f"docker.io/stranger/{CHART}"]), ("put together", {"registry": "docker.io", "image": "stranger/a"}, [HUB]))),
    ("no image", {"repository": "agent", "url": "https://docker.io/x", "host": "example.com/x"}, []),
]  # fmt: skip


@pytest.mark.parametrize(("why", "settings", "images"), SETTINGS, ids=[row[0] for row in SETTINGS])
def test_what_settings_name(why: str, settings: Any, images: list[str]) -> None:
    """Catches a stranger's image under a key that only its chart knows; and one that is none."""
    assert [*chart_images(settings)] == images
    if not isinstance(settings, str):
        assert [*chart_images(json.dumps(settings, ensure_ascii=False))] == images


@pytest.mark.parametrize("sign", ["-", "\n", "--a", " "])
def test_texts_of_one_sign(sign: str) -> None:
    """Catches a pattern that begins at each sign, and goes to the end from there: hours."""
    assert [*chart_images({"a": sign * 400_000})] == []


UNTOLD = [
    ("wholly", "!Ref S", "var.s", True),
    ("in part", "!Sub '{\"a\": 1, ${S}}'", 'jsonencode(merge({ a = 1 }, var.s))', True),
    ("as it is no YAML", "'a: [b'", '"a: [b"', True),
    ("all is known", "'{\"a\": 1}'", 'jsonencode({ a = 1 })', False),
    ("but a number", "!Sub '{\"a\": \"${S}\"}'", 'jsonencode({ a = var.s })', False),
    ("what something made tells later", "!GetAtt P.Value", "aws_ssm_parameter.p.arn", True),
    ("empty text", "''", '""', False),
    ("none", "!Ref AWS::NoValue", "null", False),
]  # fmt: skip


def test_settings_by_default(tmp_path: Path) -> None:
    """Catches settings that a deployment may replace, of which nothing is said; and shows none."""
    text = f'Parameters: {{S: {{Type: String, Default: \'{{"image": "{HUB}"}}\'}}}}\nResources: {{A: {{Type: AWS::EKS::Addon, Properties: {{AddonName: vpc-cni, ConfigurationValues: !Ref S}}}}}}'
    found = template(tmp_path, text)
    assert found.defaults == ["t.yaml:2: A: S (default of 33 characters)"]
    assert HUB in {one.reference for one in found.code_uses}


@pytest.mark.parametrize(("why", "value", "written", "said"), UNTOLD, ids=[r[0] for r in UNTOLD])
def test_settings_that_nobody_knows(
    tmp_path: Path, why: str, value: str, written: str, said: bool
) -> None:
    """Catches settings that come with the deployment and of which nothing is said."""
    found = template(
        tmp_path,
        f"Parameters: {{S: {{Type: String}}}}\nResources: {{P: {{Type: AWS::SSM::Parameter}}, A: {{Type: AWS::EKS::Addon, Properties: {{AddonName: vpc-cni, ConfigurationValues: {value}}}}}}}",
    )
    assert found.untold == (["A ConfigurationValues (t.yaml:2)"] if said else [])
    text = f'variable "s" {{}}\nresource "aws_ssm_parameter" "p" {{\n}}\nresource "aws_eks_addon" "a" {{\n addon_name = "vpc-cni"\n configuration_values = {written}\n}}\n'
    found = source(tmp_path, text)
    assert found.untold == (["aws_eks_addon.a configuration_values (main.tf:4)"] if said else [])
