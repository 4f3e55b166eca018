// The one front end of a figure. A notebook calls `render` through anywidget; the published page calls
// `attach` on each figure it finds. Both bring the same markup to life with the same payload.

// ---- The model: replay the steps that Python recorded -------------------------------------------------------

const plain = {
  "+": (a, b) => a + b,
  "-": (a, b) => a - b,
  "*": (a, b) => a * b,
  "/": (a, b) => a / b,
  "**": (a, b) => a ** b,
  "<": (a, b) => +(a < b),
  "<=": (a, b) => +(a <= b),
  ">": (a, b) => +(a > b),
  ">=": (a, b) => +(a >= b),
  "==": (a, b) => +(a === b),
  "!=": (a, b) => +(a !== b),
  "&": (a, b) => +(a && b ? 1 : 0),
  "|": (a, b) => +(a || b ? 1 : 0),
  not: (a) => +!a,
  negative: (a) => -a,
  absolute: Math.abs,
  exp: Math.exp,
  log: Math.log,
  floor: Math.floor,
  minimum: (a, b) => Math.min(a, b),
  maximum: (a, b) => Math.max(a, b),
  where: (condition, a, b) => (condition ? a : b),
};

const ofColumns = {
  total: (column) => column.reduce((sum, x) => sum + x, 0),
  largest: (column) => Math.max(...column),
  smallest: (column) => Math.min(...column),
  cumulative: (column) => {
    let sum = 0;
    return column.map((x) => (sum += x));
  },
};

/** One operation on numbers and columns: row by row as soon as one argument is a column. */
function apply(operation, values) {
  const rows = values.find(Array.isArray)?.length;
  if (rows === undefined) return operation(...values);
  const result = new Array(rows);
  for (let row = 0; row < rows; row++) {
    result[row] = operation(...values.map((value) => (Array.isArray(value) ? value[row] : value)));
  }
  return result;
}

/** The named outputs of a recorded model. */
export function replay({ steps, outputs }, columns, sliders) {
  const results = [];
  for (const [operation, ...args] of steps) {
    if (operation === "number") results.push(Number(args[0]));
    else if (operation === "slider") results.push(sliders[args[0]]);
    else if (operation === "column") results.push(columns[args[0]]);
    else if (operation === "entry") results.push(results[args[0]][args[1]]);
    else if (operation === "stack") results.push(args.map((position) => results[position]));
    else if (operation in ofColumns) results.push(ofColumns[operation](results[args[0]]));
    else results.push(apply(plain[operation], args.map((position) => results[position])));
  }
  return Object.fromEntries(Object.entries(outputs).map(([name, position]) => [name, results[position]]));
}

/** The named outputs of a solver at a point of its grid; the last axis turns fastest. */
function pick({ axes, outputs }, sliders) {
  let point = 0;
  for (const [name, positions] of Object.entries(axes)) {
    const step = positions[1] - positions[0];
    point = point * positions.length + Math.round((sliders[name] - positions[0]) / step);
  }
  return Object.fromEntries(Object.entries(outputs).map(([name, points]) => [name, points[point]]));
}

// ---- Words and numbers --------------------------------------------------------------------------------------

/** A number with some decimals, rounded as Python rounds it: exactly, and a true half to the even side. */
function number(value, decimals, grouping = true) {
  const scale = 10 ** decimals;
  const half = Number.isInteger(value * 2 ** (decimals + 1)) && !Number.isInteger(value * 2 ** decimals);
  const rounded = half ? (2 * Math.round((value * scale) / 2)) / scale : value;
  const [whole, rest] = rounded.toFixed(decimals).replace("-", "−").split(".");
  return [grouping ? whole.replace(/\B(?=(\d{3})+$)/g, ",") : whole, ...(rest ? [rest] : [])].join(".");
}

