"""How surely the evidence answers: a logistic regression over what was found.

In: a question, the found passages and sentences, and what the close reading says of them. Out: a
probability. Telling features are how near the question's words stand to the best place and
sentence, what the close reading's network makes of it, where a kind of thing is asked for (an
amount, a date), how well the best sentence that holds one fits (a figure is found anywhere),
whether the text says what is asked of the matter at all (see `attributes`), what the words that it
does not say are worth (see `unmet`), and what networks that read both make of it (see
`attention`).
Fitted on the gold questions by `python -m assistant.calibration`, kept in `refusal.json`. With
another embedding model than the one the close reading was fitted to there is none, and a shorter
list of features is weighed. Imports `refusal`'s types and `vectorstore`'s.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
import rjieba

from assistant.asked_date import without_date
from assistant.attention import load_committee, pair_of
from assistant.attributes import asked_attributes, deeds, unsaid
from assistant.evidence import Sentence
from assistant.language import ENGLISH
from assistant.measures import measures
from assistant.questions import Question
from assistant.refusal import ASKING, Library
from assistant.unmet import Unmet, load_weights, unmet
from vectorstore.close_reading import FEATURES as READ
from vectorstore.close_reading import Reading
from vectorstore.datamodels import FoundPassage
from vectorstore.embedding import PolicyEmbeddings
from vectorstore.terms import STOPWORDS, fold, words
from vectorstore.thesaurus import expand

COEFFICIENTS = Path(__file__).parent / "refusal.json"
PLAIN = (
    "sentence_coverage", "passage_coverage", "best_coverage", "similarity",
    "sentence_similarity", "fits", "known_words", "words_at_hand", "lead", "words",
    # What speaks against the best document; see `refusal.doubts`.
    "no_year", "no_place", "no_office",
    # What it is worth that these words of the question are met nowhere near; see `unmet`.
    "unmet_odds",
)  # fmt: skip
# Of the close reading's features of the best sentence's passage.
_READ = (
    "support", "body", "holds_strictly", "near_7", "near_place", "near_sentence", "near",
    "words", "document",
)  # fmt: skip
_KINDS = ("money", "duration", "date", "share", "list", "who")
CLOSE = (
    *PLAIN,
    "names_document", "names_article", "strict", "asks_fact", "asks_count",
    "context", "score", "sentence_score", "sentence_lead",
    # Of the best sentence that holds the kind of thing that is asked for.
    "none_fits", "fitting_coverage", "fitting_similarity", "fitting_in_document",
    # Of the question's own words: met nowhere in what was found, held by the best place in these
    # or in official words, near to something in the best five passages.
    "unmet_words", "words_meant", "near_best_five",
    # The close reading's scores: the best one, the best sentence's passage's, the mean of five.
    "read_best", "read_here", "read_mean",
    *(f"read_{name}" for name in _READ),
    # What is asked of the matter and what is done (收 in 收多少钱), and how much of it is not said
    # in the best sentence, there and in its headings, in one of the three best.
    "unsaid", "unsaid_in_place", "unsaid_in_three", "deeds", "deeds_unsaid", "figures_unknown",
    # How near the word that is sought comes to the best place, and how many words come not near.
    "sought", "far_words",
    *(f"asks_{name}" for name in _KINDS),
    # What networks make of the question beside the best sentences; see `attention`.
    "attention_odds",
)  # fmt: skip
_FEW = 5
_THREE = 3
_INTERROGATIVE = re.compile(
    r"多少|[几咋啥谁哪]|多[久长大高远宽重]|什么|何时|怎|是否|能不能|可不可以|[吗么嘛没不]$"
)
# A word is met where it stands, nearly so in an official word for it, and is far below this cosine.
_IN_OTHER_WORDS = 0.95
_FAR = 0.5
_TINY = 1e-9


def plain_features(
    question: Question,
    passages: Sequence[FoundPassage],
    sentences: Sequence[Sentence],
    library: Library,
    against: Mapping[str, bool],
) -> list[float]:
    """The numbers of `PLAIN`, in order."""
    best = sentences[0]
    passage = best.passage
    said = words(fold(question.standalone))
    stored = fold(f"{library.text_of(passage.document_id) or ''}{passage.title}{passage.number}")
    near = _place(passage)
    others = [each.score for each in passages if each.document_id != passage.document_id]
    return [
        best.coverage,
        passage.lexical,
        max(each.lexical for each in passages),
        max(each.similarity for each in passages),
        max(each.similarity for each in sentences[:_FEW]),
        float(best.fits),
        sum(word in stored for word in said) / max(len(said), 1),
        sum(word in near for word in said) / max(len(said), 1),
        passage.score - max(others, default=0.0),
        min(len(said), 20) / 10,
        *(float(against[name]) for name in ("year", "place", "office")),
        load_weights().odds(lacking(question, best)),
    ]


def features(
    question: Question,
    passages: Sequence[FoundPassage],
    sentences: Sequence[Sentence],
    library: Library,
    against: Mapping[str, bool],
    read: Reading | None,
    embeddings: PolicyEmbeddings,
) -> list[float]:
    """The numbers of `CLOSE`, in order; those of `PLAIN` where nothing was `read` closely.

    `against` are the `refusal.doubts`; `embeddings` the static model that was read with.
    """
    plain = plain_features(question, passages, sentences, library, against)
    if read is None:
        return plain
    best = sentences[0]
    fitting = next((each for each in sentences if each.fits), None)
    rows, scores = read
    ids = [each.id for each in passages[: len(rows)]]
    here = ids.index(best.passage.id) if best.passage.id in ids else int(np.argmax(scores))
    return [
        *plain,
        float(bool(question.numbers)),
        float("article" in dict(best.passage.parts)),
        float(question.wants.strict),
        float(question.kind == "fact"),
        float(question.kind == "count"),
        best.context,
        passages[0].score,
        best.score,
        best.score - (sentences[1].score if len(sentences) > 1 else 0.0),
        float(fitting is None),
        fitting.coverage if fitting else 0.0,
        fitting.similarity if fitting else 0.0,
        float(bool(fitting) and fitting.passage.document_id == best.passage.document_id),
        *_own_words(question, passages, best.passage),
        float(rows[:_FEW, READ.index("near_place")].max()),
        float(scores.max()),
        float(scores[here]),
        float(np.sort(scores)[-_FEW:].mean()),
        *(float(rows[here, READ.index(name)]) for name in _READ),
        *_said_of_matter(question, sentences, fitting or best, library),
        *_sought(question, best, embeddings),
        *(float(question.kind == name) for name in _KINDS),
        _attention_odds(question, sentences, embeddings),
    ]


def _attention_odds(
    question: Question, sentences: Sequence[Sentence], embeddings: PolicyEmbeddings
) -> float:
    """What the networks say; 0 of a question in English, and with a model that they were not
    fitted to."""
    committee = load_committee()
    if question.language == ENGLISH or committee.fingerprint != embeddings.card.fingerprint:
        return 0.0
    return committee.odds(pair_of(question, sentences, embeddings), embeddings.words[1])


def lacking(question: Question, best: Sentence) -> Unmet:
    """What `question` says and `best` lacks; the words of a translation tell nothing. 多远 is not
    lacking where the kind of thing is held that it asks for, nor is 2020年时 a year."""
    if question.language == ENGLISH:
        return frozenset()
    return unmet(without_answered(without_date(question.standalone), best.fits), best)


def without_answered(asked: str, answered: bool) -> list[str]:
    """The stretches of a question whose words may be lacking: all of it, without the interrogatives
    where their kind of thing is `answered`."""
    return _INTERROGATIVE.split(fold(asked)) if answered else [fold(asked)]


def _said_of_matter(
    question: Question, sentences: Sequence[Sentence], fitting: Sentence, library: Library
) -> Iterator[float]:
    """How much of what is asked of the matter is not said."""
    asked = fold(question.standalone)
    wanted, done = asked_attributes(asked), deeds(asked)
    best = sentences[0]
    said = fold(best.text)
    yield float(unsaid(wanted, said))
    yield float(unsaid(wanted, said + _path(best.passage)))
    yield float(min(unsaid(wanted, fold(each.text)) for each in sentences[:_THREE]))
    yield float(len(done))
    yield float(sum(each not in fold(fitting.text) for each in done))
    known = fold(library.text_of(best.passage.document_id) or "")
    yield float(sum(asked[each.start : each.end] not in known for each in measures(asked)))


def _sought(
    question: Question, best: Sentence, embeddings: PolicyEmbeddings
) -> tuple[float, float]:
    """How near the word that the question turns on comes to `best` and its headings, from 0 to 1,
    and how many of its words of matter do not come near.

    That is the first word of matter behind the interrogative (哪家银行), else the last before it
    (首付要交几成).
    """
    asked = fold(question.standalone)
    turn = _INTERROGATIVE.search(asked)
    turn = turn.start() if turn else len(asked)
    before, after, at = [], [], 0
    for word in rjieba.cut(asked):
        if _is_of_matter(word) and not _INTERROGATIVE.search(word):
            (before if at < turn else after).append(word)
        at += len(word)
    if not before and not after:
        return 1.0, 0.0
    said = f"{fold(best.text)} {_path(best.passage)}"
    tokenizer, rows = embeddings.words
    found = rows[list(dict.fromkeys(tokenizer.encode(said, add_special_tokens=False).ids))]
    found = found / np.maximum(np.linalg.norm(found, axis=1, keepdims=True), _TINY)

    def nearness(word: str) -> float:
        if word in said:
            return 1.0
        if any(fold(each) in said for each in expand(word)):
            return _IN_OTHER_WORDS
        vector = rows[tokenizer.encode(word, add_special_tokens=False).ids].sum(axis=0)
        return float((found @ vector).max(initial=0.0) / max(np.linalg.norm(vector), _TINY))

    near = {word: nearness(word) for word in (*before, *after)}
    sought = after[0] if after else before[-1]
    return near[sought], float(sum(near[word] < _FAR for word in (*before, *after)))


def _is_of_matter(word: str) -> bool:
    return len(word) > 1 and word not in ASKING and word not in STOPWORDS and not word.isdigit()


def _own_words(
    question: Question, passages: Sequence[FoundPassage], best: FoundPassage
) -> tuple[float, float]:
    """How many of the question's words of matter occur nowhere in `passages`, and the share that
    `best` holds in these or in official words."""
    said = [
        word
        for word in dict.fromkeys(words(fold(question.standalone)))
        if len(word) > 1 and word not in ASKING and not word.isdigit()
    ]
    # Search mode gives a long word's parts as well.
    said = [word for word in said if not any(word != other and word in other for other in said)]
    found = "\n".join(_place(each) for each in passages)
    here = _place(best)
    meant = sum(
        word in here or any(fold(each) in here for each in expand(word)) for word in said
    ) / max(len(said), 1)
    return float(sum(word not in found for word in said)), meant if said else 1.0


def _place(passage: FoundPassage) -> str:
    """The passage's text, headings and title, folded."""
    return fold(" ".join((passage.text, *passage.headings, passage.title)))


def _path(passage: FoundPassage) -> str:
    """The passage's headings and title, folded."""
    return fold(" ".join((*passage.headings, passage.title)))


@dataclass(frozen=True)
class Calibration:
    """A fitted logistic regression; `threshold` is the least probability that is answered,
    `caution` the least that is answered without saying that it may be beside the point."""

    weights: tuple[float, ...]
    bias: float
    threshold: float
    caution: float = 0.0

    def answerable(self, values: Sequence[float]) -> float:
        """The probability that the evidence answers the question."""
        total = self.bias + sum(w * x for w, x in zip(self.weights, values, strict=True))
        return 1.0 / (1.0 + math.exp(-max(min(total, 50.0), -50.0)))


@lru_cache
def load_calibration(close: bool = True, file: Path = COEFFICIENTS) -> Calibration:
    """The calibration kept beside this module: with the close reading's features or without."""
    found = json.loads(file.read_text("utf-8"))["close" if close else "plain"]
    # A feature counts nothing until it has been fitted.
    weights = tuple(found["weights"].get(name, 0.0) for name in (CLOSE if close else PLAIN))
    return Calibration(weights, found["bias"], found["threshold"], found.get("caution", 0.0))
