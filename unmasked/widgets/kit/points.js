// Points on a picture, dragged or moved by keys.

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

/** How points are moved, in a line; nothing where there are none. */
function makePointsHint(points) {
  if (!points.length) return null;
  const several = points.some((knob) => knob.start.length > 1);
  return make("p", { class: "um-hint" }, `Drag ${several ? "a" : "the"} point. ${BY_KEYBOARD}`);
}
