// The log's mathematics and formats: the tree of RFC 6962, C2SP's notes, checkpoints, proofs and tiles, and the one
// spelling of JSON (RFC 8785). The same as marketplace/tlog and marketplace/rules/canonical.py, without a line of theirs.
// Hashes and signatures are the browser's own (Web Crypto). Bytes are Uint8Array; what is malformed is thrown as an error.

export const WIDTH = 256;
const DEEPEST = 32;
const ED25519 = 1;
export const COSIGNATURE = 4;

export const bytes = (text) => new TextEncoder().encode(text);
export const text = (data) => new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(data);
export const hex = (data) => Array.from(data, (byte) => byte.toString(16).padStart(2, "0")).join("");
export const same = (a, b) => hex(a) === hex(b);

function need(holds, what) {
  if (!holds) throw new Error(what);
}

export function fromHex(digits) {
  need(/^([0-9a-f]{2})*$/.test(digits), "hex");
  return Uint8Array.from(digits.match(/../g) ?? [], (pair) => parseInt(pair, 16));
}

export const base64 = (data) => btoa(Array.from(data, (byte) => String.fromCharCode(byte)).join(""));

/** Strict: padded, and no bits left over. @param {string} spelled @param {number} [length] that it must have */
export function fromBase64(spelled, length) {
  const data = Uint8Array.from(atob(spelled), (letter) => letter.charCodeAt(0));
  need(base64(data) === spelled && (length === undefined || data.length === length), "base64");
  return data;
}

function wholeNumber(spelled) {
  need(/^(0|[1-9][0-9]{0,15})$/.test(spelled ?? "") && Number.isSafeInteger(Number(spelled)), "number");
  return Number(spelled);
}

export function join(...parts) {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  parts.reduce((at, part) => (whole.set(part, at), at + part.length), 0);
  return whole;
}

// ---- Hashes and commitments ---------------------------------------------------------------------------------------

export const sha256 = async (data) => new Uint8Array(await crypto.subtle.digest("SHA-256", data));
export const leafHash = (leaf) => sha256(join([0], leaf));
const nodeHash = (left, right) => sha256(join([1], left, right));

/** JSON in its one spelling. `strict` is the profile of leaves: ASCII keys, no null, no fractions. */
export function canonical(value, strict = false, depth = 0) {
  if (typeof value === "string") {
    need(!/\p{Surrogate}/u.test(value), "half a character");
    return JSON.stringify(value);
  }
  if (typeof value === "boolean") return String(value);
  if (typeof value === "number") {
    need(Number.isFinite(value) && (!strict || Number.isSafeInteger(value)), "a number that is not whole or too large");
    return JSON.stringify(value);
  }
  need(value !== null || !strict, "null");
  if (value === null) return "null";
  need(depth < DEEPEST, "too deep");
  if (Array.isArray(value)) return `[${value.map((item) => canonical(item, strict, depth + 1)).join(",")}]`;
  const pairs = Object.keys(value).sort().map((key) => {
    need(!strict || /^[\0-\x7f]*$/.test(key), "a key that is not ASCII");
    return `${canonical(key)}:${canonical(value[key], strict, depth + 1)}`;
  });
  return `{${pairs.join(",")}}`;
}

