"""Queues at chargers: how long a truck waits, by Erlang's formulas."""

from __future__ import annotations

from utils.expressions import Expression, above, maximum, minimum, where, within

MOST_SERVERS = 30  # the recursion is written out so far
LONGEST_WAIT = 60.0  # minutes; longer waits, and queues that never end, are shown as this


def erlang_b(servers, load):
    """The share of arrivals that find every server busy when nobody waits (Erlang's loss formula).

    Recursion: B₀ = 1, B_k = a B_{k−1} / (k + a B_{k−1}); the result is B_c.

    servers: c, a whole number from 0 to 30. load: a, the mean number of servers that would be busy if there were
    always enough (erlang), 0 or more. Result: a fraction. Raises ``ValueError`` outside these ranges.
    Source: erlang1917; for the recursion any text on teletraffic, such as cooper1981.
    """
    within(0, MOST_SERVERS, servers=servers)
    within(0, float("inf"), load=load)
    blocked = 1
    result = where(servers < 1, 1, 0)
    for k in range(1, MOST_SERVERS + 1):
        blocked = load * blocked / (k + load * blocked)
        result = where(servers == k, blocked, result)
    return result


def erlang_c(servers, load):
    """The share of arrivals that have to wait in an M/M/c queue (Erlang's delay formula).

    Formula: C = B / (1 − (a / c)(1 − B)), with B of :func:`erlang_b`.

    servers: c, a whole number from 1 to 30. load: a, in erlang, 0 or more and below c. Result: a fraction.
    Raises ``ValueError`` when the load reaches the number of servers: the queue then grows without limit, and there
    is no long-run share to speak of. Source: erlang1917; cooper1981. It assumes arrivals at random and times of
    service that vary as much as an exponential distribution.
    """
    within(1, MOST_SERVERS, servers=servers)
    _refuse_overload(servers, load)
    return _share_that_waits(servers, load)


def mean_wait(servers, load, service_time):
    """The mean wait before service in an M/M/c queue, over all arrivals, in the unit of the service time.

    Formula: W = C s / (c − a). service_time: s, the mean, above 0. The rest, and errors, as in :func:`erlang_c`.
    """
    above(0, service_time=service_time)
    return erlang_c(servers, load) * service_time / (servers - load)


def _refuse_overload(servers, load) -> None:
    if any(isinstance(value, Expression) for value in (servers, load)):
        return
    overloaded = load >= servers
    if overloaded.any() if hasattr(overloaded, "any") else overloaded:
        raise ValueError(
            f"load is {load} erlang and servers is {servers}; allowed is a load below the number of servers: "
            "with utilisation of one or more the queue grows without limit"
        )


def _share_that_waits(servers, load):
    """Erlang C where the queue is stable, 1 where it is not."""
    blocked = erlang_b(servers, load)
    stable = load < servers
    used = where(stable, load / maximum(servers, 1), 0)
    return where(stable, blocked / (1 - used * (1 - blocked)), 1)


def _capped_wait(servers, load, service_time):
    """The mean wait, at most ``LONGEST_WAIT``; an unstable queue gets exactly that."""
    free = where(load < servers, servers - load, 1)
    return where(load < servers, minimum(LONGEST_WAIT, _share_that_waits(servers, load) * service_time / free),
                 LONGEST_WAIT)


def charging_queue(chargers, electric_trucks, charges_per_day, charging_minutes, busy_hours, port_chargers):
    """How long electric trucks wait for a charger: all chargers at one place, or half of them at each of two.

    Trucks come at random over the busy hours (M/M/c). With two places, half of the trucks go to each.

    chargers: column, even whole numbers from 2 to 30. electric_trucks: number that charge here. charges_per_day: by
    truck. charging_minutes: mean time at a charger. busy_hours: hours over which the charges of a day are spread.
    port_chargers: the number of chargers the one-number outputs speak of, from 2 to 30.

    Outputs, by row: ``together`` and ``apart``, mean wait in minutes, shown as 60 where it is longer or where the
    queue grows without limit; ``chosen`` 1 in the row of ``port_chargers``. For ``port_chargers``: ``load`` in erlang,
    ``utilisation``, ``wait_together``, ``wait_apart`` in minutes, ``share_waiting``, and ``overloaded`` 1 if the queue
    grows without limit. Errors: ``ValueError`` for values out of range. Source: erlang1917.

    It fails for trucks that come by timetable or book a slot (they wait less) and for arrivals in bunches, such as
    from a ferry (they wait more).
    """
    within(2, MOST_SERVERS, chargers=chargers, port_chargers=port_chargers)
    within(0, float("inf"), electric_trucks=electric_trucks, charges_per_day=charges_per_day)
    above(0, charging_minutes=charging_minutes, busy_hours=busy_hours)
    load = electric_trucks * charges_per_day * charging_minutes / 60 / busy_hours
    return {
        "together": _capped_wait(chargers, load, charging_minutes),
        "apart": _capped_wait(chargers / 2, load / 2, charging_minutes),
        "chosen": where(chargers == port_chargers, 1, 0),
        "load": load,
        "utilisation": load / port_chargers,
        "wait_together": _capped_wait(port_chargers, load, charging_minutes),
        "wait_apart": _capped_wait(port_chargers / 2, load / 2, charging_minutes),
        "share_waiting": _share_that_waits(port_chargers, load),
        "overloaded": where(load < port_chargers, 0, 1),
    }
