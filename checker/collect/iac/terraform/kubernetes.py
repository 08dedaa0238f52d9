"""What other providers of Terraform run in Kubernetes, which may be a cluster of EKS: counted as
not read, and said, as it is of a live cluster what pods run.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator

from checker.collect.iac.terraform.planned import Planned
from checker.snapshot.records import Tally

_WORKLOADS = re.compile(
    r"kubernetes_(?:deployment|pod|daemon_?set|stateful_set|replication_controller|job|cron_job)(?:_v\d\w*)?"
    r"|kubernetes_manifest|kubectl_manifest|kubectl_file_documents|kustomization_resource"
    r"|k8s_manifest|helm_release|argocd_application(?:_set)?"
)


def runs_containers(kind: str) -> bool:
    return _WORKLOADS.fullmatch(kind) is not None


def counted(kind: str) -> Tally:
    """A resource of another provider than AWS's: it lets nobody into an account."""
    return Tally(not_read=1) if runs_containers(kind) else Tally(without_trust=1)


def unread_workloads(file: str, resources: Iterable[Planned]) -> Iterator[str]:
    """In a sentence."""
    kinds = Counter(one.type for one in resources if runs_containers(one.type))
    if kinds:
        named = ", ".join(f"{kind} ({count})" for kind, count in sorted(kinds.items()))
        yield (
            f"{file}: what would run in Kubernetes, of which no image was looked at: {named}. "
            "`collect kubernetes` reads what runs there."
        )
