"""Files as data managers deliver them: encodings, delimiters, compression, ragged records; atomic writing."""

from __future__ import annotations

import gzip
import io

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from tutela.kernel.errors import InputError
from tutela.kernel.files import FileOptions, read_csv, read_csv_table, read_table, write_atomic, write_folder


@pytest.fixture
def read(tmp_path):
    def call(content, name="x.csv", **options):
        (tmp_path / name).write_bytes(content)
        return read_csv_table(tmp_path / name, options=FileOptions(**options))

    return call


def rows(table):
    return table.frame.drop("source_row").rows()


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "windows-1252"]
)
def test_every_common_encoding_reads_the_same_text(read, encoding):
    table = read("name;sex\nMüller€Š;F\n".encode(encoding))
    assert rows(table) == [("Müller€Š", "F")]


def test_windows_1252_is_said_aloud_with_the_line(read):
    assert "line 3" in read("a,b\n1,2\né,2\n".encode("cp1252")).notices[0]


def test_bytes_that_are_no_text_of_the_declared_encoding_are_named(read):
    with pytest.raises(InputError, match="Line 2"):
        read("a,b\né,1\n".encode("cp1252"), encoding="utf-8")
    with pytest.raises(InputError, match="no such encoding"):
        read(b"a,b\n1,2\n", encoding="klingon")


@pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
def test_the_delimiter_is_found(read, mark):
    table = read(mark.join(["a", "b", "c"]).encode() + b"\n" + mark.join(["1", "2", "3"]).encode())
    assert (table.delimiter, rows(table)) == (mark, [("1", "2", "3")])


def test_decimal_commas_do_not_hide_a_semicolon(read):
    table = read(b"a;b\n1,5;2,5\n3,5;4,5\n")
    assert table.delimiter == ";"
    assert rows(table)[0] == ("1,5", "2,5")


def test_another_delimiter_than_declared_is_named_with_the_one_found(read):
    with pytest.raises(InputError, match="another delimiter") as error:
        read(b"a,b\n1,2\n", delimiter=";")
    assert "semicolon as declared, found comma" in str(error.value.expected)


def test_a_delimiter_that_is_not_supported_is_named(read):
    with pytest.raises(InputError, match="colon"):
        read(b"a:b:c\n1:2:3\n")


@pytest.mark.parametrize("wrong", [{"delimiter": "x"}, {"decimal": ";"}])
def test_options_that_make_no_sense_are_refused(wrong):
    with pytest.raises(InputError):
        FileOptions(**wrong)


@pytest.mark.parametrize("content", [b"", b"\n\n", b"\xef\xbb\xbf", b"   \n"])
def test_an_empty_file_says_so(read, content):
    with pytest.raises(InputError, match="empty"):
        read(content)


def test_a_header_alone_is_a_table_without_rows(read):
    table = read(b"a,b\n")
    assert table.frame.height == 0
    assert table.frame.columns == ["a", "b", "source_row"]


@pytest.mark.parametrize("header", [b"a,a\n1,2\n", b"a,A \n1,2\n"])
def test_two_columns_of_one_name_are_refused(read, header):
    with pytest.raises(InputError, match="same name"):
        read(header)


def test_columns_without_name_and_content_are_left_out(read):
    assert read(b"a,b,,\n1,2,,\n").frame.columns == ["a", "b", "source_row"]
    assert read(b"a,b,\n1,2,3\n").frame.columns == ["a", "b", "column_3", "source_row"]


def test_record_numbers_point_to_the_line_before_them(read):
    table = read(b"a,b\n1,2\n\n3,4\n , \n5,6\n")
    assert table.frame["source_row"].to_list() == [1, 3, 5]


def test_ragged_records_are_returned_with_their_place_and_a_hint(read):
    table = read(b"a,b\n1\n1,37,5\n3,4\n5,6,\n")
    assert rows(table) == [("3", "4"), ("5", "6")]
    assert table.broken["row"].to_list() == [1, 2]
    assert table.broken["reason"].to_list()[1].endswith("a decimal comma may have split a number")


def test_a_file_in_which_nothing_fits_is_one_error(read):
    with pytest.raises(InputError, match="No record fits"):
        read(b"a,b\n1,2,3\n4,5,6\n")


def test_read_csv_refuses_ragged_records(tmp_path):
    (tmp_path / "x.csv").write_bytes(b"a,b\n1\n3,4\n")
    with pytest.raises(InputError) as error:
        read_csv(tmp_path / "x.csv")
    assert (error.value.file, error.value.row) == ("x.csv", 1)


def test_quoted_cells_may_hold_delimiters_quotes_and_line_breaks(read):
    table = read(b'a,b\n"x, ""y""\nz",1\n2,3\n')
    assert rows(table) == [('x, "y"\nz', "1"), ("2", "3")]
    assert table.frame["source_row"].to_list() == [1, 2]


def test_a_quote_inside_a_cell_is_a_character(read):
    assert rows(read(b'a,b\n5" line,2\n"3",4\n')) == [('5" line', "2"), ("3", "4")]


def test_a_quote_that_is_never_closed_is_one_error_with_its_record(read):
    with pytest.raises(InputError, match="never closed") as error:
        read(b'a,b\n1,2\n"x,2\n3,4\n')
    assert error.value.row == 2


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r"])
def test_line_ends_of_every_system_are_read(read, end):
    assert rows(read(end.join([b"a,b", b"1,2", b"3,4"]))) == [("1", "2"), ("3", "4")]


