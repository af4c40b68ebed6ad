"""Make a new version of a quote (SALE-25)."""

from typing import Any

from addons.crm_sales.services.make_contract import refuse_used


def revise_quote(quote: Any) -> Any:
    """Return a draft with everything of ``quote`` and the next version number; the earlier one stays as it is, for reading.

    Its number is that of the first version with the version behind it, such as ``QT20250106-001-2``.

    Raises:
        ConflictError: There is a later version already, or a contract was made of the quote.
    """
    refuse_used(quote)
    revision = quote.revision + 1
    first = quote.number.removesuffix(f"-{quote.revision}") if quote.revision > 1 else quote.number
    # Numbers are not given by hand, but this one follows from the first version. The right to change the quote was checked.
    with quote.env.elevated(reason=f"version {revision} of quote {first}") as env:
        copied = (
            env["crm.quote"]
            .get(quote.id)
            .copy(number=f"{first}-{revision}", revision=revision, previous=quote.id, date=env.today())
        )
    return quote.env["crm.quote"].get(copied.id)
