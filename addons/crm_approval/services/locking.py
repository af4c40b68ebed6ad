"""Keeps records in approval as they were submitted, and asks again for those whose figures change afterwards (APPR-08, D28)."""

from collections.abc import Mapping, Sequence
from typing import Any

from addons.crm_approval.services import running
from addons.crm_approval.services.common import REQUEST, chunks, is_moving, open_key
from addons.crm_approval.services.flows import flows_for, flows_of, watched_models
from addons.crm_approval.services.parts import figures_of, free_fields, is_entered, lines_of
from addons.crm_approval.services.subjects import transition_of
from core.api import Environment, system_of

_LOST = "crm_approval.lost_lines"
"""Records that lost a line in this transaction, by model: they are looked at when their totals are saved."""


def on_saved(env: Environment, model: str, created: Sequence[int], changed: Mapping[int, Mapping[str, Any]]) -> None:
    """Look at saved records: those of objects under approval, and lines of such.

    Raises:
        ConflictError: One of them is in approval, or is a line of a record that is.
    """
    watched = watched_models(env)
    if not watched:
        return
    if model in watched:
        _look_at_records(env, model, changed)
    for parent in watched:
        back = lines_of(env, parent).get(model)
        if back:
            _look_at_lines(env, parent, model, back, created, changed)


def on_delete(env: Environment, model: str, ids: Sequence[int]) -> None:
    """Look at records before they are deleted.

    Raises:
        ConflictError: As for `on_saved`.
    """
    for parent in watched_models(env):
        if parent == model:
            _refuse_locked(env, parent, ids)
        back = lines_of(env, parent).get(model)
        if back:
            parents = _parents(env, model, back, ids)
            _refuse_locked(env, parent, parents)
            env.cache.setdefault(_LOST, {}).setdefault(parent, set()).update(parents)


def _look_at_records(env: Environment, model: str, changed: Mapping[int, Mapping[str, Any]]) -> None:
    info = env.registry.models[model]
    entered = {field.name for field in info.fields.values() if is_entered(field)} - free_fields(info)
    touched = [number for number, old in changed.items() if entered & old.keys() and not is_moving(env, model, number)]
    _refuse_locked(env, model, touched)
    lost: set[int] = env.cache.get(_LOST, {}).pop(model, set()) & changed.keys()
    if lost or any(_figures(env, model, model) & old.keys() for old in changed.values()):
        figures = _figures(env, model, model)
        _ask_again(env, model, [number for number, old in changed.items() if number in lost or figures & old.keys()])


def _look_at_lines(
    env: Environment,
    parent: str,
    model: str,
    back: str,
    created: Sequence[int],
    changed: Mapping[int, Mapping[str, Any]],
) -> None:
    info = env.registry.models[model]
    entered = {field.name for field in info.fields.values() if is_entered(field)}
    touched = [number for number, old in changed.items() if entered & old.keys()]
    if not (created or touched):
        return
    moved_from = {old[back] for old in changed.values() if old.get(back) is not None}
    _refuse_locked(env, parent, sorted(set(_parents(env, model, back, [*created, *touched])) | moved_from))
    figures = _figures(env, parent, model) | {back}
    counted = [*created, *(number for number, old in changed.items() if figures & old.keys())]
    _ask_again(env, parent, sorted(set(_parents(env, model, back, counted)) | moved_from))


def _figures(env: Environment, model: str, part: str) -> frozenset[str]:
    """Return the figures of a record, or of its lines, that any active flow of the object looks at."""
    found: frozenset[str] = frozenset()
    for flow in flows_of(env, model):
        if flow["active"]:
            found |= figures_of(env, model, flow["watched"]).get(part, frozenset())
    return found


def _parents(env: Environment, model: str, back: str, ids: Sequence[int]) -> list[int]:
    system, found = system_of(env), set()
    for part in chunks(ids):
        found |= {row[back] for row in system[model].read([["id", "in", part]], [back]) if row[back] is not None}
    return sorted(found)


def _refuse_locked(env: Environment, model: str, ids: Sequence[int]) -> None:
    system = system_of(env)
    for part in chunks(ids):
        keys = [open_key(model, number) for number in part]
        found = system[REQUEST].search([["open_key", "in", keys]], limit=1)
        if found:
            raise running.locked(env, found[0])


def _ask_again(env: Environment, model: str, ids: Sequence[int]) -> None:
    """Hold records whose approval is void since their figures changed; only while they have the state that was approved."""
    system = system_of(env)
    for part in chunks(ids):
        domain = [["model", "=", model], ["record_id", "in", part], ["state", "=", "approved"]]
        for row in system[REQUEST].read(domain, ["record_id", "transition"], order="id"):
            number, action = row["record_id"], transition_of(env, model, row["transition"])
            if running.is_running(env, model, number):
                continue
            record = system.browse(model, number)
            if action is None or record is None or getattr(record, str(action.field)) != action.target:
                continue
            flows = flows_for(env, model, number, action.name)
            if flows and running.open_request(env, model, number) is None:
                _hold(env, model, number, action, flows)


def _hold(env: Environment, model: str, number: int, action: Any, flows: Sequence[Mapping[str, Any]]) -> None:
    if env.uid != system_of(env).uid:
        running.ask_again(env, env.browse(model, number), action, flows)
