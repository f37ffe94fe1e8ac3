"""`copydesk.publish`, against the hub's client without a network."""

from pathlib import Path
from unittest import mock

import copydesk
import pytest
from conftest import SAMPLES

hub = pytest.importorskip("huggingface_hub")


@pytest.fixture
def run(tmp_path: Path) -> copydesk.Run:
    return copydesk.run("articles", SAMPLES / "news-english.jsonl.zst", output=tmp_path / "out")


def test_a_run_is_uploaded_in_one_commit(run: copydesk.Run, monkeypatch: pytest.MonkeyPatch) -> None:
    # A specification of the real class: a call that it would not take fails.
    api = mock.create_autospec(hub.HfApi, instance=False)
    api.return_value.upload_folder.return_value.commit_url = "https://hub.example/commit/1"
    monkeypatch.setattr(hub, "HfApi", api)
    target = "hf://datasets/desk/nights@main/2024/03"
    assert copydesk.publish(run, target, private=True) == "https://hub.example/commit/1"
    api.return_value.create_repo.assert_called_once_with("desk/nights", repo_type="dataset", private=True, exist_ok=True)
    (call,) = api.return_value.upload_folder.call_args_list
    assert call.kwargs["path_in_repo"] == "2024/03" and call.kwargs["revision"] == "main"
    assert call.kwargs["folder_path"] == run.folder
    copydesk.publish(run.folder, "hf://datasets/desk/nights")
    call = api.return_value.upload_folder.call_args
    assert call.kwargs["path_in_repo"] is None and call.kwargs["revision"] is None


def test_what_is_left_out_is_what_readers_have_no_use_for(run: copydesk.Run) -> None:
    folder = Path(run.folder)
    files = [str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()]
    kept = hub.utils.filter_repo_objects(files, ignore_patterns=[".*", "_SUCCESS", "metrics.prom"])
    assert {Path(path).parts[0] for path in kept} == {"records", "dropped", "quarantine", "README.md", "ledger.json", "report.html"}


def test_other_targets_are_refused(run: copydesk.Run) -> None:
    for target in ("desk/nights", "hf://models/desk/nights", "hf://datasets/desk", "s3://desk/nights"):
        with pytest.raises(ValueError, match="hf://datasets/OWNER/NAME"):
            copydesk.publish(run, target)
