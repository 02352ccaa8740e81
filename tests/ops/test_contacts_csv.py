"""Which contacts are exported, and how they are written."""

import csv
import io
from collections.abc import Collection

from chalicelib.domain.folding import fold
from chalicelib.domain.identity import Consent, Contact
from chalicelib.participations.contacts import ActNote, StoredContact
from ops.contacts_csv import COLUMNS, current_consents, write

NOW = 1_780_000_000_000
EMAILS = Consent("Хат алуға келісемін", "2026-1")
CALLS = Consent("Қоңырауға келісемін", "2026-1")


def note(at: int, consent: Consent | None, *, source: str = "api", withdrawn_at: int | None = None) -> ActNote:
    by = None if withdrawn_at is None else "api t1"
    return ActNote(at, at, source, consent=consent, withdrawn_at=withdrawn_at, withdrawn_by=by)


def contact(given: Contact, expires_at: int = NOW // 1000 + 1) -> StoredContact:
    return StoredContact(
        key="k",
        campaign="2026",
        participant="p",
        participant_type="citizen",
        place="KZ-75",
        known_by="phone",
        given=given,
        expires_at=expires_at,
    )


def exported(given: StoredContact, *notes: ActNote, hidden: Collection[str] = ()) -> list[dict[str, str]]:
    to = io.StringIO(newline="")
    write([(given, notes)], hidden, NOW, to)
    to.seek(0)
    return list(csv.DictReader(to))


def test_who_agreed_is_exported_with_words_version_time_and_channel_of_the_consent() -> None:
    given = Contact(name="Айгерім", phone="+77010000001", email="a@example.com")

    assert exported(contact(given), note(1, EMAILS, source="telegram")) == [
        {
            "participant_type": "citizen",
            "name": "Айгерім",
            "organisation": "",
            "phone": "+77010000001",
            "email": "a@example.com",
            "place": "KZ-75",
            "consent_text": "Хат алуға келісемін",
            "consent_version": "2026-1",
            "consent_given_at": "1970-01-01T00:00:00.001Z",
            "consent_source": "telegram",
        }
    ]


def test_who_never_agreed_is_not_exported() -> None:
    assert exported(contact(Contact(phone="+77010000001")), note(1, None)) == []
    assert exported(contact(Contact(phone="+77010000001"))) == []


def test_who_withdrew_is_not_exported() -> None:
    assert exported(contact(Contact(phone="+77010000001")), note(1, EMAILS, withdrawn_at=2)) == []


def test_who_agreed_again_after_that_is() -> None:
    rows = exported(contact(Contact(phone="+77010000001")), note(1, EMAILS, withdrawn_at=2), note(3, EMAILS))

    assert [row["consent_given_at"] for row in rows] == ["1970-01-01T00:00:00.003Z"]


def test_the_same_words_are_one_consent_as_it_was_given_last() -> None:
    given = [note(3, EMAILS), note(1, EMAILS), note(2, CALLS), note(4, CALLS, withdrawn_at=5)]

    assert [(one.at, consent) for one, consent in current_consents(given)] == [(3, EMAILS), (2, CALLS)]


def test_what_has_expired_is_not_exported_though_the_store_still_has_it() -> None:
    assert exported(contact(Contact(phone="+77010000001"), NOW // 1000), note(1, EMAILS)) == []


def test_what_somebody_wrote_is_no_formula_of_a_spreadsheet() -> None:
    given = Contact(name='=HYPERLINK("http://example.com")', organisation="@SUM(1)", phone="+77010000001")
    (row,) = exported(contact(given), note(1, Consent("-2+3", "+1")))

    assert (row["name"], row["organisation"]) == ('\'=HYPERLINK("http://example.com")', "'@SUM(1)")
    assert (row["consent_text"], row["consent_version"], row["phone"]) == ("'-2+3", "'+1", "+77010000001")


def test_a_name_that_is_hidden_is_left_out_however_it_is_written() -> None:
    given = contact(Contact(name="Айгерім", organisation="Зұлымдық ЖШС", phone="+77010000001"))

    for spelling in ("Зұлымдық ЖШС", "ЗҰЛЫМДЫҚ  жшс"):
        (row,) = exported(given, note(1, EMAILS), hidden={fold(spelling)})
        assert (row["name"], row["organisation"]) == ("Айгерім", "")
    (row,) = exported(given, note(1, EMAILS), hidden={fold("Мейірім қоры")})
    assert row["organisation"] == "Зұлымдық ЖШС"


def test_an_export_of_nobody_has_its_columns() -> None:
    to = io.StringIO(newline="")
    write([], (), NOW, to)

    assert to.getvalue() == f"{','.join(COLUMNS)}\r\n"
