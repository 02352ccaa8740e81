import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from ops.errors import CannotRun
from ops.rehearse.accounts import RehearsalAccount, accounts
from ops.rehearse.campaign import NAMES
from ops.rehearse.hooks import hook, hook_channels
from ops.rehearse.stage import set_up


@pytest.fixture(autouse=True)
def nothing_given(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("HOOK_SECRETS", "QAIYRYM_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("DATA_DIR", str(tmp_path))


def test_the_local_system_tells_its_own(tmp_path: Path) -> None:
    (tmp_path / "run.json").write_text(json.dumps({"hooks": {"tally": {"secret": "s1"}}}))

    assert accounts(None) == {"tally": RehearsalAccount("tally", "local", {"secret": "s1"})}


def test_those_of_another_installation_are_given_newest_first(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "run.json").write_text(json.dumps({"hooks": {"vk": {"secret": "s1"}}}))
    monkeypatch.setenv("HOOK_SECRETS", json.dumps({"tally": {"ours": {"secret": ["new", "old"]}}}))

    assert accounts("prod") == {"tally": RehearsalAccount("tally", "ours", {"secret": "new"})}


def test_of_a_stage_nothing_is_known_that_is_not_given(tmp_path: Path) -> None:
    (tmp_path / "run.json").write_text(json.dumps({"hooks": {"tally": {"secret": "s1"}}}))

    assert accounts("prod") == {}


def test_what_is_given_and_cannot_be_read_is_told_without_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOOK_SECRETS", '{"tally": "hush"}')

    with pytest.raises(CannotRun) as refused:
        accounts(None)

    assert "hush" not in str(refused.value)


def test_a_way_without_its_secret_is_none() -> None:
    known = {"telegram": RehearsalAccount("telegram", "local", {"secret_token": "t", "bot_token": ""})}

    assert [way for way in hook_channels() if hook(way, "rehearsal-1", known) is not None] == ["telegram"]


class Api:
    """An API that has a campaign, others, and a form of one of these, and tells what it is asked to change."""

    def __init__(self, state: str, others: Sequence[Mapping[str, object]] = (), form: Mapping[str, str] = {}) -> None:
        self.url = "http://qaiyrym.example"
        self.state = state
        self.others = others
        self.forms = [form] if form else []
        self.changed: list[str] = []

    def get(self, path: str) -> object:
        campaign = {"id": "there", "state": self.state, "names": {}}
        lists = {"/v1/forms": {"forms": self.forms}, "/v1/campaigns": {"campaigns": [campaign, *self.others]}}
        return lists.get(path, campaign)

    def put(self, path: str, body: object, **_: object) -> None:
        self.changed.append(path)

    def post(self, path: str, body: object) -> object:
        self.changed.append(path)
        return {"id": "id", "token": "qy_id_secret"}


@pytest.mark.parametrize(
    ("state", "again"), [("live", False), ("live", True), ("frozen", True), ("ended", True), ("test", False)]
)
def test_no_campaign_that_is_there_is_rehearsed_in(state: str, again: bool) -> None:
    api = Api(state)

    with pytest.raises(CannotRun, match=f"there is a campaign there, in state {state}"):
        set_up(api, "there", {}, again=again)  # type: ignore[arg-type]

    assert api.changed == []


def test_a_demo_goes_on_in_its_campaign_and_leaves_out_what_it_has_no_secrets_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    api = Api("test")
    monkeypatch.setattr("ops.rehearse.stage.time.sleep", lambda _: None)
    known = {"tally": RehearsalAccount("tally", "local", {"secret": "s1"})}

    scene = set_up(api, "there", known, again=True)  # type: ignore[arg-type]

    assert api.changed == ["/v1/forms/tally/local/there", *["/v1/tokens"] * 3]
    assert scene.channels == ("api", "batch", "tally")
    assert "typeform: its secrets are not known here" in scene.left_out
    assert any(missing.startswith("leads of Meta") for missing in scene.left_out)


@pytest.mark.parametrize(
    ("names", "state", "is_taken"),
    [
        (NAMES, "test", True),
        (NAMES, "ended", True),
        (NAMES, "live", False),
        (NAMES, "frozen", False),
        ({**NAMES, "en": "Marathon"}, "test", False),
    ],
)
def test_a_form_that_there_is_once_is_taken_over_from_an_earlier_rehearsal_alone(
    monkeypatch: pytest.MonkeyPatch, names: Mapping[str, str], state: str, is_taken: bool
) -> None:
    form = {"provider": "telegram", "account": "local", "form": "web_app_data", "campaign": "first"}
    api = Api("test", [{"id": "first", "names": names, "state": state}], form)
    monkeypatch.setattr("ops.rehearse.stage.time.sleep", lambda _: None)
    known = {"telegram": RehearsalAccount("telegram", "local", {"secret_token": "t"})}

    scene = set_up(api, "there", known, again=True)  # type: ignore[arg-type]

    path = "telegram: the form telegram/local/web_app_data"
    assert ("/v1/forms/telegram/local/web_app_data" in api.changed) == ("telegram" in scene.channels) == is_taken
    assert (f"{path} is of campaign first" in scene.left_out) == (not is_taken)
    assert scene.taken_over == ([f"{path} was of campaign first, an earlier rehearsal"] if is_taken else [])


def test_a_form_of_the_campaign_itself_is_taken_over_from_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    api = Api("test", form={"provider": "tally", "account": "local", "form": "there", "campaign": "there"})
    monkeypatch.setattr("ops.rehearse.stage.time.sleep", lambda _: None)

    scene = set_up(api, "there", {"tally": RehearsalAccount("tally", "local", {"secret": "s1"})}, again=True)  # type: ignore[arg-type]

    assert (scene.channels, scene.taken_over) == (("api", "batch", "tally"), [])
