from typing import Any

import pytest

from infra.checks import firewall
from tests.infra.checks.parts import Spoil, Template, properties

COUNT_AS_BLOCKED = {"Block": {"CustomResponse": {"ResponseCode": 429}}}


def rule(template: Template, name: str) -> dict[str, Any]:
    found: dict[str, Any] = next(one for one in properties(template, "Firewall")["Rules"] if one["Name"] == name)
    return found


def limited(template: Template, name: str) -> dict[str, Any]:
    found: dict[str, Any] = rule(template, name)["Statement"]["RateBasedStatement"]
    return found


def drop(template: Template, name: str) -> None:
    properties(template, "Firewall")["Rules"].remove(rule(template, name))


def hooks(template: Template) -> dict[str, Any]:
    found: dict[str, Any] = limited(template, "deliveries-without-end")["ScopeDownStatement"]["ByteMatchStatement"]
    return found


def exempt(template: Template, **how: Any) -> None:
    """Change what is a hook, wherever that is asked."""
    statement = limited(template, "address-without-end")["ScopeDownStatement"]["NotStatement"]["Statement"]
    for match in (statement["OrStatement"]["Statements"][0]["ByteMatchStatement"], hooks(template)):
        match.update(how)


def default(template: Template, parameter: str, value: int) -> None:
    template["Parameters"][parameter]["Default"] = value


def count_by(template: Template, name: str, *headers: str, transformation: str = "NONE") -> None:
    limited(template, name)["CustomKeys"] = [
        {"Header": {"Name": header, "TextTransformations": [{"Priority": 0, "Type": transformation}]}}
        for header in headers
    ]


def origin(template: Template) -> dict[str, Any]:
    origins = properties(template, "Distribution")["DistributionConfig"]["Origins"]
    found: dict[str, Any] = next(one for one in origins if one["Id"] == "api")
    return found


VERSIONED = {"Fn::Sub": "{{resolve:secretsmanager:${EdgeSecret}:SecretString:::${EdgeSecretVersion}}}"}
UNVERSIONED = {"Fn::Sub": "{{resolve:secretsmanager:${EdgeSecret}:SecretString}}"}


def exchange(template: Template, sent: dict[str, str], expected: dict[str, str]) -> None:
    """Change what the CDN sends and what the firewall lets through."""
    origin(template)["OriginCustomHeaders"][0].update(HeaderValue=sent)
    rule(template, "past-the-cdn")["Statement"]["NotStatement"]["Statement"]["ByteMatchStatement"].update(
        SearchString=expected
    )


