"""`Pages`: the Jinja2 environment of the web pages: escaping on, every undefined name an error (layer render).

Templates get plain data and ask nobody: no query runs while rendering. An addon overrides a widget or page by a file of the same name
below its ``templates`` folder; the addon highest in the dependency order wins.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from babel import Locale, UnknownLocaleError
from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_context
from jinja2.runtime import Context

from core.errors import Message
from core.render.icons import Icons

TEMPLATES = Path(__file__).parent / "templates"
WIDGETS = "widgets"
"""Folder of the widgets below a folder of templates."""
PLAIN = "char"
"""Widget that can show anything."""
ALIASES = {
    **dict.fromkeys(("float", "integer", "money"), "decimal"),
    **dict.fromkeys(("lookup", "reference"), "many2one"),
    "sequence": PLAIN,
}
"""Kind of field → the widget that draws it too, unless there is a file of the kind's own name, as an addon may bring."""


class Pages:
    """Renders templates.

    Args:
        static_url: Turns the name of a static file into its address.
        folders: Template folders of addons, those that win first; the core's own comes last.
        icons: The icon set; None takes the one made at set-up.
        assets: Names of the addons' style sheets and scripts that every page loads, such as ``crm_loyalty/crm_loyalty.css``.
    """

    def __init__(
        self,
        static_url: Callable[[str], str],
        folders: Sequence[Path] = (),
        icons: Icons | None = None,
        assets: Sequence[str] = (),
    ) -> None:
        self._folders = [*folders, TEMPLATES]
        self._static_url = static_url
        self._jinja = Environment(
            loader=FileSystemLoader(self._folders),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        icons = icons or Icons()
        self._jinja.globals["static"] = static_url
        self._jinja.globals["addon_styles"] = [name for name in assets if name.endswith(".css")]
        self._jinja.globals["addon_scripts"] = [name for name in assets if name.endswith(".js")]
        self._jinja.globals["icon"] = icons.draw
        self._jinja.globals["widget"] = self._widget
        self._jinja.filters["json"] = lambda value: json.dumps(value, ensure_ascii=False, default=str)

    @pass_context
    def _widget(self, context: Context, name: str, kind: str) -> Any:
        """Return the macros of a widget; of the field's kind, then of a plain text, where there is none of that name."""
        made: dict[str, Any] = context.get("_widgets")
        if name not in made:
            names = [each for asked in (name, kind, PLAIN) for each in (asked, ALIASES.get(asked, asked))]
            template = self._jinja.select_template([f"{WIDGETS}/{each}.html" for each in dict.fromkeys(names)])
            made[name] = template.make_module({"_": context.get("_"), "_widgets": made})
        return made[name]

    def static(self, name: str) -> str:
        """Return the address of a static file."""
        return self._static_url(name)

    @property
    def widgets(self) -> frozenset[str]:
        """Names of all widgets there are."""
        files = (path.stem for folder in self._folders for path in (folder / WIDGETS).glob("*.html"))
        return frozenset(files) | frozenset(ALIASES)

    def render(self, template: str, *, lang: str, text: Callable[[Any], str], **data: Any) -> str:
        """Return the HTML of a page.

        Args:
            template: Name of the file below ``templates``.
            lang: Language such as ``zh_CN``.
            text: Renders a message in that language; ``_("…")`` of the template.
            data: What the template shows: plain values, mappings and lists.
        """
        return self._jinja.get_template(template).render(
            lang=lang.replace("_", "-"), direction=direction_of(lang), _=_with_values(text), _widgets={}, **data
        )


def direction_of(lang: str) -> str:
    """Return ``rtl`` for a language written from right to left, else (or where nobody knows it) ``ltr``; the style sheets follow it.

    >>> direction_of("zh_CN"), direction_of("ar_EG")
    ('ltr', 'rtl')
    """
    try:
        return str(Locale.parse(lang).text_direction)
    except (UnknownLocaleError, ValueError):
        return "ltr"


def _with_values(text: Callable[[Any], str]) -> Callable[..., str]:
    """Return ``_`` of the templates: ``_("%(count)s selected", count=3)``."""

    def translated(message: Any, **values: Any) -> str:
        return text(Message(message, values) if values else message)

    return translated
