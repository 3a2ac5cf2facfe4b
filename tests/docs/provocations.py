"""For every error a call that provokes it, with the files it needs, and the exit code where it is not the error's own; for every reject code a row."""

_RULE = """\
kind: parameter
title: {en: "Age", zh-Hans: "年龄", zh-Hant: "年齡"}
owner: compliance
last_checked: 2026-11-21
values:
  2026-02-01: 65
  2027-01-01: 66
reference:
  2026-02-01: {title: "Order, Art. 18"}
status: confirmed
"""


def _hired(store, role="integration"):
    return f"zhike staff add rita --role {role} --store {store} > add.txt"


_PUBLISH = "zhike publish mybank --at 2026-06-30 --store served.db > publish.txt"
_ASK = """--data '{"customer_id": "C002"}'"""

_SIGN_IN = """--data '{"staff_id": "rita", "password": "not known here"}'"""

_POLICY = """\
kind: policy
title: {en: "Ours", zh-Hans: "本行", zh-Hant: "本行"}
owner: marketing
last_checked: 2026-11-21
values:
  2026-02-01:
    packs: [eligibility.general]
    catalogue: catalogue.retail_cn
    recommender: {kind: oracle}
    limits: {actions_per_customer: 1}
reference:
  2026-02-01: {title: "Our own decision"}
status: provisional
"""

_MODEL = """\
scale: {min: 1, max: 10}
latents: {quality: [q1, q2], satisfaction: [s1]}
paths: [quality -> satisfaction]
"""

PROVOCATIONS = {
    "answer_refused": ({}, "zhike surveys simulate nps --answer recommend=11"),
    "answers_unusable": (
        {"answers.csv": "q1,q2,s1\n7,8,9\n5,ten,6\n", "ecsi.yaml": _MODEL},
        "zhike measure ecsi answers.csv --model ecsi.yaml",
    ),
    "bank_not_found": ({}, "zhike decide nowhere --at 2026-06-30 --out d"),
    "case_event_invalid": (
        {"events.yaml": '- {at: "2026-02-10T09:00:00+08:00", event: resumed}\n'},
        "zhike deadline --regime cn-cbirc-2020-3 --received 2026-02-02 --events events.yaml",
    ),
    "contract_violated": (
        {"short/staff.csv": "staff_id,region\nS1,North\n"},
        "zhike init shortbank --from csv short",
    ),
    "decision_not_found": ({}, "zhike explain decisions --customer C999"),
    "forbidden": (
        {},
        f"{_PUBLISH}; {_hired('served.db', 'auditor')}; zhike api --post /v1/decisions {_ASK} --as rita --store served.db",
        1,
    ),
    "input_not_found": ({}, "zhike init newbank --from csv no-such-folder"),
    "input_unreadable": (
        {"semicolon/staff.csv": "staff_id;role;valid_from\nS1;adviser;2026-01-01\n"},
        "zhike init newbank --from csv semicolon",
    ),
    "mapping_invalid": (
        {
            "mapped/staff.csv": "no,since\nS1,2026-01-01\n",
            "mapped/mapping.yaml": "bank: {name: B, timezone: Asia/Shanghai, currency: CNY}\n"
            "tables:\n  staff: {file: staff.csv, columns: {staff_number: no, valid_from: since}}\n",
        },
        "zhike init newbank --from csv mapped",
    ),
    "measure_model_invalid": (
        {
            "answers.csv": "q1,q2,s1\n7,8,9\n",
            "ecsi.yaml": _MODEL.replace("quality ->", "service ->"),
        },
        "zhike measure ecsi answers.csv --model ecsi.yaml",
    ),
    "not_serving": (
        {},
        f"{_hired('empty.db', 'adviser')}; zhike api --get /v1/policies/active --as rita --store empty.db",
        1,
    ),
    "policy_invalid": (
        {"ours.yaml": _POLICY},
        "zhike decide mybank --at 2026-06-30 --policy ours.yaml --out d",
    ),
    "record_not_found": ({}, f"{_hired('staff.db')}; zhike staff token robert --store staff.db"),
    "request_invalid": (
        {},
        f"{_hired('asked.db')}; zhike api --post /v1/decisions --data '{{\"customer\": 2}}' --as rita --store asked.db",
        1,
    ),
    "rule_invalid": ({"broken/age.yaml": _RULE}, "zhike rules list --rulebook broken"),
    "rule_not_found": ({}, "zhike rules show cn.nfra.suitability.level"),
    "sign_in_refused": (
        {},
        f"{_hired('shut.db')}; zhike api --post /v1/sessions {_SIGN_IN} --store shut.db",
        1,
    ),
    "state_conflict": ({}, f"{_hired('one.db')}; zhike staff add rita --role integration --store one.db"),
    "store_invalid": (
        {"letters.db": "Dear Ms Lee, thank you for your letter of 3 March.\n"},
        "zhike staff token rita --store letters.db",
    ),
    "store_keys_invalid": (
        {},
        f"{_hired('locked.db')}; mv locked.db.keys elsewhere.keys; zhike staff token rita --store locked.db",
    ),
    "store_not_found": ({}, "zhike staff token rita --store nowhere.db"),
    "store_unavailable": ({}, "zhike staff add rita --role integration --store nowhere/zhike.db"),
    "system_fault": (
        {"notes.txt": "not a folder\n"},
        "zhike decide mybank --at 2026-06-30 --out notes.txt/d",
    ),
    "truth_sealed": (
        {"simbank.truth/SEALED.json": '{"format": "zhike-truth/1"}\n'},
        "zhike check simbank.truth --at 2026-04-30",
    ),
    "unauthenticated": (
        {},
        f"{_hired('quiet.db')}; zhike api --get /v1/actions --store quiet.db",
        1,
    ),
    "usage": ({}, "zhike decide mybank --at 30.6.2026 --out d"),
}

