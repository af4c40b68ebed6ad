"""Finds records that are likely the same: by keys that are equal, and by names that are nearly equal. Pure, no database."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz

NEARLY = 86
"""Names from this likeness on, of 100, are told."""
_SHORTEST = 4
_COMMON = 40
"""Pieces in more names than that tell nothing."""
_STEPS = 4
"""Lengths of pieces: a common one is made longer so many times less one."""
_SAME = 100
_ALL_PAIRS = 8
"""Records with the same key of which each is paired with each; of more, each with the next."""
MOST = 5000
"""Pairs that are kept, the likeliest first."""


@dataclass(frozen=True)
class Candidate:
    """A record as it is compared."""

    id: int
    name: str
    """Without spaces, case and legal form; empty: not compared."""
    keys: Sequence[tuple[str, str]] = ()
    """Pairs (why, key); records with an equal pair are alike."""


@dataclass
class Pair:
    """Two records that are likely the same."""

    first: int
    second: int
    score: int
    reasons: list[str]


def find_pairs(candidates: Sequence[Candidate]) -> list[Pair]:
    """Return likely pairs, the likeliest first.

    >>> rows = [Candidate(1, "青岛海科电子科技"), Candidate(2, "青岛海科电子技术"), Candidate(3, "北京", [("phone", "7")]), Candidate(4, "x", [("phone", "7")])]
    >>> [(pair.first, pair.second, pair.reasons) for pair in find_pairs(rows)]
    [(3, 4, ['phone']), (1, 2, ['name'])]
    """
    found: dict[tuple[int, int], Pair] = {}
    _equal(candidates, found)
    _similar(candidates, found)
    return sorted(found.values(), key=lambda pair: (-len(pair.reasons), -pair.score, pair.first, pair.second))[:MOST]


def _equal(candidates: Iterable[Candidate], found: dict[tuple[int, int], Pair]) -> None:
    groups: dict[tuple[str, str], list[int]] = {}
    for each in candidates:
        for key in {*each.keys, *([("name", each.name)] if each.name else [])}:
            groups.setdefault(key, []).append(each.id)
    for (why, _key), ids in groups.items():
        near = len(ids) if len(ids) <= _ALL_PAIRS else 2
        for place, first in enumerate(ids):
            for second in ids[place + 1 : place + near]:
                _add(found, first, second, why, _SAME)


def _similar(candidates: Iterable[Candidate], found: dict[tuple[int, int], Pair]) -> None:
    """Compare names that share rare pieces."""
    names: dict[str, int] = {}
    for each in candidates:
        if len(each.name) >= _SHORTEST:
            names.setdefault(each.name, each.id)
    texts = list(names)
    counts = _counts(texts)
    places: dict[str, list[int]] = {}
    for number, text in enumerate(texts):
        rare = [places.setdefault(piece, []) for piece in _rare(text, counts)]
        shared = Counter(other for block in rare for other in block)
        enough = 1 if len(rare) <= 2 else 2
        for other, count in shared.items():
            if count >= enough:
                score = fuzz.ratio(text, texts[other], score_cutoff=NEARLY)
                if score:
                    _add(found, names[texts[other]], names[text], "name", round(score))
        for block in rare:
            block.append(number)


def _counts(texts: Sequence[str]) -> Counter[str]:
    """Return how many times pieces stand in the texts; of longer pieces only those that begin with a common one."""
    counts: Counter[str] = Counter()
    for step in range(_STEPS):
        counts.update(
            text[start : start + size]
            for text in texts
            for size in [_size(text) + step]
            for start in range(len(text) - size + 1)
            if not step or counts[text[start : start + size - 1]] > _COMMON
        )
    return counts


def _rare(text: str, counts: Mapping[str, int]) -> set[str]:
    """Return the pieces by which a name meets others: from each place on the shortest that is not common, unless it stands nowhere else."""
    found = set()
    for start in range(len(text)):
        for size in range(_size(text), _size(text) + _STEPS):
            if start + size > len(text):
                break
            count = counts[text[start : start + size]]
            if count <= _COMMON:
                if count > 1:
                    found.add(text[start : start + size])
                break
    return found


def _size(text: str) -> int:
    """Return the length of the shortest pieces: two characters of Chinese, three of others."""
    return 3 if text.isascii() else 2


def _add(found: dict[tuple[int, int], Pair], one: int, other: int, why: str, score: int) -> None:
    first, second = sorted((one, other))
    pair = found.setdefault((first, second), Pair(first, second, 0, []))
    pair.score = max(pair.score, score)
    if why not in pair.reasons:
        pair.reasons.append(why)


def groups_of(pairs: Iterable[Pair], ignored: Mapping[tuple[int, int], object]) -> list[list[Pair]]:
    """Return pairs by what hangs together, in their order; pairs that are ignored count for nothing."""
    above: dict[int, int] = {}

    def root(number: int) -> int:
        while (up := above.setdefault(number, number)) != number:
            above[number] = above.setdefault(up, up)
            number = up
        return number

    kept = [pair for pair in pairs if (pair.first, pair.second) not in ignored]
    for pair in kept:
        above[root(pair.second)] = root(pair.first)
    groups: dict[int, list[Pair]] = {}
    for pair in kept:
        groups.setdefault(root(pair.first), []).append(pair)
    return list(groups.values())
