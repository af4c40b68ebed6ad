"""For random people, positions, rules and shares every path gives one answer: that of a plain Python model of the rules.

Lists, counts, totals, exports, single records, checks before writing, `explain` and `who_can` are compared for every user, record and operation, on
both databases.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.access import explain, guard_of, install, read_security, who_can
from core.access.operations import OPERATIONS, row_operation
from core.errors import AccessDenied
from tests.unit.access.world import BASE, TODAY, Maker, World, make_registry

GROUPS = ["test.a", "test.b", "test.c"]
REGIONS = ["north", "south"]
DOMAINS: dict[str, tuple[Any, Callable[[Any, Any], bool]]] = {
    "all": ([], lambda user, row: True),
    "north": ([["region", "=", "north"]], lambda user, row: row.region == "north"),
    "mine": ([["owner", "=", "{{ user }}"]], lambda user, row: row.owner == user.id),
    "department": (
        [["owner.department", "=", "{{ user.department }}"]],
        lambda user, row: user.department is not None and row.owner_department == user.department,
    ),
    "small": ({"not": [["amount", ">", 5]]}, lambda user, row: row.amount <= 5),
    "either": (
        {"any": [["region", "=", "south"], ["owner", "is_not_set"]]},
        lambda user, row: row.region == "south" or row.owner is None,
    ),
}


@dataclass
class Person:
    """A user as drawn; positions, departments and companies by index."""

    groups: list[str]
    position: int | None
    department: int | None
    company: int | None
    teams: list[int]
    active: bool
    id: int = 0


@dataclass
class Row:
    """A customer as drawn."""

    owner: int | None
    region: str
    amount: int
    company: int | None
    id: int = 0
    owner_department: int | None = None


@dataclass
class Case:
    """Everything drawn for one example."""

    positions: list[int | None]
    departments: list[int | None]
    companies: list[int | None]
    people: list[Person]
    leaders: list[int | None]
    rows: list[Row]
    implies: dict[str, list[str]]
    access: dict[str, list[str]]
    rules: list[tuple[str, list[str], list[str]]]
    mode: str
    hierarchy: bool
    grants: list[dict[str, Any]] = field(default_factory=list)
    shares: list[dict[str, Any]] = field(default_factory=list)
    rights: list[dict[str, Any]] = field(default_factory=list)


def tree(draw: Any, size: int) -> list[int | None]:
    return [None if at == 0 else draw(st.none() | st.integers(0, at - 1)) for at in range(size)]


def some(options: Any, most: int = 3) -> Any:
    return st.lists(st.sampled_from(options), max_size=most, unique=True)


def one_of(draw: Any, **options: Any) -> dict[str, Any]:
    """Draw one of the options; the others are None."""
    chosen = draw(st.sampled_from(sorted(options)))
    return {name: draw(option) if name == chosen else None for name, option in options.items()}


@st.composite
def cases(draw: Any) -> Case:
    positions, departments, companies = tree(draw, 4), tree(draw, 3), tree(draw, 3)
    place = st.none() | st.integers(0, 2)
    people = [
        Person(
            draw(some(GROUPS)) + (["base.administrator"] if draw(st.integers(0, 9)) == 0 else []),
            draw(st.none() | st.integers(0, 3)),
            draw(place),
            draw(place),
            draw(some([0, 1])),
            draw(st.integers(0, 9)) > 0,
        )
        for _ in range(draw(st.integers(2, 4)))
    ]
    who = st.integers(0, len(people) - 1)
    rows = [
        Row(draw(st.none() | who), draw(st.sampled_from(REGIONS)), draw(st.integers(0, 9)), draw(place))
        for _ in range(draw(st.integers(1, 4)))
    ]
    ends = st.sampled_from([None, TODAY, TODAY - datetime.timedelta(days=1), TODAY + datetime.timedelta(days=9)])
    level = st.sampled_from(["read", "write"])
    grants = [
        {
            **one_of(draw, user=who, group=st.sampled_from(GROUPS)),
            "model": draw(st.sampled_from([None, "test.customer", "test.note"])),
            **one_of(draw, employee=who, department=st.integers(0, 2)),
            "sub_departments": draw(st.booleans()),
            "access": draw(level),
            "until": draw(ends),
        }
        for _ in range(draw(st.integers(0, 2)))
    ]
    shares = [
        {
            "row": draw(st.integers(0, len(rows) - 1)),
            **one_of(draw, user=who, team=st.integers(0, 1), department=st.integers(0, 2)),
            "access": draw(level),
            "until": draw(ends),
        }
        for _ in range(draw(st.integers(0, 2)))
    ]
    rights = [
        {
            "operation": draw(st.sampled_from(OPERATIONS)),
            draw(st.sampled_from(["user", "group", "department"])): None,
            "who": draw(who),
            "key": draw(st.sampled_from(GROUPS)),
            "place": draw(st.integers(0, 2)),
            "allowed": draw(st.booleans()),
        }
        for _ in range(draw(st.integers(0, 3)))
    ]
    return Case(
        positions,
        departments,
        companies,
        people,
        [draw(st.none() | who), draw(st.none() | who)],
        rows,
        {"test.a": draw(some(["test.b", "test.c"])), "test.b": draw(some(["test.c"])), "test.c": []},
        {group: draw(some(OPERATIONS, 9)) for group in GROUPS},
        draw(
            st.lists(
                st.tuples(
                    st.sampled_from(sorted(DOMAINS)),
                    some(GROUPS, 2),
                    st.lists(st.sampled_from(["create", "read", "update", "delete"]), min_size=1, unique=True),
                ),
                max_size=4,
            )
        ),
        draw(st.sampled_from(["private", "private", "public_read", "public_write"])),
        draw(st.booleans()),
        grants,
        shares,
        rights,
    )


def up(tree: list[int | None], node: int | None) -> list[int]:
    path = []
    while node is not None:
        path.append(node)
        node = tree[node]
    return path


class Oracle:
    """The rules in plain Python."""

    def __init__(self, case: Case) -> None:
        self.case = case

    def groups(self, person: Person) -> set[str]:
        found: set[str] = set()
        waiting = list(person.groups)
        while waiting:
            group = waiting.pop()
            if group not in found:
                found.add(group)
                waiting.extend(self.case.implies.get(group, []))
        return found if person.active else set()

    def right(self, person: Person, operation: str) -> bool:
        case, held = self.case, self.groups(person)
        if not person.active or "base.administrator" in held:
            return person.active
        rows = [right for right in case.rights if right["operation"] == operation]
        own = [right["allowed"] for right in rows if "user" in right and case.people[right["who"]] is person]
        if own:
            return all(own)
        for department in up(case.departments, person.department):
            found = [right["allowed"] for right in rows if "department" in right and right["place"] == department]
            if found:
                return all(found)
        groups = [right for right in rows if "group" in right]
        taken = {right["key"] for right in groups if not right["allowed"]}
        given = {right["key"] for right in groups if right["allowed"]}
        declared = {group for group, operations in case.access.items() if operation in operations}
        return bool(held & ((declared - taken) | given))

    def allowed(self, person: Person, row: Row, operation: str) -> bool:
        if not self.right(person, operation):
            return False
        case, held, kind = self.case, self.groups(person), row_operation(operation)
        rules = [(name, groups) for name, groups, operations in case.rules if kind in operations]
        if not all(DOMAINS[name][1](person_view(person), row) for name, groups in rules if not groups):
            return False
        is_admin = "base.administrator" in held
        if row.company is not None and not is_admin and person.company not in up(case.companies, row.company):
            return False
        return is_admin or self._granted(person, row, kind, [rule for rule in rules if rule[1]], held)

    def _granted(self, person: Person, row: Row, kind: str, rules: Any, held: set[str]) -> bool:
        case = self.case
        if any(DOMAINS[name][1](person_view(person), row) for name, groups in rules if held & set(groups)):
            return True
        if (case.mode != "private" and kind == "read") or (
            case.mode == "public_write" and kind in ("update", "create")
        ):
            return True
        if self._shared(person, row, kind):
            return True
        if row.owner is None:
            return False
        owner = case.people[index_of(case, row.owner)]
        if owner is person:
            return True
        if case.hierarchy:
            if person.position is not None and person.position in up(case.positions, owner.position)[1:]:
                return True
            if any(
                leader is not None and case.people[leader] is person and at in owner.teams
                for at, leader in enumerate(case.leaders)
            ):
                return True
        return self._authorised(person, owner, kind, held)

    def _authorised(self, person: Person, owner: Person, kind: str, held: set[str]) -> bool:
        case = self.case
        for grant in case.grants:
            reaches = kind == "read" or (kind == "update" and grant["access"] == "write")
            if grant["model"] == "test.note" or not reaches or over(grant["until"]):
                continue
            mine = grant["user"] is not None and case.people[grant["user"]] is person
            if not mine and not (grant["user"] is None and grant["group"] in held):
                continue
            if grant["employee"] is not None and case.people[grant["employee"]] is owner:
                return True
            departments = up(case.departments, owner.department)
            if grant["department"] in (departments if grant["sub_departments"] else departments[:1]):
                return True
        return False

    def _shared(self, person: Person, row: Row, kind: str) -> bool:
        case = self.case
        for share in case.shares:
            reaches = kind == "read" or (kind == "update" and share["access"] == "write")
            if case.rows[share["row"]] is not row or not reaches or over(share["until"]):
                continue
            if share["user"] is not None and case.people[share["user"]] is person:
                return True
            if share["team"] in person.teams or share["department"] in up(case.departments, person.department):
                return True
        return False


@dataclass
class person_view:  # noqa: N801 - reads as a function
    """What the domains look at."""

    person: Person

    @property
    def id(self) -> int:
        return self.person.id

    @property
    def department(self) -> int | None:
        return self.person.department


def over(until: datetime.date | None) -> bool:
    return until is not None and until < TODAY


def index_of(case: Case, user: int) -> int:
    return next(at for at, person in enumerate(case.people) if person.id == user)


def build(world: World, env: Any, case: Case) -> None:
    """Write a case into the database and put its rules in force."""
    install(world.registry, sources(case))
    make = Maker(env)
    for group in GROUPS:
        if not env["core.group"].count([["key", "=", group]]):
            env["core.group"].create({"key": group, "label": group})
    made = {
        "positions": planted(case.positions, make.position),
        "departments": planted(case.departments, make.department),
        "companies": planted(case.companies, make.company),
        "teams": [env["core.team"].create({"name": f"T{at}"}) for at in range(2)],
    }
    made["users"] = [hired(make, made, person) for person in case.people]
    for team, leader in zip(made["teams"], case.leaders, strict=True):
        team.update(leader=pick(made["users"], leader))
    for row in case.rows:
        owner = pick(made["users"], row.owner)
        row.owner_department = None if row.owner is None else case.people[row.owner].department
        row.owner = None if owner is None else owner.id
        company = pick(made["companies"], row.company)
        row.id = make.customer(owner, region=row.region, amount=row.amount, company=company).id
    opened(env, make, made, case)
    env.flush()


def sources(case: Case) -> list[Any]:
    """The security files of a case."""
    nowhere = Path("/nowhere")
    document = {
        "groups": [{"id": group, "label": group, "implies": implies} for group, implies in case.implies.items()],
        "access": {"test.customer": {group: sorted(rights) for group, rights in case.access.items() if rights}},
        "rules": [
            {
                "id": f"test.r{at}",
                "model": "test.customer",
                "groups": groups,
                "operations": operations,
                "domain": DOMAINS[name][0],
            }
            for at, (name, groups, operations) in enumerate(case.rules)
        ],
    }
    base = read_security("base", nowhere, [yaml.safe_load(BASE)])
    return [*base, *read_security("test", nowhere, [document])]


def pick(made: list[Any], at: int | None) -> Any:
    return None if at is None else made[at]


def planted(parents: list[int | None], create: Callable[..., Any]) -> list[Any]:
    made: list[Any] = []
    for parent in parents:
        made.append(create(f"N{len(made)}", pick(made, parent)))
    return made


def hired(make: Maker, made: dict[str, list[Any]], person: Person) -> Any:
    user = make.user(
        *person.groups,
        position=pick(made["positions"], person.position),
        department=pick(made["departments"], person.department),
        company=pick(made["companies"], person.company),
        teams=[made["teams"][at] for at in person.teams],
        active=person.active,
    )
    person.id = user.id
    return user


def opened(env: Any, make: Maker, made: dict[str, list[Any]], case: Case) -> None:
    """Write sharing mode, authorisations, shares and the administrator's rights."""
    users, departments = made["users"], made["departments"]
    env["core.sharing_mode"].create({"model": "test.customer", "mode": case.mode, "hierarchy": case.hierarchy})
    for grant in case.grants:
        group = None if grant["group"] is None else make.group(grant["group"])
        links = {"user": pick(users, grant["user"]), "group": group, "employee": pick(users, grant["employee"])}
        env["core.data_grant"].create({**grant, **links, "department": pick(departments, grant["department"])})
    for share in case.shares:
        links = {"user": pick(users, share["user"]), "team": pick(made["teams"], share["team"])}
        values = {**links, "department": pick(departments, share["department"])}
        common = {"access": share["access"], "until": share["until"], "model": "test.customer"}
        env["core.share"].create({**values, **common, "record_id": case.rows[share["row"]].id})
    for right in case.rights:
        holder: dict[str, Any] = {"user": users[right["who"]]} if "user" in right else {}
        if "group" in right:
            holder = {"group": make.group(right["key"])}
        if "department" in right:
            holder = {"department": departments[right["place"]]}
        values = {"model": "test.customer", "operation": right["operation"], "allowed": right["allowed"]}
        env["core.model_right"].create({**values, **holder})


