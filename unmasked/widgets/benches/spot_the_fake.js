// Spot the fake: one picture at a time and four answers, from surely real to surely fake. A game with feedback keeps the
// answered picture, with its verdict above, until one goes on.

const ANSWERS = [
  { said: "real", sure: 3, label: "Surely real" },
  { said: "real", sure: 2, label: "Rather real" },
  { said: "fake", sure: 2, label: "Rather fake" },
  { said: "fake", sure: 3, label: "Surely fake" },
];

function render({ model, el }) {
  const root = makeRoot(el, "Spot the fake");
  const { stage, canvas, show } = makeStage();
  const error = makeError();
  const live = makeLive();
  const words = make("p", { class: "um-words" });
  const verdict = make("p", { class: "um-verdict" });
  const buttons = ANSWERS.map(({ label }, index) =>
    make(
      "button",
      { type: "button", class: "um-button", "aria-keyshortcuts": String(index + 1), onclick: () => answer(index) },
      `${label} `,
      make("kbd", { "aria-hidden": "true" }, String(index + 1)),
    ),
  );
  const progress = make("progress", { class: "um-progress", max: model.get("count"), "aria-label": "Pictures answered" });
  // Outside the game keys belong to JupyterLab, so it is said when they are ours.
  const hint = make("div", { class: "um-hint", "aria-hidden": "true" });
  const next = make("button", { type: "button", class: "um-button um-main", hidden: true, onclick: () => goOn() });
  const bar = make("div", { class: "um-bar um-answers-bar" }, ...buttons, next);
  bar.addEventListener("pointermove", () => bar.classList.remove("um-rest"));
  const tell = () => {
    const inside = root.contains(document.activeElement);
    const answering = inside ? "The keys 1 to 4 answer, too." : "Click the picture to answer with the keys 1 to 4.";
    hint.textContent = model.get("verdict") ? (inside ? "The key Enter goes on, too." : "\u00a0") : answering;
    root.classList.toggle("um-listening", inside);
  };
  root.addEventListener("focusin", tell);
  root.addEventListener("focusout", () => setTimeout(tell));
  root.append(progress, verdict, stage, bar, words, hint, live.line, error.box);

  let sent = -1;
  function answer(index) {
    const item = model.get("at");
    // One answer a picture, however quickly a key is pressed again.
    if (model.get("over") || model.get("verdict") || sent === item) return;
    sent = item;
    const { said, sure } = ANSWERS[index];
    model.send({ said, item, sure });
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
    const index = ["1", "2", "3", "4"].indexOf(event.key);
    if (index < 0) return;
    event.preventDefault();
    answer(index);
  });

  function showState() {
    const frame = model.get("frame");
    const said = model.get("verdict");
    const over = model.get("over");
    const inside = root.contains(document.activeElement); // before a button is hidden, which would lose the focus
    show(frame.panels, frame.alt);
    canvas(0).tabIndex = 0;
    verdict.textContent = said || "\u00a0"; // its line is kept free, so that the picture stays where it is
    words.textContent = unbroken(frame.words);
    live.say(`${said} ${frame.words}`.trim());
    progress.value = model.get("at");
    for (const button of buttons) button.hidden = !!said;
    next.hidden = !said;
    next.textContent = over ? "To your score" : "Next";
    bar.hidden = hint.hidden = over && !said;
    verdict.hidden = !model.get("feedback") || bar.hidden;
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
