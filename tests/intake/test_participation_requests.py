"""What each rule of bad input says: where, and by which code."""

from typing import Any

import pytest
from hypothesis import strategies as st

from chalicelib.domain.commands import Changes
from chalicelib.domain.identity import Consent, Contact
from chalicelib.domain.participation import Act, Money
from chalicelib.intake.faults import Fault, Invalid
from chalicelib.intake.participation_requests import (
    LATEST_AHEAD,
    Correction,
    Draft,
    Person,
    Sender,
    read_correction,
    read_participation,
    read_person,
    read_reason,
)
from tests.laws import few_and_many

NOW = 1_780_286_400_000
"""2026-06-01T04:00:00Z"""

PHONE = "+7 701 123 45 67"
BIN = "123456789013"
API = Sender("api", token="partner")


def request(**members: Any) -> dict[str, Any]:
    return {
        "kind": "good_deed",
        "participant": {"type": "citizen", "phone": PHONE},
        "place": {"region": "KZ-75"},
        **members,
    }


def by(participant_type: str = "citizen", **details: Any) -> dict[str, Any]:
    return request(participant={"type": participant_type, **details})


def faults(raw: object) -> list[tuple[str, str]]:
    with pytest.raises(Invalid) as invalid:
        read_participation(raw, API, NOW)
    return [(fault.pointer, fault.code) for fault in invalid.value.faults]


def test_a_full_request_becomes_an_act_and_a_contact() -> None:
    draft = read_participation(
        request(
            kind="donation",
            topic="fundraising",
            participant={
                "type": "ngo",
                "name": "  Айгерім   Үлгі ",
                "phone": "8 (701) 123-45-67",
                "email": "Aigerim@Example.KZ",
                "organisation": "Үміт   қоры",
                "bin": BIN,
            },
            people=12,
            hours=30.5,
            amount={"currency": "KZT", "value": 500_000},
            occurred_at="2026-06-01T08:30:00+05:00",
            consent={"text": "Келісемін", "version": "2"},
            note="With friends.\nTwice.",
        ),
        API,
        NOW,
    )

    assert draft == Draft(
        act=Act(
            kind="donation",
            participant_type="ngo",
            place="KZ-75",
            source="api",
            token="partner",
            topic="fundraising",
            people=12,
            minutes=1_830,
            pledged=Money("KZT", 500_000),
        ),
        contact=Contact(
            name="Айгерім Үлгі",
            phone="+77011234567",
            email="aigerim@example.kz",
            organisation="Үміт қоры",
            bin=BIN,
        ),
        identity=f"organisation bin {BIN}",
        occurred_at=NOW - 30 * 60 * 1000,
        consent=Consent("Келісемін", "2"),
        note="With friends.\nTwice.",
    )


def test_a_request_says_one_person_and_no_hours_where_it_says_nothing() -> None:
    act = read_participation(request(), API, NOW).act

    assert (act.people, act.minutes, act.pledged, act.confirmed, act.topic) == (1, 0, None, None, None)


def test_an_act_of_a_citizen_never_shows_an_organisation() -> None:
    draft = read_participation(by(phone=PHONE, organisation="Where I work"), API, NOW)

    assert (draft.act.name, draft.contact.organisation) == (None, None)
    assert draft.identity == "person phone +77011234567"


def test_what_is_promised_is_no_payment() -> None:
    act = read_participation(request(amount={"currency": "KZT", "value": 5}), API, NOW).act

    assert (act.pledged, act.confirmed) == (Money("KZT", 5), None)


@pytest.mark.parametrize(
    ("sender", "form", "token"),
    [(API, None, "partner"), (Sender("vk", form="vk/194400001/1"), "vk/194400001/1", None)],
)
def test_an_act_tells_which_way_it_came(sender: Sender, form: str | None, token: str | None) -> None:
    act = read_participation(request(), sender, NOW).act

    assert (act.source, act.form, act.token) == (sender.source, form, token)


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("  Үміт \u00a0  қоры ", "Үміт қоры"),
        ("\u2067Үміт\u2069 қоры\u200b", "Үміт қоры"),
        ("Алматинскии\u0306 лицеи\u0306", "Алматинский лицей"),
    ],
)
def test_names_are_stored_without_what_nobody_sees(written: str, shown: str) -> None:
    draft = read_participation(by("ngo", name=written, organisation=written), API, NOW)

    assert (draft.contact.name, draft.contact.organisation) == (shown, shown)


