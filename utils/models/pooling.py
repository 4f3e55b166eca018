"""What firms save in capacity when they see and share one another's demand: risk pooling."""

from __future__ import annotations

from utils.expressions import log, maximum, minimum, where, within

# Wichura's rational functions: coefficients of numerator and denominator, constant first.
_CENTRE = (
    (3.3871328727963666080, 133.14166789178437745, 1971.5909503065514427, 13731.693765509461125,
     45921.953931549871457, 67265.770927008700853, 33430.575583588128105, 2509.0809287301226727),
    (1.0, 42.313330701600911252, 687.18700749205790830, 5394.1960214247511077,
     21213.794301586595867, 39307.895800092710610, 28729.085735721942674, 5226.4952788528545610),
)
_SHOULDER = (
    (1.42343711074968357734, 4.63033784615654529590, 5.76949722146069140550, 3.64784832476320460504,
     1.27045825245236838258, 0.241780725177450611770, 0.0227238449892691845833, 0.000774545014278341407640),
    (1.0, 2.05319162663775882187, 1.67638483018380384940, 0.689767334985100004550,
     0.148103976427480074590, 0.0151986665636164571966, 0.000547593808499534494600, 1.05075007164441684324e-9),
)
_TAIL = (
    (6.65790464350110377720, 5.46378491116411436990, 1.78482653991729133580, 0.296560571828504891230,
     0.0265321895265761230930, 0.00124266094738807843860, 2.71155556874348757815e-5, 2.01033439929228813265e-7),
    (1.0, 0.599832206555887937690, 0.136929880922735805310, 0.0148753612908506148525,
     0.000786869131145613259100, 1.84631831751005468180e-5, 1.42151175831644588870e-7, 2.04426310338993978564e-15),
)


def _rational(coefficients, x):
    top, bottom = (_polynomial(row, x) for row in coefficients)
    return top / bottom


def _polynomial(row, x):
    result = 0
    for coefficient in reversed(row):
        result = result * x + coefficient
    return result


def normal_quantile(probability):
    """The value a standard normal variable stays below with this probability.

    Algorithm AS 241 of wichura1988: three rational functions, for the centre, the shoulders and the tails, exact to
    about one part in 10^16. probability: above 0 and below 1. Raises ``ValueError`` otherwise.
    """
    within(1e-300, 1 - 1e-16, probability=probability)
    from_centre = probability - 0.5
    central = abs(from_centre) <= 0.425
    tail = minimum(probability, 1 - probability)
    depth = maximum(-log(where(central, 0.05, tail)), 1e-9) ** 0.5
    outer = where(depth <= 5, _rational(_SHOULDER, depth - 1.6), _rational(_TAIL, depth - 5))
    centre = from_centre * _rational(_CENTRE, 0.180625 - from_centre * from_centre)
    return where(central, centre, where(from_centre < 0, -outer, outer))


def capacity(firms, demand_mean, demand_spread, demand_correlation, service_level):
    """The capacity that meets the joint demand of n equal firms with the probability wanted.

    Formula: n μ + z σ √(n (1 + (n − 1) ρ)), z the normal quantile of the service level.

    firms: n, 1 or more. demand_mean: μ, of one firm, in MW. demand_spread: σ as a fraction of the mean, 0 or more.
    demand_correlation: ρ between any two firms, from −1/(n − 1), below which n demands cannot be, to 1.
    service_level: above 0, below 1. Result: MW. Raises ``ValueError`` otherwise. Source: eppen1979. Demand is taken as
    normal: the far tail of real demand, such as a cold winter that all share, is fatter.
    """
    within(1, float("inf"), firms=firms)
    within(0, float("inf"), demand_mean=demand_mean, demand_spread=demand_spread)
    within(-1, 1, demand_correlation=demand_correlation)
    spread_factor = 1 + (firms - 1) * demand_correlation
    _refuse_impossible(firms, demand_correlation, spread_factor)
    spread = demand_mean * demand_spread * (firms * maximum(spread_factor, 0)) ** 0.5
    return firms * demand_mean + normal_quantile(service_level) * spread


def _refuse_impossible(firms, demand_correlation, spread_factor):
    """Below −1/(n − 1) the sum of n equally correlated variables would have a negative variance."""
    try:
        within(-1e-9, float("inf"), spread_factor=spread_factor)
    except ValueError:
        most = firms.max() if hasattr(firms, "max") else firms
        raise ValueError(
            f"demand_correlation is {demand_correlation:g}; allowed for {most:g} firms is {-1 / (most - 1):.4g} to 1"
        ) from None


def alone_and_pooled(firms, demand_mean, demand_spread, demand_correlation, service_level):
    """The capacity that n firms build one by one, and together.

    firms: a column. Others as in :func:`capacity`. Result, by row, in MW a firm: ``alone``, ``pooled`` and ``mean``;
    ``saving``, the fraction of capacity saved. Numbers: ``saving_of_ten``, and ``reserve_of_ten``, what is left of the
    reserve (capacity above the mean) of ten firms, as a fraction of what they would hold apart.
    """
    one = capacity(1, demand_mean, demand_spread, demand_correlation, service_level)
    pooled = capacity(firms, demand_mean, demand_spread, demand_correlation, service_level) / firms
    return {
        "alone": one + 0 * firms,
        "pooled": pooled,
        "mean": demand_mean + 0 * firms,
        "saving": 1 - pooled / one,
        "saving_of_ten": 1 - capacity(10, demand_mean, demand_spread, demand_correlation, service_level) / 10 / one,
        "reserve_of_ten": (maximum(1 + 9 * demand_correlation, 0) / 10) ** 0.5,
    }
