/** What was opened, to be closed in the opposite order. The language's own `AsyncDisposableStack` came with Node 24. */
export class Closing implements AsyncDisposable {
  #steps: (() => unknown)[] = [];

  /** Closes `resource` at the end. */
  use<Resource extends AsyncDisposable>(resource: Resource): Resource {
    this.defer(() => resource[Symbol.asyncDispose]());
    return resource;
  }

  /** Runs `step` at the end, and waits for it. */
  defer(step: () => unknown): void {
    this.#steps.push(step);
  }

  /** Hands everything to a new owner: disposing this one does nothing any more. */
  move(): Closing {
    const next = new Closing();
    next.#steps = this.#steps;
    this.#steps = [];
    return next;
  }

  /** Runs every step, even after one has failed; rejects with the first failure. */
  async [Symbol.asyncDispose](): Promise<void> {
    const failures: unknown[] = [];
    for (let step = this.#steps.pop(); step !== undefined; step = this.#steps.pop()) {
      try {
        await step();
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length > 0) throw failures[0];
  }
}
