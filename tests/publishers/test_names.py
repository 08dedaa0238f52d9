"""Where anybody may publish, which hosts are ECR's, and what a pattern may call a reference."""

from __future__ import annotations

import json

import pytest

from checker.publishers import Owners, PullThrough, alike, glances, published, tells
from checker.publishers.publisher import named_alike, names
from checker.publishers.shared import anybody_publishes

OWN, VENDOR = "111111111111", "999999999999"
OWNERS = Owners(OWN, frozenset({OWN}))
ECR = f"{OWN}.dkr.ecr.us-east-1.amazonaws.com"
DIGEST = "sha256:" + "0a" * 32
SHARED = [
    "docker.io",
    "ccr.ccs.tencentyun.com",
    "codeberg.org",
    "docker.pkg.github.com",
    "gcr.io",
    "ghcr.io",
    "icr.io",
    "public.ecr.aws",
    "quay.io",
    "registry.digitalocean.com",
    "registry.gitlab.com",
    "registry.heroku.com",
    "ttl.sh",
    "cr.selcloud.ru",
    "cr.yandex",
    "daocloud.io",
    "docker.cloudsmith.io",
    "gitea.com",
    "nvcr.io",
    "packages.buildkite.com",
    "proxy.replicated.com",
    "r8.im",
    "registry.baidubce.com",
    "registry.cloudflare.com",
    "registry.connect.redhat.com",
    "registry.opensuse.org",
    "registry.replicated.com",
    "xpkg.upbound.io",
    "docker.m.daocloud.io",
    "hkccr.ccs.tencentyun.com",
    "ocir.us-phoenix-1.oci.oraclecloud.com",
    "sjc.vultrcr.com",
    "eu.gcr.io",
    "us.icr.io",
    "registry.cn-hangzhou.aliyuncs.com",
    "swr.cn-north-4.myhuaweicloud.com",
    "fra.ocir.io",
    "europe-docker.pkg.dev",
    "rg.fr-par.scw.cloud",
    "ghcr.io:8443",
    "europe-docker.pkg.dev:8443",
]
OF_ONE = [
    "k8s.gcr.io", "registry.k8s.io", "mcr.microsoft.com", "notghcr.io", "ghcr.io.example.com",
    "nvcr.io.example.com", "oci.oraclecloud.com",
]  # fmt: skip


@pytest.mark.parametrize("host", SHARED)
def test_where_anybody_publishes_the_host_names_nobody(host: str) -> None:
    """An entry for the host alone would vet whoever has an account there."""
    assert anybody_publishes(host)
    if host not in ("docker.io", "public.ecr.aws"):  # which have a library, and aliases
        assert published("container-image", f"{host}/app", OWNERS).publisher.kind == "unknown"


@pytest.mark.parametrize("host", OF_ONE)
def test_a_host_of_one_publisher_names_it(host: str) -> None:
    """Kubernetes' own part of a shared registry is one publisher's, and a look-alike its owner's."""
    found = published("container-image", f"{host}/app", OWNERS)
    assert (found.publisher.kind, found.publisher.id) == ("registry", host)


@pytest.mark.parametrize("host", ["registry.fly.io", "registry.hf.space"])
def test_where_the_one_part_of_a_name_is_its_publishers(host: str) -> None:
    """Each app would be of nobody known, or an entry for the host would vet all of them."""
    assert anybody_publishes(host)
    for image in (f"{host}/app", f"{host}/app/part:1"):
        found = published("container-image", image, OWNERS).publisher
        assert (found.kind, found.id) == ("registry", f"{host}/app")


@pytest.mark.parametrize(
    ("image", "who"),
    [
        ("proxy.replicated.com/proxy/app/index.docker.io/x/y", "proxy.replicated.com/proxy/app"),
        (
            "proxy.replicated.com/anonymous/docker.io/me/x",
            "proxy.replicated.com/anonymous/docker.io/me",
        ),
        ("registry.opensuse.org/home/me/x", "registry.opensuse.org/home/me"),
        ("registry.opensuse.org:443/home/me/x", "registry.opensuse.org/home/me"),
        ("registry.opensuse.org/isv/acme/x", "registry.opensuse.org/isv/acme"),
        ("registry.opensuse.org/opensuse/leap", "registry.opensuse.org/opensuse"),
        ("m.daocloud.io/ghcr.io/me/x", "m.daocloud.io/ghcr.io/me"),
        ("registry.opensuse.org/home/x", None),
        ("m.daocloud.io/docker.io/x", None),
    ],
)
def test_where_all_share_the_first_part_of_a_name(image: str, who: str | None) -> None:
    """An entry for one of them would vet all; a large file tells them apart as a small one does."""
    found = published("container-image", image, OWNERS).publisher
    assert (found.kind, found.id) == ("registry" if who else "unknown", who)
    assert not tells(glances([image])[0])
    assert alike("container-image", image) is None


