"""The expected answer type: what a question asks for, and how a text shows that it holds it.

"多少钱" wants an amount of money, "哪天" a date, "电话" a number that can be dialled. The type
steers which sentence answers (`evidence`), how much of it is shown (`writer`) and whether the
sources answer at all (`refusal`): a passage on the right matter without a telephone number does
not answer a question for one. Expected answer types after Li and Roth, "Learning Question
Classifiers" (2002). Data and pure functions; imports `measure_words` and
`vectorstore`'s folding.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from assistant.measure_words import HAN_DIGITS, NUMBER, held_as, measured_in
from vectorstore.terms import fold

# A figure behind its column's head, with the unit or the thing counted there.
_HEADED = re.compile(
    r"(?:\((?P<unit>[^()]{1,16})\)|(?P<counted>[一-龥])数):(?P<figure>\d[\d,.]*)(?![\d-])"
)


@dataclass(frozen=True)
class AnswerType:
    """One expected answer type.

    `asks` and `holds` are patterns on folded text; `strict` says that a text without it is no
    answer, `whole` that a passage holds it as a whole and not in one sentence.
    """

    name: str
    asks: str
    holds: str
    strict: bool = False
    whole: bool = False

    def is_held_by(self, text: str) -> bool:
        """Whether `text` holds what such a question asks for; the cell of a table has the unit
        that its column's head names: 面积（亩）：17, 班数：9."""
        folded = fold(text)
        units = "".join(
            f" {found['figure']}{found['unit'] or '个' + found['counted']}"
            for found in _HEADED.finditer(folded)
        )
        return bool(re.search(self.holds, folded + units, re.DOTALL))


def _any(*patterns: str) -> str:
    return "|".join(patterns)


_WHEN = r"(?:什么时候|啥时候|啥时|何时|哪天|哪年|哪一年|几号|多会儿|多咱)"
_ISSUE = r"(?:印发|发布|成文|出台|发文|下发|公布)"
# What is issued on a day of its own: money and lists are 发 and 公布 too.
NAMED_AS = "方案|通知|办法|意见|规定|公告|通告|要点|细则|决定|文件|政策|条例|规划|计划|法|文|号|令"
ON = (
    rf"(?:(?:19|20)\d{{2}}年的?)?(?:{_WHEN}|哪一?[年月日天][哪月日几号一天]*|几月(?:份|几[号日])?|几[号日]"
    r"|哪个月|什么日子|[什啥]么?时间)"
)
DONE = (
    r"(?:印发|印制|制发|发布|下发|颁发|颁布|公布|出台|发文|成文|签发|签署|刊登|登报|落款|发出|发的文|印|签|登|发|出来|下来|出(?=的))"
    r"(?:出来|下来)?"
)
_OVER = r"(?:来着|[呢呀啊吗])?\W*$"
DATED = r"(?:落款|成文|印发|发文|发布|公布|签发|签署)的?(?:日期|时间|日子)?(?:写的)?"
# The document comes first (…方案是哪天印的, …，落款是哪天), or behind (哪天印发的…方案), or what is
# issued is not called a document and the question says that it has been (…调整是几号发的).
_DATE_OF_ISSUE = (
    rf"(?P<subject>[^,;。?]*(?:{NAMED_AS}|\)|[》〉]|它)),?(?:的|是|在|于|都|到底|究竟|具体|那个|,)*"
    rf"(?:{ON}(?:才|被|给)?{DONE}了?的?|{DATED}(?:是|为|于|在)?{ON}|{DATED}(?<=[期间子款])){_OVER}"
)
_ISSUED_BACK = rf"^\W*(?:是|在)?{ON}{DONE}了?的(?P<subject>[^,;。?]*(?:{NAMED_AS}|[》〉])){_OVER}"
_ISSUED_PAST = rf"(?P<subject>[^,;。?]+?)(?:是|,)*(?:在|于)?{ON}{DONE}了?的{_OVER}"

_TAKES_EFFECT = (
    r"(?:自|从)[^。;]{1,20}(?:公布|发布|印发|下发)之日起|"
    r"(?:(?:自|从)\S{1,20}(?:起|之日)|[日月]起)\S{0,12}(?:施行|执行|实施|生效|推行|实行|启用)"
)

