// Reports about one incident, in the queue: a mark that joins them. It moves, lowers and hides none.

import { element, word } from "./data.js";

/** The same few letters on every screen, so that people can speak of it. */
export const tagOf = (incidentId) => incidentId.slice(0, 4).toUpperCase();

/** The mark of a row; how many they are is filled in when all are known. */
export function incidentBadge(row) {
  return row.incident_id && element("span", { class: "badge kin", "data-incident": row.incident_id });
}

/** Say in each mark how many reports of its incident are here. */
export function showIncidents(root, rows) {
  const counted = new Map();
  for (const row of rows) {
    if (row.incident_id) counted.set(row.incident_id, (counted.get(row.incident_id) ?? 0) + 1);
  }
  for (const shown of root.querySelectorAll(".kin")) {
    const { incident } = shown.dataset;
    const n = counted.get(incident) ?? 1;
    const text = word(n > 1 ? "badge.incident" : "badge.incident_one", { n, tag: tagOf(incident) });
    if (shown.textContent !== text) shown.textContent = text;
  }
}

/** Show which rows belong together while the pointer or the keyboard is on one of them. */
export function joinInSight(root) {
  const show = (event) => {
    const incident = event.target.closest?.(".row")?.querySelector(".kin")?.dataset.incident;
    for (const mark of root.querySelectorAll(".kin")) {
      mark.closest(".row").classList.toggle("together", mark.dataset.incident === incident);
    }
  };
  root.addEventListener("pointerover", show);
  root.addEventListener("focusin", show);
}
