"""Which controls a policy supports, and why: each pair has a reason, and none that does not fit."""

from __future__ import annotations

from fnmatch import fnmatch
from pathlib import Path

import pytest

from checker.check.rules import PolicyOverrides, Rules
from checker.errors import InputError
from checker.frameworks import asks, frameworks, in_order, meant, title
from checker.policy import written
from checker.policy.load import BUILTIN, load_policies, read_policy
from checker.policy.model import Policy
from checker.policy.page import render
from checker.yamlfile import parse_yaml
from tests.policy.test_policies import GOOD
from tests.support.cli import vendorgate
from tests.support.rows import rows

POLICIES = {path.stem: read_policy(path) for path in sorted(BUILTIN.glob("*.yaml"))}
PAGES = {name: render(policy) for name, policy in POLICIES.items()}
PAIRS = [
    (name, framework, control, reason)
    for name, policy in POLICIES.items()
    for framework, named in policy.file.controls.items()
    for control, reason in named.items()
]


def named(pattern: str) -> dict[str, set[str]]:
    """The controls of the policies that fit, all frameworks together."""
    found: dict[str, set[str]] = {name: set() for name in POLICIES if fnmatch(name, pattern)}
    for name, _, control, _ in PAIRS:
        if name in found:
            found[name].add(control)
    assert found, f"no policy is called {pattern}"
    return found


TRUST = "unvetted-[!ir]*-trust"
STRUCK = [
    ("*-exception", {"12.8.4", "12.8.5", "A.5.22", "RA-3(1)"}, "exceptions are deviations, no reviews of suppliers"),
    ("change-blanket-exception", {"A.5.22", "AC-6"}, "as above; a waiver gives no access"),
    ("change-*", {"12.8.5"}, "a responsibility matrix is no scope"),
    ("change-unbounded-scope", {"A.5.20", "A.5.22", "12.8.4"}, "a scope is access, no agreement and no review"),
    ("vendor-out-of-scope", {"12.8.5", "A.5.20", "A.5.22"}, "as above"),
    ("vendor-over-privileged", {"12.8.5", "A.5.20"}, "as above"),
    ("missing-external-id", {"12.8.5", "A.5.20"}, "a condition of a trust policy is no agreement"),
    ("costly-vendor-calls", {"8.2.7", "CC7.2", "SI-4"}, "cost is no sign of an intruder"),
    ("vendor-call-rate", {"8.2.7", "CC7.2", "SI-4"}, "nor is the use of capacity"),
    ("vendor-throttling", {"8.2.7", "CC7.2", "SI-4"}, "nor is the use of capacity"),
    ("*", {"A.5.20", "12.8.5"}, "no policy here reads an agreement with a supplier"),
    ("anyone-trust", {"A.5.20"}, "a trust policy is technical"),
    ("unvetted-image-owner", {"RA-3(1)"}, "who publishes an image is provenance"),
    ("change-weakened-*", {"AC-6", "A.5.22"}, "a setting of the gate gives nobody access"),
    ("change-grown-baseline", {"A.5.22"}, "findings that are accepted are deviations"),
    ("dangling-principal", {"AC-6", "A.5.22"}, "it is about access that outlived its holder"),
    ("vendor-probing", {"AC-6"}, "what is refused was not given"),
]  # fmt: skip


@pytest.mark.parametrize(("policies", "controls", "why"), STRUCK)
def test_no_control_is_claimed_that_does_not_fit(
    policies: str, controls: set[str], why: str
) -> None:
    """An auditor who reads the control beside the rule, and believes the rest of the map less."""
    for policy, claimed in named(policies).items():
        assert not claimed & controls, f"{policy}: {why}"


