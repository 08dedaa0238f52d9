"""Plans of many small resources, each of which asks for a branch of its own.

What they come to stands in `golden.jsonl` (`conftest.py`): each resource there is a row with what
is told of it.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.collect.iac import granted
from tests.collect.iac.granted import ORGANIZATION, OWN
from tests.collect.iac.hcl import write
from tests.collect.iac.plans import Json, block, plan, planned, policy
from tests.support.snapshots import STRANGER

THIRD = "333333333333"
ARN = f"arn:aws:iam::{STRANGER}:role/x"
DOCUMENT = "data.aws_iam_policy_document"


def configured(
    type_: str, name: str, mode: str = "managed", key: str = "", **attributes: Any
) -> Json:
    """How a resource is written: what its attributes refer to."""
    told = {
        one: {"references": [*to]} if isinstance(to, list | tuple) else to
        for one, to in attributes.items()
    }
    more = {"provider_config_key": key} if key else {}
    return {"mode": mode, "type": type_, "name": name, "expressions": told, **more}


def data(type_: str, name: str, values: Json, **more: Any) -> Json:
    return planned(type_, values, name=name, mode="data", **more)


MADE = [
    planned("aws_iam_role", {"name": "own", "path": "/p/"}, name="own", unknown={"arn": True, "unique_id": True}),
    planned("aws_iam_role", {"name": "known", "arn": ARN.replace(STRANGER, OWN), "unique_id": "AROA1", "assume_role_policy": policy({"AWS": "AROA1"})}, name="known"),
    planned("aws_iam_role", {"name": "far", "arn": ARN}, name="far"),
    planned("aws_iam_role", {}, name="nameless", unknown={"name": True, "arn": True}),
    planned("aws_iam_user", {"name": "joe", "unique_id": "AIDA1"}, name="joe"),
    planned("aws_iam_openid_connect_provider", {"url": "https://idp.example.com"}, name="idp", unknown={"arn": True}),
    planned("aws_iam_openid_connect_provider", {}, name="later", unknown={"arn": True, "url": True}),
    planned("aws_iam_saml_provider", {"name": "s", "saml_metadata_document": "<x/>"}, name="saml", unknown={"arn": True}),
    planned("aws_cognito_identity_pool", {"allow_unauthenticated_identities": False}, name="pool", unknown={"id": True}),
    planned("aws_cognito_identity_pool", {"allow_unauthenticated_identities": True, "id": "us-east-1:g"}, name="guests"),
    planned("aws_cognito_user_pool", {"endpoint": "cognito-idp.us-east-1.amazonaws.com/us-east-1_x"}, name="users"),
    planned("aws_eks_cluster", {"identity": [{"oidc": [{"issuer": "https://oidc.eks.us-east-1.amazonaws.com/id/A"}]}]}, name="eks"),
    planned("aws_organizations_account", {"id": THIRD}, name="account"),
    planned("aws_organizations_organization", {"id": "o-known12345"}, name="org"),
    planned("aws_iam_role", {"name": "a"}, name="each", index="a", unknown={"arn": True}),
    planned("aws_iam_role", {"name": "b", "arn": ARN}, name="each", index="b"),
    planned("aws_iam_role", {"name": "c0"}, name="counted", index=0, unknown={"arn": True}),
    planned("aws_iam_role", {"name": "c1"}, name="counted", index=1, unknown={"arn": True}),
    planned("aws_iam_role", {"name": "in"}, name="own", module="module.m", unknown={"arn": True}),
    planned("aws_iam_role", {"name": "in"}, name="own", module="module.n[0].module.k", unknown={"arn": True}),
    planned("aws_kms_key", {"arn": f"arn:aws:kms:us-east-1:{OWN}:key/1"}, name="key", unknown={"policy": True}),
]  # fmt: skip
READ = [
    data("aws_caller_identity", "me", {"account_id": OWN, "arn": f"arn:aws:sts::{OWN}:assumed-role/x/y"}), data("aws_iam_role", "there", {"name": "t", "arn": f"arn:aws:iam::{OWN}:role/t"}),
    data("aws_partition", "p", {"partition": "aws"}), data("aws_ssm_parameter", "who", {"value": STRANGER, "name": "/x"}), data("aws_region", "r", {}),
    data("aws_organizations_organization", "o", {"id": ORGANIZATION}),
]  # fmt: skip


IMAGES = [
    planned("aws_ami_copy", {"source_ami_id": "ami-1"}, name="later", unknown={"id": True}), planned("aws_ami_copy", {"id": "ami-2"}, name="c"),
    data("aws_ami", "l2", {"owners": ["self", STRANGER, "amazon"]}, actions=["read"], unknown={"id": True}),
]  # fmt: skip


def documented(
    name: str, *statements: Any, unknown: Any = None, index: Any = None, **values: Any
) -> Json:
    told = {"version": None, "statement": list(statements), **values}
    return planned(
        "aws_iam_policy_document",
        told,
        name=name,
        mode="data",
        unknown={"json": True, **(unknown or {})},
        actions=["read"],
        index=index,
    )


IDS = {"statement": [{"principals": [{"identifiers": True}]}]}
PART = {"statement": [{"principals": [{"identifiers": [False, True]}]}]}
VALUES = {"statement": [{"condition": [{"values": True}]}]}
TWO = {
    "statement": [{"principals": [{"identifiers": True}]}, {"principals": [{"identifiers": True}]}]
}


def when(values: Any, variable: str = "aws:PrincipalOrgID", test: str = "StringEquals") -> Any:
    return [{"test": test, "variable": variable, "values": values}]


AUD = "cognito-identity.amazonaws.com:aud"
DOCUMENTS: list[tuple[Json, Any]] = [
    (documented("d0", block([STRANGER])), None), (documented("d1", block(None), unknown=IDS), {"principals": [{"identifiers": {"references": ["aws_iam_role.own.arn", "aws_iam_role.own"]}}]}),
    (documented("d2", block([STRANGER, None]), unknown=PART), {"principals": [{"identifiers": {"references": ["var.who"]}}]}), (documented("d3", block(None), unknown=IDS), {"principals": [{"identifiers": {"references": ["var.unset"]}}]}),
    (documented("d4", block(None), unknown=IDS), {"principals": [{"identifiers": {}}]}), (documented("d5", block(None, type_="Federated"), unknown=IDS), {"principals": [{"identifiers": {}}]}),
    (documented("d6", block(None, type_="Federated"), unknown=IDS), {"principals": [{"identifiers": {"references": ["aws_iam_openid_connect_provider.idp.arn"]}}]}), (documented("d7", block(None), unknown=IDS), {"principals": [{"identifiers": {"references": ["aws_iam_role.own.name"]}}]}),
    (documented("d8", block(None), unknown=IDS, index="k"), {"principals": [{"identifiers": {"references": ["each.key", "aws_iam_role.own.arn"]}}]}), (documented("d9", block(["*"], when(None)), unknown=VALUES), {"condition": [{"values": {"references": ["aws_organizations_organization.org.id"]}}]}),
    (documented("d10", block(["*"], when(None)), unknown=VALUES), {"condition": [{"values": {"references": ["data.aws_organizations_organization.o.id"]}}]}), (documented("d11", block(["*"], when(None)), unknown=VALUES), {"condition": [{"values": {"references": ["var.unset"]}}]}),
    (documented("d12", block(["cognito-identity.amazonaws.com"], when(None, AUD), type_="Federated"), unknown=VALUES), {"condition": [{"values": {"references": ["aws_cognito_identity_pool.pool.id"]}}]}),
    (documented("d13", block(["cognito-identity.amazonaws.com"], when(None, AUD), type_="Federated"), unknown=VALUES), {"condition": [{"values": {"references": ["aws_cognito_identity_pool.guests.id"]}}]}),
    (documented("d14", block(["*"], when(None, "aws:SourceIp", "IpAddress")), unknown=VALUES), {"condition": [{"values": {"references": ["aws_organizations_organization.org.id"]}}]}),
    (documented("d15", block(None), block(None), unknown=TWO), {"principals": [{"identifiers": {"references": ["aws_iam_role.own.arn"]}}]}), (documented("d16", unknown={"statement": True}), None), (documented("d17", block([OWN]), source_policy_documents=[policy({"AWS": STRANGER})]), None),
    (documented("d18", block([OWN]), override_policy_documents=["{"], unknown={"source_json": True}), None), (documented("d19", "x", None, {"principals": "x"}, {"principals": [5]}, {"condition": "x", "principals": [{"type": 5}]}, {"condition": [5]}), None),
    (documented("d20", {**block(None), "not_principals": [{"type": "AWS", "identifiers": None}]}, unknown={"statement": [{"not_principals": [{"identifiers": True}]}]}), {"not_principals": [{"identifiers": {"references": ["aws_iam_role.own.arn"]}}]}),
]  # fmt: skip
EACH = {"statement": [{"condition": [{"values": [False, True]}]}]}
DOCUMENTS += [
    (documented(f"v{n}", block(["*"], when([ORGANIZATION, None], key)), unknown=EACH), {"condition": [{"values": {"references": [to]}}]})
    for n, (key, to) in enumerate([("aws:PrincipalOrgID", "aws_organizations_organization.org.id"), ("aws:PrincipalOrgID", "data.aws_organizations_organization.o.id"), ("aws:PrincipalOrgID", "var.who"), ("aws:PrincipalOrgID", "var.unset"),
                                   (AUD, "aws_cognito_identity_pool.pool.id"), (AUD, "aws_cognito_identity_pool.guests.id"), ("aws:SourceIp", "aws_organizations_organization.org.id"), ("AWS:SourceOrgID", "data.aws_organizations_organization.o.id")])
]  # fmt: skip
DOCUMENTS += [
    (documented("x0", {**block([STRANGER]), "principals": [{"type": "AWS", "identifiers": [STRANGER]}, {"type": "AWS", "identifiers": None}]}, unknown={"statement": [{"principals": [{}, {"identifiers": True}]}]}), {"principals": [{"identifiers": {"constant_value": [STRANGER]}}, {"identifiers": {"references": ["aws_iam_role.own.arn"]}}]}),
    (documented("x1", {**block([STRANGER]), "principals": [5, {"type": "Federated", "identifiers": [None, OWN]}]}, unknown={"statement": [{"principals": [False, {"identifiers": [True, False]}]}]}), {"principals": [{}, {"identifiers": {"references": ["aws_iam_openid_connect_provider.idp.arn"]}}]}),
]  # fmt: skip
WHOLLY = ("principals", "not_principals", "condition")
DOCUMENTS += [
    (documented(f"w{n}", {**block([STRANGER]), key: None}, unknown={"statement": [{key: True}]}), {key: {"references": ["aws_iam_role.own.arn"]}})
    for n, key in enumerate(WHOLLY)
]  # fmt: skip
REFERENCES: list[list[str]] = [
    ["aws_iam_role.own.arn", "aws_iam_role.own"], ["aws_iam_role.known.arn"], ["aws_iam_role.far.arn"], ["aws_iam_role.nameless.arn"], ["aws_iam_role.own.name"], ["aws_iam_role.own"], ["aws_iam_role.own.unique_id"], ["aws_iam_role.none.arn"], ["aws_iam_role"], ["aws_iam_user.joe.arn"],
    ["aws_iam_openid_connect_provider.idp.arn"], ["aws_iam_openid_connect_provider.later.arn"], ["aws_iam_saml_provider.saml.arn"], ["aws_cognito_identity_pool.pool.id"], ["aws_cognito_identity_pool.guests.id"], ["aws_cognito_user_pool.users.endpoint"], ["aws_eks_cluster.eks.identity[0].oidc[0].issuer"],
    ["aws_organizations_account.account.id"], ["aws_organizations_organization.org.id"], ['aws_iam_role.each["a"].arn', 'aws_iam_role.each["a"]', "aws_iam_role.each"], ['aws_iam_role.each["b"].arn'], ['aws_iam_role.each["z"].arn'], ["aws_iam_role.each"], ["aws_iam_role.counted[1].arn"], ["aws_iam_role.counted[7].arn"], ["aws_iam_role.counted"],
    ["var.who"], ["var.unset"], ["var.none"], ["var.list"], ["var.list[1]"], ["var.list[9]"], ["var.map.a"], ["var.map.z"], ["var.number"], ["module.m.arn"], ["module.m.who"], ["module.m.const"], ["module.m.none"], ["module.m"], ["module.none.arn"], ["module.m.deep"], ["module.m.loop"], ["module.m.default"], ["module.m.list"],
    ["module.n.k"], ["data.aws_caller_identity.me.account_id"], ["data.aws_caller_identity.me.arn"], ["data.aws_iam_role.there.arn"], ["data.aws_ssm_parameter.who.value"], ["data.aws_region.r.name"], ["data.aws_none.x.id"], ["data"], ["local.x"], ["each.value"], ["each.key"], ["count.index"], ["path.module"], ["terraform.workspace"], ["self.arn"], [],
    ["aws_iam_role.own.arn", "var.who"], ["var.who", "data.aws_partition.p.partition"], ["aws_iam_role.own.arn", "local.x"], ["aws_iam_role.own.arn", "aws_iam_saml_provider.saml.arn", "aws_cognito_identity_pool.pool.id"], ["path.module", "aws_iam_role.known.arn"], [f"{DOCUMENT}.d0.json", f"{DOCUMENT}.d1.json"], [f"{DOCUMENT}.d0.json", "var.who"], [f"{DOCUMENT}.d0.json", "each.key"], [f"{DOCUMENT}.none.json"],
    ["var.who[0]"], ["var.who.x"], ["var.number[0]"], ["var.map[0]"], ["aws_iam_role.known.name[0]"], ["aws_eks_cluster.eks.identity[1].oidc[0].issuer"],
    ["a", "b.c"], ["data.aws_ami.l0.id"], ["data.aws_ami.l1.id"], ["data.aws_ami.l2.id"], ["data.aws_ami.l3.id", "data.aws_ami.l0.id"], ["data.aws_ami.l0.id", "var.who"], ["aws_ami_copy.later.id"], ["aws_ami_copy.c.id"], ["var.who", "var.who"],
]  # fmt: skip
VARIABLES = {
    "who": {"value": ARN},
    "list": {"value": [ARN, OWN]},
    "map": {"value": {"a": ARN}},
    "number": {"value": 5},
    "unset": {},
}
INNER = {
    "outputs": {"arn": {"expression": {"references": ["aws_iam_role.own.arn", "aws_iam_role.own"]}}, "who": {"expression": {"references": ["var.who"]}}, "const": {"expression": {"constant_value": ARN}}, "deep": {"expression": {"references": ["module.k.arn"]}},
                "loop": {"expression": {"references": ["module.m.loop"]}}, "default": {"expression": {"references": ["var.fallback"]}}, "list": {"expression": {"references": ["var.who", "var.fallback"]}}, "none": {}},
    "variables": {"who": {}, "fallback": {"default": ARN}}, "module_calls": {"k": {"module": {"outputs": {"arn": {"expression": {"references": ["var.x"]}}}}, "expressions": {"x": {"references": ["var.who"]}}}},
}  # fmt: skip
CALLS = {"m": {"expressions": {"who": {"references": ["var.who"]}}, "module": INNER},
         "n": {"expressions": {}, "module": {"outputs": {"k": {"expression": {"references": ["module.k.own"]}}}, "module_calls": {"k": {"module": {"outputs": {"own": {"expression": {"references": ["aws_iam_role.own.arn"]}}}}}}}}}  # fmt: skip


def referring(
    type_: str, attribute: str, references: list[list[str]], **more: Any
) -> tuple[list[Json], list[Json]]:
    """A resource for each set of references, and how it is written."""
    index = {n: "k" for n, one in enumerate(references) if "each.key" in one}
    made = [
        planned(
            type_, {"name": f"r{n}"}, name=f"r{n}", unknown={attribute: True}, index=index.get(n)
        )
        for n in range(len(references))
    ]
    return made, [
        configured(type_, f"r{n}", **{attribute: one, **more}) for n, one in enumerate(references)
    ]


def whole(made: list[Json], written: list[Json], *, looked: Any = (), **more: Any) -> Json:
    documents = [
        configured("aws_iam_policy_document", one["name"], "data")
        | {"expressions": {"statement": [told]} if told else {}}
        for one, told in DOCUMENTS
    ]
    return plan(
        *MADE,
        *IMAGES,
        *(one for one, _ in DOCUMENTS),
        *made,
        read=[
            *READ,
            *(one for one in LOOKED if one["name"] != "l2" and one not in looked),
            *looked,
        ],
        configuration={"resources": [*documents, *written], "module_calls": CALLS},
        variables=VARIABLES,
        **more,
    )


EVERY = [
    *REFERENCES,
    *([f"{DOCUMENT}.{one['name']}.json", f"{DOCUMENT}.{one['name']}"] for one, _ in DOCUMENTS),
]


@pytest.mark.parametrize(
    ("type_", "attribute"),
    [
        ("aws_iam_role", "assume_role_policy"),
        ("aws_sqs_queue", "policy"),
        ("aws_instance", "ami"),
        ("aws_ram_principal_association", "principal"),
    ],
    ids=["roles", "queues", "machines", "shares"],
)
def test_what_references_come_to(tmp_path: Path, type_: str, attribute: str) -> None:
    """Catches a reference that is followed to somebody else, or to nobody."""
    found = granted.plan(tmp_path, whole(*referring(type_, attribute, EVERY)), strict=True)
    assert found.tally.total() >= len(EVERY)


def role(name: str, value: Any, **more: Any) -> Json:
    return planned(
        "aws_iam_role",
        {"name": name, "assume_role_policy": value, **more.pop("values", {})},
        name=name,
        **more,
    )


PROVIDERS: dict[str, Json] = {
    "aws": {"name": "aws", "expressions": {"region": {"constant_value": "us-east-1"}}},
    "aws.theirs": {"name": "aws", "alias": "theirs", "expressions": {"assume_role": [{"role_arn": {"constant_value": ARN}}]}},
    "aws.ours": {"name": "aws", "alias": "ours", "expressions": {"assume_role": [{"role_arn": {"constant_value": ARN.replace(STRANGER, OWN)}}]}},
    "aws.var": {"name": "aws", "alias": "var", "expressions": {"assume_role": [{"role_arn": {"references": ["var.who"]}}]}},
    "aws.unset": {"name": "aws", "alias": "unset", "expressions": {"assume_role": [{"role_arn": {"references": ["var.unset"]}}]}},
    "aws.account": {"name": "aws", "alias": "account", "expressions": {"allowed_account_ids": {"constant_value": [THIRD]}}},
    "aws.number": {"name": "aws", "alias": "number", "expressions": {"assume_role": [{"role_arn": {"references": ["var.account"]}}]}},
    "aws.profile": {"name": "aws", "alias": "profile", "expressions": {"profile": {"constant_value": "x"}}},
    "aws.region": {"name": "aws", "alias": "region", "expressions": {"region": {"constant_value": "eu-west-1"}}},
    "aws.seen": {"name": "aws", "alias": "seen", "expressions": {"profile": {"references": []}}}, "aws.odd": {"expressions": 5},
    "module.m:aws": {"name": "aws", "module_address": "module.m", "expressions": {"assume_role": [{"role_arn": {"references": ["var.who"]}}]}}, "google": {"name": "google"},
}  # fmt: skip
KEYS = [*PROVIDERS, "aws.gone", "module.k:aws", "other.x", ""]


@pytest.mark.parametrize("default", [True, False], ids=["with the default one", "without"])
def test_where_providers_of_a_plan_act(tmp_path: Path, default: bool) -> None:
    """Catches what stands elsewhere and is taken for ours, or a stranger's account for the own."""
    made: list[Json] = []
    written: list[Json] = []
    trust = policy({"AWS": [OWN, STRANGER, THIRD]})
    for n, key in enumerate(KEYS):
        for type_, values in (("aws_iam_role", {"name": f"r{n}", "assume_role_policy": trust}), ("aws_sqs_queue", {"name": f"q{n}", "policy": trust}), ("aws_instance", {"ami": f"ami-{n}"}), ("aws_ami_copy", {"id": f"ami-{n}"}), ("awscc_iam_role", {"role_name": f"cc{n}", "assume_role_policy_document": trust}), ("google_thing", {}), ("aws_nobody_knows", {}),
                              ("aws_sns_topic_policy", {"arn": f"arn:aws:sns:us-east-1:{THIRD}:t", "policy": trust}), ("aws_sns_topic", {"arn": f"arn:aws:sns:us-east-1:{THIRD}:t{n}", "policy": trust})):  # fmt: skip
            if key or n:
                made.append(planned(type_, values, name=f"r{n}"))
                written.append(configured(type_, f"r{n}", key=key))
        made.append(role(f"t{n}", None, unknown={"assume_role_policy": True}))
        written.append(
            configured("aws_iam_role", f"t{n}", assume_role_policy=[f"aws_iam_user.u{n}.arn"])
        )
        made.append(planned("aws_iam_user", {"name": f"u{n}"}, name=f"u{n}", unknown={"arn": True}))
        written.append(configured("aws_iam_user", f"u{n}", key=key))
    seen = data("aws_caller_identity", "seen", {"account_id": STRANGER})
    written.append(configured("aws_caller_identity", "seen", "data", key="aws.seen"))
    configs = PROVIDERS if default else {key: one for key, one in PROVIDERS.items() if key != "aws"}
    content = plan(
        *made,
        read=[seen],
        configuration={"resources": written, "module_calls": CALLS},
        variables={**VARIABLES, "account": {"value": STRANGER}},
    )
    content["configuration"]["provider_config"] = configs
    found = granted.plan(tmp_path, content)
    assert found.tally.total() == sum(one["mode"] == "managed" for one in made)


