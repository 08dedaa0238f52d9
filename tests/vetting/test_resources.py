"""What of a scope names no resource, no kind of one, or all that there are."""

from __future__ import annotations

from checker.errors import InputError
from checker.vetting.allowlist import Allowlist
from checker.vetting.resources import vets_no_resource
from checker.yamlfile import parse_yaml
from tests.vetting.test_allowlist import VETTING, listed, vendor

ALL, BROAD = "every resource there is; name some, as", "every resource there is; name a service"
NONE, NO_KIND = "is no pattern of ARNs; write one", "no kind of resource is called"
SCOPES: list[tuple[str, list[tuple[str, str]], str]] = [
    ("resources: ['arn:aws:s3:::acme-*']", [], "a name"),
    ("resources: ['arn:aws:s3:::*']", [], "a service"),
    ("resources: ['arn:aws:*:us-east-1:*:*']", [], "a region"),
    ("resources: ['arn:aws:*:*:111111111111:*']", [], "an account"),
    ("resources: ['arn:aws:*:*:*:acme']", [], "a name of whatever it is"),
    ("resources: ['arn:aws:sns:a:b:c:d:*']", [], "a name with colons"),
    ("resources: ['*']", [("5:25", ALL)], "everything"),
    ("resources: ['**?']", [("5:25", ALL)], "the same in other words"),
    ("resources: ['arn:aws:*:*:*:*']", [("5:25", BROAD)], "everything of a partition"),
    ("resources: ['arn:aws:?:*:*:**']", [("5:25", BROAD)], "the same in other words"),
    ("resources: ['arn:*:*:*:*:*']", [("5:25", BROAD)], "of every partition"),
    ("resources: ['x:aws:s3:::a']", [("5:25", NONE)], "no ARN"),
    ("resources: ['arn:aws:s3::a']", [("5:25", NONE)], "a part less"),
    ("resources: ['arn:aws::us-east-1:1:x']", [("5:25", NONE)], "no service"),
    ("resources: '*'", [("5:24", ALL)], "one that stands alone"),
    ("resources: ['arn:aws:s3:::a', '*', 'b']", [("5:43", ALL), ("5:48", NONE)], "each with its place"),
    ("kinds: ['AWS::S3::Bucket']", [], "a kind"),
    ("kinds: ['AWS::S3::Bukcet', 'AWS::S3::Bucket', 'AWS::KMS::Kye']",
     [("5:21", f"{NO_KIND} 'AWS::S3::Bukcet'; did you mean 'AWS::S3::Bucket'?"), ("5:59", f"{NO_KIND} 'AWS::KMS::Kye'; did you mean 'AWS::KMS::Key'?")], "two that there are not"),
    ("kinds: bucket", [("5:20", f"{NO_KIND} 'bucket'; write a CloudFormation type")], "no type at all"),
]  # fmt: skip


def told(scope: str) -> list[str]:
    text = listed(vendor('accounts: ["999999999999"]', f"scope: {{{scope}}}", vetting=VETTING))
    try:
        Allowlist(parse_yaml(text.encode(), "f"))
    except InputError as error:
        return [str(one) for one in (error, *error.others)]
    return []


def test_a_scope_names_some_resources() -> None:
    """A scope that is as wide as none, though it reads like a limit; or one that limits to nothing."""
    for scope, expected, why in SCOPES:
        found = told(scope)
        assert [one.split(": ", 1)[0] for one in found] == [f"f:{at}" for at, _ in expected], why
        assert all(said in one for one, (_, said) in zip(found, expected, strict=True)), why


def test_vendors_that_are_vetted_for_none_are_counted() -> None:
    """In order, three by name."""
    said = "vendors that are vetted for no resource with a policy of its own (bucket, key, queue, snapshot, share, …), as their scope says nothing of any: {}; to one that may reach some give scope.resources, kinds or max_access"  # fmt: skip
    assert vets_no_resource(("c", "a", "b")) == said.format("3 (a, b, c)")
    assert vets_no_resource(("d", "c", "a", "b")) == said.format("4 (a, b, c, …)")
