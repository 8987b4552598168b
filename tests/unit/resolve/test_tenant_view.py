"""A tenant's rows as the resolver asks for them."""

from __future__ import annotations

import pytest

from migrate.resolve.tenant_view import TenantView


@pytest.mark.parametrize("wanted", [{"3"}, {"3", "7", "1", "absent"}, set(map(str, range(12)))])
def test_some_rows_are_the_same_whether_few_or_many_are_asked_for(wanted: set[str]) -> None:
    rows = {str(number): {"id": str(number)} for number in range(12)}
    view = TenantView("t", {"user": rows})
    assert dict(view.some("user", wanted)) == {one: rows[one] for one in wanted - {"absent"}}
    assert not list(view.some("group", wanted))
