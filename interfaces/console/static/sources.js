// Reports of one device, as one line above the queue: a hint that mutes, moves and hides nothing.
// Once a person has looked, the rows may be put together by hand, and taken apart again. They go on
// ringing, they count as before, and one that something happens to comes out by itself.

import { act } from "./api.js";
import { element, me, word } from "./data.js";
import { isStuck } from "./labels.js";
import { offeredToUs } from "./moving.js";

const together = new Map(); // by source: what each row was like when they were put together

/** What a person must see again when it changes. */
const like = (row) => [row.joined, row.unanswered, row.urgency, row.duress, row.rings_for, row.recheck_due,
  row.signal_lost_at, row.police, row.ambulance, row.text_failed].join();

/** Rows that stay in sight whatever their device: new ones, hers who asks, whatever has changed. */
function apart(row, known) {
  return !row.label_seen || row.duress || row.held_by === me.id || offeredToUs(row)
    || row.stage === "cancelled" || known.get(row.report_id) !== like(row);
}

function grouped(rows) {
  const sources = new Map();
  for (const row of rows) {
    if (!row.many_triggers) continue;
    sources.set(row.source, [...(sources.get(row.source) ?? []), row]);
  }
  return sources;
}

/** Which rows are out of sight, and how many stand behind which; `ordered` as they are shown. */
export function putTogether(ordered) {
  const hidden = new Set();
  const behind = new Map();
  if (together.size === 0) return { hidden, behind };
  for (const [source, group] of grouped(ordered)) {
    const known = together.get(source);
    if (!known) continue;
    const [first, ...others] = group.filter((row) => !apart(row, known));
    for (const row of others) hidden.add(row.report_id);
    if (others.length > 0) behind.set(first.report_id, others.length);
  }
  return { hidden, behind };
}

/** The lines for all conspicuous devices; `changed` when rows are put together or taken apart. */
export function showSources(place, rows, changed) {
  const sources = [...grouped(rows)].filter(([, group]) => group.length > 1 || !group[0].label_seen);
  place.hidden = sources.length === 0;
  const key = sources.map(([source, group]) => `${source}:${group.length}:${unseen(group)}:${together.has(source)}`).join();
  if (place.dataset.shown === key) return; // the button keeps the keyboard
  place.dataset.shown = key;
  const focused = place.contains(document.activeElement) && document.activeElement.closest("li").dataset.source;
  place.replaceChildren(...sources.map(([source, group]) => line(source, group, changed)));
  if (focused) place.querySelector(`[data-source="${focused}"] button`)?.focus();
}

const unseen = (group) => group.filter((row) => !row.label_seen).length;

function line(source, group, changed) {
  const waits = unseen(group) > 0;
  const text = isStuck(group[0])
    ? word(waits ? "sources.stuck" : "sources.stuck_looked_at", { n: group[0].many_triggers })
    : word(waits ? "sources.line" : "sources.looked_at", { n: group.length });
  return element("li", { "data-source": source, "data-seen": String(!waits) },
    element("span", {}, text), waits ? reviewing(group) : folding(source, group, changed));
}

function reviewing(group) {
  const button = element("button", { type: "button" }, word("sources.reviewed"));
  button.addEventListener("click", () => Promise.allSettled(group.filter((row) => !row.label_seen)
    .map((row) => act(`/v1/reports/${row.report_id}/label-review`, {}))));
  return button;
}

function folding(source, group, changed) {
  const open = !together.has(source);
  const button = element("button", { type: "button", "aria-expanded": String(open) },
    word(open ? "sources.together" : "sources.apart"));
  button.addEventListener("click", () => {
    if (open) together.set(source, new Map(group.map((row) => [row.report_id, like(row)])));
    else together.delete(source);
    changed();
  });
  return button;
}
