// A district's nights: which scouts go out, when, what is taken and free, and when they stay in.

import { act, ask } from "./api.js";
import { district, districts, element, language, me, refusal, shape, timeOfDay, word } from "./data.js";

const EVERY_MS = 5000;
const REASONS = ["weather", "holiday", "staff"];
const RULES = ["supervisor", "coordinator"].includes(me.role);
const find = (id) => document.getElementById(id);
let place = me.district;
let nights = [];
let scouts = [];
let heardAt = null;
let round = 0; // answers about another district, or of an older round, come too late
let pending = 0; // while names are on their way, no round of the clock's overtakes them

const hour = (moment) => timeOfDay(moment).slice(0, 5);
const today = new Intl.DateTimeFormat("sv-SE", { timeZone: "Asia/Seoul" });
const days = new Intl.DateTimeFormat(language, { timeZone: "UTC", month: "long", day: "numeric", weekday: "short" });
const shortDays = new Intl.DateTimeFormat(language, { timeZone: "UTC", month: "numeric", day: "numeric" });
const day = (night, format = days) => format.format(new Date(`${night}T00:00:00Z`));

async function load({ names = false } = {}) {
  const mine = ++round;
  pending += 1;
  try {
    const asked = [ask(`/v1/scout-rosters/${place}`)];
    if (names) asked.push(ask(`/v1/scouts?district=${place}`)); // each look is recorded: not every time
    const [told, named = scouts] = await Promise.all(asked);
    if (mine !== round) return;
    [nights, scouts] = [told, named];
    heardAt = performance.now();
    fill("nights", nights, ({ night }) => `night-${night}`, nightCard);
    fill("scouts", scouts, ({ scout_id }) => `scout-${scout_id}`, scoutCard);
    find("count-scouts").textContent = scouts.length;
    find("empty-scouts").hidden = scouts.length > 0;
  } catch (error) {
    if (error.code !== "unreached") say("problem", refusal(error.code));
  } finally {
    pending -= 1;
  }
}

/** Make anew only what has changed: a half-filled form and the keyboard stay where they are. */
function fill(name, items, idOf, card) {
  const list = find(name);
  const shown = new Map([...list.children].map((child) => [child.id, child]));
  const wanted = items.map((item) => {
    const told = JSON.stringify([{ ...item, server_time: null }, scouts, name === "scouts" && nightsOf(item)]);
    const old = shown.get(idOf(item));
    if (old?.dataset.told === told) return old;
    const made = card(item);
    made.dataset.told = told;
    const focused = old?.contains(document.activeElement);
    if (old) keepForms(old, made);
    old?.replaceWith(made);
    if (focused) made.focus();
    return made;
  });
  for (const child of [...list.children]) if (!wanted.includes(child)) child.remove();
  wanted.forEach((child, at) => {
    if (list.children[at] !== child) list.insertBefore(child, list.children[at] ?? null);
  });
}

/** What somebody has opened and begun to fill in stays so in the card that takes its place. */
function keepForms(old, made) {
  for (const step of old.querySelectorAll("details[open]")) {
    const form = step.querySelector("form");
    const team = step.closest("[data-team]")?.id;
    const twin = (team ? made.querySelector(`#${team}`) : made)?.querySelector(`form[data-do="${form.dataset.do}"]`);
    if (!twin) continue;
    twin.closest("details").open = true;
    for (const [name, value] of new FormData(form)) if (twin.elements[name]) twin.elements[name].value = value;
  }
}

const nameOf = (id) => {
  const known = scouts.find(({ scout_id }) => scout_id === id);
  return known ? known.name ?? id.slice(0, 8) : word("roster.gone");
};
const nightsOf = ({ scout_id }) => nights
  .filter(({ teams }) => teams.some((team) => team.scouts.includes(scout_id))).map(({ night }) => night);

