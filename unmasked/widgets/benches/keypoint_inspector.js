// A click on the face, or near a keypoint, chooses it. By keyboard the slider "Keypoint" does the same.

function dressInspector({ root, canvas, model, turn }) {
  root.classList.add("um-inspector");
  const face = canvas(0);
  const choose = (event) => {
    const box = face.getBoundingClientRect();
    const far = ([x, y]) => Math.hypot((event.clientX - box.left) / box.width - x, (event.clientY - box.top) / box.height - y);
    const distances = model.get("places").map(far);
    turn({ which: distances.indexOf(Math.min(...distances)) + 1 });
  };
  face.style.cursor = "pointer";
  face.addEventListener("click", choose);
  return {
    show() {},
    stop() {
      face.removeEventListener("click", choose);
    },
  };
}

DRESSERS.push(dressInspector);
