"""The template as CloudFormation sees it, checked for what is known to be unsafe, by cfripper's rules."""

import logging
from collections.abc import Mapping
from typing import Any

EXCEPTIONS: Mapping[tuple[str, str], str] = {
    (
        "GenericResourceWildcardPolicyRule",
        key,
    ): "The account's own policies say who uses the key, as AWS has it by default; a narrower policy can lock "
    "everybody out, and only the roles of the API and of the lead worker are allowed the keys of persons"
    for key in ("ContactsKey", "ParkedKey", "SecretsKey")
}
"""Findings that are meant, each with the reason, by rule and resource."""


def faults(template: Mapping[str, Any]) -> list[str]:
    """Return what is unsafe in a translated template and not meant, and exceptions that except nothing."""
    found = _findings(template)
    unmeant = [
        f"{rule}: {resource} {reason}"
        for (rule, resource), reason in found.items()
        if (rule, resource) not in EXCEPTIONS
    ]
    return unmeant + [
        f"{rule}: nothing to except for {resource}" for rule, resource in EXCEPTIONS.keys() - found.keys()
    ]


def _findings(template: Mapping[str, Any]) -> dict[tuple[str, str], str]:
    import pycfmodel  # type: ignore[import-untyped]
    from cfripper.config.config import Config  # type: ignore[import-untyped]
    from cfripper.rule_processor import RuleProcessor  # type: ignore[import-untyped]
    from cfripper.rules import DEFAULT_RULES  # type: ignore[import-untyped]

    config = Config(rules=list(DEFAULT_RULES), stack_name="qaiyrym")
    rules = RuleProcessor(*[rule(config) for rule in DEFAULT_RULES.values()])
    # They tell at length of every value that is only known once the stack is there.
    logging.disable(logging.WARNING)
    try:
        result = rules.process_cf_template(pycfmodel.parse(template).resolve(), config)
    finally:
        logging.disable(logging.NOTSET)
    return {
        (failure.rule, resource): str(failure.reason)
        for failure in result.failures
        for resource in failure.resource_ids or ("the template",)
    }
