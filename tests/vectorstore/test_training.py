"""Training: a tiny corpus about an invented city becomes a model that can be loaded."""

from __future__ import annotations

import gzip
import json
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from vectorstore.training.corpus import (
    LAY_PAIRS,
    in_held_out_share,
    read_corpus,
    read_lay_pairs,
)
from vectorstore.training.export import quantise, restore, with_traditional
from vectorstore.training.pairs import held_out_tasks, training_pairs
from vectorstore.training.scoring import EncodedTask, score
from vectorstore.training.spoken import spoken_sentences
from vectorstore.training.tokenizer import UNKNOWN, make_tokenizer, make_vocabulary
from vectorstore.training.tuning import tune_rows
from vectorstore.training.vectors import fill_unseen, weight_rows

SUBJECTS = ("供热", "养犬", "停车", "垃圾", "燃气", "绿化", "公交", "殡葬", "房屋", "消防")
ACTS = ("规划", "许可", "收费", "检查", "处罚", "登记")


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files of a training folder, with a few documents each."""
    folder = tmp_path_factory.mktemp("training")
    laws = [
        {"title": f"云港市{subject}管理条例", "text": _law(subject)} for subject in SUBJECTS * 3
    ]
    laws = [row | {"title": f"{row['title']}{i}"} for i, row in enumerate(laws)]
    documents = [
        {"title": f"云港市{subject}{act}工作方案", "text": _document(subject, act)}
        for subject in SUBJECTS
        for act in ACTS
    ]
    questions = [
        {
            "question": f"{subject}{act}找谁办？",
            "articles": [
                {"name": f"{subject}条例第{i}条", "text": f"{subject}{act}由主管部门办理。"}
            ],
        }
        for i, act in enumerate(ACTS)
        for subject in SUBJECTS
    ]
    consultations = [
        {"question": "养狗要钱吗", "articles": [], "answer": "按照养犬登记的规定收费。"},
        {"question": "停车呢", "articles": ["《停车条例》第九条：停车收费公示。"], "answer": ""},
    ]
    guides = [{"TASK_NAME": "养犬登记", "CATANAME": "犬只登记", "accept_standard": "无"}]
    for name, rows in (
        ("laws", laws),
        ("government_documents", documents),
        ("statute_questions", questions),
        ("consultations", consultations),
        ("service_guides", guides),
    ):
        with gzip.open(folder / f"{name}.jsonl.gz", "wt", encoding="utf-8") as file:
            file.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    return folder


def _law(subject: str) -> str:
    articles = [
        f"第{numeral}条 {subject}{act}由市{subject}主管部门负责。有关单位应当配合{act}工作。\n"
        f"（一）{subject}{act}的条件；\n（二）{subject}{act}的程序。\n"
        for numeral, act in zip("一二三四五六", ACTS, strict=True)
    ]
    return f"---\nsidebar: auto\n---\n## 第一章 {subject}总则\n" + "".join(articles)


def _document(subject: str, act: str) -> str:
    return (
        f"各县（市）区人民政府：一、总体要求。做好全市{subject}{act}工作，方便群众办事。"
        f"（一）明确{subject}{act}责任。市直有关部门要抓好{subject}{act}，及时公开办理结果。"
    )


def test_items_stay_in_the_article_and_chapters_become_headings(data: Path) -> None:
    """An article of a law is one block with its items, under the heading of its chapter."""
    law = read_corpus(data).documents[0]
    assert len(law.blocks) == len(ACTS)
    assert law.blocks[0].heading == "供热总则"
    assert law.blocks[0].text.startswith("供热规划由")
    assert "（二）供热规划的程序" in law.blocks[0].text


def test_run_together_items_of_a_document_become_headings(data: Path) -> None:
    """Text without line breaks is cut before （一）, and the short first sentence is a heading."""
    corpus = read_corpus(data)
    document = next(d for d in corpus.documents if d.genre == "document")
    assert "明确供热规划责任" in [block.heading for block in document.blocks]


def test_held_out_questions_share_no_article_with_training_pairs(data: Path) -> None:
    """No passage that answers a held-out question is among the training pairs."""
    corpus = read_corpus(data)
    held = {a for q in corpus.questions if q.held_out for a in q.articles}
    asked = {a for q in corpus.questions if not q.held_out for a in q.articles}
    assert held
    assert not held & asked


def test_held_out_lay_wordings_are_not_trained_on(data: Path) -> None:
    """An official wording kept for measuring is not among the training pairs, in any lay form."""
    corpus = read_corpus(data)
    trained = training_pairs(corpus, 1)["lay"]
    held = set(corpus.lay_pairs) - set(trained)
    assert 0.05 < len(held) / len(corpus.lay_pairs) < 0.20
    assert not {official for _, official in held} & {official for _, official in trained}
    task = next(task for task in held_out_tasks(corpus) if task.name.startswith("lay"))
    assert set(task.queries) == {lay for lay, _ in held}


def test_lay_pairs_file_is_well_formed() -> None:
    """At least 2,500 pairs, no lay wording twice, and the two sides differ."""
    pairs = list(read_lay_pairs(LAY_PAIRS))
    assert len(pairs) >= 2_500
    assert len({lay for lay, _ in pairs}) == len(pairs)
    assert all(lay and official and lay != official for lay, official in pairs)


def test_several_lay_wordings_of_one_thing_may_share_a_line(tmp_path: Path) -> None:
    """A line holds lay wordings with | between them, a tab, and the official wording."""
    file = tmp_path / "pairs.tsv"
    file.write_text("# 供热\n家里冷|暖气不热\t室温不达标\n", encoding="utf-8")
    assert list(read_lay_pairs(file)) == [("家里冷", "室温不达标"), ("暖气不热", "室温不达标")]


def test_official_sentences_are_said_in_everyday_words() -> None:
    """Every known term is swapped, the longest first; sentences without one are left out."""
    thesaurus = [("城管", "城市管理部门"), ("办证", "许可证、登记证"), ("房本", "不动产权证书")]
    texts = ["城市管理部门核发许可证。天气很好，大家都来。申请人领取不动产权证书。"]
    spoken = spoken_sentences(texts, thesaurus, seed=1)
    assert [each.text for each in spoken] == ["城管核发办证。", "申请人领取房本。"]
    assert spoken[0].sentence == "城市管理部门核发许可证。"
    assert spoken[0].pair == ("城管核发办证。", texts[0])


def test_a_term_is_not_said_more_often_than_wanted() -> None:
    """A term that stands everywhere does not crowd out the rare ones."""
    texts = [f"第{i}项申请人领取不动产权证书。" for i in range(9)]
    thesaurus = [("房本", "不动产权证书")]
    assert len(spoken_sentences(texts, thesaurus, seed=1, per_term=4)) == 4
    assert len(spoken_sentences(texts, thesaurus, seed=1, most=2)) == 2


def test_tuning_draws_a_pair_together_and_leaves_other_words_alone() -> None:
    """Two words that are paired come closer; a word in no pair keeps its vector."""
    rows = np.random.default_rng(2).normal(size=(9, 8)).astype(np.float32)
    pairs = {"lay": [([1], [2]), ([3], [4]), ([5], [6])]}
    tuned = tune_rows(rows, pairs, {"lay": 30}, learning_rate=0.05, seed=1)
    before, after = (
        float(m[1] @ m[2] / np.linalg.norm(m[1]) / np.linalg.norm(m[2])) for m in (rows, tuned)
    )
    assert after > before
    assert np.array_equal(tuned[7:], rows[7:])


def test_training_pairs_depend_on_the_seed_only(data: Path) -> None:
    """The same seed gives the same pairs in the same order; another seed does not."""
    corpus = read_corpus(data)
    assert training_pairs(corpus, 1) == training_pairs(corpus, 1)
    assert training_pairs(corpus, 1) != training_pairs(corpus, 2)


def test_held_out_share_is_near_what_was_asked() -> None:
    """About the asked share of names is held out, and a name's lot never changes."""
    held = sum(in_held_out_share(f"第{i}号", 0.1) for i in range(2000))
    assert 150 < held < 250
    assert in_held_out_share("第7号", 1.0)


