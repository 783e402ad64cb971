import pytest

from bench.engines import EngineSpec
from bench.peers.roster import Peer


def test_an_engine_and_its_settings_are_read_from_one_word() -> None:
    spec = EngineSpec.parse("declaim:rate=0.9,prosody=rules")
    assert (spec.label, spec.name) == ("declaim:rate=0.9,prosody=rules", "declaim")
    assert spec.settings == {"rate": 0.9, "prosody": "rules"}


def test_a_peer_is_written_alike() -> None:
    peer = Peer.parse("declaim:prosody=rules")
    assert (peer.name, peer.settings, peer.own) == ("declaim", {"prosody": "rules"}, True)
    assert {peer: 1}[Peer.parse("declaim:prosody=rules")] == 1


@pytest.mark.parametrize("label", ["espeak", "declaim:fast"])
@pytest.mark.parametrize("kind", [EngineSpec, Peer])
def test_what_is_no_engine_or_setting_is_refused(kind: type[EngineSpec | Peer], label: str) -> None:
    with pytest.raises(ValueError, match=r"unknown engine|KEY=VALUE"):
        kind.parse(label)
