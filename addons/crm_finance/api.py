"""What finance offers to other addons."""

from addons.crm_finance.services.entries import post_entry, reverse_entry
from addons.crm_finance.services.posting_rights import usable_accounts
from addons.crm_finance.services.rates import rate_on, to_base
from addons.crm_finance.services.receivables import cancel_receivable, make_receivable

__all__ = [
    "cancel_receivable",
    "make_receivable",
    "post_entry",
    "rate_on",
    "reverse_entry",
    "to_base",
    "usable_accounts",
]
