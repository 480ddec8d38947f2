// A bench: pictures, words, knobs and buttons. The kernel draws; here the hand is followed.

const FRAME_MS = 40; // the play button asks for 25 pictures a second
const PATIENCE_MS = 1500;

function format(knob, value) {
  const digits = Number(value).toFixed(knob.decimals);
  const shown = Number(digits) === 0 ? (0).toFixed(knob.decimals) : digits; // no −0
  return `${shown.replace("-", "−")}${knob.unit}`;
}

function makeSlider(knob, value, change) {
  const id = newId(knob.name);
  // With stops the browser's slider counts them; what is set and shown is their value.
  const { stops } = knob;
  const distance = (index, value) => Math.abs(stops[index] - value);
  const nearest = (value) => stops.reduce((best, _, index) => (distance(index, value) < distance(best, value) ? index : best), 0);
  const input = make("input", {
    type: "range",
    id,
    name: knob.name,
    min: stops.length ? 0 : knob.low,
    max: stops.length ? stops.length - 1 : knob.high,
    step: stops.length ? 1 : knob.step,
    title: knob.hint || undefined,
    oninput: () => change(stops.length ? stops[Number(input.value)] : Number(input.value)),
    ondblclick: () => change(knob.start),
    onkeydown: (event) => {
      if (event.key !== "Backspace" && event.key !== "Delete") return;
      event.preventDefault();
      change(knob.start);
    },
  });
  const output = make("output", { for: id });
  const reset = make(
    "button",
    {
      type: "button",
      class: "um-reset",
      tabindex: "-1", // the keyboard has Backspace for it; eleven more stops would be in the way
      title: `Back to ${format(knob, knob.start)}`,
      "aria-label": `Reset ${knob.label}`,
      onclick: () => change(knob.start),
    },
    "↺",
  );
  const set = (now) => {
    const at = stops.length ? nearest(now) : now;
    if (Number(input.value) !== at) input.value = at;
    const shown = format(knob, now);
    output.textContent = shown;
    input.setAttribute("aria-valuetext", shown);
    reset.classList.toggle("um-at-rest", Math.abs(now - knob.start) < knob.step / 2);
  };
  set(value);
  return { row: make("div", { class: "um-knob" }, make("label", { for: id }, knob.label), input, output, reset), set };
}

function makeChoice(knob, value, change) {
  const name = newId(knob.name);
  const inputs = knob.options.map(([option, label]) => {
    const input = make("input", { type: "radio", name, value: option, onchange: () => input.checked && change(option) });
    return [option, input, make("label", {}, input, label)];
  });
  const set = (now) => inputs.forEach(([option, input]) => (input.checked = option === now));
  set(value);
  const title = newId("name");
  const row = make(
    "div",
    { class: "um-choice", role: "radiogroup", "aria-labelledby": title },
    make("span", { class: "um-choice-name", id: title }, knob.label),
    make("div", { class: "um-choices" }, ...inputs.map(([, , label]) => label)),
  );
  return { row, set };
}

function makeToggle(knob, value, change) {
  const input = make("input", { type: "checkbox", name: knob.name, onchange: () => change(input.checked) });
  const set = (now) => (input.checked = now);
  set(value);
  return { row: make("div", { class: "um-choice" }, make("label", {}, input, knob.label)), set };
}

const REACH = 30; // CSS pixels: as near as this a point is meant
const LARGER = 5; // times as far with Shift
const BY_KEYBOARD = "By keyboard: Tab to it, then the arrow keys (with Shift: farther); Backspace puts it back.";

