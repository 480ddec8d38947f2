// A hand on the picture itself: dragging across and down turns two sliders, and so do the arrow keys.

const KEY_SHARE = 1 / 20; // of a slider's range, for one arrow key

/** `now()` gives the settings, `turn` takes { name: value }; `stop` ends what plays by itself. */
function makeHands(surface, hands, knobs, now, turn, stop) {
  const [across, down] = [hands.across, hands.down].map((name) => knobs.find((knob) => knob.name === name));
  const clamp = (knob, value) =>
    Math.min(knob.high, Math.max(knob.low, Math.round((value - knob.low) / knob.step) * knob.step + knob.low));
  const move = (dx, dy, from) => {
    const values = {};
    if (across) values[across.name] = clamp(across, from[across.name] + dx * (across.high - across.low));
    if (down) values[down.name] = clamp(down, from[down.name] + dy * (down.high - down.low));
    if (Object.entries(values).some(([name, value]) => now()[name] !== value)) turn(values);
  };
  let grip = null;
  surface.classList.add("um-hands");
  surface.tabIndex = 0;
  surface.setAttribute("aria-description", hands.words);
  surface.title = hands.words;
  surface.addEventListener("pointerdown", (event) => {
    stop();
    surface.setPointerCapture(event.pointerId);
    grip = { x: event.clientX, y: event.clientY, from: { ...now() } };
  });
  surface.addEventListener("pointermove", (event) => {
    if (!grip) return;
    const { width, height } = surface.getBoundingClientRect();
    move((event.clientX - grip.x) / width, (event.clientY - grip.y) / height, grip.from);
  });
  for (const name of ["pointerup", "pointercancel"]) surface.addEventListener(name, () => (grip = null));
  surface.addEventListener("keydown", (event) => {
    const steps = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
    if (!steps) return;
    event.preventDefault();
    stop();
    move(steps[0] * KEY_SHARE, steps[1] * KEY_SHARE, now());
  });
}
