// A sheet that is pulled off by its corner. Everything here happens in the page: the pictures have come once.

const BREATH_MS = 3600;
const BLINKS = [[70, 0], [170, 1], [240, 0]]; // until when (ms), which of the blink's frames; once in two breaths
const SPRING_MS = 650;
const OFF = [-1.08, -1.08]; // where the corner lies when the whole sheet is off
const ENOUGH = 0.28; // of the picture: who has pulled that far off gets the rest
const KEY_STEP = 0.06; // of the picture's side, for one arrow key; with Shift five times as much

const SQUARE = [[0, 0], [1, 0], [1, 1], [0, 1]];

/** The fold of a sheet whose corner, at home in (1, 1), lies at `corner`: its unit normal and its middle; or null. */
function foldOf([x, y]) {
  const [across, down] = [1 - x, 1 - y];
  const length = Math.hypot(across, down);
  return length < 1e-3 ? null : { normal: [across / length, down / length], middle: [(1 + x) / 2, (1 + y) / 2] };
}

/** The part of the unit square on one side of a fold: `side` 1 is what was lifted, −1 what still lies flat. */
function partOf(fold, side) {
  const beyond = ([x, y]) => side * ((x - fold.middle[0]) * fold.normal[0] + (y - fold.middle[1]) * fold.normal[1]);
  return SQUARE.flatMap((point, index) => {
    const next = SQUARE[(index + 1) % 4];
    const [here, there] = [beyond(point), beyond(next)];
    const kept = here >= 0 ? [point] : [];
    if (here < 0 === there < 0) return kept;
    const share = here / (here - there);
    return [...kept, point.map((part, axis) => part + share * (next[axis] - part))];
  });
}

function areaOf(polygon) {
  const twice = polygon.reduce((sum, [x, y], index) => {
    const [u, v] = polygon[(index + 1) % polygon.length];
    return sum + x * v - u * y;
  }, 0);
  return Math.abs(twice) / 2;
}

/** Draws what is seen: `layer(which, alpha)` puts a picture (0 above, 1 beneath) on the context's unit square. */
function drawFold(context, size, corner, layer) {
  const trace = (polygon) => {
    context.beginPath();
    polygon.forEach(([x, y]) => context.lineTo(x * size, y * size));
    context.closePath();
  };
  const fold = foldOf(corner);
  if (!fold) return layer(0);
  const { normal, middle } = fold;
  const fade = (from, to, ...stops) => {
    const ends = [from, to].flatMap((far) => middle.map((part, axis) => (part + far * normal[axis]) * size));
    const gradient = context.createLinearGradient(...ends);
    for (const [at, dark] of stops) gradient.addColorStop(at, `rgb(0 0 0 / ${dark})`);
    context.fillStyle = gradient;
    context.fillRect(0, 0, size, size);
  };
  layer(1);
  fade(0, 0.2, [0, 0.42], [0.25, 0.15], [1, 0]);
  const flat = partOf(fold, -1);
  const lifted = partOf(fold, 1);
  const mirror = ([x, y]) => {
    const beyond = (x - middle[0]) * normal[0] + (y - middle[1]) * normal[1];
    return [x - 2 * beyond * normal[0], y - 2 * beyond * normal[1]];
  };
  const flap = lifted.map(mirror);
  if (flat.length) {
    context.save();
    trace(flat);
    context.clip();
    layer(0);
    context.shadowColor = "rgb(0 0 0 / 45%)";
    context.shadowBlur = size / 25;
    context.fillStyle = "#f6f2e9";
    trace(flap);
    context.fill();
    context.restore();
  }
  if (!lifted.length) return undefined;
  context.save();
  trace(flap);
  context.fillStyle = "#f6f2e9";
  context.fill();
  context.clip();
  const [u, v] = normal;
  const along = 2 * size * (middle[0] * u + middle[1] * v);
  context.save();
  context.transform(1 - 2 * u * u, -2 * u * v, -2 * u * v, 1 - 2 * v * v, along * u, along * v);
  layer(0, 0.1);
  context.restore();
  fade(0, -0.4, [0, 0.2], [0.11, 0], [1, 0.12]);
  context.restore();
  return undefined;
}

