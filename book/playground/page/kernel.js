"use strict";
// The one loop in which nearly all of the time is spent, as WebAssembly with four numbers to an instruction: four rows
// times one panel of four outputs. Written out by hand, for it is short, and the page then needs nobody's compiler.

const kernel = (() => {
  const I32 = 0x7f, V128 = 0x7b;
  const get = (i) => [0x20, i], set = (i) => [0x21, i], constant = (n) => [0x41, n], add = [0x6a];
  const load = [0xfd, 0x00, 4, 0], splat = [0xfd, 0x09, 2, 0], store = [0xfd, 0x0b, 4, 0];
  const times = [0xfd, 0xe6, 0x01], plus = [0xfd, 0xe4, 0x01];
  // The arguments, all of them places in memory or steps between places, in bytes; then four sums and three more rows.
  const [ROW, STEP, END, WEIGHTS, BIAS, OUT, OUT_STEP, SUM, W, Q] = [0, 1, 2, 3, 4, 5, 6, 7, 11, 12];
  const rows = [ROW, Q, Q + 1, Q + 2], sums = [SUM, SUM + 1, SUM + 2, SUM + 3];
  const body = [
    ...sums.flatMap((sum) => [...get(BIAS), ...load, ...set(sum)]),
    ...[1, 2, 3].flatMap((i) => [...get(rows[i - 1]), ...get(STEP), ...add, ...set(rows[i])]),
    0x03, 0x40, // loop
    ...get(WEIGHTS), ...load, ...set(W),
    ...sums.flatMap((sum, i) => [...get(sum), ...get(rows[i]), ...splat, ...get(W), ...times, ...plus, ...set(sum)]),
    ...rows.flatMap((row) => [...get(row), ...constant(4), ...add, ...set(row)]),
    ...get(WEIGHTS), ...constant(16), ...add, ...set(WEIGHTS),
    ...get(ROW), ...get(END), 0x49, 0x0d, 0, // again while ROW < END
    0x0b,
    ...sums.flatMap((sum) => [...get(OUT), ...get(sum), ...store, ...get(OUT), ...get(OUT_STEP), ...add, ...set(OUT)]),
    0x0b,
  ];
  const size = (n) => (n < 128 ? [n] : [(n & 127) | 128, n >> 7]);
  const locals = [2, ...[5, V128], ...[3, I32]];
  const code = [...locals, ...body];
  const section = (id, bytes) => [id, ...size(bytes.length), ...bytes];
  const bytes = Uint8Array.from([
    0, 0x61, 0x73, 0x6d, 1, 0, 0, 0,
    ...section(1, [1, 0x60, 7, ...Array(7).fill(I32), 0]), // a function of seven whole numbers
    ...section(2, [1, 1, 0x6d, 1, 0x6d, 2, 0, 1]), // the memory that the page hands over
    ...section(3, [1, 0]),
    ...section(7, [1, 1, 0x66, 0, 0]),
    ...section(10, [1, ...size(code.length), ...code]),
  ]);
  return (memory) => new WebAssembly.Instance(new WebAssembly.Module(bytes), { m: { m: memory } }).exports.f;
})();
