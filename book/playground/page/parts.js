// What the rooms share: finding parts, painting pictures, knobs, meters, lines of Python.

const part = (root, name) => root.querySelector(`[data-part="${name}"]`);

function paint(canvas, pixels, alt) {
  const side = Math.sqrt(pixels.length / 4);
  if (canvas.width !== side) canvas.width = canvas.height = side;
  canvas.getContext("2d").putImageData(new ImageData(pixels, side, side), 0, 0);
  canvas.setAttribute("role", "img");
  canvas.setAttribute("aria-label", alt);
}

function make(tag, attributes = {}, ...children) {
  const one = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) one.setAttribute(name, value);
  one.append(...children);
  return one;
}

// Says it to a screen reader, once the hand rests.
let saying = 0;
function say(words) {
  clearTimeout(saying);
  saying = setTimeout(() => (document.getElementById("live").textContent = words), 500);
}

function meter(root, value, text, note) {
  part(root, "value").textContent = text;
  part(root, "bar").style.width = `${100 * Math.min(1, Math.max(0, value))}%`;
  if (note !== undefined) part(root, "note").textContent = note;
}

// The four knobs of a performance. They all turn the same performance, in whichever room they stand.
class Knobs {
  constructor(root, lattice, place, changed) {
    this.lattice = lattice;
    this.place = place;
    this.sliders = {};
    const kinds = { yaw: ["Turn", "°"], smile: ["Smile", ""], jaw: ["Jaw", ""] };
    for (const [axis, [label, unit]] of Object.entries(kinds)) {
      const id = `${root.dataset.for}-${axis}`, steps = lattice.axes[axis].length;
      const input = make("input", { type: "range", id, min: 0, max: steps - 1, step: 1 });
      const output = make("output", { for: id });
      input.addEventListener("input", () => changed({ [axis]: Number(input.value) }));
      this.sliders[axis] = { input, output, unit };
      root.append(make("div", { class: "knob" }, make("label", { for: id }, label), input, output));
    }
    const choices = lattice.axes.eyes.map(({ name }, index) => {
      const input = make("input", { type: "radio", name: `${root.dataset.for}-eyes`, value: index });
      input.addEventListener("change", () => changed({ eyes: index }));
      return [input, make("label", {}, input, name)];
    });
    this.eyes = choices.map(([input]) => input);
    const legend = make("legend", {}, "Eyes");
    root.append(make("fieldset", { class: "knob choices" }, legend, ...choices.map(([, label]) => label)));
  }

  show() {
    for (const [axis, { input, output, unit }] of Object.entries(this.sliders)) {
      const value = this.lattice.axes[axis][this.place[axis]];
      input.max = this.lattice.axes[axis].length - 1;
      input.value = this.place[axis];
      const text = unit ? `${number(value, 0)}${unit}` : number(value);
      output.textContent = text;
      input.setAttribute("aria-valuetext", text);
    }
    this.eyes.forEach((input, index) => (input.checked = index === this.place.eyes));
  }
}

// The performance in the address, and back.
function placeFrom(values, lattice, usual) {
  const place = { ...usual };
  for (const axis of ["yaw", "smile", "jaw"]) {
    const index = values.has(axis) ? lattice.axes[axis].indexOf(Number(values.get(axis))) : -1;
    if (index >= 0) place[axis] = index;
  }
  const eyes = lattice.axes.eyes.findIndex(({ name }) => name === values.get("eyes"));
  if (eyes >= 0) place.eyes = eyes;
  return place;
}

function placeTo(place, lattice) {
  const { yaw, smile, jaw, eyes } = lattice.axes;
  return { yaw: yaw[place.yaw], smile: smile[place.smile], jaw: jaw[place.jaw], eyes: eyes[place.eyes].name };
}

function python(root, lines) {
  part(root, "python").textContent = lines.join("\n");
}

async function copy(text, button) {
  const before = button.dataset.says || (button.dataset.says = button.textContent);
  try {
    await navigator.clipboard.writeText(text);
    button.textContent = "Copied";
  } catch {
    button.textContent = "Your browser keeps the clipboard shut";
  }
  say(button.textContent);
  setTimeout(() => (button.textContent = before), 1600);
}
