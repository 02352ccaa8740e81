"""What the CDN does with what it is asked for: viewers are given files, and nobody another one's error."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

FILES, API = "files", "api"

PAGES = (
    *("", "r", "data", "embed", "overlay", "studio", "qr", "widget", "console", "problems"),
    *("robots.txt", "sitemap.xml", "site.webmanifest", "favicon.ico"),
)
"""What paths of the site begin with, among all that the application answers."""

VIEWED = (
    "/v1/campaigns.json",
    "/v1/campaigns/2026/live.json",
    "/v1/campaigns/2026/organisations/KZ-75.json",
    "/v1/campaigns/2026/timeline/2026-06-01.json",
    "/v1/campaigns/2026/totals.csv",
    "/v1/campaigns/2026/days/2026-06-01.csv",
    "/v1/campaigns/2026/badge/good_deeds.kk.svg",
    "/v1/campaigns/unknown/live.json",
    "/embed/unknown",
    "/overlay/unknown",
    "/widget/0123456789ab/counter.js",
    "/r/unknown",
    "/ads.txt",
)
"""What viewers ask for besides: documents, what is not there, and what browsers and crawlers think of."""

CACHED_ERRORS = (404, 414, 500, 501, 502, 503, 504)
"""Statuses that CloudFront keeps whatever the answer says, all but those of the cache policy without a cache.

