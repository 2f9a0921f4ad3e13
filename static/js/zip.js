// What is in a ZIP archive such as that of one's own answers: stored or deflated, neither encrypted nor in parts.
const END = 0x06054b50;
const ENTRY = 0x02014b50;
const LONGEST_COMMENT = 65535;

async function inflated(data) {
  const stream = new Blob([data]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/** @param {Uint8Array} data @returns {Promise<{name: string, data: Uint8Array}[]>} Throws where it is no such archive. */
export async function unzip(data) {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  let end = data.length - 22;
  while (end > data.length - 22 - LONGEST_COMMENT && view.getUint32(end, true) !== END) end -= 1;
  if (view.getUint32(end, true) !== END) throw new Error("no archive");
  const found = [];
  let at = view.getUint32(end + 16, true);
  for (let left = view.getUint16(end + 10, true); left > 0; left -= 1) {
    if (view.getUint32(at, true) !== ENTRY) throw new Error("no entry");
    const [method, size] = [view.getUint16(at + 10, true), view.getUint32(at + 20, true)];
    const [named, extra, comment] = [28, 30, 32].map((place) => view.getUint16(at + place, true));
    const name = new TextDecoder().decode(data.subarray(at + 46, at + 46 + named));
    const local = view.getUint32(at + 42, true);
    const start = local + 30 + view.getUint16(local + 26, true) + view.getUint16(local + 28, true);
    const packed = data.subarray(start, start + size);
    if (![0, 8].includes(method)) throw new Error("another way of packing");
    if (!name.endsWith("/")) found.push({ name, data: method ? await inflated(packed) : packed });
    at += 46 + named + extra + comment;
  }
  return found;
}
