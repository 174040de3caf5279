"""Commands about rules and sources: rules, rules show, cite."""

from __future__ import annotations

from typing import Annotated, NoReturn

import typer

from tutela.cli.options import Format, FormatOption, OutOption
from tutela.cli.output import emit, say

__all__ = ["cite", "rules_app"]

rules_app = typer.Typer(help="The declared monitoring rules.", invoke_without_command=True)


@rules_app.callback()
def rules(context: typer.Context, format: FormatOption = Format.TABLE, out: OutOption = None) -> None:
    """List the declared rules with severity, question and sources; `rules show ID` shows one whole."""
    if context.invoked_subcommand is not None:
        return
    from tutela.monitoring.describe import rules_table

    emit(rules_table(), format=format, out=out, title="Monitoring rules")


@rules_app.command("show")
def show(
    rule_id: Annotated[str, typer.Argument(metavar="ID", help="Rule identifier.", show_default=False)],
) -> None:
    """One rule whole: question, numbers with range and source, tables read, what the source says to do."""
    from tutela.monitoring.describe import describe_rule
    from tutela.monitoring.rules import find_rule

    say(describe_rule(find_rule(rule_id)))


def _unknown(word: str) -> NoReturn:
    from tutela.kernel.errors import TutelaError

    what = f"There is no rule and no citation key {word!r}."
    raise TutelaError(
        what, advice="`tutela rules` lists the rules, `tutela cite` the sources with their keys."
    )


def cite(
    what: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[RULE|KEY]...",
            help="Rule identifiers or citation keys; none for all.",
            show_default=False,
        ),
    ] = None,
    bibtex: Annotated[bool, typer.Option("--bibtex", help="BibTeX entries.")] = False,
) -> None:
    """The sources of the package, of a rule, or of a citation key."""
    from tutela.kernel.cite import Cite, bibliography
    from tutela.kernel.cite import cite as cite_things
    from tutela.monitoring.rules import RULES, find_rule

    entries = bibliography()
    if not what:
        say(cite_things(*(Cite(key) for key in entries), bibtex=bibtex))
        return
    rule_ids = {rule.id for rule in RULES}
    things: list[object] = []
    for word in what:
        if word in entries:
            things.append(Cite(word))
        else:
            rule = find_rule(word) if word in rule_ids or "." in word else None
            things.extend((rule, *(p.source for p in rule.params)) if rule else (_unknown(word),))
    say(cite_things(*things, bibtex=bibtex))
