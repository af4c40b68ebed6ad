"""A second process that serves the database: ``server_process.py URL FOLDER``; prints its port and serves until it is killed."""

from __future__ import annotations

import sys
from pathlib import Path

from core.app import Application
from core.config.settings import Settings
from core.web.serve import make_server


def main(url: str, folder: str) -> None:
    settings = Settings(
        root=Path(folder),
        data_dir=Path(folder) / "var",
        database_url=url,
        addons_path=(Path(folder) / "addons",),
        language="en",
    )
    server = make_server(Application(settings), address="127.0.0.1", port=0, threads=2)
    sys.stdout.write(f"{server.effective_port}\n")
    sys.stdout.flush()
    server.run()


if __name__ == "__main__":
    main(*sys.argv[1:])
