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

function number(value, decimals, grouping = true) {
  return value
    .toLocaleString("en-US", {
      minimumFractionDigits: decimals,
      maximumFractionDigits: decimals,
      useGrouping: grouping,
      roundingMode: "halfEven", // as Python rounds
    })
    .replace("-", "−");
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
    const caption = figure.querySelector("figcaption.headline");
    if (caption) caption.textContent = sentence(headline, { ...state, ...outputs });
  };

  const place = figure.querySelector(".drawing");
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
    place.removeAttribute("role"); // the live chart describes itself
    place.removeAttribute("aria-label");
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
      if (!(value >= slider.min && value <= slider.max)) {
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
  if (assumptions.length) tell();
  figure.classList.add("live");
  figure.explorable = { values: () => ({ ...state }), set, rows, draw };
  return figure.explorable;
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
    near.observe(figure);
  }
}

export default { render };
