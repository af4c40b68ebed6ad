"""Mails and SMS leave at most once; what became of them is said honestly."""

import json
import socket
from email import message_from_bytes, policy

import pytest

from addons.base_mail.services.outbox import queue_message, split_addresses
from addons.base_mail.services.sending import LEASE, note, take
from addons.base_mail.services.transport import Outcome
from core.api import ConflictError, ValidationError

MESSAGE = "base.mail.message"


@pytest.fixture
def queue(env, account):
    """``queue(to=…)``: a mail that waits to be sent."""

    def make(channel="mail", to=("zoe@example.org",), **values):
        message = queue_message(env, channel, to, text="Hello", subject="Hi", **values)
        env.flush()
        return message

    return make


def test_a_mail_with_chinese_text_is_received_whole(queue, run_jobs, inbox, env):
    message = queue_message(
        env, "mail", ["zoe@example.org"], text="您好，订单已发货。", subject="发货通知", html="<p>您好</p>"
    )
    run_jobs()
    [mail] = inbox.mails
    content = mail.content.decode("ascii")
    assert message.state == "sent" and message.sent_at and message.result == "250 Taken"
    assert f"Message-ID: {message.message_id}" in content and "=?utf-8?" in content
    assert "Auto-Submitted: auto-generated" in content and "multipart/alternative" in content


def test_files_go_along_under_their_names(queue, run_jobs, inbox):
    queue(files=[("报价单.pdf", b"%PDF-1.7 sample")])
    run_jobs()
    mail = message_from_bytes(inbox.mails[0].content, policy=policy.default)
    [part] = mail.iter_attachments()
    assert (part.get_content_type(), part.get_filename()) == ("application/pdf", "报价单.pdf")
    assert part.get_content() == b"%PDF-1.7 sample"


def test_refused_addresses_are_named_and_the_others_get_the_mail(queue, run_jobs, inbox, env):
    inbox.refused = {"gone@example.org": "550 No such user"}
    both, none = queue(to=("zoe@example.org", "gone@example.org")), queue(to=("gone@example.org",))
    run_jobs()
    assert [mail.rcpt_tos for mail in inbox.mails] == [["zoe@example.org"]]
    assert both.state == "partial" and both.refused == "gone@example.org: 550 No such user"
    assert none.state == "failed" and "550 No such user" in none.error
    inbox.refused = {}
    both.send_again()
    env.flush()
    run_jobs()
    assert inbox.mails[-1].rcpt_tos == ["gone@example.org"] and both.state == "sent"


def test_what_surely_did_not_leave_is_tried_again_and_fails_at_last(queue, run_jobs, inbox, clock, account, env):
    inbox.answers = ["451 Later"]
    message = queue()
    run_jobs()
    assert (message.state, message.error, inbox.mails) == ("queued", "451 Later", [])
    clock.forward(minutes=1)
    run_jobs()
    assert message.state == "sent" and message.attempts == 2
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        account.update(port=free.getsockname()[1])
    message = queue()
    for _attempt in range(6):
        run_jobs()
        clock.forward(hours=3)
    assert message.state == "failed" and "refused" in message.error.lower() and len(inbox.mails) == 1


def test_a_conversation_that_breaks_off_in_the_text_is_doubtful_and_never_sent_again(
    queue, run_jobs, inbox, mail_server, clock, env, told, gardeners
):
    inbox.answers = ["421 Bye"]  # aiosmtpd closes after 421: certainly not taken
    message = queue(author=gardeners["bob"].user)
    run_jobs()
    assert message.state == "queued"
    message.env.as_user(1)[MESSAGE].get(message.id).update(state="sending", lease_until=clock() + LEASE)
    clock.forward(minutes=1)
    run_jobs()
    assert message.state == "sending" and inbox.mails == []
    clock.forward(minutes=11)
    env.as_user(1).defer("base_mail.find_doubtful")
    run_jobs()
    assert message.state == "doubtful" and inbox.mails == []
    assert told(gardeners["bob"])[-1].startswith("Nobody knows whether a message arrived")
    for _hour in range(3):
        clock.forward(hours=3)
        run_jobs()
    assert message.state == "doubtful" and inbox.mails == []
    before = message.message_id
    message.send_again()
    env.flush()
    run_jobs()
    assert message.state == "sent" and message.message_id == before and len(inbox.mails) == 1
    with pytest.raises(ConflictError):
        message.send_again()


