// The protocol card of a protected person's report: opened by whom the protection lets, or with a reason.

import { ask } from "./api.js";
import { dateAndTime, element, refusal, word } from "./data.js";

const find = (id) => document.getElementById(id);
let card = null;

/** Show that there is one; what it says is read by hand, because that is recorded. */
export function showProtocol(report) {
  find("protocol").hidden = report.urgency !== "protected";
}

export function wireProtocol(reportId) {
  find("protocol-form").addEventListener("submit", async (event) => {
    event.preventDefault();
    const why = find("protocol-why").value.trim();
    const query = why ? `?why=${encodeURIComponent(why)}` : "";
    try {
      card = await ask(`/v1/reports/${reportId}/protection${query}`);
      find("protocol-problem").hidden = true;
      render();
    } catch (error) {
      find("protocol-problem").textContent = refusal(error.code);
      find("protocol-problem").hidden = false;
    }
  });
}

function render() {
  find("protocol-card").replaceChildren(
    element("ol", { class: "protocol" }, ...card.protocol.map((step, at) => element("li", {}, `${at + 1}. ${word(`protection.step.${step}`)}`))),
    element("p", { class: "next" }, `${word("protection.decision")} ${card.decision_number ?? "—"} · ${word("protection.until")} ${dateAndTime(card.ends_at)}`),
    ...card.places.map((place) => element("p", { class: "fine" }, place.label,
      place.cameras.length > 0 && ` · ${word("protection.cameras")} ${place.cameras.join(", ")}`)),
  );
}
