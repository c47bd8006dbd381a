// Bells that somebody should visit: silent, stuck or low, beside the board of the bells.

import { act, ask } from "./api.js";
import { dateAndTime, district, element, word } from "./data.js";

const find = (id) => document.getElementById(id);

/** Ask for the list and show it; what fails is told by whoever calls. */
export async function showMaintenance(complain, after) {
  const { bells, unregistered } = await ask(`/v1/bells/maintenance${after ? `?after=${after}` : ""}`);
  const rows = [...bells.map((bell) => broken(bell, complain)), ...unregistered.map(unknown)];
  find("maintenance").hidden = rows.length === 0;
  find("count-maintenance").textContent = rows.length;
  find("broken").replaceChildren(...rows);
}

function broken(bell, complain) {
  const repaired = element("button", { type: "button", class: "small" }, word("bells.repaired"));
  repaired.addEventListener("click", async () => {
    try {
      const { position } = await act(`/v1/bells/${encodeURIComponent(bell.bell_no)}/repairs`, {});
      await showMaintenance(complain, position);
    } catch (error) {
      complain(error.code);
    }
  });
  return element("li", { class: "kinsman", "data-bell": bell.bell_no },
    element("span", { class: "what" }, element("strong", {}, bell.bell_no),
      element("span", { class: "fine" }, `${district(bell.district)} · ${bell.address}`)),
    element("span", { class: "badges" },
      bell.stuck_since && badge("bad", word("bells.stuck"), bell.stuck_since),
      bell.silent_since && badge("warn", word("bells.silent"), bell.silent_since),
      bell.battery_low && badge("warn", word("bells.low", { pct: bell.battery_pct }))),
    repaired);
}

function unknown(bell) {
  return element("li", { class: "kinsman" },
    element("strong", {}, bell.bell_no),
    element("span", { class: "badges" }, badge("warn", word("bells.unregistered"), bell.heard_at)));
}

function badge(kind, text, since) {
  return element("span", { class: `badge ${kind}` }, since ? `${text} · ${dateAndTime(since)}` : text);
}