# What an office does with a task: 哪家牵着, 哪些局担着.
_TAKES_ON = "(?:负责|批(?!的)|主管|主抓|管|推|牵|抓|担(?!任)|扛|落实|承办|处理|盯|张罗)"
# An enumeration: at least two numbered items, or clauses or words in a row behind a colon.
_LISTED = (
    r"\(一\).*\(二\)|(?<!\d)1[.、].*(?<!\d)2[.、]|一是.*二是|:[^。]*;[^。]*;|:[^。]*、[^。]*、"
    r"|包括[^。]*、[^。]*、"
)

_AMOUNT = rf"{NUMBER}\s*(?:多)?[十百千万亿]*元|免费|免收|不收|无偿|\d块"
# A part of a sum is money, a part of the children is none.
_SUM = "(?:[款费金额价奖补贴税薪租资息]|报销|分担|负担|标准|收入|营收|成本|限额)"
_PART_OF_SUM = rf"{_SUM}[^。;]{{0,24}}{NUMBER}[倍%]|{NUMBER}[倍%][^。;]{{0,16}}{_SUM}"

# Tried in this order; the first that asks decides.
ANSWER_TYPES = (
    AnswerType(
        "issued",
        _any(
            rf"{_ISSUE}.{{0,3}}(?:日期|时间|的日子|于?{_WHEN})",
            rf"(?:是|在)?{_WHEN}.{{0,2}}{_ISSUE}的?",
        ),
        r"\d{4}",
    ),
    AnswerType(
        "website",
        _any("网址", "(?:哪个|哪些|什么|啥)网站"),
        r"https?:|www\.|\.cn|网站|门户|平台",
        strict=True,
    ),
    AnswerType(
        "contact",
        _any(
            # 打电话问的时候… only says how it came about.
            "(?<![打接来])电话(?!检查|回访|调查|核实|抽查)", "打.{0,4}电话[号多是]",
            "座机(?!场)", "热线", "联系方式", "[怎咋]么?联系", "传真", "邮箱",
            "(?:打|拨)(?:什么|啥|哪个)号",
        ),
        # A short number is known by what it is called: 12345热线, 8890政务便民服务热线.
        r"\d{3,4}-?\d{7,8}|\d{3,4}-\d{3,4}-\d{4}|(?<!\d)\d{7,8}(?!\d)|(?<!\d)(?:1\d{4}|9\d{4,})(?!\d|\s*[人户元个万亩米吨名家件台辆平公套只年])"
        r"|(?<!\d)\d{4,6}[^\d,。;年元]{0,8}(?:热线|平台)|https?:|www\.|@|\.cn",
        strict=True,
    ),
    AnswerType(
        "address",
        _any(
            "地址(?![不吗行])", "办公(?:地点|位置)", "门牌", "哪条[街路]", "什么[街路]", "什么位置",
            "在哪办公", "在什么地方",
        ),
        r"[路街道巷]\S{0,6}号|大厅|\d室",
        strict=True,
    ),
    AnswerType(
        "hours",
        _any(
            "几点(?:开|上|下|关)", "(?:营业|办公|开放|上班)时间",
            r"(?:周末|周[一二三四五六日]|星期.|节假日|半夜|晚上).{0,6}"
            r"(?:上班|开门|营业|办公|有人|休息|办理)",
        ),
        r"\d{1,2}[:：时点]|工作日|节假日|周[一二三四五六日]|星期|小时",
        strict=True,
    ),
    AnswerType(
        "basis",
        _any(
            r"(?:依据|根据|依照|按照|贯彻|落实)(?:的是)?.{0,8}(?:哪|什么|啥).{0,6}"
            r"(?:文件|方案|规定|办法|法律|法规|通知|意见|条例|制定|来的)",
            r"(?:哪|什么|啥).{0,6}(?:文件|法律|法规).{0,4}(?:为)?(?:依据|根据)",
        ),
        r"根据|依据|贯彻|按照|落实",
    ),
    AnswerType(
        "effective",
        _any("施行", "生效", "有效期", "试行", "起执行", "开始执行", "开始实行", "执行时间"),
        rf"{_TAKES_EFFECT}|有效期|试行|期限(?!已过|已满|届满)",
        strict=True,
    ),
    AnswerType(
        "lifecycle",
        _any(
            "废止", "废[掉了]", "作废", "失效", "改没改", "修订", "取代", "替代", "还能用",
            "还用不用", "还能不能用", "还算不算数", "还算数", "过期", "还作数",
            r"(?:还|是否|现在|仍).{0,3}有效", "有没有效", "有效吗", "改过", "被修改",
        ),
        r"废止|修改|修订|失效|有效",
    ),
    AnswerType(
        "responsible",
        _any(
            r"(?:哪|什么|啥)(?:个|些|几个|家|几家|一家|两家|两个)?(?:部门|单位|机关|机构|局|科室)",
            # 归哪两家, 哪家负责推, 哪些局担着, 由谁抓
            rf"(?:归|由|靠|找|报|交给)哪[{HAN_DIGITS}几]?[家个](?:$|[?。!呢啊呀]|(?:来|去)?{_TAKES_ON})",
            rf"哪[{HAN_DIGITS}几]?家(?:来|去|该|在)?{_TAKES_ON}",
            rf"哪(?:些|[{HAN_DIGITS}几]?个)(?:局|委办|部门|单位)",
            rf"谁.{{0,5}}(?:负责|管|牵头|办|解释)|谁(?:来|在|去)?{_TAKES_ON}",
            "牵头", "归谁", "找谁", "由谁", "主管",
            "哪里办", "去哪", "上哪", "到哪(?!一?[年天月])", "负责单位", "责任单位",
        ),
        r"负责|牵头|责任|主管|分管|配合|承担|解释|会同|受理",
    ),
    AnswerType(
        "money",
        _any(
            r"(?:多少|几)[十百千万亿]*(?:钱|元|块(?![事地牌业,]))", r"(?:多少|几)个?(?:钱|亿)",
            "多些?钱", "多少[一-龥]{1,3}钱", "多少万(?![户个家人名项条辆亩吨件册])",
            r"(?:给|奖|补|交|收|罚|贷|发|领|拿|涨到|提高到)多少[?。]?$",
        ),
        rf"{_AMOUNT}|{_PART_OF_SUM}",
        strict=True,
    ),
    AnswerType(
        "share",
        _any(
            "百分之几", "百分之多少", "几成", "几比几", "几倍", "多少倍",
            r"(?:多少|几)个(?:百分)?点",
            # 缴费比例能过渡几年 asks for years.
            rf"(?:占比|比例|利率|税率|费率)(?![^,。?]*(?:(?:几|多少)(?:年|天|个月)|多久|多长|{_WHEN}))",
        ),
        rf"[\d.]+\s*[%‰]|百分之|{NUMBER}(?:成|倍)|{NUMBER}分之|{NUMBER}[:比]{NUMBER}|基点|免",
        strict=True,
    ),
    AnswerType(
        "duration",
        _any(
            "多久", "多长时间", r"(?:多少|几)个?(?:天|日|工作日|小时|钟头|年|周|星期|礼拜)",
            r"(?:多少|几)个月", "好久(?![没不了以之])",
            # 程序和时限 is a list: the periods stand with the steps.
            "期限", "(?<!程序.)(?<!流程.)(?<!步骤.)时限", "多长",
        ),
        rf"{NUMBER}\s*(?:个)?(?:工作日|小时|分钟|日|天|周|年|月|季度)|即时|当场|同步"
        r"|每个?(?:日|天|周|月|季|年|半年)|[逐按][日周月季年]",
        strict=True,
    ),
    AnswerType(
        "date",
        _any(
            _WHEN, "几月", "截止", "起止", "什么时间", "啥时间", "哪一天", "从几", "到几",
            "哪个月", "时间是", "时间表", "时间节点",
        ),
        rf"{NUMBER}[年月日号]|年底|年初|之日起|上旬|中旬|下旬|期满",
        strict=True,
    ),
    AnswerType(
        "person",
        _any(
            "哪位", "哪一位", "(?:副?组长|主任|局长|市长|区长|县长)(?:是|叫|姓)",
            r"(?:成员|组长|局长|主任|市长|区长|县长|召集人|领导|负责人).{0,4}谁", "谁分管",
            "召集人", "(?<![动目台统件网站区园院校司库金牌])叫(?:什么|啥)名", "什么职务",
            "姓什么", "负责人", "归哪个市长",
        ),
        r"[一-龥]{2,4} \S*(?:长|主任|书记|领导|师|员)"
        r"|(?:领导|同志|负责人)(?:任|担任|兼任)"
        r"|(?:长|主任|书记|主席|经理|召集人)由?[一-龥]{2,3}(?:同志)?(?:任|担任|兼任|为|[,;、。\s]|$)"
        r"|(?:^|[\s,、:])[一-龥]{2,3}(?:同志|分管|联系|:)|[:：][一-龥]{2,4}(?:\s|$)|\|"
        # The name that a passage stands under, behind its document's number.
        r"|\)[一-龥]{2,4}同志:",
        strict=True,
    ),
    AnswerType(
        "list",
        _any(
            r"(?:几|哪些?)(?:大|个|个大)?(?:步|道|环节|步骤|阶段|方面|部分)", "分哪", "哪几",
            "几种[一-龥]{0,6}(?:办法|方式|方法|法子|途径|渠道|形式)",
            "(?:程序|流程|步骤)[和及与、]",
        ),
        _LISTED,
        whole=True,
    ),
    AnswerType("who", "谁", r"[局委办厅部会院校站所司]|[一-龥]{2,4} \S*长|同志|人"),
    AnswerType(
        "count",
        _any(
            rf"(?:多少|几)(?:[{HAN_DIGITS}])?[一-龥]", "数量", "额度", "上限", "下限", "最高",
            "最低", r"多少[?。!]*$", "多大(?:面积|年纪|岁|吨|规模|地)", "多[高深宽远重厚]",
        ),
        rf"\d|{NUMBER}[一-龥]|百分之",
        strict=True,
    ),
    AnswerType(
        "list",
        _any(
            "哪些", "哪几", "哪[三四五六七八九十]", "什么条件", "啥条件", "条件", "材料",
            "(?:什么|啥|哪些?|哪种)(?:样的?)?情况", "(?:什么|啥|哪)样的",
            "手续", "流程", "步骤", "[怎如][么何]办理", "[怎如][么何]申请", "程序", "包括",
            "内容", "情形", "措施", "方式", "咋办", "咋整", "怎么办", "怎么弄", "分别是",
            "[怎如][么何](?:操作|走|补救)",
            "都有啥", "都有什么", "要求",
        ),
        _LISTED,
        whole=True,
    ),
    AnswerType(
        "yes_no",
        _any(
            r"[吗么嘛不没][?。!]*$", "能不能", "可不可以", "是不是", "是否", "能否", "可否",
            "有没有", "算不算", "要不要", "用不用", "行不行", "得不得", "允许",
        ),
        r"可以|可|不得|应当|应|不|允许|禁止|必须|需|符合|[免限均]",
    ),
)  # fmt: skip
_ARTICLE = re.compile(rf"第(?:\d+|[{HAN_DIGITS}]+)条")
FACT = AnswerType("fact", "", r"(?!)")
ISSUED = next(each for each in ANSWER_TYPES if each.name == "issued")
DOCUMENT = AnswerType("document", "", r"(?!)")

