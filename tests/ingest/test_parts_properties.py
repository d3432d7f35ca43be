"""What holds of annexes, relations, documents without numbers and pages whatever the text."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.annexes import end_of_letter, list_of_annexes
from ingest.documents import find_documents
from ingest.lines import join_lines
from ingest.pages import with_pages
from ingest.reader import read_documents
from ingest.relations import find_relations
from tests.ingest.gazette import FLOWED
from tests.ingest.test_properties import TEXTS, check_passages, squeezed

MENTIONS = st.sampled_from(
    [
        *(
            "《养蚕办法》",
            "《桑园规定》（青政发〔2020〕3号）",
            "青政发〔2014〕9号",
            "第三条",
            "市政府",
        ),
        *("根据", "废止", "同时废止", "修改", "转发", "由本办法代替", "制定", "印发", "现将"),
        *"，、。：《》（）",
    ]
)
SENTENCES = st.lists(MENTIONS, max_size=14).map("".join)
TITLES = st.sampled_from(
    [
        "青岚市人民政府关于养蚕的通知",
        "青岚市2023年4月大事记",
        "青岚市人民政府关于江一苇等职务任免的通知",
        "青岚市人民政府",
        "2023年4月1日",
        "各县（市）区人民政府：",
        "青政发〔2023〕9号",
        "附件：1. 桑园名录",
        "附件1",
        "桑园名录",
        "请各地认真做好养蚕工作，有关情况每季度报告一次。",
        "第一条 桑园由村管理。",
    ]
)


@settings(deadline=None)
@given(TEXTS)
def test_lists_of_annexes_are_places_in_the_text(lines: list[str]) -> None:
    """Only paragraphs that exist are marked, and every entry has a label and a title."""
    paragraphs = join_lines(lines)
    listed = list_of_annexes(paragraphs, 0)
    assert listed.indices <= set(range(len(paragraphs)))
    assert bool(listed.entries) <= bool(listed.indices)
    for label, title in listed.entries:
        assert label.startswith("附件")
        assert title.strip()
    assert 0 <= end_of_letter(paragraphs) <= len(paragraphs)


@settings(deadline=None)
@given(st.lists(SENTENCES, max_size=5).map("\n".join))
def test_relations_lie_in_the_text_in_order(text: str) -> None:
    """Each mention is named once, and holds its number or its title."""
    relations = find_relations(text, ())
    assert [r.start for r in relations] == sorted(r.start for r in relations)
    for relation in relations:
        mention = text[relation.start : relation.end]
        assert relation.target_title is None or relation.target_title in mention
        assert relation.target_title or relation.target_number


@settings(deadline=None)
@given(st.lists(TITLES, max_size=30))
def test_no_paragraph_belongs_to_two_documents(paragraphs: list[str]) -> None:
    """Documents follow one another; what they hold is not more than there is."""
    drafts = find_documents([f"{text}" for text in paragraphs])
    assert sum(len(draft.paragraphs) for draft in drafts) <= len(paragraphs)
    for draft in drafts:
        assert draft.paragraphs
        assert draft.title_at is None or 0 <= draft.title_at < len(draft.paragraphs)


@settings(deadline=None)
@given(st.lists(TITLES, max_size=24).map("\n\n".join))
def test_any_order_of_heads_feet_and_titles_is_read(text: str) -> None:
    """The contract of passages holds for every document."""
    for document in read_documents(text, "a.txt"):
        assert document.title
        check_passages(document)


@settings(deadline=None, max_examples=40)
@given(st.lists(st.integers(1, len(FLOWED) - 1), max_size=6))
def test_pages_begin_where_the_text_was_cut(cuts: list[int]) -> None:
    """Wherever a page ends: pages come in order, from the first character of each document on."""
    places = [0, *sorted(set(cuts)), len(FLOWED)]
    pages = [FLOWED[begin:end] for begin, end in pairwise(places)]
    documents = with_pages(read_documents(FLOWED, "a.txt"), pages)
    last = 0
    for document in documents:
        offsets, numbers = zip(*document.pages, strict=True)
        assert offsets[0] == 0
        assert list(offsets) == sorted(set(offsets))
        assert list(numbers) == sorted(numbers)
        assert last <= numbers[0] <= numbers[-1] <= len(pages)
        last = numbers[-1]
    assert squeezed("".join(pages)) == squeezed(FLOWED)
