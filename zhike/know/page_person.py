"""The customer's page: the person, the family, consents, contacts and what is missing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from zhike.core.language import Text
from zhike.know.page_lines import UNKNOWN, Line, PageFacts, day_text, joined, line
from zhike.know.vocabulary import MISSING_REMEDIES, filled, word

if TYPE_CHECKING:
    from collections.abc import Iterator


__all__ = ["PersonLines"]

Row = dict[str, Any]


class PersonLines(PageFacts):
    """Lines about the person."""

    __slots__ = ()

    def who(self) -> Iterator[Line]:
        """Return who the customer is."""
        yield line("Customer|客户编号|客戶編號", self.row["customer_id"])
        yield line(
            "Type and tier|类型与等级|類型與等級",
            joined(word(self.row["customer_type"] or "unknown"), self.row["service_tier"]),
        )
        yield line(
            "Age and sex|年龄与性别|年齡與性別",
            joined(self.known("age"), word(self.row["sex"] or "unknown")),
        )
        # What was published by an earlier version does not have the day.
        if self.row.get("birth_date") is not None:
            yield line("Born|出生日期|出生日期", self.row["birth_date"])
        yield line("Region|地区|地區", self.known("region"))
        yield line("Language|语言|語言", self.known("language"))
        tenure = Text("{months} months ({band})", "{months} 个月（{band}）", "{months} 個月（{band}）")
        yield line(
            "With the bank for|与本行关系|與本行關係",
            filled(tenure, months=self.row["tenure_months"], band=word(self.row["tenure_band"])),
        )
        for tie in self.details.staff:
            yield line("Looked after by|服务人员|服務人員", joined(tie["object_id"], word(tie["role"])))
        if self.row["household_income"] is not None:
            yield line(
                "Household income a year|家庭年收入|家庭年收入", self.amount(self.row["household_income"])
            )

    def accounts(self) -> Iterator[Line]:
        """Return the household and the accounts with everyone tied to them."""
        members = [
            row["customer_id"]
            for row in self.details.household
            if row["customer_id"] != self.row["customer_id"]
        ]
        size = Text(
            "{id}: {size} customers{others}", "{id}：{size} 位客户{others}", "{id}：{size} 位客戶{others}"
        )
        listed = f" ({', '.join(members)})" if members else ""
        household = filled(size, id=self.row["household_id"], size=self.row["household_size"], others=listed)
        yield line("Household|家庭|家庭", household if self.row["household_id"] else UNKNOWN)
        for account in self.details.accounts:
            yield Line(Text(*[account["account_id"]] * 3), self._account(account))

    def _account(self, account: Row) -> Text:
        since = Text(
            "{role}, opened {day}, {region}", "{role}，{day} 开户，{region}", "{role}，{day} 開戶，{region}"
        )
        text = filled(
            since,
            role=word(account["role"]),
            day=account["opened_on"] or "?",
            region=account["region"] or "?",
        )
        for other in account["others"] or ():
            tie = Text(
                "{text}; also customer {id} as {role}",
                "{text}；另有客户 {id}（{role}）",
                "{text}；另有客戶 {id}（{role}）",
            )
            text = filled(tie, text=text, role=word(other["role"]), id=other["customer_id"])
        return text

    def consents(self) -> Iterator[Line]:
        """Return what the customer agreed to and asked for."""
        row = self.row
        if row["do_not_contact"]:
            yield line(
                "DO NOT CONTACT|请勿联系|請勿聯絡",
                Text("the customer asked not to be contacted", "客户要求不被联系", "客戶要求不被聯絡"),
            )
        if not row["consent_on_record"]:
            yield line("Consent|同意|同意", Text("no answer on record", "没有答复记录", "沒有答覆紀錄"))
        for label, name in (
            ("Given|已同意|已同意", "consents_given"),
            ("Withdrawn|已撤回|已撤回", "consents_withdrawn"),
        ):
            for answer in row[name]:
                yield line(label, joined(*(word(part) for part in answer.split("/"))))
        yield line("Preferred channel|偏好渠道|偏好通路", word(row["preferred_channel"] or "unknown"))
        if row["interests"]:
            yield line("Interests|兴趣|興趣", ", ".join(row["interests"]))

    def contacts(self) -> Iterator[Line]:
        """Return the latest contacts and complaints."""
        counted = Text(
            "{out} by the bank, {into} by the customer",
            "银行发起 {out} 次，客户发起 {into} 次",
            "銀行發起 {out} 次，客戶發起 {into} 次",
        )
        yield line(
            "In a year|近一年|近一年",
            filled(counted, out=self.row["contacts_out_365d"], into=self.row["contacts_in_365d"]),
        )
        for contact in self.details.contacts:
            yield Line(
                day_text(contact["occurred_on"]),
                joined(
                    word(contact["direction"]), word(contact["channel"]), word(contact["purpose"] or "other")
                ),
            )
        for complaint in self.details.complaints:
            told = filled(Text("complaint {id}", "投诉 {id}", "申訴 {id}"), id=complaint["complaint_id"])
            about = [part for part in (complaint["business"], complaint["reason"]) if part]
            yield Line(day_text(complaint["received_on"]), joined(told, word(complaint["status"]), *about))

    def missing(self) -> Iterator[Line]:
        """Return what is not known and how to get it."""
        known = Text(
            "{share} of what a complete archive knows",
            "完整档案所需信息的 {share}",
            "完整檔案所需資訊的 {share}",
        )
        yield line("Known|已知|已知", filled(known, share=f"{self.row['completeness']:.0%}"))
        for name in self.row["missing"]:
            what, how = MISSING_REMEDIES.get(name, (word(name), Text("", "", "")))
            yield Line(what, how)
