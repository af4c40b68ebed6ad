"""The pages: one screen for a competitor, the comparison, the report; their files; bad addresses."""

import pytest

HTML = {"Accept": "text/html"}


@pytest.fixture
def rival(env):
    made = env["crm.competitor"].create(
        {
            "name": "对手甲",
            "threat": "high",
            "direction": "Into the south",
            "main_products": "Printers",
            "sales_model": "Dealers",
            "strengths": "Cheap",
            "weaknesses": "Slow service",
            "news": [{"title": "Price cut", "date": "2026-07-20"}],
        }
    )
    env.flush()
    return made


def page(client, path, status=200, **query):
    answer = client.request("GET", path, headers=HTML, query=query or None)
    assert answer.status_code == status, answer.get_data(as_text=True)
    return answer.get_data(as_text=True)


@pytest.mark.rows("COMP-02")
def test_one_screen_shows_all_that_is_known_of_a_competitor(client, rival):
    text = page(client, f"/x/crm_competitor/competitor/{rival.id}")
    for part in (
        "对手甲",
        "Threat: High",
        "Into the south",
        "Printers",
        "Dealers",
        "Cheap",
        "Slow service",
        "Latest moves",
    ):
        assert part in text
    panel = f"/panels/crm_competitor.view_news?place=crm_competitor.competitor_view&record={rival.id}"
    assert "Price cut" in page(client, panel)
    page(client, "/x/crm_competitor/competitor/999999", 404)


@pytest.mark.rows("COMP-03")
def test_following_is_a_button_of_the_view(client, rival, env):
    path = f"/x/crm_competitor/competitor/{rival.id}/follow"
    assert client.request("POST", path, data={"on": "1"}).status_code in (200, 303)
    assert env["crm.competitor.follower"].count() == 1
    client.request("POST", path, data={})
    assert env["crm.competitor.follower"].count() == 0


@pytest.mark.rows("COMP-06")
def test_the_comparison_of_chosen_competitors_is_a_page_and_a_file(client, rival, env):
    attribute = env["crm.competitor.attribute"].create({"name": "Quality", "weight": 3})
    env["crm.competitor.value"].create({"competitor": rival, "attribute": attribute, "number": 7})
    env.flush()
    assert "7.00" in page(client, "/x/crm_competitor/comparison", c=rival.id)
    answer = client.get(f"/x/crm_competitor/comparison/export/csv?c={rival.id}")
    assert "Weighted score" in answer.get_data(as_text=True)
    page(client, "/x/crm_competitor/comparison?c=x", 422)


@pytest.mark.rows("COMP-13")
def test_the_report_is_a_page_and_a_file(client):
    assert "No competitor was met" in page(client, "/x/crm_competitor/report")
    assert client.get("/x/crm_competitor/report/export/csv?unit=month").status_code == 200
    for query in ("from=x", "unit=odd", "from=2025-02-01&to=2025-01-01", "product=x"):
        page(client, f"/x/crm_competitor/report?{query}", 422)
