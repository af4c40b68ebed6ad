"""HTML to PDF or to pictures of pages by PlutoPrint, which gets nothing but the fonts and the pictures of the print."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from pathlib import Path

import plutoprint

POINTS = plutoprint.UNITS_PX
"""Points of a unit of the style sheet: pages are measured in points, and drawn in pixels of CSS."""


class TooManyPagesError(Exception):
    """A print has more pages than it may have."""


class OwnFiles(plutoprint.ResourceFetcher):
    """Gives the fonts and the pictures packed for the print, and refuses every other address.

    ``data:`` addresses never come here.

    Args:
        fonts: Weight → file of the font.
        images: Key → MIME type and content.
    """

    def __init__(self, fonts: Mapping[str, str], images: Mapping[str, tuple[str, bytes]]) -> None:
        super().__init__()
        self._fonts = {weight: Path(path).read_bytes() for weight, path in fonts.items()}
        self._images = images

    def fetch_url(self, url: str) -> plutoprint.ResourceData:
        """Return the content behind an address.

        Raises:
            PermissionError: It is neither a font nor a picture of the print.
        """
        kind, _colon, key = url.partition(":")
        if kind == "font" and key in self._fonts:
            return plutoprint.ResourceData(self._fonts[key], "font/ttf")
        if kind == "image" and key in self._images:
            mimetype, content = self._images[key]
            return plutoprint.ResourceData(content, mimetype)
        raise PermissionError(url[:100])


class Press:
    """Draws documents one after the other, each with page numbers of its own.

    Args:
        files: What documents may load.
        most_pages: Pages of all documents together.
    """

    def __init__(self, files: OwnFiles, most_pages: int) -> None:
        self._files = files
        self._most = most_pages
        self.pages = 0

    def _load(self, html: str) -> plutoprint.Book:
        book = plutoprint.Book(plutoprint.PAGE_SIZE_A4, plutoprint.PAGE_MARGINS_NONE)
        book.custom_resource_fetcher = self._files
        book.load_html(html, base_url="none:")
        self.pages += book.get_page_count()
        if self.pages > self._most:
            raise TooManyPagesError
        return book

    def pdf(self, documents: Iterator[str], title: str) -> bytes:
        """Return one PDF of all documents.

        Raises:
            TooManyPagesError: It would have too many pages.
        """
        stream = io.BytesIO()
        canvas = None
        for html in documents:
            book = self._load(html)
            for at in range(book.get_page_count()):
                size = book.get_page_size_at(at)
                if canvas is None:
                    canvas = plutoprint.PDFCanvas.create_for_stream(stream, size)
                    canvas.set_metadata(plutoprint.PDF_METADATA_TITLE, title)
                    canvas.set_metadata(plutoprint.PDF_METADATA_CREATOR, "Tangram CRM")
                canvas.set_size(size)
                canvas.save_state()
                canvas.scale(POINTS, POINTS)
                book.render_page(canvas, at)
                canvas.restore_state()
                canvas.show_page()
        if canvas is not None:
            canvas.finish()
        return stream.getvalue()

    def pictures(self, documents: Iterator[str], most: int, width: int) -> list[bytes]:
        """Return the first ``most`` pages as PNG, ``width`` pixels wide.

        Raises:
            TooManyPagesError: There are too many pages.
        """
        made: list[bytes] = []
        for html in documents:
            book = self._load(html)
            for at in range(min(book.get_page_count(), most - len(made))):
                size = book.get_page_size_at(at)
                factor = width / size.width
                canvas = plutoprint.ImageCanvas(width, max(1, round(size.height * factor)))
                canvas.clear_surface(1, 1, 1, 1)
                canvas.scale(factor * POINTS, factor * POINTS)
                book.render_page(canvas, at)
                stream = io.BytesIO()
                canvas.write_to_png_stream(stream)
                made.append(stream.getvalue())
        return made
