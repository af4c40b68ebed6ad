"""Find the translatable texts of Jinja2 templates by their syntax tree; nothing is rendered (layer i18n).

Found are the texts in ``_("…")``, with whatever arguments follow, wherever an expression may stand.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from jinja2 import Environment, TemplateSyntaxError, nodes

from core.errors import CoreError, Where
from core.i18n.pythontexts import Text

_JINJA = Environment(autoescape=True, cache_size=0)
"""The tags that pages have, no more: a template that is wrong here is wrong there."""


def template_texts(path: Path) -> list[Text]:
    """Return the texts of one template in the order of lines; may repeat.

    Raises:
        CoreError: It is no template: the error names file and line.
    """
    try:
        tree = _JINJA.parse(path.read_text(encoding="utf-8"), filename=str(path))
    except TemplateSyntaxError as err:
        raise CoreError(
            f"This is no valid template: {err.message}", where=Where(file=str(path), line=err.lineno)
        ) from err
    except UnicodeDecodeError as err:
        raise CoreError("This template is not text in UTF-8.", where=Where(file=str(path))) from err
    return sorted({text for call in tree.find_all(nodes.Call) if _marks(call) for text in _constants(call.args[0])})


def _marks(call: nodes.Call) -> bool:
    return isinstance(call.node, nodes.Name) and call.node.name == "_" and bool(call.args)


def _constants(node: nodes.Expr | None) -> Iterator[Text]:
    """Return the texts an expression may be: a literal, or either of two in ``a if x else b``."""
    if isinstance(node, nodes.Const) and isinstance(node.value, str):
        yield node.lineno, node.value
    elif isinstance(node, nodes.CondExpr):
        yield from _constants(node.expr1)
        yield from _constants(node.expr2)
