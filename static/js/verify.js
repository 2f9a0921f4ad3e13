// The page on which visitors check a receipt, an entry or a checkpoint themselves. It works on when the service is gone:
// only an entry asked for by its number, and the comparison with another checkpoint, are read from the trail.
import { check, recognise, Unusable } from "./checks.js";
import { bytes } from "./tlog.js";

const place = document.querySelector("[data-verify]");
const known = JSON.parse(place.dataset.known);
const words = place.querySelector("[data-words]").content;
const find = (selector) => place.querySelector(selector);
const language = document.documentElement.lang;
const ONCE = ["receipt", "leaf", "proof"];
const BIGGEST = 256 * 2 ** 20;

/** What was dropped, chosen or pasted, each as `recognise` has it, with its name. */
let items = [];
let run = 0;

// ---- Words --------------------------------------------------------------------------------------------------------

const worded = (of, name) => words.querySelector(`[data-${of}="${name}"]`);
const number = (n) => n.toLocaleString(language);
const listed = (names) => new Intl.ListFormat(language).format(names);

/** A sentence with its facts; numbers are spelled as in the page's language. */
const filled = (sentence, facts = {}) => sentence.replace(/\{(\w+)\}/g, (whole, name) => {
  const fact = facts[name];
  if (typeof fact === "number") return number(fact);
  return Array.isArray(fact) ? listed(fact) : fact ?? whole;
});

const label = (kind, name) => worded("labels", kind).dataset[name];

function time(at) {
  const moment = typeof at === "number" ? new Date(at * 1000) : new Date(at);
  if (Number.isNaN(moment.getTime())) return null;
  const spell = (options) => moment.toLocaleString(language, { timeZone: "Europe/London", ...options });
  return {
    day: spell({ weekday: "long", day: "numeric", month: "long", year: "numeric" }).replace(",", ""),
    time: spell({ hour: "numeric", minute: "2-digit", second: "2-digit", hour12: true }).replace(/\s/g, ""),
  };
}

// ---- What was added -----------------------------------------------------------------------------------------------

const element = (tag, attributes = {}, ...inside) => {
  const made = document.createElement(tag);
  Object.entries(attributes).forEach(([name, value]) => made.setAttribute(name, value));
  made.append(...inside);
  return made;
};

function listGiven() {
  const box = find("[data-given]");
  const row = box.querySelector("template").content.firstElementChild;
  box.hidden = !items.length;
  box.querySelector("ul").replaceChildren(...items.map((item) => {
    const filledRow = row.cloneNode(true);
    const [name, kind, button] = filledRow.children;
    name.textContent = item.name;
    kind.textContent = label("kinds", item.kind);
    button.setAttribute("aria-label", filled(button.dataset.remove, item));
    button.addEventListener("click", () => {
      items = items.filter((each) => each !== item);
      find("#files").focus();
      look();
    });
    return filledRow;
  }));
}

const busy = (on) => find("[data-result]").setAttribute("aria-busy", String(on));

async function add(files) {
  busy(true);
  const added = await Promise.all(files.map(taken));
  // One receipt is checked at a time, and a file of the same name takes the place of the one before.
  const replaces = (one, other) => one.name === other.name || (ONCE.includes(one.kind) && one.kind === other.kind);
  added.forEach((one) => { items = [...items.filter((other) => !replaces(one, other)), one]; });
  await look();
  if (find("#verdict").getBoundingClientRect().bottom > window.innerHeight) find("[data-result]").scrollIntoView();
}

const taken = async (file) => ({
  ...(file.size > BIGGEST ? { kind: "large" } : recognise(new Uint8Array(await file.arrayBuffer()))), name: file.name,
});

// What is pasted counts as it stands in the box, and is not kept beside it.
function pasted() {
  const spelled = find("#pasted").value;
  return spelled.trim() ? [{ ...recognise(bytes(spelled)), name: label("kinds", "pasted") }] : [];
}

// ---- The trail ----------------------------------------------------------------------------------------------------

/** A file of the log; null where there is none. Throws where it is out of reach. */
async function read(path) {
  const answer = await fetch(place.dataset.log + path, { cache: "no-cache" });
  if (answer.status === 404) return null;
  if (!answer.ok) throw new Error(answer.statusText);
  return new Uint8Array(await answer.arrayBuffer());
}

// ---- What comes out -----------------------------------------------------------------------------------------------

const glyph = (state) => worded("state", state).cloneNode(true);
const HASH = /^[0-9a-f]{64}$/;
const grouped = (text) => (HASH.test(text) ? text.match(/.{4}/g).join(" ") : text);

const print = (value) => element("dd", { class: "d-print", translate: "no" }, grouped(value));
const plainly = (value) => element("dd", { translate: "no" }, value);
const pair = (name, ...shown) => element("div", {}, element("dt", {}, name), ...shown);

