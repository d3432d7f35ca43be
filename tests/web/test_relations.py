"""Relations between documents: both ways, linked where the library can tell which is meant."""

from __future__ import annotations

from tests.web.holdings import TREES, relation, summary
from views.relations import RelationIndex

OLD_ORDER = "云江市人民政府令第90号"


def groups(documents, number):
    found = RelationIndex(documents).of(f"id-{number}")
    return {
        (group.kind, group.incoming): [(each.number, each.title, each.id) for each in group.related]
        for group in found
    }


def test_a_repeal_is_seen_from_both_ends():
    """The repealing document names the other; the repealed one names who did it, and where."""
    old = summary(OLD_ORDER, title="渡船管理办法", status="已废止")
    new = summary(TREES, relations=(relation("repeals", "市政府令第90号", start=40),))
    assert groups([old, new], TREES) == {
        ("repeals", False): [(OLD_ORDER, "渡船管理办法", f"id-{OLD_ORDER}")]
    }
    assert groups([old, new], OLD_ORDER) == {("repeals", True): [(TREES, new.title, new.id)]}
    (reason,) = RelationIndex([old, new]).reasons(old)
    assert (reason.said_by, reason.start, reason.end) == (new.id, 40, 45)


def test_an_absent_document_keeps_its_name():
    """What the library does not hold is named as it was cited, without a link."""
    citing = summary(TREES, relations=(relation("cites", "国发〔2011〕9号", "养护条例"),))
    assert groups([citing], TREES) == {("cites", False): [("国发〔2011〕9号", "养护条例", None)]}


def test_a_title_finds_the_notice_that_issued_it():
    """《渡船管理办法》 is the text that a notice of another title issues."""
    notice = summary("云政发〔2019〕7号", title="云江市人民政府关于印发《渡船管理办法》的通知")
    citing = summary(TREES, relations=(relation("based_on", None, "渡船管理办法"),))
    assert groups([notice, citing], TREES)[("based_on", False)][0][2] == notice.id
    assert ("based_on", True) in groups([notice, citing], "云政发〔2019〕7号")


def test_two_documents_that_could_be_meant_are_not_guessed_between():
    """A name that two documents bear is left without a link."""
    both = [summary(f"云政发〔{year}〕7号", title="渡船管理办法") for year in (2018, 2019)]
    citing = summary(TREES, relations=(relation("cites", None, "渡船管理办法"),))
    assert groups([*both, citing], TREES) == {("cites", False): [(None, "渡船管理办法", None)]}


def test_every_document_that_a_repeal_could_mean_says_why_it_is_repealed():
    """The store marks both as repealed; neither page may be silent about by what."""
    both = [
        summary("云政发〔2018〕7号", id=name, title=f"渡船{name}", status="已废止") for name in "ab"
    ]
    new = summary(TREES, relations=(relation("repeals", "云政发〔2018〕7号"),))
    index = RelationIndex([*both, new])
    assert [[each.said_by for each in index.reasons(one)] for one in both] == [[new.id]] * 2
    assert [each.id for group in index.of(new.id) for each in group.related] == [None]


def test_a_document_has_no_relation_to_itself_and_none_twice():
    """A document that speaks of itself, or often of another, says so once at most."""
    mentions = (
        relation("cites", TREES),
        relation("cites", "云政发〔2019〕7号"),
        relation("cites", "云政发〔2019〕7号", start=90),
    )
    documents = [summary(TREES, relations=mentions), summary("云政发〔2019〕7号")]
    assert len(groups(documents, TREES)[("cites", False)]) == 1
    assert len(groups(documents, "云政发〔2019〕7号")[("cites", True)]) == 1


def test_a_kind_that_is_not_known_counts_as_a_mention():
    """A store that a later program wrote is still shown."""
    citing = summary(TREES, relations=(relation("celebrates", "国发〔2011〕9号"),))
    assert ("cites", False) in groups([citing], TREES)
