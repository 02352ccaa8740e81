"""The documents of viewers as the contract tells them: they are files, which no route of the API answers."""

from collections.abc import Mapping

import msgspec

from chalicelib.domain.places import ABROAD, regions
from chalicelib.domain.vocabulary import LANGUAGES, METRICS
from chalicelib.intake.requests import CampaignId
from chalicelib.publishing import documents
from chalicelib.publishing.campaign_list import CampaignList

TAG = "Documents"

PLACEHOLDERS: Mapping[str, object] = {
    "campaign": CampaignId,
    "place": {"type": "string", "enum": [*regions(), ABROAD]},
    "date": {"type": "string", "format": "date"},
    "metric": {"type": "string", "enum": list(METRICS)},
    "language": {"type": "string", "enum": list(LANGUAGES)},
}
"""What stands in the paths of documents: a type that validates it, or JSON Schema."""

_CAMPAIGN = "/v1/campaigns/{campaign}"


class PublishedDocument(msgspec.Struct, frozen=True):
    """A document: where it is, what generated clients call it, what it says, and its type or media type."""

    path: str
    name: str
    summary: str
    gives: type[msgspec.Struct] | str


DOCUMENTS = (
    PublishedDocument("/v1/campaigns.json", "campaigns_document", "All campaigns.", CampaignList),
    PublishedDocument(
        f"{_CAMPAIGN}/live.json",
        "live_document",
        "The totals, goals and milestones: all that a counter needs.",
        documents.Live,
    ),
    PublishedDocument(
        f"{_CAMPAIGN}/page.json", "page_document", "All that the launch page needs.", documents.LaunchPage
    ),
    PublishedDocument(f"{_CAMPAIGN}/places.json", "places_document", "The numbers of each place.", documents.Places),
    PublishedDocument(
        f"{_CAMPAIGN}/timeline/{{date}}.json",
        "timeline_document",
        "The minutes of a day in Kazakhstan.",
        documents.Timeline,
    ),
    PublishedDocument(f"{_CAMPAIGN}/recent.json", "recent_document", "The newest acts.", documents.Recent),
    PublishedDocument(
        f"{_CAMPAIGN}/organisations.json",
        "organisations_document",
        "The board of all organisations.",
        documents.Organisations,
    ),
    PublishedDocument(
        f"{_CAMPAIGN}/organisations/{{place}}.json",
        "organisations_of_place_document",
        "The board of a place.",
        documents.Organisations,
    ),
    PublishedDocument(f"{_CAMPAIGN}/totals.csv", "totals_table", "Each kind at each place, for programs.", "text/csv"),
    PublishedDocument(
        f"{_CAMPAIGN}/totals-excel.csv",
        "totals_spreadsheet",
        "Each kind at each place, as Excel takes it in kk and ru: semicolons, a byte order mark.",
        "text/csv",
    ),
    PublishedDocument(
        f"{_CAMPAIGN}/days.csv", "days_table", "What each day added, and the files of the days.", "text/csv"
    ),
    PublishedDocument(
        f"{_CAMPAIGN}/days/{{date}}.csv",
        "day_table",
        "The hours of a day in Kazakhstan by place and kind, corrections as entries of their own.",
        "text/csv",
    ),
    PublishedDocument(
        f"{_CAMPAIGN}/badge/{{metric}}.{{language}}.svg",
        "badge",
        "A number as an image, for pages without scripts.",
        "image/svg+xml",
    ),
)
