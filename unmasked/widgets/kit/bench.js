// A bench: pictures, words, knobs and buttons. The kernel draws; here the hand is followed.

const PATIENCE_MS = 1500;

/** Says so where the kernel keeps one waiting. `answered()`: whether the newest picture that was asked for has come. */
function makeWaiting(answered) {
  const line = make("span", { class: "um-waiting", role: "status" });
  let timer = 0;
  const look = () => {
    timer = 0;
    if (answered()) return;
    line.textContent = "The kernel is busy or gone. The picture follows as soon as it answers.";
    timer = setTimeout(look, PATIENCE_MS);
  };
  const stop = () => {
    clearTimeout(timer);
    timer = 0;
  };
  return {
    line,
    stop,
    begin() {
      if (!timer) timer = setTimeout(look, PATIENCE_MS);
    },
    end() {
      if (!answered()) return;
      stop();
      line.textContent = "";
    },
  };
}

/** The bench's own buttons in `bar`: made when they first come, then only relabelled. `press` gets a name. */
function makeButtons(bar, press) {
  const made = new Map();
  return (buttons) => {
    for (const { name, label, disabled, main } of buttons) {
      if (!made.has(name)) {
        made.set(name, make("button", { type: "button", class: "um-button", onclick: () => press(name) }));
        bar.append(made.get(name));
      }
      const button = made.get(name);
      if (button.textContent !== label) button.textContent = label;
      button.classList.toggle("um-main", !!main);
      // aria-disabled keeps the focus where it is when a button goes out of use under the finger.
      button.disabled = !!disabled && button !== document.activeElement;
      button.setAttribute("aria-disabled", String(!!disabled));
    }
  };
}

/** A button that puts every knob back; nothing where there is only something to choose. */
function makeReset(knobs, turn) {
  if (!knobs.some((knob) => knob.kind === "slider" || knob.kind === "points")) return null;
  const start = Object.fromEntries(knobs.map((knob) => [knob.name, knob.start]));
  return make("button", { type: "button", class: "um-button", onclick: () => turn(start) }, "Reset all");
}

function render({ model, el }) {
  const knobs = model.get("knobs");
  const points = knobs.filter((knob) => knob.kind === "points");
  const hands = model.get("hands");
  let settings = { ...model.get("settings") };

  const answered = () => model.get("frame").answered >= model.get("asked");
  const root = makeRoot(el, model.get("title") || "Bench");
  const { stage, canvas, place, show } = makeStage();
  const meters = makeMeters((index) => canvas(index).closest(".um-panel"));
  const words = make("p", { class: "um-words", "aria-hidden": "true" });
  const explained = make("div");
  const more = make("details", { class: "um-more", hidden: true }, make("summary", { "aria-label": "What this shows" }, "?"), explained);
  const live = makeLive();
  const error = makeError();
  const waiting = makeWaiting(answered);
  const play = makePlay(model.get("track"), answered, change);

  function change(values) {
    settings = { ...settings, ...values };
    for (const [name, value] of Object.entries(values)) made[name]?.set(value);
    follow();
    // The model sends one message at a time and keeps only the newest settings that wait behind it.
    model.set("settings", settings);
    model.set("asked", model.get("asked") + 1);
    model.save_changes();
    waiting.begin();
  }
  function turn(values) {
    play.stop();
    change(values);
  }

  const { panel, made } = makeKnobs(knobs.filter((knob) => knob.kind !== "points"), settings, turn);
  for (const knob of points) {
    const moved = (value) => turn({ [knob.name]: value });
    made[knob.name] = makePoints(knob, settings[knob.name], moved, place(knob.panel));
  }
  if (hands.panel !== undefined) makeHands(canvas(hands.panel), hands, knobs, () => settings, change, play.stop);
  const bar = make("div", { class: "um-bar" });
  const showButtons = makeButtons(bar, (name) => model.send({ press: name }));
  showButtons(model.get("buttons"));
  const beside = model.get("beside");
  bar.append(...[play.button, makeReset(knobs, turn), beside ? null : waiting.line].filter(Boolean));
  const title = model.get("title") ? make("div", { class: "um-title" }, model.get("title")) : null;
  const knobPanel = panel.children.length ? panel : null;
  stage.classList.toggle("um-hero", model.get("hero"));
  const seen = [stage, makePointsHint(points), meters.box, words, more, live.line, error.box, beside ? waiting.line : null].filter(Boolean);
  const turned = [bar, knobPanel].filter(Boolean);
  if (title) root.append(title);
  root.classList.toggle("um-wide", beside || model.get("wide"));
  if (beside) {
    root.append(make("div", { class: "um-sides" }, make("div", { class: "um-seen" }, ...seen), make("div", { class: "um-turned" }, ...turned)));
  } else root.append(...seen, ...turned);

  const dressed = DRESSERS.map((dress) => dress({ root, stage, canvas, place, model, turn, settings: () => settings }));
  const follow = () => dressed.forEach((added) => added.show(settings));

  const heard = {
    "change:frame": () => {
      const frame = model.get("frame");
      const kept = model.get("kept");
      show(frame.panels.map((panel) => (panel.key ? { ...panel, data: kept[panel.key] } : panel)), frame.alt);
      meters.show(frame.meters);
      const said = unbroken(frame.words);
      if (words.textContent !== said) words.textContent = said;
      words.hidden = !frame.words;
      if (explained.textContent !== frame.more) explained.textContent = frame.more;
      more.hidden = !frame.more;
      live.say([frame.words, ...frame.meters.map(({ name, value }) => `${name}: ${value}.`)].join(" "));
      showIdle(made, frame.idle);
      follow();
      error.show(frame.error, frame.trace);
      waiting.end();
    },
    "change:settings": () => {
      const theirs = model.get("settings");
      for (const [name, value] of Object.entries(theirs)) if (settings[name] !== value) made[name]?.set(value);
      settings = { ...theirs };
      follow();
    },
    "change:buttons": () => showButtons(model.get("buttons")),
  };
  for (const [event, answer] of Object.entries(heard)) model.on(event, answer);
  heard["change:frame"]();
  model.send({ view: 1 });

  return () => {
    play.stop();
    waiting.stop();
    live.stop();
    for (const added of dressed) added.stop();
    for (const [event, answer] of Object.entries(heard)) model.off(event, answer);
    model.send({ view: -1 });
  };
}

export default { render };
