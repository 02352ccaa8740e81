import string

import pytest

from infra.checks import secrets
from tests.infra.checks.parts import Spoil, Template, properties

PUNCTUATION = {"ExcludeCharacters": string.punctuation}


def making(template: Template, name: str) -> dict[str, object]:
    found: dict[str, object] = properties(template, name)["GenerateSecretString"]
    return found


@pytest.mark.parametrize("name", ["Pepper", "ParkingKey", "EdgeSecret"])
def test_a_secret_that_requires_what_it_excludes_cannot_be_made(template: Template, name: str) -> None:
    properties(template, name)["GenerateSecretString"] = {"PasswordLength": 43, **PUNCTUATION}

    (fault,) = secrets.faults(template)
    assert fault.startswith(f"{name} cannot be made")
    assert fault.endswith("without ExcludePunctuation")


@pytest.mark.parametrize(
    "spoil",
    [
        lambda t: making(t, "Pepper").update(ExcludeCharacters=string.digits + "x"),
        lambda t: making(t, "Pepper").update(ExcludeCharacters=string.ascii_uppercase),
        lambda t: making(t, "Pepper").update(ExcludeCharacters=string.ascii_lowercase),
        lambda t: making(t, "Pepper").update(ExcludeCharacters=string.punctuation, ExcludePunctuation=False),
        lambda t: making(t, "Pepper").update(ExcludeCharacters=string.punctuation + "0", ExcludePunctuation=False),
    ],
)
def test_that_is_so_of_each_type(template: Template, spoil: Spoil) -> None:
    spoil(template)

    assert len(list(secrets.faults(template))) == 1


@pytest.mark.parametrize(
    "spoil",
    [
        lambda t: making(t, "Pepper").update(PUNCTUATION),
        lambda t: making(t, "Pepper").update(ExcludeCharacters="0Ol1"),
        lambda t: making(t, "Pepper").update(
            RequireEachIncludedType=False, ExcludePunctuation=False, ExcludeCharacters=string.punctuation
        ),
    ],
)
def test_what_is_excluded_and_not_required_can_be_made(template: Template, spoil: Spoil) -> None:
    spoil(template)

    assert list(secrets.faults(template)) == []
