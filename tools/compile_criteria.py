"""Compile published laboratory grading criteria into this package's own typed criteria files.

Usage: ``python tools/compile_criteria.py FOLDER``, where FOLDER holds the JSON criteria of admiral
(``ncictcaev4.json`` and so on). A maintainer runs it when a source changes; the written files are part of
the package. The R fragments are parsed (``r_expression.py``), never executed. What is not a fact of the
source is declared here: corrections of the source, and how a row reads without its worst-case assumption.
"""

from __future__ import annotations

import json
import sys
from decimal import Decimal
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent))

from milder_readings import MILDER
from r_expression import Node, parse, parse_list

TARGET = Path(__file__).resolve().parents[1] / "src" / "tutela" / "toxicity" / "labs" / "criteria"
SCHEMA_VERSION = 1

#: Version -> (title, citation key, file stem of the SI source; "_uscv" is added for US units).
SCALES = {
    "ctcae-4": ("CTCAE version 4.03", "ctcae4", "ncictcaev4"),
    "ctcae-5": ("CTCAE version 5.0", "ctcae5", "ncictcaev5"),
    "ctcae-6": ("CTCAE version 6.0", "ctcae6", "ncictcaev6"),
    "daids-2.1": ("DAIDS grading table, corrected version 2.1", "daids", "DAIDS"),
}

FIELDS = {"AVAL": "value", "ANRLO": "low", "ANRHI": "high", "BASE": "base", "PCHG": "pchg"}
FIELDS |= {"BRTHDT": "age", "ADT": "age", "SEX": "sex"}
SIDES = {"high_indicator": "HIGH", "low_indicator": "LOW"}
COMPARISONS = ("<", "<=", ">", ">=", "==")

#: Units of the source in the spelling of this package.
UNITS = {"mmol/l": "mmol/L", "umol/l": "umol/L"}

#: (version, term, group of the source) -> (corrected filter limits, corrected group, why).
CORRECTIONS = {
    ("daids-2.1", "Phosphate, Low", "1 to 14 years of age"): (
        [["years", ">=", 1], ["years", "<=", 14]],
        "The source's program leaves completed age 14 in no group; the published group is '1 to 14 years', "
        "so age 14 is included here.",
    ),
}


def compile_linear(node: Node) -> float | dict[str, Any]:
    """Compile ``signif(2.5*ANRHI, signif_dig)`` and its kin to a number or times * field + plus."""
    if node.kind == "call" and node.text == "signif":
        return compile_linear(node.parts[0])
    times, name, plus = _affine(node)
    if not name:
        return float(plus)
    result: dict[str, Any] = {"field": name}
    if times != 1:
        result["times"] = float(times)
    if plus != 0:
        result["plus"] = float(plus)
    return result


def _affine(node: Node) -> tuple[Decimal, str, Decimal]:
    """Split an arithmetic tree into (times, field, plus); decimal, so that 2.431 * 0.3 is 0.7293."""
    match node.kind:
        case "number":
            return Decimal(0), "", Decimal(node.text)
        case "name":
            return Decimal(1), FIELDS[node.text], Decimal(0)
        case "negative":
            times, name, plus = _affine(node.parts[0])
            return -times, name, -plus
        case "+":
            left, right = map(_affine, node.parts)
            return left[0] + right[0], left[1] or right[1], left[2] + right[2]
        case "*":
            left, right = map(_affine, node.parts)
            factor, other = (left, right) if not left[1] else (right, left)
            return factor[2] * other[0], other[1], factor[2] * other[2]
    raise ValueError(f"arithmetic {node.kind!r} is not supported")


def compile_condition(node: Node) -> dict[str, Any]:
    """Compile a logical tree to the JSON form of ``tutela.toxicity.labs.criterion``."""
    if node.kind in COMPARISONS:
        return {"compare": [compile_linear(node.parts[0]), node.kind, compile_linear(node.parts[1])]}
    if node.kind in "&|":
        parts: list[dict[str, Any]] = []
        for part in _flatten(node, node.kind):
            compiled = compile_condition(part)
            if compiled not in parts:
                parts.append(compiled)
        return parts[0] if len(parts) == 1 else {"all" if node.kind == "&" else "any": parts}
    if node.kind == "!":
        return {"not": compile_condition(node.parts[0])}
    if node.kind == "call" and node.text == "is.na":
        return {"missing": FIELDS[node.parts[0].text]}
    if node.kind == "%in%" and node.parts[0].text == "BNRIND":
        return {"baseline": SIDES[node.parts[1].text]}
    raise ValueError(f"condition {node.kind} {node.text!r} is not supported")


