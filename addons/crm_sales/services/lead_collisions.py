"""Customers that a lead may be already (SALE-03, BASE-06)."""

from dataclasses import dataclass
from typing import Any

from addons.crm_base.api import find_collisions


@dataclass(frozen=True)
class Similar:
    """A customer like a lead; of one the user may not see only what it is alike in and its owner are told."""

    name: str
    owner: str | None
    """Name of who is responsible; None: nobody, it is in the pool."""
    is_sure: bool
    """Whether a whole name or number is the same, and not only alike."""
    id: int | None = None
    """Its id if the user may choose it, else None."""

    @property
    def text(self) -> str:
        """Name with owner, in one line."""
        return f"{self.name} ({self.owner})" if self.owner else self.name


def collisions_of(lead: Any) -> list[Similar]:
    """Return the customers that the lead may be, the surest first, also those the user may not see (see `find_collisions`)."""
    phones = [each for each in (lead.phone, lead.mobile) if each]
    if not lead.party and not phones:
        return []
    found = find_collisions(lead.env, name=lead.party, phones=phones, contact=lead.contact_name)
    return [
        Similar(
            each.name or ", ".join(dict.fromkeys(match.text for match in each.matches)),
            each.owner,
            each.is_sure,
            each.customer_id if each.is_readable else None,
        )
        for each in found
    ]
