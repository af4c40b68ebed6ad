"""Reads the texts of a template without running them, and says at which line one is wrong."""

from __future__ import annotations

from jinja2 import TemplateError, TemplateSyntaxError

from addons.base_print.services.paths import Tree, fields_read
from core.api import ValidationError, _

LONGEST = 200_000
"""Characters of a content or a style sheet."""
PARTS = ("body", "header", "footer")


def check_texts(*, body: str, css: str = "", header: str = "", footer: str = "") -> dict[str, Tree]:
    """Return which fields a template reads (`fields_read`).

    Raises:
        ValidationError: A text is too long or no template; names the field, and the line as ``where.line``.
    """
    if max(len(body), len(css)) > LONGEST:
        raise ValidationError(_("A template has at most %(most)s characters.", most=f"{LONGEST:,}"), field="body")
    texts = (body, header, footer)
    for name, text in zip(PARTS, texts, strict=True):
        try:
            fields_read(text)
        except TemplateSyntaxError as error:
            message = _("Line %(line)s: %(reason)s", line=error.lineno, reason=error.message)
            wrong = ValidationError(message, field=name, code="print.syntax")
            raise wrong.located(line=error.lineno) from error
        except (TemplateError, RecursionError, ValueError) as error:
            raise ValidationError(_("This can't be read as a template."), field=name, code="print.syntax") from error
    return fields_read(*texts)
