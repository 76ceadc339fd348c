"""Drives the sandbox, or a capturing server, with boto3. Reads one JSON document from standard input.

{"mode": "check", "endpoint", "controlToken", "accountId", "keys", "restricted"}: runs every check, prints one JSON line for each:
{"service", "operation", "title", "error": null or text}.
{"mode": "try", "endpoint", "keys", "inputs"}: creates and deletes a Supply Chain instance with each input, prints one JSON line for each: null, or
why it was refused.
{"mode": "send", "endpoint", "keys", "requests": [{"service", "operation", "region", "input"}]}: sends each, ignoring the answers.
"""

import json
import sys
import traceback
import urllib.request
import uuid

import boto3
from botocore import xform_name
from botocore.config import Config
from botocore.exceptions import ClientError, ParamValidationError
from botocore.parsers import ResponseParserError

CHECKS = []


def check(service, operation, title):
    def register(run):
        CHECKS.append((service, operation, title, run))
        return run

    return register


class Context:
    """A region of its own for every check, so that one sandbox serves them all."""

    def __init__(self, setup, service, region):
        self.setup = setup
        self.service = service
        self.region = region
        self.account = setup["accountId"]
        self.client = self.connect()

    def connect(self, keys=None, attempts=3):
        return connect(self.setup, self.service, self.region, keys or self.setup["keys"], attempts)

    def control(self, method, path, body=None):
        request = urllib.request.Request(
            f"{self.setup['endpoint']}/_sandbox/{path}",
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"x-sandbox-control": self.setup["controlToken"]},
        )
        with urllib.request.urlopen(request) as response:
            return json.load(response)

    def add_fault(self, operation, **fault):
        self.control("POST", "faults", {"operation": operation, "fault": fault})

    def requests(self, region=None):
        return [entry for entry in self.control("GET", "ledger")["requests"] if entry["region"] == (region or self.region)]

    def resources(self):
        return [entry for entry in self.control("GET", "ledger")["resources"] if entry["region"] == self.region]

    def arn(self, instance_id):
        return f"arn:aws:scn:{self.region}:{self.account}:instance/{instance_id}"


# One session: it keeps the models that it has read, which is most of what making a client takes.
SESSION = boto3.Session()


def connect(setup, service, region, keys, attempts=3):
    return SESSION.client(
        service,
        region_name=region,
        endpoint_url=setup["endpoint"],
        aws_access_key_id=keys["accessKeyId"],
        aws_secret_access_key=keys["secretAccessKey"],
        aws_session_token=keys.get("sessionToken"),
        config=Config(retries={"mode": "standard", "total_max_attempts": attempts}),
    )


def equal(actual, expected):
    assert actual == expected, f"expected {expected!r}, got {actual!r}"


def refused(client, call, name, status, text="", modelled=True, of_class=None):
    """The call fails with the client's own class, complete with code, message, status and request id. The class goes by the name
    unless another one is given."""
    try:
        call()
    except ClientError as error:
        answer = error.response
        equal(answer["Error"]["Code"], name)
        equal(answer["ResponseMetadata"]["HTTPStatusCode"], status)
        assert text in answer["Error"]["Message"], f"{text!r} is not in {answer['Error']['Message']!r}"
        equal(len(answer["ResponseMetadata"]["RequestId"]), 36)
        if modelled:
            assert isinstance(error, getattr(client.exceptions, of_class or name)), f"{type(error)} is not of the client"
        return
    raise AssertionError(f"expected {name}, but the call succeeded")


MISSING = str(uuid.uuid4())


