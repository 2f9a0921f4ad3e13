// What a receipt, an entry or a kept checkpoint shows, step by step: each passed, failed or not done ("undone").
// Nothing here knows the page. Words stand in the template, under the name of the step and of what came out.
import {
  base64, bytes, canCheckSignatures, canonical, climb, commitment, consistency, consistent, fromBase64, fromHex, hex,
  leafHash, parseCheckpoint, parseKey, parseProof, ranges, same, sha256, signed, text, tilePath, unbundle, WIDTH,
} from "./tlog.js";
import { unzip } from "./zip.js";

const LONGEST_LEAF = 4096;

/** Nothing can be checked; `message` is the code of a sentence. */
export class Unusable extends Error {}

const usable = async (code, make) => {
  try {
    return await make();
  } catch (error) {
    throw error instanceof Unusable ? error : new Unusable(code);
  }
};

// ---- What was given -----------------------------------------------------------------------------------------------

const VKEY = /^[^\s+]+\+[0-9a-f]{8}\+\S+$/u;

function json(spelled) {
  try {
    return JSON.parse(spelled);
  } catch {
    return undefined;
  }
}

/**
 * What somebody dropped or pasted: its kind, and what the kinds need of it.
 * @returns {{kind: "receipt" | "leaf" | "proof" | "checkpoint" | "key" | "own", data: Uint8Array, spelled: string}}
 */
export function recognise(data) {
  let spelled;
  try {
    // Mail programs and editors change line ends; no signature survives what else they might change.
    spelled = text(data).replace(/\r\n/g, "\n");
  } catch {
    return { kind: "own", data, spelled: "" };
  }
  const trimmed = spelled.trim();
  const found = json(trimmed);
  const lines = trimmed.split("\n");
  const kind = (() => {
    if (found?.format?.startsWith?.("receipt/")) return "receipt";
    if (found?.type && found.v) return "leaf";
    if (trimmed.startsWith("c2sp.org/tlog-proof@")) return "proof";
    if (/\n\n\u2014 /.test(trimmed)) return "checkpoint";
    return lines.every((line) => VKEY.test(line)) ? "key" : "own";
  })();
  return { kind, data, spelled: kind === "own" ? spelled : `${trimmed}\n` };
}

/** By kind, the latest of those that count once; beside a proof without its entry, the first small file is the entry. */
function sort(items) {
  const of = (kind) => items.filter((item) => item.kind === kind);
  const entry = of("leaf").at(-1) ?? (of("proof").length && !of("receipt").length ? of("own").find((item) => item.data.length <= LONGEST_LEAF) : undefined);
  return {
    receipt: of("receipt").at(-1), leaf: entry, proof: of("proof").at(-1),
    checkpoints: of("checkpoint"), keys: of("key"), own: of("own").filter((item) => item !== entry),
  };
}

/** How many keys a value's objects have. A text with more of them has one twice, and programs differ in which they read. */
const keysIn = (value) => (Object(value) !== value ? 0
  : Object.values(value).reduce((sum, each) => sum + keysIn(each), Array.isArray(value) ? 0 : Object.keys(value).length));
const keysSpelled = (json) => [...json.matchAll(/"(?:[^"\\]+|\\.)*"(\s*:)?/g)].filter(([, colon]) => colon).length;

const receiptOf = (item) => usable("receipt", () => {
  const found = JSON.parse(item.spelled);
  if (found.format !== "receipt/1" || !Number.isSafeInteger(found.index)) throw new Error(found.format);
  if (keysSpelled(item.spelled) !== keysIn(found)) throw new Error("a repeated key");
  return { ...found, leaf: fromBase64(found.leaf), proof: found.proof ? parseProof(found.proof) : null };
});

async function fetched(read, index) {
  const found = await usable("offline", () => read(`proof/${index}`));
  if (found === null) throw new Unusable("missing");
  return usable("proof", () => parseProof(text(found)));
}

async function leafAt(read, index, size) {
  const n = Math.floor(index / WIDTH);
  const bundle = await usable("offline", () => read(tilePath("entries", n, Math.min(WIDTH, size - n * WIDTH))));
  return usable("missing", () => unbundle(bundle)[index - n * WIDTH] ?? Promise.reject(new Error("short")));
}

