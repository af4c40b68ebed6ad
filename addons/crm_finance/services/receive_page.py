"""The page on which money is received, settled and invoiced (FIN-14): what it shows, and what was typed on it."""

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from addons.crm_base.api import PlainFigures
from addons.crm_finance.services.asked import customer_choices, read_day
from addons.crm_finance.services.posting_rights import is_cashier, usable_accounts
from addons.crm_finance.services.receive import Payment
from addons.crm_finance.services.settling import open_receivables
from addons.crm_sales.api import company_currency
from core.api import AccessDenied, Environment, ValidationError, _, formats, id_of

MOST = 200
FIELDS = (
    *("amount", "prepaid", "account", "date", "method", "keep_rest", "shares"),
    *("invoice_number", "invoice_date", "invoice_kind", "invoice_amount"),
)
"""Where an error can stand; every other one stands at the top."""
_PLACE = {"arrived": "amount", "number": "invoice_number", "invoiced": "invoice_amount", "receivable": "shares"}


def need_cashier(env: Environment) -> None:
    """Raise AccessDenied unless the user is a cashier."""
    if not is_cashier(env):
        raise AccessDenied(_("Only cashiers receive money."))


def receive_data(
    env: Environment, asked: Mapping[str, str], typed: Mapping[str, str] | None = None, error: Any = None
) -> dict[str, Any]:
    """Return what the page shows.

    Args:
        env: The environment of a cashier.
        asked: ``customer`` (id), ``find`` (part of a name) and ``currency`` of the address.
        typed: What was sent; None: nothing yet.
        error: The CoreError that refused it, or None.

    Raises:
        MissingRecord: There is no such customer for the reader.
    """
    number = id_of(asked.get("customer", ""))
    data: dict[str, Any] = {
        "find": asked.get("find", ""),
        "customers": customer_choices(env, asked.get("find", "").strip(), number),
        "customer": None,
        "error": None,
        "errors": {},
    }
    if number is not None:
        customer = env["crm.customer"].get(number)
        data |= _of_customer(env, customer, asked.get("currency") or company_currency(env), typed or {})
    if error is not None:
        place = _PLACE.get(error.where.field or "", error.where.field)
        text = f"{PlainFigures(env).text(error.message)}"
        hint = PlainFigures(env).text(error.hint) if error.hint else ""
        said = f"{text} {hint}".strip()
        data["error"] = said
        data["errors"] = {place: said} if place in FIELDS else {}
    return data


def payment_of(env: Environment, typed: Mapping[str, str]) -> Payment:
    """Return what was typed.

    Raises:
        ValidationError: A number or day is none, or there is no customer.
        MissingRecord: There is no such customer for the user.
    """
    number = id_of(typed.get("customer", ""))
    if number is None:
        raise ValidationError(_("Choose a customer."), field="customer")
    sent = {id_of(name.removeprefix("share_")): text for name, text in typed.items() if name.startswith("share_")}
    shares = {each: _amount(text, "shares") for each, text in sent.items() if each is not None}
    invoice_amount = typed.get("invoice_amount", "").strip()
    return Payment(
        customer=env["crm.customer"].get(number),
        currency=typed.get("currency") or company_currency(env),
        date=read_day(typed.get("date", ""), "date") or env.today(),
        amount=_amount(typed.get("amount", ""), "amount"),
        prepaid=_amount(typed.get("prepaid", ""), "prepaid"),
        account=id_of(typed.get("account", "")),
        method=id_of(typed.get("method", "")),
        shares={each: amount for each, amount in shares.items() if amount},
        keep_rest=bool(typed.get("keep_rest")),
        invoice_number=typed.get("invoice_number", "").strip(),
        invoice_date=read_day(typed.get("invoice_date", ""), "invoice_date"),
        invoice_kind=id_of(typed.get("invoice_kind", "")),
        invoice_amount=_amount(invoice_amount, "invoice_amount") if invoice_amount else None,
        notes=typed.get("notes", "").strip() or None,
    )


def _of_customer(env: Environment, customer: Any, currency: str, typed: Mapping[str, str]) -> dict[str, Any]:
    shown = PlainFigures(env)
    found = open_receivables(env, [["customer", "=", customer.id]], currency, limit=MOST)
    held = env["crm.prepayment"].read([["customer", "=", customer.id], ["currency", "=", currency]], ["balance"])
    balance = held[0]["balance"] if held else Decimal(0)
    used = {row["currency"] for row in env["crm.receivable"].aggregate(
        [["customer", "=", customer.id], ["open_base", ">", 0]], None, ["currency"]
    )} | {currency}  # fmt: skip
    total = sum((each.open_amount for each in found), Decimal(0))
    return {
        "customer": {"id": customer.id, "name": customer.name, "url": f"/records/crm.customer/{customer.id}"},
        "currency": currency,
        "currencies": sorted(used),
        "accounts": [
            {"id": each.id, "name": each.name, "is_on": str(each.id) == typed.get("account")}
            for each in usable_accounts(env, currency)
        ],
        "methods": _items(env, "payment_method", typed.get("method")),
        "kinds": _items(env, "invoice_kind", typed.get("invoice_kind")),
        "receivables": [
            {
                "id": each.id,
                "number": each.number,
                "url": f"/records/crm.receivable/{each.id}",
                "contract": each.order.number if each.order else "",
                "due": formats.date(each.due_date, env.lang),
                "is_late": each.due_date < env.today(),
                "amount": shown.money(each.amount),
                "open": shown.money(each.open_amount),
                "typed": typed.get(f"share_{each.id}", ""),
            }
            for each in found
        ],
        "open": shown.money(total),
        "balance": shown.money(balance) if balance else None,
        "typed": {
            name: typed.get(name, "")
            for name in ("amount", "prepaid", "notes", "invoice_number", "invoice_amount", "keep_rest")
        },
        "date": typed.get("date") or env.today().isoformat(),
        "invoice_date": typed.get("invoice_date") or env.today().isoformat(),
    }


def _items(env: Environment, dictionary: str, chosen: str | None) -> list[dict[str, Any]]:
    found = env["core.dictionary.item"].search(
        [["dictionary.code", "=", dictionary], ["active", "=", True]], order="sequence, id"
    )
    return [{"id": each.id, "name": each.display_name, "is_on": str(each.id) == chosen} for each in found]


def _amount(text: str, field: str) -> Decimal:
    cleaned = text.replace(",", "").replace("，", "").strip()
    if not cleaned:
        return Decimal(0)
    try:
        amount = Decimal(cleaned)
    except InvalidOperation:
        raise ValidationError(_("“%(text)s” is no amount.", text=text[:40]), field=field) from None
    if not amount.is_finite() or abs(amount) >= Decimal(10) ** 15 or amount != round(amount, 2):
        raise ValidationError(_("“%(text)s” is no amount.", text=text[:40]), field=field)
    return amount
