import { row } from './row.js';

/** What can happen anywhere. */
export const generalErrors = {
  INTERNAL: row<{ detail: string }>((d) => `a bug in Holdfast: ${d.detail}`, 'Please report it with the command you ran.'),
  ABORTED: row<{ what: string }>((d) => `${d.what} was stopped before it finished`, 'Run it again; it goes on where it can.'),
} as const;
