"""Extraction: what counts as a text, and what the check and the update do with it."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.errors import CoreError
from core.i18n.extract import DATA_KEYS, areas, check, clashes, main, update, yaml_texts
from core.i18n.pythontexts import in_words, python_texts
from core.i18n.templatetexts import template_texts
from core.plugins import AddonSet, discover

MODEL = '''
from core.api import Message, Model, _, action, fields, transition
from core.orm.fields import Char

SIZES = {"s": "Small", "l": "Large"}
NO_CHOICES = {"x": "Never shown"}

class Order(Model):
    """An order."""
    _name = "shop.order"
    order_date = fields.Date()
    amount = fields.Money(label="Total", help="With tax.")
    kind = fields.Selection({"a": "First", "b": "Second"}, label="Kind of order", selection_add={"c": "Third"})
    note = Char("Remark")
    LIMIT = 5
    size = fields.Selection(SIZES, label="Size of it")

    @action("Print it", groups=["x"])
    def print_it(self):
        raise ValueError(_("Not %(x)s." if self.a else "Never.", x=1))

    @transition("kind", source=["a"], target="b", label="Confirm")
    def confirm(self):
        return Message("Done"), _(self.kind), f(label="no text")

class Extension(Model):
    _inherit = "shop.order"
    _label = "Sales order"
    points = fields.Integer()

class Other:
    name = Thing()
'''


def test_texts_of_python_are_found_without_importing() -> None:
    texts = [text for _line, text in python_texts(MODEL)]
    assert set(texts) == {
        "Order", "Order date", "Total", "With tax.", "Kind of order", "First", "Second", "Third", "Print it",
        "Not %(x)s.", "Never.", "Confirm", "Done", "Sales order", "Points", "Remark",
        "Size of it", "Small", "Large",
    }  # fmt: skip


def test_name_in_words_is_what_fields_show() -> None:
    from core.orm.fields import Char

    field = Char()
    field.name = "order_date"
    assert in_words("order_date") == field.label == "Order date"


def test_texts_of_yaml_are_the_values_of_certain_keys(tmp_path: Path) -> None:
    path = tmp_path / "x.yaml"
    path.write_text(
        "views:\n  - id: a.b\n    title: Orders\n    defaults: {title: no text}\n"
        "    body: [{page: p, label: Points, body: [{field: name, help: Full name}]}, {label: false}]\n"
    )
    assert yaml_texts(path) == [(3, "Orders"), (5, "Points"), (5, "Full name")]


def test_choices_of_a_parameter_are_texts(tmp_path: Path) -> None:
    path = tmp_path / "x.yaml"
    path.write_text("core.parameter:\n  - {id: a.b, label: Way}\n  - options: {fast: By air, slow: By sea}\n")
    assert yaml_texts(path) == [(2, "Way")]
    assert yaml_texts(path, DATA_KEYS) == [(2, "Way"), (3, "By air"), (3, "By sea")]


@pytest.fixture
def addons(tmp_path: Path) -> AddonSet:
    shop = tmp_path / "shop"
    (shop / "models").mkdir(parents=True)
    (shop / "templates").mkdir()
    (shop / "tests").mkdir()
    (shop / "manifest.yaml").write_text("title: Shop\nversion: 1.0.0\n")
    (shop / "models" / "order.py").write_text("x = _('%(count)s orders')\n")
    (shop / "templates" / "x.html").write_text("<p>{{ _('Save all') }}</p>")
    (shop / "tests" / "test_x.py").write_text("x = _('never seen')\n")
    (tmp_path / "more").mkdir()
    (tmp_path / "more" / "manifest.yaml").write_text("title: Shop\nsummary: More\nversion: 1.0.0\ndepends: [shop]\n")
    return discover([tmp_path], installed=(), built_in=None)


def test_core_and_base_are_areas_apart(addons: AddonSet) -> None:
    assert [each.name for each in areas(addons)] == ["core", "base", "more", "shop"] or [
        each.name for each in areas(addons)
    ] == ["core", "base", "shop", "more"]
    core, base = areas(addons)[:2]
    assert not any(file.startswith("base/") for places in core.texts().values() for file, _line in places)
    assert base.texts()


def test_check_tells_what_is_missing_and_update_writes_it(addons: AddonSet, tmp_path: Path) -> None:
    shop = next(each for each in areas(addons) if each.name == "shop")
    problems = check(shop, "zh_CN")
    assert len(problems) == 3
    assert f"{tmp_path}/shop/manifest.yaml:1: no zh_CN translation: 'Shop'" in problems
    assert update(shop, "zh_CN") == 3
    path = tmp_path / "shop" / "i18n" / "zh_CN.po"
    text = path.read_text(encoding="utf-8")
    assert 'msgid "Save all"\nmsgstr ""' in text
    text = text.replace('"Shop"\nmsgstr ""', '"Shop"\nmsgstr "商店"').replace(
        'orders"\nmsgstr ""', 'orders"\nmsgstr "订单"'
    )
    path.write_text(text + '\nmsgid "gone"\nmsgstr "旧"\n', encoding="utf-8")
    assert update(shop, "zh_CN") == 1
    after = path.read_text(encoding="utf-8")
    assert "商店" in after
    assert "gone" not in after
    problems = check(shop, "zh_CN")
    assert len(problems) == 2
    assert "placeholders differ" in " ".join(problems)
    update(shop, "zh_CN")
    assert path.read_text(encoding="utf-8") == after


def test_addon_may_rely_on_the_translations_of_those_it_needs(addons: AddonSet) -> None:
    shop, more = (next(each for each in areas(addons) if each.name == name) for name in ("shop", "more"))
    update(shop, "zh_CN")
    path = shop.locale / "zh_CN.po"
    path.write_text(path.read_text().replace('"Shop"\nmsgstr ""', '"Shop"\nmsgstr "商店"'), encoding="utf-8")
    assert [problem.rsplit(": ", 1)[1] for problem in check(more, "zh_CN")] == ["'More'"]
    update(more, "zh_CN")
    assert "Shop" not in (more.locale / "zh_CN.po").read_text()


def test_two_areas_must_not_translate_one_text_differently(addons: AddonSet) -> None:
    shop, more = (next(each for each in areas(addons) if each.name == name) for name in ("shop", "more"))
    shop.ours = more.ours = True
    for area, word in ((shop, "单价"), (more, "价格")):
        area.locale.mkdir(exist_ok=True)
        (area.locale / "zh_CN.po").write_text(f'msgid "Price"\nmsgstr "{word}"\n', encoding="utf-8")
    (problem,) = clashes([shop, more], "zh_CN")
    assert problem.startswith(f"{more.locale}/zh_CN.po: 'Price' is '价格', but '单价' in {shop.locale}/zh_CN.po")
    more.ours = False
    # What partners call it is theirs.
    assert clashes([shop, more], "zh_CN") == []


def test_command_fails_where_something_is_missing(
    addons: AddonSet, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--check", "--addons-path", str(tmp_path), "more"]) == 1
    assert "no zh_CN translation: 'More'" in capsys.readouterr().out
    assert main(["--update", "--addons-path", str(tmp_path), "more"]) == 0


TEMPLATE = """
{{ _("%(x)s things", x=name) }} {{ _("Called %(name)s", name=record.name, **more) }}
{% set name = _("Set") %}{% set block %}{{ _("In a block") }}{% endset %}
{% set space = namespace(found=false) %}{% set space.found = _("Found") %}
{{ _("Lower") | lower | replace("a", _("Filtered")) }} {{ _("a %(name)s") % {"name": 1} }} {{ _(variable, "no text") }}
{% macro field(name, label=_("Default")) %}{{ caller(label) }}{% endmacro %}
{% call(x) field("no text") %}{{ _("Called back") }}{% endcall %}
{% filter upper %}{{ _("one " "literal") }}{% endfilter %}
{{ _("Yes" if x else "No") }}{{ other("no text") }}{# _("no text") #}{% raw %}{{ _("no text") }}{% endraw %}
"""


def test_texts_of_templates_are_found_in_every_place_of_an_expression(tmp_path: Path) -> None:
    (tmp_path / "x.html").write_text(TEMPLATE)
    assert {text for _line, text in template_texts(tmp_path / "x.html")} == {
        "%(x)s things", "Called %(name)s", "Set", "In a block", "Found", "Lower", "Filtered", "a %(name)s", "Default",
        "Called back", "one literal", "Yes", "No",
    }  # fmt: skip


def test_every_template_of_pages_can_be_read_for_its_texts() -> None:
    from core.render.pages import TEMPLATES

    assert sum(len(template_texts(path)) for path in sorted(TEMPLATES.rglob("*.html"))) > 100


def test_a_faulty_template_is_told_with_its_place(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shop = tmp_path / "shop"
    (shop / "templates").mkdir(parents=True)
    (shop / "__init__.py").write_text("")
    (shop / "manifest.yaml").write_text('title: A\nsummary: B\nversion: "1.0"\ncore: ">=1.0,<2"\n')
    (shop / "templates" / "picture.png").write_bytes(b"\x89PNG")
    (shop / "templates" / "x.html").write_text("<p>\n{% set none = 1 %}</p>")
    assert main(["--check", "--addons-path", str(tmp_path), "shop"]) == 1
    assert f"{shop / 'templates' / 'x.html'}:2" in capsys.readouterr().out
    with pytest.raises(CoreError, match="can't assign to 'const'"):
        template_texts(shop / "templates" / "x.html")


SIMPLIFIED = set(
    "单户数录请记时为没个对销号应库计条员账审于据该后写价务额开过间选码发动级权编联内无会设与复类货还导报关处则标进转机产称择页预邮统结仓并须变认属项"
)
"""Characters that are frequent in ``zh_CN`` and never written in Taiwan."""


def test_an_addon_of_others_needs_traditional_chinese_only_once_it_has_begun_it(addons: AddonSet) -> None:
    core, *_more, shop = sorted(areas(addons), key=lambda area: (not area.ours, area.name == "shop"))
    assert list(core.languages) == ["zh_CN", "zh_TW"]
    assert shop.languages == ["zh_CN"]
    update(shop, "zh_TW")
    assert shop.languages == ["zh_CN", "zh_TW"]


def test_what_is_for_taiwan_holds_no_simplified_characters_and_has_a_help_page_each() -> None:
    found = [area for area in areas(discover(installed=())) if area.ours]
    assert len(found) > 10
    for area in found:
        pages = [area.folder / "help" / f"{lang}.md" for lang in ("zh_CN", "zh_TW")]
        assert pages[0].is_file() == pages[1].is_file() or area.name == "core", area.name
        for path in (area.locale / "zh_TW.po", pages[1]):
            written = set(path.read_text(encoding="utf-8")) if path.is_file() else set()
            assert sorted(written & SIMPLIFIED) == [], path


def test_each_english_text_of_ours_has_one_chinese() -> None:
    found = areas(discover())
    assert [clashes(found, language) for language in ("zh_CN", "zh_TW")] == [[], []]
