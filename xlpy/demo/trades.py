"""Made-up enterprises of the other units and their projects, put together from word lists: the same on every run.

No company, person or number here is real. A line is made of a trade's product and one of the troubles that any product
of the trade can have, so that it reads as a project does, and no product is used twice, so that no two are alike.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple


class Line(NamedTuple):
    """A row of Annex 2 without its 序号: what a clerk typed, fields as in `xlpy.layout.SUMMARY_FIELDS`."""

    project_name: str
    company: str
    completed: str
    level: str
    ownership: str
    size: str | None
    benefit: float | str
    remarks: str | None = None


class Trade(NamedTuple):
    """Enterprises of one kind: the word in their names, what they make, and what they set out to mend."""

    word: str
    products: str
    troubles: str


class Unit(NamedTuple):
    """A unit's trades, and how its clerk writes months and kinds of ownership."""

    trades: tuple[Trade, ...]
    month: str = "{year}年{month}月"
    short: bool = False


# fmt: off
UNITS = {
    "新成路街道": Unit((
        Trade("仪器", "便携式粉尘检测仪 台式浊度计 红外测温仪 涡街流量计 磁翻板液位计 露点变送器",
              "示值误差超差攻关 零点漂移治理 出厂校准一次合格率提升 低温环境稳定性提升"),
        Trade("日用品", "不锈钢保温杯 折叠雨伞 婴儿推车 骑行头盔 行李箱拉杆 电热水壶",
              "跌落破损率降低 表面划伤返修率降低 装配一次合格率提升 顾客投诉率降低"),
        Trade("电子", "门禁读卡器 楼宇对讲主机 智能插座 烟感探测器 无线网关",
              "虚焊不良治理 待机功耗降低 静电防护能力提升 老化早期失效率降低"),
    )),
    "真新街道": Unit((
        Trade("服饰", "羽绒服 防护手套 运动护膝 针织围巾 西装衬里 儿童雨衣",
              "缝制疵点率降低 水洗尺寸变化率控制 耐摩擦性能提升 断针残留风险防控"),
        Trade("食品", "速冻汤圆 全麦吐司 低糖绿豆糕 即食燕麦杯 冷鲜鸡胸肉 复合调味酱",
              "净含量偏差控制 封口漏气率降低 微生物超标风险防控 货架期稳定性提升"),
        Trade("包装", "瓦楞纸箱 吸塑托盘 铝箔封口膜 缓冲护角 不干胶标签 手提纸袋",
              "尺寸偏差治理 运输破损率降低 印刷套色精度提升 原材料损耗降低"),
    ), "{year}.{month}", short=True),
    "嘉定镇街道": Unit((
        Trade("光学", "内窥镜镜片 投影棱镜 激光准直器 显微物镜 红外窗口片 光纤准直头",
              "面形精度提升 镀膜脱落缺陷治理 装调一致性提升 表面疵病率降低"),
        Trade("印务", "精装画册 药品说明书 食品彩盒 防伪标签 儿童绘本",
              "套印误差治理 折页错位治理 覆膜起泡缺陷治理 裁切废品率降低"),
        Trade("照明", "道路照明灯 手术无影灯 防爆工矿灯 隧道灯 博物馆射灯 植物补光灯",
              "光衰控制 驱动电源失效率降低 防水密封性能提升 光通量一致性提升"),
    )),
    "南翔镇": Unit((
        Trade("医疗器械", "一次性输液器 血糖试纸 电子血压计 医用防护口罩 采血针 医用雾化器",
              "生产环境洁净度控制 批间差异系数降低 出厂检验误判率降低 灭菌包装破损率降低"),
        Trade("模具", "连接器注塑模 电机铁芯级进模 瓶坯模 压铸型芯 车灯反射镜模",
              "使用寿命提升 型腔尺寸精度控制 试模次数压降 排气不良烧焦治理"),
        Trade("智能科技", "物流分拣机器人 巡检无人机 餐饮配送机器人 货架穿梭车 三维扫描仪 手持读码器 语音交互终端",
              "定位精度提升 续航时间提升 通信掉线率降低 早期故障率降低"),
    ), "{year}-{month:02d}"),
    "马陆镇": Unit((
        Trade("汽车电子", "车载充电机 胎压传感器 电动尾门控制器 域控制器散热壳 毫米波雷达 雨量光照传感器",
              "高低温失效率降低 电磁兼容性能提升 灌封气泡缺陷治理 下线检测直通率提升"),
        Trade("果业", "葡萄汁饮料 葡萄果干 冷榨葡萄籽油",
              "褐变控制 含水率波动控制 酸价超标风险防控"),
        Trade("涂料", "水性木器漆 粉末涂料 导电银浆 耐高温涂层 防腐底漆",
              "批次色差控制 附着力提升 储存沉降治理 固化能耗降低"),
        Trade("压缩机", "螺杆空压机 冷冻式干燥机 真空泵机组 涡旋压缩机 离心鼓风机",
              "单位能耗降低 振动噪声治理 漏油故障治理 大修周期延长"),
    )),
    "徐行镇": Unit((
        Trade("工艺品", "黄草编提包 草编杯垫 草编收纳篮",
              "防霉性能提升 编织密度均匀性提升 染色牢固度提升"),
        Trade("电梯部件", "曳引轮 限速器 门机皮带 层门导轨 液压缓冲器 轿厢导靴 安全钳楔块",
              "磨损寿命提升 动作速度一致性提升 型式试验一次通过率提升 表面锈蚀治理"),
        Trade("橡塑", "丁腈密封圈 耐油胶管 橡胶减震垫 硅胶按键 防尘波纹管 聚氨酯滚轮 塑料阀体",
              "尺寸稳定性提升 老化开裂治理 脱模不良率降低 边角料回用率提升"),
    ), "{year}{month:02d}", short=True),
    "外冈镇": Unit((
        Trade("阀门", "低温球阀 电动蝶阀 蒸汽疏水阀 减压阀 止回阀 波纹管截止阀",
              "内漏率降低 铸件气孔缺陷治理 启闭扭矩控制 密封面研磨效率提升"),
        Trade("钢构", "桥梁钢箱梁 塔筒法兰 集装箱角件 立体车库横梁 光伏支架 钢质防火门",
              "焊缝探伤一次合格率提升 焊接变形控制 镀锌层厚度均匀性提升 下料利用率提升"),
        Trade("农业科技", "育苗基质 水溶肥 食用菌菌棒 生物有机肥",
              "批次均匀性提升 结块问题治理 污染率降低 养分损失率降低"),
    )),
    "江桥镇": Unit((
        Trade("冷链设备", "冷藏车厢板 蓄冷冰板 冷库门 保温周转箱 速冻隧道机",
              "保温性能提升 相变温度稳定性提升 门框结霜治理 发泡空洞缺陷治理"),
        Trade("建材", "预拌砂浆 装配式叠合板 真石漆 防水卷材 铝合金窗 岩棉保温板",
              "强度离散性控制 表面开裂治理 施工损耗率降低 抗渗性能提升"),
        Trade("日化", "洗衣凝珠 氨基酸洁面乳 电热驱蚊液 免洗洗手液 儿童牙膏 宠物沐浴露",
              "灌装精度提升 包材漏液率降低 有效成分稳定性提升 黏度波动控制"),
    ), "{year}年{month:02d}月"),
    "菊园新区": Unit((
        Trade("传感", "压电加速度计 光纤光栅应变片 霍尔电流传感器 湿敏元件 可燃气体报警器",
              "温度补偿精度提升 封装应力控制 批量标定效率提升 长期稳定性提升"),
        Trade("生物", "重组蛋白试剂 细胞培养基 核酸提取试剂盒 冻干保护剂 酶标板",
              "纯度波动控制 内毒素控制 冷链运输失活率降低 有效期延长"),
        Trade("新能源", "光伏逆变器 储能电池簇 燃料电池双极板 充电桩模块",
              "转换效率提升 单体不均衡治理 接触电阻降低 散热能力提升"),
        Trade("软件", "车间排产系统 设备点检平台 质量追溯系统 能耗监测平台",
              "响应速度提升 误报率降低 数据完整率提升 接口稳定性提升"),
    )),
    "嘉定工业区": Unit((
        Trade("半导体设备", "晶圆承载盒 静电卡盘 射频匹配器 石英舟 化学机械抛光垫 真空机械手",
              "颗粒污染控制 吸附力衰减治理 阻抗匹配速度提升 使用次数提升"),
        Trade("传动", "谐波减速器 风电齿轮箱 膜片联轴器 同步带轮 蜗轮蜗杆副 万向节叉 直线模组",
              "传动噪声降低 热处理变形控制 疲劳强度提升 装配间隙一致性提升"),
        Trade("线缆", "海底光电复合缆 机器人拖链电缆 耐火母线槽 铝合金导线 同轴射频线 矿物绝缘电缆",
              "绝缘偏心度控制 耐弯折次数提升 阻燃性能提升 导体电阻一致性提升"),
    )),
}
# fmt: on

