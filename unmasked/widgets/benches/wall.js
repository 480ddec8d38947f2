// Each corruption's slider stands above its own pictures, beside what it is called.

function dressWall({ root, stage, place, model }) {
  stage.classList.add("um-wall");
  root.classList.add("um-wide");
  const rows = [...root.querySelectorAll(".um-knob")];
  model.get("knobs").forEach((_, index) => {
    const box = place(index).parentElement;
    box.prepend(make("div", { class: "um-wall-head" }, box.querySelector("figcaption"), rows[index]));
  });
  return { show() {}, stop() {} };
}

DRESSERS.push(dressWall);
