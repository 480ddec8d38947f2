// The state of the page is its address: #room?name=value&… A link brings another reader to the same place.

const address = {
  read() {
    const [room, query = ""] = location.hash.slice(1).split("?");
    return { room, values: new URLSearchParams(query) };
  },
  write(room, values) {
    const query = new URLSearchParams(values).toString().replaceAll("%2C", ",").replaceAll("%3A", ":");
    const hash = `#${room}${query && "?"}${query}`;
    if (hash !== location.hash) history.replaceState(null, "", hash);
  },
};

// A value of the address where it is one of the possible ones, else the usual one.
const oneOf = (value, possible, usual) => (possible.includes(value) ? value : usual);
