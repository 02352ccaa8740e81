"""What a person may ask for: to be told what is held of them, to withdraw a consent, to be forgotten."""

import csv
import json
from typing import Any

from infra.rehearsal.deployment import CAMPAIGN, Deployment, RehearsalError, eventually, expect

PHONE, EMAIL = "+77010000001", "aigerim@example.com"
"""Who asks: known by the phone, and by the e-mail that came with a later submission."""

_SOLE_TRADER, _CONTACT_PERSON, _AGREEING = "+77010000006", "+77010000010", "+77010000011"
_ERASED = (PHONE, EMAIL, _SOLE_TRADER, _CONTACT_PERSON, "ИП", "Бекзат")


class Persons:
    """The steps about persons, each of which raises a `RehearsalError` where the system does not do its part."""

    def __init__(self, deployment: Deployment) -> None:
        self._deployment = deployment

    def tell_what_is_held(self) -> str:
        """A person learns all that is held of them, what waits in a delivery too."""
        expect(self._deployment.visitors.deliver_standard("m3", PHONE, "no.such.form"), 200)
        held = self._ask("subject-access", {"phone": PHONE})
        (person,) = held["participants"]
        if person["given"].get("email") != EMAIL or len(person["events"]) != 3 or len(held["parked"]) != 1:
            raise RehearsalError(f"what is held of a person is {held}")
        return f"{len(person['events'])} facts, {len(person['notes'])} note with its consent, a delivery that waits"

    def withdraw_consent(self) -> str:
        """A person withdraws their consent, once."""
        withdrawn = [self._ask("consent-withdrawals", {"email": EMAIL})["consents"] for _ in range(2)]
        if withdrawn != [1, 0]:
            raise RehearsalError(f"{withdrawn} consents were withdrawn")
        return "one consent withdrawn, found by the e-mail"

    def export_contacts(self) -> str:
        """The operators export contacts: who withdrew is not among them, who agreed is."""
        consent = {"text": "Келісемін", "version": "2026-1"}
        expect(self._deployment.visitors.record("k6", _AGREEING, consent=consent), 201)
        rows = list(csv.DictReader(self._deployment.operate("contacts", "2026").splitlines()))
        if [row["phone"] for row in rows] != [_AGREEING]:
            raise RehearsalError(f"the export has {len(rows)} contacts")
        return "the one contact whose consent is current"

    def erase(self) -> str:
        """Persons are erased by a detail that they gave: the totals stand, and nothing is held of them anywhere."""
        self._expect_erased({"email": EMAIL}, participants=1, contact_persons=0, names=0, parked=1)
        self._expect_erased({"email": EMAIL}, participants=0, contact_persons=0, names=0, parked=0)
        self._expect_erased({"phone": _SOLE_TRADER}, participants=1, contact_persons=0, names=1, parked=0)
        self._expect_erased({"phone": _CONTACT_PERSON}, participants=0, contact_persons=1, names=0, parked=0)
        self._deployment.expect_names("Мейірім қайырымдылық қоры", "Игілік ЖШС")
        eventually(
            lambda: "ИП" not in json.dumps(self._deployment.document("recent.json"), ensure_ascii=False),
            "the name goes",
        )
        self._deployment.expect_totals(participations=14, participants=12)
        tables = [(table, _text(self._deployment.items(table))) for table in self._deployment.tables]
        files = [(name, content.decode(errors="replace")) for name, content in self._deployment.files()]
        for place, content in (*tables, *files):
            for part in _ERASED:
                if part in content:
                    raise RehearsalError(f"{place} still holds {part} of who was erased")
        return (
            "a person, a sole trader with the name on air and a contact person are gone, the totals stand: "
            f"{len(tables)} tables and {len(files)} files hold nothing of them"
        )

    def _expect_erased(self, participant: dict[str, str], **expected: int) -> None:
        erased = self._ask("erasures", participant)
        if erased != expected:
            raise RehearsalError(f"what was erased is {erased}, not {expected}")

    def _ask(self, what: str, participant: dict[str, str]) -> Any:
        return self._deployment.ask(200, "POST", f"{CAMPAIGN}/{what}", {"participant": participant})


def _text(content: object) -> str:
    return json.dumps(content, ensure_ascii=False, default=str)