_FIRST, _SECOND = "砚棠岚汀黎芷澄珩沅槿霁筠槐菀", "屿舟禾川笙樾岑溪柚苒蘅朔隽黛湄"
_LEVELS = "国内领先 国内先进 国内先进 国际先进 国内领先 行业领先 国内先进 一般水平 国内领先 国际领先 国内先进"
_OWNERSHIPS = "民营企业 民营企业 股份制企业 民营企业 国有企业 民营企业 外商投资企业 中外合资企业 民营企业"
_SHORT = {
    "民营企业": "民企",
    "股份制企业": "股份制",
    "国有企业": "国企",
    "外商投资企业": "外资",
    "中外合资企业": "合资",
}
_SIZES = "小型 中型 小型 微型 中型 小型 大型"
_WORTH = {"微型": 40, "小型": 130, "中型": 380, "大型": 1200}  # 万元: about half of what a project of theirs may bring
_REMARKS = {7: "发明专利已受理", 12: "与高校合作", 16: "已导入精益管理"}  # every 17th line has the same one
_LAST_MONTH = 8  # of 2022: at least twelve months before the deadline


def lines_of(unit: str) -> list[Line]:
    """What the enterprises of a unit apply for, written as its clerk writes; every fifth has two projects."""
    start = 20 * list(UNITS).index(unit)
    style = UNITS[unit]
    lines: list[Line] = []
    levels, ownerships, sizes = _LEVELS.split(), _OWNERSHIPS.split(), _SIZES.split()
    for n, (name, word) in enumerate(_projects(style), start):
        month = _LAST_MONTH - n * 5 % 14
        year, month = (2022, month) if month > 0 else (2021, month + 12)
        ownership, size = ownerships[n * 5 % len(ownerships)], sizes[n * 4 % len(sizes)]
        company = f"上海{_brand(n)}{word}有限公司"
        if n % 5 == 3 and lines and word in lines[-1].company:
            company, ownership, size = lines[-1].company, lines[-1].ownership, str(lines[-1].size)
        lines.append(
            Line(
                project_name=name,
                company=company,
                completed=style.month.format(year=year, month=month),
                level=levels[n * 3 % len(levels)],
                ownership=_SHORT.get(ownership, ownership) if style.short else ownership,
                size=size,
                benefit=round(_WORTH[size] * (0.3 + n * 617 % 1000 / 700), 1),
                remarks=_REMARKS.get(n % 17),
            )
        )
    return lines


def _projects(unit: Unit) -> Iterator[tuple[str, str]]:
    """Project and the word of its enterprise's trade."""
    for trade in unit.trades:
        troubles = trade.troubles.split()
        for n, product in enumerate(trade.products.split()):
            yield product + troubles[n % len(troubles)], trade.word


def _brand(n: int) -> str:
    first = n % len(_FIRST)
    return _FIRST[first] + _SECOND[(n // len(_FIRST) + first) % len(_SECOND)]