def test_a_name_of_nothing_that_can_be_seen_is_none() -> None:
    assert read_participation(by(name="\u3164\u200b"), API, NOW).contact.name is None


@pytest.mark.parametrize(
    "written", ["қайырымды  МЕКТЕП №5", "Қaйырымды мектеп №5", "Қайырымды мектеп №5\u200b", "Қайырымды мектеп No5"]
)
def test_an_organisation_is_the_same_however_its_name_is_written(written: str) -> None:
    one, other = (
        read_participation(by("school", organisation=name), API, NOW).identity
        for name in (written, "Қайырымды мектеп №5")
    )

    assert one == other


MINI_APP = Sender("telegram", form="telegram/ours/f", user="telegram 5")


def test_a_user_who_is_signed_in_is_known_by_nothing_else() -> None:
    draft = read_participation(by(name="Айгерім"), MINI_APP, NOW)

    assert draft.identity == "person user telegram 5"
    assert draft.contact == Contact(name="Айгерім", user="telegram 5", verified=True)
    assert draft.act.verified


@pytest.mark.parametrize(
    ("details", "identity"),
    [
        ({"phone": PHONE, "email": "a@example.kz"}, "person phone +77011234567"),
        ({"email": "a@example.kz"}, "person email a@example.kz"),
    ],
)
def test_what_a_user_types_goes_before_who_they_are_and_nobody_vouches_for_it(
    details: dict[str, str], identity: str
) -> None:
    draft = read_participation(by(**details), MINI_APP, NOW)

    assert (draft.identity, draft.contact.user) == (identity, "telegram 5")
    assert not draft.contact.verified
    assert not draft.act.verified


@pytest.mark.parametrize(
    ("participant_type", "details", "verified"),
    [
        ("citizen", {"phone": PHONE}, True),
        ("citizen", {"phone": "8 702 123 45 67"}, False),
        ("citizen", {"email": "a@example.kz"}, False),
        ("citizen", {}, False),
        ("business", {"phone": PHONE}, True),
        ("business", {"phone": PHONE, "bin": BIN}, False),
        ("business", {"phone": "8 702 123 45 67", "bin": BIN}, False),
    ],
)
def test_only_the_phone_that_a_provider_vouches_for_is_verified(
    participant_type: str, details: dict[str, str], verified: bool
) -> None:
    sender = Sender("whatsapp", form="whatsapp/1/2", vouched_phone="+77011234567")

    draft = read_participation(by(participant_type, **details), sender, NOW)

    assert (draft.act.verified, draft.contact.verified) == (verified, verified)


def test_an_organisation_that_a_user_reports_for_is_not_vouched_for() -> None:
    draft = read_participation(by("business", bin=BIN), MINI_APP, NOW)

    assert (draft.identity, draft.act.verified) == (f"organisation bin {BIN}", False)


def test_null_is_as_good_as_nothing() -> None:
    nothing = dict.fromkeys(["topic", "amount", "occurred_at", "consent", "note"])

    assert read_participation(request(**nothing), API, NOW) == read_participation(request(), API, NOW)


def test_an_act_abroad_has_a_country() -> None:
    assert read_participation(request(place={"country": "DE"}), API, NOW).act.place == "DE"


def test_a_letter_code_of_a_region_becomes_its_code_of_today() -> None:
    assert read_participation(request(place={"region": "KZ-ALA"}), API, NOW).act.place == "KZ-75"


def test_a_participant_may_give_nothing_to_be_known_by() -> None:
    assert read_participation(by(name="Айгерім"), API, NOW).identity is None


