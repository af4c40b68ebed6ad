"""Numbering rules and their counters (CORE-54)."""

from __future__ import annotations

from typing import cast

from core.base.services.number_pattern import Reset, check_reset, parse_pattern
from core.errors import ValidationError
from core.orm import fields
from core.orm.decorators import constrains, depends
from core.orm.model import Model

_SAMPLE_CODES = {"company": "HQ", "department": "D01", "category": "A"}
"""Codes that the example shows where the pattern names them."""


class Numbering(Model):
    """How the numbers of one object are built, such as ``HT{YYYYMMDD}-{3}``; see `services.numbering` for the parts."""

    _name = "core.numbering"
    _label = "Numbering rule"
    _order = "code"
    _rec_name = "label"
    _recycle = False

    code = fields.Char(required=True, unique=True, copy=False, help="What a Sequence field names, such as crm.order.")
    label = fields.Char(label="Name", required=True, translate=True)
    prefix = fields.Char(help="Takes the place of {prefix}, or stands in front.")
    pattern = fields.Char(required=True, default="{5}", track=True, help="Such as HT{YYYYMMDD}-{3}.")
    reset = fields.Selection(
        {"never": "Never", "year": "Every year", "month": "Every month", "day": "Every day"},
        label="Counter starts again",
        default="never",
        required=True,
        track=True,
    )
    start = fields.Integer(label="First number", default=1, required=True)
    manual = fields.Boolean(label="Manual numbers allowed", default=False, track=True)
    example = fields.Char(compute="_compute_example", help="The first number of today, with codes as they may be.")

    @depends("prefix", "pattern", "start")
    def _compute_example(self) -> None:
        try:
            pattern = parse_pattern(self.pattern or "")
        except ValidationError:
            self.example = None
            return
        codes = {**_SAMPLE_CODES, "prefix": self.prefix}
        text = pattern.format(self.start or 1, self.env.today(), codes)
        self.example = text if "prefix" in pattern.codes else f"{self.prefix or ''}{text}"

    @constrains("pattern", "reset")
    def _check_pattern(self) -> None:
        check_reset(parse_pattern(self.pattern), cast(Reset, self.reset))


class NumberingCounter(Model):
    """The last number drawn of one rule in one period."""

    _name = "core.numbering.counter"
    _label = "Counter"
    _order = "rule, period"
    _rec_name = "period"
    _recycle = False
    _unique = [("rule", "period")]

    rule = fields.Many2one("core.numbering", required=True, ondelete="cascade")
    period = fields.Char(
        required=True, help="Such as 2026, 2026-07 or 2026-07-31; a dash for a counter that never starts again."
    )
    value = fields.Integer(required=True, default=0)
