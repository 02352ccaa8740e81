"""Every way in takes what the rehearsal sends for the act that it was made from, by the participant that did it."""

import time
from collections import defaultdict
from functools import cache
from random import Random

import msgspec
import pytest

from chalicelib.clock import now_ms
from chalicelib.intake.form import Form
from chalicelib.intake.form_requests import read_form
from chalicelib.intake.participation_requests import Draft, Sender, read_participation
from chalicelib.webhooks.delivery import Account, Delivery, Forbidden, Submission
from chalicelib.webhooks.endpoints import HOOK_ENDPOINTS, MINI_APP_ENDPOINTS, Endpoint
from chalicelib.webhooks.received import ReceivedSubmission
from chalicelib.webhooks.submission_reading import read_submission
from ops.rehearse.accounts import RehearsalAccount
from ops.rehearse.acts import Channel, PlannedAct
from ops.rehearse.bad import BadRequests
from ops.rehearse.crowd import Crowd
from ops.rehearse.hooks import Hook, hook, hook_channels
from ops.rehearse.requests import batch, one, participation
from ops.rehearse.wire import Wire

CAMPAIGN = "rehearsal-1"
KNOWN = {
    "meta": RehearsalAccount("meta", "local", {"app_secret": "app-secret-of-meta"}),
    "whatsapp": RehearsalAccount("whatsapp", "local", {"app_secret": "app-secret-of-whatsapp"}),
    "vk": RehearsalAccount(
        "vk", "local", {"secret": "s" * 32, "group_id": "19440", "mini_app_secret": "m" * 20, "app_id": "77"}
    ),
    "telegram": RehearsalAccount("telegram", "local", {"secret_token": "token-token", "bot_token": "42:TEST-TEST"}),
    "typeform": RehearsalAccount("typeform", "local", {"secret": "secret-of-typeform"}),
    "tally": RehearsalAccount("tally", "local", {"secret": "secret-of-tally"}),
    "google-ads": RehearsalAccount("google-ads", "local", {"google_key": "key-of-google"}),
    "google-forms": RehearsalAccount("google-forms", "local", {"whsec": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"}),
    "standard": RehearsalAccount("standard", "local", {"whsec": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"}),
}
EVERY_WAY: tuple[Channel, ...] = ("api", "batch", *hook_channels())


def drawn(count: int, channels: tuple[Channel, ...] = EVERY_WAY) -> list[PlannedAct]:
    crowd = Crowd(CAMPAIGN, Random(1), channels)
    return [crowd.submission() for _ in range(count)]


@cache
def made(channel: Channel) -> Hook:
    found = hook(channel, CAMPAIGN, KNOWN)
    assert found is not None
    return found


def endpoint_of(wire: Wire) -> Endpoint:
    endpoints = MINI_APP_ENDPOINTS if "/submissions/" in wire.path else HOOK_ENDPOINTS
    return endpoints[wire.path.rpartition("/")[2]]


def delivered(wire: Wire) -> Delivery:
    return Delivery(wire.method, {name.lower(): value for name, value in wire.headers.items()}, {}, wire.body)


def received(of: Hook, wire: Wire) -> Draft:
    endpoint, delivery = endpoint_of(wire), delivered(wire)
    configured = KNOWN[of.provider].secrets.items()
    account = Account("local", {name: (value,) for name, value in configured})
    account = endpoint.adapter.authenticate(delivery, [account], int(time.time()))
    (given,) = endpoint.adapter.read(delivery, account)
    assert isinstance(given, Submission)
    content = ReceivedSubmission(endpoint.name, given, now_ms(), None)
    assert (endpoint.provider, content.origin.account, content.origin.form) == (of.provider, of.account, of.form)
    return read_submission(registered(of.channel), content.origin, given, now_ms()).draft


@cache
def registered(channel: Channel) -> Form:
    of = made(channel)
    return read_form(of.provider, of.account, of.form, of.registration(CAMPAIGN))


@cache
def read(number: int) -> Draft:
    """Return what is read of a submission, by its place among those sent."""
    submission = SENT[number]
    if submission.channel in ("api", "batch"):
        return read_participation(participation(submission), Sender("api"), now_ms())
    of = made(submission.channel)
    return received(of, of.delivery(submission))


def assert_is(draft: Draft, sent: PlannedAct) -> None:
    act = draft.act
    pledged = None if act.pledged is None else (act.pledged.currency, act.pledged.value)
    amount = sent.act.amount
    assert (act.kind, act.participant_type, act.place) == (sent.act.kind, sent.participant.type, sent.act.place)
    assert (act.topic, act.people, act.minutes) == (sent.act.topic, sent.act.people, sent.act.minutes)
    assert pledged == (amount and (amount.currency, amount.value))


SENT = drawn(450)


@pytest.mark.parametrize("channel", hook_channels())
def test_a_delivery_says_the_act_that_was_sent(channel: Channel) -> None:
    sent = [number for number, one in enumerate(SENT) if one.channel == channel]
    assert sent

    for number in sent:
        assert_is(read(number), SENT[number])


def test_a_request_says_the_act_that_was_sent() -> None:
    sent = [one for one in SENT if one.channel == "api"]

    for submission in sent:
        wire = one(CAMPAIGN, "qy_token", submission)
        assert_is(read_participation(msgspec.json.decode(wire.body), Sender("api"), now_ms()), submission)


def test_a_batch_has_each_act_under_its_key() -> None:
    sent = [one for one in SENT if one.channel == "batch"][:5]

    entries = msgspec.json.decode(batch(CAMPAIGN, "qy_token", sent).body)["participations"]

    assert entries == [{**participation(one), "idempotency_key": one.key} for one in sent]


def test_a_participant_is_one_over_all_ways_however_they_write_themselves() -> None:
    identities = defaultdict[str, set[str | None]](set)

    for number, submission in enumerate(SENT):
        identities[submission.participant.key].add(read(number).identity)

    assert all(len(found) == 1 for found in identities.values())
    known = [identity for found in identities.values() for identity in found if identity is not None]
    assert len(known) == len(set(known))


def test_no_act_of_who_tells_nothing_of_themselves_is_anothers() -> None:
    nobodies = [one for one in SENT if one.participant.key.startswith("nobody")]

    assert nobodies
    assert len({one.participant.key for one in nobodies}) == len(nobodies)
    assert {read_participation(participation(one), Sender("api"), now_ms()).identity for one in nobodies} == {None}


@pytest.mark.parametrize("channel", hook_channels())
def test_a_forged_delivery_is_none_of_the_providers(channel: Channel) -> None:
    sample = next(one for one in SENT if one.participant.phone and one.act.place.startswith("KZ-"))
    bad = BadRequests(CAMPAIGN, "qy_token", {channel: made(channel)}, None, sample, Random(1))
    forged = next(one for one in bad.all if one.why == f"{channel}: a forged signature").make()
    configured = KNOWN[made(channel).provider].secrets.items()

    with pytest.raises(Forbidden):
        endpoint_of(forged).adapter.authenticate(
            delivered(forged),
            [Account("local", {name: (value,) for name, value in configured})],
            int(time.time()),
        )
