"""No call of a logger and no URL carries personal data of class C2 or C3; planted breaches are found."""

import ast
from pathlib import Path

import pytest
from personal_data_scan import EVERYDAY, PERSONAL, RECORDS, SECRETS, findings

PACKAGE = Path(__file__).parents[2] / "zhike"
MODULES = sorted(PACKAGE.rglob("*.py"))

PERMITTED = {
    "api.customers: URL with customer_id": "names the resource by the bank's own number; zhike serve writes no access log",
    "api.notes: URL with customer_id": "as for api.customers: the bank's own number, in no log of ours",
    "api.customer_pages: URL with customer_id": "as for api.customers: the bank's own number, in no log of ours",
    "api.links: URL with customer_id": "as for api.customers: the bank's own number, in no log of ours",
    "api.trail: URL with customer_id": "as for api.customers: the bank's own number, in no log of ours",
    "api.tasks: URL with customer_id": "as for api.customers: the bank's own number, in no log of ours",
    "api.complaints: URL with customer_id": "as for api.customers: the bank's own number, in no log of ours",
    "api.surveys: URL with customer_id": "as for api.customers: the bank's own number, in no log of ours",
    "api.privacy: URL with customer_id": "as for api.customers: the bank's own number, in no log of ours",
}
"""Findings that stand, as ``module: what``, each with the reason why nobody is harmed."""


def name_of(file):
    return file.relative_to(PACKAGE).with_suffix("").as_posix().replace("/", ".")


@pytest.mark.parametrize("file", MODULES, ids=name_of)
def test_no_personal_data_in_logs_or_urls(file):
    found = [one.partition(": ")[2] for one in findings(file.read_text("utf-8"))]
    assert [what for what in found if f"{name_of(file)}: {what}" not in PERMITTED] == []


def test_what_is_permitted_is_there_and_has_a_reason():
    told = {
        f"{name_of(file)}: {one.partition(': ')[2]}"
        for file in MODULES
        for one in findings(file.read_text("utf-8"))
    }
    assert set(PERMITTED) <= told
    assert all(len(reason) > 20 for reason in PERMITTED.values())


def test_the_server_writes_no_log_of_urls():
    """A path holds the number of a customer: it is in no log of ours as long as the server keeps none."""
    servers = [
        node
        for file in MODULES
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.Call) and ast.unparse(node.func) in ("uvicorn.run", "uvicorn.Config")
    ]
    assert servers
    for server in servers:
        said = {keyword.arg: ast.unparse(keyword.value) for keyword in server.keywords}
        assert said.get("access_log") == "False"


PLANTED = [
    # Logs: by name, by attribute, by key, by keyword, in texts and in what is bound to a logger.
    ("logger.info('%s', customer_id)", "log of customer_id"),
    ("self._log.warning('born %s', person.birth_date)", "log of birth_date"),
    ("logging.getLogger('x').error('paid', extra={'balance_after': 1})", "log of balance_after"),
    ("get_logger().info('paid', household_income=5)", "log of household_income"),
    ("log.debug(f'{row[\"counterparty\"]} paid')", "log of counterparty"),
    ("logger.info('sex {sex}'.format(**row))", "log of sex"),
    ("logger.info('%(lower_amount)s', values)", "log of lower_amount"),
    ("logger.info('birth_date=%s', day)", "log of birth_date"),
    ("log.bind(customer_id=one).info('seen')", "log of customer_id"),
    ("logger.info('%s', str(complaint.reason))", "log of reason"),
    ("logger.info('%s', row['status'])", "log of status"),
    ("logger.exception('login of %s', password)", "log of password"),
    # URLs: path and query templates, f-strings, parameters of handlers.
    ("@app.post('/customers/{customer_id}/notes')\ndef add(): ...", "URL with customer_id"),
    ("Route('/by-birth/{birth_date:path}', page)", "URL with birth_date"),
    ("path('/customers/<str:customer_id>/', page)", "URL with customer_id"),
    ("redirect(f'/customers/{customer.customer_id}')", "URL with customer_id"),
    ("httpx.get(f'https://example.org/x?born={person.birth_date}')", "URL with birth_date"),
    ("link = '/search?birth_date='", "URL with birth_date"),
    ("@app.get('/search')\ndef search(birth_date: str): ...", "query with birth_date"),
    ("@app.get('/c/{customer_id}')\ndef search(customer_id: str, sex: str): ...", "query with sex"),
    (
        "@app.post('/search')\ndef search(counterparty: Annotated[str, Query()]): ...",
        "query with counterparty",
    ),
    ("@app.get('/search')\nasync def search(*, customer_id: str = Query('')): ...", "query with customer_id"),
]
SOUND = [
    "logger.info('decided %d customers in %.1f s', count, seconds)",
    "logger.info('answered with %s', status)",
    "logger.info('%s', response.status)",
    "np.log(balance_after)",
    "log.choices(customer_id)",
    "print(customer_id)",
    "'customer_id and birth_date are columns'",
    "'SELECT birth_date FROM customers WHERE customer_id = :customer_id'",
    "f'{customer_id}: {birth_date}'",
    "@app.get('/decisions/{decision_id}')\ndef show(decision_id: str, level: int = 1): ...",
    "@app.get('/me')\ndef show(token: Annotated[str, Header()], password=Depends(read)): ...",
    "@app.post('/search')\ndef search(customer_id: Annotated[str, Body()]): ...",
    "def search(customer_id: str): ...",
]


@pytest.mark.parametrize(("source", "what"), PLANTED, ids=[what for _, what in PLANTED])
def test_a_planted_breach_is_found(source, what):
    assert what in [one.partition(": ")[2] for one in findings(source)]


@pytest.mark.parametrize("source", SOUND)
def test_what_is_sound_is_let_pass(source):
    assert findings(source) == []


def test_a_breach_planted_in_a_module_of_the_package_is_found():
    """The scan reads whole modules: a line deep inside a real one is found, with its number."""
    source = (PACKAGE / "adapters" / "bank.py").read_text("utf-8")
    assert findings(source) == []
    planted = (
        source + "\n\ndef leak(logger, customer_id):\n    if customer_id:\n        logger.info(customer_id)\n"
    )
    assert findings(planted) == [f"{len(planted.splitlines())}: log of customer_id"]


def test_the_names_come_from_the_contracts():
    assert {
        "customer_id",
        "birth_date",
        "household_income",
        "counterparty",
        "balance_after",
    } <= PERSONAL - EVERYDAY
    assert not {"product_id", "currency", "known_at", "channel"} & PERSONAL
    assert EVERYDAY <= PERSONAL
    assert not SECRETS & PERSONAL
    assert "reason" in RECORDS["complaint"]
    assert "reason" not in RECORDS["holdings"]
