"""Labels from tables and from folders: what is read, and which row is rejected why."""

from pathlib import Path

import pytest

from desktop_al.domain.errors import LabelError, UsageError
from desktop_al.exchange.base import Parsed, ParseOptions
from desktop_al.exchange.registry import PARSERS, parser, writer
from tests.data import shared
from tests.exchange.rows import HEAD, odd_rows, pictured_rows


def parse(text: str | bytes, tmp_path: Path, key_column: str = "", label_column: str = "") -> Parsed:
    file = tmp_path / "labels.csv"
    file.write_bytes(text.encode() if isinstance(text, str) else text)
    return parser("auto", file).parse(file, ParseOptions(key_column, label_column))


def pairs(parsed: Parsed) -> list[tuple[str, str]]:
    return [(row.key, row.label) for row in parsed.rows]


@pytest.mark.parametrize("name", PARSERS)
def test_that_a_format_describes_itself(name: str) -> None:
    assert PARSERS[name].name == name
    assert len(PARSERS[name].summary) > 20


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_that_the_delimiter_is_found(delimiter: str, tmp_path: Path) -> None:
    text = "path,label,age\n/a/x.png,cat,3\n/a/y.png,dog,4\n".replace(",", delimiter)
    parsed = parse(text, tmp_path)
    assert pairs(parsed) == [("/a/x.png", "cat"), ("/a/y.png", "dog")]
    assert [dict(row.metadata) for row in parsed.rows] == [{"age": "3"}, {"age": "4"}]
    assert parsed.metadata_fields == ("age",)


@pytest.mark.parametrize(
    "data",
    [
        "path,label\nä.png,Tür\n".encode("utf-8-sig"),
        "path,label\nä.png,Tür\n".encode("utf-16"),
        "path,label\r\nä.png,Tür\r\n".encode(),
        'path,label\n"ä.png","Tür"'.encode(),
        "\n\npath,label\n\nä.png,Tür\n\n".encode(),
    ],
)
def test_that_byte_order_marks_line_ends_quotes_and_blank_lines_are_understood(data: bytes, tmp_path: Path) -> None:
    parsed = parse(data, tmp_path)
    assert (pairs(parsed), parsed.problems) == ([("ä.png", "Tür")], ())


@pytest.mark.parametrize(
    ("header", "kind"),
    [
        ("image,label", "name"),
        ("File_Name,Class", "name"),
        ("label,path", "name"),
        ("id,label", "id"),
        ("sample,category", "id"),
        ("image,cell_type,source_image,xmin", "name"),
        ("image,what", "name"),
    ],
)
def test_that_the_columns_are_found_by_their_names(header: str, kind: str, tmp_path: Path) -> None:
    names = header.split(",")
    cells = {"image": "7", "path": "7", "id": "7", "sample": "7", "File_Name": "7"}
    line = ",".join(cells.get(name, f"of {name}") for name in names)
    parsed = parse(f"{header}\n{line}\n", tmp_path)
    assert parsed.rows[0].key == "7"
    assert parsed.rows[0].key_kind == kind
    assert parsed.rows[0].label.removeprefix("of ") in {"label", "Class", "category", "cell_type", "what"}


def test_that_columns_can_be_named(tmp_path: Path) -> None:
    parsed = parse("where,path,a,b\nx.png,y.png,1,2\n", tmp_path, "where", "b")
    assert pairs(parsed) == [("x.png", "2")]


def test_that_a_path_column_goes_before_an_id_column(tmp_path: Path) -> None:
    assert pairs(parse("id,path,label\n9,x.png,cat\n", tmp_path)) == [("x.png", "cat")]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "is empty"),
        ("\n \n", "is empty"),
        ("path,label\n", "has a header but no row"),
        ("where,label\nx,y\n", "no column that names the image"),
        ("path,a,b\nx,y,z\n", "no column called label among path, a, b"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00", "is not a text file"),
    ],
)
def test_that_a_useless_table_is_one_sentence(text: str | bytes, words: str, tmp_path: Path) -> None:
    with pytest.raises(LabelError, match=words) as caught:
        parse(text, tmp_path)
    assert "labels.csv" in str(caught.value)


def test_that_a_named_column_that_is_not_there_is_told_with_those_that_are(tmp_path: Path) -> None:
    with pytest.raises(LabelError, match=r"no column “nope”; its columns are path, label"):
        parse("path,label\nx,y\n", tmp_path, label_column="nope")