https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/HTTPStatusCodes.html
"""

_CACHING_DISABLED = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"
"""https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-cache-policies.html"""
_ALL_BUT_HOST = "b689b0a8-53d0-40ab-baf2-68738e2966ac"
"""https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-origin-request-policies.html"""

MAX_BEHAVIOURS = 75
"""https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html"""

_BUCKET = [{"Fn::GetAtt": ["DocumentsBucket", "Arn"]}, {"Fn::Sub": "${DocumentsBucket.Arn}/*"}]
_DISTRIBUTION = {"Fn::Sub": "arn:${AWS::Partition}:cloudfront::${AWS::AccountId}:distribution/${Distribution}"}
_READS_FILES = {
    "Effect": "Allow",
    "Principal": {"Service": "cloudfront.amazonaws.com"},
    "Action": ["s3:GetObject", "s3:ListBucket"],
    "Resource": _BUCKET,
    "Condition": {"StringEquals": {"AWS:SourceArn": _DISTRIBUTION}},
}
_SIGNED = {"OriginAccessControlOriginType": "s3", "SigningBehavior": "always", "SigningProtocol": "sigv4"}

Config = Mapping[str, Any]


def faults(template: Mapping[str, Any]) -> Iterator[str]:
    """Yield paths that lead to where they should not, and errors that are kept."""
    resources = template["Resources"]
    config = resources["Distribution"]["Properties"]["DistributionConfig"]
    answered = [path.replace("{", "").replace("}", "") for path in resources["RestAPI"]["Properties"]["Body"]["paths"]]
    yield from _origin_faults(config)
    yield from _bucket_faults(resources, config)
    yield from _setting_faults(resources, config)
    for path in (*VIEWED, *(path for path in answered if path.split("/")[1] in PAGES)):
        if (target := behaviour(config, path)["TargetOriginId"]) != FILES:
            yield f"Distribution: {path}, which viewers ask for, leads to {target}"
    for path in (path for path in answered if path.split("/")[1] not in PAGES):
        yield from _api_faults(path, behaviour(config, path))
    yield from _page_faults(config)
    yield from _error_faults(config.get("CustomErrorResponses", []))


def behaviour(config: Config, path: str) -> Mapping[str, Any]:
    """Return how a distribution treats a path: the first behaviour that fits, else the default one.

    `*` stands for any characters, slashes too, and `?` for one; a slash at the beginning says nothing.
    https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/DownloadDistValuesCacheBehavior.html
    """
    for found in config["CacheBehaviors"]:
        pattern = re.escape(found["PathPattern"].lstrip("/")).replace(r"\*", ".*").replace(r"\?", ".")
        if re.fullmatch(pattern, path.lstrip("/")):
            chosen: Mapping[str, Any] = found
            return chosen
    default: Mapping[str, Any] = config["DefaultCacheBehavior"]
    return default


def _origin_faults(config: Config) -> Iterator[str]:
    """Yield what is wrong with where answers come from: a group of origins asks the second where the first has none."""
    if config.get("OriginGroups", {}).get("Items"):
        yield "Distribution: what the bucket does not have is asked of another origin"
    origins = {origin["Id"]: origin for origin in config["Origins"]}
    if "S3OriginConfig" not in origins.get(FILES, {}):
        yield "Distribution: the files do not come from a bucket"
    if "CustomOriginConfig" not in origins.get(API, {}):
        yield "Distribution: there is no origin of the API"


def _bucket_faults(resources: Mapping[str, Any], config: Config) -> Iterator[str]:
    """Yield what keeps the CDN from reading the bucket, which answers signed requests only.

    https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-restricting-access-to-s3.html
    """
    policy = resources.get("DocumentsBucketPolicy", {}).get("Properties", {})
    statements = policy.get("PolicyDocument", {}).get("Statement", [])
    if policy.get("Bucket") != {"Ref": "DocumentsBucket"} or _READS_FILES not in statements:
        yield "DocumentsBucketPolicy does not let the CDN read the files"
    access = resources["BucketAccess"]["Properties"]["OriginAccessControlConfig"]
    signed = {"Fn::GetAtt": ["BucketAccess", "Id"]}
    files = [origin for origin in config["Origins"] if origin["Id"] == FILES]
    if not _SIGNED.items() <= access.items() or any(one.get("OriginAccessControlId") != signed for one in files):
        yield "Distribution: it does not sign what it asks of the bucket"


def _setting_faults(resources: Mapping[str, Any], config: Config) -> Iterator[str]:
    """Yield what CloudFront would refuse, and what it would do otherwise than files and parameters say.

    https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/Expiration.html
    """
    for name, resource in resources.items():
        properties = resource.get("Properties", {})
        if properties.get("CachePolicyConfig", {}).get("MinTTL", 0) != 0:
            yield f"{name} keeps files longer than they say"
        if resource["Type"] == "AWS::CloudFront::Function" and not properties.get("AutoPublish"):
            yield f"{name} is changed and not published"
    if len(config["CacheBehaviors"]) + 1 > MAX_BEHAVIOURS:
        yield f"Distribution: it has more than {MAX_BEHAVIOURS} behaviours, which is refused"
    if config.get("Aliases") != {"Fn::If": ["HasDomain", [{"Ref": "DomainName"}], {"Ref": "AWS::NoValue"}]}:
        yield "Distribution: it does not answer to the site's own name"


def _api_faults(path: str, found: Mapping[str, Any]) -> Iterator[str]:
    if found["TargetOriginId"] != API:
        yield f"Distribution: {path}, which the API answers, leads to {found['TargetOriginId']}"
        return
    if found["CachePolicyId"] != _CACHING_DISABLED:
        yield f"Distribution: answers to {path} are kept"
    # API Gateway answers to its own name only.
    if found.get("OriginRequestPolicyId") != _ALL_BUT_HOST:
        yield f"Distribution: {path} is asked for without what the API has to know of a request"
    if set(found["AllowedMethods"]) != {"GET", "HEAD", "OPTIONS", "PUT", "POST", "PATCH", "DELETE"}:
        yield f"Distribution: {path} cannot be asked by every method"
    if _on_request(found) != ["NamesViewer"]:
        yield f"Distribution: {path} is asked for without the viewer's address, by which the firewall counts"


def _page_faults(config: Config) -> Iterator[str]:
    """Yield pages that are no file: the one of all campaigns is found by a function.

    Which behaviour holds is decided before that, by the path that was asked for.
    https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/edge-function-restrictions-all.html
    """
    for path in ("/", "/data", "/r", "/r/KZ-75", "/embed/2026", "/overlay/2026", "/studio/2026"):
        if _on_request(behaviour(config, path)) != ["FindsPage"]:
            yield f"Distribution: {path} is not led to the file of that page"


def _on_request(found: Mapping[str, Any]) -> list[str]:
    return [
        one["FunctionARN"]["Fn::GetAtt"][0]
        for one in found.get("FunctionAssociations", [])
        if one["EventType"] == "viewer-request"
    ]


def _error_faults(responses: list[Mapping[str, Any]]) -> Iterator[str]:
    """Yield errors that are kept, by their path alone: one caller's refusal would be another's answer.

    With 0 seconds CloudFront keeps a bucket's errors for one: a file that appears is there a second later.
    https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/custom-error-pages-expiration.html
    """
    cached = {response["ErrorCode"]: response for response in responses}
    for status in CACHED_ERRORS:
        seconds = cached.get(status, {}).get("ErrorCachingMinTTL", 10)
        if seconds != 0:
            yield f"Distribution: an error {status} is kept for {seconds} s"
    unexpected = sorted(cached.keys() - {*CACHED_ERRORS})
    yield from (f"Distribution: an error {status} is kept at all" for status in unexpected)
    for status, response in cached.items():
        if "ResponsePagePath" in response or "ResponseCode" in response:
            yield f"Distribution: the API's own answer of {status} is put aside"
