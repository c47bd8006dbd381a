// Where she is, how well that is known, and who may answer for her: parts that change by the second.

import { district, duration, element, me, word } from "./data.js";

/** The centre that this person answers for; a coordinator answers for the city's own. */
const HOME = me.district ?? (me.role === "coordinator" ? "11000" : null);

export const offeredToUs = (row) => row.offer !== null && row.offer.to_district === HOME;

/** Who was asked and gave it back sees it no more. */
export const returnedByUs = (row) => row.returned_by.includes(HOME);

/** Whether this person's centre may do more than read, and answer an offer. */
export const mayAct = (report) => me.role === "coordinator"
  || (["operator", "supervisor"].includes(me.role) && report.audience.includes(me.district)
    && !offeredToUs(report) && !returnedByUs(report));

function badge(kind, ...parts) {
  return element("span", { class: `badge ${kind}` }, ...parts);
}

/** A text that counts up, or down, every second; `tickTexts` fills it in. */
function counting(name, moment, values = {}) {
  return element("span", {
    class: "counting", "data-word": name, "data-moment": moment, "data-values": JSON.stringify(values),
  });
}

/** Fill in what counts. `{age}` counts up from its moment, `{seconds}` down to it. */
export function tickTexts(root, now) {
  for (const shown of root.querySelectorAll(".counting")) {
    const past = (now - Date.parse(shown.dataset.moment)) / 1000;
    shown.textContent = word(shown.dataset.word, {
      ...JSON.parse(shown.dataset.values), age: duration(past), seconds: Math.max(0, Math.ceil(-past)),
    });
  }
}

/** Accuracy, source and age: always, wherever a position is spoken of. */
export function quality(row) {
  if (!row.fix_source) return [word("fix.none")];
  const accuracy = row.fix_accuracy_m === null ? "" : ` ±${Math.round(row.fix_accuracy_m)} m`;
  return [
    word(`fix.${row.fix_source}`) + accuracy,
    row.located_at && " · ", row.located_at && counting("fix.age", row.located_at),
    row.battery_pct !== null && ` · ${word("fix.battery", { n: row.battery_pct })}`,
  ];
}

/** What the queue marks of it. */
export function movingBadges(row) {
  const said = row.classification;
  return [
    row.offer && !offeredToUs(row)
      && badge("warn", word("badge.offered", { place: district(row.offer.to_district) })),
    row.returned_by.length > 0 && !row.offer
      && badge("plain", word("badge.returned", { place: row.returned_by.map(district).join(", ") })),
    said && !["none", "unclear"].includes(said.weapon)
      && badge("bad", word("badge.armed", { what: word(`weapon.${said.weapon}`) })),
    said && !["none", "unclear"].includes(said.injury)
      && badge("bad", word("badge.hurt", { what: word(`injury.${said.injury}`) })),
    row.signal_lost_at && badge("bad", counting("badge.signal_lost", row.signal_lost_at)),
    row.outside && badge("warn", word("fix.outside")),
    said && badge("plain", word(`kind.${said.kind}`)),
  ];
}

/** News of a position put into a row that is shown. */
export function moved(row, { located_at, fix_accuracy_m, fix_source, battery_pct }) {
  return { ...row, located_at, fix_accuracy_m, fix_source, battery_pct };
}

/** The offer that waits: for our answer, with the means to give it, or for another centre's. */
export function showOffer(shown, report) {
  const { offer } = report;
  shown.hidden = offer === null;
  if (offer === null) return shown.replaceChildren();
  const ours = offeredToUs(report);
  shown.dataset.ours = String(ours);
  const name = ours ? "report.transfer_ours" : "report.transfer_theirs";
  const place = district(ours ? report.district : offer.to_district);
  const told = element("p", { class: "told-offer" }, counting(name, offer.answer_by, { place }));
  if (!ours || me.role === "auditor") return shown.replaceChildren(told);
  if (shown.dataset.answerBy === offer.answer_by && shown.querySelector("form")) return; // being typed
  shown.dataset.answerBy = offer.answer_by;
  shown.replaceChildren(told, element("div", { class: "line" },
    element("button", { type: "button", class: "main", "data-act": "transfer/accept" },
      word("action.accept"), element("kbd", {}, "I")),
    element("form", { class: "line", "data-step": "transfer/refuse" },
      element("label", {}, word("report.refuse_reason"),
        element("input", { name: "reason", maxlength: "500", required: true, autocomplete: "off" })),
      element("button", { type: "submit" }, word("action.refuse")))));
}
