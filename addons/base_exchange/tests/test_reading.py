"""Files of every kind give the same rows; damaged, hostile and careless ones a clear error, with the process alive and small."""

import datetime
import io
import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from addons.base_exchange.services.reading.limits import MIB, Limits
from addons.base_exchange.services.reading.source import ReadOptions, Source
from addons.base_exchange.tests.sheets import Formula, ods, sheet_of, xlsx
from core.api import ValidationError

ROWS = [["名称", "单价", "购买日期"], ["车床", 12345.5, datetime.date(2026, 11, 26)], ["锤子", 80.0, None]]
MOST_MB = 300


@pytest.fixture
def read(tmp_path):
    def rows(content, limits=None, **options):
        path = tmp_path / "file"
        path.write_bytes(content)
        return list(Source(path, ReadOptions(**options), limits or Limits()).rows())

    return rows


def padded(rows):
    return [[*row, *[None] * (3 - len(row))] for row in rows]


@pytest.mark.parametrize("kind", ["xlsx", "ods", "xls"])
def test_spreadsheets_of_every_kind_give_the_same_rows(read, kind):
    xls = Path(__file__).with_name("assets.xls").read_bytes()
    assert padded(read({"xlsx": xlsx, "ods": ods, "xls": lambda _rows: xls}[kind](ROWS))) == ROWS


def test_a_formula_gives_the_value_it_came_out_as_and_is_never_run(read):
    assert read(xlsx([["a", Formula("1+1")]])) == [["a", 42.0]]
    assert read(b"a,=1+1\n'=2,'quoted\n") == [["a", "=1+1"], ["=2", "'quoted"]]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found(read, delimiter):
    text = f'名称{delimiter}说明\n甲{delimiter}"一,二;三"\n乙{delimiter}x\n'
    assert read(text.encode()) == [["名称", "说明"], ["甲", "一,二;三"], ["乙", "x"]]


def lying(content):
    """Return a ZIP file whose directory says that its sheet is small."""
    position = content.rindex(b"PK\x01\x02", 0, content.rindex(b"xl/worksheets/sheet1.xml"))
    return content[: position + 24] + (100).to_bytes(4, "little") + content[position + 28 :]


def bomb():
    buffer = io.BytesIO()
    with (
        zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open("xl/worksheets/sheet1.xml", "w") as file,
    ):
        for _piece in range(400):
            file.write(b"0" * MIB)
    return buffer.getvalue()


GOOD = xlsx(ROWS * 50)
CASES = {
    "empty": b"",
    "truncated": GOOD[: len(GOOD) // 2],
    "truncated directory": GOOD[:-30],
    "not a workbook": xlsx([], sheet=b"").replace(b"workbook", b"wirkbook"),
    "broken xml": xlsx([], sheet=b"<worksheet><sheetData><row><c>"),
    "bomb": bomb(),
    "lying directory": lying(xlsx([["0" * 1000] * 40] * 200)),
    "far cell": xlsx(
        [],
        sheet=sheet_of('<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="SF1048576"><v>1</v></c></row>'),
    ),
    "10,000 columns": xlsx([["x"] * 10_000] * 3),
    "10,000 columns of text": (",".join(["x"] * 10_000) + "\n").encode() * 3,
    "nul": b"name,code\nA\x00B,1\n",
    "picture": b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 10,
    "half utf-8": "名称,编码\n甲,1\n".encode() + b"\xe7\x94",
    "open quotation": b'name,code\n"a,1\nb,2\n',
    "one endless cell": b'name\n"' + b"x" * 300_000 + b'"\n',
    "old office, damaged": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600,
}


@pytest.mark.parametrize("case", CASES)
def test_a_damaged_or_hostile_file_is_refused_with_a_clear_error(read, case):
    with pytest.raises(ValidationError) as error:
        read(CASES[case])
    assert error.value.code.startswith("import.file.")
    assert str(error.value.message)


def test_too_many_rows_are_refused(read):
    with pytest.raises(ValidationError, match="rows"):
        read(b"a\n" * 101, Limits(rows=100))
    with pytest.raises(ValidationError, match="rows"):
        read(xlsx([["a"]] * 101), Limits(rows=100))


def test_a_wrong_encoding_chosen_by_hand_says_where_it_fails(read):
    with pytest.raises(ValidationError, match="utf-8"):
        read("名称\n甲\n".encode("gbk"), encoding="utf-8")


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.integers(0, len(GOOD) - 1), st.integers(0, 255)), min_size=1, max_size=30))
def test_a_spreadsheet_with_wrong_bytes_is_read_or_refused(read, changes):
    content = bytearray(GOOD)
    for place, byte in changes:
        content[place] = byte
    try:
        read(bytes(content))
    except ValidationError as error:
        assert error.code.startswith("import.file.")


PROGRAM = """
import json, resource, sys
from pathlib import Path
from addons.base_exchange.services.reading.source import Source
from core.api import ValidationError
said, rows = None, 0
try:
    for row in Source(Path(sys.argv[1])).rows():
        rows += 1
except ValidationError as error:
    said = error.code
# Not ru_maxrss of this process: it counts the process that started it, too.
peak = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM"))
usage = [int(peak.split()[1]) // 1024, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024]
print(json.dumps([said, rows, *usage]))
"""


def measured(path):
    """Read a file in a process of its own; return the code of the error, the rows, and the megabytes of both processes."""
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(path)], capture_output=True, text=True, check=True, timeout=120
    )
    return json.loads(done.stdout)


def test_a_sparse_file_of_two_gigabytes_is_refused_at_once(tmp_path):
    path = tmp_path / "sparse.csv"
    with path.open("wb") as file:
        file.truncate(2 << 30)
    assert measured(path)[:2] == ["import.file.size", 0]


@pytest.mark.parametrize("case", ["bomb", "lying directory", "far cell"])
def test_hostile_files_take_little_memory(tmp_path, case):
    path = tmp_path / "file.xlsx"
    path.write_bytes(CASES[case])
    code, rows, own, child = measured(path)
    assert code in (
        "import.file.inflated",
        "import.file.memory",
        "import.file.damaged",
        "import.file.rows",
        "import.file.columns",
    )
    assert rows == 0
    assert max(own, child) <= MOST_MB


def test_a_hundred_thousand_rows_take_little_memory(tmp_path):
    path = tmp_path / "file.xlsx"
    row = [
        "常州恒信办公设备有限公司",
        "A-000001",
        1,
        2.5,
        datetime.date(2026, 1, 1),
        True,
        "x",
        "备注文字",
        "中国",
        "li",
    ]
    path.write_bytes(xlsx([row] * 100_000))
    code, rows, own, child = measured(path)
    assert (code, rows) == (None, 100_000)
    assert own + child <= MOST_MB, (own, child)
