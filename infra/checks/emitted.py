"""Every metric that an alarm listens to is emitted: by AWS, or by code of ours that something invokes."""

import ast
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from itertools import chain
from pathlib import Path
from typing import Any

import chalicelib
from chalicelib import bootstrap
from chalicelib.metrics import NAMESPACE

API = "APIHandler"

OF_AWS: Mapping[str, frozenset[str]] = {
    "AWS/Lambda": frozenset({"Errors", "IteratorAge", "Throttles"}),
    "AWS/SQS": frozenset({"ApproximateAgeOfOldestMessage", "ApproximateNumberOfMessagesVisible"}),
    "AWS/DynamoDB": frozenset({"WriteThrottleEvents"}),
    "AWS/ApiGateway": frozenset({"5XXError"}),
}
"""By namespace, what AWS tells by itself of what it runs for us.

docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html
docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html
docs.aws.amazon.com/amazondynamodb/latest/developerguide/metrics-dimensions.html
docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-metrics-and-dimensions.html
"""

_ROOT = Path(chalicelib.__file__).parents[1]


def faults(template: Mapping[str, Any]) -> Iterator[str]:
    """Yield alarms on what nothing emits."""
    invoked = frozenset(_invoked(template["Resources"].values()))
    for name, resource in template["Resources"].items():
        if resource["Type"] != "AWS::CloudWatch::Alarm":
            continue
        for metric in metrics_of(resource["Properties"]):
            if metric["Namespace"] == NAMESPACE:
                yield from _unwritten(name, metric["MetricName"], invoked)
            elif metric["MetricName"] not in OF_AWS.get(metric["Namespace"], ()):
                yield f"{name} listens to {metric['MetricName']}, which is not known of {metric['Namespace']}"


def metrics_of(alarm: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Yield the metrics that an alarm listens to, its own or those that it calculates with."""
    if "MetricName" in alarm:
        yield alarm
    yield from (metric["MetricStat"]["Metric"] for metric in alarm.get("Metrics", []) if "MetricStat" in metric)


@cache
def written() -> Mapping[str, frozenset[str]]:
    """Return by function the metrics that its code writes, as far as `app.py` and the services lead it there."""
    entries = ast.parse((_ROOT / "app.py").read_text(encoding="utf-8"))
    functions = {
        _logical_id(function): _services_in(function)
        for function in entries.body
        if isinstance(function, ast.FunctionDef) and function.decorator_list
    }
    routes = (_ROOT / "chalicelib" / "api").glob("*.py")
    functions[API] = set(chain.from_iterable(_services_in(ast.parse(path.read_text("utf-8"))) for path in routes))
    return {function: frozenset(_written_by(services)) for function, services in functions.items()}


def _unwritten(alarm: str, metric: str, invoked: frozenset[str]) -> Iterator[str]:
    writers = {function for function, names in written().items() if metric in names}
    if not writers:
        yield f"{alarm} listens to {metric}, which nothing writes"
    elif not writers & invoked:
        yield f"{alarm} listens to {metric}: {', '.join(sorted(writers))} writes it, and nothing invokes that"


def _invoked(resources: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """Yield the functions that a stream, a queue, a schedule or the API calls."""
    for resource in resources:
        match resource:
            case {"Type": "AWS::Lambda::EventSourceMapping", "Properties": {"FunctionName": function}}:
                yield from _named(function)
            case {"Type": "AWS::Events::Rule", "Properties": {"Targets": targets}}:
                yield from chain.from_iterable(_named(target["Arn"]) for target in targets)
            case {
                "Type": "AWS::Lambda::Permission",
                "Properties": {"Principal": "apigateway.amazonaws.com", "FunctionName": function},
            }:
                yield from _named(function)


def _named(value: Any) -> Iterator[str]:
    match value:
        case {"Ref": str(name)} | {"Fn::GetAtt": [str(name), "Arn"]}:
            yield name


def _logical_id(function: ast.FunctionDef) -> str:
    return "".join(word.capitalize() for word in function.name.split("_"))


def _services_in(tree: ast.AST) -> set[str]:
    return {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)} & _services().keys()


@cache
def _services() -> Mapping[str, ast.FunctionDef]:
    """Return by name the services that are put together in `bootstrap`, and what they are put together by."""
    tree = ast.parse(Path(bootstrap.__file__).read_text(encoding="utf-8"))
    (services,) = [node for node in tree.body if isinstance(node, ast.ClassDef)]
    return {node.name: node for node in services.body if isinstance(node, ast.FunctionDef)}


def _written_by(services: set[str]) -> Iterator[str]:
    reached, waiting = set[str](), set(services)
    while waiting:
        reached |= waiting
        waiting = set(chain.from_iterable(_services_in(_services()[name]) for name in waiting)) - reached
    for name in reached:
        if any(isinstance(node, ast.Attribute) and node.attr == "metrics" for node in ast.walk(_services()[name])):
            yield from chain.from_iterable(map(_written_in, _imported(_services()[name])))


def _imported(function: ast.FunctionDef) -> Iterator[str]:
    for node in ast.walk(function):
        if isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{name.name}" for name in node.names)


@cache
def _written_in(module: str) -> frozenset[str]:
    """Return the metrics that a module writes, by `metrics.write(Name=1)` or `metrics.write(**{"Name": 1})`."""
    path = (_ROOT / Path(*module.split("."))).with_suffix(".py")
    if not path.is_file():
        return frozenset()
    keywords = [keyword for call in _metric_calls(path) for keyword in call.keywords]
    spread = chain.from_iterable(ast.walk(keyword.value) for keyword in keywords if keyword.arg is None)
    texts = {node.value for node in spread if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    return frozenset(texts | {keyword.arg for keyword in keywords if keyword.arg})


def _metric_calls(path: Path) -> Iterator[ast.Call]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        match node:
            case ast.Call(func=ast.Attribute(attr="write", value=ast.Attribute(attr="metrics" | "_metrics"))):
                yield node
