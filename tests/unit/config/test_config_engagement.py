from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from migrate.config.engagement import Guard, Throttle, read_engagement
from migrate.errors import FileError

SOURCE = "11111111-1111-1111-1111-111111111111"
TARGET = "22222222-2222-2222-2222-222222222222"


def refused(path: Path) -> FileError:
    with pytest.raises(FileError) as caught:
        read_engagement(path)
    assert caught.value.exit == 2
    assert caught.value.hint
    return caught.value


def test_a_sound_file(engagement_file: Any, tmp_path: Path) -> None:
    engagement = read_engagement(engagement_file.write())
    assert engagement.path == tmp_path / "engagement.toml"
    assert engagement.name == "contoso-to-fabrikam"
    assert engagement.source.tenant_id == SOURCE
    assert engagement.source.credential.kind == "client_secret"
    assert engagement.source.credential.secret_env == "SOURCE_SECRET"
    assert engagement.target.credential.kind == "azure_cli"
    assert engagement.target.graph_url == "https://graph.microsoft.com/v1.0"
    assert engagement.target.authority == "https://login.microsoftonline.com"
    assert engagement.target.ca_bundle is None
    assert (engagement.guard, engagement.throttle, engagement.approvers) == (Guard(), Throttle(), {})
    assert engagement.throttle.replication_window == 120
    assert engagement.state_folder == tmp_path / "state" / "contoso-to-fabrikam"
    assert engagement.plans_folder == engagement.state_folder / "plans"
    assert engagement.database_path == engagement.state_folder / "engagement.db"
    assert engagement.mappings_folder == tmp_path / "mappings"


def test_every_optional_table(engagement_file: Any) -> None:
    engagement = read_engagement(
        engagement_file.write(
            more="""
[guard]
protected_principals = ["breakglass1@fabrikam.com"]
max_writes = 500
min_break_glass = 2
allow_irreversible = ["onboard-group", "authentication-context"]
allow_relaxing = true
[approvers]
"kim@fabrikam.com" = "MCowBQYDK2VwAyEA"
[throttle]
directory = 20
pim_policies = 0.5
replication_window = 0.2
"""
        )
    )
    irreversible = ("onboard-group", "authentication-context")
    assert engagement.guard == Guard(("breakglass1@fabrikam.com",), 500, 2, irreversible, allow_relaxing=True)
    assert engagement.approvers == {"kim@fabrikam.com": "MCowBQYDK2VwAyEA"}
    assert engagement.throttle == Throttle({"directory": 20.0, "pim_policies": 0.5}, 0.2)


def test_paths_hang_on_the_folder_of_the_file(
    engagement_file: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "ca.pem").write_text("x")
    engagement_file.write(('cloud = "global"', 'ca_bundle = "ca.pem"'))
    monkeypatch.chdir(tmp_path.parent)
    engagement = read_engagement(Path(os.path.relpath(engagement_file.path)))
    assert engagement.path.is_absolute()
    assert engagement.source.ca_bundle == engagement.path.parent / "ca.pem"


@pytest.mark.parametrize(
    ("cloud", "graph", "authority"),
    [
        ("global", "graph.microsoft.com", "login.microsoftonline.com"),
        ("usgov", "graph.microsoft.us", "login.microsoftonline.us"),
        ("usgov-dod", "dod-graph.microsoft.us", "login.microsoftonline.us"),
        ("china", "microsoftgraph.chinacloudapi.cn", "login.chinacloudapi.cn"),
    ],
)
def test_clouds(engagement_file: Any, cloud: str, graph: str, authority: str) -> None:
    tenant = read_engagement(engagement_file.write(('"global"', f'"{cloud}"'))).source
    assert (tenant.graph_url, tenant.authority) == (f"https://{graph}/v1.0", f"https://{authority}")


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ('graph_url = "https://localhost:8443/v1.0/"', "https://localhost:8443/v1.0"),
        ('graph_url = "https://localhost:8443"', "https://localhost:8443/v1.0"),
    ],
)
def test_another_graph(engagement_file: Any, written: str, read: str) -> None:
    assert read_engagement(engagement_file.write(('cloud = "global"', written))).source.graph_url == read


@pytest.mark.parametrize("tail", ["", "/", f"/{SOURCE}", f"/{SOURCE}/"])
def test_another_authority(engagement_file: Any, tail: str) -> None:
    path = engagement_file.write(('cloud = "global"', f'authority = "https://127.0.0.1:9443{tail}"'))
    assert read_engagement(path).source.authority == "https://127.0.0.1:9443"


