"""What the chapters import. In the browser it also says in one sentence which packages could not be fetched."""

import sys

if sys.platform == "emscripten":
    from utils import browser

    browser.explain_what_is_missing()