/** The keys that count: those that the visitor kept and those that the trail publishes, else the one in the receipt. */
async function keysFor(given, known, receipt) {
  const lines = given.keys.flatMap((item) => item.spelled.trim().split("\n"));
  const added = await usable("key-broken", () => Promise.all(lines.map(parseKey)));
  const witnesses = [...await Promise.all(known.witnesses.map(parseKey)), ...added.filter((key) => key.cosigns)];
  const ofLogs = added.filter((key) => !key.cosigns);
  const origin = ofLogs[0]?.name ?? known.origin;
  // A key signs for the log of its name alone, and that it was kept does not undo that the trail has given it up.
  const kept = ofLogs.filter((key) => key.name === origin)
    .map((key) => ({ ...key, until: known.keys.find(([line]) => line === key.line)?.[1], from: "kept" }));
  const ours = origin === known.origin && (receipt?.origin ?? origin) === origin;
  const published = await Promise.all(known.keys.map(async ([line, until]) => ({ ...await parseKey(line), until, from: "site" })));
  const logs = ours ? [...kept, ...published] : kept;
  if (!logs.length && receipt?.vkey) logs.push({ ...await usable("key-broken", () => parseKey(receipt.vkey)), from: "own" });
  return { logs, witnesses, origin, kept: kept.length > 0 };
}

/** All that the steps look at. @param {object} known origin, keys as [line, last size], witnesses as lines */
async function open(items, index, known, read) {
  const given = sort(items);
  const receipt = given.receipt ? await receiptOf(given.receipt) : null;
  let proof = receipt?.proof ?? (given.proof ? await usable("proof", () => parseProof(given.proof.spelled)) : null);
  let leaf = receipt?.leaf ?? (given.leaf ? bytes(text(given.leaf.data).trim()) : null);
  const kept = await usable("checkpoint-broken", () => given.checkpoints.map((item) => parseCheckpoint(item.spelled)));
  let brought = false;
  if (!leaf && proof) throw new Unusable("leaf");
  const ours = receipt ? receipt.origin === known.origin : index !== null;
  if (leaf && !proof && ours) {
    proof = await fetched(read, receipt?.index ?? index).catch(() => null);
    brought = proof !== null;
  } else if (!leaf && index !== null) {
    proof = await fetched(read, index);
    leaf = await leafAt(read, index, proof.checkpoint.size);
    brought = true;
  }
  if (!leaf && !kept.length) throw new Unusable(given.keys.length ? "key-alone" : given.own.length ? "unknown" : "nothing");
  const it = { receipt, leaf, proof, brought, kept, read, known, own: given.own, at: index, keys: await keysFor(given, known, receipt) };
  it.checkpoint = proof?.checkpoint ?? (leaf ? null : kept.shift());
  it.signatures = await canCheckSignatures();
  it.hash = leaf ? await leafHash(leaf) : null;
  it.body = leaf ? bodyOf(leaf) : null;
  it.root = leaf && proof ? await climb(it.hash, proof.index, it.checkpoint.size, proof.path) : null;
  it.today = await todayOf(it);
  return it;
}

function bodyOf(leaf) {
  try {
    const body = JSON.parse(text(leaf));
    const spelled = leaf.length <= LONGEST_LEAF && canonical(body, true) === text(leaf);
    return spelled && body.constructor === Object ? body : null;
  } catch {
    return null;
  }
}

/** The checkpoint that the trail serves now; null where it is out of reach, is another's, or was just used. */
async function todayOf(it) {
  if (it.keys.origin !== it.known.origin || (it.brought && !it.kept.length)) return null;
  try {
    return parseCheckpoint(text(await it.read("checkpoint")));
  } catch {
    return null;
  }
}

// ---- The steps ----------------------------------------------------------------------------------------------------

const passed = (facts = {}, said = "passed") => ({ state: "passed", said, facts });
const failed = (facts = {}, said = "failed") => ({ state: "failed", said, facts });
const undone = (said, facts = {}) => ({ state: "undone", said, facts });

/** Who of the trail's keys signed: the key, or null for nobody; `broken` where a signature of theirs does not hold. */
async function signerOf(checkpoint, keys) {
  let by = null;
  for (const { name, id, data } of checkpoint.signatures) {
    const key = keys.find((each) => each.name === name && each.id === id);
    if (key && !(await signed(key, checkpoint.said, data)).holds) return { by: key, broken: true };
    by ??= key ?? null;
  }
  return { by, broken: false };
}

const outlived = (key, checkpoint) => key.until !== null && key.until !== undefined && checkpoint.size > key.until;

async function genuine(checkpoint, it) {
  const { by, broken } = await signerOf(checkpoint, it.keys.logs);
  return by !== null && !broken && !outlived(by, checkpoint);
}

