// Who is watched over: what I am to look at, and what it showed. Nothing personal until it is opened.

import { act, ask } from "./api.js";
import { dateAndTime, element, me, refusal, shape, timeOfDay, word } from "./data.js";

const EVERY_MS = 5000;
const FINDINGS = ["calm", "suspicious", "no_view"];
const SUPERVISES = me.role === "supervisor";
const find = (id) => document.getElementById(id);
const opened = new Map(); // what was read stays on the screen that asked for it
const assigned = new Map(); // by protection: who looks already
let heardAt = null;

async function load() {
  try {
    const rows = await ask("/v1/protections");
    heardAt = performance.now();
    rows.sort((a, b) => urgency(b) - urgency(a) || Date.parse(a.begun_at) - Date.parse(b.begun_at));
    find("count").textContent = rows.length;
    find("empty").hidden = rows.length > 0;
    for (const row of rows) assigned.set(row.protection_id, row.assigned);
    fill(rows);
  } catch (error) {
    if (error.code !== "unreached") say("problem", refusal(error.code));
  }
}

const urgency = (row) => Object.keys(row.due).length * 2 + (row.end_asked || !row.verified ? 1 : 0);

/** Make anew only what has changed: a half-filled form and the keyboard stay where they are. */
function fill(rows) {
  const list = find("protections");
  const shown = new Map([...list.children].map((child) => [child.id, child]));
  const wanted = rows.map((row) => {
    const told = JSON.stringify([row, opened.get(row.protection_id)]);
    const made = card(row);
    const old = shown.get(made.id);
    if (old?.dataset.told === told) return old;
    made.dataset.told = told;
    made.dataset.id = row.protection_id;
    const focused = old?.contains(document.activeElement);
    old?.replaceWith(made);
    if (focused) made.focus();
    return made;
  });
  for (const child of [...list.children]) if (!wanted.includes(child)) child.remove();
  wanted.forEach((child, at) => {
    if (list.children[at] !== child) list.insertBefore(child, list.children[at] ?? null);
  });
}

function card(row) {
  const due = Object.keys(row.due).length;
  const state = due ? "look_due" : row.end_asked ? "end_asked" : row.verified ? null : "unverified";
  return element("li", { id: `protection-${row.protection_id}`, class: "card", tabindex: "-1", "data-mine": due ? "true" : null },
    element("div", { class: "state" }, shape(due ? "alarm" : state ? "waiting" : "held"),
      element("span", {}, word(state ? `board.attention.${state}` : "board.stage.protection.watched"))),
    element("div", { class: "what" },
      element("p", { class: "subject" }, element("strong", {}, word(`measure.${row.measure}`)), " ",
        element("code", {}, row.protection_id.slice(0, 8))),
      element("p", { class: "fine" }, `${word("protection.until")} ${dateAndTime(row.ends_at)} · ${word("protection.assigned", { n: row.assigned.length })}`),
      ...told(row.protection_id)),
    element("div", { class: "steps" }, ...steps(row)));
}

/** Places and cameras: shown once somebody asked for them, which is recorded. */
function told(id) {
  const all = opened.get(id);
  if (!all) return [];
  return [
    element("p", { class: "next" }, `${word("protection.decision")} ${all.decision_number ?? "—"}`),
    ...all.places.map((place) => element("p", { class: "next" }, place.label,
      place.cameras.length > 0 && ` · ${word("protection.cameras")} ${place.cameras.join(", ")}`)),
  ];
}

