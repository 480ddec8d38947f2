// Laying a face into a frame, as unmasked.blend does it. Pictures are square and RGBA; a mask is a Float32Array in 0…1.

// A crop laid over a frame of side × side pixels, in OpenCV's own whole numbers: places in 32nds of a pixel.
function laidOver(crop, matrix, side) {
  const [[a, b, c], [d, e, f]] = matrix, small = Math.sqrt(crop.length / 4), most = small - 1;
  const face = new Uint8ClampedArray(4 * side * side).fill(255), fix = (value) => Math.round(1024 * value);
  const held = (value) => Math.min(most, Math.max(0, value));
  for (let y = 0, at = 0; y < side; y += 1) {
    const rowX = fix(b * y + c) + 16, rowY = fix(e * y + f) + 16;
    for (let x = 0; x < side; x += 1, at += 4) {
      const u = (rowX + fix(a * x)) >> 5, v = (rowY + fix(d * x)) >> 5, p = u & 31, q = v & 31;
      const [left, right, top, bottom] = [held(u >> 5), held((u >> 5) + 1), held(v >> 5), held((v >> 5) + 1)];
      const corners = [top * small + left, top * small + right, bottom * small + left, bottom * small + right];
      const shares = [(32 - p) * (32 - q), p * (32 - q), (32 - p) * q, p * q];
      for (let channel = 0; channel < 3; channel += 1) {
        let sum = 512;
        for (let i = 0; i < 4; i += 1) sum += shares[i] * crop[4 * corners[i] + channel];
        face[at + channel] = sum >> 10;
      }
    }
  }
  return face;
}

// The squared distance of each pixel inside from the nearest one outside; `edge`: beyond the picture is outside, too.
function squaredDepths(inside, side, edge) {
  const FAR = 4 * side, down = new Float32Array(inside.length), depths = new Float32Array(inside.length);
  for (let x = 0; x < side; x += 1) {
    for (const [first, step] of [[0, 1], [side - 1, -1]]) {
      let run = edge ? 0 : FAR;
      for (let i = 0, y = first; i < side; i += 1, y += step) {
        const at = y * side + x;
        run = inside[at] ? run + 1 : 0;
        down[at] = step === 1 ? run : Math.min(run, down[at]);
      }
    }
  }
  for (let y = 0; y < side; y += 1) {
    for (let x = 0; x < side; x += 1) {
      let best = down[y * side + x] ** 2;
      for (let far = 1; far < side && far * far < best; far += 1) {
        for (const u of [x - far, x + far]) {
          if (u >= 0 && u < side) best = Math.min(best, far * far + down[y * side + u] ** 2);
          else if (edge) best = Math.min(best, far * far);
        }
      }
      depths[y * side + x] = best;
    }
  }
  return depths;
}

// The mask, its edge moved outwards by so many pixels, or inwards where they are below 0: 0 or 1.
function grown(mask, pixels, side) {
  const inside = mask.map((share) => Number(share >= 0.5));
  if (!pixels || inside.every((one) => one) || !inside.some((one) => one)) return inside;
  if (pixels < 0) return squaredDepths(inside, side, false).map((depth) => Number(depth > pixels * pixels));
  const outside = inside.map((one) => 1 - one);
  return squaredDepths(outside, side, false).map((depth) => Number(depth <= pixels * pixels));
}

// From 0 at the mask's edge to 1, over so many pixels inwards.
function feathered(mask, width, side) {
  if (!width) return mask;
  const inside = mask.map((share) => Number(share >= 0.5));
  return squaredDepths(inside, side, true).map((depth) => Math.min(1, Math.max(0, (Math.sqrt(depth) - 0.5) / width)));
}

function composite(frame, face, mask) {
  const made = new Uint8ClampedArray(frame.length).fill(255);
  for (let i = 0, at = 0; i < mask.length; i += 1, at += 4) {
    for (let c = at; c < at + 3; c += 1) made[c] = mask[i] * face[c] + (1 - mask[i]) * frame[c];
  }
  return made;
}

// ---- colour

// CIE Lab (white D65) as OpenCV has it: exact at 33 steps of red, green and blue, and mixed of a cube's eight corners in
// between. The plain formula differs from that by up to 0.4, and a transfer of colours stretches it to eight grey levels.
const LAB = (() => {
  const table = new Int16Array(3 * 33 ** 3), limit = 216 / 24389;
  const light = Array.from({ length: 33 }, (_, i) => i / 32).map((share) =>
    share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4,
  );
  const bent = (t) => (t > limit ? Math.cbrt(t) : (841 / 108) * t + 16 / 116);
  let at = 0;
  for (const r of light) {
    for (const g of light) {
      for (const b of light) {
        const high = 0.212671 * r + 0.71516 * g + 0.072169 * b, y = bent(high);
        const x = bent((0.412453 * r + 0.35758 * g + 0.180423 * b) / 0.950456);
        const z = bent((0.019334 * r + 0.119193 * g + 0.950227 * b) / 1.088754);
        const bright = high > limit ? 116 * y - 16 : (24389 / 27) * high;
        for (const share of [bright / 100, (500 * (x - y) + 128) / 256, (200 * (y - z) + 128) / 256]) {
          table[at] = Math.round(16384 * share);
          at += 1;
        }
      }
    }
  }
  return table;
})();

