// One report: what is known, what was done, and the next steps.

import { tellLink } from "./announce.js";
import { act, ask, Refused } from "./api.js";
import { callParts, CONTACT_KEYS, fineParts, loadContact, opens, showContact, wireContact } from "./contact.js";
import { dateAndTime, district, duration, element, has, me, refusal, shape, timeOfDay, word } from "./data.js";
import { BAD_HELP, sharedCameras, showHelp, showShared, wireHelp } from "./help.js";
import { keysOn, wireKeys } from "./keys.js";
import { labelled } from "./labels.js";
import { Links } from "./links.js";
import { level, tick } from "./rows.js";
import { showClips } from "./clips.js";
import { showProtocol, wireProtocol } from "./protocol.js";
import { Shift, showShift } from "./shift.js";
import { QueueStream } from "./stream.js";
import { classified, showFindings, wireForms } from "./findings.js";
import { moved, movingBadges, mayAct, quality, showOffer, tickTexts } from "./moving.js";
import { showing } from "./viewing.js";

const find = (id) => document.getElementById(id);
const reportId = find("main").dataset.report;
const path = `/v1/reports/${reportId}`;
let report = null;
let contact = null; // what was written, and when to get in touch
let acting = false;
let newest = 0; // position of the newest fact that the stream has told of
let ahead = 0;
wireProtocol(reportId);
const links = new Links(reportId, { done: (position) => load(position), complain });

async function load(after) {
  const query = after ? `?after=${after}` : "";
  try {
    const [known, facts, said] = await Promise.all([
      ask(path + query), ask(`${path}/history${query}`), loadContact(path, query), links.read(after)]);
    [report, contact] = [known, said];
    links.report = report;
    find("main").dataset.read = "true";
    showHead(labelled(facts));
    showFacts();
    showProtocol(report);
    showClips(find("clips"), path, report.clips, complain);
    showFindings(report);
    showOffer(find("offer"), report);
    showTimeline(facts);
    showShared(sharedCameras(facts));
    showActions();
    showContact(report, contact);
    links.show(report);
    tick(document.querySelectorAll(".age"), Date.now() + ahead);
    tickTexts(document, Date.now() + ahead);
  } catch (error) {
    const named = { unknown: "report.unknown", forbidden: "report.forbidden" }[error.code];
    const text = named ? word(named) : refusal(error.code);
    if (find("unread")) find("unread").textContent = text;
    else complain(text);
  }
}

function showHead(labels) {
  const ended = ["resolved", "cancelled"].includes(report.stage);
  const name = report.ringing ? (report.lane === "drill" ? "drill" : "alarm") : report.stage === "window" ? "waiting" : "held";
  const rings = report.ringing && (report.rings_for ? `stage.rings.${report.rings_for}`
    : report.held_by ? "stage.ringing_again" : null);
  const holder = report.held_by && word(report.held_by === me.id ? "held.me" : "held.other");
  find("head").dataset.lane = report.lane;
  find("head").dataset.ringing = String(report.ringing);
  find("head").replaceChildren(...[
    element("div", { class: "state" }, shape(report.stage === "cancelled" ? "cancelled" : name),
      element("span", {}, word(rings || `stage.${report.stage}`)),
      report.outcome && element("span", { class: "badge plain" }, word(`outcome.${report.outcome}`)),
      report.verified_by && element("span", { class: "badge plain" }, word(`verified.${report.verified_by}`)),
      report.duplicate_of && element("a", { class: "badge plain", href: `/reports/${report.duplicate_of}` }, report.duplicate_of.slice(0, 8)),
      report.duress_at && element("span", { class: "badge bad" }, word("badge.duress")),
      report.urgency === "protected" && element("span", { class: "badge bad" }, word("badge.protected")),
      report.after_cancel_of && element("span", { class: "badge bad" }, word("badge.after_cancel")),
      report.escalation && report.ringing && element("span", { class: "badge bad" }, level(report.escalation, report.lane)),
      report.police_unassessed && element("span", { class: "badge warn" }, `${word("police")} ${word("unassessed")}`),
      report.joined > 0 && element("span", { class: "badge warn" }, word("badge.joined", { n: report.joined })),
      report.alert === "silent" && !ended && element("span", { class: "badge warn" }, word("alert.silent")),
      report.recheck_due && element("span", { class: "badge bad" }, word("recheck.due")),
      holder && element("span", { class: "badge plain" }, holder),
      report.holder_away_at && element("span", { class: "badge warn" }, word("badge.holder_away")),
      report.paged && element("span", { class: "badge plain" },
        word("badge.paged", { who: district(report.paged) })),
      report.corrections?.length > 0 && element("span", { class: "badge warn" }, word("report.corrected")),
      ...labels.badges,
      report.lane === "drill" && element("span", { class: "badge drill" }, word("lane.drill")),
      ...movingBadges(report)),
    element("h1", {}, `${district(report.district)} · ${word(`how.${report.how}`)}`),
    report.duress_at && element("p", { class: "problem", role: "alert" }, word("report.duress")),
    ...labels.meanings,
    element("p", { class: "fine" }, `${word("report.received")} ${dateAndTime(report.received_at)}`),
  ].filter(Boolean));
}

