// "Run Python here": a button under a chapter's imports and under each exercise. The first click puts one Python into
// the page, from the site's own JupyterLite; a later click elsewhere brings the same one there. Nothing is fetched before.
(() => {
  const { site, code } = document.currentScript.dataset;
  const places = document.querySelectorAll(".live-python-start");
  if (!location.protocol.startsWith("http")) {   // opened from a folder: the browser would not start it
    for (const place of places) place.hidden = true;
    return;
  }

  const buttons = [];
  let panel = null;

  function element(tag, properties, ...children) {
    const made = Object.assign(document.createElement(tag), properties);
    made.append(...children);
    return made;
  }

  function start() {
    const dark = document.documentElement.dataset.theme === "dark";
    const query = new URLSearchParams({ kernel: "python", toolbar: 1, showBanner: 0, code });
    if (dark) query.set("theme", "JupyterLab Dark");
    const stop = element("button", { type: "button", textContent: "Close Python" });
    stop.addEventListener("click", close);
    return element("section", { className: "live-python" },
      element("iframe", { title: "Python for this chapter", src: `${site}?${query}` }),
      element("p", {}, "Python takes some seconds to start, with what this chapter imports. ",
        "Type code and press Shift+Enter. ", stop));
  }

  function run(event) {
    const place = event.currentTarget.parentElement;
    if (!panel) {
      panel = start();
      place.after(panel);
    } else if (place.parentElement.moveBefore) {
      place.parentElement.moveBefore(panel, place.nextSibling);   // moved without losing what was computed
    }
    label();
    panel.scrollIntoView({ block: "nearest" });
    panel.querySelector("iframe").focus();
  }

  function close() {
    const button = panel.previousElementSibling.querySelector("button");
    panel.remove();
    panel = null;
    label();
    button.focus();
  }

  function label() {
    for (const { button, note, place } of buttons) {
      button.textContent = panel ? "Bring Python here" : "Run Python here";
      note.hidden = Boolean(panel);
      place.hidden = panel?.previousElementSibling === place;
    }
  }

  function offer(place) {
    const button = place.querySelector("button");
    const note = place.querySelector("span");
    button.addEventListener("click", run);
    buttons.push({ button, note, place });
  }

  for (const place of places) offer(place);
  label();
})();
