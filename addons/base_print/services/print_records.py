"""Prints records: chooses the template, reads them with the rights of who prints, draws the PDF, and notes that it left the house."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from addons.base_print.services.draw import Drawn, draw
from addons.base_print.services.drawing_faults import fault_of
from addons.base_print.services.engine.values import packed
from addons.base_print.services.fonts import font_files
from addons.base_print.services.gather import Gatherer
from addons.base_print.services.layout import Layout, default_layout, layout_of
from addons.base_print.services.syntax import check_texts
from core.api import MissingRecord, ValidationError, _

if TYPE_CHECKING:
    from core.api import Environment

MOST = 1000
"""Records of one print."""
AT_ONCE = 30
"""Records that somebody may wait for; more are printed by a background job."""


@dataclass(frozen=True)
class Order:
    """A print ready to be drawn: nothing in it needs the database any more."""

    model: str
    ids: tuple[int, ...]
    title: str
    """What the first record is called."""
    layout: Layout
    documents: int
    data: dict[str, Any]
    labels: dict[str, str]
    """Model → label, of all that the template reads."""


@dataclass(frozen=True)
class Printed:
    """A finished print."""

    name: str
    """Name for the file."""
    content: bytes
    pages: int


def readable_model(env: Environment, model: str) -> Any:
    """Return a model of which the user may read records.

    Raises:
        MissingRecord: There is none, or it is not for the user: both answer alike.
    """
    info = env.registry.models.get(model)
    if info is None or info.abstract or not env.guard.may(env, info, "read"):
        raise MissingRecord(_('There is no object "%(name)s".', name=model))
    return info


def may_print(env: Environment, model: str) -> bool:
    """Tell whether the user holds the right to print records of a model at all."""
    info = env.registry.models.get(model)
    return info is not None and all(env.guard.may(env, info, right) for right in ("read", "print"))


def templates_for(env: Environment, model: str) -> list[Any]:
    """Return the active templates of a model: default ones first, and among these and the rest those in the user's language."""
    found = env["base.print.template"].search([["model", "=", model], ["active", "=", True]])
    return sorted(found, key=lambda each: (not each.is_default, _strangeness(env, each.language)))


def _strangeness(env: Environment, language: str | None) -> int:
    """Return 0 for the user's language, 1 for another kind of it (of Chinese), 2 for none, 3 for one that the user may not read."""
    if language is None:
        return 2
    if language == env.lang:
        return 0
    return 1 if language.partition("_")[0] == env.lang.partition("_")[0] else 3


@contextmanager
def _speaking(env: Environment, language: str | None) -> Iterator[str]:
    """Read translated fields and name choices in the language of a template; yields the language."""
    own = env.lang
    env.speak(language or own)
    try:
        yield env.lang
    finally:
        env.speak(own)


def choose_layout(env: Environment, model: str, template: int | None) -> Layout:
    """Return how records of a model are to be printed.

    Args:
        env: Who prints.
        model: Name of the model.
        template: Id of a template of it; None takes the default one, and the one made of its form where there is none.

    Raises:
        MissingRecord: There is no such template of the model.
    """
    found = templates_for(env, model)
    if template is None:
        return layout_of(found[0]) if found else default_layout(env, model)
    chosen = next((each for each in found if each.id == template), None)
    if chosen is None:
        raise MissingRecord(_("There is no such print template."), code="missing_record")
    return layout_of(chosen)


