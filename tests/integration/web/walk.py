"""Walks every model, role and operation through a door (API, pages …) and compares with the declared rights.

A door tries one operation as a member of one group and tells what happened. What the declared rights make of it is worked out here, from
`Declared`, which reads the security files itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any, Protocol

from core.orm.environment import Environment
from core.orm.modelinfo import ModelInfo
from core.testing.client import Client
from core.testing.factories import make
from core.testing.installation import TestedApplication
from tests.integration.web.crm import ADMINISTRATOR, NOBODY, OTHER, ROW_OPERATIONS, Declared, login_of


class Outcome(Enum):
    """What a door answers."""

    ALLOWED = "allowed"
    DENIED = "denied"
    ABSENT = "absent"
    """As if there were no such model or record."""


@dataclass(frozen=True)
class Attempt:
    """One thing to try."""

    role: str
    model: str
    operation: str
    """One of `ROW_OPERATIONS`, ``export``, ``print``, ``import``, or ``action:<name>``."""
    record: int | None
    """None where a record is to be created."""
    values: dict[str, Any]
    """What to create or change, as JSON data."""


class Door(Protocol):
    """A way into the system."""

    operations: frozenset[str]
    """What can be tried there; ``action`` stands for all actions."""

    def try_it(self, attempt: Attempt) -> Outcome:
        """Try and tell what happened.

        Raises:
            AssertionError: The answer is none that a door may give, or several answers contradict each other.
        """


LEFT_OUT = frozenset(
    {
        "crm.care",
        "crm.claim.account",
        "crm.customer.ownership",
        "crm.delivery",
        "crm.delivery.plan",
        "crm.pool.customer",
        "crm.product.picture",
        "crm.receipt",
        "crm.sales.plan.month",
        "crm.task.assignment",
    }
)
"""Models whose records come about by business alone (a claim, an effective contract, a plan, a file, a task given), so that none can be made up for a
walk; their rights are shown by the tests of their addons."""
PERSONAL = frozenset(
    {
        ("crm.claim.request", "action:withdraw"),
        ("crm.customer", "action:give_back"),
        ("crm.customer", "action:protect"),
        ("crm.follow_up", "update"),
        ("crm.follow_up.comment", "update"),
        ("crm.quota", "update"),
    }
)
"""What only one person does, whatever rights others hold: the author, the applicant, the owner, the superior; by rules of the business
beyond what is declared, shown by the tests of their addons."""
LOGS = frozenset({"core.audit", "core.deletion", "core.employment", "core.history", "core.login.log"})
"""What nobody but the system writes, whatever rights they hold (CORE-68, CORE-69)."""


def expected(declared: Declared, models: dict[str, ModelInfo], attempt: Attempt, *, own: bool) -> Outcome:
    """Return what the declared rights make of an attempt."""
    role, info = attempt.role, models[attempt.model]
    operation = "update" if attempt.operation.startswith("action:") else attempt.operation
    is_fixed = info.name in LOGS or declared.is_fixed(info.name, operation)
    if is_fixed and operation in ("create", "update", "delete") and declared.sees(role, info.name):
        return Outcome.DENIED if own or declared.reaches(role, info, models, "read") else Outcome.ABSENT
    if not declared.sees(role, info.name):
        return Outcome.ABSENT
    if operation in ("create", "import"):
        return Outcome.ALLOWED if declared.may(role, info.name, operation) else Outcome.DENIED
    if not declared.may(role, info.name, "read"):
        return Outcome.DENIED
    if not own and not declared.reaches(role, info, models, "read"):
        return Outcome.ABSENT
    action = info.actions.get(attempt.operation.partition(":")[2])
    if action is not None and action.groups is not None:
        return Outcome.ALLOWED if role == ADMINISTRATOR or declared.held(role) & set(action.groups) else Outcome.DENIED
    row = operation if operation in ROW_OPERATIONS else "read"
    if not declared.may(role, info.name, operation) or not (own or declared.reaches(role, info, models, row)):
        return Outcome.DENIED
    return Outcome.ALLOWED


def walk(app: TestedApplication, doors: Sequence[Door], declared: Declared, role: str) -> list[str]:
    """Try everything through all doors as a member of one group and return where they differ from what is declared, in words.

    Args:
        app: Whose database; it is as before afterwards.
        doors: What one attempt changes is undone before the next.
        declared: The rights.
        role: The group.
    """
    faults: list[str] = []
    models = concrete_models(app)
    for info in models.values():
        with app.shared.rolled_back() as env:
            subject = Subject.make(env, role, info, declared)
            for door in doors:
                for attempt, own in subject.attempts(door):
                    wanted = expected(declared, models, attempt, own=own)
                    untouched = env.connection.begin_nested()
                    found = door.try_it(attempt)
                    untouched.rollback()
                    if found is not wanted:
                        whose = "own" if own else "another's"
                        name = f"{type(door).__name__}: {role} {attempt.operation} {info.name} ({whose})"
                        faults.append(f"{name}: {found.value} instead of {wanted.value}")
    return faults


def concrete_models(app: TestedApplication) -> dict[str, ModelInfo]:
    """Return the models whose records can be made up, by name."""
    with app.env(readonly=True) as env:
        known = sorted(env.registry.models.items())
        return {name: info for name, info in known if not info.abstract and name not in LEFT_OUT}


@dataclass(frozen=True)
class Subject:
    """Two records of one model, and values for one more."""

    role: str
    info: ModelInfo
    own: int
    """Belongs to the person, as far as the model knows of belonging."""
    foreign: int
    """Belongs to somebody else."""
    new: dict[str, Any]
    """Values for one more of the person's own, as JSON data."""

    @classmethod
    def make(cls, env: Environment, role: str, info: ModelInfo, declared: Declared) -> Subject:
        """Make the records for the person in a group; ``env`` is the system's."""
        person = env["core.user"].search([["login", "=", login_of(role)]])[0]
        other = env["core.user"].search([["login", "=", OTHER]])[0]
        first = make_for(env, info.name, person)
        new = values_of(role, info, first, declared)
        if info.name in _ONE_EACH:
            first.delete()
        own = make_for(env, info.name, person)
        # Of what nobody owns and there is one only, the same record is looked at twice.
        is_shared = info.name in _ONE_EACH and not {"owner", "user"} & info.fields.keys()
        foreign = own if is_shared else make_for(env, info.name, other)
        env.flush()
        return cls(role, info, own.id, foreign.id, new)

    def attempts(self, door: Door) -> Iterator[tuple[Attempt, bool]]:
        """Yield what to try through a door, and whether the record is the person's own; what destroys comes last."""
        change = change_of(self.info, self.new)
        names = [name for name in ("read", "export", "print", "update") if name in door.operations]
        if "action" in door.operations:
            names += [f"action:{name}" for name in self.info.actions]
        names += ["delete"] if "delete" in door.operations else []
        for name in ("create", "import"):
            if name in door.operations:
                yield Attempt(self.role, self.info.name, name, None, self.new), True
        for name in names:
            if (self.info.name, name) in PERSONAL:
                continue
            yield Attempt(self.role, self.info.name, name, self.foreign, change), False
            yield Attempt(self.role, self.info.name, name, self.own, change), True


