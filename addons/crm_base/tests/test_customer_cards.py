"""Business cards and registry data come through pluggable readers; a card by hand takes one screen (BASE-13, BASE-14)."""

import datetime as dt
import io

import pytest

from addons.crm_base.services.cards import take_card
from addons.crm_base.services.vcard import read_vcards
from core.api import MissingRecord, ValidationError

FORM = {"Accept": "text/html", "Sec-Fetch-Site": "same-origin"}
CARD = """BEGIN:VCARD
VERSION:3.0
N:王;芳;;;
FN:王芳
ORG:苏州华星贸易有限公司;采购部
TITLE:采购总监
TEL;TYPE=CELL:138 0000 7731
TEL;TYPE=WORK,VOICE:0512-5550 1234
TEL;TYPE=FAX:0512-5550 1235
EMAIL;TYPE=INTERNET:wang@huaxing.example
URL:huaxing.example
ADR;TYPE=WORK:;;锦峰路 8 号;苏州市;江苏省;215011;中国
END:VCARD
"""


@pytest.mark.rows("BASE-14")
class TestVcards:
    def test_a_card_is_read_with_all_that_a_customer_needs(self):
        assert read_vcards(CARD.encode()) == [
            {
                "name": "王芳",
                "customer": "苏州华星贸易有限公司",
                "post": "采购总监",
                "mobile": "138 0000 7731",
                "phone": "0512-5550 1234",
                "fax": "0512-5550 1235",
                "mail": "wang@huaxing.example",
                "website": "huaxing.example",
                "address": "中国江苏省苏州市锦峰路 8 号",
                "postcode": "215011",
            }
        ]

    def test_older_cards_and_folded_lines_are_read(self):
        old = (
            b"BEGIN:VCARD\r\nVERSION:2.1\r\nN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=E7=8E=8B;=E8=8A=\r\n=B3\r\n"
            b"TEL;CELL:13800007731\r\nORG:Star Trading\\, Ltd\r\nNOTE:one\r\n two\r\nEND:VCARD\r\n"
        )
        assert read_vcards(old) == [{"name": "王芳", "mobile": "13800007731", "customer": "Star Trading, Ltd"}]

    def test_cards_in_chinese_encodings_are_read(self):
        assert read_vcards(CARD.encode("gb18030"))[0]["name"] == "王芳"

    @pytest.mark.parametrize(
        "content", [b"", b"name,phone\n", b"BEGIN:VCARD\nEND:VCARD", b"\xff\xfe\x00BEGIN", b"BEGIN:VCARD\nN"]
    )
    def test_what_is_no_card_is_refused(self, content):
        with pytest.raises(ValidationError):
            read_vcards(content)


@pytest.mark.rows("BASE-14")
class TestTakingCards:
    def test_a_card_makes_a_customer_with_its_contact(self, env):
        customer = take_card(env, read_vcards(CARD.encode())[0])
        (contact,) = customer.contacts
        assert (customer.name, customer.phone, customer.postcode) == (
            "苏州华星贸易有限公司",
            "0512-5550 1234",
            "215011",
        )
        assert (contact.name, contact.post, contact.mobile, contact.is_main) == (
            "王芳",
            "采购总监",
            "138 0000 7731",
            True,
        )

    def test_a_card_without_a_company_makes_a_person(self, env):
        customer = take_card(env, {"name": "陈晓梅", "mobile": "13800010018", "post": "设计师"})
        assert (customer.kind, customer.phone, customer.contacts[0].post) == ("person", "13800010018", "设计师")

    def test_a_card_may_add_a_contact_to_a_customer_that_is_there(self, env, create_customer):
        customer = create_customer(name="华星贸易")
        assert take_card(env, {"customer": "华星贸易", "name": "王芳"}, into=customer.id) == customer
        assert [each.name for each in customer.contacts] == ["王芳"]

    def test_a_card_is_not_added_to_a_customer_one_may_not_read(self, as_user, create_customer):
        li = as_user("li", groups=["crm_base.salesperson"])
        with pytest.raises(MissingRecord):
            take_card(li, {"name": "王芳"}, into=create_customer().id)

    def test_an_empty_card_is_refused_and_nothing_saved(self, client, env):
        answer = client.request("POST", "/x/crm_base/card", data={"then": "save", "phone": "1"}, headers=FORM)
        assert answer.status_code == 422
        assert env["crm.customer"].count() == 0

    def test_the_page_reads_a_file_shows_it_for_checking_and_takes_it(self, client, env, create_customer):
        create_customer(name="苏州华星贸易")
        sent = {"file": (io.BytesIO(CARD.encode()), "card.vcf")}
        page = client.request("POST", "/x/crm_base/card/file", data=sent, headers=FORM).get_data(as_text=True)
        assert 'value="王芳"' in page and "Add the contact to 苏州华星贸易" in page
        assert env["crm.customer"].count() == 1
        data = {"then": "save", "customer": "远航科技", "name": "王芳"}
        answer = client.request("POST", "/x/crm_base/card", data=data, headers=FORM)
        assert answer.status_code == 303
        assert env["crm.customer"].exists([["name", "=", "远航科技"]])

    def test_pictures_are_read_by_whoever_can(self, client, hooks):
        sent = {"file": (io.BytesIO(b"\x89PNG..."), "card.png")}
        page = client.request("POST", "/x/crm_base/card/file", data=sent, headers=FORM)
        assert page.status_code == 422
        hooks.register(read_card=lambda content, name: {"customer": "远航科技", "name": "赵雷", "unknown": "x"})
        sent = {"file": (io.BytesIO(b"\x89PNG..."), "card.png")}
        page = client.request("POST", "/x/crm_base/card/file", data=sent, headers=FORM)
        assert 'value="赵雷"' in page.get_data(as_text=True)


@pytest.mark.rows("BASE-13")
class TestRegistry:
    def test_without_a_provider_the_button_is_hidden_and_pressing_it_is_refused(self, create_customer):
        customer = create_customer(name="华星贸易")
        assert not customer.can_look_up
        with pytest.raises(ValidationError):
            customer.look_up_registry()

    def test_what_the_registry_says_is_kept_with_the_day(self, create_customer, hooks, clock):
        clock.set("2025-03-01")
        found = {
            "legal_name": "苏州华星贸易有限公司",
            "tax_number": "91320505MA1X2Y3Z4K",
            "representative": "张建平",
            "registered_capital": "500 万元",
            "registered_on": dt.date(2010, 5, 1),
            "registry_status": "存续",
            "address": "苏州市虎丘区",
            "shareholders": "not asked for",
        }
        hooks.register(registry_look_up=lambda name, tax_number: found if name == "华星贸易" else None)
        customer = create_customer(name="华星贸易", address="苏州市工业园区")
        customer.look_up_registry()
        assert (customer.representative, customer.registry_status, customer.registry_checked_on) == (
            "张建平",
            "存续",
            dt.date(2025, 3, 1),
        )
        assert customer.address == "苏州市工业园区"
        with pytest.raises(ValidationError, match="远航"):
            create_customer(name="远航").look_up_registry()

    def test_persons_stand_in_no_registry(self, create_customer, hooks):
        hooks.register(registry_look_up=lambda name: {"legal_name": name})
        assert not create_customer(kind="person").can_look_up
