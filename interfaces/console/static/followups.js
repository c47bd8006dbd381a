// Whom to contact again: beside the queue, because their reports are closed.

import { ask } from "./api.js";
import { dateAndTime, district, element, word } from "./data.js";

const EVERY_MS = 15000;
const SHOWN_MAX = 20;

const find = (id) => document.getElementById(id);

function card({ follow_up_id: id, report_id: report, audience, due_at: at, due, scheduled_by: by }) {
  return element("li", { class: "row plan", id: `plan-${id}`, tabindex: "-1", "data-due": String(due) },
    element("span", { class: "state" }, due && element("span", { class: "badge bad" }, word("follow.due"))),
    element("span", { class: "what" },
      element("a", { href: `/reports/${report}` }, element("strong", {}, audience.map(district).join(", "))),
      element("time", { class: "fine", datetime: at }, dateAndTime(at))),
    element("span", { class: "badges" }, by === null && element("span", { class: "badge warn" }, word("follow.wrote"))),
    element("span", { class: "do" }, element("a", { class: "button", href: `/reports/${report}` }, word("action.open"))));
}

/** Keep the board; an old one that could not be read again says so. */
export function keepFollowUps() {
  async function read() {
    if (document.visibilityState !== "visible") return;
    try {
      const plans = await ask("/v1/follow-ups");
      const focused = document.activeElement?.closest?.(".plan")?.id;
      find("rows-follow").replaceChildren(...plans.slice(0, SHOWN_MAX).map(card));
      if (focused) find(focused)?.focus();
      const due = plans.filter((one) => one.due).length;
      find("count-follow").textContent = due ? `${due} / ${plans.length}` : plans.length;
      find("count-follow").classList.toggle("alarming", due > 0);
      find("lane-follow").hidden = plans.length === 0;
    } catch {
      find("count-follow").textContent = "?";
    }
  }
  setInterval(read, EVERY_MS);
  document.addEventListener("visibilitychange", read);
  addEventListener("pageshow", read);
}
