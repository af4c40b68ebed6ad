"""Hooks: order of calls, faults told on their addon, calls checked, single implementations measured."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import Any

import pytest

from core.errors import CoreError, HookError
from core.plugins import AddonSet, LoadedAddon, PluginManager, hookimpl, load_addons
from core.plugins.spec import __doc__ as spec_doc

Write = Callable[..., Path]
IMPORTS = "from core.plugins import hookimpl, hookspec\n"
SPEC = IMPORTS + "@hookspec\ndef shop_sold(order, amount):\n    '''Act on a sale.'''\n"


def implementation(name: str, arguments: str = "", result: str = "None") -> str:
    return f"{IMPORTS}@hookimpl\ndef {name}({arguments}):\n    return {result}\n"


@pytest.fixture
def loaded(found: Callable[..., AddonSet]) -> Callable[..., list[LoadedAddon]]:
    def load(*names: str) -> list[LoadedAddon]:
        return load_addons(found().sorted(names))[0]

    return load


@pytest.fixture
def shop(write: Write, loaded: Callable[..., list[LoadedAddon]]) -> list[LoadedAddon]:
    """Three addons in a chain; the first offers a hook, all implement it."""
    write("shop_a", {"hookspecs.py": SPEC, "hooks.py": implementation("shop_sold", "order", "('a', order)")})
    write("shop_b", {"hooks.py": implementation("shop_sold", "amount", "('b', amount)")}, depends=("shop_a",))
    write("shop_c", {"hooks.py": implementation("shop_sold", "", "None")}, depends=("shop_b",))
    return loaded("shop_a", "shop_b", "shop_c")


def test_last_in_dependency_order_is_called_first_and_none_is_left_out(shop: list[LoadedAddon]) -> None:
    manager = PluginManager(shop)
    assert manager.broken == {}
    assert manager.implementations("shop_sold") == ["shop_c", "shop_b", "shop_a"]
    assert manager.hook.shop_sold(order="o", amount=3) == [("b", 3), ("a", "o")]


def test_hook_without_implementation_gives_nothing() -> None:
    assert PluginManager().hook.addon_enabled(env=None, addon=None) == []


def test_unknown_hook_proposes_the_nearest(shop: list[LoadedAddon]) -> None:
    manager = PluginManager(shop)
    with pytest.raises(HookError, match=r'Unknown hook "shop_sol"\. \(did you mean "shop_sold"\?\)'):
        manager.hook.shop_sol(order=1, amount=1)
    assert not hasattr(manager.hook, "__wrapped__")
    assert "shop_sold" in dir(manager.hook)


def test_call_with_wrong_arguments_is_refused(shop: list[LoadedAddon]) -> None:
    hook = PluginManager(shop).hook
    with pytest.raises(HookError, match="called without amount"):
        hook.shop_sold(order=1)
    with pytest.raises(HookError, match='did you mean "amount"'):
        hook.shop_sold(order=1, amont=1)


def test_specification_tells_its_addon_and_words(shop: list[LoadedAddon]) -> None:
    spec = PluginManager(shop).specs["shop_sold"]
    assert (spec.addon, spec.arguments, spec.doc) == ("shop_a", ("order", "amount"), "Act on a sale.")


@pytest.mark.parametrize(
    ("hooks", "told"),
    [
        (implementation("shop_sol"), 'hooks.py:2, addon shop_x: Unknown hook "shop_sol". (did you mean "shop_sold"?)'),
        (implementation("shop_sold", "ordr"), 'Unknown argument "ordr". (did you mean "order"?)'),
        (implementation("before_transition", "record, transitoin"), '(did you mean "transition"?)'),
    ],
)
def test_wrong_implementation_breaks_its_addon_and_dependents_only(
    write: Write, loaded: Callable[..., list[LoadedAddon]], hooks: str, told: str
) -> None:
    write("shop_a", {"hookspecs.py": SPEC, "hooks.py": implementation("shop_sold", "order", "order")})
    write("shop_x", {"hooks.py": hooks}, depends=("shop_a",))
    write("shop_y", depends=("shop_x",))
    manager = PluginManager(loaded("shop_a", "shop_x", "shop_y"))
    assert told in str(manager.broken["shop_x"])
    assert 'needs the addon "shop_x", which is broken' in str(manager.broken["shop_y"])
    assert list(manager.loaded) == ["shop_a"]
    assert manager.hook.shop_sold(order=1, amount=2) == [1]


def test_all_faults_of_one_addon_come_at_once(write: Write, loaded: Callable[..., list[LoadedAddon]]) -> None:
    write(
        "shop_x", {"hooks.py": implementation("befor_transition") + implementation("after_transition", "recrd, envv")}
    )
    error = PluginManager(loaded("shop_x")).broken["shop_x"]
    assert len(error.faults) == 3
    assert error.where.addon == "shop_x"


def test_hook_of_two_addons_is_an_error_naming_both(write: Write, loaded: Callable[..., list[LoadedAddon]]) -> None:
    write("shop_a", {"hookspecs.py": SPEC})
    write("shop_b", {"hookspecs.py": SPEC})
    manager = PluginManager(loaded("shop_a", "shop_b"))
    assert set(manager.broken) == {"shop_b"}
    assert 'specified by "shop_a" and by "shop_b"' in str(manager.broken["shop_b"])
    assert manager.specs["shop_sold"].addon == "shop_a"


def test_hook_of_the_core_can_not_be_specified_again(write: Write, loaded: Callable[..., list[LoadedAddon]]) -> None:
    write("shop_a", {"hookspecs.py": IMPORTS + "@hookspec\ndef addon_enabled(env): ...\n"})
    assert 'by "core" and by "shop_a"' in str(PluginManager(loaded("shop_a")).broken["shop_a"])


def test_hooks_of_a_broken_addon_are_gone_for_the_others(
    write: Write, loaded: Callable[..., list[LoadedAddon]]
) -> None:
    write("shop_a", {"hookspecs.py": SPEC, "hooks.py": implementation("nonsense")})
    write("shop_b", {"hooks.py": implementation("shop_sold")})
    assert set(PluginManager(loaded("shop_a", "shop_b")).broken) == {"shop_a", "shop_b"}


def test_optional_hook_may_be_missing(write: Write, loaded: Callable[..., list[LoadedAddon]]) -> None:
    text = IMPORTS + "@hookimpl(optionalhook=True)\ndef shop_sold(order): return order\n"
    write("shop_b", {"hooks.py": text})
    assert PluginManager(loaded("shop_b")).broken == {}


class Folders:
    """Stands for the core's reading of folders."""

    @hookimpl
    def declare_models(self, addon: Any) -> list[str]:
        return [f"folder of {addon.name}"]


