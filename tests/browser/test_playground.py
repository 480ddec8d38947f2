"""The playground in a browser, opened from disk: its swap beside PyTorch's, every room, and no request but to disk."""

import base64
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest

from book.playground import gallery, page, shots
from book.playground.lattice import Lattice
from unmasked import blend, paths, toons
from unmasked.forensics.roc import criterion, d_prime
from unmasked.makers.stills import Item
from unmasked.models import swapping, weights

pytestmark = pytest.mark.browser

SMALL = Lattice(yaw=(0, 10, 20), smile=(-1, 0, 0.5, 1), jaw=(0, 0.25, 1))
LARGE = Lattice(yaw=(0, 20), smile=(-1, 0, 1), jaw=(0, 1), side=128)
ROOMS = ("puppet", "plugs", "squeeze", "blend", "spot", "threshold")
PYTHON = "pre code"


def stand_ins(count, seed):
    """Stills for the page's rooms that need some; the real ones take a minute."""
    noise = np.random.default_rng(seed)
    return [
        Item(
            noise.integers(0, 255, (54, 72, 3), dtype=np.uint8),
            number % 2 == 0,
            "ada",
            "bo",
            toons.Performance(),
            9.0,
            np.zeros((54, 72, 3), np.uint8),
        )
        for number in range(count)
    ]


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    """The page with fewer faces and with stand-ins for its stills."""
    generator = np.random.default_rng(0)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(gallery, "scores", lambda items: generator.normal([[i.fake for i in items]] * 2).round(2))
        text = page.build(SMALL, LARGE, stand_ins(20, 1), stand_ins(40, 2))
    path = tmp_path_factory.mktemp("playground") / "playground.html"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def opened(browser, file):
    """The page, and every request that it has made."""
    tab = browser.new_page(viewport={"width": 1280, "height": 900}, reduced_motion="reduce")
    tab.asked, tab.broken = [], []
    tab.on("request", lambda request: tab.asked.append(request.url))
    tab.on("pageerror", lambda error: tab.broken.append(str(error)))
    tab.on("console", lambda message: tab.broken.append(message.text) if message.type == "error" else None)
    tab.goto(file.as_uri())
    tab.wait_for_selector("html[data-ready]", timeout=120_000)
    yield tab
    assert not tab.broken
    tab.close()


def go(tab, state):
    """Opens the page as a link with this state does; returns the room's section."""
    tab.evaluate("state => { location.hash = state; }", state)
    room = tab.locator(f"#room-{state.partition('?')[0]}")
    room.wait_for(state="visible")
    tab.wait_for_timeout(50)
    return room


def pixels(room, part):
    """What a canvas holds, uint8 (H, W, 3)."""
    wide, high, kept = room.locator(f'[data-part="{part}"]').evaluate(
        """canvas => {
            const { width, height } = canvas, { data } = canvas.getContext("2d").getImageData(0, 0, width, height);
            return [width, height, btoa(data.reduce((text, byte) => text + String.fromCharCode(byte), ""))];
        }"""
    )
    return np.frombuffer(base64.b64decode(kept), np.uint8).reshape(high, wide, 4)[..., :3]


def value(room, meter):
    return float(room.locator(f'[data-part="{meter}"] [data-part="value"]').inner_text().replace("−", "-"))


def run_python(room):
    """What the room's lines of Python print, run by a Python of their own."""
    lines = room.locator(PYTHON).text_content()
    done = subprocess.run([sys.executable, "-c", lines], cwd=paths.ROOT, capture_output=True, text=True)
    assert done.returncode == 0, f"{lines}\n{done.stderr[-2000:]}"
    return [float(word) for word in done.stdout.split()]


# ---- the swap


@pytest.mark.parametrize("acts, other", [("ada", "bo"), ("bo", "ada")])
@pytest.mark.parametrize("size", [64, 128])
def test_the_swap_is_pytorchs_within_two_grey_levels(opened, size, acts, other):
    model, worst = weights.load(page.MODELS[size]), 0
    for yaw, smile, jaw, eyes in (
        (0, 0, 0, "ahead"),
        (20, 1, 1, "left"),
        (10, -1, 0.25, "shut"),
        (20, 0.5, 0, "right"),
    ):
        room = go(opened, f"puppet?yaw={yaw}&smile={smile}&jaw={jaw}&eyes={eyes}&acts={acts}&size={size}")
        assert pixels(room, "acting").shape == (size, size, 3)
        wanted = swapping.swap_pictures(model, pixels(room, "acting")[None], acts, other)[0]
        worst = max(worst, np.abs(pixels(room, "swapped").astype(int) - wanted).max())
    assert worst <= 2, f"the page's swap is off by {worst} grey levels"


