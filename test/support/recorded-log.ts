import type { Log } from '../../node/ports/world.js';

export interface LogLine {
  readonly level: keyof Log;
  readonly event: string;
  readonly facts: Readonly<Record<string, unknown>>;
}

/** A log that remembers its lines. */
export interface RecordedLog extends Log {
  readonly lines: LogLine[];
  /** Names of the events of one level, in order. */
  events(level: keyof Log): string[];
}

export const createRecordedLog = (): RecordedLog => {
  const lines: LogLine[] = [];
  const at =
    (level: keyof Log): Log[keyof Log] =>
    (event, facts = {}) =>
      void lines.push({ level, event, facts });
  return {
    lines,
    events: (level) => lines.filter((line) => line.level === level).map((line) => line.event),
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    alarm: at('alarm'),
  };
};
