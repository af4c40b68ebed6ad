"""Competitors and what belongs to them: common knowledge of salespeople, deleted into the bin and brought back."""

from decimal import Decimal

import pytest

from core.api import (
    AccessDenied,
    ConflictError,
    MissingRecord,
    ValidationError,
    find_attachment,
    restore_deletions,
    store_attachment,
)


@pytest.fixture
def rival(create_competitor):
    return create_competitor(name="对手甲", threat="high", nature="private", region=None)


@pytest.mark.rows("COMP-01", "COMP-05")
def test_a_competitor_gets_a_number_and_its_lists_are_dictionaries(rival, env):
    assert rival.number == "CP0001"
    assert (rival.threat.name, rival.nature.name) == ("High", "Privately owned")
    env.ref("crm_competitor.numbering_competitor").update(pattern="JZ{3}")
    dictionary = env.ref("crm_competitor.dictionary_threat")
    env["core.dictionary.item"].create({"dictionary": dictionary, "key": "deadly", "name": "致命"})
    other = env["crm.competitor"].create({"name": "对手乙", "threat": "deadly"})
    assert (other.number, other.threat.name) == ("JZ002", "致命")


@pytest.mark.rows("COMP-01")
def test_salespeople_share_what_is_known_and_delete_only_their_own(as_user, rival):
    with as_user("zhang", groups=["crm_base.salesperson"]) as zhang:
        known = zhang["crm.competitor"].get(rival.id)
        known.update(weaknesses="Slow delivery")
        zhang["crm.competitor.news"].create({"competitor": known, "title": "New plant"})
        own = zhang["crm.competitor"].create({"name": "对手乙"})
        with pytest.raises(AccessDenied):
            known.delete()
        own.delete()
    with as_user("han", groups=["base.user"]) as han, pytest.raises(AccessDenied):
        han["crm.competitor"].search()


@pytest.mark.rows("COMP-03")
def test_news_show_the_newest_first_with_their_author(as_user, rival):
    with as_user("zhang", groups=["crm_base.salesperson"]) as zhang:
        news = zhang["crm.competitor.news"]
        for date, title in (("2026-07-01", "old"), ("2026-07-20", "new"), ("2026-07-10", "middle")):
            news.create({"competitor": rival.id, "date": date, "title": title, "source": "Fair"})
        assert news.search().mapped("title") == ["new", "middle", "old"]
        assert {each.author.login for each in news.search()} == {"zhang"}
        with pytest.raises(ValidationError):
            news.create({"competitor": rival.id})


@pytest.mark.rows("COMP-03")
def test_those_who_follow_are_told_of_news_and_the_author_is_not(as_user, env, rival):
    for login in ("zhang", "chen", "li"):
        with as_user(login, groups=["crm_base.salesperson"]) as mine:
            if login != "li":
                mine["crm.competitor"].get(rival.id).follow()
                mine["crm.competitor"].get(rival.id).follow()
    zhang = env.as_user("zhang")
    zhang["crm.competitor.news"].create([{"competitor": rival.id, "title": "Price cut"}])
    zhang.flush()
    told = env["core.notification"].search([["title", "ilike", "Price cut"]])
    assert [(each.user.login, each.url) for each in told] == [("chen", f"/x/crm_competitor/competitor/{rival.id}")]
    followed = [["competitor.followers.user", "=", zhang.uid]]
    assert zhang["crm.competitor.news"].search(followed).mapped("title") == ["Price cut"]
    zhang["crm.competitor"].get(rival.id).unfollow()
    assert zhang["crm.competitor.news"].count(followed) == 0
    assert env.as_user("chen")["crm.competitor.follower"].count() == 1