def compare(env: Any, case: Case) -> None:
    """Ask every path about every user, row and operation."""
    oracle = Oracle(case)
    info = env.registry["test.customer"]
    for person in case.people:
        seen = env.as_user(person.id)
        model = seen["test.customer"]
        told = {row.id: explain(env, person.id, ("test.customer", row.id)).operations for row in case.rows}
        for operation in OPERATIONS:
            expected = {row.id for row in case.rows if oracle.allowed(person, row, operation)}
            may = oracle.right(person, operation)
            assert {number for number, found in told.items() if found[operation]} == expected
            if operation in ("read", "update", case.rights[0]["operation"] if case.rights else "delete"):
                explained = {row.id: explain(env, person.id, ("test.customer", row.id), operation) for row in case.rows}
                assert {number for number, found in explained.items() if found.allowed} == expected
                assert all(found.right == may for found in explained.values())
            if not may:
                with pytest.raises(AccessDenied):
                    model.search(operation=operation)
                continue
            assert set(model.search(operation=operation).ids) == expected
            if operation in ("export", "print"):
                assert {row["id"] for row in model.read([], ["name"], operation=operation)} == expected
            for row in case.rows:
                assert passes(seen, info, operation, row.id) == (row.id in expected)
            if operation == "read":
                compare_reading(model, case, expected)
    for row in case.rows:
        for operation in ("read", "update", "delete"):
            found = {viewer.user: viewer.writes for viewer in who_can(env, ("test.customer", row.id), operation)}
            wanted = {person.id: person for person in case.people if oracle.allowed(person, row, operation)}
            assert set(found) == set(wanted)
            assert found == {user: oracle.allowed(person, row, "update") for user, person in wanted.items()}


