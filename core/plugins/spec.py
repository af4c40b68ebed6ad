"""All hooks that the core offers (layer plugins; design 1.7, reference for authors of ``hooks.py``).

An implementation bears the name of its hook and takes any of its arguments. Where several addons implement one hook,
the last in dependency order is called first: an addon comes before those it needs. Calling a hook gives the list of
what the implementations returned, None left out. An exception of an implementation goes to the caller and ends the
call; inside a transaction everything is rolled back.

The ``declare_*`` hooks are asked of one addon at a time, whenever a registry is built. What ``hooks.py`` returns is
added to what the folders of the addon hold.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from core.plugins.markers import hookspec

if TYPE_CHECKING:
    from core.orm.decorators import ActionInfo
    from core.orm.environment import Environment
    from core.orm.model import Model
    from core.plugins.addon import Addon


@hookspec
def declare_models(addon: Addon) -> Sequence[type[Model]] | None:
    """Declare models and extensions besides those in ``models/``; for models made by code, such as from a table.

    Called: when a registry is built, before anything else of the addon is read; there is no database to ask.

    Args:
        addon: The addon that declares, always the implementing one.

    Returns:
        Definitions, in the order of their layers; None means none.

    Raises:
        CoreError: The addon is listed as broken with this error; the registry is built without it.
    """


@hookspec
def declare_views(addon: Addon) -> Sequence[Any] | None:
    """Declare views, menus and panels besides those in ``views/``.

    Called: when a registry is built, after the models of all addons are composed.

    Args:
        addon: The addon that declares, always the implementing one.

    Returns:
        Documents of the shape of a file in ``views/``, as plain dicts; None means none.

    Raises:
        CoreError: As for `declare_models`.
    """


@hookspec
def declare_access(addon: Addon) -> Sequence[Any] | None:
    """Declare groups, rights, rules and field rights besides those in ``security/``.

    Called: when a registry is built, after `declare_views`.

    Args:
        addon: The addon that declares, always the implementing one.

    Returns:
        Documents of the shape of a file in ``security/``, as plain dicts; None means none.

    Raises:
        CoreError: As for `declare_models`.
    """


@hookspec
def declare_data(addon: Addon) -> Sequence[Any] | None:
    """Declare records that every deployment gets, besides those in ``data/``.

    Called: when the addon is enabled or upgraded, inside that transaction.

    Args:
        addon: The addon that declares, always the implementing one.

    Returns:
        Documents of the shape of a file in ``data/``, as plain dicts; None means none.

    Raises:
        CoreError: The change is rolled back and reported.
    """


@hookspec
def declare_routes(addon: Addon) -> Sequence[Any] | None:
    """Declare routes besides those in ``controllers.py``.

    Called: when the web application first serves a registry.

    Args:
        addon: The addon that declares, always the implementing one.

    Returns:
        Functions marked as routes; None means none.

    Raises:
        CoreError: As for `declare_models`.
    """


@hookspec
def declare_jobs(addon: Addon) -> Sequence[Any] | None:
    """Declare background jobs besides those in ``jobs.py``.

    Called: when a registry is built.

    Args:
        addon: The addon that declares, always the implementing one.

    Returns:
        Functions marked as jobs; None means none.

    Raises:
        CoreError: As for `declare_models`.
    """


@hookspec
def before_transition(env: Environment, record: Model, transition: ActionInfo) -> Any:
    """Look at a change of state before it happens; raise to veto it, return something to hold it for approval.

    Called: after the user's right was checked, before the body of the transition runs.

    Args:
        env: The environment of the user who asks.
        record: The record, still in its old state.
        transition: Its name, label, field, sources and target.

    Returns:
        None lets it happen. Anything else holds it: the state stays, and the caller gets the first such value (such as the
        request for approval) as the answer.

    Raises:
        ValidationError: The change is refused; the message is shown.
    """


@hookspec
def after_transition(env: Environment, record: Model, transition: ActionInfo) -> None:
    """Act on a change of state.

    Called: after the body ran and the field got its new value, in the same transaction.

    Args:
        env: The environment of the user who asked.
        record: The record in its new state.
        transition: As for `before_transition`.
    """


@hookspec
def addon_enabled(env: Environment, addon: Addon) -> None:
    """Act on an addon that was enabled or restored.

    Called: as the system, with the registry that has the addon, after its data were loaded, in the transaction of the
        change.

    Args:
        env: The environment of the system.
        addon: The addon enabled; may be the implementing one.
    """


@hookspec
def addon_disabled(env: Environment, addon: Addon) -> None:
    """Act on an addon that is about to be disabled or removed.

    Called: as the system, with the registry that still has the addon, in the transaction of the change.

    Args:
        env: The environment of the system.
        addon: The addon that goes; may be the implementing one.
    """
