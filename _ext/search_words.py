"""Words of the search: English as Sphinx does it, and Japanese, which has no spaces, in pairs of signs.

A page with 産業クラスター is found by 産業, by クラスター and by the whole; the index and the page's script cut alike.
"""

from __future__ import annotations

import re

from sphinx.search.en import SearchEnglish

_JAPANESE = r"\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff"
_WORD = re.compile(rf"[{_JAPANESE}]+|[^\W{_JAPANESE}]+")
_IS_JAPANESE = re.compile(rf"[{_JAPANESE}]")


def pairs(run: str) -> list[str]:
    return [run[i : i + 2] for i in range(len(run) - 1)] or [run]


class EnglishAndJapanese(SearchEnglish):
    lang = "en"
    # What Sphinx's own search.js does, with the runs of Japanese cut into pairs.
    js_splitter_code = rf"""
var splitQuery = (query) => query
  .split(/[^\p{{Letter}}\p{{Number}}_\p{{Emoji_Presentation}}]+/gu)
  .flatMap((part) => part.match(/[{_JAPANESE}]+|[^{_JAPANESE}]+/g) || [])
  .flatMap((part) => /[{_JAPANESE}]/.test(part) && part.length > 1
    ? Array.from({{length: part.length - 1}}, (_, i) => part.slice(i, i + 2)) : [part])
  .filter((part) => part);
"""

    def split(self, text: str) -> list[str]:
        found: list[str] = []
        for word in _WORD.findall(text):
            found += [*pairs(word), *word] if _IS_JAPANESE.match(word) else [word]
        return found

    def word_filter(self, word: str) -> bool:
        return bool(_IS_JAPANESE.match(word)) or super().word_filter(word)


def setup(app) -> dict:
    app.add_search_language(EnglishAndJapanese)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
