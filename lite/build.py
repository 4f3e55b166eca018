"""Build the in-browser Python site into ``_build/html/lite``: ``python lite/build.py`` (``make book`` ends with it).

JupyterLite with the Pyodide kernel. The interpreter, the book's own package (its data inside) and all pure-Python
packages are served by the site; only the compiled ones (numpy, pandas, scipy) come from Pyodide's CDN, at the addresses
and hashes of the lock. Without npm the interpreter comes from that CDN too, and this command says so.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import time
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
HERE = ROOT / "lite"
WORK = ROOT / "_build" / ".lite"  # everything made on the way; safe to delete
SITE = ROOT / "_build" / "html" / "lite"
CORE = ("pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.wasm", "python_stdlib.zip")
BROWSER_ONLY = {"numpy", "pandas", "scipy"}  # fetched when they are imported, not when the kernel starts
# Only what a cell itself imports is fetched; what a module of the book imports would be missing.
FETCH = "import utils, numpy, pandas, scipy  # in the browser: fetched once, about 25 MB\n"


def main() -> None:
    started = time.monotonic()
    core = npm_core()
    stamp = fingerprint(core)
    built = WORK / "built"
    if not (built / "stamp").exists() or (built / "stamp").read_text() != stamp:
        shutil.rmtree(built, ignore_errors=True)
        lock(core, wheels())
        build(stage())
        (WORK / "output" / "stamp").write_text(stamp)
        (WORK / "output").rename(built)
    publish(built)
    where = "" if core else " npm was not found, so its interpreter comes from Pyodide's CDN when a reader starts it."
    print(f"Python in the browser: _build/html/lite, {size_mb(built):.0f} MB, "
          f"{time.monotonic() - started:.0f} s.{where}")


def fingerprint(core: Path | None) -> str:
    """Changes when anything does that the site is made of."""
    sources = [*HERE.glob("*.*"), *(ROOT / "chapters").glob("*.ipynb"), *(ROOT / "data").glob("*.*"),
               *(ROOT / "utils").rglob("*.*"), ROOT / "pyproject.toml", ROOT / "requirements.lock"]
    digest = hashlib.sha256(f"{core is not None} {sys.version_info[:2]}".encode())
    for path in sorted(path for path in sources if "__pycache__" not in path.parts and path.is_file()):
        digest.update(f"{path.relative_to(ROOT)}\0".encode() + path.read_bytes())
    return digest.hexdigest()


def run(command: list[str], **options) -> None:
    """Run a command silently; show what it said if it fails."""
    done = subprocess.run(command, capture_output=True, text=True, **options)
    if done.returncode:
        sys.exit(f"{' '.join(map(str, command))} failed:\n{done.stdout}{done.stderr}")


def npm_core() -> Path | None:
    """Pyodide's core files from npm, or None where there is no npm or no network."""
    target = WORK / "npm" / (HERE / "package-lock.json").read_text().split('"pyodide": "')[1].split('"')[0]
    core = target / "node_modules" / "pyodide"
    if all((core / name).exists() for name in CORE):
        return core
    if not shutil.which("npm"):
        return None
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    for name in ("package.json", "package-lock.json"):
        shutil.copy(HERE / name, target)
    done = subprocess.run(["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"], cwd=target, capture_output=True,
                          text=True)
    if done.returncode:
        print(f"npm ci failed: {(done.stderr.strip().splitlines() or ['no message'])[0]}", file=sys.stderr)
        return None
    return core


def wheels() -> list[Path]:
    """The book's own wheel, the pure-Python ones of requirements.txt and the kernel's own."""
    folder = WORK / "wheels"
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check"]
    pinned = folder / "pinned"
    wanted = (HERE / "requirements.txt").read_text()
    if not (pinned / "requirements.txt").exists() or (pinned / "requirements.txt").read_text() != wanted:
        shutil.rmtree(pinned, ignore_errors=True)
        run([*pip, "download", "--no-deps", "--only-binary", ":all:", "--platform", "any", "--python-version", "3.14",
             "--dest", str(pinned), "-r", str(HERE / "requirements.txt")])
        # There is no pure wheel of MarkupSafe: without a compiler it builds as one.
        run([*pip, "wheel", "--no-deps", "--no-binary", ":all:", "-w", str(pinned), "markupsafe==3.0.3"],
            env=os.environ | {"CC": "/bin/false"})
        (pinned / "requirements.txt").write_text(wanted)
    own = folder / "own"
    shutil.rmtree(own, ignore_errors=True)
    run([*pip, "wheel", "--no-deps", "--no-build-isolation", "-w", str(own), str(own_source())])
    shims = Path(sys.prefix, "share/jupyter/labextensions/@jupyterlite/pyodide-kernel-extension/static/pypi")
    return [*own.glob("*.whl"), *pinned.glob("*.whl"), *(w for w in shims.glob("*.whl") if "3.6.999" not in w.name)]


def own_source() -> Path:
    """The book's package with what it otherwise takes from beside it: the data, and Vega out of vl-convert."""
    from utils.figures import vega_bundle

    source = WORK / "source"
    shutil.rmtree(source, ignore_errors=True)
    ignore = shutil.ignore_patterns("__pycache__", "grading")
    shutil.copytree(ROOT / "utils", source / "utils", ignore=ignore)
    shutil.copytree(ROOT / "data", source / "utils" / "_data", ignore=shutil.ignore_patterns("prepare", "__pycache__"))
    (source / "utils" / "_vega.js").write_text(vega_bundle(), encoding="utf-8")
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8").replace('"utils.grading", ', "")
    project = project.replace('utils = ["*.js", "*.css"]', 'utils = ["*.js", "*.css", "_data/*"]')
    (source / "pyproject.toml").write_text(project, encoding="utf-8")
    shutil.copy(ROOT / "README.md", source)
    return source


