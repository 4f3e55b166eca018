"""A quick question with reasons: one object for the notebook, the page, Moodle and Canvas.

``quiz("q-01-largest")`` in a cell shows a question that stands in ``utils/checks/ch01.py``. It is plain HTML: native
radio buttons in a fieldset, feedback by CSS alone, so it works with the keyboard, with a screen reader, without
JavaScript and without a kernel. Where scripts run, it remembers the answer in the browser. Standard library only.
"""

from __future__ import annotations

import html
import importlib
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterable
from dataclasses import dataclass

# The rules repeat in every question because a notebook shows each output on its own; they are the same few lines.
_STYLE = """<style>
.quiz{margin:1em 0}
.quiz fieldset{border:1px solid currentColor;border-radius:.3em;padding:.6em 1em}
.quiz legend{font-size:1em;line-height:inherit;font-weight:600;float:left;width:100%;margin:0;padding:0 0 .4em}
.quiz label,.quiz [role=status]{display:block;clear:both}
.quiz label{padding:.25em 0;cursor:pointer}
.quiz [role=status] p{display:none;margin:.5em 0 0}
SHOW{display:block}
@media print{.quiz [role=status]{display:none}.quiz fieldset{break-inside:avoid}}
</style>"""

_SCRIPT = """<script>
for (const form of document.querySelectorAll("form.quiz:not([data-ready])")) {
  form.dataset.ready = "";
  const radios = [...form.querySelectorAll("input")], key = "quiz:" + radios[0].name;
  try {
    const kept = radios[localStorage.getItem(key) ?? -1];
    if (kept) kept.checked = true;
    form.addEventListener("change", event => localStorage.setItem(key, radios.indexOf(event.target)));
  } catch { /* a browser that keeps nothing: the question still works */ }
}
</script>"""

_MOST_OPTIONS = 6


@dataclass(frozen=True)
class Option:
    """One possible answer, whether it is right, and why."""

    text: str
    right: bool
    reason: str


class Quiz:
    """A question with two to six options, exactly one of them right, each with its reason.

    ``options`` are ``(text, right, reason)``. Raises ``ValueError`` for a question that cannot be answered.
    """

    def __init__(self, name: str, text: str, options: Iterable[tuple[str, bool, str]]) -> None:
        self.name = name
        self.text = text
        self.options = [Option(*option) for option in options]
        if not 2 <= len(self.options) <= _MOST_OPTIONS:
            raise ValueError(f"quiz {name}: {len(self.options)} options; allowed are 2 to {_MOST_OPTIONS}")
        right = sum(option.right for option in self.options)
        if right != 1:
            raise ValueError(f"quiz {name}: {right} options are right; exactly one must be")
        if not all(option.reason.strip() for option in self.options):
            raise ValueError(f"quiz {name}: every option needs a reason")

    def __repr__(self) -> str:
        return "\n".join([self.text, *(f"  ( ) {option.text}" for option in self.options)])

    def _repr_html_(self) -> str:
        name = html.escape(self.name)
        radios = "".join(
            f'<label><input type="radio" name="{name}" value="{place}"> {html.escape(option.text)}</label>'
            for place, option in enumerate(self.options)
        )
        reasons = "".join(
            f"<p><strong>{'Right' if option.right else 'Not yet'}.</strong> {html.escape(option.reason)}</p>"
            for option in self.options
        )
        # A form of its own keeps the radio group apart from a second view of the same question;
        # its method "dialog" makes the Enter key harmless.
        return (
            f'{_style()}<form class="quiz" method="dialog"><fieldset><legend>{html.escape(self.text)}</legend>{radios}'
            f'<div role="status">{reasons}</div></fieldset></form>{_SCRIPT}'
        )


def _style() -> str:
    """CSS shows the reason of the option that is chosen: the n-th label and the n-th paragraph."""
    show = ",".join(
        f'.quiz:has([value="{place}"]:checked) [role=status] p:nth-child({place + 1})' for place in range(_MOST_OPTIONS)
    )
    return _STYLE.replace("SHOW", show)


def quizzes_of(chapter: str) -> dict[str, Quiz]:
    """The quick questions of a chapter by name: the list ``QUIZZES`` in its ``utils/checks/chNN.py``."""
    module = f"utils.checks.ch{chapter}"
    try:
        return {one.name: one for one in getattr(importlib.import_module(module), "QUIZZES", [])}
    except ModuleNotFoundError as error:
        if error.name != module:
            raise
        return {}


def quiz(name: str) -> Quiz:
    """The quick question ``q-<chapter>-<word>``. Raises ``KeyError`` with the names there are."""
    known = quizzes_of(name.split("-")[1] if name.count("-") > 1 else name)
    if name not in known:
        raise KeyError(f"there is no question {name!r}; known are: {', '.join(known) or 'none'}")
    return known[name]


# --- for learning management systems ---------------------------------------------------------------------------------


def moodle_xml(quizzes: Iterable[Quiz]) -> str:
    """The questions in Moodle's XML format (Question bank › Import › Moodle XML)."""
    root = ElementTree.Element("quiz")
    for one in quizzes:
        question = ElementTree.SubElement(root, "question", type="multichoice")
        _text(question, "name", one.name)
        _text(question, "questiontext", f"<p>{html.escape(one.text)}</p>", format="html")
        fixed = {"defaultgrade": "1", "single": "true", "shuffleanswers": "true", "answernumbering": "abc"}
        for tag, value in fixed.items():
            ElementTree.SubElement(question, tag).text = value
        for option in one.options:
            fraction = "100" if option.right else "0"
            answer = _text(question, "answer", html.escape(option.text), fraction=fraction, format="html")
            _text(answer, "feedback", html.escape(option.reason), format="html")
    ElementTree.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ElementTree.tostring(root, encoding="unicode") + "\n"


def _text(parent, tag: str, text: str, **attributes: str):
    element = ElementTree.SubElement(parent, tag, attributes)
    ElementTree.SubElement(element, "text").text = text
    return element


def text2qti(title: str, quizzes: Iterable[Quiz]) -> str:
    """The questions in the plain text that the tool text2qti turns into a QTI package for Canvas."""
    lines = [f"Quiz title: {_line(title)}", ""]
    for number, one in enumerate(quizzes, 1):
        lines += [f"Title: {_line(one.name)}", f"{number}. {_line(one.text)}"]
        for letter, option in zip("abcdef", one.options, strict=False):
            lines += [f"{'*' if option.right else ''}{letter}) {_line(option.text)}", f"... {_line(option.reason)}"]
        lines.append("")
    return "\n".join(lines)


def _line(text: str) -> str:
    """On one line, and with the characters that mean something in Markdown taken as they are."""
    line = html.escape(" ".join(text.split()), quote=False)
    return "".join(f"\\{sign}" if sign in "\\`*_$#[]" else sign for sign in line)
