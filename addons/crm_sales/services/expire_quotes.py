"""Put quotes out of force after their last day of validity (SALE-24)."""

from core.api import Environment

CHUNK = 500


def expire_quotes(env: Environment) -> int:
    """Expire the approved and sent quotes that were valid until a day before today; return how many.

    Args:
        env: The environment of the system, since quotes of everybody expire.
    """
    over = [["valid_until", "<", env.today()], ["state", "in", ["approved", "sent"]]]
    count = 0
    while found := env["crm.quote"].search(over, order="id", limit=CHUNK):
        for quote in found:
            quote.expire()
        count += len(found)
    return count
