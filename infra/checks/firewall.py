"""Whom the firewall stops, found out by asking it: its rules are carried out here on requests."""

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import unquote

import msgspec

WINDOW_SECONDS = 300
PARTNER_REQUESTS = 20 * WINDOW_SECONDS
"""What one partner sends who sends 20 a second."""
SEVERAL_THOUSAND = range(3_000, 10_001)
"""What an address may ask without a token: a mobile network has thousands of people behind one."""
DELIVERIES = 100 * WINDOW_SECONDS
"""What a provider delivers from one address when many people answer its forms at once."""

_ORIGIN_KEY = "x-origin-key"
_VERSIONED = "${EdgeSecret}:SecretString:::${EdgeSecretVersion}}}"
_VIEWER = "x-viewer"
_ACTS = "/api/v1/campaigns/2026/participations"
_NO_HOOKS = ("/api/v1/participations/v1/hooks/", "/api/v1/hooks/../campaigns", "/api/v1/hooks/%2e%2e/campaigns")
_NO_LIMIT = 2_000_000_000
"""The highest limit that a rule can have."""

Rules = list[Mapping[str, Any]]


class FirewallRequest(msgspec.Struct, frozen=True):
    """A request as it reaches the firewall: `path` begins with the stage, names of `headers` are in lower case.

    https://docs.aws.amazon.com/waf/latest/developerguide/logging-examples.html shows paths with their stage.
    """

    path: str
    headers: Mapping[str, str]


class RateCount(msgspec.Struct, frozen=True):
    """What a request is counted as: by a rule, under a key, up to a limit in five minutes."""

    rule: str
    key: tuple[str, ...]
    limit: int


def faults(template: Mapping[str, Any]) -> Iterator[str]:
    """Yield requests that get through where they should not, or are stopped too early."""
    properties = template["Resources"]["Firewall"]["Properties"]
    if properties["Scope"] != "REGIONAL" or properties["DefaultAction"] != {"Allow": {}}:
        yield "Firewall: it is not one that stands before an API and lets others through"
    parameters = {name: parameter.get("Default") for name, parameter in template["Parameters"].items()}
    firewall = _Firewall(properties["Rules"], parameters, _origin_key(template))
    yield from _bypass_faults(firewall)
    yield from _rule_faults(firewall.rules)
    yield from _address_faults(firewall)
    yield from _token_faults(firewall)
    yield from _hook_faults(firewall)


class _Firewall(msgspec.Struct, frozen=True):
    """The rules, the parameters as they usually are, and the secret that the CDN sends to the API, if it sends one."""

    rules: Rules
    parameters: Mapping[str, Any]
    origin_key: str | None

    def stops(self, path: str, headers: Mapping[str, str]) -> bool:
        """Return whether a request is stopped however few there are."""
        return any(
            "Block" in rule["Action"] and _matches(rule["Statement"], FirewallRequest(path, headers))
            for rule in self.rules
            if "RateBasedStatement" not in rule["Statement"]
        )

    def counts(self, path: str, viewer: str = "203.0.113.1", **headers: str) -> list[RateCount]:
        """Return what a request that comes through the CDN is counted as.

        One without what a key is made of is not counted.
        https://docs.aws.amazon.com/waf/latest/APIReference/API_RateBasedStatementCustomKey.html
        """
        request = FirewallRequest(path, {_ORIGIN_KEY: self.origin_key or "", _VIEWER: viewer, **headers})
        counts = []
        for rule in self.rules:
            limited = rule["Statement"].get("RateBasedStatement")
            if limited is None or not _matches(limited["ScopeDownStatement"], request):
                continue
            headers_counted = [key["Header"] for key in limited["CustomKeys"]]
            key = [_component({"SingleHeader": header}, header, request) for header in headers_counted]
            if None not in key:
                counts.append(RateCount(rule["Name"], tuple(map(str, key)), self._number(limited["Limit"])))
        return counts

    def _number(self, limit: Any) -> int:
        return int(self.parameters[limit["Ref"]] if isinstance(limit, Mapping) else limit)


