/** A chain as its client serves it, with all the switches of a simulator. */
export interface BareChain {
  /** JSON-RPC address on 127.0.0.1. */
  readonly url: string;
  /** Method that gives an account coin. */
  readonly setBalance: string;
  stop(): Promise<unknown>;
}
