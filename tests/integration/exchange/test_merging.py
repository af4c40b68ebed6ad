"""Several records become one and can become several again: no reference and no sum is lost."""

from __future__ import annotations

import random
from decimal import Decimal
from typing import Any

import pytest

from addons.base_exchange.services.merging.merge import merge, undo
from core.errors import AccessDenied, ConflictError, MissingRecord, ValidationError

PARTNER, DEAL, CONTACT = "acme.partner", "acme.deal", "acme.contact"


def partner(env: Any, name: str, **values: Any) -> Any:
    return env[PARTNER].create({"name": name, **values})


def state(env: Any) -> dict[str, Any]:
    """What there is, as plain rows: partners, deals, contacts, and rows that name partners."""
    env.flush()
    everything: dict[str, Any] = {}
    names = {PARTNER: ["name", "code", "level", "limit", "parent", "teams", "turnover", "photo"]}
    names |= {DEAL: ["name", "partner", "payer", "about", "others", "amount"], CONTACT: ["name", "partner"]}
    for model, fields in names.items():
        everything[model] = [
            {**row, **{key: sorted(value) for key, value in row.items() if isinstance(value, list)}}
            for row in env[model].read([], fields, "id")
        ]
    for model in ("core.favourite", "core.share", "core.attachment"):
        everything[model] = env[model].read([["model", "=", PARTNER]], ["record_id"], "id")
    return everything


@pytest.mark.rows("CORE-62")
def test_everything_goes_to_the_record_that_stays_and_sums_are_equal(env: Any) -> None:
    first, second, third = (partner(env, name) for name in ("青岛海科", "青岛海科有限公司", "海科"))
    team = env["core.team"].create({"name": "一组"})
    second.update(teams=[team], level="b", code="K2", limit=Decimal("99.50"))
    child = partner(env, "分部", parent=third)
    deals = [
        env[DEAL].create({"name": f"D{place}", "partner": who, "amount": Decimal("10.01") * place})
        for place, who in enumerate((first, second, third, second))
    ]
    deals[0].update(payer=second, about=third, others=[second, child])
    binned = env[DEAL].create({"name": "gone", "partner": third, "amount": 7})
    env[DEAL].delete([binned])
    env[CONTACT].create({"name": "李", "partner": third})
    file = env["core.attachment"].create({"name": "a.txt", "model": PARTNER, "record_id": second.id, "size": 1})
    said = env["core.attachment"].create(
        {"name": "b", "model": PARTNER, "record_id": third.id, "field": "base.comment:1"}
    )
    for record in (first, second):
        env.as_user(1)["core.favourite"].create({"user": env.uid, "model": PARTNER, "record_id": record.id})
    before = state(env)
    total = sum(row["turnover"] for row in before[PARTNER])
    number = merge(env, PARTNER, first.id, [second.id, third.id], {"level": second.id, "code": second.id})
    assert (first.level, first.code, first.teams, first.limit) == ("b", "K2", [team], None)
    assert first.turnover == total == Decimal("60.06")
    assert {deal.partner.id for deal in deals} == {first.id}
    assert (deals[0].payer, deals[0].about, set(deals[0].others)) == (first, first, {child, first})
    assert (child.parent, first.contacts.mapped("name"), file.record_id) == (first, ["李"], first.id)
    assert said.record_id == first.id
    assert env[PARTNER].search().ids == [first.id, child.id]
    assert env["core.favourite"].count([["record_id", "=", first.id]]) == 1
    history = env["core.history"].read([["model", "=", PARTNER], ["record_id", "=", first.id]], ["operation"])
    assert {"merged", "updated"} <= {row["operation"] for row in history}
    assert env["core.audit"].count([["kind", "=", "merge"], ["record_id", "=", first.id]]) == 1
    undo(env, number)
    assert state(env) == before
    with pytest.raises(ConflictError):
        undo(env, number)
    history = env["core.history"].read([["model", "=", PARTNER], ["record_id", "=", second.id]], ["operation"])
    assert "updated" in [row["operation"] for row in history]