@pytest.mark.parametrize("lattice", [SMALL, LARGE], ids=["64", "128"])
def test_the_faces_are_the_librarys_own_to_the_last_bit(opened, lattice):
    drawn = {name: lattice.draw(name, 20) for name in ("ada", "bo")}
    for row in range(0, len(drawn["ada"].pictures), 5):
        _, _, _, smile, jaw, *_ = (float(value) for value in drawn["ada"].performances[row])
        eyes = lattice.eyes[row % 4][0]
        state = f"yaw=20&smile={smile:g}&jaw={jaw:g}&eyes={eyes}&acts=ada&size={lattice.side}"
        room = go(opened, f"puppet?{state}")
        for part, name in (("acting", "ada"), ("truth", "bo")):
            assert (pixels(room, part) == drawn[name].pictures[row]).all(), f"{name}: {state}"
        masks = opened.evaluate(
            """([side, smile, jaw, eyes]) => {
                const lattice = window.playground.lattices[side], { axes } = lattice;
                const [yaw, mouth] = [axes.yaw.indexOf(20), axes.smile.indexOf(smile)];
                const mask = lattice.mask("bo", { yaw, smile: mouth, jaw: axes.jaw.indexOf(jaw), eyes });
                return [...mask].filter((_, i) => i % 4 === 0);
            }""",
            [lattice.side, smile, jaw, row % 4],
        )
        assert (np.array(masks) == drawn["bo"].masks[row].ravel()).all()


def test_nothing_is_asked_of_anybody_and_nothing_is_broken(opened):
    for room in ROOMS:
        go(opened, room)
    # A blob is a picture that the page itself has made of its own bytes.
    foreign = [url for url in opened.asked if not url.startswith(("file:", "data:", "blob:"))]
    assert not foreign and not opened.broken


def test_a_browser_that_changes_what_a_page_reads_is_named(browser, file, opened):
    assert opened.locator("#guarded").is_hidden()
    tab = browser.new_page()
    tab.add_init_script(
        """const read = CanvasRenderingContext2D.prototype.getImageData;
        CanvasRenderingContext2D.prototype.getImageData = function (...where) {
            const found = read.apply(this, where);
            found.data[4] ^= 1;
            return found;
        };"""
    )
    tab.goto(file.as_uri())
    tab.wait_for_selector("html[data-ready]", timeout=120_000)
    assert tab.locator("#guarded").is_visible()
    tab.close()


def test_there_is_no_way_in_for_a_photo(opened):
    assert opened.locator("input[type=file], video").count() == 0
    source = opened.content()
    assert "getUserMedia" not in source and "FileReader" not in source


# ---- the rooms


def test_a_puppets_face_is_dragged(opened):
    room = go(opened, "puppet?yaw=0&smile=0&jaw=0&eyes=ahead&acts=ada&size=64")
    before = pixels(room, "swapped")
    box = room.locator('[data-part="acting"]').bounding_box()
    opened.mouse.move(box["x"] + 30, box["y"] + 30)
    opened.mouse.down()
    opened.mouse.move(box["x"] + 200, box["y"] + 30, steps=4)
    opened.mouse.up()
    assert "yaw=0&" not in opened.url and (pixels(room, "swapped") != before).any()
    chin = room.get_by_role("slider", name="Jaw, at the chin")
    place = chin.bounding_box()
    opened.mouse.move(place["x"] + 9, place["y"] + 9)
    opened.mouse.down()
    opened.mouse.move(place["x"] + 9, place["y"] + 120, steps=4)
    opened.mouse.up()
    assert "jaw=1" in opened.url


def test_keys_do_what_dragging_does(opened):
    room = go(opened, "puppet?yaw=0&smile=0&jaw=0&eyes=ahead&acts=ada&size=64")
    room.locator('[data-part="acting"]').press("ArrowRight")
    room.get_by_role("slider", name="Smile, at the corner of the mouth").press("ArrowUp")
    assert "yaw=10" in opened.url and "smile=0.5" in opened.url
    # `wait_for_function` polls with `eval`, which this page's own policy forbids.
    opened.locator("#live", has_text="Explained swap").wait_for(state="attached")


@pytest.mark.parametrize("state", ["yaw=10&smile=1&jaw=0.25&size=64", "yaw=20&smile=1&jaw=1&size=128"])
def test_the_puppets_score_is_the_courses(opened, state):
    room = go(opened, f"puppet?{state}&eyes=ahead&acts=ada")
    assert run_python(room) == pytest.approx([value(room, "score")], abs=0.011)