@pytest.mark.parametrize(
    ("content", "kind"),
    [(b"PK\x03\x04xx", "spreadsheet"), (b"PAR1xxx", "Parquet"), (b"%PDF-1.4", "PDF"), (b"HEADER RECORD*******", "SAS"),
     (b"\xd0\xcf\x11\xe0xx", "spreadsheet")],
)  # fmt: skip
def test_other_kinds_of_files_are_named(read, content, kind):
    with pytest.raises(InputError, match=kind):
        read(content)


def test_binary_content_is_no_text(read):
    with pytest.raises(InputError, match="no text"):
        read(b"\x01\x00\x02\x07\x00abc" * 10)


def test_compressed_files_are_read(read, tmp_path):
    assert rows(read(gzip.compress(b"a,b\n1,2\n"), "x.csv.gz")) == [("1", "2")]
    pl.DataFrame({"a": ["1", "ü"], "b": ["2", "3"]}).write_csv(tmp_path / "y.csv.zst", compression="zstd")
    assert read_csv(tmp_path / "y.csv.zst").drop("source_row").rows() == [("1", "2"), ("ü", "3")]


@pytest.mark.parametrize("cut", [10, 20])
def test_a_truncated_archive_is_damaged_not_short(read, cut):
    with pytest.raises(InputError, match="damaged"):
        read(gzip.compress(b"a,b\n" + b"1,2\n" * 100)[:-cut], "x.csv.gz")


def test_a_file_over_the_limit_is_refused_before_it_is_read(read, tmp_path):
    with pytest.raises(InputError, match="too large") as error:
        read(b"a,b\n1,2\n", max_bytes=4)
    assert "Parquet" in error.value.advice
    big = tmp_path / "big.csv"
    with big.open("wb") as handle:
        # A sparse file: two gigabytes by size, nothing on disk.
        handle.truncate(2 * 10**9)
    with pytest.raises(InputError, match="too large"):
        read_csv(big)


@pytest.mark.parametrize("pack", ["gz", "zst"])
def test_a_small_archive_of_a_large_file_is_refused_while_unpacking(tmp_path, pack):
    path = tmp_path / f"x.csv.{pack}"
    if pack == "gz":
        path.write_bytes(gzip.compress(b"a,b\n" + b"1,2\n" * 100_000))
    else:
        pl.DataFrame({"a": ["1"] * 100_000, "b": ["2"] * 100_000}).write_csv(path, compression="zstd")
    assert path.stat().st_size < 50_000
    with pytest.raises(InputError, match="too large"):
        read_csv(path, options=FileOptions(max_bytes=50_000))


def test_a_missing_file_and_a_broken_parquet_file_say_so(tmp_path):
    for name in ("none.csv", "none.parquet"):
        with pytest.raises(InputError, match="no such file"):
            read_table(tmp_path / name)
    (tmp_path / "x.parquet").write_bytes(b"PAR1 but not really")
    with pytest.raises(InputError, match="Parquet"):
        read_table(tmp_path / "x.parquet")


def test_parquet_columns_keep_their_types(tmp_path):
    pl.DataFrame({"a": [1.5]}).write_parquet(tmp_path / "x.parquet")
    assert read_table(tmp_path / "x.parquet").frame.rows() == [(1.5, 1)]


_CELL = st.text(st.characters(blacklist_categories=("Cs", "Cc")), min_size=1, max_size=8).map(str.strip)


@pytest.mark.property
@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(_CELL, _CELL, st.sampled_from(["x", "a\nb", 'q"q', "c,d;e"])), min_size=1, max_size=5)
)
def test_what_a_csv_writer_writes_is_read_back(tmp_path_factory, cells):
    frame = pl.DataFrame(cells, schema={"a": pl.String, "b": pl.String, "c": pl.String}, orient="row")
    buffer = io.BytesIO()
    frame.write_csv(buffer)
    path = tmp_path_factory.mktemp("p") / "x.csv"
    path.write_bytes(buffer.getvalue())
    expected = frame.with_columns(pl.when(pl.col(pl.String) != "").then(pl.col(pl.String)).name.keep())
    assert_frame_equal(read_csv(path).drop("source_row"), expected)


def test_a_file_is_written_whole_or_not_at_all(tmp_path):
    path = tmp_path / "out" / "x.txt"
    write_atomic(path, b"old")

    def fails(target):
        target.write_bytes(b"half")
        message = "stop"
        raise KeyboardInterrupt(message)

    with pytest.raises(KeyboardInterrupt):
        write_atomic(path, fails)
    assert path.read_bytes() == b"old"
    assert [file.name for file in path.parent.iterdir()] == ["x.txt"]


def test_a_place_that_cannot_be_written_is_named(tmp_path):
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(InputError, match="cannot be written"):
        write_atomic(tmp_path / "file" / "x.txt", b"")


def _half_written(folder):
    with write_folder(folder) as target:
        (target / "a").write_bytes(b"1")
        message = "stop"
        raise RuntimeError(message)


def test_a_folder_appears_only_when_it_is_complete(tmp_path):
    with pytest.raises(RuntimeError, match="stop"):
        _half_written(tmp_path / "new")
    assert list(tmp_path.iterdir()) == []
    with write_folder(tmp_path / "new") as target:
        (target / "a").write_bytes(b"1")
    assert (tmp_path / "new" / "a").read_bytes() == b"1"
    with pytest.raises(InputError, match="not empty"):
        _half_written(tmp_path / "new")
