"""The data dictionary: lists of choices that administrators edit (CORE-53, CORE-56, CORE-57)."""

from __future__ import annotations

from core.base.services.tree import refuse_loop
from core.errors import ValidationError
from core.i18n import _
from core.orm import fields
from core.orm.decorators import constrains
from core.orm.model import Model


class Dictionary(Model):
    """A list or tree of choices; a `Lookup` field names it by its code."""

    _name = "core.dictionary"
    _label = "Dictionary"
    _order = "name, id"
    _recycle = False

    code = fields.Char(required=True, unique=True, copy=False)
    name = fields.Char(required=True, translate=True)
    tree = fields.Boolean(default=False, help="Its items may have sub-items.")
    addon = fields.Char(readonly=True, index=True, help="The addon that ships it; empty: made by an administrator.")
    note = fields.Text()
    items = fields.One2many("core.dictionary.item", "dictionary")


class DictionaryItem(Model):
    """One choice. Its key is fixed; label and order are free; once used it is retired instead of deleted."""

    _name = "core.dictionary.item"
    _label = "Dictionary item"
    _order = "sequence, id"
    _recycle = False
    _unique = [("dictionary", "key")]

    dictionary = fields.Many2one("core.dictionary", required=True, ondelete="cascade", index=True)
    key = fields.Char(required=True, index=True)
    name = fields.Char(label="Label", required=True, translate=True)
    sequence = fields.Integer(default=10)
    parent = fields.Many2one("core.dictionary.item", label="Belongs under", ondelete="restrict", index=True)
    children = fields.One2many("core.dictionary.item", "parent", label="Sub-items")
    active = fields.Boolean(default=True, help="Off: retired; old records keep it, new ones can't choose it.")
    is_default = fields.Boolean(label="Default", default=False)
    note = fields.Char()

    @constrains("parent", "dictionary")
    def _check_parent(self) -> None:
        refuse_loop(self)
        if self.parent is not None and self.parent.dictionary is not self.dictionary:
            raise ValidationError(_("The item above belongs to another dictionary."), field="parent")

    @constrains("active", "is_default")
    def _check_default(self) -> None:
        if self.is_default and not self.active:
            raise ValidationError(_("A retired item can't be the default."), field="is_default")
