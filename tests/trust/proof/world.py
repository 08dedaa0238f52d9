"""The requests to STS that AWS could really send: which keys they carry, with which values.

One table of condition keys, one of the four kinds of callers. Sources: the IAM user guide's pages
on global condition keys, on IAM and STS condition keys and on principals, and the API reference
of STS (lengths and alphabets of parameters).

Callers:
- `aws`: a role's session, an IAM user or a federated user of some account. Never a root user (it
  cannot call AssumeRole) and never anonymous (STS takes no unsigned AssumeRole).
- `service`: an AWS service, which acts for a source, or tells none.
- `oidc`, `saml`: the bearer of a token (an assertion) of an identity provider.

Where AWS documents nothing, the key may be absent or have any value.
"""

from __future__ import annotations

from dataclasses import dataclass

from checker.trust import Scope
from checker.trust.texts.keys import SPELLING

AWS, SERVICE, OIDC, SAML = CALLERS = ("aws", "service", "oidc", "saml")
ACTIONS = {
    AWS: "sts:AssumeRole",
    SERVICE: "sts:AssumeRole",
    OIDC: "sts:AssumeRoleWithWebIdentity",
    SAML: "sts:AssumeRoleWithSAML",
}
BUILT_IN = (
    "cognito-identity.amazonaws.com",
    "accounts.google.com",
    "graph.facebook.com",
    "www.amazon.com",
)

ROLES_ANYWHERE = "rolesanywhere.amazonaws.com"
PRINTABLE = r"[ -)+->@-~]"  # ASCII but for `*` and `?`, which no value here has
TEXT = PRINTABLE + "+"
ANYTHING = r"[ -~]*"
ACCOUNT = r"[0-9]{12}"
ORG = r"o-[a-z0-9]{10,32}"
PATH_TAIL = r"/r-[0-9a-z]{4,32}/(ou-[0-9a-z]{4,32}-[a-z0-9]{8,32}/)*"
SERVICE_NAME = r"([a-z0-9-]+[.])+amazonaws[.]com"
NAME = r"[A-Za-z0-9_+=,.@-]{1,64}"
FEDERATED_NAME = r"[A-Za-z0-9_+=,.@-]{2,32}"
UNIQUE_TAIL = r"[A-Z0-9]{12,124}"
PATHS = r"([!-)+-.0->@-~]+/)*"  # in front of the name of a role or user: `:` is legal there
SESSION = r"[A-Za-z0-9_+=,.@-]{2,64}"
ARN = r"arn:aws[a-z-]*:[a-z0-9-]+:[a-z0-9-]*:([0-9]{12}|aws|):" + PRINTABLE + "+"
NO_COLON = r"[ -)+-9;->@-~]"
TYPE = rf"[a-z]{NO_COLON}*:{NO_COLON}+"
SOURCES_OF = {
    # what aws:SourceArn calls a service: what stands in its last part, whether it may lack an account
    "s3": (f"{NO_COLON}+", True),
    "s3express": (f"{NO_COLON}+", False),
    "sns": (f"{NO_COLON}+", False),
    "lambda": (f"{TYPE}(:{NO_COLON}+|)", False),
    "logs": (f"{TYPE}(:log-stream:{NO_COLON}+|:{NO_COLON}+|)", False),
    "execute-api": (f"{PRINTABLE}+", False),
}
"""Services of which some policies here ask by their resources' ARNs: a bucket, a topic, a function
or its alias, a log group or stream, and a method, whose path may hold colons."""
SENT = {"s3.amazonaws.com": ("s3", "s3express"), "sns.amazonaws.com": ("sns",),
        "lambda.amazonaws.com": ("lambda",), "logs.amazonaws.com": ("logs",),
        "apigateway.amazonaws.com": ("execute-api", "apigateway")}  # fmt: skip
"""Whose resources each of these tells as its source."""
VPC = r"vpc-[0-9a-f]{8,17}"
REGION = r"[a-z]{2,3}(-[a-z]+)+-[0-9]"


@dataclass(frozen=True)
class ConditionKey:
    """`kind`: text, number, date, bool or ip. `many`: a list. `always`, `maybe`: whose calls have it.

    `sure`: AWS documents the form of its values. Where it does not, `domain` is what such values
    look like, and a witness with another one is taken all the same.
    """

    kind: str = "text"
    domain: str = TEXT
    many: bool = False
    sure: bool = True
    always: tuple[str, ...] = ()
    maybe: tuple[str, ...] = CALLERS

    def on(self, caller: str) -> bool:
        return caller in self.always or caller in self.maybe


