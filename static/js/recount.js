// Counts a stage again in the visitor's browser, from the same public file as static/tools/recount.py and by the
// same rules, and sets what comes out beside the official ranking. Nothing is sent. Fractions are exact: [top, bottom].

const gcd = (a, b) => (b === 0n ? a : gcd(b, a % b));
const ratio = (top, bottom) => {
  const common = gcd(top < 0n ? -top : top, bottom);
  return [top / common, bottom / common];
};
const plus = (a, b) => ratio(a[0] * b[1] + b[0] * a[1], a[1] * b[1]);
const times = (a, b) => ratio(a[0] * b[0], a[1] * b[1]);
const compare = (a, b) => {
  const apart = a[0] * b[1] - b[0] * a[1];
  return apart < 0n ? -1 : Number(apart > 0n);
};
const least = (a, b) => (compare(a, b) < 0 ? a : b);
const fraction = (pair) => ratio(BigInt(pair[0]), BigInt(pair[1]));
const whole = (number) => [BigInt(number), 1n];
const cell = (...names) => JSON.stringify(names);
const byText = (a, b) => (a < b ? -1 : Number(a > b));

// A number too long for a browser's own is read as text, which BigInt takes as well.
const LONG_NUMBERS = /"(?:[^"\\]|\\.)*"|-?\d{16,}/g;
export const parse = (text) => JSON.parse(text.replace(LONG_NUMBERS, (found) => (found[0] === '"' ? found : `"${found}"`)));

// The panel's level of each proposal on each criterion: agreed, or else the mean of those who count.
function finalLevels(bundle) {
  const levels = new Map();
  const once = (key, level) => {
    if (levels.has(key)) throw new Error(key);
    levels.set(key, level);
  };
  if (bundle.levels) bundle.levels.forEach(([id, on, level]) => once(cell(id, on), fraction(level)));
  else {
    const counted = bundle.evaluators.filter((who) => !(bundle.not_counted ?? []).includes(who));
    const given = new Map();
    bundle.scores.forEach(([who, id, on, level]) => given.set(cell(who, id, on), whole(level)));
    for (const { id } of bundle.proposals) {
      for (const { id: on } of bundle.criteria) {
        const all = counted.map((who) => given.get(cell(who, id, on)));
        if (!all.length || all.includes(undefined)) throw new Error(cell(id, on));
        once(cell(id, on), times(all.reduce(plus), [1n, BigInt(all.length)]));
      }
    }
  }
  (bundle.agreed ?? []).forEach(([id, on, level]) => levels.set(cell(id, on), whole(level)));
  return levels;
}

// What each price is worth, from 0 to 1, by the published method.
function priceFactors(bundle, mayWin) {
  const { method, ceiling, reference } = bundle.price ?? {};
  const amounts = bundle.proposals.filter((each) => each.price !== undefined && mayWin(each));
  const lowest = amounts.map((each) => whole(each.price)).reduce(least, amounts.length ? whole(amounts[0].price) : whole(0));
  const worth = ({ points, price }) => {
    if (points) return fraction(points);
    if (!method || price === undefined) return whole(0);
    if (method === "ceiling_linear") return ratio(BigInt(ceiling) - BigInt(price), BigInt(ceiling));
    return times(method === "lowest_ratio" ? lowest : whole(reference), [1n, BigInt(price)]);
  };
  const bounded = (q) => (q[0] < 0n ? whole(0) : least(q, whole(1)));
  return new Map(bundle.proposals.map((each) => [each.id, bounded(worth(each))]));
}