HOSTS = [
    # region, what stands behind it, the only partition whose account it is
    ("us-east-1", "amazonaws.com", "aws"), ("us-east-1", "on.aws", "aws"),
    ("us-gov-west-1", "amazonaws.com", "aws-us-gov"), ("us-gov-west-1", "on.aws", "aws-us-gov"),
    ("cn-north-1", "amazonaws.com.cn", "aws-cn"),
    ("cn-north-1", "on.amazonwebservices.com.cn", "aws-cn"),
    ("eusc-de-east-1", "amazonaws.eu", "aws-eusc"),
    ("eusc-de-east-1", "on.amazonwebservices.eu", "aws-eusc"),
    ("us-iso-east-1", "c2s.ic.gov", "aws-iso"), ("us-isob-east-1", "sc2s.sgov.gov", "aws-iso-b"),
    ("eu-isoe-west-1", "cloud.adc-e.uk", "aws-iso-e"),
    ("us-isof-south-1", "csp.hci.ic.gov", "aws-iso-f"),
]  # fmt: skip
PARTITIONS = tuple(dict.fromkeys(partition for *_, partition in HOSTS))


@pytest.mark.parametrize(("region", "suffix", "partition"), HOSTS)
def test_a_registry_is_of_one_partition(region: str, suffix: str, partition: str) -> None:
    """Twelve digits that are ours here are a stranger's in another partition."""
    image = f"{OWN}.dkr.ecr.{region}.{suffix}/app"
    kinds = {each: published("container-image", image, Owners(OWN, frozenset({OWN}), each)).publisher.kind
             for each in PARTITIONS}  # fmt: skip
    assert kinds == {each: "own" if each == partition else "account" for each in PARTITIONS}


@pytest.mark.parametrize("region", [region for region, *_ in HOSTS])
@pytest.mark.parametrize("suffix", [suffix for _, suffix, _ in HOSTS])
def test_a_region_of_one_under_the_name_of_another_is_nobodys(region: str, suffix: str) -> None:
    """There is no such registry, so nobody is guessed for it."""
    kind = published("container-image", f"{OWN}.dkr.ecr.{region}.{suffix}/a", OWNERS).publisher.kind
    assert (kind != "unknown") == any(row[:2] == (region, suffix) for row in HOSTS)


CALLED = [
    ("nginx", ("nginx", "docker.io/library/nginx:latest"), "no tag is the newest"),
    ("nginx:1", ("nginx:1", "docker.io/library/nginx:1"), "a tag"),
    (f"nginx@{DIGEST}", (f"nginx@{DIGEST}", f"docker.io/library/nginx@{DIGEST}"), "pinned, no tag"),
    (f"nginx:1@{DIGEST}", (f"nginx:1@{DIGEST}", f"docker.io/library/nginx:1@{DIGEST}"), "both"),
    ("GHCR.io/Acme", ("GHCR.io/Acme",), "no image at all"),
    (f"{ECR}/hub/acme/a:1", (f"{ECR}/hub/acme/a:1", "quay.io/acme/a:1"), "what a cache fetches"),
    (f"{ECR}/hub/acme/a@{DIGEST}", (f"{ECR}/hub/acme/a@{DIGEST}", f"quay.io/acme/a@{DIGEST}"), "the same, pinned"),
]  # fmt: skip


@pytest.mark.parametrize(("reference", "expected", "why"), CALLED)
def test_what_a_pattern_may_call_an_image(
    reference: str, expected: tuple[str, ...], why: str
) -> None:
    """A name that is not tried lets a pattern miss; one too many lets it hit a stranger's."""
    owners = Owners(OWN, frozenset({OWN}), "aws", (PullThrough("hub", "quay.io"),))
    assert names("container-image", reference, owners) == expected, why


DESCRIBED = [
    ({"TypeName": "A::B::C", "TypeArn": "arn:x"}, ("A::B::C", "arn:x"), "name and ARN"),
    ({"PublisherId": "p"}, ("p",), "code tells the publisher alone"),
    ({"TypeName": 3, "PublisherId": "p"}, ("p",), "a name is a text"),
    ({"TypeName": "A::B::C", "PublisherId": "p"}, ("A::B::C",), "the publisher is no name"),
]


@pytest.mark.parametrize(("given", "expected", "why"), DESCRIBED)
def test_what_a_pattern_may_call_what_aws_describes(
    given: dict[str, object], expected: tuple[str, ...], why: str
) -> None:
    """The JSON itself is no name."""
    assert names("cloudformation-type", json.dumps(given), OWNERS) == expected, why


