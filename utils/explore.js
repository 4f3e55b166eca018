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

const at = (value, row) => (Array.isArray(value) ? value[row] : value);

/** One operation on numbers and columns: row by row as soon as one argument is a column. */
function apply(operation, [a, b, c]) {
  const rows = [a, b, c].find(Array.isArray)?.length;
  if (rows === undefined) return operation(a, b, c);
  const result = new Array(rows); // no list is made for a row: this loop runs 100,000 times in a step of a slider
  for (let row = 0; row < rows; row++) result[row] = operation(at(a, row), at(b, row), at(c, row));
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

/** The nearest whole number; a half goes to the even side, as in Python. */
const whole = (value) => (Math.abs(value % 1) === 0.5 ? 2 * Math.round(value / 2) : Math.round(value));

/** A slider's value as a person reads it. */
function display(value, { unit, step, choices }) {
  if (choices.length) return choices[whole(value)];
  const scale = unit === "fraction" ? 100 : 1;
  const decimals = [0, 1, 2, 3, 4, 5, 6].find((d) => Math.abs(step * scale * 10 ** d - Math.round(step * scale * 10 ** d)) < 1e-9);
  const suffix = { fraction: " %", year: "", 1: "" }[unit] ?? ` ${unit}`;
  const shown = number(value * scale, decimals ?? 7, unit !== "year");
  return shown + (shown === "1" ? suffix.replace(/^( [a-z]{3,})s$/, "$1") : suffix); // 1 year, 2 years
}

/** Python's format strings, as far as headlines use them: {x:,.1f} {x:.0%} {x:no firm|one firm|more}. */
function sentence(template, values) {
  return template.replace(/\{(\w+)(?::([^}]*))?\}/g, (_, name, format = "") => {
    const value = values[name];
    if (format.includes("|")) {
      const words = format.split("|");
      return words[Math.min(Math.max(whole(value), 0), words.length - 1)];
    }
    const [, grouping, decimals, kind] = /^(,?)(?:\.(\d+))?([f%]?)$/.exec(format);
    if (typeof value !== "number" || !kind) return String(value);
    return number(kind === "%" ? value * 100 : value, Number(decimals ?? 6), grouping === ",") + (kind === "%" ? "%" : "");
  });
}

// ---- The figure ---------------------------------------------------------------------------------------------

/**
 * Bring one figure to life. `vega` resolves to vega-embed; `moved` hears the values after each move; `look` is the
 * configuration of a chart that brings none; `address` says where the figure stands, for pictures to keep.
 * Returns the figure's own object: values(), set({name: value}), rows(), draw(), stop().
 */
