"""ECR's public gallery: who stands behind an alias.

https://docs.aws.amazon.com/AmazonECR/latest/public/public-registries.html
"""

from __future__ import annotations

import re

from checker.publishers.model import Publisher

_DEFAULT = re.compile(r"(?:[a-z][0-9]){4}")
_OF_AWS = frozenset(
    {
        "amazon-ssm-agent", "amazoncorretto", "amazonlinux", "appmesh", "aws-appconfig",
        "aws-application-networking-k8s", "aws-cli", "aws-containers", "aws-controllers-k8s",
        "aws-dynamodb-local", "aws-ec2", "aws-elb", "aws-observability", "aws-secrets-manager",
        "awslabs-mcp", "awssolutions", "bottlerocket", "cloudwatch-agent", "codebuild",
        "csi-components", "deep-learning-containers", "ebs-csi-driver", "ecs", "efs-csi-driver",
        "eks", "eks-anywhere", "eks-connector", "eks-distro", "eks-distro-build-tooling",
        "emr-on-eks", "emr-serverless", "fsx-csi-driver", "glue", "karpenter", "lambda",
        "mountpoint-s3-csi-driver", "neptune", "neuron", "nitro", "pcm", "sagemaker", "sam", "xray",
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
https://github.com/kubernetes-sigs/aws-ebs-csi-driver, and those of EFS and FSx beside it,
https://docs.aws.amazon.com/appconfig/latest/userguide/appconfig-integration-containers-agent-starting-ecs.html,
https://docs.aws.amazon.com/glue/latest/dg/develop-local-docker-image.html,
https://docs.aws.amazon.com/solutions/latest/distributed-load-testing-on-aws/container-image.html,
https://docs.aws.amazon.com/eks/latest/userguide/connecting-cluster.html (eks-connector),
https://github.com/aws/amazon-ssm-agent/blob/mainline/packaging/docker/README.md,
https://github.com/aws/aws-app-mesh-controller-for-k8s (appmesh),
https://github.com/aws/aws-application-networking-k8s,
https://github.com/aws/aws-parallelcluster-ui (pcm), https://github.com/aws/eks-anywhere,
https://github.com/aws/eks-charts (aws-elb, also appmesh),
https://github.com/aws/graph-explorer (neptune), https://github.com/awslabs/mcp
"""


def of_gallery(parts: tuple[str, ...]) -> Publisher:
    """An alias is its publisher; one that AWS made up tells of nobody."""
    alias = parts[0]
    name = f"public.ecr.aws/{alias}"
    if len(parts) == 1 or _DEFAULT.fullmatch(alias):
        return Publisher("unknown", name)
    return Publisher("aws" if alias in _OF_AWS else "registry", name)