def common_checks(service, operation, status=403, query=False):
    """What every service does before it looks at the operation."""
    method = xform_name(operation)

    @check(service, operation, "refuses a wrong secret, an unknown key and expired keys")
    def _(it):
        wrong = it.connect({**it.setup["keys"], "secretAccessKey": "wrong"})
        name = "SignatureDoesNotMatch" if query else "InvalidSignatureException"
        refused(wrong, getattr(wrong, method), name, status, "signature we calculated", modelled=False)
        unknown = it.connect({"accessKeyId": "AKIDEXAMPLE", "secretAccessKey": "wrong"})
        name = "InvalidClientTokenId" if query else "UnrecognizedClientException"
        refused(unknown, getattr(unknown, method), name, status, "security token", modelled=False)
        stale = it.connect(it.control("POST", "credentials", {"expiresInSeconds": -1}))
        name = "ExpiredToken" if query else "ExpiredTokenException"
        refused(stale, getattr(stale, method), name, status, "expired", modelled=False)
        fresh = it.connect(it.control("POST", "credentials", {"expiresInSeconds": 900}))
        getattr(fresh, method)()

    @check(service, operation, "refuses a wrong clock")
    def _(it):
        it.control("POST", "clock", {"skewSeconds": 3600})
        client = it.connect(attempts=1)
        name = "SignatureDoesNotMatch" if query else "InvalidSignatureException"
        refused(client, getattr(client, method), name, status, "Signature expired", modelled=False)

    @check(service, operation, "succeeds after a 500 and a reset connection")
    def _(it):
        for fault in ({"kind": "status", "status": 500}, {"kind": "reset"}):
            it.add_fault(operation, **fault)
            getattr(it.client, method)()
        # Of a service without Regions the other checks' requests are there as well.
        mine = it.requests() or [entry for entry in it.requests("us-east-1") if entry["operation"] == operation]
        equal([entry["fault"] for entry in mine[-4:]], ["status", None, "reset", None])


common_checks("supplychain", "ListInstances")
common_checks("chime-sdk-identity", "ListAppInstances")
common_checks("kms", "ListKeys", status=400)
common_checks("sts", "GetCallerIdentity", query=True)
common_checks("iam", "GetUser", query=True)
common_checks("sso-admin", "ListInstances", status=400)
common_checks("cloudtrail", "LookupEvents", status=400)


@check("supplychain", "ListInstances", "succeeds after throttling")
def _(it):
    it.add_fault("ListInstances", kind="status", status=429)
    it.client.list_instances()


@check("chime-sdk-identity", "ListAppInstances", "gives up when throttled, as boto3 does not know that exception")
def _(it):
    it.add_fault("ListAppInstances", kind="status", status=429)
    refused(it.client, it.client.list_app_instances, "ThrottledClientException", 429)


@check("supplychain", "CreateInstance", "creates with every member")
def _(it):
    members = {
        "instanceName": "Bob's 50% plant_1",
        "instanceDescription": "Test, prod.",
        "webAppDnsDomain": "boto3-" + uuid.uuid4().hex[:8],
    }
    created = it.client.create_instance(**members, tags={"env": "dev", "x y": ""})["instance"]
    equal(created["state"], "Initializing")
    shown = it.client.get_instance(instanceId=created["instanceId"])["instance"]
    equal({name: shown[name] for name in members}, members)
    equal(it.client.list_tags_for_resource(resourceArn=it.arn(created["instanceId"]))["tags"], {"env": "dev", "x y": ""})


@check("supplychain", "CreateInstance", "refuses a bad name, a used token, a taken domain and an eleventh instance")
def _(it):
    create = it.client.create_instance
    refused(it.client, lambda: create(instanceName="Prod.1"), "ValidationException", 400, "'Prod.1' at 'instanceName'")
    token = str(uuid.uuid4())
    domain = "boto3-" + uuid.uuid4().hex[:8]
    first = create(clientToken=token, webAppDnsDomain=domain)["instance"]["instanceId"]
    equal(create(clientToken=token, webAppDnsDomain=domain)["instance"]["instanceId"], first)
    refused(it.client, lambda: create(clientToken=token), "ConflictException", 409)
    refused(it.client, lambda: create(webAppDnsDomain=domain), "ConflictException", 409)
    for _ in range(9):
        create()
    refused(it.client, create, "ServiceQuotaExceededException", 402)


