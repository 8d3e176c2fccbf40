"""The commands of whoever runs Signpost. Each imports what it needs when it runs, so that all start quickly."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from adapters.terminal import policy_commands

SETTINGS: dict[str, Any] = {"help_option_names": ["-h", "--help"], "max_content_width": 80}
PLAIN: dict[str, Any] = {"rich_markup_mode": None, "no_args_is_help": True, "context_settings": SETTINGS}

school = typer.Typer(help="Set up schools: apply a SCHOOL.toml, list them, show one.", **PLAIN)
policy = typer.Typer(help="Publish a policy's new edition; show and correct how it is read.", **PLAIN)
slack = typer.Typer(help="Connect Slack.", **PLAIN)
teams = typer.Typer(help="Connect Teams.", **PLAIN)
keys = typer.Typer(help="The keys that seal private reports: make, check, change.", **PLAIN)
audit = typer.Typer(help="Check the record of who did what with reports.", **PLAIN)
ladder = typer.Typer(help="Who is pinged of a report, and when.", **PLAIN)

Json = Annotated[bool, typer.Option("--json", help="Print JSON for other programs.")]
OfSchool = Annotated[str, typer.Option("--school", "-s", metavar="NAME", show_default=False, help="See `signpost school list`.")]


def add_to(app: typer.Typer) -> None:
    """Nothing: the commands are the app's from now on."""
    app.command()(serve)
    app.command()(clock)
    app.command()(migrate)
    app.add_typer(school, name="school")
    policy.command("corrections", no_args_is_help=True)(policy_commands.corrections)
    policy.command("correct", no_args_is_help=True)(policy_commands.correct)
    app.add_typer(policy, name="policy")
    app.command()(gaps)
    app.command()(doctor)
    app.add_typer(slack, name="slack")
    app.add_typer(teams, name="teams")
    app.add_typer(keys, name="keys")
    app.add_typer(audit, name="audit")
    app.add_typer(ladder, name="ladder")
    app.command(no_args_is_help=True)(poster)
    app.command(no_args_is_help=True)(backup)
    app.command(no_args_is_help=True)(restore)


def serve(
    host: Annotated[str, typer.Option("--host", metavar="ADDRESS", help="Where to listen; 0.0.0.0 for all networks.")] = "127.0.0.1",
    port: Annotated[
        int | None,
        typer.Option("--port", metavar="PORT", min=0, max=65535, help="Default: the setting PORT, else 3978.", show_default=False),
    ] = None,
    demo: Annotated[bool, typer.Option("--demo", help="Five sample schools, on this computer alone.")] = False,
    of_school: Annotated[
        str | None, typer.Option("--school", metavar="NAME", help="With --demo: whose staff chat speaks for. Default: bledington.")
    ] = None,
    with_clock: Annotated[bool, typer.Option("--clock/--no-clock", help="Whether the clock runs in this process too.")] = True,
) -> None:
    """Open the doors: the web, and Slack and Teams where set up.

    \b
      signpost serve --demo             try it, then open http://127.0.0.1:3978
      signpost serve                    for your school; see docs/SETTINGS.md

    It needs a database that is up to date, `signpost migrate`, and the key that
    seals private reports, `signpost keys new`. The demo makes its own of both,
    signpost-demo.db and signpost-demo.key. Ctrl-C ends it.

    The clock brings reports to those who look after them. Leave it out only
    where `signpost clock` runs beside this.
    """
    from adapters.terminal.serving import serve as run

    run(host, port, demo=demo, school=of_school, clock=with_clock)


def clock() -> None:
    """Run a clock alone: it brings reports to those who look after them.

    `signpost serve` has one already. Run this as well where there is much to
    send, or in its place with `signpost serve --no-clock`; as many as you like,
    with the same settings. docs/SCALING.md says when. Ctrl-C ends it.
    """
    from adapters.terminal.serving import run_clock

    run_clock()


def migrate() -> None:
    """Make the database's tables, or bring them up to date.

    Safe to run at every release: what is up to date stays as it is.
    """
    from adapters.terminal.schools import show_migration

    show_migration()


