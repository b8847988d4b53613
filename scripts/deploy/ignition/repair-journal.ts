import { readFile, truncate } from 'node:fs/promises';

const isJson = (text: string): boolean => {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
};

/**
 * Cuts off the last line of Ignition's journal if it was not written to its end. What it would have said is either asked for
 * again or, for a transaction, known from what was signed.
 */
export const repairJournal = async (path: string): Promise<void> => {
  const bytes = await readFile(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return Buffer.alloc(0);
    throw error;
  });
  const start = bytes.lastIndexOf('\n') + 1;
  const last = bytes.subarray(start).toString('utf8').trim();
  if (last !== '' && !isJson(last)) await truncate(path, Math.max(0, start - 1));
};