@check("supplychain", "CreateInstance", "creates once, with a token of the client's own, when the reply is lost")
def _(it):
    it.add_fault("CreateInstance", kind="commitThenReset")
    it.client.create_instance()
    equal([len(it.resources()), len(it.requests())], [1, 2])
    equal(len(it.resources()[0]["token"]), 36)


@check("supplychain", "GetInstance", "tells states, times and the cause of a failure")
def _(it):
    created = it.connect(it.setup["restricted"]).create_instance()["instance"]
    failed = it.client.get_instance(instanceId=created["instanceId"])["instance"]
    equal(failed["state"], "CreateFailed")
    assert failed["errorMessage"].startswith("Access denied when attempting to create an S3 bucket")
    equal(failed["createdTime"].tzinfo is not None, True)


@check("supplychain", "GetInstance", "does not find what is not there")
def _(it):
    refused(it.client, lambda: it.client.get_instance(instanceId=MISSING), "ResourceNotFoundException", 404)
    bad = "x" * 36
    refused(it.client, lambda: it.client.get_instance(instanceId=bad), "ValidationException", 400, "at 'instanceId'")


@check("supplychain", "ListInstances", "pages to the end, filtered")
def _(it):
    it.control("POST", "resources", {"kind": "supplyChain", "count": 45, "region": it.region, "failure": "x"})
    it.control("POST", "resources", {"kind": "supplyChain", "count": 2, "region": it.region})
    pages = it.client.get_paginator("list_instances").paginate(
        instanceStateFilter=["CreateFailed", "Deleting"], PaginationConfig={"PageSize": 20}
    )
    equal([len(page["instances"]) for page in pages], [20, 20, 5])


@check("supplychain", "ListInstances", "refuses a state and a token that are none")
def _(it):
    call = it.client.list_instances
    refused(it.client, lambda: call(instanceStateFilter=["Asleep"]), "ValidationException", 400, "at 'instanceStateFilter'")
    refused(it.client, lambda: call(nextToken="none"), "ValidationException", 400, "nextToken")


@check("supplychain", "UpdateInstance", "changes name and description, and does not find what is not there")
def _(it):
    instance_id = it.client.create_instance(instanceName="a")["instance"]["instanceId"]
    changed = it.client.update_instance(instanceId=instance_id, instanceName="b", instanceDescription="")["instance"]
    equal([changed["instanceName"], changed["instanceDescription"]], ["b", ""])
    refused(it.client, lambda: it.client.update_instance(instanceId=MISSING), "ResourceNotFoundException", 404)


@check("supplychain", "DeleteInstance", "answers Deleting, and then it is gone")
def _(it):
    instance_id = it.client.create_instance()["instance"]["instanceId"]
    equal(it.client.delete_instance(instanceId=instance_id)["instance"]["state"], "Deleting")
    refused(it.client, lambda: it.client.delete_instance(instanceId=instance_id), "ResourceNotFoundException", 404)


@check("supplychain", "TagResource", "adds and replaces tags")
@check("supplychain", "UntagResource", "removes tags")
@check("supplychain", "ListTagsForResource", "lists tags")
def _(it):
    arn = it.arn(it.client.create_instance(tags={"a": "1", "b c": "2"})["instance"]["instanceId"])
    it.client.tag_resource(resourceArn=arn, tags={"a": "2", "ü/+ &": "= ?"})
    it.client.untag_resource(resourceArn=arn, tagKeys=["b c", "none"])
    equal(it.client.list_tags_for_resource(resourceArn=arn)["tags"], {"a": "2", "ü/+ &": "= ?"})


@check("supplychain", "TagResource", "does not find what is not there")
@check("supplychain", "UntagResource", "does not find what is not there")
@check("supplychain", "ListTagsForResource", "does not find what is not there")
def _(it):
    arn = it.arn(MISSING)
    name = "ResourceNotFoundException"
    refused(it.client, lambda: it.client.tag_resource(resourceArn=arn, tags={"a": "1"}), name, 404)
    refused(it.client, lambda: it.client.untag_resource(resourceArn=arn, tagKeys=["a"]), name, 404)
    refused(it.client, lambda: it.client.list_tags_for_resource(resourceArn=arn), name, 404)


