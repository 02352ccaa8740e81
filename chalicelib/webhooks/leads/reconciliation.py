"""What no webhook brought: the leads of Meta's forms since a time, from the Graph API's lists, each recorded once."""

import logging
from collections.abc import Callable, Collection, Iterator

import msgspec

from chalicelib import logs
from chalicelib.domain.campaign import Campaign, epoch_ms
from chalicelib.intake.form import ANY_FORM, Form
from chalicelib.metrics import Metrics
from chalicelib.participations.appending import Busy
from chalicelib.registry import Registry
from chalicelib.webhooks.accounts import Accounts
from chalicelib.webhooks.delivery import Account, Lead, Malformed, TooLarge
from chalicelib.webhooks.dispatcher import Dispatcher, Outcome
from chalicelib.webhooks.endpoints import META
from chalicelib.webhooks.leads.graph_api import GraphApi, GraphRefusal, Listing, NoToken, Unavailable
from chalicelib.webhooks.leads.worker import WITHHELD
from chalicelib.webhooks.parking import Parking, ReasonCode
from chalicelib.webhooks.providers import meta
from chalicelib.webhooks.received import ReceivedContent, ReceivedLead, ReceivedSubmission
from chalicelib.webhooks.untrusted_json import JsonObject, is_identifier

WINDOW_MS = 24 * 3600 * 1000
"""How far back each run looks: whatever stood still for less than a day is made up for by itself."""

MAX_RUN_MS = 600_000
"""How long a run takes leads."""

LATE_MS = 30 * 60 * 1000
"""From which age on a lead that has not come is one that no webhook brought: deliveries lag by minutes."""

_ASKED_AGAIN: frozenset[ReasonCode] = frozenset({"lead_refused", "lead_unreadable", "token_missing"})
"""Why leads are parked whose answers are not known yet."""


class Unreconciled(Exception):
    """Some forms could not be read, or some of their leads not be taken; the others were."""


class ReconciliationOutOfTime(Exception):
    """The run has lasted too long to go on."""


class Reconciled(msgspec.Struct, frozen=True):
    """What was found among the leads of a form; `fault` where not all of them could be read and taken.

    `missed` are those that were recorded or parked now, and are so old that a webhook should have brought them.
    """

    page: str
    form: str
    leads: int = 0
    recorded: int = 0
    parked: int = 0
    missed: int = 0
    fault: str | None = None


class _Span(msgspec.Struct, frozen=True):
    """Leads since when are looked for, and until when that is gone on with (epoch ms)."""

    since: int
    until: int | None


