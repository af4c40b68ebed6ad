"""Puts the records of an addon into an order in which each comes after those it refers to. Layer: data."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from graphlib import CycleError, TopologicalSorter
from itertools import pairwise

from core.data.schema import RecordSpec
from core.data.values import Link
from core.errors import DataError
from core.i18n import _


@dataclass
class Order:
    """Records in levels: those of one level don't refer to one another."""

    levels: list[list[RecordSpec]]
    deferred: dict[str, set[str]] = field(default_factory=dict)
    """External id → fields to be filled once all records exist, because of a circle."""


def in_order(specs: Sequence[RecordSpec], links: Callable[[RecordSpec], Iterable[Link]]) -> Order:
    """Return the records in levels; within a level in the order of the files.

    Raises:
        DataError: Records refer to one another in a circle and none of the references can be empty for a while.
    """
    by_xid = {spec.xid: spec for spec in specs}
    edges: dict[str, dict[str, list[Link]]] = {}
    for spec in specs:
        targets = edges.setdefault(spec.xid, {})
        for link in links(spec):
            if link.xid in by_xid:
                targets.setdefault(link.xid, []).append(link)
    order = Order([])
    while True:
        sorter = TopologicalSorter({xid: list(targets) for xid, targets in edges.items()})
        try:
            sorter.prepare()
            break
        except CycleError as error:
            _break_circle(list(reversed(error.args[1])), edges, by_xid, order)
    position = {spec.xid: at for at, spec in enumerate(specs)}
    while sorter.is_active():
        ready = sorted(sorter.get_ready(), key=position.__getitem__)
        order.levels.append([by_xid[xid] for xid in ready])
        sorter.done(*ready)
    return order


def _break_circle(
    members: list[str], edges: dict[str, dict[str, list[Link]]], by_xid: dict[str, RecordSpec], order: Order
) -> None:
    """Put off one reference of a circle; ``members`` begins and ends with the same id, each refers to the next."""
    for source, target in pairwise(members):
        links = edges[source].get(target, [])
        if links and all(link.is_nullable for link in links):
            names = {link.field.name for link in links}
            order.deferred.setdefault(source, set()).update(names)
            # The field as a whole waits, with all it refers to.
            for other, found in list(edges[source].items()):
                kept = [link for link in found if link.field.name not in names]
                if kept:
                    edges[source][other] = kept
                else:
                    del edges[source][other]
            return
    raise DataError(
        _("Records need one another in a circle: %(path)s.", path=" → ".join(members)),
        code="data.cycle",
        hint=_("leave one of the references empty, or let its field be optional"),
        where=by_xid[members[0]].where(),
    )
