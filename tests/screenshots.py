"""Pictures of every page: ``make screenshots``, and with ``AGAINST=folder`` a report of what changed since then.

Every page is taken at the width of a phone and of a desktop, light and dark, into ``_build/screenshots/``, with a
list in ``manifest.json``. Keep a copy of the folder, change something, build, and compare.
"""

from __future__ import annotations

import argparse
import html
import json
import re
import sys
from pathlib import Path

from PIL import Image, ImageChops
from tqdm import tqdm

from tests import browser
from tests.bench import serve
from tests.conftest import ROOT, SITE

OUT = ROOT / "_build" / "screenshots"
WIDTHS, MODES = (360, 1280), ("light", "dark")
NOTICED = 24  # of 255; smaller differences of a channel come from smoothed edges
DRAWN = "() => [...document.querySelectorAll('figure.explorable')].every(f => !f.offsetParent || f.explorable)"


def take(out: Path = OUT, only: str = "") -> list[dict]:
    """Take the pictures of all pages whose address holds ``only``."""
    from playwright.sync_api import sync_playwright

    pages = sorted(path for path in SITE.rglob("*.html") if path.relative_to(SITE).parts[0] not in ("_static", "lite"))
    pages = [page for page in pages if only in page.as_posix() and page != SITE / "index.html"]
    out.mkdir(parents=True, exist_ok=True)
    taken, site = [], serve(SITE)  # from a server: the page for wrong addresses asks for its parts from the root
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=browser.path(), args=browser.ARGUMENTS)
        for width in WIDTHS:
            for mode in MODES:
                context = chromium.new_context(viewport={"width": width, "height": 900}, color_scheme=mode,
                                               reduced_motion="reduce")
                context.route(re.compile("^https://"), lambda route: route.abort())
                for path in tqdm(pages, desc=f"{width} px, {mode}"):
                    page = context.new_page()
                    address = path.relative_to(SITE).as_posix()
                    page.goto(f"{site}/{address}")
                    page.wait_for_function(DRAWN)
                    name = f"{address.removesuffix('.html').replace('/', '-')}-{width}-{mode}.png"
                    page.screenshot(path=out / name, full_page=True, animations="disabled")
                    size = Image.open(out / name).size
                    taken.append({"page": address, "width": width, "mode": mode, "file": name, "size": list(size)})
                    page.close()
                context.close()
        chromium.close()
    (out / "manifest.json").write_text(json.dumps(taken, indent=1) + "\n", encoding="utf-8")
    return taken


def difference(before: Image.Image, after: Image.Image) -> tuple[float, Image.Image | None]:
    """The share of pixels that differ, and the new picture, faded, with those in red; nothing if none does."""
    size = (max(before.width, after.width), max(before.height, after.height))
    one, other = (Image.new("RGB", size, "magenta") for _ in range(2))
    one.paste(before.convert("RGB"))
    other.paste(after.convert("RGB"))
    red, green, blue = ImageChops.difference(one, other).split()
    largest = ImageChops.lighter(ImageChops.lighter(red, green), blue)
    changed = largest.point(lambda value: 255 if value > NOTICED else 0)
    count = changed.histogram()[255]
    if not count:
        return 0.0, None
    faded = Image.blend(other, Image.new("RGB", size, "white"), 0.6)
    faded.paste((215, 25, 40), mask=changed)
    return count / (size[0] * size[1]), faded


def compare(before: Path, after: Path = OUT) -> Path:
    """Write ``difference.html`` beside the new pictures: what changed, the largest change first."""
    old, new = (json.loads((folder / "manifest.json").read_text(encoding="utf-8")) for folder in (before, after))
    old_files, new_files = ({entry["file"] for entry in entries} for entries in (old, new))
    folder = after / "difference"
    folder.mkdir(exist_ok=True)
    rows, same = [], 0
    for name in sorted(old_files & new_files):
        share, picture = difference(Image.open(before / name), Image.open(after / name))
        if picture is None:
            same += 1
            continue
        picture.save(folder / name)
        rows.append((share, name))
    parts = [f"<p>{len(rows)} pictures differ, {same} are the same.</p>"]
    for said, names in (("New", new_files - old_files), ("Gone", old_files - new_files)):
        parts += [f"<p>{said}: {html.escape(', '.join(sorted(names)))}</p>"] if names else []
    for share, name in sorted(rows, reverse=True):
        was = html.escape((before.resolve() / name).as_uri())
        parts.append(f'<h2>{html.escape(name)}: {share:.2%} of the pixels</h2><div><img src="{was}" alt="before">'
                     f'<img src="{name}" alt="after"><img src="difference/{name}" alt="changes in red"></div>')
    report = after / "difference.html"
    report.write_text(
        '<!DOCTYPE html><meta charset="utf-8"><title>What changed</title><style>body{font-family:sans-serif;margin:2em}'
        "div{display:grid;grid-template-columns:repeat(3,1fr);gap:1em;align-items:start}img{width:100%;border:1px solid"
        " #ccc}</style><h1>What changed: before, after, changes in red</h1>" + "".join(parts), encoding="utf-8",
    )
    return report


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.screenshots", description="Pictures of every page.")
    parser.add_argument("--against", type=Path, help="a folder of earlier pictures to compare with")
    parser.add_argument("--only", default="", help="only pages whose address holds this text")
    given = parser.parse_args()
    if given.against and not (given.against / "manifest.json").exists():
        sys.exit(f"--against names {given.against}, which holds no manifest.json; allowed is a folder of screenshots")
    if given.against and given.against.resolve() == OUT.resolve():
        sys.exit(f"--against names {OUT}, where the new pictures go; copy the earlier ones to another folder first")
    taken = take(only=given.only)
    print(f"{len(taken)} pictures in {OUT}")
    if given.against:
        print(f"What changed: {compare(given.against)}")


if __name__ == "__main__":
    main()
