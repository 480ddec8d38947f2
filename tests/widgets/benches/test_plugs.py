"""The plugs in every wiring."""

import pytest
from stand_in import StandIn

from unmasked.models.swapping import swap_pictures
from unmasked.widgets import plugs


def test_plugs_go_every_way(faces):
    shared, separate = StandIn(), StandIn(separate=True)
    pictures = {name: face.pictures for name, face in faces.items()}
    bench = plugs({"shared": shared, "separate": separate}, pictures, {n: face.masks for n, face in faces.items()})
    diagrams = set()
    for network in ("shared", "separate"):
        for picture in ("ada", "bo"):
            for encoder in ("ada", "bo"):
                for decoder in ("ada", "bo"):
                    for moment in (1, 4):
                        frame = bench.set(
                            network=network, picture=picture, encoder=encoder, decoder=decoder, moment=moment
                        )
                        diagram, given, out, wanted = (panel.picture for panel in frame.panels)
                        assert (given == pictures[picture][moment - 1]).all()
                        assert (wanted == pictures[decoder][moment - 1]).all()
                        assert (out == swap_pictures(shared, given[None], picture, decoder)[0]).all()
                        diagrams.add(diagram.tobytes())
                        assert frame.idle == (("encoder",) if network == "shared" else ())
    assert len(diagrams) == 4 + 8, "each wiring must have a diagram of its own"


def test_plugs_need_matched_pictures(faces):
    ada = faces["ada"].pictures
    with pytest.raises(ValueError, match="faces"):
        plugs({"one": StandIn()}, {"ada": ada})
    with pytest.raises(ValueError, match="faces"):
        plugs({"one": StandIn()}, {"ada": ada, "bo": ada[:2]})
    with pytest.raises(ValueError, match="networks"):
        plugs({}, {"ada": ada, "bo": ada})
