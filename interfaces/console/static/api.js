// Questions and commands to the service. A refusal is an error with a stable code.

export class Refused extends Error {
  constructor(code) {
    super(code);
    this.code = code;
  }
}

async function call(method, path, body, headers = {}) {
  let answer;
  try {
    answer = await fetch(path, {
      method,
      credentials: "same-origin",
      cache: "no-store",
      signal: AbortSignal.timeout(8000),
      headers: body === undefined ? headers : { "Content-Type": "application/json", ...headers },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
  } catch {
    throw new Refused("unreached");
  }
  const told = await answer.json().catch(() => ({}));
  if (answer.status === 401) location.assign("/login");
  if (!answer.ok) throw new Refused(told.code ?? String(answer.status));
  return told;
}

export const ask = (path) => call("GET", path);

/** One command, under a key of its own: sent twice, it is done once. */
export async function act(path, body, method = "POST") {
  const key = { "Idempotency-Key": randomKey() };
  try {
    return await call(method, path, body, key);
  } catch (error) {
    if (!["unreached", "log_unavailable", "database_unavailable"].includes(error.code)) throw error;
    return call(method, path, body, key);
  }
}

function randomKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
