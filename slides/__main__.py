"""Slides of a chapter: ``python -m slides 02`` (or ``make slides CHAPTER=02``) after ``make book``.

A slide deck is a choice from the built page, never a second text: the title, what one will be able to do, the first
words of every section, each guess, each figure with its sliders alive, what to notice, the quick questions, the
questions to discuss and the summary. The folder ``_build/slides`` needs no network and no server.
"""

from __future__ import annotations

import argparse
import copy
import html
import re
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

from bs4 import BeautifulSoup, Tag

ROOT = Path(__file__).parents[1]
SITE = ROOT / "_build" / "html"
OUT = ROOT / "_build" / "slides"
HERE = Path(__file__).parent
SHORT = 25  # words; a paragraph with fewer is shown together with the next

PAGE = """<!DOCTYPE html>
<html lang="{lang}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<link rel="stylesheet" href="book/explore.css">
<link rel="stylesheet" href="book/slides.css">
<script defer src="book/explore.js"></script>
<script defer src="book/slides.js"></script>
</head>
<body>
<main>
{slides}
</main>
<nav aria-label="Slides"><button type="button" class="back" aria-label="Back">←</button>
<span class="place" role="status"></span>
<button type="button" class="on" aria-label="On">→</button></nav>
</body>
</html>
"""


class Slide:
    """What is shown at once: a kind (for the style), the section it belongs to, and pieces of the page."""

    def __init__(self, kind: str, heading: str, *pieces: Tag) -> None:
        self.kind, self.heading, self.pieces = kind, heading, [_for_a_slide(piece) for piece in pieces]

    def html(self) -> str:
        level = "h1" if self.kind == "title" else "h2"
        body = "\n".join(str(piece) for piece in self.pieces)
        heading = f"<{level}>{html.escape(self.heading)}</{level}>"
        return f'<section class="slide {self.kind}"><div class="content">\n{heading}\n{body}\n</div></section>'


def _for_a_slide(piece: Tag) -> Tag:
    """A copy without links into the book, which is not there beside the slides."""
    piece = copy.copy(piece)
    for extra in piece.select(".headerlink, .caption-number, details.rows"):
        extra.decompose()
    for link in piece.find_all("a", href=True):
        if "claims.html#" in link["href"]:  # a claim's id in the text: (L-17)
            link.name = "small"
            link.attrs = {}
        elif not link["href"].startswith(("http:", "https:")):
            link.unwrap()
    return piece


def _text(tag: Tag) -> str:
    copied = copy.copy(tag)
    for extra in copied.select(".headerlink, .section-number"):
        extra.decompose()
    return " ".join(copied.get_text().split())


def _is_guess(tag: Tag) -> bool:
    strong = tag.find("strong")
    return tag.name == "p" and bool(strong) and "guess" in strong.get_text().lower()


def slides(article: Tag) -> Iterator[Slide]:
    """The slides of one page of the book."""
    chapter = article.find("section")
    title = _text(chapter.find("h1"))
    hook = chapter.find("p", recursive=False)
    yield Slide("title", title, hook)
    if outcomes := chapter.find("ol", recursive=False):
        yield Slide("points", "You will be able to", outcomes)
    for section in chapter.find_all("section", recursive=False):
        heading = _text(section.find("h2"))
        if section.get("id") != "further-reading":
            yield from _of_section(section, heading)


def _of_section(section: Tag, heading: str) -> Iterator[Slide]:
    is_summary = section.get("id") == "summary"
    wanted: Tag | None = section  # what the next paragraph belongs to: the heading, a figure, a short first paragraph
    for piece in section.find_all(True, recursive=False):
        classes = piece.get("class", [])
        if _is_guess(piece):
            yield Slide("question", heading, piece)
            wanted = None
        elif piece.name == "p" and (wanted or is_summary) and not _leads_to_formula(piece):
            short = [wanted] if wanted and wanted.name == "p" else []
            wanted = piece if len(piece.get_text().split()) < SHORT and not short else None
            if not (wanted and _follower(piece).name == "p"):
                yield Slide("text", heading, *short, piece)
        elif piece.name in ("ul", "ol") and is_summary:
            yield Slide("points", heading, piece)
        elif "math-block" in classes:
            before, after = piece.find_previous_sibling(), _follower(piece)
            spoken_on = after.name == "p" and after.get_text()[:1].islower()
            yield Slide("text", heading, *([before] if _leads_to_formula(before) else []), piece,
                        *([after] if spoken_on else []))
            wanted = None
        elif "exercise" in classes:
            statement = piece.select_one("#exercise-content > p")
            if statement and "discuss)" in statement.get_text():
                yield Slide("question", heading, statement)
        elif "solution" in classes:
            continue
        elif question := piece.select_one("form.quiz"):
            yield Slide("quick question", heading, question, *question.parent.select("style, script"))
        elif figure := piece.select_one("figure.explorable, figure.book-chart"):
            outer = figure.find_parent("figure")
            caption = outer.find("figcaption", recursive=False) if outer else None
            yield Slide("figure", heading, figure, *([caption] if caption else []))
            wanted = section


def _follower(piece: Tag) -> Tag:
    return piece.find_next_sibling() or piece.parent


def _leads_to_formula(piece: Tag) -> bool:
    return piece.name == "p" and not _is_guess(piece) and "math-block" in _follower(piece).get("class", [])


def deck(page: Path) -> str:
    """The HTML of the slides of one built page."""
    soup = BeautifulSoup(page.read_text(encoding="utf-8"), "html.parser")
    made = slides(soup.find("article"))
    title = html.escape(soup.title.get_text())
    return PAGE.format(lang=soup.html["lang"], title=title, slides="\n".join(slide.html() for slide in made))


def write(chapter: str = "", site: Path = SITE, out: Path = OUT) -> list[Path]:
    """Write the decks of the chapters whose file name begins with ``chapter``; return their paths."""
    built = sorted((site / "chapters").glob("*.html"))
    pages = [page for page in built if page.name.startswith(chapter)]
    if not built:
        raise FileNotFoundError(f"there are no chapters in {site}: run `make book` first")
    if not pages:
        raise ValueError(f"chapter {chapter!r} is not in the book; allowed are {', '.join(p.name[:2] for p in built)}")
    assets = out / "book"
    assets.mkdir(parents=True, exist_ok=True)
    for name in ("explore.js", "explore.css", "vega.js"):
        shutil.copy(site / "_static" / "book" / name, assets / name)
    for name in ("slides.js", "slides.css"):
        shutil.copy(HERE / name, assets / name)
    written = [out / page.name for page in pages]
    for page, path in zip(pages, written, strict=True):
        path.write_text(_with_its_files(deck(page), page, assets), encoding="utf-8")
    return written


def _with_its_files(deck: str, page: Path, assets: Path) -> str:
    """Copy what the pieces of a page load from the book, such as a quick question's script, and name the copy."""

    def beside(found: re.Match) -> str:
        source = page.parent / found[2]
        shutil.copy(source, assets / source.name)
        return f'{found[1]}="{assets.name}/{source.name}"'

    return re.sub(r'\b(src|href)="((?:\.\./)+_static/[^"?#]+)[^"]*"', beside, deck)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m slides", description="Slides of a chapter, from the built book.")
    parser.add_argument("chapter", nargs="?", default="", help="such as 02; all chapters without it")
    try:
        for path in write(parser.parse_args().chapter):
            print(f"Open {path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path}")
    except (FileNotFoundError, ValueError) as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