def test_declarations_are_asked_of_one_addon_and_add_to_its_folders(
    write: Write, loaded: Callable[..., list[LoadedAddon]]
) -> None:
    write("shop_a", {"hooks.py": implementation("declare_models", "addon", "['made', addon.name]")})
    write("shop_b", {"hooks.py": implementation("declare_models", "", "[1]")})
    write("shop_c", {"hooks.py": implementation("declare_models", "", "1")})
    manager = PluginManager(loaded("shop_a", "shop_b", "shop_c"), [Folders()])
    addons = {name: each.addon for name, each in manager.loaded.items()}
    assert manager.declarations("declare_models", addons["shop_a"]) == ["folder of shop_a", "made", "shop_a"]
    assert manager.declarations("declare_models", addons["shop_b"]) == ["folder of shop_b", 1]
    assert manager.declarations("declare_views", addons["shop_b"]) == []
    with pytest.raises(HookError, match=r"addon shop_c: .*returns a list, not int"):
        manager.declarations("declare_models", addons["shop_c"])


def test_wrong_plugin_of_the_core_is_raised() -> None:
    class Wrong:
        @hookimpl
        def declare_model(self) -> None: ...

    with pytest.raises(HookError, match='did you mean "declare_models"'):
        PluginManager((), [Wrong()])


def test_plugin_may_be_registered_for_one_block(shop: list[LoadedAddon]) -> None:
    manager = PluginManager(shop)

    @hookimpl
    def shop_sold(order: str) -> str:
        return f"test {order}"

    with manager.registered({"shop_sold": shop_sold}):
        assert manager.hook.shop_sold(order="o", amount=1)[0] == "test o"
    assert manager.hook.shop_sold(order="o", amount=1)[0] == ("b", 1)
    with pytest.raises(HookError), manager.registered({"sold": shop_sold}):
        pass


def test_exception_of_an_implementation_goes_to_the_caller() -> None:
    class Veto:
        @hookimpl
        def before_transition(self, record: Any) -> None:
            raise CoreError(f"not {record}")

    manager = PluginManager()
    with manager.registered(Veto()), pytest.raises(CoreError, match="not now"):
        manager.before_transition(None, "now", None)  # type: ignore[arg-type]


def test_every_single_implementation_is_measured_while_somebody_listens(shop: list[LoadedAddon]) -> None:
    manager = PluginManager(shop)
    calls: list[tuple[str, ...]] = []

    @contextmanager
    def listen(*call: str) -> Iterator[None]:
        calls.append(("begin", *call))
        yield
        calls.append(("end", *call))

    manager.on_call = listen
    assert manager.hook.shop_sold(order="o", amount=3) == [("b", 3), ("a", "o")]
    manager.on_call = None
    manager.hook.shop_sold(order="o", amount=3)
    assert calls == [(when, "shop_sold", name) for name in ("shop_c", "shop_b", "shop_a") for when in ("begin", "end")]


def test_wrappers_are_measured_and_still_wrap(shop: list[LoadedAddon]) -> None:
    class Wrapper:
        @hookimpl(wrapper=True)
        def shop_sold(self) -> Generator[None, list[Any], list[Any]]:
            try:
                return [*(yield), "wrapped"]
            except KeyError:
                return ["saved"]

    class Failing:
        @hookimpl
        def shop_sold(self) -> None:
            raise KeyError

    manager = PluginManager(shop)
    calls: list[str] = []

    def listen(hook: str, addon: str) -> AbstractContextManager[None]:
        calls.append(addon)
        return nullcontext()

    manager.on_call = listen
    with manager.registered(Wrapper(), "wrapper"):
        assert manager.hook.shop_sold(order=1, amount=1)[-1] == "wrapped"
        with manager.registered(Failing(), "failing"):
            assert manager.hook.shop_sold(order=1, amount=1) == ["saved"]
    assert calls.count("wrapper") == 4, "both halves of both calls"


def test_two_managers_know_nothing_of_each_other(shop: list[LoadedAddon]) -> None:
    whole, small = PluginManager(shop), PluginManager(shop[:1])
    assert small.implementations("shop_sold") == ["shop_a"]
    assert whole.implementations("shop_sold") == ["shop_c", "shop_b", "shop_a"]


def test_every_hook_of_the_core_is_documented() -> None:
    assert spec_doc
    for spec in PluginManager().specs.values():
        assert "Called:" in spec.doc, spec.name
        assert all(f"{argument}:" in spec.doc for argument in spec.arguments), spec.name
