"""The one catalogue of rules: ids, titles, reasons, and every wording that a user can see.

Ids are fixed. Certain → error, likely → warning, worth a look → note. A text's {names} are filled by the check that
uses it; the first text of a rule is its usual one. Sources: the notice 嘉市监质〔2023〕138号 and its 填表说明.
"""

from __future__ import annotations

from typing import Final

from xlpy.flags import Rule, Severity, Text

ERROR, WARNING, NOTE = Severity.ERROR, Severity.WARNING, Severity.NOTE


def _rule(id: str, title: str, why: str, severity: Severity, **texts: Text) -> Rule:
    return Rule(id, title, why, severity, texts)


_FORM = (
    _rule(
        "F01", "必填项没有填", "通知要求登记表各栏填写完整，缺项无法评审", ERROR,
        blank=Text("“{name}”没有填", "请企业补填"),
        absent=Text("登记表里找不到“{name}”这一栏", "请企业用今年的登记表重新填写，或把这一栏补上"),
        nil=Text("“{name}”写的是“{value}”，不是内容", "请企业写明具体内容"),
        unreadable=Text("“{name}”{problem}", "请企业改正后重新交来"),
    ),
    _rule(
        "F03", "金额读不出来", "金额以万元为单位参加计算，读不准就不算", ERROR,
        unreadable=Text("“{name}”{problem}", "请企业改正后重新交来"),
    ),
    _rule(
        "F04", "可能把元当成了万元", "项目投资、销售额等大得或小得不合常理，多半是单位写错", WARNING,
        yuan=Text("“{name}”是 {value} 万元，像是按元填的", "请核对单位：如果是元，应填 {proposal}"),
        tiny=Text("“{name}”只有 {value} 万元，像是按亿元填的", "请核对单位：如果是亿元，应填 {proposal}"),
        jump=Text("“{name}”攻关前是 {before}，攻关后是 {after}，相差几千倍以上，像是一个按元、一个按万元填的", "请核对两格的单位"),
    ),
    _rule(
        "F05", "经济效益只填了攻关前或攻关后", "填表说明3：要用攻关前、后一样长的时间里的数据对比", ERROR,
        after=Text("“{name}”只填了攻关前（{seen}），攻关后没有数", "请企业补填攻关后的数；确实为零请填 0，不要写“/”"),
        before=Text("“{name}”只填了攻关后（{seen}），攻关前没有数", "请企业补填攻关前的数；确实为零请填 0，不要写“/”"),
    ),
    _rule(
        "F06", "攻关后没有改善", "申报条件(2)：成果应具有较好经济社会效益", NOTE,
        none=Text("销售额、利润、节能降耗、创汇节汇、其他，攻关后没有一项比攻关前多", "请企业核对攻关前后的数据是否填反"),
    ),
    _rule(
        "F07", "攻关人员超过人数", "填表说明5：主要攻关人员的名数有上限", ERROR,
        many=Text("填了 {count} 名攻关人员，最多 {most} 名", "请企业按贡献大小保留前 {most} 名"),
    ),
    _rule(
        "F08", "攻关人员名单有缺漏或重复", "填表说明5：按贡献大小次序填写，名次不能有空", WARNING,
        gap=Text("第 {line} 名攻关人员空着，后面还有人", "请企业把后面的人依次往前移"),
        twice=Text("“{value}”在名单里出现了两次（第 {first} 名和第 {line} 名）", "请企业删去一个，或写明是同名的两个人"),
        incomplete=Text("第 {line} 名攻关人员“{person}”没有填{missing}", "请企业补填"),
        nameless=Text("第 {line} 名攻关人员没有写姓名，只有其他内容", "请企业补填姓名"),
        unreadable=Text("第 {line} 名攻关人员的姓名{problem}", "请企业改正后重新交来"),
        empty=Text("攻关项目组成员一个也没有填", "请企业补填，最多 {most} 名"),
    ),
    _rule(
        "F09", "填报日期有问题", "申报截止日期之后填报的，本次不能受理", ERROR,
        missing=Text("填报日期没有填", "请企业补填年月日"),
        unreadable=Text("填报日期{problem}", "请企业改正后重新交来"),
        late=Text("填报日期是 {day}，在截止日期 {deadline} 之后", "请核对日期；确实逾期的请与区局联系"),
    ),
    _rule(
        "F10", "推荐单位不在名单里", "推荐单位包括主管部门以及各街镇（填表说明6）", WARNING,
        unknown=Text("推荐单位“{value}”不在本区街镇名单里", "请核对；由主管部门推荐的不用改，新设的单位请加到“参数”表"),
        near=Text("推荐单位“{value}”不在本区街镇名单里，像是“{proposal}”", "请核对；由主管部门推荐的不用改"),
    ),
    _rule(
        "F11", "负责人意见没有签字或日期", "登记表要求单位技术、财务负责人和单位负责人签字并写日期", WARNING,
        both=Text("“{name}”没有签字，也没有日期", "请企业补签并写日期；纸质件上已有的不用改"),
        unsigned=Text("“{name}”没有签字", "请企业补签；纸质件上已有的不用改"),
        undated=Text("“{name}”没有写日期", "请企业补写日期；纸质件上已有的不用改"),
        unclear=Text("“{name}”的签字{problem}", "请企业改正后重新交来"),
        unreadable=Text("“{name}”的日期{problem}", "请企业改正后重新交来"),
    ),
    _rule(
        "F12", "推荐单位意见没有填", "通知三(二)3：街镇出具推荐意见后再汇总报送", WARNING,
        blank=Text("“推荐单位意见”没有填", "请推荐单位写明意见并盖章；纸质件上已有的不用改"),
    ),
    _rule(
        "F13", "统一社会信用代码不对", "GB 32100-2015 规定18位，末位是校验码，抄错一位就能查出", ERROR,
        wrong=Text("统一社会信用代码{problem}", "请企业改正后重新交来"),
    ),
    _rule(
        "F14", "信用代码不是本区的", "申报条件(1)：申报企业在本区登记、注册；但市局登记或迁入的企业代码不变", NOTE,
        elsewhere=Text("信用代码第3至8位是 {division}，本区是 {expected}", "请核对企业是否在本区注册；迁入本区的企业不用改"),
    ),
    _rule(
        "F15", "联系电话读不出来", "区局要靠这个电话通知答辩", WARNING,
        unreadable=Text("联系电话{problem}", "请与企业核对后改正"),
    ),
    _rule(
        "F16", "完成后不满规定的月数就填报", "填表说明3：效益是攻关完成后满这么多个月的数据", WARNING,
        soon=Text("项目 {completed} 完成，到填报日期 {filled} 只有 {months} 个月，不满 {least} 个月", "请企业说明攻关后的数据怎么来的"),
        future=Text("完成时间 {completed} 在填报日期 {filled} 之后", "请企业核对这两个日期；没有完成的项目不能申报"),
        unreadable=Text("{name}{problem}", "请企业改正，或由街镇核实后填在汇总表里"),
    ),
    _rule(
        "F17", "有的格子别的软件看不到", "公式没有存下结果，或内容是 WPS 的单元格图片，换一台电脑就是空白", WARNING,
        valueless=Text("“{name}”这一格（{cell}）里是公式或图片，别的软件打开是空白", "请企业在这一格直接填写文字或数字"),
        row=Text("“{name}”这一格里是公式或图片，文件里没有存下结果，读到的是空白", "请用 Excel 打开后重新保存一次，或在这一格直接填写"),
        elsewhere=Text("登记表各栏以外有 {count} 格（从 {cell} 起）里是公式或图片，别的软件打开是空白", "不影响评审就不用改；要用的请企业直接填写"),
    ),
)  # fmt: skip