function pair(name, ...values) {
  return [element("dt", {}, name), element("dd", {}, ...values)];
}

function showFacts() {
  const flags = report.flags.map((flag) =>
    element("span", { class: "badge warn" }, has(`flag.${flag}`) ? word(`flag.${flag}`) : flag));
  find("facts").replaceChildren(
    ...pair(word("report.position"), ...positionParts()),
    ...takenBack(),
    ...within(),
    ...pair(word("report.how"), word(`how.${report.how}`) + (report.presses ? ` ×${report.presses}` : "")),
    ...pair(word("report.device"), `${word(`platform.${report.platform}`)} ${report.app_version ?? ""}`),
    ...pair(word("report.alert"), word(`alert.${report.alert}`)),
    ...pair(word("police"), progress("help", report.police),
      report.police_unassessed && element("span", { class: "badge warn" }, word("unassessed"))),
    ...pair(word("ambulance"), progress("help", report.ambulance)),
    ...pair(word("call"), ...callParts(report, progress("call", report.call))),
    ...(report.said_fine_at ? pair(word("report.said_fine"), ...fineParts(report)) : []),
    ...pair(word("report.flags"), ...(flags.length ? flags : ["–"])),
  );
}

/** The walk, ride or escort that she is on, where the operator sees the way and who waits for her. */
function within() {
  if (!report.sessions.length) return [];
  const links = report.sessions.map(({ kind, session_id: id }) =>
    element("a", { class: "badge plain", href: `/sessions/${id}` }, word(`board.kind.${kind}`)));
  return pair(word("report.sessions"), ...links);
}

/** What has to do with cancels and with repeats that said something else; only where there is any. */
function takenBack() {
  const after = report.after_cancel_of;
  return [
    ...(report.stage === "cancelled" && Date.parse(report.reopen_until) > Date.now() + ahead
      ? pair(word("cancelled.until"), element("span", { class: "age", "data-until": report.reopen_until }))
      : []),
    ...(after
      ? pair(word("badge.after_cancel"), element("a", { href: `/reports/${after}` }, after.slice(0, 8)))
      : []),
    ...(report.late_cancels > 0
      ? pair(word("report.cancels"), word("badge.late_cancel", { n: report.late_cancels }))
      : []),
    ...(report.amended.length > 0
      ? pair(word("badge.amended"), report.amended.map((field) => word(`amendable.${field}`)).join(", "))
      : []),
  ];
}

function progress(kind, value) {
  if (value === "none") return "–";
  const bad = [...BAD_HELP, "failed", "unanswered", "not_stopped"].includes(value);
  return element("span", { class: `badge ${bad ? "bad" : "plain"}` }, word(`${kind}.${value}`));
}

function positionParts() {
  const { position } = report;
  if (!position) return [word("fix.none")];
  if (position.erased) return [word("report.erased")];
  const text = `${position.latitude_deg.toFixed(6)}, ${position.longitude_deg.toFixed(6)}`;
  const copy = element("button", { type: "button", class: "small" }, word("action.copy"));
  copy.addEventListener("click", async () => {
    await navigator.clipboard?.writeText(text);
    copy.textContent = word("action.copied");
  });
  return [
    report.signal_lost_at && element("strong", { class: "lost" }, word("report.last_place")),
    element("code", {}, text), element("span", { class: "fine" }, ...quality(report)), copy,
  ];
}

function showTimeline(facts) {
  find("timeline").replaceChildren(...facts.map((fact) => element(
    "li", { "data-topic": fact.topic },
    element("time", { datetime: fact.received_at, title: dateAndTime(fact.received_at) },
      timeOfDay(fact.received_at)),
    element("span", { class: "told" },
      element("span", {}, topic(fact)),
      ...details(fact)),
  )));
}

