// A table of whole numbers as a knob: paint with a brush, or move by arrow keys and type. It joins the bench's makers.

function makeCells(knob, value, change) {
  const { rows, columns, low, high } = knob;
  const clamp = (number) => Math.min(high, Math.max(low, number));
  const words = (number) => String(number).replace("-", "−");
  let now = [...value];
  let brush = knob.brush;
  let painting = false;

  const put = (index, number) => {
    const kept = clamp(number);
    if (now[index] === kept) return;
    change(now.map((old, at) => (at === index ? kept : old)));
  };
  const focus = (index) => {
    cells.forEach((cell, at) => (cell.tabIndex = at === index ? 0 : -1));
    cells[index].focus({ preventScroll: true });
  };
  const onkey = (index) => (event) => {
    const row = Math.floor(index / columns);
    const column = index % columns;
    const steps = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] }[event.key];
    const typed = /^[0-9]$/.test(event.key);
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (steps) {
      const to = [row + steps[0], column + steps[1]];
      if (to[0] >= 0 && to[0] < rows && to[1] >= 0 && to[1] < columns) focus(to[0] * columns + to[1]);
    } else if (typed) put(index, Number(event.key));
    else if (event.key === "+" || event.key === "=" || event.key === "PageUp") put(index, now[index] + 1);
    else if (event.key === "-" || event.key === "−" || event.key === "PageDown") put(index, now[index] - 1);
    else if (event.key === " " || event.key === "Enter") put(index, brush);
    else if (event.key === "Backspace" || event.key === "Delete") put(index, 0);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const cells = now.map((_, index) =>
    make("div", {
      class: "um-cell",
      role: "spinbutton",
      tabindex: index ? "-1" : "0",
      "aria-label": `row ${Math.floor(index / columns) + 1}, column ${(index % columns) + 1}`,
      "aria-valuemin": low,
      "aria-valuemax": high,
      onkeydown: onkey(index),
    }),
  );
  const paintAt = (event) => {
    const under = document.elementFromPoint(event.clientX, event.clientY);
    const index = cells.indexOf(under);
    if (index >= 0) put(index, brush);
  };
  const grid = make(
    "div",
    {
      class: "um-cells",
      role: "group",
      "aria-label": `${knob.label}: arrow keys move, plus and minus change, digits type, space paints`,
      style: `grid-template-columns: repeat(${columns}, 44px)`,
      onpointerdown: (event) => {
        if (event.button) return;
        const index = cells.indexOf(event.target);
        if (index < 0) return;
        event.preventDefault();
        painting = true;
        grid.setPointerCapture(event.pointerId);
        focus(index);
        put(index, brush);
      },
      onpointermove: (event) => painting && paintAt(event),
      onpointerup: () => (painting = false),
      onpointercancel: () => (painting = false),
    },
    ...cells,
  );
  const name = newId(`${knob.name}-brush`);
  const title = newId("name");
  const brushes = knob.brushes.map((number) => {
    const input = make("input", { type: "radio", name, value: number, onchange: () => input.checked && (brush = number) });
    input.checked = number === brush;
    return make("label", {}, input, words(number));
  });
  const palette = make(
    "div",
    { class: "um-choice", role: "radiogroup", "aria-labelledby": title },
    make("span", { class: "um-choice-name", id: title }, "Paint with"),
    make("div", { class: "um-choices" }, ...brushes),
  );
  const hint = make("p", { class: "um-hint" }, "Click or drag to paint. By keyboard: arrow keys move, ",
    make("kbd", {}, "+"), " and ", make("kbd", {}, "−"), " change a number, a digit types it.");
  const set = (numbers) => {
    now = [...numbers];
    const most = Math.max(1, ...now.map(Math.abs));
    cells.forEach((cell, index) => {
      // Light is positive and dark is negative, as in the picture of the map.
      const shade = Math.round(128 + (127 * now[index]) / most);
      cell.textContent = words(now[index]);
      cell.style.background = `rgb(${shade}, ${shade}, ${shade})`;
      cell.style.color = shade > 115 ? "#000" : "#fff";
      cell.setAttribute("aria-valuenow", now[index]);
      cell.setAttribute("aria-valuetext", words(now[index]));
    });
  };
  set(value);
  const row = make(
    "div",
    { class: "um-cells-row" },
    make("div", {}, make("div", { class: "um-choice-name" }, knob.label), grid),
    make("div", { class: "um-cells-side" }, palette),
    hint,
  );
  return { row, set };
}

MAKERS.cells = makeCells;
