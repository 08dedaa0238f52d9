"""ECR's public gallery: who stands behind an alias.

https://docs.aws.amazon.com/AmazonECR/latest/public/public-registries.html
"""

from __future__ import annotations

import re

from checker.publishers.model import Publisher

_DEFAULT = re.compile(r"(?:[a-z][0-9]){4}")
_OF_AWS = frozenset(
    {
        "amazoncorretto", "amazonlinux", "aws-cli", "aws-containers", "aws-controllers-k8s",
        "aws-dynamodb-local", "aws-ec2", "aws-observability", "aws-secrets-manager", "bottlerocket",
        "cloudwatch-agent", "codebuild", "csi-components", "deep-learning-containers",
        "ebs-csi-driver", "ecs", "efs-csi-driver", "eks", "eks-distro", "eks-distro-build-tooling",
        "emr-on-eks", "emr-serverless", "fsx-csi-driver", "karpenter", "lambda",
        "mountpoint-s3-csi-driver", "neuron", "nitro", "sagemaker", "sam", "xray",
    }
)  # fmt: skip
"""Of those that do not speak for themselves, AWS's own pages and repositories pull from:
https://docs.aws.amazon.com/cli/latest/userguide/getting-started-docker.html,
https://docs.aws.amazon.com/emr/latest/EMR-on-EKS-DevelopmentGuide/docker-custom-images-tag.html,
https://docs.aws.amazon.com/emr/latest/EMR-Serverless-UserGuide/application-custom-image.html,
https://github.com/aws/aws-codebuild-docker-images, https://github.com/aws/deep-learning-containers,
https://github.com/aws/sagemaker-distribution, https://github.com/aws-neuron/deep-learning-containers,
https://github.com/aws/secrets-store-csi-driver-provider-aws,
https://github.com/aws-containers/retail-store-sample-app (also DynamoDB local),
https://github.com/awslabs/mountpoint-s3-csi-driver (also csi-components),
https://github.com/kubernetes-sigs/aws-ebs-csi-driver, and those of EFS and FSx beside it
"""


def of_gallery(parts: tuple[str, ...]) -> Publisher:
    """An alias is its publisher; one that AWS made up tells of nobody."""
    alias = parts[0]
    name = f"public.ecr.aws/{alias}"
    if len(parts) == 1 or _DEFAULT.fullmatch(alias):
        return Publisher("unknown", name)
    return Publisher("aws" if alias in _OF_AWS else "registry", name)