// Lab of an sRGB picture: three numbers a pixel, L 0…100, a and b around 0. Where a mask is 0 nothing has changed, and
// the Lab that is `known` is taken.
function toLab(pixels, known, mask) {
  const lab = new Float32Array((3 * pixels.length) / 4), sums = new Int32Array(3);
  const fine = Int32Array.from({ length: 256 }, (_, i) => Math.round((16384 * i) / 255));
  for (let from = 0, at = 0; from < pixels.length; from += 4, at += 3) {
    const r = fine[pixels[from]], g = fine[pixels[from + 1]], b = fine[pixels[from + 2]];
    const x = (r >> 5) & 15, y = (g >> 5) & 15, z = (b >> 5) & 15, corner = ((r >> 9) * 33 + (g >> 9)) * 33 + (b >> 9);
    if (mask && !mask[from / 4]) {
      for (let i = at; i < at + 3; i += 1) lab[i] = known[i];
      continue;
    }
    sums.fill(2048);
    for (let side = 0; side < 8; side += 1) {
      const share = (side & 1 ? x : 16 - x) * (side & 2 ? y : 16 - y) * (side & 4 ? z : 16 - z);
      if (!share) continue;
      const place = 3 * (corner + (side & 1) * 1089 + ((side >> 1) & 1) * 33 + (side >> 2));
      for (let c = 0; c < 3; c += 1) sums[c] += share * LAB[place + c];
    }
    lab[at] = ((sums[0] >> 12) * 100) / 16384;
    lab[at + 1] = ((sums[1] >> 12) * 256) / 16384 - 128;
    lab[at + 2] = ((sums[2] >> 12) * 256) / 16384 - 128;
  }
  return lab;
}

function fromLab(lab) {
  const pixels = new Uint8ClampedArray((4 * lab.length) / 3).fill(255);
  const straight = (t) => (t > 0.206893 ? t ** 3 : (t - 16 / 116) / 7.787);
  const shown = (light) => 255 * (light <= 0.0031308 ? 12.92 * light : 1.055 * light ** (1 / 2.4) - 0.055);
  for (let from = 0, at = 0; from < lab.length; from += 3, at += 4) {
    const bright = (Math.min(100, Math.max(0, lab[from])) + 16) / 116;
    const x = 0.950456 * straight(bright + lab[from + 1] / 500), y = straight(bright);
    const z = 1.088754 * straight(bright - lab[from + 2] / 200);
    pixels[at] = shown(3.240479 * x - 1.53715 * y - 0.498535 * z);
    pixels[at + 1] = shown(-0.969256 * x + 1.875991 * y + 0.041556 * z);
    pixels[at + 2] = shown(0.055648 * x - 0.204043 * y + 1.057311 * z);
  }
  return pixels;
}

// Mean and standard deviation of each channel where the mask takes half or more.
function spreadOf(lab, mask) {
  const mean = [0, 0, 0], spread = [0, 0, 0];
  let count = 0;
  mask.forEach((share, i) => {
    if (share < 0.5) return;
    count += 1;
    for (let c = 0; c < 3; c += 1) mean[c] += lab[3 * i + c];
  });
  for (let c = 0; c < 3; c += 1) mean[c] /= count;
  mask.forEach((share, i) => {
    if (share < 0.5) return;
    for (let c = 0; c < 3; c += 1) spread[c] += (lab[3 * i + c] - mean[c]) ** 2;
  });
  return { mean, spread: spread.map((sum) => Math.sqrt(sum / count)) };
}

// The face with the mean and the spread of the frame's colours inside the mask. Reinhard and others, 2001.
function recoloured(faceLab, frameLab, mask) {
  const had = spreadOf(faceLab, mask), aim = spreadOf(frameLab, mask);
  const stretch = had.spread.map((one, c) => (one > 1e-3 ? aim.spread[c] / one : 1));
  return fromLab(faceLab.map((value, i) => (value - had.mean[i % 3]) * stretch[i % 3] + aim.mean[i % 3]));
}

// ---- measures

// Mean ΔE between pixels two apart, in rows and in columns, of which one is inside and one isn't.
function boundaryStep(lab, inside, side) {
  let sum = 0, count = 0;
  const pair = (i, j) => {
    if (inside[i] === inside[j]) return;
    sum += Math.hypot(lab[3 * i] - lab[3 * j], lab[3 * i + 1] - lab[3 * j + 1], lab[3 * i + 2] - lab[3 * j + 2]);
    count += 1;
  };
  for (let y = 0; y < side; y += 1) {
    for (let x = 0; x < side; x += 1) {
      if (x + 2 < side) pair(y * side + x, y * side + x + 2);
      if (y + 2 < side) pair(y * side + x, (y + 2) * side + x);
    }
  }
  return sum / count;
}

// 1 is the true composite, 0 the frame left alone.
function explainedComposite(made, truth, frame) {
  let left = 0, possible = 0;
  for (let i = 0; i < made.length; i += 1) {
    left += (made[i] - truth[i]) ** 2;
    possible += (frame[i] - truth[i]) ** 2;
  }
  return 1 - left / possible;
}
