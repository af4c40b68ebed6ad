"""The record that is discussed, and what the user may do there. The rights are those on the record itself."""

from dataclasses import dataclass
from typing import Any

from core.api import (
    AccessDenied,
    Environment,
    MissingRecord,
    UnknownModelError,
    _,
    get_parameter,
    has_right,
)

COMMENT = "base.comment"
READER = "base.comment.reader"
MODERATE = "base_discuss.moderate"
LARGEST_ID = 2**63 - 1


@dataclass(frozen=True)
class Discussed:
    """A record that the user may read."""

    env: Environment
    model: str
    number: int
    record: Any
    may_write: bool
    may_pin: bool
    may_moderate: bool

    @property
    def key(self) -> dict[str, Any]:
        """The values by which comments and readers belong to the record."""
        return {"model": self.model, "record_id": self.number}

    @property
    def url(self) -> str:
        """Address of the record."""
        return f"/records/{self.model}/{self.number}"


def is_discussed(env: Environment, model: str) -> bool:
    """Whether records of a model are discussed: all but logs and the comments themselves."""
    info = env.registry.models.get(model)
    return info is not None and not info.is_log and model not in (COMMENT, READER)


def find_discussed(env: Environment, model: str, number: int) -> Discussed:
    """Return the record with what the user may do in its discussion.

    Raises:
        MissingRecord: There is no such record or model, or the user may not see it; all answer alike.
    """
    record = None
    if is_discussed(env, model) and number <= LARGEST_ID:
        try:
            record = env[model].find(number)
        except (AccessDenied, UnknownModelError):
            record = None
    if record is None:
        raise MissingRecord(_("There is no such record."))
    may_update = _may_update(env, record)
    moderates = has_right(env, MODERATE)
    return Discussed(
        env,
        model,
        number,
        record,
        may_write=may_update or not get_parameter(env, "base_discuss.only_editors"),
        may_pin=may_update or moderates,
        may_moderate=moderates,
    )


def _may_update(env: Environment, record: Any) -> bool:
    if env.is_elevated:
        return True
    try:
        env.guard.check_model(env, record._info, "update")
    except AccessDenied:
        return False
    return env.may(record, "update")
