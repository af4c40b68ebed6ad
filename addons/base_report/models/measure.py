"""Measures without code: records that addons bring in ``data/`` and administrators make on a page."""

from __future__ import annotations

import re

from addons.base_report.services.measures import HOWS, Measure, check_measure
from core.api import Model, ValidationError, _, constrains, fields

_KEY = re.compile(r"[A-Za-z][A-Za-z0-9_.]{0,99}")


class ReportMeasure(Model):
    """What records of a model are measured by in statistics."""

    _name = "base.report.measure"
    _label = "Measure"
    _order = "sequence, name, id"
    _recycle = False

    key = fields.Char(required=True, unique=True, copy=False, help="Stable name, such as sales.confirmed_amount.")
    name = fields.Char(required=True, translate=True)
    heading = fields.Char(translate=True, help="Empty: the name of the object.")
    model = fields.Char(label="Object", required=True, index=True, help="Such as crm.order.")
    value = fields.Char(
        required=True,
        default="id:count",
        help="Field and what is done with it, such as amount:sum, or profit/amount:rate for a share in percent.",
    )
    date = fields.Char(label="Date field", help="Empty: the first date of the object.")
    person = fields.Char(label="Employee field", help="Empty: the owner.")
    domain = fields.Json(label="Conditions", conditions_of="model", help="Which records count; empty: all.")
    dimensions = fields.Char(
        label="More dimensions", help="Paths with commas, such as customer.region, customer.industry."
    )
    sequence = fields.Integer(default=50)
    active = fields.Boolean(default=True)

    @constrains("key", "model", "value", "date", "person", "domain", "dimensions")
    def _check_measure(self) -> None:
        if not _KEY.fullmatch(self.key):
            raise ValidationError(_("A key has letters, digits, dots and underscores."), field="key")
        if self.model not in self.env.registry.models:
            # Its addon may be disabled; the measure waits for it.
            return
        measure = Measure(
            self.key,
            self.name,
            self.model,
            self.value,
            self.date or None,
            self.person or None,
            self.domain,
            tuple(part.strip() for part in (self.dimensions or "").split(",") if part.strip()),
        )
        if measure.how not in HOWS:
            known = ", ".join(HOWS)
            raise ValidationError(_("After the colon stands one of %(known)s.", known=known), field="value")
        if (measure.how == "rate") != bool(measure.whole):
            raise ValidationError(_("A rate names two fields, such as profit/amount:rate."), field="value")
        check_measure(self.env, measure)
