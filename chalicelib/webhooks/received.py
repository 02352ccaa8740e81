"""What a delivery holds, with all that it takes to record it now or later."""

import msgspec

from chalicelib.webhooks.delivery import Lead, Submission
from chalicelib.webhooks.endpoints import CHANNELS, META, Channel


class Place(msgspec.Struct, frozen=True):
    """Where a submission belongs, and what it is known by there."""

    channel: Channel
    account: str
    form: str
    submission_id: str
    user: str | None = None

    @property
    def submission(self) -> str:
        """The id that no submission of another channel, provider, account or user has."""
        names = (self.channel.name, self.account, self.user, self.submission_id)
        return "/".join(name for name in names if name is not None)


class ReceivedSubmission(msgspec.Struct, frozen=True, tag="submission"):
    """A submission as it was read, when it came (epoch ms), and in which body: None where that is too large to keep."""

    channel: str
    submission: Submission
    received_at: int
    body: str | None

    @property
    def place(self) -> Place:
        """Where it belongs."""
        given, channel = self.submission, CHANNELS[self.channel]
        user = None if channel.user is None else str(given.fields[channel.user])
        return Place(channel, given.account, given.form, given.submission_id, user)


class WaitingLead(msgspec.Struct, frozen=True, tag="lead"):
    """A reference to a lead, the account of ours whose tokens fetch it, and when it came (epoch ms)."""

    lead: Lead
    account: str
    received_at: int

    @property
    def place(self) -> Place:
        """Where the submission belongs that it becomes."""
        return Place(META, self.lead.account, self.lead.form or "", self.lead.lead_id)


Content = ReceivedSubmission | WaitingLead
