// Saves a form while somebody types in it: sends it to its own address behind the page, asking for JSON.
// Nothing is kept in the browser. What is typed stands in the page until the server has it, and the page says
// which of the two it is. Without this script the form's button does the same.
const PAUSE = 2000;
const AT_LEAST_EVERY = 15000;
const TRY_AGAIN = 5000;
// A browser lets no more than this be sent from a page that is being left.
const LAST_WORDS = 60000;

function watch(form) {
  const line = form.querySelector("[data-autosave-line]");
  const aloud = form.querySelector("[data-autosave-aloud]");
  const signIn = form.querySelector("[data-autosave-sign-in]");
  let typed = 0;
  let saved = 0;
  let since = 0;
  let trouble = "";
  let leaving = false;
  let running = null;
  let timer;

  const say = (text, kind = "") => {
    line.textContent = text;
    line.classList.toggle("d-saved--not", kind !== "");
    // Only what changes what one should do is read out; "Saved" every few seconds would be noise.
    if (kind || trouble) aloud.textContent = text;
    trouble = kind;
  };

  const take = (fields = {}) => Object.entries(fields).forEach(([name, value]) => {
    const control = form.elements.namedItem(name);
    if (control?.type === "hidden") control.value = value;
  });

  const tell = (texts = {}) => Object.entries(texts).forEach(([id, text]) => {
    const place = document.getElementById(id);
    if (place) place.textContent = text;
  });

  const send = async (again = true) => {
    const upto = typed;
    const body = new URLSearchParams(new FormData(form));
    const answer = await fetch(form.action, {
      method: "POST", body, headers: { Accept: "application/json" },
      redirect: "error", keepalive: String(body).length < LAST_WORDS,
    });
    signIn.hidden = answer.status !== 401;
    const found = answer.headers.get("Content-Type")?.includes("json") ? await answer.json() : {};
    take(found.fields);
    tell(found.texts);
    if (found.again && again) return send(false);
    if (answer.ok) {
      saved = upto;
      return say(found.saved);
    }
    return say(line.dataset.refused.replace("{sentence}", found.detail ?? ""), "refused");
  };

  const save = () => {
    clearTimeout(timer);
    if (running) return running.then(save);
    // A form that was sent saves itself: a second copy on its way would only get between.
    if (leaving || typed === saved) return Promise.resolve();
    since = 0;
    if (!trouble) say(line.dataset.saving);
    running = send().catch(() => {
      say(line.dataset.offline, "offline");
      timer = setTimeout(save, TRY_AGAIN);
    }).finally(() => { running = null; });
    return running;
  };

  form.addEventListener("input", () => {
    typed += 1;
    since ||= Date.now();
    clearTimeout(timer);
    timer = setTimeout(save, Math.max(0, Math.min(PAUSE, since + AT_LEAST_EVERY - Date.now())));
  });
  form.addEventListener("submit", (event) => {
    clearTimeout(timer);
    if (!running && trouble !== "offline") {
      leaving = true;
      return;
    }
    // What is on its way arrives first; and with no connection the page stays, for its text is only here.
    event.preventDefault();
    const { submitter } = event;
    save().then(() => trouble === "offline" || form.requestSubmit(submitter));
  });
  // A page that comes back as it was left knows nothing of what was saved since.
  window.addEventListener("pageshow", (event) => event.persisted && window.location.reload());
  window.addEventListener("online", save);
  document.addEventListener("visibilitychange", save);
  window.addEventListener("beforeunload", (event) => {
    if (leaving) return;
    if (trouble || (typed === saved && form.dataset.autosave === "unsaved")) event.preventDefault();
    save();
  });
}

document.querySelectorAll("form[data-autosave]").forEach(watch);
