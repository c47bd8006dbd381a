// Reports of one device, as one line above the queue: a hint that mutes, moves and hides nothing.

import { act } from "./api.js";
import { element, word } from "./data.js";

/** The lines for all devices whose label nobody has looked at. */
export function showSources(place, rows) {
  const sources = new Map();
  for (const row of rows) {
    if (!row.many_triggers) continue;
    sources.set(row.source, [...(sources.get(row.source) ?? []), row]);
  }
  const waiting = [...sources].filter(([, group]) => group.some((row) => !row.label_seen));
  place.hidden = waiting.length === 0;
  if (place.dataset.shown === keyOf(waiting)) return; // the button keeps the keyboard
  place.dataset.shown = keyOf(waiting);
  place.replaceChildren(...waiting.map(([source, group]) => line(source, group)));
}

const keyOf = (waiting) => waiting.map(([source, group]) => `${source}:${group.length}`).join();

function line(source, group) {
  const button = element("button", { type: "button" }, word("sources.reviewed"));
  button.addEventListener("click", () => review(group));
  const text = word("sources.line", { n: group.length });
  return element("li", { "data-source": source }, element("span", {}, text), button);
}

function review(group) {
  return Promise.allSettled(group.filter((row) => !row.label_seen)
    .map((row) => act(`/v1/reports/${row.report_id}/label-review`, {})));
}
