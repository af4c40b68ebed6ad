"""What the ORM asks of the layers above: rights, numbers, dictionaries, jobs. Layer: orm.

`core.app` passes the implementations in; without them (unit tests of the ORM) the null objects here let everything through.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal, Protocol

import sqlalchemy as sa

from core.errors import CoreError
from core.i18n import _

if TYPE_CHECKING:
    import datetime

    from core.orm.environment import Environment
    from core.orm.fields.special import Sequence as NumberField
    from core.orm.model import Model
    from core.orm.modelinfo import ModelInfo

Operation = Literal["create", "read", "update", "delete", "export", "print"]


class Guard(Protocol):
    """Decides who may do what; asked only when the environment is not elevated (design 1.9, 1.10)."""

    def condition(
        self, env: Environment, model: ModelInfo, operation: Operation, table: sa.FromClause
    ) -> sa.ColumnElement[bool] | bool:
        """Return the condition on rows of ``table`` (the model's table or an alias): True all, False none."""

    def check_model(self, env: Environment, model: ModelInfo, operation: Operation) -> None:
        """Raise AccessDenied if the user has no such right on the model at all."""

    def hidden_fields(self, env: Environment, model: ModelInfo, operation: Operation) -> frozenset[str]:
        """Return the names of fields the user may not read (``read``) or write (``create``, ``update``)."""

    def check_rows(self, env: Environment, model: ModelInfo, operation: Operation, ids: Sequence[int]) -> None:
        """Raise AccessDenied naming the first of ``ids`` outside the condition; executes at most one SELECT."""

    def has_group(self, env: Environment, group: str) -> bool:
        """Whether the user is in the group with this id, directly or by implication."""

    def has_right(self, env: Environment, right: str) -> bool:
        """Whether the user holds a special right (CORE-25)."""

    def sees_menu(self, env: Environment, menu: str) -> bool:
        """Whether menu rights let the user see the menu with this id (CORE-24)."""


class Services(Protocol):
    """Duties of the base addon and the jobs that the ORM calls."""

    def numbers(self, env: Environment, field: NumberField, records: Sequence[Model]) -> Sequence[str]:
        """Draw one document number for each new record (CORE-54)."""

    def dictionary_item(self, env: Environment, dictionary: str, key: str) -> Any:
        """Return the dictionary's item with this key, or None (CORE-56)."""

    def supply(self, env: Environment, addons: Collection[str]) -> None:
        """Make the numbering rules and dictionaries that fields of these addons name and nobody has made yet."""

    def has_rules(self, env: Environment, model: str) -> bool:
        """Whether saving a record of the model does more than `before_insert` and `after_insert` can do without one."""

    def before_insert(self, env: Environment, model: str, columns: dict[str, list[Any]], count: int) -> Any:
        """Do for rows about to be inserted together what `before_save` does for records; raise to refuse.

        ``columns`` holds the converted values by field, relations as ids; values may be changed. What is returned goes to `after_insert`.
        """

    def after_insert(self, env: Environment, model: str, ids: Sequence[int], found: Any) -> None:
        """Keep what depends on the rows inserted, as `after_save` does; ``found`` is what `before_insert` returned."""

    def before_save(
        self, env: Environment, created: Sequence[Model], updated: Mapping[Model, Mapping[str, Any]]
    ) -> None:
        """Apply the administrator's rules to what is about to be saved (CORE-60, 61); raise to refuse."""

    def after_save(
        self, env: Environment, created: Sequence[Model], updated: Mapping[Model, Mapping[str, Any]]
    ) -> None:
        """Keep what depends on saved rows: duplicate keys, department history, the last administrator; raise to undo the save."""

    def before_delete(self, env: Environment, model: ModelInfo, ids: Sequence[int]) -> None:
        """Raise ConflictError for records that may only be retired; called before anything is deleted."""

    def defer(
        self, env: Environment, name: str, arguments: Mapping[str, Any], *, run_at: datetime.datetime | None = None
    ) -> Any:
        """Write a background job into the transaction, to start not before ``run_at``; None: at once."""

    def elevated(self, env: Environment, reason: str) -> None:
        """Write the use of elevated rights to the audit log."""

    def before_commit(self, env: Environment) -> None:
        """Do what depends on the whole transaction, such as telling people of what `Environment.notes` holds; raise to undo it."""

    def text(self, message: Any, lang: str) -> str:
        """Return a message in a language, for texts that are kept instead of shown at once."""


class OpenGuard:
    """Lets everything through; for a registry without access rules."""

    def condition(
        self, env: Environment, model: ModelInfo, operation: Operation, table: sa.FromClause
    ) -> sa.ColumnElement[bool] | bool:
        """Return True."""
        return True

    def check_model(self, env: Environment, model: ModelInfo, operation: Operation) -> None:
        """Allow."""

    def hidden_fields(self, env: Environment, model: ModelInfo, operation: Operation) -> frozenset[str]:
        """Hide nothing."""
        return frozenset()

    def check_rows(self, env: Environment, model: ModelInfo, operation: Operation, ids: Sequence[int]) -> None:
        """Allow."""

    def has_group(self, env: Environment, group: str) -> bool:
        """Answer yes."""
        return True

    def has_right(self, env: Environment, right: str) -> bool:
        """Answer yes."""
        return True

    def sees_menu(self, env: Environment, menu: str) -> bool:
        """Answer yes."""
        return True


class NoServices:
    """Serves a registry without the base addon: nothing is numbered, looked up or deferred."""

    def numbers(self, env: Environment, field: NumberField, records: Sequence[Model]) -> Sequence[str]:
        """Refuse: there are no numbering rules."""
        raise field.invalid(_("No numbering rules are loaded."))

    def dictionary_item(self, env: Environment, dictionary: str, key: str) -> Any:
        """Find nothing."""
        return None

    def supply(self, env: Environment, addons: Collection[str]) -> None:
        """Make nothing."""

    def has_rules(self, env: Environment, model: str) -> bool:
        """Answer no."""
        return False

    def before_insert(self, env: Environment, model: str, columns: dict[str, list[Any]], count: int) -> Any:
        """Allow."""

    def after_insert(self, env: Environment, model: str, ids: Sequence[int], found: Any) -> None:
        """Do nothing."""

    def before_save(
        self, env: Environment, created: Sequence[Model], updated: Mapping[Model, Mapping[str, Any]]
    ) -> None:
        """Allow."""

    def after_save(
        self, env: Environment, created: Sequence[Model], updated: Mapping[Model, Mapping[str, Any]]
    ) -> None:
        """Do nothing."""

    def before_delete(self, env: Environment, model: ModelInfo, ids: Sequence[int]) -> None:
        """Allow."""

    def defer(
        self, env: Environment, name: str, arguments: Mapping[str, Any], *, run_at: datetime.datetime | None = None
    ) -> Any:
        """Refuse: there is no outbox."""
        raise CoreError(_("No background jobs are loaded."), code="job")

    def elevated(self, env: Environment, reason: str) -> None:
        """Note nothing."""

    def before_commit(self, env: Environment) -> None:
        """Do nothing."""

    def text(self, message: Any, lang: str) -> str:
        """Return the English text."""
        return str(message)