_ROW = (
    _rule(
        "R01", "必填的格子空着", "通知附件2各栏都要填（备注除外）", ERROR,
        blank=Text("“{name}”没有填", "请补填"),
        nil=Text("“{name}”写的是“{value}”，不是内容", "请填写具体内容"),
    ),
    _rule(
        "R02", "序号不连续", "附件2按序号逐项核对", WARNING,
        wrong=Text("这一行的序号是“{value}”，应当是 {expected}；后面的也请一并核对", "请从 1 开始依次重编序号（重新导入时会自动编好）"),
        blank=Text("这一行没有序号，应当是 {expected}；后面的也请一并核对", "请从 1 开始依次重编序号（重新导入时会自动编好）"),
    ),
    _rule(
        "R03", "完成时间读不出来", "完成时间要能确定到哪一年哪一月", ERROR,
        unreadable=Text("{name}{problem}", "请对照登记表改正"),
        nil=Text("{name}写的是“{value}”，没有年月", "请写成 2022年6月 的样子"),
    ),
    _rule(
        "R04", "完成时间太晚", "截止日期后才完成的不能申报；完成得太晚，攻关后的数据凑不满规定的月数", ERROR,
        late=Text("完成时间 {month} 在截止日期 {deadline} 之后", "请核对；没有完成的项目今年不能申报"),
        soon=Text("完成时间 {month} 到截止日期 {deadline} 不满 {least} 个月", "请核对攻关后{least}个月的数据怎么来的", WARNING),
    ),
    _rule(
        "R05", "不在清单里的写法", "统计按清单归类，写法不同就归不到一起", WARNING,
        near=Text("“{name}”写的是“{value}”，清单里没有，像是“{proposal}”", "请从下拉清单里选"),
        unknown=Text("“{name}”写的是“{value}”，清单里没有", "请从下拉清单里选：{choices}"),
    ),
    _rule(
        "R06", "经济效益不是数", "经济效益要能相加", ERROR,
        unreadable=Text("{name}{problem}", "请对照登记表改正"),
        nil=Text("{name}写的是“{value}”，不是数", "请按万元填一个确切的数；确实没有请填 0"),
    ),
    _rule(
        "R07", "可能把元当成了万元", "经济效益大得或小得不合常理，多半是单位写错", WARNING,
        yuan=Text("经济效益是 {value} 万元，像是按元填的", "请核对单位：如果是元，应填 {proposal}"),
        tiny=Text("经济效益只有 {value} 万元，像是按亿元填的", "请核对单位：如果是亿元，应填 {proposal}"),
    ),
    _rule(
        "R08", "文字会被表格软件当成公式或打乱", "以 = + - @ 开头的文字再次录入时会变成公式，看不见的字符会让查找和比对失灵", WARNING,
        formula=Text("“{name}”以“{first}”开头，再次录入时会变成公式", "请在前面加上文字，或删去开头的符号"),
        hidden=Text("“{name}”里第 {place} 个字是看不见的字符", "请清空这一格，重新录入（不要粘贴）"),
        broken=Text("“{name}”{problem}", "请对照登记表改正"),
        long=Text("“{name}”有 {length} 个字，超过一个格子能放的 32,767 个", "请缩短"),
    ),
)  # fmt: skip

