"""What we hand to customers on paper: every template in both languages holds the right figures, on every page what belongs there.

Drawing does not depend on the database, so SQLite alone is asked.
"""

from __future__ import annotations

import io
import re
from typing import Any

import pytest
from pypdf import PdfReader

from addons.base_print.api import print_records
from tests.flows.company import Company

ADDONS = ("crm_service", "crm_stock", "crm_finance", "base_print")
WE = {
    "name": "江南恒泰办公用品有限公司",
    "address": "上海市徐汇区示范路 425 号",
    "phone": "021-0000 8800",
    "bank_name": "示例银行徐汇支行",
    "bank_account": "1001 2345 0920",
}


@pytest.fixture(scope="session")
def engine() -> str:
    """SQLite."""
    return "sqlite"


@pytest.fixture
def house(company: Company) -> Company:
    """The company with a letterhead, and the address of its customer."""
    # The name that ships is translated; ours is the same in each language.
    for lang in ("zh_CN", "en"):
        company.env.speak(lang)
        company.env.company.update(**WE)
    company.customer().update(address="苏州市虎丘区锦峰路 8 号", postcode="215163")
    return company


def pages(company: Company, record: Any, template: str) -> list[str]:
    """Return the text of each page of a print by the administrator; the spaces that setting leaves are gone."""
    company.env.flush()
    number = company.env.ref(template).id
    made = print_records(company.env, record._info.name, [record.id], number)
    return [re.sub(r"\s+", " ", page.extract_text()) for page in PdfReader(io.BytesIO(made.content)).pages]


def needs(text: str, *wanted: str) -> None:
    """Assert that a text holds everything wanted, whatever the spaces."""
    close = _close(text)
    assert [each for each in wanted if _close(each) not in close] == []


def _close(text: str) -> str:
    return re.sub(r"\s", "", text)


def goods(company: Company, count: int) -> list[dict[str, Any]]:
    """Return lines of 60 printers, each at 1,000.00 less 2.5 %: 975.00."""
    unit = company.unit("LP-200", "台")
    product = company.product("LP-200")
    return [
        {"product": product, "unit": unit, "quantity": 1, "price": 1000, "discount": "2.5"} for _each in range(count)
    ]


@pytest.mark.rows("SALE-26", "CORE-65")
def test_a_quote_of_sixty_lines_repeats_its_head_and_tells_its_discount_and_amount(house: Company) -> None:
    values = {
        "customer": house.customer(),
        "contact": house.contact(),
        "owner": house.user("张三"),
        "terms": "月结 30 天",
    }
    quote = house.env["crm.quote"].create({**values, "lines": goods(house, 60), "date": "2025-01-06"})
    shown = pages(house, quote, "crm_sales.print_quote")
    assert len(shown) > 2
    for at, page in enumerate(shown, 1):
        needs(page, f"第 {at} 页，共 {len(shown)} 页", quote.number)
    for page in shown[:-1]:
        needs(page, "产品与规格", "单价（元）", "金额（元）")
    whole = "".join(shown)
    assert whole.count("975.00") == 60
    needs(
        whole, WE["name"], WE["bank_account"], "华星贸易", "王芳", "021-55501234", "2025年1月6日", "张三", "月结 30 天"
    )
    needs(whole, "折前小计60,000.00", "优惠−1,500.00", "合计¥58,500.00", "人民币伍万捌仟伍佰元整")
    english = "".join(pages(house, quote, "crm_sales.print_quote_en"))
    needs(english, "Quotation", "Unit price (CNY)", "Before discount60,000.00", "Discount−1,500.00", "Total¥58,500.00")
    needs(english, "6 Jan 2025", f"Page {len(shown)} of {len(shown)}")
    assert "大写" not in english


@pytest.mark.rows("SALE-34")
def test_a_contract_tells_amount_in_capitals_payment_plan_and_numbers_its_clauses(house: Company) -> None:
    lines = [
        {"name": "LP-200 激光打印机", "quantity": 10, "price": 880},
        {"name": "TN-20 硒鼓", "quantity": 20, "price": "180.44"},
    ]
    plans = [
        {"date": "2025-01-10", "percent": 30, "name": "预付款"},
        {"date": "2025-03-10", "percent": 70, "name": "尾款"},
    ]
    values = {
        "customer": house.customer(),
        "contact": house.contact(),
        "owner": house.user("张三"),
        "date": "2025-01-08",
    }
    order = house.env["crm.order"].create({**values, "lines": lines, "plans": plans, "terms": "送货上门"})
    text = "".join(pages(house, order, "crm_sales.print_contract"))
    needs(text, "销售合同", order.number, "甲方（买方）华星贸易", "乙方（卖方）" + WE["name"], "2025年1月8日")
    needs(text, "880.00 8,800.00", "180.44 3,608.80", "¥12,408.80", "人民币壹万贰仟肆佰零捌元捌角整")
    needs(
        text,
        "一、产品",
        "二、付款方式",
        "预付款2025年1月10日3,722.64",
        "尾款2025年3月10日8,686.16",
        "三、其他约定",
        "四、生效",
    )
    english = "".join(pages(house, order, "crm_sales.print_contract_en"))
    needs(
        english, "Sales contract", "Buyer华星贸易", "¥12,408.80", "10 Mar 2025 8,686.16", "4. Validity", "Page 1 of 1"
    )


