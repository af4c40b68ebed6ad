"""The two fonts of a print: upright Noto Sans SC, normal and bold, cut once out of the variable font of a package.

PlutoPrint draws variable fonts in one weight only. Cutting takes half a second for both and happens at the first print; the files are kept in
the data folder and made anew when the package brings another font.
"""

from __future__ import annotations

import os
import tempfile
from importlib.resources import files
from pathlib import Path

import uharfbuzz as hb

SOURCE = ("fonts", "ofl", "notosanssc", "NotoSansSC[wght].ttf")
WEIGHTS = (400, 700)
FOLDER = "fonts"
"""Folder below the data folder."""
WITHOUT = (b"GSUB",)
"""Tables left out: a glyph put in another's place can't be turned back into its character when a PDF is searched or copied from."""
EDITION = 2
"""Raised when what is cut changes, so that fonts are cut anew."""


def font_files(data_dir: Path) -> dict[str, str]:
    """Return weight → path of its font file, made if it is not there yet.

    Args:
        data_dir: The data folder of the installation; written to at the first print.
    """
    source = files("justmytype_intl_cjk").joinpath(*SOURCE)
    folder = data_dir / FOLDER
    with source.open("rb") as file:
        size = os.fstat(file.fileno()).st_size
    wanted = {weight: folder / f"NotoSansSC-{weight}-{EDITION}-{size}.ttf" for weight in WEIGHTS}
    missing = [weight for weight, path in wanted.items() if not path.exists()]
    if missing:
        folder.mkdir(parents=True, exist_ok=True)
        face = hb.Face(hb.Blob(source.read_bytes()))
        for weight in missing:
            _write(wanted[weight], _cut(face, weight))
    return {str(weight): str(path.resolve()) for weight, path in wanted.items()}


def _cut(face: hb.Face, weight: int) -> bytes:
    """Return the font of one weight, with all its characters."""
    wish = hb.SubsetInput()
    wish.keep_everything()
    wish.pin_axis_location(face, "wght", weight)
    for table in WITHOUT:
        wish.drop_table_tag_set.add(int.from_bytes(table, "big"))
    return bytes(hb.subset(face, wish).blob.data)


def _write(path: Path, content: bytes) -> None:
    """Write a file that appears as a whole, however many processes make it at once."""
    handle, name = tempfile.mkstemp(dir=path.parent, suffix=".part")
    with os.fdopen(handle, "wb") as file:
        file.write(content)
    # Other than a temporary file, a font is nobody's secret; the worker may run as somebody else.
    Path(name).chmod(0o644)
    Path(name).replace(path)