@pytest.mark.parametrize(
    ("spoil", "fault"),
    [
        (lambda t: drop(t, "past-the-cdn"), "whoever goes past the CDN is not stopped"),
        (lambda t: rule(t, "past-the-cdn").update(Action={"Count": {}}), "whoever goes past the CDN is not stopped"),
        (
            lambda t: rule(t, "past-the-cdn")["Statement"]["NotStatement"]["Statement"]["ByteMatchStatement"].update(
                PositionalConstraint="CONTAINS", SearchString=""
            ),
            "whoever goes past the CDN is not stopped",
        ),
        (lambda t: origin(t).pop("OriginCustomHeaders"), "it proves by no secret to the API"),
        (
            lambda t: origin(t)["OriginCustomHeaders"][0].update(HeaderValue="known"),
            "it proves by no secret to the API",
        ),
        (
            lambda t: origin(t)["OriginCustomHeaders"][0].update(
                HeaderValue={"Fn::Sub": "{{resolve:secretsmanager:${Pepper}:SecretString}}"}
            ),
            "it stops what comes through the CDN",
        ),
        (
            lambda t: exchange(t, UNVERSIONED, UNVERSIONED),
            "a new value of its secret may reach it or the firewall alone",
        ),
        (lambda t: exchange(t, VERSIONED, UNVERSIONED), "it stops what comes through the CDN"),
        (lambda t: exchange(t, UNVERSIONED, VERSIONED), "it stops what comes through the CDN"),
        (lambda t: rule(t, "token-without-end").update(Priority=1), "2 rules have the priority 1, which is refused"),
        (lambda t: properties(t, "Firewall").update(Scope="CLOUDFRONT"), "it is not one that stands before an API"),
        (lambda t: rule(t, "address-without-end").update(Action=COUNT_AS_BLOCKED), "does not leave the answer to"),
        (lambda t: limited(t, "token-without-end").update(EvaluationWindowSec=60), "does not count over five minutes"),
        (
            lambda t: rule(t, "token-without-end")["VisibilityConfig"].update(SampledRequestsEnabled=True),
            "token-without-end keeps requests that show tokens and addresses",
        ),
        # 600 requests shut out a mobile network.
        (
            lambda t: default(t, "AddressRequests", 600),
            "without a token an address may ask for /api/v1/campaigns/2026/participations 600",
        ),
        (
            lambda t: limited(t, "address-without-end").update(Limit=600),
            "may ask for /api/v1/campaigns/2026/participations 600",
        ),
        (lambda t: drop(t, "address-without-end"), "without a token an address may ask for"),
        # A hook is what begins so, after what leads elsewhere was followed.
        (
            lambda t: exempt(t, PositionalConstraint="CONTAINS", SearchString="/v1/hooks/"),
            "an address may ask for /api/v1/participations/v1/hooks/ 60000 times",
        ),
        (
            lambda t: exempt(t, TextTransformations=[{"Priority": 0, "Type": "NONE"}]),
            "an address may ask for /api/v1/hooks/../campaigns 60000 times",
        ),
        (
            lambda t: exempt(t, TextTransformations=[{"Priority": 0, "Type": "NORMALIZE_PATH"}]),
            "an address may ask for /api/v1/hooks/%2e%2e/campaigns 60000 times",
        ),
        # The path has the stage before it.
        (lambda t: exempt(t, SearchString="/v1/hooks/"), "meta may deliver 6000 times from one address"),
        (lambda t: default(t, "HookRequests", 6000), "telegram may deliver 6000 times from one address"),
        (lambda t: drop(t, "deliveries-without-end"), "meta may deliver 2000000000 times from one address"),
        (lambda t: default(t, "TokenRequests", 6000), "a partner is shut out at 6000 requests"),
        (lambda t: default(t, "AddressTokenRequests", 600), "a partner is shut out at 600 requests"),
        (
            lambda t: limited(t, "address-without-end").update(
                ScopeDownStatement={"NotStatement": {"Statement": {"ByteMatchStatement": hooks(t)}}}
            ),
            "a partner is shut out at 6000 requests",
        ),
        # Made-up tokens.
        (lambda t: drop(t, "tokens-without-end"), "who makes tokens up meets no limit"),
        (
            lambda t: count_by(t, "tokens-without-end", "x-viewer", "authorization"),
            "who makes tokens up meets no limit",
        ),
        (lambda t: drop(t, "token-without-end"), "a token of many addresses meets no limit of its own"),
        (
            lambda t: count_by(t, "token-without-end", "authorization", transformation="LOWERCASE"),
            "meets no limit of its own, spelled bearer   qy",
        ),
        (
            lambda t: count_by(t, "token-without-end", "authorization", transformation="COMPRESS_WHITE_SPACE"),
            "meets no limit of its own, spelled BEARER qy",
        ),
        (lambda t: count_by(t, "address-without-end", "x-forwarded-for"), "without a token an address may ask for"),
        (lambda t: count_by(t, "address-without-end", "x-origin-key"), "one address uses up what another may ask"),
        (
            lambda t: limited(t, "tokens-without-end").update(
                ScopeDownStatement={"NotStatement": {"Statement": {"ByteMatchStatement": hooks(t)}}}
            ),
            "who has a token is counted with those of its address who have none",
        ),
    ],
)
def test_a_firewall_that_lets_through_or_shuts_out_is_noticed(template: Template, spoil: Spoil, fault: str) -> None:
    spoil(template)

    found = list(firewall.faults(template))
    assert any(fault in one for one in found), found


@pytest.mark.parametrize(
    "statement",
    [
        {"GeoMatchStatement": {"CountryCodes": ["KZ"]}},
        {
            "ByteMatchStatement": {
                "FieldToMatch": {"UriPath": {}},
                "PositionalConstraint": "CONTAINS_WORD",
                "SearchString": "hooks",
                "TextTransformations": [{"Priority": 0, "Type": "NONE"}],
            }
        },
        {
            "ByteMatchStatement": {
                "FieldToMatch": {"Method": {}},
                "PositionalConstraint": "EXACTLY",
                "SearchString": "POST",
                "TextTransformations": [{"Priority": 0, "Type": "NONE"}],
            }
        },
    ],
)
def test_what_cannot_be_carried_out_here_is_no_rule_that_was_checked(template: Template, statement: Any) -> None:
    limited(template, "address-without-end")["ScopeDownStatement"] = statement

    with pytest.raises(ValueError, match="not understood here"):
        list(firewall.faults(template))
