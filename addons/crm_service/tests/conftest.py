"""People and goods of service that tests need again and again."""

import pytest

from core.api import SYSTEM_UID

STEPS = ("Entry", "Check", "Repair", "Return")


@pytest.fixture
def people(env, as_user):
    """A chief; below an agent and two technicians: environments by login ``wang zhou wu sun``."""
    system = env.as_user(SYSTEM_UID)
    top = system["core.position"].create({"name": "Chief"})
    below = system["core.position"].create({"name": "Service", "parent": top})
    rows = (
        ("wang", top, "crm_service.manager"),
        ("zhou", below, "crm_service.agent"),
        ("wu", below, "crm_service.technician"),
        ("sun", below, "crm_service.technician"),
    )
    return {login: as_user(login, groups=[group], position=place.id) for login, place, group in rows}


@pytest.fixture
def flow(env):
    """A flow of four steps of which the second may be passed over."""
    rows = [
        {"name": name, "sequence": number * 10, "optional": name == "Check"} for number, name in enumerate(STEPS, 1)
    ]
    return env["crm.service.flow"].create({"name": "Repair", "steps": rows})


@pytest.fixture
def ticket(env, people, flow, clock):
    """A ticket that zhou enters on 2025-06-20 at 09:00 in Shanghai; its steps are those of ``flow``."""
    clock.set("2025-06-20 09:00")
    customer = env["crm.customer"].create({"name": "Huaxing"})
    urgent = env.ref("crm_service.urgency_urgent")
    with people["zhou"] as zhou:
        made = zhou["crm.ticket"].create(
            {"customer": customer.id, "subject": "Jams", "flow": flow.id, "urgency": urgent.id}
        )
        return made.id
