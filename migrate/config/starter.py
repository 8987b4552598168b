"""What ``pim-migrate init`` writes: a commented ``engagement.toml`` and ``mappings/`` with its defaults."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

from migrate.config.alerts import ALERTS_FOLDER, default_alerts
from migrate.config.baselines import BASELINES_FOLDER, default_baselines
from migrate.config.break_glass import BREAK_GLASS_FILE, default_break_glass_text
from migrate.config.csv_table import header_text
from migrate.config.decisions import DECISIONS_FILE, decisions_text
from migrate.config.engagement import ENGAGEMENT_FILE
from migrate.config.match_rules import MATCH_RULES_FILE, default_match_text
from migrate.config.move import MOVE_FILE, default_move_text
from migrate.config.owners import COLUMNS as OWNERS_COLUMNS
from migrate.config.owners import OPTIONAL as OWNERS_OPTIONAL
from migrate.config.owners import OWNERS_FILE
from migrate.config.tiers import TIERS_FILE, default_tiers_text
from migrate.config.waivers import COLUMNS as WAIVERS_COLUMNS
from migrate.config.waivers import OPTIONAL as WAIVERS_OPTIONAL
from migrate.config.waivers import WAIVERS_FILE
from migrate.config.waves import WAVES_FILE, default_waves_text
from migrate.errors import StateError, UsageError


def write_starter(folder: Path) -> list[Path]:
    """Writes the files into the folder and returns their paths.

    Raises UsageError ``already_there`` naming each file that exists, and then writes nothing; StateError
    ``starter_unwritable`` where the folder cannot be written.
    """
    contents = _contents(folder)
    existing = [path for path in contents if path.exists()]
    if existing:
        raise UsageError(
            f"already there: {', '.join(str(path) for path in existing)}",
            where=str(folder),
            hint="nothing was written; choose another folder, or move these files away",
            code="already_there",
        )
    written: list[Path] = []
    try:
        for path, text in contents.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("x", encoding="utf-8", newline="\n") as file:
                written.append(path)
                file.write(text)
    except OSError as error:
        for path in written:
            path.unlink(missing_ok=True)
        raise StateError(
            f"the starter files cannot be written: {error.strerror or error}",
            where=str(error.filename or folder),
            hint="check that the folder is writable and the disk not full, then run the same command again",
            code="starter_unwritable",
        ) from error
    return written


def _contents(folder: Path) -> dict[Path, str]:
    defaults = files("migrate.config").joinpath("defaults")
    mappings = folder / "mappings"
    return {
        folder / ENGAGEMENT_FILE: defaults.joinpath("engagement.toml").read_text(encoding="utf-8"),
        mappings / MATCH_RULES_FILE: default_match_text(),
        mappings / TIERS_FILE: default_tiers_text(),
        mappings / WAVES_FILE: default_waves_text(),
        mappings / MOVE_FILE: default_move_text(),
        mappings / DECISIONS_FILE: decisions_text([]),
        mappings / BREAK_GLASS_FILE: default_break_glass_text(),
        mappings / OWNERS_FILE: header_text(OWNERS_COLUMNS, OWNERS_OPTIONAL),
        mappings / WAIVERS_FILE: header_text(WAIVERS_COLUMNS, WAIVERS_OPTIONAL),
        **{mappings / BASELINES_FOLDER / name: text for name, text in default_baselines().items()},
        **{mappings / ALERTS_FOLDER / name: text for name, text in default_alerts().items()},
        mappings / "README.md": defaults.joinpath("mappings-readme.md").read_text(encoding="utf-8"),
    }
