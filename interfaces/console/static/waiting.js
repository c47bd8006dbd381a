// Whom an erasure waits for.

import { ask } from "./api.js";
import { me } from "./data.js";

const EVERY_MS = 15000;

/** Whether this person's own step is the next one: to ask back, to confirm, to look. */
export function waitsForMe({ stage, asked_by, holds }) {
  if (!me.decides) return false;
  if (stage === "asked" || stage === "remains") return true;
  return stage === "requested" && asked_by !== me.id && holds.length === 0;
}

/** Keep the count beside the link to the page; it is silent when nothing waits. */
export function countWaiting(shown) {
  async function count() {
    if (document.visibilityState !== "visible") return;
    try {
      const { erasures } = await ask("/v1/erasures?unfinished=true");
      const waiting = erasures.filter(waitsForMe).length;
      shown.textContent = waiting;
      shown.hidden = waiting === 0;
    } catch {
      shown.textContent = "?"; // an old figure would be taken for a true one
      shown.hidden = false;
    }
  }
  setInterval(count, EVERY_MS);
  document.addEventListener("visibilitychange", count);
  addEventListener("pageshow", count);
  count();
}
