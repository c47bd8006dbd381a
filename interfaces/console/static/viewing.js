// Says that this screen shows a report, again while it does, and that it goes.

import { act } from "./api.js";

const STALE_AFTER_MS = 15000;

/** Follows the page: only while it can be seen is the report on a screen. */
export function showing(path) {
  let timer = 0;
  let shown = false;

  async function beat() {
    clearTimeout(timer);
    let again = STALE_AFTER_MS;
    try {
      const told = await act(`${path}/viewing`, { open: true });
      again = Math.max(500, told.beat_again_in_s * 1000);
    } catch {
      // The next beat may be heard; a screen that is never heard counts as closed.
    }
    if (shown) timer = setTimeout(beat, again);
  }

  function gone() {
    if (!shown) return;
    shown = false;
    clearTimeout(timer);
    fetch(`${path}/viewing`, {
      method: "POST",
      keepalive: true,
      credentials: "same-origin",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ open: false }),
    }).catch(() => {});
  }

  function look() {
    if (document.visibilityState !== "visible") return gone();
    if (shown) return;
    shown = true;
    beat();
  }

  document.addEventListener("visibilitychange", look);
  addEventListener("pagehide", gone);
  addEventListener("pageshow", look);
  look();
}
