"""A project's folder has one owner; books and podcasts share what is said of that."""

from pathlib import Path

import pytest

from declaim.errors import StorageError
from declaim.studio.jobs.own_project import owned


def test_a_second_process_is_told_and_told_nothing_of_books(tmp_path: Path) -> None:
    with owned(tmp_path / "episode.declaim"):
        second = owned(tmp_path / "episode.declaim")
        with pytest.raises(StorageError, match="another process is at work") as caught:
            second.__enter__()
        assert "book" not in str(caught.value).replace(str(tmp_path), "")
        assert "--project" in caught.value.hint
    with owned(tmp_path / "episode.declaim"):
        pass
