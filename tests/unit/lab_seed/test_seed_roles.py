"""The built-in roles: facts that anyone can check against a real tenant."""

from migrate.lab.seed.roles import built_in_definitions, catalogue, role_id


def test_there_are_145_built_in_roles_with_well_known_ids() -> None:
    assert len(catalogue()) == 145
    assert len({row["id"] for row in catalogue()}) == 145
    assert role_id("Global Administrator") == "62e90394-69f5-4237-9190-012177145e10"
    assert role_id("Exchange Administrator") == "29232cdf-9323-42fd-ade2-1d097af3e4de"


def test_a_built_in_definition_has_the_shape_of_graph_v1() -> None:
    rows = {row["displayName"]: row for row in built_in_definitions()}
    row = rows["Global Administrator"]
    assert row["id"] == row["templateId"]
    assert (row["isBuiltIn"], row["isEnabled"], row["version"]) == (True, True, "1")
    assert row["resourceScopes"] == ["/"]
    assert row["inheritsPermissionsFrom"] == [{"id": role_id("Directory Readers")}]
    (block,) = row["rolePermissions"]
    assert block["condition"] is None
    assert "microsoft.directory/users/allProperties/allTasks" in block["allowedResourceActions"]
    assert "inheritsPermissionsFrom" not in rows["Directory Readers"]
    assert not any("isPrivileged" in row for row in rows.values()), "beta only"


def test_each_caller_gets_its_own_copy() -> None:
    built_in_definitions()[0]["rolePermissions"][0]["allowedResourceActions"].append("changed")
    assert "changed" not in built_in_definitions()[0]["rolePermissions"][0]["allowedResourceActions"]
