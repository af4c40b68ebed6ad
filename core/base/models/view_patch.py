"""What an administrator changed in views, menus and panels, on top of what the addons ship (design 1.5)."""

from __future__ import annotations

from core.orm import fields
from core.orm.model import Model


class ViewPatch(Model):
    """One patch on one view, menu or panel; updates of addons never overwrite it."""

    _name = "core.view_patch"
    _label = "Customisation"
    _order = "sequence, id"
    _rec_name = "target"
    _recycle = False

    kind = fields.Selection({"view": "View", "menu": "Menu", "panel": "Panel"}, required=True, default="view")
    target = fields.Char(required=True, index=True, help="Id of what is changed, such as crm_base.customer_form.")
    patch = fields.Json(required=True, help="The operations, as in a view file.")
    base = fields.Json(help="What was shipped when the patch was made, to tell a conflict.")
    sequence = fields.Integer(default=10)
    note = fields.Char()
    active = fields.Boolean(default=True, track=True)
