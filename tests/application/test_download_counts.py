"""Daily counts are read from what offices hand over; bad lines are named, good ones kept."""

from __future__ import annotations

from datetime import date

import pytest

from application.download_counts import CountsUnreadable, read_counts


def test_lines_become_counts() -> None:
    read = read_counts(b"store,day,count\nGoogle,2023-08-27,70\napple,2023-08-27,30\n")
    assert [(one.store, one.day, one.count) for one in read.counts] == [
        ("google", date(2023, 8, 27), 70),
        ("apple", date(2023, 8, 27), 30),
    ]
    assert read.quarantined == ()


@pytest.mark.parametrize("encoding", ["utf-8-sig", "cp949"])
def test_korean_offices_encodings_are_read(encoding: str) -> None:
    content = 'count,store,day,비고\n"1,070",google,2023-08-27,합계\n'.encode(encoding)
    [count] = read_counts(content).counts
    assert count.count == 1070


def test_a_bad_line_is_set_aside_with_its_reason() -> None:
    read = read_counts(
        b"store,day,count\n"
        b"google,2023-08-32,70\n"
        b"google,2023-08-27,-1\n"
        b"\n"
        b" , ,\n"
        b",2023-08-27,5\n"
        b"google,2023-08-27,1,070\n"
        b"google,2023-08-28\n"
        b"google,2023-08-29,8\n"
    )
    assert [one.count for one in read.counts] == [8]
    assert [one.line for one in read.quarantined] == [2, 3, 6, 7, 8]
    assert [one.reason.split(":")[0] for one in read.quarantined] == [
        "day",
        "count",
        "store",
        "more values than columns; a count with commas must be quoted",
        "count",
    ]


def test_a_file_without_the_columns_is_refused() -> None:
    with pytest.raises(CountsUnreadable, match="no column day, count"):
        read_counts(b"store,date\nx,y\n")


def test_an_empty_file_is_refused() -> None:
    with pytest.raises(CountsUnreadable, match="line 1"):
        read_counts(b"")


def test_an_unknown_encoding_is_refused() -> None:
    with pytest.raises(CountsUnreadable, match="UTF-8"):
        read_counts(b"store,day,count\n\xff\xff\xff")
