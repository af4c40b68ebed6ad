"""Staff change hand-over (CORE-31) and removing an employee (CORE-15).

All models with an owner take part. Which of their records pass is said by the hook ``register_hand_over_kinds``; without it
all living records of the leaver do. Nothing else changes: what was done before stays with the leaver in figures that name
who did it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import cycle
from typing import TYPE_CHECKING, Any

from core.access import write_audit
from core.base.services.ownership import owned_models
from core.base.services.sessions import end_sessions
from core.base.services.special_rights import require_special_right
from core.errors import ConflictError, UnknownModelError, ValidationError, Where, unknown
from core.i18n import _

if TYPE_CHECKING:
    from core.orm.environment import Environment

RIGHT = "base.hand_over"


@dataclass(frozen=True)
class HandOverKind:
    """One kind of record that passes from employee to employee."""

    model: str
    domain: Sequence[Any] = ()
    """Narrows it to what is open, such as ``[["state", "in", ["draft", "effective"]]]``; empty: every living record."""
    field: str = "owner"
    """Many2one to `core.user` that names the holder."""
    follows: str | None = None
    """Many2one to what it belongs to, such as ``customer``: where that passes in the same hand-over, this goes to the same taker. None: to the
    takers in turn, as what belongs to nothing that passes."""


def hand_over_kinds(env: Environment) -> list[HandOverKind]:
    """Return all kinds, in order of their models: those that addons register, and every other model with an owner whole."""
    registered: list[HandOverKind] = []
    if env.hook is not None:
        for kinds in env.hook.register_hand_over_kinds():
            registered.extend(kind for kind in kinds if kind.model in env.registry)
    known = {(kind.model, kind.field) for kind in registered}
    registered += [
        HandOverKind(info.name)
        for info in owned_models(env.registry)
        # An owner that is worked out follows the record it comes from.
        if (info.name, "owner") not in known and not info.fields["owner"].computed
    ]
    return sorted(registered, key=lambda kind: (kind.model, kind.field))


def count_held(env: Environment, user: Any) -> dict[str, int]:
    """Return how many records of each model ``user`` holds that would pass; models without any are left out."""
    counts: dict[str, int] = {}
    with env.elevated(reason="hand-over: what is held"):
        for kind in hand_over_kinds(env):
            if count := env[kind.model].count(_domain(kind, user)):
                counts[kind.model] = counts.get(kind.model, 0) + count
    return counts


def hand_over(
    env: Environment,
    leaver: Any,
    takers: Sequence[Any] | Mapping[str, Sequence[Any]],
    *,
    models: Sequence[str] | None = None,
    reason: str,
) -> dict[str, int]:
    """Pass records from one employee to one or several others, in the transaction of ``env``.

    With several takers the records of a model go to them in turn, in order of their ids; one named twice gets twice as many. What follows
    another record (`HandOverKind.follows`) goes where that went. Each change is in the history, the whole in the audit log.

    Args:
        env: The environment of somebody with the special right ``base.hand_over``.
        leaver: Record of `core.user` who gives.
        takers: Records of `core.user` who take; or model → takers, to give each kind to somebody else.
        models: Only these models; None takes all, or with a mapping those it names.
        reason: Why, for the log.

    Returns:
        Model → number of records passed; models without any are left out.

    Raises:
        AccessDenied: The user lacks the right.
        ValidationError: Nobody takes, or a taker is the leaver or inactive.
        UnknownModelError: One of the models has no records that pass.
    """
    require_special_right(env, RIGHT)
    kinds = hand_over_kinds(env)
    by_model = (
        takers if isinstance(takers, Mapping) else dict.fromkeys(models or [kind.model for kind in kinds], takers)
    )
    chosen = set(by_model) if models is None else set(models) & set(by_model)
    for name in sorted({*by_model, *(models or ())}):
        if name not in {kind.model for kind in kinds}:
            raise unknown("model with an owner", name, {kind.model for kind in kinds}, UnknownModelError)
    _check_takers(leaver, [taker for group in by_model.values() for taker in group], empty=not all(by_model.values()))
    passed: dict[str, int] = {}
    went: dict[tuple[str, int], int] = {}
    with env.elevated(reason=f"hand-over from {leaver.name}: {reason}"):
        for kind in sorted(kinds, key=lambda kind: kind.follows is not None):
            if kind.model in chosen and (count := _pass_on(env, kind, leaver, by_model[kind.model], went)):
                passed[kind.model] = passed.get(kind.model, 0) + count
    names = {name: [taker.id for taker in group] for name, group in by_model.items() if name in passed}
    detail = {"passed": passed, "takers": names}
    write_audit(env, "hand_over", reason, model="core.user", record=leaver.id, detail=detail)
    return passed


def remove_employee(env: Environment, user: Any) -> None:
    """Deactivate an employee who has handed over everything, and end their sessions; the record stays.

    Raises:
        ConflictError: The employee still holds open records, or is the last administrator.
        AccessDenied: The caller may not change users.
    """
    held = count_held(env, user)
    if held:
        listed = ", ".join(f"{env.registry[model].label}: {count}" for model, count in held.items())
        raise ConflictError(
            _("%(name)s still holds open records (%(list)s).", name=user.name, list=listed),
            code="conflict.holds_records",
            hint=_("hand them over first"),
            where=Where(model="core.user", record=user.id),
        )
    user.update(active=False, leave_date=user.leave_date or env.today())
    env.flush()
    end_sessions(env, user.id)


def _check_takers(leaver: Any, takers: Sequence[Any], *, empty: bool) -> None:
    if empty or not takers:
        raise ValidationError(_("Choose who takes over."), field="takers")
    for taker in takers:
        if taker.id == leaver.id:
            raise ValidationError(_("%(name)s can't take over from themselves.", name=taker.name), field="takers")
        if not taker.active:
            raise ValidationError(_("%(name)s is not active.", name=taker.name), field="takers")


def _pass_on(
    env: Environment, kind: HandOverKind, leaver: Any, takers: Sequence[Any], went: dict[tuple[str, int], int]
) -> int:
    """Pass the records of one kind and return their number; ``went`` knows which user took what so far, by model and id."""
    model = env[kind.model]
    rows = model.read(_domain(kind, leaver), ["id", *([kind.follows] if kind.follows else [])], order="id")
    followed = getattr(env.registry[kind.model].fields[kind.follows], "comodel", "") if kind.follows else ""
    shares: dict[int, list[int]] = {}
    in_turn = cycle(taker.id for taker in takers)
    for row in rows:
        taker = went.get((followed, row[kind.follows])) if kind.follows else None
        shares.setdefault(taker or next(in_turn), []).append(row["id"])
    for taker, ids in shares.items():
        model.update([["id", "in", ids]], {kind.field: taker})
        if kind.follows is None and kind.field == "owner":
            went.update({(kind.model, number): taker for number in ids})
    return len(rows)


def _domain(kind: HandOverKind, user: Any) -> list[Any]:
    return [[kind.field, "=", user.id], *kind.domain]
