"""Make sure there is a Chromium for the page tests: the machine's own, Debian's package, or Playwright's download.

Run as ``python -m tests.browser``; ``make test`` does.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from functools import cache

NAMES = ("chromium", "chromium-browser", "google-chrome")
ARGUMENTS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update",
    "--disable-sync", "--no-first-run",
]


@cache
def path() -> str | None:
    """A Chromium of the machine that is one; None lets Playwright use the one it downloaded.

    A name on the path can be a mere stand-in (a script that says how to install it): it is asked its version.
    """
    return next((found for name in NAMES if (found := shutil.which(name)) and _answers(found)), None)


def _answers(program: str) -> bool:
    try:
        answer = subprocess.run([program, "--version"], capture_output=True, text=True, timeout=30, check=True).stdout
    except (OSError, subprocess.SubprocessError):
        return False
    return any(name in answer for name in ("Chromium", "Chrome"))


def starts() -> bool:
    """Whether a browser can be started."""
    from playwright.sync_api import Error, sync_playwright

    with sync_playwright() as playwright:
        try:
            playwright.chromium.launch(executable_path=path(), args=ARGUMENTS).close()
        except Error:
            return False
    return True


def install() -> None:
    """Try the ways there are, one after the other."""
    if shutil.which("apt-get") and hasattr(os, "geteuid") and os.geteuid() == 0:
        subprocess.run(["apt-get", "update", "-qq"], check=False)
        quiet = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
        subprocess.run(["apt-get", "install", "-y", "-qq", "chromium"], check=False, env=quiet)
    path.cache_clear()
    if not path():
        subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=False)


def main() -> None:
    if not starts():
        print("The page tests need a Chromium; installing one ...", flush=True)
        install()
        if not starts():
            sys.exit(
                "No Chromium could be started. Install one (Debian: apt-get install chromium; elsewhere: "
                f"{sys.executable} -m playwright install --with-deps chromium) and run make test again."
            )


if __name__ == "__main__":
    main()
