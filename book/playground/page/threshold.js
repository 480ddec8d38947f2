// Threshold: where the line is drawn, and in which crowd.

// A thousand seats in an order by chance, the same in every page.
const ORDER = (() => {
  const seats = Array.from({ length: 1000 }, (_, i) => i);
  let chance = 1;
  for (let i = seats.length - 1; i > 0; i -= 1) {
    chance = (chance * 48271) % 2147483647;
    const other = chance % (i + 1);
    [seats[i], seats[other]] = [seats[other], seats[i]];
  }
  return seats;
})();

function thresholdRoom(root, { detectors, changed }) {
  const CROWD = 1000, STOPS = [1, 2, 5, 10, 20, 50, 100, 200, 500];
  const state = { detector: 1, line: null, fakes: 10 };
  const dial = part(root, "dial"), rate = part(root, "rate"), plot = part(root, "plot"), crowd = part(root, "crowd");
  const kinds = root.querySelectorAll("[name=detector]");
  kinds.forEach((input) =>
    input.addEventListener("change", () => go(() => Object.assign(state, { detector: Number(input.value), line: null }))),
  );
  rate.max = STOPS.length - 1;
  rate.addEventListener("input", () => go(() => (state.fakes = STOPS[rate.value])));
  dial.addEventListener("input", () => go(() => (state.line = Number(dial.value))));
  plot.addEventListener("pointerdown", (event) => {
    plot.setPointerCapture(event.pointerId);
    pull(event);
  });
  plot.addEventListener("pointermove", (event) => plot.hasPointerCapture(event.pointerId) && pull(event));
  new ResizeObserver(() => root.hidden || draw()).observe(crowd);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => root.hidden || draw());

  function go(move) {
    move();
    show();
    changed();
  }

  // What a picture without a face scores is no number on the axis: it passes wherever the line stands.
  function range() {
    const { real, fake } = detectors[state.detector], all = [...real, ...fake].filter((score) => score > -90);
    const low = Math.floor(2 * Math.min(...all)) / 2, high = Math.ceil(2 * Math.max(...all) + 0.2) / 2;
    return { low, high };
  }

  function pull(event) {
    const box = plot.getBoundingClientRect(), { low, high } = range();
    const share = Math.min(1, Math.max(0, (event.clientX - box.left) / box.width));
    go(() => (state.line = Math.round(20 * (low + share * (high - low))) / 20));
  }

  function measured() {
    const { real, fake } = detectors[state.detector];
    const over = (scores) => scores.filter((score) => score >= state.line).length;
    return { hits: over(fake), alarms: over(real), fakes: fake.length, reals: real.length };
  }

  function draw() {
    const { real, fake } = detectors[state.detector], { low, high } = range();
    const style = getComputedStyle(document.documentElement), colour = (name) => style.getPropertyValue(name);
    const sharp = devicePixelRatio || 1;

    // The scores: a dot a picture, recordings above, fakes below, and the line between let pass and flagged.
    const wide = plot.clientWidth, high_ = 128;
    plot.width = wide * sharp;
    plot.height = high_ * sharp;
    let pen = plot.getContext("2d");
    pen.setTransform(sharp, 0, 0, sharp, 0, 0);
    const x = (score) => ((score - low) / (high - low)) * wide;
    [[real, 36, "--ink"], [fake, 98, "--forged"]].forEach(([scores, middle, name]) => {
      pen.fillStyle = colour("--line");
      pen.fillRect(0, middle + 20, wide, 1);
      const piled = new Map();
      [...scores].sort((a, b) => a - b).forEach((score) => {
        if (score < -90) return;
        const slot = Math.round(x(score) / 8), height = piled.get(slot) || 0;
        piled.set(slot, height + 1);
        pen.fillStyle = colour(name);
        pen.globalAlpha = score >= state.line ? 1 : 0.45;
        pen.beginPath();
        if (name === "--ink") pen.arc(slot * 8, middle + 16 - 6.4 * Math.min(height, 7), 3, 0, 7);
        else pen.rect(slot * 8 - 2.7, middle + 13.3 - 6.4 * Math.min(height, 7), 5.4, 5.4);
        pen.fill();
      });
      pen.globalAlpha = 1;
    });
    pen.fillStyle = colour("--hold");
    pen.fillRect(x(state.line) - 1.5, 0, 3, high_);
    pen.beginPath();
    pen.arc(Math.min(wide - 9, Math.max(9, x(state.line))), 64, 8, 0, 7);
    pen.fillStyle = "#fff";
    pen.fill();
    pen.lineWidth = 3;
    pen.strokeStyle = colour("--hold");
    pen.stroke();

    // The crowd: a square a picture, told apart by shape as well as by colour.
    const people = seats(), across = crowd.clientWidth < 520 ? 40 : 50, step = crowd.clientWidth / across;
    const rows = CROWD / across, tall = rows * step;
    crowd.style.height = `${tall}px`;
    crowd.width = crowd.clientWidth * sharp;
    crowd.height = tall * sharp;
    pen = crowd.getContext("2d");
    pen.setTransform(sharp, 0, 0, sharp, 0, 0);
    people.forEach((kind, seat) => {
      const left = (seat % across) * step, top = Math.floor(seat / across) * step, inner = step - 2;
      const [u, v] = [left + 1, top + 1];
      if (kind === "caught") {
        pen.fillStyle = colour("--forged");
        pen.fillRect(u, v, inner, inner);
      } else if (kind === "missed") {
        pen.strokeStyle = colour("--forged");
        pen.lineWidth = 2;
        pen.strokeRect(u + 1, v + 1, inner - 2, inner - 2);
      } else if (kind === "accused") {
        pen.strokeStyle = colour("--wrong");
        pen.lineWidth = 2.2;
        pen.beginPath();
        pen.moveTo(u + 1, v + 1);
        pen.lineTo(u + inner - 1, v + inner - 1);
        pen.moveTo(u + inner - 1, v + 1);
        pen.lineTo(u + 1, v + inner - 1);
        pen.stroke();
      } else {
        pen.fillStyle = colour("--line");
        pen.beginPath();
        pen.arc(left + step / 2, top + step / 2, 1.6, 0, 7);
        pen.fill();
      }
    });
  }

  function shares() {
    const { hits, alarms, fakes, reals } = measured();
    const caught = Math.round((hits / fakes) * state.fakes), accused = Math.round((alarms / reals) * (CROWD - state.fakes));
    return { caught, accused, hit: hits / fakes, alarm: alarms / reals };
  }

  // Who sits where: the same people in the same seats, whatever is asked.
  function seats() {
    const { caught, accused } = shares();
    const people = Array(CROWD).fill("passed");
    ORDER.forEach((seat, i) => {
      if (i < state.fakes) people[seat] = i < caught ? "caught" : "missed";
      else if (i < state.fakes + accused) people[seat] = "accused";
    });
    return people;
  }

  function show() {
    const detector = detectors[state.detector], { low, high } = range();
    if (state.line === null) state.line = Math.round(20 * detector.line) / 20;
    state.line = Math.min(high, Math.max(low, state.line));
    dial.min = low;
    dial.max = high;
    dial.step = 0.05;
    dial.value = state.line;
    dial.setAttribute("aria-valuetext", number(state.line));
    rate.value = STOPS.indexOf(state.fakes);
    rate.setAttribute("aria-valuetext", `${state.fakes} in 1,000`);
    kinds.forEach((input) => (input.checked = Number(input.value) === state.detector));
    const { hits, alarms, fakes, reals } = measured(), { caught, accused, hit, alarm } = shares();
    const share = state.fakes / CROWD, flagged = hit * share + alarm * (1 - share);
    const value = flagged ? (hit * share) / flagged : 0;
    part(root, "dial-out").textContent = number(state.line);
    part(root, "rate-out").textContent = `${state.fakes} in 1,000`;
    const text = flagged ? percent(value) : "–";
    const few = alarms ? "" : ` None of ${reals} recordings was flagged, but that can’t rule out 3 in 100.`;
    const note = flagged ? `of what is flagged is fake, in the long run.${few}` : "Nothing is flagged at all.";
    meter(part(root, "ppv"), value, text, note);
    part(root, "caught").textContent = `${caught} of ${state.fakes} ${state.fakes === 1 ? "fake" : "fakes"} caught`;
    part(root, "missed").textContent = `${state.fakes - caught} missed`;
    part(root, "accused").textContent = `${accused} of ${CROWD - state.fakes} innocent pictures accused`;
    part(root, "measured").textContent =
      `Measured: it flags ${hits} of ${fakes} fakes and ${alarms} of ${reals} recordings. The crowd has the same shares.`;
    const words =
      `Of 1,000 pictures ${state.fakes} are fakes: ${caught} caught, ${state.fakes - caught} missed; ` +
      `${accused} innocent ones accused. ${text} of what is flagged is fake.`;
    crowd.setAttribute("aria-label", `A crowd. ${words}`);
    plot.setAttribute("aria-label", `The scores of ${reals} recordings and ${fakes} fakes, and a line at ${number(state.line)}.`);
    draw();
    python(root, [
      "from unmasked.forensics.calibration import ppv",
      "",
      `hits, alarms = ${hits} / ${fakes}, ${alarms} / ${reals}  # measured at a threshold of ${state.line}`,
      `print(round(ppv(hits, alarms, ${state.fakes} / 1000), 3))`,
    ]);
    say(words);
  }

  const percent = (part) => (part < 0.0995 ? `${number(100 * part, 1)} %` : `${Math.round(100 * part)} %`);

  return {
    open(values) {
      if (values.has("detector")) {
        const wanted = oneOf(values.get("detector"), ["0", "1"], "1");
        if (Number(wanted) !== state.detector) Object.assign(state, { detector: Number(wanted), line: null });
      }
      const line = Number(values.get("line"));
      if (values.has("line") && Number.isFinite(line)) state.line = line;
      state.fakes = Number(oneOf(values.get("fakes"), STOPS.map(String), String(state.fakes)));
      show();
    },
    values: () => ({ detector: state.detector, line: state.line, fakes: state.fakes }),
  };
}
