"""Which tenants the lab serves: the ordinary pair, a large one, or those of snapshots."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from migrate.cli import clock
from migrate.errors import UsageError

if TYPE_CHECKING:
    from migrate.config.engagement import Engagement, Guard
    from migrate.store.database import Database
    from migrate.store.snapshot_rows import SnapshotInfo
    from migrate.views.screen import Screen

Seed = dict[str, Any]


@dataclass(frozen=True)
class Tenants:
    """Two seed documents and how the engagement for them has to look."""

    source: Seed
    target: Seed
    told: list[str] = field(default_factory=list)
    """What to tell the person about them."""
    engagement: Engagement | None = None
    """The engagement that snapshots come from: its guard and its mappings go along."""

    def write(self, folder: Path, *, url: str, ca_pem: str) -> Path:
        """Writes an engagement for them into the folder and returns the path of its file."""
        from migrate.lab.seed.engagement import write_engagement

        addresses: dict[str, Any] = {
            "graph_url": f"{url}/v1.0",
            "authority": url,
            "ca_pem": ca_pem.encode("ascii"),
            "source_seed": self.source,
            "target_seed": self.target,
        }
        if self.engagement is None:
            return write_engagement(folder, **addresses)
        listed = ("groups", "administrativeUnits")
        nobody_decided = {row["displayName"] for key in listed for row in self.source[key]}
        path = write_engagement(
            folder,
            **addresses,
            guard=_guard(self.engagement.guard),
            undecided=nobody_decided,
            name=self.engagement.name,
        )
        mappings = self.engagement.mappings_folder
        if mappings.is_dir() and mappings.resolve() != (folder / "mappings").resolve():
            shutil.copytree(mappings, folder / "mappings", dirs_exist_ok=True)
        return path


def ordinary() -> Tenants:
    """Contoso and Fabrikam: some hundred people with planted trouble."""
    from migrate.lab.seed.contoso import contoso
    from migrate.lab.seed.fabrikam import fabrikam

    now = clock.now()
    return Tenants(contoso(now), fabrikam(now))


def large(seed: int, users: int, groups: int | None, eligibilities: int | None) -> Tenants:
    """A pair of any size. Where nothing is said, a tenth as many groups and a 25th as many eligibilities."""
    from migrate.lab.seed.large import large_pair

    try:
        pair = large_pair(
            seed,
            users=users,
            groups=max(50, users // 10) if groups is None else groups,
            eligibilities=max(100, users // 25) if eligibilities is None else eligibilities,
            now=clock.now(),
        )
    except ValueError as error:
        raise UsageError(str(error), hint="ask for more users, or for fewer eligibilities") from error
    return Tenants(pair.source, pair.target)


def from_snapshots(screen: Screen, engagement_path: Path, names: Sequence[str]) -> Tenants:
    """The tenants of one or two snapshots: ids, or ``source`` and ``target`` for the newest of each.

    Where only one tenant is named, the other one is there but empty, with the built-in roles.
    Raises NoState where there is no such snapshot.
    """
    from migrate.cli.context import Context
    from migrate.cli.lab_snapshot import seed_of
    from migrate.store.snapshots import Snapshots

    context = Context.of(engagement_path, screen)
    told: list[str] = []
    made: dict[str, Seed] = {}
    with context.reading() as db:
        for info in [_find(db, name) for name in names]:
            if info.tenant in made:
                raise UsageError(
                    f"two snapshots of the {info.tenant} tenant were named",
                    hint="name one of the source and one of the target",
                )
            seed, notes = seed_of(Snapshots(db), info, _app(info.tenant), clock.now())
            made[info.tenant] = seed
            told += [f"{info.id}: {note}" for note in notes]
    settings = {"source": context.engagement.source, "target": context.engagement.target}
    for side in ("source", "target"):
        if side not in made:
            made[side] = _empty(side, settings[side].tenant_id)
            told.append(f"no snapshot of the {side} tenant was named: it is empty")
    return Tenants(made["source"], made["target"], told, context.engagement)


def _find(db: Database, name: str) -> SnapshotInfo:
    from migrate.errors import NoState
    from migrate.store.snapshots import Snapshots

    snapshots = Snapshots(db)
    if name not in ("source", "target"):
        info = snapshots.get(name)
        if info.sealed_at is None:
            raise NoState(
                f"snapshot {name} was not finished",
                hint="run `pim-migrate snapshot`",
                code="snapshot_unfinished",
            )
        return info
    latest = snapshots.latest("source" if name == "source" else "target")
    if latest is None:
        raise NoState(
            f"there is no snapshot of the {name} tenant yet",
            hint=f"run `pim-migrate snapshot {name}`",
            code="no_snapshot",
        )
    return latest


def _app(side: str) -> dict[str, Any]:
    """Who may sign in: an app with the lab's own secret, which opens nothing else."""
    from migrate.lab.seed.tenants import CONTOSO, FABRIKAM
    from migrate.lab.seed.world import READER_PERMISSIONS, WRITER_PERMISSIONS

    lab = CONTOSO if side == "source" else FABRIKAM
    permissions = READER_PERMISSIONS if side == "source" else WRITER_PERMISSIONS
    return {
        "appId": lab.app_id,
        "secret": lab.secret,
        "displayName": "pim-migrate in the lab",
        "roles": sorted(permissions),
    }


def _empty(side: str, tenant_id: str) -> Seed:
    from migrate.lab.seed.roles import built_in_definitions

    lists = ("users", "groups", "servicePrincipals", "administrativeUnits")
    schedules = ("roleEligibilitySchedules", "groupEligibilitySchedules")
    return {
        "tenantId": tenant_id,
        "displayName": f"Empty {side}",
        "domains": [{"id": f"{side}.invalid", "isDefault": True, "isInitial": True, "isVerified": True}],
        "roleDefinitions": built_in_definitions(),
        "apps": [_app(side)],
        "truth": {},
        **{name: [] for name in (*lists, *schedules)},
    }


def _guard(guard: Guard) -> dict[str, object]:
    shown: dict[str, object] = {
        "protected_principals": list(guard.protected_principals),
        "min_break_glass": guard.min_break_glass,
        "allow_irreversible": list(guard.allow_irreversible),
    }
    if guard.allow_relaxing:
        shown["allow_relaxing"] = True
    if guard.max_writes is not None:
        shown["max_writes"] = guard.max_writes
    return shown
