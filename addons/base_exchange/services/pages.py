"""Plain data for the pages of the import; nothing is asked of the database while they are printed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote

from addons.base_exchange.services.matching.targets import targets_of
from addons.base_exchange.services.plan import Plan
from addons.base_exchange.services.reading.encoding import ENCODINGS
from core.api import Environment, Request, _, get_parameter, job_progress

BASE = "/x/base_exchange"
STEPS = (_("Choose a file"), _("Match columns"), _("Trial run"), _("Import"))
_STEP_OF = {"draft": 1, "checking": 2, "checked": 2, "refused": 2, "running": 3, "done": 4, "undoing": 4, "undone": 4}
_TONES = {"done": "ok", "refused": "er", "undone": "gr", "checked": "ac"}
_KINDS = {
    "import.date": _("Dates that can't be read"),
    "import.date_order": _("Dates that could be read two ways"),
    "import.number": _("Numbers that can't be read"),
    "import.boolean": _("Neither yes nor no"),
    "import.choice": _("Choices that are not there"),
    "import.reference": _("Records that are not there"),
    "import.reference_several": _("Names that mean several records"),
    "import.reference_create": _("Records that can't be created"),
    "import.key": _("Keys"),
    "import.width": _("Rows with too many cells"),
    "import.cell_error": _("Errors of the spreadsheet"),
    "import.rounded": _("Numbers that were rounded"),
    "validation.required": _("Required, but empty"),
    "validation.duplicate": _("Already there"),
    "validation.unique": _("Already there"),
    "validation.rule": _("Rules of the administrator"),
    "validation.too_long": _("Too long"),
    "validation.range": _("Out of range"),
}
"""Code of a fault → heading of those faults."""
_OTHER = _("Other problems")
_DELIMITERS = ((",", _("Comma")), (";", _("Semicolon")), ("\t", _("Tab")), ("|", _("Vertical bar")))


_NO_FACTS: Mapping[str, Any] = {
    "encoding": None,
    "delimiter": None,
    "sheets": [],
    "columns": 0,
    "preview": [],
    "is_remembered": False,
}


def base_data(env: Environment, record: Any, plan: Plan, step: int | None = None) -> dict[str, Any]:
    """Return what every page of one import shows.

    Args:
        env: Who looks.
        record: The import.
        plan: Its plan.
        step: Position of the step in `STEPS`; None takes the one that goes with the state.
    """
    step = _STEP_OF[record.state] if step is None else step
    states = env.registry["base.import"].fields["state"].options
    return {
        "run": {
            "id": record.id,
            "url": f"{BASE}/run/{record.id}",
            "name": record.name,
            "state": record.state,
            "label": _(states[record.state]),
            "tone": _TONES.get(record.state, "ac"),
            "rows": record.rows,
            "is_text": (record.analysis or {}).get("kind") == "text",
            "is_file": record.source is not None,
        },
        "label": _(env.registry[plan.model].label),
        "list_url": f"/records/{plan.model}",
        "steps": [
            (label, "done" if place < step else "on" if place == step else "") for place, label in enumerate(STEPS)
        ],
        "facts": {**_NO_FACTS, **(record.analysis or {})},
        "plan": plan,
        "undo_days": get_parameter(env, "base_exchange.undo_days"),
    }


def mapping_data(env: Environment, record: Any, plan: Plan) -> dict[str, Any]:
    """Return what the page shows on which columns become fields."""
    facts = record.analysis or {}
    preview = facts.get("preview", [])
    targets = targets_of(env, plan.model)
    relations = {target.name for target in targets.values() if target.field is not None and target.field.is_relation}
    columns = []
    for place, column in enumerate(plan.columns):
        samples = list(dict.fromkeys(row[place] for row in preview if place < len(row) and row[place]))[:3]
        columns.append(
            {
                "header": column.header,
                "samples": samples,
                "target": (column.target or "").partition(".")[0],
                "create": column.create,
                "replaced": len(column.replace),
            }
        )
    options = [
        {
            "name": target.name,
            "label": target.label,
            "required": target.required,
            "is_relation": target.name in relations,
        }
        for target in targets.values()
    ]
    chosen = {column["target"] for column in columns}
    return {
        **base_data(env, record, plan, 1),
        "columns": columns,
        "options": options,
        "keys": [target for target in targets.values() if target.can_key],
        "missing": [target.label for target in targets.values() if target.required and target.name not in chosen],
        "encodings": ENCODINGS,
        "delimiters": _DELIMITERS,
        "mapped": sum(bool(column.target) for column in plan.columns),
    }


def result_data(env: Environment, record: Any, plan: Plan, text: Callable[[Any], str]) -> dict[str, Any]:
    """Return what the page shows on a trial run, an import or its undoing.

    Args:
        env: Who looks.
        record: The import.
        plan: Its plan.
        text: Returns a message in the reader's language, for sorting.
    """
    report = record.report or {}
    counts = report.get("counts") or {}
    good = counts.get("created", 0) + counts.get("updated", 0)
    total = max(report.get("rows", 0), 1)
    groups = report.get("groups", [])
    proposed = sum(group["count"] for group in groups if group["is_certain"])
    targets = targets_of(env, plan.model)
    return {
        **base_data(env, record, plan),
        "error": report.get("error"),
        "gave_up": report.get("gave_up", False),
        "rows": report.get("rows", 0),
        "seconds": report.get("seconds", 0),
        "counts": counts,
        "good": good,
        "shares": [
            (name, _eighth(part, total))
            for name, part in (("ok", good), ("er", counts.get("wrong", 0)), ("wa", counts.get("alike", 0)))
        ],
        "kinds": _by_kind(groups, plan),
        "proposed": proposed,
        "certain": sum(1 for group in groups if group["is_certain"]),
        "bad_rows": None if record.bad_rows is None else f"/files/{record.bad_rows.id}/{quote(record.bad_rows.name)}",
        "mapping": [
            (
                column.header,
                targets[name].label if (name := (column.target or "").partition(".")[0]) in targets else None,
            )
            for column in plan.columns
        ],
        "alike": [
            {
                **each,
                "url": f"/records/{plan.model}/{each['record_id']}"
                if each["record_id"] and _may_see(env, plan.model, each["record_id"])
                else None,
            }
            for each in report.get("alike", [])[:50]
        ],
        "undo": _undo_data(report.get("undo")),
        "finished_at": record.finished_at,
    }


def _may_see(env: Environment, model: str, number: int) -> bool:
    return env[model].find(number) is not None


def _eighth(part: int, total: int) -> int:
    """Return a share as a number from 0 to 24, for a class of the style sheet; what is there at all is seen."""
    return min(24, max(1, round(24 * part / total))) if part else 0


def _by_kind(groups: list[Mapping[str, Any]], plan: Plan) -> list[dict[str, Any]]:
    kinds: dict[str, dict[str, Any]] = {}
    for place, group in enumerate(groups):
        code = group["code"] if group["code"] in _KINDS else ""
        kind = kinds.setdefault(code, {"label": _KINDS.get(code, _OTHER), "count": 0, "items": [], "certain": 0})
        column = group["column"]
        kind["count"] += group["count"]
        kind["certain"] += bool(group["is_certain"])
        kind["items"].append(
            {
                **group,
                "place": place,
                "heading": plan.columns[column].header if column is not None and column < len(plan.columns) else "",
                "shown_rows": ", ".join(str(row) for row in group["rows"][:5]) + (" …" if group["count"] > 5 else ""),
            }
        )
    return list(kinds.values())


def _undo_data(undo: Mapping[str, Any] | None) -> dict[str, Any] | None:
    if undo is None:
        return None
    kept = [{**each, "url": f"/records/{each['model']}/{each['record_id']}"} for each in undo["kept"]]
    return {**undo, "kept": kept}


def progress_data(request: Request, env: Environment, record: Any, plan: Plan) -> dict[str, Any]:
    """Return how far the background job of an import is."""
    found = None if record.job is None else job_progress(request, env, record.job)
    part = None
    if found is not None and found.total:
        part = min(100, round(100 * found.done / found.total))
    return {
        **base_data(env, record, plan),
        "job": found,
        "part": part,
        "has_failed": found is None or found.state in ("failed", "cancelled"),
    }


def adopted(plan: Plan, groups: list[Mapping[str, Any]], chosen: Mapping[int, str]) -> int:
    """Put accepted proposals on the columns of a plan; return how many there were.

    Args:
        plan: The plan.
        groups: The groups of the report.
        chosen: Position of a group → the proposal accepted, which must be one of the group's.
    """
    count = 0
    for place, text in chosen.items():
        group = groups[place]
        column = group["column"]
        if column is None or group["value"] is None or text not in group["proposals"]:
            continue
        plan.columns[column].replace[group["value"].strip()] = text
        count += 1
    return count
