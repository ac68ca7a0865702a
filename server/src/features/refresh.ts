/** A request to a client to ask for something again: one at a time; what changes meanwhile counts for the next. */
export class Refresh {
  readonly #send: () => Promise<void>;
  #underWay = false;
  #again = false;

  constructor(send: () => Promise<void>) {
    this.#send = send;
  }

  /** Sends the request, at once or after the one under way. */
  request(): void {
    if (this.#underWay) {
      this.#again = true;
      return;
    }
    this.#underWay = true;
    const done = () => {
      this.#underWay = false;
      if (!this.#again) return;
      this.#again = false;
      this.request();
    };
    this.#send().then(done, done);
  }
}
