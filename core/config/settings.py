"""All settings of an installation, typed and frozen, with the description that the reference prints (layer config).

A setting is known here or it does not exist. What an administrator changes while the system runs (parameters, numbering
rules) is data of the base addon and no setting.
"""

from __future__ import annotations

import difflib
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, get_origin
from zoneinfo import ZoneInfo

from pydantic import Field, ValidationError, field_validator, model_validator

from core.config.problems import translated
from core.config.yamlfile import FileModel, KeyPath, YamlFile, load_yaml, parse_yaml
from core.errors import ConfigError, CoreError, Message, Where, raise_faults, unknown

PREFIX = "TANGRAM_"
"""Every setting may be given by the environment variable of this prefix and its name in capitals."""
DEFAULT_FILE = Path("config/default.yaml")
"""Read, where it exists below the working directory, when neither an argument nor ``TANGRAM_CONFIG`` names a file."""
DEFAULT_DATABASE = "default"
"""Name of the database that ``database_url`` gives."""

_SQLITE_FILE = re.compile(r"(sqlite(?:\+\w+)?:///)(?!/|:memory:|file:|[A-Za-z]:)([^?]+)(.*)\Z")


class Settings(FileModel):
    """Settings of one `Application`; made by `load_settings`, or directly in tests.

    Relative paths of a file start from the folder above ``config/``, those of an environment variable from the working
    directory; after reading, all paths and SQLite addresses are absolute.
    """

    root: Path = Field(default_factory=Path.cwd, exclude=True)
    """Folder that relative paths start from; never read from a file or variable."""

    database_url: str = Field("", description="Address of the database. Empty: the file `tangram.db` in `data_dir`.")
    databases: dict[str, str] = Field({}, description="Further databases served by this process: name to address.")
    hosts: dict[str, str] = Field(
        {}, description="Host name of a request to the name of its database. Other hosts get `default`."
    )
    pool_size: int = Field(10, ge=1, le=200, description="Most connections that one process keeps to one database.")
    transaction_retries: int = Field(
        5, ge=0, le=50, description="How often a transaction is run again after a serialization failure or a deadlock."
    )
    addons_path: tuple[Path, ...] = Field(
        (), description="Folders searched for addons, besides the built-in ones and installed packages."
    )
    data_dir: Path = Field(
        Path("var"), description="Folder for what the system writes: attachments, exports of removed addons, job queue."
    )
    language: str = Field(
        "zh_CN", pattern=r"^[a-z]{2,3}(_[A-Z][A-Za-z]+)*$", description="Language of a new database and of guests."
    )
    timezone: str = Field("Asia/Shanghai", description="Time zone of a new company, by its IANA name.")
    currency: str = Field("CNY", pattern=r"^[A-Z]{3}$", description="Currency of a new company, by its ISO 4217 code.")
    attachments: Literal["disk", "database"] = Field(
        "disk", description="Where attached files are kept: in `data_dir` or in the database."
    )
    attachment_max_mb: int = Field(50, ge=1, le=2048, description="Largest file that may be uploaded, in MiB.")
    jobs_url: str = Field(
        "",
        description="Carrier of background jobs: a `postgresql://` or `redis://` address. Empty: a file in `data_dir`.",
    )
    job_threads: int = Field(2, ge=0, le=64, description="Threads of one process that run jobs; 0 runs none in it.")
    host: str = Field("127.0.0.1", description="Address that the web server listens on.")
    port: int = Field(8069, ge=0, le=65535, description="Port that the web server listens on; 0 takes any free one.")
    web_threads: int = Field(8, ge=1, le=256, description="Threads of one process that answer requests.")
    trusted_proxies: int = Field(0, ge=0, le=8, description="How many reverse proxies in front are believed.")
    secure_cookies: bool = Field(False, description="Send cookies over HTTPS only; switch on wherever HTTPS is used.")
    public_url: str = Field(
        "",
        pattern=r"^(https?://[^/\s?#@]+)?$",
        description="Address under which people reach the system, such as `https://crm.example.com`; links in mails begin with it.",
    )
    mail_url: str = Field(
        "",
        description="How mails are sent: `smtp://user:password@host:587`, `smtps://…`, or `file:///folder` to write them there. "
        "Empty: none are.",
    )
    mail_from: str = Field("tangram@localhost", description="Sender of mails.")
    secret_key_file: Path = Field(
        Path("secret.key"),
        description="File of the key that seals stored passwords, such as those of mail accounts; made when missing; relative to `data_dir`.",
    )
    event_private_addresses: bool = Field(
        False,
        description="Let event calls go to private addresses, and without HTTPS; for receivers in the own network.",
    )
    trace: bool = Field(
        False, description="Record, per addon, hook calls, computed fields, constraints and statements."
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field("info", description="Least severe lines logged.")
    log_format: Literal["json", "text"] = Field(
        "json", description="How a server logs: a line of JSON each, or for people."
    )
    metrics_token: str = Field(
        "", description="Token that may read `/metrics`. Empty: only programs on the same machine may."
    )

    @model_validator(mode="before")
    @classmethod
    def _make_absolute(cls, data: Any) -> Any:
        """Fill in what depends on other settings, make paths absolute; wrong types are left for the check to tell."""
        if not isinstance(data, Mapping):
            return data
        values = dict(data)
        root = Path(values.get("root") or Path.cwd()).absolute()
        values["root"] = root
        if isinstance(given := values.get("data_dir", Path("var")), (str, Path)):
            data_dir = values["data_dir"] = root / Path(given).expanduser()
            values.setdefault("database_url", "")
            values["database_url"] = values["database_url"] or f"sqlite:///{data_dir / 'tangram.db'}"
            if isinstance(key_file := values.get("secret_key_file", Path("secret.key")), (str, Path)):
                values["secret_key_file"] = data_dir / key_file
        if isinstance(values["database_url"], str):
            values["database_url"] = database_address(values["database_url"], root)
        if isinstance(more := values.get("databases"), Mapping):
            values["databases"] = {
                name: database_address(url, root) if isinstance(url, str) else url for name, url in more.items()
            }
        if isinstance(folders := values.get("addons_path"), (list, tuple)):
            values["addons_path"] = [
                root / Path(folder).expanduser() if isinstance(folder, (str, Path)) else folder for folder in folders
            ]
        return values

    @field_validator("timezone")
    @classmethod
    def _known_timezone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (KeyError, ValueError, OSError) as err:
            raise ValueError(Message('There is no time zone "%(name)s".', {"name": value})) from err
        return value

    @field_validator("databases")
    @classmethod
    def _free_names(cls, value: dict[str, str]) -> dict[str, str]:
        if DEFAULT_DATABASE in value:
            raise ValueError(Message('The database "default" is given by "database_url".'))
        return value

    @model_validator(mode="after")
    def _hosts_have_databases(self) -> Settings:
        known = [DEFAULT_DATABASE, *self.databases]
        for host, name in self.hosts.items():
            if name not in known:
                raise ValueError(unknown("database", name, known, ConfigError, where=Where(key=f"hosts.{host}")))
        return self

    @property
    def database_names(self) -> list[str]:
        """Names of all databases served, ``default`` first."""
        return [DEFAULT_DATABASE, *self.databases]

    def url_of(self, database: str | None = None) -> str:
        """Return the address of a database; None means the default one.

        Raises:
            ConfigError: No database has this name.
        """
        if database is None or database == DEFAULT_DATABASE:
            return self.database_url
        if database not in self.databases:
            raise unknown("database", database, self.database_names, ConfigError)
        return self.databases[database]

    def database_of_host(self, host: str) -> str:
        """Return the name of the database that serves a host name (a port is ignored)."""
        return self.hosts.get(host.partition(":")[0].lower(), DEFAULT_DATABASE)


def database_address(url: str, root: Path) -> str:
    """Return ``url`` with a relative SQLite file made absolute and the driver of PostgreSQL filled in."""
    if found := _SQLITE_FILE.match(url):
        scheme, name, rest = found.groups()
        return f"{scheme}{root / name}{rest}"
    scheme, mark, rest = url.partition("://")
    if mark and scheme in ("postgres", "postgresql"):
        # SQLAlchemy would take psycopg2 for the bare name, which we don't install.
        return f"postgresql+psycopg://{rest}"
    return url


def load_settings(
    path: Path | str | None = None, environ: Mapping[str, str] | None = None, **overrides: Any
) -> Settings:
    """Read the settings once: defaults, then the file, then ``TANGRAM_*`` variables, then ``overrides``.

    Args:
        path: YAML file; None: ``TANGRAM_CONFIG``, else ``config/default.yaml`` where it exists, else defaults only.
        environ: Environment variables; None takes those of the process.
        overrides: Settings by name that win over all, for tests and command-line options; None values are skipped.

    Raises:
        ConfigError: The file can't be read, or settings are unknown or wrong; holds all faults.
    """
    environ = os.environ if environ is None else environ
    chosen = path or environ.get(f"{PREFIX}CONFIG") or (DEFAULT_FILE if DEFAULT_FILE.is_file() else None)
    file = load_yaml(chosen, ConfigError) if chosen else None
    values, faults = _from_file(file)
    variables, more = _from_environment(environ)
    faults += more
    values |= variables | {name: value for name, value in overrides.items() if value is not None}
    root = _root(Path(chosen)) if chosen else Path.cwd()

    def place(key: KeyPath) -> Where:
        name = str(key[0]) if key else None
        if name in overrides:
            return Where(key=".".join(map(str, key)))
        if name in variables:
            return Where(key=f"{PREFIX}{name.upper()}")
        return file.where(key) if file else Where(key=".".join(map(str, key)) or None)

    try:
        settings = Settings.model_validate({**values, "root": root})
    except ValidationError as err:
        faults += translated(err, values, Settings, ConfigError, place)
    raise_faults(faults, ConfigError, str(chosen or "settings"))
    return settings


def _root(path: Path) -> Path:
    folder = path.absolute().parent
    return folder.parent if folder.name == "config" else folder


def _from_file(file: YamlFile | None) -> tuple[dict[str, Any], list[CoreError]]:
    if file is None or file.data is None:
        return {}, []
    if not isinstance(file.data, dict):
        return {}, [ConfigError(Message("Expected a mapping of settings."), where=file.where())]
    values = dict(file.data)
    # `root` is an attribute of Settings but no setting.
    values.pop("root", None)
    faults = []
    if "root" in file.data:
        faults.append(
            unknown("key", "root", _names(), ConfigError, where=file.where(("root",)), code="config.unknown_key")
        )
    return values, faults


def _from_environment(environ: Mapping[str, str]) -> tuple[dict[str, Any], list[CoreError]]:
    """Return the settings given by variables.

    A variable that is nearly a setting's is a typing error; others of our prefix (``TANGRAM_TEST_POSTGRES``) belong to
    tools.
    """
    names = _names()
    values: dict[str, Any] = {}
    faults: list[CoreError] = []
    for variable, text in sorted(environ.items()):
        name = variable.removeprefix(PREFIX).lower()
        if not variable.startswith(PREFIX) or name == "config":
            continue
        if name in names:
            try:
                values[name] = _typed(name, text)
            except CoreError as err:
                faults.append(ConfigError(err.message, hint=err.hint, where=Where(key=variable)))
        elif difflib.get_close_matches(name, names, n=1, cutoff=0.85):
            known = [f"{PREFIX}{known.upper()}" for known in names]
            faults.append(unknown("setting", variable, known, ConfigError, code="config.unknown_key"))
    return values, faults


def _typed(name: str, text: str) -> Any:
    """Turn a variable's text into what the check takes: lists and mappings here, all else by the check itself."""
    annotation = Settings.model_fields[name].annotation
    if get_origin(annotation) is tuple:
        return [Path(part).absolute() for part in text.split(os.pathsep) if part]
    if get_origin(annotation) is dict:
        return parse_yaml(text, Path(name), ConfigError).data or {}
    if annotation is Path:
        return text if name == "secret_key_file" else Path(text).absolute()
    if name == "database_url":
        return database_address(text, Path.cwd())
    return text


def _names() -> list[str]:
    return [name for name in Settings.model_fields if name != "root"]


@dataclass(frozen=True)
class SettingInfo:
    """What the reference tells of one setting."""

    name: str
    variable: str
    """Environment variable that gives it."""
    kind: str
    """Type in words of Python, such as ``int`` or ``"disk" or "database"``."""
    default: Any
    description: str


def setting_infos() -> list[SettingInfo]:
    """Return all settings in the order of the reference."""
    infos = []
    for name in _names():
        info = Settings.model_fields[name]
        if get_origin(info.annotation) is Literal:
            kind = " or ".join(f'"{choice}"' for choice in info.annotation.__args__)  # type: ignore[union-attr]  # is a Literal
        else:
            kind = getattr(info.annotation, "__name__", "") if not get_origin(info.annotation) else str(info.annotation)
        default = info.default
        infos.append(SettingInfo(name, f"{PREFIX}{name.upper()}", kind, default, info.description or ""))
    return infos
