"""The comparison: attributes with type, unit and weight; the latest value counts; we stand beside the competitors."""

from decimal import Decimal

import pytest

from addons.crm_competitor.services.comparison import compare
from core.api import AccessDenied, ValidationError


@pytest.fixture
def attributes(env):
    rows = [
        {"name": "Quality", "kind": "score", "weight": 3, "sequence": 1},
        {"name": "Service", "kind": "score", "weight": 1, "sequence": 2},
        {"name": "Delivery", "kind": "number", "unit": "days", "better": "low", "sequence": 3},
        {"name": "Own factory", "kind": "yes_no", "sequence": 4},
        {"name": "Guarantee", "kind": "text", "sequence": 5},
    ]
    return {each.name: each for each in env["crm.competitor.attribute"].create(rows)}


@pytest.fixture
def rivals(env):
    return list(env["crm.competitor"].create([{"name": "甲", "threat": "low"}, {"name": "乙", "threat": "high"}]))


@pytest.fixture
def enter(env, attributes):
    def make(competitor, name, value, date="2026-07-01"):
        kinds = {"score": "number", "number": "number", "yes_no": "yes", "text": "text"}
        attribute = attributes[name]
        made = env["crm.competitor.value"].create(
            {"competitor": competitor, "attribute": attribute, "date": date, kinds[attribute.kind]: value}
        )
        env.flush()
        return made

    return make


def texts(found):
    return {line.name: [cell.text for cell in line.cells] for line in found.lines}


@pytest.mark.rows("COMP-06")
def test_competitors_stand_beside_us_with_the_latest_value_of_each_attribute(env, clock, rivals, enter):
    clock.set("2026-07-31")
    one, two = rivals
    enter(None, "Quality", 8)
    enter(one, "Quality", 6)
    enter(one, "Quality", "7.5", "2026-07-15")
    enter(one, "Quality", 10, "2026-08-15")
    enter(None, "Delivery", 5)
    enter(two, "Delivery", 3)
    enter(two, "Own factory", "yes")
    enter(one, "Guarantee", "2 years")
    found = compare(env)
    assert [each["name"] for each in found.columns] == ["乙", "甲"]
    assert texts(found) == {
        "Quality": ["8", "", "7.5"],
        "Service": ["", "", ""],
        "Delivery": ["5 days", "3 days", ""],
        "Own factory": ["", "Yes", ""],
        "Guarantee": ["", "", "2 years"],
    }
    assert [[cell.is_best for cell in line.cells] for line in found.lines[:3]] == [
        [True, False, False],
        [False, False, False],
        [False, True, False],
    ]


@pytest.mark.rows("COMP-06")
def test_the_weighted_score_is_the_mean_of_what_is_known(env, rivals, enter):
    one, two = rivals
    enter(None, "Quality", 8)
    enter(None, "Service", 5)
    enter(one, "Quality", 7)
    found = compare(env, [one.id, two.id])
    # We: (3 × 8 + 1 × 5) ÷ 4 = 7.25; the one: only its quality is known; of the other nothing is.
    assert dict(zip(["we", *(each["name"] for each in found.columns)], found.totals, strict=True)) == {
        "we": Decimal("7.25"),
        "甲": Decimal("7.00"),
        "乙": None,
    }


@pytest.mark.rows("COMP-06")
def test_a_score_beyond_the_highest_and_a_missing_value_are_refused(env, rivals, enter):
    with pytest.raises(ValidationError, match="between 0 and 10"):
        enter(rivals[0], "Quality", "10.5")
    with pytest.raises(ValidationError, match="Enter a value for Own factory"):
        enter(rivals[0], "Own factory", None)
    env["core.parameter"].search([["key", "=", "crm_competitor.highest_score"]])[0].update(value="100")
    assert enter(rivals[0], "Quality", 90).shown == "90"


@pytest.mark.rows("COMP-06")
def test_the_type_of_an_attribute_changes_only_to_one_that_fits_its_values(attributes, rivals, enter, env):
    attributes["Service"].update(kind="text")
    enter(rivals[0], "Quality", 5)
    attributes["Quality"].update(kind="number")
    env.flush()
    with pytest.raises(ValidationError, match="Quality has 1 values of another type"):
        attributes["Quality"].update(kind="text")
        env.flush()


@pytest.mark.rows("COMP-06")
def test_attributes_and_our_own_values_are_kept_by_managers(as_user, attributes, enter):
    enter(None, "Quality", 8)
    with as_user("zhang", groups=["crm_base.salesperson"]) as zhang:
        assert zhang["crm.competitor.value"].search().mapped("shown") == ["8"]
        for model, values in (
            ("crm.competitor.attribute", {"name": "Price"}),
            ("crm.competitor.value", {"attribute": attributes["Service"].id, "number": 10}),
        ):
            with pytest.raises(AccessDenied):
                zhang[model].create(values)
                zhang.flush()


def test_the_comparison_takes_three_statements_however_many_values_there_are(env, enter, statements):
    rivals = env["crm.competitor"].create([{"name": f"R{number}"} for number in range(8)])
    for rival in rivals:
        enter(rival, "Quality", 5)
        enter(rival, "Service", 5, "2026-06-01")
    with statements.at_most(5):
        compare(env)
