"""``tangram schemas``: JSON Schemas of view files, for editors (design 1.5). Layer: cli."""

from __future__ import annotations

import json
from pathlib import Path

import click

from core.cli.installation import Installation, pass_installation
from core.views.jsonschema import json_schemas


@click.command("schemas")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False), default=Path("build/schemas"))
@pass_installation
def command(installation: Installation, folder: Path) -> None:
    """Write the JSON Schemas of view files to FOLDER (build/schemas), so that an editor completes and checks them."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, schema in json_schemas().items():
        path = folder / name
        path.write_text(json.dumps(schema, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
        installation.out.print(str(path), markup=False, soft_wrap=True)
