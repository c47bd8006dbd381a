// The live queue of one control room.

import { Alarm } from "./alarm.js";
import { Announcer, tellLink } from "./announce.js";
import { act, ask } from "./api.js";
import { brief, watchCentres, wireBriefing } from "./centres.js";
import { element, me, refusal, timeOfDay, word } from "./data.js";
import { joinInSight, showIncidents } from "./incident.js";
import { keysOn, wireKeys } from "./keys.js";
import { moved, tickTexts } from "./moving.js";
import { before, group, inWords, isShown, render, rings, section, tick } from "./rows.js";
import { Shift, showShift } from "./shift.js";
import { putTogether, showSources } from "./sources.js";
import { QueueStream } from "./stream.js";
import { countWaiting } from "./waiting.js";
import { keepFollowUps } from "./followups.js";

const find = (id) => document.getElementById(id);
const lists = { real: find("rows-real"), drill: find("rows-drill"), cancelled: find("rows-cancelled") };
const rows = new Map();
const alarm = new Alarm();
const announcer = new Announcer(find("announced"));
const shift = new Shift(() => showSound());
let ahead = 0; // the service's clock minus this machine's, in milliseconds
let behind = false;
let reading = false; // the whole queue: it is put in order once

const stream = new QueueStream({
  row: ({ report_id, row }) => place(report_id, row),
  position(news) {
    const row = rows.get(news.report_id);
    if (row && Date.parse(news.located_at) > Date.parse(row.located_at ?? 0)) {
      place(news.report_id, moved(row, news));
    }
  },
  heartbeat(beat) {
    if (beat.now) ahead = Date.parse(beat.now) - Date.now();
    behind = beat.log === null || beat.log - beat.fold > 200;
    showLink();
  },
  lost: showLink,
});

function place(reportId, row) {
  const known = rows.get(reportId);
  if (row && known && known.last_position > row.last_position) return;
  const shown = find(`row-${reportId}`);
  if (!row || !isShown(row, Date.now() + ahead)) {
    rows.delete(reportId);
    alarm.set(reportId, null);
    shown?.remove();
    return settle();
  }
  rows.set(reportId, row);
  alarm.set(reportId, rings(row) ? row.lane : null);
  if (rings(row) && !(known && rings(known) && known.rings_for === row.rings_for)) announcer.rings(reportId, inWords(row));
  const made = render(row);
  if (shown?.parentElement === lists[section(row)]) keepFocus(shown, made);
  else {
    shown?.remove();
    lists[section(row)].prepend(made);
  }
  if (shown && group(known) !== group(row)) made.classList.add("changed");
  settle();
}

/** Swap a row without taking the keyboard away from it. */
function keepFocus(shown, made) {
  const focused = shown.contains(document.activeElement);
  const inside = focused && document.activeElement !== shown;
  shown.replaceWith(made);
  if (focused) (inside ? made.querySelector("button, .do a") : made)?.focus();
}

/** Order and count; rows never move under the pointer. */
function settle() {
  if (reading) return;
  for (const [lane, list] of Object.entries(lists)) {
    const mine = [...rows.values()].filter((row) => section(row) === lane);
    const ringing = mine.filter(rings).length;
    find(`count-${lane}`).textContent = ringing ? `${ringing} / ${mine.length}` : mine.length;
    find(`count-${lane}`).classList.toggle("alarming", ringing > 0);
    find(`empty-${lane}`).hidden = mine.length > 0;
    if (lane === "cancelled") list.parentElement.hidden = mine.length === 0;
    mine.sort(before);
    if (!list.matches(":hover")) order(list, mine);
    showTogether(mine);
  }
  const waiting = [...rows.values()].filter((row) => rings(row) && row.lane === "real").length;
  document.title = `${waiting ? `(${waiting}) ` : ""}${word("queue.title")} · ${word("app.name")}`;
  showSources(find("sources"), rows.values(), settle);
  showIncidents(document, rows.values());
  showSound();
  showAges();
}

/** What a person has put together: all of it but one row is out of sight, and says so. */
function showTogether(sorted) {
  const { hidden, behind } = putTogether(sorted);
  if (behind.size === 0 && !document.querySelector(".row[hidden], .behind")) return;
  for (const { report_id: id } of sorted) {
    const item = find(`row-${id}`);
    item.hidden = hidden.has(id);
    const n = behind.get(id);
    const shown = item.querySelector(".behind");
    if (!n) shown?.remove();
    else if (shown) shown.textContent = word("badge.behind", { n });
    else item.querySelector(".badges").append(element("span", { class: "badge behind" }, word("badge.behind", { n })));
  }
}

function order(list, sorted) {
  let next = list.firstElementChild;
  for (const row of sorted) {
    const item = find(`row-${row.report_id}`);
    if (item === next) next = next.nextElementSibling;
    else {
      const focused = item.contains(document.activeElement) ? document.activeElement : null;
      list.insertBefore(item, next);
      focused?.focus();
    }
  }
}

