// The line of time below films: a slider over their frames, which a bench draws on and lets be dragged.

/** A strip over `count` frames. `walk(by)` is called by the arrow keys (ten with Shift), Home and End. */
function frameStrip(count, walk) {
  const strip = make("canvas", { class: "um-strip-canvas", "aria-hidden": "true" });
  const head = make("div", { class: "um-head" });
  const scrubber = make(
    "div",
    {
      class: "um-strip",
      role: "slider",
      tabindex: "0",
      "aria-label": "Frame",
      "aria-valuemin": "1",
      "aria-valuemax": String(count),
      onkeydown: (event) => {
        const far = event.shiftKey ? 10 : 1;
        const by = { ArrowLeft: -far, ArrowDown: -far, ArrowRight: far, ArrowUp: far, Home: -count, End: count }[event.key];
        if (by === undefined) return;
        event.preventDefault();
        walk(by);
      },
    },
    strip,
    head,
  );
  return { scrubber, strip, head };
}