_TABLE = (
    _rule(
        "T01", "同一单位的同一项目列了两次", "一个项目只能申报一次", ERROR,
        twice=Text("与第 {other} 行是同一单位的同一项目", "请核对后删去一行"),
    ),
    _rule(
        "T02", "疑似重复的项目", "名称相近的项目可能是同一个", WARNING,
        alike=Text("与第 {other} 行“{project}”（{company}）很像，相似度 {score}%", "请核对是不是同一个项目；不是就不用改"),
        same=Text("与第 {other} 行（{company}）的项目名称相同", "请核对是不是同一个项目；不是就不用改"),
    ),
    _rule(
        "T03", "填报单位、联系人、联系电话有缺漏", "附件2须加盖公章并写明联系人和电话", ERROR,
        blank=Text("表下面的“{name}”没有填", "请补填"),
        absent=Text("表下面找不到“{name}”这一栏", "请用今年的汇总表，或在表下面补上这一栏"),
        nil=Text("表下面的“{name}”写的是“{value}”，不是内容", "请补填"),
        unreadable=Text("表下面的“{name}”{problem}", "请核实后改正"),
        unit=Text("填报单位“{value}”不在本区街镇名单里", "请核对；由主管部门填报的不用改，新设的单位请加到“参数”表", WARNING),
    ),
    _rule(
        "T04", "表头或年份和通知不一样", "表头变了，区局合并时会对不上；去年的表缺今年的栏目，不能当今年的用", ERROR,
        missing=Text("表头里没有“{name}”", "请把这一列加回来"),
        own=Text("表头里没有本区增加的“{name}”", "请把这一列加上；今年不用这一栏的，请在“参数”里删去它那一行", WARNING),
        renamed=Text("表头“{value}”的规定写法是“{name}”", "已按“{name}”读取；最好改回规定的写法", NOTE),
        unknown=Text("表头“{value}”不是通知里的栏目", "这一列会原样保留，但不检查、不合计", NOTE),
        unit=Text("“{value}”写的单位不是万元", "各数已换算成万元读取；请把单位改成万元，各数也改成万元数", WARNING),
        money=Text("“{value}”写的单位不是万元，也换算不了，各数没有计入", "请把单位改成万元，各数也改成万元数"),
        twice=Text("表头“{name}”出现了两次，只读了 {read}", "请删去或改名另一列", WARNING),
        titled=Text("这是 {seen} 年的汇总表，今年是 {year} 年", "已照样读取；用的是去年的表就请换今年的，只是标题没改就请改标题", WARNING),
        form=Text("这是 {seen} 年的登记表，今年是 {year} 年", "已照样读取；缺的栏目请企业补填，或换用今年的登记表重新填写", WARNING),
        later=Text("这是 {seen} 年的登记表，“参数”里的年度却是 {year} 年", "已照样读取；请换用 {seen} 年的汇总表再导入", WARNING),
    ),
    _rule(
        "T05", "表中间有空行或合计行", "空行会让人以为表已经完了；合计行会被重复计算", WARNING,
        blank=Text("第 {row} 行是空行，后面还有项目", "请删去空行"),
        total=Text("第 {row} 行是“{text}”，不是项目", "请删去；合计请看“统计”表"),
        heading=Text("第 {row} 行又是一行表头（“{text}”）", "请删去重复的表头；几张表拼在一起的，请一张表放一个工作表"),
        footer=Text("第 {row} 行又是一行“{text}”，像是几张表上下拼在了一起", "请一个单位一张表，分开放在几个工作表或几个文件里"),
    ),
)  # fmt: skip

