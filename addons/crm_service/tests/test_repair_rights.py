"""Technicians keep the repairs they do or hand back, and no others."""

import pytest

from core.api import AccessDenied, MissingRecord


@pytest.mark.rows("SERV-13")
def test_a_technician_keeps_the_repairs_given_to_him_and_sees_no_others(people, ticket, create_product):
    zhou, wu = people["zhou"], people["wu"]
    own_ticket = zhou["crm.ticket"].get(ticket)
    own_ticket.update(product=create_product().id)
    repair = own_ticket.make_repair()
    zhou.flush()
    with pytest.raises(MissingRecord):
        wu["crm.repair"].get(repair.id)
    repair.update(owner=wu.user.id)
    zhou.flush()
    own = wu["crm.repair"].get(repair.id)
    own.update(finding="定影组件损坏", work=[{"name": "更换", "price": 100}])
    own.confirm()
    wu.flush()
    with pytest.raises(AccessDenied):
        people["sun"]["crm.repair"].get(repair.id)