_ABOUT_DOCUMENT = _any(
    r"(?:讲|说|写|规定|讲述|主要|关于)[^。?]{0,4}(?:(?:什么|啥)(?!时)|哪些|内容)",
    r"是(?:什么|啥|哪个|哪份)(?:文件|通知|文)?[?]?$",
    "文号", "哪个文件", "哪份文件", "什么文件", "啥文件", "标题", "名称", "全称", "啥内容",
)  # fmt: skip
# 几 that asks nothing: 前几年, 好几天, 我们几个, 就那么几个人, 几十号人.
_SOME = re.compile(
    r"(?:[说列讲]出?|举例?)(?:[一二两三]?|几)[条个种样项]|前几(?=[年天])|好几|们几个|那么几|不识几|几十"
)
# 犬链最长多长 asks for a length, if not for a time.
_HOW_LONG = re.compile(r"多长(?!时间)")
# 办公地点在哪个委 asks at which office, and not for its street.
_WHICH_OFFICE = re.compile("哪个?(?:委|局|办|厅|部门|单位)|设在")
_WHICH_STREET = re.compile("(?:哪条|什么)[街路]")
# 多少万元, 几千块: a part of something would be asked for otherwise.
_IN_YUAN = re.compile(r"(?:多少|几)[十百千万亿]+(?:元|块|钱)")
_OF_PERIOD = re.compile("效期|试行|期限|多久|多长")
_LENGTH = rf"{NUMBER}\s*(?:公里|千米|厘米|米)"
_CONTACTS = ("website", "contact", "address", "hours")
_FIGURES = ("count", "money", "duration", "share", "date")
_ASKS = re.compile("[谁啥哪几怎吗]|什么|多少|如何|是否")
_CLAUSE = re.compile(r"[,。;:]")
_YES_OR_NO = re.compile(
    r"(?:[吗嘛不没]|(?<![什怎多])么)$|([能行中对成])不\1$|能不能|可不可以|算不算|要不要"
)
# 电话公不公开 asks for no telephone number; 有没有电话 does.
_WHETHER = re.compile(r"([一-龥])不\1[一-龥]?$")
_REMARK = re.compile(r"\([^()]*\)\W*$")
_ASKS_FIGURE = re.compile(rf"多少|多[长久高大]|{_WHEN}|[十百]?几[点月号时]")


