// Two rings on the driver's face, at the mouth's corner and at the chin; and six pictures in rows of three.

function dressDrive({ root, place, model, turn, settings }) {
  root.classList.add("um-drive");
  // Below the pictures the answer would leave a small screen.
  root.querySelector(".um-turned").prepend(root.querySelector(".um-meters"));
  return faceGrips(place(0), model, turn, settings);
}

DRESSERS.push(dressDrive);