def test_an_absent_file_points_to_init(tmp_path: Path) -> None:
    error = refused(tmp_path / "engagement.toml")
    assert error.code == "engagement_missing"
    assert "pim-migrate init" in error.hint


def test_a_folder_in_its_place(tmp_path: Path) -> None:
    assert refused(tmp_path).code == "file_unreadable"


BAD = [
    # code, what is changed, what it becomes, the line is the one of, the message says
    ("bad_guid", SOURCE, "contoso.com", "contoso.com", "must be a GUID"),
    ("bad_guid", SOURCE, "00000000-0000-0000-0000-000000000000", "00000000-", "placeholder"),
    ("same_tenant", TARGET, SOURCE.upper(), "[target]\n", "tenant of [source] too"),
    ("bad_cloud", '"global"', '"gobal"', "gobal", 'did you mean "global"?'),
    ("bad_cloud", '"global"', '"mars"', "mars", "known: global, usgov, usgov-dod, china"),
    (
        "bad_url",
        'cloud = "global"',
        'graph_url = "http://localhost/v1.0"',
        "graph_url",
        "must begin with https://",
    ),
    (
        "bad_url",
        'cloud = "global"',
        'authority = "http://localhost"',
        "authority",
        "must begin with https://",
    ),
    ("bad_url", 'cloud = "global"', 'graph_url = "https://localhost/beta"', "graph_url", "must end in /v1.0"),
    ("bad_url", 'cloud = "global"', 'graph_url = "https://me:pw@localhost/v1.0"', "graph_url", "plain URL"),
    ("bad_url", 'cloud = "global"', 'graph_url = "https://localhost:x/v1.0"', "graph_url", "is no URL"),
    ("bad_url", 'cloud = "global"', 'authority = "https://localhost/common"', "authority", "a host only"),
    ("file_missing", 'cloud = "global"', 'ca_bundle = "no.pem"', "ca_bundle", "there is no such file"),
    (
        "bad_credential",
        '"client_secret"',
        '"client_secrets"',
        "client_secrets",
        'did you mean "client_secret"?',
    ),
    ("unknown_key", 'kind = "azure_cli"', 'kind = "azure_cli"\nsecret_env = "X"', '"X"', "azure_cli"),
    ("unknown_key", "tenant_id", "tenantid", "tenantid", 'did you mean "tenant_id"?'),
    ("unknown_key", 'cloud = "global"', 'clud = "global"', "clud", 'did you mean "cloud"?'),
    ("missing_key", f'tenant_id = "{SOURCE}"\n', "", "[source]", "[source] has no tenant_id"),
    ("missing_key", 'secret_env = "SOURCE_SECRET"\n', "", "[source.credential]", "has no secret_env"),
    ("missing_key", 'kind = "azure_cli"', "", "[target.credential]", "has no kind"),
    ("missing_key", 'name = "contoso-to-fabrikam"\n', "", "", "the top of the file has no name"),
    (
        "missing_key",
        '[target.credential]\nkind = "azure_cli"',
        "",
        "[target]",
        "[target.credential] is missing",
    ),
    ("wrong_type", f'"{SOURCE}"', "7", "= 7", "must be a text"),
    ("empty_value", '"SOURCE_SECRET"', '""', 'secret_env = ""', "is empty"),
    ("bad_name", '"contoso-to-fabrikam"', '"a/b"', "a/b", "name of a folder"),
    ("bad_name", '"contoso-to-fabrikam"', '".."', '".."', "name of a folder"),
    ("bad_name", '"contoso-to-fabrikam"', '"nul.txt"', "nul", "device name"),
    ("bad_name", '"contoso-to-fabrikam"', '"a."', '"a."', "not ending"),
    ("toml_syntax", 'cloud = "global"', 'cloud = "global', "cloud", ""),
    ("toml_syntax", 'cloud = "global"', 'tenant_id = "x"', '"x"', ""),
]


@pytest.mark.parametrize(("code", "old", "new", "stands", "says"), BAD)
def test_bad_values(engagement_file: Any, code: str, old: str, new: str, stands: str, says: str) -> None:
    if code == "unknown_key" and old == "tenant_id":
        path = engagement_file.write(("[source]\n", "[source]\ntenantid = 1\n"))
    else:
        path = engagement_file.write((old, new))
    error = refused(path)
    line = engagement_file.line(stands.strip()) + (1 if code == "same_tenant" else 0) if stands else 1
    assert error.code == code, error.message
    assert error.where == f"{path}:{line}"
    assert error.message.startswith(f"{path}:{line}: ")
    assert says in error.message
    assert "\n" not in error.message


