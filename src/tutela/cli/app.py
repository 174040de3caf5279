"""The commands and their options; each does its work in a module imported when it is called.

``tutela --help`` must answer at once, so nothing here imports polars, Altair or a domain.
"""

from __future__ import annotations

from typing import Annotated

import typer

from tutela import __version__
from tutela.cli import exchange, facts, kinetics, simulate, study, toxicity

__all__ = ["app"]

app = typer.Typer(
    name="tutela",
    help="Safety and clinical pharmacology of cell and gene therapy.\n\n"
    "For monitoring and research; not a medical device; a physician decides.",
    no_args_is_help=True,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(value: bool) -> None:
    if value:
        typer.echo(f"tutela {__version__}")
        raise typer.Exit


@app.callback()
def _main(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None:
    """Options of the program itself."""


_STUDY = "The main job"
app.command("demo", rich_help_panel=_STUDY)(study.demo)
app.command("new", rich_help_panel=_STUDY)(study.new)
app.command("check", rich_help_panel=_STUDY)(study.check)
app.command("run", rich_help_panel=_STUDY)(study.run)
app.command("alerts", rich_help_panel=_STUDY)(study.alerts)
app.command("verify", rich_help_panel=_STUDY)(study.verify)

_DOMAINS = "One domain at a time (a study, or a plain table file)"
app.add_typer(toxicity.app, name="toxicity", rich_help_panel=_DOMAINS)
app.add_typer(kinetics.app, name="kinetics", rich_help_panel=_DOMAINS)

_FACTS = "Rules and sources"
app.add_typer(facts.rules_app, name="rules", rich_help_panel=_FACTS)
app.command("cite", rich_help_panel=_FACTS)(facts.cite)

_EXCHANGE = "In, out, and virtual trials"
app.add_typer(exchange.import_app, name="import", rich_help_panel=_EXCHANGE)
app.add_typer(exchange.export_app, name="export", rich_help_panel=_EXCHANGE)
app.add_typer(simulate.app, name="simulate", rich_help_panel=_EXCHANGE)
