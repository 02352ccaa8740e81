import subprocess
import sys
from pathlib import Path

from infra.local.local_settings import REPOSITORY

TYPES = 200
MODULE = "import msgspec\n" + "\n".join(
    f"""
class Inner{number}(msgspec.Struct):
    names: list[str]
class Outer{number}(msgspec.Struct):
    inner: Inner{number}
    more: tuple[Inner{number}, ...]
"""
    for number in range(TYPES)
)
PROGRAM = f"""
import sys, threading, msgspec
from infra.local import message_types

message_types.prepare("messages")
from messages import types

sys.setswitchinterval(1e-6)
inner = {{"names": ["a"]}}
for number in range({TYPES}):
    together = threading.Barrier(4)
    def read(shape=getattr(types, f"Outer{{number}}")):
        together.wait()
        msgspec.convert({{"inner": inner, "more": [inner]}}, shape)
    threads = [threading.Thread(target=read) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
"""


def test_threads_may_use_a_type_at_once_that_nobody_used_before(tmp_path: Path) -> None:
    package = tmp_path / "messages"
    package.mkdir()
    (package / "__init__.py").touch()
    (package / "types.py").write_text(MODULE)

    command = [sys.executable, "-c", PROGRAM]
    program = subprocess.run(command, cwd=REPOSITORY, env={"PYTHONPATH": str(tmp_path)}, check=False)

    assert program.returncode == 0
