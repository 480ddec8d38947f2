// Marks the bench for its style.

function dressScrubber({ root }) {
  root.classList.add("um-scrubber");
  return { show() {}, stop() {} };
}

DRESSERS.push(dressScrubber);