def lock(core: Path | None, own: list[Path]) -> None:
    """Write the core and one lock that names every package: ours from the site, compiled ones from the CDN."""
    from jupyterlite_pyodide_kernel.constants import PYODIDE_LOCK_DEFAULT_URL

    out = WORK / "lite" / "static" / "pyodide"
    shutil.rmtree(WORK / "lite", ignore_errors=True)
    out.mkdir(parents=True)
    for name in ("jupyter_lite_config.json", "jupyter-lite.json"):
        shutil.copy(HERE / name, WORK / "lite")
    if core is None:
        return
    for name in CORE:
        shutil.copy(core / name, out)
    cdn = PYODIDE_LOCK_DEFAULT_URL.rsplit("/", 1)[0] + "/"
    content = json.loads((core / "pyodide-lock.json").read_text(encoding="utf-8"))
    packages = {name: {**entry, "file_name": cdn + entry["file_name"]}
                for name, entry in content["packages"].items() if not name.endswith("-tests")}
    ours = [locked(Path(shutil.copy(wheel, out))) for wheel in own]
    packages |= {entry["name"]: entry for entry in ours}
    for entry in ours:
        entry["depends"] = [name for name in entry["depends"] if name in packages and name not in BROWSER_ONLY]
    content["packages"] = dict(sorted(packages.items()))
    (out / "pyodide-lock.json").write_text(json.dumps(content), encoding="utf-8")


def locked(wheel: Path) -> dict:
    """The lock's entry for a pure wheel. (The pyodide-lock package would do it, but asks for Python 3.12.)"""
    from email.parser import HeaderParser

    from packaging.requirements import Requirement
    from packaging.utils import canonicalize_name

    with zipfile.ZipFile(wheel) as archive:
        files = archive.namelist()
        metadata = HeaderParser().parsestr(
            archive.read(next(name for name in files if name.endswith(".dist-info/METADATA"))).decode())
    browser = {"sys_platform": "emscripten", "python_version": "3.14", "extra": "", "platform_system": "Emscripten"}
    needs = [Requirement(line) for line in metadata.get_all("Requires-Dist", [])]
    tops = {name.split("/")[0].removesuffix(".py") for name in files
            if name.endswith(".py") and not name.split("/")[0].endswith((".data", ".dist-info"))}
    return {
        "name": canonicalize_name(metadata["Name"]),
        "version": metadata["Version"],
        "file_name": wheel.name,
        "install_dir": "site",
        "sha256": hashlib.sha256(wheel.read_bytes()).hexdigest(),
        "package_type": "package",
        "imports": sorted(tops),
        "depends": [canonicalize_name(need.name) for need in needs if not need.marker or need.marker.evaluate(browser)],
        "unvendored_tests": False,
    }


def stage() -> Path:
    """What the reader finds in the file browser: the chapters without solutions, and the tables."""
    from utils.grading.release import released
    from utils.grading.source import CHAPTERS, load

    contents = WORK / "contents"
    shutil.rmtree(contents, ignore_errors=True)
    (contents / "chapters").mkdir(parents=True)
    for path in sorted(CHAPTERS.glob("*.ipynb")):
        notebook = released(load(path))
        first = next(cell for cell in notebook["cells"] if cell["cell_type"] == "code")
        first["source"] = FETCH + first["source"]
        text = json.dumps(notebook, ensure_ascii=False, indent=1) + "\n"
        (contents / "chapters" / path.name).write_text(text, encoding="utf-8")
    shutil.copytree(ROOT / "data", contents / "data", ignore=shutil.ignore_patterns("prepare", "__pycache__"))
    return contents


def build(contents: Path) -> None:
    """Run ``jupyter lite build`` from a clean state: its own incremental one keeps what a changed lock needs anew."""
    output = WORK / "output"
    shutil.rmtree(output, ignore_errors=True)
    run([sys.executable, "-m", "jupyterlite_core", "build", "--lite-dir", str(WORK / "lite"), "--contents", str(contents),
         "--output-dir", str(output)], cwd=WORK / "lite")
    slim(output)


def slim(output: Path) -> None:
    """Leave out what no reader loads: the extension for MyST, whose directives the release has turned into Markdown,
    and the icon fonts in the formats of old browsers."""
    path = output / "jupyter-lite.json"
    content = json.loads(path.read_text(encoding="utf-8"))
    extensions = content["jupyter-config-data"]["federated_extensions"]
    extensions[:] = [entry for entry in extensions if entry["name"] != "jupyterlab-myst"]
    path.write_text(json.dumps(content, indent=2), encoding="utf-8")
    shutil.rmtree(output / "extensions" / "jupyterlab-myst", ignore_errors=True)
    for old in ("*.eot", "fa-*.svg", "*.ttf"):
        for font in (output / "build").glob(old):
            font.unlink()


def publish(built: Path) -> None:
    """Put the finished site in its place, whole or not at all; link the files, so that it costs no second copy."""
    if (SITE / "stamp").exists() and (SITE / "stamp").read_text() == (built / "stamp").read_text():
        return
    fresh = SITE.with_name("lite.new")
    shutil.rmtree(fresh, ignore_errors=True)
    shutil.copytree(built, fresh, copy_function=link)
    shutil.rmtree(SITE, ignore_errors=True)
    fresh.rename(SITE)


def link(source: str, target: str) -> None:
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)


def size_mb(folder: Path) -> float:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 1e6


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    main()