BODY = json.dumps({"Parameters": {"A": {"Type": "String", "Default": OWN}, "L": {"Type": "CommaDelimitedList", "Default": OWN}}, "Resources": {"R": {"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": {"Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"AWS": [{"Ref": "A"}, {"Fn::Select": ["0", {"Ref": "L"}]}]}}]}}}}})  # fmt: skip
OTHERS: list[Json] = [
    planned("aws_s3_bucket_ownership_controls", {"bucket": "b", "rule": [{"object_ownership": "ObjectWriter"}]}, name="other"), planned("aws_s3_bucket_ownership_controls", {"bucket": "b5", "rule": [{"object_ownership": "ObjectWriter"}]}, name="b5"), planned("aws_s3_bucket_ownership_controls", {"bucket": "b5", "rule": [{"object_ownership": "ObjectWriter"}]}, name="b6"),
    planned("aws_s3_bucket_policy", {"bucket": "b5", "policy": policy({"AWS": STRANGER})}, name="b5"), planned("aws_ami_from_instance", {"source_instance_id": "bucket-1"}, name="f8"), planned("aws_s3_bucket", {"id": "bucket-1"}, name="f8"), planned("aws_ami_from_instance", {}, name="f9", unknown={"source_instance_id": True}),
    planned("aws_cloudformation_stack", {"name": "s0", "template_body": BODY}, name="s0"), planned("aws_cloudformation_stack", {"name": "s1", "template_body": BODY, "parameters": {"A": STRANGER, "L": [STRANGER, OWN]}}, name="s1"),
    planned("aws_cloudformation_stack", {"name": "s2", "template_url": "https://x.example.com/t"}, name="s2"), planned("aws_cloudformation_stack", {"name": "s3"}, name="s3", unknown={"template_body": True}), planned("aws_cloudformation_stack", {"name": "s4", "template_body": "no: [yaml"}, name="s4"),
    planned("awscc_cloudformation_stack", {"stack_name": "s5", "template_body": BODY, "parameters": {"A": STRANGER}}, name="s5"), planned("aws_cloudformation_stack", {"name": "s6", "template_body": BODY, "parameters": {"L": [STRANGER, 5]}}, name="s6", unknown={"parameters": {"A": True}}),
    planned("awscc_cloudformation_stack_set", {"stack_set_name": "cc", "template_body": BODY, "parameters": [{"parameter_key": "A", "parameter_value": STRANGER}, {"parameter_key": "L"}, 5], "stack_instances_group": [{"parameter_overrides": [{"parameter_key": "A", "parameter_value": THIRD}]}, {}]}, name="cc"),
    planned("aws_cloudformation_stack_set", {"name": "set", "template_body": BODY}, name="set"), planned("aws_cloudformation_stack_set", {"template_body": BODY}, name="later", unknown={"name": True}),
    planned("aws_cloudformation_stack_set_instance", {"stack_set_name": "set", "parameter_overrides": {"A": STRANGER}}, name="i0"), planned("aws_cloudformation_stack_set_instance", {"stack_set_name": "set", "parameter_overrides": {"A": STRANGER}}, name="i1"),
    planned("aws_cloudformation_stack_set_instance", {"stack_set_name": "set", "parameter_overrides": {}}, name="i2"), planned("aws_cloudformation_stack_set_instance", {"stack_set_name": "gone"}, name="i3"), planned("aws_cloudformation_stack_set_instance", {}, name="i4", unknown={"stack_set_name": True}),
    planned("aws_cloudformation_stack_set_instance", {"parameter_overrides": {"A": THIRD}}, name="i5", unknown={"stack_set_name": True}), planned("aws_cloudformation_stack_instances", {"stack_set_name": "set", "parameter_overrides": {"L": THIRD}}, name="i6"),
    planned("aws_serverlessapplicationrepository_cloudformation_stack", {"application_id": f"arn:aws:serverlessrepo:us-east-1:{STRANGER}:applications/a"}, name="a0"), planned("aws_serverlessapplicationrepository_cloudformation_stack", {"application_id": f"arn:aws:serverlessrepo:us-east-1:{OWN}:applications/a"}, name="a1"),
    planned("aws_serverlessapplicationrepository_cloudformation_stack", {}, name="a2", unknown={"application_id": True}), planned("aws_serverlessapplicationrepository_cloudformation_stack", {"application_id": "a:b"}, name="a3"),
    role("text", "no json"), role("empty", ""), role("none", json.dumps({"Statement": []})), role("object", {"Statement": [{"Effect": "Allow", "Action": "*", "Principal": {"AWS": STRANGER}}]}), role("twice", '{"a": 1, "a": 2}'), role("nobody", policy({"AWS": ""})), role("null", policy({"AWS": None})), role("list", "[1]"),
    role("pool", policy({"Federated": "cognito-identity.amazonaws.com"}, StringEquals={AUD: "us-east-1:g"})), role("org", policy("*", StringEquals={"aws:PrincipalOrgID": "o-known12345"})), role("eks", policy({"Federated": f"arn:aws:iam::{OWN}:oidc-provider/oidc.eks.us-east-1.amazonaws.com/id/A"})), role("eks-x", policy({"Federated": f"arn:aws:iam::{OWN}:oidc-provider/oidc.eks.us-east-1.amazonaws.com/id/A/x"})),
    role("made-account", policy({"AWS": f"arn:aws:iam::{THIRD}:root"})), role("made-user", policy({"AWS": ["AIDA1", "AIDA12"]})), role("replaced", policy({"AWS": STRANGER}), actions=["delete", "create"]), role("changed", policy({"AWS": STRANGER}), actions=["update"]), role("read", policy({"AWS": STRANGER}), actions=["no-op"]), role("path", policy({"AWS": STRANGER}), values={"path": "/a/"}), role("pathless", policy({"AWS": STRANGER}), unknown={"path": True, "name": True}),
    planned("aws_iam_openid_connect_provider", {"url": "https://x.example.com/"}, name="x"), planned("aws_iam_openid_connect_provider", {"arn": f"arn:aws:iam::{OWN}:oidc-provider/y"}, name="y"), planned("aws_iam_saml_provider", {"name": "x", "saml_metadata_document": '<EntityDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata" entityID="https://idp.example.com"/>'}, name="x"),
    planned("awscc_iam_oidc_provider", {"url": "https://z.example.com"}, name="z"), planned("awscc_iam_saml_provider", {"name": "z", "saml_metadata_document": "x"}, name="z"), planned("aws_ami_from_instance", {"source_instance_id": "i-1"}, name="f0"), planned("aws_ami_from_instance", {"source_instance_id": "i-2"}, name="f1"), planned("aws_ami_from_instance", {}, name="f2", unknown={"source_instance_id": True}),
    planned("aws_instance", {"id": "i-1", "ami": "ami-1"}, name="i1"), planned("aws_ami_copy", {"source_ami_id": "ami-7", "source_ami_region": "eu-west-1", "name": "c", "public": False, "state": "available", "product_codes": [{"product_code_id": "p2"}, {"product_code_id": "p1"}, 5]}, name="c0", unknown={"id": True}), planned("aws_ami_copy", {"source_ami_id": "ami-8", "id": "ami-c", "owner_id": OWN, "image_owner_alias": OWN}, name="c1"),
    planned("aws_ami_launch_permission", {"image_id": "ami-1", "account_id": STRANGER}, name="p0"), planned("aws_ami_launch_permission", {"image_id": "ami-1", "group": "all", "organization_arn": "o"}, name="p1"), planned("aws_ami_launch_permission", {}, name="p2", unknown={"image_id": True, "account_id": True}), planned("aws_s3_bucket", {"bucket": "b", "acl": "public-read", "grant": [{"permissions": ["READ"], "uri": "http://acs.amazonaws.com/groups/global/AllUsers"}, {"id": "x", "permissions": ["WRITE"]}]}, name="b"),
    planned("aws_s3_bucket_public_access_block", {"bucket": "b", "block_public_acls": True, "ignore_public_acls": False}, name="b", unknown={"block_public_policy": True}), planned("aws_s3_bucket_policy", {"bucket": "b"}, name="b", unknown={"policy": True}), planned("aws_s3_bucket_ownership_controls", {"bucket": "b", "rule": [{"object_ownership": "BucketOwnerEnforced"}]}, name="b"), planned("aws_s3_bucket_acl", {"bucket": "b2", "acl": "nobody-knows"}, name="b2", unknown={"access_control_policy": True}),
    planned("aws_lambda_function", {"function_name": "f", "layers": [f"arn:aws:lambda:us-east-1:{STRANGER}:layer:l:1"], "image_uri": ""}, name="f"), planned("aws_lambda_function", {"image_uri": f"{STRANGER}.dkr.ecr.us-east-1.amazonaws.com/x:1"}, name="g", unknown={"function_name": True, "layers": [True]}), planned("aws_ecs_task_definition", {"container_definitions": json.dumps([{"image": "docker.io/x/y:1"}, {"image": "z"}])}, name="t"), planned("aws_ecs_task_definition", {}, name="t2", unknown={"container_definitions": True}),
    planned("aws_eks_addon", {"addon_name": "seller_x"}, name="a"), planned("aws_eks_addon", {"addon_name": "vpc-cni"}, name="b"), planned("aws_nobody_knows", {}, name="n"), planned("awscc_nobody_knows", {}, name="n"), planned("random_id", {}, name="n"), planned("awscc_iam_role", {"role_name": "cc", "assume_role_policy_document": policy({"AWS": STRANGER})}, name="cc"), planned("awscc_iam_role", {}, name="cc2", unknown={"assume_role_policy_document": True}), planned("aws_db_instance", {"publicly_accessible": True}, name="d"),
    planned("aws_api_gateway_rest_api", {"policy": policy("*"), "body": "{}"}, name="api"), planned("aws_vpc_peering_connection", {"peer_owner_id": STRANGER}, name="v"), planned("aws_ram_principal_association", {"principal": STRANGER, "resource_share_arn": "x"}, name="ram"), planned("aws_eks_access_entry", {"cluster_name": "c", "principal_arn": ARN}, name="e"), planned("aws_ssm_document", {"name": "d", "permissions": {"type": "Share", "account_ids": f"{STRANGER}, All"}}, name="d"),
]  # fmt: skip
LOOKED = [
    data("aws_ami", "l0", {"id": "ami-7", "owner_id": STRANGER, "owners": [STRANGER]}), data("aws_ami", "l1", {"id": "ami-9", "owner_id": OWN, "owners": None, "filter": [{"name": "name", "values": ["x"]}]}), data("aws_ami", "l2", {"owners": ["self", STRANGER, "amazon"]}, actions=["read"], unknown={"id": True}), data("aws_ami", "l3", {"id": "ami-8", "image_owner_alias": "amazon", "owner_id": THIRD, "owners": ["amazon"], "state": "available", "public": True}),
    data("aws_instance", "l4", {"id": "i-2", "ami": "ami-5"}), data("aws_ssm_parameter", "l5", {"name": "/aws/service/canonical/x", "value": "ami-1"}), data("aws_ssm_parameter", "l6", {"name": "/own", "insecure_value": "ami-2"}), data("aws_ssm_parameter", "l7", {"name": "/aws/service/ami-amazon-linux-latest/x", "insecure_value": "ami-3"}), data("aws_ssm_parameter", "l8", {"name": "/aws/service/marketplace/prod-x/y", "value": "ami-4"}),
]  # fmt: skip


def other() -> Json:
    written = [configured("aws_ami_from_instance", "f9", source_instance_id=["aws_iam_role.own.id"]), configured("aws_cloudformation_stack_set_instance", "i4", stack_set_name=["aws_cloudformation_stack_set.later.name"]), configured("aws_cloudformation_stack_set_instance", "i5", stack_set_name=["aws_cloudformation_stack_set.set.name"]),
               configured("aws_ami_from_instance", "f2", source_instance_id=["data.aws_instance.l4.id"]), configured("aws_s3_bucket_policy", "b", bucket=["var.x"], policy=["aws_kms_key.key.arn"])]  # fmt: skip
    return plan(
        *MADE,
        *OTHERS,
        read=LOOKED,
        configuration={"resources": written},
        deferred_changes=[{"resource_change": {"address": "a.b"}}, 5, {}],
        complete=False,
    )


def test_what_stands_in_a_plan(tmp_path: Path) -> None:
    """Catches a type that is read otherwise, or not at all."""
    found = granted.plan(tmp_path, other(), strict=True)
    assert found.tally.total() >= len(OTHERS)


def test_a_plan_that_is_not_whole(tmp_path: Path) -> None:
    """Catches changes of which the planned values know nothing, and shapes that no plan has."""
    content = other()
    root = content["planned_values"]["root_module"]
    root["resources"] = [*root["resources"][::2], 5, {}, {"address": 5, "values": 5}]
    for n, one in enumerate(content["resource_changes"]):
        one |= [{}, {"deposed": "x"}, {"module_address": "module.m"}, {"change": {"actions": ["no-op"], "after": {"name": "x"}}}, {"change": {"actions": "x"}}, {"change": {"actions": ["forget"]}}, {"previous_address": "y"}][n % 7] if n % 2 else {}  # fmt: skip
    found = granted.plan(tmp_path, content, changes_only=True)
    assert any(gap.code == "incomplete" for gap in found.gaps)


@pytest.mark.parametrize("version", [4, 3], ids=["a state", "an old one"])
def test_a_state(tmp_path: Path, version: int) -> None:
    """Catches what a state has and is not read, in both of its forms."""
    every = [*MADE, *OTHERS, *LOOKED]
    if version == 4:
        values = {"outputs": {}, "root_module": {"resources": [{k: one[k] for k in ("address", "mode", "type", "name", "values", "provider_name")} for one in every], "child_modules": [{"address": "module.x", "resources": [5]}]}}  # fmt: skip
        content: Json = {"format_version": "1.0", "terraform_version": "1.11.4", "values": values}
    else:
        listed = [{"mode": one["mode"], "type": one["type"], "name": one["name"], "module": one["module"] or None, "provider": 'provider["registry.example/hashicorp/aws"]', "instances": [{"index_key": one.get("index"), "attributes": one["values"]}, *([{"deposed": "x", "attributes": {}}] if n % 5 == 0 else []), *([{"attributes_flat": {}}] if n % 7 == 0 else [])]} for n, one in enumerate(every)]  # fmt: skip
        content = {
            "version": 4,
            "terraform_version": "1.5.0",
            "serial": 1,
            "lineage": "x",
            "outputs": {},
            "resources": [*listed, 5, {"instances": 5}],
        }
    found = granted.plan(tmp_path, content)
    assert found.tally.total() > len(OTHERS)


KNOWN: list[tuple[str, Json, Json]] = [
    ("aws_iam_role", {"name": "n", "assume_role_policy": policy({"AWS": STRANGER})}, {"assume_role_policy": ["aws_iam_role.own.arn"]}),
    ("aws_iam_role", {"name": "n", "assume_role_policy": policy({"AWS": STRANGER})}, {"assume_role_policy": [f"{DOCUMENT}.d0.json"]}),
    ("aws_iam_role", {"name": "n", "assume_role_policy": policy({"AWS": STRANGER})}, {"assume_role_policy": ["var.unset"], "path": ["var.who"]}),
    ("aws_iam_role", {"name": "n", "assume_role_policy": ""}, {"assume_role_policy": ["var.who"]}),
    ("aws_iam_role", {"name": "n", "assume_role_policy": None}, {"assume_role_policy": ["var.who"]}),
    ("aws_sqs_queue", {"name": "n", "policy": policy({"AWS": STRANGER})}, {"policy": ["aws_iam_role.own.arn"]}),
    ("aws_sqs_queue", {"name": "n", "policy": ""}, {"policy": ["var.who"]}),
    ("aws_sqs_queue", {"name": "n", "policy": None}, {"policy": ["var.who"]}),
    ("aws_sqs_queue_policy", {"queue_url": f"https://sqs.us-east-1.amazonaws.com/{OWN}/q", "policy": policy({"AWS": STRANGER})}, {"queue_url": ["aws_sqs_queue.n.url"], "policy": [f"{DOCUMENT}.d0.json"]}),
    ("aws_s3_bucket", {"bucket": "b", "acl": "public-read", "policy": policy({"AWS": STRANGER})}, {"bucket": ["var.who"], "acl": ["var.unset"], "policy": ["var.unset"]}),
    ("aws_s3_bucket_policy", {"bucket": "b", "policy": policy({"AWS": STRANGER})}, {"bucket": ["aws_s3_bucket.b.id"], "policy": [f"{DOCUMENT}.d2.json"]}),
    ("aws_kms_grant", {"key_id": "k", "grantee_principal": ARN, "operations": ["Decrypt"]}, {"key_id": ["aws_kms_key.key.key_id"], "grantee_principal": ["aws_iam_role.own.arn"], "operations": ["var.list"]}),
    ("aws_lambda_permission", {"function_name": "f", "principal": "sns.amazonaws.com", "source_arn": f"arn:aws:sns:us-east-1:{STRANGER}:t"}, {"principal": ["var.who"], "source_arn": ["aws_iam_role.own.arn"]}),
    ("aws_ram_principal_association", {"principal": STRANGER, "resource_share_arn": "x"}, {"principal": ["aws_organizations_organization.org.arn"]}),
    ("aws_instance", {"ami": "ami-1"}, {"ami": ["data.aws_ami.l0.id"]}), ("aws_instance", {"ami": None}, {"ami": ["data.aws_ami.l0.id"]}),
    ("aws_instance", {"ami": ""}, {"ami": ["var.unset"]}), ("aws_launch_template", {"image_id": "ami-1"}, {"image_id": ["aws_ami_copy.later.id"]}),
    ("aws_ami_launch_permission", {"image_id": "ami-1", "account_id": STRANGER}, {"image_id": ["aws_ami_copy.later.id"], "account_id": ["var.unset"]}),
    ("aws_ami_from_instance", {"source_instance_id": "i-1"}, {"source_instance_id": ["data.aws_instance.l4.id"]}),
    ("aws_lambda_function", {"function_name": "f", "layers": [f"arn:aws:lambda:us-east-1:{STRANGER}:layer:l:1"]}, {"layers": ["aws_lambda_layer_version.x.arn"]}),
    ("aws_iam_saml_provider", {"name": "n", "saml_metadata_document": '<EntityDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata" entityID="https://own.example.com"/>'}, {"saml_metadata_document": ["var.who"]}),
    ("aws_iam_openid_connect_provider", {"url": "https://known.example.com"}, {"url": ["var.who"]}),
    ("aws_secretsmanager_secret_policy", {"secret_arn": "team/app", "policy": policy({"AWS": STRANGER})}, {}), ("aws_ecr_repository_policy", {"repository": "team/app", "policy": policy({"AWS": STRANGER})}, {}),
    ("aws_sqs_queue_policy", {"queue_url": "https://sqs.example.com/x/q", "policy": policy({"AWS": STRANGER})}, {}), ("aws_s3_access_point", {"name": "p", "bucket": "b", "policy": policy({"AWS": STRANGER}), "public_access_block_configuration": [dict.fromkeys(("block_public_acls", "ignore_public_acls", "block_public_policy", "restrict_public_buckets"), True)]}, {}), ("aws_s3_access_point", {"name": "o", "bucket": "b", "policy": policy({"AWS": STRANGER}), "public_access_block_configuration": []}, {}),
    ("aws_iam_openid_connect_provider", {"url": ""}, {}), ("awscc_sqs_queue", {"queue_name": "q", "odd-key": {"A b": 1}, "tags": {"x-y": 1}}, {}),
    ("aws_cloudformation_stack", {"name": "n", "template_body": BODY, "parameters": {"A": STRANGER}}, {"template_body": ["var.who"], "parameters": ["var.who"]}),
]  # fmt: skip


def test_what_a_plan_knows_needs_no_reference(tmp_path: Path) -> None:
    """Catches a value of the plan that gives way to what its expression refers to: whoever it
    names would go unseen."""
    made = [planned(kind, values, name=f"k{n}") for n, (kind, values, _) in enumerate(KNOWN)]
    written = [configured(kind, f"k{n}", **told) for n, (kind, _, told) in enumerate(KNOWN)]
    found = granted.plan(tmp_path, whole(made, written), strict=True)
    assert found.tally.total() > len(KNOWN)


PARTLY: list[tuple[str, Json, Json, Json]] = [
    ("aws_kms_grant", {"key_id": "k", "operations": [None, "Decrypt"]}, {"grantee_principal": True, "operations": [True, False]}, {"grantee_principal": ["var.who"], "operations": ["var.unset"]}),
    ("aws_kms_grant", {}, {"key_id": True, "grantee_principal": True}, {"key_id": ["aws_kms_key.key.key_id"], "grantee_principal": ["aws_iam_role.own.arn"]}),
    ("aws_vpc_endpoint_service", {"allowed_principals": [STRANGER, None]}, {"allowed_principals": [False, True]}, {"allowed_principals": ["var.who"]}),
    ("aws_vpc_endpoint_service", {"allowed_principals": [STRANGER, None]}, {"allowed_principals": [False, True]}, {"allowed_principals": ["aws_iam_role.own.arn", "var.unset"]}),
    ("aws_vpc_endpoint_service", {"allowed_principals": [None, None]}, {"allowed_principals": [True, True]}, {"allowed_principals": ["aws_iam_role.own.arn", "var.who"]}),
    ("aws_vpc_endpoint_service", {"allowed_principals": [None, None]}, {"allowed_principals": [True, True]}, {"allowed_principals": ["aws_sns_topic.x.arn", "aws_kms_key.key.arn"]}),
    ("aws_vpc_endpoint_service", {"allowed_principals": [None, STRANGER, None]}, {"allowed_principals": [True, False, True]}, {"allowed_principals": ["aws_kms_key.key.arn", "aws_iam_user.joe.arn"]}),
    ("aws_eks_access_entry", {"cluster_name": "c", "kubernetes_groups": [None]}, {"principal_arn": True, "kubernetes_groups": [True]}, {"principal_arn": ["aws_iam_role.each"], "kubernetes_groups": ["var.list"]}),
    ("aws_eks_access_policy_association", {"cluster_name": "c"}, {"principal_arn": True, "policy_arn": True}, {"principal_arn": ["aws_iam_role.far.arn"], "policy_arn": ["var.unset"]}),
    ("aws_s3_bucket_policy", {}, {"bucket": True, "policy": True}, {"bucket": ["aws_s3_bucket.made.id"], "policy": [f"{DOCUMENT}.d0.json"]}),
    ("aws_s3_bucket_policy", {}, {"bucket": True, "policy": True}, {"bucket": ["aws_s3_bucket.made.bucket"], "policy": [f"{DOCUMENT}.d3.json"]}),
    ("aws_s3_bucket", {}, {"bucket": True}, {"bucket": ["var.unset"]}), ("aws_s3_bucket", {}, {"bucket": True, "policy": True, "acl": True, "grant": True}, {}),
    ("aws_s3_bucket_acl", {"bucket": "b7"}, {"acl": True}, {"acl": ["var.who"]}), ("aws_s3_bucket_acl", {"bucket": "b8"}, {"acl": True}, {}),
    ("aws_s3_bucket_public_access_block", {"block_public_acls": True, "restrict_public_buckets": True}, {"bucket": True, "ignore_public_acls": True}, {"bucket": ["aws_s3_bucket.made.id"]}),
    ("aws_lambda_permission", {"principal": "*", "function_name": "f"}, {"principal_org_id": True, "source_arn": True}, {"principal_org_id": ["aws_organizations_organization.org.id"], "source_arn": ["aws_sns_topic.x.arn"]}),
    ("aws_lambda_permission", {"function_name": "f"}, {"principal": True, "source_account": True}, {"principal": ["var.unset"], "source_account": ["var.number"]}),
    ("aws_lambda_function", {"function_name": "f", "layers": [None, f"arn:aws:lambda:us-east-1:{STRANGER}:layer:l:1"]}, {"layers": [True, False], "image_uri": True}, {"layers": ["aws_lambda_layer_version.x.arn"], "image_uri": ["aws_ecr_repository.x.repository_url"]}),
    ("aws_ssm_document", {"name": "d", "permissions": {"type": "Share"}}, {"permissions": {"account_ids": True}}, {"permissions": ["var.who"]}),
    ("aws_ssm_document", {"name": "d1", "permissions": {"type": "Share", "account_ids": [STRANGER, None, "ALL", ""]}}, {"permissions": {"account_ids": [False, True]}}, {}), ("aws_ssm_document", {"name": "d2", "permissions": {"account_ids": f" {STRANGER} , all,"}}, {}, {}), ("aws_ssm_document", {"name": "d3", "permissions": {"account_ids": 5}}, {}, {}),
    ("aws_ssm_document", {"name": "d4", "permissions": None}, {"permissions": {"account_ids": True}}, {}), ("aws_s3_bucket_acl", {"bucket": "b12", "access_control_policy": None}, {"access_control_policy": [{"grant": [{"grantee": [{"id": True}]}]}]}, {}), ("aws_lambda_function", {"function_name": "f2", "layers": None}, {"layers": [True, False]}, {}),
    ("aws_snapshot_create_volume_permission", {}, {"snapshot_id": True, "account_id": True}, {"snapshot_id": ["aws_ebs_snapshot.x.id"], "account_id": ["aws_organizations_account.account.id"]}),
    ("aws_db_snapshot", {"db_snapshot_identifier": "d", "shared_accounts": [STRANGER, None]}, {"shared_accounts": [False, True]}, {"shared_accounts": ["var.number"]}),
    ("aws_secretsmanager_secret", {"name": "s", "policy": policy({"AWS": STRANGER})}, {"kms_key_id": True}, {"kms_key_id": ["aws_kms_key.key.arn"]}),
    ("aws_secretsmanager_secret", {"name": "s", "policy": policy({"AWS": STRANGER})}, {"kms_key_id": True}, {"kms_key_id": ["var.unset"]}),
    ("aws_secretsmanager_secret", {"name": "s", "policy": policy({"AWS": STRANGER})}, {"kms_key_id": True}, {}),
    ("aws_sqs_queue_policy", {}, {"queue_url": True, "policy": True}, {"queue_url": ["aws_sqs_queue.made.url"], "policy": ["aws_iam_role.own.arn", "var.who"]}),
    ("aws_sqs_queue_policy", {}, {"queue_url": True, "policy": True}, {"queue_url": ["aws_sqs_queue.gone.url"], "policy": ["local.x"]}),
    ("aws_iam_saml_provider", {"name": "n"}, {"saml_metadata_document": True}, {"saml_metadata_document": ["var.who"]}),
    ("aws_iam_openid_connect_provider", {}, {"url": True}, {"url": ["aws_eks_cluster.eks.identity[0].oidc[0].issuer"]}),
    ("aws_iam_openid_connect_provider", {}, {"url": True}, {"url": ["var.who", "local.x"]}), ("aws_iam_openid_connect_provider", {}, {"url": True}, {"url": ["aws_eks_cluster.eks.identity[0].oidc[0].issuer", "aws_eks_cluster.gone.x"]}), ("aws_iam_openid_connect_provider", {}, {"url": True}, {"url": ["local.x"]}),
    ("aws_s3_bucket_acl", {"bucket": "b9", "access_control_policy": [{"grant": [{"permission": "READ", "grantee": [None]}, {"permission": "WRITE", "grantee": [{"id": "x", "type": "CanonicalUser"}]}, {"permission": "READ_ACP", "grantee": [{"uri": "http://acs.amazonaws.com/groups/global/AllUsers"}]}, {"permission": "READ", "grantee": []}]}]}, {"access_control_policy": [{"grant": [{"grantee": [True]}, {"grantee": [{"id": False}]}]}]}, {}),
    ("aws_s3_bucket_acl", {"bucket": "b10", "access_control_policy": [{"grant": [{"permission": None, "grantee": None}]}]}, {"access_control_policy": [{"grant": [{"permission": True, "grantee": True}]}]}, {}), ("aws_s3_bucket", {"bucket": "b11"}, {"grant": [True]}, {}),
    ("aws_ami_from_instance", {}, {"source_instance_id": True}, {"source_instance_id": ["data.aws_instance.l4.id", "data.aws_instance.l9.id"]}), ("aws_ami_from_instance", {}, {"source_instance_id": True}, {"source_instance_id": ["data.aws_instance.l9.id"]}),
    ("aws_ami_from_instance", {}, {"source_instance_id": True}, {"source_instance_id": ["aws_spot_instance_request.s.spot_instance_id"]}), ("aws_ami_from_instance", {}, {"source_instance_id": True}, {"source_instance_id": ["aws_instance.s.id", "data.aws_instance.l9.id"]}),
    ("aws_ami_from_instance", {"source_instance_id": "i-9"}, {}, {}), ("aws_ami_from_instance", {}, {"source_instance_id": True}, {"source_instance_id": ["aws_instance.gone.id", "aws_iam_role.own.id"]}),
    *(("aws_spot_fleet_request", {}, {name: True}, {name: ["var.unset"]}) for name in ("launch_specification", "launch_template_config", "override", "overrides", "mixed_instances_policy")),
    *(("aws_batch_compute_environment", {}, {name: True}, {}) for name in ("compute_resources", "ec2_configuration", "instance_type_configs", "setting", "other")),
    *(("aws_emr_cluster", {}, {name: True}, {}) for name in ("core_instance_fleet", "master_instance_fleet", "tags")), ("aws_batch_compute_environment", {"compute_resources": [{}]}, {"compute_resources": [{"ec2_configuration": True}]}, {}),
    ("aws_elastic_beanstalk_environment", {}, {"setting": True}, {}), ("aws_elastic_beanstalk_environment", {"setting": [{"name": "ImageId"}, {"name": "x", "value": "ami-1"}]}, {"setting": [{"value": True}]}, {"setting": ["var.unset"]}),
]  # fmt: skip
BESIDE = [
    planned("aws_s3_bucket", {}, name="made", unknown={"bucket": True, "id": True}), planned("aws_sqs_queue", {}, name="made", unknown={"name": True, "url": True}),
    planned("aws_sns_topic", {"name": "x"}, name="x", unknown={"arn": True}), planned("aws_lambda_layer_version", {"layer_name": "x"}, name="x", unknown={"arn": True}),
    planned("aws_ecr_repository", {"name": "x"}, name="x", unknown={"repository_url": True}), planned("aws_ebs_snapshot", {}, name="x", unknown={"id": True}),
    planned("aws_instance", {"ami": "ami-1"}, name="s", unknown={"id": True}), planned("aws_spot_instance_request", {"ami": "ami-2"}, name="s", unknown={"spot_instance_id": True}),
]  # fmt: skip


def test_what_a_plan_knows_in_part(tmp_path: Path) -> None:
    """Catches a value beside a known one that is lost, or filled in by another's."""
    made = [planned(kind, values, name=f"k{n}", unknown=unknown) for n, (kind, values, unknown, _) in enumerate(PARTLY)]  # fmt: skip
    written = [configured(kind, f"k{n}", **told) for n, (kind, _, _, told) in enumerate(PARTLY)]
    seen = [data("aws_instance", "l9", {"id": "i-9"}), LOOKED[4]]
    found = granted.plan(tmp_path, whole([*BESIDE, *made], written, looked=seen), strict=True)
    assert found.tally.total() > len(PARTLY)


SOURCES = f'''
variable "who" {{}}
variable "unset" {{}}
variable "other" {{ default = "{STRANGER}" }}
locals {{
  mine   = "{OWN}"
  theirs = "{STRANGER}"
  up     = aws_iam_role.own.arn
}}
resource "aws_iam_role" "own" {{ name = "own" }}
resource "aws_iam_role" "r0" {{ assume_role_policy = jsonencode({{ Statement = [{{ Effect = "Allow", Action = "*", Principal = {{ AWS = [local.theirs, var.who, var.unset, local.up] }} }}] }}) }}
resource "aws_iam_role" "r1" {{
  for_each           = {{ a = local.mine, b = local.theirs }}
  assume_role_policy = jsonencode({{ Statement = [{{ Effect = "Allow", Action = "*", Principal = {{ AWS = each.value }} }}] }})
}}
resource "aws_iam_role" "r2" {{
  count              = 2
  assume_role_policy = jsonencode({{ Statement = [{{ Effect = "Allow", Action = "*", Principal = {{ AWS = [local.mine, local.theirs][count.index] }} }}] }})
}}
resource "aws_iam_role" "r3" {{ assume_role_policy = var.unset }}
resource "aws_iam_role" "r4" {{ assume_role_policy = var.other == "x" ? local.mine : local.theirs }}
resource "aws_iam_role" "r5" {{ assume_role_policy = data.aws_iam_policy_document.d.json }}
resource "aws_iam_role" "r6" {{
  for_each           = var.unset
  assume_role_policy = jsonencode({{ Statement = [{{ Effect = "Allow", Action = "*", Principal = {{ AWS = [each.key, each.value, "${{each.value.arn}}"] }} }}] }})
}}
data "aws_iam_policy_document" "d" {{
  statement {{
    actions = ["sts:AssumeRole"]
    principals {{
      type        = "AWS"
      identifiers = [local.theirs, aws_iam_role.r0.arn]
    }}
  }}
}}
resource "aws_sqs_queue" "r0" {{ policy = jsonencode({{ Statement = [{{ Effect = "Allow", Action = "*", Principal = {{ AWS = [local.theirs, var.unset] }} }}] }}) }}
resource "aws_lambda_function" "r0" {{ layers = ["arn:aws:lambda:us-east-1:${{local.theirs}}:layer:l:${{var.unset}}"] }}
resource "aws_instance" "r0" {{ ami = "ami-1" }}
resource "aws_iam_user" "joe" {{ name = "joe" }}
resource "aws_iam_role" "r8" {{ assume_role_policy = jsonencode({{ Statement = [{{ Effect = "Allow", Action = "*", Principal = {{ AWS = [aws_iam_user.joe.arn, aws_iam_user.joe.unique_id, aws_iam_user.joe.name] }} }}] }}) }}
module "m" {{
  source = "./m"
  who    = local.theirs
}}
module "n" {{
  source   = "./m"
  for_each = {{ a = local.theirs, b = var.unset }}
  who      = each.value
}}
module "o" {{
  source   = "./o"
  for_each = var.unset
}}
module "p" {{
  source = "./m"
  count  = var.unset
  who    = [local.mine, local.theirs][count.index]
}}
module "far" {{ source = "registry/x/aws" }}
'''
OUTSIDE = f'''
module "n" {{
  source   = "../m"
  for_each = {{ a = "{OWN}", b = "{STRANGER}" }}
  who      = each.value
}}
'''
INSIDE = """
variable "who" {}

resource "aws_iam_role" "r" { assume_role_policy = jsonencode({ Statement = [{ Effect = "Allow", Action = "*", Principal = { AWS = var.who } }] }) }
"""
UNTOLD: list[tuple[str, str, str, Any]] = [
    *(("aws_iam_role", f"r{n}", "", None) for n in (0, 3, 4, 5, 8, 9)), ("aws_iam_role", "r1", "", "a"), ("aws_iam_role", "r1", "", "b"), ("aws_iam_role", "r1", "", "z"),
    ("aws_iam_role", "r2", "", 0), ("aws_iam_role", "r2", "", 1), ("aws_iam_role", "r2", "", 5), ("aws_iam_role", "r6", "", STRANGER),
    ("aws_iam_role", "r", "module.m", None), ("aws_iam_role", "r", 'module.n["a"]', None), ("aws_iam_role", "r", 'module.n["b"]', None), ("aws_iam_role", "r", 'module.n["c"]', None),
    ("aws_iam_role", "r", 'module.o["k"].module.n["a"]', None), ("aws_iam_role", "r", 'module.o["k"].module.n["b"]', None), ("aws_iam_role", "r", 'module.o["k"].module.n["c"]', None),
    ("aws_iam_role", "r", "module.p[0]", None), ("aws_iam_role", "r", "module.p[1]", None), ("aws_iam_role", "r", "module.p[7]", None),
    ("aws_iam_role", "r", "module.far", None), ("aws_iam_role", "r", "module.gone.module.deep", None), ("aws_iam_role", "other", "module.m", None),
]  # fmt: skip


@pytest.mark.parametrize("text", [SOURCES, "", "resource {"], ids=["whole", "nothing", "broken"])
def test_what_the_sources_beside_a_plan_tell(tmp_path: Path, text: str) -> None:
    """Catches a policy that only its source tells, and a place that is told wrongly."""
    write(tmp_path / "code", {"main.tf": text, "m/main.tf": INSIDE, "o/main.tf": OUTSIDE})
    made = [planned(kind, {"name": f"n{n}"}, name=name, module=module, index=index, unknown={"assume_role_policy": True})
            for n, (kind, name, module, index) in enumerate(UNTOLD)]  # fmt: skip
    more = [planned("aws_sqs_queue", {"name": "q"}, name="r0", unknown={"policy": True}), planned("aws_lambda_function", {"function_name": "f"}, name="r0", unknown={"layers": [True]}),
            planned("aws_instance", {}, name="r0", unknown={"ami": True}), planned("aws_iam_role", {"name": "own"}, name="own", unknown={"arn": True}), planned("aws_iam_user", {"name": "jim", "arn": f"arn:aws:iam::{THIRD}:user/joe"}, name="joe", unknown={"unique_id": True})]  # fmt: skip
    written = [configured(kind, name, assume_role_policy=["local.x"]) for kind, name in {(kind, name) for kind, name, *_ in UNTOLD if name != "r3"}]  # fmt: skip
    content = plan(*made, *more, configuration={"resources": sorted(written, key=str)}, variables={"who": {"value": ARN}, "odd": {}, "bad": 5})  # fmt: skip
    found = granted.plan(tmp_path, content, sources=tmp_path / "code", strict=True)
    assert found.tally.total() == len(made) + len(more)


@pytest.mark.parametrize(
    "key", ["aws", "module.k:aws", "module.k:aws.x", "aws.x", "module.k:google"]
)
def test_the_one_provider_of_a_plan(tmp_path: Path, key: str) -> None:
    """Catches a module to which the one provider is handed on, taken for somebody else's place."""
    trust = policy({"AWS": [OWN, STRANGER]})
    me = data("aws_caller_identity", "me", {"account_id": THIRD})
    written = [configured("aws_iam_role", "r", key=key), configured("aws_iam_role", "s")]
    content = plan(role("r", trust), role("s", trust), read=[me], configuration={"resources": written})  # fmt: skip
    content["configuration"]["provider_config"] = {"aws": PROVIDERS["aws.theirs"] | {"alias": ""}}
    assert len(granted.plan(tmp_path, content).roles) == 2