def _flatten(node: Node, kind: str) -> list[Node]:
    if node.kind != kind:
        return [node]
    return [leaf for part in node.parts for leaf in _flatten(part, kind)]


def compile_branches(codes: dict[str, str]) -> list[dict[str, Any]]:
    """Compile the fragments of one row, in the order in which they are tried: NA, 4, 3, 2, 1."""
    branches = []
    for key in ("NA", "4", "3", "2", "1"):
        for pair in parse_list(codes[key]) if key in codes else ():
            if pair.kind != "~":
                raise ValueError(f"'condition ~ grade' expected in {codes[key]!r}")
            condition, grade = pair.parts
            number = None if grade.text == "NA_character_" else int(grade.text)
            branches.append({"grade": number, "when": compile_condition(condition)})
    return branches


def compile_group(text: str) -> tuple[list[list[Any]], str]:
    """Compile a filter to age limits and sex; "or unknown" parts only route missing data and are dropped."""
    ages: list[list[Any]] = []
    sex = ""
    for node in _known(parse(text)):
        if node.kind == "==" and node.parts[0].text == "SEX":
            sex = node.parts[1].text
        elif node.kind in COMPARISONS and node.parts[0].text == "compute_duration":
            arguments = {part.text: part.parts[0].text for part in node.parts[0].parts}
            if arguments["trunc_out"] != "TRUE" or arguments["add_one"] != "FALSE":
                raise ValueError(f"age is not in completed units in {text!r}")
            ages.append([arguments["out_unit"], node.kind, float(node.parts[1].text)])
        else:
            raise ValueError(f"filter {text!r} is not supported")
    return ages, sex


def _known(node: Node) -> list[Node]:
    leaves = []
    for part in _flatten(node, "&"):
        kept = [leaf for leaf in _flatten(part, "|") if leaf.text != "is.na"]
        if len(kept) != 1:
            raise ValueError(f"a filter is a conjunction of single conditions, found {part}")
        leaves += _known(kept[0]) if kept[0].kind == "&" else kept
    return leaves


def compile_row(row: dict[str, Any], version: str, units: str) -> dict[str, Any]:
    """Compile one row of the source."""
    codes = {key[6:-5]: row[key] for key in row if key.endswith("_CODE") and row[key]}
    ages, sex = compile_group(row["FILTER"]) if row.get("FILTER") else ([], "")
    note, group = _clean(row.get("COMMENT")), _clean(row.get("SUBGROUP"))
    if (version, row["TERM"], group) in CORRECTIONS:
        ages, why = CORRECTIONS[version, row["TERM"], group]
        note = f"{note} {why}".strip()
    result = {
        "term": row["TERM"],
        "soc": row["SOC"],
        "direction": row["DIRECTION"],
        "units": units,
        "unit": UNITS.get((row.get("UNIT_CHECK") or "").lower(), row.get("UNIT_CHECK") or ""),
        "texts": [_clean(row.get(f"GRADE_{grade}")).removeprefix("-") for grade in range(1, 5)],
        "note": note,
        "group": group,
        "ages": ages,
        "sex": sex,
        "needs": _needs(row["VAR_CHECK"]),
        "branches": compile_branches(codes) if "NA" in codes else [],
    }
    milder = MILDER.get((version, units, row["TERM"])) if result["branches"] else None
    if milder and (not milder.group or milder.group == group):
        result |= {"assumption": milder.assumption, "milder": compile_branches(milder.codes)}
    return result


def _needs(variables: str) -> list[str]:
    names = [FIELDS.get(name.strip(), "baseline flag") for name in variables.split(",")]
    return list(dict.fromkeys(names))


def _clean(text: str | None) -> str:
    return " ".join((text or "").split())


def compile_scale(folder: Path, version: str) -> str:
    """Compile both unit systems of one version to the text of its criteria file."""
    title, key, stem = SCALES[version]
    rows = []
    for units, suffix in (("SI", ""), ("US", "_uscv")):
        source = json.loads((folder / f"{stem}{suffix}.json").read_text(encoding="utf-8"))
        rows += [compile_row(row, version, units) for row in source]
    head = {"schema": SCHEMA_VERSION, "version": version, "title": title, "sources": [key, "admiral"]}
    body = ",\n".join("  " + json.dumps(row, ensure_ascii=False) for row in rows)
    return json.dumps(head, ensure_ascii=False)[:-1] + ', "criteria": [\n' + body + "\n]}\n"


def main() -> None:
    folder = Path(sys.argv[1])
    TARGET.mkdir(parents=True, exist_ok=True)
    for version in SCALES:
        (TARGET / f"{version}.json").write_text(compile_scale(folder, version), encoding="utf-8")


if __name__ == "__main__":
    main()
