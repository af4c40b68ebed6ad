"""Locks of everything that changes stock: first the document, then its products by id, then their levels.

The row of a product is the turn to change any of its stock, so two postings or requests of one product follow each other, and those that
share several products take them in the same order and never wait for each other in a circle. SQLite has one writer at a time anyway.
"""

from collections.abc import Collection
from typing import Any

import sqlalchemy as sa

from core.api import Environment

DOCUMENT, LINE, PRODUCT, LEVEL = "crm.stock.document", "crm.stock.line", "crm.product", "crm.stock.level"


def lock_document(system: Environment, number: int) -> Any:
    """Return a document as it is now, with its lines, and keep others from changing it until the transaction ends."""
    document = _fresh(system, DOCUMENT, "id", [number])[0]
    _fresh(system, LINE, "document_id", [number])
    return document


def lock_products(system: Environment, ids: Collection[int]) -> dict[int, Any]:
    """Return products by id as they are now, and take the turn to change their stock."""
    return {product.id: product for product in _fresh(system, PRODUCT, "id", ids)}


def lock_levels(system: Environment, products: Collection[int], keys: Collection[str]) -> dict[tuple[int, str], Any]:
    """Return the levels of products, whose turn was taken before, by product and key; those not there yet are missing."""
    found = _fresh(system, LEVEL, "product_id", products, key=keys)
    return {(level.product_id, level.key): level for level in found}


def make_level(system: Environment, product: int, warehouse: Any, place: Any, batch: str | None) -> Any:
    """Return a new level, empty, of a product (id) whose turn was taken before."""
    return system[LEVEL].create({"product": product, "warehouse": warehouse, "place": place, "batch": batch})


def level_key(warehouse: Any, place: Any, batch: str | None) -> str:
    """Return what tells levels of one product apart, as one text: columns that may be empty can't be unique."""
    return f"{warehouse.id}/{'' if place is None else place.id}/{(batch or '').strip()}"


def _fresh(system: Environment, model: str, column: str, values: Collection[Any], **also: Collection[Any]) -> list[Any]:
    """Read records for update by id, whatever was read of them before."""
    system.before_query()
    info = system.registry[model]
    table = info.table
    wanted = [table.c[name].in_(list(those)) for name, those in ((column, values), *also.items())]
    # KEY SHARE stays allowed: whoever merely refers to the row need not wait.
    statement = sa.select(info.cls).where(*wanted).order_by(table.c.id).with_for_update(key_share=True)
    return list(system.session.execute(statement.execution_options(populate_existing=True)).scalars())
