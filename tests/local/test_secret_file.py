import json
import stat
from base64 import b64decode
from pathlib import Path

import pytest

from infra.local.local_settings import LocalError
from infra.local.secret_file import SecretFile


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / ".env"


def test_the_first_start_makes_secrets_that_later_starts_keep(path: Path) -> None:
    first = SecretFile(path, {})
    second = SecretFile(path, {})

    assert first.function_environment() == second.function_environment()
    assert len(b64decode(first.function_environment()["PEPPER"])) == 32


def test_secrets_are_random(tmp_path: Path) -> None:
    one, other = SecretFile(tmp_path / "a", {}), SecretFile(tmp_path / "b", {})

    assert one.get("PEPPER") != other.get("PEPPER")
    assert one.hooks()["typeform"]["secret"] != other.hooks()["typeform"]["secret"]


def test_nobody_else_may_read_the_file(path: Path) -> None:
    SecretFile(path, {})

    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_the_functions_are_given_the_hooks_secrets_by_provider_and_account(path: Path) -> None:
    secret_file = SecretFile(path, {})

    given = json.loads(secret_file.function_environment()["HOOK_SECRETS"])

    assert {hook: accounts["local"] for hook, accounts in given.items()} == secret_file.hooks()


def test_every_hook_has_its_secrets(path: Path) -> None:
    assert {hook: set(names) for hook, names in SecretFile(path, {}).hooks().items()} == {
        "meta": {"app_secret", "verify_token", "page_access_token"},
        "whatsapp": {"app_secret", "verify_token"},
        "vk": {"secret", "confirmation", "group_id", "mini_app_secret", "app_id"},
        "telegram": {"secret_token", "bot_token"},
        "typeform": {"secret"},
        "tally": {"secret"},
        "google-ads": {"google_key"},
        "google-forms": {"whsec"},
        "standard": {"whsec"},
    }


def test_what_the_owner_wrote_is_kept_and_what_is_missing_is_added(path: Path) -> None:
    path.write_text("# mine\n\nHOOK_TYPEFORM_SECRET = new,old\n", encoding="utf-8")

    secret_file = SecretFile(path, {})

    assert secret_file.hooks()["typeform"]["secret"] == ["new", "old"]
    assert secret_file.hooks()["tally"]["secret"]
    assert path.read_text(encoding="utf-8").startswith("# mine\n")


def test_the_environment_goes_before_the_file(path: Path) -> None:
    SecretFile(path, {})

    assert SecretFile(path, {"HOOK_TALLY_SECRET": "mine"}).hooks()["tally"]["secret"] == ["mine"]


def test_a_value_put_later_is_read_back(path: Path) -> None:
    SecretFile(path, {}).put("LOCAL_TOKEN", "one")
    SecretFile(path, {}).put("LOCAL_TOKEN", "two")

    assert SecretFile(path, {}).get("LOCAL_TOKEN") == "two"


def test_a_line_that_is_none_is_named_without_its_text(path: Path) -> None:
    path.write_text("PEPPER=x\nsecret words\n", encoding="utf-8")

    with pytest.raises(LocalError, match=r"\.env, line 2: not of the form NAME=value$"):
        SecretFile(path, {})
