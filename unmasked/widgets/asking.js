// Questions with choices (or a number to enter): the quiz at the end of a lesson, and a prediction before an experiment.

function render({ model, el }) {
  const root = makeRoot(el, model.get("title"));
  const error = makeError();
  const questions = model.get("questions");
  const numbered = questions.length > 1;
  if (model.get("eyebrow")) root.append(make("p", { class: "um-eyebrow" }, model.get("eyebrow")));
  const parts = questions.map((question, index) => {
    const send = (value) => model.send({ answer: { question: index, value } });
    const feedback = make("p", { role: "status" });
    const button = make("button", { type: "button", class: "um-button" }, model.get("verb"));
    const title = make("legend", {}, `${numbered ? `${index + 1}. ` : ""}${question.question}`);
    if (question.choices.length) {
      const name = newId("question");
      const labels = question.choices.map((choice, value) => {
        const input = make("input", { type: "radio", name, value });
        return make("label", {}, input, make("span", {}, choice), make("span", { "aria-hidden": "true" }));
      });
      const inputs = labels.map((label) => label.firstChild);
      const chosen = () => inputs.findIndex((input) => input.checked);
      const submit = () => (chosen() < 0 ? (feedback.textContent = "Choose one first.") : send(chosen()));
      button.addEventListener("click", submit);
      for (const input of inputs)
        input.addEventListener("keydown", (event) => {
          if (event.key !== "Enter") return;
          event.preventDefault();
          submit();
        });
      const options = make("div", { class: "um-options" }, ...labels);
      root.append(make("fieldset", { class: "um-question" }, title, options, make("div", { class: "um-answer" }, button, feedback)));
      return { feedback, labels, inputs };
    }
    const id = newId("number");
    const input = make("input", { type: "text", inputmode: "decimal", class: "um-number", id, autocomplete: "off" });
    const submit = () => {
      const text = input.value.trim().replace(",", ".").replace("−", "-");
      if (text === "" || !Number.isFinite(Number(text))) feedback.textContent = "Enter a number, such as 0.5.";
      else send(Number(text));
    };
    button.addEventListener("click", submit);
    input.addEventListener("keydown", (event) => {
      if (event.key === "Enter") submit();
    });
    const unit = question.unit ? make("span", {}, question.unit) : null;
    const label = make("label", { for: id }, question.question);
    title.replaceChildren(label);
    const field = make("div", { class: "um-answer" }, input, unit, button, feedback);
    root.append(make("fieldset", { class: "um-question" }, title, field));
    return { feedback, labels: [], inputs: [], number: input };
  });
  const sum = make("p", { class: "um-sum", "aria-live": "polite" });
  root.append(error.box, sum);

  let first = true;
  function showState() {
    const answered = model.get("answered");
    parts.forEach(({ feedback, labels, inputs, number }, index) => {
      const state = answered[index];
      if (!state) return;
      if (feedback.textContent !== state.words) feedback.textContent = state.words;
      labels.forEach((label, value) => (label.lastChild.textContent = state.marks[value] || ""));
      if (first && inputs[state.value]) inputs[state.value].checked = true;
      if (first && number) number.value = state.value;
    });
    first = false;
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
