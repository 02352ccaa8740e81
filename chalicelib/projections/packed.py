"""Four sums in one integer, so that one addition adds all of them: a fraction of the time of one by one.

The numbers stand side by side, `BITS` of them each, room for sums of more than a hundred thousand of the largest that
an act has. One below zero borrows from the next, which gets it back when it is read.
"""

BITS = 80

_SECOND, _THIRD, _FOURTH = BITS, 2 * BITS, 3 * BITS
_HALF = 1 << BITS - 1
_HALVES = _HALF + (_HALF << _SECOND) + (_HALF << _THIRD) + (_HALF << _FOURTH)
_MASK = (1 << BITS) - 1


def packed_act(people: int, minutes: int, tenge: int) -> int:
    """Return one act, its people, minutes and tenge as one number: the sum of such is that of each by itself."""
    return 1 + (people + (minutes + (tenge << BITS) << BITS) << BITS)


def unpacked(total: int) -> list[int]:
    """Return the acts, people, minutes and tenge of a sum."""
    # With half of what fits added none is below zero, and none borrows.
    raised = total + _HALVES
    return [
        (raised & _MASK) - _HALF,
        (raised >> _SECOND & _MASK) - _HALF,
        (raised >> _THIRD & _MASK) - _HALF,
        (raised >> _FOURTH) - _HALF,
    ]
