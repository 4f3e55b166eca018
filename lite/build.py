"""Build the live site, JupyterLab with a Python that runs in the browser, into ``_build/html/lite``.

``make book`` runs it after the pages: ``python -m lite.build``. It does nothing when nothing it is made of has changed.

The site serves Pyodide's core (from npm), the book's own package with its data, and every pure-Python package itself;
they stand in one lock file with what Pyodide compiled. Only compiled packages (numpy, pandas, scipy) come from the
CDN. Without npm the core comes from the CDN too.
"""

from __future__ import annotations

import ast
import email
import hashlib
import json
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import yaml
from jupyterlite_pyodide_kernel import constants as kernel
from packaging.markers import default_environment
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from utils.grading.release import release
from utils.grading.source import SourceError, load

ROOT = Path(__file__).parents[1]
LITE = ROOT / "lite"
OUT = ROOT / "_build" / "html" / "lite"
WORK = ROOT / "_build" / ".lite"
CORE = ("pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.wasm", "python_stdlib.zip")
EXTENSIONS = Path(sys.prefix, "share/jupyter/labextensions")
WANTED = ("@jupyterlite/pyodide-kernel-extension", "@jupyter-widgets/jupyterlab-manager", "anywidget")
SHIMS = EXTENSIONS / WANTED[0] / "static" / "pypi"  # what stands in for ipykernel and the like
LATER = {"scipy"}  # needed by a few modules of the book only: fetched with them, not with every `import utils`


class BuildError(Exception):
    """The live site cannot be built; the text says why."""


def main() -> int:
    state = fingerprint()
    stamp = WORK / "stamp"
    if OUT.is_dir() and stamp.is_file() and stamp.read_text() == state:
        return 0
    print("Building the live site ...", flush=True)
    try:
        site = build()
    except (BuildError, OSError, ValueError) as error:
        print(f"The live site was not built: {error} The pages of the book are complete.", file=sys.stderr)
        return 1
    stamp.unlink(missing_ok=True)
    shutil.rmtree(OUT, ignore_errors=True)
    OUT.parent.mkdir(parents=True, exist_ok=True)
    site.rename(OUT)  # all of it or nothing
    stamp.write_text(state)
    return 0


def fingerprint() -> str:
    """A hash of everything the site is made of."""
    digest = hashlib.sha256(f"{bool(shutil.which('npm'))} {published_at()}".encode())
    folders = [ROOT / name for name in ("chapters", "data", "lite", "utils")]
    files = [path for folder in folders for path in folder.rglob("*") if path.is_file()]
    for path in sorted([*files, *(ROOT / name for name in ("pyproject.toml", "references.bib", "requirements.lock"))]):
        if "__pycache__" not in path.parts and ".ipynb_checkpoints" not in path.parts:
            digest.update(path.relative_to(ROOT).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def published_at() -> str:
    """The address of the published book, if the environment or the configuration names one."""
    configuration = yaml.safe_load((ROOT / "_config.yml").read_text(encoding="utf-8"))
    return os.environ.get("BOOK_URL", "") or configuration["html"].get("baseurl", "")


def build() -> Path:
    """Make the whole site in the working folder."""
    files = contents()
    core = pyodide()
    base = json.loads((core / kernel.PYODIDE_LOCK if core else LITE / "compiled.json").read_text(encoding="utf-8"))
    packages = fresh("packages")
    for wheel in [*book_wheel(), *pure_wheels(), *SHIMS.glob("*.whl")]:
        if "3.6.999" not in wheel.name:  # widgetsnbextension for ipywidgets 7
            shutil.copy(wheel, packages)
    startup = startup_package(packages)
    lock = merged(base, sorted(packages.glob("*.whl")))
    lock["packages"]["book-startup"] = startup
    (packages / kernel.PYODIDE_LOCK).write_text(json.dumps(lock), encoding="utf-8")
    for name in CORE if core else ():
        shutil.copy(core / name, packages)

    configure(own_core=bool(core))
    site = WORK / "html"
    shutil.rmtree(site, ignore_errors=True)
    run("JupyterLite failed", [
        sys.executable, "-m", "jupyter", "lite", "build", "--contents", files, "--output-dir", site,
    ], cwd=WORK / "config")
    shutil.copytree(packages, site / "static" / "pyodide")
    return site


def fresh(name: str) -> Path:
    """An empty folder of this name in the working folder."""
    folder = WORK / name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


def run(failure: str, command: list, **options) -> None:
    """Run a command quietly; if it fails, show what it said."""
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, **options)
    if done.returncode:
        print(done.stdout[-2000:] + done.stderr[-2000:], file=sys.stderr)
        raise BuildError(f"{failure} (see above).")


