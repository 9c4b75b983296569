"""Resolve, lock and fetch the jars of a Maven artifact. Runs in the `opensearch` environment, by its path.

usage: python jars.py lock GROUP:ARTIFACT:VERSION LOCKFILE      resolve it with all it depends on
       python jars.py fetch LOCKFILE FOLDER                     download exactly those, and check each

A lock line is `group:artifact:version[:classifier] sha256`. It holds no address: they come from Maven
Central, or, where that cannot be reached and Maven is installed, from where Maven's own settings say. `fetch`
prints a line `fetched DONE TOTAL` after each jar (among what jgo's own libraries may print).
"""

import hashlib
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path

import requests
from jgo.env import EnvironmentBuilder
from jgo.maven import Artifact, MavenContext, PythonResolver
from jgo.parse import Endpoint

PARALLEL = 8
TIMEOUT_S = 30


def lock(coordinate: str, lock_file: Path) -> None:
    """Write the lock of `coordinate`: itself and its runtime dependencies, sorted."""
    with tempfile.TemporaryDirectory() as repository:
        context = _context(Path(repository))
        builder = EnvironmentBuilder(context, cache_dir=Path(repository) / "unused")
        wanted = builder._coordinates_to_dependencies(Endpoint.parse(coordinate).coordinates)
        inputs, transitive = context.resolver.resolve(wanted)
        artifacts = [one.artifact for one in inputs + transitive if one.artifact.packaging == "jar"]
        with ThreadPoolExecutor(PARALLEL) as pool:
            lines = sorted(pool.map(_lock_line, artifacts))
    head = f"# The jars of {coordinate}, by `make lock`: group:artifact:version[:classifier] sha256\n"
    lock_file.write_text(head + "\n".join(lines) + "\n")


def _lock_line(artifact: Artifact) -> str:
    return f"{_name(artifact)} {_sha256(artifact.resolve())}"


def fetch(lock_file: Path, folder: Path) -> None:
    """Download each jar of the lock into `folder`; one whose SHA-256 differs is refused."""
    locked = [line.split() for line in lock_file.read_text().splitlines() if not line.startswith("#")]
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder) as repository:
        context = _context(Path(repository))
        with ThreadPoolExecutor(PARALLEL) as pool:
            jobs = [pool.submit(_fetch_one, context, name, sha256, folder) for name, sha256 in locked]
            for done, job in enumerate(as_completed(jobs), start=1):
                job.result()
                print(f"\nfetched {done} {len(jobs)}", flush=True)


def _fetch_one(context: MavenContext, name: str, sha256: str, folder: Path) -> None:
    group, artifact_id, version, *classifier = name.split(":")
    artifact = (
        context.project(group, artifact_id)
        .at_version(version)
        .artifact(classifier=classifier[0] if classifier else "", packaging="jar")
    )
    try:
        path = artifact.resolve()
    except (requests.RequestException, RuntimeError):
        path = _by_maven(context, artifact)
    if _sha256(path) != sha256:
        raise SystemExit(f"{name} is not the file that the lock names: its SHA-256 differs.")
    shutil.copyfile(path, folder / artifact.filename)


def _by_maven(context: MavenContext, artifact: Artifact) -> Path:
    """Let an installed Maven fetch it, through the mirror that its settings may name."""
    maven = shutil.which("mvn")
    if maven is None:
        raise SystemExit("Maven Central could not be reached, and no Maven is installed.")
    goal = ["dependency:get", "-Dtransitive=false", f"-Dmaven.repo.local={context.repo_cache}"]
    coordinate = [artifact.groupId, artifact.artifactId, artifact.version, "jar", artifact.classifier]
    wanted = "-Dartifact=" + ":".join(part for part in coordinate if part)
    ran = subprocess.run([maven, "-q", "-B", *goal, wanted], capture_output=True, check=False)
    path: Path | None = artifact.cached_path
    if ran.returncode or path is None or not path.exists():
        raise SystemExit(f"{_name(artifact)} could not be downloaded.")
    return path


def _context(repository: Path) -> MavenContext:
    return MavenContext(repo_cache=repository, local_repos=[], resolver=PythonResolver(), timeout=TIMEOUT_S)


def _name(artifact: Artifact) -> str:
    parts = [artifact.groupId, artifact.artifactId, artifact.version, artifact.classifier]
    return ":".join(part for part in parts if part)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["lock", coordinate, lock_file]:
            lock(coordinate, Path(lock_file))
        case ["fetch", lock_file, folder]:
            fetch(Path(lock_file), Path(folder))
        case _:
            raise SystemExit(__doc__)
