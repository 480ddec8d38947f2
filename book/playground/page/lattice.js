// The faces that were drawn beforehand, and what is known of each. A place is one index for each of the four axes.

const AHEAD = 1; // the eyes that the others are told from

class Lattice {
  constructor({ axes, sheets }, side, pack) {
    this.axes = axes;
    this.side = side;
    this.mouths = axes.smile.length * axes.jaw.length;
    this.pack = pack;
    this.sheets = sheets;
    this.unrolled = new Map();
  }

  // Until the browser has looked at every picture; none is unpacked before somebody wants to see it.
  async ready() {
    const all = Object.values(this.sheets).flat();
    const load = async (sheet, name) => (sheet[name] = await this.pack.picture(sheet[name]));
    await Promise.all(all.flatMap((sheet) => [load(sheet, "faces"), load(sheet, "masks")]));
    for (const sheet of all) sheet.holds = this.pack.part(sheet.holds);
  }

  // All faces with this turn: the mouths, summed up from their differences, and what other eyes add to them.
  unroll(name, yaw) {
    const key = `${name} ${yaw}`;
    if (!this.unrolled.has(key)) {
      const { faces, masks } = this.sheets[name][yaw], jaws = this.axes.jaw.length, size = 4 * this.side ** 2;
      const strip = pixelsOf(faces);
      for (let mouth = 1; mouth < this.mouths; mouth += 1) {
        const before = (mouth % jaws ? mouth - 1 : mouth - jaws) * size;
        for (let i = mouth * size, j = before; j < before + size; i += 1, j += 1) strip[i] = (strip[i] + strip[j]) & 255;
      }
      this.unrolled.set(key, { strip, masks: pixelsOf(masks) });
    }
    return this.unrolled.get(key);
  }

  // Pixels of a character at a place, RGBA.
  face(name, place) {
    const { strip } = this.unroll(name, place.yaw), size = 4 * this.side ** 2, mouth = this.mouth(place);
    const face = strip.slice(mouth * size, (mouth + 1) * size);
    if (place.eyes !== AHEAD) {
      const others = this.axes.eyes.length - 1, eye = place.eyes - (place.eyes > AHEAD);
      const from = (this.mouths + eye) * size, rest = (this.mouths + others + mouth * others + eye) * size;
      for (let i = 0; i < size; i += 1) face[i] = (face[i] + strip[from + i] + strip[rest + i]) & 255;
    }
    for (let i = 3; i < size; i += 4) face[i] = 255;
    return face;
  }

  // How much each pixel belongs to the face, 0…255 in the first of four channels.
  mask(name, place) {
    const { masks } = this.unroll(name, place.yaw), size = 4 * this.side ** 2, mouth = this.mouth(place);
    return masks.subarray(mouth * size, (mouth + 1) * size);
  }

  mouth(place) {
    return place.smile * this.axes.jaw.length + place.jaw;
  }

  // Where the grips lie: shares of the picture's side.
  holds(name, place) {
    const { eyes } = this.axes, number = this.mouth(place) * eyes.length + place.eyes;
    const at = (i) => this.sheets[name][place.yaw].holds[6 * number + i] / 256;
    const found = { smile: [at(0), at(1)], jaw: [at(2), at(3)], eyes: [at(4), at(5)] };
    // A pupil has no way down to a shut lid: a hand that pulls it down shuts the eye.
    if (eyes[place.eyes].name === "shut") found.eyes[1] += 0.07;
    return found;
  }

  // The place of another lattice, or the nearest that there is.
  nearest(place, other) {
    const found = {};
    for (const axis of ["yaw", "smile", "jaw"]) {
      const wanted = other.axes[axis][place[axis]], far = this.axes[axis].map((value) => Math.abs(value - wanted));
      found[axis] = far.indexOf(Math.min(...far));
    }
    const eyes = this.axes.eyes.findIndex(({ name }) => name === other.axes.eyes[place.eyes].name);
    return { ...found, eyes };
  }

  // The performance at a place in words.
  words(place) {
    const yaw = this.axes.yaw[place.yaw], smile = this.axes.smile[place.smile], jaw = this.axes.jaw[place.jaw];
    const eyes = this.axes.eyes[place.eyes].name;
    const said = [];
    if (yaw) said.push(`turned ${Math.abs(yaw)}° to the ${yaw < 0 ? "left" : "right"}`);
    else said.push("facing you");
    if (smile) said.push(smile < -0.6 ? "frowning hard" : smile < 0 ? "frowning" : smile > 0.6 ? "beaming" : "smiling");
    said.push(jaw === 0 ? "lips closed" : jaw < 0.4 ? "mouth ajar" : jaw < 0.8 ? "mouth open" : "mouth wide open");
    said.push({ left: "looking to the left", right: "looking to the right", ahead: "eyes ahead", shut: "eyes shut" }[eyes]);
    return said.join(", ");
  }

  // The same performance as Python of the course.
  python(place) {
    const { yaw, smile, jaw, eyes } = this.axes, eye = eyes[place.eyes];
    return (
      `acted = toons.Performance(yaw=${yaw[place.yaw]}, smile=${smile[place.smile]}, jaw=${jaw[place.jaw]}, ` +
      `gaze_x=${eye.gaze_x}, lids=${eye.lids})`
    );
  }
}