def test_what_is_described_by_nothing_is_called_as_it_is_written() -> None:
    """An object that tells no name, and a text that is no object."""
    assert names("layer", '{"TypeName": "A::B::C"}') == ('{"TypeName": "A::B::C"}',)
    assert [names("snapshot", text) for text in ("{}", "[3]", "{3", "snap-1")] == [
        ("{}",), ("[3]",), ("{3",), ("snap-1",)]  # fmt: skip


ALIKE = [
    ("container-image", "nginx:1", f"nginx@{DIGEST}", True, "tag and digest are the version"),
    ("container-image", "nginx", "docker.io/library/nginx:2", True, "in full"),
    ("container-image", "acme/a", "acme/b", False, "another image"),
    ("container-image", "acme/nginx", "nginx", False, "another publisher"),
    ("layer", "arn:aws:lambda:us-east-1:9:layer:x:3", "arn:aws:lambda:us-east-1:9:layer:x:14", True, "versions"),
    ("layer", "arn:aws:lambda:us-east-1:9:layer:x:3", "arn:aws:lambda:us-east-1:9:layer:y:3", False, "layers"),
    ("image-builder-component", "arn:aws:imagebuilder:us-east-1:9:component/a/1.0.0/1",
     "arn:aws:imagebuilder:us-east-1:9:component/a/1.x.x", True, "version and build"),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "one", "other", "alike", "why"), ALIKE)
def test_versions_of_the_same_code(kind: str, one: str, other: str, alike: bool, why: str) -> None:
    """What counts for one is no longer used, where a newer version of it is."""
    assert (named_alike(kind, one) == named_alike(kind, other)) == alike, why


def described(kind: str, **given: object) -> tuple[str, str | None, str | None, bool]:
    """Who publishes what AWS describes so, by kind, id and name, and whether it may change."""
    found = published(kind, json.dumps(given), OWNERS)
    return found.publisher.kind, found.publisher.id, found.publisher.name, found.mutable


PUBLISHER = "c830e97710da0c9954d80ba8df021e5439e7134b"
TYPE_ARN = f"arn:aws:cloudformation:us-east-1:{VENDOR}:type/resource/A-B-C"
TOLD = [
    ("snapshot", {"OwnerId": VENDOR, "OwnerAlias": "amazon"}, ("aws", "Amazon", "Amazon", False), "AWS's word"),
    ("snapshot", {"OwnerId": VENDOR, "OwnerAlias": "aws-marketplace", "SnapshotId": "snap-1"}, ("marketplace", f"{VENDOR}/snap-1", None, False), "bought"),
    ("snapshot", {"OwnerId": OWN, "OwnerAlias": "aws-marketplace"}, ("own", OWN, None, False), "we sell it"),
    ("snapshot", {"OwnerId": VENDOR, "OwnerAlias": "acme"}, ("account", VENDOR, None, False), "another word"),
    ("snapshot", {"OwnerId": 3}, ("unknown", None, None, False), "no text"),
    ("snapshot", {"OwnerId": "3"}, ("unknown", None, None, False), "no account"),
    ("cloudformation-type", {"PublisherId": PUBLISHER, "PublisherName": "Acme"}, ("publisher", PUBLISHER, "Acme", True), "named"),
    ("cloudformation-type", {"PublisherId": PUBLISHER, "PublisherName": 3}, ("publisher", PUBLISHER, None, True), "no text"),
    ("cloudformation-type", {"PublisherId": "x", "TypeArn": TYPE_ARN}, ("account", VENDOR, None, True), "no publisher's digits"),
    ("cloudformation-type", {"Arn": TYPE_ARN}, ("account", VENDOR, None, True), "as DescribeType has it"),
    ("cloudformation-type", {"TypeName": "AWS::S3::Bucket"}, ("aws", "Amazon", "Amazon", True), "AWS's name"),
    ("cloudformation-type", {"TypeArn": 3}, ("unknown", None, None, True), "no text"),
    ("cloudformation-type", {}, ("unknown", None, None, True), "nothing"),
    ("eks-addon", {"owner": "aws"}, ("aws", "eks", "Amazon EKS", False), "the owner alone"),
    ("eks-addon", {"publisher": "eks"}, ("aws", "eks", "Amazon EKS", False), "the publisher alone"),
    ("eks-addon", {"publisher": "eks", "owner": "aws-marketplace"}, ("marketplace", "eks/eks", "eks", False), "a seller of that name"),
    ("eks-addon", {"publisher": "eks", "owner": "community"}, ("aws", "eks", "Amazon EKS", False), "what AWS packs"),
    ("eks-addon", {"publisher": "eks-labs"}, ("marketplace", "eks/eks-labs", "eks-labs", False), "whose name begins as AWS's"),
    ("eks-addon", {"publisher": 3}, ("unknown", None, None, False), "no text"),
    ("eks-addon", {"publisher": ""}, ("unknown", None, None, False), "an empty name"),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "given", "expected", "why"), TOLD)
