"""Mixin for models whose records have a mnemonic code beside their name (CORE-55)."""

from __future__ import annotations

from core.base.services.mnemonic import LONGEST, mnemonic_of
from core.orm import fields
from core.orm.decorators import depends
from core.orm.model import Model


class Mnemonic(Model):
    """Records with a short code, which is made of the name until somebody writes another one.

    A code written by hand stays when the name changes; emptied, it is made again. The model has a field ``name``, and its search view
    names ``mnemonic`` among its fields.
    """

    _name = "core.mnemonic"
    _abstract = True

    mnemonic = fields.Char(
        label="Mnemonic code",
        size=LONGEST,
        index="substring",
        copy=False,
        help="A short code to find the record by, such as SZHY. Empty: made of the name.",
    )
    made_mnemonic = fields.Char(
        label="Mnemonic code by rule",
        size=LONGEST,
        compute="_compute_made_mnemonic",
        store=True,
        help="Tells whether the code was changed by hand.",
    )

    @depends("name", "mnemonic")
    def _compute_made_mnemonic(self) -> None:
        made = mnemonic_of(self.env, self.name)  # type: ignore[attr-defined]  # the model has a name
        is_by_rule = not self.mnemonic or self.mnemonic == self.made_mnemonic
        # Written only where it changes: the code is among what this depends on.
        if is_by_rule and self.mnemonic != made:
            self.mnemonic = made
        self.made_mnemonic = made
