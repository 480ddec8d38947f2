// A brush on the picture that the network gets. The stroke shows at once; Bo follows as fast as the kernel draws him.

// The strokes have no row among the knobs: they lie on the picture.
MAKERS.strokes = () => ({ row: make("div", { hidden: true }), set() {} });

const APART = 0.006; // of the picture's side, between two points of a stroke

function dressPaint({ root, place, model, turn, settings }) {
  root.classList.add("um-paint");
  const face = place(0);
  const palette = model.get("palette");
  const sizes = model.get("sizes");
  let colour = Object.keys(palette)[1];
  let size = Object.keys(sizes)[1];
  const css = (name) => `rgb(${palette[name].join(" ")})`;

  // Each entry: how many strokes there were before. What was added at once goes at once.
  const steps = [];
  const add = (strokes) => {
    steps.push(settings().strokes.length);
    turn({ strokes: [...settings().strokes, ...strokes] });
  };
  const undo = () => {
    const now = settings().strokes;
    const before = steps.length ? steps.pop() : now.length - 1;
    if (now.length) turn({ strokes: now.slice(0, Math.max(0, before)) });
  };
  const clear = () => {
    steps.length = 0;
    if (settings().strokes.length) turn({ strokes: [] });
  };

  const choice = (name, options, chosen, dress) => {
    const box = make("div", { class: "um-paint-choice", role: "radiogroup", "aria-label": name });
    const group = newId(name);
    for (const option of options) {
      const input = make("input", { type: "radio", name: group, value: option, onchange: () => chosen(option) });
      input.checked = option === colour || option === size;
      box.append(make("label", { title: option }, input, dress(option), make("span", {}, option)));
    }
    return box;
  };
  const colours = choice("Colour", Object.keys(palette), (name) => (colour = name), (name) => make("i", { class: "um-swatch", style: `background: ${css(name)}`, "aria-hidden": "true" }));
  const widths = choice("Brush", Object.keys(sizes), (name) => (size = name), (name) => make("i", { class: "um-dot", style: `--um-wide: ${Math.max(5, 150 * sizes[name])}px`, "aria-hidden": "true" }));
  const button = (label, act) => make("button", { type: "button", class: "um-button", onclick: act }, label);
  const back = button("Undo", undo);
  const wipe = button("Clear", clear);
  const ready = Object.entries(model.get("ready")).map(([label, strokes]) => button(label, () => add(strokes)));
  const bar = root.querySelector(".um-bar");
  bar.prepend(...ready, back, wipe);
  root.querySelector(".um-stage").after(make("div", { class: "um-paint-tools" }, colours, widths), bar);
  // Below the buttons it would open a line of its own.
  const line = make("div", { class: "um-paint-line" });
  const words = root.querySelector(".um-words");
  words.before(line);
  line.append(words, bar.querySelector(".um-waiting"));

  const wet = make("canvas", { class: "um-wet", "aria-hidden": "true" });
  const ring = make("div", { class: "um-brush", hidden: true });
  face.append(wet, ring);
  const answered = () => model.get("frame").answered >= model.get("asked");
  function drawWet() {
    const wide = Math.round(face.clientWidth * (window.devicePixelRatio || 1));
    if (!wide) return;
    wet.width = wet.height = wide; // and it is empty again
    if (answered() && !painting) return;
    const last = settings().strokes.at(-1);
    if (!last) return;
    const context = wet.getContext("2d");
    context.lineCap = context.lineJoin = "round";
    context.strokeStyle = css(last.colour);
    context.lineWidth = last.size * wide;
    context.beginPath();
    last.points.forEach(([x, y]) => context.lineTo(x * wide, y * wide));
    const [x, y] = last.points[0];
    if (last.points.length === 1) context.lineTo(x * wide + 0.1, y * wide);
    context.stroke();
  }

  let painting = null;
  let waiting = 0;
  const at = (event) => {
    const box = face.getBoundingClientRect();
    return [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height].map((part) => Number(Math.min(1, Math.max(0, part)).toFixed(4)));
  };
  // One picture of Bo a frame of the screen, however fast the hand is.
  const sendSoon = () => {
    if (waiting) return;
    waiting = requestAnimationFrame(() => {
      waiting = 0;
      const before = steps.at(-1) ?? 0;
      if (painting) turn({ strokes: [...settings().strokes.slice(0, before), { ...painting, points: [...painting.points] }] });
    });
  };
  face.classList.add("um-easel");
  face.addEventListener("pointerdown", (event) => {
    if (event.button) return;
    event.preventDefault();
    face.setPointerCapture(event.pointerId);
    painting = { colour, size: sizes[size], points: [at(event)] };
    add([{ ...painting }]);
  });
  face.addEventListener("pointermove", (event) => {
    const [x, y] = at(event);
    ring.hidden = false;
    ring.style.left = `${100 * x}%`;
    ring.style.top = `${100 * y}%`;
    ring.style.width = `${100 * sizes[size]}%`;
    if (!painting) return;
    const far = ([u, v]) => {
      const [a, b] = painting.points.at(-1);
      return Math.hypot(u - a, v - b) >= APART;
    };
    for (const part of event.getCoalescedEvents?.() ?? [event]) {
      const point = at(part);
      if (far(point) && painting.points.length < model.get("most")) painting.points.push(point);
    }
    sendSoon();
  });
  face.addEventListener("pointerleave", () => (ring.hidden = true));
  for (const name of ["pointerup", "pointercancel"]) {
    face.addEventListener(name, () => {
      if (!painting) return;
      cancelAnimationFrame(waiting);
      waiting = 0;
      turn({ strokes: [...settings().strokes.slice(0, steps.at(-1)), painting] });
      painting = null;
    });
  }
  const resized = new ResizeObserver(drawWet);
  resized.observe(face);
  return {
    show() {
      drawWet();
      const empty = String(!settings().strokes.length);
      for (const one of [back, wipe]) one.setAttribute("aria-disabled", empty);
      for (const one of ready) one.setAttribute("aria-disabled", String(settings().strokes.length > model.get("room")));
    },
    stop() {
      cancelAnimationFrame(waiting);
      resized.disconnect();
    },
  };
}

DRESSERS.push(dressPaint);
