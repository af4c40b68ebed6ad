"""``tangram new``: the folder of a new addon, with tests that pass. Layer: cli."""

from __future__ import annotations

import keyword
import re
from dataclasses import dataclass
from pathlib import Path
from string import Template

import click

from core.cli.installation import Installation, pass_installation
from core.errors import AddonError, Where
from core.i18n import _
from core.plugins.addon import BASE
from core.plugins.manifest import ADDON_NAME

SCAFFOLD = Path(__file__).parent / "scaffold"
TITLE = re.compile(r"\w[\w \-]*\Z")
CHINESE = (
    ("Customers", "客户"),
    ("Details", "详情"),
    ("Name", "名称"),
    ("Date", "日期"),
    ("Owner", "负责人"),
    ("Quantity", "数量"),
    ("Price", "单价"),
    ("Amount", "金额"),
    ("State", "状态"),
    ("Note", "备注"),
    ("Draft", "草稿"),
    ("Done", "完成"),
    ("Finish", "完成"),
    ("The quantity must not be negative.", "数量不能为负数。"),
    ("Clerks keep all records", "专员管理全部记录"),
    ("Days before a reminder", "提醒前天数"),
    ("Days after which an unfinished record is shown as late.", "超过此天数仍未完成的记录显示为逾期。"),
)
"""Texts of the scaffold in both languages of the interface."""


@dataclass(frozen=True)
class Names:
    """What an addon called ``crm_visit`` calls its things."""

    name: str
    title: str
    chinese: str

    @property
    def model(self) -> str:
        """Name of its model: ``crm.visit``; of an addon in one word ``visit.record``."""
        area, _underscore, thing = self.name.partition("_")
        return f"{area}.{thing.replace('_', '.')}" if thing else f"{area}.record"

    @property
    def thing(self) -> str:
        """What one record is called in names of files and views."""
        return self.model.partition(".")[2].replace(".", "_")

    @property
    def cls(self) -> str:
        """Name of the class."""
        return "".join(part.capitalize() for part in self.thing.split("_"))

    def values(self) -> dict[str, str]:
        """Return what stands for each name in the scaffold."""
        own = [(self.title, self.chinese), (f"{self.title} of our company", f"本公司的{self.chinese}")]
        own.append((f"{self.title} clerk", f"{self.chinese}专员"))
        texts = dict([*own, *CHINESE])
        messages = "".join(f'\nmsgid "{english}"\nmsgstr "{chinese}"\n' for english, chinese in texts.items())
        return {
            "name": self.name,
            "title": self.title,
            "category": "Customers",
            "model": self.model,
            "thing": self.thing,
            "factory": self.thing,
            "cls": self.cls,
            "messages": messages,
        }


def files(names: Names) -> dict[str, str]:
    """Return the files of a new addon: path below its folder → name in the scaffold."""
    return {
        "manifest.yaml": "manifest.yaml",
        "__init__.py": "__init__.py",
        "README.md": "README.md",
        f"models/{names.thing}.py": "model.py",
        "security/access.yaml": "security.yaml",
        f"views/{names.thing}.yaml": "views.yaml",
        "data/parameters.yaml": "data.yaml",
        "i18n/zh_CN.po": "zh_CN.po",
        "tests/test_contract.py": "test_contract.py",
        f"tests/test_{names.thing}.py": "test_thing.py",
    }


@click.command("new")
@click.argument("name")
@click.option(
    "--path",
    "folder",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder for it; without it addons, else here.",
)
@click.option("--title", help="What it is called in English; without it its name in words.")
@click.option("--chinese", help="What it is called in Chinese; without it the English title.")
@pass_installation
def command(installation: Installation, name: str, folder: Path | None, title: str | None, chinese: str | None) -> None:
    """Make the addon NAME: manifest, model, rights, view, data, translation, README, and tests that pass with pytest."""
    words = title or name.replace("_", " ").capitalize()
    names = Names(name, words, chinese or words)
    where = folder or (Path("addons") if Path("addons").is_dir() else Path())
    target = make_addon(where, names)
    installation.out.print(str(target), markup=False, soft_wrap=True)
    installation.say(_("Try it: python -m pytest %(path)s", path=str(target)))
    if where.resolve() not in _searched(installation):
        installation.say(
            _(
                "To enable it, add %(path)s to addons_path in the settings, or to TANGRAM_ADDONS_PATH.",
                path=str(where.resolve()),
            )
        )


def _searched(installation: Installation) -> set[Path]:
    addons = installation.application.addons
    return {addon.path.parent for addon in addons} | {
        path.resolve() for path in installation.application.settings.addons_path
    }


def make_addon(folder: Path, names: Names) -> Path:
    """Write the files of a new addon and return its folder.

    Raises:
        AddonError: The name is no name, is taken, or there is something already.
    """
    target = folder / names.name
    where = Where(file=str(target))
    if not ADDON_NAME.match(names.name) or keyword.iskeyword(names.name) or names.name == BASE:
        hint = _("small letters, digits and _, beginning with a letter, such as crm_visit")
        raise AddonError(_('"%(name)s" is no name for an addon.', name=names.name), code="addon.name", hint=hint)
    for title in (names.title, names.chinese):
        if not TITLE.match(title):
            raise AddonError(
                _('"%(title)s" is no title: letters, digits, spaces and hyphens.', title=title), code="addon.title"
            )
    if target.exists():
        raise AddonError(_("There is something of this name already."), code="addon.exists", where=where)
    values = names.values()
    for path, source in files(names).items():
        text = Template((SCAFFOLD / f"{source}.txt").read_text(encoding="utf-8")).substitute(values)
        (target / path).parent.mkdir(parents=True, exist_ok=True)
        (target / path).write_text(text, encoding="utf-8")
    return target