async function lot(beacon, id) {
  const bytes = [...beacon.match(/../g).map((pair) => parseInt(pair, 16)), ...new TextEncoder().encode(id)];
  const digest = await crypto.subtle.digest("SHA-256", Uint8Array.from(bytes));
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

// The ranking: best first, those without a rank last. Throws where the file cannot be counted.
export async function count(bundle) {
  if (bundle.format !== "recount/1") throw new Error(bundle.format);
  const levels = finalLevels(bundle);
  const { criteria } = bundle;
  const level = (id, on) => levels.get(cell(id, on));
  const met = (id) => criteria.every((each) => compare(level(id, each.id), whole(each.minimum ?? 0)) >= 0);
  const mayWin = (each) => each.excluded === undefined && met(each.id);
  const worth = priceFactors(bundle, mayWin);
  const priceWeight = whole(bundle.price?.weight ?? 0);
  const weights = criteria.reduce((sum, each) => plus(sum, whole(each.weight)), priceWeight);
  const minimumTotal = fraction(bundle.minimum_total ?? [0, 1]);

  const lines = bundle.proposals.map((proposal) => {
    const { id } = proposal;
    const earned = criteria.map((each) => times(level(id, each.id), ratio(BigInt(each.weight), BigInt(each.max))));
    const sum = [...earned, times(priceWeight, worth.get(id))].reduce(plus);
    const total = times(times(whole(100), sum), [weights[1], weights[0]]);
    return { id, total, rank: null, passes: mayWin(proposal) && compare(total, minimumTotal) >= 0 };
  });
  lines.sort((a, b) => byText(a.id, b.id));

  const ranked = lines.filter((line) => line.passes);
  if (bundle.ties.includes("draw")) {
    await Promise.all(ranked.map(async (line) => { line.lot = await lot(bundle.beacon, line.id); }));
  }
  const before = (a, b) => bundle.ties.reduce(
    (found, link) => found || (link === "draw" ? byText(a.lot, b.lot) : compare(level(b.id, link), level(a.id, link))),
    compare(b.total, a.total),
  );
  ranked.sort(before);
  ranked.forEach((line, n) => {
    line.rank = n && before(ranked[n - 1], line) === 0 ? ranked[n - 1].rank : n + 1;
  });
  return [...ranked, ...lines.filter((line) => !line.passes)];
}

const same = (ours, theirs) => theirs !== undefined && ours.rank === theirs.rank && ours.passes === theirs.passes
  && compare(ours.total, fraction(theirs.total)) === 0;

export const agrees = (counted, official) => counted.length === official.length
  && counted.every((line, n) => line.id === official[n].id && same(line, official[n]));

// ---- The page -----------------------------------------------------------------------------------------------------

// "455/6 = 75.83": exactly, and rounded half up for the eye.
function written([top, bottom]) {
  if (bottom === 1n) return `${top}`;
  const hundredths = (200n * top + bottom) / (2n * bottom);
  return `${top}/${bottom} = ${hundredths / 100n}.${String(hundredths % 100n).padStart(2, "0")}`;
}

function show(place, counted, official, names) {
  const table = place.querySelector("template").content.cloneNode(true);
  const row = table.querySelector("tbody tr");
  const words = row.dataset;
  const known = new Map(official.map((line) => [line.id, line]));
  const rankOf = (line) => (line === undefined ? "" : line.rank ?? words.none);
  counted.forEach((line) => {
    const theirs = known.get(line.id);
    const filled = row.cloneNode(true);
    const texts = [
      (names[line.id] ? words.named : words.proposal).replace("{letter}", line.id).replace("{name}", names[line.id]),
      rankOf(line), written(line.total),
      rankOf(theirs), theirs ? written(fraction(theirs.total)) : "", same(line, theirs) ? words.same : words.differs,
    ];
    [...filled.cells].forEach((each, n) => { each.textContent = texts[n]; });
    row.before(filled);
  });
  row.remove();
  place.querySelector("[data-recount-table]").replaceChildren(table);
}

async function recount(place, button) {
  const said = place.querySelector("[data-recount-said]");
  const { dataset } = said;
  const say = (text) => { said.textContent = text; };
  place.querySelector("[data-recount-table]").replaceChildren();
  say(dataset.counting);
  try {
    const answer = await fetch(button.dataset.recountFile);
    if (!answer.ok) throw new TypeError(answer.statusText);
    const bundle = parse(await answer.text());
    const counted = await count(bundle);
    show(place, counted, bundle.result, JSON.parse(button.dataset.recountNames));
    say((agrees(counted, bundle.result) ? dataset.agrees : dataset.differs).replace("{n}", String(counted.length)));
  } catch (error) {
    // A connection that fails is a TypeError, and so is what the fetch above could not bring.
    say(error instanceof TypeError ? dataset.offline : dataset.unusable);
  }
}

document.querySelectorAll("[data-recount]").forEach((place) => {
  place.querySelector("[data-recount-offer]").hidden = false;
  place.addEventListener("click", (event) => {
    const button = event.target.closest("[data-recount-file]");
    if (button) recount(place, button);
  });
});
