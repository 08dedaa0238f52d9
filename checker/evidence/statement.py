"""The in-toto statement about a zip, unsigned: signing is the pipeline's.

https://github.com/in-toto/attestation/blob/main/spec/v1/statement.md
"""

from __future__ import annotations

from checker.evidence.evaluate import Bundle
from checker.evidence.model import encode

TYPE = "https://in-toto.io/Statement/v1"
PREDICATE = "urn:vendorgate:evidence:v1"


def statement(name: str, sha256: str, manifest: str, bundle: Bundle) -> bytes:
    """`manifest` is the digest of manifest-sha256.txt, which packing anew does not change."""
    report = bundle.report
    return encode(
        {
            "_type": TYPE,
            "subject": [{"name": name, "digest": {"sha256": sha256}}],
            "predicateType": PREDICATE,
            "predicate": {
                "tool": report.tool,
                "evaluated_on": report.evaluated_on,
                "collected_at": report.inputs.snapshot.collected_at,
                "verdict": report.verdict,
                "open": report.summary.open,
                "gaps": len(report.gaps),
                "manifest_sha256": manifest,
            },
        }
    )
