// What a screen reader says: new alarms at once, and that the link is lost or back; never the ages.

import { word } from "./data.js";

const TOGETHER_MS = 400; // what begins to ring at once is said at once
const NAMED_MAX = 3;

/** Says which reports begin to ring; of a flood, how many. */
export class Announcer {
  constructor(place) {
    this.place = place;
    this.waiting = new Map();
  }

  rings(reportId, what) {
    this.waiting.set(reportId, what);
    this.timer ??= setTimeout(() => this.say(), TOGETHER_MS);
  }

  say() {
    this.timer = undefined;
    const all = [...this.waiting.values()];
    this.waiting.clear();
    const text = all.length > NAMED_MAX
      ? word("alarm.many", { n: all.length })
      : all.map((what) => word("alarm.rings", { what })).join(". ");
    // The same words again are news again: a reader says only what has changed.
    this.place.textContent = this.place.textContent === text ? `${text}\u200b` : text;
  }
}

/** The state of the link in words, once for each change. */
export function tellLink(place, state) {
  const text = word(`link.${state}`);
  if (place.dataset.state === state) return;
  const first = place.dataset.state === undefined;
  place.dataset.state = state;
  if (!first || state !== "live") place.textContent = text;
}
