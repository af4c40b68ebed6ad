"""Loads a relation for all records that came together, when it is touched on one of them (design 1.3). Layer: orm.

SQLAlchemy asks for the relation of a single record; this listener answers that question and, in the same statement, for the peers of
the record: those loaded by the same query. 5,000 lines that each touch their order cost a few statements instead of 5,000.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy import event, orm
from sqlalchemy.engine.result import IteratorResult, SimpleResultMetaData
from sqlalchemy.orm.attributes import set_committed_value

from core.orm.attributes import stored_key
from core.orm.fields import Field, Many2many, Many2one, One2many

if TYPE_CHECKING:
    from core.orm.modelinfo import ModelInfo
    from core.orm.registry import Registry

PEERS = 1000
"""Most records for which a relation is loaded at once; keeps the id list of one statement short."""


def remember_peers(target: Any, context: Any) -> None:
    """Give a record just loaded the list it shares with all records of the same query."""
    peers = context.attributes.get("tangram_peers")
    if peers is None:
        peers = context.attributes["tangram_peers"] = []
    peers.append(target)
    target.__dict__["_peers"] = peers


def keep_id(target: Any, attributes: Any) -> None:
    """Keep the id of a record whose values were expired: all that asks whether a record is saved looks at it."""
    key = None if target is None else target._sa_instance_state.key
    if key is not None:
        target.__dict__["id"] = key[1][0]


def peers_of(record: Any, limit: int = PEERS) -> list[Any]:
    """Return the record and those loaded by the same query of the same model, at most ``limit``, beginning at the record."""
    peers = record.__dict__.get("_peers")
    if not peers or len(peers) == 1:
        return [record]
    info = record._info
    if len(peers) <= limit:
        return [record, *(peer for peer in peers if peer._info is info and peer is not record)]
    start = peers.index(record)
    window = peers[start + 1 : start + limit]
    return [record, *(peer for peer in window if peer._info is info)]


def load_together(state: orm.ORMExecuteState) -> Any:
    """Answer SQLAlchemy's lazy load of one relation by loading it for the peers too; the session's ``do_orm_execute`` listener."""
    if not state.is_relationship_load or state.lazy_loaded_from is None:
        return None
    record: Any = state.lazy_loaded_from.obj()
    path = state.loader_strategy_path
    if record is None or path is None:
        return None
    key = path.path[-1].key if hasattr(path.path[-1], "key") else None
    info: ModelInfo = record._info
    field = info.fields.get(key.removeprefix("_computed_")) if isinstance(key, str) else None
    if field is None or key is None:
        return None
    session = state.session
    peers = [peer for peer in peers_of(record) if key not in peer.__dict__ and peer.__dict__.get("id") is not None]
    if not any(peer is record for peer in peers):
        peers.insert(0, record)
    peers = [peer for peer in peers if orm.object_session(peer) is session]
    registry: Registry = session.info["env"].registry
    if isinstance(field, Many2one):
        # Of a peer whose values were expired, such as by an undone block, nobody knows here what it refers to: it is asked when touched.
        peers = [peer for peer in peers if peer is record or str(field.column) in peer.__dict__]
        found = _load_many2one(session, registry, field, peers)
    elif isinstance(field, One2many):
        found = _load_one2many(session, registry, field, peers)
    elif isinstance(field, Many2many):
        found = _load_many2many(session, registry, field, peers)
    else:
        return None
    values = found.get(record.__dict__.get("id"), [])
    for peer in peers:
        if peer is not record:
            mine = found.get(peer.__dict__["id"], [])
            set_committed_value(peer, key, mine if field.to_many else (mine[0] if mine else None))
    return IteratorResult(SimpleResultMetaData([key]), iter([(value,) for value in values]))


def _load_many2one(session: orm.Session, registry: Registry, field: Many2one, peers: list[Any]) -> dict[int, list[Any]]:
    target = registry[field.comodel]
    column = str(field.column)
    wanted = {peer.__dict__.get(column) for peer in peers} - {None}
    statement = sa.select(target.cls).where(target.table.c.id.in_(sorted(wanted)))
    found = {item.id: item for item in session.execute(statement).scalars()} if wanted else {}
    return {peer.__dict__["id"]: [found[peer.__dict__[column]]] for peer in peers if peer.__dict__.get(column) in found}


def _load_one2many(session: orm.Session, registry: Registry, field: One2many, peers: list[Any]) -> dict[int, list[Any]]:
    target = registry[field.comodel]
    inverse = target.fields[field.inverse]
    column = target.table.c[str(inverse.column)]
    owners = {peer.__dict__["id"]: peer for peer in peers}
    statement = _ordered(sa.select(target.cls).where(column.in_(sorted(owners))), target)
    grouped: dict[int, list[Any]] = {number: [] for number in owners}
    for item in session.execute(statement).scalars():
        owner = owners.get(item.__dict__.get(str(inverse.column)))
        if owner is not None:
            grouped[owner.id].append(item)
            if stored_key(inverse) not in item.__dict__:
                set_committed_value(item, stored_key(inverse), owner)
    return grouped


def _load_many2many(
    session: orm.Session, registry: Registry, field: Many2many, peers: list[Any]
) -> dict[int, list[Any]]:
    target = registry[field.comodel]
    own, other = (field.relation_table.c[name] for name in field.relation_columns)
    ids = sorted(peer.__dict__["id"] for peer in peers)
    statement = sa.select(target.cls, own).join(field.relation_table, other == target.table.c.id).where(own.in_(ids))
    grouped: dict[int, list[Any]] = {number: [] for number in ids}
    for item, owner in session.execute(_ordered(statement, target)):
        grouped[owner].append(item)
    return grouped


def _ordered(statement: sa.Select[Any], target: ModelInfo) -> sa.Select[Any]:
    if target.recycle:
        statement = statement.where(target.table.c.deletion_id.is_(None))
    for path, descending in target.order:
        field: Field[Any] | None = target.fields.get(path)
        name = "id" if path == "id" else field.column if field else None
        if name is None:
            break
        column = target.table.c[name]
        statement = statement.order_by(column.desc() if descending else column.asc())
    return statement


def listen(session: orm.Session) -> None:
    """Make a session load relations together."""
    event.listen(session, "do_orm_execute", load_together)
