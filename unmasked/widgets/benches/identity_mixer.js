// Performer and stills above, what is drawn and the truth of either end below; the answer before the knobs.

function dressMixer({ root }) {
  root.classList.add("um-mixer");
  // Below the pictures the answer would leave a small screen.
  root.querySelector(".um-turned").prepend(root.querySelector(".um-meters"));
  return { show() {}, stop() {} };
}

DRESSERS.push(dressMixer);
