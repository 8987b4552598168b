"""The plan of the small pair of tenants, word for word: what people review must not change unnoticed."""

from __future__ import annotations

from pathlib import Path

from tenant_pairs import LADDER, NOW, seeded

from migrate.lab.seed.engagement import decisions
from migrate.lab.seed.small import small_pair
from migrate.plan.assemble import assemble
from migrate.plan.build import Planner
from migrate.plan.document import from_text, to_text
from migrate.plan.guard import Guard
from migrate.resolve.decisions import Decision
from migrate.resolve.resolution import resolve

HERE = Path(__file__).parent


def test_the_plan_of_the_small_pair_is_what_it_was(refresh_golden: bool) -> None:
    source_seed, target_seed = small_pair(NOW)
    source, target = seeded(source_seed), seeded(target_seed)
    decided = tuple(
        Decision(one["kind"], one["source_id"], one["target_id"] or None, one["decision"], one["reason"])
        for one in decisions(source_seed, target_seed)
    )
    resolution = resolve(source, target, LADDER, decided)
    plan = assemble(
        Planner(source, target, resolution, Guard(), NOW).drafts(),
        plan_id="all-1",
        wave="all",
        number=1,
        engagement="small",
        made_at=NOW,
        source={"tenant_id": source.tenant_id, "snapshot": "source-0001", "hash": "s"},
        target={"tenant_id": target.tenant_id, "snapshot": "target-0001", "hash": "t"},
        resolution={"id": "resolution-0001", "hash": "r"},
        batch_size=4,
    )
    found = to_text(plan)
    kept = HERE / "plan_small.json"
    if refresh_golden:
        kept.write_text(found, encoding="utf-8", newline="\n")
    assert found == kept.read_text(encoding="utf-8")
    assert from_text(found, str(kept)) == from_text(kept.read_text(encoding="utf-8"), str(kept))
    assert plan.counts() == {"create": 6, "keep": 0, "skip": 0, "blocked": 0, "update": 0, "replace": 0}
