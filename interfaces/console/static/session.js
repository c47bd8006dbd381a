// One session of any service: what is known, what happened, what its operator may do.

import { act, ask } from "./api.js";
import { dateAndTime, district, duration, element, has, me, refusal, shape, timeOfDay, word } from "./data.js";
import { wireKeys } from "./keys.js";

const EVERY_MS = 3000;
const LOST_AFTER_MS = 12000;
const find = (id) => document.getElementById(id);
const id = find("main").dataset.session;
const { steps, told } = JSON.parse(find("session-data").textContent);
let heardAt = null;
let seen = null; // the newest fact that stands on this page

const known = (key) => has(key) && word(key);

function stateOf({ kind, stage, attention, urgency }) {
  const why = attention && known(`board.attention.${attention}`);
  const said = why || known(`board.stage.${kind}.${stage}`) || known(`board.stage.${stage}`) || stage;
  return [urgency >= 8 ? "alarm" : urgency >= 6 ? "waiting" : "held", said];
}

function head(row) {
  const [drawing, said] = stateOf(row);
  find("head").dataset.ringing = String(row.urgency >= 8);
  find("head").replaceChildren(
    element("h1", {}, `${word(`board.kind.${row.kind}`)} · ${district(row.district)}`),
    element("p", { class: "state" }, shape(drawing), element("span", {}, said),
      element("span", { class: "age inline", "data-since": row.since }, "")),
    element("p", { class: "fine" }, `${dateAndTime(row.begun_at)}`
      + (row.due_at ? ` · ${word("board.due")} ${timeOfDay(row.due_at)}` : "")),
  );
}

/** What a person must open to read stands beside the codes; an erased part says so. */
function facts(row) {
  const label = row.label && typeof row.label === "object" ? row.label : {};
  const held = row.holder && word(row.holder === me.id ? "held.me" : "held.other");
  const lines = [
    [word("session.holder"), held || word("session.nobody")],
    ...Object.entries(row.detail).map(([name, value]) => [
      known(`session.field.${name}`) || name, known(`board.detail.${row.kind}.${name}.${value}`) || place(value)]),
    ...Object.entries(label).map(([name, value]) => [
      known(`session.field.${name}`) || name, spoken(value)]),
  ];
  find("facts").replaceChildren(...lines.flatMap(([name, value]) => [
    element("dt", {}, name), element("dd", {}, value)]));
}

/** A district's code is told by its name. */
const place = (value) => (/^\d{5}$/.test(value) ? district(value) : value);

function spoken(value) {
  if (value === null || value === undefined) return "—";
  if (typeof value !== "object") return String(value);
  if (value.erased) return word("session.erased");
  if ("latitude_deg" in value) return `${value.latitude_deg.toFixed(5)}, ${value.longitude_deg.toFixed(5)}`;
  return Object.values(value).map(spoken).join(" · ");
}

/** The words of a fact, with what it says in their gaps: how a call ended. */
function saidOf({ topic, open }) {
  const text = told[`told.${topic}`] ?? topic;
  return text.replace(/\{(\w+)\}/g, (_, name) => known(`call.${open[name]}`) || spoken(open[name]));
}

function timeline(history) {
  find("timeline").replaceChildren(...history.map((fact) => element(
    "li", { "data-topic": fact.topic },
    element("time", { datetime: fact.received_at }, timeOfDay(fact.received_at)),
    element("div", { class: "told" }, element("span", {}, saidOf(fact)),
      fact.open.report_id
        && element("a", { class: "fine", href: `/reports/${fact.open.report_id}` }, word("action.open"))),
  )));
}

/** Whom messages about it were for, and whether they have them: no words, no numbers. */
function messages(sent) {
  find("told").hidden = sent.length === 0;
  find("messages").replaceChildren(...sent.map((one) => {
    const bad = one.state === "failed" || one.failed_routes.length > 0;
    const at = one.delivered_at ?? one.sent_at ?? one.composed_at;
    return element("li", { class: "kinsman", "data-state": one.state },
      element("strong", {}, word(`message.to.${one.recipient_kind}`)),
      element("span", { class: "badges" },
        element("span", { class: `badge ${bad ? "bad" : "plain"}` }, word(`message.state.${one.state}`)),
        one.route && element("span", { class: "badge plain" }, word(`message.route.${one.route}`))),
      element("time", { class: "fine", datetime: at }, timeOfDay(at)));
  }));
}

function buttons(row) {
  const own = (steps[row.kind] ?? []).filter(({ stages }) => !row.ended
    && (stages.length === 0 || stages.includes(row.stage)));
  find("actions").hidden = own.length === 0;
  find("buttons").replaceChildren(...own.map((step) => {
    const button = element("button", { type: "button", class: step.main ? "main" : null },
      word(`session.step.${row.kind}.${step.name}`));
    button.addEventListener("click", () => (step.field ? saying(row, step) : take(step)));
    return button;
  }));
}

/** Some steps need words first: a reason, an outcome. */
function saying(row, step) {
  const form = find("say");
  form.hidden = false;
  find("say-name").textContent = known(`session.field.${step.field}`) || step.field;
  find("say-it").textContent = word(`session.step.${row.kind}.${step.name}`);
  form.onsubmit = (event) => {
    event.preventDefault();
    take(step, { [step.field]: find("said").value.trim() });
    form.hidden = true;
    form.reset();
  };
  find("said").focus();
}

async function take(step, body = {}) {
  try {
    const { position } = await act(step.path.replace("{id}", id), body);
    await look(position);
  } catch (error) {
    complain(error.code);
  }
}

function complain(code) {
  find("problem").textContent = refusal(code);
  find("problem").hidden = false;
  setTimeout(() => { find("problem").hidden = true; }, 8000);
}

/** Ask the board whether there is anything new: to read the session itself leaves a record. */
async function look(after) {
  try {
    const board = await ask(`/v1/board${after ? `?after=${after}` : ""}`);
    const entry = board.find((one) => one.id === id);
    heardAt = performance.now();
    if (entry ? entry.last_position !== seen : seen !== "over") await load(entry);
  } catch (error) {
    if (error.code !== "unreached") complain(error.code);
  }
}

async function load(entry) {
  try {
    const [row, history, sent] = await Promise.all([
      ask(`/v1/sessions/${id}`), ask(`/v1/sessions/${id}/history`), ask(`/v1/sessions/${id}/messages`)]);
    seen = row.ended ? "over" : entry?.last_position ?? row.last_position;
    find("main").dataset.read = "true";
    head(row);
    facts(row);
    timeline(history);
    messages(sent);
    buttons(row);
    tick();
  } catch (error) {
    if (error.code !== "unreached") complain(error.code);
  }
}

function tick() {
  const now = Date.now();
  for (const cell of document.querySelectorAll(".age[data-since]")) {
    cell.textContent = duration((now - Date.parse(cell.dataset.since)) / 1000);
  }
  find("clock").textContent = timeOfDay(now);
  const age = heardAt === null ? Infinity : performance.now() - heardAt;
  const is = age > LOST_AFTER_MS ? "lost" : "live";
  find("link").dataset.state = is;
  const seconds = Number.isFinite(age) ? ` · ${word("link.age", { age: Math.floor(age / 1000) })}` : "";
  find("link-text").textContent = `${word(`link.${is}`)}${seconds}`;
}

wireKeys();
setInterval(tick, 1000);
setInterval(look, EVERY_MS);
tick();
look();
