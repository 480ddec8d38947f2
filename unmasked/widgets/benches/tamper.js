// Picture and lamps beside each other (tamper.css).

function dressTamper({ root }) {
  root.classList.add("um-tamper");
  return { show() {}, stop() {} };
}

DRESSERS.push(dressTamper);
