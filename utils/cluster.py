"""A cluster as data: its firms, what each does, its partners and the policy it lives under; checked, saved and loaded.

    port = Cluster.from_tables("port")          # or "chemicals", "scattered"
    port.save("port.json"); Cluster.load("port.json") == port
    evaluate(port, scale_exponent=0.8).numbers["cost_shared"]

What a firm does stands in the firm (``technology``). ``assumptions`` holds only what differs from the book's table.
Whatever is wrong raises ``ValueError`` naming the field, its value and what is allowed; nothing is dropped silently.
"""

from __future__ import annotations

import json
import math
from dataclasses import asdict, dataclass, field, fields, replace
from functools import cache
from pathlib import Path

import pandas as pd

from utils import assumptions, data
from utils.expressions import parameters
from utils.files import replace_file
from utils.models import cluster_plan, emissions_trading, green_premium, investment

SCHEMA = 1
MOST_FIRMS = 8  # the number of coalitions doubles with each firm
TECHNOLOGIES = {
    "capture": "captures its CO2, which goes to the store",
    "hydrogen": "uses clean hydrogen instead of coal or gas",
    "none": "goes on as it is",
}
HYDROGEN_ROUTES = {
    "Iron and steel": cluster_plan.HYDROGEN_STEEL,
    "Hydrogen (gas)": cluster_plan.CLEAN_HYDROGEN,
    "Ammonia": cluster_plan.CLEAN_HYDROGEN,
}
PARTNERS = {
    "buyers": "sign long contracts, so capital is cheaper (chapter 4)",
    "store abroad": "takes the CO2, which comes by ship (chapter 2)",
}
CONTRACTS = 0.5  # the share of the output that buyers take, unless the assumption offtake_share says otherwise
MATERIALS = {"Iron and steel": "Steel", "Cement": "Cement", "Ammonia": "Ammonia"}  # sector: material in green_premiums
YEARS = range(2025, 2071)
BACKSTOP = "Direct air capture"

READY_KEYS = ("port", "chemicals", "scattered")  # in clusters_ready

_PATH = ("storage_start", "storage_delay", "ramp_years", "premium_carbon_price")
_OF_THE_PLACE = ("distance_to_store", "carbon_price", "credit", "credit_years", "under_repeal_hazard")


@cache
def movable() -> tuple[str, ...]:
    """The names of the assumptions of the book that a cluster may override."""
    known = assumptions.table()
    in_plan = [p for p in parameters(cluster_plan.plan) if p in known and p not in _OF_THE_PLACE]
    return (*in_plan, *_PATH)


@cache
def sectors() -> tuple[str, ...]:
    """The industries a firm can belong to."""
    return tuple(name for name in data.table("capture_costs")["industry"] if name != BACKSTOP)


@cache
def policies() -> tuple[str, ...]:
    """The regions under whose rules a cluster can be put."""
    return tuple(data.table("region_rules")["region"])


@dataclass(frozen=True)
class Firm:
    """One plant: its CO2 in Mt a year, its place in degrees, and what it does about the CO2."""

    name: str
    sector: str
    emissions_mt: float
    latitude: float
    longitude: float
    technology: str = "capture"

    def __post_init__(self) -> None:
        _text("firm name", self.name)
        where = f"firm {self.name}: "
        _one_of(where + "sector", self.sector, sectors())
        _one_of(where + "technology", self.technology, TECHNOLOGIES)
        for name, low, high in (("latitude", -90, 90), ("longitude", -180, 180)):
            object.__setattr__(self, name, _number(where + name, getattr(self, name), low, high))
        object.__setattr__(self, "emissions_mt", _number(where + "emissions_mt", self.emissions_mt, 0.001, 200))
        if self.technology == "hydrogen" and self.sector not in HYDROGEN_ROUTES:
            raise ValueError(f"{where}technology is 'hydrogen' in the sector {self.sector!r}; "
                             f"allowed is it in {', '.join(HYDROGEN_ROUTES)}")

    @property
    def route(self) -> int:
        """What the firm does, as the models count it."""
        if self.technology == "hydrogen":
            return HYDROGEN_ROUTES[self.sector]
        return cluster_plan.CAPTURE if self.technology == "capture" else cluster_plan.KEEPS_EMITTING


