// Hints below a check's words: a press gives one more.

/** Words as children of an element, what stands in `backticks` as code. */
const marked = (text) => text.split("`").map((part, at) => (at % 2 ? make("code", {}, part) : part));

function render({ model, el }) {
  const root = makeRoot(el, "Hints");
  root.classList.add("um-hints");
  const usable = () => model.get("given").length < model.get("count");
  const list = make("ol", { class: "um-hint-list", role: "log" });
  const error = makeError();
  const button = make("button", { type: "button", class: "um-button", onclick: () => usable() && model.send({ hint: true }) });
  root.append(list, make("div", { class: "um-bar" }, button), error.box);
  function show() {
    const given = model.get("given");
    given.slice(list.children.length).forEach((text) => list.append(make("li", {}, ...marked(text))));
    list.hidden = !given.length;
    button.textContent = model.get("label");
    // Not disabled: it would lose the focus under the finger.
    button.setAttribute("aria-disabled", String(!usable()));
    error.show(model.get("error"), model.get("trace"));
  }
  const names = ["given", "label", "error", "trace"];
  for (const name of names) model.on(`change:${name}`, show);
  show();
  return () => names.forEach((name) => model.off(`change:${name}`, show));
}

export default { render };
