"""The process that draws: what it draws, what it refuses, and that it ends."""

import datetime as dt
import http.server
import io
import re
import threading

import pytest
import uharfbuzz as hb
from jinja2 import TemplateError
from pypdf import PdfReader

from addons.base_print.services.draw import draw
from addons.base_print.services.engine import codes
from addons.base_print.services.engine.sandbox import NameMissing, PrintSandbox
from addons.base_print.services.engine.values import Amount, Choice, Row, packed, unpacked
from addons.base_print.services.fonts import font_files

RARE = "喆龘臺灣"


@pytest.fixture(scope="module")
def fonts(tmp_path_factory):
    return font_files(tmp_path_factory.mktemp("data"))


@pytest.fixture
def order(fonts):
    """Return a function that makes an order of a body."""
    lines = [Row({"name": f"产品 {at} {RARE}", "amount": Amount(at)}, "line", "line") for at in range(100)]
    record = Row(
        {
            "name": "SO-1",
            "amount": Amount("36118.88"),
            "state": Choice.of("draft", "草稿"),
            "date": dt.date(2026, 11, 24),
            "lines": lines,
        },
        "SO-1",
        "crm.order",
    )

    def make(body, **more):
        texts = {"body": body, "css": "", "header": "", "footer": "", **more.pop("texts", {})}
        return {
            "as": "pdf",
            "title": "SO-1",
            "lang": "zh_CN",
            "fonts": fonts,
            "template": texts,
            "sheet": {"paper": "a4", "orientation": "portrait", "width": "0", "height": "0", "margins": ["15"] * 4},
            "copies": 1,
            "parts": [""],
            "common": {"company": None, "user": None, "today": None, "now": None},
            "sets": [packed(record)],
            "images": {},
            "known": {"crm.order": ["name", "amount", "state", "date", "lines"]},
            **more,
        }

    return make


def pages_of(drawn):
    assert drawn.error is None
    return [page.extract_text() for page in PdfReader(io.BytesIO(drawn.parts[0])).pages]


TABLE = (
    "<h1>{{ record.name }} {{ record.state }} {{ part }}</h1>"
    "<table><thead><tr><th>表头产品</th><th>金额</th></tr></thead>"
    "{% for line in record.lines %}<tr><td>{{ line.name }}</td><td>{{ line.amount }}</td></tr>{% endfor %}</table>"
    "<p>{{ record.amount|capital }} {{ record.lines|sum(attribute='amount')|money('¥') }}</p>"
)


@pytest.mark.rows("CORE-65")
def test_a_long_table_repeats_its_head_on_every_page_and_each_part_counts_its_own_pages(order):
    footer = "{{ record.date|date('long') }} | 第 [page] 页，共 [pages] 页"
    pages = pages_of(draw(order(TABLE, texts={"footer": footer}, parts=["第一联 存根", "第二联 客户"]), 2))
    assert len(pages) == 6
    assert all("表头产品" in page and "2026年11月24日" in page for page in pages)
    assert [page.replace(" ", "").count(f"第{at % 3 + 1}页，共3页") for at, page in enumerate(pages)] == [1] * 6
    assert "SO-1 草稿 第一联 存根" in pages[0]
    assert "第二联 客户" in pages[3]
    assert f"产品 99 {RARE}" in pages[2]
    assert "叁万陆仟壹佰壹拾捌元捌角捌分 ¥4,950.00" in pages[2]


def test_paper_orientation_and_own_sizes_are_those_of_the_page(order):
    def size(**sheet):
        made = order("x")
        drawn = draw({**made, "sheet": {**made["sheet"], **sheet}}, 1)
        box = PdfReader(io.BytesIO(drawn.parts[0])).pages[0].mediabox
        return round(float(box.width) / 72 * 25.4), round(float(box.height) / 72 * 25.4)

    assert size(orientation="landscape") == (297, 210)
    assert size(paper="continuous_half") == (241, 140)
    assert size(paper="own", width="80", height="50") == (80, 50)


def test_both_weights_are_static_fonts_with_rare_and_traditional_characters(fonts):
    widths = []
    for path in fonts.values():
        face = hb.Face(hb.Blob.from_file_path(path))
        assert face.axis_infos == []
        assert set(map(ord, RARE)) <= set(face.unicodes)
        font = hb.Font(face)
        widths.append(font.get_glyph_h_advance(font.get_nominal_glyph(ord("m"))))
    assert widths[0] < widths[1]


def test_fonts_are_made_once(tmp_path):
    first = font_files(tmp_path)
    before = [(tmp_path / "fonts" / name).stat().st_mtime_ns for name in sorted(first.values())]
    assert font_files(tmp_path) == first
    assert before == [(tmp_path / "fonts" / name).stat().st_mtime_ns for name in sorted(first.values())]


