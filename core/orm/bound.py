"""`BoundModel`: a model as one user sees it, ``env["crm.customer"]`` (design §2.3). Layer: orm.

The gate: every condition goes through the guard, every value through its field. Business code, pages and the API use the same methods.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, overload

import sqlalchemy as sa

from core.errors import AccessDenied, ConflictError, MissingRecord, ValidationError, Where
from core.i18n import _
from core.orm import bulk, reading, recycle, writing
from core.orm.guard import Operation
from core.orm.query import Query
from core.orm.records import LazyRecords, Records

if TYPE_CHECKING:
    from core.orm.environment import Environment
    from core.orm.modelinfo import ModelInfo

GET_CHUNK = 500


class HiddenRecord(MissingRecord, AccessDenied):
    """The record exists but the user may not see it; told in the same words as if it did not exist."""

    code = "missing_record"


class BoundModel:
    """One model with one environment's rights."""

    __slots__ = ("env", "info")

    def __init__(self, info: ModelInfo, env: Environment) -> None:
        self.info = info
        self.env = env

    def __repr__(self) -> str:
        return f'<env["{self.info.name}"] of user {self.env.uid}>'

    def search(
        self,
        domain: Any = None,
        order: str | None = None,
        limit: int | None = None,
        offset: int = 0,
        *,
        operation: Operation = "read",
    ) -> Records:
        """Return the records for which ``domain`` holds and on which the user has the right ``operation``.

        Args:
            domain: See `core.orm.domain`; None or empty means all.
            order: Such as ``"name, date desc"``; None takes the model's default.
            limit: Most records to return; None means no limit.
            offset: Records to leave out first.
            operation: The right asked for.

        Raises:
            UnknownFieldError: The domain or order names a field the model lacks.
            DomainError: The domain is malformed.
            AccessDenied: The user has no such right on the model at all.
        """
        self.env.before_query()
        query = Query(self.env, self.info, operation).where(domain).order(order).page(limit, offset)
        found = self.env.session.execute(query.select([self.info.cls])).scalars().all()
        return Records(found, model=self)

    def count(self, domain: Any = None) -> int:
        """Return how many records `search` would find without a limit."""
        self.env.before_query()
        query = Query(self.env, self.info, "read").where(domain)
        return int(self.env.session.execute(query.select([sa.func.count()])).scalar_one())

    def exists(self, domain: Any = None) -> bool:
        """Return whether there is any record `search` would find."""
        return bool(self.search(domain, limit=1))

    def find(self, number: int) -> Any:
        """Return the record with this id, or None if there is none the user may read."""
        if not -(2**63) <= number < 2**63:
            return None
        env = self.env
        record = env.browse(self.info.name, number)
        if record is None or env.is_elevated:
            return record
        env.guard.check_model(env, self.info, "read")
        return record if env.may(record, "read") else None

    @overload
    def get(self, number: int) -> Any: ...
    @overload
    def get(self, number: Iterable[int]) -> Records: ...
    def get(self, number: int | Iterable[int]) -> Any:
        """Return the record with this id; of several ids, all records in their order.

        Raises:
            MissingRecord: There is none, or none the user may read (then it is also an AccessDenied, in the same words).
            AccessDenied: The user may not read the model at all.
        """
        if (
            isinstance(number, bool)
            or (not isinstance(number, int) and not isinstance(number, Iterable))
            or isinstance(number, str)
        ):
            raise ValidationError(
                _("An id is a whole number."), code="validation.type", where=Where(model=self.info.name)
            )
        if not isinstance(number, int):
            return self._get_many(list(number))
        record = self.find(number)
        if record is None:
            hidden = (
                not self.env.is_elevated and abs(number) < 2**63 and self.env.browse(self.info.name, number) is not None
            )
            raise self.missing(number, hidden=hidden)
        return record

    def missing(self, number: int, *, hidden: bool = False) -> MissingRecord:
        """Build (not raise) the error for an id that is not there or not to be seen."""
        error = HiddenRecord if hidden else MissingRecord
        message = _("%(label)s %(id)s does not exist.", label=self.info.label, id=number)
        return error(message, where=Where(model=self.info.name, record=number))

    def _get_many(self, ids: Sequence[int]) -> Records:
        records: dict[int, Any] = {}
        for start in range(0, len(ids), GET_CHUNK):
            for record in self.search([["id", "in", list(ids[start : start + GET_CHUNK])]]):
                records[record.id] = record
        for number in ids:
            if number not in records:
                raise self.missing(number)
        return Records((records[number] for number in ids), model=self)

    def _require_all(self, ids: Sequence[int]) -> None:
        """Raise MissingRecord unless all records are there; none is loaded."""
        for start in range(0, len(ids), GET_CHUNK):
            part = ids[start : start + GET_CHUNK]
            there = {row["id"] for row in self.read([["id", "in", list(part)]], ["id"])}
            for number in part:
                if number not in there:
                    raise self.missing(number)

    def new(self, values: Mapping[str, Any] | None = None) -> Any:
        """Return an unsaved record with defaults and ``values``; its computed fields work, as form previews need.

        It becomes part of no transaction.
        """
        return writing.build(self.env, self.info, values or {}, save=False)

    @overload
    def create(self, values: Mapping[str, Any]) -> Any: ...
    @overload
    def create(self, values: Sequence[Mapping[str, Any]]) -> Records: ...
    def create(self, values: Mapping[str, Any] | Sequence[Mapping[str, Any]]) -> Any:
        """Create and save one record, or many in one go.

        Args:
            values: Field → value, or a list of such. Relations by record or id; a One2many takes a list of mappings.

        Returns:
            The record, or `Records` in the order of the list.

        Raises:
            UnknownFieldError: A field does not exist.
            ValidationError: A value is wrong, a required field is missing, or a rule refuses; nothing is saved.
            AccessDenied: The user may not create such a record.
        """
        env = self.env
        if not env.is_elevated:
            env.guard.check_model(env, self.info, "create")
        many = not isinstance(values, Mapping)
        rows: list[Mapping[str, Any]] = [values] if isinstance(values, Mapping) else list(values)
        for row in rows:
            if not isinstance(row, Mapping):
                raise ValidationError(_("A record is given as a mapping of fields to values."), code="validation.type")
        env.before_query()
        if many and bulk.possible(env, self.info, rows):
            return LazyRecords(self, bulk.create(env, self.info, rows))
        records = [writing.build(env, self.info, row, save=True) for row in rows]
        env.flush()
        return Records(records, model=self) if many else records[0]

    def write(self, record: Any, values: Mapping[str, Any]) -> None:
        """Change fields of one record; see `Model.update`."""
        writing.write(self.env, self.info, record, values)

    def update(self, domain: Any, values: Mapping[str, Any]) -> int:
        """Change the same fields on all records of a domain the user may update; return how many.

        Args:
            domain: A domain; None is refused, since it would mean every record (``[]`` says so on purpose).
            values: Field → value.
        """
        if domain is None:
            raise ValidationError(_("Say which records to change; [] means all."), code="validation.domain")
        records = self.search(domain, operation="update")
        for record in records:
            self.write(record, values)
        self.env.flush()
        return len(records)

    def delete(self, records: Any) -> None:
        """Delete records, given as a list of records or of ids, or as a domain; see `Model.delete`."""
        items = list(records) if isinstance(records, (list, tuple)) else None
        if items is None or (items and not hasattr(items[0], "_info") and not isinstance(items[0], int)):
            items = list(self.search(records, operation="delete"))
        elif items and isinstance(items[0], int):
            if self.env.is_elevated and self.env.registry.is_plain(self.info):
                self._require_all(items)
                recycle.delete_ids(self.env, self.info, items)
                return
            items = list(self._get_many(items))
        if items:
            recycle.delete(self.env, self.info, items)

    def copy(self, record: Any, values: Mapping[str, Any] | None = None) -> Any:
        """Return a saved copy of a record with ``values`` on top; lines are copied where their field says ``copy=True``."""
        return self.create(writing.copied_values(record, values or {}))

    def read(
        self,
        domain: Any = None,
        fields: Sequence[str] | None = None,
        order: str | None = None,
        limit: int | None = None,
        offset: int = 0,
        *,
        operation: Operation = "read",
        among: int | None = None,
    ) -> list[dict[str, Any]]:
        """Return plain rows of just the fields asked for, without making records.

        Args:
            domain: As for `search`.
            fields: Names and dotted paths; the row has one key for each, and ``id``. A Many2one gives its id, ``owner.name`` a
                name (None where the user may not see the other record), a to-many a list of ids. None means all stored fields
                the user may read.
            order: As for `search`.
            limit: As for `search`.
            offset: As for `search`.
            operation: ``read``, ``export`` or ``print``: the right asked for. The last two are noted in the operation log, for each
                record.
            among: Find at most so many records, whichever come along first, and order only these: for search boxes, where what was typed
                may fit three records of a million or all. None finds all.

        Raises:
            UnknownFieldError: A path does not exist.
            AccessDenied: The user may not read the model or one of the fields.
        """
        return reading.read(self.env, self.info, domain, fields, order, limit, offset, operation, among)

    def aggregate(
        self,
        domain: Any = None,
        measures: Mapping[str, str] | None = None,
        by: Sequence[str] = (),
        order: str | None = None,
        limit: int | None = None,
        *,
        at_most: int | None = None,
    ) -> list[dict[str, Any]]:
        """Return sums, counts … over groups.

        Args:
            domain: As for `search`.
            measures: Field → ``sum count count_distinct avg min max``; ``{"id": "count"}`` if None. The result has the key
                ``amount`` or, where one field has several measures as a list, ``amount:sum``.
            by: Fields or paths to group by; dates as ``date:day``, ``:week`` (Monday), ``:month``, ``:quarter``, ``:year``, and
                ``:fiscal_month``, ``:fiscal_quarter``, ``:fiscal_year`` of the company's fiscal year. The group is called by its first day.
                A person as ``owner:department@date``, where ``date`` is the day of the record: the ``company``, ``department``, ``position`` or
                ``team`` in which the person was employed on that day; None for none (see the operator ``employed``).
            order: Keys of the result, such as ``"amount desc"``; None orders by the groups.
            limit: Most groups; None means all.
            at_most: Looks only at so many records, so that the answer takes its time from this number and not from how many there
                are; a count of as many says that there may be more, and the other measures are then of no use. With ``by`` only counts.

        Returns:
            One mapping a group, with the group's keys and the measures. Without ``by`` exactly one.
        """
        return reading.aggregate(self.env, self.info, domain, measures, by, order, limit, at_most)

    def first_of_groups(
        self, domain: Any, by: Sequence[str], order: str | None = None, count: int = 10
    ) -> list[dict[str, Any]]:
        """Return the ids of the first ``count`` records of each group, with what they are grouped by.

        Args:
            domain: As for `search`.
            by: As for `aggregate`.
            order: As for `search`, within each group.
            count: Most records of a group.

        Returns:
            One mapping a record with ``id``, the keys of ``by`` and ``position`` (from 1) in its group.
        """
        return reading.first_of_groups(self.env, self.info, domain, by, order, count)

    def query(self, operation: Operation = "read") -> sa.Select[Any]:
        """Return a ``select()`` of the composed class limited to what the user may see, for what the other methods can't say."""
        return Query(self.env, self.info, operation).select([self.info.cls])

    def expect_version(self, record: Any, version: Any) -> None:
        """Raise ConflictError if the record has been changed since ``version``."""
        if record.version != version:
            raise ConflictError(
                _("%(label)s was changed by somebody else meanwhile.", label=self.info.label),
                code="conflict.version",
                where=Where(model=self.info.name, record=record.id),
            )
