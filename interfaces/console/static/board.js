// One night: every report and session of the districts that one sees, most urgent first.

import { ask } from "./api.js";
import { district, duration, element, has, me, refusal, shape, timeOfDay, word } from "./data.js";
import { wireKeys } from "./keys.js";
import { showMaintenance } from "./maintenance.js";

const EVERY_MS = 2000;
const OLD_AFTER_MS = 6000;
const LOST_AFTER_MS = 12000;
const MAINTENANCE_MS = 30000;
const find = (id) => document.getElementById(id);
const wanted = new URLSearchParams(location.search).get("kind") ?? "";
let heardAt = null;
let entries = [];

const REPORTS = new Set(["emergency", "bell", "drill"]);
const FORMS = new Set(["inspection", "detector_loan"]);
const address = ({ kind, id }) => (REPORTS.has(kind) ? `/reports/${id}`
  : FORMS.has(kind) ? `/inspections#form-${id}` : kind === "protection" ? `/protections#protection-${id}` : `/sessions/${id}`);

/** What stands before it: shape and words, never colour alone. */
function state({ urgency, attention, stage, holder, kind }) {
  const known = (key) => has(key) && word(key);
  const why = attention && (known(`board.attention.${attention}`) || known(`stage.rings.${attention}`));
  const said = why || known(`board.stage.${kind}.${stage}`) || known(`board.stage.${stage}`) || stage;
  if (urgency >= 8) return ["alarm", said];
  if (urgency >= 6) return ["waiting", said];
  if (urgency === 0) return ["cancelled", said];
  return [holder ? "held" : "waiting", said];
}

function level(urgency) {
  if (urgency >= 8) return "alarm";
  return urgency >= 6 ? "attention" : "calm";
}

function render(entry) {
  const [drawing, said] = state(entry);
  const mine = entry.holder === me.id;
  return element(
    "li",
    { id: `row-${entry.id}`, class: "row", "data-level": level(entry.urgency), "data-kind": entry.kind, tabindex: "-1" },
    element("span", { class: "state" }, shape(drawing), element("span", {}, said)),
    element("span", { class: "age", "data-since": entry.since, "data-due": entry.due_at }, ""),
    element("span", { class: "what" },
      element("a", { href: address(entry) },
        element("strong", {}, word(`board.kind.${entry.kind}`)), " · ", district(entry.district)),
      element("span", { class: "fine" }, `${timeOfDay(entry.since)}`
        + (entry.due_at ? ` · ${word("board.due")} ${timeOfDay(entry.due_at)}` : ""))),
    element("span", { class: "badges" },
      entry.holder && element("span", { class: "badge plain" }, word(mine ? "held.me" : "held.other")),
      ...Object.entries(entry.detail).map(([name, value]) => detail(entry.kind, name, value))),
    element("span", { class: "do" }, element("a", { class: "button", href: address(entry) }, word("action.open"))),
  );
}

function detail(kind, name, value) {
  const key = `board.detail.${kind}.${name}`;
  const text = has(`${key}.${value}`) ? word(`${key}.${value}`) : has(key) && word(key, { value });
  return text && element("span", { class: "badge plain" }, text);
}

function show() {
  const list = find("rows");
  const shown = new Map([...list.children].map((child) => [child.id, child]));
  const seen = entries.filter(({ kind }) => !wanted || kind === wanted);
  const made = seen.map((entry) => {
    const told = JSON.stringify(entry);
    const old = shown.get(`row-${entry.id}`);
    if (old?.dataset.told === told) return old;
    const row = render(entry);
    row.dataset.told = told;
    const focused = old?.contains(document.activeElement);
    old?.replaceWith(row);
    if (focused) (row.querySelector("a.button") ?? row).focus();
    return row;
  });
  for (const child of [...list.children]) if (!made.includes(child)) child.remove();
  made.forEach((row, at) => {
    if (list.children[at] !== row) list.insertBefore(row, list.children[at] ?? null);
  });
  find("empty").hidden = made.length > 0;
  for (const link of document.querySelectorAll(".kinds a")) {
    const { kind } = link.dataset;
    const count = entries.filter((entry) => !kind || entry.kind === kind);
    link.querySelector(".count").textContent = count.length;
    link.toggleAttribute("data-alarm", count.some(({ urgency }) => urgency >= 8));
    if (kind === wanted) link.setAttribute("aria-current", "page");
  }
  tick();
  const alarms = entries.filter(({ urgency }) => urgency >= 8).length;
  document.title = `${alarms ? `(${alarms}) ` : ""}${word("board.title")} · ${word("app.name")}`;
}

function complain(code) {
  find("problem").textContent = refusal(code);
  find("problem").hidden = false;
}

async function maintain() {
  try {
    await showMaintenance(complain);
  } catch (error) {
    if (error.code !== "unreached") complain(error.code);
  }
}

async function load() {
  try {
    entries = await ask("/v1/board");
    heardAt = performance.now();
    find("problem").hidden = true;
    show();
  } catch (error) {
    if (error.code !== "unreached") complain(error.code);
  } finally {
    setTimeout(load, EVERY_MS);
  }
}

/** Ages by the second, and how old what stands here is. */
function tick() {
  const now = Date.now();
  for (const cell of document.querySelectorAll(".age[data-since]")) {
    cell.textContent = duration((now - Date.parse(cell.dataset.since)) / 1000);
    const { due } = cell.dataset;
    cell.classList.toggle("overdue", Boolean(due) && now > Date.parse(due)
      && cell.closest("[data-level=alarm]") !== null);
  }
  find("clock").textContent = timeOfDay(now);
  const age = heardAt === null ? Infinity : performance.now() - heardAt;
  const is = age > LOST_AFTER_MS ? "lost" : age > OLD_AFTER_MS ? "behind" : "live";
  const link = find("link");
  if (link.dataset.state !== is) find("link-told").textContent = word(`link.${is}`);
  link.dataset.state = is;
  const seconds = Number.isFinite(age) ? ` · ${word("link.age", { age: Math.floor(age / 1000) })}` : "";
  find("link-text").textContent = `${word(`link.${is}`)}${seconds}`;
  document.body.classList.toggle("blind", is === "lost");
}

wireKeys();
setInterval(tick, 1000);
tick();
load();
if (wanted === "bell") {
  maintain();
  setInterval(maintain, MAINTENANCE_MS);
}
