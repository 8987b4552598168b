"""Writes the folder from which pim-migrate works: `engagement.toml`, the CA of the lab, and a human's
decisions.

Nothing here knows pim-migrate; only the names in the files are shared with it. Secrets are named, never
written.
"""

from __future__ import annotations

import csv
from collections.abc import Collection, Mapping
from pathlib import Path

import orjson

from migrate.lab.seed import trouble
from migrate.lab.seed.draft import Seed
from migrate.lab.seed.roles import Row

SOURCE_SECRET, TARGET_SECRET = "SOURCE_SECRET", "TARGET_SECRET"
COLUMNS = ("kind", "source_id", "target_id", "decision", "reason", "who", "when")
WHO = "consultant@fabrikam.com"


def _names(*planted: trouble.Trouble) -> frozenset[str]:
    return frozenset(reference.partition("/")[2] for one in planted for reference in one.source)


EVERYTHING_ALONG = """\
# What a moved right needs is made in the target, and what governs it is brought to the source's.
# Authentication contexts are not made: once published they stay, and [guard] does not allow that.
[create]
administrative_units = true
groups = true
custom_roles = true
[members]
of_new = true
of_existing = true
[policies]
mode = "copy"
[rights]
beyond_policy = "clamp"
existing = "update"
"""
"""A ``move.toml`` for the whole job, as far as it can be taken back."""

LEFT_UNDECIDED = _names(trouble.UNDECIDED_GROUP, trouble.UNIT_BY_ITS_PEOPLE, trouble.NOT_ONBOARDED_GROUP)
LEFT_BEHIND = _names(trouble.SKIPPED_GROUP)


def secrets(source_seed: Seed, target_seed: Seed) -> dict[str, str]:
    """The environment variables that the engagement file names, with the secrets of the two lab apps."""
    return {
        SOURCE_SECRET: str(source_seed["apps"][0]["secret"]),
        TARGET_SECRET: str(target_seed["apps"][0]["secret"]),
    }


