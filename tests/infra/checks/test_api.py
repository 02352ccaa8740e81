import json
from typing import Any

import pytest

from infra.checks import api
from infra.translated import translated
from tests.infra.checks.parts import Spoil, Template, properties

RETRY_AFTER = "gatewayresponse.header.Retry-After"
CORS = "gatewayresponse.header.Access-Control-Allow-Origin"
MEDIA_TYPE = "gatewayresponse.header.Content-Type"
CACHE_CONTROL = "gatewayresponse.header.Cache-Control"


def responses(template: Template) -> dict[str, Any]:
    found: dict[str, Any] = properties(template, "RestAPI")["Body"]["x-amazon-apigateway-gateway-responses"]
    return found


def headers(template: Template, name: str) -> dict[str, Any]:
    found: dict[str, Any] = responses(template)[name]["responseParameters"]
    return found


def told(template: Template, name: str, **changed: object) -> None:
    texts = responses(template)[name]["responseTemplates"]
    texts["application/json"] = json.dumps(json.loads(texts["application/json"]) | changed)


def test_sam_adds_a_stage_that_nothing_protects_unless_it_is_told_the_version(packaged: Template) -> None:
    api_of_sam = packaged["Resources"]["RestAPI"]
    untold = {name: value for name, value in api_of_sam["Properties"].items() if name != "OpenApiVersion"}
    resources = {**packaged["Resources"], "RestAPI": {**api_of_sam, "Properties": untold}}

    (fault,) = api.faults(translated({**packaged, "Resources": resources}))

    assert fault.endswith("makes the stage Stage, which nothing protects")


@pytest.mark.parametrize(
    ("spoil", "fault"),
    [
        (
            lambda t: t["Resources"].update(Another=t["Resources"]["RestAPIapiStage"]),
            "RestAPI has the stages api, api",
        ),
        (lambda t: t["Resources"].pop("FirewallOfApi"), "RestAPIapiStage has no firewall before it"),
        (
            lambda t: properties(t, "FirewallOfApi").update(ResourceArn={"Fn::Sub": "x/stages/${Another}"}),
            "RestAPIapiStage has no firewall before it",
        ),
        (
            lambda t: properties(t, "RestAPIapiStage").pop("MethodSettings"),
            "RestAPIapiStage takes requests without end",
        ),
        (
            lambda t: properties(t, "RestAPIapiStage")["MethodSettings"][0].update(ResourcePath="/health"),
            "RestAPIapiStage takes requests without end",
        ),
        (
            lambda t: properties(t, "Distribution")["DistributionConfig"]["Origins"][1].update(OriginPath="/Stage"),
            "RestAPIapiStage is not the stage that the CDN asks",
        ),
        (lambda t: responses(t).pop("WAF_FILTERED"), "WAF_FILTERED is not told by 429"),
        (lambda t: responses(t)["WAF_FILTERED"].update(statusCode="403"), "WAF_FILTERED is not told by 429"),
        (lambda t: headers(t, "THROTTLED").pop(RETRY_AFTER), "THROTTLED does not tell when to try again"),
        (
            lambda t: headers(t, "QUOTA_EXCEEDED").pop(CORS),
            "QUOTA_EXCEEDED cannot be read by the scripts of other sites",
        ),
        (lambda t: headers(t, "WAF_FILTERED").pop(CACHE_CONTROL), "WAF_FILTERED may be kept"),
        (
            lambda t: headers(t, "WAF_FILTERED").update({MEDIA_TYPE: "'application/json'"}),
            "WAF_FILTERED is no problem",
        ),
        (
            lambda t: told(t, "THROTTLED", type="about:blank"),
            "THROTTLED tells a problem that there is not, about:blank",
        ),
        (lambda t: told(t, "THROTTLED", status=503), "THROTTLED tells too-many-requests otherwise than the function"),
        (
            lambda t: told(t, "MISSING_AUTHENTICATION_TOKEN", title="Nothing"),
            "MISSING_AUTHENTICATION_TOKEN tells not-found otherwise than the function",
        ),
        (
            lambda t: properties(t, "APIHandler")["Environment"]["Variables"].update(PUBLIC_URL={"Ref": "PublicUrl"}),
            "APIHandler learns of a domain one deployment late",
        ),
        (lambda t: t["Resources"].pop("APIHandlerInvokePermission"), "RestAPI may not invoke APIHandler"),
        (
            lambda t: properties(t, "Projector").update(ReservedConcurrentExecutions=0),
            "Projector may run 0 times at once, whatever waits for it",
        ),
        (
            lambda t: properties(t, "Publisher").update(ReservedConcurrentExecutions=1),
            "Publisher may run 1 times at once, whatever waits for it",
        ),
        (
            lambda t: properties(t, "APIHandler").pop("ReservedConcurrentExecutions"),
            "APIHandler may take what projector and publisher need",
        ),
        (
            lambda t: t["Parameters"]["ApiConcurrency"].update(Default=900),
            "more than a usual account can give",
        ),
    ],
)
def test_a_way_past_the_firewall_or_a_refusal_that_nobody_can_read_is_noticed(
    template: Template, spoil: Spoil, fault: str
) -> None:
    spoil(template)

    found = list(api.faults(template))
    assert any(fault in one for one in found), found
