"""The YAML reader for everything an addon brings (layer plugins).

It lives in `core.config.yamlfile`, because settings are read the same way and stand one layer lower.
"""

from core.config.yamlfile import FileModel, KeyPath, YamlFile, check, check_data, load_yaml, parse_yaml

__all__ = ["FileModel", "KeyPath", "YamlFile", "check", "check_data", "load_yaml", "parse_yaml"]
