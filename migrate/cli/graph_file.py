"""``resolve --graph FILE``: the reference graph of both tenants as a file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from migrate.errors import UsageError

if TYPE_CHECKING:
    from migrate.cli.context import Context
    from migrate.cli.resolving import Resolved
    from migrate.resolve.tenant_view import TenantView

GRAPHML, PAGE = ".graphml", ".html"


def check_graph_file(file: Path) -> None:
    """Refuses a file that cannot be written before any work is done. Raises UsageError."""
    if file.suffix.lower() not in (GRAPHML, PAGE):
        raise UsageError(
            f"the graph's file must end in {GRAPHML} or {PAGE}",
            where=str(file),
            hint=f"{GRAPHML} is for programs that draw graphs, {PAGE} for a browser",
            code="graph_name",
        )
    if not file.absolute().parent.is_dir():
        raise UsageError(
            "there is no such folder",
            where=str(file.absolute().parent),
            hint="create the folder, or choose another one",
            code="graph_folder_missing",
        )


def write_graph(context: Context, resolved: Resolved, file: Path) -> None:
    """Writes the whole file or leaves what is there. Raises UsageError where it cannot be written."""
    content = _content(context, resolved, file)
    draft = file.with_name(file.name + ".new")
    try:
        draft.write_bytes(content)
        draft.replace(file)
    except OSError as error:
        draft.unlink(missing_ok=True)
        raise UsageError(
            f"the graph cannot be written: {error.strerror or type(error).__name__}",
            where=str(file),
            hint="close it where it is open, or choose another file",
            code="graph_unwritable",
        ) from error
    context.screen.say(f"wrote {file}")
    context.screen.line("file", path=str(file.absolute()))


def _content(context: Context, resolved: Resolved, file: Path) -> bytes:
    from migrate.resolve import two_tenants
    from migrate.resolve.find_object import Side

    inputs = resolved.inputs
    views = {Side.SOURCE: inputs.source, Side.TARGET: inputs.target}
    whole = two_tenants.build(resolved.resolution, views)
    if file.suffix.lower() == GRAPHML:
        from migrate.resolve.graphml import graphml

        return graphml(whole)
    from migrate.resolve.picture import picture
    from migrate.views.graph_page import graph_page

    parts = [
        f"{_organization(view)} ({info.id} of {(info.sealed_at or '')[:10]})"
        for view, info in ((inputs.source, inputs.source_info), (inputs.target, inputs.target_info))
    ]
    page = graph_page(
        picture(whole),
        title=f"Reference graph: {context.engagement.name}",
        caption=f"{' → '.join(parts)}, {resolved.info.id}",
    )
    return page.encode("utf-8")


def _organization(view: TenantView) -> str:
    rows = view.of_kind("organization").values()
    return next((str(row["displayName"]) for row in rows if row.get("displayName")), view.tenant_id)
