"""The statements by which deliveries go out: each message runs all of them."""

from __future__ import annotations

from functools import cache

from sqlalchemy import bindparam, or_, select, union_all, update

from bot.outbox.decide import PATIENCE
from bot.store.statement import Statement
from bot.store.tables import deliveries

#: states in which a delivery is still on its way
WAITING = ("queued", "sending", "unclear")
_HERE = deliveries.c.channel == bindparam("where")
EXPIRED = Statement(
    select(deliveries).where(
        _HERE,
        deliveries.c.state == "queued",
        ~deliveries.c.doubt,
        deliveries.c.expires <= bindparam("now"),
    )
)
EDITS = Statement(
    select(deliveries).where(
        _HERE,
        deliveries.c.action == "edit",
        deliveries.c.state.in_(WAITING),
        or_(deliveries.c.state != "sending", deliveries.c.lease_until <= bindparam("now")),
    )
)
_QUEUE = (
    select(deliveries)
    .where(
        _HERE,
        deliveries.c.state.in_(WAITING),
        or_(deliveries.c.due <= bindparam("now"), deliveries.c.attempts > 0),
        deliveries.c.priority >= bindparam("least"),
    )
    .order_by(deliveries.c.priority.desc(), deliveries.c.id)
)
READY = Statement(_QUEUE)
READY_CHANGES = Statement(_QUEUE.where(deliveries.c.action != "post"))
ANY_PRIORITY = -1_000_000
DUE_AGAIN = Statement(
    update(deliveries)
    .where(
        _HERE,
        deliveries.c.state.in_(("queued", "unclear")),
        deliveries.c.attempts.between(1, PATIENCE - 1),
        deliveries.c.due > bindparam("now"),
    )
    .values(due=bindparam("now"))
)


@cache
def setting(names: tuple[str, ...], *, held: bool = False) -> Statement:
    """The update of these columns of one row.

    :param held: only while it is being sent under this lease.
    """
    values = {name: bindparam(f"new_{name}", type_=deliveries.c[name].type) for name in names}
    change = update(deliveries).where(deliveries.c.id == bindparam("which"))
    if held:
        mine = deliveries.c.lease == bindparam("holder")
        change = change.where(deliveries.c.state == "sending", mine)
    return Statement(change.values(values))


WAITING_ON = Statement(
    select(deliveries.c.channel)
    .where(
        deliveries.c.state.in_(WAITING),
        or_(deliveries.c.due <= bindparam("now"), deliveries.c.attempts > 0),
    )
    .distinct()
)


#: one question for each index: what was ever sent is not looked through
SENT_TIMES = Statement(
    union_all(
        select(deliveries.c.sent_at.label("moment")).where(
            _HERE,
            deliveries.c.action == "post",
            deliveries.c.state.in_(("sent", "sending", "unclear", "withdrawn")),
            deliveries.c.sent_at >= bindparam("since"),
        ),
        select(deliveries.c.first_attempt.label("moment")).where(
            _HERE,
            deliveries.c.action == "post",
            deliveries.c.state.in_(("sending", "unclear", "withdrawn")),
            deliveries.c.sent_at.is_(None),
            deliveries.c.first_attempt >= bindparam("since"),
        ),
    )
)
