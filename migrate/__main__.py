"""``python -m migrate`` and the console script ``pim-migrate``: the same command."""

import sys


def main() -> None:
    """Loads the command and runs it; Ctrl-C while it still loads ends as quietly as later."""
    try:
        from migrate.cli.main import main as command

        command()
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main()
