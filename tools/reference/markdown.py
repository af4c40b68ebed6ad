"""Small pieces of Markdown: headings, tables, and Google-style docstrings."""

from __future__ import annotations

import inspect
import re
import textwrap
from collections.abc import Iterable, Iterator, Sequence

NOTICE = "<!-- Made by tools/generate_reference.py from the code. Edit the docstrings, then run it again. -->"

SECTION = re.compile(
    r"^(Args|Attributes|Called|Class attributes of a definition|Raises|Returns|Usage|Yields):(?: (?P<rest>.*))?$"
)
ENTRY = re.compile(r"^(?P<name>\*{0,2}[\w.]+(?:, \*{0,2}[\w.]+)*): (?P<text>.*)$")
TITLES = {"Args": "Arguments", "Class attributes of a definition": "Class attributes"}


def page(title: str, *parts: str) -> str:
    """Return a whole page: the notice, the title, the parts that are not empty."""
    return "\n\n".join([NOTICE, f"# {title}", *(part.strip("\n") for part in parts if part.strip())]) + "\n"


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table; bars inside cells are escaped, line breaks become spaces."""
    lines = [_row(head), "|" + " --- |" * len(head)]
    return "\n".join([*lines, *(_row(row) for row in rows)])


def _row(cells: Sequence[str]) -> str:
    return "| " + " | ".join(" ".join(cell.split()).replace("|", "\\|") for cell in cells) + " |"


def code(text: object) -> str:
    """Return a text as code; an empty one stays empty."""
    shown = str(text)
    return f"`` {shown} ``" if "`" in shown else f"`{shown}`" if shown else ""


def codes(texts: Iterable[object]) -> str:
    """Return several texts as code, joined by spaces."""
    return " ".join(code(text) for text in texts)


def inline(text: str) -> str:
    """Return the words of a docstring as one line of Markdown."""
    return " ".join(_plain(text).split())


def summary(docstring: str | None) -> str:
    """Return the first paragraph of a docstring as one line; empty if there is none."""
    return inline((inspect.cleandoc(docstring or "")).split("\n\n")[0])


def docstring(text: str | None) -> str:
    """Return a docstring as Markdown; its sections become lists, examples stay blocks of code."""
    blocks: list[str] = []
    free: list[str] = []
    lines = inspect.cleandoc(text or "").splitlines()
    while lines:
        line = lines.pop(0)
        match = SECTION.match(line)
        if match is None:
            free.append(line)
            continue
        blocks.append(_paragraphs(free))
        free = []
        body = [match["rest"] or ""]
        while lines and (not lines[0].strip() or lines[0].startswith(" ")):
            body.append(lines.pop(0))
        blocks.append(_section(match[1], body))
    blocks.append(_paragraphs(free))
    return "\n\n".join(block for block in blocks if block)


def _paragraphs(lines: Sequence[str]) -> str:
    paragraphs = _plain("\n".join(lines).strip("\n")).split("\n\n")
    return "\n\n".join(f"```pycon\n{one}\n```" if one.startswith(">>> ") else one for one in paragraphs)


def _section(name: str, body: Sequence[str]) -> str:
    title = TITLES.get(name, name)
    text = textwrap.dedent("\n".join(body[1:]))
    entries = list(_entries(text)) if not body[0] else []
    if name in {"Returns", "Yields", "Called"} or not entries:
        return f"**{title}:** {inline(body[0] + ' ' + text)}"
    return "\n".join([f"**{title}:**", "", *(f"- {code(key)}: {value}" for key, value in entries)])


def entries(text: str | None, section: str) -> dict[str, str]:
    """Return the entries of one section of a docstring, name → text; empty if there is no such section."""
    lines = inspect.cleandoc(text or "").splitlines()
    if f"{section}:" not in lines:
        return {}
    start = lines.index(f"{section}:") + 1
    body = []
    for line in lines[start:]:
        if line.strip() and not line.startswith(" "):
            break
        body.append(line)
    return dict(_entries(textwrap.dedent("\n".join(body))))


def _entries(text: str) -> Iterator[tuple[str, str]]:
    found: list[tuple[str, list[str]]] = []
    for line in text.splitlines():
        match = None if line.startswith(" ") else ENTRY.match(line)
        if match:
            found.append((match["name"], [match["text"]]))
        elif found:
            found[-1][1].append(line)
    for name, parts in found:
        yield name, inline(" ".join(parts))


def _plain(text: str) -> str:
    """Write double backticks as single ones, and leave out what refers to the design: its readers have the code as well."""
    return re.sub(r"``([^`]+)``", r"`\1`", re.sub(r" \((?:see )?design [^)]*\)", "", text))