def _text(domain: str, many: bool = False, **more: tuple[str, ...]) -> ConditionKey:
    return ConditionKey("text", domain, many, **more)


def _like(domain: str, many: bool = False) -> ConditionKey:
    return ConditionKey("text", domain, many, sure=False)


_NEVER = ConditionKey(maybe=())
_BOOL = ConditionKey("bool", "true|false")
_FEDERATED = (OIDC, SAML)

_TABLE = {
    # who calls
    "aws:PrincipalAccount": _text(ACCOUNT, always=(AWS, SERVICE), maybe=_FEDERATED),
    "aws:PrincipalArn": _text(ARN, always=(AWS,), maybe=()),
    "aws:PrincipalOrgID": _text(ORG, maybe=(AWS,)),
    "aws:PrincipalOrgPaths": _text(ORG + PATH_TAIL, True, maybe=(AWS,)),
    "aws:PrincipalType": _text(r"User|FederatedUser|AssumedRole", always=(AWS,), maybe=_FEDERATED),
    "aws:userid": _text(TEXT, always=(AWS,), maybe=_FEDERATED),
    "aws:username": _text(NAME, maybe=(AWS,)),
    "aws:PrincipalIsAWSService": ConditionKey(
        "bool", "true|false", always=(AWS, SERVICE), maybe=()
    ),
    "aws:PrincipalServiceName": _text(SERVICE_NAME, always=(SERVICE,), maybe=()),
    "aws:PrincipalServiceNamesList": _text(SERVICE_NAME, True, always=(SERVICE,), maybe=()),
    "aws:FederatedProvider": _text(TEXT, always=(OIDC,), maybe=(AWS,)),
    # whom a service acts for
    "aws:SourceAccount": _text(ACCOUNT, maybe=(SERVICE,)),
    "aws:SourceArn": _text(ARN, maybe=(SERVICE,)),
    "aws:SourceOrgID": _text(ORG, maybe=(SERVICE,)),
    "aws:SourceOrgPaths": _text(ORG + PATH_TAIL, True, maybe=(SERVICE,)),
    # the role itself
    "aws:ResourceAccount": _text(ACCOUNT, always=CALLERS),
    "aws:ResourceOrgID": _text(ORG),
    "aws:ResourceOrgPaths": _text(ORG + PATH_TAIL, True),
    # the network
    "aws:SourceIp": ConditionKey("ip"),
    "aws:VpcSourceIp": ConditionKey("ip"),
    "aws:Ec2InstanceSourcePrivateIPv4": ConditionKey("ip"),
    "aws:SourceVpc": _like(VPC),
    "aws:Ec2InstanceSourceVpc": _like(VPC),
    "aws:SourceVpce": _like(r"vpce-[0-9a-f]{8,17}"),
    "aws:SourceVpcArn": _like(r"arn:aws[a-z-]*:ec2:[a-z0-9-]+:[0-9]{12}:vpc/" + VPC),
    "aws:VpceAccount": _text(ACCOUNT),
    "aws:VpceOrgID": _text(ORG),
    "aws:VpceOrgPaths": _text(ORG + PATH_TAIL, True),
    # the time
    "aws:CurrentTime": ConditionKey("date", always=CALLERS),
    "aws:EpochTime": ConditionKey("date", always=CALLERS),
    "aws:TokenIssueTime": ConditionKey("date"),
    # numbers and flags
    "aws:MultiFactorAuthAge": ConditionKey("number"),
    "sts:DurationSeconds": ConditionKey("number"),
    "aws:MultiFactorAuthPresent": _BOOL,
    "aws:SecureTransport": _BOOL,
    "aws:ViaAWSService": _BOOL,
    "aws:AssumedRoot": _BOOL,
    "aws:IsMcpServiceAction": _BOOL,
    "aws:ViaAWSMCPService": _BOOL,
    # what the caller chooses
    "sts:ExternalId": _text(r"[A-Za-z0-9_+=,.@:/-]{2,1224}", maybe=(AWS, SERVICE)),
    "sts:RoleSessionName": _text(SESSION, always=CALLERS),
    "sts:SourceIdentity": _text(SESSION),
    "aws:SourceIdentity": _text(SESSION),
    "aws:RequestedRegion": _like(REGION),
    "aws:CalledVia": _like(SERVICE_NAME, True),
    "aws:CalledViaAWSMCP": _like(SERVICE_NAME, True),
    "aws:CalledViaFirst": _like(SERVICE_NAME),
    "aws:CalledViaLast": _like(SERVICE_NAME),
    "aws:TagKeys": _like(TEXT, True),
    "sts:TransitiveTagKeys": _like(TEXT, True),
    "sts:RequestContextProviders": _like(ARN, True),
    "ec2:RoleDelivery": _like(r"1[.]0|2[.]0"),
    "ec2:SourceInstanceArn": _like(ARN),
    "lambda:SourceFunctionArn": _like(ARN),
    "ssm:SourceInstanceArn": _like(ARN),
    "identitystore:IdentityStoreArn": _like(ARN),
    "sts:TaskPolicyArn": _like(ARN),
    "aws:SignInSessionArn": _like(ARN),
    "aws:ChatbotSourceArn": _like(ARN),
    "aws:UserAgent": _text(ANYTHING),  # headers, where `*` is a letter as any other
    "aws:referer": _text(ANYTHING),
    "kms:CallerAccount": _NEVER,  # a key of another service: no request to STS has it
}
_ATTRIBUTE_LISTS = ("saml:edu", "saml:mail", "saml:uid", "saml:cn")
_TABLE |= {
    name: _text(
        TEXT,
        name.startswith(_ATTRIBUTE_LISTS),
        maybe=(SAML, AWS)
        if name in ("saml:sub", "saml:sub_type", "saml:namequalifier")
        else (SAML,),
    )
    for name in SPELLING.values()
    if name.startswith("saml:")
}
KEYS = {name.lower(): key for name, key in _TABLE.items()}
TAGS = (
    "aws:principaltag/",
    "aws:requesttag/",
    "aws:resourcetag/",
    "iam:resourcetag/",
    "sts:requestcontext/",
)
_TAG = _text(r"[A-Za-z0-9 _.:/=+@-]{0,256}")
_FREE = ConditionKey()
_UNKNOWN = _text(ANYTHING, True)
_LATER = ("amr", "aud", "sub", "app_id", "user_id", "id")
"""Claims that stay with the session, so that its calls have them too, as three of SAML's do.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html
(keys of federation that are available across services)
"""