@pytest.mark.parametrize(
    ("raw", "pointer", "code"),
    [
        ([], "#", "object"),
        (None, "#", "object"),
        ("text", "#", "object"),
        ({}, "#/kind", "required"),
        ({}, "#/participant", "required"),
        ({}, "#/place", "required"),
        (request(colour="red"), "#/colour", "unknown_field"),
        (request(**{"a/b~c d": 1}), "#/a~1b~0c%20d", "unknown_field"),
        (request(kind="murder"), "#/kind", "choice"),
        (request(kind=None), "#/kind", "choice"),
        (request(topic="Fund raising"), "#/topic", "slug"),
        (request(topic="a" * 41), "#/topic", "slug"),
        (request(topic="fundraising\n"), "#/topic", "slug"),
        (request(participant="me"), "#/participant", "object"),
        (request(participant={}), "#/participant/type", "required"),
        (by("alien"), "#/participant/type", "choice"),
        (by(age=5), "#/participant/age", "unknown_field"),
        (by(name="a\nb"), "#/participant/name", "line"),
        (by(name="a\u2028b"), "#/participant/name", "line"),
        (by(name=""), "#/participant/name", "line"),
        (by(name="a" * 201), "#/participant/name", "line"),
        (by(name=5), "#/participant/name", "line"),
        (by(phone="12"), "#/participant/phone", "phone"),
        (by(phone="+7 000 000 00 00"), "#/participant/phone", "phone"),
        (by(phone=77011234567), "#/participant/phone", "phone"),
        (by(email="nobody"), "#/participant/email", "email"),
        (by(email="a@b"), "#/participant/email", "email"),
        (by("business", bin="123456789012"), "#/participant/bin", "bin"),
        (by("business", bin="12345678901"), "#/participant/bin", "bin"),
        (by("business", bin=f"{BIN}\n"), "#/participant/bin", "bin"),
        (by(bin=BIN), "#/participant/bin", "bin_of_person"),
        (by("ngo", organisation=" "), "#/participant/organisation", "nothing_to_read"),
        (by("ngo", organisation="\u3164\u200b"), "#/participant/organisation", "nothing_to_read"),
        (by("ngo", organisation="\t"), "#/participant/organisation", "display"),
        (by("ngo", organisation=""), "#/participant/organisation", "display"),
        (by("ngo", organisation="а" * 201), "#/participant/organisation", "display"),
        (by("ngo", organisation="\ufdfa" * 20), "#/participant/organisation", "too_long"),
        (by("ngo", organisation="Зло.қаз"), "#/participant/organisation", "link"),
        (by("ngo", organisation="Instagram: zlo"), "#/participant/organisation", "handle"),
        (by("ngo", organisation="call 8 701 123 45 67"), "#/participant/organisation", "contact_details"),
        (by("ngo", organisation="a@example.kz"), "#/participant/organisation", "contact_details"),
        (request(place="KZ-75"), "#/place", "object"),
        (request(place={}), "#/place", "region_or_country"),
        (request(place={"region": "KZ-75", "country": "DE"}), "#/place", "region_or_country"),
        (request(place={"region": "KZ-99"}), "#/place/region", "region"),
        (request(place={"region": "KZ-ALM"}), "#/place/region", "region_ambiguous"),
        (request(place={"country": "XX"}), "#/place/country", "country"),
        (request(place={"country": "de"}), "#/place/country", "country"),
        (request(place={"country": "KZ"}), "#/place/country", "country_is_home"),
        (request(people=0), "#/people", "people"),
        (request(people=-1), "#/people", "people"),
        (request(people=1.5), "#/people", "people"),
        (request(people="1"), "#/people", "people"),
        (request(people=True), "#/people", "people"),
        (request(people=10**9 + 1), "#/people", "people"),
        (request(people=None), "#/people", "people"),
        (request(hours=-1), "#/hours", "hours"),
        (request(hours=0.25), "#/hours", "hours"),
        (request(hours="2"), "#/hours", "hours"),
        (request(hours=True), "#/hours", "hours"),
        (request(hours=10**9 + 1), "#/hours", "hours"),
        (request(amount=5), "#/amount", "object"),
        (request(amount={"value": 5}), "#/amount/currency", "required"),
        (request(amount={"currency": "KZT"}), "#/amount/value", "required"),
        (request(amount={"currency": "XXX", "value": 5}), "#/amount/currency", "currency"),
        (request(amount={"currency": "KZT", "value": 0}), "#/amount/value", "amount"),
        (request(amount={"currency": "KZT", "value": 10**15 + 1}), "#/amount/value", "amount"),
        (request(amount={"currency": "KZT", "value": 0.5}), "#/amount/value", "amount"),
        (request(occurred_at="yesterday"), "#/occurred_at", "moment"),
        (request(occurred_at="2026-06-01T09:00:00"), "#/occurred_at", "moment"),
        (request(occurred_at=1_780_286_400), "#/occurred_at", "moment"),
        (request(occurred_at="2026-06-02T04:00:01Z"), "#/occurred_at", "future"),
        (request(consent="yes"), "#/consent", "object"),
        (request(consent={"version": "1"}), "#/consent/text", "required"),
        (request(consent={"text": "", "version": "1"}), "#/consent/text", "text"),
        (request(consent={"text": "a", "version": "1\n"}), "#/consent/version", "line"),
        (request(note="\x00"), "#/note", "text"),
        (request(note="a" * 2001), "#/note", "text"),
    ],
)
def test_each_bad_field_is_named(raw: object, pointer: str, code: str) -> None:
    assert (pointer, code) in faults(raw)


