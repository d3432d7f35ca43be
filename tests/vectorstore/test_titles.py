"""Titles as people remember them: the index finds what comparing each title would."""

from __future__ import annotations

from vectorstore.titles import TitleIndex

TITLES = [
    ("a", "青岚市城市停车管理办法"),
    ("b", "青岚市城市供热管理办法"),
    ("c", "关于印发《青岚市城市停车管理办法实施细则》的通知"),
]


def test_half_remembered_titles() -> None:
    """Words may be missing, scripts differ; what says something else is not meant."""
    index = TitleIndex(TITLES)
    assert index.named("城市停车管理办法", 0.8) == ["a", "c"]
    assert index.named("青嵐市城市停車管理辦法", 0.8) == ["a", "c"]
    assert index.named("城市供热办法", 0.6) == ["b"]
    assert index.named("养犬管理规定", 0.8) == []


def test_a_title_without_pairs_and_an_empty_library() -> None:
    """A single character is in every title; where there is no title nothing is named."""
    assert index_of_nothing().named("停车", 0.8) == []
    assert TitleIndex(TITLES).named("办", 0.8) == ["a", "b", "c"]


def index_of_nothing() -> TitleIndex:
    """The titles of a library without documents."""
    return TitleIndex(())
