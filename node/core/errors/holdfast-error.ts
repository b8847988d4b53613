import { appErrors } from './app-errors.js';
import { chainErrors } from './chain-errors.js';
import { contractErrors } from './contract-errors.js';
import { coreErrors } from './core-errors.js';
import { deployErrors } from './deploy-errors.js';
import { generalErrors } from './general-errors.js';
import { keyErrors } from './key-errors.js';
import { ledgerErrors } from './ledger-errors.js';
import { libraryErrors } from './library-errors.js';
import { providerErrors } from './provider-errors.js';
import { renterErrors } from './renter-errors.js';
import { shareErrors } from './share-errors.js';
import { storageErrors } from './storage-errors.js';
import { transportErrors } from './transport-errors.js';
import type { Row } from './row.js';

/** Named, so that the declarations of this module do not repeat those of each area. */
type ErrorTable = typeof generalErrors &
  typeof coreErrors &
  typeof contractErrors &
  typeof libraryErrors &
  typeof chainErrors &
  typeof ledgerErrors &
  typeof storageErrors &
  typeof transportErrors &
  typeof providerErrors &
  typeof renterErrors &
  typeof shareErrors &
  typeof appErrors &
  typeof keyErrors &
  typeof deployErrors;

/**
 * The one table of what can go wrong. Each code has a sentence made from exactly the data it carries, and a remedy: what
 * the reader can do. Codes are stable: scripts match on them.
 */
export const errorTable: ErrorTable = {
  ...generalErrors,
  ...coreErrors,
  ...contractErrors,
  ...libraryErrors,
  ...chainErrors,
  ...ledgerErrors,
  ...storageErrors,
  ...transportErrors,
  ...providerErrors,
  ...renterErrors,
  ...shareErrors,
  ...appErrors,
  ...keyErrors,
  ...deployErrors,
} satisfies Record<string, Row<never>>;

export type ErrorCode = keyof typeof errorTable;
export type ErrorData<Code extends ErrorCode> = Parameters<(typeof errorTable)[Code]['says']>[0];

/** An error that a person can act on. `message` is the sentence, `remedy` what to do, `data` the facts. */
export class HoldfastError<Code extends ErrorCode = ErrorCode> extends Error {
  override readonly name = 'HoldfastError';
  readonly remedy: string;

  constructor(
    readonly code: Code,
    readonly data: ErrorData<Code>,
    options?: ErrorOptions,
  ) {
    const entry = errorTable[code] as Row<ErrorData<Code>>;
    super(entry.says(data), options);
    this.remedy = entry.remedy;
  }

  /** So that `instanceof` narrows to the union of all codes, and not to `any`. */
  static override [Symbol.hasInstance](value: unknown): value is HoldfastError {
    return Boolean(Function.prototype[Symbol.hasInstance].call(this, value));
  }
}

/** Whether `error` is a {@link HoldfastError} with one of `codes` (any code if none is given). */
export const isHoldfastError = <Code extends ErrorCode>(error: unknown, ...codes: Code[]): error is HoldfastError<Code> =>
  error instanceof HoldfastError && (codes.length === 0 || (codes as readonly unknown[]).includes(error.code));