def missing_app_instance(it):
    return f"arn:aws:chime:{it.region}:{it.account}:app-instance/{MISSING}"


@check("chime-sdk-identity", "CreateAppInstance", "creates with every member")
@check("chime-sdk-identity", "DescribeAppInstance", "tells times and names")
def _(it):
    tags = [{"Key": "team", "Value": "désk 💬"}]
    arn = it.client.create_app_instance(Name="Hilfe für alle 💬", Metadata='{"a":"é"}', Tags=tags)["AppInstanceArn"]
    shown = it.client.describe_app_instance(AppInstanceArn=arn)["AppInstance"]
    equal([shown["Name"], shown["Metadata"]], ["Hilfe für alle 💬", '{"a":"é"}'])
    equal(shown["CreatedTimestamp"].tzinfo is not None, True)
    equal(it.client.list_tags_for_resource(ResourceARN=arn)["Tags"], tags)


@check("chime-sdk-identity", "CreateAppInstance", "refuses a bad name, a used token and what is beyond the limit")
def _(it):
    create = it.client.create_app_instance
    refused(it.client, lambda: create(Name="bad\0name"), "BadRequestException", 400, "at 'name'")
    first = create(Name="a", ClientRequestToken="t-1")["AppInstanceArn"]
    equal(create(Name="a", ClientRequestToken="t-1")["AppInstanceArn"], first)
    refused(it.client, lambda: create(Name="b", ClientRequestToken="t-1"), "ConflictException", 409)
    it.control("POST", "resources", {"kind": "chime", "count": 99, "region": it.region})
    refused(it.client, lambda: create(Name="c"), "ResourceLimitExceededException", 400)


@check("chime-sdk-identity", "CreateAppInstance", "creates once, with a token of the client's own, when the reply is lost")
def _(it):
    it.add_fault("CreateAppInstance", kind="commitThenReset")
    it.client.create_app_instance(Name="once")
    equal([len(it.resources()), len(it.requests())], [1, 2])


@check("chime-sdk-identity", "DescribeAppInstance", "does not find what is not there")
def _(it):
    call = it.client.describe_app_instance
    refused(it.client, lambda: call(AppInstanceArn=missing_app_instance(it)), "NotFoundException", 404)


@check("chime-sdk-identity", "ListAppInstances", "pages to the end")
def _(it):
    it.control("POST", "resources", {"kind": "chime", "count": 120, "region": it.region})
    sizes, token = [], {}
    while True:
        page = it.client.list_app_instances(MaxResults=50, **token)
        sizes.append(len(page["AppInstances"]))
        if "NextToken" not in page:
            break
        token = {"NextToken": page["NextToken"]}
    equal(sizes, [50, 50, 20])


@check("chime-sdk-identity", "ListAppInstances", "refuses a token that is none")
def _(it):
    refused(it.client, lambda: it.client.list_app_instances(NextToken="none"), "BadRequestException", 400)


@check("chime-sdk-identity", "UpdateAppInstance", "replaces name and metadata, and does not find what is not there")
def _(it):
    arn = it.client.create_app_instance(Name="a", Metadata="old")["AppInstanceArn"]
    equal(it.client.update_app_instance(AppInstanceArn=arn, Name="b", Metadata="")["AppInstanceArn"], arn)
    shown = it.client.describe_app_instance(AppInstanceArn=arn)["AppInstance"]
    equal([shown["Name"], shown["Metadata"]], ["b", ""])
    call = it.client.update_app_instance
    refused(it.client, lambda: call(AppInstanceArn=missing_app_instance(it), Name="a", Metadata=""), "NotFoundException", 404)


