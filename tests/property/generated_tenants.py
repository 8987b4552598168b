"""Pairs of tenants made at random, with the truth about who is who and every way in which they mislead.

Each source person has a true counterpart or none. What the two accounts share, and what stands on the
accounts of others, is drawn: namesakes with the same address, numbers that both companies gave out, swapped
numbers, twins, a second account of the same person, guests, deleted accounts.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from typing import Any

from tenant_pairs import ELIGIBILITY, SOURCE, TARGET, built_in, ident, right, view

from migrate.resolve.tenant_view import TenantView

Row = dict[str, Any]
GIVEN = ("Anna", "Ben", "Carla", "Dora", "Emil", "Zoë")
HARMLESS = frozenset({"deleted account", "disabled duplicate", "hostile name"})
"""Troubles that put nothing in doubt by themselves."""
HOSTILE = ("=cmd|'/c calc'!A1", "\u202eecilA", "A" * 10_000, "'; DROP TABLE objects;--", "a\x00b\tc")
SURNAMES = ("Smith", "Miller", "Garcia", "Kim", "Okafor", "Berg")
TROUBLES = (
    "namesake",
    "namesake without number",
    "other person at the address",
    "number given twice",
    "swapped numbers",
    "twin",
    "second account",
    "guest beside member",
    "deleted account",
    "rehired",
    "disabled duplicate",
    "guest of another",
    "hostile name",
)
LINKS = (
    "anchor",
    "sid",
    "number",
    "upn",
    "mail",
    "proxy",
    "guest",
    "guest by name",
    "nickname",
    "name",
    "none",
)
UNSETTLED = frozenset({"name", "nickname"})
"""Links that are no evidence."""
ANCHORS = frozenset({"anchor", "sid"})
DOMAINS = {
    SOURCE: ("contoso.com", "contoso.onmicrosoft.com"),
    TARGET: ("fabrikam.com", "fabrikam.onmicrosoft.com"),
}


@dataclass
class Pair:
    """Source and target, and the true target id of each source user (absent where there is none)."""

    source: TenantView
    target: TenantView
    truth: dict[str, str]
    settled: set[str]
    """Source users whom shared evidence settles and nothing puts in doubt."""
    troubles: list[str] = field(default_factory=list)


def generated(seed: int, people: int = 8) -> Pair:
    dice = random.Random(seed)
    ours: list[Row] = []
    theirs: list[Row] = []
    truth: dict[str, str] = {}
    settled: set[str] = set()
    told: list[str] = []
    names = [(given, surname) for given in GIVEN for surname in SURNAMES]
    for number, (given, surname) in enumerate(dice.sample(names, people)):
        name, local = f"{given} {surname}", f"{given}.{surname}".lower()
        here = _account(f"s{seed}-{number}", name, local, "contoso.com", number)
        there = _account(f"t{seed}-{number}", name, f"x{number}", "fabrikam.com", None)
        ours.append(here)
        link = dice.choice(LINKS)
        if link == "anchor":
            there["onPremisesImmutableId"] = here["onPremisesImmutableId"]
        elif link == "sid":
            there["onPremisesSecurityIdentifier"] = here["onPremisesSecurityIdentifier"]
        elif link == "number":
            there["employeeId"] = here["employeeId"]
        elif link == "upn":
            there["userPrincipalName"] = f"{local}@fabrikam.com"
        elif link == "mail":
            there["mail"] = f"{local}@fabrikam.com"
        elif link == "proxy":
            there["proxyAddresses"] = [f"SMTP:{there['mail']}", f"smtp:{local}@FABRIKAM.com"]
        elif link == "guest":
            there |= _guest(f"x{number}_contoso.com", str(here["mail"]))
        elif link == "guest by name":
            there |= _guest(f"{local}_contoso.com", None)
        elif link == "nickname":
            here["mailNickname"] = there["mailNickname"] = local
        if link != "none":
            theirs.append(there)
            truth[here["id"]] = there["id"]
            if link not in UNSETTLED:
                settled.add(here["id"])
        if dice.random() < 0.5:
            trouble = dice.choice(TROUBLES)
            told.append(trouble)
            if trouble not in HARMLESS or (trouble == "disabled duplicate" and link not in ANCHORS):
                settled.discard(here["id"])
            _plant(trouble, dice, here, there if link != "none" else None, ours, theirs, truth, settled)
    dice.shuffle(ours)
    dice.shuffle(theirs)
    rights = [right(f"right {one['id']}", one["id"]) for one in ours if dice.random() < 0.8]
    return Pair(
        view(SOURCE, {"user": ours, ELIGIBILITY: rights, **_settings(SOURCE)}),
        view(TARGET, {"user": theirs, **_settings(TARGET)}),
        truth,
        settled,
        told,
    )


def _settings(tenant: str) -> dict[str, list[Row]]:
    domains = [{"name": one} for one in DOMAINS[tenant]]
    return {"roleDefinition": [built_in()], "organization": [{"id": tenant, "verifiedDomains": domains}]}


def _guest(nickname: str, mail: str | None) -> Row:
    upn = f"{nickname}#EXT#@fabrikam.onmicrosoft.com"
    return {"userPrincipalName": upn, "mail": mail, "userType": "Guest"}


def _account(key: str, name: str, local: str, domain: str, number: int | None) -> Row:
    address = f"{local}@{domain}"
    anchors = {"onPremisesImmutableId": f"{key}==", "onPremisesSecurityIdentifier": f"S-1-5-{key}"}
    return {
        "id": ident(key),
        "displayName": name,
        "userPrincipalName": address,
        "mail": address,
        "employeeId": None if number is None else str(1000 + number),
        "userType": "Member",
        **(anchors if number is not None else {}),
    }


def _plant(
    trouble: str,
    dice: random.Random,
    here: Row,
    there: Row | None,
    ours: list[Row],
    theirs: list[Row],
    truth: dict[str, str],
    settled: set[str],
) -> None:
    """Adds or changes accounts so that somebody could be taken for somebody else."""
    name, local = str(here["displayName"]), str(here["userPrincipalName"]).partition("@")[0]
    key = f"{here['id']} {trouble}"
    stranger = _account(f"{key} stranger", name, local, "fabrikam.com", None)
    other_name = f"{name.split()[0]} {dice.choice([one for one in SURNAMES if one not in name])}"
    if trouble == "namesake":
        theirs.append({**stranger, "employeeId": "F1"})
    elif trouble == "namesake without number":
        # Only the number of the real counterpart, or that there is none, could tell; the name must differ.
        theirs.append({**stranger, "displayName": f"{name.split()[0]} Else"})
    elif trouble == "other person at the address":
        theirs.append({**stranger, "displayName": other_name})
    elif trouble == "number given twice":
        taken = {"displayName": "Somebody Else", "employeeId": here["employeeId"]}
        theirs.append({**_account(key, name, f"n{len(theirs)}", "fabrikam.com", None), **taken})
    elif trouble == "swapped numbers" and there is not None and len(theirs) > 1:
        partner = next(one for one in theirs if one is not there)
        there["employeeId"], partner["employeeId"] = partner.get("employeeId"), here["employeeId"]
        settled -= {one for one, target in truth.items() if target == partner["id"]}
        others = {one["id"] for one in ours if one.get("employeeId") == there["employeeId"]}
        settled -= others
    elif trouble == "twin" and there is not None:
        theirs.append({**there, "id": ident(f"{key} twin"), "displayName": name})
    elif trouble == "second account":
        second = _account(f"{key} ours", f"{name} (admin)", f"adm.{local}", "contoso.com", None)
        ours.append({**second, "employeeId": here["employeeId"]})
    elif trouble == "guest beside member":
        guest = _account(key, name, f"{local}_contoso.com#EXT#", "fabrikam.onmicrosoft.com", None)
        theirs.append({**guest, "mail": here["mail"], "userType": "Guest"})
        truth.setdefault(str(here["id"]), str(guest["id"]))
    elif trouble == "deleted account":
        gone = {"deletedDateTime": "2026-01-01T00:00:00Z", "employeeId": here["employeeId"]}
        theirs.append({**stranger, **gone})
    elif trouble == "rehired":
        # The account of the first time was switched off and kept the number; the person has another by now.
        old = _account(key, name, f"old.{local}", "fabrikam.com", None)
        theirs.append({**old, "employeeId": here["employeeId"], "accountEnabled": False})
        if there is not None:
            there["employeeId"] = f"F{len(theirs)}"
    elif trouble == "disabled duplicate" and there is not None:
        lost = {"onPremisesImmutableId": None, "onPremisesSecurityIdentifier": None, "accountEnabled": False}
        number = {"employeeId": here["employeeId"]}
        there |= number
        upn = f"{local}.old@fabrikam.com"
        theirs.append({**there, **lost, "id": ident(key), "displayName": name, "userPrincipalName": upn})
    elif trouble == "guest of another":
        # Anybody can have an address outside the domains of the company, and put it into a profile.
        outside = f"{local}@mail.example"
        here["proxyAddresses"] = [f"smtp:{outside}"]
        guest = _account(key, name, local, "fabrikam.com", None)
        theirs.append({**guest, **_guest(f"{local}_mail.example", outside)})
    elif trouble == "hostile name":
        here["displayName"] = HOSTILE[len(theirs) % len(HOSTILE)]
        if there is not None:
            there["displayName"] = here["displayName"]
