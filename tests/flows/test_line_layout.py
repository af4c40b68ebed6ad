"""Which columns of products the lines of a document show, and in which order they stand, is set for each kind of document (PROD-04)."""

from __future__ import annotations

import pytest

from core.testing.client import Client
from core.testing.installation import TestedApplication

ADDONS = ("crm_sales",)
CHANGES = [
    {"after": "column/lines.product", "add": ["product.model_number", "product.specification"]},
    {"set": "field/lines", "values": {"order": "product, id"}},
]
"""What an administrator changes on a form; updates of addons leave it alone."""


@pytest.mark.rows("PROD-04")
def test_columns_and_order_of_product_lines_are_set_for_each_kind_of_document(committed: TestedApplication) -> None:
    with committed.env("admin") as env:
        customer = env["crm.customer"].search([["name", "=", "华星贸易"]])[0]
        found = [env["crm.product"].search([["model_number", "=", model]])[0] for model in ("TN-20", "LP-200")]
        lines = [{"product": product, "price": 100} for product in found]
        pages = [
            f"/records/{model}/{env[model].create({'customer': customer, 'lines': lines}).id}"
            for model in ("crm.quote", "crm.order")
        ]
    client = Client(committed, "admin")
    assert [("TN-20" in client.get(page).text) for page in pages] == [False, False]
    with committed.env("admin") as env:
        env["core.view_patch"].create({"kind": "view", "target": "crm_sales.quote_form", "patch": CHANGES})
    assert [("TN-20" in client.get(page).text) for page in pages] == [True, False]
    text = client.get(pages[0]).text
    assert text.index("LP-200") < text.index("TN-20")
