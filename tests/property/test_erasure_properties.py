"""Whatever is in the ledger: erasure leaves nothing that leads to the person, every statistic, every proof, and everybody else as they were."""

import collections
import json

from examples import examples
from hypothesis import given, settings
from hypothesis import strategies as st
from ledger_steps import ONE, OTHER, done, steps
from served_bank import Served
from two_persons import ENDED, erased, full_life

from zhike.act.digests import digests, sign_digest, trail
from zhike.act.erasure import PERSONAL
from zhike.act.replay import replay_log
from zhike.core.ledger import LEDGER
from zhike.govern.audit import Opening, verify_trail
from zhike.govern.audit_chain import AuditEntry
from zhike.govern.audit_digest import public_key_of

WORDS = "said at the counter 8f14e45f"
GONE_WHOLE = ("dossiers", "preferences", "notes", "tasks", "corrections", "merges", "outbox", "requests")


def statistics(bank):
    offers, responses = bank.rows("offers"), bank.rows("responses")
    by_offer = {row["offer_id"]: row["action_id"] for row in offers}
    return {
        "decisions": collections.Counter((row["publication"], row["degraded"]) for row in bank.rows("decisions")),
        "offers": collections.Counter((row["action_id"], row["rank"], row["probability"]) for row in offers),
        "outcomes": collections.Counter((by_offer[row["offer_id"]], row["outcome"], row["late"]) for row in responses),
    }  # fmt: skip


def of_others(bank):
    return {
        table.name: [row for row in bank.rows(table.name) if row["customer_id"] == OTHER]
        for table in PERSONAL
    }


def is_whole(bank):
    sign_digest(bank.acting, bank.store.keys.audit_seed)
    with bank.store.read() as tx:
        records, signed = list(trail(tx, opened=True)), digests(tx)
    entries = [one for one in records if isinstance(one, AuditEntry)]
    opened = [one for one in records if isinstance(one, Opening)]
    return verify_trail(entries, signed, [public_key_of(bank.store.keys.audit_seed)], opened=opened).verified


@given(
    life=steps,
    kind=st.sampled_from(["erase", "anonymise"]),
    ended=st.sampled_from([None, ENDED, ENDED.replace(year=2015)]),
)
@settings(max_examples=examples(7))
def test_erasure_keeps_proofs_statistics_and_everybody_else(tmp_path_factory, life, kind, ended):
    with Served(tmp_path_factory.mktemp("erasure") / "store") as bank:
        full_life(bank, ONE, WORDS)
        for customer, step in life:
            done(bank, customer, step)
        before, theirs, proven = statistics(bank), of_others(bank), replay_log(bank.acting, bank.service.desk)
        mine = sum(row["customer_id"] == ONE for row in bank.rows("decisions"))
        names = {str(row[table.key[0]]) for table in PERSONAL if table.key[0].endswith("_id")
                 for row in bank.rows(table.name, {"customer_id": ONE})}  # fmt: skip
        assert is_whole(bank)
        erased(bank, ONE, kind, ended)
        assert statistics(bank) == before
        assert of_others(bank) == theirs
        assert is_whole(bank)
        after = replay_log(bank.acting, bank.service.desk)
        assert (after.proven, after.decisions, after.erased) == (proven.proven, proven.decisions, mine)
        left = {
            name: bank.rows(name)
            for name in LEDGER
            if name not in ("customers", "person_keys", "erasures", "proposals", "retained")
        }
        text = json.dumps(left, default=str, ensure_ascii=False)
        assert not [name for name in (ONE, WORDS, *names) if f'"{name}"' in text]
        assert not any(row["customer_id"] == ONE for name in GONE_WHOLE for row in left[name])
        assert (bank.rows("retained") == []) == (ended is not None and ended.year == 2015)
