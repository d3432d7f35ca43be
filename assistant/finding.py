"""What the store holds on a question, and how surely that answers it.

In: a `Question`. Out: a frozen `Found`, everything that an answer can be made from, and a
probability that it answers. Imports what reads evidence (`evidence`, `rosters`, `succession`,
`status`, `effects`, `particulars`, `refusal`, `answerability`, `table_answers`,
`roster_answers`) and `vectorstore`; nothing that writes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from assistant.answer_types import ISSUED
from assistant.answerability import Calibration, features
from assistant.conversation import left_aside, settled, talked_about, to_look_in
from assistant.drafts import Statement
from assistant.effects import told
from assistant.evidence import Sentence, best_for_parts, score_sentences
from assistant.issuance import of_unknown, with_issued_document
from assistant.particulars import told_of_documents
from assistant.questions import Question
from assistant.refusal import Library, asks_for_all_of, contradiction, doubts
from assistant.roster_answers import from_roster
from assistant.rosters import sent_by_office
from assistant.standing import Changes
from assistant.status import Validity
from assistant.succession import choose
from assistant.table_answers import from_table
from vectorstore.datamodels import FoundPassage
from vectorstore.retriever import PolicyRetriever
from vectorstore.second_look import Wanted

# Less than any probability that is asked for: refused whatever the operating point.
LEAST = 1e-6
# What a document is and when it was issued stands in its own particulars.
_OF_DOCUMENT = ("document", "issued")

# A short question is weakly answered on its own between these confidences (below them nothing is
# known of its words), and clearly as a follow-up from this one on; chosen on the gold questions
# (dev).
_DOUBTFUL = (0.1, 0.5)
_SURELY = 0.75


@dataclass(frozen=True)
class Found:
    """Everything an answer can be made from; `record` is what the particulars of the documents say
    that it names, where it asks for these, `tabled` what a table says as a whole; `several` holds
    what was found for each of several questions in one, where they are answered one by one, `sure`
    how surely all of them are."""

    question: Question
    passages: tuple[FoundPassage, ...]
    sentences: tuple[Sentence, ...]
    first: tuple[Sentence, ...]
    missing: tuple[str, ...]
    validity: tuple[Statement, ...] = ()
    tabled: tuple[Statement, ...] = ()
    superseded: tuple[Statement, ...] = ()
    record: tuple[Statement, ...] = ()
    several: tuple[Found, ...] = ()
    sure: float = 0.0

    @property
    def told(self) -> tuple[Statement, ...]:
        """What is known as it is, and nobody has to write."""
        return self.validity or self.record or self.tabled

    @property
    def document(self) -> str:
        """The id of the best sentence's document; empty where nothing was found."""
        return self.sentences[0].passage.document_id if self.sentences else ""


class Finder:
    """Looks a question up in one store."""

    def __init__(self, retriever: PolicyRetriever, calibration: Calibration):
        self.retriever = retriever
        self.store = retriever.store
        self._calibration = calibration
        self._changes: tuple[int, Changes] | None = None

    def find(self, question: Question) -> Found:
        """What the store holds on `question`, searched as a whole, read as the documents speak
        for; as a follow-up too where they speak for little on its own."""
        taken = settled(question, self.retriever)
        found = self._held_on(taken)
        leaning = left_aside(question, taken)
        return self._surer(found, leaning) if leaning else found

    def _surer(self, found: Found, leaning: Question) -> Found:
        """What is `found` for a question on its own, or for its `leaning` reading where what was
        talked about holds both its own words and the whole better."""
        alone = self.confidence(found)
        within = talked_about(leaning, self.retriever)
        if not _DOUBTFUL[0] <= alone < _DOUBTFUL[1] or found.document in ("", *within):
            return found
        here = self._held_on(replace(found.question, documents=tuple(within)))
        if self.confidence(here) <= alone:
            return found
        further = self._held_on(leaning)
        goes_on = further.document in within and self.confidence(further) >= _SURELY
        return further if goes_on else found

    def _held_on(self, question: Question) -> Found:
        """What the store holds on a `question` of which it is settled how it is read."""
        record = told_of_documents(question, self.store)
        question = with_issued_document(question, self.store)
        within = record.ids or question.documents or to_look_in(question, self.retriever)
        wanted = Wanted(question.wants.is_held_by, question.wants.strict)
        result = self.retriever.search(question.standalone, documents=within, wanted=wanted)
        embeddings = self.retriever.embeddings
        sentences = score_sentences(question, result.passages, embeddings)
        sentences = sent_by_office(question, sentences)
        first = best_for_parts(question, result.passages, embeddings)
        validity = self.validity()
        answered = tuple(told(question, validity))
        chosen = choose(question, sentences, validity)
        return Found(
            question=question,
            passages=result.passages,
            sentences=chosen.sentences,
            first=(*first, *chosen.all_asked),
            missing=result.missing,
            validity=answered,
            tabled=() if answered else self._tabled(question, result.passages),
            superseded=chosen.others,
            record=record.statements,
        )

    def _tabled(
        self, question: Question, passages: Sequence[FoundPassage]
    ) -> tuple[Statement, ...]:
        """What a table or a list of members says as a whole."""
        said = from_table(question, passages, self.store)
        return said or from_roster(question, passages, self.store)

    def validity(self) -> Validity:
        """What the documents of the store's current version say of each other."""
        version = self.store.version
        if self._changes is None or self._changes[0] != version:
            self._changes = (version, Changes.of(self.store))
        return Validity(self.store, self._changes[1], date.today())

    def confidence(self, found: Found) -> float:
        """The probability that the evidence answers; 0 where it contradicts the question."""
        if not found.question.searchable:
            return 0.0
        if found.validity or found.record:
            return 1.0
        if not found.sentences or self.validity().names_unknown(found.question):
            return 0.0
        library = Library(
            [row[2] for row in self.store.titles()], self.store.text, self.store.document
        )
        against = contradiction(found.question, found.sentences, found.missing, library)
        # A table that knows every word of the question is no list that is only announced.
        if against and not (found.tabled and against == "absent"):
            return 0.0
        if of_unknown(found.question, found.sentences, library, found.missing):
            return 0.0
        if found.tabled or asks_for_all_of(found.question, found.sentences[0]):
            return 1.0
        named = found.question.numbers or found.question.kind == ISSUED.name
        if named and found.question.kind in _OF_DOCUMENT and not found.missing:
            return 1.0
        against = doubts(found.question, found.sentences, library)
        against["year"] = against["year"] and not self._held_then(found)
        read = self.retriever.read_closely(found.question.standalone, found.passages)
        values = features(
            found.question,
            found.passages,
            found.sentences,
            library,
            against,
            read,
            self.retriever.embeddings,
        )
        return max(self._calibration.answerable(values), found.sure, LEAST)

    def _held_then(self, found: Found) -> bool:
        """Whether the question asks what was the case at a date after the document's issue."""
        asked = self.validity().asked(found.question)
        return asked.then and (found.sentences[0].passage.issued or "9") <= asked.on
