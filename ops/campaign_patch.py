"""What options say of a campaign, as a merge patch."""

from collections.abc import Mapping, Sequence
from typing import Any

from ops.errors import CannotRun

NONE = "none"
"""What takes a value away."""


def patch_of(
    current: Mapping[str, Any],
    *,
    names: Sequence[str] = (),
    opens: str | None = None,
    closes: str | None = None,
    goals: Sequence[str] = (),
    limits: Sequence[str] = (),
    add_topics: Sequence[str] = (),
    remove_topics: Sequence[str] = (),
    poll_seconds: str | None = None,
    min_cell: int | None = None,
) -> dict[str, Any]:
    """Return a merge patch (RFC 7396) of a campaign that says what the options do; lists hold all that shall be there.

    Raises:
        CannotRun: an option is none that can be read.
    """
    patch: dict[str, Any] = {}
    if names:
        patch["names"] = dict(_pair(one, "name") for one in names)
    patch |= {name: _or_none(text) for name, text in (("opens", opens), ("closes", closes)) if text is not None}
    if goals:
        patch["goals"] = _goals(current.get("goals", ()), goals)
    if limits:
        patch["limits"] = _limits(limits)
    if add_topics or remove_topics:
        patch["topics"] = _topics(current["topics"], add_topics, remove_topics)
    if poll_seconds is not None:
        patch["poll_seconds"] = _number(poll_seconds, "poll-seconds")
    if min_cell is not None:
        patch["min_cell"] = min_cell
    return patch


def both(first: Mapping[str, Any], second: Mapping[str, Any]) -> dict[str, Any]:
    """Return the merge patch that does what one does and then another."""
    nested = {
        name: both(first[name], value)
        for name, value in second.items()
        if isinstance(value, Mapping) and isinstance(first.get(name), Mapping)
    }
    return {**first, **second, **nested}


def _goals(current: Sequence[Mapping[str, Any]], given: Sequence[str]) -> list[dict[str, Any]]:
    targets = {(goal["metric"], goal.get("region")): goal["target"] for goal in current}
    for one in given:
        name, text = _pair(one, "goal")
        metric, _, region = name.partition("@")
        target = _number(text, "goal")
        if target is not None:
            targets[metric, region or None] = target
        elif targets.pop((metric, region or None), None) is None:
            raise CannotRun(f"--goal: there is no goal for {name}")
    return [
        {"metric": metric, "target": target, **({"region": region} if region else {})}
        for (metric, region), target in targets.items()
    ]


def _limits(given: Sequence[str]) -> dict[str, Any]:
    limits: dict[str, Any] = {}
    for one in given:
        name, text = _pair(one, "limit")
        *parents, last = name.split(".")
        place = limits
        for parent in parents:
            place = place.setdefault(parent, {})
            if not isinstance(place, dict):
                raise CannotRun(f"--limit: {name} is no limit")
        place[last] = _number(text, "limit")
    return limits


def _topics(current: Sequence[str], added: Sequence[str], removed: Sequence[str]) -> list[str]:
    missing = [topic for topic in removed if topic not in current]
    if missing:
        raise CannotRun(f"--remove-topic: there is no topic {', '.join(missing)}")
    return [topic for topic in dict.fromkeys((*current, *added)) if topic not in removed]


def _pair(text: str, option: str) -> tuple[str, str]:
    name, separator, value = text.partition("=")
    if not separator or not name or not value:
        raise CannotRun(f"--{option}: {text} says no value, as NAME=VALUE does")
    return name.strip(), value.strip()


def _number(text: str, option: str) -> int | None:
    if text == NONE:
        return None
    digits = text.replace("_", "").replace(" ", "")
    if not digits.isascii() or not digits.isdigit():
        raise CannotRun(f"--{option}: {text} is neither a whole number nor {NONE}")
    return int(digits)


def _or_none(text: str) -> str | None:
    return None if text == NONE else text
