"""What each rule of bad input says: where, and by which code."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.commands import Changes
from chalicelib.domain.folding import fold
from chalicelib.domain.identity import Consent, Contact
from chalicelib.domain.participation import Act, Money
from chalicelib.intake.faults import Fault, Invalid
from chalicelib.intake.participations import (
    LATEST_AHEAD,
    Draft,
    read_correction,
    read_erasure,
    read_participation,
    read_reason,
)

NOW = 1_780_286_400_000
"""2026-06-01T04:00:00Z"""

PHONE = "+7 701 123 45 67"
BIN = "123456789013"


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
        read_participation(raw, "api", NOW)
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
            hours=30,
            amount={"currency": "KZT", "value": 500_000},
            occurred_at="2026-06-01T08:30:00+05:00",
            consent={"text": "Келісемін", "version": "2"},
            note="With friends.\nTwice.",
        ),
        "api",
        NOW,
    )

    assert draft == Draft(
        act=Act(
            kind="donation",
            participant_type="ngo",
            place="KZ-75",
            source="api",
            topic="fundraising",
            organisation="Үміт қоры",
            people=12,
            hours=30,
            amount=Money("KZT", 500_000),
        ),
        contact=Contact(
            name="Айгерім Үлгі",
            phone="+77011234567",
            email="aigerim@example.kz",
            organisation="Үміт қоры",
            bin=BIN,
            consent=Consent("Келісемін", "2"),
            note="With friends.\nTwice.",
        ),
        identity=f"organisation bin {BIN}",
        occurred_at=NOW - 30 * 60 * 1000,
    )


def test_a_request_says_one_person_and_no_hours_where_it_says_nothing() -> None:
    act = read_participation(request(), "api", NOW).act

    assert (act.people, act.hours, act.amount, act.topic) == (1, 0, None, None)


def test_an_act_of_a_citizen_never_shows_an_organisation() -> None:
    draft = read_participation(by(phone=PHONE, organisation="Where I work"), "api", NOW)

    assert draft.act.organisation is None
    assert draft.contact.organisation == "Where I work"


def test_null_is_as_good_as_nothing() -> None:
    nothing = dict.fromkeys(["topic", "amount", "occurred_at", "consent", "note"])

    assert read_participation(request(**nothing), "api", NOW) == read_participation(request(), "api", NOW)


def test_an_act_abroad_has_a_country() -> None:
    assert read_participation(request(place={"country": "DE"}), "api", NOW).act.place == "DE"


def test_a_letter_code_of_a_region_becomes_its_code_of_today() -> None:
    assert read_participation(request(place={"region": "KZ-ALA"}), "api", NOW).act.place == "KZ-75"


def test_a_participant_may_give_nothing_to_be_known_by() -> None:
    assert read_participation(by(name="Айгерім"), "api", NOW).identity is None


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
        (by("ngo", organisation=" "), "#/participant/organisation", "line"),
        (by("ngo", organisation="\t"), "#/participant/organisation", "display"),
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
        read_participation(request(kind="x", place={"region": "KZ-ALM"}), "api", NOW)

    kind, region = invalid.value.faults
    assert kind.values["choices"].startswith("volunteering, good_deed, ")
    assert region == Fault("#/place/region", "region_ambiguous", {"candidates": "KZ-19, KZ-33"})


def test_an_act_may_be_a_day_ahead_and_no_more() -> None:
    assert read_participation(request(occurred_at="2026-06-02T04:00:00Z"), "api", NOW).occurred_at == NOW + LATEST_AHEAD
    assert faults(request(occurred_at="2026-06-02T04:00:00.001Z")) == [("#/occurred_at", "future")]


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
        max_leaves=10,
    ),
    st.sampled_from(["kind", "participant", "place", "topic", "people", "amount", "occurred_at", "consent", "x"]),
)
def test_whatever_is_sent_is_read_or_refused(value: object, member: str) -> None:
    found: tuple[Fault, ...] = ()
    try:
        read_participation(request(**{member: value}), "api", NOW)
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
        ({"reason": " "}, "#/reason", "line"),
        ({"reason": "see a@example.kz"}, "#/reason", "contact_details"),
        ({"reason": "ok", "by": "me"}, "#/by", "unknown_field"),
    ],
)
def test_each_bad_field_of_a_reason_is_named(raw: object, pointer: str, code: str) -> None:
    with pytest.raises(Invalid) as invalid:
        read_reason(raw)

    assert [(fault.pointer, fault.code) for fault in invalid.value.faults] == [(pointer, code)]


def test_a_correction_holds_what_it_replaces_and_nothing_else() -> None:
    reason, changes = read_correction({"reason": "a slip", "people": 3, "place": {"region": "KZ-71"}})

    assert (reason, changes) == ("a slip", Changes(people=3, place="KZ-71"))


@pytest.mark.parametrize(
    ("raw", "pointer", "code"),
    [
        ({"people": 3}, "#/reason", "required"),
        ({"reason": "a slip", "people": 0}, "#/people", "people"),
        ({"reason": "a slip", "place": {}}, "#/place", "region_or_country"),
        ({"reason": "a slip", "participant": {}}, "#/participant", "unknown_field"),
    ],
)
def test_each_bad_field_of_a_correction_is_named(raw: object, pointer: str, code: str) -> None:
    with pytest.raises(Invalid) as invalid:
        read_correction(raw)

    assert [(fault.pointer, fault.code) for fault in invalid.value.faults] == [(pointer, code)]


@pytest.mark.parametrize(
    ("raw", "identity"),
    [
        ({"participant": {"type": "citizen", "phone": "8 701 123 45 67"}}, "person phone +77011234567"),
        ({"participant": {"type": "citizen", "email": "A@example.kz"}}, "person email a@example.kz"),
        ({"participant": {"type": "school", "bin": BIN}}, f"organisation bin {BIN}"),
        (
            {"participant": {"type": "school", "organisation": "Мектеп №5"}, "place": {"region": "KZ-75"}},
            f"organisation name KZ-75 {fold('Мектеп №5')}",
        ),
    ],
)
def test_a_participant_is_erased_by_what_they_are_known_by(raw: object, identity: str) -> None:
    assert read_erasure(raw) == identity


@pytest.mark.parametrize(
    ("raw", "pointer", "code"),
    [
        ({}, "#/participant", "required"),
        ({"participant": {"type": "citizen"}}, "#/participant", "nothing_identifies"),
        ({"participant": {"type": "citizen", "name": "Айгерім"}}, "#/participant", "nothing_identifies"),
        ({"participant": {"type": "school", "organisation": "Мектеп №5"}}, "#/place", "required"),
    ],
)
def test_each_bad_field_of_an_erasure_is_named(raw: object, pointer: str, code: str) -> None:
    with pytest.raises(Invalid) as invalid:
        read_erasure(raw)

    assert [(fault.pointer, fault.code) for fault in invalid.value.faults] == [(pointer, code)]