/** Points over a picture. Each is a stop for the keyboard; `change` gets all of them. */
function makePoints(knob, value, change, place) {
  const one = knob.start.length === 1;
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 1 1");
  svg.setAttribute("preserveAspectRatio", "none");
  svg.setAttribute("aria-hidden", "true");
  const lines = knob.lines.flatMap((line) =>
    ["um-under", "um-over"].map((kind) => {
      const drawn = document.createElementNS("http://www.w3.org/2000/svg", "polyline");
      drawn.setAttribute("class", kind);
      return [line, drawn];
    }),
  );
  for (const kind of ["um-under", "um-over"]) {
    svg.append(...lines.filter(([, drawn]) => drawn.getAttribute("class") === kind).map(([, drawn]) => drawn));
  }
  let now = value;
  const put = (index, x, y) => {
    const kept = [x, y].map((at) => Math.min(1, Math.max(0, at)));
    if (kept[0] === now[index][0] && kept[1] === now[index][1]) return;
    change(now.map((point, number) => (number === index ? kept : point)));
  };
  const handles = knob.names.map((name, index) =>
    make("div", {
      class: "um-point",
      role: "slider",
      tabindex: "0",
      "aria-label": name,
      "aria-roledescription": "movable point",
      "aria-valuemin": "0",
      "aria-valuemax": "100",
      onkeydown: (event) => {
        const far = knob.step * (event.shiftKey ? LARGER : 1);
        const steps = { ArrowLeft: [-far, 0], ArrowRight: [far, 0], ArrowUp: [0, -far], ArrowDown: [0, far] }[event.key];
        const other = { Home: 0, End: handles.length - 1 }[event.key];
        if (steps) put(index, now[index][0] + steps[0], now[index][1] + steps[1]);
        else if (other !== undefined) handles[other].focus();
        else if (event.key === "Backspace" || event.key === "Delete") put(index, ...knob.start[index]);
        else return;
        event.preventDefault();
      },
    }),
  );
  const layer = make(
    "div",
    { class: one ? "um-points um-one" : "um-points", role: "group", "aria-label": knob.label },
    svg,
    ...handles,
  );
  let grip = null;
  const at = (event) => {
    const box = layer.getBoundingClientRect();
    return { x: (event.clientX - box.left) / box.width, y: (event.clientY - box.top) / box.height, box };
  };
  layer.addEventListener("pointerdown", (event) => {
    if (event.button) return;
    const { x, y, box } = at(event);
    const away = now.map(([px, py]) => Math.hypot((px - x) * box.width, (py - y) * box.height));
    const index = away.indexOf(Math.min(...away));
    const near = away[index] <= REACH;
    if (!near && !one) return;
    event.preventDefault();
    layer.setPointerCapture(event.pointerId);
    handles[index].focus({ preventScroll: true });
    handles[index].classList.add("um-held");
    // A point that is taken beside its middle must not jump under the finger; a single one comes to where it is called.
    grip = { index, x: near ? now[index][0] - x : 0, y: near ? now[index][1] - y : 0 };
    put(index, x + grip.x, y + grip.y);
  });
  layer.addEventListener("pointermove", (event) => {
    if (!grip) return;
    const { x, y } = at(event);
    put(grip.index, x + grip.x, y + grip.y);
  });
  for (const name of ["pointerup", "pointercancel"]) {
    layer.addEventListener(name, () => {
      if (grip) handles[grip.index].classList.remove("um-held");
      grip = null;
    });
  }
  const set = (points) => {
    now = points;
    handles.forEach((handle, index) => {
      const [x, y] = points[index].map((part) => 100 * part);
      handle.style.left = `${x}%`;
      handle.style.top = `${y}%`;
      handle.setAttribute("aria-valuenow", Math.round(x));
      handle.setAttribute("aria-valuetext", `${Math.round(x)} % across, ${Math.round(y)} % down`);
    });
    for (const [line, drawn] of lines) drawn.setAttribute("points", line.map((index) => points[index].join(",")).join(" "));
  };
  set(value);
  place.append(layer);
  return { row: layer, set };
}

const MAKERS = { slider: makeSlider, choice: makeChoice, toggle: makeToggle };