ESCAPES = [
    "{{ ''.__class__.__mro__ }}",
    "{{ record.__class__ }}",
    "{{ record.fields }}",
    "{{ qr.__globals__ }}",
    "{{ range.__globals__ }}",
    "{{ namespace.__init__.__globals__ }}",
    "{{ record|attr('__class__') }}",
    "{{ '{0.__class__.__mro__}'.format(record) }}",
    "{{ self.__init__ }}",
    "{{ self._TemplateReference__context }}",
    "{{ (record.lines|first).name.__class__ }}",
    "{{ record.lines.append(1) }}",
    "{{ cycler.__init__.__globals__.os }}",
    "{% include '/etc/passwd' %}",
    "{% import 'os' as os %}",
    "{% extends '/etc/passwd' %}",
    "{{ record.lines|map('attr', '__class__')|list }}",
]


def test_nothing_leads_out_of_the_sandbox(order):
    record = unpacked(order("")["sets"][0])
    sandbox = PrintSandbox("en", {"qr": codes.qr})
    for text in ESCAPES:
        with pytest.raises((NameMissing, TemplateError, TypeError, AttributeError)):
            sandbox.from_string(text).render(record=record)


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ("{{ 'a' * 100000000000 }}", "size"),
        ("{% for i in range(10000) %}{{ 'x' * 100000 }}{% endfor %}", "size"),
        ("{% for i in range(100000) %}{% endfor %}", "value"),
        ("{{ 1 / 0 }}", "value"),
        ("{% for i in range(3000) %}<p class='new'>x</p>{% endfor %}", "pages"),
    ],
)
def test_what_becomes_too_large_is_broken_off(order, body, kind):
    made = order(body, texts={"css": ".new { break-before: page; }"})
    assert draw(made, 1).error["kind"] == kind


def test_a_template_without_end_is_broken_off_after_its_time(order):
    loop = "{% for i in range(9999) %}" * 3 + "{% endfor %}" * 3
    assert draw(order(loop), 1, base_s=1).error == {"kind": "time", "seconds": 1}


def test_a_fault_tells_its_line_and_the_nearest_field(order):
    faults = [draw(order(f"one\n\n{text}"), 1).error for text in ("{{ record.namex }}", "{{ recordx }}", "{% if %}")]
    assert [(each["line"], each.get("near")) for each in faults] == [(3, "name"), (3, "record"), (3, None)]
    footer = draw(order("x", texts={"footer": "{{ record.nope }}"}), 1).error
    assert (footer["place"], footer["name"], footer["model"]) == ("footer", "nope", "crm.order")


def test_an_unknown_field_may_be_asked_for(order):
    body = "{% if record.cost is defined %}cost{% else %}none{% endif %} {{ record.cost|default('–') }}"
    assert pages_of(draw(order(body), 1)) == ["none –"]


def test_neither_files_nor_network_are_reached(order, tmp_path):
    secret = tmp_path / "secret.svg"
    secret.write_text('<svg xmlns="http://www.w3.org/2000/svg" width="99" height="9"><text y="9">SECRET</text></svg>')
    asked = []

    class Watching(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append(self.path)
            self.send_error(404)

        def log_message(self, *_words):
            pass

    with http.server.HTTPServer(("127.0.0.1", 0), Watching) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        web = f"http://127.0.0.1:{server.server_port}"
        body = (
            f'<link rel="stylesheet" href="{web}/a.css"><style>@import url({web}/b.css);</style><img src="{web}/c.png">'
            f'<img src="file://{secret}"><img src="{secret}"><object data="file://{secret}"></object>'
            f'<iframe src="file://{secret}"></iframe><div style="background: url(file://{secret})">seen</div>'
            f'<script>document.write("SECRET")</script><img src="image:7"><svg><image href="file://{secret}"/></svg>'
        )
        css = f"@font-face {{ font-family: a; src: url({web}/d.ttf); }} p {{ font-family: a; }} @import '{web}/e.css';"
        pages = pages_of(draw(order(f"{body}<p>text</p>", texts={"css": css}), 1))
        server.shutdown()
        thread.join()
    assert asked == []
    assert "SECRET" not in pages[0]
    assert "seen" in pages[0]


def test_a_text_of_a_record_is_text_and_no_html(order):
    made = order("<p>{{ record.name }}</p>", texts={"header": "{{ record.name }} | x"})
    made["sets"] = [packed(Row({"name": "<b>R&D</b></style>"}, "x", "crm.order"))]
    page = pages_of(draw(made, 1))[0]
    assert page.count("<b>R&D</b></style>") == 2


@pytest.mark.parametrize("lang", ["en", "zh_CN"])
def test_a_pdf_can_be_searched_and_copied_from_in_each_language(order, lang):
    text = 'No. 1: "R&D" <5 kg> “引号”，喆龘臺灣 ① ½ m² ﬁ'
    body = "<p>{{ record.name }}</p><p><b>{{ record.name }}</b></p>"
    page = pages_of(draw({**order(body), "lang": lang, "sets": [packed(Row({"name": text}))]}, 1))[0]
    assert page.splitlines() == [text, text]


def test_pictures_of_pages_are_made_for_a_preview(order):
    drawn = draw(order(TABLE, **{"as": "png"}), 1)
    assert (len(drawn.parts), drawn.pages) == (3, 3)
    assert all(re.match(rb"\x89PNG", part) for part in drawn.parts)
