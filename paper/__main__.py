"""The whole book as one PDF: ``python -m paper`` (or ``make pdf``) after ``make book``.

The articles of the built pages are put into one document, in the order of the contents, and Chromium prints it. What
a reader of paper cannot use (buttons, sliders, folded code) is left out, solutions go to an appendix, links between
pages become links inside the document. Chromium does not know on which page a heading will stand, so it prints twice:
the second time with the page numbers of the first.
"""

from __future__ import annotations

import argparse
import copy
import html
import io
import posixpath
import re
import shutil
import subprocess
import sys
from pathlib import Path

import yaml
from bs4 import BeautifulSoup, Tag
from pypdf import PdfReader

from tests import browser

ROOT = Path(__file__).parents[1]
SITE = ROOT / "_build" / "html"
OUT = ROOT / "_build" / "pdf" / "industrial-clusters.pdf"

LEFT_OUT = (
    "script, style, button, .headerlink, details.rows, details.hide, .buttons, .keep, nav, template, "
    ".sd-hide-title, input[type=range], .notice, [class^=live-python], .admonition.solution:empty, "
    "svg.narrow"
)


def contents(root: Path = ROOT) -> list[tuple[str, list[str]]]:
    """The parts of the book and the pages of each, as ``_toc.yml`` has them; the landing page first, without a part."""
    toc = yaml.safe_load((root / "_toc.yml").read_text(encoding="utf-8"))
    return [("", [toc["root"]])] + [
        (part["caption"], [chapter["file"] for chapter in part["chapters"]]) for part in toc["parts"]
    ]


def key(page: str, anchor: str = "") -> str:
    """The id that a page, or an anchor on it, has in the printed document."""
    return page.replace("/", "-") + (f"--{anchor}" if anchor else "")


def rewritten(href: str, page: str, pages: set[str]) -> str:
    """Where a link of a page leads in the printed document; nothing if its target is not printed."""
    if re.match(r"[a-z][a-z0-9+.-]*:", href):
        return href
    path, _, anchor = href.partition("#")
    anchor = anchor.partition("?")[0]
    target = posixpath.normpath(posixpath.join(posixpath.dirname(page), path)) if path else f"{page}.html"
    name = target.removesuffix(".html")
    return f"#{key(name, anchor)}" if name in pages and target.endswith(".html") else ""


def article(page: str, pages: set[str], site: Path = SITE) -> Tag:
    """The content of a built page, ready to stand in the printed document."""
    soup = BeautifulSoup((site / f"{page}.html").read_text(encoding="utf-8"), "html.parser")
    found = soup.select_one("article.bd-article")
    for extra in found.select(LEFT_OUT):
        extra.decompose()
    for number, svg in enumerate(found.find_all("svg")):  # pictures may share names of their parts
        text = re.sub(r'(\bid="|url\(#|href="#)', rf"\1{key(page)}-{number}-", str(svg))
        svg.replace_with(BeautifulSoup(text, "html.parser"))
    for tag in found.find_all(id=True):
        if not tag.find_parent("svg"):
            tag["id"] = key(page, tag["id"])
    for link in found.find_all("a", href=True):
        if link.find_parent("svg"):
            continue
        if to := rewritten(link["href"], page, pages):
            link["href"] = to
        else:
            link.unwrap()
    for image in found.find_all("img", src=True):
        image["src"] = (site / posixpath.dirname(page) / image["src"]).resolve().as_uri()
    for folded in found.find_all("details"):
        folded["open"] = ""
    for choice in found.select("input[type=radio], input[type=checkbox]"):
        choice.replace_with("☐ ")
    found.name = "section"
    found["id"], found["class"] = key(page), ["page"]
    return found


def without_solutions(found: Tag) -> list[Tag]:
    """Take the solutions and the answers to quick questions out; each leaves a line that says where it stands."""
    taken = []
    for number, part in enumerate(found.select("div.solution, form.quiz")):
        kept = answer(part, f"{found['id']}-question-{number}") if part.name == "form" else solution(part)
        words = "Answer" if part.name == "form" else "Solution"
        pointer = BeautifulSoup(f'<p class="where">{to_page(kept["id"], words)}</p>', "html.parser")
        if part.name == "form":
            part.insert_after(pointer)
        else:
            part.replace_with(pointer)
        taken.append(kept)
    return taken


def solution(part: Tag) -> Tag:
    """A solution under the name of its exercise, as it stands at the end."""
    exercise = part.find_previous("div", class_="exercise")
    kept = copy.copy(part)
    kept["class"] = ["solution"]
    if title := kept.select_one(".admonition-title"):
        title.decompose()
    words = heading(exercise.select_one(".admonition-title"))
    kept.insert(0, BeautifulSoup(f'<h3><a href="#{exercise["id"]}">{words}</a></h3>', "html.parser"))
    return kept


def answer(question: Tag, name: str) -> Tag:
    """The reasons of a quick question, option by option, under the question; they go from where it is asked."""
    question["id"] = name
    reasons = question.select_one("[role=status]").extract()
    rows = zip(question.select("label"), reasons.select("p"), strict=True)
    lines = "".join(f"<li><em>{heading(option).removeprefix('☐').strip()}</em> {reason.decode_contents()}</li>"
                    for option, reason in rows)
    title = f'<h3><a href="#{name}">Question: {heading(question.legend)}</a></h3>'
    return BeautifulSoup(f'<div class="answer" id="{name}-answer">{title}<ul>{lines}</ul></div>', "html.parser").div


