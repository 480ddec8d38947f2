// Squeeze: the code as bars. Drag one number, and watch the face.

function squeezeRoom(root, { lattice, network, names, place, directions, changed }) {
  const REACH = 4; // how far a bar goes up and down
  const state = { kind: "numbers", at: { numbers: 0, directions: 0 }, set: { numbers: {}, directions: {} } };
  const knobs = new Knobs(part(root, "knobs"), lattice, place, (move) => go(() => Object.assign(place, move)));
  const bars = part(root, "bars"), context = bars.getContext("2d");
  let held = [], holding = null;

  root.querySelectorAll("[name=kind]").forEach((input) =>
    input.addEventListener("change", () => go(() => (state.kind = input.value))),
  );
  part(root, "reset").addEventListener("click", () => go(() => (state.set[state.kind] = {})));
  new ResizeObserver(draw).observe(bars);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);

  function go(move) {
    move();
    show();
    changed();
  }

  const along = (code, axis) => axis.reduce((sum, weight, i) => sum + weight * (code[i] - directions.mean[i]), 0);

  // The bars' heights before any hand: the numbers themselves, or how far the code lies along each direction.
  function heights(code) {
    if (state.kind === "numbers") return [...code];
    return directions.axes.map((axis, i) => along(code, axis) / directions.spread[i]);
  }

  function moved(code, before) {
    const result = Float32Array.from(code);
    for (const [index, value] of Object.entries(state.set[state.kind])) {
      if (state.kind === "numbers") result[index] = value;
      else {
        const way = (value - before[index]) * directions.spread[index];
        directions.axes[index].forEach((weight, i) => (result[i] += way * weight));
      }
    }
    return result;
  }

  // So many bars in a row that a finger can take one.
  function rows() {
    const count = held.length, most = Math.max(8, Math.floor(bars.clientWidth / (count > 16 ? 11 : 19)));
    const wanted = count > 16 ? [128, 64, 32, 16].find((many) => many <= most) || 16 : most >= 16 ? 16 : 8;
    return { across: wanted, down: Math.ceil(count / wanted) };
  }

  function draw() {
    if (!bars.clientWidth || !held.length) return;
    const { across, down } = rows(), sharp = devicePixelRatio || 1;
    const high = down === 1 ? 190 : down === 2 ? 105 : down === 4 ? 60 : 56;
    const wide = bars.clientWidth, full = high * down;
    bars.style.height = `${full}px`;
    bars.width = wide * sharp;
    bars.height = full * sharp;
    context.setTransform(sharp, 0, 0, sharp, 0, 0);
    const style = getComputedStyle(document.documentElement);
    const [ink, line, up, downwards, ground] = ["--ink", "--line", "--above", "--below", "--raised"].map((name) =>
      style.getPropertyValue(name),
    );
    const step = wide / across, before = state.before;
    held.forEach((value, i) => {
      const x = (i % across) * step, middle = (Math.floor(i / across) + 0.5) * high, unit = (high / 2 - 5) / REACH;
      const tall = Math.max(-REACH, Math.min(REACH, value)) * unit, set = i in state.set[state.kind];
      if (i === state.at[state.kind]) {
        context.fillStyle = ground;
        context.fillRect(x, middle - high / 2 + 1, step, high - 2);
      }
      context.fillStyle = value < 0 ? downwards : up;
      context.globalAlpha = set ? 1 : 0.55;
      context.fillRect(x + step * 0.15, Math.min(middle, middle - tall), step * 0.7, Math.max(1, Math.abs(tall)));
      context.globalAlpha = 1;
      context.fillStyle = line;
      context.fillRect(x, middle, step, 1);
      if (set) {
        // Where it stood before.
        const was = middle - Math.max(-REACH, Math.min(REACH, before[i])) * unit;
        context.fillStyle = ink;
        context.fillRect(x + step * 0.05, was - 1, step * 0.9, 2);
      }
      if (i === state.at[state.kind]) {
        context.strokeStyle = ink;
        context.lineWidth = 1.5;
        context.strokeRect(x + 0.75, middle - high / 2 + 1.75, step - 1.5, high - 3.5);
      }
    });
  }

  function pull(event) {
    const box = bars.getBoundingClientRect(), { across, down } = rows(), high = box.height / down;
    const x = event.clientX - box.left, y = event.clientY - box.top;
    if (holding === null) {
      const row = Math.min(down - 1, Math.max(0, Math.floor(y / high)));
      const column = Math.min(across - 1, Math.max(0, Math.floor((x / box.width) * across)));
      holding = Math.min(held.length - 1, row * across + column);
    }
    const middle = (Math.floor(holding / across) + 0.5) * high;
    const value = ((middle - y) / (high / 2 - 5)) * REACH;
    turn(holding, value);
  }

  function turn(index, value) {
    const kept = Math.round(10 * Math.max(-REACH, Math.min(REACH, value))) / 10;
    go(() => {
      state.at[state.kind] = index;
      state.set[state.kind][index] = kept;
    });
  }

  bars.addEventListener("pointerdown", (event) => {
    bars.setPointerCapture(event.pointerId);
    holding = null;
    pull(event);
  });
  bars.addEventListener("pointermove", (event) => bars.hasPointerCapture(event.pointerId) && pull(event));
  bars.addEventListener("pointerup", () => (holding = null));
  bars.addEventListener("keydown", (event) => {
    const at = state.at[state.kind], value = held[at];
    const moves = {
      ArrowRight: () => go(() => (state.at[state.kind] = Math.min(held.length - 1, at + 1))),
      ArrowLeft: () => go(() => (state.at[state.kind] = Math.max(0, at - 1))),
      ArrowUp: () => turn(at, value + 0.5),
      ArrowDown: () => turn(at, value - 0.5),
      Home: () => go(() => (state.at[state.kind] = 0)),
      End: () => go(() => (state.at[state.kind] = held.length - 1)),
      Delete: () => go(() => delete state.set[state.kind][at]),
    };
    if (!(event.key in moves)) return;
    event.preventDefault();
    moves[event.key]();
  });

  function show() {
    const code = network.encode(lattice.face("ada", place), "ada"), before = heights(code);
    const after = moved(code, before), mask = lattice.mask("ada", place);
    state.before = before;
    held = before.map((value, i) => state.set[state.kind][i] ?? value);
    const untouched = network.decode(code, "ada"), changed = network.decode(after, "ada");
    const off = apart(changed, untouched, mask), at = state.at[state.kind], many = Object.keys(state.set[state.kind]);
    paint(part(root, "untouched"), untouched, `Ada, rebuilt from her 128 numbers: ${lattice.words(place)}`);
    paint(part(root, "changed"), changed, `Ada after your change, off by ${number(off, 1)} grey levels on average`);
    paint(part(root, "bo"), network.decode(after, "bo"), "Bo’s decoder, given the same numbers");
    const what = state.kind === "numbers" ? "Number" : "Direction", count = held.length;
    const unit = state.kind === "numbers" ? "" : " spreads";
    const was = at in state.set[state.kind] ? `, was ${number(before[at], 1)}` : "";
    part(root, "which").textContent = `${what} ${at + 1} of ${count}: ${number(held[at], 1)}${unit}${was}`;
    bars.setAttribute("aria-label", `The code. ${what} ${at + 1} of ${count}`);
    bars.setAttribute("aria-valuenow", held[at].toFixed(1));
    bars.setAttribute("aria-valuemin", -REACH);
    bars.setAttribute("aria-valuemax", REACH);
    bars.setAttribute("aria-valuetext", `${number(held[at], 1)}${unit}`);
    const moves = many.length === 1 ? "One bar has moved" : `${many.length} bars have moved`;
    const note = many.length
      ? `${moves}. That’s how far the pixels of Ada’s face went on average, on a scale of 255. A line marks where a bar stood.`
      : "Nothing has moved yet. Pull a bar up or down, or use the arrow keys.";
    meter(part(root, "off"), off / 25, number(off, 1), note);
    part(root, "reset").disabled = !many.length;
    root.querySelectorAll("[name=kind]").forEach((input) => (input.checked = input.value === state.kind));
    knobs.show();
    draw();
    python(root, lines());
    say(`${part(root, "which").textContent}. Ada’s face is off by ${number(off, 1)} grey levels.`);
  }

  function lines() {
    const set = Object.entries(state.set[state.kind]), numbers = state.kind === "numbers";
    const change = numbers
      ? set.map(([index, value]) => `code[0, ${index}] = ${value}`)
      : [
          "many = draw_faces(ada, toons.sample_performances(np.random.default_rng(0), 500)).pictures",
          'codes = model.encode(to_tensor(many), "ada").detach()',
          "_, sizes, found = torch.linalg.svd(codes - codes.mean(0), full_matrices=False)",
          `for index, wanted in {${set.map((pair) => pair.join(": ")).join(", ")}}.items():`,
          "    direction = found[index] * found[index][found[index].abs().argmax()].sign()",
          "    spread = sizes[index] / 499**0.5",
          "    place = (before - codes.mean(0)) @ direction / spread",
          "    code += (wanted - place) * spread * direction",
        ];
    return [
      "import numpy as np",
      ...(numbers ? [] : ["import torch"]),
      "from unmasked import toons",
      "from unmasked.faces import draw_faces",
      "from unmasked.models import weights",
      "from unmasked.tensors import to_pictures, to_tensor",
      "",
      lattice.python(place),
      'ada, model = toons.character("ada"), weights.load("swap-ada-bo")',
      "face = draw_faces(ada, acted.to_array()[None])",
      'before = model.encode(to_tensor(face.pictures), "ada").detach()',
      "code = before.clone()",
      ...change,
      'one, other = (to_pictures(model.decode(c, "ada").detach())[0].astype(float) for c in (before, code))',
      "print(round(np.abs(other - one)[face.masks[0] > 127].mean(), 1))",
    ];
  }

  return {
    open(values) {
      Object.assign(place, placeFrom(values, lattice, place));
      state.kind = oneOf(values.get("kind"), Object.keys(state.at), state.kind);
      if (values.has("set")) {
        const most = state.kind === "numbers" ? directions.mean.length : directions.axes.length;
        const pairs = values.get("set").split(",").map((pair) => pair.split(":").map(Number));
        const good = pairs.filter(([i, value]) => Number.isInteger(i) && i >= 0 && i < most && Math.abs(value) <= REACH);
        state.set[state.kind] = Object.fromEntries(good);
        if (good.length) state.at[state.kind] = good[0][0];
      }
      show();
    },
    values() {
      const set = Object.entries(state.set[state.kind]).map((pair) => pair.join(":")).join(",");
      return { kind: state.kind, ...(set && { set }), ...placeTo(place, lattice) };
    },
  };
}
