"""Certificate authorities by their certificates, which an outsider may have written.

The fingerprint is that of `openssl x509 -fingerprint -sha256`. What a certificate says of its
holder is no proof of anything, and is left to whoever looks it up.
"""

from __future__ import annotations

import base64
import hashlib
import re

_PEM = re.compile(r"-----BEGIN CERTIFICATE-----.+?-----END CERTIFICATE-----", re.DOTALL)


def authority(bundle: str) -> str | None:
    """`x509-sha256:…` of each certificate, in a fixed order; None where one cannot be read."""
    try:
        found = {hashlib.sha256(_der(one)).hexdigest() for one in _PEM.findall(bundle)}
    except ValueError:
        return None
    return " ".join(f"x509-sha256:{one}" for one in sorted(found)) or None


def _der(pem: str) -> bytes:
    """The bytes between the lines. Raises ValueError where they are no sequence of ASN.1."""
    der = base64.b64decode("".join(pem.splitlines()[1:-1]), validate=True)
    if not der.startswith(b"\x30"):
        raise ValueError("no certificate")
    return der
