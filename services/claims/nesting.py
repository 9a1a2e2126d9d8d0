"""Which attribution is reported within the content of which other one."""

from collections.abc import Sequence

from services.claims.attribution import Attribution


def find_enclosing(attributions: Sequence[Attribution]) -> list[int | None]:
    """For each attribution the index of the one whose content holds its cue most closely, or none.

    One pass over the pieces of content in the order of the text; the pieces that are open at a place are few.
    """
    pieces = sorted(
        (start, -end, index) for index, one in enumerate(attributions) for start, end in one.content
    )
    cues = sorted((one.cue[0][0], index) for index, one in enumerate(attributions) if one.cue)
    enclosing: list[int | None] = [None] * len(attributions)
    stack: list[tuple[int, int]] = []
    following = 0
    for at, index in cues:
        while following < len(pieces) and pieces[following][0] <= at:
            start, negative_end, piece = pieces[following]
            stack = [(end, other) for end, other in stack if end > start]
            stack.append((-negative_end, piece))
            following += 1
        inner_first = ((end, other) for end, other in reversed(stack) if end > at and other != index)
        enclosing[index] = next((other for _, other in inner_first), None)
    return enclosing
