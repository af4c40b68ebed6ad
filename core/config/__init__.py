"""Typed settings and the checked reading of YAML files (layer config; only `core.errors` stands below)."""

from core.config.settings import SettingInfo, Settings, load_settings, setting_infos

__all__ = ["SettingInfo", "Settings", "load_settings", "setting_infos"]
