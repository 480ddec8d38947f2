// Six pictures in two rows of three, whatever the page's width: what goes in above, what comes out below.

function dressDrive({ root }) {
  root.classList.add("um-drive");
  return { show() {}, stop() {} };
}

DRESSERS.push(dressDrive);
