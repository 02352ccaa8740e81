from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import boto3
import msgspec
import pytest
from botocore.config import Config
from botocore.exceptions import BotoCoreError

from chalicelib.api.problems import is_storage_fault
from chalicelib.webhooks import accounts
from chalicelib.webhooks.accounts import CACHE_SECONDS, EnvironmentAccounts, StoredAccounts
from chalicelib.webhooks.delivery import Account
from infra.local.emulator import Emulator, free_port
from infra.local.local_settings import emulator_python

if TYPE_CHECKING:
    from mypy_boto3_ssm import SSMClient

PATH = "/qaiyrym/test/hooks"


@pytest.fixture
def told(caplog: pytest.LogCaptureFixture) -> Callable[[], list[tuple[str, str]]]:
    """What is said of secrets that cannot work: names and why."""

    def lines() -> list[tuple[str, str]]:
        found = [msgspec.json.decode(record.message) for record in caplog.records if record.name == "qaiyrym"]
        return [(line["name"], line["why"]) for line in found if line["event"] == "hook_secret_unusable"]

    return lines


class Clock:
    """A clock that moves when it is told to."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


class Store:
    """Parameter Store, which may be down."""

    def __init__(self, alive: "SSMClient", dead: "SSMClient") -> None:
        self._clients = {True: alive, False: dead}
        self.is_up = True
        self.put_names: list[str] = []

    def __call__(self) -> "SSMClient":
        return self._clients[self.is_up]

    def put(self, provider: str, account: str, value: str) -> None:
        name = f"{PATH}/{provider}/{account}"
        self._clients[True].put_parameter(Name=name, Value=value, Type="SecureString", Overwrite=True)
        self.put_names.append(name)


@pytest.fixture(scope="module")
def parameter_store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """An emulator of Parameter Store, which the local system itself does not need."""
    directory, port = tmp_path_factory.mktemp("ssm"), free_port()
    python = str(emulator_python())
    environment = {"GATEWAY_PORT": str(port), "BIND_HOST": "127.0.0.1", "SERVICES": "ssm", "TMPDIR": str(directory)}
    log = directory / "ministack.log"
    process = Emulator("ministack", [python, "-m", "ministack"], environment, port, directory, log)
    process.start()
    yield process.url
    process.stop()


@pytest.fixture
def store(parameter_store: str) -> Iterator[Store]:
    config = Config(retries={"total_max_attempts": 1}, connect_timeout=1)
    alive = boto3.client("ssm", endpoint_url=parameter_store, config=config)
    dead = boto3.client("ssm", endpoint_url=f"http://127.0.0.1:{free_port()}", config=config)
    store = Store(alive, dead)
    yield store
    for name in set(store.put_names):
        alive.delete_parameter(Name=name)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def stored(store: Store, clock: Clock) -> StoredAccounts:
    return StoredAccounts(store, PATH, clock)


def test_the_environment_names_accounts_and_their_secrets() -> None:
    text = msgspec.json.encode({"vk": {"local": {"secret": ["new", "old"], "group_id": ["1"]}}}).decode()

    known = EnvironmentAccounts(text)

    assert known.of("vk") == [Account("local", {"secret": ("new", "old"), "group_id": ("1",)})]
    assert known.of("tally") == []


def test_parameters_below_the_path_are_accounts(store: Store, stored: StoredAccounts) -> None:
    store.put("tally", "one", '{"secret": ["a"]}')
    store.put("tally", "two", '{"secret": ["b", "c"]}')
    store.put("typeform", "one", '{"secret": ["d"]}')

    found = {account.id: account.secret("secret") for account in stored.of("tally")}

    assert found == {"one": ("a",), "two": ("b", "c")}


def test_more_accounts_than_one_page_holds_are_all_known(store: Store, stored: StoredAccounts) -> None:
    for number in range(12):
        store.put("standard", f"partner-{number}", '{"whsec": ["whsec_AAAA"]}')

    assert len(stored.of("standard")) == 12


def test_a_rotated_secret_is_seen_without_a_deployment(store: Store, stored: StoredAccounts, clock: Clock) -> None:
    store.put("tally", "one", '{"secret": ["old"]}')
    assert stored.of("tally")[0].secret("secret") == ("old",)

    store.put("tally", "one", '{"secret": ["new", "old"]}')
    clock.now += CACHE_SECONDS - 1
    assert stored.of("tally")[0].secret("secret") == ("old",)
    clock.now += 1
    assert stored.of("tally")[0].secret("secret") == ("new", "old")


def test_known_secrets_stay_in_use_while_the_store_is_down(store: Store, stored: StoredAccounts, clock: Clock) -> None:
    store.put("tally", "one", '{"secret": ["a"]}')
    stored.of("tally")

    store.is_up = False
    clock.now += CACHE_SECONDS

    assert stored.of("tally")[0].secret("secret") == ("a",)


def test_without_known_secrets_a_store_that_is_down_is_a_fault(store: Store, stored: StoredAccounts) -> None:
    store.is_up = False

    with pytest.raises(BotoCoreError) as fault:
        stored.of("tally")

    assert is_storage_fault(fault.value)


@pytest.mark.parametrize("mistake", ["", "secret", '{"secret": "a"}', '["a"]'])
def test_a_mistaken_parameter_changes_nothing_and_spoils_no_other(
    store: Store, stored: StoredAccounts, clock: Clock, mistake: str
) -> None:
    store.put("tally", "one", '{"secret": ["a"]}')
    stored.of("tally")

    store.put("tally", "one", mistake or " ")
    store.put("tally", "two", mistake or " ")
    store.put("tally", "three", '{"secret": ["c"]}')
    clock.now += CACHE_SECONDS

    assert {account.id for account in stored.of("tally")} == {"one", "three"}
    assert StoredAccounts(store, PATH, clock).of("tally") == [Account("three", {"secret": ("c",)})]


def test_the_path_goes_before_the_environment(
    store: Store, clock: Clock, monkeypatch: pytest.MonkeyPatch, parameter_store: str
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL_SSM", parameter_store)
    store.put("tally", "stored", '{"secret": ["a"]}')
    monkeypatch.setenv("HOOK_SECRETS", '{"tally": {"local": {"secret": ["b"]}}}')

    assert [account.id for account in accounts.configured(clock).of("tally")] == ["local"]
    monkeypatch.setenv("HOOK_SECRETS_PATH", f"{PATH}/")
    assert [account.id for account in accounts.configured(clock).of("tally")] == ["stored"]


@pytest.mark.parametrize(
    ("provider", "secrets", "expected"),
    [
        ("standard", {"whsec": ["whsec_no base64!"]}, [("whsec", "is not whsec_ and the base64 of a key")]),
        (
            "standard",
            {"whsec": ["whsk_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"]},
            [("whsec", "is not whsec_ and the base64 of a key")],
        ),
        ("google-forms", {"whsec": [""]}, [("whsec", "is empty")]),
        ("google-forms", {"secret": ["qqqq"]}, [("whsec", "is missing")]),
        ("standard", {"whsec": ["v1,whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"]}, []),
        ("standard", {"whsec": ["whsec_AAAA", "whsec_ AAAB AAAC", "AAAAAA"]}, []),
        ("typeform", {"secret": ["abc\n"]}, [("secret", "begins or ends with white space")]),
        ("tally", {}, [("secret", "is missing")]),
        ("telegram", {"secret_token": ["a b"]}, [("secret_token", "has other characters than A-Z a-z 0-9 _ -")]),
        ("telegram", {"bot_token": ["TEST"]}, [("bot_token", "is not a bot's number, a colon and a token")]),
        ("telegram", {"bot_token": ["42:TEST"]}, []),
        ("vk", {"mini_app_secret": ["qqqq"]}, []),
        ("vk", {"group_id": ["98765"]}, [("secret | mini_app_secret", "is missing")]),
        (
            "meta",
            {"app_secret": [" qqqq"], "verify_token": ["wwww"], "page_access_token": ["EA AB"]},
            [("app_secret", "begins or ends with white space"), ("page_access_token", "has white space in it")],
        ),
    ],
)
def test_a_secret_that_cannot_work_is_said_at_once_and_never_itself(
    provider: str,
    secrets: dict[str, list[str]],
    expected: list[tuple[str, str]],
    told: Callable[[], list[tuple[str, str]]],
    caplog: pytest.LogCaptureFixture,
) -> None:
    EnvironmentAccounts(msgspec.json.encode({provider: {"ours": secrets}}).decode())

    assert told() == expected
    assert not any(value.strip() and value.strip() in caplog.text for values in secrets.values() for value in values)


def test_a_stored_secret_that_cannot_work_is_said_when_it_is_read_and_not_each_minute(
    store: Store, told: Callable[[], list[tuple[str, str]]]
) -> None:
    clock = Clock()
    stored = StoredAccounts(store, PATH, clock)
    store.put("typeform", "bad", '{"secret": ["abc "]}')

    for _ in range(3):
        stored.of("typeform")
        clock.now += CACHE_SECONDS

    assert told() == [("secret", "begins or ends with white space")]