def expected_type(text: str, names_document: bool = False) -> AnswerType:
    """What the question `text` asks for; `names_document`: it holds a document number."""
    folded = without_some(fold(text))
    found = next((each for each in ANSWER_TYPES if re.search(each.asks, folded)), FACT)
    if names_document:
        if found.name in ("basis", "effective", "lifecycle"):
            return found
        if asks_issue(folded):
            return ISSUED
        if _ARTICLE.search(folded):
            # An article of it is asked for, not the document as a whole.
            return found
        about = re.search(_ABOUT_DOCUMENT, folded)
        if about or (found is FACT and len(folded) <= 30):
            return DOCUMENT
    if found is ISSUED:
        return next(each for each in ANSWER_TYPES if each.name == "date")
    if names_document:
        return found
    if (found.name in _CONTACTS and _only_whether(folded, found)) or (
        found.name in _FIGURES and _only_yes_or_no(folded)
    ):
        return next(each for each in ANSWER_TYPES if each.name == "yes_no")
    if found.name == "address" and _WHICH_STREET.search(folded):
        return replace(found, holds=f"{found.holds}|[一-龥][街路巷道]")
    if found.name == "address" and _WHICH_OFFICE.search(folded):
        return replace(found, holds=f"{found.holds}|设在")
    if found.name == "money" and _IN_YUAN.search(folded):
        return replace(found, holds=_AMOUNT)
    if found.name == "effective" and not _OF_PERIOD.search(folded):
        return replace(found, holds=_TAKES_EFFECT)
    if found.name == "duration" and _HOW_LONG.search(folded):
        return replace(found, holds=f"{found.holds}|{_LENGTH}")
    measured = measured_in(folded)
    if found.name == "count" and measured:
        held = "|".join(held_as(measure, counted) for measure, counted in measured)
        return AnswerType("count", "", held, strict=True)
    return found