CHANGES = {"CM-3", "CC8.1", "A.8.32", "ID.RA-07"}
IMAGES = {"SR-4", "A.8.19", "CC6.8", "CM-7(5)", "T1204.003"}
WHOM = {
    "CC6.2",
    "12.8.1",
    "12.8.3",
    "GV.SC-04",
    "GV.SC-06",
    "15.1",
    "15.5",
    "Art. 28(3)",
    "Art. 28(4)",
}
ADDED = [
    ("change-*", CHANGES, "a change of what the gate accepts is change control"),
    ("unvetted-image-*", IMAGES, "an image is software, with a provenance"),
    ("unvetted-marketplace-image", IMAGES, "so is one that the marketplace passes on"),
    ("unknown-image-owner", IMAGES, "and one of which no publisher can be told"),
    ("unpinned-image-lookup", IMAGES, "and one taken by its name"),
    ("laundered-image", IMAGES, "and a copy"),
    ("unsure-own-image", IMAGES, "and one of an ancestry that ends"),
    ("*ic-image", {"AC-21", "CC6.7", "A.8.12", "T1537"}, "a public image is information that leaves"),
    ("shared-image", {"AC-21", "CC6.7", "A.8.12", "T1537"}, "a shared image is information that leaves"),
    ("*-federation", {"IA-8", "PR.AA-04"}, "federation identifies users of outside"),
    ("unexpected-vendor-action", {"AC-2(12)", "8.2.7", "DE.CM-06"}, "use that is not what is expected"),
    ("denied-vendor-action", {"AC-2(12)", "8.2.7", "DE.CM-06"}, "the same, forbidden"),
    ("*-role-use", {"AC-2(12)", "8.2.7", "DE.CM-06"}, "the same, by somebody or through a role unknown"),
    ("vendor-probing", {"AC-2(12)"}, "the same, tried"),
    (TRUST, WHOM | {"A.5.15", "A.5.18", "T1199", "Art. 21(2)(d)"}, "unvetted parties that hold credentials"),
    ("unvetted-federation", WHOM, "the same, by tokens"),
    ("foreign-service-source", WHOM, "the same, behind a service"),
    ("unvetted-role-use", {"CC6.2"}, "the same, already in"),
    ("dormant-vendor-role", {"8.2.7", "8.2.6", "15.7", "GV.SC-10"}, "access enabled only while it is needed"),
    ("open-federation", {"7.2.5", "12.8.1", "CC6.2"}, "a role that all tenants can take"),
    ("*-exception", {"CA-5", "A.5.36"}, "a deviation with an owner and an end"),
    ("vendor-out-of-scope", {"7.2.5", "7.2.1", "A.8.3", "A.5.18"}, "access beyond what was approved"),
    ("vendor-over-privileged", {"7.2.5", "7.2.1", "A.8.2"}, "privileged access beyond what was approved"),
]  # fmt: skip


@pytest.mark.parametrize(("policies", "controls", "why"), ADDED)
def test_controls_that_a_policy_supports_are_named(
    policies: str, controls: set[str], why: str
) -> None:
    """An auditor who asks what covers a control, and is told: nothing."""
    for policy, claimed in named(policies).items():
        assert controls <= claimed, f"{policy}: {why}: {sorted(controls - claimed)}"


@rows("policy, framework, control, reason", PAIRS)
def test_each_pair_has_a_reason(policy: str, framework: str, control: str, reason: str) -> None:
    """A control that stands beside a policy because it stood there before."""
    assert 25 <= len(reason) <= 140 and reason[-1] not in ".;"
    assert asks(framework, control), "what the control asks is in no table"
    page = PAGES[policy]
    assert f"  - {control} ({asks(framework, control)}): {reason}\n" in page


def test_what_the_table_has_some_policy_supports() -> None:
    """A control in the map under which no policy stands."""
    used = {(framework, control) for _, framework, control, _ in PAIRS}
    assert used == {(key, control) for key, known in frameworks().items() for control in known.asks}


