"""A campaign on air, and figures as they may be at its end."""

from collections.abc import Mapping
from random import Random

from chalicelib.domain.campaign import Campaign, Goal, Milestone, Translations
from chalicelib.domain.events import ParticipationRecorded, RecordedEvent
from chalicelib.domain.participation import Act
from chalicelib.domain.places import ABROAD, regions
from chalicelib.domain.vocabulary import PARTICIPANT_TYPES, CampaignState, Kind
from chalicelib.projections.place_totals import cell
from chalicelib.projections.sums import Cells, merge
from chalicelib.projections.totals import ALL, IN_REVIEW, by_kind, by_type
from tests.histories import FIRST_MOMENT

NAMES: Translations = {"kk": "Қайырымды істер марафоны", "ru": "Марафон добрых дел", "en": "Marathon of Good Deeds"}
TITLE: Translations = {"kk": "Он мың", "ru": "Десять тысяч", "en": "Ten thousand"}


def campaign(
    campaign_id: str = "2026",
    state: CampaignState = "live",
    goals: tuple[Goal, ...] = (Goal("good_deeds", 100_000, 100_000),),
    milestones: tuple[Milestone, ...] = (),
    changes: int = 0,
) -> Campaign:
    """Return a campaign."""
    return Campaign(campaign_id, NAMES, state, goals=goals, milestones=milestones, changes=changes)


def recorded(act: Act, version: int = 1, stream: str = "2026/p1", at: int = FIRST_MOMENT) -> RecordedEvent:
    """Return the event of an act that counts at once."""
    event = ParticipationRecorded(act, "counted", f"r{version}", "f", first=version == 1)
    return RecordedEvent(stream, version, f"e{version}", at, event)


def at_its_goal(random: Random) -> tuple[Cells, Cells]:
    """Return cells of `totals` and of `places` as a campaign has them that reached its 100,000 good deeds."""
    by_place: Cells = {}
    totals: Cells = {IN_REVIEW: {"participations": random.randint(10, 500)}}
    for place in (*regions(), ABROAD):
        share = random.uniform(0.3, 1.7) / 21
        for kind, (acts, people, hours, tenge) in _AT_ITS_GOAL.items():
            participations = round(acts * share * random.uniform(0.7, 1.3))
            measures = {
                "participations": participations,
                "people": round(participations * people * random.uniform(0.9, 1.1)),
                "minutes": round(participations * hours * 60 * random.uniform(0.9, 1.1)),
                "KZT": round(participations * tenge * random.uniform(0.9, 1.1)),
            }
            by_place[cell(place, kind)] = measures
            totals = merge(totals, {ALL: measures, by_kind(kind): measures})
    for participant_type in PARTICIPANT_TYPES:
        participants = {"participants": random.randint(1_000, 20_000)}
        totals = merge(totals, {ALL: participants, by_type(participant_type): participants})
    return totals, by_place


# Acts in all; and on average people, hours and tenge of one.
_AT_ITS_GOAL: Mapping[Kind, tuple[int, int, int, int]] = {
    "volunteering": (12_000, 8, 20, 0),
    "good_deed": (110_000, 1, 1, 0),
    "donation": (20_000, 1, 0, 20_000),
    "class_hour": (8_000, 25, 1, 0),
    "online_training": (2_000, 40, 2, 0),
    "master_class": (1_500, 15, 2, 0),
    "initiative": (3_000, 5, 3, 1_000),
    "media_coverage": (2_000, 1, 0, 0),
}