def without_some(folded: str) -> str:
    """A folded text without the 几 that only says that there are some."""
    return _SOME.sub("", folded)


def asks_issue(folded: str) -> re.Match[str] | None:
    """The match of a folded question for a document's date of issue, with what is called so as
    its group "subject"; None where it asks for something else."""
    found = (re.search(each, folded) for each in (_DATE_OF_ISSUE, _ISSUED_BACK, _ISSUED_PAST))
    # 讲的是什么，哪年发的 asks for more than a date.
    return next((each for each in found if each and not _ASKS.search(each["subject"])), None)


def asks_day(folded: str) -> bool:
    """Whether a folded question asks for a day or a month: 从哪天起施行, but not 有效期几年."""
    return bool(re.search(rf"{ON}|日期", folded))


def _only_yes_or_no(folded: str) -> bool:
    """Whether a question with 多少 or 几 in it asks no figure: 几家合用一间机房行不行."""
    last = _last_clause(folded)
    return bool(_YES_OR_NO.search(last)) and not _ASKS_FIGURE.search(last)


def _only_whether(folded: str, contact: AnswerType) -> bool:
    """Whether a question that names a telephone or an address asks something of it at its end."""
    last = _last_clause(folded)
    before = folded.partition(last)[0]
    return bool(_WHETHER.search(last)) and not re.search(contact.asks, before)


def _last_clause(folded: str) -> str:
    """What a question ends with, without a remark in brackets behind it."""
    return _CLAUSE.split(_REMARK.sub("", folded).rstrip("?。! "))[-1]
