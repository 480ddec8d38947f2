// Tiles over pictures: one is chosen by a click, by hovering, or by the arrow keys.

const INSIDE = 16; // columns at most for a ring inside the tile

// It has no row among the knobs: it lies on the pictures.
MAKERS.tiles = () => ({ row: make("div", { hidden: true }), set() {} });

function dressTiles({ place, model, turn, settings }) {
  const put = (ring, { rows, columns }, at, around) => {
    const [row, column] = [Math.floor(at / columns), at % columns];
    // A tile of a few pixels would be all ring: there it lies around the tile.
    ring.classList.toggle("um-tile-inside", columns <= INSIDE && !around);
    ring.style.left = `${(100 * (column - around)) / columns}%`;
    ring.style.top = `${(100 * (row - around)) / rows}%`;
    ring.style.width = `${(100 * (1 + 2 * around)) / columns}%`;
    ring.style.height = `${(100 * (1 + 2 * around)) / rows}%`;
  };
  const countOf = (grid) => grid.values?.length ?? grid.rows * grid.columns;
  const valueOf = (grid, tile) => grid.values?.[tile] ?? tile;
  const chosen = (grid) => {
    if (grid.at !== null) return grid.at;
    const value = settings()[grid.name];
    return grid.values ? grid.values.indexOf(value) : value;
  };
  const label = (name) => model.get("knobs").find((knob) => knob.name === name).label;
  const layers = model.get("grids").map((first, number) => {
    const now = () => model.get("grids")[number];
    const ring = make("div", { class: "um-tile-ring" });
    const choose = (tile) => {
      const grid = now();
      if (tile < 0 || tile >= countOf(grid)) return;
      const wanted = { [grid.name]: valueOf(grid, tile), ...grid.also };
      if (Object.entries(wanted).some(([key, value]) => settings()[key] !== value)) turn(wanted);
    };
    const under = (event) => {
      const { rows, columns } = now();
      const box = layer.getBoundingClientRect();
      const [u, v] = [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height];
      if (u < 0 || v < 0 || u >= 1 || v >= 1) return -1;
      return Math.floor(v * rows) * columns + Math.floor(u * columns);
    };
    const layer = make(
      "div",
      {
        class: first.hover ? "um-tiles um-tiles-hover" : "um-tiles",
        role: "slider",
        tabindex: "0",
        "aria-label": first.words || label(first.name),
        "aria-roledescription": "grid",
        onkeydown: (event) => {
          const { name, columns } = now();
          const by = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -columns, ArrowDown: columns }[event.key];
          if (event.key === "Backspace" || event.key === "Delete") {
            turn({ [name]: model.get("knobs").find((knob) => knob.name === name).start });
          } else if (by) {
            const at = chosen(now());
            choose(at < 0 ? 0 : at + by * (event.shiftKey ? 5 : 1));
          } else return;
          event.preventDefault();
        },
        onpointerdown: (event) => {
          if (event.button) return;
          layer.setPointerCapture(event.pointerId);
          choose(under(event));
        },
        onpointermove: (event) => {
          if (now().hover || layer.hasPointerCapture(event.pointerId)) choose(under(event));
        },
      },
      ring,
    );
    place(first.panel).append(layer);
    return () => {
      const grid = now();
      const at = chosen(grid);
      ring.hidden = at < 0;
      if (at >= 0) put(ring, grid, at, grid.around);
      const [row, column] = [Math.floor(at / grid.columns) + 1, (at % grid.columns) + 1];
      layer.setAttribute("aria-valuemin", "1");
      layer.setAttribute("aria-valuemax", String(countOf(grid)));
      layer.setAttribute("aria-valuenow", String(at + 1));
      layer.setAttribute("aria-valuetext", at < 0 ? "none" : grid.rows > 1 ? `row ${row}, column ${column}` : `${at + 1} of ${countOf(grid)}`);
    };
  });
  const marks = model.get("marks").map((first, number) => {
    const ring = make("div", { class: "um-tile-ring" });
    place(first.panel).append(ring);
    return () => {
      const mark = model.get("marks")[number];
      ring.hidden = mark.at < 0;
      if (mark.at >= 0) put(ring, mark, mark.at, 0);
    };
  });
  const show = () => [...layers, ...marks].forEach((lay) => lay());
  for (const event of ["change:grids", "change:marks"]) model.on(event, show);
  return {
    show,
    stop() {
      for (const event of ["change:grids", "change:marks"]) model.off(event, show);
    },
  };
}

DRESSERS.push(dressTiles);