function row({ name, state, said, facts }) {
  const sentences = worded("step", name).dataset;
  const [icon, strong] = glyph(state).children;
  const spoken = element("span", {}, ...(strong ? [strong, " "] : []), element("strong", {}, sentences.title), " ", filled(sentences[said], facts));
  return element("li", { class: `d-checks__${state}` }, icon, spoken);
}

function opened(content, compared) {
  const yours = new Map(compared.map((each) => [each.digest, each.name]));
  const same = (digest) => (yours.has(digest) ? [element("dd", {}, filled(label("opened", "same"), { name: yours.get(digest) }))] : []);
  const hashed = (kind, name, digest) => pair(filled(label("opened", kind), { name }), print(digest), ...same(digest));
  const spelled = (name, value) => {
    if (name === "price") return plainly((value / 100).toLocaleString(language, { minimumFractionDigits: value % 100 ? 2 : 0 }));
    if (typeof value === "object") return print(JSON.stringify(value));
    return HASH.test(value) ? print(value) : plainly(String(value));
  };
  const { answers = {}, files = [], ...plain } = content;
  const order = Object.keys(worded("labels", "opened").dataset);
  const sorted = Object.entries(plain).sort(([a], [b]) => order.indexOf(a) - order.indexOf(b));
  return [
    ...sorted.map(([name, value]) => pair(label("opened", name) ?? name, spelled(name, value))),
    ...Object.entries(answers).map(([name, digest]) => hashed("answer", name, digest)),
    ...files.map(({ name, sha256: digest }) => hashed("file", name, digest)),
  ];
}

function tell(name) {
  const { title, by } = worded("verdict", name).dataset;
  find("#verdict").textContent = title;
  find("[data-by]").textContent = by;
  find("[data-aloud]").textContent = `${title} ${by}`;
}

function show(name, state, found = {}) {
  find("[data-result]").hidden = false;
  find("[data-glyph]").replaceChildren(glyph(state).firstElementChild);
  find("[data-steps]").replaceChildren(...(found.steps ?? []).map(row));
  const recorded = found.at && time(found.at);
  find("[data-entry]").textContent = recorded ? filled(label("entry", "recorded"), { index: found.index ?? "?", ...recorded }) : "";
  const link = find("[data-trail]");
  link.hidden = !(place.dataset.log && recorded && found.origin === known.origin);
  link.href = `/trail/${found.index}`;
  const fill = (selector, rows) => {
    find(selector).hidden = !rows.length;
    find(`${selector} dl`).replaceChildren(...rows);
  };
  fill("[data-opened]", found.opened ? opened(found.opened, found.compared) : []);
  fill("[data-behind]", [
    ...(found.numbers ?? []).map(([code, value]) => pair(label("numbers", code), ...[value].flat().map(print))),
    ...(found.leaf ? [pair(label("numbers", "bytes"), print(found.leaf))] : []),
  ]);
  tell(name);
}

const GOOD = ["good", "checkpoint"];

/** Check what is there now. With `asked` the verdict gets the focus, and says so where there is nothing to check. */
async function look(asked = false) {
  run += 1;
  const mine = run;
  const all = [...items, ...pasted()];
  const typed = find("#index")?.value.trim().replace(/[,\s]/g, "") ?? "";
  busy(true);
  listGiven();
  if (!asked && !all.length && !typed) {
    find("[data-result]").hidden = true;
    busy(false);
    return;
  }
  const [name, found] = await outcome(all, typed);
  // Somebody added something meanwhile: the later check tells.
  if (mine !== run) return;
  try {
    show(name, GOOD.includes(name) ? "passed" : name === "failed" ? "failed" : "undone", found);
  } catch (error) {
    // What cannot be shown must not leave the verdict on what was there before.
    console.warn(error);
    show("broken", "undone");
  }
  busy(false);
  if (asked) find("#verdict").focus();
}

async function outcome(all, typed) {
  if (typed && !/^[0-9]{1,15}$/.test(typed)) return ["number"];
  if (!globalThis.crypto?.subtle) return ["insecure"];
  try {
    const found = await check(all, typed ? Number(typed) : null, known, place.dataset.log ? read : null);
    return [found.verdict, found];
  } catch (error) {
    if (error instanceof Unusable) return [error.message];
    console.warn(error);
    return ["broken"];
  }
}

// ---- The page -----------------------------------------------------------------------------------------------------

find("#files").addEventListener("change", (event) => {
  add([...event.target.files]);
  event.target.value = "";
});
find("#pasted").addEventListener("input", () => look());
find("form").addEventListener("submit", (event) => {
  event.preventDefault();
  look(true);
});
const lit = (over) => place.classList.toggle("d-verify__over", over);
document.addEventListener("dragover", (event) => {
  event.preventDefault();
  lit(true);
});
document.addEventListener("dragleave", (event) => lit(event.relatedTarget !== null));
document.addEventListener("drop", (event) => {
  lit(false);
  if (!event.dataTransfer.files.length) return;
  event.preventDefault();
  add([...event.dataTransfer.files]);
});
look();
