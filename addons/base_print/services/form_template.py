"""A template made of the form of a model: company and title, its fields in two columns, its long texts, and a table of each kind of lines.

What it holds is what the form shows to the user, so that it can be printed as it is, and be the beginning of a template of one's own.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from markupsafe import escape

from core.api import CoreError, _, view_for

if TYPE_CHECKING:
    from core.api import Environment

NUMBERS = frozenset({"integer", "float", "decimal", "money"})
LONG = frozenset({"text", "html", "json"})
_SLOTS = ("subtitle", "figures", "body")
_TECHNICAL = frozenset(
    {"id", "created_at", "created_by", "updated_at", "updated_by", "version", "deletion", "sequence"}
)
_PER_ROW = 2

CSS = """h1 { font-size: 20pt; margin: 0; text-align: right; }
h2 { font-size: 11pt; margin: 6mm 0 2mm; }
.head { border-bottom: 1pt solid #000; margin-bottom: 5mm; }
.head td { vertical-align: middle; padding: 0 0 3mm; }
.head .logo { width: 18mm; }
.head .logo img { width: 14mm; max-height: 14mm; }
.company { font-size: 13pt; font-weight: 700; }
.quiet { color: #555; font-size: 9pt; }
.right { text-align: right; }
.facts td { padding: 1mm 0; vertical-align: top; }
.facts .label { color: #555; width: 26mm; padding-right: 2mm; }
.facts .value { width: 62mm; padding-right: 4mm; }
.lines th, .lines td { padding: 1.6mm 1.5mm; text-align: left; vertical-align: top; }
.lines th { border-top: 1pt solid #000; border-bottom: .6pt solid #000; font-weight: 400; }
.lines td { border-bottom: .3pt solid #bbb; }
.lines .n { text-align: right; white-space: nowrap; }
.lines .sum { break-before: avoid; }
.lines .sum td { border-bottom: 0; font-weight: 700; }
.text { margin: 0 0 2mm; }
"""


@dataclass(frozen=True)
class _Item:
    """A field of the form."""

    path: str
    label: str
    field: Any
    columns: tuple[_Item, ...] = ()
    """Of lines."""
    is_summed: bool = False


def body_of(env: Environment, model: str) -> str:
    """Return the content of a template for a model, as the user sees its form."""
    info = env.registry[model]
    items = list({item.path: item for item in _items(env, info)}.values())
    title = escape(_say(env, info.label))
    parts = [_HEAD.replace("TITLE", _safe(str(title)))]
    facts = [item for item in items if not item.field.to_many and item.field.kind not in (*LONG, "image")]
    parts += _facts(facts)
    for item in items:
        if item.field.kind == "one2many" and item.columns:
            parts += _table(env, item)
    total = next((item for item in facts if item.field.kind == "money" and item.path in ("amount", "total")), None)
    if total is not None and env.lang.startswith("zh"):
        word = "大寫" if env.lang == "zh_TW" else "大写"
        parts.append(f"<p>{_safe(total.label)}（{word}）：<b>{{{{ record.{total.path}|capital }}}}</b></p>")
    for item in items:
        if item.field.kind in LONG:
            shown = f"{{{{ record.{item.path}{'|lines' if item.field.kind == 'text' else ''} }}}}"
            parts.append(
                f'{{% if record.{item.path} %}}\n<h2>{_safe(item.label)}</h2>\n<div class="text">{shown}</div>\n{{% endif %}}'
            )
        elif item.field.kind == "image":
            parts.append(f'{{{{ image(record.{item.path}, "60mm") }}}}')
    return "\n".join(parts) + "\n"


_HEAD = """<table class="head"><tr>
{% if company %}
{% if company.logo %}
<td class="logo">{{ image(company.logo) }}</td>
{% endif %}
<td><div class="company">{{ company.name }}</div>
<div class="quiet">{{ company.address }} {{ company.phone }} {{ company.mail }}</div></td>
{% endif %}
<td class="right"><h1>TITLE</h1><div class="quiet">{{ record.display_name }}{% if part %} · {{ part }}{% endif %}</div></td>
</tr></table>"""


def _facts(items: list[_Item]) -> list[str]:
    rows = []
    for start in range(0, len(items), _PER_ROW):
        cells = [
            f'<td class="label">{_safe(item.label)}</td><td class="value">{{{{ record.{item.path} }}}}</td>'
            for item in items[start : start + _PER_ROW]
        ]
        rows.append(f"<tr>{''.join(cells)}</tr>")
    return ['<table class="facts">', *rows, "</table>"] if rows else []


def _table(env: Environment, item: _Item) -> list[str]:
    columns = item.columns
    kinds = [' class="n"' if column.field.kind in NUMBERS else "" for column in columns]
    heads = "".join(f"<th{kind}>{_safe(column.label)}</th>" for kind, column in zip(kinds, columns, strict=True))
    cells = "".join(f"<td{kind}>{{{{ line.{column.path} }}}}</td>" for kind, column in zip(kinds, columns, strict=True))
    rows = [
        f"{{% if record.{item.path} %}}",
        f"<h2>{_safe(item.label)}</h2>",
        f'<table class="lines"><thead><tr>{heads}</tr></thead><tbody>',
        f"{{% for line in record.{item.path} %}}",
        f"<tr>{cells}</tr>",
        "{% endfor %}",
    ]
    if any(column.is_summed for column in columns):
        sums = [
            f'<td class="n">{{{{ record.{item.path}|sum(attribute="{column.path}"){"|money" if column.field.kind == "money" else ""} }}}}</td>'
            if column.is_summed
            else f"<td>{_safe(_say(env, _('Total'))) if at == 0 else ''}</td>"
            for at, column in enumerate(columns)
        ]
        rows.append(f'<tr class="sum">{"".join(sums)}</tr>')
    return [*rows, "</tbody></table>", "{% endif %}"]


def _items(env: Environment, info: Any) -> Iterator[_Item]:
    """Yield the fields of the form as the user sees it; of a model without one, all that the user may read."""
    try:
        view = view_for(env, info.name, "form")
    except CoreError:
        hidden = env.hidden_fields(info, "read")
        for name, field in info.fields.items():
            if name not in hidden and name not in _TECHNICAL and not field.to_many:
                yield _Item(name, _say(env, field.label), field)
        return
    for slot in _SLOTS:
        for top in view.slot(slot):
            for node in top.walk():
                item = _item(env, info, node) if node.kind == "field" else None
                if item is not None:
                    yield item


def _item(env: Environment, info: Any, node: Any) -> _Item | None:
    path = str(node.attrs.get("field", ""))
    found = _follow(env, info, path)
    if found is None:
        return None
    field, hidden = found
    if hidden or path in _TECHNICAL:
        return None
    columns: tuple[_Item, ...] = ()
    if field.kind == "one2many":
        comodel = env.registry[field.comodel]
        made = [_item(env, comodel, child) for child in node.children if child.kind == "column"]
        columns = tuple(each for each in made if each is not None and not each.field.to_many)
    label = node.attrs.get("label")
    text = _say(env, label if isinstance(label, str) else field.label)
    return _Item(path, text, field, columns, bool(node.attrs.get("sum")))


def _follow(env: Environment, info: Any, path: str) -> tuple[Any, bool] | None:
    """Return the field at the end of a path, and whether one on the way is hidden; None where there is none."""
    field = None
    is_hidden = False
    for name in path.split("."):
        if info is None or name not in info.fields:
            return None
        field = info.fields[name]
        is_hidden = is_hidden or name in env.hidden_fields(info, "read")
        info = env.registry.models.get(getattr(field, "comodel", ""))
    return None if field is None else (field, is_hidden)


def _say(env: Environment, label: str) -> str:
    return env.services.text(label if not isinstance(label, str) else _(label), env.lang)


def _safe(text: str) -> str:
    """Return a label as text of a template."""
    return str(escape(text)).replace("{", "&#123;")