_VALUES: dict[str, dict[str, Any]] = {
    "core.event_call": {"model": "crm.customer", "address": "https://example.com/hook"},
    "core.attachment.content": {"content": b"x"},
    "crm.care.rule": {"model": "crm.customer", "date_field": "last_contact"},
    "crm.opportunity.need": {"name": "Soon"},
    "crm.payment.plan": {"amount": 10},
    "core.duplicate_rule": {"model": "crm.customer", "field_names": ["name"]},
    "core.field_right": {"model": "crm.customer", "field": "name"},
    "core.field_rule": {"model": "crm.customer", "field": "phone"},
    "core.model_right": {"model": "crm.customer", "operation": "read"},
    "core.share": {"model": "crm.order", "record_id": 1},
    "core.special_grant": {"right": "base.share"},
}
"""What a record needs besides required fields."""
_ONE_EACH = frozenset({"crm.claim.limit", "crm.contact.interval", "crm.quota", "crm.target"})
"""Models of which there is one record for a person, or one for all."""
_HOLDERS = ("core.data_grant", "core.field_right", "core.model_right", "core.menu_right", "core.special_grant")
"""Rights themselves: given to the other person, so that they change nothing for the one who walks."""


def make_for(env: Environment, model: str, person: Any) -> Any:
    """Create and return a record that belongs to a person as far as the model knows of belonging, its parents likewise.

    Args:
        env: Of the system.
        model: Its model.
        person: The user; a user's own user record is that one.
    """
    if model == "core.user":
        return person
    info = env.registry[model]
    values: dict[str, Any] = dict(_VALUES.get(model, {}))
    for name, field in info.fields.items():
        if name in ("owner", "user") and field.kind == "many2one" and field.writable:
            values[name] = person
        elif field.kind == "many2one" and field.required and name not in values:
            values[name] = make_for(env, field.comodel, person)  # type: ignore[attr-defined]  # of this kind
    if model in _HOLDERS:
        values["user"] = env["core.user"].search([["login", "=", OTHER]])[0]
    if model == "core.data_grant":
        values["employee"] = values["user"]
    if model == "core.sharing_mode":
        values["model"] = f"crm.{env.cache.setdefault('walk.modes', ['order', 'contact', 'customer']).pop()}"
    owner = env.as_user(person.id) if model == "core.attachment" else env
    return make(owner, model, **values)


