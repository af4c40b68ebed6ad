"""Plain data for the cash book, and the table it leaves the system as (FIN-27, FIN-32)."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from addons.crm_base.api import PlainFigures
from addons.crm_finance.services.asked import account_choices, read_account, read_days
from addons.crm_finance.services.book import Book, BookQuestion, read_book
from addons.crm_finance.services.entries import ENTRY
from core.api import Environment, Sheet, SheetColumn, _, formats, id_of, records_url

ADDRESS = "/x/crm_finance/book"
PAGE = 100
MOST_ROWS = 100_000


def book_question(env: Environment, asked: Mapping[str, str]) -> BookQuestion:
    """Return what an address asks for: ``account``, ``category``, ``unaudited``, ``from`` and ``to``."""
    first, last = read_days(env, asked)
    return BookQuestion(
        first, last, read_account(env, asked.get("account")), id_of(asked.get("category", "")), "unaudited" in asked
    )


def book_data(env: Environment, asked: Mapping[str, str], forms: Sequence[Mapping[str, str]]) -> dict[str, Any]:
    """Return what the page shows.

    Args:
        env: The environment of the reader.
        asked: What `book_question` reads, and ``page`` from 1.
        forms: Formats of `sheet_formats`.

    Raises:
        ValidationError: A parameter is wrong.
        MissingRecord: There is no such account, or it is not for the reader.
    """
    question = book_question(env, asked)
    page = max(1, id_of(asked.get("page", "")) or 1)
    book = read_book(env, question, PAGE, (page - 1) * PAGE)
    shown = PlainFigures(env)
    query = {
        "account": question.account.id if question.account is not None else None,
        "category": question.category,
        "unaudited": "1" if question.unaudited else None,
        "from": question.first.isoformat(),
        "to": question.last.isoformat(),
    }
    query = {key: value for key, value in query.items() if value}
    pages = max(1, -(-book.count // PAGE))
    return {
        "accounts": account_choices(env, question.account),
        "categories": _categories(env, question.category),
        "unaudited": question.unaudited,
        "first": query["from"],
        "last": query["to"],
        "one": question.account is not None,
        "whole": question.is_whole,
        "currency": question.account.currency if question.account and env.company.many_currencies else "",
        "figures": _figures(shown, book, question),
        "start": shown.money(book.start),
        "rows": [_row(env, shown, row) for row in book.rows],
        "count": book.count,
        "total": {
            "in": shown.money(book.money_in),
            "out": shown.money(book.money_out),
            "balance": shown.money(book.closing),
        },
        "page": page,
        "pages": pages,
        "previous_url": _url({**query, "page": page - 1}) if page > 1 else None,
        "next_url": _url({**query, "page": page + 1}) if page < pages else None,
        "exports": [
            {"label": form["label"], "url": f"{ADDRESS}/export/{form['name']}?{urlencode(query)}"} for form in forms
        ],
        "list_url": records_url(ENTRY, domain=question.domain),
    }


def book_sheet(env: Environment, asked: Mapping[str, str]) -> Sheet:
    """Return the book of the period as a table, at most `MOST_ROWS` rows."""
    book = read_book(env, book_question(env, asked), MOST_ROWS)
    shown = PlainFigures(env)
    texts = (_("Entry number"), _("Cash account"), _("Kind"), _("Category of income or spending"), _("Particulars"))
    columns = [SheetColumn(shown.text(_("Date")), "date"), *(SheetColumn(shown.text(each), "char") for each in texts)]
    columns += [SheetColumn(shown.text(each), "money", 2) for each in (_("Income"), _("Spending"), _("Balance"))]
    kinds = env.registry[ENTRY].fields["kind"].options  # type: ignore[attr-defined]  # a Selection
    rows = [
        [
            row["date"], row["number"], row["account.name"], shown.text(_(kinds[row["kind"]])), row["category.name"],
            row["note"], row["in"], row["out"], row["balance"],
        ]
        for row in book.rows
    ]  # fmt: skip
    return Sheet(shown.text(_("Cash book")), columns, rows)


def _figures(shown: PlainFigures, book: Book, question: BookQuestion) -> list[dict[str, Any]]:
    found = [(_("Income"), book.money_in), (_("Spending"), book.money_out)]
    if question.is_whole:
        found = [(_("Opening balance"), book.opening), *found, (_("Balance after these entries"), book.closing)]
    return [{"label": shown.text(label), "value": shown.money(value), "is_low": value < 0} for label, value in found]


def _categories(env: Environment, chosen: int | None) -> list[dict[str, Any]]:
    rows = env["core.dictionary.item"].read(
        [["dictionary.code", "=", "cash_category"], ["active", "=", True]], ["name"], order="sequence, name"
    )
    return [{"id": row["id"], "name": row["name"], "is_on": row["id"] == chosen} for row in rows]


def _row(env: Environment, shown: PlainFigures, row: Mapping[str, Any]) -> dict[str, Any]:
    kinds = env.registry[ENTRY].fields["kind"].options  # type: ignore[attr-defined]  # a Selection
    return {
        "number": row["number"],
        "url": f"/records/{ENTRY}/{row['id']}",
        "date": formats.date(row["date"], env.lang),
        "account": row["account.name"],
        "kind": shown.text(_(kinds[row["kind"]])),
        "category": row["category.name"],
        "note": row["note"] or row["customer.name"] or "",
        "source_url": _source_url(row["source"]),
        "in": shown.money(row["in"]) if row["in"] else "",
        "out": shown.money(row["out"]) if row["out"] else "",
        "balance": shown.money(row["balance"]),
        "is_low": row["balance"] < 0,
        "is_reversed": row["state"] == "reversed",
        "audited": row["audited"],
    }


def _source_url(source: Any) -> str | None:
    return f"/records/{source['model']}/{source['id']}" if source else None


def _url(query: Mapping[str, Any]) -> str:
    return f"{ADDRESS}?{urlencode(query)}"
