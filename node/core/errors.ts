/**
 * The one table of what can go wrong. Each code has a sentence made from exactly the data it carries, and a remedy: what
 * the reader can do. Codes are stable: scripts match on them.
 */
interface Row<Data> {
  readonly says: (data: Data) => string;
  readonly remedy: string;
}
const row = <Data extends object>(says: (data: Data) => string, remedy: string): Row<Data> => ({ says, remedy });

export const errorTable = {
  INTERNAL: row<{ detail: string }>((d) => `a bug in Holdfast: ${d.detail}`, 'Please report it with the command you ran.'),
  ABORTED: row<{ what: string }>((d) => `${d.what} was stopped before it finished`, 'Run it again; it goes on where it can.'),
} as const satisfies Record<string, Row<never>>;

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
}

/** Whether `error` is a {@link HoldfastError} with one of `codes` (any code if none is given). */
export const isHoldfastError = <Code extends ErrorCode>(error: unknown, ...codes: Code[]): error is HoldfastError<Code> =>
  error instanceof HoldfastError && (codes.length === 0 || (codes as readonly string[]).includes(error.code));
