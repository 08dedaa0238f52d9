"""Who publishes what a reference names: a table with reasons."""

from __future__ import annotations

import json
from urllib.parse import urlsplit

import hypothesis.strategies as st
import pytest
from click.testing import CliRunner
from hypothesis import example, given

from checker.cli.main import main
from checker.publishers import KINDS, Owners, PullThrough, has_name_alone, published

OWN, OTHER, VENDOR = "111111111111", "222222222222", "999999999999"
PUBLISHER = "c830e97710da0c9954d80ba8df021e5439e7134b"
DIGEST = "@sha256:" + "0a" * 32
MODEL = "rerank-v4-0-27a435b507143f729689232ecb36c294"
RULES = (
    PullThrough("hub", "registry-1.docker.io"),
    PullThrough("slash/", "ghcr.io", "acme/"),
    PullThrough("hub/quay", "https://quay.io/"),
    PullThrough("theirs", f"{VENDOR}.dkr.ecr.us-east-1.amazonaws.com", "team"),
    PullThrough("ours", f"{OTHER}.dkr.ecr.us-east-1.amazonaws.com"),
    PullThrough("round", f"{OWN}.dkr.ecr.us-east-1.amazonaws.com", "round"),
)
OWNERS = Owners(OWN, frozenset({OWN, OTHER}), "aws", RULES)
ECR = f"{OWN}.dkr.ecr.us-east-1.amazonaws.com"
THEIRS = f"{VENDOR}.dkr.ecr.us-east-1.amazonaws.com"

