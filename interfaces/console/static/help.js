// Help that was asked for, and the cameras that the police see, too: steps of a report's page.

import { element, word } from "./data.js";

const find = (id) => document.getElementById(id);

/** States in which nothing stands that was asked for, so that it may be asked for anew. */
const ASKABLE = ["none", "unreachable", "declined", "duplicate", "stood_down"];
const STANDING = ["requested", "acknowledged", "arrived", "on_scene", "unreachable"];
export const BAD_HELP = ["unreachable", "declined", "duplicate"];

/** Which steps can be taken now; after the end help can still be stood down. */
export function showHelp(report) {
  const drill = report.lane === "drill";
  for (const name of ["police", "ambulance"]) {
    document.querySelector(`[data-act=${name}]`).disabled = drill || !ASKABLE.includes(report[name]);
    document.querySelector(`[data-stand-down=${name}]`).hidden = !STANDING.includes(report[name]);
  }
  find("stand-down").hidden = !["police", "ambulance"].some((name) => STANDING.includes(report[name]));
  document.querySelector("[data-camera=camera-shares]").disabled = !STANDING.includes(report.police);
}

/** What is shared with the police at this moment, by the facts of the report. */
export function sharedCameras(facts) {
  const shared = new Map();
  for (const { topic, open } of facts) {
    if (topic === "emergency.camera_shared") shared.set(open.share_id, open.camera_id);
    if (topic === "emergency.camera_share_ended") shared.delete(open.share_id);
  }
  return [...shared.values()];
}

/** Each with the means to end it, wherever it was begun. */
export function showShared(cameras) {
  find("shared-line").hidden = cameras.length === 0;
  find("shared").replaceChildren(...cameras.map((camera) => element("li", {},
    element("span", { class: "badge warn" }, `${word("badge.shared")}: ${camera}`),
    element("button", { type: "button", class: "small", "data-stop-sharing": camera }, word("action.stop_sharing")))));
}

/** Let the buttons do what they say; `step` takes it. */
export function wireHelp(step) {
  const run = async (button, name, body) => {
    button.disabled = true;
    const done = await step(name, body);
    button.disabled = false;
    return done;
  };
  for (const button of document.querySelectorAll("[data-stand-down]")) {
    button.addEventListener("click", () =>
      run(button, `${button.dataset.standDown}/stand-down`, { why: find("stand-down-why").value }));
  }
  find("shared").addEventListener("click", (event) => {
    const button = event.target.closest("[data-stop-sharing]");
    if (button) run(button, "camera-shares/end", { camera_id: button.dataset.stopSharing });
  });
  for (const button of document.querySelectorAll("[data-camera]")) {
    button.addEventListener("click", () => {
      const camera = find("camera");
      if (camera.reportValidity()) run(button, button.dataset.camera, { camera_id: camera.value });
    });
  }
}
