import { readFile } from 'node:fs/promises';
import { z } from 'zod/v4';
import { HoldfastError } from '../core/errors.js';

const daemonFile = z.strictObject({ version: z.literal(1), pid: z.int(), url: z.url(), token: z.string().min(1) });

const amount = z.union([z.string(), z.number()]);
/** What a provider's daemon answers to `status`, as far as screens need it. */
const providerStatus = z.looseObject({
  deals: z.int(),
  leavesHeld: z.int(),
  freeLeaves: z.int(),
  bytesUsed: amount,
  proofInHand: z.boolean(),
  alarms: z.array(z.looseObject({ at: z.number(), event: z.string() })),
  addresses: z.array(z.string()),
});
export type DaemonAnswer = z.infer<typeof providerStatus>;

/** Most bytes of an answer. */
const ANSWER_CAP = 4 << 20;
const PATIENCE_MILLISECONDS = 15_000;

const daemonAt = async (file: string): Promise<z.infer<typeof daemonFile>> => {
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new HoldfastError('DAEMON_NOT_RUNNING', { file }, { cause });
  });
  try {
    return daemonFile.parse(JSON.parse(text));
  } catch (cause) {
    throw new HoldfastError('DAEMON_NOT_RUNNING', { file }, { cause });
  }
};

/** Asks the running daemon for its status. DAEMON_NOT_RUNNING, DAEMON_REFUSED. */
export const askDaemon = async (file: string, signal: AbortSignal): Promise<DaemonAnswer> => {
  const { url, token } = await daemonAt(file);
  const response = await fetch(`${url}/v1/status`, {
    headers: { authorization: `Bearer ${token}` },
    signal: AbortSignal.any([signal, AbortSignal.timeout(PATIENCE_MILLISECONDS)]),
  }).catch((cause: unknown) => {
    signal.throwIfAborted();
    throw new HoldfastError('DAEMON_NOT_RUNNING', { file }, { cause });
  });
  const text = await response.text();
  if (!response.ok || text.length > ANSWER_CAP) throw new HoldfastError('DAEMON_REFUSED', { url, status: response.status });
  return providerStatus.parse(JSON.parse(text));
};