def test_every_fault_of_a_request_is_named_at_once() -> None:
    raw = request(kind="x", people=0, place={"region": "?"}, participant={"type": "citizen", "phone": "?", "x": 1})

    assert sorted(faults(raw)) == [
        ("#/kind", "choice"),
        ("#/participant/phone", "phone"),
        ("#/participant/x", "unknown_field"),
        ("#/people", "people"),
        ("#/place/region", "region"),
    ]


def test_a_fault_says_what_would_be_right() -> None:
    with pytest.raises(Invalid) as invalid:
        read_participation(request(kind="x", place={"region": "KZ-ALM"}), API, NOW)

    kind, region = invalid.value.faults
    assert kind.values["choices"].startswith("volunteering, good_deed, ")
    assert region == Fault("#/place/region", "region_ambiguous", {"candidates": "KZ-19, KZ-33"})


def test_an_act_may_be_a_day_ahead_and_no_more() -> None:
    assert read_participation(request(occurred_at="2026-06-02T04:00:00Z"), API, NOW).occurred_at == NOW + LATEST_AHEAD
    assert faults(request(occurred_at="2026-06-02T04:00:00.001Z")) == [("#/occurred_at", "future")]


@few_and_many(
    25,
    150,
    value=st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
        max_leaves=10,
    ),
    member=st.sampled_from(
        ["kind", "participant", "place", "topic", "people", "amount", "occurred_at", "consent", "x"]
    ),
)
def test_whatever_is_sent_is_read_or_refused(value: object, member: str) -> None:
    found: tuple[Fault, ...] = ()
    try:
        read_participation(request(**{member: value}), API, NOW)
    except Invalid as invalid:
        found = invalid.faults

    assert all(fault.pointer.startswith(f"#/{member}") for fault in found)


def test_a_decision_needs_a_reason() -> None:
    assert read_reason({"reason": "a prank"}) == "a prank"


@pytest.mark.parametrize(
    ("raw", "pointer", "code"),
    [
        ({}, "#/reason", "required"),
        ({"reason": ""}, "#/reason", "display"),
        ({"reason": " "}, "#/reason", "nothing_to_read"),
        ({"reason": "see a@example.kz"}, "#/reason", "contact_details"),
        ({"reason": "ok", "by": "me"}, "#/by", "unknown_field"),
    ],
)
def test_each_bad_field_of_a_reason_is_named(raw: object, pointer: str, code: str) -> None:
    with pytest.raises(Invalid) as invalid:
        read_reason(raw)

    assert [(fault.pointer, fault.code) for fault in invalid.value.faults] == [(pointer, code)]


def test_a_correction_holds_what_it_replaces_and_nothing_else() -> None:
    correction = read_correction({"reason": "a slip", "people": 3, "place": {"region": "KZ-71"}})

    assert correction == Correction("a slip", Changes(people=3, place="KZ-71"))


def test_a_correction_may_replace_all_of_an_act_and_its_organisation_s_name() -> None:
    correction = read_correction(
        {
            "reason": "a slip",
            "kind": "donation",
            "topic": "fundraising",
            "place": {"country": "DE"},
            "organisation": " Үміт  қоры\u200b",
            "people": 2,
            "hours": 1.5,
            "amount": {"currency": "EUR", "value": 500},
        }
    )

    assert correction.organisation == "Үміт қоры"
    assert correction.changes == Changes(
        kind="donation", topic="fundraising", place="DE", people=2, minutes=90, pledged=Money("EUR", 500)
    )