def values_of(role: str, info: ModelInfo, record: Any, declared: Declared) -> dict[str, Any]:
    """Return values for a record like one, as JSON data: what must be given and the person may give."""
    found: dict[str, Any] = {}
    for name, field in info.fields.items():
        if not (field.required and field.writable and field.is_stored) or field.kind in ("sequence", "boolean"):
            continue
        if NOBODY in (field.groups or ()) or declared.hides(role, info.name, name, "update"):
            continue
        value = getattr(record, name)
        if field.unique or any(name in together for together in info.unique):
            value = f"{value} again" if isinstance(value, str) else value
        if field.is_relation:
            value = value.id
        found[name] = value if isinstance(value, (str, int, bool, list, dict)) else str(value)
    return found


def change_of(info: ModelInfo, values: dict[str, Any]) -> dict[str, Any]:
    """Return a change of one field, to another value where a text or day is among ``values``."""
    if info.name == "core.user":
        return {"language": "zh_CN"}
    for name, value in values.items():
        if info.fields[name].kind in ("char", "text"):
            return {name: f"{value}x"}
        if info.fields[name].kind == "date":
            return {name: "2020-02-29"}
    # Another parent is asked for rights of its own.
    own = {name: value for name, value in values.items() if not info.fields[name].is_relation}
    return dict(list((own or values).items())[:1])


class ApiDoor:
    """The HTTP API.

    Args:
        clients: Role → a client with a key of a member.
    """

    operations = frozenset({*ROW_OPERATIONS, "action"})

    def __init__(self, clients: dict[str, Client]) -> None:
        self.clients = clients

    def try_it(self, attempt: Attempt) -> Outcome:
        """Send the request that means the attempt."""
        client, base = self.clients[attempt.role], f"/api/v1/{attempt.model}"
        if attempt.operation == "create":
            return _outcome(client.post(base, attempt.values))
        path = f"{base}/{attempt.record}"
        if attempt.operation == "read":
            return self._read(client, base, attempt)
        if attempt.operation == "update":
            return _outcome(client.request("PATCH", path, json=attempt.values))
        if attempt.operation == "delete":
            return _outcome(client.delete(path))
        return _outcome(client.post(f"{path}/actions/{attempt.operation.partition(':')[2]}", {}))

    def _read(self, client: Client, base: str, attempt: Attempt) -> Outcome:
        """Read the record in every way there is, which must all agree."""
        domain = [["id", "=", attempt.record]]
        found = _outcome(client.get(f"{base}/{attempt.record}"))
        listed, summed = client.get(base, domain=domain), client.get(f"{base}/aggregate", domain=domain)
        if listed.status_code == 200:
            number = 1 if found is Outcome.ALLOWED else 0
            assert listed.json["total"] == len(listed.json["records"]) == number, attempt
            assert summed.json["groups"] == [{"id": number}], attempt
        else:
            assert _outcome(listed) is _outcome(summed) is found, attempt
        return found


def _outcome(answer: Any) -> Outcome:
    """Return what an answer means; a refusal for other reasons than rights is allowed as far as rights go."""
    status = answer.status_code
    if status < 300 or status in (409, 422):
        return Outcome.ALLOWED
    assert status in (403, 404), f"{answer.request.method} {answer.request.path}: {status} {answer.text}"
    return Outcome.DENIED if status == 403 else Outcome.ABSENT


class KernelDoor:
    """The ORM, as what runs inside uses it; for the rights that the API has no door for.

    Args:
        app: The application.
    """

    operations = frozenset({"read", "export", "print", "import"})

    def __init__(self, app: TestedApplication) -> None:
        self.app = app

    def try_it(self, attempt: Attempt) -> Outcome:
        """Ask what the ORM asks before it does it."""
        with self.app.env() as system:
            env = system.as_user(login_of(attempt.role))
            info = env.registry[attempt.model]
            allowed = {name: env.guard.may(env, info, name) for name in (*ROW_OPERATIONS, attempt.operation)}
            if not any(allowed[name] for name in ROW_OPERATIONS):
                return Outcome.ABSENT
            if attempt.record is None:
                return Outcome.ALLOWED if allowed[attempt.operation] else Outcome.DENIED
            if not allowed["read"]:
                return Outcome.DENIED
            domain = [["id", "=", attempt.record]]
            if not env[attempt.model].read(domain, ["id"]):
                return Outcome.ABSENT
            if not allowed[attempt.operation]:
                return Outcome.DENIED
            rows = env[attempt.model].read(domain, ["id"], operation=attempt.operation)
            return Outcome.ALLOWED if rows else Outcome.DENIED


def roles_without(declared: Declared, *left_out: str) -> list[str]:
    """Return the groups to walk with, the administrator last."""
    found = [role for role in declared.roles() if role not in (*left_out, ADMINISTRATOR)]
    return [*found, ADMINISTRATOR]
