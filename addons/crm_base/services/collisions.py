"""The collision check (BASE-06): is somebody else after this customer already?

It looks through the names, phones and contacts of all customers, also those that the user may not open, and tells of these only that they
exist, by what they were found, and who owns them. Fuzzy names of others are told only where what was typed is most of the name, so
that nobody learns the customers of the house by typing single characters.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from addons.crm_base.services.keys import name_key, phone_key
from core.api import SYSTEM_UID, Environment, get_parameter

_PARTS = 60
"""At most so many parts of a long name are looked up."""
_SHORTEST_PART = 4
_AMONG = 200
"""So many fuzzy matches are looked at; of names typed in earnest there are few."""


@dataclass(frozen=True)
class Match:
    """By what a customer was found."""

    by: str
    """``name``, ``similar``, ``phone``, ``contact``, ``contact_phone`` or ``tax_number``."""
    text: str
    """The value that is alike."""


@dataclass
class Collision:
    """A customer that may be the one asked for."""

    customer_id: int
    name: str
    """Empty where the user may not read the customer and was not found by its name."""
    owner: str | None
    """Name of the owner; None: in the pool."""
    owner_id: int | None
    is_readable: bool
    last_contact: Any = None
    """Day of the last follow-up; None also where the user may not read the customer."""
    matches: list[Match] = field(default_factory=list)

    @property
    def is_sure(self) -> bool:
        """Whether a whole name or number is the same, and not only alike."""
        return any(match.by != "similar" for match in self.matches)


def find_collisions(
    env: Environment,
    *,
    name: str | None = None,
    phones: Iterable[str] = (),
    contact: str | None = None,
    tax_number: str | None = None,
    exclude: int | None = None,
    limit: int | None = None,
) -> list[Collision]:
    """Return the living customers that may be the one described, the surest first.

    Args:
        env: Who asks; all customers are looked at all the same.
        name: Name of the customer, compared without legal ending, spaces, case and width, and as part of one another.
        phones: Numbers of the customer or of its contacts.
        contact: Name of a contact; it counts only together with a name or phone that fits as well, for persons of one name are many.
        tax_number: Uniform credit code.
        exclude: Id of the customer itself, when it is changed.
        limit: Most to return; None takes the parameter ``crm_base.collision_limit``.

    Returns:
        Collisions; of customers whom the user may not read only what was found, and the owner.
    """
    most = int(get_parameter(env, "crm_base.collision_limit")) if limit is None else limit
    search = _Search(env)
    key = name_key(name)
    if key:
        search.by_names(key)
    numbers = {number: phone for phone in phones if (number := phone_key(phone))}
    if numbers:
        search.by_phones(numbers)
    if tax_number and tax_number.strip():
        code = tax_number.strip().upper()
        search.note([["tax_number", "=", code]], lambda _row: Match("tax_number", code))
    if contact and (contact_key := name_key(contact)) and len(contact_key) > 1:
        search.by_contact(contact_key)
    search.found.pop(exclude or 0, None)
    return search.collisions(most)


class _Search:
    def __init__(self, env: Environment) -> None:
        self.env = env
        self.system = env.as_user(SYSTEM_UID)
        self.shortest = int(get_parameter(env, "crm_base.collision_shortest"))
        self.share = int(get_parameter(env, "crm_base.collision_share"))
        self.found: dict[int, tuple[str, list[Match]]] = {}
        self.similar: set[int] = set()

    def by_names(self, key: str) -> None:
        self.note([["name_key", "=", key]], lambda row: Match("name", row["name"]))
        parts = [part for part in _parts(key) if part != key]
        if parts:
            self.note([["name_key", "in", parts]], lambda row: Match("similar", row["name"]))
        if len(key) >= (_SHORTEST_PART if key.isascii() else self.shortest):
            self.note([["name", "fuzzy", key]], lambda row: Match("similar", row["name"]), among=_AMONG, key=key)

    def by_phones(self, numbers: dict[str, str]) -> None:
        keys = sorted(numbers)
        self.note([["phone_key", "in", keys]], lambda row: Match("phone", row["phone"]))
        either = [{"any": [["phone_key", "in", keys], ["mobile_key", "in", keys]]}]
        rows = self.system["crm.contact"].read(
            either, ["customer", "customer.name", "phone_key", "mobile_key"], limit=50
        )
        for row in rows:
            typed = numbers.get(row["mobile_key"]) or numbers.get(row["phone_key"]) or ""
            self._add(row["customer"], row["customer.name"], Match("contact_phone", typed))

    def by_contact(self, key: str) -> None:
        rows = self.system["crm.contact"].read(
            [["name_key", "=", key]], ["customer", "customer.name", "name"], limit=50
        )
        alone = not self.found
        for row in rows:
            if alone or row["customer"] in self.found:
                self._add(row["customer"], row["customer.name"], Match("contact", row["name"]))

    def note(self, domain: Any, match: Any, *, among: int | None = None, key: str = "") -> None:
        rows = self.system["crm.customer"].read(domain, ["name", "name_key", "phone"], limit=50, among=among)
        for row in rows:
            if row["id"] in self.found and key:
                continue
            if key and len(key) * 100 < len(row["name_key"] or "") * self.share:
                self.similar.add(row["id"])
            self._add(row["id"], row["name"], match(row))

    def _add(self, customer: int, name: str, match: Match) -> None:
        matches = self.found.setdefault(customer, (name, []))[1]
        if all(each.by != match.by for each in matches):
            matches.append(match)

    def collisions(self, most: int) -> list[Collision]:
        ids = list(self.found)
        if not ids:
            return []
        readable = {row["id"] for row in self.env["crm.customer"].read([["id", "in", ids]], ["id"])}
        fields = ["owner", "owner.name", "last_contact"]
        made = []
        for row in self.system["crm.customer"].read([["id", "in", ids]], fields):
            number = row["id"]
            name, matches = self.found[number]
            is_readable = number in readable
            if not is_readable and number in self.similar and all(match.by == "similar" for match in matches):
                continue
            by_name = any(match.by in ("name", "similar") for match in matches)
            made.append(
                Collision(
                    number,
                    name if is_readable or by_name else "",
                    row["owner.name"],
                    row["owner"],
                    is_readable,
                    row["last_contact"] if is_readable else None,
                    matches,
                )
            )
        made.sort(key=lambda each: (not each.is_sure, -len(each.matches), len(each.name), each.customer_id))
        return made[:most]


def _parts(key: str) -> Sequence[str]:
    """Return the longest parts of a name of at least four characters: an entry may carry a shorter name of the same company."""
    parts = [
        key[start : start + length]
        for length in range(len(key) - 1, _SHORTEST_PART - 1, -1)
        for start in range(len(key) - length + 1)
    ]
    return list(dict.fromkeys(parts))[:_PARTS]


def find_by_phone(env: Environment, phone: str) -> list[dict[str, Any]]:
    """Return who has a number: rows with ``customer`` (id) and ``contact`` (id, or None: the customer's own), as the user may see them.

    Args:
        env: Who asks.
        phone: As dialled or shown, with or without country code.
    """
    key = phone_key(phone)
    if key is None:
        return []
    contacts = env["crm.contact"].read(
        [{"any": [["phone_key", "=", key], ["mobile_key", "=", key]]}], ["customer"], order="is_main desc, id", limit=20
    )
    found = [{"customer": row["customer"], "contact": row["id"]} for row in contacts]
    known = {row["customer"] for row in found}
    customers = env["crm.customer"].read([["phone_key", "=", key]], ["id"], limit=20)
    return found + [{"customer": row["id"], "contact": None} for row in customers if row["id"] not in known]