def test_a_correction_may_take_away_a_topic_a_name_and_an_amount() -> None:
    correction = read_correction({"reason": "a slip", "topic": None, "organisation": None, "amount": None})

    assert correction == Correction("a slip", Changes(topic=None, pledged=None), None)


@pytest.mark.parametrize(
    ("raw", "pointer", "code"),
    [
        ({"people": 3}, "#/reason", "required"),
        ({"reason": "a slip", "people": None}, "#/people", "people"),
        ({"reason": "a slip", "hours": None}, "#/hours", "hours"),
        ({"reason": "a slip", "place": None}, "#/place", "object"),
        ({"reason": "a slip", "people": 0}, "#/people", "people"),
        ({"reason": "a slip", "hours": 0.1}, "#/hours", "hours"),
        ({"reason": "a slip", "place": {}}, "#/place", "region_or_country"),
        ({"reason": "a slip", "organisation": "a@example.kz"}, "#/organisation", "contact_details"),
        ({"reason": "a slip", "organisation": "\u200b"}, "#/organisation", "nothing_to_read"),
        ({"reason": "a slip", "participant": {}}, "#/participant", "unknown_field"),
    ],
)
def test_each_bad_field_of_a_correction_is_named(raw: object, pointer: str, code: str) -> None:
    with pytest.raises(Invalid) as invalid:
        read_correction(raw)

    assert [(fault.pointer, fault.code) for fault in invalid.value.faults] == [(pointer, code)]


@pytest.mark.parametrize(
    ("participant", "sought"),
    [
        ({"type": "citizen", "phone": "8 701 123 45 67"}, Contact(phone="+77011234567")),
        ({"email": "A@example.kz"}, Contact(email="a@example.kz")),
        ({"user": "telegram 5"}, Contact(user="telegram 5")),
        ({"type": "school", "bin": BIN}, Contact(bin=BIN)),
        (
            {
                "type": "ngo",
                "phone": PHONE,
                "email": "a@example.kz",
                "user": "vk 5",
                "organisation": "Үміт ",
                "bin": BIN,
            },
            Contact(phone="+77011234567", email="a@example.kz", user="vk 5", organisation="Үміт", bin=BIN),
        ),
    ],
)
def test_a_person_is_looked_for_by_any_detail_that_they_gave(participant: dict[str, Any], sought: Contact) -> None:
    assert read_person({"participant": participant}) == Person(participant.get("type"), sought, None)


def test_an_organisation_is_looked_for_by_its_name_and_place() -> None:
    raw = {"participant": {"type": "school", "organisation": "Мектеп  №5"}, "place": {"region": "KZ-ALA"}}

    assert read_person(raw) == Person("school", Contact(organisation="Мектеп №5"), "KZ-75")


@pytest.mark.parametrize(
    ("raw", "pointer", "code"),
    [
        ({}, "#/participant", "required"),
        ({"participant": {"type": "citizen"}}, "#/participant", "nothing_identifies"),
        ({"participant": {}}, "#/participant", "nothing_identifies"),
        ({"participant": {"type": "citizen", "organisation": "Мектеп №5"}}, "#/participant", "nothing_identifies"),
        ({"participant": {"name": "Айгерім"}}, "#/participant/name", "unknown_field"),
        ({"participant": {"type": "school", "organisation": "Мектеп №5"}}, "#/place", "required"),
        ({"participant": {"phone": "+7 701 FLOWERS"}}, "#/participant/phone", "phone"),
        ({"participant": {"email": "nobody"}}, "#/participant/email", "email"),
        ({"participant": {"bin": "123456789012"}}, "#/participant/bin", "bin"),
        ({"participant": {"user": "5"}}, "#/participant/user", "user"),
        ({"participant": {"user": "telegram 5\n"}}, "#/participant/user", "user"),
        ({"participant": {"phone": PHONE}, "place": {}}, "#/place", "region_or_country"),
    ],
)
def test_each_bad_field_of_who_is_looked_for_is_named(raw: object, pointer: str, code: str) -> None:
    with pytest.raises(Invalid) as invalid:
        read_person(raw)

    assert [(fault.pointer, fault.code) for fault in invalid.value.faults] == [(pointer, code)]