def test_at_128_pixels_a_puppet_stands_at_the_nearest_face_there_is(opened):
    room = go(opened, "puppet?yaw=0&smile=0.5&jaw=1&eyes=shut&acts=ada&size=64")
    room.get_by_label("128", exact=True).check()
    assert "size=128" in opened.url and "yaw=0&" in opened.url and "jaw=1&eyes=shut" in opened.url
    room.locator('[data-part="acting"]').press("ArrowRight")
    assert "yaw=20&" in opened.url and "48 faces" in room.locator('[data-part="fewer"]').inner_text()
    room.get_by_label("64", exact=True).check()
    assert "yaw=20&" in opened.url and "size=64" in opened.url


# ---- the frame


@pytest.fixture(scope="module")
def shot():
    """The frames that the page has, as the library makes them: a function of who is filmed."""
    model = weights.load(page.MODELS[128])
    return {body: shots.shoot(model, body) for body in shots.BODIES}


@pytest.mark.parametrize(
    "body, mask, grow, feather, colour",
    [
        ("kit", "box", 0, 0, "none"),
        ("kit", "face", -5, 9, "none"),
        ("kit", "hull", 4, 8, "reinhard"),
        ("ada", "face", 0, 0, "reinhard"),
        ("ada", "hull", -12, 0, "none"),
        ("ada", "box", -3, 24, "reinhard"),
    ],
)
def test_a_face_is_laid_into_its_frame_as_the_library_does(opened, shot, body, mask, grow, feather, colour):
    room = go(opened, f"blend?filmed={body}&mask={mask}&grow={grow}&feather={feather}&colour={colour}&stage=crop")
    crop = pixels(room, "shown")
    assert np.abs(crop.astype(int) - shot[body].crop).max() <= 2, "the swap in the page is another one"
    recipe = blend.Recipe("given" if mask == "face" else mask, grow=grow, feather=feather, colour=colour)
    wanted = replace(shot[body], crop=crop).put_back(recipe)
    for part, picture in (("colour", wanted.face), ("blended", wanted.picture)):
        off = np.abs(pixels(room, f"small-{part}").astype(int) - picture).max()
        assert off <= 2, f"{part}: off by {off} grey levels"
    shares = pixels(room, "small-mask")[..., 0] / 255
    np.testing.assert_allclose(shares, wanted.mask, atol=0.003)
    found = shot[body].measure(wanted)
    assert value(room, "score") == pytest.approx(found["score"], abs=0.011)
    assert value(room, "added") == pytest.approx(found["step"] - found["true_step"], abs=0.16)


def test_a_blended_frame_scores_as_in_python(opened):
    room = go(opened, "blend?filmed=kit&mask=face&grow=-4&feather=8&colour=reinhard&stage=blended")
    score, added = run_python(room)
    assert value(room, "score") == pytest.approx(score, abs=0.011)
    assert value(room, "added") == pytest.approx(added, abs=0.11)


def test_the_steps_of_a_blend_are_walked_by_button_and_by_key(opened):
    room = go(opened, "blend?stage=frame&mask=box&grow=0&feather=0&colour=none")
    room.get_by_role("button", name="Next step").click()
    assert "stage=crop" in opened.url
    room.locator("[name=stage]:checked").press("ArrowRight")
    assert "stage=laid" in opened.url
    before = value(room, "added")
    room.get_by_label("face", exact=True).check()
    room.get_by_label("Feather").fill("8")
    assert "mask=face" in opened.url and "feather=8" in opened.url and value(room, "added") != before


def test_plugs_score_out_and_back(opened):
    room = go(opened, "plugs?picture=ada&reads=ada&draws=bo&yaw=10&smile=0.5&jaw=0&eyes=ahead")
    right = value(room, "out-score")
    assert run_python(room) == pytest.approx([right, value(room, "back-score")], abs=0.011)
    room.locator("[name=reads][value=bo]").check(force=True)
    assert "reads=bo" in opened.url and value(room, "out-score") < right
    assert run_python(room) == pytest.approx([value(room, "out-score"), value(room, "back-score")], abs=0.011)


@pytest.mark.parametrize("state", ["kind=numbers&set=5:3,70:-2.5", "kind=directions&set=0:2.5,4:-3"])
def test_a_squeezed_face_moves_as_in_python(opened, state):
    room = go(opened, f"squeeze?{state}&yaw=0&smile=0&jaw=0&eyes=ahead")
    off = value(room, "off")
    assert off > 0.5 and run_python(room) == pytest.approx([off], abs=0.11)


