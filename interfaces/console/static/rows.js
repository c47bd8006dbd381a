// How one report looks in the queue.

import { district, duration, element, me, shape, timeOfDay, word } from "./data.js";
import { BAD_HELP } from "./help.js";
import { incidentBadge } from "./incident.js";
import { labelBadge } from "./labels.js";
import { mayAct, movingBadges, offeredToUs, quality, returnedByUs } from "./moving.js";

const OPEN_STAGES = new Set(["window", "open", "claimed"]);

/** What is shown: a cancelled report until its time is over, which only the clock says. */
export const isShown = (row, now) => !returnedByUs(row) && (OPEN_STAGES.has(row.stage)
  || (row.stage === "cancelled" && Date.parse(row.reopen_until) >= now));

/** Whether somebody here must act at once: it rings, or another centre waits for our answer. */
export const rings = (row) => row.ringing || offeredToUs(row);

export const section = (row) => (row.stage === "cancelled" ? "cancelled" : row.lane);

export function group(row) {
  if (row.stage === "cancelled") return "cancelled";
  if (row.stage === "window") return "window";
  return rings(row) ? "ringing" : "active";
}

const RANK = { ringing: 0, active: 1, window: 2, cancelled: 3 };
const URGENCY = { protected: 0, highest: 1, raised: 2, usual: 3 };
const ESCALATION = { police: 0, city: 1, neighbour: 2, supervisor: 3, idle_claim: 4 };

/** Duress before all else, then unanswered, then the protected, weapons and injuries, then how far it has risen, then what breaches next, then age. */
export function before(a, b) {
  const keys = (row) => [
    row.duress ? 0 : 1,
    RANK[group(row)],
    URGENCY[row.urgency],
    ESCALATION[row.escalation] ?? 9,
    Date.parse(due(row) ?? row.received_at),
    Date.parse(row.received_at),
  ];
  const [left, right] = [keys(a), keys(b)];
  const differs = left.findIndex((key, index) => key !== right[index]);
  return differs < 0 ? 0 : left[differs] - right[differs];
}

function state(row) {
  if (row.stage === "cancelled") return ["cancelled", word("stage.cancelled")];
  if (row.stage === "window") return ["waiting", word("stage.window")];
  if (offeredToUs(row)) return ["alarm", word("badge.offered_to_us")];
  if (row.ringing && row.rings_for) return ["alarm", word(`stage.rings.${row.rings_for}`)];
  if (row.ringing && row.held_by) return ["alarm", word("stage.ringing_again")];
  if (row.holder_away_at && row.held_by !== me.id) return ["away", word("badge.holder_away")];
  if (row.ringing) return [row.lane === "drill" ? "drill" : "alarm", word("stage.open")];
  return ["held", row.held_by === me.id ? word("held.me") : word("held.other")];
}

/** An alarm as it is read aloud. */
export const inWords = (row) => [state(row)[1], row.duress && word("badge.duress"), district(row.district),
  word(`how.${row.how}`)].filter(Boolean).join(", ");

function badge(kind, text, title) {
  return element("span", { class: `badge ${kind}`, title }, text);
}

/** How far it has risen; a drill comes to the last step, too, and asks nobody. */
export function level(name, lane) {
  return word(name === "police" && lane === "drill" ? "escalation.police_drill" : `escalation.${name}`);
}

function help(name, value, unassessed = false) {
  if (value === "none") return null;
  const kind = BAD_HELP.includes(value) ? "bad" : unassessed ? "warn" : "plain";
  return badge(kind, `${word(name)} ${word(`help.${value}`)}${unassessed ? ` · ${word("unassessed")}` : ""}`);
}

