// What is to be forgotten, and what must not be: asked by one, confirmed by another.

import { act, ask } from "./api.js";
import { erasureCard, holdCard } from "./cards.js";
import { refusal, timeOfDay, word } from "./data.js";
import { waitsForMe } from "./waiting.js";

const EVERY_MS = 4000;
const DONE_SHOWN_MAX = 50;

const isOver = ({ stage }) => ["done", "declined"].includes(stage);
const find = (id) => document.getElementById(id);
const erasures = new Map();
let holds = [];
let heardAt = performance.now();
let round = 0; // answers of an older round come too late

/** Everything at first, then what is unfinished; what was declined and is asked anew comes back. */
async function load() {
  const mine = ++round;
  try {
    const query = erasures.size ? "?unfinished=true" : "";
    const [told, standing] = await Promise.all([ask(`/v1/erasures${query}`), ask("/v1/holds")]);
    const gone = query && wasFinished(told.erasures) ? await ask("/v1/erasures") : told;
    if (mine !== round) return;
    for (const one of gone.erasures) erasures.set(one.erasure_id, one);
    holds = standing.holds;
    heardAt = performance.now();
    show();
  } catch (error) {
    if (error.code !== "unreached") complain(error.code);
  }
}

function wasFinished(unfinished) {
  const left = new Set(unfinished.map((one) => one.erasure_id));
  return [...erasures.values()].some((one) => !isOver(one) && !left.has(one.erasure_id));
}

function show() {
  const all = [...erasures.values()];
  const waiting = all.filter((one) => !isOver(one));
  const done = all.filter(isOver).reverse();
  fill("waiting", waiting, erasureCard);
  fill("done", done.slice(0, DONE_SHOWN_MAX), erasureCard);
  fill("holds", holds, holdCard);
  find("count-done").textContent = done.length;
  find("empty-waiting").hidden = waiting.length > 0;
  find("empty-holds").hidden = holds.length > 0;
  const mine = waiting.filter(waitsForMe).length;
  document.title = `${mine ? `(${mine}) ` : ""}${word("forgetting.title")} · ${word("app.name")}`;
}

/** Make anew only what has changed: a half-filled form and the keyboard stay where they are. */
function fill(name, items, card) {
  const list = find(name);
  if (name !== "done") find(`count-${name}`).textContent = items.length;
  const shown = new Map([...list.children].map((child) => [child.id, child]));
  const wanted = items.map((item) => {
    const told = JSON.stringify(item);
    const made = card(item);
    const old = shown.get(made.id);
    if (old?.dataset.told === told) return old;
    made.dataset.told = told;
    if (old) {
      const focused = old.contains(document.activeElement);
      old.replaceWith(made);
      if (focused) made.focus();
    }
    return made;
  });
  for (const child of [...list.children]) if (!wanted.includes(child)) child.remove();
  wanted.forEach((child, at) => {
    if (list.children[at] !== child) list.insertBefore(child, list.children[at] ?? null);
  });
}

const shownFor = { problem: 8000, told: 6000 };

function say(id, text) {
  const other = id === "problem" ? "told" : "problem";
  find(other).hidden = true;
  find(id).textContent = text;
  find(id).hidden = false;
  clearTimeout(say.timer);
  say.timer = setTimeout(() => { find(id).hidden = true; }, shownFor[id]);
}

const complain = (code) => say("problem", refusal(code));

const values = (form) => Object.fromEntries(
  [...new FormData(form)].map(([name, value]) => [name, value.trim()]));

const DOINGS = {
  "take-up": ({ subject }, given) => act("/v1/erasures", { subject, ...given }),
  confirm: ({ erasure_id }) => act(`/v1/erasures/${erasure_id}/confirm`),
  decline: ({ erasure_id }, given) => act(`/v1/erasures/${erasure_id}/decline`, given),
  lift: ({ target, hold_id }, given) => act(`/v1/holds/${target}/${hold_id}/lift`, given),
  ask: (_, given) => act("/v1/erasures", given),
  place: (_, given) => act("/v1/holds", given),
};

/** One step; whatever came of it, the page then shows what stands. */
async function carryOut(name, form, about = {}) {
  const button = form.querySelector("button");
  button.disabled = true;
  try {
    await DOINGS[name](about, values(form));
    form.reset();
    form.closest("details").open = false;
    say("told", word(`told.${name}`));
  } catch (error) {
    complain(error.code);
  }
  button.disabled = false;
  await load();
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.closest("main")) return;
  event.preventDefault();
  if (form.dataset.do) {
    carryOut(form.dataset.do, form, JSON.parse(form.closest("[data-told]").dataset.told));
  } else carryOut(form.id === "ask-form" ? "ask" : "place", form);
});

document.addEventListener("keydown", (event) => {
  const open = event.key === "Escape" && document.activeElement.closest?.("details[open]");
  if (!open) return;
  open.open = false;
  open.querySelector("summary").focus();
});

function showLink() {
  const seconds = (performance.now() - heardAt) / 1000;
  const state = seconds > 14 ? "lost" : seconds > 9 ? "behind" : "live";
  find("link").dataset.state = state;
  find("link-text").textContent = `${word(`link.${state}`)} · ${word("link.age", { age: Math.floor(seconds) })}`;
  find("clock").textContent = timeOfDay(Date.now());
}

setInterval(() => { if (document.visibilityState === "visible") load(); }, EVERY_MS);
document.addEventListener("visibilitychange", () => { if (!document.hidden) load(); });
setInterval(showLink, 1000);
load();
