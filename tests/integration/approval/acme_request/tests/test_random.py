"""For random flows and decisions the change of state is made if and only if every level that applies was approved, exactly once."""

import random

import pytest

from addons.crm_approval.api import decide, history_of, withdraw
from addons.crm_approval.api import request_of as running_of


@pytest.fixture
def approvers(as_user, people):
    return {each.uid: each for each in (as_user(f"r{number}", groups=["acme_request.buyer"]) for number in range(5))}


def random_steps(dice, approvers):
    """Return levels, each with its people, how many are needed, and whether a request of 100 passes it."""
    steps = []
    for _level in range(dice.randint(0, 5)):
        people = dice.sample(sorted(approvers), dice.randint(1, 4))
        mode, quorum = dice.choice(["any", "all", "some"]), dice.randint(1, 4)
        is_met = dice.random() < 0.7
        condition = [["amount", ">=" if is_met else "<", 100]]
        steps.append({"rule": "users", "users": people, "mode": mode, "quorum": quorum, "condition": condition})
    return steps


def expected_levels(steps):
    return [step for step in steps if step["condition"][0][1] == ">="]


def needed(step):
    count = len(step["users"])
    return {"any": 1, "all": count, "some": min(step["quorum"], count)}[step["mode"]]


@pytest.mark.rows("APPR-03", "APPR-05", "APPR-06")
def test_it_happens_once_if_and_only_if_every_level_that_applies_was_approved(
    env, people, approvers, make_flow, request_of, campaign
):
    for seed in range(campaign(25, 400)):
        dice = random.Random(seed)
        steps = random_steps(dice, approvers)
        flow = make_flow(*steps)
        record = request_of(people.zhang, "100")
        record.submit()
        approved, ended = [set() for _step in steps], None
        while (request := running_of(record)) is not None:
            tasks = [task for task in env["crm.approval.request"].get(request.id).tasks if task.state == "waiting"]
            assert tasks, "somebody is always asked"
            assert record.done_count == 0
            task = dice.choice(tasks)
            roll = dice.random()
            if roll < 0.9:
                approved[task.level - 1].add(task.approver.id)
                decide(approvers[task.approver.id], task.id, "approve")
            elif roll < 0.97:
                ended = "refuse" if dice.random() < 0.5 else "return"
                decide(approvers[task.approver.id], task.id, ended, "so")
            else:
                ended = "withdraw"
                withdraw(env, request.id)
        # Whoever approved an earlier level counts on a later one without being asked again (D6).
        once, met = set(), True
        for step, now in zip(steps, approved, strict=True):
            if step in expected_levels(steps):
                met = met and len((once | now) & set(step["users"])) >= needed(step)
            else:
                assert not now
            once |= now
        assert (record.state == "approved") == (ended is None)
        assert record.done_count == (1 if ended is None else 0)
        assert met == (ended is None) or ended is not None
        assert all(
            entry.state in ("approved", "refused", "returned", "skipped", "same") for entry in history_of(record)
        )
        flow.active = False
        env.flush()
