"""Make a contract of a quote (SALE-30)."""

from typing import Any

from addons.crm_sales.services.line_values import line_values
from core.api import ConflictError, _, label_of

STATES = ("approved", "sent", "accepted")


def make_contract(quote: Any) -> Any:
    """Return a new draft contract with the lines, prices and terms of ``quote``, which is accepted by it.

    Raises:
        ConflictError: The quote is not approved, was replaced by a later version, or has a contract already.
        ValidationError: The contract breaks a rule.
    """
    _check(quote)
    if quote.state != "accepted":
        quote.accept()
    contract = quote.env["crm.order"].create(
        {
            "kind": "contract",
            "quote": quote,
            "customer": quote.customer,
            "contact": quote.contact,
            "opportunity": quote.opportunity,
            "owner": quote.owner,
            "title": quote.title,
            "currency": quote.currency,
            "rate": quote.rate,
            "terms": quote.terms,
            "notes": quote.notes,
            "lines": line_values(quote.lines, quote.env["crm.order.line"]),
        }
    )
    # One after the other, since each of the two refers to the other.
    quote.env.flush()
    # Also keeps two contracts made at the same time apart: both would write this field.
    quote.contract = contract
    quote.env.flush()
    win_opportunity(quote)
    return contract


def win_opportunity(quote: Any) -> None:
    """Win the opportunity of ``quote``, if it is open, with the quote's amount in base currency."""
    opportunity = quote.opportunity
    if opportunity is not None and opportunity.state == "open":
        opportunity.update(amount=quote.base_amount)
        opportunity.win()


def _check(quote: Any) -> None:
    if quote.state not in STATES:
        raise ConflictError(
            _(
                '%(number)s is no approved quote: its state is "%(state)s".',
                number=quote.number,
                state=label_of(quote, "state"),
            ),
            hint=_("have the quote approved first"),
        )
    refuse_used(quote)


def refuse_used(quote: Any) -> None:
    """Refuse a quote with which nothing more is made.

    Raises:
        ConflictError: There is a later version, or a contract that was not cancelled.
    """
    if not quote.is_current:
        raise ConflictError(_("%(number)s was replaced by a later version.", number=quote.number))
    made = [order for order in quote.orders if order.state != "cancelled"]
    if made:
        raise ConflictError(
            _("%(number)s has a contract already: %(contract)s.", number=quote.number, contract=made[0].number)
        )
