// The face and the plane stand beside each other, the trace below both.

function dressSmoothing({ root }) {
  root.classList.add("um-smoothing");
  return { show() {}, stop() {} };
}

DRESSERS.push(dressSmoothing);
