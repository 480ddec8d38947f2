// Two rings on the performer's face. Performer and stills above, what is drawn and the truth of either end below; the answer before the knobs.

function dressMixer({ root, place, model, turn, settings }) {
  root.classList.add("um-mixer");
  // Below the pictures the answer would leave a small screen.
  root.querySelector(".um-turned").prepend(root.querySelector(".um-meters"));
  return faceGrips(place(0), model, turn, settings);
}

DRESSERS.push(dressMixer);