/** What happened, in words; a label has words of its own for each kind. */
function topic({ topic: name, open }) {
  const keys = [`topic.${name}.${open.label}`, `topic.${name}`];
  const known = keys.find(has);
  return known ? word(known) : name;
}

function details(fact) {
  const shown = [];
  const { open } = fact;
  if (open.field) shown.push(corrected(open));
  if (open.refusal) shown.push(word(`cancel.${open.refusal}`));
  if (open.fields) shown.push(open.fields.map((field) => word(`amendable.${field}`)).join(", "));
  if (open.told) shown.push(word(`cancel.${open.told}`));
  if (open.count && open.within_s) shown.push(word("label.counted", { n: open.count, s: open.within_s }));
  if (open.level) shown.push(level(open.level, report.lane));
  if (open.districts) shown.push(open.districts.map(district).join(", "));
  if (open.outcome) shown.push(word(`outcome.${open.outcome}`));
  if (open.verified_by) shown.push(word(`verified.${open.verified_by}`));
  if (open.end) shown.push(has(`call.${open.end}`) ? word(`call.${open.end}`) : open.end);
  if (open.retry_at) shown.push(word("call.retry", { time: timeOfDay(open.retry_at) }));
  if (open.recheck_at) shown.push(`${word("recheck.in")} ${timeOfDay(open.recheck_at)}`);
  if (open.due_at) shown.push(dateAndTime(open.due_at));
  if (open.reference) shown.push(open.reference);
  if (open.camera_id) shown.push(open.camera_id);
  if (open.unassessed) shown.push(word("unassessed"));
  if (open.to_district) shown.push(`${district(open.from_district)} → ${district(open.to_district)}`);
  if (open.why) shown.push(why(open.why));
  if (open.kind && open.weapon) shown.push(...classified(open));
  if (open.because && open.because !== "unanswered" && open.level !== "idle_claim") shown.push(word(`cause.${open.because}`));
  if (open.right) shown.push(word(`right.${open.right}`));
  if (open.page) shown.push(word("badge.paged", { who: district(open.page.district) }));
  if (open.recipient && open.fix !== undefined) shown.push(word(`receipt.recipient.${open.recipient}`));
  shown.push(...found(open));
  if (open.channel) shown.push(`${word(open.channel)}: ${open.code}`);
  if (open.cause) shown.push(word(`video.${open.cause}`));
  const personal = fact.personal ?? {};
  const texts = [personal.note, personal.reason, personal.body, personal.interpreter].filter((text) => typeof text === "string");
  return [
    shown.length ? element("span", { class: "fine" }, shown.join(" · ")) : null,
    ...texts.map((text) => element("q", {}, text)),
  ];
}

/** How well a position is known that a fact speaks of. */
function found({ fix, age_s: age, battery_pct: battery, citizen_id: first }) {
  if (!fix || first !== undefined) return []; // of the trigger's, the page tells above
  const accuracy = fix.accuracy_m === null ? "" : ` ±${Math.round(fix.accuracy_m)} m`;
  return [`${word(`fix.${fix.source}`)}${accuracy}`,
    age > 0 && word("fix.age", { age: duration(age) }),
    battery !== null && battery !== undefined && word("fix.battery", { n: battery })].filter(Boolean);
}

const WHY = ["decline", "stand_down", "transfer.why"];

function why(code) {
  const list = WHY.find((one) => has(`${one}.${code}`));
  return list ? word(`${list}.${code}`) : code;
}

/** What was corrected: the field, what stood in it, and what stands there now. */
function corrected({ field, was, value }) {
  const named = (code) => (field === "district" ? district(code) : word(`${field}.${code}`));
  return `${named(was)} → ${named(value)}`;
}

function showActions() {
  const { stage } = report;
  const mine = report.held_by === me.id;
  const answering = mayAct(report);
  const open = ["open", "claimed"].includes(stage);
  const over = stage === "resolved"
    || (stage === "cancelled" && Date.parse(report.reopen_until) >= Date.now() + ahead);
  find("actions").hidden = !answering || !(open || over);
  for (const part of document.querySelectorAll(".while-open")) part.hidden = !open;
  for (const part of document.querySelectorAll(".who-acts")) part.hidden = !answering;
  find("reopen-form").hidden = !over;
  const anew = report.ringing && (mine || report.rings_for);
  document.querySelector("[data-act=claim]").hidden = stage !== "open" && !anew;
  document.querySelector("[data-act=promote]").hidden = report.lane !== "drill";
  find("take-form").hidden = stage !== "claimed" || mine;
  const drill = report.lane === "drill";
  showHelp(report);
  if (drill) find("resolve-form").elements.outcome.replaceChildren(
    element("option", { value: "drill" }, word("outcome.drill")));
}

