"""Condition keys: how AWS spells them, who decides their value, and which values they can have.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
"""

from __future__ import annotations

import re
from functools import lru_cache

from checker.patterns import pattern

PRINCIPAL = frozenset(
    """aws:principalaccount aws:principalarn aws:principalorgid aws:principalorgpaths
    aws:principaltype aws:userid aws:username aws:principalisawsservice aws:principalservicename
    aws:principalservicenameslist""".split()  # noqa: SIM905
)
"""The caller is these keys: they are decided together with it."""

SOURCE = frozenset(["aws:sourceaccount", "aws:sourcearn", "aws:sourceorgid", "aws:sourceorgpaths"])
"""Present only on direct calls by a service, which acts for someone."""

RESOURCE = frozenset(["aws:resourceaccount", "aws:resourceorgid", "aws:resourceorgpaths"])
"""The role's own: they tell nothing of the caller."""

FEDERATED_FREE = frozenset(["aws:principaltype", "aws:userid"])
"""What a federated caller has here is documented nowhere: any value may be."""

NETWORK = frozenset(
    """aws:sourceip aws:sourcevpc aws:sourcevpce aws:sourcevpcarn aws:vpcsourceip aws:vpceaccount
    aws:vpceorgid aws:vpceorgpaths""".split()  # noqa: SIM905
)
ARN, ACCOUNT_KEY = "aws:principalarn", "aws:principalaccount"
EXTERNAL_ID = "sts:externalid"
SESSION_NAME = "sts:rolesessionname"
NOW = frozenset(("aws:currenttime", "aws:epochtime"))
"""One moment, never before today."""
SESSION_NAMES = (SESSION_NAME, "sts:sourceidentity", "aws:sourceidentity")
SERVICE_NAMES = "aws:principalservicenameslist"
"""With every call by a service, whose own name is among them."""
ALWAYS = NOW | {SESSION_NAME}
"""Present in every request that STS takes."""
MFA, MFA_AGE = "aws:multifactorauthpresent", "aws:multifactorauthage"
ENDPOINTS = frozenset(("aws:vpceorgid", "aws:vpceorgpaths"))
"""Of the VPC endpoint's organization."""
TIES = (NOW, frozenset((MFA, MFA_AGE)), ENDPOINTS)
"""Keys that tell of one thing, so that their values go together."""

_OTHER_SERVICES = frozenset(
    """kms s3 dynamodb sns sqs secretsmanager ssmmessages rds elasticfilesystem ecr
    cloudformation autoscaling events logs athena""".split()  # noqa: SIM905
)
"""Services whose own condition keys no request to STS carries (kms:CallerAccount, s3:prefix).

https://docs.aws.amazon.com/service-authorization/latest/reference/list_awssecuritytokenservice.html
"""

MULTIVALUED = frozenset(
    """aws:principalorgpaths aws:principalservicenameslist aws:sourceorgpaths aws:resourceorgpaths
    aws:vpceorgpaths aws:tagkeys aws:calledvia aws:calledviaawsmcp sts:transitivetagkeys
    sts:requestcontextproviders cognito-identity.amazonaws.com:amr saml:mail saml:uid
    saml:cn""".split()  # noqa: SIM905
)

LOWER_CASE = frozenset(
    """aws:principalorgid aws:principalorgpaths aws:sourceorgid aws:sourceorgpaths
    aws:resourceorgid aws:resourceorgpaths aws:vpceorgid aws:vpceorgpaths aws:principalservicename
    aws:principalservicenameslist aws:sourcevpc aws:sourcevpce""".split()  # noqa: SIM905
)
"""Whose values AWS writes without capitals."""

