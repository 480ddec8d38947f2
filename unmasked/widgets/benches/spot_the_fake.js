// Spot the fake: one picture at a time, two answers, and how sure you are if you like. A game with feedback keeps the
// answered picture, with its verdict above, until one goes on.

function render({ model, el }) {
  const root = makeRoot(el, "Spot the fake");
  const { stage, canvas, show } = makeStage();
  const error = makeError();
  const live = makeLive();
  const words = make("p", { class: "um-words" });
  const verdict = make("p", { class: "um-verdict" });
  const answers = [
    ["real", "Real", "R"],
    ["fake", "Fake", "F"],
  ];
  const buttons = answers.map(([said, label, key]) =>
    make(
      "button",
      { type: "button", class: "um-button", "aria-keyshortcuts": key, onclick: () => answer(said) },
      `${label} `,
      make("kbd", { "aria-hidden": "true" }, key),
    ),
  );
  const name = newId("sure");
  const sure = ["guessing", "fairly sure", "certain"].map((label, index) => {
    const input = make("input", { type: "radio", name, value: index + 1 });
    return make("label", {}, input, `${label} `, make("kbd", { "aria-hidden": "true" }, String(index + 1)));
  });
  const sureRow = make("div", { class: "um-choice", role: "radiogroup", "aria-label": "How sure are you? You may leave it out." });
  sureRow.append(make("span", { class: "um-choice-name", "aria-hidden": "true" }, "How sure? (optional)"), make("div", { class: "um-choices" }, ...sure));
  const progress = make("progress", { class: "um-progress", max: model.get("count"), "aria-label": "Pictures answered" });
  // Outside the game R would be a command of JupyterLab's, so it is said when the keys are ours.
  const hint = make("span", { class: "um-keys", "aria-hidden": "true" });
  const next = make("button", { type: "button", class: "um-button um-main", hidden: true, onclick: () => goOn() });
  const bar = make("div", { class: "um-bar" }, ...buttons, next, hint);
  bar.addEventListener("pointermove", () => bar.classList.remove("um-rest"));
  const tell = () => {
    const inside = root.contains(document.activeElement);
    const answering = inside ? "The keys R, F and 1 to 3 answer, too." : "Click the picture to answer with keys.";
    hint.textContent = model.get("verdict") ? (inside ? "The key Enter goes on, too." : "") : answering;
    root.classList.toggle("um-listening", inside);
  };
  root.addEventListener("focusin", tell);
  root.addEventListener("focusout", () => setTimeout(tell));
  root.append(progress, verdict, stage, words, live.line, error.box, bar, sureRow);

  let sent = -1;
  function answer(said) {
    const item = model.get("at");
    // One answer a picture, however quickly a key is pressed again.
    if (model.get("over") || model.get("verdict") || sent === item) return;
    sent = item;
    const chosen = sure.findIndex((label) => label.firstChild.checked);
    model.send({ said, item, sure: chosen < 0 ? null : chosen + 1 });
    // A button with the focus or the hand on it would look chosen for the next picture.
    bar.classList.add("um-rest");
    if (root.contains(document.activeElement)) toPicture();
  }

  function goOn() {
    if (model.get("verdict")) model.send({ next: model.get("at") });
  }

  function toPicture() {
    canvas(0).focus({ preventScroll: true });
  }

  root.tabIndex = -1;
  root.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
    if (model.get("verdict")) {
      if (event.key !== "Enter" || event.target.closest("summary")) return;
      event.preventDefault(); // or the button would be pressed as well
      goOn();
      return;
    }
    const key = event.key.toLowerCase();
    const found = answers.find(([, , letter]) => letter.toLowerCase() === key);
    if (found) {
      event.preventDefault();
      answer(found[0]);
    } else if (["1", "2", "3"].includes(key)) sure[Number(key) - 1].firstChild.checked = true;
  });

  function showState() {
    const frame = model.get("frame");
    const said = model.get("verdict");
    const over = model.get("over");
    const inside = root.contains(document.activeElement); // before a button is hidden, which would lose the focus
    show(frame.panels, frame.alt);
    canvas(0).tabIndex = 0;
    verdict.textContent = said || "\u00a0"; // its line is kept free, so that the picture stays where it is
    words.textContent = frame.words;
    live.say(`${said} ${frame.words}`.trim());
    progress.value = model.get("at");
    for (const label of sure) label.firstChild.checked = false;
    for (const button of buttons) button.hidden = !!said;
    next.hidden = !said;
    next.textContent = over ? "To your score" : "Next";
    bar.hidden = sureRow.hidden = over && !said;
    verdict.hidden = !model.get("feedback") || bar.hidden;
    sureRow.classList.toggle("um-away", !!said);
    // On what goes on, or on the picture. Whoever is elsewhere is left alone.
    if (inside && said) next.focus();
    else if (inside) toPicture();
    tell();
  }
  function showError() {
    sent = -1;
    error.show(model.get("error"), model.get("trace"));
  }
  model.on("change:frame", showState);
  model.on("change:error", showError);
  showState();
  return () => {
    live.stop();
    model.off("change:frame", showState);
    model.off("change:error", showError);
  };
}

export default { render };