/** Read again what the stream has told of, unless a step of ours is about to read it. */
async function keepUp() {
  if (!acting && report && newest > report.last_position) await load(newest);
}

async function step(name, body = {}) {
  acting = true;
  try {
    if (!report) throw new Refused("unreached");
    const receipt = await act(`${path}/${name}`, { expected_position: report.last_position, ...body });
    await load(receipt.position);
    return true;
  } catch (error) {
    complain(refusal(error.code));
    if (error.code === "stale") await load();
    return false;
  } finally {
    acting = false;
    keepUp();
  }
}

function complain(text) {
  find("problem").textContent = text;
  find("problem").hidden = false;
  clearTimeout(complain.timer);
  complain.timer = setTimeout(() => { find("problem").hidden = true; }, 8000);
}

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-act]");
  if (!button) return;
  button.disabled = true;
  await step(button.dataset.act);
  button.disabled = false;
  if (!report) return;
  showActions();
  showContact(report, contact);
  if (button.checkVisibility && !button.checkVisibility()) find("head").focus(); // where it says what has become of it
});
wireForms(step);
wireKeys();

for (const [id, name] of [["note-form", "notes"], ["resolve-form", "resolve"], ["reopen-form", "reopen"],
  ["take-form", "take-over"]]) {
  find(id).addEventListener("submit", async (event) => {
    event.preventDefault();
    const given = [...new FormData(event.target)].filter(([, value]) => value !== "");
    if (await step(name, Object.fromEntries(given))) event.target.reset();
  });
}

wireHelp(step);
wireContact(step);

const shift = new Shift(() => showShift(shift));
find("shift-end").addEventListener("click", () => shift.end());

const KEYS = { a: "claim", e: "promote", p: "police", i: "transfer/accept", ...CONTACT_KEYS };
const FIELDS = { c: "kind", d: "stand-down-why", l: "links", o: "take-reason", t: "transfer-to", v: "camera" };

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.matches("input, select")) return;
  if (!keysOn(event.key)) return;
  if (event.key === "Escape") location.assign("/");
  if (FIELDS[event.key]) {
    find(FIELDS[event.key]).focus();
    event.preventDefault();
  }
  if (opens(event.key)) event.preventDefault();
  const button = KEYS[event.key] && document.querySelector(`[data-act="${KEYS[event.key]}"]`);
  if (button && !button.hidden && !button.disabled) button.click();
});

/** Ask where she is now: the stream says only that she has moved. One question at a time. */
async function follow(news) {
  if (!report || follow.asked) return;
  follow.asked = true;
  try {
    const { fixes } = await ask(`${path}/positions`);
    const newest = fixes.at(-1);
    if (!newest || Date.parse(newest.taken_at) < Date.parse(report.located_at ?? 0)) return;
    const { latitude_deg, longitude_deg } = newest;
    report = { ...moved(report, news), position: { latitude_deg, longitude_deg } };
    showFacts();
    tickTexts(document, Date.now() + ahead);
  } catch {
    // The next position comes soon.
  } finally {
    follow.asked = false;
  }
}

const stream = new QueueStream({
  row: ({ report_id, row }) => {
    if (report_id !== reportId) return links.heard(report_id, row);
    newest = Math.max(newest, row?.last_position ?? stream.position);
    keepUp();
  },
  position: (news) => { if (news.report_id === reportId) follow(news); },
  heartbeat: (beat) => { if (beat.now) ahead = Date.parse(beat.now) - Date.now(); },
  lost: () => {},
});

setInterval(() => {
  const seconds = stream.silentMs / 1000;
  const state = seconds > 6 ? "lost" : seconds > 4 ? "behind" : "live";
  find("link").dataset.state = state;
  tellLink(find("link-told"), state);
  const age = word("link.age", { age: Math.floor(seconds) });
  find("link-text").textContent = `${word(`link.${state}`)} · ${age}`;
  find("clock").textContent = timeOfDay(Date.now() + ahead);
  tick(document.querySelectorAll(".age"), Date.now() + ahead);
  tickTexts(document, Date.now() + ahead);
  if (report?.stage === "cancelled") showActions();
}, 1000);

await load();
stream.start(report?.last_position ?? 0);
if (report) showing(path);
