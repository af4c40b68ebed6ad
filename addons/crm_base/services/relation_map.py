"""The relationship map, the organisation and the partners of a customer, as plain data to be drawn (BASE-10, BASE-11)."""

import math
from typing import Any

from addons.crm_base.services.model_rights import may
from core.api import SYSTEM_UID, Environment, _, formats, formatter_for, record_url

WIDTH, BOX, ROW = 920, (168, 46), 104
_MOST = 40
_TONES = {"supporter": "ok", "neutral": "gr", "opponent": "er"}


def draw_map(env: Environment, customer: int) -> dict[str, Any]:
    """Return boxes and arrows: contacts in rows by how far they stand from a decision, the customer's decision at the top.

    Raises:
        MissingRecord: There is no such customer for the user.
    """
    record = env["crm.customer"].get(customer)
    links = env["crm.influence"].read(
        [["customer", "=", customer]],
        ["source", "target", "kind.name", "strength", "attitude", "approach"],
        order="strength desc, id",
        limit=4 * _MOST,
    )
    named = {row["source"] for row in links} | {row["target"] for row in links if row["target"]}
    contacts = env["crm.contact"].read(
        [["customer", "=", customer], {"any": [["id", "in", sorted(named)], ["decision_part", "is_set"]]}],
        ["name", "post", "decision_part.name", "is_main"],
        order="is_main desc, id",
        limit=_MOST,
    )
    there = {row["id"] for row in contacts}
    links = [row for row in links if row["source"] in there and (row["target"] is None or row["target"] in there)]
    levels = _levels(there, links)
    rows: dict[int, list[dict[str, Any]]] = {}
    for contact in contacts:
        rows.setdefault(levels[contact["id"]], []).append(contact)
    boxes, places = _boxes(rows, record.name, links)
    formatter = formatter_for(env)
    attitudes = env.registry["crm.influence"].fields["attitude"]
    arrows = [
        {
            **_arrow(places[row["source"]], places[row["target"] or 0]),
            "label": row["kind.name"] or "",
            "width": 1 + row["strength"] * 0.6,
            "tone": _TONES.get(row["attitude"], "gr"),
        }
        for row in links
    ]
    told = [
        {
            "who": next(each["name"] for each in contacts if each["id"] == row["source"]),
            "whom": next((each["name"] for each in contacts if each["id"] == row["target"]), record.name),
            "kind": row["kind.name"] or "",
            "strength": row["strength"],
            "attitude": formatter.show(attitudes, row["attitude"]).text,
            "approach": row["approach"] or "",
        }
        for row in links
    ]
    height = max(rows, default=0) * ROW + BOX[1] + 24
    return {"id": customer, "boxes": boxes, "arrows": arrows, "told": told, "width": WIDTH, "height": height}


def _levels(there: set[int], links: list[dict[str, Any]]) -> dict[int, int]:
    """Return the row of each contact: 1 below the decision for those who influence it or nobody, one more for those who influence them."""
    levels = {number: 1 for number in there}
    for _round in range(min(len(there), 5)):
        for row in links:
            if row["target"] is not None:
                levels[row["source"]] = min(max(levels[row["source"]], levels[row["target"]] + 1), 5)
    used = {level: place for place, level in enumerate(sorted(set(levels.values())), start=1)}
    return {number: used[level] for number, level in levels.items()}


def _boxes(
    rows: dict[int, list[dict[str, Any]]], name: str, links: list[dict[str, Any]]
) -> tuple[list[dict[str, Any]], dict[int, tuple[float, float]]]:
    attitudes = {row["source"]: row["attitude"] for row in reversed(links)}
    width, height = BOX
    places: dict[int, tuple[float, float]] = {0: (WIDTH / 2, 12 + height / 2)}
    boxes = [_box(places[0], name, "", "ac", None)]
    for level, contacts in sorted(rows.items()):
        step = WIDTH / len(contacts)
        for place, contact in enumerate(contacts):
            middle = (step * (place + 0.5), 12 + height / 2 + level * ROW)
            places[contact["id"]] = middle
            note = " · ".join(part for part in (contact["post"], contact["decision_part.name"]) if part)
            tone = _TONES.get(attitudes.get(contact["id"], ""), "gr")
            boxes.append(
                _box(
                    middle, contact["name"], note, tone, record_url("crm.contact", contact["id"]), min(width, step - 8)
                )
            )
    return boxes, places


