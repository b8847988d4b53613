const shown = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));

/** A line of a daemon's log for a person: time of day, level, event, facts; what is no line of a log stays as it is. */
export const readableLine = (line: string): string => {
  if (!line.startsWith('{"level"')) return line;
  try {
    const { level, time, event, ...facts } = JSON.parse(line) as Record<string, unknown>;
    const words = Object.entries(facts).map(([name, value]) => `${name}=${shown(value)}`);
    return [shown(time).slice(11, 23), shown(level).padEnd(5), shown(event), ...words].join(' ');
  } catch {
    return line;
  }
};
