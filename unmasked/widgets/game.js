// Spot the fake: one picture at a time, two answers, and how sure you are if you like.

function render({ model, el }) {
  const root = makeRoot(el, "Spot the fake");
  const { stage, canvas, show } = makeStage();
  const error = makeError();
  const live = makeLive();
  const words = make("p", { class: "um-words" });
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
  sureRow.append(make("span", { class: "um-choice-name", "aria-hidden": "true" }, "How sure? (optional)"), ...sure);
  const progress = make("progress", { class: "um-progress", max: model.get("count"), "aria-label": "Pictures answered" });
  // Outside the game R would be a command of JupyterLab's, so it is said when the keys are ours.
  const hint = make("span", { class: "um-keys", "aria-hidden": "true" });
  const bar = make("div", { class: "um-bar" }, ...buttons, hint);
  const tell = () => {
    const inside = root.contains(document.activeElement);
    hint.textContent = inside ? "The keys R, F and 1 to 3 answer, too." : "Click the picture to answer with keys.";
    root.classList.toggle("um-listening", inside);
  };
  root.addEventListener("focusin", tell);
  root.addEventListener("focusout", () => setTimeout(tell));
  root.append(progress, stage, words, live.line, error.box, bar, sureRow);

  let sent = -1;
  function answer(said) {
    const item = model.get("at");
    // One answer a picture, however quickly a key is pressed again.
    if (model.get("over") || sent === item) return;
    sent = item;
    const chosen = sure.findIndex((label) => label.firstChild.checked);
    model.send({ said, item, sure: chosen < 0 ? null : chosen + 1 });
  }

  root.tabIndex = -1;
  root.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
    const key = event.key.toLowerCase();
    const found = answers.find(([, , letter]) => letter.toLowerCase() === key);
    if (found) {
      event.preventDefault();
      answer(found[0]);
    } else if (["1", "2", "3"].includes(key)) sure[Number(key) - 1].firstChild.checked = true;
  });

  function showState() {
    const frame = model.get("frame");
    show(frame.panels, frame.alt);
    canvas(0).tabIndex = 0;
    words.textContent = frame.words;
    live.say(frame.words);
    progress.value = model.get("at");
    for (const label of sure) label.firstChild.checked = false;
    const over = model.get("over");
    // The pictures are gone at the end; what stands there instead must keep the focus inside.
    if (over && bar.contains(document.activeElement)) canvas(0).focus();
    bar.hidden = sureRow.hidden = over;
  }
  function showError() {
    sent = -1;
    error.show(model.get("error"), model.get("trace"));
  }
  model.on("change:frame", showState);
  model.on("change:error", showError);
  showState();
  tell();
  return () => {
    live.stop();
    model.off("change:frame", showState);
    model.off("change:error", showError);
  };
}

export default { render };
