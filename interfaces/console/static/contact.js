// The conversation with the citizen, the call, silence, and contact after the end.

import { ask } from "./api.js";
import { dateAndTime, element, language, me, timeOfDay, word } from "./data.js";
import { mayAct } from "./moving.js";

const find = (id) => document.getElementById(id);
const ANSWERING = ["operator", "supervisor", "coordinator"];
const CALLING = ["ordered", "placed", "connected"];

let ready = null; // messages that stand ready, in every language

/** Read what was written and planned, as new as the report itself. */
export async function loadContact(path, query) {
  const [messages, plans] = await Promise.all([
    ask(`${path}/messages${query}`), ask(`${path}/follow-ups${query}`), loadReady(),
  ]);
  return { messages, plans };
}

async function loadReady() {
  ready ??= await ask("/v1/message-templates").catch(() => null);
}

/** The state of the call, with the try that it is and when it is tried again. */
export function callParts(report, progress) {
  const parts = [progress];
  if (report.call_attempts > 1) parts.push(element("span", { class: "fine" }, word("call.attempt", { n: report.call_attempts })));
  if (report.call_retry_at) parts.push(element("span", { class: "badge warn" }, word("call.retry", { time: timeOfDay(report.call_retry_at) })));
  return parts;
}

/** That she said to be fine, and when somebody looks again: a pair of the facts, or nothing. */
export function fineParts(report) {
  if (!report.said_fine_at) return null;
  const parts = [element("span", {}, timeOfDay(report.said_fine_at))];
  if (report.recheck_due) parts.push(element("span", { class: "badge bad" }, word("recheck.due")));
  if (report.recheck_at && report.stage !== "resolved") {
    parts.push(element("span", { class: "fine" }, word("recheck.in")),
      element("span", { class: "age inline", "data-until": report.recheck_at }, ""));
  }
  return parts;
}

export function showContact(report, { messages, plans }) {
  showMessages(messages);
  showReady(report);
  showPlans(plans);
  const silent = report.alert === "silent";
  find("contact-state").replaceChildren(...[
    element("span", { class: "badge plain" }, word(`tongue.${report.language}`)),
    silent && element("span", { class: "badge warn" }, word("alert.silent")),
    report.unanswered > 0 && element("span", { class: "badge bad" }, word("badge.unanswered", { n: report.unanswered })),
    report.text_failed && element("span", { class: "badge bad" }, word("badge.text_failed")),
  ].filter(Boolean));
  const hint = report.duress_at ? "contact.duress" : silent ? "contact.silent" : null;
  find("contact-hint").hidden = !hint;
  find("contact-hint").textContent = hint ? word(hint) : "";
  find("by-text").checked = !silent && report.lane !== "drill";
  find("by-text").disabled = report.lane === "drill";
  document.querySelector("[data-act=calls]").disabled = silent || report.lane === "drill"
    || !report.citizen_id || CALLING.includes(report.call) || report.call_retry_at !== null;
  document.querySelector("[data-act=fine]").disabled = report.recheck_at !== null;
  find("silence-summary").parentElement.hidden = silent;
  const known = report.citizen_id !== null;
  for (const part of find("message-form").elements) part.disabled = !known;
  const acts = mayAct(report);
  for (const part of document.querySelectorAll(".contact-steps")) {
    part.hidden = !acts || !["open", "claimed"].includes(report.stage);
  }
  find("plan-step").hidden = !acts || report.lane === "drill" || report.stage === "window";
  find("follow").hidden = find("plan-step").hidden && plans.length === 0;
}

function showMessages(messages) {
  const list = find("messages");
  const atEnd = list.scrollTop + list.clientHeight >= list.scrollHeight - 8;
  list.replaceChildren(...messages.map(message));
  find("messages-empty").hidden = messages.length > 0;
  if (atEnd) list.scrollTop = list.scrollHeight;
}

/** Whose it is stands in words, not only on which side. */
function message({ hers, body, at, operator_id: by, template, language: spoken, by_text, delivered_by, read_at }) {
  const who = hers ? "contact.hers" : by === me.id ? "forgetting.me" : by ? "contact.ours" : "contact.service";
  const text = typeof body === "string" ? body : word("report.erased");
  return element("li", { class: hers ? "hers" : "ours" },
    element("p", { class: "fine" }, `${word(who)} · `,
      element("time", { datetime: at, title: dateAndTime(at) }, timeOfDay(at)),
      !hers && ` · ${word(fate({ by_text, delivered_by, read_at }))}`),
    element("p", { class: "said", lang: spoken }, text),
    template && spoken !== language && element("p", { class: "fine" }, inMyTongue(template)));
}

