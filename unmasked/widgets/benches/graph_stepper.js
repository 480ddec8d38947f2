// Weight, input and bias are dragged in their boxes; the sliders of the same names are the bench's settings.

function dressGraph({ root, stage, place, model, turn, settings }) {
  root.classList.add("um-graph");
  const knobs = Object.fromEntries(model.get("knobs").map((knob) => [knob.name, knob]));
  const percent = (share) => `${100 * share}%`;
  const boxes = Object.entries(model.get("boxes")).map(([name, { box, track }]) => {
    const knob = knobs[name];
    const put = (value) => {
      const kept = Math.min(knob.high, Math.max(knob.low, Number(value.toFixed(6))));
      if (kept !== settings()[name]) turn({ [name]: kept });
    };
    const stepped = (value) => put(Math.round(value / knob.step) * knob.step);
    const disc = make("div", { class: "um-end", "aria-hidden": "true" });
    const surface = make(
      "div",
      {
        class: "um-graph-box",
        role: "slider",
        tabindex: "0",
        title: "Drag the number; double-click puts it back",
        "aria-label": knob.label,
        "aria-valuemin": String(knob.low),
        "aria-valuemax": String(knob.high),
        ondblclick: () => put(knob.start),
        onkeydown: (event) => {
          const by = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1 }[event.key];
          const end = { Home: knob.low, End: knob.high, Backspace: knob.start, Delete: knob.start }[event.key];
          if (by) put(settings()[name] + by * knob.step * (event.shiftKey ? 5 : 1));
          else if (end !== undefined) put(end);
          else return;
          event.preventDefault();
        },
      },
      disc,
    );
    surface.style.cssText = ["left", "top", "width", "height"].map((side, at) => `${side}: ${percent(box[at])}`).join(";");
    let grip = null;
    const value = (event) => {
      const { left, width } = surface.getBoundingClientRect();
      const share = ((event.clientX - left) / width - track[0]) / (track[2] - track[0]);
      return knob.low + share * (knob.high - knob.low);
    };
    surface.addEventListener("pointerdown", (event) => {
      if (event.button) return;
      event.preventDefault();
      surface.setPointerCapture(event.pointerId);
      surface.focus({ preventScroll: true });
      // The number goes as far as the hand does: pressing a box beside its disc must not make it jump.
      grip = settings()[name] - value(event);
      disc.classList.add("um-held");
    });
    surface.addEventListener("pointermove", (event) => grip !== null && stepped(value(event) + grip));
    for (const end of ["pointerup", "pointercancel"]) {
      surface.addEventListener(end, () => {
        grip = null;
        disc.classList.remove("um-held");
      });
    }
    place(0).append(surface);
    return {
      disc,
      show(now) {
        const share = (now[name] - knob.low) / (knob.high - knob.low);
        disc.style.left = percent(track[0] + share * (track[2] - track[0]));
        disc.style.top = percent(track[1]);
        surface.setAttribute("aria-valuenow", String(now[name]));
        surface.setAttribute("aria-valuetext", String(Number(now[name].toFixed(3))).replace("-", "−"));
      },
    };
  });
  stage.after(make("p", { class: "um-hint" }, "Drag the numbers w, x and b in their boxes. Keys: Tab to a box, then the arrows."));

  const still = makeNudge(stage, boxes.map(({ disc }) => disc));
  return {
    show: (now) => boxes.forEach((box) => box.show(now)),
    stop: still,
  };
}

DRESSERS.push(dressGraph);