function title({ night, server_time: now }) {
  if (night === today.format(new Date(now))) return `${word("roster.tonight")} · ${day(night)}`;
  return night < today.format(new Date(now)) ? `${word("roster.still")} · ${day(night)}` : day(night);
}

function nightCard(one) {
  const over = one.starts.every(({ past }) => past);
  const off = one.off.map(nameOf).join(", ");
  return element("li", { id: `night-${one.night}`, class: "card night", tabindex: "-1", "data-closed": one.closed ? "true" : null },
    element("h2", {}, title(one),
      one.closed && element("span", { class: "badge warn" }, word("roster.closed", { reason: word(`closure.${one.closed}`) }))),
    !one.closed && one.teams.length > 0 && element("ol", { class: "starts" }, ...one.starts.map(startCell)),
    one.teams.length > 0
      ? element("ol", { class: "teams" }, ...one.teams.map((team, at) => teamLine(one, team, at + 1)))
      : element("p", { class: "fine" }, word("roster.none")),
    off && element("p", { class: "fine" }, word("roster.off", { names: off })),
    RULES && !over && element("div", { class: "steps" }, ...steps(one)));
}

function startCell({ starts_at, taken, free, past }) {
  const state = past ? "past" : free > 0 ? "free" : "full";
  return element("li", { "data-state": state },
    element("time", { datetime: starts_at }, hour(starts_at)),
    element("strong", {}, past ? word("roster.past") : word("roster.free", { n: free })),
    !past && element("span", { class: "fine" }, word("roster.taken", { n: taken })));
}

function teamLine(one, { team_id, scouts: two, shift, escorts, out }, number) {
  const hours = `${hour(shift.first)}–${hour(shift.last)}`;
  return element("li", { id: `team-${team_id}`, "data-team": team_id },
    element("div", { class: "state" }, shape(out ? "held" : "waiting"), element("span", {}, word("roster.team", { n: number }))),
    element("div", { class: "what" },
      element("p", { class: "subject" }, element("strong", {}, two.map(nameOf).join(" · "))),
      element("p", { class: "fine" }, `${hours} · ${word("roster.kept", { n: escorts.length })}`),
      out && element("span", { class: "badge plain" }, word("roster.out"))),
    RULES && !one.starts.every(({ past }) => past) && element("div", { class: "steps" },
      step("change", ...hoursOf(one, shift)),
      !out && step("stand-down", element("p", { class: "fine" }, word("roster.stand_down_rule")))));
}

function steps(one) {
  if (one.closed) return [button("reopen")];
  const taken = new Set([...one.off, ...one.teams.flatMap(({ scouts: two }) => two)]);
  const ready = scouts.filter(({ scout_id }) => !taken.has(scout_id));
  const form = ready.length > 1 && step("form", pick(1, ready), pick(2, ready), ...hoursOf(one));
  const close = step("close", element("p", { class: "fine" }, word("roster.close_rule")),
    select("reason", word("roster.why"), REASONS.map((value) => [value, word(`closure.${value}`)])));
  return [form, close].filter(Boolean);
}

function hoursOf({ starts }, shift) {
  const moments = starts.map(({ starts_at }) => [starts_at, hour(starts_at)]);
  return [select("first", word("roster.first"), moments, shift?.first ?? moments[0][0]),
    select("last", word("roster.last"), moments, shift?.last ?? moments.at(-1)[0])];
}

const pick = (number, ready) => select(`scout-${number}`, word("roster.scout", { n: number }),
  [["", ""], ...ready.map(({ scout_id, name }) => [scout_id, name ?? scout_id.slice(0, 8)])], "");

function select(name, label, options, chosen) {
  return element("label", {}, label, element("select", { name, required: true },
    ...options.map(([value, told]) => element("option", { value, selected: sameMoment(value, chosen) }, told))));
}

const sameMoment = (one, other) => one === other || (other && new Date(one) - new Date(other) === 0);

