// Checks for hidden cameras and lent detectors: what is asked, and what the district does.

import { act, ask } from "./api.js";
import { dateAndTime, district, element, has, me, refusal, shape, timeOfDay, word } from "./data.js";

const EVERY_MS = 5000;
const FINDINGS = ["nothing", "found", "not_entered"];
const REASONS = ["not_ours", "no_right_of_entry", "no_capacity", "repeated", "incomplete", "other"];
const DECIDES = ["operator", "supervisor", "coordinator"].includes(me.role);
const FURNISHES = ["supervisor", "coordinator"].includes(me.role);
const find = (id) => document.getElementById(id);
const opened = new Map(); // what was read of a form stays on the screen that asked for it
let teams = [];
let heardAt = null;

async function load(after) {
  try {
    const query = after === undefined ? "" : `?after=${after}`;
    const [forms, staffed] = await Promise.all([ask(`/v1/forms${query}`), ask(`/v1/inspection-teams${query}`)]);
    teams = staffed;
    heardAt = performance.now();
    fill("checks", forms.filter(({ kind }) => kind === "inspection"), formCard);
    fill("loans", forms.filter(({ kind }) => kind === "detector_loan"), formCard);
    fill("teams", teams.filter(({ disbanded }) => !disbanded), teamCard);
    if (me.district) fill("pieces", pieces(await ask(`/v1/detectors/${me.district}`)), pieceCard);
  } catch (error) {
    if (error.code !== "unreached") say("problem", refusal(error.code));
  }
}

