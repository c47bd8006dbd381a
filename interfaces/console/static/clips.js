// The clips of a report: nothing is fetched before somebody plays it, because each look is recorded.

import { ask } from "./api.js";
import { element, refusal, timeOfDay, word } from "./data.js";

const shown = new Map(); // by clip id and state: one that plays is not made anew

/** Show what has come; `complain` is told what a clip that cannot be played lacks. */
export function showClips(place, path, clips, complain) {
  if (clips.length === 0) {
    place.replaceChildren(element("p", { class: "fine" }, word("clip.none")));
    return;
  }
  const wanted = clips.map((clip) => {
    const key = `${clip.clip_id} ${clip.refused ?? ""}`;
    if (!shown.has(key)) shown.set(key, clip.refused ? refused(clip) : player(path, clip, complain));
    return shown.get(key);
  });
  if (wanted.some((one, at) => place.children[at] !== one)) place.replaceChildren(...wanted);
}

function refused(clip) {
  return element("div", { class: "clip" },
    element("span", { class: "badge warn" }, word("clip.refused")),
    element("span", {}, word(`video.${clip.refused}`)),
    element("time", { class: "fine", datetime: clip.at }, timeOfDay(clip.at)));
}

function player(path, clip, complain) {
  const video = element("video", {
    controls: true, preload: "none", playsinline: true, controlslist: "nodownload",
    width: clip.width_px, height: clip.height_px,
    "aria-label": word("clip.shown", { at: timeOfDay(clip.at) }),
    src: `${path}/clips/${clip.clip_id}`,
  });
  video.addEventListener("error", async () => {
    await ask(`${path}/clips/${clip.clip_id}`).catch((error) => complain(refusal(error.code)));
  });
  const told = [
    timeOfDay(clip.at),
    word("clip.seconds", { n: clip.duration_s.toFixed(1) }),
    `${clip.width_px}×${clip.height_px}`,
    word("clip.bytes", { n: (clip.size_bytes / 1e6).toFixed(clip.size_bytes < 1e6 ? 2 : 1) }),
  ];
  return element("figure", { class: "clip" }, video,
    element("figcaption", { class: "fine" }, `${told.join(" · ")}. ${word("clip.logged")}`,
      element("code", { class: "hash", title: "SHA-256" }, clip.sha256)));
}
