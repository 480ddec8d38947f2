// The line's two ends and the dot on the map of the loss: three handles for the same two numbers.

const KEY_STEP = 1 / 50; // of what an axis shows, for one arrow key; with Shift five times as much

function dressLineFit({ stage, place, model, turn, settings }) {
  const { cloud, map } = model.get("places");
  stage.classList.add("um-fit");
  const clamp = (value, [low, high]) => Math.min(high, Math.max(low, value));
  const exact = (value) => Number(value.toFixed(4));
  const put = (slope, bias) => turn({ slope: exact(clamp(slope, map.x)), bias: exact(clamp(bias, map.y)) });
  const share = (axis, edges, value) => edges[0] + ((value - axis[0]) / (axis[1] - axis[0])) * (edges[1] - edges[0]);
  const across = (part, x) => share(part.x, [part.edges[0], part.edges[2]], x);
  const down = (part, y) => share(part.y, [part.edges[3], part.edges[1]], y);
  const numbers = (part, event, box) => {
    const [left, top, right, bottom] = part.edges;
    const [u, v] = [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height];
    return [
      part.x[0] + ((u - left) / (right - left)) * (part.x[1] - part.x[0]),
      part.y[0] + ((bottom - v) / (bottom - top)) * (part.y[1] - part.y[0]),
    ];
  };
  const height = (x) => settings().slope * x + settings().bias;
  // One end goes up or down, the other stays where it is.
  const bend = (end, y) => {
    const [here, other] = [cloud.x[end], cloud.x[1 - end]];
    const slope = (y - height(other)) / (here - other);
    put(slope, y - slope * here);
  };
  const makeHandle = (part, surface, words, arrow) => {
    const handle = make("div", {
      class: "um-end",
      role: "slider",
      tabindex: "0",
      "aria-roledescription": "movable point",
      "aria-label": words,
      onkeydown: (event) => {
        const by = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[event.key];
        if (!by) return;
        event.preventDefault();
        const far = KEY_STEP * (event.shiftKey ? 5 : 1);
        arrow(by[0] * far * (part.x[1] - part.x[0]), by[1] * far * (part.y[1] - part.y[0]));
      },
    });
    surface.append(handle);
    return handle;
  };
  const [cloudPlace, mapPlace] = [place(0), place(1)];
  const ends = [0, 1].map((end) =>
    makeHandle(cloud, cloudPlace, ["left end of the line", "right end of the line"][end], (_, dy) => bend(end, height(cloud.x[end]) + dy)),
  );
  const dot = makeHandle(map, mapPlace, "this line on the map of the loss", (dx, dy) => put(settings().slope + dx, settings().bias + dy));
  const follow = (surface, begin, move) => {
    let held = null;
    surface.addEventListener("pointerdown", (event) => {
      if (event.button) return;
      event.preventDefault();
      surface.setPointerCapture(event.pointerId);
      held = begin(event);
      held.handle.focus({ preventScroll: true });
      held.handle.classList.add("um-held");
      move(held, event);
    });
    surface.addEventListener("pointermove", (event) => held && move(held, event));
    for (const name of ["pointerup", "pointercancel"]) {
      surface.addEventListener(name, () => {
        held?.handle.classList.remove("um-held");
        held = null;
      });
    }
  };
  follow(
    cloudPlace,
    (event) => {
      const [x] = numbers(cloud, event, cloudPlace.getBoundingClientRect());
      const end = x < (cloud.x[0] + cloud.x[1]) / 2 ? 0 : 1;
      return { end, handle: ends[end] };
    },
    ({ end }, event) => bend(end, numbers(cloud, event, cloudPlace.getBoundingClientRect())[1]),
  );
  follow(
    mapPlace,
    () => ({ handle: dot }),
    (_, event) => put(...numbers(map, event, mapPlace.getBoundingClientRect())),
  );
  const hint = make("p", { class: "um-hint" }, "Drag the line's ends, or the dot on the map. By keyboard: Tab to a ring, then the arrow keys.");
  stage.after(hint);
  return {
    show({ slope, bias }) {
      const said = `slope ${slope.toFixed(2)}, bias ${bias.toFixed(2)}`.replaceAll("-", "−");
      ends.forEach((handle, end) => {
        handle.style.left = `${100 * across(cloud, cloud.x[end])}%`;
        // A steep line leaves the picture: its end waits at the edge.
        handle.style.top = `${100 * down(cloud, clamp(height(cloud.x[end]), cloud.y))}%`;
      });
      dot.style.left = `${100 * across(map, slope)}%`;
      dot.style.top = `${100 * down(map, bias)}%`;
      for (const handle of [...ends, dot]) handle.setAttribute("aria-valuetext", said);
      [...ends, dot].forEach((handle, index) => handle.setAttribute("aria-valuenow", (index < 2 ? height(cloud.x[index]) : bias).toFixed(2)));
    },
    stop() {},
  };
}

DRESSERS.push(dressLineFit);
