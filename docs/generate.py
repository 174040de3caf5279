"""Pages made from the package's declarations: tables, rules, command line, sources."""

from __future__ import annotations

from pathlib import Path

import polars as pl


def write_pages(folder: Path) -> None:
    """Write all generated pages into a folder."""
    folder.mkdir(exist_ok=True)
    pages = {
        "tables.md": _tables(),
        "rules.md": _rules(),
        "cli.md": _cli(),
        "scales.md": _scales(),
        "criteria.md": _criteria(),
    }
    for name, text in pages.items():
        path = folder / name
        if not path.is_file() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")


def _markdown(table: pl.DataFrame) -> str:
    def cell(value: object) -> str:
        if isinstance(value, bool):
            return "yes" if value else ""
        return str(value).replace("|", "\\|").replace("\n", " ")

    lines = ["| " + " | ".join(table.columns) + " |", "|" + "---|" * table.width]
    lines += ["| " + " | ".join(cell(value) for value in row) + " |" for row in table.iter_rows()]
    return "\n".join(lines)


def _tables() -> str:
    from tutela.kernel.tables import TABLES, describe

    parts = ["# The tables of a study", "", "Made from the schemas that also check the files.", ""]
    for name, schema in TABLES.items():
        parts += [f"## {name}", "", str(schema.__doc__).strip(), "", _markdown(describe(schema)), ""]
    return "\n".join(parts)


def _rules() -> str:
    from tutela.monitoring.describe import describe_rule, rules_table
    from tutela.monitoring.rules import RULES

    summary = rules_table().select("rule", "severity", "title", "question")
    parts = ["# Monitoring rules", "", _markdown(summary), ""]
    for rule in RULES:
        parts += [f"## {rule.id}", "", "```text", describe_rule(rule), "```", ""]
    return "\n".join(parts)


def _scales() -> str:
    from tutela.toxicity import crs, icans

    scales = (
        crs.ASTCT_2019,
        crs.HYPOTENSION_2019,
        crs.HYPOXIA_2019,
        icans.ASTCT_2019,
        *icans.DOMAINS_2019.values(),
    )
    parts = [
        "# Grading scales",
        "",
        "Rows as they are evaluated, worst first; grade 0 means that no row applies.",
        "",
    ]
    for scale in scales:
        rows = [(row.grade, row.text, row.note, (row.source or scale.source).text) for row in scale.grades]
        table = pl.DataFrame(rows, schema=["grade", "criterion", "note", "source"], orient="row")
        parts += [f"## {scale.title} (`{scale.id}`)", "", _markdown(table), ""]
    return "\n".join(parts)


def _criteria() -> str:
    from tutela.toxicity.labs import VERSIONS, read_criteria

    parts = [
        "# Laboratory criteria",
        "",
        "Terms that are graded from numbers, with the direction and the SI unit.",
        "",
    ]
    for version in VERSIONS:
        found = read_criteria(version)
        rows = [
            (
                c.term,
                "low" if c.direction == "L" else "high",
                c.unit or "any",
                c.group,
                c.note or c.assumption,
            )
            for c in found.criteria
            if c.units == "SI"
        ]
        table = pl.DataFrame(
            rows, schema=["term", "direction", "unit", "group", "interpretation"], orient="row"
        )
        parts += [f"## {found.title} (`{version}`)", "", _markdown(table), ""]
    return "\n".join(parts)


def _cli() -> str:
    import click
    import typer
    from typer.main import get_command

    from tutela.cli.app import app

    del typer
    command = get_command(app)
    parts = ["# Command line", "", "Every command answers `--help`.", ""]
    parts += _command_pages(command, "tutela", click.Context(command, info_name="tutela"))
    return "\n".join(parts)


def _command_pages(command: object, name: str, context: object) -> list[str]:
    lines: list[str] = []
    subcommands = getattr(command, "commands", {})
    if not subcommands or name.endswith("rules"):
        lines += [f"## {name}", "", str(command.help or "").strip(), ""]
        for parameter in command.params:
            record = parameter.opts + parameter.secondary_opts
            text = getattr(parameter, "help", "") or ""
            label = (
                parameter.metavar or parameter.name
                if parameter.param_type_name == "argument"
                else ", ".join(record)
            )
            lines.append(f"- `{label}` {text}")
        lines.append("")
    for sub_name, sub in subcommands.items():
        lines += _command_pages(sub, f"{name} {sub_name}", context)
    return lines
