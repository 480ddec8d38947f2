// What a hand can turn beside the pictures. Each maker returns { row, set }: what is shown, and what puts it at a value.

function format(knob, value) {
  const digits = Number(value).toFixed(knob.decimals);
  const shown = Number(digits) === 0 ? (0).toFixed(knob.decimals) : digits; // no −0
  return `${shown.replace("-", "−")}${knob.unit}`;
}

function makeSlider(knob, value, change) {
  const id = newId(knob.name);
  // With stops the browser's slider counts them; what is set and shown is their value.
  const { stops } = knob;
  const distance = (index, value) => Math.abs(stops[index] - value);
  const nearest = (value) => stops.reduce((best, _, index) => (distance(index, value) < distance(best, value) ? index : best), 0);
  const input = make("input", {
    type: "range",
    id,
    name: knob.name,
    min: stops.length ? 0 : knob.low,
    max: stops.length ? stops.length - 1 : knob.high,
    step: stops.length ? 1 : knob.step,
    title: knob.hint || undefined,
    oninput: () => change(stops.length ? stops[Number(input.value)] : Number(input.value)),
    ondblclick: () => change(knob.start),
    onkeydown: (event) => {
      if (event.key !== "Backspace" && event.key !== "Delete") return;
      event.preventDefault();
      change(knob.start);
    },
  });
  const output = make("output", { for: id });
  const reset = make(
    "button",
    {
      type: "button",
      class: "um-reset",
      tabindex: "-1", // the keyboard has Backspace for it; eleven more stops would be in the way
      title: `Back to ${format(knob, knob.start)}`,
      "aria-label": `Reset ${knob.label}`,
      onclick: () => change(knob.start),
    },
    "↺",
  );
  const set = (now) => {
    const at = stops.length ? nearest(now) : now;
    if (Number(input.value) !== at) input.value = at;
    const shown = format(knob, now);
    output.textContent = shown;
    input.setAttribute("aria-valuetext", shown);
    reset.classList.toggle("um-at-rest", Math.abs(now - knob.start) < knob.step / 2);
  };
  set(value);
  return { row: make("div", { class: "um-knob" }, make("label", { for: id }, knob.label), input, output, reset), set };
}

function makeChoice(knob, value, change) {
  const name = newId(knob.name);
  const inputs = knob.options.map(([option, label]) => {
    const input = make("input", { type: "radio", name, value: option, onchange: () => input.checked && change(option) });
    return [option, input, make("label", {}, input, label)];
  });
  const set = (now) => inputs.forEach(([option, input]) => (input.checked = option === now));
  set(value);
  const title = newId("name");
  const row = make(
    "div",
    { class: "um-choice", role: "radiogroup", "aria-labelledby": title },
    make("span", { class: "um-choice-name", id: title }, knob.label),
    make("div", { class: "um-choices" }, ...inputs.map(([, , label]) => label)),
  );
  return { row, set };
}

function makeToggle(knob, value, change) {
  const input = make("input", { type: "checkbox", name: knob.name, onchange: () => change(input.checked) });
  const set = (now) => (input.checked = now);
  set(value);
  return { row: make("div", { class: "um-choice" }, make("label", {}, input, knob.label)), set };
}

const MAKERS = { slider: makeSlider, choice: makeChoice, toggle: makeToggle };

/** The knobs that stand below the pictures, in their groups. `turn` gets { name: value } when a hand has turned one. */
function makeKnobs(knobs, settings, turn) {
  const panel = make("div", { class: "um-knobs" });
  const groups = new Map();
  const made = {};
  for (const knob of knobs) {
    if (!groups.has(knob.group)) {
      const group = make("div", { class: "um-group", role: "group", "aria-label": knob.group || "Settings" });
      if (knob.group) group.append(make("div", { class: "um-group-name", "aria-hidden": "true" }, knob.group));
      groups.set(knob.group, group);
      panel.append(group);
    }
    made[knob.name] = MAKERS[knob.kind](knob, settings[knob.name], (value) => turn({ [knob.name]: value }));
    groups.get(knob.group).append(made[knob.name].row);
  }
  return { panel, made };
}

/** Greys out what does nothing at the settings of this frame. */
function showIdle(made, idle) {
  for (const [name, { row }] of Object.entries(made)) {
    const still = idle.includes(name);
    row.classList.toggle("um-idle", still);
    for (const input of row.querySelectorAll("input")) input.disabled = still;
    if (row.classList.contains("um-points")) row.inert = still;
  }
}