/** A slider's value as a person reads it. */
function display(value, { unit, step, choices }) {
  if (choices.length) return choices[Math.round(value)];
  const scale = unit === "fraction" ? 100 : 1;
  const decimals = [0, 1, 2, 3, 4, 5, 6].find((d) => Math.abs(step * scale * 10 ** d - Math.round(step * scale * 10 ** d)) < 1e-9);
  const suffix = { fraction: " %", year: "", 1: "" }[unit] ?? ` ${unit}`;
  return number(value * scale, decimals ?? 7, unit !== "year") + suffix;
}

/** Python's format strings, as far as headlines use them: {x:,.1f} {x:.0%} {x:no firm|one firm|more}. */
function sentence(template, values) {
  return template.replace(/\{(\w+)(?::([^}]*))?\}/g, (_, name, format = "") => {
    const value = values[name];
    if (format.includes("|")) {
      const words = format.split("|");
      return words[Math.min(Math.max(Math.round(value), 0), words.length - 1)];
    }
    const [, grouping, decimals, kind] = /^(,?)(?:\.(\d+))?([f%]?)$/.exec(format);
    if (typeof value !== "number" || !kind) return String(value);
    return number(kind === "%" ? value * 100 : value, Number(decimals ?? 6), grouping === ",") + (kind === "%" ? "%" : "");
  });
}

// ---- The figure ---------------------------------------------------------------------------------------------

/**
 * Bring one figure to life. `vega` resolves to vega-embed; `moved` hears the values after each move.
 * Returns the figure's own object: values(), set({name: value}), rows(), draw().
 */
export function attach(figure, payload, { vega, moved = () => {}, values: start = {} }) {
  const { assumptions = [], rows: inputs = [], headline = "", spec } = payload;
  const known = Object.fromEntries(assumptions.map((assumption) => [assumption.name, assumption]));
  const defaults = Object.fromEntries(assumptions.map(({ name, value }) => [name, value]));
  const state = { ...defaults, ...start };
  const columns = Object.fromEntries(Object.keys(inputs[0] ?? {}).map((name) => [name, inputs.map((row) => row[name])]));
  const place = figure.querySelector(".drawing");
  const table = figure.querySelector("details.rows");
  let outputs, view, drawn;

  const compute = () => {
    outputs = payload.grid ? pick(payload.grid, state) : payload.model ? replay(payload.model, columns, state) : {};
  };

  const rows = () => {
    const longest = Math.max(inputs.length, ...Object.values(outputs).map((value) => (Array.isArray(value) ? value.length : 0)));
    return Array.from({ length: longest }, (_, row) => {
      const record = { ...inputs[row] };
      for (const name in outputs) record[name] = Array.isArray(outputs[name]) ? outputs[name][row] : outputs[name];
      return record;
    });
  };

  const tell = () => {
    for (const { name } of assumptions) {
      const input = figure.querySelector(`input[name="${name}"]`);
      const words = display(state[name], known[name]);
      input.value = state[name];
      input.setAttribute("aria-valuetext", words);
      figure.querySelector(`output[for="${input.id}"]`).textContent = words;
    }
    const words = sentence(headline, { ...state, ...outputs });
    figure.querySelector("figcaption.headline").textContent = words;
    place?.setAttribute("aria-label", `${payload.description}. ${words}`);
    if (table?.open) fillTable(table, rows(), figure.id);
  };

  const start_view = async () => {
    if (!spec) return;
    const embed = await vega();
    const canvas = document.createElement("div");
    canvas.className = "canvas";
    place.append(canvas); // Vega measures its container, so it must stand in the page before the picture goes
    const live = { ...spec };
    if (payload.assumptions) live.datasets = { ...spec.datasets, rows: rows() };
    if (place.clientWidth < 480) {
      const { axis, legend } = spec.config;
      live.config = { ...spec.config, axis: { ...axis, labelLimit: 110 }, legend: { ...legend, columns: 2 } };
    }
    const result = await embed(canvas, live, { actions: false, renderer: "svg", ast: true });
    place.querySelector(":scope > svg")?.remove();
    view = result.view;
    if (spec.width === "container") follow(canvas);
    if (payload.assumptions) await view.data("rows", rows()).runAsync();
  };

  /** Keep the chart as wide as its column. Vega listens to the window, which speaks before the page has settled. */
  const follow = (canvas) => {
    new ResizeObserver(() => {
      const width = canvas.clientWidth;
      if (width && width !== Math.round(view.width())) view.width(width).runAsync();
    }).observe(canvas);
  };

  /** Draw once the figure is first needed; afterwards, only what moved. */
  const draw = async () => {
    if (!drawn) drawn = start_view();
    await drawn;
    if (view && payload.assumptions) await view.data("rows", rows()).runAsync();
  };

  const set = async (changes) => {
    for (const [name, value] of Object.entries(changes)) {
      const slider = known[name];
      if (!slider) throw new RangeError(`no slider ${name}; the sliders are ${Object.keys(known).join(", ")}`);
      if (typeof value !== "number" || !(value >= slider.min && value <= slider.max)) {
        throw new RangeError(`${name} is ${value}; allowed is ${slider.min} to ${slider.max}`);
      }
    }
    for (const [name, value] of Object.entries(changes)) {
      const { min, step } = known[name];
      state[name] = Number((min + Math.round((value - min) / step) * step).toPrecision(12));
    }
    compute();
    tell();
    moved({ ...state });
    await draw();
  };

  compute();
  for (const { name } of assumptions) {
    const input = figure.querySelector(`input[name="${name}"]`);
    input.addEventListener("input", () => set({ [name]: input.valueAsNumber }));
  }
  figure.querySelector("button.reset")?.addEventListener("click", () => set(defaults));
  for (const { name, values } of payload.scenarios ?? []) {
    figure.querySelector(`button[data-scenario="${name}"]`)?.addEventListener("click", () => set({ ...defaults, ...values }));
  }
  table?.addEventListener("toggle", () => table.open && fillTable(table, rows(), figure.id));
  if (payload.assumptions) tell();
  figure.classList.add("live");
  figure.explorable = { values: () => ({ ...state }), set, rows, draw };
  return figure.explorable;
}

