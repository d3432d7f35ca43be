"""The Python function: a question in, an `Answer` with citations out.

`PolicyAssistant` opens one store and answers from it through a fixed two-step LangChain chain,
retrieve and then answer, so that what was cited can be audited. It decides nothing itself: see
`questions`, `evidence`, `refusal`, `writer`, `model_writer` and `verification`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from langchain_core.language_models import BaseChatModel
from langchain_core.runnables import Runnable, RunnableLambda

from assistant.answerability import load_calibration
from assistant.changed import with_changes
from assistant.compound import one_after_the_other, with_several
from assistant.datamodels import Answer, AnswerEvent, Citation
from assistant.drafts import Draft, Statement, compose, documents_of, ranked
from assistant.endpoint import Endpoint, make_chat_model
from assistant.examples import example_questions
from assistant.finding import LEAST, Finder, Found
from assistant.language import in_language
from assistant.model_writer import ModelWriter
from assistant.questions import Question
from assistant.refusal import caution_text, lacks_what_is_asked, refusal_text
from assistant.rewriting import Rewriter
from assistant.suggestions import suggestions
from assistant.verification import verify
from assistant.wording import said_of, understood
from assistant.writer import write
from vectorstore.datamodels import PolicyDocument
from vectorstore.embedding import SHIPPED_MODEL, PolicyEmbeddings
from vectorstore.errors import ChatModelError, ModelMismatch
from vectorstore.explanation import explain
from vectorstore.reranking import Reranker
from vectorstore.retriever import PolicyRetriever
from vectorstore.settings import Settings
from vectorstore.store import PolicyStore

_PASSAGES = 20
_RETRIES = 3
_NOT_THE_MODEL = "语言模型没有给出可核对的答复，未予采用。"
_DIGEST_NOTE = "以上引用的是政策要点（非原文），以公报原文{issue}为准。"


class PolicyAssistant:
    """Answers questions from one store. Thread-safe; sees what an ingest adds while it runs."""

    def __init__(
        self,
        store: str | Path | None = None,
        *,
        settings: Settings | None = None,
        chat_model: BaseChatModel | None = None,
    ):
        """Open `store` (default: POLICY_STORE); StoreError or EmbeddingModelError say why not.

        `chat_model` is any LangChain chat model; without one, POLICY_CHAT_MODEL decides, and
        without that the built-in writer answers.
        """
        settings = settings or Settings.load()
        self.store = PolicyStore(store or settings.store)
        self.embeddings = PolicyEmbeddings(settings.embedding_model or SHIPPED_MODEL)
        self._check_model()
        self.retriever = PolicyRetriever(
            store=self.store,
            embeddings=self.embeddings,
            k=_PASSAGES,
            reranker=Reranker(settings.reranker) if settings.reranker else None,
        )
        given = settings.refusal_threshold
        calibration = load_calibration(self.retriever.reads_closely)
        self.operating_point = calibration.threshold if given is None else given
        self.caution_point = max(calibration.caution, self.operating_point)
        self.finder = Finder(self.retriever, calibration)
        self._examples: tuple[int, list[str]] | None = None
        chat_model = chat_model or make_chat_model(settings)
        self.use_model(Endpoint(chat_model) if chat_model else None)
        self._drafting = RunnableLambda(self._drafted_by_model).with_fallbacks(
            [RunnableLambda(self._drafted_by_nobody)],
            exceptions_to_handle=(ChatModelError,),
            exception_key="failure",
        )
        self.chain: Runnable[Question, Answer] = RunnableLambda(self.retrieve) | RunnableLambda(
            self._answer
        )

    def _check_model(self) -> None:
        theirs, ours = self.store.model, self.embeddings.card
        if theirs is not None and theirs.name == ours.name == "shipped" and theirs != ours:
            raise ModelMismatch(
                f"The store in {self.store.folder} was made with an earlier version of the "
                "built-in embedding model; run `python -m ingest --rebuild` to bring it along.",
                "政策库由旧版内置向量模型生成，请运行 python -m ingest --rebuild 更新。",
            )
        if theirs is not None and theirs != ours:
            raise ModelMismatch(
                f"The store in {self.store.folder} was made with the embedding model "
                f"{theirs.name}, not the present {ours.name}; set POLICY_EMBEDDING_MODEL to it, "
                "or run `python -m ingest --rebuild`.",
                f"政策库由向量模型 {theirs.name} 生成，与当前模型 {ours.name} 不一致，"
                "请更换模型设置或运行 python -m ingest --rebuild。",
            )

    def use_model(self, endpoint: Endpoint | None) -> None:
        """Let that language model write from now on; None: the built-in writer."""
        self._model_writer = ModelWriter(endpoint) if endpoint else None
        self._rewriter = Rewriter(endpoint) if endpoint else None

    def load(self) -> None:
        """Load the embedding model and the indexes now rather than with the first question."""
        self.embeddings.load()
        self.store.snapshot()

    def ask(
        self,
        question: str,
        history: Sequence[dict[str, str]] = (),
        *,
        documents: Sequence[str] = (),
    ) -> Answer:
        """The answer to `question`; BadQuestion when it is empty, too long or not a text.

        `history` holds the turns before it, oldest first: {"role": "user" or "assistant",
        "content": text}. With `documents`, ids of stored documents, only these are looked in.
        """
        return self._ask(self._read(question, history, documents))

    def _read(
        self, text: str, history: Sequence[dict[str, str]], documents: Sequence[str]
    ) -> Question:
        """The question as the rules, or with one the language model, understand it."""
        question = understood(text, history, documents, self.store)
        return self._rewriter.rewritten(question, history) if self._rewriter else question

    def _ask(self, question: Question) -> Answer:
        """The chain's answer, from one version of the store: an ingest that finishes meanwhile
        takes away the documents that the search has found."""
        for _ in range(_RETRIES):
            version = self.store.version
            answer = self.chain.invoke(question)
            if self.store.version == version:
                break
        return answer

    def stream(
        self,
        question: str,
        history: Sequence[dict[str, str]] = (),
        *,
        documents: Sequence[str] = (),
    ) -> Iterator[AnswerEvent]:
        """The same answer in steps; the last event holds it whole."""
        asked = self._read(question, history, documents)
        version = self.store.version
        yield AnswerEvent("status", "正在查找政策依据…")
        found = self.retrieve(asked)
        sure = self.finder.confidence(found)
        if self._refuses(sure):
            answer = self._refused(found)
            yield AnswerEvent("delta", answer.text)
        else:
            yield AnswerEvent("status", "正在撰写答复…")
            if self._model_writer is None or found.told:
                answer = self._finish(found, None, sure)
                for line in answer.text.splitlines(keepends=True):
                    yield AnswerEvent("delta", line)
            else:
                draft = yield from self._stream_model(found)
                answer = self._finish(found, draft, sure)
        if self.store.version != version:
            answer = self._ask(asked)
        yield AnswerEvent("answer", answer=answer)

    def _stream_model(self, found: Found) -> Iterator[AnswerEvent]:
        # LangChain's fallbacks stop at the first piece; a reply may break off after it.
        try:
            for item in self._model_writer.stream(found.question, found.passages):
                if isinstance(item, Draft):
                    return item
                yield AnswerEvent("delta", item)
        except ChatModelError as error:
            return self._drafted_by_nobody({"failure": error})
        return None

    def _drafted_by_model(self, given: dict) -> Draft:
        found = given["found"]
        return self._model_writer.write(found.question, found.passages)

    def _drafted_by_nobody(self, given: dict) -> Draft:
        """An empty draft, which the built-in writer's replaces, with the warning why."""
        return Draft((), (given["failure"].chinese,), failed=True)

    def explain(self, question: str) -> str:
        """A table that says why each passage found for `question` stands where it stands."""
        return explain(self.retrieve(understood(question, (), (), self.store)).passages)

    def document(self, document_id: str) -> PolicyDocument | None:
        """A stored document with its text, or None."""
        return self.store.document(document_id)

    def example_questions(self) -> list[str]:
        """Up to six questions that the documents in the store answer, spread over them."""
        version = self.store.version
        if self._examples is None or self._examples[0] != version:
            self._examples = (version, example_questions(self.store.documents(), self._tried))
        return self._examples[1]

    def suggestions(
        self,
        answer: Answer,
        history: Sequence[dict[str, str]] = (),
        *,
        documents: Sequence[str] = (),
    ) -> tuple[str, ...]:
        """Questions to ask after `answer`, each of them answered; `history` ends with it."""
        return suggestions(
            answer, self.document, lambda question: self._tried(question, history, documents)
        )

    def _tried(
        self,
        question: str,
        history: Sequence[dict[str, str]] = (),
        documents: Sequence[str] = (),
    ) -> Answer:
        """The built-in answer: trying out examples must not keep a language model busy."""
        found = self.retrieve(understood(question, history, documents, self.store))
        return self._answer(found, drafting=False)

    def retrieve(self, question: Question) -> Found:
        # Another process may have rebuilt the store with another model since it was opened.
        self._check_model()
        return with_several(self.finder.find(question), self.finder)

    def confidence(self, question: str, history: Sequence[dict[str, str]] = ()) -> float:
        """How surely the documents answer, from 0 to 1: refused where it is below the operating
        point, and always where it is 0. What the operating curve is drawn from."""
        found = self.retrieve(understood(question, history, (), self.store))
        confidence = self.finder.confidence(found)
        return confidence if confidence and self._finish(found, None, 1.0).answered else 0.0

    def _refuses(self, sure: float) -> bool:
        return sure < max(self.operating_point, LEAST)

    def _answer(self, found: Found, drafting: bool = True) -> Answer:
        sure = self.finder.confidence(found)
        if self._refuses(sure):
            return self._refused(found)
        draft = None
        if drafting and self._model_writer is not None and not found.told:
            draft = self._drafting.invoke({"found": found})
        return self._finish(found, draft, sure)

    def _finish(self, found: Found, draft: Draft | None, sure: float) -> Answer:
        """Verify what was written; the built-in writer steps in where nothing holds. An answer of
        which it is not `sure` that it is one says so."""
        warnings = said_of(found.question)
        statements, problems = verify(found.told, self.store.text)
        warnings += problems
        if draft is not None:
            if draft.refused:
                return self._refused(found)
            statements, problems = verify(
                draft.statements, self.store.text, language=found.question.language
            )
            warnings += [*draft.warnings, *problems]
            if not statements or _lacks_what_is_asked(found, statements):
                statements = []
                warnings += [] if draft.failed else [_NOT_THE_MODEL]
        if not statements:
            statements, problems = verify(self._written(found), self.store.text)
            warnings += problems
        warnings = list(dict.fromkeys(warnings))
        if not statements or (not found.told and _lacks_what_is_asked(found, statements)):
            return replace(self._refused(found), warnings=tuple(warnings))
        text, citations = self._with_status(found, statements)
        digests = dict.fromkeys(each.document_id for each in citations if each.digest)
        if sure < self.caution_point:
            warnings.insert(0, caution_text(found.question.language))
        if digests:
            issues = [document.gazette for each in digests if (document := self.document(each))]
            named = "、".join(dict.fromkeys(filter(None, issues)))
            warnings.append(_DIGEST_NOTE.format(issue=f"（{named}）" if named else ""))
        return Answer(
            question=found.question.text,
            standalone_question=found.question.standalone,
            text=text,
            answered=True,
            citations=citations,
            passages=ranked(found.passages),
            warnings=tuple(warnings),
        )

    def _written(self, found: Found) -> list[Statement]:
        """What the built-in writer says, of several questions one after the other."""
        if found.tabled:
            return list(found.tabled)
        if not found.several:
            document = self._best_document(found)
            return list(write(found.question, found.sentences, found.first, document).statements)
        return one_after_the_other([self._written(each) for each in found.several])

    def _with_status(
        self, found: Found, statements: list[Statement]
    ) -> tuple[str, tuple[Citation, ...]]:
        """Text and citations, with what is to be said of the cited documents' validity."""
        validity = self.finder.validity()
        if not found.validity:
            passages = [each.passage for one in statements for each in one.evidence]
            statements, amended = with_changes(
                statements, found.question, validity, self.store.text
            )
            told = []
            for each in found.several or (found,):
                own = [p for p in passages if not found.several or p.document_id == each.document]
                told += validity.warnings(each.question, own, amended)
            cited = {each.document_id for each in passages}
            told += [each for each in found.superseded if not cited & documents_of(each)]
            statements = [*statements, *verify(told, self.store.text)[0]]
        # An answer on validity says itself what was the case when.
        asked = "" if found.validity else found.question.wording
        text, citations = compose(in_language(statements, found.question.language))
        return text, tuple(
            replace(each, status=validity.status(each.document_id, asked) or each.status)
            for each in citations
        )

    def _best_document(self, found: Found) -> PolicyDocument | None:
        """The document of the best sentence; None when the one named is not in the store."""
        if found.missing or not found.sentences:
            return None
        return self.store.document(found.sentences[0].passage.document_id)

    def _refused(self, found: Found) -> Answer:
        return Answer(
            question=found.question.text,
            standalone_question=found.question.standalone,
            text=refusal_text(
                found.passages[0] if found.passages and found.question.searchable else None,
                found.question.language,
            ),
            answered=False,
            passages=ranked(found.passages),
            warnings=tuple(said_of(found.question)),
        )


def _lacks_what_is_asked(found: Found, statements: Sequence[Statement]) -> bool:
    """Whether the question, or each of several, wants a kind of thing that no statement holds."""
    return all(lacks_what_is_asked(each.question, statements) for each in found.several or (found,))
