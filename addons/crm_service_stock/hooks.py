"""What the end of a repair means for stock, and what stock says of its parts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from addons.crm_service_stock.services.parts import (
    PART,
    forget_issue,
    note_issue,
    refuse_deletion,
    refuse_requested,
    request_parts,
)
from core.api import ActionInfo, Environment, hookimpl


@hookimpl
def repair_confirmed(repair: Any) -> None:
    """Ask for the parts that were not asked for yet."""
    request_parts(repair)


@hookimpl
def stock_document_confirmed(document: Any) -> None:
    """Take over what the parts cost in stock."""
    note_issue(document)


@hookimpl
def stock_document_reversed(document: Any) -> None:
    """Let parts that went back to stock be asked for again."""
    forget_issue(document)


@hookimpl
def after_transition(env: Environment, record: Any, transition: ActionInfo) -> None:
    """Let parts whose request was given up be asked for again."""
    del env
    if record._info.name == "crm.stock.document" and transition.name == "cancel":
        forget_issue(record)


@hookimpl
def records_saved(
    env: Environment, model: str, created: Sequence[int], changed: Mapping[int, Mapping[str, Any]]
) -> None:
    """Keep what the warehouse was asked for."""
    del created
    if model == PART:
        refuse_requested(env, changed)


@hookimpl
def before_delete(env: Environment, model: str, ids: Sequence[int]) -> None:
    """Keep what the warehouse was asked for."""
    if model == PART:
        refuse_deletion(env, ids)
