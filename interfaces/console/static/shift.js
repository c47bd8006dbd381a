// The shift at this console: begun and ended by hand, and kept by the hand that is felt here. A
// timer alone keeps nobody on duty: a beat says whether a pointer, a key or a touch came since.

import { act } from "./api.js";
import { me, word } from "./data.js";

const SIGNS = ["pointerdown", "pointermove", "wheel", "keydown", "touchstart"];
const AT_CONSOLES = ["operator", "supervisor", "coordinator"];
const AT_ONCE_AFTER_MS = 5000;
const find = (id) => document.getElementById(id);

export class Shift {
  /** `changed` is called when the shift begins, ends, or is found to have ended. */
  constructor(changed) {
    this.on = null; // not known yet
    this.changed = changed;
    this.felt = false;
    this.beaten = 0;
    if (!AT_CONSOLES.includes(me.role)) return;
    for (const sign of SIGNS) {
      addEventListener(sign, (event) => event.isTrusted && this.sign(), { capture: true, passive: true });
    }
    this.beat();
  }

  get possible() {
    return AT_CONSOLES.includes(me.role);
  }

  /** A hand was felt; the first after a silence is told at once. */
  sign() {
    const first = !this.felt;
    this.felt = true;
    if (first && this.on && Date.now() - this.beaten > AT_ONCE_AFTER_MS) this.beat();
  }

  async start() {
    await act("/v1/shifts", {});
    this.is(true);
    this.beat();
  }

  async end() {
    clearTimeout(this.timer);
    await fetch("/v1/shifts/current", { method: "DELETE", credentials: "same-origin" });
    this.is(false);
  }

  async beat() {
    clearTimeout(this.timer);
    this.beaten = Date.now();
    const { felt } = this;
    this.felt = false;
    let again = 15;
    try {
      const told = await act("/v1/shifts/current/beat", { input: felt });
      again = told.beat_again_in_s;
      this.is(told.on_shift);
    } catch {
      this.felt ||= felt; // not heard: it is told with the next one
    }
    if (this.on !== false) this.timer = setTimeout(() => this.beat(), again * 1000);
  }

  is(on) {
    const differs = this.on !== on;
    this.on = on;
    if (differs) this.changed();
  }
}

/** The words and the buttons of the shift, on every page of a console. */
export function showShift(shift) {
  const off = shift.possible && shift.on === false;
  find("shift-text").textContent = off ? word("shift.off") : "";
  find("shift-text").hidden = !off;
  find("shift-end").hidden = !shift.on;
}
