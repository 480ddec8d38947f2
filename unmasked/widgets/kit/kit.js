// Shared by every widget of the course. Python puts this file in front of the widget's own.

// What a bench's own script adds once the bench stands: each gets its parts, and returns { show(settings), stop() }.
const DRESSERS = [];

/** An element with attributes, listeners (onclick and so on) and children. */
function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value !== undefined && value !== null) element.setAttribute(name, value);
  }
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

/** Words in which no line ends between a number and its per cent sign. */
function unbroken(words) {
  return words.replaceAll(" %", "\u00a0%");
}

function newId(name) {
  // Each bench loads this file anew: counted here alone, two benches of a page would have the same ids.
  globalThis.unmaskedIds = (globalThis.unmaskedIds || 0) + 1;
  return `um-${name}-${globalThis.unmaskedIds}`;
}

/** The frame of a widget. It keeps plain keys to itself: in JupyterLab an arrow would go on to another cell. */
function makeRoot(el, label) {
  const root = make("div", { class: "unmasked", role: "group", "aria-label": label });
  root.addEventListener("keydown", (event) => {
    const command = event.ctrlKey || event.metaKey || event.altKey || (event.shiftKey && event.key === "Enter");
    if (!command) event.stopPropagation();
  });
  el.append(root);
  return root;
}

/** The line that a screen reader speaks: only once the hand rests, or it would never stop talking. */
function makeLive() {
  const line = make("div", { class: "um-live", "aria-live": "polite" });
  let timer = 0;
  return {
    line,
    say(words) {
      clearTimeout(timer);
      timer = setTimeout(() => {
        if (line.textContent !== words) line.textContent = words;
      }, 350);
    },
    stop: () => clearTimeout(timer),
  };
}

/** A failure in words, its traceback on demand. */
function makeError() {
  const words = make("div");
  const trace = make("pre");
  const more = make("details", {}, make("summary", {}, "Show the traceback"), trace);
  const box = make("div", { class: "um-error", role: "alert", hidden: true }, words, more);
  return {
    box,
    show(error, text) {
      box.hidden = !error;
      words.textContent = error || "";
      trace.textContent = text || "";
      more.hidden = !text;
    },
  };
}

/** Puts a packed picture on a canvas. Raw pixels at once; a PNG when the browser has read it, unless a newer one came. */
function paint(canvas, panel) {
  const { width, height, channels, kind, data } = panel;
  if (canvas.width !== width) canvas.width = width;
  if (canvas.height !== height) canvas.height = height;
  canvas.newest = panel;
  const context = canvas.getContext("2d");
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  if (kind === "png") {
    createImageBitmap(new Blob([bytes], { type: "image/png" })).then((bitmap) => {
      if (canvas.newest !== panel) return;
      context.clearRect(0, 0, width, height);
      context.drawImage(bitmap, 0, 0);
    });
    return;
  }
  const image = context.createImageData(width, height);
  const pixels = image.data;
  if (channels === 4) pixels.set(bytes);
  else {
    const step = channels === 3 ? 1 : 0;
    for (let from = 0, to = 0; to < pixels.length; from += channels, to += 4) {
      pixels[to] = bytes[from];
      pixels[to + 1] = bytes[from + step];
      pixels[to + 2] = bytes[from + 2 * step];
      pixels[to + 3] = 255;
    }
  }
  context.putImageData(image, 0, 0);
}

/** The pictures of a frame, with their titles and their words. */
function makeStage() {
  const stage = make("div", { class: "um-stage" });
  const figures = [];
  function figure(index) {
    for (let next = figures.length; next <= index; next += 1) {
      const caption = make("figcaption");
      const canvas = make("canvas", { role: "img" });
      const place = make("div", { class: "um-place" }, canvas);
      const box = make("figure", { class: "um-panel" }, caption, place);
      figures.push({ box, caption, canvas, place });
      stage.append(box);
    }
    return figures[index];
  }
  return {
    stage,
    canvas: (index) => figure(index).canvas,
    place: (index) => figure(index).place, // the canvas fills it: what lies over the picture goes in here
    show(panels, alt) {
      const alone = panels.length === 1;
      panels.forEach((panel, index) => {
        const { box, caption, canvas, place } = figure(index);
        box.hidden = false;
        // On a narrow page pictures shrink a little before one of them has to go to the next row; a drawing has its own.
        const wide = panel.width * panel.scale;
        box.style.flex = panel.drawing ? "0 0 100%" : `1 1 ${0.7 * wide}px`;
        box.style.maxWidth = panel.drawing ? "100%" : `${wide}px`;
        place.style.maxWidth = `${wide}px`;
        if (caption.textContent !== panel.title) caption.textContent = panel.title;
        caption.hidden = !panel.title;
        canvas.classList.toggle("um-smooth", panel.smooth);
        canvas.classList.toggle("um-drawing", panel.drawing);
        canvas.style.aspectRatio = `${panel.width} / ${panel.height}`;
        canvas.setAttribute("aria-label", panel.alt || (alone ? alt : panel.title) || alt);
        canvas.toggleAttribute("data-alt", alone);
        paint(canvas, panel);
      });
      for (const spare of figures.slice(panels.length)) spare.box.hidden = true;
      if (alone) {
        for (const name of ["role", "aria-label", "data-alt"]) stage.removeAttribute(name);
      } else {
        stage.setAttribute("role", "group");
        stage.setAttribute("aria-label", alt);
        stage.setAttribute("data-alt", "");
      }
    },
  };
}

/** One nudge of what may be dragged, when it is seen first (ends.css has the movement). Returns what ends the wait. */
function makeNudge(stage, discs) {
  const seen = new IntersectionObserver((entries) => {
    if (!entries.some((entry) => entry.isIntersecting)) return;
    seen.disconnect();
    for (const disc of discs) disc.classList.add("um-nudge");
  });
  seen.observe(stage);
  return () => seen.disconnect();
}