@check("chime-sdk-identity", "DeleteAppInstance", "deletes, and does not find what is not there")
def _(it):
    arn = it.client.create_app_instance(Name="a")["AppInstanceArn"]
    equal(it.client.delete_app_instance(AppInstanceArn=arn)["ResponseMetadata"]["HTTPStatusCode"], 204)
    refused(it.client, lambda: it.client.delete_app_instance(AppInstanceArn=arn), "NotFoundException", 404)


@check("chime-sdk-identity", "TagResource", "adds and replaces tags")
@check("chime-sdk-identity", "UntagResource", "removes tags")
@check("chime-sdk-identity", "ListTagsForResource", "lists tags")
def _(it):
    arn = it.client.create_app_instance(Name="a", Tags=[{"Key": "a", "Value": "1"}, {"Key": "b", "Value": "2"}])["AppInstanceArn"]
    it.client.tag_resource(ResourceARN=arn, Tags=[{"Key": "a", "Value": "2"}, {"Key": "ü/+ &", "Value": "= ?"}])
    it.client.untag_resource(ResourceARN=arn, TagKeys=["b", "none"])
    tags = it.client.list_tags_for_resource(ResourceARN=arn)["Tags"]
    equal(tags, [{"Key": "a", "Value": "2"}, {"Key": "ü/+ &", "Value": "= ?"}])


@check("chime-sdk-identity", "TagResource", "does not find what is not there")
@check("chime-sdk-identity", "UntagResource", "does not find what is not there")
@check("chime-sdk-identity", "ListTagsForResource", "does not find what is not there")
def _(it):
    arn = missing_app_instance(it)
    tags = [{"Key": "a", "Value": "1"}]
    refused(it.client, lambda: it.client.tag_resource(ResourceARN=arn, Tags=tags), "NotFoundException", 404)
    refused(it.client, lambda: it.client.untag_resource(ResourceARN=arn, TagKeys=["a"]), "NotFoundException", 404)
    refused(it.client, lambda: it.client.list_tags_for_resource(ResourceARN=arn), "NotFoundException", 404)


@check("kms", "ListKeys", "pages to the end, and refuses a marker that is none")
def _(it):
    pages = it.client.get_paginator("list_keys").paginate(PaginationConfig={"PageSize": 4})
    equal([len(page["Keys"]) for page in pages], [4, 2])
    refused(it.client, lambda: it.client.list_keys(Marker="none"), "InvalidMarkerException", 400)


@check("kms", "ListAliases", "pages to the end, and does not find what is not there")
def _(it):
    pages = it.client.get_paginator("list_aliases").paginate(PaginationConfig={"PageSize": 5})
    names = [alias["AliasName"] for page in pages for alias in page["Aliases"]]
    equal([len(names), names[0]], [6, "alias/supply-chain"])
    refused(it.client, lambda: it.client.list_aliases(KeyId=MISSING), "NotFoundException", 400)


@check("kms", "DescribeKey", "finds a key by alias, id and ARN, and not what is not there")
def _(it):
    key = it.client.describe_key(KeyId="alias/supply-chain")["KeyMetadata"]
    equal([key["KeySpec"], key["KeyState"], key["KeyManager"]], ["SYMMETRIC_DEFAULT", "Enabled", "CUSTOMER"])
    for name in ("KeyId", "Arn"):
        equal(it.client.describe_key(KeyId=key[name])["KeyMetadata"], key)
    refused(it.client, lambda: it.client.describe_key(KeyId="alias/none"), "NotFoundException", 400)
    refused(it.client, lambda: it.client.describe_key(KeyId="arn:none"), "InvalidArnException", 400)


@check("kms", "GetKeyPolicy", "gives the policy, and does not find what is not there")
def _(it):
    key = it.client.describe_key(KeyId="alias/supply-chain")["KeyMetadata"]
    policy = json.loads(it.client.get_key_policy(KeyId=key["KeyId"])["Policy"])
    assert any("scn.amazonaws.com" in json.dumps(statement) for statement in policy["Statement"])
    refused(it.client, lambda: it.client.get_key_policy(KeyId=MISSING), "NotFoundException", 400)