def _box(
    middle: tuple[float, float], name: str, note: str, tone: str, url: str | None, width: float = BOX[0]
) -> dict[str, Any]:
    room = max(3, int(width // 13))
    return {
        "x": round(middle[0] - width / 2, 1),
        "y": round(middle[1] - BOX[1] / 2, 1),
        "width": round(width, 1),
        "height": BOX[1],
        "middle": round(middle[0], 1),
        "name": _cut(name, room),
        "note": _cut(note, room + 2),
        "full": f"{name} {note}".strip(),
        "tone": tone,
        "url": url,
    }


def _cut(text: str, room: int) -> str:
    """Return a text short enough for a box; Latin letters take half the room."""
    taken = 0.0
    for place, char in enumerate(text):
        taken += 1 if ord(char) > 0x2E7F else 0.55
        if taken > room:
            return text[:place].rstrip() + "…"
    return text


def _arrow(start: tuple[float, float], end: tuple[float, float]) -> dict[str, float]:
    """Return a line from edge to edge of two boxes."""
    x1, y1, x2, y2 = *start, *end
    half = BOX[1] / 2 + 3
    if abs(y1 - y2) > BOX[1]:
        up = 1 if y2 < y1 else -1
        y1, y2 = y1 - up * half, y2 + up * (half + 4)
    else:
        way = 1 if x2 > x1 else -1
        x1, x2 = x1 + way * (BOX[0] / 2 + 2), x2 - way * (BOX[0] / 2 + 6)
    length = math.hypot(x2 - x1, y2 - y1) or 1
    return {
        "x1": round(x1, 1),
        "y1": round(y1, 1),
        "x2": round(x2, 1),
        "y2": round(y2, 1),
        "lx": round(x1 + (x2 - x1) * 0.4, 1),
        "ly": round(y1 + (y2 - y1) * 0.4, 1),
        "length": round(length, 1),
    }


def organisation_of(env: Environment, customer: int) -> dict[str, Any]:
    """Return the departments of a customer in the order of the tree with their depth, and who sits in them.

    Raises:
        MissingRecord: There is no such customer for the user.
    """
    env["crm.customer"].get(customer)
    rows = env["crm.customer.department"].read([["customer", "=", customer]], ["name", "parent", "posts"], limit=500)
    contacts = env["crm.contact"].read(
        [["customer", "=", customer], ["department", "is_set"]], ["name", "post", "department"], limit=500
    )
    people: dict[int, list[dict[str, Any]]] = {}
    for contact in contacts:
        entry = {
            "name": contact["name"],
            "post": contact["post"] or "",
            "url": record_url("crm.contact", contact["id"]),
        }
        people.setdefault(contact["department"], []).append(entry)
    below: dict[int | None, list[dict[str, Any]]] = {}
    for row in rows:
        below.setdefault(row["parent"], []).append(row)
    lines: list[dict[str, Any]] = []

    def walk(parent: int | None, depth: int) -> None:
        for row in below.get(parent, ()):
            url = record_url("crm.customer.department", row["id"])
            lines.append(
                {
                    "name": row["name"],
                    "posts": row["posts"] or "",
                    "depth": min(depth, 6),
                    "url": url,
                    "people": people.get(row["id"], []),
                }
            )
            walk(row["id"], depth + 1)

    walk(None, 0)
    new_url = None
    if may(env, "crm.customer.department", "create"):
        back = f"/x/crm_base/customer/{customer}"
        new_url = record_url("crm.customer.department", "new", defaults={"customer": customer}, back=back)
    return {"lines": lines, "new_url": new_url}


def partners_of(env: Environment, customer: int) -> dict[str, Any]:
    """Return the accounts a customer is tied to: those it names, and those that name it, in the words of the other side.

    The note of a kind of partner (such as "Subsidiary" for "Parent company") says what the customer is to its partner.

    Raises:
        MissingRecord: There is no such customer for the user.
    """
    env["crm.customer"].get(customer)
    formatter = formatter_for(env)
    fields = ["customer", "partner", "kind.name", "kind.note", "since", "notes"]
    either = [{"any": [["customer", "=", customer], ["partner", "=", customer]]}]
    # A tie belongs to the account that names it; it is shown from the other side too, whoever may read that one.
    rows = env.as_user(SYSTEM_UID)["crm.partnership"].read(either, fields, limit=200)
    others = {row["customer"] for row in rows} | {row["partner"] for row in rows}
    names = {row["id"]: row["name"] for row in env["crm.customer"].read([["id", "in", sorted(others)]], ["name"])}
    lines = []
    for row in rows:
        is_own = row["customer"] == customer
        other = row["partner"] if is_own else row["customer"]
        name = names.get(other)
        kind = (
            row["kind.name"]
            if is_own
            else row["kind.note"] or formatter.text(_("Names us as: %(kind)s", kind=row["kind.name"]))
        )
        lines.append(
            {
                "name": name or formats.NONE,
                "url": f"/x/crm_base/customer/{other}" if name else None,
                "kind": formatter.text(kind),
                "since": formats.date(row["since"], env.lang, "table") if row["since"] else "",
                "notes": row["notes"] or "",
            }
        )
    new_url = None
    if may(env, "crm.partnership", "create"):
        back = f"/x/crm_base/customer/{customer}"
        new_url = record_url("crm.partnership", "new", defaults={"customer": customer}, back=back)
    return {"lines": lines, "new_url": new_url}