_CROSS = (
    _rule(
        "X01", "与登记表不一致", "汇总表和登记表一并报送，两边应当一致", ERROR,
        differs=Text("“{name}”在汇总表是“{value}”，在登记表（{form} 的 {at}）是“{other}”", "请核对后改一边；登记表改了以后重新导入"),
        blank=Text("“{name}”在汇总表空着，在登记表（{form} 的 {at}）是“{other}”", "请核对后补填"),
        town=Text("“{name}”区局改为“{mine}”，{town}报送的（{form} 的 {at}）是“{other}”", "区局的内容会保留；不是有意改的，请改回来", NOTE),
    ),
    _rule(
        "X02", "没有登记表", "每个项目都要有登记表", WARNING,
        none=Text("文件夹里没有“{project}”的登记表", "请向企业要登记表；已经撤回的项目请删去这一行"),
        nameless=Text("这一行没有写项目名称，找不到它的登记表", "请补填项目名称和项目单位后重新校验"),
        gone=Text("街镇现在的材料（{form}）里已经没有“{project}”", "请与街镇核对；确实撤回的请删去这一行"),
        unread=Text("上次合并的 {form} 这次没有读入（{why}），它的 {count} 行留在表里", "请关掉打开着它的程序，或让该单位重新交来，再合并一次"),
        absent=Text("上次合并的 {form} 这次不在文件夹里，它的 {count} 行留在表里", "请检查选的文件夹；街镇确实撤回的请删去这些行"),
    ),
    _rule(
        "X03", "登记表没有列入汇总表", "收到的每份登记表都应当列入", ERROR,
        none=Text("文件 {form}（{project}，{company}）没有列入汇总表", "请重新导入；不推荐的请把登记表移出文件夹"),
    ),
    _rule(
        "X04", "经济效益与登记表算出的不符", "经济效益 = 攻关后 − 攻关前（利润、节能降耗、创汇节汇、其他，系数见“参数”）", WARNING,
        differs=Text("经济效益在汇总表是 {mine} 万元，按登记表（{form} 的 {at} 等格）算是 {other} 万元", "请核对；以登记表为准的话改成 {other}"),
    ),
    _rule(
        "X05", "同一登记表有几个版本", "企业重复报送时以最新的为准，旧的也要让人知道", WARNING,
        versions=Text("同一项目有 {count} 份登记表，采用的是 {kept}，没有采用 {others}", "请核对采用的是不是最后一版；旧的请移出文件夹"),
    ),
)  # fmt: skip

