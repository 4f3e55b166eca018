"""Design a cluster with fields and buttons, in JupyterLab: ``designer = design("port")``, then ``designer.cluster``.

Every change is checked at once. What is wrong is said above the results, which stay those of the last cluster that was
right; nothing that was typed is lost.
"""

from __future__ import annotations

import html

import ipywidgets as widgets

from utils import report, uncertainty
from utils.cluster import (
    HYDROGEN_ROUTES,
    MOST_FIRMS,
    PARTNERS,
    READY_KEYS,
    TECHNOLOGIES,
    Cluster,
    Firm,
    evaluate,
    policies,
    sectors,
)

# JupyterLab has a look of its own for lists and tables; this one is for numbers under their names.
_STYLE = ("<style>.cluster-design{line-height:1.4}.cluster-design svg{max-width:340px;height:auto}"
          ".cluster-design figure{display:inline-block;margin:4px}"
          ".cluster-design dl{display:flex;flex-wrap:wrap;gap:4px 24px;margin:8px 0}"
          ".cluster-design dl dt,.cluster-design dl dd{float:none;clear:none;width:auto;margin:0;padding:0}"
          ".cluster-design dl dt{font-weight:400}.cluster-design dl dd{font-weight:600}"
          ".cluster-design table{margin:8px 0}.cluster-design caption{text-align:left}"
          ".cluster-design :is(th,td){padding:2px 14px 2px 0;text-align:left;vertical-align:bottom}</style>")
_COLUMNS = {"Name": 150, "Sector": 140, "Mt CO2 a year": 100, "° north": 80, "° east": 80, "Technology": 100}  # pixels


def design(start: str | Cluster = "port") -> Designer:
    """A designer that begins with a ready cluster (``port``, ``chemicals``, ``scattered``) or one of your own."""
    return Designer(start if isinstance(start, Cluster) else Cluster.from_tables(start))


