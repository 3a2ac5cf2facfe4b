"""The customer's page: money, products, groups, needs and risk."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from zhike.core.language import Text
from zhike.know.page_lines import UNKNOWN, Line, PageFacts, joined, line
from zhike.know.vocabulary import filled, word

if TYPE_CHECKING:
    from collections.abc import Iterator

    from zhike.core.decision_tables import DecisionTable

__all__ = ["BusinessLines", "sparkline"]

_BARS: Final = "▁▂▃▄▅▆▇█"
"""Days without a booking after which the page warns that its figures may be old."""
Row = dict[str, Any]


def sparkline(values: list[int] | None) -> str:
    """Return a line of bars from the lowest to the highest value.

    Examples
    --------
    >>> sparkline([0, 5, 10]), sparkline([3, 3]), sparkline(None)
    ('▁▅█', '▅▅', '')
    """
    if not values:
        return ""
    low, high = min(values), max(values)
    top = len(_BARS) - 1
    return "".join(
        _BARS[(value - low) * top * 2 // (high - low) + 1 >> 1] if high > low else "▅" for value in values
    )


class BusinessLines(PageFacts):
    """Lines about what the customer does with the bank."""

    __slots__ = ()

    def money(self) -> Iterator[Line]:
        """Return balances and flows."""
        if self.row["balance"] is None:
            none = Text(
                "no transactions of this customer's accounts are known",
                "没有该客户账户的已知交易",
                "沒有該客戶帳戶的已知交易",
            )
            yield line("Balance|余额|餘額", none)
            return
        yield line("Balance|余额|餘額", self.amount(self.row["balance"]))
        yield from self._month_ends()
        flow = Text(
            "{days} days: in {inflow}, out {outflow}",
            "{days} 天：转入 {inflow}，转出 {outflow}",
            "{days} 天：轉入 {inflow}，轉出 {outflow}",
        )
        for days in (30, 90, 365):
            amounts = {side: self.amount(self.row[f"{side}_{days}d"]) for side in ("inflow", "outflow")}
            yield line("Flows|流水|流水", filled(flow, days=days, **amounts))
        yield line(
            "Regular credit a month|规律性月入账|規律性月入帳", self.amount(self.row["salary_like_inflow"])
        )
        for label, name in (
            ("Fees in a year|年手续费|年手續費", "fees_365d"),
            ("Penalty interest in a year|年罚息|年罰息", "penalty_interest_365d"),
        ):
            if self.row[name]:
                yield line(label, self.amount(self.row[name]))
        last = Text(
            "{days} days ago; {count} in a year",
            "{days} 天前；近一年 {count} 笔",
            "{days} 天前；近一年 {count} 筆",
        )
        yield line(
            "Last booking|最近记账|最近記帳",
            filled(last, days=self.row["transaction_recency_days"], count=self.row["transactions_365d"]),
        )
        if self.row["transaction_recency_days"] > self.rules.silent_days:
            caution = Text(
                "no booking for so long that the accounts went quiet or the extract ends early: balance and flows say what was booked, not what is so",
                "长期无记账：账户已停用或抽取数据提前截止；余额与流水仅反映已记账内容，不代表现状",
                "長期無記帳：帳戶已停用或擷取資料提前截止；餘額與流水僅反映已記帳內容，不代表現狀",
            )
            yield line("CAUTION|注意|注意", caution)
        yield from self._methods()

    def _month_ends(self) -> Iterator[Line]:
        balances = self.row["balances_month_end"]
        if not balances:
            return
        drawn = f"{sparkline(balances)}  {self.amount(min(balances))} .. {self.amount(max(balances))}"
        yield line("Month-ends, 12 months|近12个月末|近12個月末", drawn)
        if self.row["balance_trend_12m"] is not None:
            trend = Text("{slope} a month; spread {sd}", "每月 {slope}；波动 {sd}", "每月 {slope}；波動 {sd}")
            slope = self.amount(round(self.row["balance_trend_12m"]), signed=True)
            yield line(
                "Trend|趋势|趨勢",
                filled(trend, slope=slope, sd=self.amount(round(self.row["balance_volatility_12m"]))),
            )

    def _methods(self) -> Iterator[Line]:
        shares = Text(
            "cash {cash}, card {card}, transfer {transfer}",
            "现金 {cash}，银行卡 {card}，转账 {transfer}",
            "現金 {cash}，銀行卡 {card}，轉帳 {transfer}",
        )
        values = {name: self.row[f"{name}_share_365d"] for name in ("cash", "card", "transfer")}
        if None not in values.values():
            yield line(
                "How money moves|交易方式|交易方式",
                filled(shares, **{name: f"{share:.0%}" for name, share in values.items()}),
            )

    def holdings(self) -> Iterator[Line]:
        """Return the products held."""
        if not self.details.holdings:
            yield line("Products|产品|產品", word("none"))
        if self.row.get("next_maturity_on") is not None:
            amount = self.row["next_maturity_amount"]
            told = joined(self.row["next_maturity_on"], None if amount is None else self.amount(amount))
            yield line("Matures next|最近到期|最近到期", told)
        for holding in self.details.holdings:
            name = holding["name"] or holding["product_id"]
            label = filled(
                Text("{family}: {name}", "{family}：{name}", "{family}：{name}"),
                family=word(holding["family"] or "unknown"),
                name=name,
            )
            yield Line(label, self._holding(holding))

    def _holding(self, holding: Row) -> Text:
        text = filled(Text("since {day}", "自 {day}", "自 {day}"), day=holding["started_on"])
        if holding["started_after"] is not None:
            between = Text(
                "begun between {first} and {last}",
                "始于 {first} 至 {last} 之间",
                "始於 {first} 至 {last} 之間",
            )
            text = filled(between, first=holding["started_after"], last=holding["started_on"])
        if holding["amount"] is not None:
            text = joined(text, self.amount(holding["amount"], holding["currency"]))
        if holding["status"] is not None:
            text = joined(text, word(holding["status"]))
        if holding["matures_on"] is not None:
            past = holding["matures_on"] < self.at
            due = (
                Text("was due {day}", "已于 {day} 到期", "已於 {day} 到期")
                if past
                else Text("matures {day}", "{day} 到期", "{day} 到期")
            )
            text = joined(text, filled(due, day=holding["matures_on"]))
        return text

    def groups(self) -> Iterator[Line]:
        """Return the groups with the table rows that decided."""
        rules = self.rules
        for label, table in (
            ("Life stage|人生阶段|人生階段", rules.life_stage),
            ("Product reliance|产品依赖|產品依賴", rules.reliance),
            ("Demographic segment|人口统计分群|人口統計分群", rules.demographic),
            ("Behaviour|行为分群|行為分群", rules.rfm),
        ):
            yield line(label, self._decided(table))
        yield line(
            "Value band|价值分层|價值分層",
            joined(self._decided(rules.value_band), *self._moves(rules.value_band)),
        )
        basis = Text(
            "fifths by {basis}: recency {r}, frequency {f}, amount {m} (5 the best)",
            "按{basis}五分位：近度 {r}，频度 {f}，金额 {m}（5 最好）",
            "按{basis}五分位：近度 {r}，頻度 {f}，金額 {m}（5 最好）",
        )
        scores = {
            letter: self.row[f"rfm_{name}"] or "-"
            for letter, name in (("r", "recency"), ("f", "frequency"), ("m", "monetary"))
        }
        if self.row["rfm_basis"]:
            yield line("Scores|得分|得分", filled(basis, basis=word(self.row["rfm_basis"]), **scores))

    def _decided(self, table: DecisionTable) -> Text:
        """Return a group with the row of the table that put the customer into it."""
        reached = word(self.row[table.outputs[0]])
        number = table.deciding_row(self.row)
        if number is None:
            return reached
        named = [
            filled(Text("{name} {value}", "{name} {value}", "{name} {value}"), name=word(name), value=self._shown(self.row[name]))
            for name in table.rows[number]["when"]
        ]  # fmt: skip
        because = (
            joined(*named) if named else Text("no earlier row fits", "前列各行均不符合", "前列各列均不符合")
        )
        reason = Text(
            "{reached} - {because} [{path}, row {number}]",
            "{reached}：{because} [{path} 第 {number} 行]",
            "{reached}：{because} [{path} 第 {number} 列]",
        )
        return filled(reason, reached=reached, because=because, path=table.path, number=number + 1)

    def _moves(self, table: DecisionTable) -> Iterator[Text]:
        """Return what would move the customer into another group, all else as it is."""
        up, down = (
            Text(
                "above {name} {bound}: {group}", "{name}高于 {bound}：{group}", "{name}高於 {bound}：{group}"
            ),
            Text(
                "below {name} {bound}: {group}", "{name}低于 {bound}：{group}", "{name}低於 {bound}：{group}"
            ),
        )
        for move in table.moves(self.row):
            group = word(table.rows[move.row]["then"][table.outputs[0]])
            yield filled(
                up if move.upward else down, name=word(move.input), bound=f"{move.bound:g}", group=group
            )

    def _shown(self, value: object) -> Text:
        if value is None:
            return UNKNOWN
        return word(f"{value:.3f}" if isinstance(value, float) else value)

    def needs(self) -> Iterator[Line]:
        """Return the gaps with their evidence."""
        if not self.row["needs"]:
            yield line("Needs|需求|需求", Text("none found", "未发现", "未發現"))
        for need in self.row["needs"] or ():
            yield Line(word(need["family"]), self._need(need))

    def _need(self, need: Row) -> Text:
        stage, band = word(self.row["life_stage"]), word(self.row["value_band"])
        parts = []
        if need["source"] in ("life_stage", "both"):
            parts.append(
                filled(
                    Text(
                        "expected in the life stage '{stage}'",
                        "人生阶段“{stage}”预期需要",
                        "人生階段「{stage}」預期需要",
                    ),
                    stage=stage,
                )
            )
        if need["peer_share"] is not None:
            held = Text("{share} of the {peers} customers of the same life stage and value band ({stage}, {band}) hold one",
                        "同一人生阶段与价值分层（{stage}，{band}）的 {peers} 位客户中 {share} 持有", "同一人生階段與價值分層（{stage}，{band}）的 {peers} 位客戶中 {share} 持有")  # fmt: skip
            parts.append(
                filled(
                    held,
                    share=f"{need['peer_share']:.0%}",
                    peers=f"{self.row['peers']:,}",
                    stage=stage,
                    band=band,
                )
            )
        strength = Text("strength {strength}", "强度 {strength}", "強度 {strength}")
        return joined(*parts, filled(strength, strength=f"{need['strength']:.2f}"))

    def risk(self) -> Iterator[Line]:
        """Return the risk profile and its validity."""
        row = self.row
        if row["risk_level"] is None:
            yield line("Risk level|风险等级|風險等級", word("missing"))
        else:
            level = Text(
                "{level} ({label}), {status}", "{level}（{label}），{status}", "{level}（{label}），{status}"
            )
            yield line(
                "Risk level|风险等级|風險等級",
                filled(
                    level,
                    level=row["risk_level"],
                    label=row["risk_label"] or "-",
                    status=word(row["risk_status"]),
                ),
            )
            yield line("Answered on|评估日|評估日", row["risk_assessed_on"] or UNKNOWN)
            limit = row["risk_valid_until"] or Text(
                "no limit set by the policy", "政策未设期限", "政策未設期限"
            )
            yield line("May be used until|有效期至|有效期至", limit)
        if row["capacity_level"] is not None:
            band = Text(
                "level {level}, {low} to {high}",
                "等级 {level}，{low} 至 {high}",
                "等級 {level}，{low} 至 {high}",
            )
            bounds = [
                self.amount(row[f"capacity_{bound}"]) if row[f"capacity_{bound}"] is not None else "-"
                for bound in ("lower", "upper")
            ]
            yield line(
                "Capacity for loss|损失承受能力|損失承受能力",
                filled(band, level=row["capacity_level"], low=bounds[0], high=bounds[1]),
            )
        yield line("Knowledge|知识经验|知識經驗", row["knowledge_level"] or UNKNOWN)
