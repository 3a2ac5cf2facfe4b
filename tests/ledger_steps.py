"""Random lives of two customers in the ledger, step by step, for tests of what holds whatever happened before."""

import datetime as dt

from hypothesis import strategies as st

from zhike.act.consents import ConsentAnswer, answer_consent, set_preference
from zhike.act.corrections import Correcting, correct
from zhike.act.responses import OUTCOMES, Response, respond
from zhike.core.errors import ZhikeError

ONE, OTHER = "C02", "C03"
CHANNELS = ("app", "phone", "all")

steps = st.lists(
    st.tuples(
        st.sampled_from([ONE, OTHER]),
        st.one_of(
            st.tuples(st.just("decide"), st.booleans()),
            st.tuples(st.just("respond"), st.sampled_from(OUTCOMES)),
            st.tuples(st.just("consent"), st.sampled_from(["given", "withdrawn"]), st.sampled_from(CHANNELS)),
            st.tuples(st.just("prefer"), st.integers(0, 3)),
            st.tuples(st.just("correct"), st.integers(18, 80)),
            st.tuples(st.just("wait"), st.integers(1, 40)),
        ),
    ),
    max_size=12,
)


def done(bank, customer, step):
    what, *how = step
    if what == "decide":
        bank.decide(customer, direction="outbound" if how[0] else "inbound")
    elif what == "respond":
        offers = bank.rows("offers", {"customer_id": customer}, order=["made_at"])
        for offer in offers[:1]:
            try:
                respond(bank.acting, Response(offer["offer_id"], how[0], "app"))
            except ZhikeError:
                return  # it does not follow what is recorded of the offer
    elif what == "consent":
        answer_consent(
            bank.acting, ConsentAnswer(customer, "app", "marketing", how[1], how[0], {"form": "app"})
        )
    elif what == "prefer":
        set_preference(bank.acting, customer, "frequency", {"most_in_30_days": how[0]}, "app")
    elif what == "correct":
        correct(bank.acting, Correcting(customer, "age", how[0], dt.date(2026, 6, 1), "rm"), ["age"])
    else:
        bank.clock.later(days=how[0])
