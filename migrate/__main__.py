"""``python -m migrate``: the same command as ``pim-migrate``."""

from migrate.cli.main import main

if __name__ == "__main__":
    main()