/** The rows as a table that can be read aloud, and as a CSV file. */
function fillTable(details, rows, name) {
  const columns = Object.keys(rows[0] ?? {});
  const cell = (kind, content) => {
    const element = document.createElement(kind);
    element.textContent = typeof content === "number" ? String(Number(content.toPrecision(6))) : (content ?? "");
    return element;
  };
  const line = (kind, contents) => {
    const row = document.createElement("tr");
    row.append(...contents.map((content) => cell(kind, content)));
    return row;
  };
  const table = document.createElement("table");
  table.append(line("th", columns), ...rows.map((row) => line("td", columns.map((column) => row[column]))));
  const quoted = (value) => (/[",\n]/.test(value) ? `"${String(value).replaceAll('"', '""')}"` : String(value ?? ""));
  const csv = [columns, ...rows.map((row) => columns.map((column) => row[column]))].map((row) => row.map(quoted).join(","));
  const link = document.createElement("a");
  link.textContent = "Download as CSV";
  link.download = `${name}.csv`;
  link.href = `data:text/csv;charset=utf-8,${encodeURIComponent(csv.join("\n") + "\n")}`;
  const scroll = document.createElement("div");
  scroll.className = "rows-scroll";
  scroll.tabIndex = 0; // a keyboard must be able to scroll it
  scroll.append(table);
  details.replaceChildren(details.querySelector("summary"), scroll, link);
}

// ---- In a notebook ------------------------------------------------------------------------------------------

/** Run a script and hand back what it defines, once for the whole page. */
function loadVega(source) {
  globalThis.bookVega ??= new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = source;
    script.onload = () => resolve(globalThis.vegaEmbed);
    script.onerror = () => reject(new Error("Vega could not be loaded"));
    document.head.append(script);
  });
  return globalThis.bookVega;
}

