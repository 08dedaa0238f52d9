"""What a worker tells of uses of code is what each of them says by itself."""

from __future__ import annotations

from unittest import mock

import pytest

import checker.snapshot.read as reading
from checker.publishers import KINDS, Owners, PullThrough, published
from checker.snapshot.code_uses import CodeUse
from checker.snapshot.odd import Glimpse, Seen
from checker.snapshot.ranges import Range
from checker.snapshot.write import encode_record
from checker.subjects.code_use.alike import key_of
from checker.subjects.code_use.sifting import Sifter
from tests.trust.support import M, N, V

RULES = {(N, "eu-west-1"): (PullThrough("hub", "registry-1.docker.io"),)}
ECR, DIGEST = "{}.dkr.ecr.eu-west-1.amazonaws.com/{}", f"@sha256:{'a' * 64}"
REFERENCES: list[tuple[str, str | None]] = [
    ("container-image", ECR.format(M, "a/b:1")), ("container-image", ECR.format(M, "c")), ("container-image", ECR.format(N, "hub/b")), ("container-image", ECR.format(N, "hub/a/b")), ("container-image", ECR.format(N, "a")),
    ("container-image", ECR.format(V, f"a{DIGEST}")), ("container-image", ECR.format(V, "a")), ("container-image", f"quay.io/acme/x:1{DIGEST}"), ("container-image", "quay.io/acme/y"), ("container-image", "quay.io/other/x"), ("container-image", "acme/x"), ("container-image", "acme/y:1"), ("container-image", "x"),
    ("container-image", "localhost/acme/x"), ("container-image", "localhost/other/x"), ("container-image", ECR.format(N, "a").replace("eu-west", "EU-WEST")), ("container-image", ECR.format(N, "hub/evil/x").replace("eu-west", "EU-WEST")), ("container-image", ECR.format(N, "hub/acme/x").replace("eu-west", "EU-WEST")),
    ("build-image", ECR.format(N, "hub/acme/x").replace("eu-west", "us-east")), ("build-image", ECR.format(N, "hub/acme/x")), ("build-image", ECR.format(N, "hub/other/x")), ("container-image", f"arn:aws:sagemaker:us-east-1:{M}:image/foo/1"), ("container-image", f"arn:aws:sagemaker:us-east-1:{M}:image/foo/bar"), ("container-image", f"acme/{'x' * 300}"),
    ("container-image", ""), ("container-image", None), ("container-image", "\u00e9/x"), ("container-image", f"acme/{'x' * 251}"), ("build-image", ECR.format(M, "a/b:1")), ("build-image", ECR.format(M, "c").replace("eu-west", "us-east")), ("build-image", "aws/codebuild/standard:7.0"), ("build-image", "aws/x"), ("container-image", "aws/codebuild/standard:7.0"),
    ("layer", f"arn:aws:lambda:eu-west-1:{V}:layer:agent:7"), ("layer", f"arn:aws:lambda:eu-west-1:{M}:layer:agent"), ("layer", "x"), ("ssm-document", "AWS-RunShellScript"), ("ssm-document", "ours"), ("snapshot", "snap-1"), ("odd", None), ("", ""),
    *((kind, None) for kind in KINDS),
]  # fmt: skip
USES = [
    CodeUse(account=account, region="eu-west-1", resource=f"r{n}", kind=kind, reference=reference)
    for n, (kind, reference) in enumerate(REFERENCES)
    for account in (M, N, V)
]


@pytest.mark.parametrize("rules", [{}, RULES], ids=["no rules", "a cache"])
def test_each_use_is_of_its_sort(
    rules: dict[tuple[str, str], tuple[PullThrough, ...]],
) -> None:
    """Catches a use that is told as another publisher's, is counted though somebody must look at
    it, or is lost; images of a registry that fetches, which are taken for one another; and a
    registry, a kind or an account of which nobody is told."""
    owners = Owners(None, frozenset([M, N]), "aws", by_registry=rules)
    lines = b"\n".join(map(encode_record, USES)) + b"\n"
    with mock.patch.object(reading, "lines_in", lambda _: iter([lines])):
        found = Sifter(owners).sift(Range("/there/is/none/code_uses.jsonl", 0, 1, ()))
    counted = {(sort.key, a): n for sort in found.sorts for a, n in (sort.counts or {}).items()}
    told = iter(zip(found.which, found.uses, strict=True))
    for use in USES:
        key = key_of(use.account, use.kind, use.reference or "", rules)
        whose = Owners(use.account, owners.own, "aws", by_registry=rules)
        kind = use.kind if use.reference else "unknown"
        if published(kind, use.reference or "", whose).publisher.kind in ("own", "aws"):
            counted[key, use.account] -= 1
        else:
            which, next_one = next(told)
            assert (next_one, found.sorts[which].key) == (use, key)
    assert not any(counted.values()) and next(told, None) is None
    assert found.sum is not None and found.sum.records == len(USES)
    assert found.sum.seen == seen_of(USES)


def seen_of(uses: list[CodeUse]) -> Glimpse:
    seen = Seen("aws")
    seen.look("code_uses.jsonl", CodeUse, uses)
    return seen.of("code_uses.jsonl")