def test_a_note_that_comes_after_the_lease_still_counts_and_that_of_an_older_attempt_does_not(queue, clock, env):
    system = env.as_user(1)
    message = queue()
    first = take(system, message.id)
    clock.forward(minutes=11)
    assert take(system, message.id) is None
    assert system[MESSAGE].get(message.id).state == "doubtful"
    note(system, first, Outcome("sent", "250"), is_last=False)
    assert system[MESSAGE].get(message.id).state == "sent"
    other = queue()
    old = take(system, other.id)
    system[MESSAGE].get(other.id).update(state="queued", lease_until=None)
    take(system, other.id)
    note(system, old, Outcome("failed", error="x"), is_last=True)
    assert system[MESSAGE].get(other.id).state == "sending"


def test_a_message_for_later_waits_and_can_be_taken_back(queue, run_jobs, inbox, clock, env):
    later = queue(send_at=clock() + LEASE)
    never = queue(send_at=clock() + LEASE)
    run_jobs()
    never.cancel()
    assert inbox.mails == []
    clock.forward(minutes=11)
    run_jobs()
    assert (later.state, never.state, len(inbox.mails)) == ("sent", "cancelled", 1)


def test_the_link_for_a_password_is_sent_and_never_read_in_the_log(env, account, run_jobs, inbox):
    system = env.as_user(1)
    assert system.hook.mail_ready(env=system) is True
    assert system.hook.send_mail(
        env=system, to="zoe@example.org", subject="Password", text="https://x/reset?token=abc123"
    )
    system.flush()
    row = system[MESSAGE].read([["recipients", "=", "zoe@example.org"]])[0]
    assert "abc123" not in json.dumps(row, default=str) and row["sealed"]
    run_jobs()
    assert b"token=3Dabc123" in inbox.mails[0].content or b"token=abc123" in inbox.mails[0].content
    [sent] = system[MESSAGE].search([["recipients", "=", "zoe@example.org"]])
    assert sent.state == "sent" and sent.sealed is None
    account.update(active=False)
    env.flush()
    assert system.hook.mail_ready(env=system) is False
    assert system.hook.send_mail(env=system, to="a@b.c", subject="s", text="t") is None


@pytest.mark.rows("CORE-71")
def test_sms_go_into_files_where_the_parameter_says_so_and_nowhere_else(env, queue, run_jobs, installed_app):
    refused = queue("sms", ["+86 138-0000 0001"])
    run_jobs()
    assert refused.state == "failed" and "gateway" in refused.error
    env["core.parameter"].search([["key", "=", "base_mail.sms_gateway"]])[0].update(value="file")
    env.flush()
    message = queue("sms", ["+86 138-0000 0001"])
    run_jobs()
    path = installed_app.settings.data_dir / "sms" / message.result
    assert message.state == "sent" and message.cost == 0
    assert json.loads(path.read_text())["to"] == ["+8613800000001"]


def test_a_gateway_that_breaks_makes_the_message_doubtful(env, queue, run_jobs, hooks):
    def break_off():
        raise TimeoutError("no answer")

    hooks.register(send_sms=lambda: break_off)
    message = queue("sms", ["10086"])
    run_jobs()
    assert message.state == "doubtful" and "no answer" in message.error


@pytest.mark.parametrize("to", ["", "zoe", "zoe@", "a@b\nBcc: c@d", "zoe@example.org evil", "<zoe@example.org>"])
def test_what_is_no_address_is_refused(env, to):
    with pytest.raises(ValidationError):
        queue_message(env, "mail", [to] if to else [], text="x")


def test_a_line_end_in_a_subject_makes_no_header_of_its_own(env, account, run_jobs, inbox):
    queue_message(
        env, "mail", split_addresses("zoe@example.org;Zoe@example.org"), text="x", subject="Hi\r\nBcc: evil@x.y"
    )
    run_jobs()
    assert b"\r\nBcc:" not in inbox.mails[0].content and inbox.mails[0].rcpt_tos == [
        "zoe@example.org",
        "Zoe@example.org",
    ]


def test_the_own_account_comes_before_that_of_the_company_and_that_of_all(env, account, gardeners, run_jobs, inbox):
    values = {"host": "127.0.0.1", "port": account.port, "security": "none"}
    company = env.company
    env["base.mail.account"].create({**values, "name": "C", "sender": "company@example.com", "company": company})
    env["base.mail.account"].create({**values, "name": "B", "sender": "bob@example.com", "user": gardeners["bob"].uid})
    seen = []
    for name in ("bob", "cid"):
        env.as_user(1)["core.user"].get(gardeners[name].uid).update(company=company)
        message = queue_message(env, "mail", ["zoe@example.org"], text="x", subject="s", author=gardeners[name].user)
        run_jobs()
        seen.append(message.sender)
    assert seen == ["bob@example.com", "company@example.com"]
