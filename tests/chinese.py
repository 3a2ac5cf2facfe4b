"""English prose in a Chinese sentence: what is left of it when values, names of fields, calls and codes are taken out."""

import re

# Quotations are values; backticks hold commands; an option, a path, a code and a name of a field are no prose.
_QUOTED = re.compile(r"“[^”]*”|「[^」]*」|`[^`]*`|'[^']*'|\"[^\"]*\"")
_NAME = re.compile(r"--?[\w-]+|\S*[_/=<>\\{}()\[\]0-9]\S*|\w+(?:\.\w+)+|\b[A-Z][A-Z-]*\b")
_PROSE = re.compile(r"[A-Za-z]+(?:\s+[A-Za-z]+){2,}")


def english_in(sentence):
    """Return the runs of three or more English words in a sentence, none where it is Chinese throughout."""
    return _PROSE.findall(_NAME.sub("#", _QUOTED.sub("#", sentence)))


SIMPLIFIED_ONLY = set(
    "个们这来对时间过进还没问题发现务单应该数据记录类里说请网络输写读删设选错误级义从众为与专东两严丧丰临举么乐习乡书买乱争于亏云亚产亩亲亿仅仓仪价优会伞伟传伤伦伪体佣侠侣侥侦侧侨俩俭债倾偿储儿兑党兰关兴兹养兽写军农冯冲决况冻净凄准凉减凑凛几凤凭凯击凿划刘则刚创删别剂剑剧劝办动励劲劳势华协卖卢卫却厂厅历厉压厌县参双变叙叹号后听启员响哑哗唤啬围图圆圣场坏块坚坛坟坠垄垒垦执扩扫扬扰抚抛抢护报担拟拥拦择挂挟挡损换敌敛断旧显晓暂术权条极构枪标树样桥检横欢毁毕沟泽洁测济浏涂润涨渐温湾满滚灭灯灵炉点炼烂热爱牵独狭猪献环现玛珑电画畅疗疯监盖盘着矿码砖确础祸离种积称稳穷窃竞笔笼筑签简粮紧纠红约级纪纯纲纳纵纷纸纹线练组细织终经结给统绝继绩绪续维综绿编缓缩网罗罚罢职联聪肃肠肤脉脏脑脚腾舰艺节芦苏药获营蓝虑虽蚀补衬袭装见观规视觉览触订认讨让训议讯讲许论设访证评识诉词译试诗诚话询该详语误说请诸读课谁调谅谈谋谓谢谣谨谱贝负贡财责贤败货质贩贪购贯贱贴贵贷贸费贺贾赁资赋赌赏赐赔赖赚赛赞赢赶趋跃践车轨转轮软轰轻载较辅辆辈辉输辞边达迁运近返还进远违连迟适选递逻遗邮邻郑酱释里鉴针钉钟钢钥钱铁铃铜银链销锁错键闭问闲间闷闻阀阅队阳阴阶际陆陈险随隐难韩页顶项顺须顾顿预领频颗题额颜飞饭饮馆驱驳驶骂骗验鱼鸟黄齐"
)
"""Characters that a text in traditional Chinese does not have."""
SIMPLIFIED_ONLY -= set(
    "后里于云准着近别凄向系台面几松余致干征卷占布周吁志范借了才出冬制千升卜只克吊同合回困夸夫家局岩帘幸当念表采裡凑凉凛冲净决况凭涂欢画聪脏杰弥药蚀装证荐获确蓝银鉴篇链占布并刘"
)
SIMPLIFIED_ONLY |= set("决况冲净画欢证获确蓝银链装药")