IMAGES = [
    # reference, kind, id, mutable, why
    ("nginx", "registry", "docker.io/library", True, "one part is of Docker Hub's library"),
    ("docker.io/nginx:1", "registry", "docker.io/library", True, "the same, said in full"),
    ("index.docker.io/datadog/agent", "registry", "docker.io/datadog", True, "an older name"),
    ("registry.hub.docker.com/datadog/a", "registry", "docker.io/datadog", True, "the site's name"),
    ("registry-1.docker.io:443/datadog/a", "registry", "docker.io/datadog", True, "HTTPS's port"),
    ("nginx:5000", "registry", "docker.io/library", True, "a tag, no port"),
    ("example.com", "registry", "docker.io/library", True, "no slash, so no host"),
    ("aws/codebuild/standard:7.0", "registry", "docker.io/aws", True, "a user of Docker Hub here"),
    ("datadog/agent:7" + DIGEST, "registry", "docker.io/datadog", False, "the tag is ignored"),
    ("localhost:5000/app", "registry", "localhost:5000", True, "a host by its colon"),
    ("GHCR.io/Acme/app", "unknown", None, True, "a path has no capitals"),
    ("GHCR.io/acme/app", "registry", "ghcr.io/acme", True, "hosts know no case"),
    ("Acme/app", "registry", "acme", True, "capitals make a host, as Docker reads it"),
    ("gcr.io/app", "unknown", None, True, "nobody named, where anybody publishes"),
    ("registry.k8s.io/pause:3.9", "registry", "registry.k8s.io", True, "one part: the host's own"),
    ("[::1]:5000/team/app", "registry", "[::1]:5000/team", True, "an address as host"),
    (f"{ECR}/app:1", "own", OWN, True, "our registry"),
    (f"{OTHER}.dkr.ecr.eu-west-1.amazonaws.com/app", "own", OTHER, True, "another account of ours"),
    (f"{THEIRS}/team/app{DIGEST}", "account", VENDOR, False, "the vendor's, pinned"),
    (f"{VENDOR}.dkr.ecr-fips.us-gov-west-1.amazonaws.com/a", "account", VENDOR, True, "FIPS"),
    (f"{OWN}.dkr.ecr.us-gov-west-1.amazonaws.com/a", "account", OWN, True, "another partition's"),
    (f"{VENDOR}.dkr-ecr.us-east-1.on.aws/a", "account", VENDOR, True, "dual-stack"),
    (f"{VENDOR}.dkr-ecr-fips.us-east-1.on.aws/a", "account", VENDOR, True, "dual-stack, FIPS"),
    (f"{VENDOR}.dkr.ecr.cn-north-1.amazonaws.com.cn/a", "account", VENDOR, True, "China"),
    (f"{VENDOR}.dkr.ecr.eusc-de-east-1.amazonaws.eu/a", "account", VENDOR, True, "sovereign"),
    (f"{VENDOR}.DKR.ECR.us-east-1.amazonaws.com:443/a", "account", VENDOR, True, "case and port"),
    (f"{OWN}.dkr.ecr.cn-north-1.amazonaws.com/a", "unknown", None, True, "no such region there"),
    (f"{OWN}.dkr.ecr.us-east-1.amazonaws.com.cn/a", "unknown", None, True, "nor there"),
    (f"arn:aws:sagemaker:us-east-1:{VENDOR}:image/x", "account", VENDOR, True, "SageMaker's own form"),
    (f"arn:aws:sagemaker:us-east-1:{VENDOR}:image/x.y-1", "account", VENDOR, True, "a name, no version"),
    (f"arn:aws:sagemaker:us-east-1:{OWN}:image-version/x/1", "own", OWN, False, "one version of it"),
    ("arn:aws:sagemaker:us-east-1:081325390199:image/x", "aws", "081325390199", True, "AWS's"),
    (f"arn:aws:sagemaker:us-east-1:{OWN}:model/x", "unknown", None, True, "nothing that runs"),
    (f"arn:aws:ecr:us-east-1:{OWN}:repository/x", "unknown", None, True, "no image by its ARN"),
    (f"{ECR}.evil.example/a/b", "registry", f"{ECR}.evil.example/a", True, "a look-alike"),
    (f"evil.example/{ECR}/a", "registry", f"evil.example/{ECR}", True, "the host comes first"),
    (f"{ECR}@evil.example/a", "unknown", None, True, "no digest"),
    (f"x{ECR}/a/b", "registry", f"x{ECR}/a", True, "no account"),
    (f"{ECR[1:]}/a/b", "registry", f"{ECR[1:]}/a", True, "eleven digits"),
    (f"{ECR}./a", "unknown", None, True, "no host ends in a dot"),
    (f"https://{ECR}/a", "unknown", None, True, "an address is no reference"),
    (f"{ECR}/a@sha256:00", "unknown", None, True, "a digest cut short"),
    (f"{ECR}/a:", "unknown", None, True, "an empty tag"),
    (f" {ECR}/a", "unknown", None, True, "white space"),
    ("", "unknown", None, True, "nothing"),
    ("${AWS::AccountId}.dkr.ecr.us-east-1.amazonaws.com/a", "unknown", None, True, "unresolved"),
    (f"{'１' * 12}.dkr.ecr.us-east-1.amazonaws.com/a", "unknown", None, True, "no ASCII digits"),
    ("0a" * 32, "unknown", None, True, "an image's id"),
    (DIGEST[1:], "unknown", None, True, "the same, as Kubernetes writes it"),
    ("sha384:" + "0a" * 48, "unknown", None, True, "by another hash"),
    ("sha512:" + "0a" * 64, "unknown", None, True, "and another"),
    ("sha256:0a", "registry", "docker.io/library", True, "no digest, so a tag"),
    ("acme/" + DIGEST[1:], "registry", "docker.io/acme", True, "a name and a tag"),
    ("602401143452.dkr.ecr.us-west-2.amazonaws.com/cni", "aws", "602401143452", True, "EKS"),
    ("593207742271.dkr.ecr.us-east-1.amazonaws.com/aws-guardduty-agent-fargate:v1", "aws",
     "593207742271", True, "GuardDuty on Fargate"),
    ("031903291036.dkr.ecr.us-east-1.amazonaws.com/aws-guardduty-agent:v1", "aws", "031903291036",
     True, "and on EKS"),
    ("755674844232.dkr.ecr.us-east-1.amazonaws.com/spark/emr-6.6.0", "aws", "755674844232", True,
     "EMR on EKS"),
    ("709825985650.dkr.ecr.us-east-1.amazonaws.com/acme/a", "marketplace", "709825985650/acme",
     True, "the seller stands first"),
    ("public.ecr.aws/docker/library/nginx", "registry", "public.ecr.aws/docker", True, "a mirror"),
    ("public.ecr.aws/datadog/agent", "registry", "public.ecr.aws/datadog", True, "an alias"),
    ("ecr-public.aws.com/datadog/agent", "registry", "public.ecr.aws/datadog", True, "dual-stack"),
    ("public.ecr.aws/amazonlinux/amazonlinux", "aws", "public.ecr.aws/amazonlinux", True, "AWS's"),
    ("public.ecr.aws/h6q6q4n4/a", "unknown", "public.ecr.aws/h6q6q4n4", True, "tells of nobody"),
    ("public.ecr.aws/acmecorp/a", "registry", "public.ecr.aws/acmecorp", True, "eight letters"),
    ("public.ecr.aws/aws-acme/a", "registry", "public.ecr.aws/aws-acme", True, "begins as AWS's"),
    ("public.ecr.aws/lambda", "unknown", "public.ecr.aws/lambda", True, "an alias, and no repository"),
    ("public.ecr.aws.evil.example/lambda/a", "registry", "public.ecr.aws.evil.example/lambda", True,
     "a look-alike"),
    (f"{ECR}/hub/datadog/agent", "registry", "docker.io/datadog", True, "a cache is its upstream"),
    (f"{ECR}/hub/nginx{DIGEST}", "registry", "docker.io/library", False, "pinned in the cache too"),
    (f"{ECR}/hub/quay/acme/a", "registry", "quay.io/acme", True, "the longest prefix decides"),
    (f"{ECR}/slash/a", "registry", "ghcr.io/acme", True, "a prefix with its slash"),
    (f"{ECR}/hubbub/a", "own", OWN, True, "a prefix ends at a slash"),
    (f"{ECR}/hub", "own", OWN, True, "nothing below the prefix"),
    (f"{ECR}/theirs/a", "account", VENDOR, True, "a vendor's registry behind a cache"),
    (f"{ECR}/ours/a", "own", OTHER, True, "our other registry behind a cache"),
    (f"{ECR}/round/a", "unknown", None, True, "rules in a circle"),
    (f"{THEIRS}/hub/a", "account", VENDOR, True, "our rules are not theirs"),
]  # fmt: skip