/** "same", "grown", "fork", or "offline" where the hashes that would tell did not arrive. */
async function between(one, other, it) {
  const [old, late] = one.size <= other.size ? [one, other] : [other, one];
  if (old.size === late.size) return same(old.root, late.root) ? "same" : "fork";
  if (!it.today) return "offline";
  try {
    const path = await consistency(ranges(it.read, Math.max(it.today.size, late.size)), old.size, late.size);
    return await consistent(old.size, old.root, late.size, late.root, path) ? "grown" : "fork";
  } catch {
    return "offline";
  }
}

const STEPS = {
  fingerprint: (it) => passed({ bytes: it.leaf.length }),

  spelling: (it) => (it.body ? passed() : failed()),

  async contents(it) {
    const openings = Object.entries(it.receipt?.openings ?? {});
    const closed = Object.keys(it.body?.private ?? {});
    if (!openings.length) return undone(closed.length || !it.body ? "closed" : "plain");
    for (const [field, { salt, value }] of openings) {
      const found = await commitment(fromHex(salt), it.body?.type ?? "", field, value).catch(() => "");
      if (!found || found !== it.body?.private?.[field]) return failed();
    }
    it.opened = Object.fromEntries(openings.map(([field, { value }]) => [field, value]));
    return passed();
  },

  async own(it) {
    const content = it.opened?.content;
    if (!content?.answers && !content?.files) return it.own.length ? undone("nothing") : null;
    if (!it.own.length) return undone("none");
    const wanted = new Set([...Object.values(content.answers ?? {}), ...(content.files ?? []).map((file) => file.sha256)]);
    it.compared = (await Promise.all(it.own.map((item) => compared(item, wanted)))).flat();
    const strangers = it.compared.filter((each) => !each.digest).map((each) => each.name);
    return strangers.length ? failed({ names: strangers }) : passed();
  },

  place(it) {
    if (!it.proof) return undone("none");
    const { index, path, checkpoint: { size } } = it.proof;
    const claimed = it.receipt?.index ?? it.at ?? index;
    if (claimed !== index) return failed({ index: claimed, other: index }, "moved");
    if (index >= size) return failed({ index, size }, "beyond");
    if (!it.root) return failed({ n: path.length }, "path");
    return passed({ index, size }, it.brought && it.receipt ? "fetched" : "passed");
  },

  root(it) {
    if (!it.root) return undone("none");
    return same(it.root, it.checkpoint.root) ? passed({ n: it.proof.path.length }) : failed();
  },

  origin(it) {
    const names = [it.checkpoint?.origin, it.receipt?.origin, it.receipt?.vkey?.split("+")[0], it.keys.logs[0]?.name];
    const other = names.find((name) => name !== undefined && name !== it.keys.origin);
    if (other !== undefined) return failed({ found: other, expected: it.keys.origin });
    return it.checkpoint ? passed({ origin: it.keys.origin }) : undone("none");
  },

  async signature(it) {
    if (!it.checkpoint) return undone("none");
    if (!it.signatures) return undone("browser");
    if (!it.keys.logs.length) return undone("key");
    const { by, broken } = await signerOf(it.checkpoint, it.keys.logs);
    it.signer = broken ? null : by;
    if (!by) return failed({ origin: it.keys.origin }, "missing");
    return broken ? failed() : passed({ origin: by.name, size: it.checkpoint.size });
  },

  key(it) {
    const brought = it.receipt?.vkey;
    if (brought && it.keys.logs.length && !it.keys.logs.some((key) => key.line === brought)) return failed({}, "other");
    if (!it.signer) return undone("none");
    if (it.signer.from === "own") return undone("own");
    if (it.keys.kept && it.signer.from !== "kept") return failed({}, "changed");
    if (outlived(it.signer, it.checkpoint)) return failed({ until: it.signer.until, size: it.checkpoint.size }, "outlived");
    if (it.signer.from === "kept") return passed({}, "kept");
    return it.signer.until === null ? passed() : passed({ until: it.signer.until }, "retired");
  },

  async witnesses(it) {
    if (!it.checkpoint) return undone("early");
    const others = it.checkpoint.signatures.filter(({ name }) => name !== it.checkpoint.origin);
    if (!others.length) return undone("none");
    if (!it.signatures) return undone("browser");
    it.witnessed = [];
    for (const { name, id, data } of others) {
      const key = it.keys.witnesses.find((each) => each.name === name && each.id === id);
      if (!key) continue;
      const { holds, at } = await signed(key, it.checkpoint.said, data);
      if (!holds) return failed({ name });
      it.witnessed.push({ name, at });
    }
    const names = (it.witnessed.length ? it.witnessed : others).map(({ name }) => name);
    return it.witnessed.length ? passed({ names, n: names.length }) : undone("unknown", { names });
  },

  async kept(it) {
    if (!it.kept.length) return it.leaf ? undone("none") : null;
    const against = it.checkpoint ?? it.today;
    if (!against) return undone("early");
    let outcome = passed({ size: it.kept[0].size }, "same");
    for (const kept of it.kept) {
      if (kept.origin !== against.origin) return failed({ found: kept.origin, expected: against.origin }, "elsewhere");
      if (it.signatures && it.keys.logs.length && !await genuine(kept, it)) return failed({ size: kept.size }, "signature");
      const found = await between(kept, against, it);
      if (found === "fork") return failed({ size: kept.size, other: against.size });
      if (found === "offline") outcome = undone("offline", { size: kept.size });
      else if (found === "grown" && outcome.state === "passed") outcome = passed({ size: kept.size });
    }
    return outcome;
  },

  async today(it) {
    if (!it.checkpoint || it.keys.origin !== it.known.origin || (it.brought && !it.today)) return null;
    if (!it.today) return undone(it.read ? "offline" : "alone");
    if (it.signatures && !await genuine(it.today, it)) return failed({}, "signature");
    if (it.today.size < it.checkpoint.size) return failed({ size: it.today.size, other: it.checkpoint.size }, "shorter");
    const found = await between(it.checkpoint, it.today, it);
    if (found === "fork") return failed({ size: it.today.size, other: it.checkpoint.size });
    return found === "offline" ? undone(found) : passed({ size: it.today.size }, found === "same" ? "same" : "passed");
  },
};

