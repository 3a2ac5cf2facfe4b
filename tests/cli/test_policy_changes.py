"""From the command line alone: publish, try a change on everybody, propose, approve, adopt, and publish by what was adopted."""

import json

import decide_bank

AT, POLICY = str(decide_bank.AT), "policies.wealth_eu"
REASON = "fewer contacts, as the board decided in June"
STAFF = {"first": "policy_owner", "second": "compliance"}


def test_what_two_persons_decided_is_followed_by_the_next_publication(zhike, bank, tmp_path, monkeypatch):
    for name in ("ZHIKE_STORE", "ZHIKE_KEYS", "ZHIKE_RULEBOOK"):
        monkeypatch.delenv(name, raising=False)
    store = ["--store", tmp_path / "z.db"]

    def publish():
        told = zhike("publish", bank, "--at", AT, "--policy", POLICY, *store, "--json")
        assert told.code == 0, told.err
        return told.json

    def ask(who, method, path, body=None, purpose="governance"):
        data = [] if body is None else ["--data", json.dumps(body)]
        told = zhike("api", f"--{method}", path, *data, "--as", who, "--purpose", purpose, *store)
        return told.code, json.loads(told.out)

    before = publish()
    for name, role in STAFF.items():
        assert zhike("staff", "add", name, "--role", role, *store).code == 0
    most = ask("first", "get", "/v1/policies/active")[1]["content"]["limits"]["actions_per_customer"]
    change = {"key": "limits.actions_per_customer", "value": str(most + 1)}
    code, study = ask("first", "post", "/v1/studies/whatif", change)
    assert (code, study["state"]) == (0, "waiting")
    assert zhike("batch", "run", *store, "--json").json == {"decisions": 0, "studies": 1}
    assert ask("second", "get", f"/v1/studies/{study['job_id']}")[1]["state"] == "done"
    _, proposal = ask("first", "post", "/v1/policies/changes", {"study": study["job_id"], "reason": REASON})
    path = f"/v1/proposals/{proposal['proposal_id']}"
    assert ask("first", "post", f"{path}/approval", {"reason": REASON})[0] == 1
    assert ask("second", "post", f"{path}/approval", {"reason": REASON})[0] == 0
    assert publish()["policy_version"] == before["policy_version"]  # approved, and not carried out yet
    assert ask("first", "post", f"{path}/execution", {})[0] == 0
    after = publish()
    assert after["policy"] == POLICY
    assert after["policy_version"] == proposal["what"]["version"] != before["policy_version"]
    served = ask("first", "get", "/v1/policies/active")[1]
    assert served["content"]["limits"]["actions_per_customer"] == most + 1
    assert publish()["policy_version"] == after["policy_version"]
