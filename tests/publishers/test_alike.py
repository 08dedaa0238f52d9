"""References that are alike are published alike: a law, and how far it carries."""

from __future__ import annotations

from itertools import product

import hypothesis.strategies as st
import pytest
from hypothesis import given, settings

from checker.publishers import KINDS, Owners, alike, glances, published, registry, tells
from tests import examples

OWN, OTHER, VENDOR, MARKETPLACE = "111111111111", "222222222222", "999999999999", "709825985650"
DIGEST = "@sha256:" + "0a" * 32
ACCOUNTS = (OWN, OTHER, VENDOR, MARKETPLACE, "602401143452")
REGIONS = ("us-east-1", "eu-west-1", "us-gov-west-1", "cn-north-1", "us-iso-east-1", "nowhere")
SUFFIXES = ("amazonaws.com", "amazonaws.com.cn", "on.aws", "amazonaws.com.evil.example")
ECR = [
    f"{account}.{host}.{region}.{suffix}"
    for account, host, region, suffix in product(
        ACCOUNTS, ("dkr.ecr", "dkr-ecr", "dkr.ecr-fips"), REGIONS, SUFFIXES
    )
]
hosts = st.sampled_from(ECR) | st.sampled_from(
    [ECR[0].replace("us-east", "US-EAST"), f"arn:aws:sagemaker:us-east-1:{OWN}:image", "docker.io", "ghcr.io", "public.ecr.aws", "localhost", "localhost:5000", "GHCR.io",
     "registry.k8s.io", "gcr.io:443", "datadog", "aws", "a-.b", "1.2.3.4:80", "", "nvcr.io",
     "registry.fly.io", "sjc.vultrcr.com", "sha256:" + "0a" * 32, "sha256"]
)  # fmt: skip
parts = st.sampled_from(
    ["datadog", "codebuild", "x1a2b3c4", "a__b", "a___b", "A", "a..b", "a-", "lambda"]
)
ends = st.sampled_from(
    ["", ":1", ":latest", ":" + "v" * 129, DIGEST, ":1" + DIGEST, "@sha256:0", ":"]
)


def at(host: str) -> st.SearchStrategy[str]:
    return st.builds(
        lambda path, end: "/".join(filter(None, [host, *path])) + end,
        st.lists(parts, max_size=3), ends,
    )  # fmt: skip


images = hosts.flatmap(at)
neighbours = hosts.flatmap(lambda host: st.lists(at(host), min_size=2, max_size=15))
arns = st.builds(
    "arn:{}:{}:{}:{}:{}".format,
    st.sampled_from(["aws", "aws-cn", ""]), st.sampled_from(["lambda", "ssm", "sagemaker"]),
    st.sampled_from(["us-east-1", ""]), st.sampled_from([*ACCOUNTS, "", "x", "865070037744"]),
    st.sampled_from(["layer:a", "layer:b", "layer:a:1", "layer:b:22", "layer:a:0", "document/AWS-x", "model-package/a", "model-package/b"]),
)  # fmt: skip
names = st.sampled_from(["AWS-RunPatch", "Amazon", "amznX", "aws", "our-document", "aw", "AWS x"])
references = st.lists(images | arns | names, min_size=2, max_size=30)


@given(references, st.sampled_from(KINDS))
@settings(max_examples=examples(60), deadline=None)
def test_what_is_alike_is_published_alike(given: list[str], kind: str) -> None:
    """Catches a part that decides and is left out: of whom asks, the account decides nothing."""
    told = {}
    for at, reference in enumerate(given):
        owners = Owners((OWN, OTHER)[at % 2], frozenset({OWN, OTHER}))
        parts = alike(kind, reference)
        if parts is not None:
            found = published(kind, reference, owners)
            assert told.setdefault(parts, found) == found, reference


@given(neighbours, neighbours)
@settings(max_examples=examples(100), deadline=None)
def test_a_glance_tells_apart_what_is_not_alike(here: list[str], there: list[str]) -> None:
    """Catches a beginning that does not tell the publisher, and an end that is no image's."""
    told = {}
    for seen, reference in zip(glances(here + there), here + there, strict=True):
        if tells(seen):
            parts = alike("container-image", reference) or reference
            assert told.setdefault(seen, parts) == parts, reference


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (f"{OWN}.dkr.ecr.eu-west-1.amazonaws.com/a:1", f"{OWN}.dkr.ecr.eu-west-1.amazonaws.com/b/c:2", True),
        (f"docker.io/datadog/a{DIGEST}", f"docker.io/datadog/b:1{DIGEST}", True), ("datadog/a", "datadog/a/b", True),
        ("x.dkr.ecr.example.com/a/b", "x.dkr.ecr.example.com/c/b", False), ("a/b", f"a/b{DIGEST}", False),
    ],
)  # fmt: skip
def test_a_glance(one: str, other: str, same: bool) -> None:
    """Catches images of one publisher that are each looked at by themselves, and of two that are
    not."""
    here, there = glances([one, other])
    assert tells(here)
    assert (here == there) is same