/** Ask the kernel for Vega: one transfer for all figures of the page. */
function vegaFromKernel(model) {
  globalThis.bookVegaSource ??= new Promise((resolve) => {
    const hear = (message, buffers) => {
      if (message.answer !== "vega") return;
      model.off("msg:custom", hear);
      resolve(URL.createObjectURL(new Blob([buffers[0]], { type: "text/javascript" })));
    };
    model.on("msg:custom", hear);
    model.send({ ask: "vega" });
  });
  return globalThis.bookVegaSource.then(loadVega);
}

function render({ model, el }) {
  el.innerHTML = model.get("markup");
  el.querySelector("button.copy-link")?.remove(); // a notebook has no address to share
  for (const control of el.querySelectorAll("input, button")) {
    control.dataset.lmSuppressShortcuts = "true"; // JupyterLab would take the arrow keys from a slider
  }
  const explorable = attach(el.querySelector("figure"), model.get("payload"), {
    vega: () => vegaFromKernel(model),
    values: model.get("values"),
    moved: (values) => {
      model.set("values", values);
      model.save_changes();
    },
  });
  model.on("change:values", () => {
    const wanted = model.get("values");
    const present = explorable.values();
    if (Object.keys(wanted).some((name) => wanted[name] !== present[name])) explorable.set(wanted);
  });
  explorable.draw();
}

// ---- In the published page ----------------------------------------------------------------------------------

/** Attach every figure of the page; Vega is fetched when the first one comes near the viewport. */
export function attachAll(root, vegaSource) {
  const near = new IntersectionObserver((entries) => {
    for (const { isIntersecting, target } of entries) {
      if (!isIntersecting) continue;
      near.unobserve(target);
      target.explorable.draw();
    }
  }, { rootMargin: "400px" });
  for (const figure of root.querySelectorAll("figure.explorable, figure.book-chart")) {
    const payload = JSON.parse(figure.querySelector('script[type="application/json"]').textContent);
    attach(figure, payload, { vega: () => loadVega(vegaSource) });
    figure.querySelector("button.copy-link")?.addEventListener("click", ({ target }) => copyLink(figure, payload, target));
    near.observe(figure);
  }
  followLink(root);
  addEventListener("hashchange", () => followLink(root));
}

/** Put the address of a figure with its present values on the clipboard. */
async function copyLink(figure, { assumptions }, button) {
  const values = figure.explorable.values();
  const moved = assumptions.filter(({ name, value }) => values[name] !== value).map(({ name }) => `${name}=${values[name]}`);
  const address = `${location.href.split("#")[0]}#${figure.id}${moved.length ? "?" : ""}${moved.join("&")}`;
  history.replaceState(null, "", address); // so that it can also be taken from the address bar
  await navigator.clipboard?.writeText(address).catch(() => {});
  button.textContent = "Link copied";
  setTimeout(() => (button.textContent = "Copy link"), 2000);
}

/** Open a link such as #explore-who-pays?scale_exponent=0.8. What the figure does not know is left out, and said. */
function followLink(root) {
  const [id, query] = decodeURIComponent(location.hash.slice(1)).split("?");
  const figure = [...root.querySelectorAll("figure.explorable")].find((one) => one.id === id);
  if (!figure) return;
  const sliders = Object.fromEntries([...figure.querySelectorAll("input[type=range]")].map((input) => [input.name, input]));
  const values = {};
  const refused = [];
  for (const [name, text] of new URLSearchParams(query ?? "")) {
    const value = text.trim() === "" ? NaN : Number(text);
    const slider = Object.hasOwn(sliders, name) ? sliders[name] : null;
    if (slider && value >= Number(slider.min) && value <= Number(slider.max)) values[name] = value;
    else refused.push(name);
  }
  figure.explorable.set(values);
  figure.scrollIntoView({ block: "center" });
  figure.querySelector(".notice")?.remove();
  if (!refused.length) return;
  const notice = document.createElement("p");
  notice.className = "notice";
  notice.setAttribute("role", "status");
  notice.textContent = `The link asks for something this figure cannot show (${refused.join(", ").slice(0, 80)}); the rest was set.`;
  figure.prepend(notice);
}

export default { render };