def _origin_key(template: Mapping[str, Any]) -> str | None:
    origins = template["Resources"]["Distribution"]["Properties"]["DistributionConfig"]["Origins"]
    sent = [header for origin in origins for header in origin.get("OriginCustomHeaders", [])]
    return next((_text(header["HeaderValue"]) for header in sent if header["HeaderName"] == _ORIGIN_KEY), None)


def _bypass_faults(firewall: _Firewall) -> Iterator[str]:
    """Yield ways past the CDN, and what would keep it out.

    A new value of a secret reaches only resources that change: the version in both references changes both at once.
    https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/dynamic-references-secretsmanager.html
    """
    if firewall.origin_key is None or "secretsmanager" not in firewall.origin_key:
        yield "Distribution: it proves by no secret to the API that a request came through it"
    elif firewall.stops(_ACTS, {_ORIGIN_KEY: firewall.origin_key}):
        yield "Firewall: it stops what comes through the CDN"
    elif _VERSIONED not in firewall.origin_key:
        yield "Distribution: a new value of its secret may reach it or the firewall alone"
    for headers in ({}, {_ORIGIN_KEY: ""}, {_ORIGIN_KEY: "guessed"}):
        if not firewall.stops(_ACTS, headers):
            yield "Firewall: whoever goes past the CDN is not stopped"


def _rule_faults(rules: Rules) -> Iterator[str]:
    # https://docs.aws.amazon.com/waf/latest/APIReference/API_Rule.html
    for priority, count in Counter(rule["Priority"] for rule in rules).items():
        if count > 1:
            yield f"Firewall: {count} rules have the priority {priority}, which is refused"
    for rule in rules:
        # Samples show whole requests, with their tokens.
        # https://docs.aws.amazon.com/waf/latest/APIReference/API_VisibilityConfig.html
        if rule["VisibilityConfig"]["SampledRequestsEnabled"]:
            yield f"Firewall: {rule['Name']} keeps requests that show tokens and addresses"
        limited = rule["Statement"].get("RateBasedStatement")
        if limited is None:
            continue
        # The firewall cannot set Content-Type; without an answer of its own API Gateway's is given (WAF_FILTERED).
        # https://docs.aws.amazon.com/waf/latest/developerguide/customizing-the-response-for-blocked-requests.html
        if rule["Action"] != {"Block": {}}:
            yield f"Firewall: {rule['Name']} does not leave the answer to API Gateway, which tells a problem"
        if limited.get("EvaluationWindowSec") != WINDOW_SECONDS:
            yield f"Firewall: {rule['Name']} does not count over five minutes"


def _address_faults(firewall: _Firewall) -> Iterator[str]:
    for path in (_ACTS, *_NO_HOOKS):
        limit = _limit(firewall.counts(path))
        if limit not in SEVERAL_THOUSAND:
            yield f"Firewall: without a token an address may ask for {path} {limit} times"
    if not _together(firewall.counts(_ACTS), firewall.counts("/api/oembed")):
        yield "Firewall: an address has a limit for each path"
    if _together(firewall.counts(_ACTS), firewall.counts(_ACTS, "203.0.113.2")):
        yield "Firewall: one address uses up what another may ask"


