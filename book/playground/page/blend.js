// Blend: a swapped face into a frame, step by step, and what somebody could see of it.

// The pictures of the room as pixels.
async function unpackShots(blend, pack) {
  const pixels = async (place) => pixelsOf(await pack.picture(place));
  blend.seen = await pixels(blend.seen);
  for (const shot of Object.values(blend.shots)) {
    [shot.frame, shot.truth] = [await pixels(shot.frame), await pixels(shot.truth)];
    for (const [name, place] of Object.entries(shot.masks)) {
      shot.masks[name] = Float32Array.from({ length: shot.frame.length / 4 }, () => 0);
      const grey = await pixels(place);
      for (let i = 0; i < grey.length; i += 4) shot.masks[name][i / 4] = grey[i] / 255;
    }
    [shot.frameLab, shot.truthLab] = [toLab(shot.frame), toLab(shot.truth)];
  }
}

function blendRoom(root, { blend, networks, models, names, changed }) {
  const SIDE = 256, REACH = { grow: [-12, 12], feather: [0, 24] };
  const STAGES = {
    frame: "Frame", crop: "Swap", laid: "Laid over", colour: "Colour", mask: "Mask", blended: "Blended", off: "Still off",
  };
  const state = { filmed: "kit", mask: "box", grow: 0, feather: 0, colour: "none", stage: "blended" };
  const possible = { filmed: Object.keys(blend.shots), mask: ["box", "hull", "face"], colour: ["none", "reinhard"] };
  possible.stage = Object.keys(STAGES);
  const swap = networks[128].decode(networks[128].encode(blend.seen, "ada"), "bo");

  part(root, "stages").append(
    ...Object.entries(STAGES).map(([name, words], index) =>
      make(
        "label",
        { class: "card" },
        make("input", { type: "radio", name: "stage", value: name }),
        make("canvas", { "data-part": `small-${name}` }),
        make("span", {}, `${index + 1} ${words}`),
      ),
    ),
  );
  for (const name of Object.keys(possible)) {
    root.querySelectorAll(`[name=${name}]`).forEach((input) => input.addEventListener("change", () => go({ [name]: input.value })));
  }
  for (const name of Object.keys(REACH)) {
    const input = part(root, name);
    [input.min, input.max] = REACH[name];
    input.addEventListener("input", () => go({ [name]: Number(input.value) }));
  }
  part(root, "next").addEventListener("click", () => {
    const at = possible.stage.indexOf(state.stage);
    go({ stage: possible.stage[(at + 1) % possible.stage.length] });
  });

  function go(move) {
    Object.assign(state, move);
    show();
    changed();
  }

  function made(shot) {
    if (!shot.laid) {
      shot.laid = laidOver(swap, shot.matrix, SIDE);
      shot.laidLab = toLab(shot.laid);
    }
    const { laid } = shot, square = shot.masks.box;
    // Beyond the crop there is nothing to take.
    const whole = grown(shot.masks[state.mask], state.grow, SIDE).map((share, i) => Math.min(share, square[i]));
    const colour = state.colour === "none" ? laid : recoloured(shot.laidLab, shot.frameLab, whole);
    const mask = feathered(whole, state.feather, SIDE);
    return { laid, colour, mask, blended: composite(shot.frame, colour, mask) };
  }

  const grey = (mask) => {
    const pixels = new Uint8ClampedArray(4 * mask.length).fill(255);
    mask.forEach((share, i) => pixels.fill(255 * share, 4 * i, 4 * i + 3));
    return pixels;
  };

  // What is still wrong, three times as strong: black where nothing is.
  const off = (picture, truth) => picture.map((value, i) => (i % 4 === 3 ? 255 : 3 * Math.abs(value - truth[i])));

  function words(shot) {
    const { who } = shot, edge = state.feather ? `fades in over ${state.feather} pixels` : "begins at once";
    const mask = { box: "the crop’s whole square", hull: "a rubber band round jaw and brows", face: "the face itself, as the drawing knows it" };
    return {
      frame: [`${who}, as filmed`, "all that the forger has"],
      crop: [`${names.bo}, as the network draws him`, `${names.ada} repeated what ${who} did, 128 × 128 pixels`],
      laid: ["The swap, laid over the frame", "turned and scaled as the frame’s face is"],
      colour:
        state.colour === "none"
          ? ["Colours left alone", `the skin is still ${names.bo}’s`]
          : ["Colours matched", `mean and spread are ${who}’s, inside the mask`],
      mask: ["How much of the new face to take", `white is all of it: ${mask[state.mask]}, and it ${edge}`],
      blended: ["Blended", "the new face where the mask is white, the frame where it’s black"],
      off: ["What is still off", "the difference from the truth, three times as strong"],
    };
  }

  function show() {
    const shot = blend.shots[state.filmed], { laid, colour, mask, blended } = made(shot), said = words(shot);
    const pictures = { frame: shot.frame, crop: swap, laid, colour, mask: grey(mask), blended, off: off(blended, shot.truth) };
    for (const [name, pixels] of Object.entries(pictures)) paint(part(root, `small-${name}`), pixels, said[name].join(": "));
    const [title, about] = said[state.stage];
    paint(part(root, "shown"), pictures[state.stage], `${title}: ${about}`);
    part(root, "shown-name").textContent = title;
    part(root, "shown-name").className = ["frame", "mask", "off"].includes(state.stage) ? "" : "forged";
    part(root, "shown-note").textContent = about;
    paint(part(root, "true"), shot.truth, `${shot.who} with ${names.bo}’s features, drawn and never blended`);
    part(root, "true-note").textContent = `${shot.who} with ${names.bo}’s features, drawn`;
    const most = mask.reduce((a, b) => Math.max(a, b)), inside = mask.map((share) => Number(share > 0 && share >= most / 2));
    const step = boundaryStep(toLab(blended, shot.frameLab, mask), inside, SIDE), honest = boundaryStep(shot.truthLab, inside, SIDE);
    const score = explainedComposite(blended, shot.truth, shot.frame), added = step - honest;
    meter(part(root, "score"), score, number(score), `1 is the true composite, 0 is ${shot.who} left alone, and below 0 is worse than doing nothing.`);
    const smooth = added < 0 ? " Yours is smoother than the truth." : "";
    const note = `Across your edge colours jump by ${number(step, 1)}; the true picture jumps by ${number(honest, 1)} there.${smooth} About 2 can just be seen.`;
    meter(part(root, "added"), added / 30, number(added, 1), note);
    for (const name of Object.keys(possible)) {
      root.querySelectorAll(`[name=${name}]`).forEach((input) => (input.checked = input.value === state[name]));
    }
    const strip = part(root, "stages"), card = strip.querySelector(":checked").closest(".card");
    strip.scrollLeft = card.offsetLeft - strip.offsetLeft - (strip.clientWidth - card.clientWidth) / 2;
    for (const name of Object.keys(REACH)) {
      const text = name === "grow" && state.grow > 0 ? `+${state.grow}` : number(state[name], 0);
      part(root, name).value = state[name];
      part(root, name).setAttribute("aria-valuetext", `${text} pixels`);
      part(root, `${name}-out`).textContent = text;
    }
    const mask_ = state.mask === "face" ? "given" : state.mask;
    python(root, [
      "import numpy as np",
      "from unmasked import blend, toons",
      "from unmasked.models import weights",
      "",
      ...blend.python,
      `model = weights.load("${models[128]}")`,
      `shot = blend.shoot(model, acted, layout, np.zeros((68, 2)), actor="ada", face="bo", body="${state.filmed}")`,
      `recipe = blend.Recipe(mask="${mask_}", grow=${state.grow}, feather=${state.feather}, colour="${state.colour}")`,
      "found = shot.measure(shot.put_back(recipe))",
      'print(round(found["score"], 2), round(found["step"] - found["true_step"], 1))',
    ]);
    say(`${title}. Explained composite ${number(score)}, step added ${number(added, 1)}.`);
  }

  return {
    open(values) {
      for (const [name, all] of Object.entries(possible)) state[name] = oneOf(values.get(name), all, state[name]);
      for (const [name, [low, high]] of Object.entries(REACH)) {
        const wanted = Number(values.get(name));
        if (values.has(name) && Number.isInteger(wanted) && wanted >= low && wanted <= high) state[name] = wanted;
      }
      show();
    },
    values: () => ({ ...state }),
  };
}
