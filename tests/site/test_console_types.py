"""Scripts of the console know the API's answers as they are given."""

import re

import msgspec
import pytest

from chalicelib.api import (
    act_visibility,
    breakdown,
    decisions,
    form_checks,
    forms,
    history,
    names,
    parked,
    problems,
    responses,
    status,
    tokens,
    trail,
)
from chalicelib.domain import campaign
from chalicelib.domain.participation import Money
from chalicelib.intake.act_requests import ActFilterRequest
from chalicelib.intake.form import ConsentRule, Form
from chalicelib.publishing.public_campaign import PublicCampaign
from tests.site.stage import SITE

TYPES = (SITE / "console-types.d.ts").read_text(encoding="utf-8")
ANSWERS: dict[str, type[msgspec.Struct]] = {
    "ActFilterRequest": ActFilterRequest,
    "ActPage": responses.ActPage,
    "ActParts": history.ActParts,
    "ActVisibility": act_visibility.ActVisibilityResponse,
    "AllNames": names.AllNamesResponse,
    "Breakdown": breakdown.Breakdown,
    "Campaign": responses.CampaignResponse,
    "CampaignGoal": campaign.Goal,
    "CampaignMilestone": campaign.Milestone,
    "CampaignStatus": status.CampaignStatus,
    "CheckedParticipant": form_checks.CheckedParticipant,
    "CheckedRecord": form_checks.CheckedRecord,
    "CheckedSubmission": form_checks.CheckedSubmission,
    "ConsentRule": ConsentRule,
    "DecidedName": problems.DecidedNameDocument,
    "DecisionMade": names.DecisionResponse,
    "Decisions": decisions.DecisionsResponse,
    "Doer": trail.Doer,
    "Fault": problems.FaultDocument,
    "Form": Form,
    "History": history.History,
    "HistoryEntry": history.HistoryEntry,
    "ListedAct": responses.ActResponse,
    "ListedForm": forms.ListedForm,
    "MinuteRate": status.MinuteRate,
    "Money": Money,
    "Name": names.NameResponse,
    "NamesPage": names.NamesPageResponse,
    "OpenedEntry": parked.OpenedEntryResponse,
    "ParkedCount": status.ParkedCount,
    "ParkedEntry": parked.ParkedEntryResponse,
    "ParkedPage": parked.ParkedPage,
    "Participation": responses.ParticipationResponse,
    "Place": responses.PlaceResponse,
    "Problem": problems.ProblemDocument,
    "PublicCampaign": PublicCampaign,
    "Rate": status.Rate,
    "RefusedAct": decisions.RefusedAct,
    "Replay": parked.Replay,
    "ReviewGroup": responses.ReviewGroupResponse,
    "ReviewGroups": responses.ReviewGroups,
    "ReviewPage": responses.ReviewPage,
    "Share": breakdown.Share,
    "StatusWarning": status.StatusWarning,
    "Times": forms.Times,
    "Token": tokens.TokenResponse,
    "TotalsChange": decisions.TotalsChange,
    "TrailEntry": trail.TrailEntryResponse,
    "TrailPage": trail.TrailPageResponse,
    "TypeShare": breakdown.TypeShare,
}


def members(interface: str) -> set[str]:
    """Return the members of an interface, those that it inherits among them."""
    found = re.search(
        rf"^export interface {interface}(?: extends (\w+))? \{{\n(.*?)^\}}", TYPES, re.MULTILINE | re.DOTALL
    )
    assert found, interface
    own = set(re.findall(r"^  (\w+)\??:", found[2], re.MULTILINE))
    return own | (members(found[1]) if found[1] else set())


@pytest.mark.parametrize("interface", ANSWERS)
def test_an_interface_has_the_members_that_are_answered(interface: str) -> None:
    assert members(interface) == {*ANSWERS[interface].__struct_encode_fields__}
