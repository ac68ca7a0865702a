/** A promise and what fulfils it. (`Promise.withResolvers` is not in Node.js 20.) */
export class Deferred {
  readonly promise: Promise<void>;
  #resolve: () => void = () => undefined;
  #isResolved = false;

  constructor() {
    this.promise = new Promise((resolve) => {
      this.#resolve = resolve;
    });
  }

  get isResolved(): boolean {
    return this.#isResolved;
  }

  resolve(): void {
    this.#isResolved = true;
    this.#resolve();
  }
}