@pytest.mark.parametrize(
    ("images", "told"),
    [
        ([], []), ([""], [False]), (["", "", "datadog/a"], [False, False, True]),
        (["datadog/a", "datadog/a\nvendor/b", "vendor/b"], [True, False, True]),
        (["datadog/a\n", "vendor/b"], [False, True]), (["datadog/a\r", "vendor/b"], [False, True]),
        ([f"datadog/{'a' * 247}", f"datadog/{'a' * 248}"], [True, False]),
    ],
)  # fmt: skip
def test_a_glance_at_many_is_at_each(images: list[str], told: list[bool]) -> None:
    """Catches a name of several lines that moves what is told of the next ones."""
    found = glances(images)
    assert [tells(one) for one in found] == told
    assert found == [glances([one])[0] for one in images]


HOST = f"{OWN}.dkr.ecr.eu-west-1.amazonaws.com"
ALIKE = [
    # kind, reference, another one, whether they are alike, why
    ("container-image", f"{HOST}/a:1", f"{HOST}/b/c:2", True, "one registry"),
    ("container-image", f"{HOST}/a:1", f"{HOST.replace('eu-west', 'us-east')}/a:1", True, "another region"),
    ("container-image", f"{HOST}/a:1", f"{HOST.replace('eu-west', 'us-gov-west')}/a:1", False, "another partition"),
    ("container-image", f"{HOST}/a:1", f"{HOST}/a:1{DIGEST}", False, "a digest can't be changed"),
    ("container-image", "docker.io/datadog/a", "docker.io/datadog/b:2", True, "one publisher"),
    ("container-image", "datadog/a", "datadog/b:2", True, "one publisher at Docker Hub"),
    ("container-image", "datadog/a", "grafana/a", False, "two of them"),
    ("layer", f"arn:aws:lambda:us-east-1:{VENDOR}:layer:a:1", f"arn:aws:lambda:eu-west-1:{VENDOR}:layer:b:2", True, "one account"),
    ("layer", f"arn:aws:lambda:us-east-1:{VENDOR}:layer:a:1", f"arn:aws:lambda:us-east-1:{VENDOR}:layer:a", False, "no version"),
    ("ssm-document", "AWS-A", "Amazon-B", True, "AWS's own names"),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "one", "other", "same", "why"), ALIKE)
def test_alike(kind: str, one: str, other: str, same: bool, why: str) -> None:
    """Catches forms that are known no more, so that each reference is looked up by itself."""
    assert alike(kind, one) is not None
    assert (alike(kind, one) == alike(kind, other)) is same, why


def test_a_long_s_is_no_letter_of_aws() -> None:
    """Catches the document of nobody known that passes for AWS's, after one that is AWS's."""
    for name in ("aw\u017f-X", "AW\u017f-RunPatch"):
        assert alike("ssm-document", name) is None
        assert published("ssm-document", name, Owners(OWN)).publisher.kind == "unknown"


@pytest.mark.parametrize(
    ("kind", "reference"),
    [
        ("container-image", f"{MARKETPLACE}.dkr.ecr.us-east-1.amazonaws.com/seller/a"),
        ("container-image", "nginx"),
        ("container-image", "localhost/team/app"),
        ("container-image", "GHCR.io/acme/app"),
        ("build-image", "aws/codebuild/standard:7.0"),
        ("ssm-document", "our-document"),
        ("snapshot", '{"OwnerId": "999999999999"}'),
        ("a kind of tomorrow", "datadog/a"),
    ],
)
def test_alike_to_nothing(kind: str, reference: str) -> None:
    """Catches a form in which more decides than its parts."""
    assert alike(kind, reference) is None


def test_the_registry_of_an_image() -> None:
    """Catches rules of a pull-through cache that are not asked for."""
    assert registry(f"{HOST}/a:1") == (OWN, "eu-west-1")
    assert registry(f"{HOST.upper()}/a:1") == (OWN, "eu-west-1")
    assert registry("docker.io/datadog/a") is None
    assert registry(f"arn:aws:lambda:us-east-1:{VENDOR}:layer:a:1") is None