def to_page(target: str, words: str) -> str:
    return (f'<a href="#{target}"><span class="words">{words}</span> '
            f'<span class="number" data-page-of="{target}">000</span></a>')


def heading(tag: Tag) -> str:
    """The words of a heading."""
    return html.escape(" ".join(tag.get_text().split()))


def document(site: Path = SITE, root: Path = ROOT) -> str:
    """The whole book as one HTML document, with ``000`` in the place of each page number."""
    pages = {page for _, part in contents(root) for page in part}
    body, entries, solved = [], [], []
    for caption, part in contents(root):
        if caption:
            entries.append(f'<p class="part">{html.escape(caption)}</p>')
        for page in part:
            found = article(page, pages, site)
            if solutions := without_solutions(found):
                solved.append((heading(found.h1), key(page), solutions))
            entries.append(f'<p class="chapter">{to_page(found["id"], heading(found.h1))}</p>')
            if page.startswith("chapters/"):
                entries += [
                    f'<p class="section">{to_page(section["id"], heading(section.h2))}</p>'
                    for section in found.select("section[id]") if section.find("h2", recursive=False)
                ]
            body.append(str(found))
    if solved:
        entries.append(f'<p class="chapter">{to_page("solutions", "Solutions")}</p>')
        body.append('<section class="page" id="solutions"><h1>Solutions</h1>')
        for title, name, solutions in solved:
            body.append(f'<h2 id="solutions-{name}">{title}</h2>' + "".join(map(str, solutions)))
        body.append("</section>")
    config = yaml.safe_load((root / "_config.yml").read_text(encoding="utf-8"))
    title = html.escape(config["title"])
    sheets = (site / "_static/pygments.css", site / "_static/book/explore.css", Path(__file__).with_name("paper.css"))
    styles = "".join(f"<style>{path.read_text(encoding='utf-8')}</style>" for path in sheets)
    mark = (root / "_static" / "mark.svg").read_text(encoding="utf-8")
    return (
        f'<!DOCTYPE html><html lang="en" data-theme="light"><head><meta charset="utf-8"><title>{title}</title>{styles}'
        f'</head><body><section class="cover">{mark}<p class="title">{title}</p>'
        f'<p>{html.escape(config["author"])}, {html.escape(str(config["copyright"]))}</p>'
        "<p>Printed from the online book. There the figures move; here they stand at their default values, and the "
        "code that draws them is left out. Text and figures: CC BY 4.0. Code: MIT.</p></section>"
        f'<section class="contents"><p class="title">Contents</p>{"".join(entries)}</section>'
        f'{"".join(body)}</body></html>'
    )


def numbered(text: str, places: dict[str, int]) -> str:
    """The document with the page of each target in its place."""
    return re.sub(r'(data-page-of="([^"]+)">)\d+', lambda found: f"{found[1]}{places[html.unescape(found[2])]}", text)


def places(pdf: bytes) -> dict[str, int]:
    """The page, from 1, of each id that something links to."""
    reader = PdfReader(io.BytesIO(pdf))
    return {
        name.removeprefix("/"): reader.get_destination_page_number(target) + 1
        for name, target in reader.named_destinations.items()
    }


def japanese_font() -> bool:
    """Whether the machine can draw Japanese; taken for granted where it cannot be asked."""
    if not (asked := shutil.which("fc-list")):
        return True
    return bool(subprocess.run([asked, ":lang=ja"], capture_output=True, text=True, check=False).stdout.strip())


def write(out: Path = OUT) -> Path:
    """Print the built book."""
    from playwright.sync_api import sync_playwright

    if not (SITE / "index.html").exists():
        sys.exit("The book is not built: run `make book` first.")
    if not japanese_font():
        print("No Japanese font is installed: Japanese terms will be empty boxes. Debian: apt install fonts-noto-cjk")
    out.parent.mkdir(parents=True, exist_ok=True)
    source = out.with_suffix(".html")
    text = document()
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=browser.path(), args=browser.ARGUMENTS)
        page = chromium.new_page(java_script_enabled=False, color_scheme="light")
        page.route(re.compile("^https?:"), lambda route: route.abort())

        def printed(of: str) -> bytes:
            source.write_text(of, encoding="utf-8")
            page.goto(source.as_uri())
            return page.pdf(prefer_css_page_size=True, print_background=True, outline=True, tagged=True)

        found = places(printed(text))
        out.write_bytes(printed(numbered(text, found)))
        chromium.close()
    source.unlink()
    return out


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m paper", description="Print the built book as one PDF.")
    parser.add_argument("--out", type=Path, default=OUT, help="the file to write (default: %(default)s)")
    out = write(parser.parse_args().out)
    print(f"{out} ({len(PdfReader(out).pages)} pages, {out.stat().st_size / 1e6:.1f} MB)")


if __name__ == "__main__":
    main()
