// Films with one sound on a line of time: they play in the page alone, and the sound can be moved against the pictures.

const GRAIN = 0.09; // seconds of sound that are heard when a hand comes to another frame

function render({ model, el }) {
  const { width, height, fps, rate, shown, shift, step, names: margin, rows, unit } = model.get("plan");
  const names = model.get("names");
  const lips = model.get("lips");
  const marks = model.get("marks");
  const count = model.get("frames")[0].length;
  const high = Object.values(rows).reduce((sum, one) => sum + one, 0);
  const now = { frame: 0, late: 0 };
  let gone = false;

  const asBlob = (data, type) => new Blob([new Uint8Array(data.buffer, data.byteOffset, data.byteLength)], { type });
  const bitmaps = names.map(() => new Array(count));
  model.get("frames").forEach((film, which) =>
    film.forEach((data, at) => {
      createImageBitmap(asBlob(data, "image/jpeg")).then((bitmap) => {
        bitmaps[which][at] = bitmap;
        if (!gone && at === now.frame) drawPictures();
      });
    }),
  );
  const bytes = model.get("samples");
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const samples = Float32Array.from({ length: bytes.byteLength / 2 }, (_, at) => view.getInt16(2 * at, true) / 32767);
  let heard = null;
  if (model.get("heard").byteLength) {
    createImageBitmap(asBlob(model.get("heard"), "image/png")).then((bitmap) => {
      heard = bitmap;
      if (!gone) drawStrip();
    });
  }

  const root = makeRoot(el, model.get("title"));
  root.classList.add("um-wide", "um-timeline", "um-scrubber");
  const error = makeError();
  const live = makeLive();
  const films = names.map((name) => {
    const canvas = make("canvas", { width, height, role: "img", class: "um-smooth" });
    canvas.style.aspectRatio = `${width} / ${height}`;
    const box = make("figure", { class: "um-panel" }, make("figcaption", {}, name), canvas);
    box.style.maxWidth = `${shown}px`;
    return { box, canvas };
  });
  const stage = make("div", { class: "um-films", role: "group", "data-alt": true }, ...films.map(({ box }) => box));

  const { scrubber, strip, head } = frameStrip(count, (by) => {
    stop();
    put({ frame: now.frame + by });
  });
  head.style.top = head.style.bottom = "0";
  let held = false;
  const follow = (event) => {
    const box = scrubber.getBoundingClientRect();
    const frame = Math.floor((count * (event.clientX - box.left - margin)) / (box.width - margin));
    if (frame === now.frame) return;
    put({ frame });
    grain();
  };
  scrubber.addEventListener("pointerdown", (event) => {
    if (event.button) return;
    event.preventDefault();
    scrubber.setPointerCapture(event.pointerId);
    held = true;
    scrubber.focus({ preventScroll: true });
    stop();
    follow(event);
  });
  scrubber.addEventListener("pointermove", (event) => held && follow(event));
  for (const name of ["pointerup", "pointercancel"]) scrubber.addEventListener(name, () => (held = false));

  const words = make("p", { class: "um-words", "aria-hidden": "true" });
  const button = make(
    "button",
    { type: "button", class: "um-button um-main", "aria-pressed": "false", onclick: () => (playing ? stop() : start()) },
    "Play with sound",
  );
  const id = newId("late");
  const slider = make("input", {
    type: "range",
    id,
    min: -shift,
    max: shift,
    step,
    oninput: () => put({ late: Number(slider.value) }),
    ondblclick: () => put({ late: 0 }),
    onkeydown: (event) => {
      if (event.key !== "Backspace" && event.key !== "Delete") return;
      event.preventDefault();
      put({ late: 0 });
    },
  });
  const moved = make("b");
  const turned = make(
    "div",
    { class: "um-turned" },
    make("div", { class: "um-bar" }, button),
    make("div", { class: "um-moved" }, make("span", {}, "Sound moved by"), moved),
    make("div", { class: "um-knob" }, make("label", { for: id }, "Earlier, later"), slider),
    make(
      "p",
      { class: "um-hint" },
      "Drag along the strip: you see the frame and hear that moment. By keyboard: Tab to it, then the arrow keys. Move the sound while the film plays.",
    ),
  );
  root.append(
    make("div", { class: "um-title" }, model.get("title")),
    make("div", { class: "um-sides" }, make("div", { class: "um-seen" }, stage), turned),
    scrubber,
    words,
    live.line,
    error.box,
  );

  // The page's clock leads, because some machines have no sound that would; the sound starts anew with every round.
  let audio = null;
  let source = null;
  function hear(from, seconds) {
    if (!audio) {
      try {
        audio = new AudioContext();
      } catch (failure) {
        error.show(`This browser gives no sound: ${failure.message}`);
        return;
      }
      audio.voice = audio.createBuffer(1, samples.length, rate);
      audio.voice.copyToChannel(samples, 0);
    }
    audio.resume();
    hush();
    if (from >= samples.length / rate) return;
    source = audio.createBufferSource();
    source.buffer = audio.voice;
    source.connect(audio.destination);
    source.start(audio.currentTime + Math.max(0, -from), Math.max(0, from), seconds);
  }
  function hush() {
    source?.stop();
    source = null;
  }
  function grain() {
    const from = now.frame / fps - now.late / 1000;
    if (from >= 0) hear(from, GRAIN);
  }

  let playing = 0;
  let began = 0;
  function start() {
    button.textContent = "Pause";
    button.setAttribute("aria-pressed", "true");
    begin(now.frame === count - 1 ? 0 : now.frame / fps);
    const tick = () => {
      playing = requestAnimationFrame(tick);
      const at = (performance.now() - began) / 1000;
      if (at * fps >= count) {
        begin(0);
        put({ frame: 0 });
        return;
      }
      const frame = Math.max(0, Math.floor(at * fps));
      if (frame !== now.frame) put({ frame });
    };
    playing = requestAnimationFrame(tick);
  }
  function begin(at) {
    began = performance.now() - 1000 * at;
    hear(at - now.late / 1000);
  }
  function stop() {
    if (!playing) return;
    cancelAnimationFrame(playing);
    playing = 0;
    hush();
    button.textContent = "Play with sound";
    button.setAttribute("aria-pressed", "false");
  }

  function put(values) {
    const before = { ...now };
    Object.assign(now, values);
    now.frame = Math.min(count - 1, Math.max(0, now.frame));
    if (now.late !== before.late) {
      if (playing) begin((performance.now() - began) / 1000);
      drawStrip();
    }
    drawPictures();
    tell();
  }

  function drawPictures() {
    films.forEach(({ canvas }, which) => {
      const bitmap = bitmaps[which][now.frame];
      if (bitmap) canvas.getContext("2d").drawImage(bitmap, 0, 0);
    });
  }

  function drawStrip() {
    const box = scrubber.getBoundingClientRect();
    if (!box.width) return;
    const ratio = globalThis.devicePixelRatio || 1;
    strip.width = Math.round(box.width * ratio);
    strip.height = Math.round(high * ratio);
    strip.style.height = `${high}px`;
    const context = strip.getContext("2d");
    const style = getComputedStyle(root);
    const ink = style.getPropertyValue("--um-ink").trim() || "#1f2328";
    const faint = style.getPropertyValue("--um-faint").trim() || "#57606a";
    context.scale(ratio, ratio);
    context.font = "13px system-ui, sans-serif";
    context.textBaseline = "middle";
    const seconds = count / fps;
    const across = (time) => margin + ((box.width - margin) * time) / seconds;
    const late = now.late / 1000;
    let top = 0;
    for (const [name, tall] of Object.entries(rows)) {
      context.save();
      context.fillStyle = faint;
      if (name !== "marks") context.fillText(name, 0, top + tall / 2);
      context.beginPath();
      context.rect(margin, top, box.width - margin, tall);
      context.clip();
      if (name === "marks") {
        context.fillStyle = ink;
        let free = margin - 20; // signs that would lie on another one are left out
        for (const [time, sign] of marks) {
          const x = across(time + late);
          if (x < free) continue;
          context.fillText(sign, x, top + tall / 2);
          free = x + context.measureText(sign).width + 6;
        }
      } else if (name === "sound") drawWave(context, top, tall, across, late, faint);
      else if (name === "features" && heard) {
        context.imageSmoothingEnabled = false;
        const from = across(late);
        context.drawImage(heard, from, top + 3, across(late + samples.length / rate) - from, tall - 6);
      } else if (name === "lips") drawLips(context, top, tall, across, ink, faint);
      context.restore();
      top += tall;
    }
  }

  function drawWave(context, top, tall, across, late, faint) {
    context.fillStyle = faint;
    const wide = Math.ceil(across(count / fps));
    for (let x = margin; x < wide; x += 1) {
      const time = (at) => (((at - margin) / (wide - margin)) * count) / fps - late;
      const from = Math.max(0, Math.floor(time(x) * rate));
      const to = Math.min(samples.length, Math.ceil(time(x + 1) * rate));
      if (to <= from) continue;
      let low = 1;
      let most = -1;
      for (let at = from; at < to; at += 1) {
        low = Math.min(low, samples[at]);
        most = Math.max(most, samples[at]);
      }
      const room = (tall - 6) / 2;
      context.fillRect(x, top + tall / 2 - room * most, 1, Math.max(1, room * (most - low)));
    }
  }

  function drawLips(context, top, tall, across, ink, faint) {
    const all = lips.flatMap(([, curve]) => curve);
    const low = Math.min(...all);
    const span = Math.max(Math.max(...all) - low, 1e-6);
    let x = margin + 12; // clear of the playhead, which is held by a ring
    if (unit) {
      context.fillStyle = faint;
      context.fillText(unit, x, top + 8);
      x += context.measureText(unit).width + 22;
    }
    for (const [name, curve, [r, g, b]] of lips) {
      const dark = r + g + b < 120;
      context.strokeStyle = context.fillStyle = dark ? ink : `rgb(${r}, ${g}, ${b})`;
      context.lineWidth = 2;
      context.beginPath();
      curve.forEach((value, at) => {
        const y = top + tall - 3 - ((tall - 20) * (value - low)) / span;
        context[at ? "lineTo" : "moveTo"](across((at + 0.5) / fps), y);
      });
      context.stroke();
      context.fillText(name, x, top + 8);
      x += context.measureText(name).width + 22;
    }
  }

  function tell() {
    const { frame, late } = now;
    const time = frame / fps;
    const said = marks.filter(([start]) => start <= time - late / 1000 + 1e-9).pop();
    const says = !said ? "" : said[1] === "_" ? ", the voice pauses" : `, the voice says “${said[1]}”`;
    const numbers = lips.map(([name, curve]) => `${name} ${curve[frame].toFixed(2)}`.replace("-", "−")).join(", ");
    const opened = unit ? `${unit[0].toUpperCase()}${unit.slice(1)}: ${numbers}` : numbers;
    const told = `Frame ${frame + 1} of ${count}, at ${time.toFixed(2)} s${says}. ${opened}.`;
    words.textContent = told;
    const moves = late ? `${late > 0 ? "+" : "−"}${Math.abs(late)} ms` : "0 ms";
    moved.textContent = moves;
    const meant = late ? `${Math.abs(late)} milliseconds ${late > 0 ? "later" : "earlier"}` : "not moved";
    if (Number(slider.value) !== late) slider.value = late;
    slider.setAttribute("aria-valuetext", `sound ${meant}`);
    if (!playing) live.say(`${told} Sound ${meant}.`);
    head.style.left = `calc(${margin}px + (100% - ${margin}px) * ${(frame + 0.5) / count})`;
    scrubber.setAttribute("aria-valuenow", String(frame + 1));
    scrubber.setAttribute("aria-valuetext", `frame ${frame + 1} of ${count}, ${time.toFixed(2)} seconds`);
    const alt = `${model.get("alt")} ${told} Sound ${meant}.`;
    stage.setAttribute("aria-label", alt);
    films.forEach(({ canvas }, which) => canvas.setAttribute("aria-label", `${names[which]}: frame ${frame + 1} of ${count}`));
  }

  const sized = new ResizeObserver(drawStrip);
  sized.observe(scrubber);
  slider.value = 0;
  put({});
  return () => {
    gone = true;
    stop();
    hush();
    audio?.close();
    live.stop();
    sized.disconnect();
    for (const film of bitmaps) for (const bitmap of film) bitmap?.close();
  };
}

export default { render };
