"""``pim-migrate plan --waves`` and ``--propose-waves``: how rights fall into waves, and how they could."""

from __future__ import annotations

from pathlib import Path

from migrate.views.screen import Screen


def show(screen: Screen, path: Path, wave: str, convert: str = "") -> int:
    """Shows every wave, or one; 4 where a right is in none or in two."""
    from migrate.cli.context import Context
    from migrate.cli.moving import check_convert, moving_of
    from migrate.cli.planning import draft_all
    from migrate.cli.waving import check_wave, placed, waves_of
    from migrate.views.waves import show_placement

    check_convert(convert)
    context = Context.of(path, screen)
    waves = waves_of(context)
    if wave:
        check_wave(waves, wave)
    with context.writing("plan") as db:
        placement = placed(context, draft_all(context, db, moving_of(context, convert=convert)), waves)
    names = [one.name for one in waves.waves if wave in ("", "all", one.name)]
    show_placement(screen, placement, names)
    nowhere, twice = placement.nowhere() if waves.waves else [], placement.twice()
    code = 4 if nowhere or twice else 0
    screen.line(
        "summary",
        verb="plan",
        waves=len(names),
        rights=len(placement.rights),
        in_no_wave=len(nowhere),
        in_two_waves=len(twice),
        exit=code,
    )
    return code


def propose(screen: Screen, path: Path, to: str, convert: str = "") -> int:
    """Writes waves by blast radius to a file that is not there yet, or to stdout."""
    from migrate.cli.context import Context
    from migrate.cli.moving import check_convert, moving_of
    from migrate.cli.planning import draft_all
    from migrate.cli.tiering import tier_table
    from migrate.cli.waving import facts_of
    from migrate.errors import UsageError
    from migrate.plan.proposal import propose as proposed

    check_convert(convert)
    context = Context.of(path, screen)
    with context.writing("plan") as db:
        drafted = draft_all(context, db, moving_of(context, convert=convert))
    approvers = len(context.engagement.approvers)
    text = proposed(drafted.drafts, facts_of(context, drafted), tier_table(context).names, approvers)
    if to == "-":
        screen.line("proposal", text=text)
        screen.say(text)
    else:
        try:
            with Path(to).open("x", encoding="utf-8", newline="\n") as file:
                file.write(text)
        except FileExistsError:
            raise UsageError(
                f"already there: {to}",
                where="--propose-waves",
                hint="name another file, or move this one away",
                code="already_there",
            ) from None
        screen.line("file", path=to)
        screen.say(
            f"wrote {to}\nnext: read it, keep it as mappings/waves.toml, then pim-migrate plan --waves"
        )
    screen.line("summary", verb="plan", rights=len(drafted.drafts), exit=0)
    return 0