const OF_AN_ENTRY = new Set(["fingerprint", "spelling", "contents", "own", "place", "root"]);

/** One of the visitor's own files, or what an archive of them holds, with the digest that is wanted of it, or none. */
async function compared({ name, data, spelled = "" }, wanted) {
  // An editor may have put a line end behind an answer.
  for (const version of [data, bytes(spelled), bytes(spelled.trim())]) {
    const digest = hex(await sha256(version));
    if (wanted.has(digest)) return [{ name, digest }];
  }
  // An archive may itself have been attached, so that it is opened last.
  const inside = /\.zip$/i.test(name) ? await unzip(data).catch(() => []) : [];
  const found = await Promise.all(inside.map((each) => compared(each, wanted)));
  return inside.length ? found.flat() : [{ name, digest: null }];
}

function verdictOf(it, steps) {
  const at = Object.fromEntries(steps.map(({ name, state }) => [name, state]));
  if (Object.values(at).includes("failed")) return "failed";
  if (!it.checkpoint) return "early";
  if (at.signature !== "passed") return "unsigned";
  if (at.key !== "passed") return "own";
  if (!it.leaf) return at.today === "passed" ? "checkpoint" : "alone";
  return "good";
}

const figures = ({ size, root }) => [String(size), hex(root)];

/** The figures behind the steps, for whoever repeats them with another program. */
function numbersOf(it) {
  const note = it.checkpoint;
  return [
    ["leaf", it.hash && hex(it.hash)],
    ["commitment", Object.values(it.body?.private ?? {})],
    ["path", it.proof?.path.map(hex)],
    ["root", it.root && hex(it.root)],
    ["stated", note && hex(note.root)],
    ["key", it.signer?.line],
    ["signature", note && note.signatures.flatMap(({ name, data }) => [name, base64(data)])],
    ["kept", it.kept.flatMap(figures)],
    ["today", it.today && figures(it.today)],
  ].filter(([, value]) => value && value.length);
}

/**
 * Check what was given.
 * @param {{kind: string, name: string, data: Uint8Array, spelled: string}[]} items as `recognise` has them
 * @param {number | null} index an entry to fetch, where there is no receipt
 * @param {{origin: string, keys: [string, number | null][], witnesses: string[]}} known what this page was served with
 * @param {((path: string) => Promise<Uint8Array | null>) | null} read a file of the trail's log, null where there is
 *   none; it throws where the log is out of reach. Without it nobody is asked.
 * Throws `Unusable` where there is nothing to check.
 */
export async function check(items, index, known, read) {
  const it = await open(items, index, known, read);
  const steps = [];
  for (const [name, step] of Object.entries(STEPS)) {
    const found = it.leaf || !OF_AN_ENTRY.has(name) ? await step(it) : null;
    if (found) steps.push({ name, ...found });
  }
  return {
    verdict: verdictOf(it, steps), steps, numbers: numbersOf(it), opened: it.opened?.content, compared: it.compared ?? [],
    leaf: it.leaf && new TextDecoder().decode(it.leaf), at: it.body?.at,
    index: it.proof?.index ?? it.receipt?.index, origin: it.checkpoint?.origin ?? it.receipt?.origin,
  };
}
