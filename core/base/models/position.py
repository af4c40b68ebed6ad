"""Positions: the job hierarchy by which superiors see the records of those below (CORE-18, CORE-19)."""

from __future__ import annotations

from core.orm import fields
from core.orm.model import Model


class Position(Model):
    """One place in the job hierarchy; a tree of any depth, held by any number of users."""

    _name = "core.position"
    _label = "Position"
    _order = "sequence, name, id"
    _recycle = False

    name = fields.Char(required=True, index=True, track=True)
    parent = fields.Many2one("core.position", label="Superior position", ondelete="restrict", index=True, track=True)
    children = fields.One2many("core.position", "parent", label="Positions below")
    users = fields.One2many("core.user", "position", label="Held by")
    sequence = fields.Integer(default=10)
    note = fields.Text()
    active = fields.Boolean(default=True)
