// Plugs: whose picture, read as whose, drawn by whose decoder; and the way back.

function plugsRoom(root, { lattice, network, names, place, changed }) {
  const state = { picture: "ada", reads: "ada", draws: "bo" };
  const knobs = new Knobs(part(root, "knobs"), lattice, place, (move) => go(() => Object.assign(place, move)));
  const board = part(root, "board"), wires = part(root, "wires");
  for (const name of Object.keys(state)) {
    root.querySelectorAll(`[name=${name}]`).forEach((input) =>
      input.addEventListener("change", () => go(() => (state[name] = input.value))),
    );
  }
  new ResizeObserver(wire).observe(board);

  function go(move) {
    move();
    show();
    changed();
  }

  // A cable from each column's plugged card to the next one's.
  function wire() {
    const box = board.getBoundingClientRect();
    if (!box.width) return;
    wires.setAttribute("viewBox", `0 0 ${box.width} ${box.height}`);
    const cards = ["picture", "reads", "draws"].map((name) =>
      root.querySelector(`[name=${name}]:checked`).closest(".card").getBoundingClientRect(),
    );
    const ends = [0, 1].map((i) => {
      const y = (card) => card.top + card.height / 2 - box.top;
      return [cards[i].right - box.left, y(cards[i]), cards[i + 1].left - box.left, y(cards[i + 1])];
    });
    wires.replaceChildren(
      ...ends.map(([x, y, u, v]) => {
        const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
        const bend = (u - x) / 2;
        path.setAttribute("d", `M${x} ${y} C${x + bend} ${y} ${u - bend} ${v} ${u} ${v}`);
        return path;
      }),
    );
  }

  function show() {
    const { picture, reads, draws } = state, words = lattice.words(place);
    const faces = Object.fromEntries(Object.keys(names).map((name) => [name, lattice.face(name, place)]));
    const code = network.encode(faces[picture], reads);
    const out = network.decode(code, draws);
    const back = network.decode(network.encode(out, draws), picture);
    for (const name of Object.keys(names)) {
      paint(part(root, `picture-${name}`), faces[name], `${names[name]}: ${words}`);
      paint(part(root, `reads-${name}`), network.average(name), `${names[name]}’s average picture`);
      const drawn = name === draws ? out : network.decode(code, name);
      paint(part(root, `draws-${name}`), drawn, `What ${names[name]}’s decoder draws from this code`);
    }
    for (const name of Object.keys(state)) {
      root.querySelectorAll(`[name=${name}]`).forEach((input) => (input.checked = input.value === state[name]));
    }
    const measured = (drawn, name) =>
      explained(drawn, faces[name], network.average(name), lattice.mask(name, place));
    const scores = { out: measured(out, draws), back: measured(back, picture) };
    paint(part(root, "out"), out, `What comes out of ${names[draws]}’s decoder`);
    paint(part(root, "wanted"), faces[draws], `The true ${names[draws]}: ${words}`);
    paint(part(root, "back"), back, `The same, read as ${names[draws]} and drawn by ${names[picture]}’s decoder`);
    paint(part(root, "original"), faces[picture], `${names[picture]}’s picture, as it went in`);
    part(root, "out-name").textContent = `Out of ${names[draws]}’s decoder`;
    part(root, "wanted-name").textContent = `The true ${names[draws]}`;
    part(root, "back-name").textContent = `And back to ${names[picture]}`;
    part(root, "original-name").textContent = `${names[picture]}, as before`;
    meter(part(root, "out-score"), scores.out, number(scores.out), verdict());
    const note = `Read as ${names[draws]}, drawn by ${names[picture]}’s decoder: what has survived both ways?`;
    meter(part(root, "back-score"), scores.back, number(scores.back), note);
    knobs.show();
    wire();
    python(root, [
      "from unmasked import toons",
      "from unmasked.faces import draw_faces",
      "from unmasked.metrics import explained",
      "from unmasked.models import weights",
      "from unmasked.tensors import masks_to_tensor, to_tensor",
      "",
      lattice.python(place),
      'faces = {name: draw_faces(toons.character(name), acted.to_array()[None]) for name in ("ada", "bo")}',
      'model = weights.load("swap-ada-bo")',
      `out = model.decode(model.encode(to_tensor(faces["${picture}"].pictures), "${reads}"), "${draws}").detach().clamp(0, 1)`,
      `back = model.decode(model.encode(out, "${draws}"), "${picture}").detach().clamp(0, 1)`,
      `for drawn, name in ((out, "${draws}"), (back, "${picture}")):`,
      "    truth, mask = to_tensor(faces[name].pictures), masks_to_tensor(faces[name].masks)",
      "    print(round(explained(drawn, truth, model.average(name), mask), 2))",
    ]);
    say(
      `${names[picture]}’s picture, read as ${names[reads]}, drawn by ${names[draws]}’s decoder: ` +
        `explained ${number(scores.out)}. Back again: ${number(scores.back)}.`,
    );
  }

  function verdict() {
    const { picture, reads, draws } = state;
    if (picture !== reads) {
      return `The encoder compares ${names[picture]} with ${names[reads]}’s average picture, so the code is about the wrong thing.`;
    }
    if (picture === draws) return `No swap: ${names[draws]} goes in and is rebuilt from 128 numbers.`;
    return `The swap: ${names[picture]} acts, ${names[draws]} appears.`;
  }

  return {
    open(values) {
      Object.assign(place, placeFrom(values, lattice, place));
      for (const name of Object.keys(state)) state[name] = oneOf(values.get(name), Object.keys(names), state[name]);
      show();
    },
    values: () => ({ ...state, ...placeTo(place, lattice) }),
  };
}
