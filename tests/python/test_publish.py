"""`copydesk.publish`, against the hub's client without a network."""

from pathlib import Path
from typing import Any
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
    api.return_value.file_exists.return_value = False
    monkeypatch.setattr(hub, "HfApi", api)
    target = "hf://datasets/desk/nights@main/2024/03"
    assert copydesk.publish(run, target, private=True) == "https://hub.example/commit/1"
    api.return_value.create_repo.assert_called_once_with("desk/nights", repo_type="dataset", private=True, exist_ok=True)
    (call,) = api.return_value.upload_folder.call_args_list
    assert call.kwargs["path_in_repo"] == "2024/03" and call.kwargs["revision"] == "main"
    assert str(call.kwargs["folder_path"]) == run.folder
    # It is refused where somebody else has written since it was looked at what is there.
    assert call.kwargs["parent_commit"] == api.return_value.dataset_info.return_value.sha
    assert api.return_value.file_exists.call_args.kwargs["revision"] == call.kwargs["parent_commit"]
    copydesk.publish(run.folder, "hf://datasets/desk/nights")
    call = api.return_value.upload_folder.call_args
    assert call.kwargs["path_in_repo"] is None and call.kwargs["revision"] is None


class Hub(hub.HfApi):  # type: ignore[misc]
    """The client with a repository in memory."""

    files: dict[str, bytes]

    def __init__(self, token: str | None = None) -> None:
        super().__init__(endpoint="http://hub.invalid", token=False)

    def create_repo(self, repo_id: str, **_: Any) -> None:
        pass

    def _validate_yaml(self, **_: Any) -> None:
        pass

    def dataset_info(self, repo_id: str, **_: Any) -> Any:
        return mock.Mock(sha="0" * 40)

    def file_exists(self, repo_id: str, filename: str, **_: Any) -> bool:
        return filename in self.files

    def list_repo_files(self, repo_id: str, **_: Any) -> list[str]:
        return list(self.files)

    def hf_hub_download(self, repo_id: str, filename: str, *, local_dir: str, **_: Any) -> str:
        path = Path(local_dir, filename)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(self.files[filename])
        return str(path)

    def create_commit(self, *, operations: list[Any], **_: Any) -> Any:
        for operation in operations:
            if isinstance(operation, hub.CommitOperationDelete):
                del self.files[operation.path_in_repo]
            else:
                self.files[operation.path_in_repo] = Path(operation.path_or_fileobj).read_bytes()
        return mock.Mock(commit_url="https://hub.example/commit/1")


@pytest.mark.parametrize("folder", ["", "2024/03/"])
def test_what_an_earlier_run_left_is_replaced_and_what_is_somebodys_own_is_not(
    folder: str, run: copydesk.Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hub, "HfApi", Hub)
    # The way that ends in `create_commit`, whether or not its faster one is installed.
    monkeypatch.setattr("huggingface_hub.hf_api.is_xet_available", lambda: False)
    old = ["records/part-00007.jsonl.zst", "dropped/part-00000.parquet", "quarantine/part-00001.jsonl.zst"]
    kept = {"elsewhere/records/part-00000.jsonl.zst": b"", f"{folder}records/notes.txt": b"", ".gitattributes": b""}
    card = f"{folder}README.md"
    own = Path(run.folder, "README.md").read_bytes()
    for there, left in ((None, own), (b"Old.\n" + own, own), (b"# Mine\n", b"# Mine\n")):
        Hub.files = {**dict.fromkeys((folder + file for file in old), b""), **kept}
        if there is not None:
            Hub.files[card] = there
        copydesk.publish(run, f"hf://datasets/desk/nights/{folder}")
        assert Hub.files[card] == left
        shards = {str(path.relative_to(run.folder)) for path in Path(run.folder).glob("*/part-*")}
        assert {name for name in Hub.files if "/part-" in f"/{name}"} == {
            "elsewhere/records/part-00000.jsonl.zst",
            *(folder + shard for shard in shards),
        }
        assert kept.keys() <= Hub.files.keys() and f"{folder}ledger.json" in Hub.files


def test_what_is_left_out_is_what_readers_have_no_use_for(run: copydesk.Run) -> None:
    folder = Path(run.folder)
    files = [str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()]
    kept = hub.utils.filter_repo_objects(files, ignore_patterns=[".*", "_SUCCESS", "metrics.prom"])
    assert {Path(path).parts[0] for path in kept} == {"records", "dropped", "quarantine", "README.md", "ledger.json", "report.html"}


def test_other_targets_are_refused(run: copydesk.Run) -> None:
    for target in ("desk/nights", "hf://models/desk/nights", "hf://datasets/desk", "s3://desk/nights"):
        with pytest.raises(ValueError, match="hf://datasets/OWNER/NAME"):
            copydesk.publish(run, target)
