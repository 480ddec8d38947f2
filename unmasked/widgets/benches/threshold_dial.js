// The line through the scores is dragged; it follows the hand at once, the crowd follows when the kernel has drawn it.

const [PEOPLE, SCORES, ACCUSED] = [0, 1, 2]; // the bench's pictures

function dressDial({ root, stage, place, model, turn, settings }) {
  stage.classList.add("um-dial");
  root.classList.add("um-dial-root");
  const knob = model.get("knobs").find(({ name }) => name === "threshold");
  // The line is its knob, for hands and for keys.
  root.querySelector('input[name="threshold"]').closest(".um-knob").hidden = true;

  const scores = place(SCORES);
  const { edges, x } = model.get("places");
  const [left, top, right, bottom] = edges;
  const flagged = make("div", { class: "um-flagged", style: `top: ${100 * top}%; bottom: ${100 * (1 - bottom)}%; right: ${100 * (1 - right)}%` });
  const line = make("div", { class: "um-cut", style: `top: ${100 * top}%; bottom: ${100 * (1 - bottom)}%` });
  const number = make("div", { class: "um-cut-number", "aria-hidden": "true" });
  const put = (value) => {
    const steps = Math.round((value - knob.low) / knob.step);
    const now = Number(Math.min(knob.high, Math.max(knob.low, knob.low + steps * knob.step)).toFixed(knob.decimals));
    if (now !== settings().threshold) turn({ threshold: now });
  };
  const handle = make("div", {
    class: "um-end um-nudge",
    role: "slider",
    tabindex: "0",
    "aria-label": knob.label,
    "aria-valuemin": String(knob.low),
    "aria-valuemax": String(knob.high),
    style: `top: ${100 * top}%`,
    onkeydown: (event) => {
      const far = event.shiftKey ? 10 : 1;
      const by = { ArrowLeft: -far, ArrowDown: -far, ArrowRight: far, ArrowUp: far, PageDown: -10, PageUp: 10, Home: -1e6, End: 1e6 }[event.key];
      if (!by) return;
      event.preventDefault();
      put(settings().threshold + by * knob.step);
    },
    onanimationend: () => handle.classList.remove("um-nudge"),
  });
  scores.classList.add("um-dial-scores");
  scores.append(flagged, line, number, handle);

  let held = false;
  const follow = (event) => {
    const box = scores.getBoundingClientRect();
    const share = ((event.clientX - box.left) / box.width - left) / (right - left);
    put(x[0] + share * (x[1] - x[0]));
  };
  scores.addEventListener("pointerdown", (event) => {
    if (event.button) return;
    event.preventDefault();
    scores.setPointerCapture(event.pointerId);
    held = true;
    handle.classList.add("um-held");
    handle.focus({ preventScroll: true });
    follow(event);
  });
  scores.addEventListener("pointermove", (event) => held && follow(event));
  for (const name of ["pointerup", "pointercancel"]) {
    scores.addEventListener(name, () => {
      held = false;
      handle.classList.remove("um-held");
    });
  }

  const meters = root.querySelector(".um-meters");
  root.querySelector(".um-turned").prepend(meters);
  const accused = place(ACCUSED).parentElement;
  accused.classList.add("um-accused");
  const hint = make("p", { class: "um-hint" }, "Drag the line. By keyboard: Tab to its ring, then the arrow keys.");
  scores.after(hint);
  return {
    show({ threshold }) {
      const share = left + ((threshold - x[0]) / (x[1] - x[0])) * (right - left);
      for (const part of [flagged, line, number, handle]) part.style.left = `${100 * share}%`;
      const said = format(knob, threshold);
      number.textContent = said;
      number.classList.toggle("um-left", share > 0.9);
      handle.setAttribute("aria-valuenow", String(threshold));
      handle.setAttribute("aria-valuetext", said);
      const caption = accused.querySelector("figcaption").textContent;
      accused.classList.toggle("um-innocent", caption.startsWith("✗"));
      root.classList.toggle("um-none", meters.querySelector("b")?.textContent === "–");
    },
    stop() {},
  };
}

DRESSERS.push(dressDial);
