"""A comment as it is shown: plain text in pieces, of which some are links or names of people mentioned."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

_LINK = re.compile(r"https?://[^\s<>\"'`，。；、！？）】》」』]+")
_TRAILING = ".,;:!?)]}"


@dataclass(frozen=True)
class Segment:
    """A piece of text; the page escapes it."""

    text: str
    url: str | None = None
    """Where it leads; only http and https."""
    is_mention: bool = False


def segments_of(text: str, mentioned: Iterable[str] = ()) -> tuple[Segment, ...]:
    """Return the pieces of a text in order; together they are the text.

    Args:
        text: Plain text.
        mentioned: Names and login names of those mentioned in it.

    >>> [(piece.text, piece.url) for piece in segments_of("see https://a.example/b, Ann")]
    [('see ', None), ('https://a.example/b', 'https://a.example/b'), (', Ann', None)]
    >>> [piece.text for piece in segments_of("hi @Ann!", ["Ann"]) if piece.is_mention]
    ['@Ann']
    >>> [piece.text for piece in segments_of("a@Ann.example @Annabel", ["Ann"]) if piece.is_mention]
    []
    """
    names = sorted({name for name in mentioned if name}, key=len, reverse=True)
    pattern = _LINK.pattern
    if names:
        # The same ends as where mentions are found: no part of a mail address, no part of a longer word.
        ends = (re.escape(name) + (r"(?![A-Za-z0-9])" if name[-1].isascii() else "") for name in names)
        pattern += "|(?<![A-Za-z0-9._%+-])@(?:" + "|".join(ends) + ")"
    found: list[Segment] = []
    end = 0
    for match in re.finditer(pattern, text):
        piece = match.group()
        if not piece.startswith("@"):
            piece = _without_trailing(piece)
        if match.start() > end:
            found.append(Segment(text[end : match.start()]))
        end = match.start() + len(piece)
        is_mention = piece.startswith("@")
        found.append(Segment(piece, None if is_mention else piece, is_mention))
    if end < len(text):
        found.append(Segment(text[end:]))
    return tuple(found)


def _without_trailing(url: str) -> str:
    """Return an address without the punctuation of the sentence behind it; a bracket that it opened stays."""
    while url[-1] in _TRAILING and not (url[-1] == ")" and url.count("(") >= url.count(")")):
        url = url[:-1]
    return url
