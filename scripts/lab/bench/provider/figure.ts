/** One thing that was measured, beside what no provider can do without on the same machine in the same run. */
export interface Figure {
  /** What it depends on: bytes of a sector, sectors of a deal, deals … */
  readonly size: Readonly<Record<string, number>>;
  /** How often it was done. */
  readonly times: number;
  /** For one. */
  readonly milliseconds: number;
  /** By what they are. */
  readonly limits: Readonly<Record<string, Limit>>;
}

export interface Limit {
  readonly milliseconds: number;
  /** How many times as long the figure is. */
  readonly ratio: number;
}

const rounded = (value: number): number => Number(value.toPrecision(4));

/** A figure from what one of `times` took, milliseconds, and what each of its limits takes. */
export const figureOf = (size: Figure['size'], times: number, milliseconds: number, limits: Readonly<Record<string, number>>): Figure => ({
  size,
  times,
  milliseconds: rounded(milliseconds),
  limits: Object.fromEntries(
    Object.entries(limits).map(([what, limit]) => [what, { milliseconds: rounded(limit), ratio: rounded(milliseconds / limit) }]),
  ),
});
