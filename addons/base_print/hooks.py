"""Ways to printing from the pages of records and lists."""

from typing import Any

from addons.base_print.services.print_records import may_print, templates_for
from core.api import Environment, Link, _, has_right, hookimpl

MOST = 6
"""Templates offered in the menu of a record."""
TEMPLATE = "base.print.template"


@hookimpl
def record_links(env: Environment, model: str, record_id: int) -> list[Link]:
    """Offer the default template of the record first, then the others."""
    if model == TEMPLATE:
        return [_design(record_id)] if has_right(env, "base_print.design") else []
    if not may_print(env, model):
        return []
    url = f"/x/base_print/print/{model}/{record_id}"
    found: list[Any] = templates_for(env, model)
    links = [Link(_("Print as PDF"), url, icon="printer", sequence=20, new_tab=True)]
    for template in found[1:MOST]:
        label = _("Print: %(name)s", name=template.name)
        links.append(Link(label, f"{url}?template={template.id}", icon="printer", sequence=21, new_tab=True))
    return links


@hookimpl
def batch_links(env: Environment, model: str) -> list[Link]:
    """Offer to print the rows selected."""
    if model == TEMPLATE or not may_print(env, model):
        return []
    return [Link(_("Print as PDF"), f"/x/base_print/print/{model}", icon="printer", sequence=20)]


@hookimpl
def list_links(env: Environment, model: str) -> list[Link]:
    """Offer the templates of a model to who designs them."""
    if model.startswith("base.print.") or not has_right(env, "base_print.design"):
        return []
    return [Link(_("Print templates"), f"/x/base_print/templates/{model}", icon="template", sequence=60)]


def _design(template: int) -> Link:
    return Link(_("Design and preview"), f"/x/base_print/design/{template}", icon="template", sequence=10)
