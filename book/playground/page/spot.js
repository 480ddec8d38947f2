// Spot the fake: twenty pictures, then you and the detector on the same ones.

function spotRoom(root, { items, seed, detectors, changed }) {
  const CHOICES = ["surely real", "rather real", "rather fake", "surely fake"];
  const state = { said: "" };
  let truths = false;
  const buttons = CHOICES.map((words, index) => {
    const kind = index < 2 ? "real" : "fake";
    const button = make("button", { type: "button", class: `say ${kind}` }, `${words[0].toUpperCase()}${words.slice(1)}`);
    button.append(make("kbd", { "aria-hidden": "true" }, String(index + 1)));
    button.addEventListener("click", () => answer(index + 1));
    return button;
  });
  part(root, "answers").append(...buttons);
  part(root, "again").addEventListener("click", () => {
    state.said = "";
    truths = false;
    show();
    changed();
    buttons[0].focus();
  });
  part(root, "undo").addEventListener("click", () => {
    state.said = state.said.slice(0, -1);
    show();
    changed();
  });
  part(root, "truths").addEventListener("click", () => {
    truths = !truths;
    show();
  });
  document.addEventListener("keydown", (event) => {
    if (root.hidden || event.ctrlKey || event.metaKey || event.altKey || !/^[1-4]$/.test(event.key)) return;
    if (state.said.length < items.length) answer(Number(event.key));
  });

  function answer(rating) {
    state.said += rating;
    show();
    changed();
    if (state.said.length === items.length) part(root, "title").focus();
  }

  // How often somebody said fake, of the fakes and of the recordings.
  function counts(saysFake) {
    const found = { hits: 0, alarms: 0, fakes: 0, reals: 0 };
    items.forEach((item, index) => {
      found[item.fake ? "fakes" : "reals"] += 1;
      if (saysFake(index)) found[item.fake ? "hits" : "alarms"] += 1;
    });
    return found;
  }

  const yours = (index) => Number(state.said[index]) > 2;
  const theirs = (detector) => (index) => detector.game[index] >= detector.line;

  function row(who, saysFake) {
    const { hits, alarms, fakes, reals } = counts(saysFake), { dPrime, criterion } = sensitivity(hits, fakes, alarms, reals);
    const cells = [`${hits} of ${fakes}`, `${alarms} of ${reals}`, number(dPrime), number(criterion)];
    return make("tr", {}, make("th", { scope: "row" }, who), ...cells.map((cell) => make("td", {}, cell)));
  }

  function thumbnail(item, index) {
    const right = yours(index) === item.fake, detector = detectors[1];
    const image = make("img", {
      src: truths && item.fake ? item.truth : item.picture,
      alt: `Picture ${index + 1}, ${item.who}: ${item.fake ? (truths ? "what was really there" : "fake") : "real"}`,
      width: 288,
      height: 216,
    });
    const said = CHOICES[state.said[index] - 1];
    const machine = theirs(detector)(index) ? "fake" : "real";
    const caption = make(
      "figcaption",
      {},
      make("strong", { class: right ? "right" : "wrong" }, `${index + 1} ${right ? "✓" : "✗"} ${item.fake ? "fake" : "real"}`),
      make("span", {}, `you: ${said}`),
      make("span", {}, `detector: ${machine}`),
    );
    return make("figure", { class: item.fake ? "was-fake" : "" }, image, caption);
  }

  function show() {
    const at = state.said.length, over = at >= items.length;
    part(root, "game").hidden = over;
    part(root, "end").hidden = !over;
    part(root, "undo").disabled = !at;
    if (!over) {
      const image = part(root, "picture");
      image.src = items[at].picture;
      image.alt = `Picture ${at + 1} of ${items.length}: ${items[at].who} in front of a wall. Real or fake?`;
      part(root, "title").textContent = `Picture ${at + 1} of ${items.length}`;
      part(root, "done").style.width = `${(100 * at) / items.length}%`;
      say(`Picture ${at + 1} of ${items.length}.`);
    } else {
      const mine = counts(yours), right = mine.hits + mine.reals - mine.alarms;
      const { dPrime, criterion } = sensitivity(mine.hits, mine.fakes, mine.alarms, mine.reals);
      part(root, "title").textContent = `${right} of ${items.length} right`;
      part(root, "summary").textContent = `${told(dPrime)} ${leaning(criterion)}`;
      part(root, "rows").replaceChildren(
        row("You", yours),
        ...detectors.map((detector) => row(`Detector that ${detector.name}`, theirs(detector))).reverse(),
      );
      part(root, "all").replaceChildren(...items.map(thumbnail));
      part(root, "truths").textContent = truths ? "Show the fakes again" : "Show what was really there";
      part(root, "truths").setAttribute("aria-pressed", truths);
      say(`${right} of ${items.length} right. d prime ${number(dPrime)}, criterion ${number(criterion)}.`);
    }
    python(root, [
      "from unmasked.forensics.roc import criterion, d_prime",
      "from unmasked.makers import stills",
      "",
      `items = stills.items(seed=${seed}, count=${items.length})`,
      `said = "${state.said}"  # 1 surely real … 4 surely fake`,
      'fakes = [answer in "34" for item, answer in zip(items, said) if item.fake]',
      'reals = [answer in "34" for item, answer in zip(items, said) if not item.fake]',
      "if fakes and reals:",
      "    counts = sum(fakes), len(fakes), sum(reals), len(reals)",
      "    print(round(d_prime(*counts), 2), round(criterion(*counts), 2))",
    ]);
  }

  function told(dPrime) {
    if (dPrime < 0.5) return "On these pictures that’s about as good as guessing.";
    if (dPrime < 1.5) return "You see a difference, though it’s easily missed.";
    return "You see the difference clearly.";
  }

  function leaning(criterion) {
    if (Math.abs(criterion) < 0.25) return "You lean neither way.";
    return criterion > 0 ? "You’d rather believe a picture than accuse it." : "You’d rather accuse a picture than believe it.";
  }

  return {
    open(values) {
      if (values.has("said")) state.said = (values.get("said").match(/^[1-4]*/) || [""])[0].slice(0, items.length);
      show();
    },
    values: () => (state.said ? { said: state.said } : {}),
  };
}