def order_of(env: Environment, model: str, ids: Sequence[int], layout: Layout, *, as_: str = "pdf") -> Order:
    """Read what a print needs and check the rights.

    Args:
        env: Who prints.
        model: Name of the model.
        ids: Records, in their order.
        layout: How they are printed.
        as_: ``pdf``, or ``png`` for pictures of the first pages.

    Raises:
        MissingRecord: A record is not there, or not for the user.
        AccessDenied: The user may not print such records.
        ValidationError: There are none or too many of them, or the template can't be read.
    """
    wanted = list(dict.fromkeys(ids))
    if not 0 < len(wanted) <= MOST:
        raise ValidationError(_("Print 1 to %(most)s records at a time.", most=f"{MOST:,}"), code="print.count")
    info = readable_model(env, model)
    env.guard.check_model(env, info, "print")
    records = env[model].get(wanted)
    env.check_rows(info, "print", records)
    trees = check_texts(body=layout.body, css=layout.css, header=layout.header, footer=layout.footer)
    gatherer = Gatherer(env)
    company = env.company
    with _speaking(env, layout.language) as lang:
        rows = [gatherer.row(record, trees["record"]) for record in records]
        common = {
            "company": None if company is None else gatherer.row(company, trees["company"]),
            "user": gatherer.row(env.user, trees["user"]),
            "today": env.today(),
            "now": gatherer.local(env.now()),
        }
    parts = layout.parts or ("",)
    data = {
        "as": as_,
        "title": rows[0].name,
        "lang": lang,
        "fonts": font_files(env.settings.data_dir),
        "template": {name: getattr(layout, name) for name in ("body", "css", "header", "footer")},
        "sheet": layout.sheet,
        "copies": layout.copies,
        "parts": list(parts),
        "common": {name: packed(value) for name, value in common.items()},
        "sets": [packed(row) for row in rows],
        "images": gatherer.images,
        "known": gatherer.known,
    }
    documents = len(rows) * layout.copies * len(parts)
    labels = {name: env.registry[name].label for name in gatherer.known}
    return Order(model, tuple(wanted), rows[0].name, layout, documents, data, labels)


def draw_order(order: Order) -> Drawn:
    """Draw a print; needs no transaction.

    Raises:
        ValidationError: The template is wrong, asks for what the user may not see, or takes too long; says where.
    """
    drawn = draw(order.data, order.documents)
    if drawn.error is not None:
        raise fault_of(drawn.error, order.labels)
    return drawn


def note_print(env: Environment, order: Order, drawn: Drawn, file: Any = None) -> None:
    """Write a print into the operation log of each record, the print log and the audit log; checks the right once more.

    Args:
        env: Who printed.
        order: What was printed.
        drawn: What became of it.
        file: Attachment that keeps it; None: it was handed over at once.
    """
    # Reading for a print is what the operation log notes.
    env[order.model].read([["id", "in", list(order.ids)]], ["id"], operation="print")
    what = f"{order.title} + {len(order.ids) - 1}" if len(order.ids) > 1 else order.title
    values = {
        "at": env.now(),
        "user": env.uid,
        "model": order.model,
        "title": order.title or str(order.ids[0]),
        "count": len(order.ids),
        "template": order.layout.template,
        "template_name": order.layout.name,
        "documents": order.documents,
        "pages": drawn.pages,
        "file": file,
        "records": list(order.ids),
    }
    with env.elevated(reason=f"printed {what} ({order.model})") as system:
        system["base.print.log"].create(values)


def file_name(order: Order, label: str) -> str:
    """Return a name for the PDF, such as ``Order SO20261126-001.pdf``."""
    words = f"{label} {order.title}" if len(order.ids) == 1 else f"{label} {len(order.ids)}"
    return "".join("_" if char in '\\/:*?"<>|' or not char.isprintable() else char for char in words)[:120] + ".pdf"


def print_records(env: Environment, model: str, ids: Sequence[int], template: int | None = None) -> Printed:
    """Print records as one PDF, each with page numbers of its own.

    Args:
        env: Who prints.
        model: Name of the model.
        ids: Records, in their order.
        template: Id of a template; None takes the default one.

    Raises:
        MissingRecord: A record or the template is not there, or not for the user.
        AccessDenied: The user may not print such records.
        ValidationError: The template can't be filled; says where.
    """
    readable_model(env, model)
    order = order_of(env, model, ids, choose_layout(env, model, template))
    drawn = draw_order(order)
    note_print(env, order, drawn)
    label = env.services.text(_(env.registry[model].label), env.lang)
    return Printed(file_name(order, label), drawn.parts[0], drawn.pages)
