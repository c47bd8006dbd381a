// What a control room has found out: what it is, where it happens, who else is in it, whom it helps.

import { dateAndTime, district, element, word } from "./data.js";

const find = (id) => document.getElementById(id);

function pair(name, ...values) {
  return [element("dt", {}, name), element("dd", {}, ...values)];
}

export function showFindings(report) {
  find("findings").replaceChildren(
    ...pair(word("report.classification"), ...classification(report)),
    ...pair(word("report.incident"), ...place(report.incident)),
    ...pair(word("report.third_persons"), ...persons(report.third_persons)),
    ...(report.card ? pair(word("report.card"), ...card(report.card)) : []),
  );
  const said = report.classification;
  const form = find("classify-form");
  if (said && !form.contains(document.activeElement)) {
    for (const [name, value] of Object.entries(said)) form.elements[name].value = value;
  }
}

/** A classification in the timeline: only what has been understood. */
export function classified({ kind, concerns, weapon, injury }) {
  const said = { kind, concerned: concerns, weapon, injury };
  return Object.entries(said).filter(([, value]) => value !== "unclear")
    .map(([list, value]) => `${word(`report.${list === "concerned" ? "concerns" : list}`)}: ${word(`${list}.${value}`)}`);
}

function classification({ classification: said }) {
  if (!said) return [word("kind.unclear")];
  const grave = (list, value) => element("span",
    { class: `badge ${["none", "unclear"].includes(value) ? "plain" : "bad"}` },
    `${word(`report.${list}`)}: ${word(`${list}.${value}`)}`);
  return [
    element("strong", {}, word(`kind.${said.kind}`)),
    element("span", { class: "badge plain" }, word(`concerned.${said.concerns}`)),
    grave("weapon", said.weapon), grave("injury", said.injury),
  ];
}

function place(incident) {
  if (!incident) return [word("report.incident_same")];
  const { position } = incident;
  if (!position || position.erased) return [word("report.erased")];
  const accuracy = incident.accuracy_m === null ? "" : ` ±${Math.round(incident.accuracy_m)} m`;
  return [
    element("code", {}, `${position.latitude_deg.toFixed(6)}, ${position.longitude_deg.toFixed(6)}`),
    element("span", { class: "fine" },
      `${district(incident.district)} · ${word(`fix.${incident.source}`)}${accuracy}`),
  ];
}

function persons(noted) {
  if (noted.length === 0) return ["–"];
  return noted.map(({ role, description, at }) => element("div", { class: "person", title: dateAndTime(at) },
    element("span", { class: "badge plain" }, word(`person.${role}`)),
    element("span", {}, typeof description === "string" ? description : word("report.erased"))));
}

function card({ language, medical_note: note, needs, erased }) {
  if (erased) return [word("report.erased")];
  return [
    element("span", { class: "badge plain" }, `${word("report.language")}: ${word(`language.${language}`)}`),
    ...needs.map((need) => element("span", { class: "badge warn" }, word(`need.${need}`))),
    note && element("q", { title: word("report.medical") }, note),
  ];
}

/** Two numbers with anything between them. */
function coordinates(text) {
  const [latitude, longitude] = text.split(/[\s,]+/).map(Number);
  return { latitude_deg: latitude, longitude_deg: longitude };
}

/** What each form sends. */
const BODIES = {
  "incident-place": ({ coordinates: text, accuracy_m: accuracy }) =>
    ({ ...coordinates(text), accuracy_m: accuracy === "" ? null : Number(accuracy) }),
};

/** Every form that names a step takes it; those that are made later, too. */
export function wireForms(step) {
  document.addEventListener("submit", async (event) => {
    const form = event.target;
    const name = form.dataset.step;
    if (!name) return;
    event.preventDefault();
    const given = Object.fromEntries(new FormData(form));
    const done = await step(name, BODIES[name]?.(given) ?? given);
    if (done && name !== "classification") form.reset();
  });
}