@pytest.mark.parametrize(
    ("more", "code", "says"),
    [
        ("[guard]\nmax_writes = -1", "bad_number", "max_writes in [guard]"),
        ("[guard]\nmin_break_glass = true", "bad_number", "min_break_glass in [guard]"),
        ('[guard]\nallow_irreversible = ["onboard-groups"]', "bad_value", 'did you mean "onboard-group"?'),
        ('[guard]\nallow_relaxing = "true"', "wrong_type", "allow_relaxing in [guard] must be true or false"),
        ("[guard]\nmax_writes = 1.5", "bad_number", "whole number"),
        ('[guard]\nprotected_principals = "one@x.com"', "wrong_type", "list of texts"),
        (
            '[guard]\nprotected_principal = ["one@x.com"]',
            "unknown_key",
            'did you mean "protected_principals"?',
        ),
        ("[throttle]\npim = 0", "bad_number", "more than 0"),
        ("[throttle]\npim = nan", "bad_number", "must be a number"),
        ("[throttle]\nreplication_window = -1", "bad_number", "0 or more"),
        ("[throttle]\npims = 3", "unknown_key", 'did you mean "pim"?'),
        ('[approvers]\nkim = "-----BEGIN PRIVATE KEY-----"', "secret_in_file", "private key"),
        ("[approvers]\nkim = 5", "wrong_type", "kim in [approvers]"),
        ("[gaurd]\nmax_writes = 1", "unknown_key", 'did you mean "guard"?'),
        ("[[guard]]\nmax_writes = 1", "wrong_type", "must be a table"),
    ],
)
def test_bad_optional_tables(engagement_file: Any, more: str, code: str, says: str) -> None:
    error = refused(engagement_file.write(more=more))
    assert error.code == code
    assert says in error.message


@pytest.mark.parametrize(
    "line",
    [
        'secret = "hunter2~hunter2"',
        'client_secret = "hunter2~hunter2"',
        'Client-Secret = "hunter2~hunter2"',
        'password = "hunter2~hunter2"',
        'secret_env = "hunter2~hunter2"',
    ],
)
def test_a_secret_in_the_file_is_refused_and_not_repeated(engagement_file: Any, line: str) -> None:
    path = engagement_file.write(('secret_env = "SOURCE_SECRET"', line))
    error = refused(path)
    assert "hunter2" not in error.message
    assert "environment variable" in error.message
    assert (error.code, error.where) == ("secret_in_file", f"{path}:{engagement_file.line('hunter2')}")


def test_all_problems_are_told_at_once_in_the_order_of_the_file(engagement_file: Any) -> None:
    path = engagement_file.write(
        ('cloud = "global"', 'cloud = "mars"\ncolour = "red"'),
        (TARGET, "nobody"),
        more="[guard]\nmax_writes = -5\n",
    )
    error = refused(path)
    assert error.code == "engagement_invalid"
    lines = error.message.splitlines()
    numbers = [engagement_file.line(part) for part in ("mars", "colour", "nobody", "max_writes")]
    assert [line.split(": ")[0] for line in lines] == [f"{path}:{number}" for number in numbers]


def test_problems_of_one_class_keep_their_code(engagement_file: Any) -> None:
    assert refused(engagement_file.write((SOURCE, "a"), (TARGET, "b"))).code == "bad_guid"


def test_a_file_of_another_encoding(engagement_file: Any) -> None:
    path = engagement_file.write()
    text = path.read_text(encoding="utf-8")
    path.write_bytes(text.replace("contoso-to", "# é").encode("cp1252"))
    assert (refused(path).code, refused(path).where) == ("bad_encoding", f"{path}:1")
    path.write_bytes(text.encode("utf-16"))
    assert "UTF-16" in refused(path).message


def test_windows_editors_do_no_harm(engagement_file: Any) -> None:
    path = engagement_file.write()
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))
    assert read_engagement(path).name == "contoso-to-fabrikam"


def test_a_certificate(engagement_file: Any, tmp_path: Path) -> None:
    (tmp_path / "app.pem").write_text("x")
    old = 'kind = "azure_cli"'
    new = (
        'kind = "certificate"\nclient_id = "44444444-4444-4444-4444-444444444444"\n'
        'certificate_path = "app.pem"\ncertificate_password_env = "APP_PASSWORD"'
    )
    credential = read_engagement(engagement_file.write((old, new))).target.credential
    assert credential.certificate_path == tmp_path / "app.pem"
    assert credential.certificate_password_env == "APP_PASSWORD"
    (tmp_path / "app.pem").unlink()
    assert refused(engagement_file.path).code == "file_missing"
