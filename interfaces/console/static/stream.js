// The queue's stream. A browser does not notice a silent loss, so silence itself is the alarm:
// after 8 s without a heartbeat the stream is opened anew, after the last position seen.

const SILENCE_MAX_MS = 8000;

export class QueueStream {
  /**
   * @param {{row: Function, position?: Function, heartbeat: Function, lost: Function, reload: Function}} listener
   */
  constructor(listener) {
    this.listener = listener;
    this.position = 0;
    this.heardAt = performance.now();
    this.opened = false;
    setInterval(() => this.watch(), 1000);
    addEventListener("online", () => this.open());
  }

  /** Begin after this position. */
  start(position) {
    this.position = position;
    this.open();
  }

  open() {
    this.source?.close();
    this.heardAt = performance.now();
    const source = new EventSource(`/v1/queue/stream?after=${this.position}`);
    this.source = source;
    source.addEventListener("row", (event) => {
      this.heardAt = performance.now();
      this.position = Math.max(this.position, Number(event.lastEventId));
      this.listener.row(JSON.parse(event.data));
    });
    source.addEventListener("position", (event) => {
      this.heardAt = performance.now();
      this.listener.position?.(JSON.parse(event.data));
    });
    source.addEventListener("heartbeat", (event) => {
      this.heardAt = performance.now();
      this.listener.heartbeat(JSON.parse(event.data));
    });
    source.onerror = () => {
      if (source.readyState === EventSource.CLOSED && source === this.source) this.listener.lost();
    };
  }

  get silentMs() {
    return performance.now() - this.heardAt;
  }

  watch() {
    if (!this.source || this.silentMs < SILENCE_MAX_MS) return;
    this.listener.lost();
    this.open();
  }
}
