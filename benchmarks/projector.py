"""The projector's own CPU as it runs in Lambda: `benchmarks.projector_cpu` with the package, on a Python like Lambda's.

Run: `python -m benchmarks.projector`.
"""

import os
import subprocess
import tempfile
import zipfile
from pathlib import Path

from infra.package import build, runtime_python


def main() -> None:
    """Measure in a process of its own, which prints the figures."""
    with tempfile.TemporaryDirectory() as name:
        task = Path(name) / "task"
        with zipfile.ZipFile(build(directory=Path(name) / "package").code) as archive:
            archive.extractall(task)
        # What is packaged comes first; the stores' twins are where the tests are.
        modules = os.pathsep.join(map(str, (task, Path(__file__).parents[1])))
        command = [str(runtime_python()), "-P", "-m", "benchmarks.projector_cpu"]
        subprocess.run(command, env={**os.environ, "PYTHONPATH": modules}, check=True)


if __name__ == "__main__":
    main()
