import { row } from './row.js';

/** What can happen anywhere. */
export const generalErrors = {
  INTERNAL: row<{ detail: string }>((d) => `a bug in Holdfast: ${d.detail}`, 'Please report it with the command you ran.'),
  ABORTED: row<{ what: string }>((d) => `${d.what} was stopped before it finished`, 'Run it again; it goes on where it can.'),
  DECLINED: row<{ what: string }>((d) => `${d.what} was not agreed to`, 'Nothing was done.'),
  CONFIRMATION_NEEDED: row<{ what: string; options: string }>(
    (d) => `nobody can be asked here about ${d.what}, and the command line does not agree to it: ${d.options} does`,
    'Run it in a terminal, or add what agrees to it.',
  ),
} as const;
