// Says under a textarea how many of its words are left, or how many characters it still needs. The server decides;
// this only saves a round trip.
// A word is a maximal run of characters outside this set, the same as in marketplace/rules/limits.py.
const WORD = /[^\u0009-\u000D\u0020\u0085\u00A0\u1680\u2000-\u200A\u2028\u2029\u202F\u205F\u3000\uFEFF\u2800\u3164\uFFA0]+/gu;

export const count = (text) => (text.match(WORD) ?? []).length;

// White space counts once, the same as in marketplace/rules/scoring.py.
const characters = (text) => [...text.trim().replace(/\s+/gu, " ")].length;

const language = document.documentElement.lang;
const category = new Intl.PluralRules(language);

// The words for how many stand on the box, one attribute for each plural category of the language.
const sentence = (box, kind, n) => {
  const words = box.getAttribute(`data-${kind}-${category.select(n)}`) ?? box.getAttribute(`data-${kind}-other`);
  return words.replace("{n}", n.toLocaleString(language));
};

const measure = (box) => {
  if (box.dataset.least) {
    const short = Number(box.dataset.least) - characters(box.value);
    return short > 0 ? ["short", short] : ["enough", 0];
  }
  const left = Number(box.dataset.words) - count(box.value);
  return left < 0 ? ["over", -left] : ["left", left];
};

function watch(box) {
  const shown = document.createElement("p");
  const spoken = document.createElement("p");
  shown.className = "govuk-hint d-words";
  shown.setAttribute("aria-hidden", "true");
  spoken.className = "govuk-visually-hidden";
  spoken.setAttribute("aria-live", "polite");
  box.after(shown, spoken);

  const show = () => {
    const [kind, n] = measure(box);
    shown.textContent = sentence(box, kind, n);
    shown.classList.toggle("d-words--over", kind === "over");
  };
  let pause;
  box.addEventListener("input", () => {
    show();
    clearTimeout(pause);
    pause = setTimeout(() => { spoken.textContent = shown.textContent; }, 1000);
  });
  if (box.dataset.words) show();
}

document.querySelectorAll("textarea[data-words], textarea[data-least]").forEach(watch);
