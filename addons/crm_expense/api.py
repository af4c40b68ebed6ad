"""What expenses offer to other addons."""

from addons.crm_expense.services.sum_expenses import follow_claims

__all__ = ["follow_claims"]
