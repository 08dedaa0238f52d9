"""Folders of policies: what is read, what takes a built-in one's place, and what is refused."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import checker.policy.load as loading
from checker.errors import InputError
from checker.policy.load import BUILTIN, load_policies, read_policy, replaced

ANYONE = (BUILTIN / "anyone-trust.yaml").read_text()
MINE = ANYONE.replace("id: anyone-trust", "id: mine")


def folder(path: Path, **texts: str) -> Path:
    path.mkdir(exist_ok=True)
    for name, text in texts.items():
        (path / f"{name}.yaml").write_text(text)
    return path


def test_own_policies_come_beside_the_built_in_ones(tmp_path: Path) -> None:
    """Catches a policy of one's own that drives out another, or that is in force unseen."""
    mine = folder(tmp_path / "p", mine=MINE)
    (mine / "notes.txt").write_text("no policy")
    (mine / "second.yml").write_text(ANYONE.replace("id: anyone-trust", "id: also-mine"))
    found, plain = load_policies(mine), load_policies(None)
    assert found.ids - plain.ids == {"mine", "also-mine"} and plain.ids < found.ids
    assert [one.id for one in found.policies] == sorted(one.id for one in found.policies)
    assert (found.builtin, found.replaced, found.path) == (True, (), str(mine))
    assert plain.path == "built-in" and found.sha256 != plain.sha256
    alone = load_policies(mine, builtin=False)
    assert [one.id for one in alone.policies] == ["also-mine", "mine"] and not alone.builtin


def test_who_takes_the_place_of_a_built_in_one_is_told(tmp_path: Path) -> None:
    """Catches a built-in policy that is weakened and that no report tells of."""
    same = load_policies(folder(tmp_path / "same", a=ANYONE))
    other = load_policies(folder(tmp_path / "other", a=ANYONE.replace("critical", "low")))
    assert (same.replaced, other.replaced) == ((), ("anyone-trust",))
    blank = load_policies(folder(tmp_path / "blank", a=ANYONE + "\n"))
    assert blank.replaced == ("anyone-trust",), "blanks mean something in YAML"
    second = (BUILTIN / "unreadable-trust-policy.yaml").read_text()
    both = folder(tmp_path / "both", a=ANYONE + "# ours\n", b=second + "# ours\n")
    assert load_policies(both).replaced == ("anyone-trust", "unreadable-trust-policy")
    severities = {one.id: one.file.severity for one in other.policies}
    assert severities["anyone-trust"] == "low" and len(severities) == len(same.policies)


def test_a_built_in_policy_that_was_edited_is_checked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Catches a clone's policy that asks for what there is not, and so never finds anything."""
    text = (BUILTIN / "unreadable-trust-policy.yaml").read_text()
    monkeypatch.setattr(loading, "_builtin", loading._builtin.__wrapped__)  # which is remembered
    for asked in ("trust.policy.redable != `true`", "trust.redable_typo || `false`"):
        edited = re.sub("(?m)^assert: .*", f"assert: {asked}", text)
        monkeypatch.setattr(loading, "BUILTIN", folder(tmp_path / "p", a=edited))
        with pytest.raises(InputError, match=r"a.yaml:[0-9]+:[0-9]+: assert: "):
            load_policies(None)


def test_one_policy_put_into_a_set(tmp_path: Path) -> None:
    """Catches a policy that is asked beside the one that it replaces."""
    path = tmp_path / "x.yaml"
    path.write_text(ANYONE.replace("critical", "low"))
    whole = load_policies(None)
    found = replaced(whole, read_policy(path))
    assert [one.id for one in found.policies] == [one.id for one in whole.policies]
    assert [one.file.severity for one in found.policies if one.id == "anyone-trust"] == ["low"]
    assert found.sha256 != whole.sha256 and found.builtin and found.path == str(path)


def test_a_tests_name_is_told_without_what_stands_around_it(tmp_path: Path) -> None:
    """Catches a page whose list has names that begin with spaces."""
    mine = folder(
        tmp_path / "p", mine=MINE.replace("  - name: ", '  - name: " x "\n    # was: ', 1)
    )
    (found,) = load_policies(mine, builtin=False).policies
    assert found.tests[0].name == "x"


FRAMED = MINE.replace("\ncontrols:\n", "\ncontrols:\n  x: {A-1: because it does}\n", 1)
WEAK = ANYONE.replace("vetting.status == 'own'", "vetting.status != 'own'")
LATER = (BUILTIN / "unvetted-account-trust.yaml").read_text()
WEAKER = re.sub("(?m)^assert: .*", "assert: vetting.status != 'own'", LATER)
REFUSED = [
    ("not what its own tests say", {"a": WEAK}, "takes the place of the built-in policy 'anyone-trust'"),
    ("nor does a second one", {"a": ANYONE.replace("critical", "low"), "b": WEAKER}, "takes the place of the built-in policy 'unvetted-account-trust'"),
    ("one id twice", {"a": MINE, "b": MINE}, "a.yaml too"),
    ("the engine's own id", {"a": ANYONE.replace("id: anyone-trust", "id: collection-gap")}, "is the engine's own"),
    ("another title of a framework", {"a": FRAMED + "frameworks: {x: One}\n",
     "b": FRAMED.replace("id: mine", "id: more") + "frameworks: {x: Two}\n"}, "'x' is 'One' in"),
]  # fmt: skip


@pytest.mark.parametrize(("why", "texts", "message"), REFUSED, ids=[r[0] for r in REFUSED])
def test_refused(tmp_path: Path, why: str, texts: dict[str, str], message: str) -> None:
    """Catches two policies of which one is silently left out."""
    with pytest.raises(InputError) as caught:
        load_policies(folder(tmp_path / "p", **texts))
    assert message in str(caught.value) and caught.value.line, why


def test_nothing_to_check_with(tmp_path: Path) -> None:
    """Catches a gate that asks nothing, and so lets everything pass."""
    with pytest.raises(InputError, match="no policy to check with"):
        load_policies(None, builtin=False)
    with pytest.raises(InputError, match="no policy to check with"):
        load_policies(folder(tmp_path / "empty"), builtin=False)
    with pytest.raises(InputError, match="there is no such directory of policies"):
        load_policies(tmp_path / "missing")
    (tmp_path / "p").mkdir()
    (tmp_path / "p" / "a.yaml").mkdir()
    with pytest.raises(InputError, match=r"a\.yaml: cannot be read"):
        load_policies(tmp_path / "p")
