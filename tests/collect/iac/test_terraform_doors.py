"""Resources that name another account, an issuer or a certificate, and defaults that open them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.collect.iac.hcl import check, findings, report
from tests.support.snapshots import OWN2, STRANGER

POOL = "arn:aws:cognito-idp:us-east-1:{}:userpool/us-east-1_x"
FUNCTION = "arn:aws:lambda:us-east-1:{}:function:f"
INVOKED = f"arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/{FUNCTION}/invocations"
TOPIC = "arn:aws:sns:us-east-1:{}:t"
GROUP = "arn:aws:logs:us-east-1:{}:log-group:g:*"
MACHINE = 'jsonencode({{ StartAt = "A", States = {{ A = {{ Type = "Task", Resource = "%s", End = true }} }} }})'
DOORS = [
    ("a user pool that tells callers", "aws_api_gateway_authorizer", f'provider_arns = ["{POOL}"]'),
    ("a function that tells callers", "aws_api_gateway_authorizer", f'authorizer_uri = "{INVOKED}"'),
    ("the same of an HTTP API", "aws_apigatewayv2_authorizer", f'authorizer_uri = "{INVOKED}"'),
    ("a function of a pool", "aws_cognito_user_pool", f'lambda_config {{{{\n pre_sign_up = "{FUNCTION}"\n}}}}'),
    ("one that sends mails", "aws_cognito_user_pool", f'lambda_config {{{{\n custom_email_sender {{{{\n lambda_arn = "{FUNCTION}"\n}}}}\n}}}}'),
    ("one that fills tokens", "aws_cognito_user_pool", f'lambda_config {{{{\n pre_token_generation_config {{{{\n lambda_arn = "{FUNCTION}"\n}}}}\n}}}}'),
    ("a task of a machine", "aws_sfn_state_machine", "definition = " + MACHINE % FUNCTION),
    ("a topic of a trail", "aws_cloudtrail", f'sns_topic_name = "{TOPIC}"'),
    ("a log group of a trail", "aws_cloudtrail", f'cloud_watch_logs_group_arn = "{GROUP}"'),
    ("an alarm", "aws_cloudwatch_metric_alarm", f'alarm_actions = ["{TOPIC}"]'),
    ("the end of an alarm", "aws_cloudwatch_metric_alarm", f'ok_actions = ["{TOPIC}"]'),
    ("an alarm of alarms", "aws_cloudwatch_composite_alarm", f'insufficient_data_actions = ["{TOPIC}"]'),
    ("a platform", "aws_elastic_beanstalk_environment", 'platform_arn = "arn:aws:elasticbeanstalk:us-east-1:{}:platform/x/1.0.0"'),
    ("an authority that signs", "aws_rolesanywhere_trust_anchor", 'source {{\n source_type = "AWS_ACM_PCA"\n source_data {{\n acm_pca_arn = "arn:aws:acm-pca:us-east-1:{}:certificate-authority/x"\n}}\n}}'),
]  # fmt: skip


@pytest.mark.parametrize(("why", "kind", "body"), DOORS, ids=[row[0] for row in DOORS])
def test_what_names_another_account(tmp_path: Path, why: str, kind: str, body: str) -> None:
    theirs = f'resource "{kind}" "r" {{\n {body.format(STRANGER)}\n}}\n'
    assert findings(check(tmp_path / "a", {"main.tf": theirs})) == {(kind, "main.tf")}
    ours = f'resource "{kind}" "r" {{\n {body.format(OWN2)}\n}}\n'
    assert findings(check(tmp_path / "b", {"main.tf": ours})) == set()


GIVEN = [
    ("a certificate", "aws_rolesanywhere_trust_anchor", 'source {\n source_type = "CERTIFICATE_BUNDLE"\n source_data {\n x509_certificate_data = "-----BEGIN CERTIFICATE-----"\n}\n}', True),
    ("an issuer", "aws_ssoadmin_trusted_token_issuer", 'trusted_token_issuer_configuration {\n oidc_jwt_configuration {\n issuer_url = "https://login.example.com"\n}\n}', True),
    ("a login with a shared provider", "aws_cognito_identity_pool", 'supported_login_providers = { "graph.facebook.com" = "1" }', True),
    ("no login", "aws_cognito_identity_pool", 'identity_pool_name = "p"', False),
    ("no issuer", "aws_ssoadmin_trusted_token_issuer", 'name = "x"', False),
]  # fmt: skip


@pytest.mark.parametrize(("why", "kind", "body", "is_open"), GIVEN, ids=[row[0] for row in GIVEN])
def test_whose_word_counts(tmp_path: Path, why: str, kind: str, body: str, is_open: bool) -> None:
    found = findings(check(tmp_path, {"main.tf": f'resource "{kind}" "r" {{\n {body}\n}}\n'}))
    assert found == ({(kind, "main.tf")} if is_open else set())


DEFAULTS = [
    ("who may call", f'variable "v" {{ default = "{OWN2}" }}\nresource "aws_lambda_permission" "r" {{ principal = var.v }}', True),
    ("how callers are told", 'variable "v" { default = "AWS_IAM" }\nresource "aws_lambda_function_url" "r" { authorization_type = var.v }', True),
    ("whose image", 'variable "v" { default = "amazon" }\ndata "aws_ami" "r" { owners = [var.v] }', True),
    ("which image", 'variable "v" { default = "" }\ndata "aws_ami" "a" { owners = ["amazon"] }\nresource "aws_instance" "r" { ami = coalesce(var.v, data.aws_ami.a.id) }', True),
    ("which function, which is not whom", 'variable "v" { default = "f" }\nresource "aws_lambda_permission" "r" {\n function_name = var.v\n principal = "s3.amazonaws.com"\n source_account = "222222222222"\n}', False),
    ("given", f'resource "aws_lambda_permission" "r" {{ principal = "{OWN2}" }}', False),
]  # fmt: skip


@pytest.mark.parametrize(("why", "text", "said"), DEFAULTS, ids=[row[0] for row in DEFAULTS])
def test_defaults_that_open(tmp_path: Path, why: str, text: str, said: bool) -> None:
    """What is shut, or ours, by a default alone is said."""
    ran = check(tmp_path, {"main.tf": text + "\n"})
    assert findings(ran) == set()
    assert any("the default of var.v" in note for note in report(ran)["notes"]) == said


FULL = 'variable "c" {\n type = object({ who = optional(string, "%s") })\n default = {}\n}\n'
FILES = [
    ("what a type gives", FULL % STRANGER + "%s", {}, True),
    ("ours, by a type", FULL % OWN2 + "%s", {}, False),
    ("that is given", FULL % STRANGER + "%s", {"terraform.tfvars": f'c = {{ who = "{OWN2}" }}\n'}, False),
    ("not quite given", FULL % STRANGER + "%s", {"terraform.tfvars": "c = {}\n"}, True),
]  # fmt: skip
ROLE = """
resource "aws_iam_role" "r" {
  name = "r"
  assume_role_policy = jsonencode({ Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { AWS = var.c.who } }] })
}
"""


@pytest.mark.parametrize(("why", "text", "more", "theirs"), FILES, ids=[row[0] for row in FILES])
def test_what_types_give(
    tmp_path: Path, why: str, text: str, more: dict[str, str], theirs: bool
) -> None:
    found = findings(check(tmp_path, {"main.tf": text % ROLE} | more))
    assert found == ({("unvetted-account-trust", STRANGER)} if theirs else set())


def test_files_of_values_that_are_not_read(tmp_path: Path) -> None:
    files = {"main.tf": FULL % OWN2 + ROLE, "prod.tfvars": "c = {}\n", "env/dev.tfvars": "c = {}\n",
             "terraform.tfvars": "c = {}\n", "a.auto.tfvars": "c = {}\n"}  # fmt: skip
    note = "Values of variables that were not read: env/dev.tfvars, prod.tfvars: give one"
    assert any(note in one for one in report(check(tmp_path / "a", files))["notes"])
    ran = check(tmp_path / "b", files, "--var-file", "prod.tfvars", "--var-file", "env/dev.tfvars")
    assert not any("were not read" in one for one in report(ran)["notes"])
