// Which other reports are about the same incident, and which may be: linked by a click, and back.

import { act, ask } from "./api.js";
import { district, element, me, refusal, shape, timeOfDay, word } from "./data.js";
import { tagOf } from "./incident.js";
import { mayAct } from "./moving.js";

const NEAR_SHOWN = 3;
const UNDO_MS = 30000;
const LOOK_EVERY_MS = 3000;
const find = (id) => document.getElementById(id);

export class Links {
  /** `done` is told the position of what was done here, and reads the report again. */
  constructor(reportId, { done, complain }) {
    Object.assign(this, { reportId, done, complain });
    this.fresh = new Map(); // by report: until when a link can be taken back without a word
    this.made = new Map();
    this.shownIds = new Set();
    this.stale = false;
    setInterval(() => this.stale && this.read(), LOOK_EVERY_MS);
    find("link-id-form").addEventListener("submit", (event) => this.linkById(event));
  }

  async read(after) {
    this.stale = false;
    try {
      this.told = await ask(`/v1/reports/${this.reportId}/links${after ? `?after=${after}` : ""}`);
      find("links-unread").hidden = true;
      this.show(this.report);
    } catch {
      find("links-unread").hidden = false;
      this.stale = true;
    }
  }

  /** A report somewhere has changed: if it is one of these, or new, they are read again. */
  heard(reportId, row) {
    if (this.shownIds.has(reportId) || row?.stage === "window" || row?.stage === "open") this.stale = true;
  }

  show(report) {
    this.report = report;
    if (!this.told || !report) return;
    const { rows, near, hidden, incident_id: incident } = this.told;
    const linkable = mayAct(report) && report.lane !== "drill";
    find("links").hidden = report.lane === "drill" && rows.length === 0;
    find("links-tag").hidden = !incident;
    if (incident) find("links-tag").textContent = word("links.tag", { n: rows.length + 1, tag: tagOf(incident) });
    this.shownIds = new Set([...rows, ...near].map((row) => row.report_id));
    this.fill(find("linked"), rows, (row) => linkable && this.unlinking(row));
    const proposed = linkable ? near : [];
    this.fill(find("near"), proposed.slice(0, NEAR_SHOWN), (row) => this.linking(row));
    this.fill(find("nearer"), proposed.slice(NEAR_SHOWN), (row) => this.linking(row));
    find("near-more").hidden = proposed.length <= NEAR_SHOWN;
    find("near-count").textContent = word("links.more", { n: proposed.length - NEAR_SHOWN });
    find("links-hidden").hidden = !hidden;
    find("links-none").hidden = rows.length > 0 || hidden;
    find("near-part").hidden = !linkable || near.length === 0;
    find("link-id-step").hidden = !linkable;
  }

  /** What has not changed stays: somebody may be writing in it. */
  fill(list, rows, means) {
    const items = rows.map((row) => {
      const known = `${list.id}/${row.report_id}`;
      const key = JSON.stringify([row.last_position, this.told.distances_m[row.report_id], this.undoable(row)]);
      const before = this.made.get(known);
      if (before?.key === key) return before.item;
      const item = this.item(row, means(row));
      this.made.set(known, { key, item });
      if (before) setTimeout(() => carry(before, item));
      return item;
    });
    if (items.length !== list.children.length || items.some((one, at) => list.children[at] !== one)) {
      list.replaceChildren(...items);
    }
  }

  item(row, means) {
    const away = this.told.distances_m[row.report_id];
    const said = row.classification;
    const [name, text] = stateOf(row);
    return element("li", { class: "kinsman", "data-report": row.report_id, "data-ringing": String(row.ringing) },
      element("span", { class: "state" }, shape(name), element("span", {}, text)),
      element("span", { class: "what" },
        element("a", { href: `/reports/${row.report_id}` },
          element("strong", {}, district(row.district)), ` · ${word(`how.${row.how}`)}`,
          said && ` · ${word(`kind.${said.kind}`)}`),
        element("span", { class: "fine" }, [timeOfDay(row.received_at), distance(away)].join(" · "))),
      means);
  }

  undoable({ report_id: id }) {
    return (this.fresh.get(id) ?? 0) > Date.now();
  }

  linking(row) {
    const button = element("button", { type: "button" }, word("links.link"));
    button.addEventListener("click", () => this.link(row.report_id, button));
    return button;
  }

  async linkById(event) {
    event.preventDefault();
    const form = event.target;
    const other = form.elements.other_id.value.trim();
    if (await this.link(other, form.querySelector("button"))) {
      form.reset();
      form.closest("details").open = false;
    }
  }

  async link(otherId, button) {
    return this.step(button, `/v1/reports/${this.reportId}/links`, { other_id: otherId }, () => {
      this.fresh.set(otherId, Date.now() + UNDO_MS);
      setTimeout(() => this.show(this.report), UNDO_MS + 50);
      this.focusOn = otherId;
    });
  }

  /** At once after a link by one click; later with a reason. */
  unlinking(row) {
    if (this.undoable(row)) {
      const button = element("button", { type: "button" }, word("links.undo"));
      button.addEventListener("click", () => this.unlink(row, null, button));
      return button;
    }
    const form = element("form", { class: "form" },
      element("label", {}, word("links.why"),
        element("input", { name: "reason", maxlength: "500", required: true, autocomplete: "off" })),
      element("button", { type: "submit", class: "main" }, word("links.unlink_now")));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.unlink(row, form.elements.reason.value, form.querySelector("button"));
    });
    return element("details", { class: "step" },
      element("summary", { class: "button" }, word("links.unlink")), form);
  }

  /** Of two, the one that is looked at keeps the reason; of more, the one that is taken out. */
  unlink(row, reason, button) {
    const two = this.told.rows.length === 1 && !this.told.hidden;
    return this.step(button, `/v1/reports/${two ? this.reportId : row.report_id}/unlink`, { reason },
      () => this.fresh.delete(row.report_id));
  }

  async step(button, path, body, then) {
    button.disabled = true;
    try {
      const { position } = await act(path, body);
      then();
      await this.done(position);
      find("links-told").textContent = word(path.endsWith("/links") ? "links.linked" : "links.unlinked");
      if (this.focusOn) document.querySelector(`#linked [data-report="${this.focusOn}"] button`)?.focus();
      this.focusOn = null;
      return true;
    } catch (error) {
      this.complain(refusal(error.code));
      return false;
    } finally {
      button.disabled = false;
    }
  }
}

/** A reason that is being written stays when its report changes meanwhile. */
function carry({ item: old }, made) {
  const [was, now] = [old, made].map((item) => item.querySelector("details"));
  if (!was?.open || !now) return;
  now.open = true;
  const [written, input] = [was, now].map((part) => part.querySelector("input"));
  input.value = written.value;
  if (document.activeElement === document.body) input.focus();
}

function stateOf(row) {
  if (row.ringing) return ["alarm", word(row.held_by ? "stage.ringing_again" : "stage.open")];
  if (row.stage === "window") return ["waiting", word("stage.window")];
  if (row.held_by) return ["held", word(row.held_by === me.id ? "held.me" : "held.other")];
  return [row.stage === "cancelled" ? "cancelled" : "held", word(`stage.${row.stage}`)];
}

/** Known by cells of 100 m: what is nearer than two is called near. */
function distance(metres) {
  if (metres === undefined) return word("links.away_unknown");
  return metres < 150 ? word("links.here") : word("links.away", { n: Math.round(metres / 100) * 100 });
}