_DISTRICT = (
    _rule(
        "D01", "一个项目由两个街镇报送", "同一项目只能由一个单位推荐", ERROR,
        twice=Text("“{project}”由{towns}同时报送", "请与两边核对，在“疑似重复”的“决定”栏写保留、合并或排除"),
        same=Text("“{project}”由{towns}同时报送，项目单位写得不一样：{companies}", "请核对是不是同一个项目，在“疑似重复”里写决定", WARNING),
        alike=Text("“{project}”（{town}）与“{other}”（{other_town}）很像，相似度 {score}%", "请核对是不是同一个项目，在“疑似重复”里写决定", WARNING),
    ),
    _rule(
        "D02", "已经获得过表彰", "申报条件(2)：已获区级或市级表彰的成果不再受理", ERROR,
        listed=Text("“{project}”在历年表彰里（{source}）", "请核对；属实的不再受理，在“疑似重复”里写排除"),
        same=Text("历年表彰里有同名的“{project}”，单位写得不一样（{source}）", "请核对是不是同一个成果，在“疑似重复”里写决定", WARNING),
        alike=Text("“{project}”与历年表彰里的“{other}”很像，相似度 {score}%（{source}）", "请核对是不是同一个成果，在“疑似重复”里写决定", WARNING),
    ),
    _rule(
        "D03", "今年已经申报市级", "申报条件(2)：已申报今年市级项目的不再受理", ERROR,
        listed=Text("“{project}”在今年的市级申报里（{source}）", "请核对；属实的不再受理，在“疑似重复”里写排除"),
        same=Text("今年的市级申报里有同名的“{project}”，单位写得不一样（{source}）", "请核对是不是同一个项目，在“疑似重复”里写决定", WARNING),
        alike=Text("“{project}”与市级申报里的“{other}”很像，相似度 {score}%（{source}）", "请核对是不是同一个项目，在“疑似重复”里写决定", WARNING),
    ),
    _rule(
        "D04", "有的单位没有报送", "各街镇都应当报送或说明没有", NOTE,
        missing=Text("没有收到“{unit}”的汇总表", "请与该单位核对；没有项目的，也请它报一份空表"),
        unread=Text("没有收到“{unit}”读得出的汇总表：{file} 没有读入，{why}", "请让该单位重新交来，再合并一次", WARNING),
    ),
    _rule(
        "D05", "一个单位报送了两次", "以哪一次为准要由人决定", WARNING,
        twice=Text("“{unit}”报送了 {count} 份有相同项目的汇总表：{others}", "请在“收支核对”的“采用”栏选定采用哪一份，再合并一次"),
        changed=Text("“{unit}”的 {file} 内容换过：上次采用 {rows_out} 行 {amount_out} 万元，现在 {rows_in} 行 {amount_in} 万元", "表里还是上次的内容；要用新的，在“收支核对”的“采用”栏写采用，再合并一次"),
    ),
    _rule(
        "D06", "行数或金额对不上", "收到的每一行、每一万元都要有去处", ERROR,
        rows=Text("“{unit}”收到 {rows_in} 行，列入 {rows_out} 行，未列入 {excluded} 行，对不上", "没有写入任何内容；请核对该单位的汇总表，再合并一次"),
        amount=Text("“{unit}”收到（含区局调整）{amount_in} 万元，列入和未列入共 {amount_out} 万元，对不上", "没有写入任何内容；请核对该单位的汇总表，再合并一次"),
        deleted=Text("“{unit}”的 {count} 行从汇总表里删掉了，没有写明去向：{projects}{more}", "请再合并一次，会补回来；不受理的请在“疑似重复”里决定排除，或退回该单位修改"),
    ),
    _rule(
        "D07", "认不出是哪个单位", "认不准就不猜", WARNING,
        unsure=Text("认不出 {file} 是哪个单位报送的：{problem}", "请在“收支核对”的“推荐单位”栏写上，或让该单位改正填报单位，或把这个写法加到“参数”的别名里"),
        row=Text("这一行没有写推荐单位", "请在“推荐单位”栏选上"),
    ),
)  # fmt: skip

