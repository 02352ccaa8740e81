"""Keep what a provider delivered: record it, park it with the reason, or queue it."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Literal

import msgspec

from chalicelib import logs, metrics
from chalicelib.intake.answers import Unmappable
from chalicelib.intake.faults import Invalid
from chalicelib.intake.forms import Form, fill
from chalicelib.intake.participations import Draft, read_participation
from chalicelib.participations.service import Participations, Refused
from chalicelib.registry import Registry
from chalicelib.webhooks.delivery import Submission
from chalicelib.webhooks.endpoints import Channel
from chalicelib.webhooks.leads.queue import LeadsQueue
from chalicelib.webhooks.parking import Parking, Reason, ReasonCode
from chalicelib.webhooks.receipts import Receipts
from chalicelib.webhooks.received import Content, Place, ReceivedSubmission, WaitingLead

Outcome = Literal["recorded", "repeated", "parked", "queued"]


class Kept(msgspec.Struct, frozen=True):
    """What became of a submission or a lead; `reason` where it is parked."""

    outcome: Outcome
    reason: Reason | None = None


class Unrecordable(Exception):  # noqa: N818  it is the submission that is unrecordable
    """Why a submission cannot be recorded as things are; `campaign` where that is known."""

    def __init__(self, code: ReasonCode, about: tuple[str, ...] = (), campaign: str | None = None) -> None:
        super().__init__(code)
        self.reason = Reason(code, about)
        self.campaign = campaign


class Keeper:
    """Where submissions and leads go, from whichever delivery, queue or replay they come.

    Faults of the stores pass through: what is not kept is not acknowledged.
    """

    def __init__(
        self,
        registry: Registry,
        participations: Participations,
        parking: Parking,
        receipts: Receipts,
        leads: LeadsQueue,
        now: Callable[[], int],
    ) -> None:
        self._registry = registry
        self._participations = participations
        self._parking = parking
        self._receipts = receipts
        self._leads = leads
        self._now = now

    def keep(self, contents: Sequence[Content]) -> list[Kept]:
        """Record submissions, each once, or park them; queue leads to be fetched.

        Raises:
            Busy: a participant's stream is contended.
            NotQueued: not every lead is in the queue.
            TooLarge: a submission can be neither recorded nor parked.
        """
        leads = [content for content in contents if isinstance(content, WaitingLead)]
        if leads:
            self._leads.put(leads)
        return [
            _noted(content.place, Kept("queued") if isinstance(content, WaitingLead) else self._keep(content))
            for content in contents
        ]

    def park(self, content: Content, reason: Reason, campaign: str | None = None) -> Kept:
        """Keep something for a replay.

        Raises:
            TooLarge
        """
        self._parking.park(content, reason, campaign)
        return _noted(content.place, Kept("parked", reason))

    def has(self, content: Content) -> bool:
        """Whether a submission, or the one that a lead becomes, was recorded before."""
        return self._receipts.has(content.place.submission)

    def _keep(self, content: ReceivedSubmission) -> Kept:
        if self.has(content):
            return Kept("repeated")
        try:
            repeated = self._record(content.place, content.submission)
        except Unrecordable as unrecordable:
            self._parking.park(content, unrecordable.reason, unrecordable.campaign)
            return Kept("parked", unrecordable.reason)
        self._receipts.put(content.place.submission, self._now())
        return Kept("repeated" if repeated else "recorded")

    def _record(self, place: Place, given: Submission) -> bool:
        """Return whether it had been recorded before.

        Raises:
            Unrecordable, Busy
        """
        form = self._registry.form(place.channel.provider, place.account, place.form)
        if form is None:
            raise Unrecordable("form_unknown")
        campaign = self._registry.campaign(form.campaign)
        if campaign is None:
            raise Unrecordable("campaign_unknown", campaign=form.campaign)
        if campaign.state != "test" and (form.state == "test" or given.is_test):
            raise Unrecordable("submission_is_test" if given.is_test else "form_in_test", campaign=campaign.id)
        try:
            draft = _draft(form, place.channel, given, self._now())
            return self._participations.record(campaign, draft, place.submission, signed=not form.review).repeated
        except Unmappable as error:
            raise Unrecordable(error.reason, (error.field,), campaign.id) from None
        except Invalid as error:
            about = tuple(f"{fault.pointer} {fault.code}" for fault in error.faults)
            raise Unrecordable("invalid", about, campaign.id) from None
        except Refused as error:
            match error.refusal.code:
                case "submission_differs":
                    # The same submission, read by a form that was corrected since.
                    return True
                case "campaign_frozen" | "campaign_ended" as code:
                    raise Unrecordable(code, campaign=campaign.id) from None
            raise


def _draft(form: Form, channel: Channel, given: Submission, now: int) -> Draft:
    request = fill(form, given.fields)
    if "occurred_at" not in request and given.submitted_at is not None and 0 <= given.submitted_at <= now:
        request["occurred_at"] = datetime.fromtimestamp(given.submitted_at / 1000, UTC).isoformat()
    draft = read_participation(request, channel.adapter.SOURCE, now)
    phone = draft.contact.phone
    # A form may ask for another phone than the one that the provider vouches for.
    verified = given.phone_verified and phone is not None and phone == given.fields.get("phone")
    contact = msgspec.structs.replace(draft.contact, phone_verified=verified)
    return msgspec.structs.replace(draft, contact=contact)


def _noted(place: Place, kept: Kept) -> Kept:
    if kept.outcome == "parked":
        metrics.write(place.channel.adapter.SOURCE, Parked=1)
    logs.write(
        "kept",
        channel=place.channel.name,
        outcome=kept.outcome,
        reason=None if kept.reason is None else kept.reason.code,
    )
    return kept
