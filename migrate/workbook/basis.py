"""What a decision about an object rests on, as one fingerprint.

While it stays the same, a decision that was made on an older workbook still answers the same question. It
changes with the state, the proposal, the candidates and the names by which a person judged; it does not with
the wording of reasons, with confidence, or with how many rights hang on the object.
"""

from __future__ import annotations

from collections.abc import Iterable

from migrate.resolve.findings import Counterpart
from migrate.workbook.machine import comparable, fingerprint


def of(mapping: Counterpart, codes: Iterable[str]) -> str:
    """The fingerprint of a mapping and the codes of the conflicts and drift about it."""
    return fingerprint(
        [
            mapping.state.value,
            mapping.target_id,
            mapping.runner_up,
            comparable(mapping.name),
            comparable(mapping.target_name),
            sorted({(one.rule, one.target_id) for one in mapping.evidence}),
            sorted(set(codes)),
        ]
    )
