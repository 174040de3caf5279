"""Supplemental qualifiers find their row, or say why not."""

from __future__ import annotations

import polars as pl
import pytest

from tutela.standards.sdtm.long_text import cut_text, join_long, split_long
from tutela.standards.sdtm.supp import merge_supp

DOMAIN = pl.DataFrame({"USUBJID": ["a", "a", "b"], "AESEQ": ["1", "2", "1"], "AETERM": ["x", "y", "z"]})


def supp(*rows):
    names = ("USUBJID", "IDVAR", "IDVARVAL", "QNAM", "QVAL")
    return pl.DataFrame(
        [dict(zip(names, row, strict=True)) for row in rows], schema=dict.fromkeys(names, pl.String)
    )


def test_a_qualifier_goes_to_its_row_however_the_number_is_written():
    merged = merge_supp(
        DOMAIN, supp(("a", "AESEQ", "2.0", "AESCALE", "ASTCT"), ("b", "AESEQ", " 1", "AESCALE", "CTCAE"))
    )
    assert merged.frame["AESCALE"].to_list() == [None, "ASTCT", "CTCAE"]
    assert merged.unused.is_empty()


def test_a_blank_idvar_goes_to_all_rows_of_the_subject():
    merged = merge_supp(DOMAIN, supp(("a", None, None, "COHORT", "1")))
    assert merged.frame["COHORT"].to_list() == ["1", "1", None]


def test_a_qualifier_by_another_variable_is_joined_by_it():
    merged = merge_supp(DOMAIN, supp(("a", "AETERM", "y", "NOTE", "n")))
    assert merged.frame["NOTE"].to_list() == [None, "n", None]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (("c", "AESEQ", "1", "Q", "v"), "points to no row"),
        (("a", "AEGRPID", "1", "Q", "v"), "no variable AEGRPID"),
    ],
)
def test_what_finds_no_row_says_why(row, reason):
    merged = merge_supp(DOMAIN, supp(row))
    assert merged.frame.height == DOMAIN.height
    assert reason in merged.unused["reason"][0]


def test_a_qualifier_given_twice_is_taken_once_and_told():
    merged = merge_supp(DOMAIN, supp(("a", "AESEQ", "1", "Q", "first"), ("a", "AESEQ", "1", "Q", "second")))
    assert merged.frame["Q"].to_list() == ["first", None, None]
    assert merged.unused["QVAL"].to_list() == ["second"]


def test_a_qualifier_never_overwrites_a_variable():
    merged = merge_supp(DOMAIN, supp(("a", "AESEQ", "1", "AETERM", "other")))
    assert merged.frame["AETERM"].to_list() == ["x", "y", "z"]


@pytest.mark.property
@pytest.mark.parametrize(
    "text",
    [
        "short",
        "word " * 90 + "end",
        "x" * 650,
        "a" * 199 + " b" * 60,
        "a" * 200 + " " + "b" * 200,
        "two  blanks " * 50 + ".",
    ],
)
def test_a_long_text_is_cut_into_parts_that_fit_and_joined_again(text):
    assert all(len(part) <= 200 for part in cut_text(text))
    split, added = split_long(pl.DataFrame({"AETERM": [text, "plain"]}))
    assert [name for name, _ in added] == [f"AETERM{i}" for i in range(1, len(cut_text(text)))]
    assert join_long(split)["AETERM"].to_list() == [text, "plain"]
