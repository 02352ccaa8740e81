"""The words of the campaign, as they are stored and sent."""

from typing import Literal, get_args

ParticipantType = Literal["citizen", "state_body", "ngo", "business", "school", "college", "university", "media"]
Kind = Literal[
    "volunteering",
    "good_deed",
    "donation",
    "class_hour",
    "online_training",
    "master_class",
    "initiative",
    "media_coverage",
]
Source = Literal["api", "meta", "vk", "telegram", "whatsapp", "typeform", "tally", "google_ads", "standard"]
Status = Literal["counted", "in_review", "rejected", "withdrawn"]
CampaignState = Literal["test", "live", "frozen", "ended"]
Metric = Literal[
    "participants",
    "participations",
    "people",
    "hours",
    "amount",
    "volunteers",
    "good_deeds",
    "events_held",
    "organisations",
]
Language = Literal["kk", "ru", "en"]
NamesOnAir = Literal["shown", "after_approval", "never"]
"""What becomes of names that a form or a token brings: they are shown at once, when a moderator lets them, or never."""
NameState = Literal["waiting", "shown", "hidden"]
Visibility = Literal["shown", "hidden"]

PARTICIPANT_TYPES: tuple[ParticipantType, ...] = get_args(ParticipantType)
KINDS: tuple[Kind, ...] = get_args(Kind)
SOURCES: tuple[Source, ...] = get_args(Source)
STATUSES: tuple[Status, ...] = get_args(Status)
METRICS: tuple[Metric, ...] = get_args(Metric)
PLACE_METRICS: tuple[Metric, ...] = (
    "participations",
    "people",
    "hours",
    "amount",
    "volunteers",
    "good_deeds",
    "events_held",
)
"""The numbers that a place has: who takes part may do so in several places."""
LANGUAGES: tuple[Language, ...] = get_args(Language)
NAME_STATES: tuple[NameState, ...] = get_args(NameState)

DEFAULT_TOPICS: tuple[str, ...] = (
    "fundraising",
    "corporate_volunteering",
    "ecology",
    "animals",
    "blood_donation",
    "children",
    "culture",
    "education",
    "elderly",
    "health",
    "inclusion",
    "neighbours",
    "sport",
)
"""What acts are about in a campaign that names no topics of its own."""

PERSON: ParticipantType = "citizen"
EVENT_KINDS: frozenset[Kind] = frozenset({"class_hour", "online_training", "master_class"})
"""Kinds that the metric `events_held` counts."""
