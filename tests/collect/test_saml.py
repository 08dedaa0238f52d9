"""Entity ids are read from metadata that outsiders wrote."""

from __future__ import annotations

import time

import pytest

from checker.collect.aws.saml import entity_id

MD = "urn:oasis:names:tc:SAML:2.0:metadata"
BOMB = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12))


@pytest.mark.parametrize(
    ("metadata", "expected"),
    [
        (f'<EntityDescriptor xmlns="{MD}" entityID="https://a"/>', "https://a"),
        (f'<?xml version="1.0"?><x:EntityDescriptor xmlns:x="{MD}" entityID="b"/>', "b"),
        (f'<a xmlns="{MD}"><EntityDescriptor entityID="c"/><EntityDescriptor/></a>', "c"),
        (f'<EntityDescriptor xmlns="{MD}" entityID="d"><cut', "d"),
        (f'<EntityDescriptor xmlns="{MD}"/>', None),
        ('<EntityDescriptor xmlns="other" entityID="e"/>', None),
        ("not XML", None),
        ("", None),
        ("\ud800", None),
        (f'<!DOCTYPE x [<!ENTITY e "f">]><EntityDescriptor xmlns="{MD}" entityID="&e;"/>', None),
        (
            '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
            f'<EntityDescriptor xmlns="{MD}" entityID="g">&e;</EntityDescriptor>',
            None,
        ),
        (f'<!DOCTYPE x [<!ENTITY a0 "ha">{BOMB}]><x>&a11;</x>', None),
    ],
)
def test_entity_id(metadata: str, expected: str | None) -> None:
    """The id, or None; declarations are refused before they can do anything."""
    begin = time.monotonic()
    assert entity_id(metadata) == expected
    assert time.monotonic() - begin < 1
