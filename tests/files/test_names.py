"""Names that people see."""

import pytest

from chat.files.names import MAX_LENGTH, extension_of, safe_name

PDF = ("pdf",)


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("report.pdf", "report.pdf"),
        ("Bericht März.PDF", "Bericht März.PDF"),
        ("ሪፖርት 2026.pdf", "ሪፖርት 2026.pdf"),
        ("../../etc/passwd", "passwd.pdf"),
        ("..\\..\\windows\\win.ini.pdf", "win.ini.pdf"),
        ("/absolute/path.pdf", "path.pdf"),
        ("C:\\x:y.pdf", "x_y.pdf"),
        ("invoice\u202efdp.exe", "invoicefdp.pdf"),
        ("zero\u200bwidth\ufeff.pdf", "zerowidth.pdf"),
        ("blank\u3164\u2800\uffa0.pdf", "blank.pdf"),
        ("\u3164.pdf", "pdf.pdf"),
        ("nul\x00byte.html\x00.pdf", "nulbyte.html.pdf"),
        ("two\r\nlines.pdf", "twolines.pdf"),
        ("  many   spaces .pdf", "many spaces.pdf"),
        ('quote"<b>|?*%.pdf', "quote__b_____.pdf"),
        ("photo.exe", "photo.pdf"),
        ("", "file.pdf"),
        ("...", "file.pdf"),
        (".pdf", "pdf.pdf"),
        ("/", "file.pdf"),
        ("half\ud800pair.pdf", "halfpair.pdf"),
        ("CON.pdf", "_CON.pdf"),
        ("com1.tar.pdf", "_com1.tar.pdf"),
        ("e\u0301te\u0301.pdf", "été.pdf"),
        ("no ending at all. Really", "no ending at all. Really.pdf"),
    ],
)
def test_name_becomes_harmless(raw: str, expected: str) -> None:
    assert safe_name(raw, PDF) == expected
    assert safe_name(expected, PDF) == expected


def test_long_name_is_cut_and_keeps_its_ending() -> None:
    name = safe_name("文" * 5000 + ".pdf", PDF)

    assert len(name) == MAX_LENGTH
    assert name.endswith("文.pdf")


def test_ending_is_read_as_written() -> None:
    assert extension_of("A.Txt ") == "txt"
    assert extension_of("no ending") == ""
    assert extension_of("txt") == ""
