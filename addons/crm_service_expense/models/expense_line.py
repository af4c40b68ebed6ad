"""Expenses that belong to repairs (SERV-15)."""

from typing import Any

from core.api import ConflictError, Model, _, constrains, fields


class ExpenseLine(Model):
    """An expense may belong to a repair, and to a contract as well."""

    _inherit = "crm.expense.line"

    repair = fields.Many2one("crm.repair", label="Repair order", index=True, ondelete="restrict")

    @constrains("repair")
    def _check_repair(self: Any) -> None:
        if self.expense.state != "draft":
            raise ConflictError(_("%(number)s was handed in: it is not changed any more.", number=self.expense.number))


class Repair(Model):
    """A repair shows what was spent on it."""

    _inherit = "crm.repair"

    expense_lines = fields.One2many("crm.expense.line", "repair", label="Expense lines")