OTHERS = [
    ("ssm-document", "arn:aws:ssm:us-east-1::document/AWS-RunPatchBaseline:1", "aws", "Amazon", True, "a version of AWS's"),
    ("ssm-document", f"arn:aws:ssm:us-east-1:{VENDOR}:document/Run:3", "account", VENDOR, True, "a version pins nothing"),
    ("cloudformation-type", f"arn:aws:cloudformation:us-east-1:{OWN}:type/resource/{PUBLISHER}/Acme-Svc-Thing",
     "publisher", PUBLISHER, True, "a publisher's, in our account"),
    ("serverless-application", f"arn:aws:serverlessrepo:us-east-1:{VENDOR}:applications/x",
     "account", VENDOR, True, "theirs"),
    ("serverless-application",
     "arn:aws:serverlessrepo:us-east-1:297356227824:applications/SecretsManagerRotationTemplate",
     "aws", "297356227824", True, "as CDK has it"),
    ("serverless-application",
     "arn:aws-us-gov:serverlessrepo:us-gov-west-1:023102451235:applications/x", "aws",
     "023102451235", True, "in another partition"),
    ("serverless-application", f"arn:aws:serverlessrepo:us-east-1:{VENDOR}:application/x",
     "unknown", None, True, "no application"),
    ("serverless-application", "arn:aws:serverlessrepo:us-east-1::applications/x", "unknown", None,
     True, "nobody's"),
    ("model-package", f"arn:aws:sagemaker:us-east-1:{VENDOR}:model-package/x/1", "account", VENDOR,
     False, "theirs"),
    ("model-package", f"arn:aws:sagemaker:us-east-1:{VENDOR}:model/x", "unknown", None, True,
     "another thing"),
    ("model-package", f"arn:aws:sagemaker:us-east-1:865070037744:model-package/{MODEL}",
     "marketplace", f"sagemaker/{MODEL}", False, "its account lists those of all sellers"),
    ("model-package", f"arn:aws:sagemaker:us-east-2:057799348421:model-package/{MODEL}",
     "marketplace", f"sagemaker/{MODEL}", False, "the same in another region"),
    ("model-package", f"arn:aws-cn:sagemaker:cn-north-1:865070037744:model-package/{MODEL}",
     "account", "865070037744", False, "somebody else in another partition"),
    ("model-package", f"arn:aws:sagemaker:us-east-1:{VENDOR}:model-package/{MODEL}", "account",
     VENDOR, False, "a name that a stranger chose"),
    ("eks-addon", "agent", "unknown", None, False, "a name tells nobody"),
    ("eks-addon", '{"addonName": "x", "publisher": "eks", "owner": "aws"}', "aws", "eks", False,
     "AWS's"),
    ("eks-addon", '{"addonName": "x", "publisher": "acme", "owner": "aws-marketplace"}',
     "marketplace", "eks/acme", False, "a seller's"),
    ("eks-addon", '{"addonName": "x"}', "unknown", None, False, "AWS said nothing"),
    ("layer", f"arn:aws:lambda:us-east-1:{OWN}:layer:x:3", "own", OWN, False, "ours"),
    ("layer", f"arn:aws:lambda:us-east-1:{VENDOR}:layer:x:3", "account", VENDOR, False, "theirs"),
    ("layer", f"arn:aws:lambda:us-east-1:{VENDOR}:layer:x", "account", VENDOR, True, "no version"),
    ("layer", f"arn:aws-cn:lambda:cn-north-1:{OWN}:layer:x:1", "account", OWN, False, "China's id"),
    ("layer", "arn:aws:lambda:us-east-1:580247275435:layer:LambdaInsightsExtension:14", "aws",
     "580247275435", False, "AWS's own account"),
    ("layer", "arn:aws:lambda:us-east-1:336392948345:layer:AWSSDKPandas-Python312:8", "aws",
     "336392948345", False, "AWS SDK for pandas"),
    ("layer", "arn:aws:lambda:us-east-1:615299751070:layer:AWSOpenTelemetryDistroJs:5", "aws",
     "615299751070", False, "its distribution of OpenTelemetry"),
    ("layer", "arn:aws:lambda:us-east-1:668099181075:layer:AWSLambda-Python38-SciPy1x:107", "aws",
     "668099181075", False, "Lambda's own"),
    ("layer", f"arn:aws:lambda:us-east-1:{OWN}:function:x", "unknown", None, True, "a function"),
    ("layer", f"arn:aws:lambda:us-east-1:{OWN}x:layer:x:3", "unknown", None, True, "no account"),
    ("layer", "x", "unknown", None, True, "no ARN"),
    ("layer", f"urn:aws:lambda:us-east-1:{VENDOR}:layer:x:3", "unknown", None, True, "another name"),
    ("build-image", "aws/codebuild/standard:7.0", "aws", "codebuild", True, "curated, here alone"),
    ("build-image", "aws/evil:1", "registry", "docker.io/aws", True, "a user of Docker Hub here, too"),
    ("build-image", "evil.example/aws/codebuild/standard:7.0", "registry", "evil.example/aws", True,
     "a look-alike"),
    ("build-image", f"{THEIRS}/a", "account", VENDOR, True, "as elsewhere"),
    ("ssm-document", "AWS-RunPatchBaseline", "aws", "Amazon", True, "a reserved name"),
    ("ssm-document", "aMzN-Patch", "aws", "Amazon", True, "a reserved one, however it is written"),
    ("ssm-document", "amzn-Patch", "aws", "Amazon", True, "so is this"),
    ("ssm-document", "Patch", "own", OWN, True, "a bare name is ours"),
    ("ssm-document", "_AWS-Patch", "own", OWN, True, "which no more than sounds like a reserved one"),
    ("ssm-document", f"arn:aws:ssm:us-east-1:{VENDOR}:document/AWS-RunPatchBaseline", "account",
     VENDOR, True, "the ARN tells, not the name"),
    ("ssm-document", "arn:aws:ssm:us-east-1::document/AWS-RunShellScript", "aws", "Amazon", True,
     "no account: AWS's"),
    ("ssm-document", "arn:aws:ssm:us-east-1::document/Patch", "unknown", None, True, "whose?"),
    ("ssm-document", f"arn:aws:ssm:us-east-1:{VENDOR}:parameter/x", "unknown", None, True, "none"),
    ("cloudformation-type", f"arn:aws:cloudformation:us-east-1:{VENDOR}:stack/x/1", "unknown", None,
     True, "a stack"),
    ("cloudformation-type", "AWS::S3::Bucket", "aws", "Amazon", True, "AWS's name"),
    ("cloudformation-type", "AWSQS::EKS::Cluster", "unknown", None, True, "a name tells nobody"),
    ("cloudformation-type", f"arn:aws:cloudformation:us-east-1::type/resource/{PUBLISHER}/A-B-C",
     "publisher", PUBLISHER, True, "a publisher's digits"),
    ("cloudformation-type", f"arn:aws:cloudformation:us-east-1:{OWN}:type/hook/A-B-C", "own", OWN,
     True, "a private type"),
    ("cloudformation-type", "arn:aws:cloudformation:us-east-1::type/resource/AWS-S3-Bucket", "aws",
     "Amazon", True, "AWS's type"),
    ("cloudformation-type", "arn:aws:cloudformation:us-east-1::type/resource/AWSQS-EKS-Cluster",
     "unknown", None, True, "no account, and no name of AWS's"),
    ("cloudformation-type", json.dumps({"PublisherId": PUBLISHER, "TypeName": "A::B::C"}),
     "publisher", PUBLISHER, True, "as ListTypes tells it"),
    ("cloudformation-type", json.dumps({"PublisherId": PUBLISHER,
                                        "PublisherIdentity": "AWS_Marketplace"}),
     "marketplace", PUBLISHER, True, "a seller"),
    ("snapshot", "snap-0123456789abcdef0", "unknown", None, False, "an id tells no owner"),
    ("image-snapshot", json.dumps({"SnapshotId": "snap-9", "OwnerId": VENDOR}), "account", VENDOR, False,
     "of which an image is made"),
    ("snapshot", json.dumps({"SnapshotId": "snap-9", "OwnerId": VENDOR}), "account", VENDOR, False,
     "the owner tells"),
    ("snapshot", json.dumps({"SnapshotId": "snap-9", "OwnerId": OWN}), "own", OWN, False, "ours"),
    ("snapshot", json.dumps({"SnapshotId": "snap-9", "OwnerId": VENDOR,
                             "OwnerAlias": "aws-marketplace"}),
     "marketplace", f"{VENDOR}/snap-9", False, "one account has those of all sellers"),
    ("snapshot", json.dumps({"OwnerId": VENDOR, "OwnerAlias": "aws-marketplace"}), "unknown", None,
     False, "which of them?"),
    ("snapshot", "{", "unknown", None, False, "no JSON"),
    ("image-builder-component", "arn:aws:imagebuilder:us-east-1:aws:component/reboot/1.0.1/1",
     "aws", "Amazon", False, "one build of AWS's"),
    ("image-builder-component", "arn:aws:imagebuilder:us-east-1:aws-marketplace:component/x/1.0.0",
     "marketplace", "aws-marketplace/x", True, "bought"),
    ("image-builder-component",
     "arn:aws:imagebuilder:us-east-1:aws-marketplace:component/x-prod-9-prod-4jtq/1.0.0/1",
     "marketplace", "prod-4jtq", False, "its product's id stands last"),
    ("image-builder-component", f"arn:aws:imagebuilder:us-east-1:{VENDOR}:component/x/x.x.x",
     "account", VENDOR, True, "any version"),
    ("image-builder-component", f"arn:aws:imagebuilder:us-east-1:{VENDOR}:component/x/1.x.x/1",
     "account", VENDOR, True, "a build of any version"),
    ("image-builder-component", f"arn:aws:imagebuilder:us-east-1:{VENDOR}:component/x/1.0.x/1",
     "account", VENDOR, True, "a build of whichever version"),
    ("image-builder-component", f"arn:aws:imagebuilder:us-east-1:{VENDOR}:image/x/1.0.0/1",
     "unknown", None, True, "an image is none"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "reference", "whose", "name", "mutable", "why"),
    [*(("container-image", *row) for row in IMAGES), *OTHERS],
)
def test_the_publisher(
    kind: str, reference: str, whose: str, name: str | None, mutable: bool, why: str
) -> None:
    """A look-alike host, a cache or a name taken for an account would vet a stranger."""
    found = published(kind, reference, OWNERS)
    assert (found.publisher.kind, found.publisher.id, found.mutable) == (whose, name, mutable), why


