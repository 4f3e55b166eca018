// Turn the slides: arrow keys, Home, End, the two buttons, or a link such as #5 or #explore-NAME?assumption=0.5.

const slides = [...document.querySelectorAll(".slide")];
const place = document.querySelector("nav .place");
let current = 0;

/** Whether the slide on show is higher or wider than the screen. */
function overflows() {
  const slide = slides[current];
  const content = slide.querySelector(".content");
  const { paddingTop, paddingBottom } = getComputedStyle(slide);
  const height = slide.clientHeight - Number.parseFloat(paddingTop) - Number.parseFloat(paddingBottom);
  return content.getBoundingClientRect().height > height + 1 || content.scrollWidth > content.clientWidth + 1;
}

/** Make the slide on show as large as the screen allows; a chart follows its column and keeps its height. */
function fit() {
  const slide = slides[current];
  const usual = Math.max(0.5, Math.min(slide.clientWidth / 1100, slide.clientHeight / 600));
  slide.querySelector(".content").style.zoom = slide.classList.contains("figure") ? 1.5 * usual : usual;
  shrink();
}

function shrink() {
  const { style } = slides[current].querySelector(".content");
  while (overflows() && style.zoom > 0.4) style.zoom -= 0.05;
}

function show(number) {
  current = Math.min(Math.max(number, 0), slides.length - 1);
  slides.forEach((slide, i) => slide.classList.toggle("shown", i === current));
  place.textContent = `${current + 1} of ${slides.length}`;
  for (const figure of slides[current].querySelectorAll("figure.explorable, figure.book-chart")) {
    figure.explorable?.draw();
  }
  fit();
}

function go(number) {
  document.activeElement?.blur();
  show(number);
  history.replaceState(null, "", `#${current + 1}`);
}

/** The slide an address asks for: its number, or the figure on it. */
function follow() {
  const wanted = decodeURIComponent(location.hash.slice(1).split("?")[0]);
  const holding = slides.findIndex((slide) => wanted && slide.querySelector(`#${CSS.escape(wanted)}`));
  show(holding >= 0 ? holding : (Number.parseInt(wanted, 10) || current + 1) - 1);
}

const keys = {
  ArrowRight: () => go(current + 1),
  ArrowDown: () => go(current + 1),
  PageDown: () => go(current + 1),
  ArrowLeft: () => go(current - 1),
  ArrowUp: () => go(current - 1),
  PageUp: () => go(current - 1),
  Home: () => go(0),
  End: () => go(slides.length - 1),
};

addEventListener("keydown", (event) => {
  if (event.key === "Escape") document.activeElement?.blur();
  if (event.ctrlKey || event.altKey || event.metaKey || !Object.hasOwn(keys, event.key)) return;
  if (event.target.matches("input, select, textarea") && !event.key.startsWith("Page")) return; // a slider's own keys
  event.preventDefault();
  keys[event.key]();
});
document.querySelector("nav .back").addEventListener("click", () => go(current - 1));
document.querySelector("nav .on").addEventListener("click", () => go(current + 1));
addEventListener("hashchange", follow);
addEventListener("resize", fit);
const settled = new ResizeObserver(shrink); // charts take their place after the slide is shown
for (const slide of slides) settled.observe(slide.querySelector(".content"));
document.documentElement.classList.add("paged");
addEventListener("DOMContentLoaded", follow); // after the figures have come to life
