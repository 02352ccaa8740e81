import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.identity import (
    Contact,
    details,
    details_in,
    identify,
    is_bin,
    is_sole_trader,
    normalise_email,
)
from chalicelib.domain.vocabulary import PARTICIPANT_TYPES, ParticipantType

BIN = "123456789013"
FULL = Contact(phone="+77011234567", email="a@example.kz", organisation="Үміт  Қоры", bin=BIN)


LONGEST = f"a@{'b' * 249}.kz"


@pytest.mark.parametrize(
    ("written", "email"),
    [("A@Example.KZ", "a@example.kz"), ("  a.b+c@d.e.f ", "a.b+c@d.e.f"), (LONGEST, LONGEST)],
)
def test_an_email_is_in_lower_case(written: str, email: str) -> None:
    assert normalise_email(written) == email


@pytest.mark.parametrize(
    "text", ["", "a", "a@b", "@b.c", "a@.c", "a b@c.d", "a@b..c", "a@b.c@d.e", f"{'a' * 65}@b.cd", f"{LONGEST}z"]
)
def test_what_is_no_email_is_none(text: str) -> None:
    assert normalise_email(text) is None


@pytest.mark.parametrize(
    "around", ["mailto:{}", "«{}»", "<{}>", '"{}"', "{};", "({})", "{},b@example.kz", "Дана:{}", "\\{}"]
)
def test_what_is_written_around_an_address_makes_it_none(around: str) -> None:
    assert normalise_email(around.format("a@example.kz")) is None


@pytest.mark.parametrize("number", [BIN, "000000000000"])
def test_a_bin_has_twelve_digits_and_the_right_check_digit(number: str) -> None:
    assert is_bin(number)


@pytest.mark.parametrize("text", ["", "123456789012", "12345678901", "1234567890133", "12345678901x", "١٢٣٤٥٦٧٨٩٠١٣"])
def test_what_is_no_bin_is_refused(text: str) -> None:
    assert not is_bin(text)


@given(st.from_regex(r"[0-9]{11}", fullmatch=True), st.integers(0, 9), st.integers(0, 9))
def test_eleven_digits_have_one_check_digit_at_most(stem: str, one: int, other: int) -> None:
    assert one == other or not (is_bin(f"{stem}{one}") and is_bin(f"{stem}{other}"))


@pytest.mark.parametrize("digit", range(10))
def test_where_both_rounds_give_ten_no_digit_is_right(digit: int) -> None:
    assert not is_bin(f"99094000076{digit}")


def test_the_second_round_decides_where_the_first_gives_ten() -> None:
    stem = "00000000010"
    first_round = sum(weight * int(digit) for weight, digit in zip(range(1, 12), stem, strict=True)) % 11

    assert first_round == 10
    assert [digit for digit in range(10) if is_bin(f"{stem}{digit}")] == [1]


def test_a_person_is_known_by_phone_then_by_email() -> None:
    assert identify("citizen", FULL, "KZ-75") == "person phone +77011234567"
    assert identify("citizen", Contact(email="a@example.kz"), "KZ-75") == "person email a@example.kz"
    assert identify("citizen", Contact(user="telegram 7", email="a@example.kz"), "KZ-75") == "person email a@example.kz"
    assert identify("citizen", Contact(user="telegram 7"), "KZ-75") == "person user telegram 7"
    assert identify("citizen", Contact(name="Айгерім", organisation="Үміт", bin=BIN), "KZ-75") is None


@pytest.mark.parametrize("participant_type", [kind for kind in PARTICIPANT_TYPES if kind != "citizen"])
def test_an_organisation_is_known_by_bin_then_name_then_contact(participant_type: ParticipantType) -> None:
    unnumbered = Contact(phone="+77011234567", organisation="Үміт  Қоры")

    assert identify(participant_type, FULL, "KZ-75") == f"organisation bin {BIN}"
    assert identify(participant_type, unnumbered, "KZ-75") == "organisation name KZ-75 үміт қоры"
    assert identify(participant_type, Contact(phone="+77011234567"), "KZ-75") == "organisation phone +77011234567"
    assert identify(participant_type, Contact(email="a@example.kz"), "KZ-75") == "organisation email a@example.kz"
    assert identify(participant_type, Contact(), "KZ-75") is None


def test_a_person_and_an_organisation_with_one_phone_are_two() -> None:
    contact = Contact(phone="+77011234567")

    assert identify("citizen", contact, "KZ-75") != identify("business", contact, "KZ-75")


def test_organisations_of_one_name_in_two_places_are_two() -> None:
    contact = Contact(organisation="№5 мектеп")

    assert identify("school", contact, "KZ-75") != identify("school", contact, "KZ-71")


def test_everything_that_somebody_gave_leads_to_them() -> None:
    assert details(FULL, "KZ-75") == (
        f"bin {BIN}",
        "name KZ-75 үміт қоры",
        "phone +77011234567",
        "email a@example.kz",
    )
    assert details(Contact(user="vk 12", organisation="Үміт")) == ("user vk 12",)


def test_who_can_be_found_by_a_text_that_may_hold_anything() -> None:
    text = "Пишите: <A@Example.kz>; 8 (701) 123-45-67 или +7 707 765 43 21"

    assert details_in(text) == {"email a@example.kz", "phone +77011234567", "phone +77077654321"}
    assert details_in("900101300123 ") == set()
    assert details_in(f" {BIN} ") == details_in(f"{BIN[:6]} {BIN[6:]}") == {f"bin {BIN}"}
    assert details_in("Xenia@example.kz") == {"email xenia@example.kz"}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("mailto:a@example.kz", {"email a@example.kz"}),
        ("почта:a@example.kz,тел.", {"email a@example.kz"}),
        ("a@example.kz/b@example.kz", {"email a@example.kz", "email b@example.kz"}),
        ("a\uff20example.kz", {"email a@example.kz"}),
        ("a@example.kz?subject=x", {"email a@example.kz"}),
        ("a@example.kz+7701", {"email a@example.kz"}),
        (f"БИН {BIN}, Алматы", {f"bin {BIN}"}),
        ("990-940-003-176", {"bin 990940003176"}),
        ("50140001238", {"bin 050140001238"}),
        ("4400 4301 7711 2233", set()),
    ],
)
def test_details_are_found_beside_other_words(text: str, found: set[str]) -> None:
    assert details_in(text) == found


@pytest.mark.parametrize(
    "contact",
    [
        Contact(organisation="ИП Иванова А."),
        Contact(organisation="«ЖК Сәуле»"),
        Contact(organisation="Индивидуальный предприниматель Иванова"),
        Contact(organisation="Жеке кәсіпкер Сәуле"),
        *(
            Contact(organisation=name)
            for name in ("“ИП Сауле”", "ЖK Сәуле", "И.П. Сауле", "IP Saule", "(ИП) Сауле", "Сауле А. ИП", "ИП_Сауле")
        ),
        *(Contact(organisation=name) for name in ("ИΠ Сауле", "𝐈𝐏 Saule", "КХ «Сауле»", "Individual entrepreneur S.")),
        Contact(organisation="Ромашка", bin="900101300123"),
    ],
)
def test_a_sole_trader_is_a_person(contact: Contact) -> None:
    assert is_sole_trader(contact)


@pytest.mark.parametrize("contact", [Contact(organisation="Ипотека"), Contact(organisation="ТОО ИП"), FULL, Contact()])
def test_another_organisation_is_none(contact: Contact) -> None:
    assert not is_sole_trader(contact)