_SPELLINGS = """aws:PrincipalAccount aws:PrincipalArn aws:PrincipalOrgID aws:PrincipalOrgPaths
    aws:PrincipalType aws:userid aws:username aws:PrincipalIsAWSService aws:PrincipalServiceName
    aws:PrincipalServiceNamesList aws:SourceAccount aws:SourceArn aws:SourceOrgID
    aws:SourceOrgPaths aws:ResourceAccount aws:ResourceOrgID aws:ResourceOrgPaths aws:SourceIp
    aws:SourceVpc aws:SourceVpce aws:SourceVpcArn aws:VpcSourceIp aws:VpceAccount aws:VpceOrgID
    aws:VpceOrgPaths aws:FederatedProvider aws:CurrentTime aws:EpochTime aws:TokenIssueTime
    aws:SecureTransport aws:UserAgent aws:referer aws:RequestedRegion aws:TagKeys aws:CalledVia
    aws:CalledViaFirst aws:CalledViaLast aws:ViaAWSService aws:MultiFactorAuthPresent
    aws:MultiFactorAuthAge aws:SourceIdentity aws:AssumedRoot aws:Ec2InstanceSourceVpc
    aws:Ec2InstanceSourcePrivateIPv4 aws:IsMcpServiceAction aws:ViaAWSMCPService
    aws:CalledViaAWSMCP aws:SignInSessionArn aws:ChatbotSourceArn ec2:RoleDelivery
    ec2:SourceInstanceArn lambda:SourceFunctionArn glue:RoleAssumedBy
    glue:CredentialIssuingService ssm:SourceInstanceArn identitystore:UserId
    identitystore:IdentityStoreArn kms:CallerAccount sts:ExternalId sts:RoleSessionName
    sts:SourceIdentity sts:TransitiveTagKeys sts:DurationSeconds sts:AWSServiceName
    sts:TaskPolicyArn sts:RequestContext sts:RequestContextProviders sts:IdentityTokenAudience
    saml:aud saml:iss saml:sub saml:sub_type saml:namequalifier saml:doc saml:cn saml:commonName
    saml:name saml:givenName saml:surname saml:mail saml:uid saml:organizationStatus
    saml:primaryGroupSID saml:x500UniqueIdentifier saml:eduorghomepageuri
    saml:eduorgidentityauthnpolicyuri saml:eduorglegalname saml:eduorgsuperioruri
    saml:eduorgwhitepagesuri saml:edupersonaffiliation saml:edupersonassurance
    saml:edupersonentitlement saml:edupersonnickname saml:edupersonorgdn saml:edupersonorgunitdn
    saml:edupersonprimaryaffiliation saml:edupersonprimaryorgunitdn saml:edupersonprincipalname
    saml:edupersonscopedaffiliation saml:edupersontargetedid""".split()  # noqa: SIM905
SPELLING = {key.lower(): key for key in _SPELLINGS}
_TAGS = {
    "aws:principaltag/": "aws:PrincipalTag/",
    "aws:requesttag/": "aws:RequestTag/",
    "aws:resourcetag/": "aws:ResourceTag/",
    "iam:resourcetag/": "iam:ResourceTag/",
    "sts:requestcontext/": "sts:RequestContext/",
}

