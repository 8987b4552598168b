"""An address is its owner's in the target, an outsider's as it is, and otherwise nobody's."""

from __future__ import annotations

from dataclasses import replace

import pytest
from along_sample import ANNA, BEN, THEIR_ANNA, sides
from tenant_pairs import group

from migrate.plan.along.addresses import Addresses

OPS, THEIRS = group("Ops", mail="ops@contoso.com"), group("Theirs")
PROXIES = {**BEN, "id": "proxied", "proxyAddresses": ["SMTP:Ben.Kim@contoso.com", "smtp:bk@contoso.com"]}
BOTH = sides({"group": [OPS], "user": [PROXIES]}, {"group": [THEIRS]})
FOUND = Addresses(
    BOTH[0],
    BOTH[1],
    {
        ("user", str(ANNA["id"])): str(THEIR_ANNA["id"]),
        ("user", "proxied"): str(THEIR_ANNA["id"]),
        ("group", str(OPS["id"])): str(THEIRS["id"]),
    },
)


@pytest.mark.parametrize(
    ("address", "there"),
    [
        ("Anna@Contoso.com ", "as@fabrikam.com"),
        ("BK@contoso.com", "as@fabrikam.com"),
        ("auditor@bank.example", "auditor@bank.example"),
        (" Auditor@bank.example ", "Auditor@bank.example"),
        ("lone@contoso.com", None),
        ("list@contoso.com", None),
        ("ops@contoso.com", None),
        ("no address", None),
        ("", None),
    ],
)
def test_addresses_are_translated_or_left_open(address: str, there: str | None) -> None:
    assert FOUND.of(address) == there


def test_where_the_domains_of_the_source_are_unknown_nobody_is_an_outsider() -> None:
    blind = replace(BOTH[0], rows={**BOTH[0].rows, "organization": {}})
    assert replace(FOUND, source=blind).of("auditor@bank.example") is None
