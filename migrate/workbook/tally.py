"""What the summaries say of the rights, counted while they are gone through once."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field

from migrate.plan.document import Action, Draft
from migrate.plan.found_codes import COVERAGE
from migrate.workbook.held_rights import Held, held_id, how_held, is_of_group
from migrate.workbook.tier_names import TierNames
from migrate.workbook.words import NOT_PLANNED


@dataclass
class Tally:
    """``rights`` counts those that could move, ``every`` all that is held. By tier and by wave those that
    could move are counted by what will happen to them."""

    rights: int = 0
    every: int = 0
    unread: int = 0
    residue: int = 0
    actions: Counter[Action] = field(default_factory=Counter)
    codes: Counter[str] = field(default_factory=Counter)
    tiers: defaultdict[str, Counter[Action]] = field(default_factory=lambda: defaultdict(Counter))
    waves: defaultdict[str, Counter[Action]] = field(default_factory=lambda: defaultdict(Counter))
    holding: Counter[tuple[bool, str]] = field(default_factory=Counter)

    def add(self, held: Held, tiers: TierNames, waves: Mapping[str, str]) -> None:
        self.every += 1
        self.holding[is_of_group(held), how_held(held)] += 1
        if not isinstance(held, Draft):
            return
        self.rights += 1
        self.unread += COVERAGE in held.codes
        self.residue += bool(held.residue)
        self.actions[held.action] += 1
        for code in held.codes:
            self.codes[code] += 1
        self.tiers[tiers.of(held)][held.action] += 1
        self.waves[waves.get(held_id(held), NOT_PLANNED)][held.action] += 1
