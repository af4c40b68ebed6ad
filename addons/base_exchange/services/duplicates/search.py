"""Looks through the records of a model for duplicates, as far as the user sees them, and keeps what was found."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from addons.base_exchange.services.duplicates.find import Candidate, Pair, find_pairs
from core.api import SYSTEM_UID, Environment, duplicate_key

INLINE = 2000
"""Up to so many records are looked through while the user waits; more by a background job."""
_PAGE = 5000
_PHONE, _MAIL = re.compile(r"phone|mobile|telephone|^tel"), re.compile(r"mail")
_LEAST_DIGITS = 7
_PLAIN = ("char", "text", "sequence")


def compared_fields(env: Environment, model: str) -> dict[str, list[str]]:
    """Return the fields compared that the user may read: ``name``, ``phone``, ``mail``."""
    info = env.registry[model]
    hidden = env.hidden_fields(info, "read")
    texts = [f.name for f in info.fields.values() if f.kind in _PLAIN and f.is_stored and f.name not in hidden]
    return {
        "name": [name for name in texts if name == info.rec_name],
        "phone": [name for name in texts if _PHONE.search(name)],
        "mail": [name for name in texts if _MAIL.search(name)],
    }


def rules_of(env: Environment, model: str) -> list[dict[str, Any]]:
    """Return the duplicate rules of a model whose fields the user may read."""
    info = env.registry[model]
    hidden = env.hidden_fields(info, "read")
    rules: list[dict[str, Any]] = env.as_user(SYSTEM_UID)["core.duplicate_rule"].read(
        [["model", "=", model], ["policy", "!=", "off"]], ["field_names", "compare"], "id"
    )
    return [rule for rule in rules if hidden.isdisjoint(rule["field_names"])]


def start(env: Environment, model: str) -> None:
    """Look for duplicates: at once among few records, else by a background job."""
    if env[model].count() <= INLINE:
        candidates = candidates_of(env, model)
        keep(env, model, (find_pairs(candidates), len(candidates)))
        return
    job = env.defer("base_exchange.find_duplicates", model=model)
    _write(env, model, {"job": job, "state": "running"})


def candidates_of(env: Environment, model: str, progress: Callable[[int], None] | None = None) -> list[Candidate]:
    """Return the records that the user sees, as they are compared; ``progress`` is told how many were read."""
    named, rules = compared_fields(env, model), rules_of(env, model)
    found: list[Candidate] = []
    for rows in _pages(env, model, named, rules):
        found += [_candidate(row, named, rules) for row in rows]
        if progress is not None:
            progress(len(found))
    return found


def _pages(
    env: Environment, model: str, named: Mapping[str, Sequence[str]], rules: Sequence[Mapping[str, Any]]
) -> Iterator[list[dict[str, Any]]]:
    names = {name for group in named.values() for name in group} | {n for rule in rules for n in rule["field_names"]}
    last = 0
    while rows := env[model].read([["id", ">", last]], sorted(names), "id", _PAGE):
        yield rows
        last = rows[-1]["id"]


def _candidate(
    row: Mapping[str, Any], named: Mapping[str, Sequence[str]], rules: Sequence[Mapping[str, Any]]
) -> Candidate:
    keys: list[tuple[str, str]] = []
    for name in named["phone"]:
        digits = duplicate_key([row[name]], "digits")
        if digits is not None and len(digits) >= _LEAST_DIGITS:
            keys.append(("phone", digits))
    for name in named["mail"]:
        text = duplicate_key([row[name]], "text")
        if text is not None and "@" in text:
            keys.append(("mail", text))
    for place, rule in enumerate(rules):
        key = duplicate_key([row[name] for name in rule["field_names"]], rule["compare"])
        if key is not None:
            keys.append((f"rule:{','.join(rule['field_names'])}", f"{place}:{key}"))
    name = duplicate_key([row[each] for each in named["name"]], "name") or ""
    return Candidate(row["id"], name, keys)


def keep(env: Environment, model: str, found: tuple[list[Pair], int]) -> None:
    """Keep what was found for the user, instead of what was found before."""
    pairs, count = found
    _write(env, model, {"state": "done", "job": None, "records": count, "pairs": [asdict(pair) for pair in pairs]})


def found_of(env: Environment, model: str) -> dict[str, Any] | None:
    """Return what the user's last search found; None if there was none."""
    rows = env.as_user(SYSTEM_UID)["base.duplicate_search"].read(
        [["model", "=", model], ["user", "=", env.uid]], ["state", "job", "at", "records", "pairs"]
    )
    return rows[0] if rows else None


def ignored_of(env: Environment, model: str) -> dict[tuple[int, int], int]:
    """Return the pairs that are no duplicates."""
    rows = env.as_user(SYSTEM_UID)["base.not_duplicate"].read([["model", "=", model]], ["first", "second"])
    return {(row["first"], row["second"]): row["id"] for row in rows}


def ignore(env: Environment, model: str, ids: Sequence[int]) -> int:
    """Note that records are no duplicates of one another, for good; return how many pairs that were.

    The caller has checked that the user may merge them.

    Raises:
        MissingRecord: There is no such record, or the user may not see it.
    """
    numbers = sorted(env[model].get(list(dict.fromkeys(ids))).ids)
    known = ignored_of(env, model)
    pairs = [(first, second) for place, first in enumerate(numbers) for second in numbers[place + 1 :]]
    new = [pair for pair in pairs if pair not in known]
    system = env.as_user(SYSTEM_UID)
    if new:
        rows = [{"model": model, "first": first, "second": second} for first, second in new]
        system["base.not_duplicate"].create(rows)
    return len(new)


def _write(env: Environment, model: str, values: Mapping[str, Any]) -> None:
    system = env.as_user(SYSTEM_UID)
    found = system["base.duplicate_search"].search([["model", "=", model], ["user", "=", env.uid]])
    given = {"at": env.now(), **values}
    if found:
        found[0].update(given)
    else:
        system["base.duplicate_search"].create({"model": model, "user": env.uid, **given})
    system.flush()
