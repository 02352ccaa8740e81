"""What a delivery holds, with all that it takes to record it now or later."""

import msgspec

from chalicelib.domain.vocabulary import Source
from chalicelib.webhooks.delivery import Lead, Submission
from chalicelib.webhooks.endpoints import ENDPOINTS, META, Endpoint


class Origin(msgspec.Struct, frozen=True):
    """Where a submission comes from, and its id there."""

    endpoint: Endpoint
    account: str
    form: str
    submission_id: str
    user: str | None = None

    @property
    def source(self) -> Source:
        """The source that its submissions are of."""
        return self.endpoint.adapter.SOURCE

    @property
    def submission(self) -> str:
        """The id that no submission of another endpoint, account or user has."""
        names = (self.endpoint.name, self.account, self.user, self.submission_id)
        return "/".join(name for name in names if name is not None)


class ReceivedSubmission(msgspec.Struct, frozen=True, tag="submission"):
    """A submission as it was read, when it came (epoch ms), and in which body.

    Without the body where that is too large to store, or holds what others submitted too.
    `endpoint` is the name of one; it is stored as `channel`.
    """

    endpoint: str = msgspec.field(name="channel")
    submission: Submission
    received_at: int
    body: str | None

    @property
    def origin(self) -> Origin:
        """Where it comes from."""
        given, endpoint = self.submission, ENDPOINTS[self.endpoint]
        user = None if endpoint.user is None else str(given.fields[endpoint.user])
        return Origin(endpoint, given.account, given.form, given.submission_id, user)


class ReceivedLead(msgspec.Struct, frozen=True, tag="lead"):
    """A reference to a lead, the account of ours whose tokens fetch it, and when it came (epoch ms)."""

    lead: Lead
    account: str
    received_at: int

    @property
    def origin(self) -> Origin:
        """Where the submission comes from that it becomes."""
        return Origin(META, self.lead.account, self.lead.form or "", self.lead.lead_id)


ReceivedContent = ReceivedSubmission | ReceivedLead
