// Sixty-eight points are one stop for the keyboard, not sixty-eight: Page Down goes on to the next point.

const STEADY = [0, 16, 27, 30, 36, 39, 42, 45];

function dressPoints({ root }) {
  const handles = [...root.querySelectorAll(".um-point")];
  for (const index of STEADY) handles[index].classList.add("um-steady");
  const rest = (chosen) => handles.forEach((handle) => (handle.tabIndex = handle === chosen ? 0 : -1));
  rest(handles[0]);
  handles.forEach((handle, index) => {
    handle.addEventListener("focus", () => rest(handle));
    handle.addEventListener("keydown", (event) => {
      const by = { PageDown: 1, PageUp: -1 }[event.key];
      if (!by) return;
      event.preventDefault();
      handles[(index + by + handles.length) % handles.length].focus();
    });
  });
  const hint = root.querySelector(".um-hint");
  hint.textContent =
    "Drag a point; the large ones are the steady eight. By keyboard: Tab to a point, Page Down and Page Up go to another one, the arrow keys move it (with Shift: farther), Backspace puts it back.";
  // Below the pictures they would push the words off a small screen.
  root.querySelector(".um-turned").append(root.querySelector(".um-meters"), hint);
  return { show() {}, stop() {} };
}

DRESSERS.push(dressPoints);
