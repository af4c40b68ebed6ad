"""What a template reads is found without running it."""

import pytest
from jinja2 import TemplateSyntaxError

from addons.base_print.services.paths import fields_read


@pytest.mark.parametrize(
    ("text", "record"),
    [
        ("{{ record.name }}{{ record['note'] }}", {"name": {}, "note": {}}),
        ("{% for line in record.lines %}{{ line.product.name }}{% endfor %}", {"lines": {"product": {"name": {}}}}),
        ("{% set who = record.customer %}{{ who.owner.name }}", {"customer": {"owner": {"name": {}}}}),
        ("{{ record.lines|sum(attribute='amount') }}", {"lines": {"amount": {}}}),
        ("{{ record.lines|map(attribute='product')|map(attribute='name')|join }}", {"lines": {"product": {"name": {}}}}),
        ("{{ (record.lines|sort(attribute='a.b')|first).note }}", {"lines": {"a": {"b": {}}, "note": {}}}),
        ("{% macro of(x) %}{{ x.phone }}{% endmacro %}{{ of(record.owner) }}", {"owner": {"phone": {}}}),
        ("{% with c = record.customer %}{{ c.name if c else record.note }}{% endwith %}", {"customer": {"name": {}}, "note": {}}),
        ("{% for a in record.x %}{% for b in a.y %}{{ b.z }}{% endfor %}{% endfor %}", {"x": {"y": {"z": {}}}}),
        ("{% for key, items in record.lines|groupby('kind') %}{{ items[0].name }}{% endfor %}", {"lines": {"kind": {}, "name": {}}}),
        ("record.name {# {{ record.secret }} #}{% raw %}{{ record.secret }}{% endraw %}", {}),
    ],
)  # fmt: skip
def test_fields_are_followed_through_loops_variables_filters_and_macros(text, record):
    assert fields_read(text)["record"] == record


def test_all_texts_of_a_template_count_together_and_other_roots_too():
    found = fields_read("{{ record.a }}", "{{ company.logo }}", "{{ record.b }} {{ user.name }}")
    assert found == {"record": {"a": {}, "b": {}}, "company": {"logo": {}}, "user": {"name": {}}}


def test_a_template_that_can_not_be_parsed_is_refused_with_its_line():
    with pytest.raises(TemplateSyntaxError) as refused:
        fields_read("one\n{% for %}")
    assert refused.value.lineno == 2