_SETTINGS = (
    _rule(
        "P01", "参数填写有误", "参数用错了，后面的检查就都错；看不懂的参数不猜，先按默认值", WARNING,
        value=Text("参数“{name}”填写有误：{problem}", "请照示例“{example}”的样子改；改好之前按默认值“{default}”处理"),
        list=Text("清单“{name}”填写有误：{problem}", "请改正；改好之前这份清单整个按默认的处理"),
        unknown=Text("参数表里没有叫“{value}”的参数", "名称不能改：请照新建的汇总表改回来；多写的行请删去"),
        repeated=Text("参数“{name}”写了两次", "请只留一行；现在以第 {first} 行为准"),
        year=Text("年度是 {value} 年，截止日期却是 {deadline}", "请把年度和截止日期改成同一年；没写错就不用改"),
        titled=Text("汇总表标题里写的是 {other} 年，年度却是 {year} 年", "请改标题；年份写成 {{年度}}，以后就自动跟着年度变"),
        listing=Text("工作表“{name}”里找不到写着“项目名称”的表头，这份名单没有比对", "请在名单第一行写上“项目名称”等表头"),
        decision=Text("“{name}”栏写的“{value}”看不懂，这一对还算没有决定", "请从下拉清单里选：{choices}"),
        use=Text("“采用”栏写的“{value}”看不懂，这一份还算没有决定", "请从下拉清单里选：采用、不采用；或清空这一格"),
        nameless=Text("这一行写了“{value}”，但认不出“{side}”是哪个项目：{problem}，没有照办", "请写上和汇总表里一样的项目名称，有重名的再写上项目单位和推荐单位；或清空这一行"),
        ring=Text("几行决定合在一起，一个也不留，所以留下了编号最小的“{project}”，这一行的“{value}”没有照办", "请改“决定”或“去掉”，写明留下哪一个"),
        more=Text("从这里起还有别的问题，没有一一列出", "请先改好前面的，再校验一次"),
        header=Text("工作表“参数”里找不到表头“名称”和“值”", "请照新建的汇总表补回表头；补好之前全部参数按默认值处理"),
        pointer=Text("“{name}”不在这里填", "请{place}；这一格请清空"),
        twice=Text("表头“{value}”在一行里出现了两次", "请删去多出来的一个；现在只读左边的一个"),
        column=Text("自定义栏目“{name}”填写有误：{problem}", "请改正，或把这一行清空；改好之前没有这一栏"),
    ),
    _rule(
        "P02", "规则表填写有误", "级别或启用写得看不懂时，这条规则照软件自带的办，免得该查的没有查", WARNING,
        value=Text("规则 {id} 的“{heading}”写的是“{value}”，看不懂", "请从下拉清单里选；改好之前按“{default}”处理"),
        unknown=Text("没有编号为“{value}”的规则", "编号不能改：请照新建的汇总表改回来；多写的行请删去"),
        repeated=Text("规则“{value}”写了两次", "请只留一行；现在以第 {first} 行为准"),
        more=Text("从这里起还有别的问题，没有一一列出", "请先改好前面的，再校验一次"),
        header=Text("工作表“规则”里找不到表头“编号”和“级别”", "请照新建的汇总表补回表头；补好之前都照软件自带的办"),
        twice=Text("表头“{value}”在一行里出现了两次", "请删去多出来的一个；现在只读左边的一个"),
        message=Text("规则 {id} 的自定义提示语读不出来：{problem}", "请改正；改好之前用软件自带的提示语"),
        misplaced=Text("自定义检查 {value} 写在了软件自带的规则里", "请写到下面的自定义检查表里，并写上公式"),
        check=Text("自定义检查 {id} 填写有误：{problem}", "请改正，或把这一行清空；改好之前这一条没有查"),
        formula=Text("自定义检查 {id} 的公式算不了：{problem}", "请改公式；改好之前这一条没有查"),
    ),
)  # fmt: skip

CATALOGUE: Final[dict[str, Rule]] = {
    rule.id: rule for group in (_FORM, _ROW, _TABLE, _CROSS, _DISTRICT, _SETTINGS) for rule in group
}