def test_who_publishes_what_aws_describes(
    kind: str,
    given: dict[str, object],
    expected: tuple[str, str | None, str | None, bool],
    why: str,
) -> None:
    """One taken for AWS's, or for ours, is never asked about."""
    assert described(kind, **given) == expected, why


ROOTS = [
    (PullThrough("ROOT", "quay.io", "team"), "acme/a", "quay.io/team", "below a part of the upstream"),
    (PullThrough("ROOT", "quay.io", "ROOT"), "acme/a", "quay.io/acme", "the whole upstream"),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "path", "expected", "why"), ROOTS)
def test_a_cache_of_everything(rule: PullThrough, path: str, expected: str, why: str) -> None:
    """The path is asked for upstream as it stands."""
    owners = Owners(OWN, frozenset({OWN}), "aws", (rule,))
    assert published("container-image", f"{ECR}/{path}", owners).publisher.id == expected, why


@pytest.mark.parametrize("upstream", ["", "no host", "https://", "quay.io/UPPER"])
def test_a_cache_of_no_registry_is_nobodys(upstream: str) -> None:
    """A rule that leads to no image that there is does not make it ours."""
    owners = Owners(OWN, frozenset({OWN}), "aws", (PullThrough("hub", upstream),))
    assert published("container-image", f"{ECR}/hub/acme/a", owners).publisher.kind == "unknown"


def test_rules_of_one_registry_are_of_that_one() -> None:
    """Another region of the same account has rules of its own, or none."""
    by = {(OWN, "us-east-1"): (PullThrough("hub", "quay.io"),), (OWN, "eu-west-1"): ()}
    every = (PullThrough("hub", "ghcr.io"),)
    owners = Owners(OWN, frozenset({OWN}), rules=every, by_registry=by)
    found = [published("container-image", f"{OWN}.dkr.ecr.{region}.amazonaws.com/hub/acme/a", owners).publisher.id
             for region in ("us-east-1", "eu-west-1")]  # fmt: skip
    assert found == ["quay.io/acme", OWN]


EDGES = [
    ("a" * 251 + "/b:1", "docker.io", "255 of 255"),
    ("nginx:" + "t" * 128, "docker.io", "the longest tag"),
    ("nginx:" + "t" * 129, None, "a longer one"),
    ("a" * 253 + "/b", "docker.io", "the longest name"),
    ("a" * 254 + "/b", None, "a longer name"),
    ("localhost/app", "localhost", "the one host without dot or port"),
    ("localhosts/app", "docker.io", "a user"),
    ("nginx@sha512:" + "0a" * 64, "docker.io", "the other digest"),
    ("nginx@sha512:" + "0a" * 32, None, "which is longer"),
    ("acme/a_b__c-d---e.f", "docker.io", "what may stand in a part"),
    ("acme/a___b", None, "and what not"), ("acme/a..b", None, "nor that"), ("acme//b", None, "an empty part"),
]  # fmt: skip


@pytest.mark.parametrize(("reference", "host", "why"), EDGES)
def test_what_registries_refuse_names_nobody(reference: str, host: str | None, why: str) -> None:
    """At the edges of the grammar."""
    identity = published("container-image", reference, OWNERS).publisher.id
    assert (identity and identity.split("/")[0]) == host, why


BROKEN = [
    ("layer", "arn:aws:lambda:us-east-1", "an ARN cut short"),
    ("layer", f"arn:aws:lambda:us-east-1:{VENDOR}x:layer:x:1", "thirteen characters"),
    ("layer", f"arn:aws:lambda:us-east-1:{VENDOR[1:]}:layer:x:1", "eleven digits"),
    ("layer", f"arn:aws:lambda:us-east-1:{VENDOR}:layer:x:0", "no version"),
    ("model-package", "x", "no ARN"),
    ("image-builder-component", "arn:aws:imagebuilder:us-east-1:acme:component/x/1.0.0/1", "no account"),
    ("serverless-application", "arn:aws:serverlessrepo", "an ARN cut shorter"),
    ("model-package", "arn:aws:sagemaker:us-east-1:acme:model-package/x/1", "no account"),
    ("snapshot", f'{{"OwnerId": "{VENDOR}", "OwnerId": "{OWN}"}}', "an owner twice"),
    ("ssm-document", f"arn:aws:ssm:us-east-1:{VENDOR}:document/x", "too short a name"),
    ("cloudformation-type", "arn:aws:cloudformation:us-east-1:acme:type/resource/AWS-S3-Bucket", "no account"),
    ("a kind of later", "x", "a later version's"),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "reference", "why"), BROKEN)
def test_what_is_not_understood_is_nobodys(kind: str, reference: str, why: str) -> None:
    """And no traceback: whoever is named next to it is not guessed."""
    assert published(kind, reference, OWNERS).publisher.kind == "unknown", why