function step(name, ...fields) {
  const label = word(`roster.${name.replace("-", "_")}`);
  return element("details", { class: "step" }, element("summary", { class: "button" }, label),
    element("form", { class: "form", "data-do": name }, ...fields,
      element("button", { type: "submit", class: "main" }, label)));
}

const button = (name) => element("form", { "data-do": name },
  element("button", { type: "submit", class: "main" }, word(`roster.${name}`)));

function scoutCard(one) {
  const out = nightsOf(one).map((night) => day(night, shortDays));
  return element("li", { id: `scout-${one.scout_id}`, class: "card hold", tabindex: "-1" },
    element("div", { class: "what" },
      element("p", { class: "subject" }, element("strong", {}, one.name ?? one.scout_id.slice(0, 8)), " ",
        element("span", { class: one.has_phone ? "badge plain" : "badge warn" }, word(one.has_phone ? "roster.phone" : "roster.no_phone"))),
      element("p", { class: "fine" }, out.length ? word("roster.nights_of", { nights: out.join(", ") }) : word("roster.in_no_team"))));
}

function say(id, told) {
  find(id === "problem" ? "told" : "problem").hidden = true;
  find(id).textContent = told;
  find(id).hidden = false;
  clearTimeout(say.timer);
  say.timer = setTimeout(() => { find(id).hidden = true; }, 7000);
}

const DOINGS = {
  form: (room, _, { first, last, ...two }) => act(`${room}/teams`,
    { scouts: [two["scout-1"], two["scout-2"]], shift: { first, last } }),
  change: (room, team, shift) => act(`${room}/teams/${team}/shift`, shift, "PUT"),
  "stand-down": (room, team) => act(`${room}/teams/${team}`, undefined, "DELETE"),
  close: (room, _, given) => act(`${room}/close`, given),
  reopen: (room) => act(`${room}/reopen`),
};

document.addEventListener("submit", async (event) => {
  const form = event.target;
  const name = form.dataset.do;
  if (!name) return;
  event.preventDefault();
  const pressed = form.querySelector("button");
  pressed.disabled = true;
  try {
    const room = `/v1/scout-rosters/${place}/${form.closest(".night").id.slice(6)}`;
    const team = form.closest("[data-team]")?.dataset.team;
    const receipt = await DOINGS[name](room, team, Object.fromEntries(new FormData(form)));
    const sought = receipt.waiting.length ? ` ${word("roster.sought", { n: receipt.waiting.length })}` : "";
    form.closest("details")?.removeAttribute("open");
    say("told", word(`roster.done.${name}`, { n: receipt.cancelled.length }) + sought);
    await load();
  } catch (error) {
    say("problem", refusal(error.code));
  }
  pressed.disabled = false;
});

function showLink() {
  const seconds = heardAt === null ? Infinity : (performance.now() - heardAt) / 1000;
  const state = seconds > 20 ? "lost" : seconds > 11 ? "behind" : "live";
  find("link").dataset.state = state;
  const age = Number.isFinite(seconds) ? ` · ${word("link.age", { age: Math.floor(seconds) })}` : "";
  find("link-text").textContent = `${word(`link.${state}`)}${age}`;
  find("clock").textContent = timeOfDay(Date.now());
}

const chooser = find("district");
if (chooser) {
  const codes = Object.keys(districts).sort((one, other) => district(one).localeCompare(district(other), language));
  chooser.append(...codes.map((code) => element("option", { value: code }, district(code))));
  const asked = new URLSearchParams(location.search).get("district");
  if (codes.includes(asked)) chooser.value = asked;
  place = chooser.value;
  chooser.addEventListener("change", () => {
    place = chooser.value;
    history.replaceState(null, "", `?district=${place}`);
    load({ names: true });
  });
}
setInterval(() => { if (!document.hidden && !pending) load({ names: heardAt === null }); }, EVERY_MS);
setInterval(showLink, 1000);
load({ names: true });
