"""`Environment`: one user in one transaction of one database (design §2.3). Layer: orm.

Everything an addon does goes through it; nothing is global. It is made by `core.orm.database.Database` and ends with its transaction.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from core.errors import CoreError, MissingRecord, Where
from core.i18n import _
from core.orm import bookkeeping
from core.orm.changes import ChangeLog
from core.orm.compute import Recomputer
from core.orm.guard import Guard, Operation, Services
from core.orm.loading import peers_of
from core.orm.session import RecordSession

if TYPE_CHECKING:
    from core.orm.bound import BoundModel
    from core.orm.database import Database
    from core.orm.model import Model
    from core.orm.modelinfo import ModelInfo
    from core.orm.registry import Registry
    from core.orm.trace import Tracer

SYSTEM_UID = 1
"""Id of the system user, who acts in elevated environments."""
LOAD_CHUNK = 500
_FIRST_COMPANY = "core.first_company"


class Environment:
    """Who asks, when, in which language, on which database; and the way to all models.

    Args:
        database: The database it belongs to.
        registry: The registry in force when the transaction began.
        connection: The connection with the open transaction.
        uid: Id of the user; `SYSTEM_UID` is the system itself and passes every check.
        lang: Language of translated fields; None takes the user's own, else the database's.
    """

    def __init__(
        self, database: Database, registry: Registry, connection: sa.Connection, uid: int, lang: str | None = None
    ) -> None:
        self.database = database
        self.registry = registry
        self.connection = connection
        self.uid = uid
        self._lang = lang
        self._elevated = 0
        self.cache: dict[Any, Any] = {}
        """Answers kept for this environment by the layers above, such as the principal of `core.access`."""
        self.checked: dict[tuple[str, Operation], set[int]] = {}
        """Ids already found to lie within a right, by model and operation."""
        self.touched: set[Model] = set()
        """Saved records that were recomputed and must be written."""
        self.family: list[Environment] = [self]
        """All environments on the same connection; see `as_user`."""
        self.tracer: Tracer | None = None
        """Told of every step while the transaction is traced; see `core.orm.trace`."""
        self.reached_at = ""
        """Address under which whoever asks reached the system, such as ``https://crm.example.com``; empty outside requests."""
        self.after_commit: list[Callable[[], None]] = []
        """Called once the transaction is committed; never after a rollback."""
        self.notes: list[Any] = []
        """What `Services.before_commit` looks at when the transaction ends; an entry is gone with the savepoint that undid its cause."""
        self.changes = ChangeLog(self)
        self.recompute = Recomputer(self)
        self.session = RecordSession(self, connection)

    @property
    def settings(self) -> Any:
        """The application's settings."""
        return self.database.settings

    @property
    def base_url(self) -> str:
        """What whole addresses shown to the user begin with: the setting ``public_url``, else the address they came by.

        Mails begin with ``public_url`` alone: the other is what a browser says of itself.
        """
        return self.settings.public_url or self.reached_at

    @property
    def guard(self) -> Guard:
        """The access rules of the registry."""
        return self.registry.guard

    @property
    def services(self) -> Services:
        """What the layers above provide to the ORM."""
        return self.registry.services

    @property
    def hook(self) -> Any:
        """The hooks of the enabled addons: ``env.hook.sales_order_confirmed(order=order)`` returns the list of results."""
        return self.registry.hook

    @property
    def is_elevated(self) -> bool:
        """Whether rights are not asked for."""
        return self._elevated > 0 or self.uid == SYSTEM_UID

    @cached_property
    def user(self) -> Any:
        """The record of the user who asks, read without asking for rights."""
        found = self.session.get(self.registry["core.user"].cls, self.uid)
        if found is None:
            raise MissingRecord(_("The user no longer exists."), where=Where(model="core.user", record=self.uid))
        return found

    @property
    def company(self) -> Any:
        """The company or branch the user works in; the first company if the user has none; None before there is any."""
        own = getattr(self.user, "company", None)
        if own is not None or "core.company" not in self.registry.models:
            return own
        # Asked for each new record, and the first stays the first until it is deleted.
        first = self.cache.get(_FIRST_COMPANY)
        if first is None or first not in self.session:
            first = self.cache[_FIRST_COMPANY] = self._find_first_company()
        return first

    def _find_first_company(self) -> Any:
        info = self.registry["core.company"]
        first = sa.select(info.cls).order_by(info.table.c.id).limit(1)
        # What is pending must not be saved for it, one record after the other.
        with self.session.no_autoflush:
            found = self.session.execute(first).scalar_one_or_none()
        return found if found is not None else self.session.execute(first).scalar_one_or_none()

    @property
    def default_lang(self) -> str:
        """The language in which the columns of translated fields are kept."""
        return self.database.default_lang

    @property
    def lang(self) -> str:
        """Language of the user, such as ``zh_CN``."""
        if self._lang is None:
            info = self.registry.models.get("core.user")
            field = info.fields.get("language") if info else None
            own = getattr(self.user, "language", None) if field else None
            self._lang = own or self.default_lang
        return self._lang

    @cached_property
    def timezone(self) -> datetime.tzinfo:
        """Time zone of the deployment, in which days begin and end; pages show instants in the user's own."""
        return ZoneInfo(self.database.timezone)

    def now(self) -> datetime.datetime:
        """Return the current instant in UTC; a test can freeze the clock."""
        return self.database.clock()

    def today(self) -> datetime.date:
        """Return the current day in the time zone of the environment."""
        return self.now().astimezone(self.timezone).date()

    def __getitem__(self, name: str) -> BoundModel:
        """Return a model as seen by this user.

        Raises:
            UnknownModelError: No enabled addon declares it; the nearest name is proposed.
        """
        return self.registry.bound(self.registry[name], self)

    def __contains__(self, name: str) -> bool:
        return name in self.registry.models

    def ref(self, xid: str) -> Any:
        """Return the record with the external id ``addon.name``, whatever the rights.

        Raises:
            MissingRecord: There is none.
        """
        addon, _dot, name = xid.partition(".")
        found = bookkeeping.find_xid(self.connection, addon, name)
        record = self.browse(found.model, found.record_id) if found and found.model in self.registry.models else None
        if record is None:
            close = bookkeeping.nearest_xid(self.connection, xid, self.registry.models)
            hint = _('did you mean "%(name)s"?', name=close) if close else None
            raise MissingRecord(_('There is no record "%(xid)s".', xid=xid), code="missing_record.xid", hint=hint)
        return record

    def defer(self, name: str, **arguments: Any) -> Any:
        """Write a background job that starts once the transaction is committed (design 1.15).

        Raises:
            JobError: There is no such job, or it does not take these arguments.
        """
        return self.services.defer(self, name, arguments)

    def defer_until(self, moment: datetime.datetime, name: str, **arguments: Any) -> Any:
        """Write a background job as `defer` does, that starts once the transaction is committed and ``moment`` (aware) has come.

        Raises:
            JobError: There is no such job, or it does not take these arguments.
        """
        return self.services.defer(self, name, arguments, run_at=moment)

    @contextmanager
    def elevated(self, *, reason: str) -> Iterator[Environment]:
        """Act as the system inside the block: no rights are asked for. The use and its reason go to the audit log.

        Changes made before the block are saved first, with the user's own rights.
        """
        if not reason:
            raise CoreError(_("Elevated rights need a reason."), code="elevated.reason")
        self.flush()
        self.services.elevated(self, reason)
        self._elevated += 1
        try:
            yield self
            self.flush()
        finally:
            self._elevated -= 1

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        """Do what is inside the block whole or not at all: an exception undoes it, and the environment goes on as it was before.

        What was changed before the block is saved first. Records made inside are of no more use after an exception.
        """
        self.before_query()
        deferred, noted = len(self.after_commit), len(self.notes)
        nested = self.session.begin_nested()
        try:
            # Asked for inside, since a session takes up a savepoint with the first use of its connection.
            self.session.connection()
            yield
            self.flush()
            nested.commit()
        except BaseException:
            for other in self.family:
                other.session.discard()
            nested.rollback()
            self.session.expire_all()
            for other in self.family:
                other.session.forget_undone()
            del self.after_commit[deferred:]
            del self.notes[noted:]
            for other in self.family:
                other.cache.clear()
            self.family_changed()
            self.checked.clear()
            raise

    def speak(self, lang: str) -> None:
        """Take a language for translated fields from here on: that of a page whose reader has set none of their own."""
        self._lang = lang

    def as_user(self, user: Any) -> Environment:
        """Return an environment of another user in the same transaction.

        Records belong to the environment they came from; what one environment wrote the others see on their next query.

        Args:
            user: Login, id or record.
        """
        uid = self.database.resolve_user(self, user)
        other = Environment(self.database, self.registry, self.connection, uid)
        other.family = self.family
        other.after_commit = self.after_commit
        other.notes = self.notes
        other.tracer = self.tracer
        other.reached_at = self.reached_at
        self.family.append(other)
        return other

    def __enter__(self) -> Environment:
        return self

    def __exit__(self, kind: Any, error: Any, traceback: Any) -> None:
        if kind is None:
            self.flush()

    def flush(self) -> None:
        """Write what is pending, with all checks. Usually not needed: queries and the end of the transaction do it."""
        self.session.flush()

    def family_changed(self) -> None:
        """Make the other environments of the transaction read anew; called after each flush."""
        for other in self.family:
            if other is not self:
                other.session.expire_all()
                other.checked.clear()

    def before_query(self) -> None:
        """Write what any environment of the transaction has pending; called before each query."""
        for other in self.family:
            if other.session.has_pending:
                other.flush()

    def adopt(self, record: Any) -> Any:
        """Return ``record`` itself, or its counterpart here if it came from another environment."""
        if record.__dict__.get("id") is None or record in self.session:
            return record
        own = self.browse(record._info.name, record.id)
        return record if own is None else own

    def browse(self, model: str, number: int | None) -> Any:
        """Return a living record by id, or None. Rights are not asked for: made for following what is already known."""
        if number is None:
            return None
        record = self.session.get(self.registry[model].cls, number)
        return None if record is None or getattr(record, "deletion_id", None) is not None else record

    def load(self, model: str, ids: Sequence[int]) -> list[Any]:
        """Return the living records with these ids, in their order, one statement for 500 not yet loaded; without rights."""
        info = self.registry[model]
        identity = self.session.identity_map
        found: dict[int, Any] = {}
        missing: list[int] = []
        for number in ids:
            record = identity.get((info.cls, (number,), None))
            if record is None or "id" not in record.__dict__ or sa.inspect(record).expired:
                missing.append(number)
            else:
                found[number] = record
        for start in range(0, len(missing), LOAD_CHUNK):
            statement = sa.select(info.cls).where(info.table.c.id.in_(missing[start : start + LOAD_CHUNK]))
            with self.session.no_autoflush:
                for record in self.session.execute(statement).scalars():
                    found[record.id] = record
        if info.recycle:
            return [found[number] for number in ids if number in found and found[number].deletion_id is None]
        return [found[number] for number in ids if number in found]

    @contextmanager
    def system_changes(self) -> Iterator[None]:
        """Inside the block changes count as made by the system: consequences of something that was checked already."""
        self.recompute.depth += 1
        try:
            yield
        finally:
            self.recompute.depth -= 1

    def eager_fields(self, info: ModelInfo) -> frozenset[str]:
        """Return the fields whose change is saved at once, since a rule on them may refuse it."""
        return self.registry.eager_fields(info)

    def check_rows(self, info: ModelInfo, operation: Operation, records: Iterable[Any]) -> None:
        """Raise AccessDenied unless the user may do ``operation`` on all records; asks once for records loaded together."""
        if self.is_elevated:
            return
        known = self.checked.setdefault((info.name, operation), set())
        asked = [record.id for record in records if record.id not in known]
        if asked:
            if self.tracer is None:
                self.guard.check_rows(self, info, operation, asked)
            else:
                self.tracer.access(self, info, operation, self.guard.check_rows, asked)
            known.update(asked)

    def forget_checked(self, records: Iterable[Model]) -> None:
        """Ask anew about records that were just saved; about all where users or rights themselves changed."""
        for record in records:
            if record._info.name.startswith("core."):
                self.checked.clear()
                return
            for operation in ("read", "update", "delete"):
                self.checked.get((record._info.name, operation), set()).discard(record.__dict__["id"])

    def hidden_fields(self, info: ModelInfo, operation: Operation) -> frozenset[str]:
        """Return the names of the fields the user may not see (``read``) or change (``create``, ``update``)."""
        return frozenset() if self.is_elevated else self.guard.hidden_fields(self, info, operation)

    def has_right(self, right: str) -> bool:
        """Whether the user holds a special right such as ``crm_sales.see_cost`` (CORE-25)."""
        return self.is_elevated or self.guard.has_right(self, right)

    def may(self, record: Any, operation: Operation) -> bool:
        """Whether the user may do ``operation`` on a saved record; asks for its peers in the same statement."""
        info = record._info
        if self.is_elevated:
            return True
        known = self.checked.setdefault((info.name, operation), set())
        if record.id not in known:
            ids = [peer.id for peer in peers_of(record) if peer.id not in known]
            condition = self.guard.condition(self, info, operation, info.table)
            if condition is True:
                known.update(ids)
            elif condition is not False:
                statement = sa.select(info.table.c.id).where(info.table.c.id.in_(ids), condition)
                known.update(self.connection.execute(statement).scalars().all())
        return record.id in known


def system_of(env: Environment) -> Environment:
    """Return the environment of the system in the same transaction, one for all who ask.

    For what follows from a change that was checked already, or is answered for somebody who may not look it up: nothing of it is checked again.
    """
    return next((each for each in env.family if each.uid == SYSTEM_UID), None) or env.as_user(SYSTEM_UID)
