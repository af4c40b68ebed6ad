"""Prepayment accounts of customers: found, made and moved (FIN-11)."""

import datetime as dt
from decimal import Decimal
from typing import Any

PREPAYMENT = "crm.prepayment"
ENTRY = "crm.prepayment.entry"


def prepayment_of(customer: Any, currency: str) -> Any:
    """Return the prepayment account of a customer in a currency, made if there is none; the caller acts as the system."""
    env = customer.env
    found = env[PREPAYMENT].search([["customer", "=", customer.id], ["currency", "=", currency]], limit=1)
    return found[0] if found else env[PREPAYMENT].create({"customer": customer.id, "currency": currency})


def move_prepayment(
    prepayment: Any, amount: Decimal, kind: str, date: dt.date, *, receipt: Any = None, settlement: Any = None
) -> Any:
    """Write a change of a prepayment and return it; the caller acts as the system.

    Raises:
        ValidationError: The balance would be below zero.
    """
    values = {"prepayment": prepayment, "amount": amount, "kind": kind, "date": date}
    return prepayment.env[ENTRY].create({**values, "receipt": receipt, "settlement": settlement})