TITLES = {
    "nist_800_53": "NIST SP 800-53 r5",
    "nist_csf": "NIST CSF 2.0",
    "iso_27001": "ISO/IEC 27001:2022",
    "soc2": "SOC 2 TSC 2017",
    "pci_dss": "PCI DSS 4.0.1",
    "cis_controls": "CIS Controls 8.1",
    "dora": "DORA (EU) 2022/2554",
    "nis2": "NIS2 (EU) 2022/2555",
    "mitre_attack": "MITRE ATT&CK Enterprise 18",
}


def test_frameworks_have_titles_with_versions() -> None:
    """A map from which nobody can tell which edition of a standard it means."""
    assert {key: known.title for key, known in frameworks().items()} == TITLES
    for known in frameworks().values():
        assert known.version in known.title and known.source.startswith("https://")
        assert known.publisher and len(known.published) == len("2024-06")


OWN = 'controls: {acme: [X-1], soc2: {CC9.2: r}}\nframeworks: {acme: "ACME Baseline 3"}\ntests:'


def policy_of(text: str) -> Policy:
    document = parse_yaml(text.encode(), "p.yaml")
    return written.policy_of(document)


def test_frameworks_of_the_readers_own() -> None:
    """A company's own standard, which was an unknown key."""
    policy = policy_of(GOOD.replace("tests:", OWN))
    assert policy.file.controls == {"acme": {"X-1": ""}, "soc2": {"CC9.2": "r"}}
    page = render(policy)
    assert "- **ACME Baseline 3**\n  - X-1\n" in page
    assert page.index("SOC 2 TSC 2017") < page.index("ACME Baseline 3")
    assert title("acme") == "acme" and in_order(["acme", "soc2"]) == ["soc2", "acme"]


def test_a_framework_of_which_no_control_is_named_is_not_told(tmp_path: Path) -> None:
    """Catches a report that says of a policy that it supports nothing of a framework."""
    told = "controls: {soc2: {CC9.2: r}, pci_dss: [], nist_800_53: [SA-9]}\ntests:"
    policy = policy_of(GOOD.replace("tests:", told))
    (tmp_path / f"{policy.id}.yaml").write_text(GOOD.replace("tests:", told))
    infos = Rules(load_policies(tmp_path), PolicyOverrides()).infos
    (info,) = (one for one in infos if one.id == policy.id)
    assert list(info.controls.items()) == [("nist_800_53", ("SA-9",)), ("soc2", ("CC9.2",))]
    assert info.reasons == {"soc2": {"CC9.2": "r"}}


ACCEPTED = [
    ("a framework without a title", "controls: {acme: [X-1]}"),
    ("one that is named like another", "controls: {nist_800_171: ['3.1.1']}"),
    ("a standard of the same family", "controls: {iso_27017: [CLD.6.3.1]}"),
    ("a near one, with its title", "controls: {iso_27002: ['5.19']}\nframeworks: {iso_27002: 'ISO/IEC 27002:2022'}"),
    ("a list, as it always was", "controls: {nist_800_53: [SA-9], pci_dss: ['12.8.1']}"),
    ("none", "controls: {}"),
]  # fmt: skip


@pytest.mark.parametrize(("why", "text"), ACCEPTED)
def test_accepted(why: str, text: str) -> None:
    """A standard that its user must file under the name of another."""
    policy_of(GOOD.replace("tests:", f"{text}\ntests:"))


REFUSED = [
    ("a slip of the pen", "controls: {nist_80053: [SA-9]}", "unknown framework 'nist_80053'; did you mean 'nist_800_53'"),
    ("capitals", "controls: {SOC2: [CC9.2]}", "did you mean 'soc2'"),
    ("a sign less", "controls: {pcidss: [x]}", "did you mean 'pci_dss'"),
    ("a number", "controls: {pci_dss: [12.8]}", 'a control must be text: write "12.8"'),
    ("no reason", "controls: {soc2: {CC9.2: }}", "why CC9.2 must be text"),
    ("an empty reason", "controls: {soc2: {CC9.2: ' '}}", "why CC9.2 must be one line of text"),
    ("a reason of two lines", 'controls: {soc2: {CC9.2: "a\\nb"}}', "why CC9.2 must be one line"),
    ("a text", "controls: {soc2: CC9.2}", "must be controls, each with its reason, or a list"),
    ("a framework that is a sentence", "controls: {my own: [X]}", "'my own' is not a framework's key"),
    ("a title for what is built in", "controls: {soc2: [CC9.2]}\nframeworks: {soc2: SOC 2 TSC 2030}", "'soc2' is built in, as SOC 2 TSC 2017"),
    ("a title for nothing", "controls: {soc2: [CC9.2]}\nframeworks: {acme: ACME 3}", "no control of 'acme' is named"),
]  # fmt: skip


