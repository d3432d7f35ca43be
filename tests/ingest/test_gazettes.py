"""The five real gazettes are read whole: every document, no masthead, no fault left."""

import re
from pathlib import Path

import pytest

from ingest.files import find_files
from ingest.loading import read_file
from ingest.markers import kind_of
from tests.ingest.printing import reprinted
from vectorstore.datamodels import PolicyDocument

POLICIES = Path(__file__).resolve().parents[2] / ".." / "shared" / "policies"
DIGESTS = Path(__file__).resolve().parents[2] / "documents"
PLACE = "葫芦岛市人民政府令第"
LETTERS = {
    "葫政发〔2017〕": (60, 63, 66),
    "葫政办发〔2017〕": (191, 197, 198, 211),
    "葫政发〔2018〕": (25, 29),
    "葫政办发〔2018〕": (100, 110, 115, 118, 119, 120),
    "葫政发〔2019〕": (10, 11, 12, 13),
    "葫政办发〔2019〕": (51, 55, 56, 59, 60, 63, 64),
    "葫政告字〔2019〕": (2,),
    "葫政公领发〔2019〕": (1,),
    "葫政发〔2020〕": (13, 14),
    "葫政办发〔2020〕": (33, 49),
    "葫政告字〔2020〕": (2,),
    PLACE: (185, 187),
}

pytestmark = pytest.mark.gazettes


@pytest.fixture(scope="module")
def documents() -> list[PolicyDocument]:
    if not POLICIES.is_dir():
        pytest.skip("the gazettes are not in ../shared/policies")
    return [document for path in find_files([POLICIES]) for document in read_file(path, path.name)]


def test_the_35_documents_are_found_once_each(documents):
    """Neither more nor fewer than the gazettes print."""
    expected = sorted(f"{code}{n}号" for code, numbers in LETTERS.items() for n in numbers)
    assert sorted(str(d.number) for d in documents) == expected


def test_titles_and_dates(documents):
    """Titles are one line that ends with its kind; every document is dated and issued."""
    for document in documents:
        assert not re.search(r"\s", document.title)
        assert document.kind == kind_of(document.title) is not None
        assert re.fullmatch(r"20(17|18|19|20)-\d\d-\d\d", document.issued or "")
        assert (document.issuer or "").startswith("葫芦岛市")


def test_passages_are_slices_of_moderate_length(documents):
    """Offsets are exact; lengths stay below 700 characters; most are below 400."""
    lengths = []
    for document in documents:
        for passage in document.passages:
            assert document.text[passage.start : passage.end] == passage.text
            lengths.append(len(passage.text))
    assert max(lengths) <= 700
    assert sum(n > 450 for n in lengths) < 0.01 * len(lengths)


def test_the_text_is_covered(documents):
    """What no passage holds is headings, heads and feet, not sentences."""
    for document in documents:
        covered = [False] * len(document.text)
        for passage in document.passages:
            covered[passage.start : passage.end] = [True] * len(passage.text)
        start = 0
        for line in document.text.split("\n"):
            if not any(covered[start : start + len(line)]) and "。" in line[:-1]:
                pytest.fail(f"{document.number}: {line[:40]}")
            start += len(line) + 1


def test_no_masthead_and_no_fault_is_left(documents):
    """The editors' names, page furniture and faulty glyphs are gone."""
    for document in documents:
        assert not re.search("编委会|编辑部|出 版|3114944|双月刊", document.text)
        assert not re.search(r"[渊冤掖]|[尧遥曰](?![\u3400-\u9fff])|\band\b|\\text", document.text)
        assert not re.search(r"[\u3400-\u9fff] [\u3400-\u9fff]{3,} |  ", document.text)
        assert "\f" not in document.text