NAMES = {
    ("ssm-document", "AWS-RunPatchBaseline"): "Amazon",
    (
        "image-builder-component",
        "arn:aws:imagebuilder:us-east-1:aws:component/reboot/1.0.1/1",
    ): "Amazon",
    (
        "image-builder-component",
        "arn:aws:imagebuilder:us-east-1:aws-marketplace:component/x/1.0.0",
    ): None,
    ("eks-addon", '{"addonName": "x", "publisher": "eks"}'): "Amazon EKS",
    ("eks-addon", '{"addonName": "x", "publisher": "acme"}'): "acme",
    ("layer", f"arn:aws:lambda:us-east-1:{VENDOR}:layer:x:3"): None,
}


def test_what_the_publisher_calls_itself() -> None:
    """A report that names nobody, or somebody else, beside an id that says nothing to its reader."""
    found = {one: published(*one, OWNERS).publisher for one in NAMES}
    assert {one: publisher.name for one, publisher in found.items()} == NAMES


GALLERY = """amazon-ssm-agent amazoncorretto amazonlinux appmesh aws-appconfig
    aws-application-networking-k8s aws-cli aws-containers aws-controllers-k8s aws-dynamodb-local
    aws-ec2 aws-elb aws-observability aws-secrets-manager awslabs-mcp awssolutions bottlerocket
    cloudwatch-agent codebuild csi-components deep-learning-containers ebs-csi-driver ecs
    efs-csi-driver eks eks-anywhere eks-connector eks-distro eks-distro-build-tooling emr-on-eks
    emr-serverless fsx-csi-driver glue karpenter lambda mountpoint-s3-csi-driver neptune neuron
    nitro pcm sagemaker sam xray"""


