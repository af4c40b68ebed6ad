"""The process that fills templates and draws pages: ``python -m addons.base_print.services.engine.child``.

It reads one order as JSON from its standard input and answers on its standard output with a line of JSON and, after it, the pages. It knows
neither the database nor the application, and limits itself before it reads: a template that loops for ever, or a drawing that takes all
memory, ends this process and nothing else.
"""

from __future__ import annotations

import base64
import contextlib
import json
import resource
import sys
import traceback
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from typing import Any

from jinja2 import Template, TemplateError, TemplateSyntaxError
from markupsafe import Markup

from addons.base_print.services.engine import codes, sheet
from addons.base_print.services.engine.sandbox import NAMES, NameMissing, PrintSandbox
from addons.base_print.services.engine.values import Row, unpacked

MIB = 1 << 20
MOST_TEXT = 4 * MIB
"""Characters of one filled template."""
TEMPLATE_PARTS = ("body", "header", "footer")


class RefusedError(Exception):
    """The order can't be done; what to tell about it."""

    def __init__(self, **told: Any) -> None:
        super().__init__(told)
        self.told = told


def main() -> int:
    """Do the order; return the exit status."""
    order = json.loads(sys.stdin.buffer.readline())
    _limit(order["limits"])
    out = sys.stdout.buffer
    # What the drawing library writes there is not part of the answer.
    with contextlib.redirect_stdout(sys.stderr):
        try:
            told, parts = _done(order)
        except RefusedError as refused:
            told, parts = {"error": refused.told}, []
    out.write(json.dumps({**told, "sizes": [len(part) for part in parts]}).encode() + b"\n")
    for part in parts:
        out.write(part)
    out.flush()
    return 0


def _limit(limits: Mapping[str, int]) -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (limits["cpu_s"], limits["cpu_s"] + 1))
    resource.setrlimit(resource.RLIMIT_AS, (limits["memory"], limits["memory"]))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NPROC, (0, 0))


def _done(order: Mapping[str, Any]) -> tuple[dict[str, Any], list[bytes]]:
    # Imported after the limits are set, for loading the library is part of what they limit.
    from addons.base_print.services.engine.book import OwnFiles, Press, TooManyPagesError  # noqa: PLC0415 (see above)

    images = {key: (kind, base64.b64decode(content)) for key, (kind, content) in order["images"].items()}
    press = Press(OwnFiles(order["fonts"], images), order["limits"]["pages"])
    documents = _documents(order)
    try:
        if order["as"] == "pdf":
            made = [press.pdf(documents, order["title"])]
        else:
            made = press.pictures(documents, order["limits"]["pictures"], order["limits"]["width"])
    except TooManyPagesError:
        raise RefusedError(kind="pages", most=order["limits"]["pages"]) from None
    return {"pages": press.pages}, made


def _documents(order: Mapping[str, Any]) -> Iterator[str]:
    """Yield the HTML of each document: every record, every copy, every part."""
    lang = order["lang"]
    jinja = PrintSandbox(lang, {"qr": codes.qr, "code128": codes.code128, "ean13": codes.ean13})
    templates = {name: _compiled(jinja, name, order["template"][name]) for name in TEMPLATE_PARTS}
    common = {name: unpacked(value) for name, value in order["common"].items()}
    known = order["known"]
    for data in order["sets"]:
        record = unpacked(data)
        for copy in range(1, order["copies"] + 1):
            for part in order["parts"] or [""]:
                names = {**common, "record": record, "part": part, "copy": copy, "lang": lang}
                filled = {name: _filled(templates[name], name, names, known) for name in TEMPLATE_PARTS}
                styles = sheet.fonts_css() + sheet.BASE + sheet.DOCUMENT
                styles += sheet.page_css(order["sheet"], _plain(filled["header"]), _plain(filled["footer"]))
                css = (styles + order["template"]["css"]).replace("</", "<\\/")
                yield (
                    f'<!DOCTYPE html><html lang="{lang.replace("_", "-")}"><head><meta charset="utf-8">'
                    f"<style>{css}</style></head><body>{filled['body']}</body></html>"
                )


def _compiled(jinja: PrintSandbox, name: str, text: str) -> Template:
    try:
        return jinja.from_string(text)
    except TemplateSyntaxError as error:
        raise RefusedError(kind="syntax", place=name, line=error.lineno, reason=error.message or "") from None
    except (TemplateError, RecursionError, SyntaxError, ValueError, OverflowError) as error:
        raise RefusedError(kind="syntax", place=name, line=None, reason=str(error)[:200]) from None


def _filled(template: Template, name: str, names: Mapping[str, Any], known: Mapping[str, list[str]]) -> str:
    pieces: list[str] = []
    size = 0
    try:
        for piece in template.generate(names):
            pieces.append(piece)
            size += len(piece)
            if size > MOST_TEXT:
                raise RefusedError(kind="size", place=name, line=None, most=MOST_TEXT)
    except NameMissing as error:
        raise _missing(error, name, known) from None
    except MemoryError:
        raise RefusedError(kind="size", place=name, line=_line(sys.exc_info()[2]), most=MOST_TEXT) from None
    except RefusedError:
        raise
    except Exception as error:  # noqa: BLE001 (whatever a template of a user does wrong is told to the user, with its line)
        reason = f"{error}"[:200] or type(error).__name__
        raise RefusedError(kind="value", place=name, line=_line(error.__traceback__), reason=reason) from None
    return "".join(pieces)


def _missing(error: NameMissing, place: str, known: Mapping[str, list[str]]) -> RefusedError:
    """Tell of an unknown field or name, with the nearest that is there."""
    line = _line(error.__traceback__)
    model = error.obj.model if isinstance(error.obj, Row) else ""
    there = known.get(model, []) if isinstance(error.obj, Row) else list(NAMES) if error.obj is None else []
    near = get_close_matches(error.name, there, n=1)
    return RefusedError(
        kind="name", place=place, line=line, name=error.name[:100], model=model, near=near[0] if near else None
    )


def _line(trace: Any) -> int | None:
    """Return the line of the template in which an error arose."""
    found = [frame.lineno for frame in traceback.extract_tb(trace) if frame.filename == "<template>"]
    return found[-1] if found else None


def _plain(html: str) -> str:
    """Return the words of a header or footer, whose template escapes like any other."""
    return str(Markup(html).unescape())  # noqa: S704 (only to undo the escaping)


if __name__ == "__main__":
    sys.exit(main())