def test_that_each_rejected_row_has_its_line_and_reason(tmp_path: Path) -> None:
    data = b'path,label\nok.png,cat\nshort.png\n"two\nlines.png",dog\n,cat\nbad.png,\xff\nlast.png,a,b\n'
    parsed = parse(data, tmp_path)
    assert [(problem.line, problem.reason) for problem in parsed.problems] == [
        (3, "it has 1 cell where the header has 2"),
        (6, "its path is empty"),
        (7, "its label is not UTF-8 text"),
        (8, "it has 3 cells where the header has 2"),
    ]
    assert pairs(parsed) == [("ok.png", "cat"), ("two\nlines.png", "dog")]


def test_that_bytes_that_are_no_utf8_are_kept_in_paths(tmp_path: Path) -> None:
    assert pairs(parse(b"path,label\nlatin-\xe9.png,cat\n", tmp_path)) == [("latin-\udce9.png", "cat")]


def test_that_an_exported_table_with_labels_filled_in_reads_back_exactly(tmp_path: Path) -> None:
    rows = odd_rows(tmp_path / "images")
    writer("csv").write(HEAD, rows, tmp_path / "b.csv", "copy")
    parsed = parser("auto", tmp_path / "b.csv").parse(tmp_path / "b.csv", ParseOptions())
    assert [row.key for row in parsed.rows] == [str(row.path) for row in rows]
    assert parsed.metadata_fields == ()


def test_that_a_very_long_cell_is_read(tmp_path: Path) -> None:
    assert len(parse(f"path,label,note\nx.png,cat,{'y' * 300_000}\n", tmp_path).rows) == 1


class TestFolder:
    def test_that_the_first_folder_is_the_label(self, tmp_path: Path) -> None:
        for name in ("cat/a.png", "cat/deep/b.png", "dog/c.png", ".hidden/d.png", "cat/.e.png"):
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).touch()
        assert pairs(parser("auto", tmp_path).parse(tmp_path, ParseOptions())) == [
            ("cat/a.png", "cat"),
            ("cat/deep/b.png", "cat"),
            ("dog/c.png", "dog"),
        ]

    def test_that_a_file_in_no_class_folder_is_rejected(self, tmp_path: Path) -> None:
        (tmp_path / "cat").mkdir()
        (tmp_path / "cat/a.png").touch()
        (tmp_path / "stray.png").touch()
        parsed = parser("folder", tmp_path).parse(tmp_path, ParseOptions())
        assert [problem.reason for problem in parsed.problems] == ["it lies in no class folder"]

    def test_that_our_export_reads_back_after_a_person_sorted_it(self, tmp_path: Path) -> None:
        rows = pictured_rows(tmp_path / "in", ["x/a.png", "y/a.png", "z/b.png"])
        out = tmp_path / "out"
        writer("imagefolder").write(HEAD, rows, out, "copy")
        (out / "cat").mkdir()
        for name in ("a.png", "a-102.png"):
            (out / "unlabelled" / name).rename(out / "cat" / name)
        parsed = parser("auto", out).parse(out, ParseOptions())
        assert sorted(pairs(parsed)) == sorted(
            [(str(rows[0].path), "cat"), (str(rows[1].path), "cat"), (str(rows[2].path), "")]
        )

    def test_that_a_folder_without_files_is_one_sentence(self, tmp_path: Path) -> None:
        with pytest.raises(LabelError, match="holds no file"):
            parser("folder", tmp_path).parse(tmp_path, ParseOptions())

    def test_that_a_file_is_no_folder(self, tmp_path: Path) -> None:
        (tmp_path / "a.csv").touch()
        with pytest.raises(LabelError, match="is not a folder"):
            parser("folder", tmp_path / "a.csv").parse(tmp_path / "a.csv", ParseOptions())


def test_that_an_unknown_format_and_an_unknown_file_are_told_apart(tmp_path: Path) -> None:
    (tmp_path / "a.xlsx").touch()
    with pytest.raises(UsageError, match="choose auto or one of folder, csv"):
        parser("tarot", tmp_path / "a.xlsx")
    with pytest.raises(LabelError, match="neither a table nor a folder"):
        parser("auto", tmp_path / "a.xlsx")


@pytest.mark.parametrize(
    ("name", "file", "rows", "label", "fields"),
    [
        ("clothing", "images.csv", 5403, "Not sure", ("sender_id", "kids")),
        ("blood_cells", "labels.csv", 4886, "WBC", ("source_image", "xmin", "ymin", "xmax", "ymax")),
    ],
)
def test_that_real_label_files_read(name: str, file: str, rows: int, label: str, fields: tuple[str, ...]) -> None:
    path = shared(name) / file
    parsed = parser("auto", path).parse(path, ParseOptions())
    assert (len(parsed.rows), len(parsed.problems)) == (rows, 0)
    assert (parsed.rows[0].label, parsed.metadata_fields) == (label, fields)