def test_an_account_in_another_partition() -> None:
    """Our own there, by an answer that names no partition; and AWS's, told with its own."""
    ours = Owners(OWN, frozenset({OWN}), "aws-cn")
    assert published("snapshot", f'{{"OwnerId": "{OWN}"}}', ours).publisher.kind == "own"
    aws = "arn:aws-us-gov:serverlessrepo:us-gov-west-1:023102451235:applications/x"
    assert published("serverless-application", aws, OWNERS).publisher.partition == "aws-us-gov"


def test_which_documents_have_a_name_alone() -> None:
    """Whose it is, is asked of these alone: AWS's are known, and an ARN tells."""
    names = ("Run", "AWS-Run", "amzn-Run", f"arn:aws:ssm:us-east-1:{OWN}:document/Run", "x")
    assert [*map(has_name_alone, names)] == [True, False, False, False, False]


def test_who_is_aws_in_the_public_gallery() -> None:
    """AWS's own image as a stranger's, or a stranger's alias as AWS: each changed on purpose."""
    found = {name: published("container-image", f"public.ecr.aws/{name}/a", OWNERS).publisher.kind
             for name in (*GALLERY.split(), "eks-distros", "aws", "amazon", "docker", "neurons")}  # fmt: skip
    assert {name for name, kind in found.items() if kind == "aws"} == set(GALLERY.split())


