// How one erasure and one hold look on the page of forgetting: ids and codes only.

import { dateAndTime, element, me, shape, word } from "./data.js";
import { waitsForMe } from "./waiting.js";

const REASONS = ["withdrawn", "requested", "expired", "ordered", "other"];
const OVER = ["done", "declined"];
const SHAPES = { asked: "waiting", requested: "waiting", confirmed: "held", remains: "alarm" };

/** A person of the staff: enough of the id to tell them apart, the whole of it in the title. */
function person(id) {
  if (id === me.id) return element("strong", { title: id }, word("forgetting.me"));
  return element("code", { class: "who", title: id }, id.slice(0, 8));
}

function line(label, ...values) {
  return element("p", { class: "fine" }, `${label} `, ...values);
}

/** What opens under a button: the words that must be given before anything happens. */
function step(name, label, ...fields) {
  return element("details", { class: "step" },
    element("summary", { class: "button" }, label),
    element("form", { class: "form", "data-do": name }, ...fields));
}

function text(name, label) {
  return element("label", {}, label,
    element("input", { name, maxlength: "1000", autocomplete: "off", required: true }));
}

function submit(label) {
  return element("button", { type: "submit", class: "main" }, label);
}

function takeUp() {
  const options = REASONS.map((reason) => element("option", { value: reason },
    word(`erasure.reason.${reason}`)));
  return step("take-up", word("forgetting.take_up"),
    element("label", {}, word("forgetting.reason"), element("select", { name: "reason" }, ...options)),
    text("text", word("forgetting.asked_back")),
    submit(word("forgetting.take_up")));
}

function confirm() {
  return step("confirm", word("forgetting.confirm"),
    element("label", { class: "check" },
      element("input", { type: "checkbox", required: true }), word("forgetting.sure")),
    submit(word("forgetting.confirm_now")));
}

/** What nobody has confirmed can be turned down, by the one who asked, too. */
function decline() {
  return step("decline", word("forgetting.decline"),
    text("reason", word("forgetting.decline_text")), submit(word("forgetting.decline_now")));
}

function next({ stage, asked_by, holds }) {
  const held = holds.length > 0 && word("erasure.next.held");
  if (stage === "asked") return [word("erasure.next.asked"), held].filter(Boolean).join(" ");
  if (held) return held;
  if (stage !== "requested") return word(`erasure.next.${stage}`);
  if (asked_by === me.id) return word("erasure.next.mine");
  return word(me.decides ? "erasure.next.confirm" : "erasure.next.requested");
}

function actions(erasure) {
  const open = ["asked", "requested"].includes(erasure.stage);
  if (!me.decides || !open) return null;
  const mine = waitsForMe(erasure) && { asked: takeUp, requested: confirm }[erasure.stage]();
  return element("div", { class: "steps" }, mine, decline());
}

/** A report's id, with the way to it for those who may see reports. */
function report(id) {
  const code = element("code", {}, id);
  return me.role === "administrator" ? code : element("a", { href: `/reports/${id}` }, code);
}

function subject({ subject: id, kind }) {
  return [word(`erasure.kind.${kind}`), " ", kind === "incident" ? report(id) : element("code", {}, id)];
}

/** What stands in the way, and on what: the person, or a case that can be looked at. */
function obstacle({ kind, target }, subjectId) {
  const badge = element("span", { class: "badge warn" }, word(`hold.${kind}`));
  return element("p", { class: "badges" }, badge, target === subjectId ? null : report(target));
}

export function erasureCard(erasure) {
  const { stage, asked_at, asked_by, confirmed_by, declined_by, against, reason } = erasure;
  const asker = asked_by ? person(asked_by) : stage === "asked" && word("forgetting.member");
  return element("li", {
    id: `erasure-${erasure.erasure_id}`, class: "card", tabindex: "-1", "data-stage": stage,
    "data-mine": waitsForMe(erasure) ? "true" : null,
  },
  element("div", { class: "state" }, shape(SHAPES[stage] ?? "held"),
    element("span", {}, word(`erasure.stage.${stage}`))),
  element("div", { class: "what" },
    element("p", { class: "subject" }, ...subject(erasure)),
    line(word("forgetting.asked"), dateAndTime(asked_at), asker && ` · ${word("forgetting.asker")} `, asker,
      reason && ` · ${word("forgetting.reason")}: ${word(`erasure.reason.${reason}`)}`,
      confirmed_by && ` · ${word("forgetting.confirmed_by")} `, confirmed_by && person(confirmed_by),
      declined_by && ` · ${word("forgetting.declined_by")} `, declined_by && person(declined_by)),
    against.length > 0 && element("p", { class: "fine" }, word("forgetting.against")),
    ...against.map((one) => obstacle(one, erasure.subject)),
    !OVER.includes(stage) && element("p", { class: "next" }, next(erasure))),
  actions(erasure));
}

export function holdCard(hold) {
  const mine = hold.placed_by === me.id && !hold.by_machine; // another lifts it
  return element("li", { id: `hold-${hold.hold_id}`, class: "card hold", tabindex: "-1" },
    element("div", { class: "what" },
      element("p", { class: "subject" }, element("span", { class: "badge plain" }, word(`hold.${hold.kind}`)),
        " ", element("code", {}, hold.target)),
      line(word("forgetting.placed"), dateAndTime(hold.placed_at), ` · ${word("forgetting.placer")} `,
        person(hold.placed_by)),
      me.decides && mine && element("p", { class: "next" }, word("forgetting.lifted_by_another"))),
    me.decides && !mine && step("lift", word("forgetting.lift"),
      text("reason", word("forgetting.lift_text")), submit(word("forgetting.lift"))));
}
