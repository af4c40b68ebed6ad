"""F1, steps 1 to 6: from a lead at a fair to a contract with its receivables.

The steps run with every selection of price control, approval and competitors: what an addon adds is seen where it is enabled, and the
remaining steps are unchanged without it. Step 5 belongs to points.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from itertools import combinations
from typing import Any

import pytest

from core.api import AccessDenied, ConflictError, CoreError, Environment, ValidationError
from tests.flows.company import Company

OPTIONAL = ("crm_price", "crm_approval", "crm_competitor")


def selections() -> Iterator[Any]:
    """Every selection on SQLite; on PostgreSQL the largest, the smallest and the two that price control and approval are alone in."""
    for size in range(len(OPTIONAL) + 1):
        for chosen in combinations(OPTIONAL, size):
            name = "+".join(each.removeprefix("crm_") for each in chosen) or "sales alone"
            yield pytest.param("sqlite", ("crm_sales", *chosen), id=f"sqlite-{name}")
            if size in (0, len(OPTIONAL)) or chosen in (("crm_price",), ("crm_approval",)):
                yield pytest.param("postgresql", ("crm_sales", *chosen), id=f"postgresql-{name}")


@pytest.mark.rows(
    *("SALE-03", "SALE-08", "SALE-16", "SALE-24", "SALE-27", "SALE-30", "SALE-41", "SALE-48", "BASE-06", "CORE-54"),
    *("PRICE-01", "PRICE-02", "PRICE-06", "PRICE-09", "APPR-03", "APPR-04", "APPR-07", "APPR-08", "APPR-09", "COMP-12"),
    "CORE-01",
)
@pytest.mark.parametrize(("engine", "addons"), list(selections()), indirect=True)
def test_a_lead_of_a_fair_becomes_an_effective_contract(company: Company) -> None:
    zhang = company.as_user("张三")
    lead = convert_the_lead(company, zhang)
    opportunity = lead.opportunity
    if company.has("crm_competitor"):
        meet_a_competitor(zhang, opportunity)
    quote = make_the_quote(company, zhang, opportunity)
    approve_the_quote(company, quote)
    order = make_the_contract(company, zhang, quote)
    take_effect(company, order)
    plan_the_payments(company, zhang, order)
    with pytest.raises(AccessDenied):
        company.as_user("周客服")["crm.order"].search()


def expected_sales(env: Environment) -> Decimal:
    """The funnel's expected sales: amount × probability of the stage, over open opportunities."""
    rows = env["crm.opportunity"].aggregate([["state", "=", "open"]], {"weighted": "sum"})
    return rows[0]["weighted"] or Decimal(0)


def convert_the_lead(company: Company, zhang: Environment) -> Any:
    """Step 1."""
    company.clock.set("2025-01-03")
    before = expected_sales(zhang)
    lead = zhang["crm.lead"].create(
        {
            "name": "展会：新办公室打印机",
            "company_name": "华星贸易有限公司",
            "contact_name": "王芳",
            "phone": "021-55501234",
            "amount": 13000,
            "campaign": "2025 办公设备展",
        }
    )
    with pytest.raises(ConflictError, match="华星贸易"):
        lead.convert()
    zhang.flush()
    assert lead.state == "new"
    lead.update(customer=company.customer(env=zhang))
    lead.convert()
    zhang.flush()
    opportunity = lead.opportunity
    assert (lead.state, lead.customer.name, opportunity.customer.name) == ("converted", "华星贸易", "华星贸易")
    assert (opportunity.amount, opportunity.stage.probability, opportunity.lead) == (Decimal(13000), 10, lead)
    assert [each.name for each in opportunity.contacts] == ["王芳"]
    assert company.env["crm.contact"].count([["name", "=", "王芳"]]) == 1
    assert expected_sales(zhang) - before == Decimal("1300.00")
    with pytest.raises(ConflictError), zhang.savepoint():
        lead.convert()
    with pytest.raises(ConflictError), zhang.savepoint():
        lead.update(notes="again")
        zhang.flush()
    return zhang["crm.lead"].get(lead.id)


def meet_a_competitor(zhang: Environment, opportunity: Any) -> None:
    """An addition where competitors are kept: the result against it follows from the opportunity."""
    rival = zhang["crm.competitor"].create({"name": "对手甲", "threat": "high"})
    zhang["crm.opportunity.competitor"].create({"opportunity": opportunity, "competitor": rival, "price": 900})
    zhang.flush()


def make_the_quote(company: Company, zhang: Environment, opportunity: Any) -> Any:
    """Step 2."""
    company.clock.set("2025-01-06")
    quote = zhang["crm.quote"].create(
        {
            "customer": opportunity.customer,
            "contact": company.contact(env=zhang),
            "opportunity": opportunity,
            "lines": [
                {
                    "product": company.product("LP-200"),
                    "unit": company.unit("LP-200", "台"),
                    "quantity": 10,
                    "price": 880,
                },
                {
                    "product": company.product("TN-20"),
                    "unit": company.unit("TN-20", "支"),
                    "quantity": 20,
                    "price": 180,
                },
            ],
        }
    )
    zhang.flush()
    printer, toner = quote.lines
    assert (printer.amount, toner.amount, quote.amount) == (Decimal(8800), Decimal(3600), Decimal("12400.00"))
    if company.has("crm_price"):
        assert (printer.suggested_price, printer.floor_price) == (Decimal("950.00"), Decimal("900.00"))
        assert (printer.is_below, printer.below_amount, printer.below_percent) == (
            True,
            Decimal("20.00"),
            Decimal("2.22"),
        )
        assert (toner.suggested_price, toner.floor_price, toner.is_below) == (Decimal(200), Decimal(160), False)
        assert quote.needs_price_approval
    else:
        assert (printer.suggested_price, toner.suggested_price) == (Decimal(1000), Decimal(200))
    return quote


