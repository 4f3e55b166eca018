"""Where a chapter can be run: the buttons of its page, the first cell on Colab, Binder, and the workflows."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from importlib import metadata
from types import ModuleType

import pytest
import yaml

from tests.conftest import ROOT, SITE, notebooks
from utils.grading.release import colab_cell, public_repository, released
from utils.grading.source import SourceError, load

WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
ADDRESS = "https://github.com/example/book"


def test_every_chapter_opens_in_the_live_site_and_no_other_page_has_a_launch_menu():
    for path in notebooks():
        page = (SITE / "chapters" / f"{path.stem}.html").read_text(encoding="utf-8")
        assert f'href="../lite/lab/index.html?path=chapters/{path.name}"' in page
        assert f'href="../_sources/chapters/{path.name}"' in page, "the notebook can be downloaded"
    for name in ("intro", "appendices/claims", "search", "genindex"):
        assert "dropdown-launch-buttons" not in (SITE / f"{name}.html").read_text(encoding="utf-8")


@pytest.mark.parametrize("address", [ADDRESS, f"{ADDRESS}/", f"{ADDRESS}.git"])
def test_an_address_is_taken_without_what_trails_it(address):
    assert public_repository(address) == ADDRESS


@pytest.mark.parametrize("address", ["example/book", "http://github.com/a/b", f'{ADDRESS}"; evil', "https://github.com/a"])
def test_an_address_of_another_form_is_refused_with_the_form_it_should_have(address):
    with pytest.raises(SourceError, match="has the form https://github\\.com"):
        public_repository(address)


def test_only_a_release_for_a_known_repository_begins_with_the_cell_for_colab():
    source = load(notebooks()[0])
    plain = released(source)
    assert all("google.colab" not in cell["source"] for cell in plain["cells"])
    for_colab = released(source, repository=ADDRESS)
    assert for_colab["cells"] == [colab_cell(ADDRESS), *plain["cells"]]


@pytest.fixture
def run_cell(monkeypatch):
    """Run the cell for Colab where we are on Colab or not, the package is there or not, and pip works or not."""

    def run(*, colab: bool, installed: bool, pip_works: bool = True) -> list[list[str]]:
        commands: list[list[str]] = []

        def pip(command, check):
            commands.append(command)
            if not pip_works:
                raise subprocess.CalledProcessError(1, command)

        if colab:
            monkeypatch.setitem(sys.modules, "google.colab", ModuleType("google.colab"))
        else:
            monkeypatch.delitem(sys.modules, "google.colab", raising=False)
        monkeypatch.setattr(metadata, "distributions", lambda name: [name] if installed else [])
        monkeypatch.setattr(subprocess, "run", pip)
        run.commands = commands
        exec(compile(colab_cell(ADDRESS)["source"], "cell", "exec"), {})
        return commands

    return run


def test_the_first_cell_installs_the_package_on_colab_and_stops_with_what_to_do_next(run_cell, capsys):
    with pytest.raises(SystemExit, match="Restart session"):
        run_cell(colab=True, installed=False)
    assert run_cell.commands == [[sys.executable, "-m", "pip", "install", "--quiet", f"git+{ADDRESS}"]]


@pytest.mark.parametrize(("colab", "installed"), [(True, True), (False, False), (False, True)])
def test_the_first_cell_does_nothing_elsewhere_or_where_the_package_is(run_cell, capsys, colab, installed):
    assert run_cell(colab=colab, installed=installed) == []
    assert capsys.readouterr().out == ""


def test_a_failed_installation_is_not_called_installed(run_cell):
    with pytest.raises(subprocess.CalledProcessError):
        run_cell(colab=True, installed=False, pip_works=False)


def test_the_name_the_first_cell_looks_for_is_the_name_of_the_package():
    name = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["name"]
    assert f'name="{name}"' in colab_cell(ADDRESS)["source"]


def test_binder_is_told_a_python_that_the_package_allows():
    named = re.fullmatch(r"python-(3\.\d+)\n", (ROOT / "runtime.txt").read_text())
    needs = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["requires-python"]
    assert named and [int(n) for n in named[1].split(".")] >= [int(n) for n in needs.removeprefix(">=").split(".")]


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_a_workflow_calls_make_targets_that_exist_and_actions_of_a_stated_version(path):
    workflow = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert workflow["permissions"] == {"contents": "read"}, "rights are given to the job that needs them"
    steps = [step for job in workflow["jobs"].values() for step in job["steps"]]
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    called = {target for step in steps for target in re.findall(r"^make (\w+)", step.get("run", ""), re.MULTILINE)}
    assert called and called <= targets
    for step in steps:
        assert ("uses" in step) != ("run" in step)
        assert re.fullmatch(r"[\w-]+/[\w-]+@v\d+", step.get("uses", "a/b@v1"))
        assert "${{" not in step.get("run", ""), "what others wrote reaches a shell only as a variable"


def test_a_preview_is_stored_where_the_published_site_takes_it_from():
    pull_request, pages = (
        yaml.safe_load((ROOT / ".github" / "workflows" / name).read_text(encoding="utf-8"))
        for name in ("pull-request.yml", "pages.yml")
    )
    preview = next(step for step in pull_request["jobs"]["preview"]["steps"] if "preview" in step.get("uses", ""))
    shell = "".join(step.get("run", "") for step in pages["jobs"]["build"]["steps"])
    assert f"git fetch --depth 1 origin {preview['with']['preview-branch']}" in shell
    # YAML reads the key `on` as true.
    assert pages[True]["workflow_run"]["workflows"] == [pull_request["name"]]
    assert "closed" in pull_request[True]["pull_request"]["types"]
