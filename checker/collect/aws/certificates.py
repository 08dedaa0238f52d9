"""Certificate authorities by their certificates, which an outsider may have written.

The fingerprint is that of `openssl x509 -fingerprint -sha256`. What a certificate says of its
holder is no proof of anything, and is left to whoever looks it up.
"""

from __future__ import annotations

import hashlib
import re
import ssl

_PEM = re.compile(r"-----BEGIN CERTIFICATE-----.+?-----END CERTIFICATE-----", re.DOTALL)


def authority(bundle: str) -> str | None:
    """`x509-sha256:…` of each certificate, in a fixed order; None where one cannot be read."""
    try:
        found = {hashlib.sha256(_der(one)).hexdigest() for one in _PEM.findall(bundle)}
    except ValueError:
        return None
    return " ".join(f"x509-sha256:{one}" for one in sorted(found)) or None


def _der(pem: str) -> bytes:
    return ssl.PEM_cert_to_DER_cert(pem)