def compare_reading(model: Any, case: Case, expected: set[int]) -> None:
    assert model.count() == len(expected)
    assert {row["id"] for row in model.read([], ["name"])} == expected
    totals = model.aggregate([], {"amount": "sum", "id": "count"}, [])
    total = sum(row.amount for row in case.rows if row.id in expected)
    assert [(entry["amount"] or 0, entry["id"]) for entry in totals] == [(total, len(expected))]
    grouped = model.aggregate([], {"id": "count"}, ["region"])
    counts = {entry["region"]: entry["id"] for entry in grouped if entry["id"]}
    assert counts == {
        region: count
        for region in REGIONS
        if (count := sum(row.region == region for row in case.rows if row.id in expected))
    }
    for row in case.rows:
        assert (model.find(row.id) is not None) == (row.id in expected)


def passes(env: Any, info: Any, operation: str, number: int) -> bool:
    try:
        guard_of(env).check_rows(env, info, operation, [number])
    except AccessDenied:
        return False
    return True


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def world(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """The test world on each database."""
    registry = make_registry()
    if request.param == "sqlite":
        yield World(f"sqlite:///{tmp_path_factory.mktemp('agreement') / 'world.db'}", registry)
        return
    postgres = request.getfixturevalue("postgres")
    name = next(request.getfixturevalue("database_names"))
    made = World(postgres.create_database(name), registry)
    yield made
    made.database.engine.dispose()
    postgres.drop_database(name)


@pytest.mark.soak
@pytest.mark.rows(
    "CORE-12", "CORE-16", "CORE-17", "CORE-19", "CORE-20", "CORE-21", "CORE-22", "CORE-24", "CORE-26", "CORE-28"
)
def test_all_paths_agree(world: World, campaign: Callable[[int, int], int]) -> None:
    @settings(
        max_examples=campaign(20, 1000),
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
    )
    @given(cases())
    def agree(case: Case) -> None:
        with world.env() as env:
            build(world, env, case)
            compare(env, case)

    agree()
