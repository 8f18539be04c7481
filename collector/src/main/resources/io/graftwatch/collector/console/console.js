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
const help = document.querySelector("[data-help]");
const boxes = [...document.querySelectorAll("[data-rows] input[type=checkbox]")];

const rowOf = (element) => element?.closest?.(".row");
const boxIn = (row) => row?.querySelector("input[type=checkbox]");
const chosen = document.querySelector("[data-selected]");
const all = document.querySelector("[data-all]");
const tellChosen = () => {
  const count = boxes.filter((box) => box.checked).length;
  if (chosen) chosen.textContent = count ? `${count} selected` : "";
};
if (all && boxes.length) {
  all.hidden = false;
  all.addEventListener("change", (event) => {
    for (const box of boxes) box.checked = event.target.checked;
    tellChosen();
  });
}
for (const box of boxes) box.addEventListener("change", tellChosen);

// What a key does is done to what is ticked, and else to the row that has the focus.
const choose = (row) => {
  if (!boxes.length) return true;
  if (boxIn(row) && !boxes.some((box) => box.checked)) boxIn(row).checked = true;
  tellChosen();
  return boxes.some((box) => box.checked);
};
const verdict = document.querySelector("select[data-key=c]");
verdict?.addEventListener("keydown", (event) => {
  if (event.key !== "Enter") return;
  event.preventDefault();
  verdict.form.requestSubmit(verdict.form.querySelector("button[value=close]"));
});

const acts = {
  j: () => links[Math.min(links.indexOf(document.activeElement) + 1, links.length - 1)]?.focus(),
  k: () => links[Math.max(links.indexOf(document.activeElement) - 1, 0)]?.focus(),
  x: (row) => boxIn(row)?.click(),
  a: (row) => choose(row) && document.querySelector("button[data-key=a]")?.click(),
  c: (row) => choose(row) && verdict?.focus(),
  s: (row) => {
    const href = row?.dataset.suppress ?? document.querySelector("a[data-key=s]")?.href;
    if (href) location.href = href;
  },
  u: () => back?.click(),
  "/": () => search?.focus(),
  "?": () => help?.showModal(),
};
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || help?.open) return;
  if (event.target.closest("input:not([type=checkbox]), textarea, select")) {
    if (event.key === "Escape") event.target.blur();
    return;
  }
  if (!Object.hasOwn(acts, event.key)) return;
  event.preventDefault();
  acts[event.key](rowOf(document.activeElement));
});

// Says that there is more, and leaves the rows where they are.
const news = document.querySelector("[data-news]");
if (news) {
  const ask = async () => {
    if (document.hidden) return;
    try {
      const answer = await fetch(news.dataset.news, { redirect: "error" });
      const { count } = await answer.json();
      news.hidden = count === 0;
      const words = `${count} new or changed ${count === 1 ? "incident" : "incidents"} – show`;
      if (count && news.firstElementChild.textContent !== words) news.firstElementChild.textContent = words;
    } catch {}
  };
  setInterval(ask, 15_000);
}
