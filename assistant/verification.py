"""Checks what a writer wrote, by code: no figure without its source, no quote that differs.

In: statements and the stored texts. Out: the statements that hold, and why others were dropped.
A statement holds when each of its pieces of evidence stands verbatim in the stored document at
its offsets, every figure (amount, date, percentage, telephone, document number, article) and
every name that it states stands in that evidence or in the cited document's particulars, enough
of its words do, what it puts in quotation marks is the document's own (`quotations`), no clause
of it turns its source round (`claims`), and each figure and office is said of what the cited
passage says it of (`bindings`). An English sentence is compared by its figures and the terms
that the glossary knows. Imports `bindings`, `claims`, `drafts`, `english`, `figures`,
`language`, `quotations`, `vectorstore`'s terms.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from assistant.bindings import misplaced
from assistant.claims import reversed_clause, unknown_name
from assistant.drafts import Evidence, Statement
from assistant.english import known_terms
from assistant.figures import figures, without_figures
from assistant.language import ENGLISH, SIMPLIFIED
from assistant.quotations import foreign_quotation
from assistant.tables import CELL
from vectorstore.datamodels import FoundPassage
from vectorstore.terms import bigrams, fold, words

_SIGNS = re.compile(r"\w+")
_HAN = re.compile(r"[\u4e00-\u9fff]")
# A sentence in other words than its source's still shares its nouns; less is another matter.
# 根据《…》（…）二、（三）“…”： — the name of a place states nothing that could be turned round.
_LEAD = re.compile(
    r"^根据《[^》]+》(?:（[^）]*）)?(?:(?:[一二三四五六七八九十]+、|附件)[^：。，；]{0,60}[”）\d]：)?"
)
_LEAST_SHARED = 0.34
_MISCOUNTED = "有一句话所数的行数与所引表格不符，已删去。"


def verify(
    statements: Sequence[Statement],
    text_of: Callable[[str], str | None],
    *,
    language: str = SIMPLIFIED,
) -> tuple[list[Statement], list[str]]:
    """The statements that hold, and one Chinese sentence for each that does not.

    `text_of` gives a stored document's text by its id; `language` is the one asked for: only
    there may a sentence be without Chinese.
    """
    kept, problems = [], []
    for statement in statements:
        sound = tuple(each for each in statement.evidence if _is_verbatim(each, text_of))
        if not sound:
            problems.append("有一句话没有可核对的出处，已删去。")
            continue
        counted = _without_rows(statement, sound)
        problem = _problem(counted, sound, language) if counted else _MISCOUNTED
        if problem:
            problems.append(problem)
        else:
            kept.append(replace(statement, evidence=sound))
    return kept, problems


def _without_rows(statement: Statement, sound: Sequence[Evidence]) -> Statement | None:
    """A statement without the number of rows that it says there are (共6家), which stands in no
    source but can be counted there; None where it does not cite so many, each once."""
    if not statement.rows:
        return statement
    rows = {
        each.start + at
        for each in sound
        for at, sign in enumerate(f"\n{each.text}")
        if sign == "\n" and CELL in each.text[at:].partition("\n")[0]
    }
    text, said = re.subn(rf"(共列?){len(rows)}(?!\d)", r"\1", statement.text)
    return replace(statement, text=text) if said == 1 and statement.rows == len(rows) else None


def _problem(statement: Statement, sound: Sequence[Evidence], language: str) -> str:
    """The first thing that speaks against a statement, in Chinese; empty where nothing does."""
    unsupported = unsupported_figures(statement.text, sound, statement.particulars)
    if unsupported:
        return f"有一句话中的“{unsupported[0]}”在所引原文中找不到，该句已删去。"
    if _turns_round(statement, sound, language):
        return "有一句话与所引原文不符，已删去。"
    passages = _passages(sound, statement.particulars)
    foreign = foreign_quotation(statement.text, (*passages, *_all_sources(statement, sound)))
    if foreign:
        return f"有一句话所引的“{foreign}”不是所引文件的原文，该句已删去。"
    moved = misplaced(statement.text, passages) if language != ENGLISH else ""
    return f"有一句话对“{moved}”的说法与所引原文不符，已删去。" if moved else ""


def _turns_round(statement: Statement, sound: Sequence[Evidence], language: str) -> bool:
    """Whether a statement says other than what it cites, in words, sense or names."""
    if language != ENGLISH and not _HAN.search(statement.text):
        # Telephone numbers of a list are all right as they stand there.
        return not any(_signs(statement.text) in _signs(each.text) for each in sound)
    if shared_words(statement.text, sound, statement.particulars) < _LEAST_SHARED:
        return True
    sources = _all_sources(statement, sound)
    said = _LEAD.sub("", statement.text)
    return bool(reversed_clause(said, sources) or unknown_name(statement.text, sources))


def _signs(text: str) -> str:
    return "".join(_SIGNS.findall(text))


def _passages(evidence: Sequence[Evidence], particulars: Sequence[str]) -> list[str]:
    """The passages behind some evidence, each with what stands above it."""
    found = ["\n".join(particulars)]
    for each in evidence:
        passage = each.passage
        # A continuation may be quoted from right behind its passage.
        text = passage.text if each.text in passage.text else f"{passage.text}\n{each.text}"
        found.append("\n".join((*passage.headings, _issued(passage), text)))
    return list(dict.fromkeys(found))


def _issued(passage: FoundPassage) -> str:
    """The date of the record in words, which tell it from the dates in the text."""
    return f"{passage.issued}印发公布" if passage.issued else ""


def _is_verbatim(evidence: Evidence, text_of: Callable[[str], str | None]) -> bool:
    stored = text_of(evidence.passage.document_id)
    return (
        stored is not None
        and bool(evidence.text)
        and evidence.start >= 0
        and stored[evidence.start : evidence.end] == evidence.text
    )


def unsupported_figures(
    text: str, evidence: Sequence[Evidence], particulars: Sequence[str] = ()
) -> list[str]:
    """The figures of `text` that stand neither in the evidence nor in the particulars."""
    allowed = {
        figure
        for source in (*particulars, *_sources(evidence), *(each.text for each in evidence))
        for figure in figures(source)
    }
    return [figure for figure in figures(text) if figure not in allowed]


def shared_words(text: str, evidence: Sequence[Evidence], particulars: Sequence[str] = ()) -> float:
    """The share of the Chinese words of `text` that its sources hold; 0 for a bare 可以.

    Figures are left to `unsupported_figures`. Of a text in English the terms that the glossary
    has stand for its words.
    """
    source = fold("\n".join((*particulars, *_sources(evidence), *(e.text for e in evidence))))
    if not _HAN.search(text):
        known = [term for term in known_terms(text) if _HAN.search(term)]
        if not known:
            return float(bool(figures(text)))
        return sum(_is_about(term, source) for term in known) / len(known)
    said = [word for word in words(fold(without_figures(text))) if _HAN.search(word)]
    if not said:
        return float(bool(figures(text)))
    return sum(len(each) for each in said if each in source) / sum(map(len, said))


def _is_about(term: str, source: str) -> bool:
    """Whether a source speaks of `term`, be it in other words with one sign in common pairs."""
    return term in source or any(pair in source for pair in bigrams(term))


def _all_sources(statement: Statement, sound: Sequence[Evidence]) -> tuple[str, ...]:
    return (*statement.particulars, *_sources(sound), *(each.text for each in sound))


def _sources(evidence: Sequence[Evidence]) -> list[str]:
    """What the cited documents' records say beside their text."""
    return [
        source
        for each in evidence
        for passage in (each.passage,)
        for source in (
            passage.number or "",
            passage.title,
            passage.locator,
            passage.issued or "",
            *passage.headings,
        )
    ]