# ---- What the browser gets ---------------------------------------------------------------------------------------


def pyodide() -> Path | None:
    """The folder of Pyodide's core, from npm; None, and one line that says so, where npm cannot bring it."""
    folder = WORK / "node"
    core = folder / "node_modules" / "pyodide"
    lock = (LITE / "package-lock.json").read_bytes()
    if (core / CORE[-1]).is_file() and (folder / "package-lock.json").read_bytes() == lock:
        return core
    reason = "Node's npm was not found"
    if shutil.which("npm"):
        folder = fresh("node")
        for name in ("package.json", "package-lock.json"):
            shutil.copy(LITE / name, folder)
        try:
            run("npm ci failed", ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"], cwd=folder)
            return core
        except BuildError as error:
            shutil.rmtree(folder)
            reason = str(error).rstrip(".")
    print(f"{reason}: the live site takes Pyodide's core from {kernel.PYODIDE_CDN_URL}, the rest is its own.")
    return None


def book_wheel() -> list[Path]:
    """The book's own package, with its data inside."""
    source = fresh("book")  # a copy, because the builder leaves its notes in the source
    for name in ("pyproject.toml", "README.md"):
        shutil.copy(ROOT / name, source)
    for name in ("utils", "data"):
        shutil.copytree(ROOT / name, source / name, ignore=shutil.ignore_patterns("__pycache__"))
    run("The book's package could not be made", [
        sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation",
        "--wheel-dir", source, source,
    ])
    return list(source.glob("*.whl"))


def pure_wheels() -> list[Path]:
    """The packages of lite/requirements.txt, downloaded once."""
    folder, wanted = WORK / "wheels", (LITE / "requirements.txt").read_bytes()
    done = folder / "requirements.txt"
    if not done.is_file() or done.read_bytes() != wanted:
        folder = fresh("wheels")
        failure = "Its packages could not be downloaded"
        pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check"]
        run(failure, [
            *pip, "download", "--no-deps", "--only-binary=:all:", "--platform=any", "--python-version=3.14",
            "--requirement", LITE / "requirements.txt", "--dest", folder,
        ])
        run(failure, [
            *pip, "wheel", "--no-deps", "--no-binary=:all:", "--no-build-isolation", "--wheel-dir", folder,
            "markupsafe==3.0.3",
        ], env=os.environ | {"CC": "false"})  # with no C compiler it becomes a pure package
        done.write_bytes(wanted)
    return list(folder.glob("*.whl"))


def startup_package(folder: Path) -> dict:
    """``lite/book_startup`` as a package that the kernel loads first; returns its entry in the lock."""
    archive = folder / "book_startup-1.zip"
    with zipfile.ZipFile(archive, "w") as packed:
        for path in sorted((LITE / "book_startup").glob("*.py")):
            packed.writestr(zipfile.ZipInfo(f"book_startup/{path.name}", (2026, 1, 1, 0, 0, 0)), path.read_bytes())
    return entry("book-startup", "1", archive, imports=["book_startup"], depends=[])


# ---- One lock file -----------------------------------------------------------------------------------------------


def merged(base: dict, wheels: list[Path]) -> dict:
    """Pyodide's lock with our wheels beside it (in place of Pyodide's builds of them) and the rest on the CDN."""
    packages = {name: package for name, package in base["packages"].items() if not name.endswith("-tests")}
    for package in packages.values():
        package["file_name"] = f"{kernel.PYODIDE_CDN_URL}/{package['file_name']}"
    python = ".".join(base["info"]["python"].split(".")[:2])
    browser = default_environment() | {
        "extra": "", "os_name": "posix", "platform_machine": "wasm32", "platform_system": "Emscripten",
        "python_full_version": base["info"]["python"], "python_version": python, "sys_platform": "emscripten",
    }
    needs: dict[str, list[str]] = {}
    for wheel in wheels:
        name, version, needs_of_it, imports = described(wheel)
        needs[name] = [canonicalize_name(n.name) for n in needs_of_it if n.marker is None or n.marker.evaluate(browser)]
        packages[name] = entry(name, version, wheel, imports, [])
    for name, wanted in needs.items():
        packages[name]["depends"] = sorted(
            one for one in wanted if one in packages and not (name == "clusters-book" and one in LATER)
        )
    for name in LATER:
        packages[name]["imports"] += modules_that_import(name)
    return {**base, "packages": packages}


def described(wheel: Path) -> tuple[str, str, list[Requirement], list[str]]:
    """Name, version, requirements and top-level modules of a wheel."""
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        metadata = email.message_from_bytes(archive.read(next(n for n in names if n.endswith(".dist-info/METADATA"))))
    modules = {name.split("/")[0].removesuffix(".py") for name in names if name.endswith(".py")}
    requirements = [Requirement(line) for line in metadata.get_all("Requires-Dist", [])]
    return canonicalize_name(metadata["Name"]), metadata["Version"], requirements, sorted(modules)


def entry(name: str, version: str, file: Path, imports: list[str], depends: list[str]) -> dict:
    """A package of the lock; its file lies beside the lock."""
    return {
        "name": name, "version": version, "file_name": file.name, "install_dir": "site", "imports": imports,
        "sha256": hashlib.sha256(file.read_bytes()).hexdigest(), "package_type": "package", "depends": depends,
        "unvendored_tests": False,
    }


def modules_that_import(package: str) -> list[str]:
    """The book's modules that import a package, themselves or through one another, by their dotted names."""
    imported: dict[str, set[str]] = {}
    for path in (ROOT / "utils").rglob("*.py"):
        names = imported.setdefault(".".join(path.relative_to(ROOT).with_suffix("").parts), set())
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                names |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module:
                names |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    found: set[str] = set()
    while more := {
        module for module, names in imported.items()
        if names & found or any(name.split(".")[0] == package for name in names)
    } - found:
        found |= more
    return sorted(found)


# ---- What JupyterLite gets ---------------------------------------------------------------------------------------


def configure(own_core: bool) -> None:
    """The configuration of the site, in a folder of its own: the builder leaves its notes there."""
    folder = fresh("config")
    builder = json.loads((LITE / "jupyter_lite_config.json").read_text(encoding="utf-8"))
    builder["LiteBuildConfig"]["federated_extensions"] = [str(EXTENSIONS / name) for name in WANTED]
    (folder / "jupyter_lite_config.json").write_text(json.dumps(builder), encoding="utf-8")
    settings = json.loads((LITE / "jupyter-lite.json").read_text(encoding="utf-8"))
    if not own_core:  # the kernel then takes the CDN's
        del settings["jupyter-config-data"]["litePluginSettings"][kernel.PYODIDE_KERNEL_PLUGIN_ID][kernel.PYODIDE_URL]
    (folder / "jupyter-lite.json").write_text(json.dumps(settings), encoding="utf-8")


def contents() -> Path:
    """The files a reader finds: the chapters as students get them, and the tables."""
    folder = fresh("contents")
    for path in sorted((ROOT / "chapters").glob("*.ipynb")):
        try:
            release(load(path), folder / "chapters", site=published_at())
        except SourceError as error:
            raise BuildError(f"{path.name}: {error}.") from error
    shutil.copytree(ROOT / "data", folder / "data", ignore=shutil.ignore_patterns("prepare", "__pycache__"))
    return folder


if __name__ == "__main__":
    sys.exit(main())
