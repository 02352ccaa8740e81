"""The campaign of a rehearsal: its names, goals, milestones and links, as it is put and as viewers are told it."""

from collections.abc import Mapping
from typing import Any

import msgspec

from chalicelib.domain.vocabulary import DEFAULT_TOPICS
from ops.rehearse.acts import LIMITS

STATE = "test"
NAMES = {"kk": "Жаттығу", "ru": "Репетиция", "en": "Rehearsal"}
LINKS = ({"url": "https://example.com/rehearsal", "title": NAMES},)

MILESTONES = (
    {"id": "first", "metric": "participations", "at": 10, "title": {"kk": "Алғашқы 10", "ru": "Первые 10", "en": "10"}},
    {"id": "far", "metric": "participations", "at": 10**9, "title": {"kk": "Алыста", "ru": "Далеко", "en": "Far"}},
)
"""One that is reached early, and one that no rehearsal reaches; both are of the acts that count."""

GOALS = (
    {"metric": "participations", "target": 100_000, "original": 100_000},
    {"metric": "good_deeds", "target": 50_000, "original": 50_000},
)
"""As viewers are told them: the first target of a goal is its original one."""

_OVER = ("test", "ended")


def requested() -> dict[str, Any]:
    """Return the campaign as the API is asked to make it."""
    return {
        "names": NAMES,
        "state": STATE,
        "goals": [{"metric": goal["metric"], "target": goal["target"]} for goal in GOALS],
        "milestones": MILESTONES,
        "links": LINKS,
        "limits": msgspec.to_builtins(LIMITS),
    }


def listed(campaign: str) -> dict[str, Any]:
    """Return the campaign of this id as `campaigns.json` has to list it."""
    return {
        "id": campaign,
        "names": NAMES,
        "state": STATE,
        "opens": None,
        "closes": None,
        "goals": list(GOALS),
        "milestones": list(MILESTONES),
        "links": list(LINKS),
        "topics": list(DEFAULT_TOPICS),
    }


def is_rehearsal(campaign: Mapping[str, Any]) -> bool:
    """Whether a campaign, as it is listed, was made to rehearse in, and nobody has gone live with it."""
    return campaign["names"] == NAMES and campaign["state"] in _OVER
