"""What other providers of Terraform run in containers, on machines or in a cluster that may be
ours: counted as not read, and said, as it is of a live cluster what pods run.
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
    r"|k8s_manifest|helm_release|argocd_application(?:_set)?|flux_bootstrap_git"
    r"|rancher2_(?:multi_cluster_)?app(?:_v2)?"
)
_ELSEWHERE = re.compile(r"docker_(?:container|service|compose|plugin)|nomad_job|portainer_stack")


def runs_containers(kind: str) -> bool:
    return any(kinds.fullmatch(kind) for kinds in (_WORKLOADS, _ELSEWHERE))


def counted(kind: str) -> Tally:
    """A resource of another provider than AWS's: it lets nobody into an account."""
    return Tally(not_read=1) if runs_containers(kind) else Tally(without_trust=1)


def unread_workloads(file: str, resources: Iterable[Planned]) -> Iterator[str]:
    """In sentences."""
    kinds = Counter(one.type for one in resources)
    if named := _counts(kinds, _WORKLOADS):
        yield (
            f"{file}: what would run in Kubernetes, of which no image was looked at: {named}. "
            "`collect kubernetes` reads what runs there."
        )
    if named := _counts(kinds, _ELSEWHERE):
        yield f"{file}: what would run in containers, of which no image was looked at: {named}."


def _counts(kinds: Counter[str], wanted: re.Pattern[str]) -> str:
    found = [one for one in sorted(kinds.items()) if wanted.fullmatch(one[0])]
    return ", ".join(f"{kind} ({count})" for kind, count in found)
