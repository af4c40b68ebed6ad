"""Hot customers: whom to look after first, how hot and why (BASE-15)."""

from typing import Any

from core.api import Model, ValidationError, _, constrains, fields


class Customer(Model):
    """A customer may be marked as hot, with degree and reason; since when follows."""

    _inherit = "crm.customer"

    is_hot = fields.Boolean(label="Hot", default=False, index=True, track=True, copy=False)
    hot_degree = fields.Selection(
        {"warm": "Warm", "hot": "Hot", "burning": "Very hot"}, label="How hot", track=True, copy=False
    )
    hot_reason = fields.Char(label="Why hot", track=True, copy=False)
    hot_since = fields.Date(readonly=True, copy=False)

    @constrains("is_hot", "hot_reason")
    def _check_hot(self) -> None:
        wanted: dict[str, Any] = {"hot_degree": None, "hot_reason": None, "hot_since": None}
        if self.is_hot:
            reason = (self.hot_reason or "").strip()
            if not reason:
                raise ValidationError(_("Say why the customer is hot."), field="hot_reason")
            since = self.hot_since or self.env.today()
            wanted = {"hot_degree": self.hot_degree or "hot", "hot_reason": reason, "hot_since": since}
        for name, value in wanted.items():
            if getattr(self, name) != value:
                setattr(self, name, value)
