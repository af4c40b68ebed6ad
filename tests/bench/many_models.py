"""The same models twice: as definitions of ours, and as SQLAlchemy's declarative classes, as somebody would write them by hand."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm

from core.orm import fields
from core.orm.model import Model
from core.orm.tables import NAMING
from core.orm.types import ExactDecimal

IdType = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def definitions(number: int) -> list[type[Model]]:
    """Return ``number`` definitions: eight columns, two relations and a list of lines each, beside the system's columns."""
    user = type("User", (Model,), {"_name": "core.user", "name": fields.Char(required=True)})
    found: list[type[Model]] = [user]
    for index in range(number - 1):
        parent, other = f"wide.model{max(index - 1, 0)}", f"wide.model{index // 2}"
        body: dict[str, Any] = {
            "_name": f"wide.model{index}",
            "name": fields.Char(required=True, index=True),
            "code": fields.Char(size=20, unique=True),
            "quantity": fields.Integer(),
            "weight": fields.Float(),
            "price": fields.Money(),
            "day": fields.Date(),
            "note": fields.Text(),
            "active": fields.Boolean(default=True),
            "before": fields.Many2one(parent),
            "other": fields.Many2one(other),
        }
        if index < number - 2:
            body["after"] = fields.One2many(f"wide.model{index + 1}", "before")
        found.append(type(f"Model{index}", (Model,), body))
    return found


def declare_by_hand(number: int) -> list[type[orm.DeclarativeBase]]:
    """Make and map the same classes with SQLAlchemy alone; return them, the user first."""

    class Base(orm.DeclarativeBase):
        metadata = sa.MetaData(naming_convention=NAMING)

    user = {"__tablename__": "core_user", "name": orm.mapped_column(sa.String, nullable=False), **_system("core_user")}
    classes = [type("User", (Base,), user), *(_declare(Base, number, index) for index in range(number - 1))]
    Base.registry.configure()
    return classes


def _declare(base: type[orm.DeclarativeBase], number: int, index: int) -> type[orm.DeclarativeBase]:
    table, before, other = f"wide_model{index}", max(index - 1, 0), index // 2
    body: dict[str, Any] = {
        "__tablename__": table,
        "name": orm.mapped_column(sa.String, nullable=False, index=True),
        "code": orm.mapped_column(sa.String(20)),
        "quantity": orm.mapped_column(sa.Integer),
        "weight": orm.mapped_column(sa.Float),
        "price": orm.mapped_column(ExactDecimal()),
        "day": orm.mapped_column(sa.Date),
        "note": orm.mapped_column(sa.Text),
        "active": orm.mapped_column(sa.Boolean, nullable=False),
        "before_id": orm.mapped_column(sa.ForeignKey(f"wide_model{before}.id"), index=True),
        "other_id": orm.mapped_column(sa.ForeignKey(f"wide_model{other}.id"), index=True),
        **_system(table),
    }
    own: dict[str, Any] = {"remote_side": f"Model{index}.id"}
    back: dict[str, Any] = {"back_populates": "after"} if index != before else own
    body["before"] = orm.relationship(f"Model{before}", foreign_keys=f"Model{index}.before_id", **back)
    body["other"] = orm.relationship(
        f"Model{other}", foreign_keys=f"Model{index}.other_id", **(own if index == other else {})
    )
    if index < number - 2:
        line = f"Model{index + 1}"
        join = f"and_({line}.before_id == Model{index}.id, {line}.deletion_id.is_(None))"
        body["after"] = orm.relationship(
            line, primaryjoin=join, foreign_keys=f"{line}.before_id", order_by=f"{line}.id", back_populates="before"
        )
    living = sa.text("deletion_id IS NULL")
    unique = sa.Index(f"uq_{table}_code", "code", unique=True, postgresql_where=living, sqlite_where=living)
    body["__table_args__"] = (unique, {"sqlite_autoincrement": True})
    return type(f"Model{index}", (base,), body)


def _system(table: str) -> dict[str, Any]:
    """The columns that every model has."""
    version = orm.mapped_column(sa.Integer, nullable=False)
    return {
        "id": orm.mapped_column(IdType, primary_key=True),
        "created_at": orm.mapped_column(sa.DateTime(timezone=True)),
        "created_by_id": orm.mapped_column(sa.ForeignKey("core_user.id")),
        "updated_at": orm.mapped_column(sa.DateTime(timezone=True)),
        "updated_by_id": orm.mapped_column(sa.ForeignKey("core_user.id")),
        "version": version,
        "deletion_id": orm.mapped_column(sa.BigInteger, index=True),
        "__mapper_args__": {"version_id_col": version},
        "created_by": orm.relationship(
            "User", foreign_keys=f"{_class(table)}.created_by_id", viewonly=True, **_own(table)
        ),
        "updated_by": orm.relationship(
            "User", foreign_keys=f"{_class(table)}.updated_by_id", viewonly=True, **_own(table)
        ),
    }


def _class(table: str) -> str:
    return "User" if table == "core_user" else table.removeprefix("wide_").capitalize()


def _own(table: str) -> dict[str, Any]:
    return {"remote_side": "User.id"} if table == "core_user" else {}