@pytest.mark.parametrize(("why", "text", "message"), REFUSED)
def test_refused(why: str, text: str, message: str) -> None:
    """A control that would stand in no map, as its framework is misspelt."""
    with pytest.raises(InputError) as caught:
        policy_of(GOOD.replace("tests:", f"{text}\ntests:"))
    assert message in str(caught.value), str(caught.value)


def test_two_titles_for_one_framework_are_refused(tmp_path: Path) -> None:
    """A map whose head depends on which of two policies was read last."""
    text = GOOD.replace("tests:", OWN)
    (tmp_path / "a.yaml").write_text(text)
    (tmp_path / "b.yaml").write_text(text.replace("house", "other").replace("Baseline 3", "4"))
    with pytest.raises(
        InputError, match=r"b\.yaml:\d+:\d+: .acme. is 'ACME Baseline 3' in .*a\.yaml"
    ):
        load_policies(tmp_path)


def test_the_pages_are_those_of_the_documents() -> None:
    """A page that says less than the policy does, or an older thing."""
    written = {name: Path(f"docs/policies/{name}.md").read_text() for name in PAGES}
    said = {name: text.rpartition("\n*Made from ")[0] for name, text in written.items()}
    assert said == PAGES


BARE = """\
# house-rule

**t.**

Severity low · applies to role_trust

## Why

r

## What to do

r

## The rule

```yaml
{}assert: vetting.status == 'vetted'
message: {{role.arn}}
```

{}## Its tests

- pass: a
- fail: b
"""
WHEN = "when: principal.kind == 'account'\n"


def test_the_page_of_a_policy_that_says_little() -> None:
    """A heading over nothing, or what was written folded."""
    assert render(policy_of(GOOD)) == BARE.format(WHEN, "")
    assert render(policy_of(GOOD.replace(WHEN, ""))) == BARE.format("", "")
    folded = GOOD.replace("assert: vetting.status", "assert: >\n  vetting.status\n ")
    assert render(policy_of(folded)) == BARE.format(WHEN, "")
    more = GOOD.replace(
        "tests:",
        "remediation_in_code: c\nreferences: [https://a.example]\ncontrols: {acme: [X-1]}\ntests:",
    )
    page = render(policy_of(more))
    assert "\n\nr\n\nIn code that is not deployed yet: c\n\n## The rule" in page
    controls = "## Controls\n\nIt supports these; it satisfies none of them alone.\n\n- **acme**\n  - X-1\n\n"
    assert f"```\n\n{controls}## References\n\n- <https://a.example>\n\n## Its tests" in page


def test_explain_says_why(tmp_path: Path) -> None:
    """A reason that stands in a file which no command shows."""
    shown = vendorgate("explain", "change-expires-too-late", cwd=tmp_path).out
    assert (
        "12.8.4 (providers' compliance status is monitored at least once every 12 months): "
        in shown
    )


def test_what_is_near() -> None:
    """A hint that guesses."""
    assert (meant("nist_800_35"), meant("acme")) == ("nist_800_53", None)


def test_no_sentence_about_auditors_without_a_source() -> None:
    """“What auditors look for”, which no standard says."""
    for policy in POLICIES.values():
        text = policy.file.rationale + policy.file.remediation
        assert "auditors look for" not in text and "month's grace" not in text
