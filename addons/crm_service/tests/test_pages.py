"""What pages of service show."""

import pytest


@pytest.mark.rows("SERV-26")
def test_only_a_late_ticket_is_marked_as_behind_time(env, client, ticket):
    address = f"/records/crm.ticket/{ticket}"
    assert "Behind time" not in client.get(address).get_data(as_text=True).split('class="tabs"')[0]
    with env.system_changes():
        env.browse("crm.ticket", ticket).late = True
        env.flush()
    assert "Behind time" in client.get(address).get_data(as_text=True).split('class="tabs"')[0]