def test_articles_are_complete(documents):
    """The articles of regulations are numbered through without a gap."""
    by_number = {d.number: d for d in documents}
    for number, last in (
        (f"{PLACE}185号", 25),
        ("葫政发〔2019〕12号", 30),
        ("葫政发〔2020〕14号", 42),
    ):
        locators = dict.fromkeys(p.locator for p in by_number[number].passages)
        assert sum(bool(re.fullmatch("第.+条", x)) for x in locators) == last


def test_relations_of_the_gazettes(documents):
    """What is repealed and amended is found under its number."""
    stated = {(r.kind, r.target_number) for d in documents for r in d.relations}
    assert ("repeals", "葫政办发〔2016〕64号") in stated
    assert ("amends", "市政府令第158号") in stated
    for n in (90, 97, 106, 141):
        assert ("repeals", f"市政府令第{n}号") in stated


def test_what_is_wrong_in_the_gazettes_is_reported(documents):
    """Two entries of the contents pages contradict the documents; one annex is not printed."""
    warned = {d.number: d.warnings for d in documents if d.warnings}
    assert sorted(warned) == ["葫政办发〔2017〕211号", "葫政办发〔2020〕33号", "葫政发〔2019〕10号"]
    assert warned["葫政办发〔2020〕33号"] == (
        "附件2未随文收录：葫芦岛市推进城乡生活垃圾分类工作责任分解表",
    )


def test_formal_parts_of_every_document(documents):
    """Letters name whom they are sent to, every document who signed it."""
    for document in documents:
        letter = document.kind in ("通知", "实施意见")
        assert bool(document.addressee) == letter, document.number
        assert document.publicity in ("公开发布", None)
        assert (document.signature or "") in (document.issuer or "", "市长：王力威")
    annexes = {d.number: d.annexes for d in documents if d.annexes}
    assert [a.label for a in annexes["葫政办发〔2020〕49号"]] == [f"附件{n}" for n in range(1, 8)]
    assert [a.missing for a in annexes["葫政办发〔2020〕33号"]] == [False, True]


def _places(document: PolicyDocument) -> set[str]:
    """The locators of a document and all that encloses them, as bare numbers.

    Tables and introductions are left out: a digest may have them where the original has prose.
    """
    places = set()
    for passage in document.passages:
        steps = re.sub(r"（第\d+处）", "", passage.locator).split("/")
        bare = [re.sub(r"^([一二三四五六七八九十]+、|第.+?[章节条]).*", r"\1", x) for x in steps]
        bare = bare[: bare.index("表")] if "表" in bare else bare
        places |= {"/".join(bare[:depth]) for depth in range(1, len(bare) + 1)}
    return places - {"正文", "通知", "印发说明"}


def test_digests_are_cited_like_their_originals(documents):
    """What a digest calls 二、/（一）/1. is there in the original under that name."""
    originals = {d.number: _places(d) for d in documents}
    shared = total = 0
    for path in find_files([DIGESTS]):
        (digest,) = read_file(path, path.name)
        places = _places(digest)
        shared += len(places & originals[digest.number])
        total += len(places)
        assert len(places & originals[digest.number]) >= 0.9 * len(places), digest.number
    assert total > 900
    assert shared >= 0.99 * total


@pytest.mark.slow
@pytest.mark.parametrize("columns", [1, 2], ids=["one column", "two columns"])
def test_printed_again_they_are_read_alike(documents, columns, tmp_path):
    """As PDF, in either layout, every document has its particulars and all of its places."""
    for source in sorted({d.source for d in documents}):
        issue = [d for d in documents if d.source == source]
        path = tmp_path / f"{source}.pdf"
        path.write_bytes(reprinted(issue, columns))
        again = {d.number: d for d in read_file(path, path.name)}
        assert set(again) == {d.number for d in issue}
        for document in issue:
            printed = again[document.number]
            assert (printed.title, printed.issued) == (document.title, document.issued)
            assert (printed.addressee, printed.signature) == (
                document.addressee,
                document.signature,
            )
            places = {p.locator for p in document.passages}
            assert not places - {p.locator for p in printed.passages}, document.number
