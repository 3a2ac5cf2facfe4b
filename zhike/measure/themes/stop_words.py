"""Words that say nothing of what a text is about."""

from __future__ import annotations

from typing import Final

__all__ = ["STOP_WORDS"]

_ENGLISH: Final = """
a about above after again against all also always am an and any are as at back be because been before being below between both but by came can cannot could did do
does doing don down during each even ever every few for from further get gets getting go going got had has have having he her here hers him his how however i if in into is
it its itself just know let like made make many may me might more most much must my myself never no nor not now of off on once one only or other our out over
own please said same say says see shall she should since so some still such take than thank thanks that the their them then there these they thing things this those
through time to told too tried try two under until up us use used using very via want wanted was way we were what when where which while who whom why will with within
without would xx xxx xxxx yes yet you your
"""
_CHINESE: Final = """
的 了 是 我 你 他 她 它 我们 你们 他们 在 有 和 与 就 都 而 及 或 一个 一些 没有 不 也 很 还 还是 又 再 吗 呢 吧 啊 呀 哦 嗯 把 被 让 给 对 对于 从 到 向 往 以 为 因为 所以 如果
但是 但 不过 可是 然后 而且 并且 虽然 这 那 这个 那个 这些 那些 这样 那样 这么 那么 什么 怎么 怎样 为什么 哪个 哪些 多少 几 谁 自己 大家 别人 时候 现在 今天 昨天 明天 已经 刚刚 一直 一次
一下 一点 有点 有些 可以 不能 不会 不是 就是 只是 只有 只能 能 会 要 想 得 着 过 去 来 上 下 里 中 后 前 说 做 用 看 知道 觉得 感觉 非常 比较 特别 真的 真是 太 最 更 好像 可能 应该 需要 希望
请 请问 谢谢 你好 您好 您 其他 另外 之后 之前 以后 以前 起来 出来 下来 进去 每次 每个 所有 任何 各种 等等 之类 以及 其实 直接 还有 或者 不要 怎么办 无 等 年 月 日 天 元 个
"""
STOP_WORDS: Final = frozenset(_ENGLISH.split()) | frozenset(_CHINESE.split())
