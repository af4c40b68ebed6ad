"""What panels of the workbench lead to."""

import html
import re

import pytest

HTML = {"Accept": "text/html"}


@pytest.mark.rows("BASE-54")
def test_a_panel_of_the_own_records_leads_to_the_list_of_them(client, as_user):
    as_user("li", groups=["crm_base.salesperson"])
    client.log_in("li")
    client.post_json("/api/v1/crm.task", {"name": "寄样品"})
    panel = client.request("GET", "/panels/crm_base.my_tasks", headers=HTML).get_data(as_text=True)
    (address,) = set(re.findall(r'href="(/records/crm.task\?[^"]+)"', panel))
    answer = client.request("GET", html.unescape(address), headers=HTML)
    assert answer.status_code == 200 and "寄样品" in answer.get_data(as_text=True)
