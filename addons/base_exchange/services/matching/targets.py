"""What the columns of a file may become: the fields of a model that the user may write, and how they are called."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Any

from core.api import Environment, _

LANGUAGES = ("zh_CN", "zh_TW", "en")
"""Languages in which headings are understood."""
_UNREADABLE = frozenset({"one2many", "reference", "file", "image"})
_STAMPS = frozenset({"id", "created_at", "created_by", "updated_at", "updated_by", "version", "display_name"})


@dataclass(frozen=True)
class Target:
    """A field that a column may become."""

    name: str
    label: Any
    """What it is called, a message."""
    field: Any
    """The field; None for the number of the record itself."""
    required: bool = False
    """Whether a new record needs a value from the file."""
    can_key: bool = False
    """Whether records can be found by it."""


def targets_of(env: Environment, model: str, history: Collection[str] = ()) -> dict[str, Target]:
    """Return the fields that the user may import into a model, in order of declaration.

    Args:
        env: Who imports.
        model: Model of the records.
        history: Fields besides, which otherwise the system alone sets; they count only where the system imports.

    Numbers drawn by a rule are among them: whether they may be given by hand the rule says when a record is saved.
    """
    info = env.registry[model]
    past = frozenset(history) if env.is_elevated else frozenset()
    hidden = env.hidden_fields(info, "create")
    found: dict[str, Target] = {}
    for field in info.fields.values():
        if field.name in hidden | _STAMPS or field.computed or field.kind in _UNREADABLE:
            continue
        is_kept = field.readonly and field.kind != "sequence" and field.name not in past
        if is_kept or field.groups == ["base.nobody"]:
            continue
        required = field.required and field.default is None and field.kind not in ("boolean", "sequence")
        can_key = field.column is not None and field.kind not in ("html", "text", "json", "boolean", "float")
        found[field.name] = Target(field.name, _(str(field.label)), field, required, can_key)
    found["id"] = Target("id", _("Number of the record (id)"), None, can_key=True)
    return found


def labels_in_all_languages(env: Environment) -> Callable[[Any], Sequence[str]]:
    """Return what gives an English label in the user's language and in all `LANGUAGES`."""
    order = list(dict.fromkeys([env.lang, *LANGUAGES]))

    def labels(label: Any) -> list[str]:
        message = _(label) if isinstance(label, str) else label
        return [env.services.text(message, language) for language in order]

    return labels
