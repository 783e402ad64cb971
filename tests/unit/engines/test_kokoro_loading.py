import logging

import pytest

from declaim.engines import kokoro_loading
from declaim.engines.kokoro_loading import fastest_vocoder
from declaim.errors import EngineError


def machine(monkeypatch: pytest.MonkeyPatch, *, kernels: bool, dot_products: bool) -> None:
    monkeypatch.setattr(kokoro_loading, "supported", lambda: kernels)
    monkeypatch.setattr(kokoro_loading, "has_integer_dot_products", lambda: dot_products)
    monkeypatch.setattr(kokoro_loading, "load_kernels", lambda: None)


@pytest.mark.parametrize(
    ("kernels", "dot_products", "kind"),
    [(True, True, "kernels"), (False, True, "int8"), (False, False, "float")],
)
def test_each_machine_has_its_own(
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    kernels: bool,
    dot_products: bool,
    kind: str,
) -> None:
    machine(monkeypatch, kernels=kernels, dot_products=dot_products)
    assert fastest_vocoder() == kind
    assert not caplog.records


@pytest.mark.parametrize(("dot_products", "kind"), [(True, "int8"), (False, "float")])
def test_a_system_that_forbids_kernels_is_told_of_once(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, dot_products: bool, kind: str
) -> None:
    machine(monkeypatch, kernels=True, dot_products=dot_products)

    def forbidden() -> None:
        raise EngineError("this system does not run code made at run time: mprotect failed")

    monkeypatch.setattr(kokoro_loading, "load_kernels", forbidden)
    assert fastest_vocoder() == kind
    (record,) = caplog.records
    assert record.levelno == logging.WARNING
    assert "mprotect failed" in record.getMessage()