def _token_faults(firewall: _Firewall) -> Iterator[str]:
    partner = firewall.counts(_ACTS, authorization="Bearer qy_partner_right")
    if not _limit(partner) > PARTNER_REQUESTS:
        yield f"Firewall: a partner is shut out at {_limit(partner)} requests"
    for spelled in ("Bearer qy_partner_right", "bearer   qy_partner_right", "BEARER qy_partner_right"):
        if not _together(partner, firewall.counts(_ACTS, "203.0.113.2", authorization=spelled)):
            yield f"Firewall: a token of many addresses meets no limit of its own, spelled {spelled.partition('_')[0]}"
    if _together(partner, firewall.counts(_ACTS, "203.0.113.2", authorization="Bearer qy_partner_guessed")):
        yield "Firewall: who knows a token's id uses up what its owner may ask"
    if not _together(partner, firewall.counts(_ACTS, authorization="Bearer qy_made_up")):
        yield "Firewall: who makes tokens up meets no limit"
    if _together(partner, firewall.counts(_ACTS)):
        yield "Firewall: who has a token is counted with those of its address who have none"


def _hook_faults(firewall: _Firewall) -> Iterator[str]:
    for provider in ("meta", "telegram"):
        limit = _limit(firewall.counts(f"/api/v1/hooks/{provider}"))
        if not DELIVERIES <= limit < _NO_LIMIT:
            yield f"Firewall: {provider} may deliver {limit} times from one address"


def _limit(counts: list[RateCount]) -> int:
    """Return how many such requests are let through."""
    return min((count.limit for count in counts), default=_NO_LIMIT)


def _together(some: list[RateCount], others: list[RateCount]) -> bool:
    """Return whether two requests are counted as one another anywhere."""
    return bool({(count.rule, count.key) for count in some} & {(count.rule, count.key) for count in others})


def _matches(statement: Mapping[str, Any], request: FirewallRequest) -> bool:
    match statement:
        case {"NotStatement": {"Statement": inner}}:
            return not _matches(inner, request)
        case {"OrStatement": {"Statements": several}}:
            return any(_matches(one, request) for one in several)
        case {"AndStatement": {"Statements": several}}:
            return all(_matches(one, request) for one in several)
        case {"ByteMatchStatement": {"FieldToMatch": field, "SearchString": sought} as match}:
            return _fits(match["PositionalConstraint"], _component(field, match, request), _text(sought))
    raise ValueError(f"a statement that is not understood here: {', '.join(statement)}")


def _fits(constraint: str, text: str | None, sought: str) -> bool:
    if text is None:
        return False
    match constraint:
        case "EXACTLY":
            return text == sought
        case "STARTS_WITH":
            return text.startswith(sought)
        case "ENDS_WITH":
            return text.endswith(sought)
        case "CONTAINS":
            return sought in text
    raise ValueError(f"a constraint that is not understood here: {constraint}")


def _component(field: Mapping[str, Any], transformed: Mapping[str, Any], request: FirewallRequest) -> str | None:
    """Return a part of a request as a statement looks at it, None where the request does not have it."""
    match field:
        case {"UriPath": _}:
            text: str | None = request.path
        case {"SingleHeader": {"Name": str(name)}}:
            text = request.headers.get(name.lower())
        case _:
            raise ValueError(f"a part of requests that is not understood here: {', '.join(field)}")
    if text is None:
        return None
    for one in sorted(transformed["TextTransformations"], key=lambda one: int(one["Priority"])):
        text = _TRANSFORMATIONS[one["Type"]](text)
    return text


def _normalised(path: str) -> str:
    parts: list[str] = []
    for part in path.split("/")[1:]:
        if part == "..":
            parts = parts[:-1]
        elif part != ".":
            parts.append(part)
    return "/" + "/".join(parts)


_TRANSFORMATIONS: Mapping[str, Any] = {
    "NONE": str,
    "LOWERCASE": str.lower,
    "COMPRESS_WHITE_SPACE": lambda text: re.sub(r"\s+", " ", text),
    "URL_DECODE": unquote,
    "NORMALIZE_PATH": _normalised,
}
"""https://docs.aws.amazon.com/waf/latest/developerguide/waf-rule-statement-transformation.html"""


def _text(value: object) -> str:
    """Return a value as text; what CloudFormation fills in is one text for each way of saying it."""
    return value if isinstance(value, str) else json.dumps(value, sort_keys=True)