function render({ model, el }) {
  const root = makeRoot(el, model.get("title") || "Bench");
  const { stage, canvas, place, show } = makeStage();
  const live = makeLive();
  const error = makeError();
  const words = make("p", { class: "um-words", "aria-hidden": "true" });
  const waiting = make("span", { class: "um-waiting", role: "status" });
  const bar = make("div", { class: "um-bar" });
  const knobs = model.get("knobs");
  let settings = { ...model.get("settings") };
  let patience = 0;
  let playing = 0;

  if (model.get("title")) root.append(make("div", { class: "um-title" }, model.get("title")));
  root.append(stage);
  const several = knobs.filter((knob) => knob.kind === "points").map((knob) => knob.start.length > 1);
  if (several.length) {
    root.append(make("p", { class: "um-hint" }, `Drag ${several.includes(true) ? "a" : "the"} point. ${BY_KEYBOARD}`));
  }
  root.append(words, live.line, error.box);

  // ---- knobs
  const setters = {};
  const rows = {};
  const panel = make("div", { class: "um-knobs" });
  const groups = new Map();
  for (const knob of knobs.filter((each) => each.kind === "points")) {
    const { row, set } = makePoints(
      knob,
      settings[knob.name],
      (value) => {
        stop();
        change({ [knob.name]: value });
      },
      place(knob.panel),
    );
    setters[knob.name] = set;
    rows[knob.name] = row;
  }
  for (const knob of knobs.filter((each) => each.kind !== "points")) {
    if (!groups.has(knob.group)) {
      const group = make("div", { class: "um-group", role: "group", "aria-label": knob.group || "Settings" });
      if (knob.group) group.append(make("div", { class: "um-group-name", "aria-hidden": "true" }, knob.group));
      groups.set(knob.group, group);
      panel.append(group);
    }
    const { row, set } = MAKERS[knob.kind](knob, settings[knob.name], (value) => {
      stop();
      change({ [knob.name]: value });
    });
    setters[knob.name] = set;
    rows[knob.name] = row;
    groups.get(knob.group).append(row);
  }

  function change(values) {
    settings = { ...settings, ...values };
    for (const [name, value] of Object.entries(values)) setters[name]?.(value);
    ask();
  }

  function ask() {
    // The model sends one message at a time and keeps only the newest settings that wait behind it.
    model.set("settings", settings);
    model.set("asked", model.get("asked") + 1);
    model.save_changes();
    if (!patience) patience = setTimeout(lose, PATIENCE_MS);
  }

  function lose() {
    patience = 0;
    if (model.get("frame").answered >= model.get("asked")) return;
    waiting.textContent = "The kernel is busy or gone. The picture follows as soon as it answers.";
    patience = setTimeout(lose, PATIENCE_MS);
  }

  // ---- the play button
  const track = model.get("track");
  const play = track.length
    ? make("button", { type: "button", class: "um-button", "aria-pressed": "false", onclick: () => (playing ? stop() : start()) }, "Play")
    : null;
  let at = 0;
  function start() {
    play.textContent = "Pause";
    play.setAttribute("aria-pressed", "true");
    let last = 0;
    const tick = (now) => {
      playing = requestAnimationFrame(tick);
      const ready = model.get("frame").answered >= model.get("asked");
      if (!ready || now - last < FRAME_MS - 4) return;
      last = now;
      change(track[at % track.length]);
      at += 1;
    };
    playing = requestAnimationFrame(tick);
  }
  function stop() {
    if (!playing) return;
    cancelAnimationFrame(playing);
    playing = 0;
    play.textContent = "Play";
    play.setAttribute("aria-pressed", "false");
  }

  // ---- buttons
  const buttons = new Map();
  function showButtons() {
    for (const { name, label, disabled, main } of model.get("buttons")) {
      if (!buttons.has(name)) {
        const button = make("button", { type: "button", class: "um-button", onclick: () => model.send({ press: name }) });
        buttons.set(name, button);
        bar.append(button);
      }
      const button = buttons.get(name);
      if (button.textContent !== label) button.textContent = label;
      button.classList.toggle("um-main", !!main);
      // aria-disabled keeps the focus where it is when a button goes out of use under the finger.
      button.disabled = !!disabled && button !== document.activeElement;
      button.setAttribute("aria-disabled", String(!!disabled));
    }
  }
  showButtons();
  if (play) bar.append(play);
  if (knobs.some((knob) => knob.kind === "slider" || knob.kind === "points")) {
    const start = Object.fromEntries(knobs.map((knob) => [knob.name, knob.start]));
    const reset = () => {
      stop();
      change(start);
    };
    bar.append(make("button", { type: "button", class: "um-button", onclick: reset }, "Reset all"));
  }
  bar.append(waiting);
  root.append(bar);
  if (panel.children.length) root.append(panel);

  // ---- hands on the picture
  const hands = model.get("hands");
  if (hands.panel !== undefined) {
    const surface = canvas(hands.panel);
    const [across, down] = [hands.across, hands.down].map((name) => knobs.find((knob) => knob.name === name));
    const clamp = (knob, value) =>
      Math.min(knob.high, Math.max(knob.low, Math.round((value - knob.low) / knob.step) * knob.step + knob.low));
    const move = (dx, dy, from) => {
      const values = {};
      if (across) values[across.name] = clamp(across, from[across.name] + dx * (across.high - across.low));
      if (down) values[down.name] = clamp(down, from[down.name] + dy * (down.high - down.low));
      if (Object.entries(values).some(([name, value]) => settings[name] !== value)) change(values);
    };
    let grip = null;
    surface.classList.add("um-hands");
    surface.tabIndex = 0;
    surface.setAttribute("aria-description", hands.words);
    surface.title = hands.words;
    surface.addEventListener("pointerdown", (event) => {
      stop();
      surface.setPointerCapture(event.pointerId);
      grip = { x: event.clientX, y: event.clientY, from: { ...settings } };
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
      move(steps[0] / 20, steps[1] / 20, settings);
    });
  }

  // ---- what the kernel says
  function showFrame() {
    const frame = model.get("frame");
    show(frame.panels, frame.alt);
    if (words.textContent !== frame.words) words.textContent = frame.words;
    words.hidden = !frame.words;
    live.say(frame.words);
    for (const [name, row] of Object.entries(rows)) {
      const idle = frame.idle.includes(name);
      row.classList.toggle("um-idle", idle);
      for (const input of row.querySelectorAll("input")) input.disabled = idle;
      if (row.classList.contains("um-points")) row.inert = idle;
    }
    error.show(frame.error, frame.trace);
    if (frame.answered >= model.get("asked")) {
      clearTimeout(patience);
      patience = 0;
      waiting.textContent = "";
    }
  }
  function showSettings() {
    const theirs = model.get("settings");
    for (const [name, value] of Object.entries(theirs)) if (settings[name] !== value) setters[name]?.(value);
    settings = { ...theirs };
  }
  model.on("change:frame", showFrame);
  model.on("change:settings", showSettings);
  model.on("change:buttons", showButtons);
  showFrame();
  model.send({ view: 1 });

  return () => {
    stop();
    clearTimeout(patience);
    live.stop();
    model.off("change:frame", showFrame);
    model.off("change:settings", showSettings);
    model.off("change:buttons", showButtons);
    model.send({ view: -1 });
  };
}

export default { render };
