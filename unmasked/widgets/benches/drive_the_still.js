// Six pictures in two rows of three, whatever the page's width: what goes in above, what comes out below.

function dressDrive({ root }) {
  root.classList.add("um-drive");
  // Below the pictures the answer would leave a small screen.
  root.querySelector(".um-turned").prepend(root.querySelector(".um-meters"));
  return { show() {}, stop() {} };
}

DRESSERS.push(dressDrive);