export function attach(figure, payload, { vega, moved = () => {}, values: start = {}, look = {}, address = () => "" }) {
  const { assumptions = [], rows: inputs = [], headline = "", spec } = payload;
  const known = Object.fromEntries(assumptions.map((assumption) => [assumption.name, assumption]));
  const defaults = Object.fromEntries(assumptions.map(({ name, value }) => [name, value]));
  const state = { ...defaults, ...start };
  const columns = Object.fromEntries(Object.keys(inputs[0] ?? {}).map((name) => [name, inputs.map((row) => row[name])]));
  const place = figure.querySelector(".drawing");
  const details = figure.querySelector("details.rows");
  const caption = figure.querySelector("figcaption.headline");
  let outputs, view, drawn, width, calm;

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
    if (caption.textContent !== words) hush();
    caption.textContent = words;
    place?.setAttribute("aria-label", `${payload.description}. ${words}`);
    if (details?.open) fill();
  };

  /** While a slider is dragged the sentence changes many times a second; it is read aloud once it rests. */
  const hush = () => {
    caption.setAttribute("aria-busy", "true");
    clearTimeout(calm);
    calm = setTimeout(() => caption.removeAttribute("aria-busy"), 600);
  };

  const fill = () => {
    const pictures = place ? ["PNG", "SVG"].map((kind) => action(`Picture as ${kind}`, () => keep(kind))) : [];
    const table = payload.assumptions ? tableOf(rows(), figure.id) : [];
    details.replaceChildren(details.querySelector("summary"), ...table, ...pictures);
  };

  const keep = async (kind) => {
    await draw();
    const words = [
      caption?.textContent,
      assumptions.map((assumption) => `${assumption.label}: ${display(state[assumption.name], assumption)}`).join("; "),
      figure.parentElement.closest("figure")?.querySelector(":scope > figcaption")?.innerText.replace(/\s*#?$/, ""),
      sourcesOf(figure),
      address(),
    ];
    const titles = figure.querySelector(".chart-title")?.cloneNode(true);
    const small = titles?.querySelector("small");
    small?.remove();
    const chart = view ? await view.toSVG() : place.querySelector("svg").outerHTML;
    const picture = portrait(chart, titles?.textContent.trim(), [small?.textContent.trim()], words);
    const name = figure.id || figure.closest("[id]")?.id || "figure";
    const blob = new Blob([picture], { type: "image/svg+xml" });
    save(`${name}.${kind.toLowerCase()}`, kind === "PNG" ? await bitmap(blob) : blob);
  };

  const start_view = async () => {
    if (!spec) return;
    const embed = await vega();
    const canvas = document.createElement("div");
    canvas.className = "canvas";
    place.append(canvas); // Vega measures its container, so it must stand in the page before the picture goes
    const live = { ...spec, config: spec.config ?? look };
    if (payload.assumptions) live.datasets = { ...spec.datasets, rows: rows() };
    if (place.clientWidth < 480) {
      const { axis, legend } = live.config;
      live.config = { ...live.config, axis: { ...axis, labelLimit: 110 }, legend: { ...legend, columns: 2 } };
    }
    const result = await embed(canvas, live, { actions: false, renderer: "svg", ast: true });
    for (const picture of place.querySelectorAll(":scope > svg")) picture.remove();
    canvas.querySelector("svg").setAttribute("aria-hidden", "true"); // one image with one description: the place itself
    if (place.querySelector(".vega-bindings *")) place.setAttribute("role", "group"); // an image holds no buttons
    view = result.view;
    if (spec.width === "container") follow(canvas);
    if (payload.assumptions) await view.data("rows", rows()).runAsync();
  };

  /** Keep the chart as wide as its column. Vega listens to the window, which speaks before the page has settled. */
  const follow = (canvas) => {
    width = new ResizeObserver(() => {
      const wanted = canvas.clientWidth;
      if (wanted && wanted !== Math.round(view.width())) view.width(wanted).runAsync();
    });
    width.observe(canvas);
  };

  /** Draw once the figure is first needed; afterwards, only what moved. */
  const draw = async () => {
    if (!drawn) drawn = start_view();
    try {
      await drawn;
      figure.querySelector(".notice.unloaded")?.remove();
    } catch (error) {
      drawn = undefined; // the next move tries again
      say(figure, "The live chart could not be loaded; the picture shows the default values.", "unloaded");
      console.warn(error);
    }
    if (view && payload.assumptions) await view.data("rows", rows()).runAsync();
  };

  const set = async (changes) => {
    for (const [name, value] of Object.entries(changes)) {
      const slider = Object.hasOwn(known, name) ? known[name] : null;
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
  details?.addEventListener("toggle", () => details.open && fill());
  if (payload.assumptions) tell();
  figure.classList.add("live");
  const stop = () => {
    width?.disconnect();
    view?.finalize();
  };
  figure.explorable = { values: () => ({ ...state }), set, rows, draw, stop };
  return figure.explorable;
}

/** A message at the top of a figure, in place of an earlier one. */
function say(figure, words, kind = "") {
  figure.querySelector(".notice")?.remove();
  const notice = document.createElement("p");
  notice.className = `notice ${kind}`;
  notice.setAttribute("role", "status");
  notice.textContent = words;
  figure.prepend(notice);
}

function action(words, run) {
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = words;
  button.addEventListener("click", run);
  return button;
}

// ---- What a reader can take away ----------------------------------------------------------------------------

/** The rows as a table that can be read aloud, and as a CSV file. */
function tableOf(rows, name) {
  const columns = Object.keys(rows[0] ?? {});
  const cell = (kind, content) => {
    const element = document.createElement(kind);
    element.textContent = typeof content === "number" ? String(Number(content.toPrecision(6))) : (content ?? "");
    if (/[\u3040-\u30ff\u3400-\u9fff]/.test(element.textContent)) element.lang = "ja";
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
  scroll.setAttribute("role", "group");
  scroll.setAttribute("aria-label", "Rows of the figure");
  scroll.append(table);
  return [scroll, link];
}

/** The sources of a figure's assumptions, each once, as its sliders name them. */
function sourcesOf(figure) {
  const names = new Set([...figure.querySelectorAll(".source cite")].map((cite) => cite.textContent));
  return names.size ? `Sources of assumptions: ${[...names].join("; ")}; others are chosen for teaching.` : "";
}

const INK = "#1d2730";
const FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', 'Noto Sans', sans-serif";

/** Text broken into lines that fit a width. */
function lines(text, font, width) {
  const pen = document.createElement("canvas").getContext("2d");
  pen.font = font;
  const result = [""];
  for (const word of text.split(/\s+/)) {
    const longer = `${result.at(-1)} ${word}`.trim();
    if (pen.measureText(longer).width <= width) result[result.length - 1] = longer;
    else result.push(word);
  }
  return result.filter(Boolean);
}

/** One SVG picture with the title, the chart and, below it, what it says and where it comes from. */
function portrait(chart, title, subtitles, words) {
  const drawing = new DOMParser().parseFromString(chart, "image/svg+xml").documentElement;
  const [wide, tall] = ["width", "height"].map((side) => Number(drawing.getAttribute(side)));
  const margin = 16;
  const width = Math.max(wide, 360);
  const root = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const add = (kind, attributes) => {
    const element = document.createElementNS(root.namespaceURI, kind);
    for (const name in attributes) element.setAttribute(name, attributes[name]);
    root.append(element);
    return element;
  };
  const paper = add("rect", { width: "100%", height: "100%", fill: "#ffffff" });
  let y = margin;
  const write = (text, size, weight = 400) => {
    for (const line of text ? lines(text, `${weight} ${size}px ${FONT}`, width) : []) {
      y += size * 1.4;
      add("text", { x: margin, y, "font-size": size, "font-weight": weight, fill: INK }).textContent = line;
    }
  };
  write(title, 16, 600);
  subtitles.forEach((text) => write(text, 13));
  y += margin / 2;
  drawing.setAttribute("x", margin);
  drawing.setAttribute("y", y);
  root.append(drawing);
  y += tall + margin / 2;
  words.forEach((text, place) => write(text, place ? 11 : 13, place ? 400 : 600));
  const size = { width: width + 2 * margin, height: Math.ceil(y + margin) };
  for (const side in size) {
    root.setAttribute(side, size[side]);
    paper.setAttribute(side, size[side]);
  }
  root.setAttribute("viewBox", `0 0 ${size.width} ${size.height}`);
  root.setAttribute("font-family", FONT);
  root.setAttribute("color", INK); // what was drawn in the colour of the page's text
  return new XMLSerializer().serializeToString(root);
}

/** The picture in dots, two for each pixel. */
async function bitmap(svg) {
  const image = new Image();
  image.src = URL.createObjectURL(svg);
  await image.decode();
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [image.width * 2, image.height * 2];
  canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
  URL.revokeObjectURL(image.src);
  return new Promise((resolve) => canvas.toBlob(resolve, "image/png"));
}

function save(name, blob) {
  const link = document.createElement("a");
  link.download = name;
  link.href = URL.createObjectURL(blob);
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

// ---- In a notebook ------------------------------------------------------------------------------------------

/** Run a script and hand back what it defines, once for the whole page. */
function loadVega(source) {
  globalThis.bookVega ??= new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = source;
    script.onload = () => resolve(globalThis.vegaEmbed);
    script.onerror = () => {
      globalThis.bookVega = undefined;
      reject(new Error("Vega could not be loaded"));
    };
    document.head.append(script);
  });
  return globalThis.bookVega;
}

/** Ask the kernel for Vega: one transfer for all figures of the page. */
async function vegaFromKernel(model) {
  const asked = globalThis.bookVegaSource;
  const source = (globalThis.bookVegaSource ??= askKernel(model));
  try {
    return await loadVega(await source);
  } catch (error) {
    if (globalThis.bookVegaSource === source) globalThis.bookVegaSource = undefined;
    if (asked) return vegaFromKernel(model); // another figure asked, and its kernel is gone: ask our own
    throw error;
  }
}

function askKernel(model, patience = 60_000) {
  return new Promise((resolve, reject) => {
    const hear = (message, buffers) => {
      if (message.answer !== "vega") return;
      end();
      resolve(URL.createObjectURL(new Blob([buffers[0]], { type: "text/javascript" })));
    };
    const end = () => {
      clearTimeout(clock);
      model.off("msg:custom", hear);
    };
    const clock = setTimeout(() => {
      end();
      reject(new Error("the kernel did not answer"));
    }, patience);
    model.on("msg:custom", hear);
    model.send({ ask: "vega" });
  });
}

function render({ model, el }) {
  el.innerHTML = model.get("markup");
  el.querySelector("button.copy-link")?.remove(); // a notebook has no address to share
  for (const link of el.querySelectorAll(".source a")) link.remove(); // the appendices are pages of the book
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
  const follow = () => {
    const wanted = model.get("values");
    const present = explorable.values();
    if (Object.keys(wanted).some((name) => wanted[name] !== present[name])) explorable.set(wanted);
  };
  model.on("change:values", follow);
  explorable.draw();
  return () => {
    model.off("change:values", follow);
    explorable.stop();
  };
}

// ---- In the published page ----------------------------------------------------------------------------------

/** Attach every figure of the page; Vega is fetched when the first one comes near the viewport. `look` is for all. */
export function attachAll(root, vegaSource, look) {
  const near = new IntersectionObserver((entries) => {
    for (const { isIntersecting, target } of entries) {
      if (!isIntersecting) continue;
      near.unobserve(target);
      target.explorable.draw();
    }
  }, { rootMargin: "400px" });
  for (const figure of root.querySelectorAll("figure.explorable, figure.book-chart")) {
    const payload = JSON.parse(figure.querySelector('script[type="application/json"]').textContent);
    try {
      const address = () => `${document.title}, ${addressOf(figure, payload)}`;
      attach(figure, payload, { vega: () => loadVega(vegaSource), look, address });
    } catch (error) {
      console.error(figure.id, error); // one figure that fails must not stop the others
      continue;
    }
    figure.querySelector("button.copy-link")?.addEventListener("click", ({ target }) => copyLink(figure, payload, target));
    near.observe(figure);
  }
  followLink(root);
  addEventListener("hashchange", () => followLink(root));
}

/** The address of a figure with its present values. */
function addressOf(figure, { assumptions = [] }) {
  const values = figure.explorable.values();
  const moved = assumptions.filter(({ name, value }) => values[name] !== value).map(({ name }) => `${name}=${values[name]}`);
  return `${location.href.split("#")[0]}${figure.id && "#"}${figure.id}${moved.length ? "?" : ""}${moved.join("&")}`;
}

/** Put it on the clipboard. */
async function copyLink(figure, payload, button) {
  const address = addressOf(figure, payload);
  history.replaceState(null, "", address); // so that it can also be taken from the address bar
  await navigator.clipboard?.writeText(address).catch(() => {});
  button.textContent = "Link copied";
  setTimeout(() => (button.textContent = "Copy link"), 2000);
}

/** Open a link such as #explore-who-pays?scale_exponent=0.8. What the figure does not know is left out, and said. */
function followLink(root) {
  const [id, query] = location.hash.slice(1).split("?");
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
  say(figure, `The link asks for something this figure cannot show (${refused.join(", ").slice(0, 80)}); the rest was set.`);
}

export default { render };
