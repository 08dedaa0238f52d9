"""By which keys a call of AWS's API is told which code runs, in small letters."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from checker.collect.iac.unknown import OPEN

CODE = frozenset((
    "functionname", "documentname", "documentpath", "statemachinearn", "taskdefinition",
    "jobdefinition",
))  # fmt: skip
"""Keys whose values name code that runs, in small letters."""
HANDED = ("parameters", "arguments", "inputs")
"""What a call is handed."""
_PASSED = frozenset((
    "payload", "clientcontext", "input", "inputpayload", "message", "messagebody",
    "messageattributes", "item", "expressionattributevalues", "detail", "body", "requestbody",
    "resultselector", "itemselector", "itembatcher", "assign", "output", "result",
    "queryparameters", "headers", "templatedata",
    "sessionattributes", "executionparameters", "deadletterconfig",
))  # fmt: skip
"""What somebody, or a later step, is told, whatever is made of it."""
_RUNNING = re.compile(r":(?:invoke|run|send|start|submit|execute)")
_READING = re.compile(
    r":(?:get|list|describe|batchget|head|tag|untag|delete|deregister|stop|terminate|cancel|wait"
    r"|search|query|scan|put|set|sendtask|sendautomationsignal)"
)
_SET = frozenset(("taskdefinition", "layers"))
"""Code that another call than one that runs it may bring in; else it is what the call changes."""
_ALSO_CALLED = {
    "cognitoidp": "cognitoidentityprovider", "events": "eventbridge", "logs": "cloudwatchlogs",
    "serverlessrepo": "serverlessapplicationrepository", "states": "sfn", "stepfunctions": "sfn",
}  # fmt: skip
"""Services, as boto3 calls them, whose names Automation takes, and as Step Functions does:
https://docs.aws.amazon.com/systems-manager/latest/userguide/automation-action-executeawsapi.html"""
_MACHINES = (
    "ec2:runinstances", "ec2:requestspotinstances", "ec2:createlaunchtemplate",
    "ec2:createlaunchtemplateversion", "autoscaling:createlaunchconfiguration", "ec2:createfleet",
    "ec2:requestspotfleet", "ec2:createreplacerootvolumetask", "ec2:modifyfleet",
    "ec2:modifyspotfleetrequest",
)  # fmt: skip
_OF_MACHINES = frozenset((
    "imageid", "launchtemplatedata", "launchspecification", "launchspecifications",
    "launchtemplateconfigs", "overrides", "spotfleetrequestconfig",
))  # fmt: skip
_ASSOCIATIONS = ("ssm:createassociation", "ssm:createassociationbatch", "ssm:updateassociation")
_STACKS = (
    "cloudformation:createstack", "cloudformation:updatestack", "cloudformation:createchangeset",
    "cloudformation:createstackset", "cloudformation:updatestackset",
)  # fmt: skip
_WORKFLOWS = ("sfn:createstatemachine", "sfn:updatestatemachine")
_RECIPES = (
    "imagebuilder:createimage", "imagebuilder:createimagepipeline",
    "imagebuilder:updateimagepipeline",
)  # fmt: skip
_BUILT_UPON = ("imagebuilder:createimagerecipe", "imagebuilder:createcontainerrecipe")
_APPS = ("apprunner:createservice", "apprunner:updateservice")
_SERVERLESS = (
    "serverlessapplicationrepository:createcloudformationchangeset",
    "serverlessapplicationrepository:createcloudformationtemplate",
)  # fmt: skip
_DOCUMENTS = ("ssm:createdocument", "ssm:updatedocument")
_TASKS = ("ssm:registertaskwithmaintenancewindow", "ssm:updatemaintenancewindowtask")
_SCHEDULES = (
    "eventbridge:puttargets", "scheduler:createschedule", "scheduler:updateschedule",
)  # fmt: skip
_NO_CODE = ("eventbridgeparameters", "kinesisparameters", "sqsparameters")
"""What a target is told that runs nothing."""
_TYPES = ("type", "integrationtype")
_PROTOCOLS = (
    "application", "email", "email-json", "firehose", "http", "https", "sms", "sqs",
)  # fmt: skip
_POOLS = (
    "cognitoidentityprovider:createuserpool", "cognitoidentityprovider:updateuserpool",
)  # fmt: skip
_OF_POOLS = frozenset((
    "createauthchallenge", "custommessage", "defineauthchallenge", "lambdaarn", "lambdaconfig",
    "postauthentication", "postconfirmation", "preauthentication", "presignup",
    "pretokengeneration", "usermigration", "verifyauthchallengeresponse",
))  # fmt: skip
_PIPES = ("pipes:createpipe", "pipes:updatepipe")
_API_CALLS = ("apigateway:putintegration", "apigatewayv2:createintegration",
              "apigatewayv2:updateintegration")  # fmt: skip
