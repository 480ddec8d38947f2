// The plugs' diagram: the kit's pictures in boxes, cables between them, and cable ends to be dragged.

const SVG = "http://www.w3.org/2000/svg";

function svg(tag, attributes) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  return element;
}

const way = (points) => {
  const [start, ...rest] = points.map((point) => point.map((part) => part.toFixed(1)).join(","));
  return `M ${start} C ${rest.join(" ")}`;
};
const lies = (when, settings) => Object.entries(when).every(([name, value]) => settings[name] === value);

/** Lays the bench's pictures out as a diagram, on a board that shrinks where the page is narrow. */
function dressPlugs({ root, stage, place, model, turn, settings }) {
  const board = model.get("board");
  root.classList.add("um-wide");
  stage.classList.add("um-board");
  stage.style.width = `${board.width}px`;
  stage.style.height = `${board.height}px`;
  const holder = make("div", { class: "um-board-holder" });
  stage.replaceWith(holder);
  holder.append(stage);
  let scale = 1;
  const fit = () => {
    scale = Math.min(1, holder.clientWidth / board.width || 1);
    stage.style.transform = scale < 1 ? `scale(${scale})` : "";
    holder.style.height = `${board.height * scale}px`;
  };
  const watch = new ResizeObserver(fit);
  watch.observe(holder);

  const wires = svg("svg", { viewBox: `0 0 ${board.width} ${board.height}`, "aria-hidden": "true", class: "um-wires" });
  stage.prepend(wires);
  const cables = board.cables.map(({ points, when }) => {
    const path = svg("path", { d: way(points) });
    const pulse = svg("path", { d: way(points), class: "um-pulse", pathLength: "100" });
    wires.append(path, pulse);
    return { path, pulse, when };
  });
  const loose = svg("path", { class: "um-loose" });
  wires.append(loose);
  for (const { x, y, words } of board.names) {
    stage.append(make("div", { class: "um-row-name", style: `left: ${x}px; top: ${y}px` }, words));
  }
  const boxes = board.boxes.map(({ x, y, w, h, panel, set, words, hint, kind }) => {
    const inside = panel === undefined ? make("div", {}, ...words.map((word) => make("div", {}, word))) : place(panel).parentElement;
    inside.classList.add("um-box", `um-box-${kind}`);
    // The caption of a picture hangs below its box.
    inside.style.cssText += `left: ${x}px; top: ${y}px; width: ${w}px; height: ${h}px;`;
    if (panel === undefined) stage.append(inside);
    if (Object.keys(set).length) {
      inside.classList.add("um-may");
      inside.title = hint;
      inside.addEventListener("click", () => !lies(set, settings()) && turn(set));
    }
    return { inside, set };
  });

  const ends = board.plugs.map((plug) => {
    const values = Object.keys(plug.at);
    for (const value of values) {
      const [x, y] = plug.at[value];
      wires.append(svg("circle", { cx: x, cy: y, r: 5, class: "um-socket" }));
    }
    const handle = make("div", {
      class: "um-end",
      role: "slider",
      tabindex: "0",
      "aria-roledescription": "cable end",
      "aria-label": plug.words,
      "aria-valuemin": "1",
      "aria-valuemax": String(values.length),
      onkeydown: (event) => {
        const by = { ArrowLeft: -1, ArrowUp: -1, ArrowRight: 1, ArrowDown: 1, Enter: 1, " ": 1 }[event.key];
        if (!by || event.shiftKey) return;
        event.preventDefault();
        const next = values.indexOf(settings()[plug.setting]) + by;
        turn({ [plug.setting]: values[(next + values.length) % values.length] });
      },
    });
    const start = () => {
      if (plug.from === null) return null;
      if (plug.from === "picture") return board.plugs.find((other) => other.setting === "picture").at[settings().picture];
      return Array.isArray(plug.from) ? plug.from : plug.from[settings()[plug.setting]];
    };
    let grip = null;
    const at = (event) => {
      const box = stage.getBoundingClientRect();
      return [(event.clientX - box.left) / scale, (event.clientY - box.top) / scale];
    };
    const put = ([x, y]) => {
      handle.style.left = `${x}px`;
      handle.style.top = `${y}px`;
    };
    handle.addEventListener("pointerdown", (event) => {
      if (event.button) return;
      handle.setPointerCapture(event.pointerId);
      grip = at(event);
      handle.classList.add("um-held");
    });
    handle.addEventListener("pointermove", (event) => {
      if (!grip) return;
      grip = at(event);
      put(grip);
      const from = start();
      if (from) loose.setAttribute("d", way([from, [from[0] + 30, from[1]], [grip[0] - 20, grip[1] - 20], grip]));
    });
    const drop = () => {
      if (!grip) return;
      const away = (value) => Math.hypot(plug.at[value][0] - grip[0], plug.at[value][1] - grip[1]);
      const nearest = values.reduce((best, value) => (away(value) < away(best) ? value : best));
      grip = null;
      handle.classList.remove("um-held");
      loose.removeAttribute("d");
      put(plug.at[settings()[plug.setting]]);
      if (nearest !== settings()[plug.setting]) turn({ [plug.setting]: nearest });
    };
    for (const name of ["pointerup", "pointercancel"]) handle.addEventListener(name, drop);
    stage.append(handle);
    return {
      show(now) {
        const value = now[plug.setting];
        if (!grip) put(plug.at[value]);
        handle.setAttribute("aria-valuenow", String(values.indexOf(value) + 1));
        handle.setAttribute("aria-valuetext", board.labels[value]);
      },
    };
  });

  const hint = make("p", { class: "um-hint" }, "Drag a cable's end to another socket, or click a box. By keyboard: Tab to a cable's end, then the arrow keys.");
  holder.after(hint);
  let before = "";
  return {
    show(now) {
      const key = [now.picture, now.encoder, now.decoder].join();
      for (const { path, pulse, when } of cables) {
        const live = lies(when, now);
        path.classList.toggle("um-live-cable", live);
        pulse.classList.remove("um-runs");
        if (live && before && key !== before) {
          pulse.getBoundingClientRect(); // so that the animation begins anew
          pulse.classList.add("um-runs");
        }
      }
      before = key;
      for (const { inside, set } of boxes) inside.classList.toggle("um-chosen", lies(set, now));
      for (const end of ends) end.show(now);
    },
    stop: () => watch.disconnect(),
  };
}

DRESSERS.push(dressPlugs);
