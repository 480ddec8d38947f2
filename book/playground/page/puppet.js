// Puppet: your hand on one face, the other follows, and the truth stands beside.

function puppetRoom(root, { lattices, networks, models, names, place, changed }) {
  // `place` is every room's; at 128 pixels fewer faces are drawn, and this room stands at the nearest of them.
  const state = { place, acts: "ada", size: "64" };
  let lattice = lattices[64], network = networks[64];
  const knobs = new Knobs(part(root, "knobs"), lattice, state.place, (move) => go(move));
  const [acting, swapped, truth] = ["acting", "swapped", "truth"].map((name) => part(root, name));
  const stage = part(root, "stage");
  const grips = Object.fromEntries(
    [["smile", "Smile, at the corner of the mouth"], ["jaw", "Jaw, at the chin"], ["eyes", "Eyes, at the pupil"]].map(
      ([axis, label]) => {
        const grip = make("button", { class: "grip", type: "button", role: "slider", "aria-label": label });
        stage.append(grip);
        hold(grip, axis);
        return [axis, grip];
      },
    ),
  );
  let nudging = 0, nudged = false;

  function go(move) {
    clearInterval(nudging);
    Object.assign(state.place, move);
    if (state.place !== place) Object.assign(place, lattices[64].nearest(state.place, lattice));
    show();
    changed();
  }

  function resize(size) {
    state.size = size;
    [lattice, network] = [lattices[size], networks[size]];
    state.place = size === "64" ? place : lattice.nearest(place, lattices[64]);
    [knobs.lattice, knobs.place] = [lattice, state.place];
  }

  // Of all values along an axis, the one whose grip lies nearest to the hand.
  function nearest(axis, x, y) {
    let best = state.place[axis], least = Infinity;
    lattice.axes[axis].forEach((_, index) => {
      const [u, v] = lattice.holds(state.acts, { ...state.place, [axis]: index })[axis];
      const far = (u - x) ** 2 + (v - y) ** 2;
      if (far < least - 1e-9) [best, least] = [index, far];
    });
    return best;
  }

  function hold(grip, axis) {
    grip.addEventListener("pointerdown", (event) => {
      grip.setPointerCapture(event.pointerId);
      event.preventDefault();
      event.stopPropagation();
      grip.focus();
    });
    grip.addEventListener("pointermove", (event) => {
      if (!grip.hasPointerCapture(event.pointerId)) return;
      const box = stage.getBoundingClientRect();
      const index = nearest(axis, (event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height);
      if (index !== state.place[axis]) go({ [axis]: index });
    });
    grip.addEventListener("keydown", (event) => step(event, axis));
  }

  function step(event, axis) {
    const way = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1 }[event.key];
    if (!way) return;
    event.preventDefault();
    event.stopPropagation();
    const most = lattice.axes[axis].length - 1;
    go({ [axis]: Math.min(most, Math.max(0, state.place[axis] + way)) });
  }

  let from = null;
  stage.addEventListener("pointerdown", (event) => {
    stage.setPointerCapture(event.pointerId);
    from = { x: event.clientX, yaw: state.place.yaw };
    stage.classList.add("held");
  });
  stage.addEventListener("pointermove", (event) => {
    if (!from || !stage.hasPointerCapture(event.pointerId)) return;
    const steps = lattice.axes.yaw.length, way = (event.clientX - from.x) / (0.8 * stage.clientWidth);
    const yaw = Math.min(steps - 1, Math.max(0, Math.round(from.yaw + way * steps)));
    if (yaw !== state.place.yaw) go({ yaw });
  });
  for (const end of ["pointerup", "pointercancel"]) {
    stage.addEventListener(end, () => {
      from = null;
      stage.classList.remove("held");
    });
  }
  acting.addEventListener("keydown", (event) => step(event, "yaw"));
  root.querySelectorAll("[name=acts]").forEach((input) =>
    input.addEventListener("change", () => {
      state.acts = input.value;
      go({});
    }),
  );

  root.querySelectorAll("[name=size]").forEach((input) =>
    input.addEventListener("change", () => {
      resize(input.value);
      go({});
    }),
  );

  function ranged(slider, axis, text) {
    slider.setAttribute("aria-valuemin", 0);
    slider.setAttribute("aria-valuemax", lattice.axes[axis].length - 1);
    slider.setAttribute("aria-valuenow", state.place[axis]);
    slider.setAttribute("aria-valuetext", text);
  }

  function show() {
    const { place, acts, size } = state, other = acts === "ada" ? "bo" : "ada", words = lattice.words(place);
    const pixels = lattice.face(acts, place), wanted = lattice.face(other, place);
    const start = performance.now();
    const drawn = network.decode(network.encode(pixels, acts), other);
    const took = performance.now() - start;
    const score = explained(drawn, wanted, network.average(other), lattice.mask(other, place));
    paint(acting, pixels, `${names[acts]}: ${words}. Turn of the head`);
    ranged(acting, "yaw", `${number(lattice.axes.yaw[place.yaw], 0)}°`);
    acting.setAttribute("role", "slider");
    paint(swapped, drawn, `${names[other]} as the network draws the same`);
    paint(truth, wanted, `${names[other]} drawn in the same performance: ${words}`);
    part(root, "acting-name").textContent = `${names[acts]} acts`;
    part(root, "swapped-name").textContent = `${names[other]}, swapped`;
    part(root, "truth-name").textContent = `The true ${names[other]}`;
    root.dataset.acts = acts;
    const note = `1 is the true ${names[other]}, 0 is ${names[other]}’s average picture, which follows nobody.`;
    meter(part(root, "score"), score, number(score), note);
    part(root, "took").textContent = `This swap took ${took < 1 ? "under 1" : Math.round(took)} ms, here in the page.`;
    root.dataset.took = took;
    const held = lattice.holds(acts, place);
    for (const [axis, grip] of Object.entries(grips)) {
      grip.style.left = `${100 * held[axis][0]}%`;
      grip.style.top = `${100 * held[axis][1]}%`;
      const value = lattice.axes[axis][place[axis]];
      ranged(grip, axis, axis === "eyes" ? value.name : number(value));
    }
    for (const [name, value] of [["acts", acts], ["size", size]]) {
      root.querySelectorAll(`[name=${name}]`).forEach((input) => (input.checked = input.value === value));
    }
    part(root, "pixels").textContent = `${size} × ${size} pixels, as the network draws`;
    const many = (one) => ["yaw", "smile", "jaw", "eyes"].reduce((all, axis) => all * one.axes[axis].length, 1);
    const fewer = `Larger pictures take more room in this file, so here are ${many(lattice)} faces of each instead of ${many(lattices[64]).toLocaleString("en")}. `;
    part(root, "fewer").textContent = size === "128" ? fewer : "";
    knobs.show();
    python(root, [
      "from unmasked import toons",
      "from unmasked.faces import draw_faces",
      "from unmasked.metrics import explained_swap",
      "from unmasked.models import weights",
      "from unmasked.tensors import masks_to_tensor, to_tensor",
      "",
      lattice.python(place),
      `model = weights.load("${models[size]}")`,
      "actor, target = (",
      "    draw_faces(toons.character(name), acted.to_array()[None], size=model.side)",
      `    for name in ("${acts}", "${other}")`,
      ")",
      `swap = model.decode(model.encode(to_tensor(actor.pictures), "${acts}"), "${other}").detach().clamp(0, 1)`,
      "truth, mask = to_tensor(target.pictures), masks_to_tensor(target.masks)",
      `print(round(explained_swap(swap, truth, model.average("${other}"), mask), 2))`,
    ]);
    say(`${names[acts]}: ${words}. Explained swap ${number(score)}.`);
  }

  // Once, before any hand has touched it, the face moves by itself.
  function nudge() {
    const last = { ...state.place }, most = lattice.axes.yaw.length - 1, smiles = lattice.axes.smile.length - 1;
    const path = Array.from({ length: 12 }, (_, i) => ({
      yaw: Math.round((most * Math.min(i, 9)) / 9), smile: Math.round((smiles * Math.min(i, 9)) / 9), jaw: i > 6 ? 1 : 0,
    }));
    path.push(last);
    nudging = setInterval(() => {
      Object.assign(state.place, path.shift());
      show();
      if (!path.length) clearInterval(nudging);
    }, 110);
  }

  return {
    open(values) {
      clearInterval(nudging);
      Object.assign(place, placeFrom(values, lattices[64], place));
      resize(oneOf(values.get("size"), Object.keys(lattices), state.size));
      state.acts = oneOf(values.get("acts"), Object.keys(names), state.acts);
      show();
      const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
      if (!nudged && !calm && ![...values.keys()].length) nudge();
      nudged = true;
    },
    values: () => ({ ...placeTo(state.place, lattice), acts: state.acts, size: state.size }),
  };
}