def test_a_bar_is_pulled_by_hand_and_by_key(opened):
    room = go(opened, "squeeze?kind=directions")
    bars = room.locator('[data-part="bars"]')
    bars.press("Home")
    bars.press("ArrowUp")
    assert "set=0:" in opened.url
    # A click of the locator waits until the bars stand still, which a first picture may move.
    bars.click(position={"x": bars.bounding_box()["width"] * 5.5 / 16, "y": 8})
    assert "5:" in opened.url
    room.get_by_role("button", name="Put all back").click()
    assert value(room, "off") == 0


def test_a_game_is_played_to_its_end_and_measured(opened):
    room = go(opened, "spot")
    for number in range(20):
        room.get_by_role("button", name=("Surely fake", "Rather real", "Rather fake")[number % 3]).click()
    said = [(4, 2, 3)[number % 3] > 2 for number in range(20)]
    fake = [number % 2 == 0 for number in range(20)]
    counts = (
        sum(s and f for s, f in zip(said, fake, strict=True)),
        10,
        sum(s and not f for s, f in zip(said, fake, strict=True)),
        10,
    )
    cells = room.locator("tbody tr").first.locator("td").all_inner_texts()
    assert cells[:2] == [f"{counts[0]} of 10", f"{counts[2]} of 10"]
    measured = [float(cell.replace("−", "-")) for cell in cells[2:]]
    assert measured == pytest.approx([d_prime(*counts), criterion(*counts)], abs=0.006)
    assert room.locator("tbody tr").count() == 3 and room.locator(".thumbnails figure").count() == 20
    assert opened.url.endswith("spot?said=" + "".join(str((4, 2, 3)[number % 3]) for number in range(20)))
    # The lines of this room draw the page's own twenty, not the stand-ins: that they run is enough.
    assert len(run_python(room)) == 2
    room.get_by_role("button", name="Play again").click()
    assert room.get_by_role("button", name="Surely fake").is_visible()


def test_the_inverse_of_the_normal_distribution(opened):
    from statistics import NormalDist

    shares = [0.001, 0.02, 0.0227, 0.2, 0.5, 0.77, 0.98, 0.999]
    found = opened.evaluate("shares => shares.map(window.playground.deviate)", shares)
    assert found == pytest.approx([NormalDist().inv_cdf(share) for share in shares], abs=1e-6)


def test_a_flags_worth_follows_the_base_rate(opened):
    room = go(opened, "threshold?detector=1&line=1&fakes=500")
    assert "detector=1" in opened.url
    half = room.locator('[data-part="ppv"] [data-part="value"]').inner_text()
    (worth,) = run_python(room)
    assert f"{round(100 * worth)} %" == half
    room.get_by_label("Fakes", exact=True).fill("0")
    assert "fakes=1" in opened.url
    (rare,) = run_python(room)
    assert rare < worth
    room.get_by_label("Flag from").press("ArrowRight")
    assert "line=1.05" in opened.url


# ---- on every page


def test_at_400_pixels_nothing_sticks_out(opened):
    opened.set_viewport_size({"width": 400, "height": 800})
    try:
        for state in ("puppet", "plugs", "squeeze", "blend", "spot?said=", "spot?said=" + 20 * "3", "threshold"):
            go(opened, state)
            wide = opened.evaluate("document.documentElement.scrollWidth")
            assert wide <= 400, f"{state}: {wide} pixels wide"
    finally:
        opened.set_viewport_size({"width": 1280, "height": 900})


def test_every_picture_has_words_and_every_control_a_name(opened):
    for state in ("puppet", "plugs", "squeeze", "blend", "spot?said=1", "threshold"):
        room = go(opened, state)
        silent = room.evaluate(
            """room => [...room.querySelectorAll("canvas, img, input, button, output")]
                .filter(one => one.offsetParent && !(one.getAttribute("aria-label") || one.alt || one.textContent ||
                    one.closest("label")?.textContent || document.querySelector(`label[for="${one.id}"]`)))
                .map(one => one.outerHTML.slice(0, 90))"""
        )
        assert not silent, f"{state}: {silent}"


def test_a_damaged_link_opens_the_room_all_the_same(opened):
    for state in (
        "puppet?yaw=900&acts=eve&size=1",
        "blend?grow=999&feather=x&mask=hat&stage=",
        "squeeze?kind=x&set=999:1,a:b",
        "spot?said=9x",
        "threshold?fakes=7&line=abc",
    ):
        go(opened, state)
    go(opened, "puppet")
    opened.evaluate("location.hash = 'cellar'")
    opened.locator("#room-puppet").wait_for(state="visible")
    assert not opened.broken