for (const list of Object.values(lists)) list.addEventListener("pointerleave", settle);

function showAges() {
  const now = Date.now() + ahead;
  for (const row of [...rows.values()]) if (!isShown(row, now)) place(row.report_id, null);
  tick(document.querySelectorAll(".age"), now);
  tickTexts(document, now);
  find("clock").textContent = timeOfDay(now);
}

function showLink() {
  const seconds = stream.silentMs / 1000;
  const state = seconds > 6 ? "lost" : behind || seconds > 4 ? "behind" : "live";
  find("link").dataset.state = state;
  tellLink(find("link-told"), state);
  const age = word("link.age", { age: Math.floor(seconds) });
  find("link-text").textContent = `${word(`link.${state}`)} · ${age}`;
  document.body.classList.toggle("blind", state === "lost");
}

function showSound() {
  const ringing = alarm.ringing.size > 0;
  showShift(shift);
  find("shift").hidden = alarm.on && (shift.on || !shift.possible);
  find("mute").hidden = !alarm.on || !ringing;
  find("mute").setAttribute("aria-pressed", String(alarm.muted));
  find("mute").firstChild.textContent = word(alarm.muted ? "shift.unmute" : "shift.mute");
  const text = !alarm.on ? "shift.hint" : alarm.muted ? "shift.muted" : "shift.on";
  find("sound-text").textContent = word(text);
  find("sound-text").classList.toggle("off", !alarm.on || alarm.muted);
}

function complain(code) {
  find("problem").textContent = refusal(code);
  find("problem").hidden = false;
  clearTimeout(complain.timer);
  complain.timer = setTimeout(() => { find("problem").hidden = true; }, 6000);
}

/** Take in hand what waits here, what another centre offers, or what its holder leaves undone. */
const STEPS = { claim: "claim", accept: "transfer/accept", over: "take-over" };

async function take(how, reportId) {
  const row = rows.get(reportId);
  const button = find(`row-${reportId}`)?.querySelector(`[data-${how}]`);
  if (!row || !button) return;
  button.disabled = true;
  try {
    await act(`/v1/reports/${reportId}/${STEPS[how]}`, { expected_position: row.last_position });
  } catch (error) {
    complain(error.code);
    button.disabled = false;
    if (error.code === "stale") load();
  }
}

document.addEventListener("click", (event) => {
  for (const how of Object.keys(STEPS)) {
    const button = event.target.closest(`[data-${how}]`);
    if (button) take(how, button.closest(".row").dataset.report);
  }
});

/** By a human hand: browsers allow sound only after one, and nobody is on duty without. */
async function startShift() {
  await alarm.start();
  if (shift.possible && !shift.on) {
    await shift.start().catch((error) => complain(error.code));
    brief();
  }
  showSound();
}

find("shift").addEventListener("click", startShift);
find("shift-end").addEventListener("click", () => shift.end());
find("mute").addEventListener("click", toggleMute);

function toggleMute() {
  alarm.muted = !alarm.muted;
  showSound();
}

function step(by) {
  const items = [...document.querySelectorAll(".row:not([hidden])")];
  const at = items.findIndex((item) => item.contains(document.activeElement));
  items[Math.min(items.length - 1, Math.max(0, at + by))]?.focus();
}

const KEYS = {
  s: () => !find("shift").hidden && startShift(),
  t: () => takeNext("over"),
  j: () => step(1),
  k: () => step(-1),
  a: () => takeNext("claim"),
  i: () => takeNext("accept"),
  Enter: () => document.activeElement.matches(".row") && document.activeElement.querySelector("a").click(),
  Escape: () => { if (alarm.ringing.size) { alarm.muted = true; showSound(); } },
};

/** The row that has the keyboard, or the first one that waits for it. */
function takeNext(how) {
  const waiting = document.activeElement.closest?.(".row") ?? document.querySelector(`.row:not([hidden]) [data-${how}]`)?.closest(".row");
  if (waiting) take(how, waiting.dataset.report);
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.matches("input, select")) return;
  if (keysOn(event.key)) KEYS[event.key]?.();
});

async function load() {
  try {
    const { position, rows: all } = await ask("/v1/queue");
    const kept = new Set(all.map((row) => row.report_id));
    reading = true;
    for (const reportId of [...rows.keys()]) if (!kept.has(reportId)) place(reportId, null);
    for (const row of all) place(row.report_id, row);
    reading = false;
    settle();
    stream.start(position);
  } catch (error) {
    reading = false;
    if (error.code === "forbidden") return complain("forbidden");
    setTimeout(load, 2000);
  }
}

setInterval(() => { showAges(); showLink(); }, 1000);
joinInSight(find("main"));
wireBriefing();
wireKeys();
if (shift.possible) watchCentres();
settle();
load();
keepFollowUps();
if (find("forgetting-waits") && me.decides) countWaiting(find("forgetting-waits"));
