"""Who is mentioned in a comment, and who can be: colleagues by name or login name, if they may read the record."""

import re
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from addons.base_discuss.services.discussed import Discussed
from core.api import Environment, who_can

USER = "core.user"
OFFERED = 8
LONGEST_NAME = 40
MOST_MENTIONS = 20
_PART = 50
_MOST_ASKED = 500
_AT = re.compile(r"(?<![A-Za-z0-9._%+-])@(?=\S)")


@dataclass
class Mentioned:
    """Those whom a text mentions."""

    people: dict[int, str] = field(default_factory=dict)
    """Names by id."""
    several: list[str] = field(default_factory=list)
    """Names that more than one person has."""


def find_mentioned(env: Environment, text: str) -> Mentioned:
    """Return whom a text mentions by ``@`` and a name or login name; the longest name that fits counts. One statement at most."""
    places = [match.end() for match in _AT.finditer(text)][:MOST_MENTIONS]
    tails = [text[at : at + LONGEST_NAME].splitlines()[0] for at in places]
    wanted = sorted({tail[:length].rstrip() for tail in tails for length in range(1, len(tail) + 1)})
    found = Mentioned()
    if not wanted:
        return found
    domain = [["active", "=", True], {"any": [["name", "in", wanted], ["login", "in", wanted]]}]
    by_word: dict[str, dict[int, str]] = {}
    for row in env[USER].read(domain, ["name", "login"]):
        for word in (row["name"], row["login"]):
            if word:
                by_word.setdefault(word, {})[row["id"]] = row["name"]
    for tail in tails:
        word = _longest(tail, by_word)
        if word is not None and len(by_word[word]) == 1:
            found.people |= by_word[word]
        elif word is not None and word not in found.several:
            found.several.append(word)
    return found


def readers_among(discussed: Discussed, users: Collection[int]) -> set[int]:
    """Return those of the users who are active and may read the record."""
    if not users:
        return set()
    pair = (discussed.model, discussed.number)
    return {viewer.user for viewer in who_can(discussed.env, pair, "read", users=users)}


def offer_people(discussed: Discussed, typed: str) -> list[dict[str, Any]]:
    """Return colleagues with an account who may read the record, found by name, pinyin initials or login name.

    Args:
        discussed: The record.
        typed: What was typed after the ``@``; may be empty.

    Returns:
        Mappings with id, name, login and ``insert``, what the comment says behind the ``@``: the login name where several have the name.
    """
    env = discussed.env
    domain: list[Any] = [["active", "=", True], ["login", "is_set", True], ["id", "!=", env.uid]]
    if typed:
        domain.append({"any": [["name", "fuzzy", typed], ["login", "ilike", typed]]})
    chosen: list[dict[str, Any]] = []
    for start in range(0, _MOST_ASKED, _PART):
        rows = env[USER].read(domain, ["name", "login"], "name, id", _PART, start)
        allowed = readers_among(discussed, [row["id"] for row in rows])
        chosen += [row for row in rows if row["id"] in allowed]
        if len(rows) < _PART or len(chosen) >= OFFERED:
            break
    chosen = chosen[:OFFERED]
    namesakes = _namesakes(env, [row["name"] for row in chosen])
    return [
        {
            "id": row["id"],
            "name": row["name"],
            "login": row["login"],
            "insert": row["login"] if row["name"] in namesakes or len(row["name"]) > LONGEST_NAME else row["name"],
        }
        for row in chosen
    ]


def _namesakes(env: Environment, names: list[str]) -> set[str]:
    """Return those of the names that several active people have."""
    if not names:
        return set()
    rows = env[USER].aggregate([["active", "=", True], ["name", "in", names]], {"id": "count"}, by=["name"])
    return {row["name"] for row in rows if row["id"] > 1}


def _longest(tail: str, known: Collection[str]) -> str | None:
    """Return the longest known name with which a text begins, and which ends there."""
    for length in range(len(tail), 0, -1):
        word, rest = tail[:length], tail[length:]
        is_cut = rest[:1].isascii() and rest[:1].isalnum() and word[-1].isascii()
        if word in known and not is_cut:
            return word
    return None
