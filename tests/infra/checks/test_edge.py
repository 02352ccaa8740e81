from typing import Any

import pytest

from infra.checks import edge
from tests.infra.checks.parts import Spoil, Template, properties


def config(template: Template) -> dict[str, Any]:
    found: dict[str, Any] = properties(template, "Distribution")["DistributionConfig"]
    return found


def behaviour(template: Template, pattern: str) -> dict[str, Any]:
    found: dict[str, Any] = next(one for one in config(template)["CacheBehaviors"] if one["PathPattern"] == pattern)
    return found


def drop(template: Template, pattern: str) -> None:
    config(template)["CacheBehaviors"].remove(behaviour(template, pattern))


def put_last(template: Template, pattern: str) -> None:
    moved = behaviour(template, pattern)
    config(template)["CacheBehaviors"].remove(moved)
    config(template)["CacheBehaviors"].append(moved)


def keep_error(template: Template, status: int, **how: Any) -> None:
    responses = config(template)["CustomErrorResponses"]
    responses[:] = [one for one in responses if one["ErrorCode"] != status]
    if how:
        responses.append({"ErrorCode": status, **how})


GROUP = {"Quantity": 1, "Items": [{"Id": "pages", "Members": {"Items": [{"OriginId": "files"}, {"OriginId": "api"}]}}]}


@pytest.mark.parametrize(
    ("spoil", "fault"),
    [
        (
            lambda t: config(t)["DefaultCacheBehavior"].update(TargetOriginId="api"),
            "/favicon.ico, which viewers ask for, leads to api",
        ),
        (
            lambda t: behaviour(t, "/embed/*").update(TargetOriginId="pages"),
            "/embed/unknown, which viewers ask for, leads to pages",
        ),
        (
            lambda t: behaviour(t, "/overlay/*").update(TargetOriginId="api"),
            "/overlay/unknown, which viewers ask for, leads to api",
        ),
        (lambda t: drop(t, "/v1/campaigns.json"), "/v1/campaigns.json, which viewers ask for, leads to api"),
        (lambda t: drop(t, "/v1/campaigns/*.svg"), "good_deeds.kk.svg, which viewers ask for, leads to api"),
        (lambda t: put_last(t, "/v1/campaigns/*.json"), "/2026/live.json, which viewers ask for, leads to api"),
        (lambda t: t["Resources"].pop("DocumentsBucketPolicy"), "does not let the CDN read the files"),
        (
            lambda t: properties(t, "DocumentsBucketPolicy")["PolicyDocument"]["Statement"].pop(0),
            "does not let the CDN read the files",
        ),
        (
            lambda t: properties(t, "BucketAccess")["OriginAccessControlConfig"].update(SigningBehavior="never"),
            "it does not sign what it asks of the bucket",
        ),
        (lambda t: config(t)["Origins"][0].pop("OriginAccessControlId"), "it does not sign what it asks of the bucket"),
        (
            lambda t: properties(t, "AsTheFileSays")["CachePolicyConfig"].update(MinTTL=60),
            "AsTheFileSays keeps files longer than they say",
        ),
        (lambda t: properties(t, "NamesViewer").update(AutoPublish=False), "NamesViewer is changed and not published"),
        (
            lambda t: config(t)["CacheBehaviors"].extend([behaviour(t, "/health")] * 80),
            "it has more than 75 behaviours, which is refused",
        ),
        (lambda t: config(t).pop("Aliases"), "it does not answer to the site's own name"),
        (lambda t: config(t).update(OriginGroups=GROUP), "what the bucket does not have is asked of another origin"),
        (lambda t: config(t)["Origins"][0].update(Id="bucket"), "the files do not come from a bucket"),
        (lambda t: drop(t, "/health"), "/health, which the API answers, leads to files"),
        (
            lambda t: behaviour(t, "/v1/*").update(CachePolicyId={"Ref": "AsTheFileSays"}),
            "answers to /v1/campaigns are",
        ),
        (lambda t: behaviour(t, "/v1/*").pop("OriginRequestPolicyId"), "without what the API has to know"),
        (lambda t: behaviour(t, "/v1/*")["AllowedMethods"].remove("PATCH"), "cannot be asked by every method"),
        (lambda t: behaviour(t, "/oembed").pop("FunctionAssociations"), "/oembed is asked for without the viewer's"),
        (lambda t: behaviour(t, "/embed/*").pop("FunctionAssociations"), "/embed/2026 is not led to the file"),
        (lambda t: config(t).pop("CustomErrorResponses"), "an error 404 is kept for 10 s"),
        (lambda t: keep_error(t, 503, ErrorCachingMinTTL=1), "an error 503 is kept for 1 s"),
        (lambda t: keep_error(t, 501), "an error 501 is kept for 10 s"),
        (lambda t: keep_error(t, 403, ErrorCachingMinTTL=0), "an error 403 is kept at all"),
        (
            lambda t: keep_error(t, 404, ErrorCachingMinTTL=0, ResponseCode=200, ResponsePagePath="/index.html"),
            "the API's own answer of 404 is put aside",
        ),
    ],
)
def test_a_cdn_that_leads_viewers_to_the_api_or_keeps_errors_is_noticed(
    template: Template, spoil: Spoil, fault: str
) -> None:
    spoil(template)

    found = list(edge.faults(template))
    assert any(fault in one for one in found), found


def test_a_route_that_is_new_to_the_api_has_to_lead_there(template: Template) -> None:
    properties(template, "RestAPI")["Body"]["paths"]["/take-part/{form}"] = {}

    assert list(edge.faults(template)) == ["Distribution: /take-part/form, which the API answers, leads to files"]


@pytest.mark.parametrize(
    ("path", "pattern"),
    [
        ("/", "/"),
        ("/index.html", None),
        ("/v1/campaigns", "/v1/*"),
        ("/v1/campaigns.json", "/v1/campaigns.json"),
        ("/v1/campaigns/2026/timeline/2026-06-01.json", "/v1/campaigns/*.json"),
        ("/v1/campaigns/2026/live.jsonx", "/v1/*"),
        ("/embed/a/b", "/embed/*"),
        ("/healthy", None),
    ],
)
def test_the_first_behaviour_that_fits_is_chosen(deployed: Template, path: str, pattern: str | None) -> None:
    assert edge.behaviour(config(deployed), path).get("PathPattern") == pattern
