"""Codes of conflicts and drift that a plan finds by itself, and the words that stand where a code would."""

from __future__ import annotations

UNDECIDED = "undecided"
"""Somebody has to accept the proposal first."""
COVERAGE = "coverage"
"""What the write must know was not read."""
MISSING = "C01"
"""Also of something that is to be made: nothing can be given at it before it is there."""
SCHEDULE = "D08"
"""Judged again for the moment of the plan: a right that was too long yesterday may fit today."""
DIFFERENT = "D10"
