import { pino, type DestinationStream } from 'pino';
import { toHex } from '../core/data/bytes.js';
import { isHoldfastError } from '../core/errors/holdfast-error.js';
import type { Log } from '../ports/world.js';
import { createLogSink } from './log-sink.js';

export type LogLevel = keyof Log;

/** An alarm as `status` shows it. */
export interface Alarm {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly event: string;
  /** As logged: JSON values only. */
  readonly facts: Readonly<Record<string, unknown>>;
}

/** A log that also keeps its newest alarms. */
export interface AppLog extends Log {
  /** Alarms since start, oldest first, at most `alarmsKept`. */
  alarms(): readonly Alarm[];
  /** Writes of lines that failed, and lines that were given up because of that. Neither ends the process. */
  readonly troubles: { readonly failures: number; readonly dropped: number };
}

export interface LogOptions {
  /** Lines below are left out. Default `info`. */
  readonly level?: LogLevel;
  /** Where lines go, one JSON object each. Default: standard error, written at once. */
  readonly stream?: DestinationStream;
  /** Put into every line, such as the name of the daemon. */
  readonly base?: Readonly<Record<string, unknown>>;
  /** Alarms remembered. Default 100. */
  readonly alarmsKept?: number;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
}

/** Facts whose value never reaches a log, whatever they hold. */
const SECRET = /password|secret|private|mnemonic|^(master|key)$/i;
/** Deeper facts are cut. */
const MAX_DEPTH = 6;

const plainError = (error: Error, depth: number): Record<string, unknown> => ({
  ...(isHoldfastError(error) ? { code: error.code } : { name: error.name }),
  message: error.message,
  ...(error.cause !== undefined && { cause: plain(error.cause, depth + 1) }),
});

const plainRecord = (record: object, depth: number): Record<string, unknown> =>
  Object.fromEntries(Object.entries(record).map(([name, value]) => [name, SECRET.test(name) ? '[secret]' : plain(value, depth + 1)]));

/** `value` as JSON values: bigints as decimal text, bytes as hex, errors with code and cause. */
const plain = (value: unknown, depth = 0): unknown => {
  if (typeof value === 'bigint') return value.toString();
  if (typeof value !== 'object' || value === null) return value;
  if (depth > MAX_DEPTH) return '…';
  if (value instanceof Uint8Array) return value.length <= 64 ? toHex(value) : `${value.length} bytes`;
  if (value instanceof Error) return plainError(value, depth);
  return Array.isArray(value) ? value.map((item) => plain(item, depth + 1)) : plainRecord(value, depth);
};

/** Structured log in JSON lines: `time`, `level` (by name), `event`, and the facts. */
export const createLog = (options: LogOptions = {}): AppLog => {
  const now = options.now ?? Date.now;
  const keep = options.alarmsKept ?? 100;
  const sink = createLogSink(2);
  const stream = options.stream ?? sink;
  const logger = pino(
    {
      level: options.level ?? 'info',
      base: options.base ?? null,
      messageKey: 'event',
      customLevels: { alarm: 55 },
      timestamp: () => `,"time":"${new Date(now()).toISOString()}"`,
      formatters: { level: (level) => ({ level }) },
    },
    stream,
  );
  const alarms: Alarm[] = [];
  const write =
    (level: LogLevel): Log[LogLevel] =>
    (event, facts = {}) =>
      logger[level](plainRecord(facts, 0), event);
  const alarmLine = write('alarm');
  return {
    debug: write('debug'),
    info: write('info'),
    warn: write('warn'),
    alarm: (event, facts = {}) => {
      alarms.push({ at: now(), event, facts: plainRecord(facts, 0) });
      if (alarms.length > keep) alarms.shift();
      alarmLine(event, facts);
    },
    alarms: () => [...alarms],
    get troubles() {
      return { failures: sink.failures, dropped: sink.dropped };
    },
  };
};
