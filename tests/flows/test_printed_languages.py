"""Every print template that ships comes in each language, and what it prints bears its title in that language.

Drawing does not depend on the database, so SQLite alone is asked.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from addons.base_print.api import templates_for
from tests.flows.company import Company
from tests.flows.test_printed_documents import pages

ADDONS = ("crm_service", "crm_stock", "crm_finance", "base_print")
ENDINGS = {"zh_CN": "", "zh_TW": "_tw", "en": "_en"}
"""What the external id of a template ends in, by language."""
TITLES = {
    "crm_sales.print_quote": ("报价单", "報價單", "Quotation"),
    "crm_sales.print_proposal": ("建议书", "建議書", "Proposal"),
    "crm_sales.print_contract": ("销售合同", "銷售合約", "Sales contract"),
    "crm_stock.print_delivery_note": ("送货单", "出貨單", "Delivery note"),
    "crm_service.print_repair": ("维修单", "維修單", "Repair order"),
    "crm_service.print_ticket": ("售后服务单", "售後服務單", "Service form"),
    "crm_finance.print_statement": ("对账单", "對帳單", "Statement of account"),
    # An envelope has no title; what stands around the addressee differs.
    "crm_base.envelope_dl": ("王芳（收）", "215163苏州市虎丘区锦峰路8号华星贸易王芳收", "王芳华星贸易苏州市虎丘区锦峰路8号215163"),
    "crm_base.envelope_c5": ("王芳（收）", "215163苏州市虎丘区锦峰路8号华星贸易王芳收", "王芳华星贸易苏州市虎丘区锦峰路8号215163"),
}  # fmt: skip
"""External id of the Simplified Chinese template → the titles in the order of `ENDINGS`."""


two_currencies = pytest.mark.parametrize(
    ("currency", "words", "amount"), [("TWD", "新臺幣貳仟元整", "NT$2,000.00"), ("CNY", "人民幣貳仟元整", "¥2,000.00")]
)


@pytest.fixture(scope="session")
def engine() -> str:
    """SQLite."""
    return "sqlite"


def a_quote(company: Company) -> Any:
    return company.env["crm.quote"].create({"customer": company.customer(), "lines": goods(company)})


def a_proposal(company: Company) -> Any:
    opportunity = company.env["crm.opportunity"].create(
        {"name": "展会", "customer": company.customer(), "amount": 13000}
    )
    return company.env["crm.proposal"].create(
        {"opportunity": opportunity, "name": "办公打印方案", "body": "一、现状\n二、方案"}
    )


def a_contract(company: Company) -> Any:
    return company.env["crm.order"].create({"customer": company.customer(), "lines": goods(company)})


def goods(company: Company) -> list[dict[str, Any]]:
    return [{"product": company.product("LP-200"), "unit": company.unit("LP-200", "台"), "quantity": 2, "price": 1000}]


def a_delivery(company: Company) -> Any:
    line = {"product": company.product("TN-20"), "unit": company.unit("TN-20", "盒"), "quantity": 3}
    warehouse = company.find("crm.warehouse", ["code", "=", "A"])
    values = {"kind": "out", "reason": "sale", "customer": company.customer(), "warehouse": warehouse}
    return company.env["crm.stock.document"].create({**values, "lines": [line]})


def a_ticket(company: Company) -> Any:
    values = {"customer": company.customer(), "subject": "卡纸", "product": company.product("LP-200")}
    return company.env["crm.ticket"].create(values)


def a_repair(company: Company) -> Any:
    values = {"ticket": a_ticket(company), "owner": company.user("吴师傅")}
    return company.env["crm.repair"].create({**values, "work": [{"name": "检修", "quantity": 1, "price": 100}]})


def a_customer(company: Company) -> Any:
    company.customer().update(address="苏州市虎丘区锦峰路 8 号", postcode="215163")
    return company.customer()


RECORDS: dict[str, Callable[[Company], Any]] = {
    "crm.quote": a_quote,
    "crm.proposal": a_proposal,
    "crm.order": a_contract,
    "crm.stock.document": a_delivery,
    "crm.repair": a_repair,
    "crm.ticket": a_ticket,
    "crm.customer": a_customer,
}
"""Model → a record of it to print."""


def text_of(company: Company, record: Any, template: str) -> str:
    """Return all text of a print by the administrator, without spaces."""
    return re.sub(r"\s", "", "".join(pages(company, record, template)))


@pytest.mark.rows("CORE-65")
def test_each_template_that_ships_is_there_in_every_language(company: Company) -> None:
    expected = {company.env.ref(f"{name}{ending}").id: lang for name in TITLES for lang, ending in ENDINGS.items()}
    assert {each.id: each.language for each in company.env["base.print.template"].search([])} == expected


@pytest.mark.rows("CORE-65", "SALE-26", "SALE-28", "SALE-34", "STOCK-08", "SERV-11", "SERV-13", "FIN-21", "BASE-18")
@pytest.mark.parametrize("name", TITLES)
def test_a_template_prints_its_title_in_each_language(company: Company, name: str) -> None:
    record = RECORDS[company.env.ref(name).model](company)
    for ending, title in zip(ENDINGS.values(), TITLES[name], strict=True):
        assert title.replace(" ", "") in text_of(company, record, f"{name}{ending}")


@pytest.mark.rows("CORE-65")
@pytest.mark.parametrize("lang", ENDINGS)
def test_who_prints_gets_the_template_of_the_own_language_first(company: Company, lang: str) -> None:
    company.env.speak(lang)
    first = {model: templates_for(company.env, model)[0].language for model in RECORDS}
    assert first == dict.fromkeys(RECORDS, lang)


@pytest.mark.rows("CORE-65", "SALE-26")
@two_currencies
def test_a_quote_in_traditional_chinese_writes_its_currency_out(
    company: Company, currency: str, words: str, amount: str
) -> None:
    company.env["crm.currency.rate"].create({"currency": "TWD", "date": "2024-01-01", "rate": "0.22"})
    quote = company.env["crm.quote"].create(
        {"customer": company.customer(), "lines": goods(company), "currency": currency}
    )
    text = text_of(company, quote, "crm_sales.print_quote_tw")
    assert words in text and amount in text


@pytest.mark.rows("CORE-65", "FIN-21")
@two_currencies
def test_a_statement_in_traditional_chinese_writes_the_currency_of_the_company_out(
    company: Company, currency: str, words: str, amount: str
) -> None:
    company.env.company.update(currency=company.find("core.dictionary.item", ["key", "=", currency]))
    company.env["crm.receivable"].create(
        {"customer": company.customer(), "amount": 2000, "date": "2024-01-01", "due_date": "2024-02-01"}
    )
    text = text_of(company, company.customer(), "crm_finance.print_statement_tw")
    assert words in text and amount in text