@check("sts", "GetCallerIdentity", "names account and principal")
def _(it):
    who = it.client.get_caller_identity()
    equal([who["Account"], who["Arn"]], [it.account, f"arn:aws:iam::{it.account}:user/sandbox"])


ROLE = "arn:aws:iam::123456789012:role/teams/Builder"


def principal(it, name):
    return it.connect(it.control("GET", "principals")[name])


@check("iam", "SimulatePrincipalPolicy", "decides about every action, in pages, with details")
def _(it):
    names = ["scn:CreateInstance", "s3:CreateBucket", "chime:CreateAppInstance"]
    pages = it.client.get_paginator("simulate_principal_policy").paginate(
        PolicySourceArn=ROLE, ActionNames=names, PaginationConfig={"PageSize": 2}
    )
    results = [result for page in pages for result in page["EvaluationResults"]]
    equal([result["EvalActionName"] for result in results], names)
    equal([result["EvalDecision"] for result in results], ["allowed", "implicitDeny", "allowed"])
    equal(results[0]["OrganizationsDecisionDetail"], {"AllowedByOrganizations": True})
    bucket = "arn:aws:s3:::aws-supply-chain-data-1"
    statement = {"Effect": "Allow", "Action": "*", "Resource": bucket, "Condition": {"StringEquals": {"aws:RequestedRegion": "x"}}}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    simulate = it.client.simulate_principal_policy
    asked = {"PolicySourceArn": ROLE, "ActionNames": names[1:2], "ResourceArns": [bucket, "arn:aws:s3:::b"], "PolicyInputList": [policy]}
    equal(simulate(**asked)["EvaluationResults"][0]["MissingContextValues"], ["aws:RequestedRegion"])
    context = [{"ContextKeyName": "aws:RequestedRegion", "ContextKeyType": "string", "ContextKeyValues": ["x"]}]
    result = simulate(**asked, ContextEntries=context)["EvaluationResults"][0]
    decisions = [one["EvalResourceDecision"] for one in result["ResourceSpecificResults"]]
    equal([result["EvalDecision"], decisions], ["implicitDeny", ["allowed", "implicitDeny"]])
    matched = result["ResourceSpecificResults"][0]["MatchedStatements"]
    equal([matched[0]["SourcePolicyId"], matched[0]["StartPosition"]["Line"]], ["PolicyInputList.1", 1])


@check("iam", "SimulatePrincipalPolicy", "refuses a session, finds nobody, and needs its right")
def _(it):
    simulate = lambda arn, client=it.client: client.simulate_principal_policy(PolicySourceArn=arn, ActionNames=["s3:A"])
    session = "arn:aws:sts::123456789012:assumed-role/Builder/ana"
    refused(it.client, lambda: simulate(session), "InvalidInput", 400, "Invalid Entity Arn", of_class="InvalidInputException")
    missing = ROLE + "s"
    refused(it.client, lambda: simulate(missing), "NoSuchEntity", 404, "cannot be found", of_class="NoSuchEntityException")
    client = principal(it, "no-simulate")
    refused(client, lambda: simulate(ROLE, client), "AccessDenied", 403, "iam:SimulatePrincipalPolicy on resource", modelled=False)


@check("iam", "GetRole", "tells a role's path and policy, and does not find what is not there")
def _(it):
    role = it.client.get_role(RoleName="Builder")["Role"]
    equal([role["Arn"], role["Path"]], [ROLE, "/teams/"])
    equal(role["AssumeRolePolicyDocument"]["Statement"][0]["Action"], "sts:AssumeRole")
    equal(role["CreateDate"].tzinfo is not None, True)
    refused(it.client, lambda: it.client.get_role(RoleName="none"), "NoSuchEntity", 404, of_class="NoSuchEntityException")


