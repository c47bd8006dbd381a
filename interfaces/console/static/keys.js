// Single-letter keys can be switched off: who dictates or uses a switch must not act by a stray letter.

import { word } from "./data.js";

const NAME = "ansim.keys";
const find = (id) => document.getElementById(id);

/** Whether a key without any other may do something here; Escape, Enter and Tab always may. */
export const keysOn = (key) => key.length > 1 || localStorage.getItem(NAME) !== "off";

export function wireKeys() {
  const button = find("keys");
  const show = () => {
    const on = keysOn("a");
    button.hidden = false;
    button.setAttribute("aria-pressed", String(on));
    button.textContent = word(on ? "keys.on" : "keys.off");
    document.body.classList.toggle("no-keys", !on);
  };
  button.addEventListener("click", () => {
    localStorage.setItem(NAME, keysOn("a") ? "off" : "on");
    show();
  });
  show();
}
