"""A worker as a process of its own, to be killed: ``python -m tests.integration.mail.mail_process DATABASE_URL FOLDER JOB``."""

from __future__ import annotations

import sys
from pathlib import Path

from core.app import Application
from core.config import Settings
from core.jobs import InProcessCarrier, Runner


def settings_for(url: str, folder: Path) -> Settings:
    """Return the settings that the test and its workers share."""
    return Settings(root=folder, data_dir=folder / "var", database_url=url, language="en", timezone="UTC")


def main() -> None:
    """Run one job and say what became of it."""
    url, folder, job_id = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])
    app = Application(settings_for(url, folder), carrier=InProcessCarrier())
    sys.stdout.write(f"{Runner(app, app.carrier, watched=False).run('default', job_id)}\n")
    app.close()


if __name__ == "__main__":
    main()
