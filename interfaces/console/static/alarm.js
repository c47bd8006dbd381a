// The sound. Browsers allow it only after a gesture, hence “start shift”. It repeats until
// every ringing report is claimed; muting is local, visible, and ends with the next report.

const EVERY_MS = 2000;
const TONES = {
  real: [[880, 0, 0.18], [660, 0.22, 0.18], [880, 0.44, 0.18], [660, 0.66, 0.18]],
  drill: [[523, 0, 0.25]],
};

export class Alarm {
  constructor() {
    this.ringing = new Map();
    this.muted = false;
    this.context = null;
    setInterval(() => this.sound(), EVERY_MS);
  }

  get on() {
    return this.context?.state === "running";
  }

  async start() {
    this.context ??= new AudioContext();
    await this.context.resume();
    this.sound();
  }

  /** Whether a report rings, and in which lane; a new ring ends the mute. */
  set(reportId, lane) {
    if (lane === null) {
      this.ringing.delete(reportId);
      return;
    }
    if (!this.ringing.has(reportId)) {
      this.muted = false;
      this.ringing.set(reportId, lane);
      this.sound();
    }
  }

  sound() {
    if (!this.on || this.muted || this.ringing.size === 0) return;
    const lanes = new Set(this.ringing.values());
    for (const [hertz, after, lasts] of TONES[lanes.has("real") ? "real" : "drill"]) {
      this.tone(hertz, this.context.currentTime + after, lasts);
    }
  }

  tone(hertz, at, lasts) {
    const oscillator = this.context.createOscillator();
    const gain = this.context.createGain();
    oscillator.frequency.value = hertz;
    gain.gain.setValueAtTime(0, at);
    gain.gain.linearRampToValueAtTime(0.25, at + 0.02);
    gain.gain.linearRampToValueAtTime(0, at + lasts);
    oscillator.connect(gain).connect(this.context.destination);
    oscillator.start(at);
    oscillator.stop(at + lasts);
  }
}
