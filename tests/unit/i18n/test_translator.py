"""Catalogs and rendering: fallbacks, nested messages, and translations that are wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.errors import CoreError, DataError, Message
from core.i18n import Translator, _, load_catalogs
from core.i18n.languages import LANGUAGES, others_for, related

HEAD = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n\n'


def write(folder: Path, language: str, **texts: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    body = "".join(f'msgid "{text}"\nmsgstr "{translation}"\n\n' for text, translation in texts.items())
    (folder / f"{language}.po").write_text(HEAD + body, encoding="utf-8")
    return folder


def translator(**catalogs: dict[str, str]) -> Translator:
    return Translator(catalogs)


def test_underscore_makes_a_message() -> None:
    message = _("%(count)s customers", count=3)
    assert isinstance(message, Message)
    assert str(message) == "3 customers"
    assert _("%(a)s", {"a": 1}) == _("%(a)s", a=1)
    assert str(_("100%")) == "100%"


def test_catalogs_are_joined_and_the_last_addon_wins(tmp_path: Path) -> None:
    folders = [write(tmp_path / "a", "zh_CN", Save="保存", Level="级别"), write(tmp_path / "b", "zh_CN", Level="等级")]
    catalogs = load_catalogs([*folders, tmp_path / "none"])
    assert (catalogs["zh_CN"]["Save"], catalogs["zh_CN"]["Level"]) == ("保存", "等级")


def test_fuzzy_and_empty_entries_count_as_untranslated(tmp_path: Path) -> None:
    folder = write(tmp_path, "zh_CN", Empty="")
    with (folder / "zh_CN.po").open("a", encoding="utf-8") as file:
        file.write('#, fuzzy\nmsgid "Fuzzy"\nmsgstr "模糊"\n')
    catalog = load_catalogs([folder])["zh_CN"]
    assert "Empty" not in catalog
    assert "Fuzzy" not in catalog


@pytest.mark.parametrize(
    "content", [b'msgid "a"\nmsgid\n', b"nonsense\n", HEAD.encode() + b'msgid "a"\nmsgstr "\xc9\xee"\n']
)
def test_broken_catalog_names_its_file(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "zh_CN.po").write_bytes(content)
    with pytest.raises(DataError, match=r"zh_CN\.po"):
        load_catalogs([tmp_path])


def test_related_language_comes_before_english() -> None:
    both = translator(zh_CN={"Save": "保存"}, de={"Save": "Sichern"})
    assert both.text("Save", "zh_TW") == "保存"
    assert both.text("Save", "de_AT") == "Sichern"
    assert both.text("Save", "fr") == both.text("Save", "en") == "Save"
    assert related("zh_HK", ["zh_CN", "zh_TW", "en"]) == ["zh_TW", "zh_CN"]
    assert related("zh_SG", ["zh_CN", "zh_TW", "en"]) == ["zh_CN", "zh_TW"]
    assert both.languages == ["de", "en", "zh_CN"]


def test_texts_of_records_are_sought_in_related_languages_up_to_that_of_the_database() -> None:
    assert others_for("zh_TW", "en") == ("zh_TW", "zh_CN")
    assert others_for("zh_TW", "zh_CN") == ("zh_TW",)
    assert others_for("zh_CN", "en") == ("zh_CN", "zh_TW")
    assert others_for("fr", "en") == ("fr",)
    assert all(others_for(each, each) == () for each in LANGUAGES)


def test_values_are_filled_in_and_nested_messages_rendered() -> None:
    chinese = translator(zh_CN={"Unknown %(kind)s.": "未知的%(kind)s。", "field": "字段", "a": "甲", "b": "乙"})
    assert chinese.render(_("Unknown %(kind)s.", kind=_("field")), "zh_CN") == "未知的字段。"
    assert chinese.render(_("Unknown %(kind)s.", kind=[_("a"), _("b")]), "zh_CN") == "未知的甲、乙。"
    assert chinese.render(_("Unknown %(kind)s.", kind=[_("a"), "x"]), "en") == "Unknown a, x."
    assert chinese.render("field", "zh_CN") == "字段"
    assert chinese.render(7, "zh_CN") == "7"


@pytest.mark.parametrize("translation", ["%(wrong)s", "%(count)d 个", "%", "%(count)"])
def test_translation_with_a_wrong_placeholder_falls_back_to_english(translation: str) -> None:
    chinese = translator(zh_CN={"%(count)s rows": translation})
    assert chinese.render(_("%(count)s rows", count="x"), "zh_CN") == "x rows"


def test_error_is_rendered_with_its_hint_and_faults() -> None:
    chinese = translator(zh_CN={"Wrong.": "有误。", "look": "检查"})
    error = CoreError(_("Wrong."), hint=_("look"))
    assert chinese.render_error(error, "zh_CN") == "有误。（检查）"
    assert chinese.render_error(error, "en") == "Wrong. (look)"
    both = CoreError(_("Wrong."), faults=[CoreError("a"), CoreError("b")])
    assert chinese.render_error(both, "en") == "Wrong.\na\nb"


def test_a_label_inside_an_english_sentence_begins_small_unless_it_is_an_abbreviation() -> None:
    words = translator(zh_CN={"New %(noun)s": "新建%(noun)s", "Service ticket": "工单"})
    message = _("New %(noun)s", noun="Service ticket")
    assert words.render(message, "en") == "New service ticket"
    assert words.render(message, "zh_CN") == "新建工单"
    assert words.render(_("New %(noun)s", noun="SMS template"), "en") == "New SMS template"
