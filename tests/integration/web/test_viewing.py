"""Expressions of views filled in for a user."""

from __future__ import annotations

import json

import pytest

from core.app import Application
from core.web.pages.viewing import filled


@pytest.mark.rows("CORE-45")
def test_a_user_whom_a_view_names_stands_in_it_by_id_so_that_an_address_can_carry_it(shop: Application) -> None:
    with shop.env(readonly=True) as env:
        domain = filled({"all": [["owner", "=", "{{ user }}"], ["state", "in", ["{{ user }}", "open"]]]}, env)
        assert json.loads(json.dumps(domain)) == {"all": [["owner", "=", env.uid], ["state", "in", [env.uid, "open"]]]}
        assert filled({"owner": "{{ user }}"}, env) == {"owner": env.uid}
