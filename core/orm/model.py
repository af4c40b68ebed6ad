"""`Model`: the base of every definition, and of every record. Layer: orm.

An addon's ``class X(Model)`` is a definition. A registry chains the definitions of one model into a composed class, whose instances
are the records; all layers meet in ``self``, and ``super()`` runs through them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from sqlalchemy import inspect
from sqlalchemy.orm import object_session

from core.errors import CoreError
from core.i18n import _
from core.orm.fields import Datetime, Integer, Many2one

if TYPE_CHECKING:
    from core.orm.environment import Environment
    from core.orm.modelinfo import ModelInfo


class Model:
    """Base of all models.

    Class attributes of a definition:
        _name: Name of the model, such as ``"crm.customer"``; absent on an extension.
        _inherit: Name of the model to extend; with ``_name``, a list of mixins to take in.
        _label: What one record is called.
        _order: Default order, such as ``"date desc, id desc"``.
        _abstract: True for a mixin without a table.
        _rec_name: Field that names a record; default ``name`` if there is one.
        _recycle: Whether deleting moves to the recycle bin (D16); False deletes for good.
        _log: True where only the system writes records, whatever rights anybody holds.
        _unique: Tuples of fields whose values together are unique among living records.
        _checks: Mapping name → domain that must hold for every record, in Python and, where it can, in the database.
    """

    _name: ClassVar[str | None] = None
    _inherit: ClassVar[str | Sequence[str] | None] = None
    _label: ClassVar[str | None] = None
    _order: ClassVar[str | None] = None
    _abstract: ClassVar[bool] = False
    _rec_name: ClassVar[str | None] = None
    _recycle: ClassVar[bool] = True
    _log: ClassVar[bool] = False
    _unique: ClassVar[Sequence[Sequence[str]]] = ()
    _checks: ClassVar[dict[str, Any]] = {}

    _info: ClassVar[ModelInfo]
    """Set on composed classes."""

    id: int
    created_at = Datetime(readonly=True, copy=False)
    created_by = Many2one("core.user", readonly=True, copy=False)
    updated_at = Datetime(readonly=True, copy=False)
    updated_by = Many2one("core.user", readonly=True, copy=False)
    version = Integer(readonly=True, copy=False, help="Counts the changes; an update that names an old one is refused.")

    def __init__(self) -> None:
        raise TypeError(f"{type(self).__name__}: use env[…].create({{…}}) or env[…].new({{…}})")

    @property
    def env(self) -> Environment:
        """The environment the record belongs to."""
        session = object_session(self)
        env = self.__dict__.get("_env") if session is None else session.info["env"]
        if env is None:
            raise CoreError(_("The record no longer belongs to an environment."), code="orm.detached")
        result: Environment = env
        return result

    @property
    def display_name(self) -> str:
        """What the record is called in lists and selections, a record named by a relation as that one; override to change it.

        Who may not see its name is told its number.
        """
        name = self._info.rec_name
        is_hidden = name is not None and name in self.env.hidden_fields(self._info, "read")
        value = None if name is None or is_hidden else getattr(self, name, None)
        if isinstance(value, Model):
            value = value.display_name
        if value not in (None, ""):
            return str(value)
        return f"{self.env.services.text(_(self._info.label), self.env.lang)} {self.id}"

    def update(self, values: Mapping[str, Any] | None = None, /, **more: Any) -> None:
        """Change fields, given by name or as a mapping; ``version=`` refuses if somebody else changed the record meanwhile.

        Raises:
            ValidationError: A value is wrong.
            ConflictError: ``version`` is out of date.
        """
        self.env[self._info.name].write(self, {**(values or {}), **more})

    def delete(self) -> None:
        """Move the record with its dependent lines to the recycle bin (CORE-67), or delete it if the model has none.

        Raises:
            ConflictError: Another record refers to it with ``ondelete="restrict"``.
            AccessDenied: The user may not delete it.
        """
        self.env[self._info.name].delete([self])

    def copy(self, values: Mapping[str, Any] | None = None, /, **more: Any) -> Any:
        """Return a new record with the copied fields of this one and the values given, by name or as a mapping, on top."""
        return self.env[self._info.name].copy(self, {**(values or {}), **more})

    @property
    def is_new(self) -> bool:
        """Whether the record is not in the database yet."""
        return not inspect(self).persistent

    def __repr__(self) -> str:
        info = getattr(self, "_info", None)
        return f"<{info.name if info else type(self).__name__} {self.__dict__.get('id')}>"
