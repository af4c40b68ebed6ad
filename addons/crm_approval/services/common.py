"""Names of the addon's models, and small things that all services need."""

from collections.abc import Iterable
from typing import Any

from core.api import Environment

FLOW = "crm.approval.flow"
STEP = "crm.approval.step"
REQUEST = "crm.approval.request"
TASK = "crm.approval.task"
SUBSTITUTE = "crm.approval.substitute"
OWN = frozenset({FLOW, STEP, REQUEST, TASK, SUBSTITUTE})
MANAGER = "crm_approval.manager"
IN_APPROVAL = "in_approval"
"""Key of the option of a state by which an object shows that it is in approval; objects without it keep their state."""
CHUNK = 500
_MOVING = "crm_approval.moving"


def also(*parts: Any) -> Any:
    """Return the domain in which all parts hold; None and empty ones are passed over."""
    kept = [part for part in parts if part not in (None, [], {})]
    return {"all": kept} if kept else []


def chunks(ids: Iterable[int]) -> Iterable[list[int]]:
    """Return ids in lists that fit into one statement."""
    ordered = list(ids)
    for start in range(0, len(ordered), CHUNK):
        yield ordered[start : start + CHUNK]


def open_key(model: str, number: int) -> str:
    """Return what a running request of a record is unique by."""
    return f"{model},{number}"


def set_state(record: Any, field: str, value: str) -> None:
    """Set the state of a record as a consequence of an approval; the lock lets this pass."""
    env = record.env
    if getattr(record, field) == value:
        return
    env.flush()
    env.cache[_MOVING] = (record._info.name, record.id)
    try:
        with env.system_changes():
            setattr(record, field, value)
            env.flush()
    finally:
        env.cache.pop(_MOVING, None)


def is_moving(env: Environment, model: str, number: int) -> bool:
    """Whether the state of a record is being set by `set_state`."""
    return bool(env.cache.get(_MOVING) == (model, number))
