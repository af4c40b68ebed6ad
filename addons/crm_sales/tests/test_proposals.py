"""Proposals are made from a template with fields of customer and offer, and kept in versions (SALE-28)."""

import pytest

from core.api import ConflictError, MissingRecord, ValidationError

pytestmark = pytest.mark.rows("SALE-28")
BODY = "致 {{ record.customer.name }}：\n{{ offer.lines }}\n合计 {{ offer.amount }}，编号 {{ offer.number }}。成本 {{ offer.cost }}。"


@pytest.fixture
def opportunity(env, create_customer, create_opportunity, as_user):
    li = as_user("li", groups=["crm_base.salesperson"])
    customer = create_customer(name="华星贸易", owner=li.user.id)
    found = create_opportunity(name="打印机项目", customer=customer, owner=li.user.id)
    lines = [{"name": "LP-200", "quantity": 10, "price": 880}]
    env["crm.quote"].create({"customer": customer, "owner": li.user.id, "opportunity": found, "lines": lines})
    env["crm.proposal.template"].create({"name": "方案建议书", "body": BODY})
    env.flush()
    return li["crm.opportunity"].get(found.id)


def test_fields_of_customer_and_offer_are_filled_in_as_the_user_may_read_them(opportunity):
    proposal = opportunity.make_proposal()
    number = opportunity.env["crm.quote"].search([["opportunity", "=", opportunity.id]])[0].number
    assert proposal.name == "方案建议书 打印机项目" and proposal.revision == 1
    for text in ("致 华星贸易：", "LP-200 · 10 · ", "8,800.00", f"编号 {number}。", "成本 。"):
        assert text in proposal.body, proposal.body
    assert "{{" not in proposal.body


def test_versions_stand_with_the_opportunity_and_one_handed_over_stays(opportunity):
    first = opportunity.make_proposal()
    first.update(body="第一版")
    first.hand_over()
    opportunity.env.flush()
    second = first.make_version()
    assert (second.revision, second.body, second.state) == (2, "第一版", "draft")
    second.update(body="第二版")
    with pytest.raises(ConflictError, match="handed over"), opportunity.env.savepoint():
        first.update(body="changed")
        opportunity.env.flush()
    second.fill_anew()
    assert "华星贸易" in second.body
    assert opportunity.make_proposal().revision == 3
    assert [
        each.revision for each in opportunity.env["crm.proposal"].search([["opportunity", "=", opportunity.id]])
    ] == [3, 2, 1]


def test_a_template_with_an_unknown_field_is_refused_and_proposals_are_seen_with_their_opportunity(
    env, opportunity, as_user
):
    with pytest.raises(ValidationError, match=r"record\.nothing"), env.savepoint():
        env["crm.proposal.template"].create({"name": "x", "body": "{{ record.nothing }}"})
        env.flush()
    proposal = opportunity.make_proposal()
    opportunity.env.flush()
    xu = as_user("xu", groups=["crm_base.salesperson"])
    with pytest.raises(MissingRecord):
        xu["crm.proposal"].get(proposal.id).name  # noqa: B018 - reading is what is refused


def test_a_proposal_written_by_hand_is_not_filled_in(env):
    customer = env["crm.customer"].create({"name": "Huaxing"})
    opportunity = env["crm.opportunity"].create({"name": "Printers", "customer": customer})
    proposal = env["crm.proposal"].create({"opportunity": opportunity, "name": "Offer", "body": "By hand"})
    env.flush()
    with pytest.raises(ConflictError, match="without a template"):
        proposal.fill_anew()
    assert proposal.body == "By hand"