@pytest.mark.parametrize("seed", range(6))
def test_any_graph_of_references_keeps_its_totals_and_is_restored_by_the_undo(env: Any, seed: int) -> None:
    choose = random.Random(seed)
    partners = [partner(env, f"P{place}", code=f"{place}") for place in range(6)]
    teams = [env["core.team"].create({"name": f"T{seed}-{place}"}) for place in range(3)]
    for place, record in enumerate(partners):
        above = choose.choice([None, *partners[:place]])
        chosen = choose.sample(teams, choose.randrange(3))
        record.update(parent=above, teams=chosen, level=choose.choice(["a", "b", None]))
    for place in range(12):
        one = {"name": f"D{place}", "partner": choose.choice(partners), "payer": choose.choice([None, *partners])}
        more = {"about": choose.choice([None, *partners]), "others": choose.sample(partners, choose.randrange(4))}
        env[DEAL].create({**one, **more, "amount": Decimal(choose.randrange(10**6)) / 100})
        env[CONTACT].create({"name": f"C{place}", "partner": choose.choice(partners)})
    before = state(env)
    merges = []
    for _round in range(2):
        living = env[PARTNER].search().ids
        winner, *losers = choose.sample(living, choose.randrange(2, 4))
        choices = {name: choose.choice([winner, *losers]) for name in ("name", "code", "level", "parent")}
        there = state(env)
        try:
            merges.append(merge(env, PARTNER, winner, losers, choices))
        except ValidationError:
            # What was chosen as the record above stands below.
            assert state(env) == there
            merges.append(merge(env, PARTNER, winner, losers))
        after = state(env)
        assert sum(row["turnover"] for row in after[PARTNER]) == sum(row["turnover"] for row in before[PARTNER])
        assert [row["amount"] for row in after[DEAL]] == [row["amount"] for row in before[DEAL]]
        alive = {row["id"] for row in after[PARTNER]}
        assert {row["partner"] for row in [*after[DEAL], *after[CONTACT]]} <= alive
        assert all(row["payer"] is None or row["payer"] in alive for row in after[DEAL])
    for number in reversed(merges):
        undo(env, number)
    assert state(env) == before


def test_what_was_changed_after_the_merge_stays_when_it_is_undone(env: Any) -> None:
    first, second, third = (partner(env, name, level="a") for name in "甲乙丙")
    second.update(level="b")
    moved, kept = (env[DEAL].create({"name": name, "partner": second, "amount": 5}) for name in "xy")
    number = merge(env, PARTNER, first.id, [second.id], {"level": second.id, "name": second.id})
    moved.update(partner=third)
    first.update(level="a", name="新")
    new = env[DEAL].create({"name": "z", "partner": first, "amount": 1})
    undo(env, number)
    assert (first.name, first.level) == ("新", "a")
    assert (moved.partner.id, kept.partner.id, new.partner.id) == (third.id, second.id, first.id)
    assert (first.turnover, env[PARTNER].get(second.id).turnover, third.turnover) == (1, 5, 5)


def test_a_merge_takes_the_right_to_change_and_to_delete_and_leaves_all_as_it_was_when_refused(
    env: Any, as_user: Any
) -> None:
    first, second, dear = partner(env, "甲"), partner(env, "乙"), partner(env, "丙", limit=5000)
    vetoed, hidden = partner(env, "丁", mail="keep@acme.test"), partner(env, "戊", secret="x")
    env[DEAL].create({"name": "D", "partner": second, "amount": 3})
    before = state(env)
    clerk, seller = as_user("li", "acme_trade.clerk"), as_user("wang", "acme_trade.seller")
    refusals: list[tuple[Any, type[Exception], int, list[int], dict[str, int]]] = [
        (seller, AccessDenied, first.id, [second.id], {}),
        (clerk, MissingRecord, first.id, [second.id, dear.id], {}),
        (clerk, MissingRecord, dear.id, [second.id], {}),
        (clerk, ValidationError, first.id, [first.id], {}),
        # The hook before_merge of the sample addon refuses.
        (clerk, ValidationError, first.id, [second.id, vetoed.id], {}),
        (clerk, ValidationError, first.id, [hidden.id], {"secret": hidden.id}),
        (clerk, ValidationError, first.id, [second.id], {"turnover": second.id}),
        (clerk, ValidationError, first.id, [second.id], {"name": dear.id}),
    ]
    for who, error, winner, losers, choices in refusals:
        with pytest.raises(error):
            merge(who, PARTNER, winner, losers, choices)
        assert state(env) == before
    with pytest.raises(AccessDenied):
        merge(env, "core.user", 1, [2])
    number = merge(clerk, PARTNER, first.id, [second.id])
    assert env[DEAL].search()[0].partner.id == first.id
    with pytest.raises(AccessDenied):
        undo(seller, number)
    undo(clerk, number)
    assert state(env) == before