def approve_the_quote(company: Company, quote: Any) -> None:
    """Step 3; nobody is asked without price control, which starts the approval, or without approval itself."""
    quote.submit()
    company.env.flush()
    if not (company.has("crm_price") and company.has("crm_approval")):
        assert quote.state == "approved"
        return
    assert quote.state == "in_approval"
    for refused in (quote.send, quote.make_contract):
        with pytest.raises(CoreError), quote.env.savepoint():
            refused()
    assert quote.state == "in_approval"
    assert panel_of(company, "李经理") == [quote.number]
    assert panel_of(company, "王总") == []
    approve(company, "李经理")
    assert panel_of(company, "李经理") == []
    assert panel_of(company, "王总") == [quote.number]
    assert company.env["crm.quote"].get(quote.id).state == "in_approval"
    approve(company, "王总")
    assert company.env["crm.quote"].get(quote.id).state == "approved"
    history = company.env["crm.approval.task"].read(
        [["request.model", "=", "crm.quote"], ["request.record_id", "=", quote.id]],
        ["level", "approver.name", "state"],
        "level, id",
    )
    assert [(row["level"], row["approver.name"], row["state"]) for row in history] == [
        (1, "李经理", "approved"),
        (2, "王总", "approved"),
    ]


def waiting(company: Company, name: str) -> Any:
    """Return what waits for a person."""
    env = company.as_user(name)
    return env["crm.approval.task"].search([["approver", "=", env.uid], ["state", "=", "waiting"]])


def panel_of(company: Company, name: str) -> list[str]:
    """Return the numbers that a person's panel of approvals shows, as its page draws them."""
    numbers = [task.request.title for task in waiting(company, name)]
    text = company.client(name).get("/x/crm_approval/panel/waiting").get_data(as_text=True)
    assert all(number in text for number in numbers)
    return numbers


def approve(company: Company, name: str) -> None:
    """Approve the only thing that waits for a person."""
    from addons.crm_approval.api import decide

    (task,) = waiting(company, name)
    decide(company.as_user(name), task.id, "approve", "同意")
    company.env.flush()


def make_the_contract(company: Company, zhang: Environment, quote: Any) -> Any:
    """Step 4."""
    company.clock.set("2025-01-08")
    quote = zhang["crm.quote"].get(quote.id)
    quote.send()
    assert (quote.state, str(quote.sent_date)) == ("sent", "2025-01-08")
    quote.accept()
    order = quote.make_contract()
    zhang.flush()
    assert (order.number, order.state, order.kind) == ("HT20250108-001", "draft", "contract")
    assert (order.quote, quote.state) == (quote, "accepted")
    assert [
        (line.product.model_number, line.unit.name, line.quantity, line.price, line.amount) for line in order.lines
    ] == [
        ("LP-200", "台", 10, 880, Decimal(8800)),
        ("TN-20", "支", 20, 180, Decimal(3600)),
    ]
    assert order.amount == Decimal("12400.00")
    opportunity = zhang["crm.opportunity"].get(quote.opportunity.id)
    assert (opportunity.state, opportunity.amount, str(opportunity.closed_on)) == ("won", Decimal(12400), "2025-01-08")
    if company.has("crm_competitor"):
        assert [each.result for each in opportunity.competitors] == ["won"]
    assert [line.cost for line in company.env["crm.order"].get(order.id).lines] == [Decimal(6000), Decimal(2400)]
    with pytest.raises(ConflictError), zhang.savepoint():
        quote.make_contract()
    if company.has("crm_price"):
        # Nothing is asked again that the quote had approved (D2).
        assert not order.needs_price_approval
    return order


def take_effect(company: Company, order: Any) -> None:
    """The end of step 5, and what the contract earns."""
    order.confirm()
    order.env.flush()
    assert (order.state, str(order.effective_date)) == ("confirmed", "2025-01-08")
    if company.has("crm_approval"):
        assert company.env["crm.approval.request"].count([["model", "=", "crm.order"]]) == 0
    profit = company.env["crm.order"].get(order.id)
    assert (profit.profit, profit.margin) == (Decimal("4000.00"), Decimal("32.26"))
    assert company.env["crm.customer"].get(order.customer.id).status == "formal"


def plan_the_payments(company: Company, zhang: Environment, order: Any) -> None:
    """Step 6."""
    days = ("2025-01-10", "2025-03-10", "2025-05-10")
    with pytest.raises(ValidationError, match="99"), zhang.savepoint():
        order.update(plans=[{"date": day, "percent": share} for day, share in zip(days, (30, 40, 29), strict=True)])
        zhang.flush()
    order = zhang["crm.order"].get(order.id)
    order.update(plans=[{"date": day, "percent": share} for day, share in zip(days, (30, 40, 30), strict=True)])
    zhang.flush()
    rows = zhang["crm.payment.plan"].search([["order", "=", order.id]], "date")
    assert [(str(row.date), row.amount, row.open_amount) for row in rows] == [
        ("2025-01-10", Decimal("3720.00"), Decimal("3720.00")),
        ("2025-03-10", Decimal("4960.00"), Decimal("4960.00")),
        ("2025-05-10", Decimal("3720.00"), Decimal("3720.00")),
    ]
