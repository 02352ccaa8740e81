"""`token`: issued over the API, but for the first of an installation."""

import time

import pytest

from chalicelib.domain.tokens import ALL_CAMPAIGNS, DAY_MS, SCOPES, USUAL_DAYS
from tests.ops.conftest import Operator


def test_a_token_is_printed_that_the_registry_knows(operator: Operator) -> None:
    before = operator.services.now()
    options = ("--label", "a bank", "--days", "7", "--region", "KZ-75", "--sandbox")
    code, printed, _ = operator.run("token", "issue", "2026", "record", "read", *options)

    token = operator.services.registry.token(printed.strip())
    assert code == 0
    assert token is not None
    assert (token.label, token.scopes, token.campaign) == ("a bank", ("record", "read"), "2026")
    assert (token.region, token.sandbox) == ("KZ-75", True)
    assert before + 7 * DAY_MS <= (token.expires_at or 0) <= operator.services.now() + 7 * DAY_MS


@pytest.mark.parametrize(("option", "days"), [([], USUAL_DAYS), (["--never"], None)])
def test_a_token_ends_unless_it_is_said_that_it_never_does(
    operator: Operator, option: list[str], days: int | None
) -> None:
    answer = operator.answer("token", "issue", "*", "read", "--label", "us", *option)

    token = operator.services.registry.token(answer["token"])
    assert token is not None
    assert token.created_at is not None
    assert token.expires_at == (None if days is None else token.created_at + days * DAY_MS)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["2026", "fly"], "scopes: Must be a list of at least one of record"),
        (["2027", "read"], "campaign: "),
        (["2026", "erase", "--region", "KZ-75"], "scopes: A token of one region"),
        (["2026", "read", "--region", "KZ-99"], "region: "),
        (["2026", "read", "--days", "0"], "0 is not in the range 1<=x<=3652"),
    ],
)
def test_a_token_that_cannot_be_is_not_made(operator: Operator, arguments: list[str], says: str) -> None:
    before = len(operator.services.registry.tokens())

    code, out, err = operator.run("token", "issue", *arguments, "--label", "a bank")

    assert (code, out) == (2, "")
    assert says in err
    assert len(operator.services.registry.tokens()) == before


def test_nobody_gives_what_they_do_not_have(operator: Operator) -> None:
    operator.become("admin", "read", campaign="2026")

    assert operator.says("token", "issue", "2026", "erase", "--label", "x", code=2).startswith("403: ")


def test_tokens_are_listed_and_revoked_without_their_secrets(operator: Operator) -> None:
    text = operator.answer("token", "issue", "2026", "read", "--label", "a bank")["token"]
    token_id = text.split("_")[1]

    shown = operator.run("token", "list")[1]
    said = operator.says("token", "revoke", token_id, "--yes")
    listed = next(one for one in operator.answer("token", "list") if one["id"] == token_id)

    assert "a bank" in shown
    assert text.split("_", 2)[2] not in shown
    assert said.startswith(f"{token_id} is let in nowhere from 20")
    assert (listed["revoked_at"] is None, "secret_hash" in listed) == (False, False)
    assert operator.says("token", "revoke", token_id).startswith(f"{token_id} was revoked at 20")
    assert operator.says("token", "revoke", "unknown", code=2) == "there is no token unknown\n"


def test_a_token_is_revoked_only_by_who_says_yes(operator: Operator) -> None:
    token_id = operator.answer("token", "issue", "2026", "read", "--label", "a bank")["id"]
    operator.types("no")

    said = operator.says("token", "revoke", token_id, code=1)

    assert said.startswith("The token of a bank (read, campaign 2026) is refused from then on")
    assert all(one.revoked_at is None for one in operator.services.registry.tokens())


def test_the_first_token_is_made_without_the_api(operator: Operator, monkeypatch: pytest.MonkeyPatch) -> None:
    for known in operator.services.registry.tokens():
        operator.services.registry.revoke_token(known, 1)
    monkeypatch.delenv("QAIYRYM_URL")
    monkeypatch.delenv("QAIYRYM_TOKEN")

    code, printed, _ = operator.run("token", "first", "--label", "the organisers")

    token = operator.services.registry.token(printed.strip())
    assert code == 0
    assert token is not None
    assert (token.label, token.scopes, token.campaign) == ("the organisers", SCOPES, ALL_CAMPAIGNS)
    assert token.expires_at is not None
    assert token.expires_at > time.time() * 1000


def test_another_first_token_is_asked_for(operator: Operator) -> None:
    operator.types("n")
    before = len(operator.services.registry.tokens())

    said = operator.says("token", "first", "--label", "me", code=1)

    assert "There are tokens that administer everything (somebody on duty)" in said
    assert len(operator.services.registry.tokens()) == before
