"""What a cluster itself tells of its pods, as AWS's API does not → a snapshot, or into one."""

from checker.collect.kubernetes.add import add_pods
from checker.collect.kubernetes.pods import Cluster, Pods

__all__ = ["Cluster", "Pods", "add_pods"]
