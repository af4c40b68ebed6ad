"""The encoding of real Chinese lists is found, also of short ones, and what is no text is refused."""

import pytest

from addons.base_exchange.services.reading.encoding import find_encoding
from core.api import ValidationError

SIMPLIFIED = (
    "公司名,税号,联系人,所属行业\n常州恒信办公设备有限公司,91320400MA1,王芳,制造业\n无锡惠山印务,9132,李明,印刷\n"
)
TRADITIONAL = "公司名稱,統一編號,聯絡人,電話\n臺北恆信辦公設備股份有限公司,12345678,王小明,02-27718888\n高雄港務,87654321,陳美玲,07-1\n"
SHORT = "客户,金额\n张三,5\n"
RARE = "姓名,籍贯\n赵䶮,鄠邑\n朱镕基,长沙\n𠮷田,东京都\n"


@pytest.fixture
def found(tmp_path):
    def find(content):
        path = tmp_path / "list.csv"
        path.write_bytes(content)
        return find_encoding(path)

    return find


@pytest.mark.parametrize(
    ("text", "encoding", "expected"),
    [
        (SIMPLIFIED, "utf-8", "utf-8"),
        (SIMPLIFIED, "utf-8-sig", "utf-8-sig"),
        (SIMPLIFIED, "gbk", "gb18030"),
        (SHORT, "gbk", "gb18030"),
        (RARE, "gb18030", "gb18030"),
        (TRADITIONAL, "big5", "big5"),
        ("客戶,金額\n陳,5\n", "big5", "big5"),
        (SIMPLIFIED, "utf-16", "utf-16"),
        (SIMPLIFIED, "utf-16-le", "utf-16-le"),
        (TRADITIONAL, "utf-16-be", "utf-16-be"),
        ("Name;Stadt\nMüller;Köln\nGarçon;Besançon\n", "windows-1252", "windows-1252"),
        ("name,city\nSmith,London\n", "ascii", "utf-8"),
    ],
)
def test_the_encoding_is_found_and_reads_the_same_text(found, text, encoding, expected):
    content = text.encode(encoding)
    assert found(content) == expected
    assert content.decode(expected) == text


@pytest.mark.parametrize("content", [bytes(range(256)) * 20, b"\xff\xfe\x00\xd8" * 50, b"%PDF-1.7\x00\x01\xff\xd8" * 9])
def test_what_is_no_text_is_refused(found, content):
    with pytest.raises(ValidationError):
        content.decode(found(content))


def test_a_fault_far_behind_the_sample_decides_as_well(found):
    assert found(b"name\n" * 200_000 + "客户".encode("gbk")) == "gb18030"
