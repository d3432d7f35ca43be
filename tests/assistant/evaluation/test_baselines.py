"""The two baselines, with the real engines and a tiny embedder."""

import numpy as np
import pytest
from langchain_core.embeddings import Embeddings

from assistant.evaluation.baselines import BASELINES
from vectorstore.datamodels import PolicyDocument

from .examples import HEATING, HEATING_TEXT, MARKET

FILLER = "本办法由云川市人民政府负责解释。" * 40


class CharacterEmbeddings(Embeddings):
    """Counts characters in 256 buckets: equal texts are near, unrelated ones are not."""

    def embed_query(self, text):
        counts = np.bincount([ord(one) % 256 for one in text], minlength=256).astype(float)
        return (counts / np.linalg.norm(counts)).tolist()

    def embed_documents(self, texts):
        return [self.embed_query(text) for text in texts]


@pytest.fixture
def documents():
    """A heating regulation longer than a chunk, and a market one."""
    return [
        PolicyDocument("a.txt", FILLER + HEATING_TEXT, "供热办法", HEATING),
        PolicyDocument("a.txt", "农贸市场摊位每月收费二百元。", "市场办法", MARKET),
    ]


@pytest.mark.parametrize("name", ["bm25", "dense"])
def test_a_baseline_finds_and_cites_verbatim(name, documents):
    """The best chunk is the answer; every chunk stands in its document at its place."""
    ask = BASELINES[name](documents, CharacterEmbeddings(), 20)
    found = ask("农贸市场摊位每月收费", [])
    assert found.answered
    assert found.citations[0].number == MARKET
    assert found.text == found.passages[0].text
    texts = {one.id: one.text for one in documents}
    assert len(found.passages) >= 3
    for passage in found.passages:
        assert texts[passage.document_id][passage.start : passage.end] == passage.text


@pytest.mark.parametrize("name", ["bm25", "dense"])
def test_a_baseline_takes_the_users_earlier_words_along(name, documents):
    """A follow-up is searched for with the questions before it, not with the answers."""
    ask = BASELINES[name](documents, CharacterEmbeddings(), 1)
    turns = [
        {"role": "user", "content": "农贸市场摊位"},
        {"role": "assistant", "content": "供热"},
    ]
    found = ask("每月多少？", turns)
    assert found.standalone_question == "农贸市场摊位\n每月多少？"
    assert [one.number for one in found.passages] == [MARKET]


@pytest.mark.parametrize("name", ["bm25", "dense"])
def test_a_baseline_on_an_empty_store_finds_nothing(name):
    """No chunk, no passage, no error."""
    assert BASELINES[name]([], CharacterEmbeddings(), 20)("供热？", []).passages == ()
