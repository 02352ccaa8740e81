"""What stands around the API's function: one stage behind the firewall, and refusals that are problems."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from chalicelib.api.messages import messages
from chalicelib.api.problems import STATUSES
from infra.checks import schedules

STAGE = "api"

TOO_MANY = ("THROTTLED", "QUOTA_EXCEEDED", "WAF_FILTERED")
"""What API Gateway answers where somebody asks too often: the stage's throttle, a quota, the firewall.

https://docs.aws.amazon.com/apigateway/latest/developerguide/supported-gateway-response-types.html
"""

UNRESERVED_EXECUTIONS = 100
"""What an account keeps for functions that have nothing reserved.

https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html
"""
USUAL_EXECUTIONS = 1000
"""https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html"""

_ADDRESS = {"Fn::If": ["HasDomain", {"Fn::Sub": "https://${DomainName}"}, {"Ref": "PublicUrl"}]}
"""A domain is known before anything is deployed, the CDN's own name only after it was."""


def faults(template: Mapping[str, Any]) -> Iterator[str]:
    """Yield ways past the firewall, and refusals that no client could read."""
    resources = template["Resources"]
    yield from _stage_faults(resources)
    yield from _refusal_faults(resources["RestAPI"]["Properties"]["Body"])
    yield from _address_faults(resources)
    yield from _concurrency_faults(template)
    if not any(_lets_invoke(resource) for resource in resources.values()):
        yield "RestAPI may not invoke APIHandler"


def _lets_invoke(resource: Mapping[str, Any]) -> bool:
    """Return whether a resource lets the API invoke its function.

    https://docs.aws.amazon.com/lambda/latest/dg/services-apigateway.html
    """
    match resource:
        case {
            "Type": "AWS::Lambda::Permission",
            "Properties": {
                "Action": "lambda:InvokeFunction",
                "FunctionName": {"Ref": "APIHandler"},
                "Principal": "apigateway.amazonaws.com",
                "SourceArn": {"Fn::Sub": [_, {"RestAPIId": {"Ref": "RestAPI"}}]},
            },
        }:
            return True
    return False


def _stage_faults(resources: Mapping[str, Any]) -> Iterator[str]:
    """Yield stages besides the one that is meant, and what that one lacks.

    SAM adds one by a deployment that names it, where `OpenApiVersion` does not say otherwise.
    https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-resource-api.html
    """
    stages = {name: r["Properties"] for name, r in resources.items() if r["Type"] == "AWS::ApiGateway::Stage"}
    for name, resource in resources.items():
        if resource["Type"] == "AWS::ApiGateway::Deployment" and "StageName" in resource["Properties"]:
            yield f"{name} makes the stage {resource['Properties']['StageName']}, which nothing protects"
    protected = {
        resource["Properties"]["ResourceArn"]["Fn::Sub"].rpartition("/stages/")[2]
        for resource in resources.values()
        if resource["Type"] == "AWS::WAFv2::WebACLAssociation"
        and resource["Properties"]["WebACLArn"] == {"Fn::GetAtt": ["Firewall", "Arn"]}
    }
    origins = resources["Distribution"]["Properties"]["DistributionConfig"]["Origins"]
    asked = {origin.get("OriginPath") for origin in origins if "CustomOriginConfig" in origin}
    if [stage["StageName"] for stage in stages.values()] != [STAGE]:
        yield f"RestAPI has the stages {', '.join(str(stage['StageName']) for stage in stages.values()) or 'none'}"
    for name, stage in stages.items():
        if f"${{{name}}}" not in protected:
            yield f"{name} has no firewall before it"
        if asked != {f"/{stage['StageName']}"}:
            yield f"{name} is not the stage that the CDN asks"
        every = [
            one for one in stage.get("MethodSettings", []) if (one["ResourcePath"], one["HttpMethod"]) == ("/*", "*")
        ]
        if not any({"ThrottlingRateLimit", "ThrottlingBurstLimit"} <= one.keys() for one in every):
            yield f"{name} takes requests without end"


def _refusal_faults(body: Mapping[str, Any]) -> Iterator[str]:
    responses = body["x-amazon-apigateway-gateway-responses"]
    for name in (*TOO_MANY, "DEFAULT_5XX"):
        headers = responses.get(name, {}).get("responseParameters", {})
        if not _number(headers.get("gatewayresponse.header.Retry-After", "")):
            yield f"RestAPI: {name} does not tell when to try again"
    for name in TOO_MANY:
        if str(responses.get(name, {}).get("statusCode")) != "429":
            yield f"RestAPI: {name} is not told by 429"
    for name, response in responses.items():
        headers = response.get("responseParameters", {})
        if headers.get("gatewayresponse.header.Access-Control-Allow-Origin") != "'*'":
            yield f"RestAPI: {name} cannot be read by the scripts of other sites"
        if headers.get("gatewayresponse.header.Cache-Control") != "'no-store'":
            yield f"RestAPI: {name} may be kept"
        if headers.get("gatewayresponse.header.Content-Type") != "'application/problem+json'":
            yield f"RestAPI: {name} is no problem"
        yield from _problem_faults(name, response.get("responseTemplates", {}).get("application/json", "{}"))


def _problem_faults(response: str, text: str) -> Iterator[str]:
    told = json.loads(text)
    known = {f"/problems/{name}": name for name in STATUSES}
    problem = known.get(told.get("type"))
    if problem is None:
        yield f"RestAPI: {response} tells a problem that there is not, {told.get('type')}"
    elif (told["status"], told["title"]) != (STATUSES[problem], messages().problems[problem].title["en"]):
        yield f"RestAPI: {response} tells {problem} otherwise than the function does"


def _number(header: str) -> bool:
    return header.strip("'").isdecimal()


def _address_faults(resources: Mapping[str, Any]) -> Iterator[str]:
    for name, resource in resources.items():
        variables = resource.get("Properties", {}).get("Environment", {}).get("Variables", {})
        if "PUBLIC_URL" in variables and variables["PUBLIC_URL"] != _ADDRESS:
            yield f"{name} learns of a domain one deployment late"


def _concurrency_faults(template: Mapping[str, Any]) -> Iterator[str]:
    reserved = {
        name: resource["Properties"]["ReservedConcurrentExecutions"]
        for name, resource in template["Resources"].items()
        if "ReservedConcurrentExecutions" in resource.get("Properties", {})
    }
    if reserved.get("APIHandler") != {"Ref": "ApiConcurrency"}:
        yield "APIHandler may take what projector and publisher need"
        return
    # Reserved executions are a limit, too: streams need one for each shard.
    # https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html
    for name in sorted(reserved.keys() - {"APIHandler"} - schedules.LONGEST_RUN_MS.keys()):
        yield f"{name} may run {reserved[name]} times at once, whatever waits for it"
    taken = sum(_executions(template, value) for value in reserved.values())
    if taken + UNRESERVED_EXECUTIONS > USUAL_EXECUTIONS:
        yield f"functions keep {taken} executions for themselves, more than a usual account can give"


def _executions(template: Mapping[str, Any], value: Any) -> int:
    return int(template["Parameters"][value["Ref"]]["Default"] if isinstance(value, Mapping) else value)
