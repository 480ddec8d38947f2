// The play button: it runs through a track of settings, as fast as the kernel draws but no faster than a film.

const FRAME_MS = 40; // 25 pictures a second

/** `ready()` says whether the last picture has come; `change` takes the next settings. `button` is null without a track. */
function makePlay(track, ready, change) {
  if (!track.length) return { button: null, stop() {} };
  let playing = 0;
  let at = 0;
  const button = make(
    "button",
    { type: "button", class: "um-button", "aria-pressed": "false", onclick: () => (playing ? stop() : start()) },
    "Play",
  );
  const say = (label, pressed) => {
    button.textContent = label;
    button.setAttribute("aria-pressed", String(pressed));
  };
  function start() {
    say("Pause", true);
    let last = 0;
    const tick = (now) => {
      playing = requestAnimationFrame(tick);
      if (!ready() || now - last < FRAME_MS - 4) return;
      last = now;
      change(track[at % track.length]);
      at += 1;
    };
    playing = requestAnimationFrame(tick);
  }
  function stop() {
    if (!playing) return;
    cancelAnimationFrame(playing);
    playing = 0;
    say("Play", false);
  }
  return { button, stop };
}