/** HMAC-SHA-256 under the salt, in hex: what fixes a value in a leaf without showing it. */
export async function commitment(salt, type, field, value) {
  need(salt.length === 32 && ![type, field].some((name) => name.includes("\0")), "salt");
  const key = await crypto.subtle.importKey("raw", salt, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  const message = bytes(["daylight/1", type, field, canonical(value)].join("\0"));
  return hex(new Uint8Array(await crypto.subtle.sign("HMAC", key, message)));
}

// ---- The tree -----------------------------------------------------------------------------------------------------

const half = (n) => Math.floor(n / 2);
// The largest power of two below n, which is at least 2.
const below = (n) => { let power = 1; while (power * 2 < n) power *= 2; return power; };
const isPower = (n) => n === 1 || below(n) * 2 === n;

/** The root that a path leads to; null where the path has too few or too many steps for this place. */
export async function climb(hash, index, size, path) {
  let [at, last] = [index, size - 1];
  if (at > last) return null;
  for (const beside of path) {
    if (last === 0) return null;
    if (at % 2 || at === last) {
      hash = await nodeHash(beside, hash);
      while (at && at % 2 === 0) [at, last] = [half(at), half(last)];
    } else hash = await nodeHash(hash, beside);
    [at, last] = [half(at), half(last)];
  }
  return last === 0 ? hash : null;
}

/** Whether the log of `size` leaves begins with the log of `old` leaves, as the proof `path` says. */
export async function consistent(old, oldRoot, size, root, path) {
  if (old === size) return !path.length && same(oldRoot, root);
  if (old === 0) return !path.length && same(oldRoot, await sha256(bytes("")));
  if (old > size || !path.length) return false;
  const [from, ...rest] = isPower(old) ? [oldRoot, ...path] : path;
  let [at, last] = [old - 1, size - 1];
  while (at % 2) [at, last] = [half(at), half(last)];
  let [first, second] = [from, from];
  for (const beside of rest) {
    if (last === 0) return false;
    if (at % 2 || at === last) {
      [first, second] = [await nodeHash(beside, first), await nodeHash(beside, second)];
      while (at && at % 2 === 0) [at, last] = [half(at), half(last)];
    } else second = await nodeHash(second, beside);
    [at, last] = [half(at), half(last)];
  }
  return last === 0 && same(first, oldRoot) && same(second, root);
}

/** Where a tile is served: "tile/0/x001/234.p/17". @param {number | "entries"} level */
export function tilePath(level, n, width) {
  const digits = String(n);
  const groups = digits.padStart(Math.ceil(digits.length / 3) * 3, "0").match(/.../g);
  const place = groups.map((group, at) => (at < groups.length - 1 ? `x${group}` : group)).join("/");
  return `tile/${level}/${place}${width < WIDTH ? `.p/${width}` : ""}`;
}

/**
 * Nodes of a tree of `size` leaves, read as tiles.
 * @param {(path: string) => Promise<Uint8Array>} read
 * @returns the hash of the `n` leaves that begin with number `low`, as the tree divides them
 */
export function ranges(read, size) {
  const tiles = new Map();
  const tile = (level, n) => {
    const width = Math.min(WIDTH, Math.floor(size / WIDTH ** level) - n * WIDTH);
    const path = tilePath(level, n, width);
    if (!tiles.has(path)) tiles.set(path, read(path));
    return tiles.get(path);
  };
  const node = async (depth, n) => {
    const count = 2 ** (depth % 8);
    const hashes = await tile((depth - (depth % 8)) / 8, Math.floor((n * count) / WIDTH));
    const start = (n * count) % WIDTH;
    need(hashes.length >= (start + count) * 32, "a short tile");
    let row = Array.from({ length: count }, (_, at) => hashes.slice((start + at) * 32, (start + at + 1) * 32));
    while (row.length > 1) row = await Promise.all(row.flatMap((left, at) => (at % 2 ? [] : [nodeHash(left, row[at + 1])])));
    return row[0];
  };
  const range = async (low, n) => {
    if (isPower(n)) return node(Math.round(Math.log2(n)), low / n);
    const left = below(n);
    return nodeHash(await range(low, left), await range(low + left, n - left));
  };
  return range;
}

/** The hashes that show that the log of `size` leaves begins with the log of `old` leaves. */
export async function consistency(range, old, size) {
  const part = async (m, low, n, known) => {
    if (m === n) return known ? [] : [await range(low, n)];
    const left = below(n);
    if (m <= left) return [...await part(m, low, left, known), await range(low + left, n - left)];
    return [...await part(m - left, low + left, n - left, false), await range(low, left)];
  };
  return old === 0 ? [] : part(old, 0, size, true);
}

/** The leaves of a bundle: each after its length in two bytes. */
export function unbundle(data) {
  const leaves = [];
  for (let at = 0; at < data.length;) {
    const end = at + 2 + data[at] * 256 + data[at + 1];
    need(end <= data.length, "a short bundle");
    leaves.push(data.slice(at + 2, end));
    at = end;
  }
  return leaves;
}

// ---- Keys, notes, checkpoints, proofs -----------------------------------------------------------------------------

/** "name+hash+base64": whose signatures to look for, and how to check them. */
export async function parseKey(line) {
  const [, name, id, spelled] = /^([^\s+]+)\+([0-9a-f]{8})\+(\S+)$/u.exec(line) ?? [];
  need(name, "key");
  const key = fromBase64(spelled, 33);
  need([ED25519, COSIGNATURE].includes(key[0]), "a kind of key");
  need(hex((await sha256(join(bytes(`${name}\n`), key))).slice(0, 4)) === id, "the key's hash");
  return { line, name, id, cosigns: key[0] === COSIGNATURE, public: key.slice(1) };
}

/** A signed note: its text, and below it who signed. */
export function parseNote(note) {
  const cut = note.lastIndexOf("\n\n");
  const lines = note.slice(cut + 2).split("\n");
  need(cut > 0 && lines.pop() === "" && lines.length, "note");
  need(!/[\0-\x09\x0b-\x1f]/.test(note), "a control character");
  const signatures = lines.map((line) => {
    const [, name, spelled] = /^\u2014 ([^\s+]+) (\S+)$/u.exec(line) ?? [];
    need(name, "a line of the note");
    const data = fromBase64(spelled);
    need(data.length > 4, "signature");
    return { name, id: hex(data.slice(0, 4)), data: data.slice(4) };
  });
  return { text: note.slice(0, cut + 1), signatures };
}

/** Whether this browser can check an Ed25519 signature. */
export async function canCheckSignatures() {
  try {
    await crypto.subtle.importKey("raw", fromHex("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"), "Ed25519", false, ["verify"]);
    return true;
  } catch {
    return false;
  }
}

/** Whether the signature holds, and for a cosignature when it was given, in seconds since 1970. */
export async function signed(key, said, signature) {
  const length = key.cosigns ? 72 : 64;
  if (signature.length !== length) return { holds: false };
  const at = key.cosigns ? signature.slice(0, 8).reduce((sum, byte) => sum * 256 + byte, 0) : undefined;
  const message = key.cosigns ? `cosignature/v1\ntime ${at}\n${said}` : said;
  const imported = await crypto.subtle.importKey("raw", key.public, "Ed25519", false, ["verify"]);
  return { holds: await crypto.subtle.verify("Ed25519", imported, signature.slice(length - 64), bytes(message)), at };
}

/** A signed checkpoint; its signatures are not looked at yet. */
export function parseCheckpoint(note) {
  const { text: said, signatures } = parseNote(note);
  const [origin, size, root, ...rest] = said.split("\n");
  need(origin && rest.pop() === "" && !rest.includes(""), "checkpoint");
  return { origin, size: wholeNumber(size), root: fromBase64(root, 32), said, signatures, note };
}

/** A C2SP tlog-proof: the place of a leaf, the path to the root, and the checkpoint that states it. */
export function parseProof(spelled) {
  const cut = spelled.indexOf("\n\n");
  const [format, ...lines] = spelled.slice(0, Math.max(cut, 0)).split("\n");
  need(format === "c2sp.org/tlog-proof@v1", "format");
  if (lines[0]?.startsWith("extra ")) fromBase64(lines.shift().slice(6));
  const index = wholeNumber(/^index (.*)$/.exec(lines.shift())?.[1]);
  return { index, path: lines.map((line) => fromBase64(line, 32)), checkpoint: parseCheckpoint(spelled.slice(cut + 2)) };
}