def canonical(key: str) -> str:
    """Keys compare without regard to case; an issuer that ends in `/` is the one without."""
    name = key.lower()
    provider, colon, claim = name.rpartition(":")
    return provider.rstrip("/") + colon + claim if issuer(name) else name


def issuer(key: str) -> str | None:
    """Whose claim a (lower-case) key is: the issuer, without a final `/`."""
    provider, _, claim = key.rpartition(":")
    if key.startswith(TAGS) or not claim or not ("." in provider or "/" in provider):
        return None
    return provider.rstrip("/")


def claims_of(name: str, provider: str) -> bool:
    """False where the key is a claim, and another issuer's than `provider` (an ARN or name)."""
    owner = issuer(name)
    return owner is None or owner == issuer_in(provider)


def issuer_in(provider: str) -> str:
    return (provider.partition(":oidc-provider/")[2] or provider).rstrip("/").lower()


def key_of(name: str) -> ConditionKey:
    """What is known of a (lower-case) key. One that nobody knows may be a list."""
    if found := KEYS.get(name):
        return found
    if name.startswith(TAGS):
        return _TAG
    if issuer(name):
        return _claim(name)
    return _FREE if name in SPELLING else _UNKNOWN


def unknown(name: str) -> bool:
    return key_of(name) is _UNKNOWN


def _claim(name: str) -> ConditionKey:
    """`sub` and `aud` are in every token, Cognito's `amr`, the app at Amazon and Facebook."""
    provider, _, claim = name.rpartition(":")
    many = provider == BUILT_IN[0] and claim == "amr"
    sure = many or claim in (("app_id",) if provider in BUILT_IN[2:] else ("sub", "aud"))
    later = (AWS,) if claim in _LATER else ()
    if sure:
        return _text(TEXT, many, always=(OIDC,), maybe=later)
    return _text(TEXT, maybe=(OIDC, *later))


def own_accounts(scope: Scope) -> frozenset[str]:
    return scope.own | {scope.account}
