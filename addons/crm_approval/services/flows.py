"""Flows as they are in force: which objects they watch, which one applies, and the plan that a request keeps (APPR-02, APPR-12)."""

from collections.abc import Mapping, Sequence
from typing import Any

from addons.crm_approval.services.common import FLOW, REQUEST, STEP, also
from addons.crm_approval.services.subjects import transition_of
from core.api import Environment, UnknownFieldError, system_of

_CACHE = "crm_approval.flows"
_FIELDS = (
    "id",
    "name",
    "model",
    "transition",
    "active",
    "condition",
    "amount_field",
    "watched",
    "edition",
    "additional",
)


def flows_of(env: Environment, model: str) -> Sequence[Mapping[str, Any]]:
    """Return all flows of an object as rows, in their order, the inactive too; all flows are read once for each transaction."""
    flows: dict[str, list[Mapping[str, Any]]] | None = env.cache.get(_CACHE)
    if flows is None:
        flows = {}
        for row in system_of(env)[FLOW].read([], list(_FIELDS)):
            flows.setdefault(row["model"], []).append(row)
        env.cache[_CACHE] = flows
    return flows.get(model, [])


def watched_models(env: Environment) -> Sequence[str]:
    """Return the objects that have flows and whose addons are enabled."""
    flows_of(env, "")
    return [name for name in env.cache[_CACHE] if name in env.registry.models]


def forget_flows(env: Environment) -> None:
    """Let every environment of the transaction read the flows anew."""
    for each in env.family:
        each.cache.pop(_CACHE, None)


def holds(env: Environment, model: str, number: int, condition: Any) -> bool:
    """Whether a record fulfils a condition, whatever the rights.

    Raises:
        UnknownFieldError: The condition names a field that no enabled addon has.
    """
    return condition in (None, [], {}) or system_of(env)[model].exists(also([["id", "=", number]], condition))


def flows_for(env: Environment, model: str, number: int, transition: str) -> list[Mapping[str, Any]]:
    """Return the active flows that apply to a change of state of a record: the first by sequence, then those asked in addition.

    A flow whose condition names a field of a disabled addon is passed over: it came with that addon.
    """
    first: list[Mapping[str, Any]] = []
    further: list[Mapping[str, Any]] = []
    if transition_of(env, model, transition) is None:
        return []
    for flow in flows_of(env, model):
        if not flow["active"] or flow["transition"] != transition or (first and not flow["additional"]):
            continue
        try:
            if holds(env, model, number, flow["condition"]):
                (further if flow["additional"] else first).append(flow)
        except UnknownFieldError:
            continue
    return first + further


def applies(env: Environment, model: str, number: int, step: Mapping[str, Any]) -> bool:
    """Whether a record passes a level; one whose condition can't be read any more is never left out."""
    try:
        return holds(env, model, number, step.get("condition"))
    except UnknownFieldError:
        return True


def plan_of(env: Environment, flows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return the levels of all flows that apply to a record, for a request to keep; with several each level says whose it is."""
    plan = []
    for flow in flows:
        for step in snapshot(env, flow["id"]):
            plan.append({**step, "name": f"{flow['name']}: {step['name']}"} if len(flows) > 1 else step)
    return plan


def snapshot(env: Environment, flow: int) -> list[dict[str, Any]]:
    """Return the levels of a flow as plain data, in their order."""
    fields = ["name", "rule", "levels", "position", "role", "users", "mode", "quorum", "condition"]
    rows = system_of(env)[STEP].read([["flow", "=", flow]], fields, order="sequence, id")
    labels: Any = env.registry[STEP].fields["rule"]
    return [
        {
            **{key: value for key, value in row.items() if key != "id"},
            "name": row["name"] or labels.options[row["rule"]],
        }
        for row in rows
    ]


def count_edition(env: Environment, flows: Sequence[int]) -> None:
    """Let the editions grow of changed flows by whose present one something was submitted."""
    system = system_of(env)
    for flow in system.load(FLOW, sorted(set(flows))):
        used: list[Any] = [["flow", "=", flow.id], ["edition", "=", flow.edition]]
        if flow.additional:
            # A request names its first flow only: any of the same change of state may have asked this one, too.
            used = [["model", "=", flow.model], ["transition", "=", flow.transition]]
        if system[REQUEST].exists(used):
            flow.edition += 1
    system.flush()