function badges(row) {
  const failed = ["unanswered", "failed", "unreachable", "not_stopped"].includes(row.call);
  const call = row.call_attempts > 1 ? ` · ${word("call.attempt", { n: row.call_attempts })}` : "";
  return [
    row.duress && badge("bad", word("badge.duress"), word("report.duress")),
    row.urgency === "protected" && badge("bad", word("badge.protected")),
    row.after_cancel && badge("bad", word("badge.after_cancel")),
    incidentBadge(row),
    ...movingBadges(row),
    row.escalation && row.ringing && badge("bad", level(row.escalation, row.lane)),
    ...presence(row),
    row.alert === "silent" && badge("warn", word("alert.silent")),
    help("police", row.police, row.police_unassessed),
    help("ambulance", row.ambulance),
    row.call !== "none" && badge(failed ? "bad" : "plain", `${word("call")} ${word(`call.${row.call}`)}${call}`),
    row.unanswered > 0 && badge("bad", word("badge.unanswered", { n: row.unanswered })),
    row.text_failed && badge("bad", word("badge.text_failed")),
    row.recheck_due && badge("bad", word("recheck.due")),
    row.recheck_at && element("span", { class: "badge warn" }, `${word("recheck.in")} `,
      element("span", { class: "age inline", "data-until": row.recheck_at }, "")),
    labelBadge(row),
    row.joined > 0 && badge("warn", word("badge.joined", { n: row.joined })),
    row.late_cancels > 0 && badge("warn", word("badge.late_cancel", { n: row.late_cancels })),
    row.amended.length > 0 && badge("plain", word("badge.amended"),
      row.amended.map((field) => word(`amendable.${field}`)).join(", ")),
    row.flags.length > 0 && badge("warn", word("badge.flags", { n: row.flags.length }),
      row.flags.map((flag) => word(`flag.${flag}`)).join(", ")),
  ].filter(Boolean);
}

/** Who is not there, and who has been called for it. */
function presence(row) {
  const mine = me.role === "supervisor" && row.paged === me.district;
  return [
    ["centre_closed", "centre_unattended"].includes(row.rise_cause) && row.ringing
      && badge("warn", word(`cause.${row.rise_cause}`)),
    row.holder_away_at && (row.ringing || row.held_by === me.id) && badge("warn", word("badge.holder_away")),
    row.paged && mine && row.ringing && badge("bad", word("badge.calls_you")),
    row.paged && !mine && badge("plain", word("badge.paged", { who: district(row.paged) })),
  ];
}

/** Whether another's report may be taken without giving a reason. */
function isFree(row) {
  return row.stage === "claimed" && row.held_by !== me.id && Boolean(row.ringing || row.holder_away_at);
}

/** The whole row, made anew; `age` is filled in every second. */
export function render(row) {
  const [shapeName, stateText] = state(row);
  const ours = offeredToUs(row);
  const anew = row.stage === "claimed" && row.ringing && Boolean(row.rings_for || row.held_by === me.id);
  const over = !ours && !anew && mayAct(row) && isFree(row);
  const claimable = !ours && (row.stage === "open" || anew);
  return element(
    "li",
    {
      id: `row-${row.report_id}`, "data-report": row.report_id, "data-group": group(row),
      "data-lane": row.lane, "data-duress": row.duress ? "true" : null,
      "data-source": row.many_triggers ? row.source : null,
      "data-away": row.holder_away_at ? "true" : null, class: "row", tabindex: "-1",
    },
    element("span", { class: "state" }, shape(shapeName), element("span", {}, stateText)),
    row.stage === "cancelled"
      ? element("span", { class: "age", "data-until": row.reopen_until, title: word("cancelled.until") }, "")
      : element("span", { class: "age", "data-since": row.received_at, "data-due": due(row) }, ""),
    element("span", { class: "what" },
      element("a", { href: `/reports/${row.report_id}` },
        element("strong", {}, district(row.district)), " · ", word(`how.${row.how}`)),
      element("span", { class: "fine fix" }, `${timeOfDay(row.received_at)} · `, ...quality(row))),
    element("span", { class: "badges" }, ...badges(row)),
    element("span", { class: "do" },
      ours && element("button", { type: "button", class: "main", "data-accept": true },
        word("action.accept"), element("kbd", {}, "I")),
      over && element("button", { type: "button", class: "main", "data-over": true },
        word("action.take_over"), element("kbd", {}, "T")),
      claimable
        ? element("button", { type: "button", class: "main", "data-claim": true },
          word("action.claim"), element("kbd", {}, "A"))
        : element("a", { class: "button", href: `/reports/${row.report_id}` }, word("action.open"))),
  );
}

function due(row) {
  if (row.stage === "window") return row.cancel_until;
  if (offeredToUs(row)) return row.offer.answer_by;
  return row.ringing ? row.answer_by : row.act_by;
}

/** Fill in the ages; what is overdue turns white on red until its state changes. */
export function tick(cells, now) {
  for (const cell of cells) {
    if (cell.dataset.until) {
      cell.textContent = `−${duration((Date.parse(cell.dataset.until) - now) / 1000)}`;
      continue;
    }
    cell.textContent = duration((now - Date.parse(cell.dataset.since)) / 1000);
    const overdue = cell.dataset.due && now > Date.parse(cell.dataset.due);
    const alarming = cell.closest("[data-group=ringing]") !== null;
    cell.classList.toggle("overdue", Boolean(overdue && alarming));
  }
}
