"""What commands on the tables do stands in the trail, by nobody's token."""

import pytest

from chalicelib.trail import OF_NO_CAMPAIGN, TrailFilter
from ops.installation import connect
from ops.noting import noted
from tests.ops.conftest import Installation

CAMPAIGN = "2026"


def told(installation: Installation, campaign: str = CAMPAIGN) -> list[tuple[str, str, str | None, int | None]]:
    entries = installation.services.trail.page(campaign, TrailFilter(), None, 10).entries
    return [(one.entry.by, one.entry.action, one.entry.target, one.status) for one in entries]


def test_what_is_done_stands_in_the_trail_with_its_end(installation: Installation) -> None:
    with noted(connect(), CAMPAIGN, "generation_removed", "2"):
        assert told(installation) == [("ops", "generation_removed", "2", None)]

    assert told(installation) == [("ops", "generation_removed", "2", 200)]


def test_what_failed_has_no_end(installation: Installation) -> None:
    with pytest.raises(RuntimeError), noted(connect(), CAMPAIGN, "generation_shown", "2"):
        raise RuntimeError

    assert told(installation) == [("ops", "generation_shown", "2", None)]


def test_who_read_contacts_and_who_made_the_first_token_are_in_it(installation: Installation) -> None:
    assert installation.run("contacts", CAMPAIGN)[0] == 0
    assert installation.run("token", "first", "--label", "us", "--yes")[0] == 0

    assert told(installation) == [("ops", "contacts_read", None, 200)]
    assert told(installation, OF_NO_CAMPAIGN) == [("ops", "token_issued", None, 200)]


def test_a_rebuild_that_is_shown_and_what_is_removed_after_it_are_in_it(installation: Installation) -> None:
    installation.record("+77010000001")
    installation.project()
    installation.answer("rebuild", CAMPAIGN)
    assert installation.run("remove-generation", CAMPAIGN, "1", "--yes")[0] == 0

    assert told(installation) == [("ops", "generation_removed", "1", 200), ("ops", "generation_shown", "2", 200)]


def test_a_campaign_that_goes_live_by_command_is_in_it(installation: Installation) -> None:
    installation.set_state("test")
    assert installation.run("campaign", "go-live", CAMPAIGN, "--yes")[0] == 0

    assert told(installation) == [("ops", "campaign_gone_live", None, 200)]
