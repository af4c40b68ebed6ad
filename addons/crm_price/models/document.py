"""Whether the prices of a quote or order need approval (PRICE-06, PRICE-07)."""

from addons.crm_price.models.control import MODES
from addons.crm_price.services.control import mode_of, needs_approval, refuse_below
from core.api import Model, constrains, depends, fields


class SalesDocument(Model):
    """A document knows which price control holds for it, and whether its prices need approval."""

    _inherit = "crm.sales.document"

    price_mode = fields.Selection(MODES, label="Price control", compute="_compute_price_control", store=True)
    needs_price_approval = fields.Boolean(
        label="Prices need approval", compute="_compute_price_control", store=True, index=True
    )
    floors_at = fields.Datetime(
        label="Lowest prices as of",
        readonly=True,
        copy=False,
        help="Set when they had changed since the lines were entered.",
    )

    @depends("lines.is_below", "floors_at")
    def _compute_price_control(self) -> None:
        self.price_mode = mode_of(self)
        self.needs_price_approval = needs_approval(self, self.price_mode)


class Order(Model):
    """The category may have a control of its own; what the quote had approved is not asked again (D2)."""

    _inherit = "crm.order"

    @depends("category", "quote", "lines.unit", "lines.price", "lines.discount", "rate")
    def _compute_price_control(self) -> None:
        super()._compute_price_control()  # type: ignore[misc]  # a layer below has it

    @constrains("category")
    def _refuse_below_floor(self) -> None:
        for line in self.lines:  # type: ignore[attr-defined]  # of the model extended
            refuse_below(line)
