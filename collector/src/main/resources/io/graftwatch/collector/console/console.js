// Keys, the theme and the reader's own time zone. Every page works without it.

const root = document.documentElement;
const dark = () =>
  root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;

const toggle = document.querySelector("[data-theme-toggle]");
if (toggle) {
  const label = () => { toggle.textContent = dark() ? "Light" : "Dark"; };
  label();
  toggle.hidden = false;
  toggle.addEventListener("click", () => {
    root.dataset.theme = dark() ? "light" : "dark";
    try { localStorage.setItem("theme", root.dataset.theme); } catch {}
    label();
  });
}

for (const time of document.querySelectorAll("time[datetime]")) {
  const at = new Date(time.dateTime);
  if (!Number.isNaN(at.getTime())) {
    time.title += "\n" + at.toLocaleString(undefined, { dateStyle: "medium", timeStyle: "long" });
  }
}

const login = document.querySelector("[data-login]");
if (login && location.hash.length > 1) {
  login.elements.code.value = location.hash.slice(1);
  history.replaceState(null, "", location.pathname);
  login.submit();
}

const back = document.querySelector("[data-back]");
if (back && document.referrer.startsWith(location.origin + "/?")) back.href = document.referrer;

const links = [...document.querySelectorAll("[data-rows] .sentence")];
const search = document.querySelector("[data-search]");
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const typing = event.target.closest("input, textarea, select, [contenteditable]");
  if (typing) {
    if (event.key === "Escape") event.target.blur();
    return;
  }
  const at = links.indexOf(document.activeElement);
  if (event.key === "j" && links.length) links[Math.min(at + 1, links.length - 1)].focus();
  else if (event.key === "k" && links.length) links[Math.max(at - 1, 0)].focus();
  else if (event.key === "/" && search) search.focus();
  else if (event.key === "u" && back) back.click();
  else return;
  event.preventDefault();
});
