import json
import stat
from base64 import b64decode, b64encode
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


def written(path: Path, **values: str) -> Path:
    path.write_text("".join(f"{name}={value}\n" for name, value in values.items()), encoding="utf-8")
    return path


def key(byte: int) -> str:
    return b64encode(bytes([byte]) * 32).decode()


class TestWhatTheDataHangOn:
    @pytest.mark.parametrize("name", ["PEPPER", "PARKING_KEY"])
    @pytest.mark.parametrize("value", ["x", key(1)[:20], key(1)[:-4], f"{key(1)[:-5]}é=", f"{key(1)},", f"{key(1)},x"])
    def test_is_refused_where_it_is_no_key(self, path: Path, name: str, value: str) -> None:
        written(path, **{"PEPPER": key(1), "PARKING_KEY": key(2), name: value})

        with pytest.raises(LocalError, match=rf"^{name} is cut off or damaged .*: copy \.env back from a backup"):
            SecretFile(path, {})

    @pytest.mark.parametrize("name", ["PEPPER", "PARKING_KEY"])
    @pytest.mark.parametrize("empty", [True, False])
    def test_may_be_missing_only_where_the_data_are_new(self, path: Path, name: str, *, empty: bool) -> None:
        values = {"PEPPER": key(1), "PARKING_KEY": key(2), name: ""}
        written(path, **{each: value for each, value in values.items() if value or empty})

        with pytest.raises(LocalError, match=f"lacks {name}, without which"):
            SecretFile(path, {}, new=False)
        assert SecretFile(path, {}, new=True).get(name)

    @pytest.mark.parametrize("name", ["PEPPER", "PARKING_KEY"])
    def test_is_that_which_they_were_written_with(self, path: Path, name: str) -> None:
        fingerprints = SecretFile(path, {}).fingerprints
        SecretFile(path, {}, new=False, fingerprints=fingerprints)

        with pytest.raises(LocalError, match=f"{name} is another one than DATA_DIR was written with"):
            SecretFile(path, {name: key(1)}, new=False, fingerprints=fingerprints)

    def test_may_be_a_newer_parking_key_before_the_old_one_and_then_alone(self, path: Path) -> None:
        written(path, PEPPER=key(1), PARKING_KEY=key(2))
        old = SecretFile(path, {}).fingerprints

        both = SecretFile(path, {"PARKING_KEY": f"{key(3)},{key(2)}"}, new=False, fingerprints=old).fingerprints

        SecretFile(path, {"PARKING_KEY": key(3)}, new=False, fingerprints=both)

    def test_is_not_told_by_its_fingerprint(self, path: Path) -> None:
        written(path, PEPPER=key(1), PARKING_KEY=key(2))

        ((pepper,), (parking_key,)) = SecretFile(path, {}).fingerprints.values()

        assert pepper != parking_key
        assert {len(pepper), len(parking_key)} == {16}

    def test_of_the_environment_is_not_made_anew_in_the_file(self, path: Path) -> None:
        SecretFile(path, {"PEPPER": key(1)})

        assert "PEPPER" not in path.read_text(encoding="utf-8")


def test_secrets_of_senders_that_are_made_anew_are_named(path: Path, caplog: pytest.LogCaptureFixture) -> None:
    SecretFile(path, {})
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text("".join(line for line in lines if "TALLY" not in line), encoding="utf-8")

    SecretFile(path, {}, new=False)

    (record,) = caplog.records
    assert "lacked HOOK_TALLY_SECRET: made anew" in record.getMessage()
