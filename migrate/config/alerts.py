"""``mappings/alerts/``: rules for whoever watches the target, as Sigma and KQL; this program reads none."""

from __future__ import annotations

from importlib.resources import files

ALERTS_FOLDER = "alerts"


def default_alerts() -> dict[str, str]:
    """The packaged files: text by file name."""
    folder = files("migrate.config").joinpath("defaults", ALERTS_FOLDER)
    return {
        one.name: one.read_text(encoding="utf-8")
        for one in sorted(folder.iterdir(), key=lambda one: one.name)
        if one.name.endswith((".yml", ".kql"))
    }