def test_a_rule_for_all_that_is_left() -> None:
    """`ROOT` taken for a prefix of that name would leave a whole mirror ours."""
    owners = Owners(OWN, frozenset({OWN}), "aws", (*RULES, PullThrough("ROOT", "ghcr.io")))
    found = [published("container-image", f"{ECR}/{path}", owners).publisher.id
             for path in ("acme/app", "hub/datadog/agent")]  # fmt: skip
    assert found == ["ghcr.io/acme", "docker.io/datadog"]


@given(st.text("@:/.[]#?\\ \t%aA0-_" + "ß．。", max_size=4), st.integers(0, len(ECR) + 2))
@example("@", 0)
def test_no_look_alike_is_ours(inserted: str, at: int) -> None:
    """A second reading: where an address of the same text leads out of our registry, it is not."""
    text = f"{ECR}/a"[:at] + inserted + f"{ECR}/a"[at:]
    found = published("container-image", text, Owners(OWN, frozenset({OWN})))
    if found.publisher.kind == "own":
        host = urlsplit(f"//{text}").hostname or ""
        assert host.startswith(f"{OWN}.dkr") and host.endswith(".amazonaws.com")


def test_every_kind_is_in_the_table() -> None:
    """A kind without a row would be trusted unseen."""
    assert {"container-image", *(row[0] for row in OTHERS)} == set(KINDS)