class LeadReconciler:
    """Reads the lists of leads of the forms that are registered; `now` tells the time (epoch ms)."""

    def __init__(
        self,
        accounts: Accounts,
        graph: GraphApi,
        registry: Registry,
        parking: Parking,
        dispatcher: Dispatcher,
        metrics: Metrics,
        now: Callable[[], int],
    ) -> None:
        self._accounts = accounts
        self._graph = graph
        self._registry = registry
        self._parking = parking
        self._dispatcher = dispatcher
        self._metrics = metrics
        self._now = now

    def run(self) -> None:
        """Reconcile the last day of every form whose campaign is open. To be run once an hour.

        Raises:
            Unreconciled
        """
        began = self._now()
        found = list(self.reconcile(began - WINDOW_MS, until=began + MAX_RUN_MS))
        self._metrics.write(META.adapter.SOURCE, LeadsMissed=sum(form.missed for form in found))
        if failed := [f"{form.page}/{form.form}" for form in found if form.fault]:
            raise Unreconciled(", ".join(failed))

    def reconcile(self, since: int, until: int | None = None) -> Iterator[Reconciled]:
        """Yield what is found among the leads since a time (epoch ms), form by form, where their campaigns are open.

        Leads from before a campaign began are left out. What is not done at `until` (epoch ms) is told as a fault.
        """
        campaigns = {campaign.id: campaign for campaign in self._registry.campaigns()}
        forms = [form for form in self._registry.forms() if form.provider == META.provider]
        for form in forms:
            campaign = campaigns.get(form.campaign)
            if campaign is not None and campaign.closure(self._now()) is None:
                span = _Span(max(since, _beginning(campaign)), until)
                named = {other.form for other in forms if other.account == form.account}
                for found in self._of_form(form, named, span):
                    _tell(found)
                    yield found

    def _of_form(self, form: Form, named: Collection[str], span: _Span) -> Iterator[Reconciled]:
        """Yield what is found for a registered form: for one that stands for all, of each that is not named itself."""
        if form.form != ANY_FORM:
            yield self._leads(Reconciled(form.account, form.form), span)
            return
        try:
            listed = [told.get("id") for _, told in self._asked(form.account, self._graph.forms(form.account))]
        except _FAULTS as fault:
            yield Reconciled(form.account, form.form, fault=logs.describe(fault))
            return
        for form_id in map(str, filter(is_identifier, listed)):
            if form_id not in named:
                yield self._leads(Reconciled(form.account, form_id), span)

    def _leads(self, found: Reconciled, span: _Span) -> Reconciled:
        try:
            for account, told in self._asked(found.page, self._graph.leads(found.form, span.since // 1000)):
                if span.until is not None and self._now() > span.until:
                    raise ReconciliationOutOfTime
                found = self._with(found, account, told, span)
        except _FAULTS as fault:
            return msgspec.structs.replace(found, fault=logs.describe(fault))
        return found

    def _asked(self, page: str, ask: Listing) -> Iterator[tuple[Account, JsonObject]]:
        """Yield what the Graph API lists for the first account of ours that may read a page.

        Raises:
            Unavailable, GraphRefusal, NoToken
        """
        refusal: Exception = NoToken()
        for account in self._accounts.of(META.provider):
            if page not in (account.secret("page_ids") or (page,)):
                continue
            listed = ask(account)
            try:
                first = next(listed, None)
            except (GraphRefusal, NoToken) as error:
                refusal = error
                continue
            yield from ((account, told) for told in ([] if first is None else [first]))
            yield from ((account, told) for told in listed)
            return
        raise refusal

    def _with(self, found: Reconciled, account: Account, told: JsonObject, span: _Span) -> Reconciled:
        """Return what is found with one lead more, which is recorded or parked unless it was before."""
        try:
            submission = meta.submission(Lead(str(told.get("id")), found.page, found.form, None), told)
        except Malformed as fault:
            return msgspec.structs.replace(found, fault=str(fault))
        submitted_at = submission.submitted_at or self._now()
        if submitted_at < span.since:
            return found
        found = msgspec.structs.replace(found, leads=found.leads + 1)
        content: ReceivedContent
        if meta.is_withheld(told):
            lead = Lead(submission.submission_id, found.page, found.form, submitted_at)
            content = ReceivedLead(lead, account.id, self._now())
        else:
            content = ReceivedSubmission(META.name, submission, self._now(), msgspec.json.encode(told).decode())
        try:
            outcome, was_known = self._taken(content)
        except (Busy, TooLarge) as fault:
            return msgspec.structs.replace(found, fault=logs.describe(fault))
        if outcome not in ("recorded", "parked"):
            return found
        is_missed = not was_known and self._now() - submitted_at > LATE_MS
        counts = {outcome: getattr(found, outcome) + 1, "missed": found.missed + is_missed}
        return msgspec.structs.replace(found, **counts)

    def _taken(self, content: ReceivedContent) -> tuple[Outcome | None, bool]:
        """Record or park a lead; return what came of it, None where nothing is to be done, and whether it was known."""
        if self._dispatcher.has(content):
            return None, True
        parked = self._parking.find_content(content)
        if parked is None:
            return (None, True) if self._parking.is_discarded(content) else (self._stored(content), False)
        if isinstance(content, ReceivedLead) or parked.reason.code not in _ASKED_AGAIN:
            return None, True
        outcome = self._stored(content)
        self._parking.remove(parked)
        return outcome, True

    def _stored(self, content: ReceivedContent) -> Outcome:
        if isinstance(content, ReceivedLead):
            return self._dispatcher.park(content, WITHHELD).outcome
        return self._dispatcher.dispatch([content])[0].outcome


_FAULTS = (Unavailable, GraphRefusal, NoToken, ReconciliationOutOfTime)


def _beginning(campaign: Campaign) -> int:
    opens = 0 if campaign.opens is None else round(epoch_ms(campaign.opens))
    return max(opens, campaign.since)


def _tell(found: Reconciled) -> None:
    event, level = ("leads_reconciled", logging.INFO) if found.fault is None else ("leads_unread", logging.ERROR)
    logs.write(event, level=level, **msgspec.structs.asdict(found))