@dataclass(frozen=True)
class Cluster:
    """Firms, policy, partners and a store. ``policy`` is a region of ``region_rules``."""

    name: str
    firms: tuple[Firm, ...]
    policy: str = "European Union"
    partners: tuple[str, ...] = ()
    km_to_store: float = 100
    target_year: int = 2050
    assumptions: dict[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        _text("name", self.name)
        if not isinstance(self.firms, (list, tuple)) or not all(isinstance(firm, Firm) for firm in self.firms):
            raise ValueError(f"firms is {self.firms!r}; allowed is a list of firms")
        if not 1 <= len(self.firms) <= MOST_FIRMS:
            raise ValueError(f"firms has {len(self.firms)} entries; allowed are 1 to {MOST_FIRMS}")
        names = [firm.name for firm in self.firms]
        if twice := [name for name in names if names.count(name) > 1]:
            raise ValueError(f"firms has {twice[0]!r} twice; allowed is each name once")
        _one_of("policy", self.policy, policies())
        if not isinstance(self.partners, (list, tuple)):
            raise ValueError(f"partners is {self.partners!r}; allowed is a list of {', '.join(PARTNERS)}")
        for partner in self.partners:
            _one_of("partners", partner, PARTNERS)
        if len(set(self.partners)) < len(self.partners):
            raise ValueError(f"partners is {list(self.partners)}; allowed is each partner once")
        if not isinstance(self.assumptions, dict):
            raise ValueError(f"assumptions is {self.assumptions!r}; allowed is a table of names and numbers")
        km = _number("km_to_store", self.km_to_store, 1, 2000)
        year = _number("target_year", self.target_year, 2024, 2100)
        if year != int(year):
            raise ValueError(f"target_year is {year:g}; allowed is a whole year from 2024 to 2100")
        kept = {"firms": tuple(self.firms), "partners": tuple(self.partners), "km_to_store": km,
                "target_year": int(year), "assumptions": _overrides(self.assumptions)}
        for name, value in kept.items():
            object.__setattr__(self, name, value)

    def with_(self, **changes) -> Cluster:
        """The same cluster with some fields changed."""
        return replace(self, **changes)

    @classmethod
    def from_tables(cls, key: str) -> Cluster:
        """One of the ready clusters of ``clusters_ready``, by its key or its name."""
        ready = data.table("clusters_ready")
        found = ready[(ready["key"] == key) | (ready["cluster"] == key)]
        if found.empty:
            raise ValueError(f"name is {key!r}; allowed are {', '.join(ready['key'])}")
        row = found.iloc[0]
        plants = data.table("cluster_firms").query("key == @row.key").rename(columns={"firm": "name"})
        partners = row["partners"].split("; ") if isinstance(row["partners"], str) and row["partners"] else []
        return cls(
            row["cluster"],
            tuple(Firm(**plant) for plant in plants[[f.name for f in fields(Firm)]].to_dict("records")),
            row["policy"], tuple(partners), row["km_to_store"], int(row["target_year"]),
        )

    def to_json(self) -> str:
        """The cluster as text; :meth:`from_json` gives the same cluster back."""
        return json.dumps({"schema": SCHEMA, **asdict(self)}, indent=2, ensure_ascii=False) + "\n"

    @classmethod
    def from_json(cls, text: str) -> Cluster:
        """The cluster that :meth:`to_json` wrote. A field that is unknown, missing or there twice is an error."""
        try:
            found = json.loads(text, object_pairs_hook=_once, parse_constant=_no_number)
        except json.JSONDecodeError as error:
            raise ValueError(f"the text is no whole JSON ({error}); it may have been cut off") from None
        if not isinstance(found, dict):
            raise ValueError(f"the JSON is a {type(found).__name__}; allowed is one cluster, in braces")
        schema = found.pop("schema", None)
        if schema != SCHEMA or isinstance(schema, bool):
            newer = isinstance(schema, int) and schema > SCHEMA
            hint = ": it comes from a newer version of the book" if newer else ""
            raise ValueError(f"schema is {schema!r}; allowed is {SCHEMA}{hint}")
        _exactly("cluster", found, cls, needed=("name", "firms"))
        if not isinstance(found["firms"], list):
            raise ValueError(f"firms is {found['firms']!r}; allowed is a list of firms")
        return cls(**found | {"firms": [_firm(entry) for entry in found["firms"]]})

    def save(self, path: str | Path) -> Path:
        """Write the cluster to a file. The file there is replaced in one step, or stays as it was."""
        return replace_file(path, self.to_json())

    @classmethod
    def load(cls, path: str | Path) -> Cluster:
        """The cluster in a file; an error names the file."""
        try:
            return cls.from_json(Path(path).read_text(encoding="utf-8"))
        except ValueError as error:  # a UnicodeDecodeError is one
            raise ValueError(f"{path}: {error}") from None


def _firm(entry: object) -> Firm:
    if not isinstance(entry, dict):
        raise ValueError(f"firms holds {entry!r}; allowed are firms, each in braces")
    _exactly(f"firm {entry.get('name', '?')}", entry, Firm,
             needed=("name", "sector", "emissions_mt", "latitude", "longitude"))
    return Firm(**entry)


def _exactly(what: str, found: dict, cls: type, needed: tuple[str, ...]) -> None:
    known = [f.name for f in fields(cls)]
    for name in found:
        if name not in known:
            raise ValueError(f"{what}: the field {name!r} is unknown; allowed are {', '.join(known)}")
    if missing := [name for name in needed if name not in found]:
        raise ValueError(f"{what}: the field {missing[0]!r} is missing; needed are {', '.join(needed)}")


def _once(pairs: list[tuple]) -> dict:
    names = [name for name, _ in pairs]
    if twice := [name for name in names if names.count(name) > 1]:
        raise ValueError(f"the field {twice[0]!r} stands there twice; allowed is once")
    return dict(pairs)


def _no_number(text: str):
    raise ValueError(f"a value is {text}; allowed are finite numbers")


def _text(name: str, value: object) -> None:
    if not isinstance(value, str) or not value.strip() or len(value) > 80:
        raise ValueError(f"{name} is {value!r}; allowed is a text of 1 to 80 characters")


def _one_of(name: str, value: object, allowed) -> None:
    if not isinstance(value, str) or value not in allowed:
        raise ValueError(f"{name} is {value!r}; allowed are {', '.join(allowed)}")


def _number(name: str, value: object, low: float, high: float) -> float:
    right = isinstance(value, (int, float)) or hasattr(value, "item")
    if isinstance(value, bool) or not right or not math.isfinite(value) or not low <= value <= high:
        raise ValueError(f"{name} is {value!r}; allowed is a number from {low:g} to {high:g}")
    return float(value)


def _overrides(given: dict) -> dict[str, float]:
    for name in given:
        _one_of("assumptions: the name", name, movable())
    return {name: assumptions.get(name).check(value) for name, value in given.items()}


def settings(cluster: Cluster, **overrides: float) -> dict[str, float]:
    """The value of every movable assumption: the book's, the cluster's own, and the overrides, in this order.

    ``offtake_share`` counts only with buyers among the partners. Raises ``ValueError`` for an unknown name or a value
    out of range.
    """
    values = {name: assumptions.get(name).default for name in movable()}
    values["offtake_share"] = CONTRACTS
    values |= cluster.assumptions | _overrides(overrides)
    if "buyers" not in cluster.partners:
        values["offtake_share"] = 0.0
    return values


def place(cluster: Cluster) -> dict:
    """What the models need to know of the cluster itself: its columns, its policy, its store."""
    costs = _capture_costs()
    rules = investment.rules_of(cluster.policy, _table("region_rules"))
    of_firms = costs.loc[[firm.sector for firm in cluster.firms]]
    found = {
        "emissions_mt": [firm.emissions_mt for firm in cluster.firms],
        "km_to_hub": km_to_hub(cluster),
        "route": [float(firm.route) for firm in cluster.firms],
        "cost_low": of_firms["cost_low"].tolist(),
        "cost_high": of_firms["cost_high"].tolist(),
        "distance_to_store": cluster.km_to_store,
        **{name: float(rules[name]) for name in ("carbon_price", "credit", "credit_years", "under_repeal_hazard")},
    }
    return found | {"ship": _ship() if "store abroad" in cluster.partners else None}


def for_explorable(cluster: Cluster, sliders: tuple[str, ...] | list[str]) -> dict:
    """What ``explore(cluster_plan.plan, **…)`` needs: its rows, the values that are held, and where sliders start."""
    of_place = place(cluster)
    columns = {name: value for name, value in of_place.items() if isinstance(value, list)}
    known = {name: value for name, value in (of_place | settings(cluster)).items()
             if name in parameters(cluster_plan.plan) and name not in columns and name != "ship"}
    return {
        "over": pd.DataFrame({"firm": [firm.name for firm in cluster.firms], **columns}),
        "fixed": {name: value for name, value in known.items() if name not in sliders},
        "start": {name: known[name] for name in sliders},
    }


@cache
def _table(name: str) -> pd.DataFrame:
    """A table of the book, read once; nobody changes it."""
    return data.table(name)


@cache
def _capture_costs() -> pd.DataFrame:
    return _table("capture_costs").set_index("industry")


@cache
def _ship() -> dict:
    carriers = data.table("co2_carriers").set_index("carrier")
    return carriers.loc["Ship"].drop(["route", "source", "status", "note"]).astype(float).to_dict()


def km_to_hub(cluster: Cluster) -> list[float]:
    """From each firm to the largest that captures (to the largest of all, if none does), along the great circle."""
    capturing = [firm for firm in cluster.firms if firm.technology == "capture"] or list(cluster.firms)
    hub = max(capturing, key=lambda firm: firm.emissions_mt)
    return [kilometres(firm.latitude, firm.longitude, hub.latitude, hub.longitude) for firm in cluster.firms]


def kilometres(latitude: float, longitude: float, other_latitude: float, other_longitude: float) -> float:
    """The way between two places on a globe with a radius of 6,371 km (haversine formula)."""
    here, there = math.radians(latitude), math.radians(other_latitude)
    across = math.radians(other_longitude - longitude)
    half = math.sin((there - here) / 2) ** 2 + math.cos(here) * math.cos(there) * math.sin(across / 2) ** 2
    return 2 * 6371 * math.asin(math.sqrt(half))


@dataclass(frozen=True)
class Evaluation:
    """What the models say of a cluster.

    ``numbers``: the one-number outputs of :func:`.cluster_plan.plan`, ``emissions`` Mt a year, and
    ``cost_of_rest``, EUR/t for taking the last tonnes out of the air. ``firms``: one row each; EUR/t, million EUR a
    year, and the years in which each begins (2100: not in this century). ``by_year``: Mt a year emitted (``alone``,
    ``shared``, ``pledge``) and abated (``abated_alone``, ``abated_shared``). ``curve``: the marginal abatement cost
    curve, in two ways, ``Alone`` and ``Shared``, each sorted by cost. ``products``: what it adds to products.
    """

    cluster: Cluster
    values: dict[str, float]
    numbers: dict[str, float]
    firms: pd.DataFrame
    by_year: pd.DataFrame
    curve: pd.DataFrame
    products: pd.DataFrame


def evaluate(cluster: Cluster, **overrides: float) -> Evaluation:
    """All models on one cluster. ``overrides``: values of :func:`movable` assumptions, for this once."""
    values, of_place = settings(cluster, **overrides), place(cluster)
    chosen = {name: values[name] for name in parameters(cluster_plan.plan) if name in values}
    found = cluster_plan.plan(**of_place, **chosen)
    firms = pd.DataFrame({
        "firm": [firm.name for firm in cluster.firms],
        "sector": [firm.sector for firm in cluster.firms],
        "technology": [firm.technology for firm in cluster.firms],
        "emissions_mt": of_place["emissions_mt"],
        "km_to_hub": of_place["km_to_hub"],
        **{name: found[name] for name in ("abated", "own", "alone", "shared", "payment")},
    })
    for way in ("alone", "shared"):
        firms[f"begins_{way}"] = [_begins(cost, cut, of_place, values)
                                  for cost, cut in zip(firms[way], firms["abated"], strict=True)]
    numbers = {name: float(value) for name, value in found.items() if getattr(value, "ndim", 0) == 0}
    air = _capture_costs().loc[BACKSTOP]
    numbers["emissions"] = float(firms["emissions_mt"].sum())
    numbers["cost_of_rest"] = float(emissions_trading.capture_cost(
        air["cost_low"], air["cost_high"], values["capture_cost_position"], values["storage_cost"],
        values["dollars_per_euro"]))
    return Evaluation(cluster, values, numbers, firms, _by_year(cluster, firms, values), _curve(firms, numbers),
                      _products(firms, values))


def _begins(cost: float, cut: float, of_place: dict, values: dict) -> float:
    """The year a firm begins; one that abates nothing never does."""
    if cut == 0:
        return float(emissions_trading.NEVER)
    wanted = {**of_place, **values, "cost": cost}
    return float(cluster_plan.starts(**{name: wanted[name] for name in parameters(cluster_plan.starts)}))


def _by_year(cluster: Cluster, firms: pd.DataFrame, values: dict) -> pd.DataFrame:
    years = pd.Series(YEARS, name="year")
    emissions = firms["emissions_mt"].sum()
    path = cluster_plan.pathway(years, emissions, cluster.target_year, list(firms["abated"]),
                                list(firms["begins_alone"]), list(firms["begins_shared"]), values["ramp_years"])
    table = pd.DataFrame({"year": years, **path})
    return table.assign(abated_alone=emissions - table["alone"], abated_shared=emissions - table["shared"])


def _curve(firms: pd.DataFrame, numbers: dict) -> pd.DataFrame:
    parts = []
    for way in ("alone", "shared"):
        steps = firms.loc[firms["abated"] > 0, ["firm", way, "abated"]].rename(columns={way: "cost"})
        rest = {"firm": "Rest, from the air", "cost": numbers["cost_of_rest"], "abated": numbers["rest"]}
        steps = pd.concat([steps.sort_values("cost", kind="stable"), pd.DataFrame([rest])], ignore_index=True)
        ends = steps["abated"].cumsum()
        parts.append(steps.assign(way=way.capitalize(), from_mt=ends - steps["abated"], to_mt=ends))
    return pd.concat(parts, ignore_index=True)


def _products(firms: pd.DataFrame, values: dict) -> pd.DataFrame:
    """What one product costs more if its maker passes on its cost per tonne, alone and shared."""
    per_unit, goods = _capture_costs()["co2_per_unit"], _table("green_premiums")
    parts = []
    for _, firm in firms[firms["sector"].isin(MATERIALS) & (firms["abated"] > 0)].iterrows():
        made = goods[goods["material"] == MATERIALS[firm["sector"]]].reset_index(drop=True)
        saved = per_unit[firm["sector"]] * firm["abated"] / firm["emissions_mt"]
        for way in ("alone", "shared"):
            found = green_premium.premium_on_products(
                made["amount_kg"], made["product_price"], firm[way] * saved, made["co2_saved"],
                made["material_price"], 1, values["premium_carbon_price"])
            parts.append(pd.DataFrame({
                "firm": firm["firm"], "product": made["product"], "way": way.capitalize(),
                "premium": found["net_premium"], "extra": found["extra"], "share": found["share"],
            }))
    columns = ["firm", "product", "way", "premium", "extra", "share"]
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=columns)