def test_tokenizer_folds_and_drops_punctuation() -> None:
    """Full-width and capital letters are folded; signs and emoji leave no token."""
    tokenizer = make_tokenizer(
        make_vocabulary(Counter({"停车": 9, "wifi": 3}), 50, always=["摆摊"])
    )
    assert tokenizer.encode("停车ＷＩＦＩ，摆摊！").tokens == ["停车", "wifi", "摆摊"]
    assert tokenizer.encode("，。😀 \n").tokens == []
    assert tokenizer.encode("犬").tokens == ["犬"]
    assert tokenizer.encode("犬").ids == [0]
    assert tokenizer.id_to_token(0) == UNKNOWN


def test_weighting_scales_frequent_words_down() -> None:
    """A word of half the text gets a shorter vector than a rare one; the unknown token none."""
    rows = np.array([[9, 9], [1, 2], [2, -1], [-3, 1]], dtype=np.float32)
    weighted = weight_rows(rows, np.array([0, 500, 499, 1]))
    lengths = np.linalg.norm(weighted, axis=1)
    assert lengths[0] == 0
    assert lengths[1] < 0.01 < lengths[3]


def test_unseen_words_take_the_mean_of_their_characters() -> None:
    """An unseen character points where the words around it do, an unseen word where its do."""
    pieces = [UNKNOWN, "停车", "车位", "停", "车", "位", "停位"]
    rows = np.zeros((len(pieces), 2), dtype=np.float32)
    rows[1], rows[2] = (2, 0), (0, 2)
    filled = fill_unseen(rows, pieces)
    assert np.array_equal(filled[:3], rows[:3])
    assert np.allclose(filled[3], (2, 0))
    assert np.allclose(filled[4], (2**0.5, 2**0.5))
    assert np.allclose(filled[6], filled[4])


