"""Addons and hooks (layer plugins): manifests, discovery, dependency graph, loading, hook specifications."""

from core.plugins.addon import BASE, Addon
from core.plugins.addonset import AddonSet
from core.plugins.discovery import discover
from core.plugins.hookcalls import HookNamespace
from core.plugins.loader import LoadedAddon, load_addon, load_addons
from core.plugins.manager import PluginManager
from core.plugins.manifest import CORE_VERSION, Manifest
from core.plugins.markers import hookimpl, hookspec

__all__ = [
    "BASE",
    "CORE_VERSION",
    "Addon",
    "AddonSet",
    "HookNamespace",
    "LoadedAddon",
    "Manifest",
    "PluginManager",
    "discover",
    "hookimpl",
    "hookspec",
    "load_addon",
    "load_addons",
]
