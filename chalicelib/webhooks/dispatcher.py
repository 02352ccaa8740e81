"""Where submissions and leads go: into the log, into the parking with the reason, or into the queue."""

from collections.abc import Callable, Sequence
from typing import Literal

import msgspec

from chalicelib import logs
from chalicelib.domain.campaign import Campaign
from chalicelib.domain.receipts import Receipt
from chalicelib.intake.answers import Unmappable
from chalicelib.intake.faults import Invalid
from chalicelib.intake.form import Form, has_answers
from chalicelib.metrics import Metrics
from chalicelib.participations.appending import Busy
from chalicelib.participations.service import Participations, Refused, SubmittedParticipation
from chalicelib.registry import Registry
from chalicelib.webhooks.delivery import Submission, TooLarge
from chalicelib.webhooks.form_gaps import FormGaps
from chalicelib.webhooks.leads.queue import LeadsQueue
from chalicelib.webhooks.parking import Parking, Reason, ReasonCode
from chalicelib.webhooks.received import Origin, ReceivedContent, ReceivedLead
from chalicelib.webhooks.submission_reading import NONE_CORRECTED, Corrections, is_taken_by, read_submission, reason_of

Outcome = Literal["recorded", "repeated", "ignored", "parked", "queued"]


class Disposition(msgspec.Struct, frozen=True):
    """What became of a submission or a lead; `reason` where it is parked."""

    outcome: Outcome
    reason: Reason | None = None


class Unrecordable(Exception):
    """Why a submission cannot be recorded as things are; `campaign` where that is known."""

    def __init__(self, code: ReasonCode, about: tuple[str, ...] = (), campaign: str | None = None) -> None:
        super().__init__(code)
        self.reason = Reason(code, about)
        self.campaign = campaign


class Dispatcher:
    """Takes submissions and leads from whichever delivery, queue or replay they come.

    Faults of the stores pass through: what is not stored is not acknowledged.
    """

    def __init__(
        self,
        registry: Registry,
        participations: Participations,
        parking: Parking,
        leads: LeadsQueue,
        metrics: Metrics,
        gaps: FormGaps,
        now: Callable[[], int],
    ) -> None:
        self._registry = registry
        self._participations = participations
        self._parking = parking
        self._leads = leads
        self._metrics = metrics
        self._gaps = gaps
        self._now = now

    def dispatch(self, contents: Sequence[ReceivedContent]) -> list[Disposition]:
        """Record submissions, each once, or park them; queue leads to be fetched.

        Returned is what became of each, in their order. One that cannot be taken now keeps none of the others from it.

        Raises:
            Busy: a participant's stream is contended.
            NotQueued: not every lead is in the queue.
            TooLarge: a submission can be neither recorded nor parked.
        """
        leads = [content for content in contents if isinstance(content, ReceivedLead) and not content.lead.is_test]
        if leads:
            self._leads.put(leads)
        told, faults = list[Disposition](), list[Exception]()
        for content in contents:
            try:
                told.append(self._told(content.origin, self._dispatched(content)))
            except (Busy, TooLarge) as fault:
                faults.append(fault)
        if faults:
            raise faults[0]
        return told

    def replay(self, content: ReceivedContent, corrected: Corrections) -> Disposition:
        """Record what was parked, with what a moderator corrected; a lead is queued again, and takes no corrections.

        Raises:
            Busy, NotQueued, TooLarge
        """
        if isinstance(content, ReceivedLead):
            return self.dispatch([content])[0]
        return self._told(content.origin, self._dispatched(content, corrected))

    def park(self, content: ReceivedContent, reason: Reason, campaign: str | None = None) -> Disposition:
        """Store something for a replay.

        Raises:
            TooLarge
        """
        self._parking.park(content, reason, campaign)
        return self._told(content.origin, Disposition("parked", reason))

    def has(self, content: ReceivedContent) -> bool:
        """Whether a submission, or the one that a lead becomes, was recorded before."""
        return self._receipt(content.origin) is not None

    def _dispatched(self, content: ReceivedContent, corrected: Corrections = NONE_CORRECTED) -> Disposition:
        if isinstance(content, ReceivedLead):
            if not content.lead.is_test:
                return Disposition("queued")
            sample = Reason("submission_is_test")
            self._parking.park(content, sample)
            return Disposition("parked", sample)
        try:
            return Disposition(self._record(content.origin, content.submission, corrected))
        except Unrecordable as unrecordable:
            # It may have been recorded before its form or its campaign was changed.
            if self.has(content):
                return Disposition("repeated")
            self._parking.park(content, unrecordable.reason, unrecordable.campaign)
            return Disposition("parked", unrecordable.reason)

    def _record(self, origin: Origin, given: Submission, corrected: Corrections) -> Outcome:
        """Record a submission, unless it had been before or is none that its form takes; return which it was.

        Raises:
            Unrecordable, Busy
        """
        if given.unreadable is not None:
            raise Unrecordable("item_unreadable", (given.unreadable,))
        form = self._registry.form(origin.endpoint.provider, origin.account, origin.form)
        if form is None:
            raise Unrecordable("form_unknown")
        if not is_taken_by(form, given):
            return "ignored"
        campaign = self._campaign(form, given)
        if not corrected and not has_answers(form, given.fields, given.provider_fields, given.context):
            raise Unrecordable("no_answers", campaign=campaign.id)
        try:
            reading = read_submission(form, origin, given, self._now(), corrected)
            content = msgspec.json.encode(given.fields, order="sorted")
            submission = SubmittedParticipation(origin.submission, content, reading.draft, not form.review, form.names)
            repeated = self._participations.record(campaign, submission).repeated
        except (Unmappable, Invalid) as error:
            reason = reason_of(error)
            raise Unrecordable(reason.code, reason.about, campaign.id) from None
        except Refused as error:
            match error.refusal.code:
                case "submission_differs":
                    # Whatever a provider sends under the same id later: what came first stands.
                    return "repeated"
                case "campaign_frozen" | "campaign_ended" | "campaign_not_open" | "campaign_closed" as code:
                    raise Unrecordable(code, campaign=campaign.id) from None
            raise
        if repeated:
            return "repeated"
        self._gaps.note(form, reading.filled)
        return "recorded"

    def _campaign(self, form: Form, given: Submission) -> Campaign:
        """Return the campaign that a submission counts in.

        Raises:
            Unrecordable: it counts in none.
        """
        campaign = self._registry.campaign(form.campaign)
        if campaign is None:
            raise Unrecordable("campaign_unknown", campaign=form.campaign)
        if campaign.state != "test" and (form.state == "test" or given.is_test):
            raise Unrecordable("submission_is_test" if given.is_test else "form_in_test", campaign=campaign.id)
        return campaign

    def _receipt(self, origin: Origin) -> Receipt | None:
        return self._participations.receipt(self._participations.receipt_id(origin.source, origin.submission))

    def _told(self, origin: Origin, disposition: Disposition) -> Disposition:
        if disposition.outcome == "parked":
            self._metrics.write(origin.endpoint.adapter.SOURCE, Parked=1)
        logs.write(
            "submission_dispatched",
            endpoint=origin.endpoint.name,
            outcome=disposition.outcome,
            reason=None if disposition.reason is None else disposition.reason.code,
        )
        return disposition