def _run(*args: str, stdin: str = "") -> tuple[int, str]:
    done = CliRunner().invoke(main, ["analyze", *args], input=stdin)
    return done.exit_code, done.output


def test_the_command_answers_a_line_for_each() -> None:
    """The form is the contract's, in order, with lines of standard input in the place of `-`."""
    code, out = _run("--code", "layer", "--account", OWN, "a", "-", stdin="b\n\nc\n")
    answers = [json.loads(line) for line in out.splitlines()]
    assert code == 0
    assert [one["reference"] for one in answers] == ["a", "b", "c"]
    assert answers[0] == {
        "reference": "a",
        "publisher": {"kind": "unknown", "id": None, "account": None, "name": None},
        "mutable": True,
    }


def test_the_rules_as_aws_prints_them() -> None:
    """Users paste what describe-pull-through-cache-rules prints."""
    rules = {"pullThroughCacheRules": [
        {"ecrRepositoryPrefix": "hub", "upstreamRegistryUrl": "quay.io", "registryId": OWN}]}  # fmt: skip
    given = ("--account", OWN, "--pull-through", json.dumps(rules))
    code, out = _run("--code", "container-image", *given, f"{ECR}/hub/acme/app")
    assert (code, json.loads(out)["publisher"]["id"]) == (0, "quay.io/acme")


MISUSED = [
    ((), "Missing argument"),
    (("x",), "give --account"),
    (("--account", OWN, "a", "b"), "give one FILE"),
    (("--account", OWN, "--pull-through", "[]", "a"), "goes with --code"),
    (("--code", "layer", "--fail", "a"), "--code takes"),
    (("--code", "layer", "--who", VENDOR, "a"), "--code takes"),
    (("--code", "layers", "a"), "'layers' is not one of"),
    (("--code", "layer", "--pull-through", "{", "a"), "is not JSON"),
    (("--code", "layer", "--pull-through", "3", "a"), "no list of rules"),
    (("--code", "layer", "--pull-through", "[3]", "a"), "no rule"),
    (("--code", "layer", "--pull-through", '["prefix"]', "a"), '"prefix" is no rule'),
    (("--code", "layer", "--pull-through", '[{"prefix": "x"}]', "a"), "no rule"),
    (
        (
            "--code",
            "layer",
            "--pull-through",
            '{"pullThroughCacheRules": [], "nextToken": "x"}',
            "a",
        ),
        "is cut",
    ),
    (
        (
            "--code",
            "layer",
            "--pull-through",
            '{"pullThroughCacheRules": [], "next_token": "x"}',
            "a",
        ),
        "has next_token",
    ),
    *(
        (
            (
                "--code",
                "layer",
                "--pull-through",
                f'[{{"prefix": "{prefix}", "upstream": "quay.io"}}]',
                "a",
            ),
            "is no prefix",
        )
        for prefix in ("", "/hub", " hub", "HUB", "/", "h*", "hub//")
    ),
    (
        (
            "--code",
            "layer",
            "--pull-through",
            '[{"prefix": "x", "prefix": "y", "upstream": "quay.io"}]',
            "a",
        ),
        "tells 'prefix' twice",
    ),
    (
        (
            "--code",
            "layer",
            "--pull-through",
            '[{"prefix": "x", "ecrRepositoryPrefix": "y", "upstream": "quay.io"}]',
            "a",
        ),
        "give one",
    ),
    (
        (
            "--code",
            "layer",
            "--pull-through",
            '[{"prefix": "x", "upstream": "quay.io", "upstreamPrefix": "y"}]',
            "a",
        ),
        "a rule has no upstreamPrefix",
    ),
]


@pytest.mark.parametrize(("args", "said"), MISUSED)
def test_what_is_misused_is_said(args: tuple[str, ...], said: str) -> None:
    """A rule that is dropped without a word would leave a mirror ours."""
    done = CliRunner().invoke(main, ["analyze", *args])
    assert done.exit_code != 0
    assert said in done.output + str(done.exception)
