"""What follows when opportunities are saved: moves through the stages, the forecast proposed, the day of the last work (SALE-05, 07, 08)."""

from collections.abc import Mapping, Sequence
from typing import Any

from core.api import ConflictError, Environment, ValidationError, _, label_of, raise_faults

MODEL = "crm.opportunity"
_RESULT_CATEGORY = {"won": "closed", "lost": "left_out"}


def check_arrival(opportunity: Any) -> None:
    """Raise ValidationError unless everything that its stage requires is filled in; all that is missing is told at once."""
    info = opportunity._info
    faults = [
        ValidationError(
            _(
                "%(label)s is needed in the stage %(stage)s.",
                label=_(info.fields[name].label),
                stage=opportunity.stage.name,
            ),
            field=name,
        )
        for name in opportunity.stage.needed
        if name in info.fields and not getattr(opportunity, name)
    ]
    raise_faults(faults, ValidationError, _("The stage needs more."))


def follow_saved(env: Environment, created: Sequence[int], changed: Mapping[int, Mapping[str, Any]]) -> None:
    """Keep the moves of saved opportunities and what hangs on their stage and state.

    Called by the hook ``records_saved``. Side effects: one elevated INSERT of moves if stages changed; the day of the last work, at most
    once a day for each opportunity.

    Raises:
        ConflictError: A closed opportunity was moved, or a move is not allowed by its stage.
    """
    fields = env.registry[MODEL].fields
    worked_on = [number for number, before in changed.items() if any(fields[name].writable for name in before)]
    changed_state = {number for number, before in changed.items() if "state" in before}
    arrived: list[tuple[Any, Any]] = [(record, None) for record in env.load(MODEL, created)]
    moved = [number for number, before in changed.items() if "stage" in before]
    for record in env.load(MODEL, moved):
        before = changed[record.id]["stage"]
        source = env.browse("crm.sales.stage", getattr(before, "id", before))
        _check_move(record, source)
        arrived.append((record, source))
    today = env.today()
    moves = [_move(record, source) for record, source in arrived]
    with env.system_changes():
        for record, source in arrived:
            _arrive(record, source)
        for record in env.load(MODEL, [*created, *worked_on, *changed_state]):
            if record.touched_on != today:
                record.touched_on = today
            if record.id in changed_state:
                record.category = _RESULT_CATEGORY.get(record.state) or record.stage.category
    if moves:
        with env.elevated(reason=f"stage history of {len(moves)} opportunities"):
            env["crm.opportunity.move"].create(moves)


def _check_move(record: Any, source: Any) -> None:
    """Raise ConflictError if the opportunity may not have come from ``source`` to where it is."""
    if record.state != "open":
        raise ConflictError(
            _(
                "%(number)s is closed (%(state)s); it moves no more.",
                number=record.number,
                state=label_of(record, "state"),
            ),
            hint=_("reopen it first"),
        )
    if source is None or not source.moves_to or record.stage in source.moves_to:
        return
    allowed = ", ".join(stage.name for stage in source.moves_to)
    raise ConflictError(
        _("Nothing leads from %(source)s to %(stage)s.", source=source.name, stage=record.stage.name),
        hint=_("possible from there: %(stages)s", stages=allowed),
    )


def _move(record: Any, source: Any) -> dict[str, Any]:
    today = record.env.today()
    since = record.stage_since
    return {
        "opportunity": record.id,
        "source_stage": source.id if source is not None else None,
        "stage": record.stage.id,
        "date": today,
        "user": None if record.env.is_elevated else record.env.uid,
        "days": (today - since).days if source is not None and since is not None else None,
    }


def _arrive(record: Any, source: Any) -> None:
    """Note the day, the furthest stage, and the forecast proposed unless the salesperson had chosen another."""
    record.stage_since = record.env.today()
    furthest = record.furthest
    if furthest is None or furthest.process != record.stage.process or record.stage.sequence > furthest.sequence:
        record.furthest = record.stage
    followed = source is not None and record.category == source.category
    if record.category is None:
        record.category = _RESULT_CATEGORY.get(record.state) or record.stage.category
    elif record.state == "open" and followed:
        record.category = record.stage.category
