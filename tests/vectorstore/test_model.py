"""The shipped embedding model: it loads offline and knows everyday from official wording."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

MODEL = Path(__file__).resolve().parents[2] / "vectorstore" / "model"


@pytest.fixture(scope="module")
def encode():
    """Encodes texts with the shipped model, loaded the way the application does it."""
    from langchain_huggingface import HuggingFaceEmbeddings

    embeddings = HuggingFaceEmbeddings(
        model_name=str(MODEL), model_kwargs={"device": "cpu", "local_files_only": True}
    )

    def vectors(*texts: str) -> np.ndarray:
        return np.array(embeddings.embed_documents(list(texts)))

    return vectors


def test_vectors_have_the_stated_width_and_length_one(encode) -> None:
    """256 numbers, unit length, so that a dot product is a cosine."""
    vectors = encode("停车收费", "城市供热管理办法")
    assert vectors.shape == (2, 256)
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)


@pytest.mark.parametrize("text", ["", "，。", "😀", " \n\u3000", "《》（）"])
def test_text_without_words_gives_the_zero_vector(encode, text: str) -> None:
    """Nothing to say is neither NaN nor near to anything, alone and among other texts."""
    assert not encode(text).any()
    assert not encode("停车收费", text)[1].any()


def test_very_long_text_is_taken_whole(encode) -> None:
    """100,000 characters give the vector of what they repeat."""
    short, long = encode("物业服务收费", "物业服务收费，" * 15_000)
    assert short @ long > 0.999


def test_same_text_same_vector_in_any_batch(encode) -> None:
    """A text's vector does not depend on the texts it is encoded with, nor on the call."""
    alone = encode("公租房怎么申请")[0]
    among = encode("养犬登记", "公租房怎么申请", "道路挖掘审批" * 50)[1]
    assert np.array_equal(alone, encode("公租房怎么申请")[0])
    assert np.allclose(alone, among, atol=1e-6)


@pytest.mark.parametrize(
    ("one", "other"),
    [("醫療救助", "医疗救助"), ("城鄉居民養老保險", "城乡居民养老保险"), ("ＷＩＦＩ", "wifi")],
)
def test_spelling_does_not_matter(encode, one: str, other: str) -> None:
    """Traditional and full-width characters give the vector of the plain spelling."""
    first, second = encode(one, other)
    assert first @ second > 0.999


@pytest.mark.parametrize(
    ("lay", "official", "unrelated"),
    [
        ("摆摊", "占道经营", "住房公积金"),
        ("房本", "不动产权证书", "最低生活保障"),
        ("拖工资", "拖欠劳动报酬", "城市绿化"),
        ("城管", "城市管理综合行政执法", "职工医疗保险"),
        ("家里穷有什么补助", "最低生活保障对象的认定", "燃气设施保护"),
        ("老板不给加班钱", "延长工作时间的劳动报酬", "城市供热管理"),
        ("暖气不热", "供热单位应当保证室内温度", "出租汽车经营许可"),
        ("孩子上学怎么分学校", "义务教育学校就近入学", "河道采砂管理"),
        ("看病能报多少", "医疗保险基金支付比例", "户外广告设置"),
    ],
)
def test_lay_wording_is_nearer_to_its_official_one(
    encode, lay: str, official: str, unrelated: str
) -> None:
    """What people say lies nearer to the official term than to another field's."""
    query, right, wrong = encode(lay, official, unrelated)
    assert query @ right > query @ wrong + 0.1


def test_the_model_is_small() -> None:
    """The whole folder stays within 12 MB."""
    assert sum(path.stat().st_size for path in MODEL.rglob("*") if path.is_file()) < 12e6
