// The faces that were drawn beforehand, and what is known of each. A place is one index for each of the four axes.

class Lattice {
  constructor(axes, sheets, side) {
    this.axes = axes;
    this.side = side;
    this.order = ["yaw", "smile", "jaw", "eyes"];
    this.canvas = document.createElement("canvas");
    this.canvas.width = this.canvas.height = side;
    this.context = this.canvas.getContext("2d", { willReadFrequently: true });
    this.sheets = Object.fromEntries(
      Object.entries(sheets).map(([name, all]) => [
        name,
        all.map(({ faces, masks, holds }) => ({ faces: picture(faces), masks: picture(masks), holds: bytesOf(holds) })),
      ]),
    );
  }

  async ready() {
    const all = Object.values(this.sheets).flat();
    await Promise.all(all.flatMap(({ faces, masks }) => [faces.decode(), masks.decode()]));
  }

  // Pixels of a character at a place, RGBA.
  face(name, place) {
    return this.cut(this.sheets[name][place.yaw].faces, place);
  }

  // How much each pixel belongs to the face, 0…255 in the first of four channels.
  mask(name, place) {
    return this.cut(this.sheets[name][place.yaw].masks, place);
  }

  // Where the grips lie: shares of the picture's side.
  holds(name, place) {
    const { smile, jaw, eyes } = this.axes;
    const number = (place.smile * jaw.length + place.jaw) * eyes.length + place.eyes;
    const at = (i) => this.sheets[name][place.yaw].holds[6 * number + i] / (4 * this.side);
    const found = { smile: [at(0), at(1)], jaw: [at(2), at(3)], eyes: [at(4), at(5)] };
    // A pupil has no way down to a shut lid: a hand that pulls it down shuts the eye.
    if (smile.length && eyes[place.eyes].name === "shut") found.eyes[1] += 0.07;
    return found;
  }

  cut(sheet, place) {
    const { side } = this, column = place.jaw * this.axes.eyes.length + place.eyes;
    this.context.drawImage(sheet, column * side, place.smile * side, side, side, 0, 0, side, side);
    return this.context.getImageData(0, 0, side, side).data;
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

function picture(address) {
  const image = new Image();
  image.src = address;
  return image;
}
