"""`copydesk.run`, finished runs, and the command in the wheel."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import copydesk
import pytest
from conftest import SAMPLES, command, lines_of

DUMPS = [SAMPLES / "news-english.jsonl.zst", SAMPLES / "pages.jsonl.zst"]


def test_a_run_is_the_commands_run(tmp_path: Path) -> None:
    run = copydesk.run("articles", DUMPS, output=tmp_path / "python", threads=2)
    assert command("run", "articles", *DUMPS, "-o", tmp_path / "command", "-q").returncode == 0
    for output in ("records", "dropped", "quarantine"):
        ours, theirs = (sorted((tmp_path / one / output).iterdir()) for one in ("python", "command"))
        assert [path.read_bytes() for path in ours] == [path.read_bytes() for path in theirs]
    assert run.exit_code == 0 and run.ledger["lines"]["kept"] == 19
    assert "19 of 27 lines kept" in repr(run)
    ledger = json.loads((tmp_path / "command" / "ledger.json").read_text())
    assert {**run.ledger, "timing": None} == {**ledger, "timing": None}
    assert command("verify", tmp_path / "python").returncode == 0
    again = copydesk.run("articles", DUMPS, output=tmp_path / "python")
    assert again.ledger == run.ledger


def test_a_crossed_limit_is_an_exit_code_and_no_exception(tmp_path: Path) -> None:
    run = copydesk.run("articles", SAMPLES / "broken.jsonl.zst", output=tmp_path / "out")
    assert run.exit_code == 3 and run.ledger["limits_crossed"]
    assert copydesk.Run(tmp_path / "out").exit_code == 3


def test_a_pipeline_of_text_and_a_state(tmp_path: Path) -> None:
    text = 'format = 1\nextends = "nightly"\n'
    for night in ("one", "two"):
        run = copydesk.run(
            copydesk.Pipeline(text), DUMPS[0], output=tmp_path / night, state=tmp_path / "state", night=night
        )
    assert run.ledger["lines"]["kept"] == 0 and run.ledger["night"] == "two"


def test_errors_are_the_commands(tmp_path: Path) -> None:
    for inputs, exit_code in (("nowhere.jsonl", 2), (DUMPS[0], 2)):
        out = tmp_path / "there"
        out.mkdir(exist_ok=True)
        (out / "ledger.json").write_text("{}")
        (out / "records").mkdir(exist_ok=True)
        said = command("run", "articles", inputs, "-o", out, "-q")
        with pytest.raises(copydesk.CopydeskError) as raised:
            copydesk.run("articles", inputs, output=out)
        assert said.stderr == f"error: {raised.value}\n"
        assert said.returncode == raised.value.exit_code == exit_code
    with pytest.raises(copydesk.CopydeskError, match="find a finished run"):
        copydesk.Run(tmp_path)
    for wrong in ({"sample": 1, "limit": 1}, {"night": "x"}, {"threads": 0}):
        with pytest.raises(ValueError):
            copydesk.run("articles", DUMPS, output=tmp_path / "out", **wrong)  # type: ignore[arg-type]


def test_ctrl_c_stops_a_run_and_the_same_call_resumes(tmp_path: Path) -> None:
    count = 12_000
    lines = "".join(
        json.dumps({"url": f"https://a.example/{n}", "text": f"Story {n}. " + "The council met again on Tuesday. " * 60}) + "\n"
        for n in range(count)
    )
    (tmp_path / "dump.jsonl").write_text(lines)
    call = (
        "import copydesk\n"
        "run = copydesk.run('articles', 'dump.jsonl', output='out', threads=1)\n"
        "print(run.ledger['lines']['read'])\n"
    )
    child = subprocess.Popen([sys.executable, "-c", call], cwd=tmp_path, stderr=subprocess.PIPE, text=True)
    for _ in range(600):
        work = [path for path in tmp_path.glob("out/.*/*") if path.is_file() and path.stat().st_size > 0]
        if work:
            break
        time.sleep(0.05)
    child.send_signal(signal.SIGINT)
    _, said = child.communicate(timeout=60)
    assert "KeyboardInterrupt" in said
    assert not (tmp_path / "out" / "_SUCCESS").exists()
    done = subprocess.run([sys.executable, "-c", call], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert done.stdout == f"{count}\n"
    copydesk.run("articles", tmp_path / "dump.jsonl", output=tmp_path / "whole")
    assert lines_of(tmp_path / "out") == lines_of(tmp_path / "whole")


def test_the_command_stops_at_ctrl_c_with_its_own_exit_code(tmp_path: Path) -> None:
    reader, writer = os.pipe()
    program = Path(sys.executable).with_name("copydesk")
    child = subprocess.Popen(
        [program, "run", "articles", "-", "-o", tmp_path / "out"], stdin=reader, stderr=subprocess.PIPE, text=True
    )
    for _ in range(600):
        if (tmp_path / "out").is_dir():
            break
        time.sleep(0.05)
    time.sleep(0.2)
    child.send_signal(signal.SIGINT)
    os.close(writer)
    _, said = child.communicate(timeout=60)
    assert child.returncode == 130, said
    assert "Traceback" not in said


def test_the_command_and_the_module_are_one_version() -> None:
    assert command("--version").stdout.split()[1] == copydesk.__version__
    module = subprocess.run([sys.executable, "-m", "copydesk", "--version"], capture_output=True, text=True, check=True)
    assert module.stdout == command("--version").stdout
    wrong = command("stages", "drop-shrt")
    assert wrong.returncode == 2 and "did you mean" in wrong.stderr


def test_nothing_but_the_standard_library_is_imported() -> None:
    call = "import sys, copydesk; print([name for name in ('pyarrow', 'numpy', 'polars') if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", call], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
