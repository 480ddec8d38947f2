// The swap in plain arrays, channels last: pixels → code → pixels. The weights come packed for the kernel, in panels of
// four outputs.

// Every 16-bit number as a 32-bit one.
const HALVES = (() => {
  const table = new Float32Array(65536);
  for (let bits = 0; bits < 65536; bits += 1) {
    const exponent = (bits >> 10) & 31, rest = (bits & 1023) / 1024;
    const size = exponent ? 2 ** (exponent - 15) * (1 + rest) : 2 ** -14 * rest;
    table[bits] = bits & 0x8000 ? -size : size;
  }
  return table;
})();

// Whole numbers of so many bits, times their output's unit: panels of (rows, 4).
function unrounded(bytes, { at, count, bits, rows, unit }, into) {
  const units = new Float32Array(bytes.buffer, unit, count / rows), most = 2 ** (bits - 1) - 1, mask = 2 ** bits - 1;
  let held = 0, many = 0;
  for (let i = 0, from = at; i < count; i += 1) {
    while (many < bits) {
      held = ((held & 0xffff) << 8) | bytes[from];
      many += 8;
      from += 1;
    }
    many -= bits;
    const output = 4 * Math.floor(i / (4 * rows)) + (i & 3);
    into[i] = (((held >> many) & mask) - most) * units[output];
  }
}

// Each place's 3 × 3 neighbours in a row, zeros beyond the edge: a convolution then is one product.
function neighbours(map, side, channels, stride, rows) {
  const small = side / stride;
  rows.fill(0, 0, small * small * 9 * channels);
  let at = 0;
  for (let y = 0; y < small; y += 1) {
    for (let x = 0; x < small; x += 1) {
      for (let dy = -1; dy <= 1; dy += 1) {
        for (let dx = -1; dx <= 1; dx += 1, at += channels) {
          const v = y * stride + dy, u = x * stride + dx;
          if (v < 0 || u < 0 || v >= side || u >= side) continue;
          const from = (v * side + u) * channels;
          for (let c = 0; c < channels; c += 1) rows[at + c] = map[from + c];
        }
      }
    }
  }
}

function leak(numbers) {
  for (let i = 0; i < numbers.length; i += 1) if (numbers[i] < 0) numbers[i] *= 0.1;
}

// Four channels become the four pixels of a square: (side, side, 4 · C) → (2 · side, 2 · side, C).
function shuffle(map, side, channels) {
  const result = new Float32Array(map.length);
  let from = 0;
  for (let y = 0; y < side; y += 1) {
    for (let x = 0; x < side; x += 1) {
      for (let square = 0; square < 4; square += 1) {
        const to = ((2 * y + (square >> 1)) * 2 * side + 2 * x + (square & 1)) * channels;
        for (let c = 0; c < channels; c += 1, from += 1) result[to + c] = map[from];
      }
    }
  }
  return result;
}

const SCRATCH = 1 << 20; // numbers: as many as the rows of the largest convolution have

class Network {
  constructor(plan, bytes) {
    // All numbers lie in the kernel's own memory: first what is worked on, then the weights.
    const memory = new WebAssembly.Memory({ initial: Math.ceil((4 * (2 * SCRATCH + plan.numbers)) / 65536) });
    this.numbers = new Float32Array(memory.buffer);
    this.rows = this.numbers.subarray(0, SCRATCH);
    this.kernel = kernel(memory);
    let free = 2 * SCRATCH;
    const take = (place) => {
      const { at, count, bits } = place;
      const taken = this.numbers.subarray(free, free + count);
      free += count;
      if (bits === 32) taken.set(new Float32Array(bytes.buffer, at, count));
      else if (bits < 16) unrounded(bytes, place, taken);
      else new Uint16Array(bytes.buffer, at, count).forEach((half, i) => (taken[i] = HALVES[half]));
      return taken;
    };
    const ready = (layer) => ({ ...layer, weights: take(layer.w), bias: take(layer.b) });
    const each = (things, work) => Object.fromEntries(Object.entries(things).map(([name, one]) => [name, work(one)]));
    this.side = plan.side;
    this.unit = plan.unit;
    this.encoder = plan.encoder.map(ready);
    this.layout = plan.layout.map(ready);
    this.decoders = each(plan.decoders, (layers) => layers.map(ready));
    this.characters = each(plan.characters, (one) => ({
      average: take(one.average), spread: take(one.spread), to: ready(one.to), out: ready(one.out),
    }));
  }

  // Pixels as a canvas has them, RGBA → a code that every character shares: Float32Array (128).
  encode(pixels, name) {
    const { average, spread, to } = this.characters[name], side = this.side, small = side / 4;
    let map = new Float32Array(side * side * 3), at = 0;
    for (let y = 0; y < small; y += 1) {
      for (let x = 0; x < small; x += 1) {
        for (let place = 0; place < 16; place += 1) {
          const pixel = (4 * y + (place >> 2)) * side + 4 * x + (place & 3);
          for (let c = 0; c < 3; c += 1, at += 1) {
            map[at] = (pixels[4 * pixel + c] / 255 - average[3 * pixel + c]) / spread[3 * pixel + c];
          }
        }
      }
    }
    map = this.through(this.encoder, map, small).map;
    return this.dense(to, map);
  }

  // A code → pixels of a character, RGBA.
  decode(code, name) {
    const { average, out } = this.characters[name];
    const coarse = this.through(this.layout, this.dense(out, code), 4);
    const { map } = this.through(this.decoders[name], coarse.map, coarse.side);
    const pixels = new Uint8ClampedArray((4 * map.length) / 3).fill(255);
    for (let i = 0, at = 0; i < map.length; i += 3, at += 4) {
      for (let c = 0; c < 3; c += 1) pixels[at + c] = 255 * (average[i + c] + this.unit * map[i + c]);
    }
    return pixels;
  }

  // The average face that the net keeps of a character, RGBA.
  average(name) {
    const { average } = this.characters[name], pixels = new Uint8ClampedArray((4 * average.length) / 3).fill(255);
    for (let i = 0, at = 0; i < average.length; i += 3, at += 4) {
      for (let c = 0; c < 3; c += 1) pixels[at + c] = 255 * average[i + c];
    }
    return pixels;
  }

  through(layers, map, side) {
    for (const layer of layers) {
      if (!("stride" in layer)) {
        map = this.dense(layer, map);
      } else {
        neighbours(map, side, layer.in, layer.stride, this.rows);
        side /= layer.stride;
        map = this.product(layer, side * side, 9 * layer.in);
        if (layer.leaky) leak(map);
        if (layer.shuffle) {
          map = shuffle(map, side, layer.out / 4);
          side *= 2;
        }
      }
    }
    return { map, side };
  }

  dense(layer, numbers) {
    this.rows.set(numbers);
    const result = this.product(layer, 1, layer.in);
    if (layer.leaky) leak(result);
    return result;
  }

  // The rows in the scratch times a layer's matrix, and its bias: Float32Array (count · out). The kernel takes four rows
  // at once; where there is one alone it takes that four times.
  product(layer, count, depth) {
    const { out, weights, bias } = layer, step = count === 1 ? 0 : 4 * depth, next = count === 1 ? 0 : 4 * out;
    for (let n = 0; n < out; n += 4) {
      for (let row = 0; row < count; row += 4) {
        const from = 4 * row * depth, panel = weights.byteOffset + 4 * n * depth;
        this.kernel(from, step, from + 4 * depth, panel, bias.byteOffset + 4 * n, 4 * (SCRATCH + row * out + n), next);
      }
    }
    return this.numbers.slice(SCRATCH, SCRATCH + count * out);
  }
}
