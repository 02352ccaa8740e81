"""Contacts for whoever writes to participants: only those whose consent is current, as CSV (RFC 4180)."""

import csv
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import TextIO

from chalicelib.api.responses import moment
from chalicelib.domain.folding import fold
from chalicelib.domain.identity import Consent
from chalicelib.participations.contacts import ActNote, StoredContact

COLUMNS = (
    "participant_type",
    "name",
    "organisation",
    "phone",
    "email",
    "place",
    "consent_text",
    "consent_version",
    "consent_given_at",
    "consent_source",
)

_FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What makes spreadsheets calculate a field; anybody can have written it. A phone's "+" only has digits behind it."""


def write(
    contacts: Iterable[tuple[StoredContact, Sequence[ActNote]]], hidden: Collection[str], now: int, to: TextIO
) -> None:
    """Write a row for each consent that is current at `now` (epoch ms), with whoever gave it.

    Names of organisations that are among `hidden` ones, folded, are left out.
    """
    rows = csv.writer(to)
    rows.writerow(COLUMNS)
    for contact, notes in contacts:
        # The store takes a few days to delete what has expired.
        if contact.expires_at * 1000 > now:
            organisation = contact.given.organisation
            if organisation is not None and fold(organisation) in hidden:
                organisation = None
            rows.writerows(_row(contact, organisation, note, consent) for note, consent in current_consents(notes))


def current_consents(notes: Iterable[ActNote]) -> Iterator[tuple[ActNote, Consent]]:
    """Yield the consents that were given and not withdrawn, each wording once, as it was given last."""
    newest: dict[Consent, ActNote] = {}
    for note in sorted(notes, key=lambda note: note.at):
        if note.consent is not None and note.withdrawn_at is None:
            newest[note.consent] = note
    yield from ((note, consent) for consent, note in newest.items())


def _row(contact: StoredContact, organisation: str | None, note: ActNote, consent: Consent) -> list[str]:
    given = contact.given
    texts = (contact.participant_type, given.name, organisation)
    return [
        *map(_plain, texts),
        given.phone or "",
        *map(_plain, (given.email, contact.place, consent.text, consent.version)),
        moment(note.at),
        note.source,
    ]


def _plain(text: str | None) -> str:
    return f"'{text}" if text and text.startswith(_FORMULA) else text or ""
