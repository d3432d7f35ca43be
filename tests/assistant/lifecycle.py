"""Invented documents of 青岚市 that begin, end, are amended, repealed and set anew each year."""

from __future__ import annotations

_HEAD = """青岚市人民政府办公室文件

{number}

青岚市人民政府办公室关于{title}

各县（市）区人民政府，市政府各部门：

"""
_FOOT = """

青岚市人民政府办公室

{date}
"""


def _notice(number: str, title: str, text: str, date: str) -> str:
    return _HEAD.format(number=number, title=title) + text.strip() + _FOOT.format(date=date)


ALLOWANCE_2022 = _notice(
    "青政办发〔2022〕40号",
    "调整2022年残疾人护理补贴标准的通知",
    "一、残疾人护理补贴标准为每人每月八十元，由市民政局发放。\n\n二、本标准自2022年7月1日起执行。",
    "2022年6月20日",
)
ALLOWANCE_2023 = _notice(
    "青政办发〔2023〕38号",
    "调整2023年残疾人护理补贴标准的通知",
    "一、残疾人护理补贴标准为每人每月九十五元，由市民政局发放。\n\n二、本标准自2023年7月1日起执行。",
    "2023年6月18日",
)
FISHING = _notice(
    "青政办发〔2020〕21号",
    "渔船夜航许可的通知",
    "一、渔船夜航应当向市渔业局申领许可证，每证收费三十元。\n\n"
    "二、本通知自2020年8月1日起施行，有效期至2023年7月31日。",
    "2020年7月15日",
)
TREES = _notice(
    "青政办发〔2021〕17号",
    "街道树木修剪的通知",
    "一、街道树木每年修剪两次，由市园林局组织。\n\n二、修剪的枝叶应当在当日清运。",
    "2021年3月9日",
)
TREES_AMENDED = _notice(
    "青政办发〔2022〕9号",
    "修改街道树木修剪要求的通知",
    "一、对《青岚市人民政府办公室关于街道树木修剪的通知》（青政办发〔2021〕17号）作出修改：\n\n"
    "二、枝叶清运时间改为次日上午以前。",
    "2022年2月11日",
)
MARKETS = _notice(
    "青政办发〔2019〕6号",
    "早市摊位管理的通知",
    "一、早市摊位每月收费六十元，由市商务局收取。\n\n二、早市每天上午九点前收摊。",
    "2019年2月2日",
)
MARKETS_ANEW = _notice(
    "青政办发〔2021〕30号",
    "规范早市经营的通知",
    "一、早市摊位经营者应当随身携带健康证明。\n\n"
    "二、《青岚市人民政府办公室关于早市摊位管理的通知》（青政办发〔2019〕6号）"
    "和《青岚市夜市灯光管理办法》（青政办发〔2015〕8号）同时废止。",
    "2021年6月6日",
)
FERRIES = """青岚市人民政府令

第31号

《青岚市渡船管理规定》已经2025年3月3日市政府第5次常务会议讨论通过，现予公布，自2099年1月1日起施行。

市长 林远山

2025年3月10日

青岚市渡船管理规定

第一条 渡船每次载客不得超过二十人，由市交通局监督。

第二条 渡船船员应当持证上岗。

第三条 本规定自2099年1月1日起施行。
"""
LIFECYCLE = {
    "allowance-2022.txt": ALLOWANCE_2022,
    "allowance-2023.txt": ALLOWANCE_2023,
    "fishing.txt": FISHING,
    "trees.txt": TREES,
    "trees-amended.txt": TREES_AMENDED,
    "markets.txt": MARKETS,
    "markets-anew.txt": MARKETS_ANEW,
    "ferries.txt": FERRIES,
}