ACCOUNT = pattern(r"[0-9]{12}")
ORGANIZATION = pattern(r"o-[a-z0-9]{10,32}")
ORG_PATH = pattern(r"o-[a-z0-9]{10,32}/r-[0-9a-z]{4,32}/(?:ou-[0-9a-z]{4,32}-[0-9a-z]{8,32}/){0,5}")
BOOLEAN = pattern(r"true|false")
ADDRESS = pattern(r"[0-9]{1,3}(?:\.[0-9]{1,3}){3}|[0-9a-f]*:[0-9a-f:.]*")
INTEGER = pattern(r"[0-9]{1,12}")
DURATION = pattern(r"9[0-9]{2}|[1-9][0-9]{3}|[1-3][0-9]{4}|4[0-2][0-9]{3}|43[01][0-9]{2}|43200")
"""Seconds of a session: https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html"""
PRINCIPAL_TYPES = ("User", "AssumedRole", "FederatedUser", "Account", "Anonymous")
PRINCIPAL_TYPE = pattern("|".join(PRINCIPAL_TYPES))
FEW = {BOOLEAN: ("true", "false"), PRINCIPAL_TYPE: PRINCIPAL_TYPES}
"""Domains of which all values are known."""
SERVICE = pattern(r"[a-z0-9.-]+\.amazonaws\.com(?:\.cn)?")
ANY_ARN = pattern(
    r"arn:[a-z-]+:[a-z0-9-]+:[a-z0-9-]*:[0-9a-z-]*:[^\ue000\ue001\ud800-\udfff]+", re.DOTALL
)
MOMENT = pattern(
    r"[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])"
    r"T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]Z"
)
"""A time as AWS writes it."""
LAST = 253_402_300_800
"""The second after the calendar's last."""
ENDS = {INTEGER: (0, 10**12 - 1), DURATION: (900, 43_200), MOMENT: (0, LAST - 1)}
"""The least and the greatest of numbers, and of times in seconds since 1970."""
TAG = pattern(r"[\w\s.:/=+@-]{0,256}")
_NO_GLOB = pattern(r"[^\ue000\ue001\ud800-\udfff]+", re.DOTALL)
_ANY = pattern(r"[^\ud800-\udfff]*", re.DOTALL)
_EXTERNAL_ID = pattern(r"[\w+=,.@:/-]{2,1224}", re.ASCII)
_SESSION_NAME = pattern(r"[\w+=,.@-]{2,64}", re.ASCII)
_BOOLEANS = """aws:multifactorauthpresent aws:securetransport aws:viaawsservice aws:assumedroot
    aws:principalisawsservice aws:ismcpserviceaction aws:viaawsmcpservice""".split()  # noqa: SIM905
_ADDRESSES = ("aws:sourceip", "aws:vpcsourceip", "aws:ec2instancesourceprivateipv4")
_ARN_VALUED = """aws:sourcearn aws:sourcevpcarn ec2:sourceinstancearn ssm:sourceinstancearn
    lambda:sourcefunctionarn aws:signinsessionarn aws:chatbotsourcearn sts:taskpolicyarn
    sts:requestcontextproviders""".split()  # noqa: SIM905
_DOMAINS = {
    "aws:principalaccount": ACCOUNT,
    "aws:sourceaccount": ACCOUNT,
    "aws:resourceaccount": ACCOUNT,
    "aws:vpceaccount": ACCOUNT,
    "aws:principalorgid": ORGANIZATION,
    "aws:sourceorgid": ORGANIZATION,
    "aws:resourceorgid": ORGANIZATION,
    "aws:vpceorgid": ORGANIZATION,
    "aws:principalorgpaths": ORG_PATH,
    "aws:sourceorgpaths": ORG_PATH,
    "aws:resourceorgpaths": ORG_PATH,
    "aws:vpceorgpaths": ORG_PATH,
    "aws:tokenissuetime": MOMENT,
    "aws:useragent": _ANY,
    "aws:referer": _ANY,
    EXTERNAL_ID: _EXTERNAL_ID,
    **dict.fromkeys(SESSION_NAMES, _SESSION_NAME),
    "aws:principaltype": PRINCIPAL_TYPE,
    "aws:principalservicenameslist": SERVICE,
    **dict.fromkeys(_BOOLEANS, BOOLEAN),
    MFA_AGE: INTEGER,
    "sts:durationseconds": DURATION,
    **dict.fromkeys(_ADDRESSES, ADDRESS),
    **dict.fromkeys(_ARN_VALUED, ANY_ARN),
}
_ARNS = (ARN, "aws:sourcearn", "aws:federatedprovider")
_SHAPES = {  # what a value of the key looks like where the policy leaves it free
    "aws:sourcevpc": "vpc-*",
    "aws:sourcevpce": "vpce-*",
    "aws:vpceorgid": "o-*",
}
_WIDTHS = {EXTERNAL_ID: 3, **dict.fromkeys(SESSION_NAMES, 3), "aws:vpceorgid": 10}


