"""`contacts`: whom one may write to."""

import io
import sys

from chalicelib.domain.folding import fold
from chalicelib.participations.keys import Keys
from ops import contacts_csv
from ops.installation import campaign_of, connect
from ops.noting import noted
from ops.options import CampaignId


def run(campaign_id: CampaignId) -> None:
    """Print the contacts whose consent is current, as CSV: personal data. Names that are hidden are left out.

    Example: `bin/qaiyrym contacts 2026 > contacts.csv`

    Use it for what the consent says, delete it then, and print anew each time: withdrawals of consent and erasures
    reach only what is printed after them.
    """
    services = connect("contacts_table", "names_table", "registry_table", "trail_table")
    campaign = campaign_of(services, campaign_id)
    # Nobody is looked up by a detail or a name: the pepper stays where it is.
    services.keys = Keys(bytes(32))
    # As `totals-excel.csv` is: Excel reads UTF-8 only behind a byte order mark.
    printed = io.TextIOWrapper(sys.stdout.buffer, encoding="utf-8-sig", newline="", write_through=True)
    hidden = {fold(name.text) for name in services.name_queue.all(campaign.id, "hidden")}
    with noted(services, campaign.id, "contacts_read"):
        contacts_csv.write(services.contacts.of_campaign(campaign.id), hidden, services.now(), printed)
    printed.detach()
