// What a bench measures, as bars: { name, value, share, mark, best, note, main, base, band, ramp } each.

/** The place for them, and what shows them there. Their number may change; their places don't move while it stays.
 * `below(index)`: the element of a panel, for a meter that stands under it. */
function makeMeters(below) {
  const box = make("div", { class: "um-meters" });
  const made = [];
  function one() {
    const parts = { name: make("span"), value: make("b"), fill: make("div", { class: "um-fill", style: "position: relative" }) };
    parts.mark = make("div", { class: "um-at" });
    parts.band = make("div", { style: "position: absolute; top: 0; bottom: 0; background: var(--um-faint); opacity: 0.5" });
    parts.track = make("div", { class: "um-track" }, parts.band, parts.fill, parts.mark);
    parts.note = make("div", { class: "um-note" });
    parts.row = make("div", { class: "um-meter", "aria-hidden": "true" }, make("div", { class: "um-said" }, parts.name, parts.value), parts.track, parts.note);
    box.append(parts.row);
    return parts;
  }
  return {
    box,
    show(meters = []) {
      meters.forEach((meter, index) => {
        if (!made[index]) made[index] = one();
        const { row, name, value, track, band, fill, mark, note } = made[index];
        row.hidden = false;
        const place = meter.under === null ? box : below(meter.under);
        if (row.parentElement !== place) place.append(row);
        row.classList.toggle("um-answers", meter.main);
        track.dataset.best = meter.best === null ? "" : meter.best ? "high" : "low";
        for (const [element, text] of [[name, meter.name], [value, meter.value], [note, meter.note]])
          if (element.textContent !== text) element.textContent = text;
        const { base, share } = meter;
        track.dataset.side = share < base ? "below" : "above";
        track.style.background = meter.ramp.length ? `linear-gradient(to right, ${meter.ramp.map((one) => `rgb(${one})`)})` : "";
        fill.hidden = meter.ramp.length > 0;
        fill.style.marginLeft = `${100 * Math.min(base, share)}%`;
        fill.style.width = `${100 * Math.abs(share - base)}%`;
        band.style.left = `${100 * Math.max(0, base - meter.band)}%`;
        band.style.right = `${100 * Math.max(0, 1 - base - meter.band)}%`;
        band.hidden = !meter.band;
        mark.hidden = meter.mark === null;
        if (!mark.hidden) mark.style.left = `${100 * meter.mark}%`;
      });
      made.slice(meters.length).forEach(({ row }) => (row.hidden = true));
      box.hidden = !box.children.length;
    },
  };
}
