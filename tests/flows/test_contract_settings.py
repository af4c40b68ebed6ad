"""What an administrator sets freely about contracts, apart from fields of their own (SALE-32)."""

from __future__ import annotations

import io

import pytest
from pypdf import PdfReader

from addons.base_print.api import print_records
from core.testing.client import Client
from core.testing.installation import TestedApplication

ADDONS = ("crm_sales", "crm_approval", "base_print")


@pytest.mark.rows("SALE-32")
def test_numbers_lines_categories_states_flow_approval_and_prints_of_contracts_are_set_freely(
    committed: TestedApplication,
) -> None:
    with committed.env("admin") as env:
        # Numbering: by year, with a prefix of the company.
        env.ref("crm_sales.numbering_order").update(pattern="QQB-{YYYY}-{4}", reset="year")
        # Categories: one more in the dictionary.
        dictionary = env["core.dictionary"].search([["code", "=", "contract_category"]])[0]
        env["core.dictionary.item"].create({"dictionary": dictionary, "key": "rent", "name": "租赁合同"})
        # Execution states: one that is reached by hand, between the others.
        stage = env["crm.order.stage"].create({"name": "等待验收", "sequence": 45})
        # Approval flow: a new one whose only level is 王总, for contracts from 5,000.00.
        env["crm.approval.flow"].search([["model", "=", "crm.order"]]).update(active=False)
        head = env["core.user"].search([["name", "=", "王总"]])[0]
        env["crm.approval.flow"].create(
            {
                "name": "大额合同",
                "model": "crm.order",
                "transition": "confirm",
                "condition": [["base_amount", ">=", 5000]],
                "steps": [{"rule": "users", "users": [head]}],
            }
        )
        # Line layout: the model beside the product, lines by product.
        changes = [
            {"after": "column/lines.product", "add": ["product.model_number"]},
            {"set": "field/lines", "values": {"order": "product, id"}},
        ]
        env["core.view_patch"].create({"kind": "view", "target": "crm_sales.order_form", "patch": changes})
        # Print template: one of our own.
        body = "<h1>租赁协议 {{ record.number }}</h1><p>{{ record.customer.name }} {{ record.amount | money }}</p>"
        template = env["base.print.template"].create({"name": "租赁协议", "model": "crm.order", "body": body})

    with committed.env("zhang") as env:
        customer = env["crm.customer"].search([["name", "=", "华星贸易"]])[0]
        product = env["crm.product"].search([["model_number", "=", "LP-200"]])[0]
        small, great = (
            env["crm.order"].create(
                {
                    "customer": customer,
                    "category": "rent",
                    "lines": [{"product": product, "quantity": count, "price": 950}],
                }
            )
            for count in (1, 10)
        )
        assert [order.number for order in (small, great)] == ["QQB-2024-0001", "QQB-2024-0002"]
        assert great.category.name == "租赁合同"
        small.confirm()
        great.confirm()
        assert [order.state for order in (small, great)] == ["confirmed", "in_approval"]
        small.update(stage=stage.id)
        env.flush()
        assert small.stage.name == "等待验收"
        waiting = env["crm.approval.task"].search(
            [["request.record_id", "=", great.id], ["request.model", "=", "crm.order"]]
        )
        assert waiting.mapped("approver.name") == ["王总"]
        number = small.id

    page = Client(committed, "admin").get(f"/records/crm.order/{number}").text
    assert "LP-200" in page and "等待验收" in page
    with committed.env("admin") as env:
        made = print_records(env, "crm.order", [number], template.id)
        text = "".join(PdfReader(io.BytesIO(made.content)).pages[0].extract_text().split())
        assert "租赁协议QQB-2024-0001" in text and "华星贸易950.00" in text
