"""Departments (CORE-13)."""

from __future__ import annotations

from core.orm import fields
from core.orm.model import Model


class Department(Model):
    """A department; a tree without loops, in which a department takes its sub-departments along when it moves."""

    _name = "core.department"
    _label = "Department"
    _order = "number, name, id"
    _recycle = False

    number = fields.Char(unique=True)
    name = fields.Char(required=True, index="fuzzy", track=True)
    parent = fields.Many2one(
        "core.department", label="Superior department", ondelete="restrict", index=True, track=True
    )
    children = fields.One2many("core.department", "parent", label="Sub-departments")
    employees = fields.One2many("core.user", "department", label="Employees")
    company = fields.Many2one("core.company", ondelete="restrict", index=True)
    head = fields.Many2one("core.user", ondelete="set null", track=True)
    phone = fields.Char()
    note = fields.Text()
    active = fields.Boolean(default=True, track=True)