UNPROVOKED = {
    "already_recorded": "Programs that write to the ledger meet it; commands look first what is recorded.",
    "delivery_failed": "A deliverer raises it. It is kept with the message in the outbox, and delivery is tried again.",
    "delivery_refused": "A deliverer raises it. It is kept with the message in the outbox.",
    "erased": "Programs that write to the ledger meet it, after a customer's key was destroyed.",
    "request_too_large": "A body of more than a megabyte provokes it, more than a command line can hold.",
    "store_version": "Only a store that a later version of Zhike wrote provokes it; an older one is brought up when it is opened.",
    "too_many_requests": "A server counts the requests of a second; `zhike api` answers one, and never meets it.",
    "internal_error": "No call is known to provoke it: whoever meets one has found a defect. The test raises it artificially.",
}

_MAPPING = b"""\
bank: {name: Bad Bank, timezone: Asia/Shanghai, currency: CNY}
tables:
  holdings:
    file: holdings.csv
    columns:
      holding_id: no
      customer_id: who
      product_id: what
      amount: amount
      currency: {value: CNY}
      status: state
      valid_from: since
      valid_to: until
  products:
    file: products.csv
    columns: {product_id: code, family: family, regime: regime, seller_risk_level: rating, valid_from: since}
"""

_HOLDINGS = (
    b"no,who,what,amount,state,since,until\n"
    b"H01,C1,P1,100.00,active,2026-01-05,\n"
    b"H02,,P1,100.00,active,2026-01-05,\n"
    b"H03,C1,P1,12.345,active,2026-01-05,\n"
    b"H04,C1,P1,100.00,active,2026-02-30,\n"
    b"H05,C1,P1,100.00,sleeping,2026-01-05,\n"
    b"H06,C1,P1,100.00,active,2026-01-05,2025-12-31\n"
    b"H01,C1,P1,999.00,active,2026-01-05,\n"
    b"H07,C1,P1,100.00,active\n"
    b"H08,C\xff,P1,100.00,active,2026-01-05,\n"
    b"H09," + b"x" * (1 << 20) + b",P1,100.00,active,2026-01-05,\n"
)

_PRODUCTS = (
    b"code,family,regime,rating,since\n"
    b"P1,fund,cn-nfra,3,2026-01-01\n"
    b"P2,fund,cn-nfra,high,2026-01-01\n"
    b"P3,fund,cn-nfra,9,2026-01-01\n"
)

REJECTED = {"bad/mapping.yaml": _MAPPING, "bad/holdings.csv": _HOLDINGS, "bad/products.csv": _PRODUCTS}
