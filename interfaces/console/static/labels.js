// The words of a label: of a bell, that its button may be stuck; of any other device, that it raises
// often. Hints only: a label mutes, moves and lowers nothing.

import { element, word } from "./data.js";

/** The row does not say which label it has: of a bell it is the one that its button may be stuck. */
export const isStuck = (row) => row.platform === "bell";

export function labelBadge(row) {
  if (!row.many_triggers) return null;
  const kind = isStuck(row) ? "stuck" : "many_triggers";
  return element("span",
    { class: `badge ${row.label_seen ? "plain" : "warn"}`, title: word(`label.${kind}.means`) },
    word(`badge.${kind}${row.label_seen ? "_seen" : ""}`, { n: row.many_triggers }));
}

/** Each label of a report, and whether somebody has looked at it, from its facts. */
function labelsOf(facts) {
  const labels = new Map();
  for (const { topic, open } of facts) {
    if (topic === "emergency.labelled") labels.set(open.label, false);
    if (topic === "emergency.label_reviewed") labels.set(open.label, true);
  }
  return [...labels];
}

/** What the head of a report's page says of its labels: badges, and what they mean. */
export function labelled(facts) {
  const labels = labelsOf(facts);
  return {
    badges: labels.map(([label, seen]) => element("span", { class: `badge ${seen ? "plain" : "warn"}` },
      word(`label.${label}`) + (seen ? ` · ${word("label.seen")}` : ""))),
    meanings: labels.map(([label, seen]) => element("p", { class: "fine" },
      word(`label.${label}.${seen ? "means_seen" : "means"}`))),
  };
}
