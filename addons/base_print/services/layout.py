"""How records are printed: the content and the paper, from a template or, for a model without one, from its form."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from addons.base_print.services.form_template import CSS, body_of
from core.api import _

if TYPE_CHECKING:
    from core.api import Environment


@dataclass(frozen=True)
class Layout:
    """Everything a print needs besides the records."""

    name: str
    body: str
    css: str
    header: str
    footer: str
    sheet: dict[str, Any]
    """Paper, orientation, width and height of own paper, margins; see `engine.sheet.page_css`."""
    copies: int = 1
    parts: tuple[str, ...] = ()
    template: int | None = None
    """Id of the template; None: made of the form."""
    language: str | None = None
    """Language of dates and choices; None: that of who prints."""


def layout_of(template: Any) -> Layout:
    """Return the layout of a template, saved or not."""
    margins = [template.margin_top, template.margin_right, template.margin_bottom, template.margin_left]
    return Layout(
        template.name or "",
        template.body or "",
        template.css or "",
        template.header or "",
        template.footer or "",
        {
            "paper": template.paper,
            "orientation": template.orientation,
            "width": str(template.width),
            "height": str(template.height),
            "margins": [str(Decimal(each or 0)) for each in margins],
        },
        template.copies or 1,
        tuple(template.part_names),
        template.id,
        template.language,
    )


def default_layout(env: Environment, model: str) -> Layout:
    """Return the layout made of the form that the user sees of a model."""
    sheet = {"paper": "a4", "orientation": "portrait", "width": "210", "height": "297", "margins": ["15"] * 4}
    name = env.services.text(_("Standard"), env.lang)
    return Layout(name, body_of(env, model), CSS, "", footer_of(env), sheet)


def footer_of(env: Environment) -> str:
    """Return the footer that a new template begins with."""
    pages = env.services.text(_("Page [page] of [pages]"), env.lang)
    return f"{{{{ record.display_name }}}} · {{{{ now }}}} | {pages}"
