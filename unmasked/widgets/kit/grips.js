// Grips on a face: each turns the knobs that move its place there, by hand and by keys, and follows them.

const GRIP_KEYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

/**
 * Lays the model's `grips` (label, names of knobs, turns) on `face` and keeps them at its `places`. `twins`: those that
 * do what the one before does, of which the keyboard needs one. Gives what a dresser returns: `show` and `stop`.
 */
function faceGrips(face, model, turn, settings, twins = []) {
  const knobs = Object.fromEntries(model.get("knobs").map((knob) => [knob.name, knob]));
  const rounded = ({ low, high, step }, value) => Number(Math.min(high, Math.max(low, low + step * Math.round((value - low) / step))).toFixed(3));
  function move(turns, from, across, down) {
    const values = Object.entries(turns).map(([name, [u, v]]) => [name, rounded(knobs[name], from[name] + u * across + v * down)]);
    if (values.some(([name, value]) => settings()[name] !== value)) turn(Object.fromEntries(values));
  }

  /** One step of a knob for an arrow key: of the knob that this way turns most. */
  function step(turns, [across, down], far) {
    const ways = Object.entries(turns).map(([name, [u, v]]) => {
      const by = u * across + v * down;
      return { name, by, share: Math.abs(by) / (Math.abs(u) + Math.abs(v)) };
    });
    ways.sort((a, b) => b.share - a.share);
    const { name, by } = ways[0];
    // A chin goes down and a brow up: the other two keys do the same as these.
    const sign = ways[0].share < 0.2 ? across - down : Math.sign(by);
    const value = rounded(knobs[name], settings()[name] + sign * far * knobs[name].step);
    if (settings()[name] !== value) turn({ [name]: value });
  }

  const grips = model.get("grips").map(({ label, point, names, turns }, index) => {
    const twin = twins.includes(index);
    let held = null;
    const grip = make("div", {
      class: `um-end um-grip um-grip-${names[0]}`,
      role: twin ? null : "slider",
      tabindex: twin ? "-1" : "0",
      "aria-hidden": twin ? "true" : null,
      "aria-label": label,
      "aria-valuemin": String(knobs[names[0]].low),
      "aria-valuemax": String(knobs[names[0]].high),
      title: label.split(",")[0],
      onkeydown: (event) => {
        const ends = { Home: knobs[names[0]].low, End: knobs[names[0]].high };
        if (event.key in GRIP_KEYS) step(turns, GRIP_KEYS[event.key], event.shiftKey ? 5 : 1);
        else if (event.key in ends) turn({ [names[0]]: ends[event.key] });
        else if (event.key === "Backspace" || event.key === "Delete") turn(Object.fromEntries(names.map((name) => [name, knobs[name].start])));
        else return;
        event.preventDefault();
      },
      onpointerdown: (event) => {
        if (event.button) return;
        event.preventDefault();
        event.stopPropagation();
        grip.setPointerCapture(event.pointerId);
        (twin ? grips[index - 1].grip : grip).focus({ preventScroll: true });
        grip.classList.add("um-held");
        held = { x: event.clientX, y: event.clientY, from: { ...settings() } };
      },
      onpointermove: (event) => {
        if (!held) return;
        const { width, height } = face.getBoundingClientRect();
        move(turns, held.from, (event.clientX - held.x) / width, (event.clientY - held.y) / height);
      },
    });
    for (const name of ["pointerup", "pointercancel"]) {
      grip.addEventListener(name, () => {
        held = null;
        grip.classList.remove("um-held");
      });
    }
    if (point < 0) grip.textContent = "☀";
    face.append(grip);
    return { grip, names };
  });

  const stopNudge = makeNudge(face, grips.slice(0, 3).map(({ grip }) => grip));
  const show = () => {
    model.get("places").forEach(([x, y], index) => {
      grips[index].grip.style.left = `${100 * x}%`;
      grips[index].grip.style.top = `${100 * y}%`;
    });
    for (const { grip, names } of grips) {
      grip.setAttribute("aria-valuenow", String(settings()[names[0]]));
      grip.setAttribute("aria-valuetext", names.map((name) => `${knobs[name].label} ${format(knobs[name], settings()[name])}`).join(", "));
    }
  };
  model.on("change:places", show);
  return {
    show,
    stop() {
      model.off("change:places", show);
      stopNudge();
    },
  };
}
