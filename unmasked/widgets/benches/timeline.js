// Films on a timeline: played at their own speed in the page alone, compared under a curtain, scrubbed along the strip.

const SPEEDS = [
  ["1", "full speed"],
  ["0.5", "half"],
  ["0.2", "a fifth"],
];
const STRIP = 96; // CSS pixels of the strip's height
const TINTS = ["#d16c0c", "var(--um-ink)"];

function render({ model, el }) {
  const { width, height, fps, shown, most } = model.get("plan");
  const names = model.get("names");
  const changes = model.get("changes");
  const count = model.get("frames")[0].length;
  const now = { left: 0, right: names.length - 1, frame: 0, curtain: 0.5, speed: 1 };
  let gone = false;

  // Each frame is read once; until then its place stays as it was.
  const bitmaps = names.map(() => new Array(count));
  model.get("frames").forEach((film, which) =>
    film.forEach((data, at) => {
      const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
      createImageBitmap(new Blob([bytes], { type: "image/jpeg" })).then((bitmap) => {
        bitmaps[which][at] = bitmap;
        if (!gone && at === now.frame) drawPicture();
      });
    }),
  );

  const root = makeRoot(el, model.get("title"));
  root.classList.add("um-wide", "um-timeline");
  const error = makeError();
  const live = makeLive();
  const canvas = make("canvas", { width, height, role: "img", class: "um-smooth", "data-alt": true });
  const line = make("div", { class: "um-curtain-line" });
  const handle = make("div", {
    class: "um-end um-nudge",
    role: "slider",
    tabindex: "0",
    "aria-label": "Curtain",
    "aria-valuemin": "0",
    "aria-valuemax": "100",
    onanimationend: () => handle.classList.remove("um-nudge"),
    onkeydown: (event) => {
      const far = event.shiftKey ? 0.2 : 0.04;
      const to = { ArrowLeft: now.curtain - far, ArrowRight: now.curtain + far, Home: 0, End: 1, Backspace: 0.5 }[event.key];
      if (to === undefined) return;
      event.preventDefault();
      put({ curtain: to });
    },
  });
  const tags = ["left", "right"].map((side) => make("span", { class: `um-film-tag um-film-${side}` }));
  const place = make("div", { class: "um-place um-curtain" }, canvas, line, ...tags, handle);
  place.style.maxWidth = `${shown}px`;
  canvas.style.aspectRatio = `${width} / ${height}`;
  drag(place, ({ x }) => put({ curtain: x }));

  const { scrubber, strip, head } = frameStrip(count, (by) => {
    stop();
    put({ frame: now.frame + by });
  });
  drag(scrubber, ({ x }) => {
    stop();
    put({ frame: Math.floor(x * count) });
  });

  const words = make("p", { class: "um-words", "aria-hidden": "true" });
  const hint = make(
    "p",
    { class: "um-hint" },
    "Drag the curtain over the picture, and the strip below it to any frame. By keyboard: Tab to either, then the arrow keys.",
  );
  const button = make("button", { type: "button", class: "um-button um-main", "aria-pressed": "false", onclick: () => (playing ? stop() : start()) }, "Play");
  const worst = make("button", { type: "button", class: "um-button", onclick: toWorst }, "To the largest jump");
  const select = (label, options, value, change) => {
    const id = newId("film");
    const chosen = make("select", { id, onchange: () => change(chosen.value) });
    chosen.append(...options.map(([key, text]) => make("option", { value: key }, text)));
    chosen.value = value;
    return make("div", { class: "um-pick" }, make("label", { for: id }, label), chosen);
  };
  const films = names.map((name, index) => [String(index), name]);
  const picks = [
    select("Left of the curtain", films, String(now.left), (value) => put({ left: Number(value) })),
    select("Right of it", films, String(now.right), (value) => put({ right: Number(value) })),
    select("Speed", SPEEDS, "1", (value) => put({ speed: Number(value) })),
  ];
  const scores = ["left", "right"].map((side) => make("div", { class: `um-film-score um-film-${side}` }));
  const turned = make("div", { class: "um-turned" }, make("div", { class: "um-bar" }, button, worst), ...picks, ...scores, hint);
  root.append(
    make("div", { class: "um-title" }, model.get("title")),
    make("div", { class: "um-sides" }, make("div", { class: "um-seen" }, place), turned),
    scrubber,
    words,
    live.line,
    error.box,
  );

  function drag(surface, follow) {
    let held = false;
    const tell = (event) => {
      const box = surface.getBoundingClientRect();
      follow({ x: Math.min(0.9999, Math.max(0, (event.clientX - box.left) / box.width)) });
    };
    surface.addEventListener("pointerdown", (event) => {
      if (event.button) return;
      event.preventDefault();
      surface.setPointerCapture(event.pointerId);
      held = true;
      (surface === place ? handle : surface).focus({ preventScroll: true });
      tell(event);
    });
    surface.addEventListener("pointermove", (event) => held && tell(event));
    for (const name of ["pointerup", "pointercancel"]) surface.addEventListener(name, () => (held = false));
  }

  let playing = 0;
  function start() {
    button.textContent = "Pause";
    button.setAttribute("aria-pressed", "true");
    let last = performance.now();
    const tick = (time) => {
      playing = requestAnimationFrame(tick);
      const due = Math.floor(((time - last) * fps * now.speed) / 1000);
      if (due < 1) return;
      last += (due * 1000) / (fps * now.speed);
      put({ frame: (now.frame + due) % count });
    };
    playing = requestAnimationFrame(tick);
  }
  function stop() {
    if (!playing) return;
    cancelAnimationFrame(playing);
    playing = 0;
    button.textContent = "Play";
    button.setAttribute("aria-pressed", "false");
  }
  function toWorst() {
    stop();
    put({ frame: changes[now.left].indexOf(Math.max(...changes[now.left])) + 1 });
  }

  function put(values) {
    const before = { ...now };
    Object.assign(now, values);
    now.frame = Math.min(count - 1, Math.max(0, now.frame));
    now.curtain = Math.min(1, Math.max(0, now.curtain));
    drawPicture();
    if (before.left !== now.left || before.right !== now.right) drawStrip();
    tell();
  }

  function drawPicture() {
    const context = canvas.getContext("2d");
    const cut = now.curtain * width;
    for (const [which, from, to] of [
      [now.right, cut, width],
      [now.left, 0, cut],
    ]) {
      const bitmap = bitmaps[which][now.frame];
      if (!bitmap || to <= from) continue;
      context.save();
      context.beginPath();
      context.rect(from, 0, to - from, height);
      context.clip();
      context.drawImage(bitmap, 0, 0);
      context.restore();
    }
    for (const part of [line, handle]) part.style.left = `${100 * now.curtain}%`;
  }

  function drawStrip() {
    const box = scrubber.getBoundingClientRect();
    if (!box.width) return;
    const ratio = globalThis.devicePixelRatio || 1;
    strip.width = Math.round(box.width * ratio);
    strip.height = Math.round(STRIP * ratio);
    const context = strip.getContext("2d");
    const style = getComputedStyle(root);
    const ink = style.getPropertyValue("--um-ink").trim() || "#1f2328";
    const faint = style.getPropertyValue("--um-faint").trim() || "#57606a";
    context.scale(ratio, ratio);
    const middle = STRIP / 2;
    const wide = box.width / count;
    const room = middle - 16;
    for (const [which, colour, sign] of [
      [now.left, TINTS[0], -1],
      [now.right, ink, 1],
    ]) {
      context.fillStyle = colour;
      changes[which].forEach((change, at) => {
        const high = (room * change) / most;
        context.fillRect((at + 1.12) * wide, sign < 0 ? middle - high : middle, 0.76 * wide, high);
      });
    }
    context.fillStyle = faint;
    context.fillRect(0, middle - 0.5, box.width, 1);
    context.font = "13px system-ui, sans-serif";
    context.fillStyle = ink;
    context.fillText(`▲ ${names[now.left]}: change from the frame before`, 4, 12);
    context.fillText(`▼ ${names[now.right]}`, 4, STRIP - 4);
  }

  function tell() {
    const { frame, left, right } = now;
    const time = (frame / fps).toFixed(2);
    const each = [left, right].map((which) => (frame ? changes[which][frame - 1].toFixed(2) : "–"));
    const changed = frame ? ` Change since the frame before, in ΔE: ${names[left]} ${each[0]}, ${names[right]} ${each[1]}.` : "";
    const said = `Frame ${frame + 1} of ${count}, at ${time} s.${changed}`;
    words.textContent = said;
    if (!playing) live.say(said);
    head.style.left = `${(100 * (frame + 0.5)) / count}%`;
    scrubber.setAttribute("aria-valuenow", String(frame + 1));
    scrubber.setAttribute("aria-valuetext", `frame ${frame + 1} of ${count}, ${time} seconds`);
    const share = Math.round(100 * now.curtain);
    handle.setAttribute("aria-valuenow", String(share));
    handle.setAttribute("aria-valuetext", `${share} per cent ${names[left]}, the rest ${names[right]}`);
    tags.forEach((tag, side) => (tag.textContent = names[side ? right : left]));
    tags[0].hidden = now.curtain < 0.25;
    tags[1].hidden = now.curtain > 0.75;
    scores.forEach((score, side) => {
      const which = side ? right : left;
      const mean = changes[which].reduce((sum, one) => sum + one, 0) / changes[which].length;
      score.replaceChildren(make("span", {}, `${side ? "▼" : "▲"} ${names[which]}: flicker, all frames`), make("b", {}, mean.toFixed(2)));
    });
    canvas.setAttribute("aria-label", `${model.get("alt")} Frame ${frame + 1} of ${count}; ${names[left]} left of the curtain at ${share} per cent, ${names[right]} right of it.`);
  }

  const sized = new ResizeObserver(drawStrip);
  sized.observe(scrubber);
  put({});
  return () => {
    gone = true;
    stop();
    live.stop();
    sized.disconnect();
    for (const film of bitmaps) for (const bitmap of film) bitmap?.close();
  };
}

export default { render };
