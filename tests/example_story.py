"""A story with every part filled, figures invented by hand, to see a report with."""

import math

from zhike.cli.story import BankFacts, Crowd, Effect, Example, Loss, Months, Price, Served, Story

MONTHS = ["2026-05", "2026-06", "2026-07", "2026-08", "2026-09", "2026-10"]
GAINS = {"tiered": 0.8, "propensity": 1.6, "zhike": 3.1, "oracle": 7.4}
LEVELS = {
    "bank_value": 41.0,
    "customer_benefit": 12.0,
    "satisfaction": 7.1,
    "complaints": 3.6,
    "contacts": 0.42,
    "attrition": 0.0043,
}
SPREADS = {
    "bank_value": ("CNY", 4.0, 1.7),
    "customer_benefit": ("CNY", 2.5, 1.1),
    "satisfaction": ("points", 0.01, 0.006),
    "complaints": ("per_10000", -0.5, 0.9),
    "attrition": ("share", -0.0004, 0.0006),
    "contacts": ("per_customer", -0.12, 0.05),
    "unsuitable_sales": ("per_10000", -1.3, 0.8),
}


def _months():
    gains = {"standard": 0.0, **GAINS}
    return Months(
        MONTHS,
        {
            metric: {
                policy: [
                    level * (1 + 0.012 * gain + 0.05 * math.sin(at + len(policy)))
                    for at in range(len(MONTHS))
                ]
                for policy, gain in gains.items()
            }
            for metric, level in LEVELS.items()
        },
    )


def _dividend():
    rows = []
    for policy, gain in GAINS.items():
        for metric, (unit, slope, half) in SPREADS.items():
            worse = policy == "propensity" and metric in (
                "customer_benefit",
                "complaints",
                "unsuitable_sales",
            )
            mean = slope * gain * (-0.6 if worse else 1.0)
            rows.append(Effect(policy, metric, mean, mean - half, mean + half, unit))
    for policy, gain in {"standard": 0.0, **GAINS}.items():
        mean = 29.6 - 4.0 * gain
        rows.append(Effect(policy, "regret", mean, mean - 2.0 * (gain < 7), mean + 2.0 * (gain < 7), "CNY"))
    return rows


def _fairness():
    groups = {
        "age": ["18-29", "30-44", "45-59", "60+"],
        "sex": ["female", "male"],
        "vulnerable": ["no", "yes"],
    }
    return [
        Served(policy, kind, group, 0.18 + 0.04 * at + 0.01 * gain, 50 + 9 * at + 3 * gain, 45 + 9 * at + 3 * gain, 55 + 9 * at + 3 * gain)
        for policy, gain in {"standard": 0.0, **GAINS}.items()
        for kind, members in groups.items()
        for at, group in enumerate(members)
    ]  # fmt: skip


_CASES = {
    "en": (
        ("Her deposit matures in nine days", "her last five deposits were renewed within a week", "a fund: her risk profile is C2, the fund is R3", "Renew the deposit over the mobile app"),
        ("He complained and waits for an answer", "his complaint has been open for 12 days", "every sale: no offers while a complaint is open", "A call by his relationship manager, no sale"),
        ("Two contacts this month are enough", "the next contact would be more than he bears", "a credit card: worth less than the annoyance", "Nothing this month"),
    ),
    "zh-Hans": (
        ("她的定期存款九天后到期", "最近五笔存款都在到期后一周内续存", "公募基金：她的风险等级为 C2，基金为 R3", "通过手机银行提示续存"),
        ("他已投诉，正在等待答复", "投诉已受理 12 天，尚未办结", "一切销售：投诉未办结期间不推介", "由客户经理致电，不作销售"),
        ("本月两次触达已足够", "再次触达会超出他的耐心", "信用卡：价值低于打扰的代价", "本月不行动"),
    ),
    "zh-Hant": (
        ("她的定期存款九天後到期", "最近五筆存款都在到期後一週內續存", "基金：她的風險等級為 C2，基金為 R3", "透過行動銀行提示續存"),
        ("他已申訴，正在等待答覆", "申訴已受理 12 天，尚未結案", "一切銷售：申訴未結案期間不推介", "由理財專員致電，不作銷售"),
        ("本月兩次接觸已足夠", "再次接觸會超出他的耐心", "信用卡：價值低於打擾的代價", "本月不行動"),
    ),
}  # fmt: skip


def _customers(language):
    return [
        Example(f"C000000{at}", headline, [reason], [refused], proposal)
        for at, (headline, reason, refused, proposal) in enumerate(_CASES[language], start=1)
    ]


def example_story(language="en"):
    """Return the story with the texts of its cases in one language."""
    return Story(
        bank=BankFacts(20_000, 24, 7, "2024-05-01", "2026-04-30", {"customers": 20_000, "accounts": 20_000, "transactions": 2_345_678, "complaints": 163}),
        crowd=Crowd(
            ["18-24", "25-34", "35-44", "45-54", "55-64", "65-74", "75+"],
            {"female": [610, 1820, 2110, 1930, 1540, 980, 430], "male": [640, 1900, 2200, 1980, 1490, 860, 310]},
            [(at / 20, (at / 20) ** 6) for at in range(21)],
            [(str(score), count) for score, count in enumerate([31, 22, 40, 63, 120, 260, 540, 610, 330, 150], start=1)],
        ),
        months=_months(),
        dividend=_dividend(),
        loses=[
            Loss("age", "60+", "customer_benefit", -1.9, -3.2, -0.6),
            Loss("vulnerable", "yes", "satisfaction", -0.012, -0.031, 0.007),
        ],
        groups_compared=48,
        fairness=_fairness(),
        funnel={"considered": 640_000, "after_eligibility": 412_000, "after_suitability": 288_300, "after_applicability": 190_250,
                "after_consent": 131_000, "after_contact": 96_400, "after_experiment": 90_100, "chosen": 6_480, "shown": 5_911, "accepted": 402},
        prices=[Price("adviser_hours", 86.4, "hour", 1_200, 1_200), Price("phone", 12.35, "call", 2_400, 2_400),
                Price("branch", 0.0, "hour", 310, 900), Price("sms", 0.0, "send", 4_100, 20_000)],
        customers=_customers(language),
    )  # fmt: skip