@pytest.mark.rows("STOCK-08")
def test_a_delivery_note_has_four_parts_each_with_all_lines_and_pages_of_its_own(house: Company) -> None:
    warehouse = house.find("crm.warehouse", ["code", "=", "A"])
    lines = [
        {"product": house.product("TN-20"), "unit": house.unit("TN-20", "盒"), "quantity": 1, "batch": f"B{at}"}
        for at in range(15)
    ]
    values = {
        "kind": "out",
        "reason": "sale",
        "customer": house.customer(),
        "warehouse": warehouse,
        "date": "2025-01-15",
    }
    document = house.env["crm.stock.document"].create({**values, "lines": lines, "notes": "易碎"})
    shown = pages(house, document, "crm_stock.print_delivery_note")
    count = len(shown) // 4
    assert count > 1 and len(shown) == 4 * count
    for part, words in enumerate(("第一联 存根（白）", "第二联 客户（红）", "第三联 财务（黄）", "第四联 仓库（蓝）")):
        own = shown[part * count : (part + 1) * count]
        needs(own[0], "送货单", words, document.number, "华星贸易", "王芳021-55501234", "2025年1月15日", "主仓库")
        needs("".join(own), *(f"B{at} 盒 1" for at in range(15)), "共 15 项15", "备注：易碎", "收货人（签章）")
        for at, page in enumerate(own, 1):
            needs(page, "批次/序列号", f"{document.number}　{words}", f"第 {at} 页，共 {count} 页")
    english = pages(house, document, "crm_stock.print_delivery_note_en")
    needs(english[0], "Delivery note", "Part 1, office (white)", "15 Jan 2025", "Batch or serial no.")
    assert sum("Received by:" in page for page in english) == 4


@pytest.mark.rows("SERV-13", "SERV-11")
def test_a_repair_order_tells_what_came_in_and_what_is_to_pay_and_by_whom(house: Company) -> None:
    received = {
        "contact": house.contact(),
        "product": house.product("LP-200"),
        "serial": "SN1",
    }
    flow = house.find("crm.service.flow", ["name", "=", "维修流程"])
    reported = {"customer": house.customer(), "flow": flow, "subject": "卡纸", "problem": "一次进两张"}
    ticket = house.env["crm.ticket"].create({**received, **reported})
    part = {"product": house.product("FU-2"), "unit": house.unit("FU-2", "件"), "price": 260, "charge": "customer"}
    work = [
        {"name": "清洁", "quantity": "1.5", "price": 80, "charge": "customer"},
        {"name": "检测", "price": 50, "charge": "free"},
    ]
    given = {"ticket": ticket, "accessories": "电源线", "fault": "卡纸", "finding": "搓纸轮磨损", "date": "2025-06-20"}
    repair = house.env["crm.repair"].create(
        {**received, **given, "owner": house.user("吴师傅"), "parts": [part], "work": work}
    )
    text = "".join(pages(house, repair, "crm_service.print_repair"))
    needs(
        text,
        "维修单",
        repair.number,
        ticket.number,
        "华星贸易",
        "激光打印机LP-200",
        "SN1",
        "电源线",
        "卡纸",
        "搓纸轮磨损",
    )
    needs(
        text,
        "2025年6月20日",
        "定影组件FU-2客户支付1件260.00260.00",
        "清洁客户支付1.5小时80.00120.00",
        "检测免费1小时50.000.00",
    )
    needs(text, "应付合计¥380.00", "人民币叁佰捌拾元整", "吴师傅", "第1页，共1页")
    english = "".join(pages(house, repair, "crm_service.print_repair_en"))
    needs(
        english,
        "Repair order",
        "Customer pays 1 件 260.00 260.00",
        "Free of charge",
        "To pay¥380.00",
        "Out of warranty",
        "20 Jun 2025",
    )
    form = "".join(pages(house, ticket, "crm_service.print_ticket"))
    needs(form, "售后服务单", ticket.number, "华星贸易", "SN1", "卡纸", "一次进两张", "登记", "交付", "客户签字")
    needs(
        "".join(pages(house, ticket, "crm_service.print_ticket_en")),
        "Service form",
        ticket.number,
        "Handled by",
        "Technician",
    )


@pytest.mark.rows("FIN-21", "BASE-18")
def test_a_statement_lists_what_is_open_and_an_envelope_where_it_goes(house: Company) -> None:
    customer = house.customer()
    house.clock.set("2025-03-01")
    for amount, due in ((3720, "2025-01-10"), ("4960.50", "2025-03-10")):
        house.env["crm.receivable"].create(
            {"customer": customer, "amount": amount, "date": "2025-01-01", "due_date": due}
        )
    text = "".join(pages(house, customer, "crm_finance.print_statement"))
    needs(
        text,
        "对账单",
        "华星贸易",
        "王芳",
        "2025年3月1日",
        "2025-01-10 50 3,720.00 0.00 3,720.00",
        "2025-03-10 4,960.50 0.00 4,960.50",
    )
    needs(
        text,
        "其中已逾期3,720.00",
        "未收合计¥8,680.50",
        "人民币捌仟陆佰捌拾元伍角整",
        WE["bank_account"],
        "第1页，共1页",
    )
    english = "".join(pages(house, customer, "crm_finance.print_statement_en"))
    needs(
        english,
        "Statement of account",
        "As of1 Mar 2025",
        "10 Jan 2025 50 3,720.00 0.00 3,720.00",
        "Open amount¥8,680.50",
    )
    for template in ("envelope_dl", "envelope_c5", "envelope_dl_en", "envelope_c5_en"):
        (page,) = pages(house, customer, f"crm_base.{template}")
        needs(page, "华星贸易", "王芳", "苏州市虎丘区锦峰路 8 号", "215163", WE["name"], WE["address"])
