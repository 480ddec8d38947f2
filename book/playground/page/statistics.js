// What is measured, as unmasked.metrics, unmasked.forensics.roc and unmasked.forensics.calibration measure it.

// How much of the average face's error the swap avoids, inside the mask: 1 is the truth, 0 the average.
function explained(swap, truth, average, mask) {
  let left = 0, possible = 0;
  for (let i = 0; i < swap.length; i += 4) {
    for (let c = i; c < i + 3; c += 1) {
      left += mask[i] * (swap[c] - truth[c]) ** 2;
      possible += mask[i] * (average[c] - truth[c]) ** 2;
    }
  }
  return 1 - left / possible;
}

// Mean absolute difference inside the mask, in grey levels.
function apart(one, other, mask) {
  let total = 0, count = 0;
  for (let i = 0; i < one.length; i += 4) {
    if (mask[i] <= 127) continue;
    for (let c = i; c < i + 3; c += 1) total += Math.abs(one[c] - other[c]);
    count += 3;
  }
  return total / count;
}

// The inverse of the normal distribution function; Acklam's rational approximation, exact to nine digits or so.
function deviate(share) {
  const a = [-39.69683028665376, 220.9460984245205, -275.9285104469687, 138.357751867269, -30.66479806614716, 2.506628277459239];
  const b = [-54.47609879822406, 161.5858368580409, -155.6989798598866, 66.80131188771972, -13.28068155288572, 1];
  const c = [-0.007784894002430293, -0.3223964580411365, -2.400758277161838, -2.549732539343734, 4.374664141464968, 2.938163982698783];
  const d = [0.007784695709041462, 0.3224671290700398, 2.445134137142996, 3.754408661907416, 1];
  const along = (numbers, x) => numbers.reduce((sum, number) => sum * x + number, 0);
  if (share > 0.97575) return -deviate(1 - share);
  if (share < 0.02425) {
    const q = Math.sqrt(-2 * Math.log(share));
    return along(c, q) / along(d, q);
  }
  const q = share - 0.5;
  return (along(a, q * q) * q) / along(b, q * q);
}

// d′ and criterion, with half an answer added on either side.
function sensitivity(hits, fakes, alarms, reals) {
  const hit = deviate((hits + 0.5) / (fakes + 1)), alarm = deviate((alarms + 0.5) / (reals + 1));
  return { dPrime: hit - alarm, criterion: -(hit + alarm) / 2 };
}

const number = (value, digits = 2) => value.toFixed(digits).replace(/^-(?=0\.?0*$)/, "").replace("-", "−");
