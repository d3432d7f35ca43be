"""What a document does to others, and what becomes of the clauses of one: lists on request.

第187号令废止了哪四件文件 asks for all that a document repeals, 2018年7月废止了哪些文件 for all that
was repealed then (`repeal_periods`), 修订时删掉的是哪几条 for clauses (`clauses_asked`). In: a
question, what is known of validity. Out: statements that cite the rows, items or clauses; none
where the question names no such document or asks for something else. Imports `clauses_asked`,
`drafts`, `questions`, `repeal_periods`, `standing`, `status`, `vectorstore`.
"""

from __future__ import annotations

import re

from assistant.clauses_asked import clauses_asked
from assistant.drafts import Statement
from assistant.questions import Question
from assistant.repeal_periods import doing_then
from assistant.standing import Change, inner_title
from assistant.status import Validity, named, passage_at
from vectorstore.datamodels import STATUS_AMENDED, STATUS_REPEALED, PolicyDocument
from vectorstore.numbers import numeral_value
from vectorstore.terms import fold

_VERB = r"宣布失效|失效|废止|废掉|废除|废了?|取代|替代|替换|修改|修订|改"
_COUNT = r"[〇一二两三四五六七八九十几\d]+[个件份部项]"
_OBJECT = r"(?:规范性|政策)?(?:文件|规章|办法|规定|通知|制度|东西|政策)"
# 一口气废了四个老文件，都是哪几个; 一共废止了哪四件规范性文件; 宣布失效的是什么文件.
_ASKED = (
    rf"(?:哪[几些一]?(?:{_COUNT})?[个件份部]?|什么|啥)(?:(?:老|旧|原来|以前|之前)的?)*"
    rf"(?:{_OBJECT}|\W*$)"
)
_WHICH = re.compile(
    rf"(?P<verb>{_VERB})(?:了|掉|的|过)*(?:之前|以前|原来)?(?:的)?(?:{_COUNT})?(?:老|旧|原)?(?:的)?"
    rf"(?:{_OBJECT})?[,，;；:：]?(?:都|分别|各|具体|又)?(?:是|有|叫)?{_ASKED}"
)
_AS_TO_WHICH = re.compile(
    rf"(?:哪[几些一]?(?:{_COUNT})?[个件份部]?|什么|啥)(?:老|旧)?{_OBJECT}(?:给|都|也)?(?P<verb>{_VERB})"
)
_SO_MANY = re.compile(r"([〇一二两三四五六七八九十\d]+)[个件份部项]")
_WHAT_FOR = re.compile(r"(?:为什么|为啥|为何|凭什么)|(?:什么|啥|哪)(?:时候|天|年|月|日|理由|原因)")
# What will be repealed, or what became of a matter afterwards, no list says.
_AFTERWARDS = re.compile(r"以后|之后|下一|还(?:打算|要|会|准备)|再废|打算|计划|[要将]废")
_ORDER = re.compile(r"第?\s*(\d{1,4})\s*号(?:市|县|区|州)?(?:人民)?政府令")


def told(question: Question, validity: Validity) -> list[Statement]:
    """What `question` wants to know of documents' validity and of what they do to each other."""
    said = fold(question.wording)
    found = clauses_asked(question, said, validity)
    if not found and not _AFTERWARDS.search(said):
        found = _done_then(question, said.replace("被", ""), validity)
        if not found and "被" not in said:
            found = _list_asked(question, said, validity)
    return found or validity.answer(question)


def _done_then(question: Question, said: str, validity: Validity) -> list[Statement]:
    """What was repealed or amended in the time that the question names, by whatever document."""
    match = _WHICH.search(said) or _AS_TO_WHICH.search(said)
    if match is None or question.numbers or _WHAT_FOR.search(said):
        return []
    verb = match["verb"]
    done = [
        _done_by(each, verb, validity) for each in doing_then(said, match, _status(verb), validity)
    ]
    done = [each for each in done if each]
    said_so_many = _SO_MANY.search(match[0])
    if not said_so_many:
        return done
    # 废了四个老文件: one document that does away with four, or several with as many in all.
    count = 2 if said_so_many[1] == "两" else numeral_value(said_so_many[1])
    fitting = [each for each in done if len(each.evidence) == count]
    if len(fitting) == 1:
        return fitting
    return done if sum(len(each.evidence) for each in done) == count else []


def _list_asked(question: Question, said: str, validity: Validity) -> list[Statement]:
    match = _WHICH.search(said) or _AS_TO_WHICH.search(said)
    if match is None or _WHAT_FOR.search(said):
        return []
    documents = [
        *validity.documents(question),
        *(
            each
            for serial in _ORDER.findall(said)
            for key in validity.store.ids_by_number(f"令第{serial}号")
            if (each := validity.document(key))
        ),
    ]
    unique = {each.id: each for each in documents}
    statements = []
    for document in unique.values():
        one = _done_by(document, match["verb"], validity)
        if one is not None:
            statements.append(one)
    return statements if len(unique) == 1 else []


def _done_by(document: PolicyDocument, verb: str, validity: Validity) -> Statement | None:
    """All that `document` does of the kind asked for, in one statement with each row cited."""
    wanted = _status(verb)
    done = "修改" if wanted == STATUS_AMENDED else "废止"
    changes = [each for each in validity.changes.by(document.id) if each.status == wanted]
    void = [each for each in changes if _declared_void(each, document, validity)]
    if "失效" in verb:
        changes, done = void, "宣布失效"
    elif len(void) < len(changes):
        changes = [each for each in changes if each not in void]
    known = [(each, evidence) for each in changes if (evidence := validity.evidence(each))]
    if not known:
        return None
    by = named(document.number, inner_title(document.title))
    names = "；".join(named(c.relation.target_number, c.relation.target_title) for c, _ in known)
    # 等4件: said where the document counts them itself.
    counted = len(known) > 1 and re.search(rf"(?<!\d){len(known)}件", fold(document.text))
    text = f"{by}{done}的文件：{names}{f'（共{len(known)}件）' if counted else ''}。"
    return Statement(text, tuple(evidence for _, evidence in known), (text,))


def _status(verb: str) -> str:
    """What a document is after what `verb` says was done to it."""
    return STATUS_AMENDED if re.match("修|改", verb) else STATUS_REPEALED


def _declared_void(change: Change, document: PolicyDocument, validity: Validity) -> bool:
    """Whether a document is declared invalid rather than repealed, by the words above it."""
    passage = passage_at(validity.store, document, change.relation.start)
    if passage is None:
        return False
    above = (*passage.headings, passage.locator.rpartition("/")[2])
    said = next((each for each in reversed(above) if re.search("废止|失效", each)), "")
    return "失效" in said and "废止" not in said
