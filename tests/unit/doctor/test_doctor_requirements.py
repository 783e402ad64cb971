import pytest

from declaim.doctor import requirements
from declaim.doctor.requirements import Requirement, declared_requirements


@pytest.mark.parametrize(
    ("versions", "version", "admitted"),
    [
        (">=2.0", "2.0.0", True),
        (">=2.0", "1.26.4", False),
        (">=2.0", "10.0", True),
        ("==0.1.2.5", "0.1.2.5", True),
        ("==0.1.2.5", "0.1.2", False),
        ("==0.5", "0.5.0", True),
        (">=1,<2", "1.9", True),
        (">=1,<2", "2.0rc1", False),
        ("!=1.5", "1.5.0", False),
        ("", "0.0.1", True),
    ],
)
def test_admits(versions: str, version: str, admitted: bool) -> None:
    assert Requirement("some", versions).admits(version) is admitted


def test_extras_are_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = ["numpy>=2.0", "g2pM ==0.1.2.5", "sounddevice>=0.5; extra == 'play'", "x[y] (>=1.0)"]
    monkeypatch.setattr(requirements, "requires", lambda _: lines)
    assert [str(needed) for needed in declared_requirements()] == ["numpy>=2.0", "g2pm==0.1.2.5", "x>=1.0"]


def test_not_installed_still_tries_what_it_knows(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> list[str]:
        raise requirements.PackageNotFoundError(name)

    monkeypatch.setattr(requirements, "requires", missing)
    names = {needed.name for needed in declared_requirements()}
    assert {"numpy", "onnxruntime", "av"} <= names