function render({ model, el }) {
  const { side, shown, breaths, blinks, rest } = model.get("plan");
  const [told, alts] = [model.get("words"), model.get("alts")];
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const root = makeRoot(el, model.get("title"));
  root.classList.add("um-peel", "um-wide");
  const canvas = make("canvas", { role: "img", "data-alt": true });
  const words = make("p", { class: "um-words", "aria-hidden": "true" });
  const live = makeLive();
  const images = [null, null];
  let corner = [...rest];
  let going = null; // { from, to, since } while the sheet moves by itself
  let holding = null;
  let moving = !calm;
  let began = null;
  let stage = -1;

  const handle = make("div", {
    class: "um-end",
    role: "slider",
    tabindex: "0",
    "aria-label": "The corner of Bo's picture",
    "aria-valuemin": "0",
    "aria-valuemax": "100",
    onkeydown: (event) => {
      const by = { ArrowLeft: 1, ArrowUp: 1, PageUp: 5, ArrowRight: -1, ArrowDown: -1, PageDown: -5 }[event.key];
      if (event.key === "Home") send(rest);
      else if (event.key === "End") send(OFF);
      else if (by) {
        const far = by * KEY_STEP * (event.shiftKey ? 5 : 1);
        going = null;
        put(corner.map((part) => Math.min(1, Math.max(OFF[0], part - far))));
      } else return;
      event.preventDefault();
    },
  });
  const place = make("div", { class: "um-place", style: `max-width: ${shown}px` }, canvas, handle);
  const back = make("button", { type: "button", class: "um-button", onclick: () => send(rest) }, "Put him back");
  const pause = make("button", { type: "button", class: "um-button", "aria-pressed": String(!moving), onclick: () => hold() }, "Hold still");
  const hint = make("p", { class: "um-hint" }, "Drag the ring at the corner. By keyboard: Tab to it, then the left arrow; End pulls it off.");
  const said = make("div", { class: "um-peel-said" }, words, make("div", { class: "um-bar" }, back, pause), hint, live.line);
  root.append(make("div", { class: "um-peel-sides" }, place, said));

  function hold() {
    moving = !moving;
    pause.setAttribute("aria-pressed", String(!moving));
    wake();
  }
  function put(to) {
    corner = to;
    wake();
  }
  function send(to) {
    if (calm) put([...to]);
    else going = { from: corner, to: [...to], since: performance.now() };
    wake();
  }

  function layerOf(context, size, time) {
    const phase = (time % (2 * BREATH_MS)) / BREATH_MS;
    const at = (breaths - 1) * (0.5 - 0.5 * Math.cos(2 * Math.PI * phase));
    const blink = moving && blinks ? BLINKS.find(([until]) => phase * BREATH_MS < until) : null;
    const first = blink ? breaths + blink[1] : Math.min(breaths - 2, Math.floor(at));
    return (which, alpha = 1) => {
      const image = images[which];
      const frame = (number, share) => {
        context.globalAlpha = share;
        context.drawImage(image, 0, number * side, side, side, 0, 0, size, size);
      };
      frame(first, alpha);
      if (!blink) frame(first + 1, alpha * (at - first));
      context.globalAlpha = 1;
    };
  }

  function show() {
    const fold = foldOf(corner);
    const bare = fold ? areaOf(partOf(fold, 1)) : 0;
    const share = Math.round(100 * bare);
    const now = bare > 0.99 ? 2 : bare > 0.06 ? 1 : 0;
    if (now !== stage) {
      stage = now;
      words.textContent = told[now];
      live.say(told[now]);
      canvas.setAttribute("aria-label", alts[now]);
      back.classList.toggle("um-main", now === 2);
    }
    const [x, y] = corner.map((part) => 100 * Math.min(0.98, Math.max(0.02, part)));
    handle.style.left = `${x}%`;
    handle.style.top = `${y}%`;
    handle.setAttribute("aria-valuenow", String(share));
    handle.setAttribute("aria-valuetext", `${share} % pulled off`);
    back.setAttribute("aria-disabled", String(Math.hypot(corner[0] - rest[0], corner[1] - rest[1]) < 0.02));
  }

  // It breathes only while it is seen.
  let frame = 0;
  let seen = false;
  let lasted = 0; // ms of breathing so far
  function tick(time) {
    frame = 0;
    if (going) {
      const share = Math.min(1, Math.max(0, (time - going.since) / SPRING_MS));
      const ease = 1 - (1 - share) ** 3;
      corner = going.from.map((part, axis) => part + ease * (going.to[axis] - part));
      if (share === 1) going = null;
    }
    if (began !== null && moving) lasted += Math.min(100, time - began);
    began = time;
    const size = Math.round(place.clientWidth * (window.devicePixelRatio || 1));
    if (size && images.every(Boolean)) {
      if (canvas.width !== size) canvas.width = canvas.height = size;
      const context = canvas.getContext("2d");
      drawFold(context, size, corner, layerOf(context, size, lasted));
    }
    show();
    if (seen && (moving || going)) wake();
  }
  function wake() {
    if (!frame) frame = requestAnimationFrame(tick);
  }
  const eye = new IntersectionObserver((entries) => {
    seen = entries.some((entry) => entry.isIntersecting);
    began = null;
    if (seen) wake();
  });
  eye.observe(place);
  const resized = new ResizeObserver(wake);
  resized.observe(place);
  const stopNudge = makeNudge(place, [handle]);
  model.get("sheets").forEach((data, which) => {
    const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    createImageBitmap(new Blob([bytes], { type: "image/webp" })).then((image) => {
      images[which] = image;
      wake();
    });
  });

  const at = (event) => {
    const box = place.getBoundingClientRect();
    return [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height];
  };
  place.addEventListener("pointerdown", (event) => {
    if (event.button) return;
    const [x, y] = at(event);
    const taken = corner.map((part) => Math.min(0.98, Math.max(0.02, part)));
    // By its ring, or anywhere on what is folded over.
    if (event.target !== handle && (x + y < taken[0] + taken[1] - 0.05 || x > 1 || y > 1)) return;
    event.preventDefault();
    going = null;
    place.setPointerCapture(event.pointerId);
    handle.focus({ preventScroll: true });
    handle.classList.add("um-held");
    holding = [taken[0] - x, taken[1] - y];
  });
  place.addEventListener("pointermove", (event) => {
    if (!holding) return;
    const [x, y] = at(event);
    put([Math.min(1, x + holding[0]), Math.min(1, y + holding[1])]);
  });
  for (const name of ["pointerup", "pointercancel"]) {
    place.addEventListener(name, () => {
      if (!holding) return;
      holding = null;
      handle.classList.remove("um-held");
      const fold = foldOf(corner);
      if (fold && areaOf(partOf(fold, 1)) > ENOUGH) send(OFF);
      else if (!fold || corner[0] + corner[1] > rest[0] + rest[1]) send(rest);
    });
  }
  show();
  return () => {
    cancelAnimationFrame(frame);
    eye.disconnect();
    resized.disconnect();
    stopNudge();
    live.stop();
  };
}

export default { render };
