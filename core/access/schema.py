"""What may stand in a file of ``security/`` (design §2.5). Layer: access.

The keys are ``groups``, ``access``, ``rules``, ``fields``, ``special``, ``follow`` and ``switch``; every one may be absent and the folder
may hold any number of files. Only the shape is checked here; whether models, fields and groups exist is checked by `core.access.checking`.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from core.access.operations import parse_operations
from core.plugins.yamlfile import FileModel

__all__ = ["FieldEntry", "GroupEntry", "RuleEntry", "SecurityFile", "SpecialEntry"]

Xid = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*\.[a-z][a-z0-9_.]*$")]
"""An id with its addon in front, such as ``crm_base.salesperson``."""

Operations = Annotated[frozenset[str], BeforeValidator(parse_operations)]
"""Letters or words; see `core.access.operations`."""

FieldPath = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)+$")]
"""A model and one of its fields, such as ``crm.customer.credit_limit``."""


class GroupEntry(FileModel):
    """A group (a role), or an addition to the group of another addon: then ``label`` is absent."""

    id: Xid
    label: str | None = None
    description: str | None = None
    implies: list[Xid] = []
    """Groups whose rights its members have too."""


class RuleEntry(FileModel):
    """A record rule: which rows the members of ``groups`` reach; without groups, what holds for everybody."""

    id: Xid
    model: str
    domain: list[Any] | dict[str, Any]
    """A domain whose values may be expressions over ``user``, ``company`` and ``today``; empty: every row."""
    groups: list[Xid] = []
    operations: list[Literal["create", "read", "update", "delete"]] = ["create", "read", "update", "delete"]
    """Export and print follow read, import follows create, approve and assign follow update."""
    label: str | None = None
    """What the rule says, in one sentence, for the page that explains rights; None shows the id."""


class FieldEntry(FileModel):
    """Who may see and who may change one field: groups or special rights. A key left out sets no limit of its own."""

    read: list[Xid] | None = None
    update: list[Xid] | None = None


class SpecialEntry(FileModel):
    """A right not tied to creating, reading, changing or deleting one model (CORE-25)."""

    id: Xid
    label: str
    description: str | None = None
    groups: list[Xid] = []
    """Groups that have it from the start; the administrator gives and takes it from there."""


class SecurityFile(FileModel):
    """One file of ``security/``."""

    groups: list[GroupEntry] = []
    access: dict[str, dict[Xid, Operations]] = {}
    """Model → group → rights."""
    rules: list[RuleEntry] = []
    fields: dict[FieldPath, FieldEntry] = {}
    special: list[SpecialEntry] = []
    follow: dict[str, str] = {}
    """Model → its Many2one whose record decides: contacts are seen where their customer is (D13)."""
    switch: Xid | None = None
    """A parameter: while it is off, nobody sees the models, fields and menus of this addon; their data stay."""
