"""``tangram doctor``: what is wrong with an installation, and how to mend it. Layer: cli."""

from __future__ import annotations

import json

import click

from core.cli.checks import Finding, examine
from core.cli.errors import FAILED
from core.cli.installation import Installation, pass_installation

SIGNS = {"error": "✗", "warning": "!"}


@click.command("doctor")
@click.option("--json", "as_json", is_flag=True, help="Print the findings as JSON.")
@pass_installation
@click.pass_context
def command(ctx: click.Context, installation: Installation, as_json: bool) -> None:
    """Look for what is wrong with the installation and say how to mend it; changes nothing.

    Exit code 1 if there is an error, 0 if all is well or there are only warnings.
    """
    found = list(examine(installation))
    if as_json:
        click.echo(json.dumps([as_data(installation, each) for each in found], ensure_ascii=False, indent=1))
    else:
        for each in found:
            _print(installation, each)
        errors = sum(each.level == "error" for each in found)
        summary = f"{errors} errors, {len(found) - errors} warnings" if found else "✓ Nothing is wrong."
        installation.out.print(summary, markup=False)
    if any(each.level == "error" for each in found):
        ctx.exit(FAILED)


def as_data(installation: Installation, finding: Finding) -> dict[str, str]:
    """Return a finding in plain JSON types."""
    text = installation.language.text
    return {
        "id": finding.id,
        "level": finding.level,
        "message": text(finding.message),
        "hint": text(finding.hint) if finding.hint else "",
        "place": finding.place,
    }


def _print(installation: Installation, finding: Finding) -> None:
    shown = as_data(installation, finding)
    lines = [f"{SIGNS[finding.level]} {shown['id']}: {shown['message']}"]
    lines += [f"    at: {shown['place']}"] if shown["place"] else []
    lines += [f"    hint: {shown['hint']}"] if shown["hint"] else []
    for line in lines:
        installation.out.print(line, markup=False, soft_wrap=True)
