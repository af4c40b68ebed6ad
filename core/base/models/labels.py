"""What people call the objects, fields, rights and menus that records of the administration name by their technical names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from core.orm import fields
from core.orm.decorators import depends
from core.orm.model import Model

if TYPE_CHECKING:
    from core.orm.environment import Environment


def model_words(env: Environment, name: str | None) -> str | None:
    """Return what an object is called in the language of ``env``; its name where its addon is not enabled, None for none."""
    info = env.registry.models.get(name or "")
    return env.services.text(info.label, env.lang) if info is not None else name


def field_words(env: Environment, model: str | None, name: str | None) -> str | None:
    """Return what a field is called; its name where it is not there."""
    info = env.registry.models.get(model or "")
    field: Any = info.fields.get(name or "") if info is not None else None
    return env.services.text(field.label, env.lang) if field is not None else name


class NamedObject(Model):
    """Records whose field ``model`` names an object."""

    _name = "core.named_object"
    _abstract = True

    model_label = fields.Char(label="Object", compute="_compute_model_label", help="What people call the object.")

    @depends("model")
    def _compute_model_label(self) -> None:
        self.model_label = model_words(self.env, getattr(self, "model", None))
