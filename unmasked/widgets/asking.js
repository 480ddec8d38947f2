// Questions with choices (or a number to enter): the quiz at the end of a lesson, and a prediction before an experiment.
// A choice is answered by one click; what becomes of it is said at once, and another click answers anew.

const MARKS = { right: "✓", wrong: "✗", noted: "●" };

/** The choices of one question as buttons. Arrow keys go from one to the next; Enter or Space answers. */
function makeChoices(choices, send) {
  const buttons = choices.map((choice, value) => {
    const mark = make("span", { class: "um-mark", "aria-hidden": "true" });
    const said = make("span", { class: "um-live" });
    const press = () => {
      buttons.forEach((other) => other.setAttribute("aria-pressed", String(other === button)));
      send(value);
    };
    const button = make("button", { type: "button", class: "um-option", "aria-pressed": "false", onclick: press }, mark, make("span", {}, choice), said);
    return button;
  });
  const box = make("div", { class: "um-options" }, ...buttons);
  box.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const at = buttons.indexOf(document.activeElement);
    buttons[(at + step + buttons.length) % buttons.length].focus();
  });
  const show = (state) =>
    buttons.forEach((button, value) => {
      const kind = state.marks[value] || "";
      button.setAttribute("aria-pressed", String(value === state.value));
      button.dataset.mark = kind;
      button.firstChild.textContent = MARKS[kind] || "";
      button.lastChild.textContent = kind && kind !== "noted" ? `: ${kind}` : ""; // pressed says that it is noted
    });
  return { box, show };
}

/** A number to enter: Enter or the button sends it. `complain` gets words about what is no number. */
function makeNumber(question, verb, send, complain) {
  const id = newId("number");
  const input = make("input", { type: "text", inputmode: "decimal", class: "um-number", id, autocomplete: "off" });
  const submit = () => {
    const text = input.value.trim().replace(",", ".").replace("−", "-");
    if (text === "" || !Number.isFinite(Number(text))) complain("Enter a number, such as 0.5.");
    else send(Number(text));
  };
  const button = make("button", { type: "button", class: "um-button", onclick: submit }, verb);
  input.addEventListener("keydown", (event) => {
    if (event.key === "Enter") submit();
  });
  const unit = question.unit ? make("span", {}, question.unit) : null;
  const box = make("div", { class: "um-answer" }, input, unit, button);
  let shown = null;
  const show = (state) => {
    if (shown !== state.value) input.value = state.value;
    shown = state.value;
  };
  return { id, box, show };
}

function render({ model, el }) {
  const root = makeRoot(el, model.get("title"));
  const error = makeError();
  const questions = model.get("questions");
  const numbered = questions.length > 1;
  if (model.get("eyebrow")) root.append(make("p", { class: "um-eyebrow" }, model.get("eyebrow")));
  const parts = questions.map((question, index) => {
    const send = (value) => model.send({ answer: { question: index, value } });
    const feedback = make("p", { class: "um-feedback", role: "status" });
    const title = make("legend", {}, `${numbered ? `${index + 1}. ` : ""}${question.question}`);
    const asked = question.choices.length
      ? makeChoices(question.choices, send)
      : makeNumber(question, model.get("verb"), send, (words) => (feedback.textContent = words));
    if (asked.id) title.replaceChildren(make("label", { for: asked.id }, question.question));
    root.append(make("fieldset", { class: "um-question" }, title, asked.box, feedback));
    return { feedback, show: asked.show };
  });
  const sum = make("p", { class: "um-sum", "aria-live": "polite" });
  root.append(error.box, sum);

  function showState() {
    const answered = model.get("answered");
    parts.forEach(({ feedback, show }, index) => {
      const state = answered[index];
      if (!state) return;
      if (feedback.textContent !== state.words) feedback.textContent = state.words;
      show(state);
    });
    const words = model.get("words");
    if (sum.textContent !== words) sum.textContent = words;
    sum.hidden = !words;
    error.show(model.get("error"), model.get("trace"));
  }
  const names = ["answered", "words", "error", "trace"];
  for (const name of names) model.on(`change:${name}`, showState);
  showState();
  return () => names.forEach((name) => model.off(`change:${name}`, showState));
}

export default { render };
