"""The plugin manager of one registry: which addon offers and implements which hook (layer plugins; design 1.7).

Belongs to a registry, never to a module. Implementations of one hook are called in the reverse of dependency order, so
an addon sees a call before those it needs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pluggy

from core.errors import CoreError, HookError, Message, raise_faults
from core.plugins import spec as core_spec
from core.plugins.addon import Addon
from core.plugins.graph import needs_broken
from core.plugins.hookcalls import HookCall, HookNamespace, OnCall, TracedPluggy
from core.plugins.hookcheck import CORE, HookSpec, collect_specs, faults_of
from core.plugins.loader import LoadedAddon

if TYPE_CHECKING:
    from core.data.fileimport import FileImport, FileImported, ImportsUndone
    from core.orm.decorators import ActionInfo
    from core.orm.environment import Environment
    from core.orm.model import Model


class PluginManager:
    """Registers the core, then each addon as one plugin, in dependency order.

    Args:
        loaded: The addons of the registry, each after those it needs.
        core_plugins: Objects by which the core implements its own hooks (reading of folders); called after all addons.

    Raises:
        HookError: A plugin of the core is wrong. Addons never raise here: see `broken`.
    """

    def __init__(self, loaded: Iterable[LoadedAddon] = (), core_plugins: Sequence[object] = ()) -> None:
        self._pluggy = TracedPluggy()
        self.specs: dict[str, HookSpec] = {}
        """All hooks by name, the core's first."""
        self.broken: dict[str, CoreError] = {}
        """Addons left out because their hooks are wrong, or they need one that was left out; error by name."""
        candidates = list(loaded)
        while faults := self._find_faults(candidates):
            self.broken |= faults
            candidates = [each for each in candidates if each.name not in faults]
        self.loaded: dict[str, LoadedAddon] = {each.name: each for each in candidates}
        """The addons registered, by name, in dependency order."""
        self._register(core_plugins)
        self.hook = HookNamespace(
            {name: HookCall(each, getattr(self._pluggy.hook, name)) for name, each in self.specs.items()}
        )
        """Every hook as an attribute; an unknown one raises HookError with the nearest name."""

    def _find_faults(self, candidates: Sequence[LoadedAddon]) -> dict[str, CoreError]:
        """Return the errors of the addons that can't be registered; takes several turns where one spoils others."""
        offers: list[tuple[str, object]] = [(CORE, core_spec)]
        offers += [(each.name, each.hookspecs) for each in candidates if each.hookspecs is not None]
        self.specs, errors = collect_specs(offers)
        if errors:
            return errors
        for each in candidates:
            culprit = next((need for need in each.addon.depends if need in self.broken or need in errors), None)
            if culprit:
                errors[each.name] = needs_broken(each.name, culprit)
            elif each.hooks is not None and (faults := faults_of(each.hooks, each.name, self.specs)):
                errors[each.name] = _joined(faults, each)
        return errors

    def _register(self, core_plugins: Sequence[object]) -> None:
        self._pluggy.add_hookspecs(core_spec)
        for each in self.loaded.values():
            if each.hookspecs is not None and any(spec.addon == each.name for spec in self.specs.values()):
                self._pluggy.add_hookspecs(each.hookspecs)
        for position, plugin in enumerate(core_plugins):
            raise_faults(faults_of(plugin, CORE, self.specs), HookError, CORE)
            self._pluggy.register(plugin, f"{CORE}.{position}" if position else CORE)
        for each in self.loaded.values():
            self._pluggy.register(each.hooks or each.package, each.name)
        self.check_pending()

    def check_pending(self) -> None:
        """Make sure that every implementation has its specification.

        Raises:
            HookError: One has not, or does not fit.
        """
        try:
            self._pluggy.check_pending()
        except pluggy.PluginValidationError as err:
            raise HookError(Message("%(problem)s", {"problem": str(err)})) from err

    @property
    def on_call(self) -> OnCall | None:
        """Entered around each call of a single implementation while set; None costs nothing. Set by the tracer (design 1.11)."""
        return self._pluggy.on_call

    @on_call.setter
    def on_call(self, listener: OnCall | None) -> None:
        self._pluggy.on_call = listener

    def declarations(self, hook: str, addon: Addon) -> list[Any]:
        """Ask one addon what it declares: its folders, read by the core's plugins, then its ``hooks.py``.

        Args:
            hook: Name of a ``declare_*`` hook.
            addon: The addon asked; no other addon's implementation is called.

        Returns:
            The items of all answers in one list; empty if there are none.

        Raises:
            HookError: An answer is no list or tuple, or there is no such hook.
        """
        spec = getattr(self.hook, hook).spec
        others = [self._pluggy.get_plugin(name) for name in self.loaded if name != addon.name]
        answers = self._pluggy.subset_hook_caller(spec.name, others)(addon=addon)
        items: list[Any] = []
        for answer in reversed(answers):
            if not isinstance(answer, (list, tuple)):
                values = {"hook": hook, "kind": type(answer).__name__}
                message = Message('The hook "%(hook)s" returns a list, not %(kind)s.', values)
                raise HookError(message, code="hook.result").located(addon=addon.name)
            items.extend(answer)
        return items

    def before_transition(self, env: Environment, record: Model, transition: ActionInfo) -> list[Any]:
        """Call the hook; what it returns holds the transition. Raises what an implementation raises, to veto."""
        answers: list[Any] = self.hook.before_transition(env=env, record=record, transition=transition)
        return answers

    def after_transition(self, env: Environment, record: Model, transition: ActionInfo) -> None:
        """Call the hook."""
        self.hook.after_transition(env=env, record=record, transition=transition)

    def listens(self, hook: str) -> bool:
        """Whether anybody implements a hook; cheap enough to be asked with every save."""
        return bool(getattr(self._pluggy.hook, hook).get_hookimpls())

    def records_saved(
        self, env: Environment, model: str, created: Sequence[int], changed: Mapping[int, Mapping[str, Any]]
    ) -> None:
        """Call the hook."""
        self.hook.records_saved(env=env, model=model, created=created, changed=changed)

    def before_delete(self, env: Environment, model: str, ids: Sequence[int]) -> None:
        """Call the hook; raises what an implementation raises, to veto."""
        self.hook.before_delete(env=env, model=model, ids=ids)

    def records_purged(self, env: Environment, model: str, ids: Sequence[int]) -> None:
        """Call the hook."""
        self.hook.records_purged(env=env, model=model, ids=ids)

    def import_file(self, env: Environment, request: FileImport) -> FileImported | None:
        """Call the hook."""
        answer: FileImported | None = self.hook.import_file(env=env, request=request)
        return answer

    def undo_imports(self, env: Environment, batch: str) -> ImportsUndone | None:
        """Call the hook."""
        answer: ImportsUndone | None = self.hook.undo_imports(env=env, batch=batch)
        return answer

    def addon_enabled(self, env: Environment, addon: Addon) -> None:
        """Call the hook."""
        self.hook.addon_enabled(env=env, addon=addon)

    def addon_disabled(self, env: Environment, addon: Addon) -> None:
        """Call the hook."""
        self.hook.addon_disabled(env=env, addon=addon)

    def implementations(self, hook: str) -> list[str]:
        """Return the names of those who implement a hook, in the order of calling; ``core`` for the core itself."""
        spec = getattr(self.hook, hook).spec
        found = getattr(self._pluggy.hook, spec.name).get_hookimpls()
        return [each.plugin_name for each in reversed(found)]

    @contextmanager
    def registered(self, plugin: object, name: str = "test") -> Iterator[None]:
        """Register a plugin for one block only, last and so called first; for tests.

        Args:
            plugin: A module or object with functions marked by ``hookimpl``, or a mapping of names to such functions.
            name: What stands for an addon's name.

        Raises:
            HookError: It implements a hook that is not there, or with a wrong argument.
        """
        subject = SimpleNamespace(**plugin) if isinstance(plugin, dict) else plugin
        raise_faults(faults_of(subject, name, self.specs), HookError, name)
        self._pluggy.register(subject, name)
        try:
            yield
        finally:
            self._pluggy.unregister(name=name)

    @contextmanager
    def watched(self, listener: Callable[[str, Mapping[str, Any]], None]) -> Iterator[None]:
        """Tell of each call of any hook inside the block, before it happens; for tests.

        Args:
            listener: Called with the hook's name and its arguments by name.
        """
        stop = self._pluggy.add_hookcall_monitoring(
            lambda hook, _implementations, arguments: listener(hook, arguments), lambda *_call: None
        )
        try:
            yield
        finally:
            stop()


def _joined(faults: Sequence[CoreError], loaded: LoadedAddon) -> CoreError:
    try:
        raise_faults(faults, HookError, loaded.name)
    except CoreError as err:
        return err.located(addon=loaded.name)
    return faults[0]