class Designer(widgets.VBox):
    """The fields of one cluster, and what the models say of it.

    ``cluster`` is the last one that was right, ``found`` its evaluation, ``drawn`` its simulation, None until it is
    run. ``message`` is empty, or says what is wrong with the fields.
    """

    def __init__(self, cluster: Cluster) -> None:
        self.cluster, self.found, self.drawn, self._filling = cluster, None, None, False
        self.ready = widgets.Dropdown(options=["", *READY_KEYS], description="Start from")
        self.name = _text("Name")
        self.policy = widgets.Dropdown(options=policies(), description="Rules of")
        self.partners = {partner: widgets.Checkbox(description=partner, tooltip=says, indent=False)
                         for partner, says in PARTNERS.items()}
        self.km_to_store = widgets.FloatText(description="km to store")
        self.target_year = widgets.IntText(description="Pledge")
        self.rows = widgets.VBox()
        self.add = widgets.Button(description="Add a firm", icon="plus")
        self.file = _text("File", value="cluster.json")
        self.save, self.load = widgets.Button(description="Save"), widgets.Button(description="Load")
        self.simulate = widgets.Button(description="Simulate", tooltip=f"{uncertainty.DRAWS:,} draws")
        self.progress = widgets.IntProgress(max=uncertainty.DRAWS, layout=widgets.Layout(visibility="hidden"))
        self.said, self.results, self.chances = widgets.HTML(), widgets.HTML(), widgets.HTML()
        for field in (self.name, self.policy, self.km_to_store, self.target_year, *self.partners.values()):
            field.observe(self._changed, "value")
        self.ready.observe(self._start_from, "value")
        for button, act in ((self.add, self._add), (self.save, self._save), (self.load, self._load),
                            (self.simulate, self._simulate)):
            button.on_click(act)
        super().__init__([
            widgets.HBox([self.ready, self.name, self.policy], layout=_WRAP),
            widgets.HBox([self.km_to_store, self.target_year, *self.partners.values()], layout=_WRAP),
            widgets.HBox([widgets.Label(name, layout=_wide(width)) for name, width in _COLUMNS.items()]),
            self.rows, self.add,
            widgets.HBox([self.file, self.save, self.load], layout=_WRAP),
            self.said, self.results,
            widgets.HBox([self.simulate, self.progress], layout=_WRAP), self.chances,
        ])
        self.show(cluster)

    @property
    def message(self) -> str:
        """What is wrong with the fields or was done last, as HTML."""
        return self.said.value

    def show(self, cluster: Cluster) -> None:
        """Fill the fields with a cluster."""
        self._filling = True
        try:
            self._kept = cluster.assumptions
            self.name.value, self.policy.value = cluster.name, cluster.policy
            self.km_to_store.value, self.target_year.value = cluster.km_to_store, cluster.target_year
            for partner, box in self.partners.items():
                box.value = partner in cluster.partners
            self.rows.children = [self._row(firm) for firm in cluster.firms]
        finally:
            self._filling = False
        self._changed()

    def _row(self, firm: Firm) -> widgets.HBox:
        wide = {name: _wide(width) for name, width in _COLUMNS.items()}
        fields = [
            widgets.Text(firm.name, continuous_update=False, tooltip="Name", layout=wide["Name"]),
            widgets.Dropdown(options=sectors(), value=firm.sector, tooltip="Sector", layout=wide["Sector"]),
            widgets.FloatText(firm.emissions_mt, tooltip="Mt of CO2 a year", layout=wide["Mt CO2 a year"]),
            widgets.FloatText(firm.latitude, tooltip="Degrees north", layout=wide["° north"]),
            widgets.FloatText(firm.longitude, tooltip="Degrees east", layout=wide["° east"]),
            widgets.Dropdown(options=list(TECHNOLOGIES), value=firm.technology, layout=wide["Technology"],
                             tooltip=f"Hydrogen: {', '.join(HYDROGEN_ROUTES)} only"),
        ]
        remove = widgets.Button(icon="trash", tooltip="Remove this firm", layout=_wide(40))
        row = widgets.HBox([*fields, remove], layout=_WRAP)
        for field in fields:
            field.observe(self._changed, "value")
        remove.on_click(lambda _button: self._remove(row))
        return row

    def _read(self) -> Cluster:
        """The cluster in the fields; ``ValueError`` if it is none."""
        firms = [Firm(*(field.value for field in row.children[:-1])) for row in self.rows.children]
        partners = [partner for partner, box in self.partners.items() if box.value]
        return Cluster(self.name.value, firms, self.policy.value, partners, self.km_to_store.value,
                       self.target_year.value, self._kept)

    def _changed(self, _change: object = None) -> None:
        if self._filling:
            return
        try:
            cluster = self._read()
            self.found = evaluate(cluster)
        except ValueError as error:
            self._say(f"Not yet: {error}. The results below are those of the last cluster that was right.", wrong=True)
            return
        if cluster != self.cluster:
            self.drawn, self.chances.value = None, ""
        self.cluster = cluster
        self._say("")
        parts = (report.headline(self.found), report.curve(self.found), report.path(self.found),
                 report.firms_table(self.found))
        self.results.value = f'{_STYLE}<div class="cluster-design">{"".join(parts)}</div>'

    def _say(self, words: str, *, wrong: bool = False) -> None:
        role, mark = ("alert", "⚠ ") if wrong else ("status", "")
        self.said.value = f'<p role="{role}"><b>{mark}{html.escape(words)}</b></p>' if words else ""

    def _start_from(self, change: dict) -> None:
        if change["new"]:
            self.show(Cluster.from_tables(change["new"]))

    def _add(self, _button: object) -> None:
        if len(self.rows.children) >= MOST_FIRMS:
            self._say(f"There are {MOST_FIRMS} firms; more are too many coalitions to price.", wrong=True)
            return
        taken = {row.children[0].value for row in self.rows.children}
        name = next(f"Firm {k}" for k in range(len(taken) + 1, 2 * MOST_FIRMS + 2) if f"Firm {k}" not in taken)
        near = self.cluster.firms[0]
        firm = Firm(name, sectors()[0], 0.5, near.latitude, near.longitude)
        self.rows.children = [*self.rows.children, self._row(firm)]
        self._changed()

    def _remove(self, row: widgets.HBox) -> None:
        self.rows.children = [other for other in self.rows.children if other is not row]
        self._changed()

    def _save(self, _button: object) -> None:
        try:
            path = self._read().save(self.file.value)
        except (ValueError, OSError) as error:
            self._say(f"Not saved: {error}", wrong=True)
        else:
            self._say(f"Saved as {path}.")

    def _load(self, _button: object) -> None:
        try:
            cluster = Cluster.load(self.file.value)
        except (ValueError, OSError) as error:
            self._say(f"Not loaded: {error}", wrong=True)
        else:
            self.show(cluster)
            self._say(f"Loaded from {self.file.value}.")

    def _simulate(self, _button: object) -> None:
        self.progress.value, self.progress.layout.visibility = 0, "visible"
        self.simulate.disabled = True

        def step(done: int) -> None:
            self.progress.value += done

        try:
            self.drawn = uncertainty.simulate(self.cluster, progress=step)
            alone, shared = (uncertainty.chance(self.drawn, f"balance_{way}") for way in ("alone", "shared"))
            words = f"Breaks even in {shared:.0%} of {len(self.drawn):,} draws, and in {alone:.0%} if each stays alone."
            self.chances.value = f'<div class="cluster-design"><p>{words}</p>{report.spread(self.drawn)}</div>'
        finally:
            self.simulate.disabled = False
            self.progress.layout.visibility = "hidden"

    def _repr_mimebundle_(self, **kwargs):
        bundle = super()._repr_mimebundle_(**kwargs)
        found, metadata = bundle if isinstance(bundle, tuple) else (bundle, {})
        words = ("The designer needs Python. Open this chapter in JupyterLab (<code>make lab</code>, or a launch "
                 "button at the top of the page), run its cells, and it appears here.")
        return {**(found or {}), "text/html": f"<p><em>{words}</em></p>", "text/plain": "<Designer>"}, metadata


_WRAP = widgets.Layout(flex_flow="row wrap")


def _wide(pixels: int) -> widgets.Layout:
    return widgets.Layout(width=f"{pixels}px")


def _text(description: str, value: str = "") -> widgets.Text:
    return widgets.Text(value, description=description, continuous_update=False)
