// Control rooms that nobody is at, and what others did for ours while it was one of them.

import { ask } from "./api.js";
import { district, element, timeOfDay, word } from "./data.js";

const LOOK_EVERY_MS = 5000;
const find = (id) => document.getElementById(id);

/** Name the closed centres in a line of its own, and look again. */
export async function watchCentres() {
  try {
    const closed = (await ask("/v1/centres")).filter((centre) => !centre.open);
    const names = closed.map((centre) => `${district(centre.district)} (${timeOfDay(centre.since)}–)`);
    find("closed").hidden = closed.length === 0;
    const text = word("centres.closed", { names: names.join(", ") });
    if (find("closed").textContent !== text) find("closed").textContent = text;
  } catch {
    // Shown as it was; the link says how old everything is.
  }
  setTimeout(watchCentres, LOOK_EVERY_MS);
}

/** Tell who comes what happened meanwhile, until it is put away. */
export async function brief() {
  const told = await ask("/v1/shifts/briefing").catch(() => null);
  if (!told?.reports.length) return;
  find("briefed").replaceChildren(...told.reports.map((report) => element("li", {},
    element("a", { href: `/reports/${report.report_id}` }, timeOfDay(report.received_at)),
    element("span", { class: "badge plain" }, word(`stage.${report.stage}`)),
    report.outcome && element("span", { class: "badge plain" }, word(`outcome.${report.outcome}`)))));
  find("briefing").hidden = false;
}

export function wireBriefing() {
  find("briefing-close").addEventListener("click", () => { find("briefing").hidden = true; });
}
