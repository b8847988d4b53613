/** Bytes of the files of one LevelDB, by name. */
export type Files = ReadonlyMap<string, Buffer>;

/** One change of rows, as LevelDB takes it. */
export type RowOperation =
  { readonly type: 'put'; readonly key: string; readonly value: Uint8Array } | { readonly type: 'del'; readonly key: string };

/** What one step does to the disk. Files that are open go by the number of their handle. */
export type Change =
  | { readonly kind: 'open'; readonly handle: number; readonly path: string; readonly truncate: boolean }
  | { readonly kind: 'write'; readonly handle: number; readonly at: number; readonly bytes: Buffer }
  | { readonly kind: 'truncate'; readonly handle: number; readonly size: number }
  | { readonly kind: 'fsync'; readonly handle: number }
  | { readonly kind: 'mkdir'; readonly path: string }
  | { readonly kind: 'rename'; readonly path: string; readonly to: string }
  | { readonly kind: 'link'; readonly path: string; readonly to: string }
  | { readonly kind: 'remove'; readonly path: string }
  | { readonly kind: 'fsync of the directory'; readonly path: string }
  | { readonly kind: 'batch'; readonly path: string; readonly files: Files; readonly rows: readonly RowOperation[] }
  | { readonly kind: 'fsync of the batch'; readonly path: string }
  /** LevelDB was opened, made or mended: what it made sure of itself. */
  | { readonly kind: 'rows'; readonly path: string; readonly files: Files }
  /** No change of the disk. */
  | { readonly kind: 'signature' | 'hand-over' };

export type StepKind = Change['kind'];

/** Kinds that stand for no step of ours. */
const SILENT: ReadonlySet<StepKind> = new Set(['open', 'rows']);

/** Which step it is, by what the program was doing and where: two steps with the same words are one. */
export interface Triple {
  readonly operation: string;
  readonly step: StepKind;
  readonly site: string;
}

export const wordsOf = ({ operation, step, site }: Triple): string => `${operation} · ${step} · ${site}`;

/** What a run did, in order. */
export type Entry =
  | { readonly type: 'step'; readonly triple: Triple; readonly change: Change }
  | { readonly type: 'promise'; readonly key: string; readonly holds: Holds }
  | { readonly type: 'release'; readonly key: string };

/**
 * Whether what was promised is so in what a restart opened: undefined, or what is wrong. `isPowerKept` where the process died alone: then
 * nothing is excused by what was not synced.
 */
export type Holds = (opened: never, isPowerKept: boolean) => Promise<string | undefined>;

/** What a scenario does itself, to set its stage. */
export const ELSEWHERE = 'elsewhere';

/** The triples of `trace` that may count, each once. */
export const triplesOf = (trace: readonly Entry[]): Triple[] => {
  const found = new Map<string, Triple>();
  for (const entry of trace) {
    if (entry.type !== 'step' || SILENT.has(entry.change.kind) || entry.triple.operation === ELSEWHERE) continue;
    found.set(wordsOf(entry.triple), entry.triple);
  }
  return [...found.values()];
};