def test_eight_bits_keep_the_direction_of_every_row() -> None:
    """Rows restored from 8 bits are nearly the rows given; a zero row stays zero."""
    rows = np.random.default_rng(3).normal(size=(50, 64)).astype(np.float32)
    rows[7] = 0
    restored = restore(*quantise(rows))
    assert np.abs(restored - rows).max() < 0.02
    assert not restored[7].any()


def test_traditional_spellings_share_a_row() -> None:
    """A traditional spelling is added once and points to the row of the simplified one."""
    pytest.importorskip("opencc", reason="opencc is needed only to train the model")
    pieces, mapping = with_traditional([(UNKNOWN, -9.0), ("医疗", -2.0), ("停止", -3.0)])
    assert [piece for piece, _ in pieces] == [UNKNOWN, "医疗", "停止", "醫療"]
    assert mapping.tolist() == [0, 1, 2, 1]


def test_score_counts_the_first_right_passage() -> None:
    """Recall and reciprocal rank follow from the rank of the best right passage."""
    rows = np.eye(3, dtype=np.float32)
    task = EncodedTask(
        "toy",
        queries=((0,), (0, 0, 1)),
        passages=((0,), (1,), (2,)),
        relevant=(frozenset([0]), frozenset([1, 2])),
    )
    figures = score(rows, task)
    assert (figures.recall_1, figures.recall_10, figures.mrr) == (0.5, 1.0, 0.75)


@pytest.mark.slow
def test_a_model_trained_twice_is_the_same_and_loads(data: Path, tmp_path: Path) -> None:
    """One command makes a model that SentenceTransformer loads; one seed, one set of weights."""
    pytest.importorskip("gensim", reason="gensim is needed only to train the model")
    pytest.importorskip("opencc", reason="opencc is needed only to train the model")
    from sentence_transformers import SentenceTransformer

    from vectorstore.training.recipe import Settings, train_model

    few = tuple((kind, 2) for kind, _ in Settings().steps)
    settings = Settings(vocabulary=800, dimensions=16, epochs=2, steps=few, batch=32)
    steps = train_model(data, tmp_path / "a", settings)
    train_model(data, tmp_path / "b", settings)
    weights = [next((tmp_path / name).rglob("model.safetensors")).read_bytes() for name in "ab"]
    assert weights[0] == weights[1]
    model = SentenceTransformer(str(tmp_path / "a"), device="cpu", local_files_only=True)
    vectors = model.encode(["養犬登記", "养犬登记", "，。", ""])
    assert np.allclose(vectors[0], vectors[1])
    assert np.isfinite(vectors).all()
    assert vectors.shape == (4, 16)
    card = (tmp_path / "a" / "README.md").read_text(encoding="utf-8")
    assert steps[-1].name in card
    assert {figures.task for figures in steps[-1].figures} == {
        task.name for task in held_out_tasks(read_corpus(data)) if task.queries
    }
