"""The template of the guide to print templates can be printed."""

import datetime as dt
import io

from pypdf import PdfReader

from addons.base_print.services.draw import draw
from addons.base_print.services.engine.values import Amount, Row, packed
from addons.base_print.services.fonts import font_files
from addons.base_print.services.syntax import check_texts
from tests.docs.blocks import blocks

GUIDE = "docs/how-to/design-a-print-template.md"


def test_the_template_of_the_guide_prints_an_order(tmp_path):
    (block,) = blocks(GUIDE, "html")
    assert set(check_texts(body=block.text)["record"]) == {"number", "customer", "date", "lines", "amount", "notes"}
    line = Row({"name": "茶叶", "amount": Amount("35.5")})
    record = Row(
        {
            "number": "SO-1",
            "customer": Row({"name": "华星"}),
            "date": dt.date(2026, 11, 24),
            "lines": [line],
            "amount": Amount("35.5"),
            "notes": "轻放",
        }
    )
    order = {
        "as": "pdf", "title": "SO-1", "lang": "zh_CN", "fonts": font_files(tmp_path), "images": {}, "known": {}, "copies": 1,
        "template": {"body": block.text, "css": "", "header": "", "footer": ""}, "parts": ["第一联"], "common": {},
        "sheet": {"paper": "a5", "orientation": "portrait", "margins": ["10"] * 4}, "sets": [packed(record)],
    }  # fmt: skip
    drawn = draw(order, 1)
    assert drawn.error is None
    text = PdfReader(io.BytesIO(drawn.parts[0])).pages[0].extract_text()
    for words in ("SO-1 第一联", "华星, 2026年11月24日", "茶叶", "¥35.50 叁拾伍元伍角整", "轻放"):
        assert words in text
