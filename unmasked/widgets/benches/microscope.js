// The loupe: it lies over the forged face and shows, twice as large, what is at its middle: the map, the pixels, or the
// recording. It follows the hand at once; the numbers below the maps follow when the kernel has read them.

const RADIUS = 0.2; // of the face's side
const ZOOM = 2;
const KEY_STEP = 0.02; // of the face's side, for one arrow key; with Shift five times as much
const GLIDE_MS = 1100;
const [FACE, FAKE_MAP, REAL_MAP, REAL] = [0, 2, 3, 4]; // the bench's pictures

function dressMicroscope({ root, stage, canvas, place, model, turn, settings }) {
  stage.classList.add("um-scope");
  root.classList.add("um-scope-root");
  place(REAL).parentElement.classList.add("um-scope-real");
  // The loupe's own handle is their knob, for hands and for keys.
  for (const name of ["across", "down"]) root.querySelector(`input[name="${name}"]`).closest(".um-knob").hidden = true;

  // Where there is room for two knobs in a line, these share one.
  const choice = (value) => root.querySelector(`input[value="${value}"]`).closest(".um-choice");
  choice("pixels").classList.add("um-scope-half");
  choice(settings().level).classList.add("um-scope-half", "um-scope-level");

  const face = place(FACE);
  const glass = make("canvas", { class: "um-glass", "aria-hidden": "true" });
  const grip = make("div", {
    class: "um-end",
    role: "slider",
    tabindex: "0",
    "aria-roledescription": "loupe",
    "aria-label": "Loupe on the forged face",
    onkeydown: (event) => {
      const by = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
      if (!by) return;
      event.preventDefault();
      const far = KEY_STEP * (event.shiftKey ? 5 : 1);
      put([settings().across + by[0] * far, settings().down + by[1] * far]);
    },
  });
  face.classList.add("um-scope-face");
  face.append(make("div", { class: "um-glass-holder" }, glass), grip);
  const rings = [FAKE_MAP, REAL_MAP].map((index) => {
    const ring = make("div", { class: "um-scope-ring" });
    place(index).append(make("div", { class: "um-glass-holder" }, ring));
    return ring;
  });

  const still = () => settings().clue === "spectrum"; // its map has no places
  const clamp = (part) => Number(Math.min(1, Math.max(0, part)).toFixed(3));
  const put = ([across, down]) => {
    const [u, v] = [clamp(across), clamp(down)];
    if (u !== settings().across || v !== settings().down) turn({ across: u, down: v });
  };

  function draw(u, v) {
    const wide = face.clientWidth;
    if (!wide) return;
    const size = Math.round(2 * RADIUS * wide * (window.devicePixelRatio || 1));
    if (glass.width !== size) glass.width = glass.height = size;
    for (const [name, value] of [["left", u], ["top", v]]) {
      glass.style[name] = `${100 * value}%`;
      for (const ring of rings) ring.style[name] = `${100 * value}%`;
    }
    const far = RADIUS * Math.SQRT1_2;
    const toSide = (part) => (part > 1 - RADIUS ? part - far : part + far);
    grip.style.left = `${100 * toSide(u)}%`;
    grip.style.top = `${100 * toSide(v)}%`;
    const shown = settings().glass === "map" && still() ? "pixels" : settings().glass;
    const from = canvas({ map: FAKE_MAP, pixels: FACE, recording: REAL }[shown]);
    const context = glass.getContext("2d");
    context.fillStyle = "#141414";
    context.fillRect(0, 0, size, size);
    context.imageSmoothingEnabled = false;
    const [w, h] = [from.width, from.height];
    const scale = (ZOOM * size) / (2 * RADIUS * w);
    context.setTransform(scale, 0, 0, scale, size / 2 - scale * u * w, size / 2 - scale * v * h);
    context.drawImage(from, 0, 0);
    context.setTransform(1, 0, 0, 1, 0, 0);
    for (const ring of rings) ring.hidden = still();
  }

  let held = null;
  const at = (event) => {
    const box = face.getBoundingClientRect();
    return [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height];
  };
  face.addEventListener("pointerdown", (event) => {
    if (event.button) return;
    event.preventDefault();
    stopGliding();
    face.setPointerCapture(event.pointerId);
    const [x, y] = at(event);
    const { across, down } = settings();
    // By its grip or its glass it is dragged as it lies; elsewhere it comes to the pointer.
    const taken = event.target === grip || Math.hypot(x - across, y - down) <= RADIUS;
    held = taken ? [across - x, down - y] : [0, 0];
    grip.classList.add("um-held");
    grip.focus({ preventScroll: true });
    put([x + held[0], y + held[1]]);
  });
  face.addEventListener("pointermove", (event) => {
    if (!held) return;
    const [x, y] = at(event);
    put([x + held[0], y + held[1]]);
  });
  for (const name of ["pointerup", "pointercancel"]) {
    face.addEventListener(name, () => {
      held = null;
      grip.classList.remove("um-held");
    });
  }

  // Once, when it comes into view, it glides from the middle of the face to its place: so that one sees it can move.
  let gliding = 0;
  const now = () => [settings().across, settings().down];
  function stopGliding() {
    cancelAnimationFrame(gliding);
    gliding = 0;
    watch.disconnect();
  }
  const watch = new IntersectionObserver((entries) => {
    if (!entries.some((entry) => entry.isIntersecting)) return;
    watch.disconnect();
    if (matchMedia("(prefers-reduced-motion: reduce)").matches) return;
    const begin = performance.now();
    const tick = (time) => {
      const share = Math.min(1, Math.max(0, (time - begin) / GLIDE_MS));
      const ease = share * share * (3 - 2 * share);
      const [u, v] = now();
      draw(0.5 + ease * (u - 0.5), 0.5 + ease * (v - 0.5));
      gliding = share < 1 ? requestAnimationFrame(tick) : 0;
    };
    gliding = requestAnimationFrame(tick);
  });
  watch.observe(face);
  const resized = new ResizeObserver(() => gliding || draw(...now()));
  resized.observe(face);

  const hint = make("p", { class: "um-hint" }, "Drag the loupe, or press where it shall go. By keyboard: Tab to its ring, then the arrow keys.");
  stage.append(make("div", { class: "um-scope-bar" }, root.querySelector(".um-bar")));
  stage.after(hint);
  return {
    show({ across, down }) {
      if (!gliding) draw(across, down);
      grip.setAttribute("aria-valuenow", String(Math.round(100 * across)));
      grip.setAttribute("aria-valuetext", `${Math.round(100 * across)} % from the left, ${Math.round(100 * down)} % from above`);
    },
    stop() {
      stopGliding();
      resized.disconnect();
    },
  };
}

DRESSERS.push(dressMicroscope);
