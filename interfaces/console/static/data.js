// What the server put into the page: words, districts, and who is looking.
const data = JSON.parse(document.getElementById("data").textContent);

export const me = data.me;
export const language = data.language;
export const districts = data.districts;

/** The word of a key, with `{name}` replaced; an unknown key shows itself. */
export function word(key, values = {}) {
  const text = data.words[key] ?? key;
  return text.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}

export function has(key) {
  return key in data.words;
}

export function district(code) {
  return data.districts[code] ?? (has(`district.${code}`) ? word(`district.${code}`) : code);
}

/** What a refusal's code means to a person. */
export function refusal(code) {
  return has(`code.${code}`) ? word(`code.${code}`) : `${word("code.other")} (${code})`;
}

const clock = new Intl.DateTimeFormat("sv-SE", {
  timeZone: "Asia/Seoul", hour: "2-digit", minute: "2-digit", second: "2-digit",
});
const calendar = new Intl.DateTimeFormat("sv-SE", {
  timeZone: "Asia/Seoul", year: "numeric", month: "2-digit", day: "2-digit",
  hour: "2-digit", minute: "2-digit", second: "2-digit",
});

/** Seoul's time of day on a 24-hour clock. */
export function timeOfDay(moment) {
  return clock.format(new Date(moment));
}

export function dateAndTime(moment) {
  return calendar.format(new Date(moment));
}

/** Seconds as m:ss, or h:mm:ss from an hour on. */
export function duration(seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  const two = (number) => String(number).padStart(2, "0");
  const [h, m, s] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  return h ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
}

/** An element with attributes and children; text is never read as markup. */
export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === true) made.setAttribute(key, "");
    else if (value !== null && value !== undefined && value !== false) made.setAttribute(key, value);
  }
  made.append(...children.filter((child) => child || child === 0));
  return made;
}

const SHAPES = {
  alarm: "M8 1 15.5 14.5H.5z",
  waiting: "M8 1.5a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13",
  held: "M2 2h12v12H2z",
  away: "M2 2h12v12H2zM5 5v6h6V5z",
  cancelled: "M8 1.5a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13M3.5 3.5l9 9",
  drill: "M8 .8 15.2 8 8 15.2.8 8z",
};

/** State is said by shape, colour and text together, never by colour alone. */
export function shape(name) {
  const space = "http://www.w3.org/2000/svg";
  const drawing = document.createElementNS(space, "svg");
  drawing.setAttribute("viewBox", "0 0 16 16");
  drawing.setAttribute("aria-hidden", "true");
  drawing.setAttribute("class", `shape shape-${name}`);
  const path = document.createElementNS(space, "path");
  path.setAttribute("d", SHAPES[name]);
  drawing.append(path);
  return drawing;
}
