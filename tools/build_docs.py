"""Turn the Markdown of this repository into plain HTML pages below ``build/docs``; a broken relative link is a fault.

``--check`` only looks for faults. The pages have no style of their own: they are for reading offline and for packagers.
"""

from __future__ import annotations

import html
import re
import sys
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from urllib.parse import unquote, urlsplit

from markdown_it import MarkdownIt
from markdown_it.token import Token

from tools.faults import ROOT, Fault, project_files, report

PAGE = '<!doctype html>\n<html lang="en">\n<meta charset="utf-8">\n<title>{title}</title>\n<body>\n{body}</body>\n</html>\n'


def anchor(heading: str) -> str:
    """Return the anchor of a heading as code hosts make it: lower case, hyphens for spaces, no punctuation."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def _links(tokens: list[Token]) -> Iterator[tuple[int, str]]:
    for token in tokens:
        line = token.map[0] + 1 if token.map else 0
        for child in token.children or []:
            target = child.attrGet("href") or child.attrGet("src")
            if target:
                yield line, str(target)


def _headings(path: Path) -> set[str]:
    tokens = MarkdownIt().parse(path.read_text(encoding="utf-8"))
    titles = (after.content for token, after in pairwise(tokens) if token.type == "heading_open")
    return {anchor(title.replace("`", "")) for title in titles}


def link_faults(root: Path, page: Path) -> Iterator[Fault]:
    """Yield a fault for each relative link of a page that leads to no file or no heading."""
    tokens = MarkdownIt().enable("table").parse((root / page).read_text(encoding="utf-8"))
    for line, target in _links(tokens):
        parts = urlsplit(target)
        if parts.scheme or parts.netloc:
            continue
        aim = (root / page.parent / unquote(parts.path)).resolve() if parts.path else root / page
        if not aim.exists():
            yield Fault(page.as_posix(), line, f"the link {target} leads nowhere")
        elif parts.fragment and aim.suffix == ".md" and parts.fragment not in _headings(aim):
            yield Fault(page.as_posix(), line, f"the page of {target} has no such heading")


def write_page(root: Path, page: Path, target: Path) -> None:
    """Write one page as HTML; links between Markdown files become links between pages."""
    parser = MarkdownIt().enable("table")
    tokens = parser.parse((root / page).read_text(encoding="utf-8"))
    for link in (child for token in tokens for child in token.children or []):
        href = str(link.attrGet("href") or "")
        if href and not urlsplit(href).scheme:
            link.attrSet("href", re.sub(r"\.md(?=#|$)", ".html", href))
    body = str(parser.renderer.render(tokens, parser.options, {}))
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(PAGE.format(title=html.escape(page.stem), body=body), encoding="utf-8")


def main(arguments: list[str]) -> int:
    """Check all pages, then write them unless told only to check; return the exit status."""
    pages = [path for path in project_files() if path.suffix == ".md"]
    status = report((fault for page in pages for fault in link_faults(ROOT, page)), "links of the documentation")
    if status == 0 and "--check" not in arguments:
        for page in pages:
            write_page(ROOT, page, ROOT / "build" / "docs" / page.with_suffix(".html"))
        print(f"{len(pages)} pages in build/docs")
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
