"""The plugs in every wiring."""

import pytest
from stand_in import StandIn

from unmasked.models.swapping import swap_pictures
from unmasked.widgets import plugs
from unmasked.widgets.benches import board


def test_plugs_go_every_way_in_both_nets_at_once(faces):
    shared, separate = StandIn(), StandIn(separate=True)
    pictures = {name: face.pictures for name, face in faces.items()}
    bench = plugs({"shared": shared, "separate": separate}, pictures, {n: face.masks for n, face in faces.items()})
    stills = set()
    for picture in ("ada", "bo"):
        for encoder in ("ada", "bo"):
            for decoder in ("ada", "bo"):
                for moment in (1, 4):
                    frame = bench.set(picture=picture, encoder=encoder, decoder=decoder, moment=moment)
                    panels = [panel.picture for panel in frame.panels]
                    assert len(panels) == 2 + 3 * 2 + 1
                    given = pictures[picture][moment - 1]
                    assert all((panels[k] == pictures[name][moment - 1]).all() for k, name in enumerate(pictures))
                    assert (panels[-1] == pictures[decoder][moment - 1]).all()
                    expected = swap_pictures(shared, given[None], picture, decoder)[0]
                    plugged, idle = (3, 4) if decoder == "ada" else (4, 3)
                    for row in (0, 3):
                        assert (panels[plugged + row] == expected).all() and not panels[idle + row].any()
                    assert "shared" in frame.words and "separate" in frame.words and frame.idle == ()
                    stills.add(bench.still().tobytes())
    assert len(stills) == 16, "each wiring must have a diagram of its own"


@pytest.mark.parametrize("separate", [False, True])
def test_a_single_net_has_a_diagram_too(faces, separate):
    bench = plugs({"one": StandIn(separate=separate)}, {name: face.pictures for name, face in faces.items()})
    assert bench.shown.idle == (() if separate else ("encoder",))
    settings = {plug["setting"] for plug in bench.board["plugs"]}
    assert settings == ({"picture", "encoder", "decoder"} if separate else {"picture", "decoder"})


@pytest.mark.parametrize("rows", [{"a": (False, False)}, {"a": (True, True), "b": (False, False), "c": (True, False)}])
def test_every_wiring_carries_a_signal_from_the_picture_to_one_decoder(rows):
    places = board.build({"ada": "Ada", "bo": "Bo"}, rows)
    inside = [box["y"] >= 0 and box["y"] + box["h"] <= places["height"] for box in places["boxes"]]
    assert all(inside) and len({(box["x"], box["y"]) for box in places["boxes"]}) == len(inside)
    for picture in ("ada", "bo"):
        for encoder in ("ada", "bo"):
            for decoder in ("ada", "bo"):
                now = {"picture": picture, "encoder": encoder, "decoder": decoder}
                live = [c for c in places["cables"] if all(now[key] == value for key, value in c["when"].items())]
                assert len(live) == 4 * len(rows), "picture to encoder to code to layout to decoder, a cable each"


def test_plugs_need_matched_pictures(faces):
    ada = faces["ada"].pictures
    with pytest.raises(ValueError, match="faces"):
        plugs({"one": StandIn()}, {"ada": ada})
    with pytest.raises(ValueError, match="faces"):
        plugs({"one": StandIn()}, {"ada": ada, "bo": ada[:2]})
    with pytest.raises(ValueError, match="networks"):
        plugs({}, {"ada": ada, "bo": ada})
