"""What is asked: checks a question, makes a follow-up stand alone, says what kind of answer fits.

In: the question as typed and the turns before it. Out: a frozen `Question`. Rules only, no
model. Imports `vectorstore`'s terms, numbers and errors.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from vectorstore.errors import BadQuestion
from vectorstore.numbers import find_numbers
from vectorstore.terms import fold, words

LONGEST_QUESTION = 2_000
LONGEST_HISTORY = 12

# What an answer must hold to answer: tried in this order, the first that matches decides.
_KINDS = (
    ("contact", r"电话|号码|联系方式|怎么联系|咋联系|传真|邮箱|网址|哪个网站|什么网站|举报热线"),
    (
        "lifecycle",
        r"废止|作废|有效(?!期限?为)|失效|修改了|修订|取代|替代|依据.{0,6}(?:文件|制定)|还能用|还算数|过期",
    ),
    (
        "date",
        r"什么时候|何时|哪天|几号|哪年|几月|啥时候|多会儿|时间是|截止|起止|日期|到什么时间|哪一年|从几",
    ),
    ("duration", r"多久|多长时间|几天|多少天|几个工作日|多少个工作日|期限|时限|几年|多少年|几个月"),
    (
        "amount",
        r"多少|几[个人户家项所条种类次处名]|比例|标准是|额度|最高|最低|百分之|几成|几倍|上限|下限|金额|%",
    ),
    ("person", r"谁(?!.{0,4}负责)|哪位|组长|主任是|局长是|负责人|市长|召集人|成员有|叫什么名"),
    (
        "responsible",
        r"哪个部门|哪些部门|什么部门|哪个单位|哪些单位|谁.{0,4}负责|牵头|归谁管|谁管|找谁|哪个局|由谁|主管|哪里办|去哪|上哪|到哪",
    ),
    (
        "list",
        r"哪些|哪几|什么条件|啥条件|条件|材料|手续|流程|步骤|怎么办理|如何办理|怎么申请|如何申请|程序|包括|内容|要求|情形|措施|方式|咋办|咋整|怎么办|怎么弄",
    ),
    (
        "yes_no",
        r"[吗么嘛][？?。!！]*$|能不能|可不可以|是不是|是否|能否|可否|有没有|算不算|要不要|用不用|行不行|得不得",
    ),
)
_ABOUT_DOCUMENT = re.compile(
    r"(?:讲|说|写|规定|讲述|内容|主要|关于)[^。？?]{0,6}(?:什么|啥|哪些|内容)|是(?:什么|啥|哪个|哪份)(?:文件|通知|文)?[？?]?$"
    r"|文号|哪个文件|哪份文件|什么文件|标题|名称|全称|叫什么"
)
_OPENING = re.compile(r"^(?:那么|那|还有|另外|以及|然后|再问|还想问|顺便问)[，,、\s]*")
_POINTING = re.compile(
    r"它|这个|这份|这些|这项|该(?:文件|办法|规定|方案|通知|意见|政策|决定)|上述|上面|刚才|前面|此(?:文件|办法|规定)|其中"
)
_ARTICLE_ONLY = re.compile(r"^第[〇零一二三四五六七八九十百千\d]+[条款章项]")
_QUESTION_END = re.compile(r"(?:呢|吗|呀|啊|么|吧)?[？?。！!\s]*$")


@dataclass(frozen=True)
class Question:
    """A question ready to be answered.

    `standalone` is what is searched for; `focus` are the words that this turn added, which count
    more; `kind` is one of contact, lifecycle, date, duration, amount, person, responsible, list,
    yes_no, document or fact; `numbers` are the document numbers it is restricted to.
    """

    text: str
    standalone: str
    kind: str
    focus: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()
    followup: bool = False


def read_question(text: Any, history: Any = ()) -> Question:
    """Check `text` and `history` and understand them; BadQuestion says what is wrong."""
    text = _checked(text)
    turns = _checked_history(history)
    numbers = tuple(dict.fromkeys(number for number, _, _ in find_numbers(text)))
    previous = next((turn["content"] for turn in reversed(turns) if turn["role"] == "user"), "")
    kind = _kind(text, numbers)
    if not previous or numbers or not _is_followup(text):
        return Question(text, text, kind, numbers=numbers)
    answered = next((t["content"] for t in reversed(turns) if t["role"] == "assistant"), "")
    cited = tuple(dict.fromkeys(number for number, _, _ in find_numbers(previous + answered)))
    rest = _QUESTION_END.sub("", _OPENING.sub("", text))
    standalone = f"{_QUESTION_END.sub('', previous)}：{rest}？"
    if kind == "fact":
        kind = _kind(previous, cited)
        kind = "fact" if kind == "document" else kind
    return Question(text, standalone, kind, tuple(words(fold(rest))), cited[:1], followup=True)


def _checked(text: Any) -> str:
    if not isinstance(text, str) or not text.strip():
        raise BadQuestion("The question is empty; type one.", "问题是空的，请输入您想问的内容。")
    if len(text) > LONGEST_QUESTION:
        raise BadQuestion(
            f"The question has {len(text):,} characters; ask in at most {LONGEST_QUESTION:,}.",
            f"问题有 {len(text):,} 个字，太长了，请控制在 {LONGEST_QUESTION:,} 字以内。",
        )
    return " ".join(text.split())


def _checked_history(history: Any) -> list[Mapping[str, str]]:
    """The last turns of `history`; BadQuestion when it is not a list of turns."""
    turns: Sequence[Any] = history or []
    for turn in turns:
        if (
            not isinstance(turn, Mapping)
            or turn.get("role") not in ("user", "assistant")
            or not isinstance(turn.get("content"), str)
        ):
            raise BadQuestion(
                "The history must be a list of {role: user or assistant, content: text}.",
                "对话历史的格式不正确，请重新开始对话。",
            )
    return [
        {"role": turn["role"], "content": turn["content"][:LONGEST_QUESTION]}
        for turn in turns[-LONGEST_HISTORY:]
    ]


def _kind(text: str, numbers: Sequence[str]) -> str:
    folded = fold(text)
    # "葫政发〔2018〕25号" alone, or what a document says as a whole, asks for the document.
    about = _ABOUT_DOCUMENT.search(folded)
    if numbers and (about or (len(words(folded)) <= 8 and not _named_kind(folded))):
        return "document"
    return _named_kind(folded) or "fact"


def _named_kind(folded: str) -> str:
    return next((kind for kind, pattern in _KINDS if re.search(pattern, folded)), "")


def _is_followup(text: str) -> bool:
    """Whether `text` leans on what was said before: it points back, or says too little alone."""
    if _POINTING.search(text) or _ARTICLE_ONLY.match(text):
        return True
    content = words(fold(_OPENING.sub("", text)))
    if _OPENING.match(text) and len(content) <= 8:
        return True
    return len(content) <= 3 and bool(re.search(r"呢[？?。]*$", text))