function steps(row) {
  const all = opened.get(row.protection_id);
  const looks = (all?.looks ?? []).filter(({ look_id }) => look_id in row.due);
  return [
    element("form", { "data-do": "read" }, element("button", { type: "submit", class: Object.keys(row.due).length ? "main" : null }, word("protection.open"))),
    ...looks.map((look) => lookForm(look, all.places.find(({ place_id }) => place_id === look.place_id))),
    SUPERVISES && !row.verified && element("form", { "data-do": "verify" }, element("button", { type: "submit" }, word("protection.verify"))),
    SUPERVISES && !row.verified && element("form", { "data-do": "refute" }, element("button", { type: "submit" }, word("protection.refute"))),
    SUPERVISES && element("details", { class: "step", "data-assigns": true },
      element("summary", { class: "button" }, word("protection.assign")),
      element("form", { class: "form", "data-do": "operators" },
        element("label", {}, word("protection.operator"),
          element("select", { name: "operator_id", required: true }, element("option", { value: "" }, word("protection.choose")))),
        element("button", { type: "submit", class: "main" }, word("protection.assign")))),
    SUPERVISES && row.end_asked && element("details", { class: "step" },
      element("summary", { class: "button" }, word("protection.end")),
      element("form", { class: "form", "data-do": "end" },
        element("label", { class: "check" }, element("input", { type: "checkbox", required: true }), word("protection.sure")),
        element("button", { type: "submit", class: "main" }, word("protection.end")))),
  ].filter(Boolean);
}

function lookForm({ look_id }, place) {
  return element("form", { class: "form", "data-do": `looks/${look_id}` },
    element("label", {}, place?.label ?? "—", element("select", { name: "finding", required: true },
      ...FINDINGS.map((one) => element("option", { value: one }, word(`look.${one}`))))),
    element("label", {}, word("inspection.note"), element("input", { name: "note", maxlength: "1000", autocomplete: "off" })),
    element("button", { type: "submit", class: "main" }, word("protection.looked")));
}

/** Names are asked for when somebody is about to choose: each that is read is recorded. */
async function offerOperators(step) {
  const select = step.querySelector("select");
  const looks = assigned.get(step.closest("[data-id]").dataset.id) ?? [];
  try {
    const operators = await ask(`/v1/districts/${me.district}/operators`);
    const names = operators.map(({ name }) => name);
    const chosen = select.value;
    select.replaceChildren(
      element("option", { value: "" }, word(operators.length > 0 ? "protection.choose" : "protection.no_operators")),
      ...operators.map(({ staff_id: id, name }) => element("option", { value: id, disabled: looks.includes(id) },
        named(id, name, names) + (looks.includes(id) ? ` · ${word("protection.looks")}` : ""))));
    select.value = chosen;
  } catch (error) {
    say("problem", refusal(error.code));
  }
}

/** By name; with the beginning of the id where another is called the same, or the name is forgotten. */
function named(id, name, names) {
  const alone = name !== null && names.filter((one) => one === name).length === 1;
  return alone ? name : `${name ?? "—"} (${id.slice(0, 8)})`;
}

document.addEventListener("toggle", ({ target }) => {
  if (target.open && target.matches("[data-assigns]")) offerOperators(target);
}, true); // it does not bubble

function say(id, text) {
  find(id === "problem" ? "told" : "problem").hidden = true;
  find(id).textContent = text;
  find(id).hidden = false;
  clearTimeout(say.timer);
  say.timer = setTimeout(() => { find(id).hidden = true; }, 7000);
}

document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (!form.dataset.do) return;
  event.preventDefault();
  const { id } = form.closest("[data-id]").dataset;
  const pressed = form.querySelector("button");
  const given = Object.fromEntries([...new FormData(form)].filter(([, value]) => value.trim() !== ""));
  pressed.disabled = true;
  try {
    if (form.dataset.do !== "read") {
      await act(`/v1/protections/${id}/${form.dataset.do}`, given);
      say("told", word("inspection.done"));
    }
    if (!["end", "refute"].includes(form.dataset.do)) opened.set(id, await ask(`/v1/protections/${id}`));
    await load();
  } catch (error) {
    say("problem", refusal(error.code));
  }
  pressed.disabled = false;
});

function showLink() {
  const seconds = heardAt === null ? Infinity : (performance.now() - heardAt) / 1000;
  const state = seconds > 20 ? "lost" : seconds > 11 ? "behind" : "live";
  find("link").dataset.state = state;
  const age = Number.isFinite(seconds) ? ` · ${word("link.age", { age: Math.floor(seconds) })}` : "";
  find("link-text").textContent = `${word(`link.${state}`)}${age}`;
  find("clock").textContent = timeOfDay(Date.now());
}

setInterval(() => { if (!document.hidden) load(); }, EVERY_MS);
setInterval(showLink, 1000);
load();
