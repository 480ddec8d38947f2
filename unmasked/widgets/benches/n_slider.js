// The two faces stand beside each other, the mouths and the curves below them.

function dressNearest({ root }) {
  root.classList.add("um-nearest");
  return { show() {}, stop() {} };
}

DRESSERS.push(dressNearest);
