"""The words that the generated gazettes of an invented city are made of; data only.

Combined (what kind x what thing, first x second syllable) they give tens of thousands of distinct
names, so that a large library is not the same few sentences over and over. Imports nothing.
"""

from __future__ import annotations

CITY = "青岚市"


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


KINDS = _words(
    """
    老旧 公共 农村 社区 沿海 山区 校园 地下 临时 智能 露天 流动 小型 大型 集体 民办 跨区
    季节性 节能 无障碍 应急 夜间 户外 高层 历史 新型 共享 移动 简易 散装 再生 冷链 远程 特色
    传统 便民 连片 废弃 闲置 合租 预制 装配式 分布式 低空 浅水 高位 重点 一般 边远 河滨 湖畔
    岛屿 街头 楼宇
    """
)
THINGS = _words(
    """
    住宅 电梯 供水管网 路灯 公交站 停车场 菜市场 幼儿园 养老院 图书室 卫生所 球场 泳池 码头
    渔船 茶园 果园 苗圃 水库 堤坝 泵站 桥梁 隧道 涵洞 坡地 湿地 林场 牧场 鱼塘 冷库 粮仓
    作坊 工棚 餐馆 旅店 书店 剧场 博物馆 碑刻 古树 戏台 祠堂 集市 摊位 快递柜 充电桩 加油站
    变电所 燃气瓶 锅炉 烟囱 垃圾站 污水厂 公厕 墓园 殡仪馆 救护车 校车 出租车 货车 电动车
    自行车 渡轮 缆车 无人机 广告牌 霓虹灯 喷泉 雕塑 绿道 步道 广场 口袋公园 体育馆 培训班
    托儿所 食堂 药房 诊所 实验室 数据中心 档案库 印刷厂 酒坊 豆腐坊 糕点铺 染坊 砖窑 采石场
    砂场 矿井 尾矿库 风电场 光伏板 储能站 热力站 换热器 井盖 消火栓 监控探头 广播站 信号塔
    气象站 地震台 避难所 粮油店
    """
)
PEOPLE = _words(
    """
    低收入家庭 残疾人 退役军人 高校毕业生 个体工商户 外来务工人员 独居老人 孤儿 失业人员
    返乡青年 渔民 茶农 菜农 环卫工人 快递员 出租车司机 乡村教师 护士 志愿者 手工艺人
    房屋租户 业主 学生家长 小微企业 合作社 行业协会 慈善组织 物业企业 施工单位 运营单位
    承租人 经营者 监护人 申请人
    """
)
OFFICES = _words(
    """
    住建局 交通局 农业局 水务局 民政局 教育局 财政局 公安局 卫健委 文旅局 市场监管局 应急局
    人社局 生态环境局 自然资源局 城管局 商务局 工信局 司法局 审计局 统计局 林草局 海洋局
    气象局 体育局 退役军人局 医保局 发改委 科技局 数据局 粮食局 档案局 消防支队 残联 妇联
    团委
    """
)
ACTIONS = _words(
    """
    摸底登记 改造翻新 定期检修 分类处置 统一编号 限期拆除 公开招标 实名备案 联合巡查
    第三方评估 信息公示 专项审计 示范推广 集中采购 轮换更新 封闭管理 错峰开放 免费开放
    特许经营 资质审查 风险排查 隐患整改 水质检测 噪声监测 能耗核算 价格监测 信用评价
    抽样检验 应急演练 技能培训 定点帮扶 贷款贴息 租金减免 税费返还 保险补贴 以奖代补
    首台补助 绿化补种 管线迁改 产权确认
    """
)
FIRST = tuple("松云石柳溪白竹梅南北东西金银双青丹玉龙凤桃杏枫荷清长安宁永和平丰泰瑞明朗春秋望听观")
SECOND = tuple("坪岭湾桥塘浦渡村洲渚坡谷溪泉坝堰墩埠店铺巷里园庄台岗坞圩港汀")
UNITS = ("街道", "镇", "乡", "开发区")

SENTENCES = (
    "{place}范围内的{topic}由市{office}负责{action}，每年不少于{count}次，结果报市政府备案。",
    "{people}申请{topic}{action}的，应当在{day}日内向市{office}提交材料，逾期视为放弃。",
    "市{office}会同市{office2}对{topic}实行{action}，{year}年{month}月底以前完成{share}以上。",
    "对{place}的{topic}给予每处{money}万元的补助，由市、区两级财政按照{ratio}的比例分担。",
    "未经批准擅自占用{topic}的，由市{office}责令改正，处以{fine}元以上{fine2}元以下的罚款。",
    "{topic}的服务半径不得超过{metre}米，每日开放时间不少于{hours}小时，节假日照常开放。",
    "{people}使用{topic}的，收费标准为每平方米{fee}元，{people2}凭证减半收取。",
    "市{office}应当建立{topic}台账，记明位置、数量和责任人，并且每季度更新一次。",
    "到{year}年底，全市建成{topic}{count2}处，其中{place}不少于{count}处，覆盖率达到{share}。",
    "{place}承担{topic}的{action}，所需经费{money}万元列入当年预算，专款专用，不得挪作他用。",
    "因{topic}的{action}给{people}造成损失的，责任单位应当自确认之日起{day}日内予以赔偿。",
    "新建{topic}应当与主体工程同时设计、同时施工、同时投入使用，预留面积不低于{share}。",
    "{people}发现{topic}存在隐患的，可以拨打市{office}的电话举报，查实后奖励{fine}元。",
    "{topic}的运营单位每{day}日组织一次{action}，记录保存{years}年，接受市{office}检查。",
    "鼓励{people}参与{topic}的{action}，对成绩突出的，由市{office}授予称号并奖励{money}万元。",
    "{place}应当在{month}月{day2}日以前将{topic}的名单报市{office2}汇总，名单向社会公布{day}日。",
)
