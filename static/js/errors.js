// Moves focus to the error summary, so that a screen reader starts there, and from its links to the control.
const summary = document.querySelector("[data-error-summary]");

if (summary) {
  document.title = summary.dataset.errorSummary.replace("{title}", document.title);
  summary.focus();
  summary.addEventListener("click", (event) => {
    const link = event.target.closest("a[href^='#']");
    const control = link && document.getElementById(link.hash.slice(1));
    if (!control) return;
    event.preventDefault();
    const label = control.closest("fieldset")?.querySelector("legend") ?? control.labels?.[0] ?? control;
    label.scrollIntoView();
    control.focus({ preventScroll: true });
  });
}
