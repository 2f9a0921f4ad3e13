// Says under a textarea how many of its words are left. The server decides; this only saves a round trip.
// A word is a maximal run of characters outside this set, the same as in marketplace/rules/limits.py.
const WORD = /[^\u0009-\u000D\u0020\u0085\u00A0\u1680\u2000-\u200A\u2028\u2029\u202F\u205F\u3000\uFEFF]+/gu;

export const count = (text) => (text.match(WORD) ?? []).length;

const language = document.documentElement.lang;
const category = new Intl.PluralRules(language);

// The words for how many stand on the box, one attribute for each plural category of the language.
const sentence = (box, left) => {
  const [kind, n] = left < 0 ? ["over", -left] : ["left", left];
  const words = box.getAttribute(`data-${kind}-${category.select(n)}`) ?? box.getAttribute(`data-${kind}-other`);
  return words.replace("{n}", n.toLocaleString(language));
};

function watch(box) {
  const most = Number(box.dataset.words);
  const shown = document.createElement("p");
  const spoken = document.createElement("p");
  shown.className = "govuk-hint d-words";
  shown.setAttribute("aria-hidden", "true");
  spoken.className = "govuk-visually-hidden";
  spoken.setAttribute("aria-live", "polite");
  box.after(shown, spoken);

  const show = () => {
    const left = most - count(box.value);
    shown.textContent = sentence(box, left);
    shown.classList.toggle("d-words--over", left < 0);
  };
  let pause;
  box.addEventListener("input", () => {
    show();
    clearTimeout(pause);
    pause = setTimeout(() => { spoken.textContent = shown.textContent; }, 1000);
  });
  show();
}

document.querySelectorAll("textarea[data-words]").forEach(watch);
