"""`Pages`: the Jinja2 environment of the web pages: escaping on, every undefined name an error (layer render)."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

TEMPLATES = Path(__file__).parent / "templates"


class Pages:
    """Renders templates.

    Args:
        static_url: Turns the name of a static file into its address.
    """

    def __init__(self, static_url: Callable[[str], str]) -> None:
        self._jinja = Environment(
            loader=FileSystemLoader(TEMPLATES),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._jinja.globals["static"] = static_url

    def render(self, template: str, *, lang: str, text: Callable[[Any], str], **data: Any) -> str:
        """Return the HTML of a page.

        Args:
            template: Name of the file below ``templates``.
            lang: Language such as ``zh_CN``.
            text: Renders a message in that language; ``_("…")`` of the template.
            data: What the template shows: plain values, mappings and lists.
        """
        return self._jinja.get_template(template).render(lang=lang.replace("_", "-"), _=text, **data)