@check("iam", "GetUser", "tells who is asking, or another, and does not find what is not there")
def _(it):
    equal(it.client.get_user()["User"]["UserName"], "sandbox")
    boundary = it.client.get_user(UserName="boundary")["User"]["PermissionsBoundary"]
    equal(boundary["PermissionsBoundaryArn"], "arn:aws:iam::123456789012:policy/boundary")
    refused(it.client, lambda: it.client.get_user(UserName="none"), "NoSuchEntity", 404, of_class="NoSuchEntityException")


@check("sso-admin", "ListInstances", "finds none in a Region without, and the one in another")
def _(it):
    equal(it.client.list_instances()["Instances"], [])
    found = connect(it.setup, "sso-admin", "us-east-1", it.setup["keys"]).list_instances()["Instances"]
    equal([instance["Status"] for instance in found], ["ACTIVE"])


@check("sso-admin", "ListInstances", "refuses a page size and a token that are none")
def _(it):
    call = it.client.list_instances
    refused(it.client, lambda: call(NextToken="no token"), "ValidationException", 400, "at 'nextToken'")


@check("cloudtrail", "LookupEvents", "finds what was done, newest first, in pages")
def _(it):
    it.control("POST", "trail", {"delaySeconds": 0})
    chime = connect(it.setup, "chime-sdk-identity", it.region, it.setup["keys"])
    for number in range(3):
        chime.create_app_instance(Name=f"n{number}", ClientRequestToken=f"token-{number}")
    attributes = [{"AttributeKey": "EventSource", "AttributeValue": "chime.amazonaws.com"}]
    pages = it.client.get_paginator("lookup_events").paginate(LookupAttributes=attributes, PaginationConfig={"PageSize": 2})
    events = [event for page in pages for event in page["Events"]]
    tokens = [json.loads(event["CloudTrailEvent"])["requestParameters"]["clientRequestToken"] for event in events]
    equal(tokens, ["token-2", "token-1", "token-0"])
    equal([event["Username"] for event in events], ["sandbox"] * 3)
    equal(events[0]["EventTime"].tzinfo is not None, True)


@check("cloudtrail", "LookupEvents", "refuses what is no look-up, and needs its right")
def _(it):
    attribute = {"AttributeKey": "EventName", "AttributeValue": "x"}
    call = it.client.lookup_events
    refused(it.client, lambda: call(LookupAttributes=[attribute] * 2), "InvalidLookupAttributesException", 400)
    refused(it.client, lambda: call(StartTime=1700000000, EndTime=1600000000), "InvalidTimeRangeException", 400)
    refused(it.client, lambda: call(NextToken="none"), "InvalidNextTokenException", 400)
    client = principal(it, "no-cloudtrail")
    refused(client, client.lookup_events, "AccessDeniedException", 400, "cloudtrail:LookupEvents", modelled=False)


def run_checks(setup):
    for number, (service, operation, title, run) in enumerate(CHECKS, start=1):
        error = None
        it = Context(setup, service, f"us-test-{number}")
        try:
            run(it)
        except Exception:
            error = traceback.format_exc()
        it.control("DELETE", "faults")
        it.control("POST", "clock", {"skewSeconds": 0})
        print(json.dumps({"service": service, "operation": operation, "title": title, "error": error}), flush=True)


def try_inputs(setup):
    client = connect(setup, "supplychain", "us-east-1", setup["keys"])
    for members in setup["inputs"]:
        try:
            instance_id = client.create_instance(**members)["instance"]["instanceId"]
            client.delete_instance(instanceId=instance_id)
            print("null", flush=True)
        except (ClientError, ParamValidationError) as error:
            print(json.dumps(str(error)), flush=True)


def send_requests(setup):
    clients = {}
    for request in setup["requests"]:
        place = (request["service"], request["region"])
        client = clients.setdefault(place, connect(setup, *place, setup["keys"], attempts=1))
        try:
            getattr(client, xform_name(request["operation"]))(**request["input"])
        except (ClientError, ResponseParserError):
            pass


if __name__ == "__main__":
    document = json.load(sys.stdin)
    {"check": run_checks, "try": try_inputs, "send": send_requests}[document["mode"]](document)
