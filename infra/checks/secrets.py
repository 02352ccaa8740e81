"""Secrets that Secrets Manager makes when the stack is created."""

import string
from collections.abc import Iterator, Mapping
from typing import Any

_TYPES: Mapping[str, str] = {
    "ExcludeUppercase": string.ascii_uppercase,
    "ExcludeLowercase": string.ascii_lowercase,
    "ExcludeNumbers": string.digits,
    "ExcludePunctuation": string.punctuation,
}
"""By the switch that leaves a type of characters out, all of that type."""


def faults(template: Mapping[str, Any]) -> Iterator[str]:
    """Yield secrets that cannot be made: one of each included type is required, and all of a type are excluded.

    docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-properties-secretsmanager-secret-generatesecretstring.html
    docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetRandomPassword.html
    """
    for name, resource in template["Resources"].items():
        if resource["Type"] == "AWS::SecretsManager::Secret":
            yield from _making_faults(name, resource["Properties"].get("GenerateSecretString", {}))


def _making_faults(name: str, making: Mapping[str, Any]) -> Iterator[str]:
    excluded = set(making.get("ExcludeCharacters", ""))
    included = {switch: characters for switch, characters in _TYPES.items() if not making.get(switch)}
    if not making.get("RequireEachIncludedType", True):
        return
    for switch, characters in included.items():
        if excluded.issuperset(characters):
            yield f"{name} cannot be made: a character of a type is required and all are excluded, without {switch}"
