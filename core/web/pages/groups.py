"""Records in groups as data: what they are grouped by, their totals and names (layer web; CORE-33).

One aggregate over the deepest level answers for every level above it, so that the number of statements does not follow the groups.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from core.errors import Where
from core.i18n import _, formats
from core.orm.paths import walk
from core.render.values import Formatter
from core.web.api.models import may
from core.web.pages.buckets import FISCAL, first_fiscal_month, period_end
from core.web.pages.columns import Bound

if TYPE_CHECKING:
    from core.web.call import Call
    from core.web.pages.search import Listing

LEVELS = 3
"""Most levels of groups within groups."""
MOST_GROUPS = 2000
"""Most groups of the deepest level."""


@dataclass(frozen=True)
class Level:
    """One thing that records are grouped by."""

    key: str
    """Such as ``owner`` or ``date:month``."""
    path: str
    period: str
    """Unit of time; empty for none."""
    field: Any
    descending: bool = False


@dataclass
class Branch:
    """One group of any level."""

    values: tuple[Any, ...]
    """Values of its level and those above."""
    labels: tuple[str, ...]
    count: int = 0
    sums: dict[str, Any] = field(default_factory=dict)
    """Path of a column with a total → the total; for averages the pair of sum and count."""

    @property
    def key(self) -> str:
        """A short name for addresses, the same whenever the same values are grouped."""
        text = json.dumps([str(value) if value is not None else None for value in self.values])
        return hashlib.blake2s(text.encode(), digest_size=5).hexdigest()


def levels_of(call: Call, listing: Listing) -> tuple[Level, ...]:
    """Return what the records of a page are grouped by."""
    first, _space, direction = (listing.order or "").split(",")[0].strip().partition(" ")
    found = []
    for key in listing.by[:LEVELS]:
        path, _colon, period = key.partition(":")
        end = walk(call.env.registry, listing.info, path.split("."), Where(key="by"))
        descending = first == path and direction.strip().lower() == "desc"
        found.append(Level(key, path, period, end.field, descending))
    return tuple(found)


def read_branches(
    call: Call, listing: Listing, levels: Sequence[Level], columns: Iterable[Bound]
) -> tuple[list[Branch], bool]:
    """Return the groups of the deepest level, in order, and whether there are more than can be shown.

    One statement, and one for each level that is a relation, for the names.
    """
    kinds = {column.path: column.total for column in columns if column.total}
    measures = {path: ["sum", "count"] if kind == "avg" else [kind] for path, kind in kinds.items()}
    found = call.env[listing.info.name].aggregate(
        listing.domain,
        {**measures, "id": ["count"]},  # type: ignore[dict-item]  # several measures come as a list
        [level.key for level in levels],
        limit=MOST_GROUPS + 1,
    )
    rows = found[:MOST_GROUPS]
    names = [_names(call, level, {row[level.key] for row in rows}) for level in levels]
    branches = []
    for row in rows:
        values = tuple(row[level.key] for level in levels)
        labels = tuple(each[value] for each, value in zip(names, values, strict=True))
        sums = {
            path: (row[f"{path}:sum"], row[f"{path}:count"]) if kind == "avg" else row[f"{path}:{kind}"]
            for path, kind in kinds.items()
        }
        branches.append(Branch(values, labels, row["id:count"], sums))
    for depth in reversed(range(len(levels))):
        _sort(branches, depth, levels[depth])
    return branches, len(found) > MOST_GROUPS


def gathered(branches: Iterable[Branch], depth: int, kinds: Mapping[str, str | None]) -> dict[tuple[Any, ...], Branch]:
    """Return the groups of a level above the deepest, made of those within them.

    Args:
        branches: Groups of the deepest level.
        depth: Level wanted; -1 makes one of everything, under the empty tuple.
        kinds: Path of a column with a total → kind of total.
    """
    found: dict[tuple[Any, ...], Branch] = {}
    for branch in branches:
        values = branch.values[: depth + 1]
        target = found.setdefault(values, Branch(values, branch.labels[: depth + 1]))
        target.count += branch.count
        for path, value in branch.sums.items():
            now = target.sums.get(path)
            target.sums[path] = value if now is None else _joined(str(kinds[path]), now, value)
    return found


def total_of(kind: str, value: Any) -> Any:
    """Return a total kept in `Branch.sums` as it is shown; None for none."""
    if kind != "avg" or value is None:
        return value
    total, count = value
    return total / count if count else None


def condition_of(branch: Branch, levels: Sequence[Level]) -> list[Any]:
    """Return the domain that holds for the records of a group."""
    found: list[Any] = []
    for level, value in zip(levels, branch.values, strict=False):
        if value is None:
            found.append([level.path, "is_not_set"])
        elif level.period:
            found += [
                [level.path, ">=", value.isoformat()],
                [level.path, "<", period_end(level.period, value).isoformat()],
            ]
        else:
            plain = value if isinstance(value, (str, bool, int, float)) else str(value)
            found.append([level.path, "=", plain])
    return found


def label_of_value(call: Call, level: Level, value: Any) -> str:
    """Return what the head of a group says for a value that is no relation."""
    if value is None or value == "":
        return call.text(_("None"))
    if level.period in FISCAL:
        return formats.fiscal_period(value, level.period, first_fiscal_month(call), call.lang)
    if level.period:
        return formats.period(value, level.period, call.lang)
    if level.field is None:
        return str(value)
    if level.field.kind == "boolean":
        return call.text(_("Yes") if value else _("No"))
    return Formatter(call.lang, "UTC", call.env.now(), call.text).show(level.field, value).text


def _joined(kind: str, one: Any, other: Any) -> Any:
    if kind == "avg":
        return (one[0] + other[0], one[1] + other[1])
    if other is None:
        return one
    return {"min": min, "max": max}[kind](one, other) if kind != "sum" else one + other


def _names(call: Call, level: Level, values: set[Any]) -> dict[Any, str]:
    none = call.text(_("None"))
    if level.field is None or not level.field.is_relation:
        return {value: label_of_value(call, level, value) for value in values}
    wanted = [value for value in values if value is not None]
    target = call.env.registry[level.field.comodel]
    rows: list[dict[str, Any]] = []
    if wanted and may(call.env, target, "read"):
        rows = call.env[target.name].read([["id", "in", wanted]], ["id", "display_name"])
    known = {row["id"]: str(row["display_name"]) for row in rows}
    return {value: none if value is None else known.get(value, formats.NONE) for value in values}


def _sort(branches: list[Branch], depth: int, level: Level) -> None:
    options = list(getattr(level.field, "options", None) or ())

    def place(branch: Branch) -> Any:
        value = branch.values[depth]
        if level.field is not None and level.field.is_relation:
            return branch.labels[depth]
        return options.index(value) if value in options else value

    there = sorted((each for each in branches if each.values[depth] is not None), key=place, reverse=level.descending)
    branches[:] = there + [each for each in branches if each.values[depth] is None]
