"""``python -m core.cli``: the command ``tangram`` where its script is not on the path. Layer: cli."""

from core.cli.main import main

if __name__ == "__main__":
    main()
