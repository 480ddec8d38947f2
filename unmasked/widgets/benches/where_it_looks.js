// The smear on both pictures: the map is dragged on like the picture beside it. The kit's point has the keys.

function dressLook({ root, stage, place, turn, settings }) {
  root.classList.add("um-looks");
  const point = place(0).querySelector(".um-point");
  const map = place(1);
  const twin = make("div", { class: "um-point um-twin", "aria-hidden": "true" });
  map.append(twin);
  const put = (event) => {
    const box = map.getBoundingClientRect();
    const share = (value) => Math.min(1, Math.max(0, value));
    turn({ place: [[share((event.clientX - box.left) / box.width), share((event.clientY - box.top) / box.height)]] });
  };
  let held = false;
  map.addEventListener("pointerdown", (event) => {
    if (event.button) return;
    event.preventDefault();
    map.setPointerCapture(event.pointerId);
    point.focus({ preventScroll: true });
    held = true;
    put(event);
  });
  map.addEventListener("pointermove", (event) => held && put(event));
  for (const name of ["pointerup", "pointercancel"]) map.addEventListener(name, () => (held = false));

  const sign = (kind, words) => [make("b", { class: `um-sign-${kind}`, "aria-hidden": "true" }, words)];
  const hint = make(
    "p",
    { class: "um-hint um-look-hint" },
    "Drag the disc; it leaves a trail: ",
    ...sign("fell", "▼"),
    " score fell, ",
    ...sign("rose", "▲"),
    " rose, ● as by chance. Keys: Tab, then arrows.",
  );
  stage.after(hint);

  const still = makeNudge(stage, [point, twin]);
  return {
    show({ place: [[x, y]] }) {
      twin.style.left = `${100 * x}%`;
      twin.style.top = `${100 * y}%`;
    },
    stop: still,
  };
}

DRESSERS.push(dressLook);
