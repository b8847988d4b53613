import { causesOf } from '../../core/errors/causes.js';
import type { RpcAnswer } from './answer.js';

/** Why an endpoint did not answer: it was asked too much, and says for how long it wants rest. */
export class RateLimited extends Error {
  constructor(
    message: string,
    /** Milliseconds from when it was said. */
    readonly milliseconds: number,
  ) {
    super(message);
  }
}

/** Rest where an endpoint names none, milliseconds. */
const DEFAULT_REST = 1_000;

/** HTTP's and EIP-1474's; QuickNode's; Ankr's; that of requests a second in many gateways. */
const CODES: readonly (number | undefined)[] = [429, -32_005, -32_007, -32_090, -32_029];
const OVERLOADED = /rate.?limit|too many requests|request (count|limit)|quota|capacity|throttl|overloaded|exceeded the rps/i;
/** Also said with -32005, of what is too much in one answer and not of how often it was asked. */
const TOO_LARGE = /more than \d+ results|block range|response size|query (returned|exceeds)/i;

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, sec: 1_000, second: 1_000, seconds: 1_000, m: 60_000, minutes: 60_000 };

/** `12.5ms`, `10s`, `1 minutes` in milliseconds; a bare number counts seconds. */
const durationIn = (text: string): number | undefined => {
  const [, amount, unit = 's'] = /(\d+(?:\.\d+)?)\s*(ms|seconds?|sec|s|minutes|m)?\b/i.exec(text) ?? [];
  return amount === undefined ? undefined : Math.ceil(Number(amount) * (UNITS[unit.toLowerCase()] ?? 1_000));
};

/** What `Retry-After` asks for, milliseconds from `now` (milliseconds since 1970): seconds or a date (RFC 9110, 10.2.3). */
export const restIn = (retryAfter: string | null, now: number): number => {
  if (retryAfter === null) return DEFAULT_REST;
  if (/^\s*\d+(\.\d+)?\s*$/.test(retryAfter)) return Math.ceil(Number(retryAfter) * 1_000);
  const date = Date.parse(retryAfter);
  return Number.isNaN(date) ? DEFAULT_REST : Math.max(0, date - now);
};

/** Rest named in the data of an error: Infura's `rate.backoff_seconds`, Chainstack's `try_again_in`. */
const restInData = (data: unknown): number | undefined => {
  const { rate, try_again_in: again } = (data ?? {}) as { rate?: { backoff_seconds?: unknown } | null; try_again_in?: unknown };
  const seconds = rate?.backoff_seconds;
  if (typeof seconds === 'number') return Math.ceil(seconds * 1_000);
  return typeof again === 'string' ? durationIn(again) : undefined;
};

/** For how long an endpoint wants rest that answers so to `method`, milliseconds; undefined if it does not. */
export const limitIn = (answer: RpcAnswer | null | undefined, method: string): number | undefined => {
  if (answer?.error === undefined) return undefined;
  const { code, message = '', data } = answer.error;
  // Of logs the code alone says nothing: a range that is too wide has it, too.
  const isCoded = CODES.includes(code) && !(code === -32_005 && method === 'eth_getLogs');
  if (TOO_LARGE.test(message) || !(isCoded || OVERLOADED.test(message))) return undefined;
  const [, named] = /(?:retry|again)\s+(?:in|after)\s+(.+)/i.exec(message) ?? [];
  return restInData(data) ?? (named === undefined ? undefined : durationIn(named)) ?? DEFAULT_REST;
};

/** The rate limit that `error` came of. */
export const limitOf = (error: unknown): RateLimited | undefined =>
  [...causesOf(error)].find((cause): cause is RateLimited => cause instanceof RateLimited);
