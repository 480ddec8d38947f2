// Two rings on the driver's face, at the mouth's corner and at the chin; and six pictures in rows of three.

const WAYS = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1 };

function dressDrive({ root, place, model, turn, settings }) {
  root.classList.add("um-drive");
  // Below the pictures the answer would leave a small screen.
  root.querySelector(".um-turned").prepend(root.querySelector(".um-meters"));

  const knobs = Object.fromEntries(model.get("knobs").map((knob) => [knob.name, knob]));
  const face = place(0);

  function set(name, value) {
    const { low, high, step } = knobs[name];
    const near = Number(Math.min(high, Math.max(low, low + step * Math.round((value - low) / step))).toFixed(3));
    if (settings()[name] !== near) turn({ [name]: near });
  }

  const grips = model.get("grips").map(({ label, name, turns }) => {
    const { low, high, start, step } = knobs[name];
    let held = null;
    const grip = make("div", {
      class: "um-end",
      role: "slider",
      tabindex: "0",
      "aria-label": label,
      "aria-valuemin": String(low),
      "aria-valuemax": String(high),
      title: label.split(",")[0],
      onkeydown: (event) => {
        const ends = { Home: low, End: high, Backspace: start, Delete: start };
        if (event.key in WAYS) set(name, settings()[name] + WAYS[event.key] * step * (event.shiftKey ? 5 : 1));
        else if (event.key in ends) set(name, ends[event.key]);
        else return;
        event.preventDefault();
      },
      onpointerdown: (event) => {
        if (event.button) return;
        event.preventDefault();
        event.stopPropagation();
        grip.setPointerCapture(event.pointerId);
        grip.focus({ preventScroll: true });
        held = { x: event.clientX, y: event.clientY, from: settings()[name] };
      },
      onpointermove: (event) => {
        if (!held) return;
        const { width, height } = face.getBoundingClientRect();
        set(name, held.from + (turns[0] * (event.clientX - held.x)) / width + (turns[1] * (event.clientY - held.y)) / height);
      },
    });
    for (const end of ["pointerup", "pointercancel"]) grip.addEventListener(end, () => (held = null));
    face.append(grip);
    return { grip, name };
  });

  const stopNudge = makeNudge(face, grips.map(({ grip }) => grip));
  const show = () => {
    model.get("places").forEach(([x, y], index) => {
      grips[index].grip.style.left = `${100 * x}%`;
      grips[index].grip.style.top = `${100 * y}%`;
    });
    for (const { grip, name } of grips) {
      grip.setAttribute("aria-valuenow", String(settings()[name]));
      grip.setAttribute("aria-valuetext", `${knobs[name].label} ${format(knobs[name], settings()[name])}`);
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

DRESSERS.push(dressDrive);
