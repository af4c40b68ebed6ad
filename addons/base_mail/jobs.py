"""Background jobs: sending, rules, reminders."""

import datetime

from addons.base_mail.services import reminders, rules, sending
from addons.base_mail.services.outbox import MODEL
from core.api import CoreError, Environment, JobContext, job, schedule

ATTEMPTS = 5


@job(max_attempts=ATTEMPTS, retry=(30.0, 300.0, 1800.0, 7200.0), unique=True, timeout_s=300.0)
def send(job: JobContext, message: int) -> str:
    """Send one message: mark it, hand it over, note what became of it; return its outcome."""
    taken = job.run(lambda env: sending.take(env, message))
    if taken is None:
        return "nothing to send"
    outcome = taken.hand_over()
    again = job.run(lambda env: sending.note(env, taken, outcome, is_last=job.attempt >= ATTEMPTS))
    if again:
        # Raising lets the job be run again after a while; the message waits, marked as such.
        raise CoreError(outcome.error or "not sent", code="mail.retry")
    return outcome.state


@schedule(every="10m")
def find_doubtful(env: Environment) -> int:
    """Mark as doubtful what a worker that died left behind; return how many messages that were."""
    left = env[MODEL].search([["state", "=", "sending"], ["lease_until", "<=", env.now()]])
    return sum(sending.doubt(env, message) for message in left)


@job()
def apply_rule(env: Environment, rule: int, records: list[int], actor: int | None = None) -> int:
    """Tell those whom a rule names of records to which something happened."""
    return rules.apply_rule(env, rule, records, actor)


@schedule(every="1h")
def reach_dates(env: Environment) -> int:
    """Apply the rules about dates that were reached."""
    return rules.reach_dates(env)


@schedule(every="1h")
def make_reminders(env: Environment) -> dict[str, int]:
    """Make the items of reminders that are due, take away those that are done."""
    return reminders.make_items(env)


@schedule(every="1d", at="03:50")
def forget_secrets(env: Environment) -> int:
    """Forget texts that were kept sealed and could not be sent: the links in them ended long ago."""
    yesterday = env.now() - datetime.timedelta(days=1)
    old = env[MODEL].search([["sealed", "is_set", True], ["created_at", "<", yesterday], ["state", "!=", "sending"]])
    for message in old:
        message.update(sealed=None, state="cancelled" if message.state == "queued" else message.state)
    return len(old)
