"""`Records`: what a search returns. Layer: orm."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, SupportsIndex

from core.orm.attributes import follow
from core.orm.definitions import parse_order
from core.orm.domain import matcher

if TYPE_CHECKING:
    from core.orm.bound import BoundModel


class Records(list[Any]):
    """A list of records of one model, with the shortcuts of an ORM.

    Touching an unloaded relation of one record loads it for all that came with it (design 1.3).
    """

    def __init__(self, items: Iterable[Any] = (), *, model: BoundModel | None = None) -> None:
        super().__init__(items)
        self.model = model

    @property
    def ids(self) -> list[int]:
        """The ids, in the order of the records."""
        return [record.id for record in self]

    def mapped(self, path: str | Callable[[Any], Any]) -> Any:
        """Return the values at a dotted path (or of a function), one for each record.

        A path that ends in or crosses a relation gives `Records`, each record once; missing links are left out.
        """
        if callable(path):
            return [path(record) for record in self]
        values: list[Any] = list(self)
        for name in path.split("."):
            step: list[Any] = []
            for value in values:
                found = getattr(value, name)
                step.extend(found if isinstance(found, list) else [found])
            values = step
            if any(hasattr(value, "_info") for value in values):
                values = list(dict.fromkeys(value for value in values if value is not None))
        if values and hasattr(values[0], "_info"):
            return Records(values)
        return values

    def filtered(self, test: Any) -> Records:
        """Return those for which a function is true, a dotted path is truthy, or a domain holds."""
        if callable(test):
            return Records((record for record in self if test(record)), model=self.model)
        if isinstance(test, str):
            return Records((record for record in self if any_truthy(record, test)), model=self.model)
        if not self:
            return Records(model=self.model)
        env, info = self[0].env, self[0]._info
        holds = matcher(test, env.registry, info, env)
        return Records((record for record in self if holds(record)), model=self.model)

    def sorted(self, key: str | Callable[[Any], Any], *, reverse: bool = False) -> Records:
        """Return them in the order of a function, or of a text as in ``order=``: ``"date desc, name"``.

        Args:
            key: The function, or the order. As in a search, a relation orders by what its record is called, and records without a value
                come last, or first where the order descends.
            reverse: Whether to turn the order of ``key`` around.

        Raises:
            DefinitionError: The text is no order.
            UnknownFieldError: The model has no such field.
        """
        if callable(key):
            return Records(sorted(self, key=key, reverse=reverse), model=self.model)
        terms = [term for term in parse_order(key) if term[0] != "id" or "id" in key.replace(",", " ").split()]
        found = list(self)
        # The last term first: sorting is stable, so that each earlier term keeps the order within its equals.
        for path, descending in reversed(terms):
            found = _by_path(found, path, descending=descending != reverse)
        return Records(found, model=self.model)

    def update(self, values: Mapping[str, Any] | None = None, /, **more: Any) -> None:
        """Change the same fields on all records, given by name or as a mapping."""
        for record in self:
            record.update(values, **more)

    def delete(self) -> None:
        """Delete all of them as one deletion."""
        if self:
            self[0].env[self[0]._info.name].delete(list(self))

    def __add__(self, other: list[Any]) -> Records:
        return Records([*self, *other], model=self.model)


class RelatedRecords(Records):
    """What a One2many or Many2many of a record holds; adding to the list and taking from it changes the links."""


class LazyRecords(Records):
    """Records known by id only, loaded in one go when one is first touched."""

    def __init__(self, model: BoundModel, ids: list[int]) -> None:
        super().__init__(model=model)
        self._pending: list[int] | None = ids
        self._ids = ids

    @property
    def ids(self) -> list[int]:
        """The ids, without loading."""
        return list(self._ids)

    def _load(self) -> None:
        if self._pending is not None and self.model is not None:
            ids, self._pending = self._pending, None
            super().extend(self.model.env.load(self.model.info.name, ids))

    def __len__(self) -> int:
        return len(self._ids) if self._pending is not None else super().__len__()

    def __bool__(self) -> bool:
        return len(self) > 0

    def __iter__(self) -> Iterator[Any]:
        self._load()
        return super().__iter__()

    def __getitem__(self, index: SupportsIndex | slice) -> Any:
        self._load()
        return super().__getitem__(index)

    def __contains__(self, item: object) -> bool:
        self._load()
        return super().__contains__(item)

    def __eq__(self, other: object) -> bool:
        self._load()
        return super().__eq__(other)

    def __repr__(self) -> str:
        self._load()
        return super().__repr__()

    __hash__ = None  # type: ignore[assignment]  # as every list


def _by_path(records: list[Any], path: str, *, descending: bool) -> list[Any]:
    values: dict[int, Any] = {}
    for record in records:
        head = path.split(".")[0]
        if not hasattr(type(record), head):
            record._info.field(head)
        value = follow(record, path)
        values[id(record)] = value.display_name if hasattr(value, "_info") else value
    valued = [record for record in records if values[id(record)] is not None]
    valued.sort(key=lambda record: values[id(record)], reverse=descending)
    without = [record for record in records if values[id(record)] is None]
    return [*without, *valued] if descending else [*valued, *without]


def any_truthy(record: Any, path: str) -> bool:
    """Return whether the dotted path leads to something true."""
    found = Records([record]).mapped(path)
    return any(bool(value) for value in found)