@school.command("apply", no_args_is_help=True)
def apply_school(file: Annotated[Path, typer.Argument(metavar="SCHOOL.toml", show_default=False, help="The school's file.")]) -> None:
    """Make a school what its SCHOOL.toml says, and publish its policies.

    \b
      signpost school apply SCHOOL.toml

    Apply it again after every change: what is the same stays as it is, and a
    policy whose words are unchanged gets no new edition. On any error nothing
    is changed. docs/example-school.toml explains every key.
    """
    from adapters.terminal.schools import apply

    apply(file)


@school.command("list")
def list_schools(json: Json = False) -> None:
    """List the schools with their policies."""
    from adapters.terminal.schools import show_schools

    show_schools(as_json=json)


@school.command("show", no_args_is_help=True)
def show_school(
    name: Annotated[str, typer.Argument(metavar="NAME", show_default=False, help="The school's short name.")], json: Json = False
) -> None:
    """Show a school: its contacts, workspaces and policies."""
    from adapters.terminal.schools import show_one

    show_one(name, as_json=json)


@policy.command(no_args_is_help=True)
def publish(
    file: Annotated[Path, typer.Argument(metavar="FILE", show_default=False, help="The policy: .docx, .pdf, .md, .txt or .html.")],
    of_school: OfSchool,
    name: Annotated[
        str | None,
        typer.Option("--policy", metavar="NAME", show_default=False, help="Its short name in addresses, where there are several."),
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Publish without asking.")] = False,
) -> None:
    """Show what a new edition changes, ask, then publish it.

    \b
      signpost policy publish policy.docx --school oakfield

    Links to the edition before keep working, and say that a newer one is there.
    """
    from adapters.terminal.publishing import publish as run

    run(file, of_school, name, yes=yes)


def gaps(
    of_school: OfSchool,
    since: Annotated[str | None, typer.Option("--since", metavar="YEAR-MONTH", help="Default: twelve months.", show_default=False)] = None,
    json: Json = False,
) -> None:
    """List what staff asked that the policy doesn't answer.

    Topics by month with how often, without names or anybody's words; then the
    questions that staff chose to pass on to the head.

    \b
      signpost gaps --school oakfield --since 2026-01
    """
    from adapters.terminal.gaps import show_gaps

    show_gaps(of_school, since, as_json=json)


def doctor(json: Json = False) -> None:
    """Check this installation and say what to do about each fault.

    Settings, database, keys, schools, who can be told of reports, Slack, Teams,
    e-mail, the public address, the clock. It never says how many reports there
    are.
    Exit code 1 where something must be mended. No secret is printed.
    """
    from adapters.terminal.doctoring import show_checks

    raise typer.Exit(show_checks(as_json=json))


@slack.command("manifest")
def slack_manifest(
    socket_mode: Annotated[
        bool, typer.Option("--socket-mode", help="Slack delivers over the app's own connection: no PUBLIC_URL.")
    ] = False,
) -> None:
    """Print the app manifest to give to Slack.

    \b
      signpost slack manifest --socket-mode
      PUBLIC_URL=https://signpost.school.example signpost slack manifest

    Paste it at https://api.slack.com/apps, Create New App, From a manifest.
    """
    from adapters.terminal.connecting import show_slack_manifest

    show_slack_manifest(socket_mode=socket_mode)


@teams.command("package")
def teams_package(
    out: Annotated[Path, typer.Option("--out", metavar="FILE", help="Where to write it.")] = Path("signpost-teams.zip"),
) -> None:
    """Make the app package to upload in the Teams admin centre.

    It needs the settings MICROSOFT_APP_ID and PUBLIC_URL.
    """
    from adapters.terminal.connecting import write_teams_package

    write_teams_package(out)


@keys.command("new")
def new_key() -> None:
    """Print a new key, and what to do with it.

    Nothing is changed by this: it is a key once it stands in SIGNPOST_KEYS.
    """
    from adapters.terminal.keys import show_new_key

    show_new_key()


@keys.command("rotate")
def rotate_keys() -> None:
    """Seal every report anew with the newest key.

    \b
      1. signpost keys new      add it to SIGNPOST_KEYS, after the old one
      2. start Signpost again   every copy can now read what it will seal
      3. put the new key first in SIGNPOST_KEYS, start Signpost again
      4. signpost keys rotate   until it says 0; then take the old key out

    Safe while Signpost runs, and to do again. Where only one copy of Signpost
    runs, begin with the third step. Exit code 1 where something is left that
    is sealed with an older key.
    """
    from adapters.terminal.keys import rotate

    raise typer.Exit(0 if rotate() else 1)


@keys.command("check")
def check_keys() -> None:
    """List the keys in use, by id, and how much each has sealed.

    Exit code 1 where one of them is missing from SIGNPOST_KEYS. No key is
    printed.
    """
    from adapters.terminal.keys import check

    raise typer.Exit(0 if check() else 1)


@audit.command("verify")
def verify_audit(
    of_school: Annotated[
        str | None, typer.Option("--school", "-s", metavar="NAME", show_default=False, help="Only this school's audit.")
    ] = None,
    expect: Annotated[
        str | None, typer.Option("--expect", metavar="NUMBER:HASH", show_default=False, help="What you once noted down, with --school.")
    ] = None,
) -> None:
    """Check that no line of a school's audit was changed or removed.

    Prints NUMBER:HASH of each school's last line. Note it down away from the
    database from time to time: whoever can rewrite the whole table can make the
    chain fit again, and only a line noted elsewhere shows it.

    \b
      signpost audit verify
      signpost audit verify --school oakfield --expect 212:9f2c...

    Exit code 1 where an audit is broken.
    """
    from adapters.terminal.auditing import verify

    raise typer.Exit(0 if verify(of_school, expect) else 1)


@ladder.command("preview", no_args_is_help=True)
def preview_ladder(
    of_school: OfSchool,
    at: Annotated[str, typer.Option("--at", metavar="WHEN", help='When the report comes in: "Fri 15:40", "2026-07-24 15:40".')] = "now",
    urgent: Annotated[bool, typer.Option("--urgent", help="A report that cannot wait until tomorrow.")] = False,
    about: Annotated[str, typer.Option("--about", metavar="WHOM", help="lead, deputy, head, chair, …; several with commas.")] = "pupil",
    json: Json = False,
) -> None:
    """Show who would be pinged of a report, when and how.

    \b
      signpost ladder preview --school oakfield --at "Fri 15:40"
      signpost ladder preview --school oakfield --urgent --about lead,head

    Nothing is sent and nothing is kept. Times are London's.
    """
    from adapters.terminal.ladder import preview

    preview(of_school, at, about, urgent=urgent, as_json=json)


def poster(
    of_school: OfSchool,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE", help="A .pdf or .svg. Default: poster-NAME.pdf.", show_default=False)
    ] = None,
) -> None:
    """Make a poster that says where to report without signing in.

    \b
      signpost poster --school oakfield

    One A4 page with the address and its QR code. It needs the setting
    PUBLIC_URL. Make it again whenever the people or numbers on it change.
    """
    from adapters.terminal.poster import write_poster

    write_poster(of_school, out)


def backup(
    file: Annotated[Path, typer.Argument(metavar="FILE", show_default=False, help="Where to write it, such as signpost.backup.gz.")],
    force: Annotated[bool, typer.Option("--force", help="Write over FILE where it is there already.")] = False,
) -> None:
    """Write everything the database holds into one file.

    Safe while Signpost runs. The keys are not in it: keep SIGNPOST_KEYS
    elsewhere, for without them nobody can read the reports in it.

    \b
      signpost backup signpost.backup.gz
    """
    from adapters.terminal.backing_up import back_up

    back_up(file, force=force)


def restore(file: Annotated[Path, typer.Argument(metavar="FILE", show_default=False, help="What `signpost backup` wrote.")]) -> None:
    """Fill an empty database with what a backup holds.

    SQLite or PostgreSQL, whichever the backup came from. A database that has
    schools in it is refused. Stop Signpost before, and start it afterwards.

    \b
      DATABASE_URL=sqlite:///new.db signpost restore signpost.backup.gz
    """
    from adapters.terminal.backing_up import restore as run

    run(file)
