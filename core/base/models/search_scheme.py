"""Saved searches (CORE-41): conditions, grouping, order and columns of a page of records under a name."""

from __future__ import annotations

from core.orm import fields
from core.orm.model import Model


class SearchScheme(Model):
    """One saved search of one user, for that user alone or for the roles it is shared with."""

    _name = "core.search_scheme"
    _label = "Saved search"
    _order = "sequence, id"
    _recycle = False

    name = fields.Char(required=True, size=60)
    user = fields.Many2one("core.user", required=True, ondelete="cascade", index=True)
    model = fields.Char(required=True, index=True, help="Model whose records it finds.")
    query = fields.Json(required=True, help="What stands in the address of the page.")
    shared_with = fields.Json(help="Ids of the roles that see it; empty: its owner alone.")
    is_default = fields.Boolean(label="Default of the list", default=False)
    sequence = fields.Integer(default=10)
