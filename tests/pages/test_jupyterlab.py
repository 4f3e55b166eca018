"""The same explorable, unchanged, live in a real JupyterLab: a slider moves and Python sees it."""

from __future__ import annotations

import contextlib
import json
import os
import re
import subprocess
import sys
import time

import nbformat
import pytest

from tests.conftest import ROOT

LIVE = """
import pandas as pd
from utils import charts
from utils.explore import explore
from utils.models import pipelines

figure = explore(pipelines.saving_of_equal_firms, over=pd.DataFrame({"firms": [2, 4, 8]}), name="live",
                 chart=lambda rows: rows.mark_bar().encode(x="firms:O", y="saving"),
                 headline="b is {scale_exponent:.2f}.")
figure
"""
NEXT = """
import json
print("SEEN", json.dumps({"values": figure.values, "saving": list(figure.rows["saving"])}))
"""


@contextlib.contextmanager
def running_lab(folder, *cells: str):
    """A JupyterLab of this environment on a folder with one small notebook of these cells; yields its address."""
    book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell.strip()) for cell in cells])
    book.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
    nbformat.write(book, folder / "live.ipynb")
    command = [
        sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", "--ServerApp.port=0", "--ip=127.0.0.1",
        "--IdentityProvider.token=", f"--ServerApp.root_dir={folder}", "--LabApp.news_url=",
        "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
    ]
    environment = os.environ | {"JUPYTER_CONFIG_DIR": str(folder / "config"), "PYTHONPATH": str(ROOT)}
    log = folder / "lab.log"
    with log.open("w") as output:
        server = subprocess.Popen(command, cwd=folder, stdout=output, stderr=subprocess.STDOUT, env=environment)
        try:
            deadline = time.monotonic() + 60
            while not (found := re.search(r"http://127\.0\.0\.1:(\d+)/lab", log.read_text())):
                assert time.monotonic() < deadline and server.poll() is None, log.read_text()
                time.sleep(0.2)
            yield f"http://127.0.0.1:{found[1]}"
        finally:
            server.terminate()
            server.wait(20)


def open_notebook(page, address: str):
    """Open the notebook, wait for its kernel, and return its cells."""
    page.goto(f"{address}/lab/tree/live.ipynb")
    page.get_by_text("Python 3", exact=False).first.wait_for(timeout=60_000)
    cells = page.locator(".jp-CodeCell")
    cells.first.wait_for(timeout=60_000)
    page.get_by_text("| Idle", exact=False).first.wait_for(timeout=60_000)
    return cells


DESIGN = """
from utils.designer import design
designer = design("port")
designer
"""
DESIGNED = """print("SEEN", designer.cluster.firms[0].emissions_mt)"""
CROSSING = """() => {
    const boxes = [...document.querySelectorAll(".cluster-design :is(dt, dd)")].map((part) => {
        const range = document.createRange();
        range.selectNodeContents(part);
        return range.getBoundingClientRect();
    });
    return boxes.filter((a, i) => boxes.some((b, k) => k !== i && a.left < b.right - 1 && b.left < a.right - 1
                                                        && a.top < b.bottom - 1 && b.top < a.bottom - 1)).length;
}"""


@pytest.fixture
def lab(tmp_path):
    with running_lab(tmp_path, LIVE, NEXT) as address:
        yield address


def test_a_slider_moved_in_jupyterlab_is_seen_by_the_next_cell(lab, visit):
    one = visit()
    cells = open_notebook(one.page, lab)

    cells.nth(0).click()
    one.page.keyboard.press("Shift+Enter")
    slider = one.page.locator("figure.explorable input[name=scale_exponent]")
    slider.wait_for(timeout=60_000)
    one.page.locator("figure.explorable .canvas svg").wait_for(timeout=60_000)
    slider.focus()
    for _ in range(4):
        one.page.keyboard.press("ArrowRight")
    in_lab = one.page.evaluate("document.querySelector('figure.explorable').explorable.rows().map(row => row.saving)")
    assert one.page.locator("figcaption.headline").inner_text() == "b is 0.80."

    cells.nth(1).click()
    one.page.keyboard.press("Shift+Enter")
    printed = one.page.locator(".jp-OutputArea-output").filter(has_text="SEEN")
    printed.wait_for(timeout=60_000)
    seen = json.loads(printed.inner_text().removeprefix("SEEN"))
    assert seen["values"] == {"scale_exponent": pytest.approx(0.8)}
    assert in_lab == pytest.approx(seen["saving"], rel=1e-9)
    assert not one.outside, "JupyterLab with a figure asked another host"


def test_the_designer_redraws_in_jupyterlab_and_python_has_the_cluster(tmp_path, visit):
    with running_lab(tmp_path, DESIGN, DESIGNED) as address:
        one = visit()
        cells = open_notebook(one.page, address)
        cells.nth(0).click()
        one.page.keyboard.press("Shift+Enter")
        results = one.page.locator(".cluster-design dl").first
        results.wait_for(timeout=60_000)
        assert one.page.evaluate(CROSSING) == 0, "words of the results lie over each other"
        before = results.inner_text()

        emissions = one.page.locator(".widget-text input[type=number]").nth(2)  # after the store and the pledge
        emissions.fill("6.5")
        emissions.press("Enter")
        one.page.wait_for_function("was => document.querySelector('.cluster-design dl').innerText !== was", arg=before)
        cells.nth(1).click()
        one.page.keyboard.press("Shift+Enter")
        printed = one.page.locator(".jp-OutputArea-output").filter(has_text="SEEN")
        printed.wait_for(timeout=60_000)
        assert printed.inner_text().split() == ["SEEN", "6.5"]
        assert not one.outside