@lru_cache(maxsize=8192)
def issuer(key: str) -> str | None:
    """The identity provider whose claim the (lower-case) key is: its host and path.

    Some issuers end in `/`, and so do their keys: it is left out, as in an issuer's name.
    """
    provider, _, claim = key.rpartition(":")
    if not claim or tag(key) or ("." not in provider and "/" not in provider):
        return None
    return provider.rstrip("/") or None


_BUILT_IN_CLAIMS = {
    "cognito-identity.amazonaws.com": ("aud", "sub", "amr"),
    "graph.facebook.com": ("app_id",),
    "www.amazon.com": ("app_id",),
}


@lru_cache(maxsize=8192)
def claim_always_sent(provider: str, key: str) -> bool:
    """Whether all tokens of an OIDC provider have the claim, whatever the tenant asks for.

    An ID token has a subject and an audience (https://openid.net/specs/openid-connect-core-1_0.html
    section 2); what the providers that are built in have instead, the IAM user guide lists:
    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html
    """
    claim = key.rpartition(":")[2]
    return issuer(key) == provider and claim in _BUILT_IN_CLAIMS.get(provider, ("aud", "sub"))


def of_token(key: str) -> bool:
    """Whether the (lower-case) key is a claim of an OIDC token or an attribute of SAML's."""
    return key.startswith("saml:") or issuer(key) is not None


def of_session(key: str) -> bool:
    """Whether a role's session still carries the claim with which it began, so that it can be there
    when the session assumes another role.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html
    """
    claim = key.rpartition(":")[2]
    if key.startswith("saml:"):
        return claim in ("sub", "sub_type", "namequalifier")
    return claim in ("sub", "aud", "amr", "app_id", "id", "user_id")


def tag(key: str) -> bool:
    return key.startswith(tuple(_TAGS))


@lru_cache(maxsize=8192)
def never(key: str) -> bool:
    """Whether no request to STS carries the (lower-case) key, as it is another service's."""
    return key.partition(":")[0] in _OTHER_SERVICES


@lru_cache(maxsize=8192)
def listed(key: str) -> bool:
    """Whether a request may carry several values of the key: SAML's edu… attributes are lists.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html
    """
    return key in MULTIVALUED or key.startswith("saml:edu")


@lru_cache(maxsize=8192)
def known(key: str) -> bool:
    return key in SPELLING or tag(key) or issuer(key) is not None


@lru_cache(maxsize=8192)
def spelled(key: str) -> str:
    """The key as AWS writes it; one that AWS doesn't list, as it stands."""
    lower = key.lower()
    for prefix, proper in _TAGS.items():
        if lower.startswith(prefix):
            return proper + key[len(prefix) :]
    return SPELLING.get(lower, key)


@lru_cache(maxsize=4096)
def domain(key: str) -> re.Pattern[str]:
    """All values that AWS could send for the key. Where that is unknown, any text."""
    if key in _DOMAINS:
        return _DOMAINS[key]
    if tag(key) and not key.startswith("sts:"):
        return TAG
    return _NO_GLOB if known(key) else _ANY


def canonical(key: str, text: str) -> str:
    """The text in the case in which AWS writes it, as far as AWS has one way for the key."""
    if "${" in text:
        return text
    if key in LOWER_CASE:
        return text.lower()
    if key == "aws:userid":
        head, colon, rest = text.partition(":")
        return head.upper() + colon + rest
    parts = text.split(":", 5)
    if key not in _ARNS or len(parts) < 6:
        return text
    form, slash, name = parts[5].partition("/")
    head = ":".join(part.lower() for part in parts[:5])
    return f"{head}:{form.lower() if key == ARN else form}{slash}{name}"


def shape(key: str) -> str:
    return _SHAPES.get(key, "*")


def width(key: str) -> int:
    """How many letters fill a `*`, so that the value is long enough to be one."""
    return _WIDTHS.get(key, 1)