function fate({ by_text: byText, delivered_by: deliveredBy, read_at: readAt }) {
  if (readAt) return "contact.read";
  if (deliveredBy.length > 0) return "contact.delivered";
  return byText ? "contact.sent_by_text" : "contact.waits_in_app";
}

function inMyTongue(template) {
  return ready?.find((one) => one.template === template)?.words[language] ?? word(`template.${template}`);
}

/** Each ready message in the operator's own language, and beside it what she will read. */
function showReady(report) {
  const shown = report.citizen_id === null ? [] : ready ?? [];
  find("ready").replaceChildren(...shown.map(({ template, words }) =>
    element("button", { type: "button", class: "small", "data-template": template },
      element("span", {}, words[language]),
      report.language !== language && element("span", { class: "fine", lang: report.language }, words[report.language]))));
}

function showPlans(plans) {
  find("plans").replaceChildren(...plans.map(({ follow_up_id: id, due_at: at, due, note, scheduled_by: by }) =>
    element("li", { class: "plan", "data-due": String(due) },
      element("p", {}, due && element("span", { class: "badge bad" }, word("follow.due")), " ",
        element("time", { datetime: at }, dateAndTime(at))),
      element("p", {}, by === null ? word("follow.wrote") : typeof note === "string" ? note : word("report.erased")),
      ANSWERING.includes(me.role) && element("form", { class: "line", "data-plan": id },
        element("label", {}, word("follow.result"), element("input", { name: "note", maxlength: "500", autocomplete: "off", required: true })),
        element("button", { type: "submit" }, word("follow.done"))))));
}

/** Let forms and buttons do what they say; `step` takes it, and says whether it was done. */
export function wireContact(step) {
  const send = (what) => step("messages", { message_id: newId(), by_text: find("by-text").checked, ...what });
  find("ready").addEventListener("click", async (event) => {
    const button = event.target.closest("[data-template]");
    if (!button) return;
    button.disabled = true;
    await send({ template: button.dataset.template });
    button.disabled = false;
  });
  submits("message-form", ({ body }) => send({ body }));
  submits("silence-form", (fields) => step("silence", fields));
  submits("interpreter-form", (fields) => step("interpreters", fields));
  submits("plan-form", ({ due_at, note }) => step("follow-ups", { due_at: `${due_at}:00+09:00`, note }));
  find("plans").addEventListener("submit", (event) => {
    event.preventDefault();
    step(`follow-ups/${event.target.dataset.plan}/done`, Object.fromEntries(new FormData(event.target)));
  });
  endings();
}

/** As crypto.randomUUID, which a page without TLS does not have. */
function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

function submits(id, take) {
  find(id).addEventListener("submit", async (event) => {
    event.preventDefault();
    if (!await take(Object.fromEntries(new FormData(event.target)))) return;
    event.target.reset();
    event.target.closest("details")?.removeAttribute("open");
  });
}

/** “Safe” asks how one knows, a duplicate which report it repeats. */
function endings() {
  const form = find("resolve-form");
  const show = () => {
    for (const [outcome, name] of [["safe", "verified_by"], ["duplicate", "duplicate_of"]]) {
      const field = form.elements[name];
      const asked = form.elements.outcome.value === outcome;
      field.closest("label").hidden = !asked;
      field.required = asked;
      field.disabled = !asked;
    }
  };
  form.addEventListener("change", show);
  form.addEventListener("reset", () => setTimeout(show));
  show();
}

export const CONTACT_KEYS = { r: "calls", f: "fine" };

/** Keys that open something to write in; whether the key was one. */
export function opens(key) {
  const target = { m: "message", s: "silence-summary", u: "plan-step" }[key];
  const found = target && find(target);
  const open = found?.closest("details") ?? found;
  if (!found || open.hidden || found.disabled || found.closest("[hidden]")) return false;
  if (key !== "m") open.open = true;
  (key === "m" ? found : open.querySelector("input")).focus();
  return true;
}
