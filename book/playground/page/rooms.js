// Opens the rooms: reads what the page brings along, shows the room that the address names, keeps the address up to date.

async function start() {
  const data = JSON.parse(document.getElementById("data").textContent);
  const pack = new Pack(document.getElementById("pack").textContent, data.size);
  const each = (things, work) =>
    Object.fromEntries(Object.entries(things).map(([size, one]) => [size, work(one, Number(size))]));
  const networks = each(data.plans, (plan) => new Network(plan, pack.bytes));
  const lattices = each(data.lattices, (one, size) => new Lattice(one, size, pack));
  const network = networks[64], lattice = lattices[64];
  await Promise.all([...Object.values(lattices).map((one) => one.ready()), unpackShots(data.blend, pack)]);
  for (const item of data.items) {
    item.picture = pack.address(item.picture);
    if (item.fake) item.truth = pack.address(item.truth);
  }
  const usual = placeFrom(new URLSearchParams("yaw=10&smile=0.5&jaw=0.25&eyes=ahead"), lattice, { yaw: 0, smile: 0, jaw: 0, eyes: 0 });
  const shared = { ...data, lattices, networks, lattice, network, place: usual, changed: () => address.write(shown, rooms[shown].values()) };
  const makers = { puppet: puppetRoom, plugs: plugsRoom, squeeze: squeezeRoom, blend: blendRoom, spot: spotRoom, threshold: thresholdRoom };
  const roots = Object.fromEntries(Object.keys(makers).map((name) => [name, document.getElementById(`room-${name}`)]));
  const rooms = Object.fromEntries(Object.entries(makers).map(([name, room]) => [name, room(roots[name], shared)]));
  let shown = "";

  function open(moveFocus) {
    const { room, values } = address.read(), before = shown;
    shown = oneOf(room, Object.keys(rooms), "puppet");
    for (const [name, root] of Object.entries(roots)) root.hidden = name !== shown;
    document.querySelectorAll("nav a").forEach((link) => {
      if (link.hash === `#${shown}`) {
        link.setAttribute("aria-current", "page");
        const bar = link.closest("ol"); // where it is too narrow for all of them
        bar.scrollLeft = link.offsetLeft - bar.offsetLeft - (bar.clientWidth - link.clientWidth) / 2;
      } else link.removeAttribute("aria-current");
    });
    const heading = roots[shown].querySelector("h2");
    document.title = `${heading.textContent} · Unmasked`;
    rooms[shown].open(values);
    if (moveFocus && shown !== before) {
      heading.focus({ preventScroll: true });
      scrollTo(0, 0);
    }
  }

  document.getElementById("link").addEventListener("click", (event) => {
    address.write(shown, rooms[shown].values());
    copy(location.href, event.currentTarget);
  });
  document.querySelectorAll("[data-part=copy]").forEach((button) =>
    button.addEventListener("click", () => copy(part(button.closest("section"), "python").textContent, button)),
  );
  addEventListener("hashchange", () => open(true));
  document.getElementById("loading").remove();
  document.getElementById("guarded").hidden = readsTrue();
  document.querySelector("main").hidden = false;
  open(false);
  // For the tests and the benchmark, which compare this swap with PyTorch's.
  window.playground = { networks, lattices, deviate, explained };
  document.documentElement.dataset.ready = "";
}

start().catch((error) => {
  const words = document.getElementById("loading") || document.getElementById("live");
  words.textContent = `This page could not be opened here. ${error.message}`;
  throw error;
});
