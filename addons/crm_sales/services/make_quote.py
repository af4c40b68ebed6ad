"""Make quotes without retyping: of an opportunity, of a template (SALE-25)."""

from typing import Any

from core.api import ConflictError, ValidationError, _

LINE = ("product", "unit", "name", "quantity", "price", "discount")


def quote_opportunity(opportunity: Any) -> Any:
    """Return a new draft quote for the customer of ``opportunity``.

    Its lines are those of the latest quote of the opportunity; for the first one those of the opportunity.

    Raises:
        ConflictError: The opportunity is won or lost.
    """
    if opportunity.state != "open":
        raise ConflictError(_("%(number)s is closed: nothing is offered any more.", number=opportunity.number))
    earlier = opportunity.quotes.sorted("date desc, id desc")
    contacts = list(opportunity.contacts)
    lines = values_of(earlier[0].lines if earlier else opportunity.lines)
    return opportunity.env["crm.quote"].create(
        {
            "customer": opportunity.customer,
            "opportunity": opportunity,
            "contact": contacts[0] if contacts else None,
            "owner": opportunity.owner,
            "title": opportunity.name,
            "terms": earlier[0].terms if earlier else None,
            "lines": lines,
        }
    )


def fill_from_template(quote: Any) -> None:
    """Add the lines of the quote's template behind those there; its terms where the quote has none.

    Raises:
        ValidationError: No template is chosen.
        ConflictError: The quote is no draft.
    """
    if quote.state != "draft":
        raise ConflictError(_("%(number)s is no draft any more.", number=quote.number))
    if quote.template is None:
        raise ValidationError(_("Choose a template first."), field="template")
    last = max((line.sequence for line in quote.lines), default=0)
    for step, values in enumerate(values_of(quote.template.lines), start=1):
        quote.env["crm.quote.line"].create({**values, "quote": quote, "sequence": last + 10 * step})
    if not quote.terms:
        quote.update(terms=quote.template.terms)


def values_of(lines: Any) -> list[dict[str, Any]]:
    """Return what lines say, as new lines; what they leave empty is left out, so that it is filled in anew."""
    return [{name: getattr(line, name) for name in LINE if getattr(line, name) is not None} for line in lines]
