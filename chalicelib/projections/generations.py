"""Changes of which generations of a campaign's read models are fed, as they are registered."""

import logging
from collections.abc import Callable

import msgspec

from chalicelib import logs
from chalicelib.domain.generations import ChangeGenerations, Generations

Change = Callable[[str, ChangeGenerations], Generations]
"""Changes the generations of a campaign in the registry."""


def void(change: Change, campaign: str, number: int, reason: str) -> None:
    """Declare a generation void, and say so aloud: it is fed no longer and can never be what is shown."""

    def with_void(generations: Generations) -> Generations:
        generation = generations.find(number)
        if generation is None or generation.void is not None:
            return generations
        return generations.with_one(msgspec.structs.replace(generation, void=reason))

    change(campaign, with_void)
    logs.write("generation_void", level=logging.ERROR, campaign=campaign, generation=number, reason=reason)
