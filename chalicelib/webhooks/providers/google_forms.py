"""Google Forms, which know no webhooks: the Apps Script of `integrations/google-forms` sends Standard Webhooks."""

from collections.abc import Sequence

from chalicelib.webhooks.delivery import Account, Delivery, Malformed, Submission
from chalicelib.webhooks.providers import standard

SOURCE = standard.SOURCE

authenticate = standard.authenticate
respond = standard.respond

_PREFIX = "gform_"


def read(delivery: Delivery, account: Account, /) -> Sequence[Submission]:
    """Return the form response of the delivery.

    Its id is `gform_` and the id of the response, so that a trigger that fires twice and the nightly repetition count
    once; a script that makes up ids of its own is refused before it counts people twice.

    Raises:
        Malformed
    """
    submissions = standard.read(delivery, account)
    for submission in submissions:
        response = submission.fields.get("response_id")
        fits = submission.submission_id == f"{_PREFIX}{response}" if response else _has_prefix(submission)
        if not fits:
            raise Malformed("webhook-id is not gform_ and the id of the response")
    return submissions


def _has_prefix(submission: Submission) -> bool:
    return submission.submission_id.startswith(_PREFIX)
