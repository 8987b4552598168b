"""Object ids of a large tenant: made from a number and turned back into it, so that none has to be stored."""

from __future__ import annotations

from random import Random

_WORD = 1 << 32


class MadeIds:
    """GUIDs for the numbers 0 to ``count`` - 1; those of another kind or tenant never meet them."""

    def __init__(self, rng: Random, count: int) -> None:
        self._count = count
        # An odd factor is a permutation of 32-bit words, and has an inverse.
        self._factor = rng.getrandbits(32) | 1
        self._inverse = pow(self._factor, -1, _WORD)
        self._shift = rng.getrandbits(32)
        tail = f"{rng.getrandbits(92):023x}"
        self.tail = f"-{tail[:4]}-4{tail[4:7]}-{'89ab'[rng.randrange(4)]}{tail[7:10]}-{tail[10:22]}"

    def __len__(self) -> int:
        return self._count

    def __getitem__(self, number: int) -> str:
        return f"{(number * self._factor + self._shift) & 0xFFFFFFFF:08x}{self.tail}"

    def number_of(self, object_id: str) -> int | None:
        """The number behind an id in lower case; None when it is not one of these."""
        if len(object_id) != 36 or not object_id.endswith(self.tail):
            return None
        try:
            number = (int(object_id[:8], 16) - self._shift) * self._inverse % _WORD
        except ValueError:
            return None
        # int() also reads spellings such as "+1f" that are no GUID.
        return number if number < self._count and self[number] == object_id else None