@pytest.mark.rows("COMP-07")
def test_a_buyer_is_a_customer_of_ours_or_a_name_and_shows_on_both_sides(
    rival, create_customer, create_competitor_customer, create_competitor_product, create_competitor
):
    customer = create_customer(name="华星贸易")
    product = create_competitor_product(competitor=rival, name="X-1")
    create_competitor_customer(competitor=rival, customer=customer, product=product, share=Decimal("35.5"))
    create_competitor_customer(competitor=rival, customer=None, name="Somebody", share=10)
    assert rival.customers.mapped("shown_name") == ["华星贸易", "Somebody"]
    assert [(each.competitor.name, each.share) for each in customer.competitors] == [("对手甲", Decimal("35.50"))]
    with pytest.raises(ValidationError, match="who buys"):
        create_competitor_customer(competitor=rival, customer=None, name=None)
    with pytest.raises(ValidationError):
        create_competitor_customer(competitor=rival, customer=customer, share=101)
    foreign = create_competitor_product(competitor=create_competitor(name="对手乙"), name="Y-1")
    with pytest.raises(ValidationError, match="Y-1 is no product of 对手甲"):
        create_competitor_customer(competitor=rival, customer=customer, product=foreign)


@pytest.mark.rows("COMP-08")
def test_known_people_stand_at_the_competitor(rival, create_competitor_contact):
    create_competitor_contact(competitor=rival, name="赵经理", post="Sales manager", phone="021-5550")
    assert [(each.name, each.post, each.phone) for each in rival.contacts] == [("赵经理", "Sales manager", "021-5550")]


@pytest.mark.rows("COMP-09")
def test_their_product_is_set_against_ours_with_the_difference_in_price(
    rival, env, create_product, create_competitor_product
):
    unit = env["crm.unit"].search([], limit=1)[0]
    ours = create_product(name="Printer", units=[{"unit": unit, "is_base": True, "ratio": 1, "price": 1000}])
    theirs = create_competitor_product(competitor=rival, name="X-1", price=Decimal("949.99"), our_product=ours)
    assert (theirs.our_price, theirs.difference, theirs.difference_percent) == (
        Decimal(1000),
        Decimal("-50.01"),
        Decimal("-5.00"),
    )
    assert ours.rivals.mapped("name") == ["X-1"]
    theirs.update(price=None)
    assert (theirs.difference, theirs.difference_percent) == (None, None)


@pytest.mark.rows("COMP-10")
def test_files_are_attached_to_a_competitor_and_read_by_who_reads_it(as_user, env, rival):
    kept = store_attachment(env, "price list.txt", b"X-1: 949", model="crm.competitor", record_id=rival.id)
    with as_user("zhang", groups=["crm_base.salesperson"]) as zhang:
        assert find_attachment(zhang, kept.id).name == "price list.txt"
    with as_user("han", groups=["base.user"]) as han, pytest.raises(MissingRecord):
        find_attachment(han, kept.id)


@pytest.mark.rows("COMP-04")
def test_only_the_administrator_restores_what_was_deleted_with_all_that_belongs_to_it(as_user, env, rival):
    env["crm.competitor.news"].create([{"competitor": rival, "title": "a"}, {"competitor": rival, "title": "b"}])
    rival.delete()
    assert (env["crm.competitor"].count(), env["crm.competitor.news"].count()) == (0, 0)
    entry = env["core.deletion"].search([["model", "=", "crm.competitor"]])[0]
    assert (entry.title, entry.user.login, entry.count) == ("对手甲", "admin", 3)
    with as_user("zhang", groups=["crm_base.salesperson"]) as zhang, pytest.raises(AccessDenied):
        restore_deletions(zhang, [entry.id])
    restore_deletions(env, [entry.id])
    assert env["crm.competitor"].search()[0].news.mapped("title") == ["b", "a"]


@pytest.mark.rows("COMP-06")
def test_an_attribute_in_use_is_retired_and_not_deleted(rival, create_competitor_attribute, env):
    attribute = create_competitor_attribute(name="Service", kind="score")
    env["crm.competitor.value"].create({"competitor": rival, "attribute": attribute, "number": 5})
    env.flush()
    with pytest.raises(ConflictError, match="Attribute value: 1"):
        attribute.delete()