def write_engagement(
    folder: Path,
    *,
    graph_url: str,
    authority: str,
    ca_pem: bytes,
    source_seed: Seed,
    target_seed: Seed,
    guard: Mapping[str, object] | None = None,
    undecided: Collection[str] = LEFT_UNDECIDED,
    mistakes: bool = False,
    when: str = "2026-01-15",
    name: str = "contoso-to-fabrikam",
    move: str = "",
    replication_window: int | None = None,
) -> Path:
    """Writes a complete engagement into `folder` (made if it is not there) and returns the path of its TOML
    file.

    `graph_url` ends in /v1.0. `guard` replaces the default guard as a whole. `undecided` names groups and
    units for which no decision is written; `mistakes` adds decisions that nobody should follow (C04, C05).
    `move` is the text of `move.toml`, without which no such file is written. `replication_window` (seconds)
    says how long reads may lag behind writes: a lab shows every write at once, and needs
    none of the two minutes that Graph does.
    Existing files of the same names are overwritten.
    """
    mappings = folder / "mappings"
    mappings.mkdir(parents=True, exist_ok=True)
    (folder / "ca.pem").write_bytes(ca_pem)
    _write_text(mappings / "match.toml", _match_toml(source_seed, target_seed))
    rows = decisions(source_seed, target_seed, undecided=undecided, when=when)
    if mistakes:
        rows += mistaken_decisions(source_seed, target_seed, when=when)
    with (mappings / "decisions.csv").open("w", encoding="utf-8", newline="") as handle:
        writer = csv.DictWriter(handle, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    if move:
        _write_text(mappings / "move.toml", move)
    path = folder / "engagement.toml"
    sides = (("source", source_seed, SOURCE_SECRET), ("target", target_seed, TARGET_SECRET))
    text = [f"name = {_toml(name)}\n"]
    text += [_side(side, seed, secret, graph_url, authority) for side, seed, secret in sides]
    text.append(_guard(default_guard(target_seed) if guard is None else guard))
    if replication_window is not None:
        text.append(f"[throttle]\n{_pairs({'replication_window': replication_window})}")
    _write_text(path, "\n".join(text))
    return path


def default_guard(target_seed: Seed) -> dict[str, object]:
    """Protects the target's emergency accounts, keeps two of them standing, and allows nothing
    irreversible."""
    return {
        "protected_principals": break_glass_names(target_seed),
        "max_writes": 500,
        "min_break_glass": 2,
        "allow_irreversible": [],
    }


def break_glass_names(seed: Seed) -> list[str]:
    """The sign-in names of a tenant's emergency accounts."""
    keys = {reference.partition("/")[2] for reference in trouble.BREAK_GLASS}
    wanted = {identity for identity, row in seed["truth"].items() if row["key"] in keys}
    found: list[str] = []
    # They come first in every seed: nobody reads on through half a million made rows.
    for user in seed["users"]:
        if len(found) == len(wanted):
            break
        if user["id"] in wanted:
            found.append(user["userPrincipalName"])
    return sorted(found)


def decisions(
    source_seed: Seed,
    target_seed: Seed,
    *,
    undecided: Collection[str] = LEFT_UNDECIDED,
    when: str = "2026-01-15",
) -> list[dict[str, str]]:
    """What a consultant decided about the groups and units that eligibility refers to, as rows of
    decisions.csv."""
    rows: list[dict[str, str]] = []
    used = _referred_to(source_seed)
    for kind, listed in (("group", "groups"), ("administrativeUnit", "administrativeUnits")):
        there: dict[str, list[str]] = {}
        for row in target_seed[listed]:
            there.setdefault(row["displayName"], []).append(row["id"])
        items = [row for row in source_seed[listed] if row["id"] in used]
        for item in sorted(items, key=lambda row: str(row["displayName"])):
            name = item["displayName"]
            if name in undecided:
                continue
            namesakes = there.get(name, [])
            if name in LEFT_BEHIND:
                rows.append(
                    _decision(kind, item["id"], "", "skip", "being retired with the old tenant", when)
                )
            elif len(namesakes) == 1:
                reason = "same name, confirmed by the owner"
                rows.append(_decision(kind, item["id"], namesakes[0], "choose", reason, when))
    return rows


def mistaken_decisions(
    source_seed: Seed, target_seed: Seed, *, when: str = "2026-01-15"
) -> list[dict[str, str]]:
    """Two slips of a hurried hand: a person sent to a deleted account (C05), another one to a group (C04)."""
    here, there = _by_key(source_seed), _by_key(target_seed)
    rows = []
    for source_key, target_key in (
        (("user", "left-behind-3"), ("user", "rehired-elsewhere")),
        (("user", "left-behind-2"), ("group", "FAB-Role-Desk")),
    ):
        if source_key in here and target_key in there:
            rows.append(
                _decision("user", here[source_key], there[target_key], "choose", "found in an old list", when)
            )
    return rows


def _referred_to(seed: Seed) -> set[str]:
    rows: list[Row] = [*seed["roleEligibilitySchedules"], *seed["groupEligibilitySchedules"]]
    found = {str(row["principalId"]) for row in rows}
    found |= {str(row["groupId"]) for row in rows if "groupId" in row}
    return found | {
        str(row["directoryScopeId"]).rpartition("/")[2] for row in rows if "directoryScopeId" in row
    }


def _by_key(seed: Seed) -> dict[tuple[str, str], str]:
    return {(row["kind"], row["key"]): identity for identity, row in seed["truth"].items()}


def _decision(
    kind: str, source_id: str, target_id: str, decision: str, reason: str, when: str
) -> dict[str, str]:
    return dict(zip(COLUMNS, (kind, source_id, target_id, decision, reason, WHO, when), strict=True))


def _match_toml(source_seed: Seed, target_seed: Seed) -> str:
    old, new = (
        next(row["id"] for row in seed["domains"] if row["isDefault"]) for seed in (source_seed, target_seed)
    )
    return (
        f"# Addresses of the first domain live on under the second.\n[domains]\n{_toml(old)} = {_toml(new)}\n"
    )


def _side(side: str, seed: Seed, secret: str, graph_url: str, authority: str) -> str:
    tenant = {
        "tenant_id": seed["tenantId"],
        "cloud": "global",
        "graph_url": graph_url,
        "authority": authority,
        "ca_bundle": "ca.pem",
    }
    credential = {"kind": "client_secret", "client_id": seed["apps"][0]["appId"], "secret_env": secret}
    return f"[{side}]\n{_pairs(tenant)}\n[{side}.credential]\n{_pairs(credential)}"


def _guard(guard: Mapping[str, object]) -> str:
    return f"[guard]\n{_pairs(guard)}"


def _pairs(values: Mapping[str, object]) -> str:
    return "".join(f"{key} = {_toml(value)}\n" for key, value in values.items())


def _toml(value: object) -> str:
    """Strings, whole numbers, truth values and lists of them are written alike in JSON and TOML."""
    return orjson.dumps(value).decode("utf-8")


def _write_text(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8", newline="\n")
