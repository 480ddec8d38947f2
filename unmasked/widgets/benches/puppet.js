// Ada's face is taken hold of where it moves: at the mouth, the chin, the brows, the pupils; and the sun is hers to move.

const TWINS = [1, 4, 6]; // grips that do what the one before does: by keyboard one of the two is enough

function dressPuppet({ root, place, model, turn, settings }) {
  root.classList.add("um-puppet");
  const dressed = faceGrips(place(0), model, turn, settings, TWINS);

  const hint = make("p", { class: "um-hint" }, "Drag the rings on her face, the sun, or the head itself. By keyboard: Tab to a ring, then the arrow keys.");
  root.querySelector(".um-stage").after(hint);
  const sliders = root.querySelector(".um-knobs");
  const folded = make("details", { class: "um-folded" }, make("summary", {}, "Sliders"));
  sliders.replaceWith(folded);
  folded.append(sliders);
  return dressed;
}

DRESSERS.push(dressPuppet);
