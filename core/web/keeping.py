"""What the web asks of the layers above about lists: `Lists` (layer web)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from core.orm.environment import Environment


class Lists(Protocol):
    """What users keep for lists (CORE-33, CORE-34, CORE-41); always for the user of the environment."""

    def read_setting(self, env: Environment, view: str) -> dict[str, Any]:
        """Return what the user chose for a list; empty for nothing."""

    def write_setting(self, env: Environment, view: str, choices: Mapping[str, Any]) -> None:
        """Keep the choices for a list; an empty mapping forgets them."""

    def read_schemes(self, env: Environment, model: str) -> list[dict[str, Any]]:
        """Return the saved searches that the user sees: ``id name query is_default is_own shared_with may_change``."""

    def save_scheme(
        self,
        env: Environment,
        model: str,
        name: str,
        query: Mapping[str, Any],
        *,
        number: int | None = None,
        shared_with: Sequence[str] | None = None,
        is_default: bool = False,
    ) -> int:
        """Save a search under a name, new or in place of the one with this number, and return its id."""

    def delete_scheme(self, env: Environment, model: str, number: int) -> None:
        """Delete a saved search."""

    def favourites_among(self, env: Environment, model: str, ids: Sequence[int]) -> frozenset[int]:
        """Return which of some records are favourites."""

    def favourite_ids(self, env: Environment, model: str) -> list[int]:
        """Return the ids of the favourites in a model; they may be gone or out of reach."""

    def set_favourite(self, env: Environment, model: str, number: int, *, is_on: bool) -> None:
        """Put a record into the favourites, or take it out."""