/** Make anew only what has changed: a half-filled form and the keyboard stay where they are. */
function fill(name, items, card) {
  const list = find(name);
  find(`count-${name}`).textContent = items.length;
  find(`empty-${name}`).hidden = items.length > 0;
  const shown = new Map([...list.children].map((child) => [child.id, child]));
  const wanted = items.map((item) => {
    const told = JSON.stringify([item, opened.get(item.form_id)]);
    const made = card(item);
    const old = shown.get(made.id);
    if (old?.dataset.told === told) return old;
    made.dataset.told = told;
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

function pieces({ free, reserved, broken, district: place }) {
  return [
    ...free.map((mark) => ({ mark, place, state: "free" })),
    ...Object.keys(reserved).map((mark) => ({ mark, place, state: "lent" })),
    ...broken.map((mark) => ({ mark, place, state: "broken" })),
  ];
}

function span({ begins_at, ends_at }) {
  return `${dateAndTime(begins_at).slice(5, 16)}–${timeOfDay(ends_at).slice(0, 5)}`;
}

function formCard(form) {
  const stage = form.stage === "approved" && form.finding === "not_entered" ? "not_entered" : form.stage;
  const team = teams.find(({ team_id }) => team_id === form.team_id);
  return element("li", { id: `form-${form.form_id}`, class: "card", tabindex: "-1",
    "data-mine": form.overdue ? "true" : null },
  element("div", { class: "state" }, shape(form.overdue ? "alarm" : "waiting"),
    element("span", {}, word(`board.stage.${form.kind}.${stage}`))),
  element("div", { class: "what" },
    element("p", { class: "subject" }, element("strong", {}, word(`building.${form.building}`)),
      ` · ${district(form.district)} · `, element("code", {}, form.reference)),
    element("p", { class: "fine" }, `${word("inspection.asked")} ${dateAndTime(form.requested_at)}`,
      form.due_at && ` · ${word("board.due")} ${dateAndTime(form.due_at)}`),
    form.wished.length > 0 && element("p", { class: "fine" },
      `${word("inspection.wished")} ${form.wished.map(span).join(", ")}`),
    form.visit && element("p", { class: "next" },
      `${word("inspection.visit")} ${span(form.visit)}${team ? ` · ${word("inspection.team", { n: team.number })}` : ""}`),
    form.mark && element("p", { class: "next" }, `${word("inspection.detector")} ${form.mark}`),
    form.overdue && element("span", { class: "badge warn" }, word("inspection.overdue")),
    said(form)),
  element("div", { class: "steps" }, !opened.has(form.form_id) && button("read", word("inspection.read")),
    ...(DECIDES ? steps(form) : [])));
}

/** Name, number and place: shown once somebody asked for them, which is recorded. */
function said({ form_id }) {
  const told = opened.get(form_id);
  if (!told) return null;
  const lines = [["name", told.name], ["phone", told.phone], ["place", told.place], ["note", told.note]];
  return element("dl", { class: "said" }, ...lines.filter(([, value]) => value).flatMap(([name, value]) => [
    element("dt", {}, word(`inspection.${name}`)), element("dd", {}, value)]));
}

function steps({ kind, stage, finding, district: place }) {
  const no = step("decline", select("why", "decline", REASONS), text("note", false));
  if (stage === "requested") return [button("approve", word("inspection.approve"), true), no];
  if (kind === "inspection") {
    const send = step("visits", team(place), when(), minutes());
    if (stage === "approved") {
      return [send, finding === "not_entered" && button("close", word("inspection.close")), no].filter(Boolean);
    }
    return [step("result", select("finding", "finding", FINDINGS), text("note", false)), send, no];
  }
  if (stage === "approved") return [button("hand-over", word("inspection.hand-over"), true), no];
  return [step("return", select("condition", "condition", ["sound", "damaged"]), text("note", false)),
    step("lost", text("note", false))];
}

function button(name, label, main = false) {
  return element("form", { "data-do": name },
    element("button", { type: "submit", class: main ? "main" : null }, label));
}

function step(name, ...fields) {
  return element("details", { class: "step" },
    element("summary", { class: "button" }, word(`inspection.${name}`)),
    element("form", { class: "form", "data-do": name }, ...fields,
      element("button", { type: "submit", class: "main" }, word(`inspection.${name}`))));
}

function select(name, words, values) {
  return element("label", {}, word(`inspection.${name}`), element("select", { name, required: true },
    ...values.map((value) => element("option", { value }, word(`${words}.${value}`)))));
}

function text(name, required = true) {
  return element("label", {}, word(`inspection.${name}`),
    element("input", { name, maxlength: "1000", autocomplete: "off", required }));
}

function team(place) {
  const those = teams.filter((one) => one.district === place && !one.disbanded);
  return element("label", {}, word("inspection.who"), element("select", { name: "team_id", required: true },
    ...those.map((one) => element("option", { value: one.team_id }, word("inspection.team", { n: one.number })))));
}

const when = () => element("label", {}, word("inspection.when"),
  element("input", { name: "begins", type: "datetime-local", required: true }));
const minutes = () => element("label", {}, word("inspection.minutes"),
  element("input", { name: "minutes", type: "number", min: "10", max: "480", value: "60", required: true }));

function teamCard({ team_id, district: place, number, visits }) {
  return element("li", { id: `team-${team_id}`, class: "card hold", tabindex: "-1" },
    element("div", { class: "what" },
      element("p", { class: "subject" }, element("strong", {}, word("inspection.team", { n: number })), ` · ${district(place)}`),
      ...Object.values(visits).map((visit) => element("p", { class: "fine" }, span(visit)))));
}

function pieceCard({ mark, place, state }) {
  const doings = { free: ["damaged", "retired"], broken: ["repaired", "retired"], lent: [] }[state];
  return element("li", { id: `piece-${mark}`, class: "card hold", tabindex: "-1" },
    element("div", { class: "what" },
      element("p", { class: "subject" }, element("code", {}, mark), " ",
        element("span", { class: state === "broken" ? "badge warn" : "badge plain" }, word(`piece.${state}`)))),
    FURNISHES && element("div", { class: "steps" }, ...doings.map((name) => element("form",
      { "data-do": `piece-${name}`, "data-mark": mark, "data-place": place },
      element("button", { type: "submit" }, word(`piece.do.${name}`))))));
}

function say(id, told) {
  find(id === "problem" ? "told" : "problem").hidden = true;
  find(id).textContent = told;
  find(id).hidden = false;
  clearTimeout(say.timer);
  say.timer = setTimeout(() => { find(id).hidden = true; }, 7000);
}

const given = (form) => Object.fromEntries([...new FormData(form)]
  .map(([name, value]) => [name, value.trim()]).filter(([, value]) => value !== ""));

function visit({ team_id, begins, minutes: lasts }) {
  const first = new Date(`${begins}:00+09:00`);
  const ends = new Date(first.getTime() + Number(lasts) * 60_000);
  return { team_id, visit: { begins_at: first.toISOString(), ends_at: ends.toISOString() } };
}

async function carryOut(form) {
  const name = form.dataset.do;
  const values = given(form);
  if (name === "team") return act("/v1/inspection-teams", { district: me.district, number: Number(values.number) });
  if (name === "piece") return act("/v1/detectors", { district: me.district, mark: values.mark.toUpperCase() });
  if (name.startsWith("piece-")) {
    return act(`/v1/detectors/${name.slice(6)}`, { district: form.dataset.place, mark: form.dataset.mark });
  }
  const [about] = JSON.parse(form.closest("[data-told]").dataset.told);
  if (name === "read") {
    opened.set(about.form_id, await ask(`/v1/forms/${about.form_id}`));
    return {};
  }
  const room = about.kind === "inspection" ? "inspections" : "detector-loans";
  return act(`/v1/${room}/${about.form_id}/${name}`, name === "visits" ? visit(values) : values);
}

document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (!form.dataset.do) return;
  event.preventDefault();
  const pressed = form.querySelector("button");
  pressed.disabled = true;
  try {
    const receipt = await carryOut(form);
    form.reset();
    if (form.dataset.do !== "read") say("told", word("inspection.done"));
    await load(receipt.position ?? undefined);
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

for (const part of document.querySelectorAll("[data-furnishes]")) part.hidden = !(FURNISHES && me.district);
if (has("inspection.title")) document.title = `${word("inspection.title")} · ${word("app.name")}`;
setInterval(() => { if (!document.hidden) load(); }, EVERY_MS);
setInterval(showLink, 1000);
load();
