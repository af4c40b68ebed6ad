"""Reading YAML: values, lines, and every way a file can be wrong."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import Field, field_validator

from core.errors import CoreError, DataError, Message, ViewError, Where
from core.plugins.yamlfile import FileModel, YamlFile, check, check_data, load_yaml, parse_yaml


def parse(text: str) -> YamlFile:
    return parse_yaml(text, Path("x.yaml"))


def fault(text: str) -> str:
    with pytest.raises(DataError) as caught:
        parse(text)
    return str(caught.value)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("NO", "NO"),
        ("yes", "yes"),
        ("true", True),
        ("0755", "0755"),
        ("10:30", "10:30"),
        ("12", 12),
        ("-3", -3),
        ("1.50", 1.5),
        ("1e3", 1000.0),
        ("1_000", "1_000"),
        ("1.0.0", "1.0.0"),
        (".inf", float("inf")),
        ("~", None),
        ("2026-11-23", date(2026, 11, 23)),
        ("2026-11-23 09:30:00", datetime(2026, 11, 23, 9, 30)),
        ('"12"', "12"),
        ("!!str 12", "12"),
        ("", None),
        ("-", [None]),
        ("'- x'", "- x"),
    ],
)
def test_plain_values_follow_yaml_1_2(text: str, value: Any) -> None:
    assert parse(text).data == value


def test_keys_are_always_texts() -> None:
    assert parse("{1: a, true: b, 2026-01-01: c}").data == {"1": "a", "true": "b", "2026-01-01": "c"}


def test_lines_are_known_per_key_path() -> None:
    file = parse("# comment\na:\n  - x\n  - b: 1\n    c: [1, 2]\nd: &d\n  e: 1\nf: *d\n")
    assert [file.line(path) for path in (("a",), ("a", 0), ("a", 1), ("a", 1, "c"), ("a", 1, "c", 1))] == [
        2,
        3,
        4,
        5,
        5,
    ]
    assert file.line(("a", 1, "missing", "deeper")) == 4
    assert file.line(("f",)) == 8
    assert file.line(("f", "e")) == 7
    assert file.where(("a", 1), model="m") == Where(file="x.yaml", line=4, key="a.1", model="m")


def test_repeated_keys_are_reported_all_at_once() -> None:
    text = fault("a: 1\na: 2\nb: {c: 1, c: 2}\n")
    assert 'x.yaml:2, a: The key "a" is given twice, first in line 1.' in text
    assert 'x.yaml:3, b.c: The key "c" is given twice, first in line 3.' in text


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("a: [1", "This is not YAML"),
        ("a: 1\n\tb: 2", "x.yaml:2: This is not YAML"),
        ("x: 1\na: \x01", "x.yaml:2: This is not YAML"),
        ("a: !!python/object:os.system 1", "Tags such as"),
        ("a: !x [1]", "Tags such as"),
        ("&a [*a]", "refers to itself"),
        ("a: *b", "refers to itself or to nothing"),
        ("[" * 5000, "Nested more than"),
        ("a: 2026-13-40", "no date that exists"),
        ("---\na: 1\n---\nb: 2", "x.yaml:3: A second document"),
        ("<<: {a: 1}", "Merge keys"),
        ("[a]: 1", "A key must be a plain text"),
    ],
)
def test_bad_yaml_is_told_with_its_line(text: str, told: str) -> None:
    assert told in fault(text)


def test_aliases_may_share_but_not_multiply() -> None:
    assert parse("a: &x [1]\nb: *x").data == {"a": [1], "b": [1]}
    bomb = "a0: &a0 [1,1,1,1,1,1,1,1,1,1]\n"
    bomb += "".join(f"a{i}: &a{i} [{','.join([f'*a{i - 1}'] * 10)}]\n" for i in range(1, 9))
    assert "Aliases multiply" in fault(bomb)


def test_file_that_is_not_utf8_names_the_line(tmp_path: Path) -> None:
    path = tmp_path / "x.yaml"
    path.write_bytes("a: 1\nb: 深圳".encode("gb18030"))
    with pytest.raises(ViewError, match=r"x\.yaml:2, addon crm: The file is not UTF-8"):
        load_yaml(path, ViewError, addon="crm")
    path.write_bytes(b"\xef\xbb\xbfa: 1")
    assert load_yaml(path).data == {"a": 1}


def test_missing_file_is_our_error(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="can't be read"):
        load_yaml(tmp_path / "none.yaml")
    with pytest.raises(DataError, match="can't be read"):
        load_yaml(tmp_path)


@given(st.text(max_size=60))
def test_any_text_gives_data_or_our_error(text: str) -> None:
    try:
        parse(text)
    except CoreError as err:
        assert err.where.file == "x.yaml"


class Text(FileModel):
    kind: Literal["text"]
    field: str
    widget: str = ""


class Page(FileModel):
    kind: Literal["page"]
    label: str
    body: list[Node] = Field([])


Node = Annotated[Text | Page, Field(discriminator="kind")]


class Before(FileModel):
    before: str
    add: list[str] = Field([])


class Replace(FileModel):
    replace: str
    with_: str = Field("", alias="with")


class View(FileModel):
    id: str
    body: list[str | Node] = Field([])
    patch: list[Before | Replace] = Field([])
    limit: int = Field(80, gt=0)
    place: Literal["top", "workbench"] = "top"

    @field_validator("id")
    @classmethod
    def _dotted(cls, value: str) -> str:
        if "." not in value:
            raise ValueError(Message("An id is written addon.name."))
        return value


class Document(FileModel):
    views: list[View] = Field([])
    names: dict[str, View] = Field({})


Page.model_rebuild()
View.model_rebuild()
Document.model_rebuild()

VIEW = "views:\n  - id: a.b\n"


def faults(text: str) -> list[str]:
    with pytest.raises(ViewError) as caught:
        check(parse(text), Document, ViewError, addon="crm")
    return [str(one) for one in caught.value.faults or [caught.value]]


def test_right_file_becomes_the_model() -> None:
    document = check(parse(VIEW + "    body: [x, {kind: text, field: y}]\n"), Document)
    assert document.views[0].id == "a.b"
    assert isinstance(document.views[0].body[1], Text)
    assert check(parse(""), Document) == Document()


def test_all_faults_come_at_once_in_order_of_lines() -> None:
    told = faults("views:\n  - id: 1\n    limit: 0\n    place: workbnch\n  - []\nvews: 1\n")
    assert told == [
        "x.yaml:2, views.0.id, addon crm: Expected a text, found 1. (put it in quotation marks)",
        "x.yaml:3, views.0.limit, addon crm: Expected a number > 0, found 0.",
        "x.yaml:4, views.0.place, addon crm: Expected one of 'top' or 'workbench', found \"workbnch\"."
        ' (did you mean "workbench"?)',
        "x.yaml:5, views.1, addon crm: Expected a mapping, found a list.",
        'x.yaml:6, vews, addon crm: Unknown key "vews". (did you mean "views"?)',
    ]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            "body: [{kind: text, feild: x}]",
            ['Unknown key "feild". (did you mean "field"?)', 'The key "field" is missing.'],
        ),
        ("body: [{kind: page, label: x, body: [{kind: text, field: a, wdget: b}]}]", ['(did you mean "widget"?)']),
        ("body: [5]", ["views.0.body.0, addon crm: Expected a text or a mapping, found 5."]),
        ("body: [{kind: txt}]", ["Expected \"kind\" to be one of 'text', 'page', found \"txt\"."]),
        ("patch: [{before: x, ad: [y]}]", ['Unknown key "ad". (did you mean "add"?)']),
        ("patch: [{replace: x, wth: y}]", ['Unknown key "wth". (did you mean "with"?)']),
    ],
)
def test_members_of_unions_tell_only_what_was_meant(text: str, told: list[str]) -> None:
    found = faults(f"{VIEW}    {text}\n")
    assert len(found) == len(told)
    for part in told:
        assert any(part in one for one in found), found


def test_validator_of_the_model_speaks_for_itself() -> None:
    assert faults("views: [{id: ab}]") == ["x.yaml:1, views.0.id, addon crm: An id is written addon.name."]


def test_nearest_key_is_found_inside_mappings() -> None:
    assert 'did you mean "limit"?' in faults("names: {x: {id: a.b, limt: 3}}")[0]


def test_data_without_a_file_is_checked_the_same_way() -> None:
    assert check_data({"id": "a.b"}, View).id == "a.b"
    with pytest.raises(DataError) as caught:
        check_data({"id": "a.b", "limt": 3}, View, where=Where(addon="crm"), prefix=("views", 0))
    assert str(caught.value) == 'views.0.limt, addon crm: Unknown key "limt". (did you mean "limit"?)'
    with pytest.raises(DataError, match="Expected a mapping, found nothing"):
        check_data(None, View)
