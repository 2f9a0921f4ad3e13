// Waits for the checkpoint that covers an entry, and then takes this page's own words about it from the server.
// What it asks again and again is the public checkpoint alone: that tells nobody whose entry is waited for.
// Without this script a link does the same.
const FIRST_PAUSE = 1000;
const LONGEST_PAUSE = 30000;

const size = async () => {
  const answer = await fetch("/log/checkpoint", { cache: "no-store" });
  return answer.ok ? Number((await answer.text()).split("\n")[1]) : 0;
};

const renew = async (place) => {
  const answer = await fetch(window.location.href, { redirect: "error" });
  const found = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("[data-signed]");
  if (found && !found.querySelector("a")) place.replaceChildren(...found.childNodes);
  return place.querySelector("a") === null;
};

function watch(place) {
  let pause = FIRST_PAUSE;
  const look = async () => {
    const done = await size().then((n) => n > Number(place.dataset.signed) && renew(place)).catch(() => false);
    if (done) return;
    setTimeout(look, pause);
    pause = Math.min(pause * 1.5, LONGEST_PAUSE);
  };
  setTimeout(look, pause);
}

document.querySelectorAll("[data-signed]").forEach(watch);