_OTHERS = (
    dict.fromkeys(_ASSOCIATIONS, frozenset(("name",)))
    | dict.fromkeys(_MACHINES, _OF_MACHINES)
    | dict.fromkeys(_TASKS, frozenset(("taskarn",)))
    | dict.fromkeys(_STACKS, frozenset(("templateurl", "templatebody")))
    | dict.fromkeys(_WORKFLOWS, frozenset(("definition",)))
    | dict.fromkeys(_DOCUMENTS, frozenset(("content",)))
    | dict.fromkeys(
        _RECIPES, frozenset(("imagerecipearn", "containerrecipearn", "workflowarn", "workflows"))
    )
    | dict.fromkeys(_BUILT_UPON, frozenset(("parentimage", "componentarn", "components")))
    | dict.fromkeys(_APPS, frozenset(("imageidentifier", "imagerepository", "sourceconfiguration")))
    | dict.fromkeys(_SERVERLESS, frozenset(("applicationid",)))
    | dict.fromkeys(_SCHEDULES, frozenset(("arn", "target", "targets")))
    | dict.fromkeys(_PIPES, frozenset(("target", "enrichment")))
    | dict.fromkeys(_API_CALLS, frozenset(("uri", "integrationuri")))
    | dict.fromkeys(_POOLS, _OF_POOLS)
    | {
        "bedrockagent:createagentactiongroup": frozenset(("actiongroupexecutor", "lambda")),
        "cloudwatchlogs:putsubscriptionfilter": frozenset(("destinationarn",)),
        "sns:subscribe": frozenset(("endpoint",)),
        "ec2:copyimage": frozenset(("sourceimageid",)),
        "cloudformation:activatetype": frozenset(("publictypearn", "publisherid")),
        "ecs:registertaskdefinition": frozenset(("containerdefinitions",)),
        "eks:createaddon": frozenset(("addonname",)),
        "sagemaker:createtrainingjob": frozenset(("algorithmname", "algorithmspecification")),
        "sagemaker:createmodel": frozenset(("modelpackagename", "primarycontainer", "containers")),
        "lambda:createeventsourcemapping": frozenset(("functionname",)),
        "s3:putbucketnotificationconfiguration": frozenset(
            ("lambdafunctionarn", "lambdafunctionconfigurations", "notificationconfiguration")
        ),
        "config:putconfigrule": frozenset(("configrule", "source", "sourceidentifier")),
        "config:putconformancepack": frozenset(("templatebody", "templates3uri")),
        "config:putremediationconfigurations": frozenset(("remediationconfigurations", "targetid")),
        "imagebuilder:createcomponent": frozenset(("data", "uri")),
        "ssm:startchangerequestexecution": frozenset(("documentname", "runbooks")),
        "secretsmanager:rotatesecret": frozenset(("rotationlambdaarn",)),
        "iot:createtopicrule": frozenset(("actions", "functionarn", "topicrulepayload")),
    }
    | dict.fromkeys(
        ("emr:runjobflow", "elasticmapreduce:createcluster"), frozenset(("customamiid",))
    )
)
ANY = CODE.union(_SET, *_OTHERS.values())
"""Of a call that nobody knows."""
PACKAGE = frozenset(("name",))
PLUGINS = {"aws:configurepackage": PACKAGE}
"""Of what documents of version 1.2 run, the keys that name code."""
FETCHED_BY = {
    "AWS-RunRemoteScript": frozenset(("sourcetype",)),
    "AWS-RunDocument": frozenset(("sourcetype", "documentpath")),
    "AWS-ConfigureAWSPackage": PACKAGE,
}
"""Of documents that run whatever their parameters name, the keys of these:
https://docs.aws.amazon.com/systems-manager/latest/userguide/documents-command-ssm-plugin-reference.html"""
_RUN_WHOLLY = (
    "batch", "codebuild", "ecs", "emr", "emrcontainers", "emrserverless", "lambda", "sagemaker",
    "sfn", "ssm", "states",
)  # fmt: skip
"""Services whose calls run code that what they are handed names."""


def is_passed(key: str) -> bool:
    return key.removesuffix(".$").lower() in _PASSED


def tells_no_code(key: str, beside: Mapping[str, Any]) -> bool:
    """Whether it is a server's, a queue's or a rule of AWS's own, as what stands beside it says."""
    told = {other.lower(): one for other, one in beside.items()}
    if key in ("uri", "integrationuri"):
        return any(told.get(one) in ("HTTP", "HTTP_PROXY", "MOCK") for one in _TYPES)
    if key == "sourceidentifier":
        return told.get("owner") == "AWS"
    if key == "endpoint":
        return told.get("protocol") in _PROTOCOLS
    return key == "arn" and not told.keys().isdisjoint(_NO_CODE)


def keys_of(call: str) -> frozenset[str]:
    """Of a call of AWS's API, as `service:operation` in small letters; none, or one of which a part
    is not known, may be any."""
    service, _, operation = call.partition(":")
    plain = service.replace("-", "")
    call = f"{_ALSO_CALLED.get(plain, plain)}:{operation}" if operation else call
    if call in _OTHERS:
        return _OTHERS[call]
    if "{{" in call or OPEN in call:
        return ANY
    if not call or _RUNNING.search(call):
        return CODE
    return frozenset() if _READING.search(call) else _SET


def runs(call: str) -> bool:
    """Whether it runs code that what it is handed names."""
    wholly = call.partition(":")[0] in _RUN_WHOLLY and not _READING.search(call)
    return wholly or call in _OTHERS
